//! What goes over to another cluster when mirror topics stop: [`HandOver`].

use std::collections::BTreeMap;
use std::time::Duration;

use super::build::offset_interval;
use super::operation::{Operation, OperationKind};
use crate::address::{ClusterName, GroupName, HalfAddress, TopicName};
use crate::catalog::filters::{NameFilters, Subject};
use crate::catalog::names;
use crate::desired::Desired;
use crate::diff;
use crate::live::{ConfigFact, MirrorStatus, Reading, Snapshot};

/// What goes over to the cluster that holds a half when mirror topics of it stop.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct HandOver {
    /// The half.
    pub half: HalfAddress,
    /// The mirror topics that become writable.
    pub topics: Vec<TopicName>,
    /// Those of them whose source topic becomes their mirror topic, and read-only.
    #[serde(default)]
    pub reversed: Vec<TopicName>,
    /// What their names begin with at this cluster, and not at the source.
    pub prefix: Option<String>,
    /// The bootstrap servers of the cluster that holds the half, where the spec has them.
    pub bootstrap: Option<String>,
    /// The cluster of the source topics, where the spec knows it.
    pub source: Option<ClusterName>,
    /// Its bootstrap servers.
    pub source_bootstrap: Option<String>,
    /// Where consumer groups go on.
    pub offsets: HandOverOffsets,
}

/// Where consumer groups go on.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum HandOverOffsets {
    /// The link has copied their offsets.
    Synced {
        /// The filter that selects the groups.
        filters: String,
        /// Their names at this cluster, where its groups were read.
        groups: Option<Vec<GroupName>>,
        /// How old an offset may be.
        interval: Duration,
    },
    /// The link has copied none.
    NotSynced,
    /// The link's configs were not read.
    Unknown,
}

/// The topics of one half that stop being mirror topics.
#[derive(Default)]
struct Stopping {
    all: Vec<TopicName>,
    reversed: Vec<TopicName>,
}

/// What goes over, half by half.
pub(super) fn of(desired: &Desired, live: &Snapshot, operations: &[Operation]) -> Vec<HandOver> {
    let mut stopping: BTreeMap<&HalfAddress, Stopping> = BTreeMap::new();
    for of_half in operations.chunk_by(|a, b| a.half() == b.half()) {
        let stopped = of_half.iter().filter(|op| stops(op));
        let mut stopped = stopped
            .filter_map(|op| Some((op, op.address.mirror()?)))
            .peekable();
        let Some(&(first, _)) = stopped.peek() else {
            continue;
        };
        let topics = stopping.entry(first.half()).or_default();
        for (op, topic) in stopped {
            topics.all.push(topic.clone());
            if matches!(op.kind, OperationKind::ReverseMirror { .. }) {
                topics.reversed.push(topic.clone());
            }
        }
    }
    stopping
        .into_iter()
        .map(|(half, topics)| {
            let source = diff::peer(half, desired, live);
            let bootstrap = |name: &ClusterName| {
                let cluster = desired.clusters.get(name)?;
                cluster.bootstrap_servers.clone()
            };
            let configs = live
                .clusters
                .get(&half.cluster)
                .and_then(|host| host.configs.get(&half.link))
                .and_then(Reading::read);
            HandOver {
                half: half.clone(),
                reversed: each_once(topics.reversed),
                topics: each_once(topics.all),
                prefix: configs
                    .and_then(|configs| value(configs, names::CLUSTER_LINK_PREFIX))
                    .map(str::to_owned),
                bootstrap: bootstrap(&half.cluster),
                source: source.cloned(),
                source_bootstrap: source.and_then(bootstrap),
                offsets: configs.map_or(HandOverOffsets::Unknown, |configs| {
                    offsets(half, configs, live)
                }),
            }
        })
        .collect()
}

/// Whether the topic of the operation stops being a mirror topic.
fn stops(op: &Operation) -> bool {
    matches!(
        op.kind,
        OperationKind::PromoteMirror { .. }
            | OperationKind::FailoverMirror { .. }
            | OperationKind::ReverseMirror { .. }
            | OperationKind::AwaitMirror {
                status: Some(MirrorStatus::PendingStopped)
            }
    )
}

fn each_once(mut topics: Vec<TopicName>) -> Vec<TopicName> {
    topics.sort();
    topics.dedup();
    topics
}

fn value<'a>(configs: &'a BTreeMap<String, ConfigFact>, name: &str) -> Option<&'a str> {
    let value = configs.get(name)?.value.as_deref()?;
    (!value.is_empty()).then_some(value)
}

fn offsets(
    half: &HalfAddress,
    configs: &BTreeMap<String, ConfigFact>,
    live: &Snapshot,
) -> HandOverOffsets {
    let is_on = |name: &str| value(configs, name).is_some_and(|it| it.eq_ignore_ascii_case("true"));
    if !is_on(names::CONSUMER_OFFSET_SYNC_ENABLE) {
        return HandOverOffsets::NotSynced;
    }
    let text = value(configs, names::CONSUMER_OFFSET_GROUP_FILTERS).unwrap_or_default();
    let prefix = match is_on(names::CONSUMER_GROUP_PREFIX_ENABLE) {
        true => value(configs, names::CLUSTER_LINK_PREFIX).unwrap_or_default(),
        false => "",
    };
    let host = live.clusters.get(&half.cluster);
    let own = host.and_then(|host| host.groups.read());
    let filters = NameFilters::parse_json(Subject::Groups, text).ok();
    let groups = own.zip(filters).map(|(groups, filters)| {
        let selected = groups.keys().filter(|group| {
            let name = group.as_str().strip_prefix(prefix);
            name.is_some_and(|name| filters.selects(name))
        });
        selected.cloned().collect()
    });
    HandOverOffsets::Synced {
        filters: text.to_owned(),
        groups,
        interval: offset_interval(half, live),
    }
}
