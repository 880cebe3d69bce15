//! truncate-and-restore: the old primary's topic becomes a mirror of the topic that was failed
//! over to, after its divergent tail is cut.
//!
//! Called on the old primary, on a bidirectional link whose other half holds the STOPPED mirror.

use super::mirror::{plan_step, refresh, row_mut, set_status};
use super::position::end;
use super::verb::Verdict;
use crate::clock::Millis;
use crate::state::link::{Mirror, TaskError, Underway};
use crate::state::{Cluster, State};
use crate::vocabulary::{LinkMode, MirrorStatus};
use crate::world::switches::OffsetsPastTruncation;

/// What would be cut from one partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cut {
    pub(crate) partition: usize,
    pub(crate) to: i64,
    pub(crate) records: i64,
}

/// The stopped mirror on the other side that copied this topic: its cluster, name and row.
fn failed_over<'a>(
    state: &'a State,
    cluster: &str,
    link: &str,
    topic: &str,
) -> Option<(&'a Cluster, &'a str, &'a Mirror)> {
    let (owner, peer) = state.peer(cluster, link)?;
    peer.mirrors
        .iter()
        .find(|(_, row)| row.source_topic == topic && row.status == MirrorStatus::Stopped)
        .map(|(name, row)| (owner, name.as_str(), row))
}

/// Judges the call on one topic.
pub(crate) fn judge(state: &State, cluster: &str, link: &str, topic: &str) -> Verdict {
    let refused = |code, message: String| Verdict::Refused(code, message);
    let Some(half) = state.half(cluster, link) else {
        return refused(404, format!("Cluster link '{link}' does not exist."));
    };
    if half.mode != LinkMode::Bidirectional {
        return refused(400, format!("Cluster link '{link}' is not bidirectional."));
    }
    let Some(here) = state
        .clusters
        .get(cluster)
        .and_then(|here| here.topics.get(topic))
    else {
        return refused(404, format!("Topic '{topic}' does not exist."));
    };
    if here.mirror_of.is_some() {
        return refused(400, format!("Topic '{topic}' is already a mirror topic."));
    }
    if state.peer(cluster, link).is_none() {
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
    if failed_over(state, cluster, link, topic).is_none() {
        let text = format!("Topic '{topic}' has no stopped mirror on the remote cluster.");
        return refused(400, text);
    }
    Verdict::Accepted
}

/// What the call would cut, per partition.
pub(crate) fn cuts(state: &State, cluster: &str, link: &str, topic: &str) -> Vec<Cut> {
    let Some((_, _, row)) = failed_over(state, cluster, link, topic) else {
        return Vec::new();
    };
    row.fetched
        .iter()
        .enumerate()
        .map(|(partition, fetched)| {
            let have = end(state, cluster, topic, partition);
            Cut {
                partition,
                to: (*fetched).min(have),
                records: (have - fetched).max(0),
            }
        })
        .collect()
}

/// Adds the row; phase 1 begins.
pub(crate) fn begin(state: &mut State, cluster: &str, link: &str, topic: &str) {
    let now = state.now;
    let Some((owner, remote_topic, _)) = failed_over(state, cluster, link, topic) else {
        return;
    };
    let source_topic = remote_topic.to_owned();
    let source_number = owner
        .topics
        .get(remote_topic)
        .map_or(0, |topic| topic.number);
    let Some(here) = state
        .clusters
        .get(cluster)
        .and_then(|here| here.topics.get(topic))
    else {
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
    if let Some(here) = state.clusters.get_mut(cluster) {
        if let Some(data) = here.topics.get_mut(topic) {
            data.mirror_of = Some(link.to_owned());
            data.rate = 0.0;
        }
        if let Some(half) = here.halves.get_mut(link) {
            half.mirrors.insert(topic.to_owned(), row);
        }
    }
    let delay = Millis::from(state.timings.restore_setup_ms);
    plan_step(state, cluster, link, topic, delay);
}

/// A due look at a restore: blocked by active groups in phase 1, cut in between, ACTIVE at last.
pub(crate) fn step(state: &mut State, cluster: &str, link: &str, topic: &str) {
    let Some(row) = state
        .half(cluster, link)
        .and_then(|half| half.mirrors.get(topic))
    else {
        return;
    };
    if row.status == MirrorStatus::PendingRestore {
        if let Some(row) = row_mut(state, cluster, link, topic) {
            row.underway = None;
            row.status = MirrorStatus::LinkPaused; // left at once: refresh decides for what
        }
        refresh(state, cluster, link, topic);
        return;
    }
    let active = state.clusters.get(cluster).and_then(|here| {
        here.groups
            .iter()
            .find(|(_, group)| group.active && group.offsets.contains_key(topic))
            .map(|(name, _)| name.clone())
    });
    let up = state
        .half(cluster, link)
        .is_some_and(|half| half.contact.is_up());
    if active.is_some() || !up {
        let errors = active.map(|group| {
            TaskError::new(
                "CONSUMER_GROUP_IN_USE_ERROR",
                format!("Consumer group '{group}' is active on topic '{topic}'."),
            )
        });
        if let Some(row) = row_mut(state, cluster, link, topic) {
            row.transition_errors = errors.into_iter().collect();
        }
        let recheck = Millis::from(state.timings.recheck_ms.max(1)) * 5;
        plan_step(state, cluster, link, topic, recheck);
        return;
    }
    let now = state.now;
    let cut = cuts(state, cluster, link, topic);
    if state.switches.offsets_past_truncation == OffsetsPastTruncation::Clamped
        && let Some(here) = state.clusters.get_mut(cluster)
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
    if let Some(row) = row_mut(state, cluster, link, topic) {
        for cut in cut {
            if let Some(fetched) = row.fetched.get_mut(cut.partition) {
                *fetched = cut.to;
            }
        }
        row.seen_end.clone_from(&row.fetched);
        row.since = now;
        row.transition_errors.clear();
    }
    set_status(state, cluster, link, topic, MirrorStatus::PendingRestore);
    let delay = Millis::from(state.timings.restore_ms);
    plan_step(state, cluster, link, topic, delay);
}
