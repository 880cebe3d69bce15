//! What apply may do and within which bounds: [`Policy`].

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

/// How much an operation can hurt. An operation may carry several.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Risk {
    /// It can be taken back: create, pause, resume, most settings.
    Reversible,
    /// It stops something people rely on: a sync turned off, a filter narrowed, credentials.
    Disruptive,
    /// It cannot be taken back: promote, failover, delete of a link.
    Irreversible,
    /// It may lose data: every failover, truncation, ACLs that sync will delete.
    DataLoss,
}

impl Risk {
    /// Every risk, from mild to grave.
    pub const ALL: [Self; 4] = [
        Self::Reversible,
        Self::Disruptive,
        Self::Irreversible,
        Self::DataLoss,
    ];

    /// The word for it in the spec, in flags and in output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Reversible => "reversible",
            Self::Disruptive => "disruptive",
            Self::Irreversible => "irreversible",
            Self::DataLoss => "data-loss",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|risk| risk.word() == word)
    }
}

impl fmt::Display for Risk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// The spec's `policy`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The risks apply may take without being allowed to on the command line.
    pub allow: BTreeSet<Risk>,
    /// How many objects one run may stop or delete.
    pub blast_radius: BlastRadius,
    /// When a mirror may be promoted.
    pub promote: PromotePolicy,
    /// When a mirror may be failed over.
    pub failover: FailoverPolicy,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            allow: BTreeSet::from([Risk::Reversible, Risk::Disruptive]),
            blast_radius: BlastRadius::default(),
            promote: PromotePolicy::default(),
            failover: FailoverPolicy::default(),
        }
    }
}

/// A run that would stop or delete more than `max_percent` of at least `from` objects is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlastRadius {
    /// Per cent of the mirrors (or links) of a cluster.
    pub max_percent: u32,
    /// The number of objects from which the share counts.
    pub from: u32,
}

impl Default for BlastRadius {
    fn default() -> Self {
        Self {
            max_percent: 30,
            from: 10,
        }
    }
}

/// A mirror is promoted once its lag is within bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PromotePolicy {
    /// Messages over all partitions.
    pub max_lag: u64,
    /// How long to wait for that, and again for the promotion to finish.
    pub within: Duration,
}

impl Default for PromotePolicy {
    fn default() -> Self {
        Self {
            max_lag: 0,
            within: Duration::from_secs(600),
        }
    }
}

/// A mirror is failed over only if its last known lag is within bounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FailoverPolicy {
    /// Messages over all partitions; no bound when left out.
    pub max_lag: Option<u64>,
}
