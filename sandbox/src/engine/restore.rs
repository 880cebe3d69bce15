//! truncate-and-restore: the old primary's topic becomes a mirror of the topic that was failed
//! over to, after its divergent tail is cut.
//!
//! Called on the old primary, on a bidirectional link whose other half holds the STOPPED mirror.

use super::history::{all_spans, freeze_followers, nowhere_else};
use super::position::{end, position, set_fetching, settle_followers};
use super::reverse::pair;
use super::row::{plan_step, refresh, set_status};
use super::verdict::{Obstacle, Verdict};
use crate::clock::Millis;
use crate::harm::HarmKind;
use crate::state::State;
use crate::state::event::Event;
use crate::state::history::count;
use crate::state::key::MirrorKey;
use crate::state::link::{Mirror, TaskError, Underway};
use crate::switches::{OffsetsPastTruncation, RepeatedVerb, RestoreWithPrefix, RestoreWithoutRow};
use crate::vocabulary::{MirrorError, MirrorStatus};

/// What would be cut from one partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cut {
    pub(crate) partition: usize,
    pub(crate) to: i64,
    pub(crate) records: i64,
    /// What the other side has beyond.
    pub(crate) behind: i64,
}

/// The topic on the other side that this one is restored from.
struct Origin {
    cluster: String,
    topic: String,
    /// Where its mirror had stopped, per partition.
    stops: Vec<i64>,
}

/// The stopped mirror on the other side that copied this topic.
fn origin(state: &State, key: &MirrorKey) -> Option<Origin> {
    let (owner, peer) = state.peer(&key.half)?;
    let mut rows = peer
        .mirrors
        .iter()
        .filter(|(_, row)| row.source_topic == key.name);
    let known = rows.find(|(_, row)| row.status == MirrorStatus::Stopped);
    if let Some((topic, row)) = known {
        return Some(Origin {
            cluster: owner.id.clone(),
            topic: topic.clone(),
            stops: row.fetched.clone(),
        });
    }
    let topic = owner.topics.get(&key.name)?;
    let accepted = state.switches.restore_without_row == RestoreWithoutRow::ByEnds;
    (accepted && topic.mirror_of.is_none()).then(|| Origin {
        cluster: owner.id.clone(),
        topic: key.name.clone(),
        stops: (0..topic.ends.len())
            .map(|partition| end(state, &owner.id, &key.name, partition))
            .collect(),
    })
}

/// Judges the call on one topic.
pub(crate) fn judge(state: &State, key: &MirrorKey) -> Verdict {
    let repeated = state
        .topic(&key.half.cluster, &key.name)
        .is_some_and(|topic| topic.mirror_of.as_deref() == Some(key.half.link.as_str()));
    match obstacle(state, key) {
        None => Verdict::Accepted,
        Some(_) if repeated && state.switches.repeated_verb == RepeatedVerb::Accepted => {
            Verdict::Nothing
        }
        Some(obstacle) => obstacle.verdict(state),
    }
}

/// Why a topic cannot be restored, or `None` if it can.
fn obstacle(state: &State, key: &MirrorKey) -> Option<Obstacle> {
    let (home, topic) = (&key.half, &key.name);
    let link = &home.link;
    let (half, _, peer) = match pair(state, home) {
        Ok(found) => found,
        Err(obstacle) => return Some(obstacle),
    };
    let Some(here) = state.topic(&home.cluster, topic) else {
        let text = format!("Topic '{topic}' does not exist.");
        return Some(Obstacle::new(404, "UNKNOWN_TOPIC_OR_PARTITION_ERROR", text));
    };
    let refused = |text: String| Some(Obstacle::new(400, "INVALID_REQUEST_ERROR", text));
    if here.mirror_of.is_some() {
        return refused(format!("Topic '{topic}' is already a mirror topic."));
    }
    if !half.contact.is_up() {
        return refused(format!(
            "Cluster link '{link}' cannot reach the remote cluster."
        ));
    }
    let prefixed = !half.prefix().is_empty() || !peer.prefix().is_empty();
    if prefixed && state.switches.restore_with_prefix == RestoreWithPrefix::Refused {
        return refused(format!(
            "Topic '{topic}' is mirrored by a link with a prefix."
        ));
    }
    let Some(origin) = origin(state, key) else {
        let text = format!("Topic '{topic}' has no stopped mirror on the remote cluster.");
        return Some(Obstacle::new(400, "REMOTE_MIRROR_NOT_FOUND_ERROR", text));
    };
    match state.topic(&origin.cluster, &origin.topic) {
        None => {
            let text = format!("Topic '{}' does not exist.", origin.topic);
            Some(Obstacle::new(400, "UNKNOWN_TOPIC_OR_PARTITION_ERROR", text))
        }
        Some(there) if there.mirror_of.is_some() => refused(format!(
            "Topic '{}' on the remote cluster is a mirror topic.",
            origin.topic
        )),
        Some(there) if there.ends.len() != here.ends.len() => refused(format!(
            "Topic '{topic}' does not have as many partitions as on the remote cluster."
        )),
        Some(_) => None,
    }
}

