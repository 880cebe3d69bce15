//! How earlier failovers to a half went: [`PastFailover`].

use std::time::Duration;

use crate::live::Verdict;

/// A run that failed mirror topics of a half over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastFailover {
    /// The run.
    pub run: String,
    /// When it began.
    pub began: jiff::Timestamp,
    /// From its beginning until its last operation had ended.
    pub took: Duration,
    /// How many mirror topics of the half it was to fail over, and how many of them it did.
    pub topics: (usize, usize),
    /// Messages that were not copied, as far as the servers had reported them; nothing in it says that they were all.
    pub lost: u64,
}

impl PastFailover {
    /// Whether every mirror topic that it named became writable. That it named all of the link its record does not show.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.topics.0 == self.topics.1
    }

    /// Against the most that an objective permits: missed by one that left a mirror topic behind, however short.
    #[must_use]
    pub fn against(&self, most: Duration) -> Verdict {
        match self.is_complete() && self.took <= most {
            true => Verdict::Met,
            false => Verdict::Missed,
        }
    }
}

/// The last of some runs, by when they began.
#[must_use]
pub fn last(runs: &[PastFailover]) -> Option<&PastFailover> {
    runs.iter().max_by_key(|run| run.began)
}
