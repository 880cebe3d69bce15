//! Topics and consumer groups, as data.

use super::history::Spans;
use crate::clock::Millis;
use crate::world::Records;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A topic, ordinary or mirrored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Topic {
    /// Its own number: a topic that is deleted and created again gets another.
    pub(crate) number: u64,
    pub(crate) replication_factor: u16,
    pub(crate) configs: BTreeMap<String, String>,
    /// End offset per partition at `since`.
    pub(crate) ends: Vec<i64>,
    pub(crate) since: Millis,
    /// Records written per second over all partitions.
    pub(crate) rate: f64,
    /// The link whose mirror this is, while it is one.
    pub(crate) mirror_of: Option<String>,
    pub(crate) deleting: bool,
    /// Who wrote what, per partition. Left out: an ordinary topic has it all from its own first
    /// writer, a mirror all from its source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) history: Vec<Spans>,
}

impl Topic {
    /// End offset of a partition, for an ordinary topic.
    pub(crate) fn end(&self, partition: usize, now: Millis) -> i64 {
        let base = self.ends.get(partition).copied().unwrap_or(0);
        if self.rate <= 0.0 {
            return base;
        }
        let seconds = (now - self.since).max(0) as f64 / 1000.0;
        base.saturating_add((self.partition_rate() * seconds) as i64)
    }

    /// Records written per second to one partition.
    pub(crate) fn partition_rate(&self) -> f64 {
        self.rate / self.ends.len().max(1) as f64
    }

    /// Whether clients and links take it for the cluster's own business.
    pub(crate) fn is_internal(name: &str) -> bool {
        name.starts_with("__") || name.starts_with("_confluent")
    }
}

/// A consumer group.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Group {
    /// Whether members are consuming. Then its offsets are the ends of its topics.
    pub(crate) active: bool,
    /// Committed offsets per partition, by topic, as of the last commit.
    pub(crate) offsets: BTreeMap<String, Vec<i64>>,
    /// Topics for which the last commit came from a link rather than from a consumer.
    pub(crate) synced: std::collections::BTreeSet<String>,
}

/// Spreads records over partitions.
pub(crate) fn spread(records: &Records, partitions: usize) -> Vec<i64> {
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    match records {
        Records::PerPartition(list) => (0..partitions)
            .map(|index| list.get(index).map_or(0, |value| number(*value)))
            .collect(),
        Records::Total(total) => {
            let count = partitions.max(1) as u64;
            (0..partitions as u64)
                .map(|index| number(total / count + u64::from(index < total % count)))
                .collect()
        }
    }
}
