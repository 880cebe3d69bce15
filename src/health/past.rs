//! How earlier failovers to a half went: [`PastFailover`].

use std::time::Duration;

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
    /// Whether every mirror topic became writable.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.topics.0 == self.topics.1
    }
}

/// The last of some runs, by when they began.
#[must_use]
pub fn last(runs: &[PastFailover]) -> Option<&PastFailover> {
    runs.iter().max_by_key(|run| run.began)
}
