//! What has become of an earlier report: [`EarlierReport`], [`Since`].
//!
//! Findings are the same when their [`id`](DriftFinding::id) is: a lag that grew, a line that moved
//! or another server's words are not news. A finding that is in another class than before, such as one
//! whose exception ran out, is. What could not be read this time has not gone: it is *unseen*, and
//! the next comparison still takes it for known.

use std::collections::{BTreeMap, BTreeSet};

use super::{Drift, DriftClass, DriftFinding};
use crate::address::{Address, ClusterName, HalfAddress};

/// How a finding compares with the earlier report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Novelty {
    /// It was not there.
    New,
    /// It was there in another class.
    Was(DriftClass),
    /// It was there.
    Unchanged,
}

/// What has become of the earlier report, in addition to what each finding has in its `news`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Since {
    /// When the earlier report was made; none for the first.
    pub last: Option<String>,
    /// What it had and this one has not.
    pub gone: Vec<EarlierFinding>,
    /// What it had and could not be read this time.
    pub unseen: Vec<EarlierFinding>,
}

/// What drift needs of an earlier report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EarlierReport {
    /// When it was made (RFC 3339), if it says.
    pub made: Option<String>,
    /// What it knows: its findings, and what it could not read.
    pub findings: Vec<EarlierFinding>,
}

/// What drift needs of an earlier finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlierFinding {
    /// Its [`id`](DriftFinding::id).
    pub id: String,
    /// Its class then.
    pub class: DriftClass,
    /// What it was about, where that can be read.
    pub address: Option<Address>,
    /// When the first report in a row was made that had it (RFC 3339).
    pub first_seen: Option<String>,
}

impl Drift {
    /// Compares with an earlier report; without one everything is new. `now` is when this one is made.
    #[must_use]
    pub fn compared_with(mut self, earlier: Option<&EarlierReport>, now: jiff::Timestamp) -> Self {
        let findings = earlier.map_or(&[][..], |earlier| &earlier.findings);
        let made = earlier.and_then(|earlier| earlier.made.clone());
        let mut before: BTreeMap<&str, &EarlierFinding> = findings
            .iter()
            .map(|finding| (finding.id.as_str(), finding))
            .collect();
        for finding in &mut self.findings {
            let was = before.remove(finding.id().as_str());
            finding.first_seen = match was {
                Some(was) => was.first_seen.clone().or_else(|| made.clone()),
                None => Some(now.to_string()),
            };
            finding.news = Some(match was {
                None => Novelty::New,
                Some(was) if was.class == finding.class => Novelty::Unchanged,
                Some(was) => Novelty::Was(was.class),
            });
        }
        let dark = Dark::of(&self.findings);
        let (unseen, gone) = findings
            .iter()
            .filter(|finding| before.remove(finding.id.as_str()).is_some())
            .cloned()
            .partition(|finding| dark.hides(finding));
        self.since = Some(Since {
            last: made,
            gone,
            unseen,
        });
        self
    }

    /// The findings that the earlier report had not, or had in another class.
    pub fn new_findings(&self) -> impl Iterator<Item = &DriftFinding> {
        self.findings.iter().filter(|finding| finding.is_new())
    }

    /// Whether there is anything to notify of in these classes, or about what could not be read: news
    /// since the earlier report or, without one to compare with, any finding at all.
    #[must_use]
    pub fn is_new(&self, classes: &[DriftClass]) -> bool {
        let counts = |class: DriftClass| class == DriftClass::Unknown || classes.contains(&class);
        match &self.since {
            None => self.findings.iter().any(|finding| counts(finding.class)),
            Some(since) => {
                since.gone.iter().any(|finding| counts(finding.class))
                    || self.findings.iter().any(|finding| match finding.news {
                        Some(Novelty::New) => counts(finding.class),
                        Some(Novelty::Was(before)) => counts(finding.class) || counts(before),
                        Some(Novelty::Unchanged) | None => false,
                    })
            }
        }
    }
}

/// What could not be read this time.
struct Dark<'a> {
    halves: BTreeSet<&'a HalfAddress>,
    clusters: BTreeSet<&'a ClusterName>,
}

impl<'a> Dark<'a> {
    fn of(findings: &'a [DriftFinding]) -> Self {
        let unknown = findings
            .iter()
            .filter(|finding| finding.class == DriftClass::Unknown);
        Self {
            halves: unknown
                .clone()
                .filter_map(|finding| finding.address.half())
                .collect(),
            clusters: unknown.map(|finding| finding.address.cluster()).collect(),
        }
    }

    /// Every declared half that could not be read has a finding of its own; what is declared nowhere
    /// has none, so that it counts as hidden when anything of its cluster is.
    fn hides(&self, finding: &EarlierFinding) -> bool {
        let Some(address) = &finding.address else {
            return false;
        };
        if address
            .half()
            .is_some_and(|half| self.halves.contains(half))
        {
            return finding.class != DriftClass::Unknown;
        }
        finding.class == DriftClass::Unmanaged && self.clusters.contains(address.cluster())
    }
}