/// What the call would cut, per partition.
pub(crate) fn cuts(state: &State, key: &MirrorKey) -> Vec<Cut> {
    let Some(Origin {
        cluster,
        topic,
        stops,
    }) = origin(state, key)
    else {
        return Vec::new();
    };
    let cut = |(partition, stop): (usize, &i64)| {
        let have = end(state, &key.half.cluster, &key.name, partition);
        let to = (*stop).min(have);
        Cut {
            partition,
            to,
            records: have - to,
            behind: (end(state, &cluster, &topic, partition) - to).max(0),
        }
    };
    stops.iter().enumerate().map(cut).collect()
}

/// Adds the row; phase 1 begins.
pub(crate) fn begin(state: &mut State, key: &MirrorKey) {
    let now = state.now;
    let (home, topic) = (&key.half, &key.name);
    let Some(origin) = origin(state, key) else {
        return;
    };
    let cut_to = cuts(state, key).iter().map(|cut| cut.to).collect();
    let source_number = state
        .topic(&origin.cluster, &origin.topic)
        .map_or(0, |topic| topic.number);
    settle_followers(state, &home.cluster, topic);
    let history = all_spans(state, &home.cluster, topic);
    let Some(here) = state.topic_mut(&home.cluster, topic) else {
        return;
    };
    here.ends = (0..here.ends.len())
        .map(|index| here.end(index, now))
        .collect();
    here.since = now;
    here.mirror_of = Some(home.link.clone());
    here.rate = 0.0;
    here.history = history;
    let row = Mirror {
        status: MirrorStatus::PendingSetupForRestore,
        underway: Some(Underway::Restore),
        ever_fetched: true,
        cut_to,
        ..Mirror::set_up(&origin.topic, source_number, here.ends.clone(), now)
    };
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
    truncate(state, key);
    set_status(state, key, MirrorStatus::PendingRestore);
    let delay = Millis::from(state.timings.restore_ms);
    plan_step(state, key, delay);
}

/// Cuts the log, and what depends on it.
fn truncate(state: &mut State, key: &MirrorKey) {
    let (home, topic) = (&key.half, &key.name);
    let Some((_, row)) = state.mirror(key) else {
        return;
    };
    // A world file begins with a restore under way: nothing diverged.
    let cut_to = if row.cut_to.is_empty() {
        row.fetched.clone()
    } else {
        row.cut_to.clone()
    };
    note_harm(state, key, &cut_to);
    freeze_followers(state, &home.cluster, topic);
    fail_followers(state, key, &cut_to);
    if state.switches.offsets_past_truncation == OffsetsPastTruncation::Clamped
        && let Some(here) = state.clusters.get_mut(&home.cluster)
    {
        let groups = here.groups.values_mut();
        for offsets in groups.filter_map(|group| group.offsets.get_mut(topic)) {
            for (offset, to) in offsets.iter_mut().zip(&cut_to) {
                *offset = (*offset).min(*to);
            }
        }
    }
    let now = state.now;
    if let Some(row) = state.mirror_mut(key) {
        row.cut_to.clear();
        row.joined.clone_from(&cut_to);
        row.seen_end.clone_from(&cut_to);
        row.fetched = cut_to;
        row.since = now;
        row.transition_errors.clear();
    }
}

/// Remembers a cut of records that no other topic holds.
fn note_harm(state: &mut State, key: &MirrorKey, cut_to: &[i64]) {
    let (cluster, topic) = (&key.half.cluster, &key.name);
    let mut records = 0;
    let mut places = Vec::new();
    for (partition, to) in cut_to.iter().enumerate() {
        let lost = nowhere_else(state, cluster, topic, partition, *to);
        records += count(&lost);
        places.extend(lost.iter().map(|span| {
            format!(
                "partition {partition} from offset {} to {}",
                span.from, span.to
            )
        }));
    }
    if records > 0 {
        let text = format!(
            "Restoring topic '{topic}' on link '{}' cut {records} records that no other topic \
             holds: {}.",
            key.half.link,
            places.join(", ")
        );
        state.harm(HarmKind::RecordsCut, cluster, topic, text);
    }
}

/// Mirrors that had copied what is cut here cannot go on.
fn fail_followers(state: &mut State, key: &MirrorKey, cut_to: &[i64]) {
    for home in state.followers(&key.half.cluster) {
        let Some(half) = state.half(&home) else {
            continue;
        };
        let retries = half
            .number("cluster.link.retry.timeout.ms")
            .unwrap_or(300_000);
        let beyond = |row: &Mirror| {
            cut_to.iter().enumerate().any(|(partition, to)| {
                partition < row.fetched.len() && position(state, half, row, partition).fetched > *to
            })
        };
        let rows = half.mirrors.iter();
        let ahead: Vec<MirrorKey> = rows
            .filter(|(_, row)| row.source_topic == key.name && row.is_live() && beyond(row))
            .map(|(name, _)| home.mirror(name))
            .collect();
        for mirror in ahead {
            set_fetching(state, &mirror, false);
            if let Some(row) = state.mirror_mut(&mirror) {
                row.error = MirrorError::UnexpectedTruncation;
            }
            if retries >= 0 {
                state.schedule(retries, Event::RetriesOver(mirror));
            }
        }
    }
}
