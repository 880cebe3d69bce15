//! truncate-and-restore: the old primary's topic becomes a mirror of the topic that was failed
//! over to, after its divergent tail is cut.
//!
//! Called on the old primary, on a bidirectional link whose other half holds the STOPPED mirror.

use super::position::end;
use super::row::{plan_step, refresh, set_status};
use super::verdict::Verdict;
use crate::clock::Millis;
use crate::state::key::MirrorKey;
use crate::state::link::{Mirror, TaskError, Underway};
use crate::state::{Cluster, State};
use crate::switches::OffsetsPastTruncation;
use crate::vocabulary::{LinkMode, MirrorStatus};

/// What would be cut from one partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cut {
    pub(crate) partition: usize,
    pub(crate) to: i64,
    pub(crate) records: i64,
    /// What the other side has beyond.
    pub(crate) behind: i64,
}

/// The stopped mirror on the other side that copied this topic: its cluster, name and row.
fn failed_over<'a>(
    state: &'a State,
    key: &MirrorKey,
) -> Option<(&'a Cluster, &'a str, &'a Mirror)> {
    let (owner, peer) = state.peer(&key.half)?;
    peer.mirrors
        .iter()
        .find(|(_, row)| row.source_topic == key.name && row.status == MirrorStatus::Stopped)
        .map(|(name, row)| (owner, name.as_str(), row))
}

/// Judges the call on one topic.
pub(crate) fn judge(state: &State, key: &MirrorKey) -> Verdict {
    let (home, topic) = (&key.half, &key.name);
    let link = &home.link;
    let refused = |code, message: String| Verdict::Refused(code, message);
    let Some(half) = state.half(home) else {
        return refused(404, format!("Cluster link '{link}' does not exist."));
    };
    if half.mode != LinkMode::Bidirectional {
        return refused(400, format!("Cluster link '{link}' is not bidirectional."));
    }
    let Some(here) = state.topic(&home.cluster, topic) else {
        return refused(404, format!("Topic '{topic}' does not exist."));
    };
    if here.mirror_of.is_some() {
        return refused(400, format!("Topic '{topic}' is already a mirror topic."));
    }
    if state.peer(home).is_none() {
        return refused(
            400,
            format!("Cluster link '{link}' does not exist on the remote cluster."),
        );
    }
    if !half.contact.is_up() {
        return refused(
            400,
            format!("Cluster link '{link}' cannot reach the remote cluster."),
        );
    }
    if failed_over(state, key).is_none() {
        let text = format!("Topic '{topic}' has no stopped mirror on the remote cluster.");
        return refused(400, text);
    }
    Verdict::Accepted
}

/// What the call would cut, per partition.
pub(crate) fn cuts(state: &State, key: &MirrorKey) -> Vec<Cut> {
    let Some((owner, remote, row)) = failed_over(state, key) else {
        return Vec::new();
    };
    row.fetched
        .iter()
        .enumerate()
        .map(|(partition, fetched)| {
            let have = end(state, &key.half.cluster, &key.name, partition);
            let to = (*fetched).min(have);
            Cut {
                partition,
                to,
                records: (have - fetched).max(0),
                behind: (end(state, &owner.id, remote, partition) - to).max(0),
            }
        })
        .collect()
}

/// Adds the row; phase 1 begins.
pub(crate) fn begin(state: &mut State, key: &MirrorKey) {
    let now = state.now;
    let (home, topic) = (&key.half, &key.name);
    let Some((owner, remote_topic, _)) = failed_over(state, key) else {
        return;
    };
    let source_topic = remote_topic.to_owned();
    let source_number = owner
        .topics
        .get(remote_topic)
        .map_or(0, |topic| topic.number);
    let Some(here) = state.topic(&home.cluster, topic) else {
        return;
    };
    let ends: Vec<i64> = (0..here.ends.len())
        .map(|index| here.end(index, now))
        .collect();
    let row = Mirror {
        status: MirrorStatus::PendingSetupForRestore,
        underway: Some(Underway::Restore),
        ever_fetched: true,
        ..Mirror::set_up(&source_topic, source_number, ends, now)
    };
    if let Some(data) = state.topic_mut(&home.cluster, topic) {
        data.mirror_of = Some(home.link.clone());
        data.rate = 0.0;
    }
    if let Some(half) = state.half_mut(home) {
        half.mirrors.insert(topic.clone(), row);
    }
    let delay = Millis::from(state.timings.restore_setup_ms);
    plan_step(state, key, delay);
}

/// A due look at a restore: blocked by active groups in phase 1, cut in between, ACTIVE at last.
pub(crate) fn step(state: &mut State, key: &MirrorKey) {
    let (home, topic) = (&key.half, &key.name);
    let Some((half, row)) = state.mirror(key) else {
        return;
    };
    let up = half.contact.is_up();
    if row.status == MirrorStatus::PendingRestore {
        if let Some(row) = state.mirror_mut(key) {
            row.underway = None;
            row.status = MirrorStatus::LinkPaused; // left at once: refresh decides for what
        }
        refresh(state, key);
        return;
    }
    let active = state.clusters.get(&home.cluster).and_then(|here| {
        here.groups
            .iter()
            .find(|(_, group)| group.active && group.offsets.contains_key(topic))
            .map(|(name, _)| name.clone())
    });
    if active.is_some() || !up {
        let errors = active.map(|group| {
            TaskError::new(
                "CONSUMER_GROUP_IN_USE_ERROR",
                format!("Consumer group '{group}' is active on topic '{topic}'."),
            )
        });
        if let Some(row) = state.mirror_mut(key) {
            row.transition_errors = errors.into_iter().collect();
        }
        let recheck = Millis::from(state.timings.recheck_ms.max(1)) * 5;
        plan_step(state, key, recheck);
        return;
    }
    let now = state.now;
    let cut = cuts(state, key);
    if state.switches.offsets_past_truncation == OffsetsPastTruncation::Clamped
        && let Some(here) = state.clusters.get_mut(&home.cluster)
    {
        for offsets in here
            .groups
            .values_mut()
            .filter_map(|group| group.offsets.get_mut(topic))
        {
            for cut in &cut {
                if let Some(offset) = offsets.get_mut(cut.partition) {
                    *offset = (*offset).min(cut.to);
                }
            }
        }
    }
    if let Some(row) = state.mirror_mut(key) {
        for cut in cut {
            if let Some(fetched) = row.fetched.get_mut(cut.partition) {
                *fetched = cut.to;
            }
        }
        row.seen_end.clone_from(&row.fetched);
        row.since = now;
        row.transition_errors.clear();
    }
    set_status(state, key, MirrorStatus::PendingRestore);
    let delay = Millis::from(state.timings.restore_ms);
    plan_step(state, key, delay);
}
