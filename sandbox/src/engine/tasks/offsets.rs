//! Consumer-offset sync: copies committed offsets of the selected groups, clamped to what the
//! mirror holds. Refuses to write under a group that is active at the destination.

use super::outcome::Run;
use crate::engine::position;
use crate::engine::principal::{Permissions, reader_permissions};
use crate::filter::{FilterKind, NameFilter, TopicType};
use crate::harm::HarmKind;
use crate::state::key::{HalfKey, MirrorKey};
use crate::state::link::{Half, Mirror, TaskError};
use crate::state::{Cluster, State};
use crate::switches::OffsetSyncWithoutFilter;
use crate::vocabulary::{LinkMode, MirrorStatus};

/// The filter of a half, if offset sync is on.
fn filter(state: &State, half: &Half) -> Option<NameFilter> {
    if !half.flag("consumer.offset.sync.enable") {
        return None;
    }
    let text = half.config("consumer.offset.group.filters").unwrap_or("");
    NameFilter::parse(text, FilterKind::Groups, &state.switches).ok()
}

/// A group's name at the destination.
fn local_name(half: &Half, group: &str) -> String {
    if half.flag("consumer.group.prefix.enable") {
        format!("{}{group}", half.prefix())
    } else {
        group.to_owned()
    }
}

/// A group with synced offsets that is active at the destination on this mirror, if any.
pub(crate) fn group_in_use(state: &State, key: &MirrorKey) -> Option<String> {
    let (half, row) = state.mirror(key)?;
    let filter = filter(state, half)?;
    let here = state.clusters.get(&key.half.cluster)?;
    let source = state.clusters.get(half.remote.as_deref()?)?;
    source
        .groups
        .iter()
        .filter(|(name, group)| {
            filter.selects_for(name, TopicType::LocalMirror)
                && group.offsets.contains_key(&row.source_topic)
        })
        .map(|(name, _)| local_name(half, name))
        .find(|name| {
            here.groups
                .get(name)
                .is_some_and(|group| group.active && group.offsets.contains_key(&key.name))
        })
}

/// One offset that a run would write.
struct Write {
    group: String,
    topic: String,
    offsets: Vec<i64>,
    stopped: bool,
}

fn committed(state: &State, source: &Cluster, group: &str, topic: &str) -> Vec<i64> {
    let Some(data) = source.groups.get(group) else {
        return Vec::new();
    };
    let Some(offsets) = data.offsets.get(topic) else {
        return Vec::new();
    };
    if !data.active {
        return offsets.clone();
    }
    (0..offsets.len())
        .map(|index| position::end(state, &source.id, topic, index))
        .collect()
}

fn plan(state: &State, key: &HalfKey, half: &Half, only: Option<&str>) -> (Vec<Write>, Run) {
    let mut writes = Vec::new();
    let mut run = Run::default();
    let Some(filter) = filter(state, half) else {
        return (writes, run);
    };
    let source = half.remote.as_deref().and_then(|id| state.clusters.get(id));
    let (Some(source), Some(here)) = (source, state.clusters.get(&key.cluster)) else {
        return (writes, run);
    };
    let clamps = state.config(here, half, "consumer.offset.sync.clamp.offsets") == Some("true");
    for (name, group) in source
        .groups
        .iter()
        .filter(|(name, _)| filter.selects_for(name, TopicType::LocalMirror))
    {
        let target = local_name(half, name);
        let active = here.groups.get(&target).is_some_and(|group| group.active);
        for topic in group.offsets.keys() {
            let Some((mirror, row)) = mirror_of(half, topic) else {
                continue;
            };
            if only.is_some_and(|only| only != mirror) {
                continue;
            }
            if active {
                run.again = true;
                run.errors.push(TaskError::new(
                    "CONSUMER_GROUP_IN_USE_ERROR",
                    format!("Consumer group '{target}' is active on the destination cluster."),
                ));
                break;
            }
            let mut offsets = committed(state, source, name, topic);
            offsets.truncate(row.fetched.len());
            let mut clamped = false;
            for (index, offset) in offsets.iter_mut().enumerate() {
                let end = position::end(state, &key.cluster, mirror, index);
                clamped |= *offset > end;
                if clamps {
                    *offset = (*offset).min(end);
                }
            }
            run.again |= group.active || (clamped && row.is_live());
            writes.push(Write {
                group: target.clone(),
                topic: mirror.to_owned(),
                offsets,
                stopped: row.status == MirrorStatus::Stopped,
            });
        }
    }
    if only.is_none() {
        come_back(state, key, half, &filter, clamps, &mut writes);
    }
    (writes, run)
}

