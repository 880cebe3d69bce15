//! A mirror and its source: how it begins, follows, and fails.

use super::agenda;
use super::position::{end, set_fetching, source_topic};
use super::row::{plan_step, refresh, set_status};
use super::turning;
use crate::catalog::topic::is_synced;
use crate::clock::Millis;
use crate::state::State;
use crate::state::event::Event;
use crate::state::key::MirrorKey;
use crate::state::link::{Mirror, Task, Underway};
use crate::state::topic::Topic;
use crate::vocabulary::{MirrorError, MirrorStatus};
use std::collections::BTreeMap;

/// Where a new mirror comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A request.
    Created,
    /// The link's auto-create.
    AutoCreated,
}

/// Adds a mirror row and its topic. The caller has checked that both names are free and right.
pub(crate) fn add(
    state: &mut State,
    key: &MirrorKey,
    source: &str,
    configs: BTreeMap<String, String>,
    origin: Origin,
) {
    let now = state.now;
    let number = state.number();
    let MirrorKey { half: home, name } = key;
    let Some(half) = state.half(home) else {
        return;
    };
    let start = half
        .config("mirror.start.offset.spec")
        .unwrap_or("earliest")
        .to_owned();
    let Some(here) = state.clusters.get(&home.cluster) else {
        return;
    };
    let include = state.sync_include(here, half);
    let Some(remote) = half.remote.clone() else {
        return;
    };
    let Some(topic) = state.topic(&remote, source) else {
        return;
    };
    let partitions = topic.ends.len();
    let source_number = topic.number;
    let mut copied: BTreeMap<String, String> = topic
        .configs
        .iter()
        .filter(|(name, _)| is_synced(name, include))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    copied.extend(configs);
    let first = |partition: usize| {
        let end = end(state, &remote, source, partition);
        match start.as_str() {
            "earliest" => 0,
            "latest" => end,
            // The sandbox keeps no record times: a time in the past means all, any other none.
            time => crate::clock::parse(time).map_or(0, |at| if at < now { 0 } else { end }),
        }
    };
    let fetched: Vec<i64> = (0..partitions).map(first).collect();
    let row = Mirror {
        auto_created: origin == Origin::AutoCreated,
        ..Mirror::set_up(source, source_number, fetched.clone(), now)
    };
    let Some(owner) = state.clusters.get_mut(&home.cluster) else {
        return;
    };
    let replication_factor = owner.replication_factor();
    owner.topics.insert(
        name.clone(),
        Topic {
            number,
            replication_factor,
            configs: copied,
            ends: fetched,
            since: now,
            rate: 0.0,
            mirror_of: Some(home.link.clone()),
            deleting: false,
            history: Vec::new(),
        },
    );
    if let Some(half) = owner.halves.get_mut(&home.link) {
        half.mirrors.insert(name.clone(), row);
    }
    let delay = Millis::from(state.timings.mirror_setup_ms);
    plan_step(state, key, delay);
    // Groups may have offsets for the topic.
    agenda::wake(state, home, Task::ConsumerOffsetSync);
}

/// Schedules a look at every mirror of a source topic that was just deleted, created or shrunk.
pub(crate) fn source_changed(state: &mut State, source: &str, topic: &str) {
    let delay = Millis::from(state.timings.source_check_ms);
    for key in state.followers(source) {
        let Some(half) = state.half(&key) else {
            continue;
        };
        let mirrors: Vec<MirrorKey> = half
            .mirrors
            .iter()
            .filter(|(_, mirror)| mirror.source_topic == topic && mirror.is_live())
            .map(|(name, _)| key.mirror(name))
            .collect();
        for mirror in mirrors {
            state.schedule(delay, Event::SourceCheck(mirror));
        }
    }
}

/// Compares a mirror with its source topic; a difference that cannot be copied is an error, and
/// after the link's retry timeout a failure.
pub(crate) fn check_source(state: &mut State, key: &MirrorKey) {
    let Some((half, mirror)) = state.mirror(key) else {
        return;
    };
    let shown_only = mirror.underway == Some(Underway::ReverseFromPeer);
    if !half.contact.is_up()
        || !mirror.is_live()
        || mirror.status == MirrorStatus::Failed
        || shown_only
    {
        return;
    }
    let error = match source_topic(state, half, mirror) {
        // What was cut at the source stays copied here.
        Some(_) if mirror.error == MirrorError::UnexpectedTruncation => return,
        None => MirrorError::SourceTopicMayBeDeleted,
        Some(topic) if topic.deleting => MirrorError::SourceTopicMayBeDeleted,
        Some(topic) if topic.ends.len() < mirror.fetched.len() => {
            MirrorError::SourcePartitionsDecreased
        }
        Some(topic) if topic.number != mirror.source_number => MirrorError::SourceTopicIdChanged,
        Some(_) => MirrorError::NoError,
    };
    if error == mirror.error {
        return;
    }
    let retries = half
        .number("cluster.link.retry.timeout.ms")
        .unwrap_or(300_000);
    set_fetching(state, key, false);
    if let Some(row) = state.mirror_mut(key) {
        row.error = error;
    }
    if error == MirrorError::NoError {
        refresh(state, key);
    } else if retries >= 0 {
        state.schedule(retries, Event::RetriesOver(key.clone()));
    }
}

/// The retry timeout has passed: the mirror fails for good if it is still in error.
pub(crate) fn retries_over(state: &mut State, key: &MirrorKey) {
    let Some(row) = state.mirror_mut(key) else {
        return;
    };
    if row.error != MirrorError::NoError && row.is_live() {
        row.underway = None;
        row.epoch += 1;
        turning::withdraw(state, key);
        set_fetching(state, key, false);
        set_status(state, key, MirrorStatus::Failed);
    }
}

/// Copies an increase of the source's partitions.
pub(crate) fn follow_partitions(state: &mut State, key: &MirrorKey) {
    let Some((half, mirror)) = state.mirror(key) else {
        return;
    };
    let Some(source) = source_topic(state, half, mirror) else {
        return;
    };
    let (wanted, have) = (source.ends.len(), mirror.fetched.len());
    if wanted <= have || !mirror.fetching {
        return;
    }
    set_fetching(state, key, true);
    let added = wanted - have;
    if let Some(row) = state.mirror_mut(key) {
        row.fetched.extend(std::iter::repeat_n(0, added));
        row.seen_end.extend(std::iter::repeat_n(0, added));
        row.joined.extend(std::iter::repeat_n(0, added));
    }
    if let Some(topic) = state.topic_mut(&key.half.cluster, &key.name) {
        topic.ends.extend(std::iter::repeat_n(0, added));
    }
}
