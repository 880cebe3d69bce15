//! What apply may do and within which limits: [`Policy`].

use std::collections::BTreeSet;
use std::time::Duration;

use crate::spec::{OffsetSyncOrder, Risk};

/// The spec's `policy`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Policy {
    /// The risks that apply allows without `--allow`.
    pub allow: BTreeSet<Risk>,
    /// How many objects one run may stop or delete.
    pub blast_radius: BlastRadius,
    /// When a mirror may be promoted.
    pub promote: PromotePolicy,
    /// When a mirror may be failed over.
    pub failover: FailoverPolicy,
    /// How clusters are called.
    pub calls: CallPolicy,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            allow: BTreeSet::from([Risk::Reversible, Risk::Disruptive]),
            blast_radius: BlastRadius::default(),
            promote: PromotePolicy::default(),
            failover: FailoverPolicy::default(),
            calls: CallPolicy::default(),
        }
    }
}

/// A run that would stop or delete more than `max_percent` of at least `from` objects is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct BlastRadius {
    /// Percent of the mirrors (or links) of a cluster.
    pub max_percent: u32,
    /// The limit applies from this number of objects.
    pub from: u32,
}

impl BlastRadius {
    /// Whether stopping or deleting so many objects is too much where so many run and so many are there.
    #[must_use]
    pub fn is_exceeded(self, hit: usize, running: usize, all: usize) -> bool {
        all >= self.from as usize && hit * 100 > running * self.max_percent as usize
    }
}

impl Default for BlastRadius {
    fn default() -> Self {
        Self {
            max_percent: 30,
            from: 10,
        }
    }
}

/// A mirror is promoted when its lag is within this limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PromotePolicy {
    /// Messages over all partitions.
    pub max_lag: u64,
    /// The timeout for the lag to come down, and again for the promotion to finish.
    pub within: Duration,
    /// When offset sync is turned off by a change that promotes too.
    pub offset_sync: OffsetSyncOrder,
}

impl Default for PromotePolicy {
    fn default() -> Self {
        Self {
            max_lag: 0,
            within: Duration::from_secs(600),
            offset_sync: OffsetSyncOrder::OffFirst,
        }
    }
}

/// A mirror is failed over only if its last known lag is within this limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FailoverPolicy {
    /// Messages over all partitions; no limit when left out.
    pub max_lag: Option<u64>,
}

/// How clusters are called: within these bounds as fast as each allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CallPolicy {
    /// Requests per second to one cluster, at most.
    pub rate: u32,
    /// Requests under way at one cluster at once, at most.
    pub concurrency: u32,
    /// The largest response that is read, in MiB.
    pub max_response_mib: u32,
    /// The timeout for a connection.
    pub connect: Duration,
    /// The timeout for a response to begin, and for the next part of it.
    pub silence: Duration,
}

impl CallPolicy {
    /// The largest response that is read, in bytes.
    #[must_use]
    pub fn largest_response(&self) -> usize {
        usize::try_from(u64::from(self.max_response_mib) << 20).unwrap_or(usize::MAX)
    }
}

impl Default for CallPolicy {
    fn default() -> Self {
        Self {
            rate: 10_000,
            concurrency: 64,
            max_response_mib: 256,
            connect: Duration::from_secs(10),
            silence: Duration::from_secs(20),
        }
    }
}