/// What consumers of the other cluster's mirrors committed there, for the topics here that they are
/// mirrors of. What a link wrote does not come back, so that two halves do not chase each other.
fn come_back(
    state: &State,
    key: &HalfKey,
    half: &Half,
    filter: &NameFilter,
    clamps: bool,
    writes: &mut Vec<Write>,
) {
    let Some((owner, peer)) = state.peer(key) else {
        return;
    };
    let Some(here) = state.clusters.get(&key.cluster) else {
        return;
    };
    if half.mode != LinkMode::Bidirectional {
        return;
    }
    for (mirror, row) in peer.mirrors.iter().filter(|(_, row)| row.is_live()) {
        let topic = &row.source_topic;
        for (name, group) in &owner.groups {
            let in_use = here.groups.get(name).is_some_and(|group| group.active);
            let theirs = group.offsets.contains_key(mirror) && !group.synced.contains(mirror);
            if in_use || !theirs || !filter.selects_for(name, TopicType::RemoteMirror) {
                continue;
            }
            let mut offsets = committed(state, owner, name, mirror);
            for (index, offset) in offsets.iter_mut().enumerate() {
                if clamps {
                    *offset = (*offset).min(position::end(state, &key.cluster, topic, index));
                }
            }
            writes.push(Write {
                group: name.clone(),
                topic: topic.clone(),
                offsets,
                stopped: false,
            });
        }
    }
}

/// The mirror that copies a source topic on this half.
fn mirror_of<'a>(half: &'a Half, topic: &str) -> Option<(&'a str, &'a Mirror)> {
    let expected = format!("{}{topic}", half.prefix());
    match half.mirrors.get_key_value(&expected) {
        Some((name, row)) if row.source_topic == topic => Some((name.as_str(), row)),
        _ => half
            .mirrors
            .iter()
            .find(|(_, row)| row.source_topic == topic)
            .map(|(name, row)| (name.as_str(), row)),
    }
}

fn write(state: &mut State, key: &HalfKey, writes: Vec<Write>) {
    for Write {
        group,
        topic,
        offsets,
        stopped,
    } in writes
    {
        let Some(here) = state.clusters.get_mut(&key.cluster) else {
            return;
        };
        let data = here.groups.entry(group.clone()).or_default();
        let own = data
            .offsets
            .get(&topic)
            .filter(|_| !data.synced.contains(&topic));
        let overwrites = stopped
            && own.is_some_and(|own| own.iter().zip(&offsets).any(|(have, new)| have > new));
        data.offsets.insert(topic.clone(), offsets);
        data.synced.insert(topic.clone());
        if overwrites {
            let text = format!(
                "Offset sync of link '{}' set group '{group}' back on topic '{topic}', which \
                 had been cut over.",
                key.link
            );
            state.harm(HarmKind::OffsetOverwritten, &key.cluster, &group, text);
        }
    }
}

/// The last sync of one topic, as a promote does it.
pub(crate) fn sync_topic(state: &mut State, key: &MirrorKey) {
    let Some(half) = state.half(&key.half) else {
        return;
    };
    let (writes, _) = plan(state, &key.half, half, Some(&key.name));
    write(state, &key.half, writes);
}

/// Whether the link may describe every group that it selects; on a bidirectional link its principal must be
/// able to describe the cluster too.
fn may_read(state: &State, key: &HalfKey, half: &Half) -> bool {
    let Some(may) = reader_permissions(state, key) else {
        return false;
    };
    let Permissions::Acls(source, _) = &may else {
        return may.describes_group("");
    };
    let selected = filter(state, half).unwrap_or_default();
    let mut groups = source.groups.keys();
    (half.mode != LinkMode::Bidirectional || may.describes_cluster())
        && groups.all(|group| !selected.selects(group) || may.describes_group(group))
}

pub(super) fn run(state: &mut State, key: &HalfKey) -> Run {
    let Some(half) = state.half(key) else {
        return Run::default();
    };
    if filter(state, half).is_none_or(|filter| filter.is_empty()) {
        return match state.switches.offset_sync_without_filter {
            OffsetSyncWithoutFilter::Idle => Run::default(),
            OffsetSyncWithoutFilter::InError => Run::failed(
                "MISCONFIGURATION_ERROR",
                "Consumer offset sync is enabled without group filters.",
            ),
        };
    }
    if half.mode == LinkMode::Bidirectional && state.peer(key).is_none() {
        return Run::failed(
            "REMOTE_LINK_NOT_FOUND_ERROR",
            "The other half of the cluster link does not exist.",
        );
    }
    if !may_read(state, key, half) {
        return Run::failed(
            "AUTHORIZATION_ERROR",
            "The link may not describe consumer groups.",
        );
    }
    let (writes, run) = plan(state, key, half, None);
    write(state, key, writes);
    run
}
