//! A mirror's life: setup, the statuses its link puts on it, stopping, and failing.

use super::position::{is_caught_up, set_fetching, source_topic};
use super::{Event, restore, reverse, schedule, tasks};
use crate::clock::Millis;
use crate::state::State;
use crate::state::link::{Contact, Half, Mirror, Task, TaskError, Underway};
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
    cluster: &str,
    link: &str,
    name: &str,
    source: &str,
    configs: BTreeMap<String, String>,
    origin: Origin,
) {
    let now = state.now;
    let number = state.number();
    let Some(half) = state.half(cluster, link) else {
        return;
    };
    let start = half
        .config("mirror.start.offset.spec")
        .unwrap_or("earliest")
        .to_owned();
    let Some(here) = state.clusters.get(cluster) else {
        return;
    };
    let include = state.sync_include(here, half);
    let Some(remote) = half.remote.clone() else {
        return;
    };
    let Some(topic) = state
        .clusters
        .get(&remote)
        .and_then(|remote| remote.topics.get(source))
    else {
        return;
    };
    let partitions = topic.ends.len();
    let source_number = topic.number;
    let mut copied: BTreeMap<String, String> = topic
        .configs
        .iter()
        .filter(|(name, _)| crate::catalog::topic::is_synced(name, include))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    copied.extend(configs);
    let first = |partition: usize| {
        let end = super::position::end(state, &remote, source, partition);
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
    let Some(owner) = state.clusters.get_mut(cluster) else {
        return;
    };
    let replication_factor = owner.replication_factor();
    owner.topics.insert(
        name.to_owned(),
        Topic {
            number,
            replication_factor,
            configs: copied,
            ends: fetched,
            since: now,
            rate: 0.0,
            mirror_of: Some(link.to_owned()),
            deleting: false,
        },
    );
    if let Some(half) = owner.halves.get_mut(link) {
        half.mirrors.insert(name.to_owned(), row);
    }
    let delay = Millis::from(state.timings.mirror_setup_ms);
    plan_step(state, cluster, link, name, delay);
    // Groups may have offsets for the topic.
    tasks::wake(state, cluster, link, Task::ConsumerOffsetSync);
}

/// Schedules the next look at a mirror and makes earlier ones void.
pub(crate) fn plan_step(state: &mut State, cluster: &str, link: &str, name: &str, delay: Millis) {
    let Some(row) = row_mut(state, cluster, link, name) else {
        return;
    };
    row.epoch += 1;
    let epoch = row.epoch;
    let event = Event::MirrorStep {
        cluster: cluster.to_owned(),
        link: link.to_owned(),
        mirror: name.to_owned(),
        epoch,
    };
    schedule(state, delay, event);
}

pub(crate) fn row_mut<'a>(
    state: &'a mut State,
    cluster: &str,
    link: &str,
    name: &str,
) -> Option<&'a mut Mirror> {
    state.half_mut(cluster, link)?.mirrors.get_mut(name)
}

fn row<'a>(
    state: &'a State,
    cluster: &str,
    link: &str,
    name: &str,
) -> Option<(&'a Half, &'a Mirror)> {
    let half = state.half(cluster, link)?;
    Some((half, half.mirrors.get(name)?))
}

/// Sets a status, and when it began if it is a new one.
pub(crate) fn set_status(
    state: &mut State,
    cluster: &str,
    link: &str,
    name: &str,
    status: MirrorStatus,
) {
    let now = state.now;
    if let Some(row) = row_mut(state, cluster, link, name)
        && row.status != status
    {
        row.status = status;
        row.state_time = now;
    }
}

/// Looks again later: often at first, seldom once it has waited for long.
fn wait(state: &mut State, cluster: &str, link: &str, name: &str, since: Millis) {
    let recheck = Millis::from(state.timings.recheck_ms.max(1));
    let factor = match (state.now - since) / 1000 {
        ..60 => 1,
        60..600 => 5,
        _ => 30,
    };
    plan_step(state, cluster, link, name, recheck * factor);
}

/// A due look at a mirror.
pub(crate) fn step(state: &mut State, cluster: &str, link: &str, name: &str, epoch: u64) {
    let Some((_, mirror)) = row(state, cluster, link, name) else {
        return;
    };
    if mirror.epoch != epoch {
        return;
    }
    match mirror.underway {
        None => {}
        Some(Underway::Setup) => set_up(state, cluster, link, name),
        Some(verb @ (Underway::Pause | Underway::Resume)) => {
            if let Some(row) = row_mut(state, cluster, link, name) {
                row.underway = None;
                row.paused = verb == Underway::Pause;
            }
            refresh(state, cluster, link, name);
        }
        Some(Underway::Failover) => stop(state, cluster, link, name),
        Some(
            verb @ (Underway::Promote | Underway::ReverseAndStart | Underway::ReverseAndPause),
        ) => hand_over(state, cluster, link, name, verb),
        Some(Underway::Restore) => restore::step(state, cluster, link, name),
    }
}

/// Ends a verb that loses nothing, once the mirror is drained.
fn hand_over(state: &mut State, cluster: &str, link: &str, name: &str, verb: Underway) {
    if !is_drained(state, cluster, link, name) {
        return;
    }
    tasks::offsets::sync_topic(state, cluster, link, name);
    if verb == Underway::Promote {
        stop(state, cluster, link, name);
    } else {
        reverse::swap(state, cluster, link, name, verb);
    }
}

fn set_up(state: &mut State, cluster: &str, link: &str, name: &str) {
    let Some((half, mirror)) = row(state, cluster, link, name) else {
        return;
    };
    let since = mirror.state_time;
    if !half.contact.is_up() || source_topic(state, half, mirror).is_none() {
        wait(state, cluster, link, name, since);
        return;
    }
    if let Some(row) = row_mut(state, cluster, link, name) {
        row.underway = None;
        // Leaves PENDING_MIRROR; refresh decides for what.
        row.status = MirrorStatus::LinkPaused;
    }
    refresh(state, cluster, link, name);
    if let Some(row) = row_mut(state, cluster, link, name) {
        row.ever_fetched = true;
    }
}

/// Whether a mirror that is to become writable has nothing left to copy and no one in its way.
/// Otherwise notes why in the transition errors, and looks again later.
fn is_drained(state: &mut State, cluster: &str, link: &str, name: &str) -> bool {
    let Some((half, mirror)) = row(state, cluster, link, name) else {
        return false;
    };
    let since = mirror.state_time;
    let mut errors = Vec::new();
    if let Some(group) = tasks::offsets::group_in_use(state, cluster, half, name) {
        errors.push(TaskError::new(
            "CONSUMER_GROUP_IN_USE_ERROR",
            format!("Consumer group '{group}' is active on the destination cluster."),
        ));
    }
    let ready = errors.is_empty()
        && half.contact.is_up()
        && !half.is_paused()
        && !mirror.unavailable
        && is_caught_up(state, half, mirror);
    if let Some(row) = row_mut(state, cluster, link, name) {
        row.transition_errors = errors;
    }
    if !ready {
        wait(state, cluster, link, name, since);
    }
    ready
}

/// Makes the topic an ordinary one; the row stays as history.
pub(crate) fn stop(state: &mut State, cluster: &str, link: &str, name: &str) {
    set_fetching(state, cluster, link, name, false);
    let now = state.now;
    let Some(row) = row_mut(state, cluster, link, name) else {
        return;
    };
    row.underway = None;
    row.status = MirrorStatus::Stopped;
    row.state_time = now;
    row.transition_errors.clear();
    row.history_read = false;
    let ends = row.fetched.clone();
    if let Some(topic) = state
        .clusters
        .get_mut(cluster)
        .and_then(|owner| owner.topics.get_mut(name))
    {
        topic.ends = ends;
        topic.since = now;
        topic.mirror_of = None;
    }
}

/// Gives every mirror of a half the status that its link's state calls for.
pub(crate) fn refresh_all(state: &mut State, cluster: &str, link: &str) {
    let Some(half) = state.half(cluster, link) else {
        return;
    };
    let names: Vec<String> = half.mirrors.keys().cloned().collect();
    for name in names {
        refresh(state, cluster, link, &name);
    }
}

/// The status that the link's state calls for; pending, failed and stopped ones keep theirs.
pub(crate) fn refresh(state: &mut State, cluster: &str, link: &str, name: &str) {
    let Some((half, mirror)) = row(state, cluster, link, name) else {
        return;
    };
    let up = half.contact.is_up() && !half.is_paused() && !half.failed;
    let wanted = match mirror.status {
        MirrorStatus::PendingStopped | MirrorStatus::PendingSynchronize => {
            let drains = mirror.underway != Some(Underway::Failover) && !mirror.unavailable;
            if mirror.fetching != (up && drains) {
                set_fetching(state, cluster, link, name, up && drains);
            }
            return;
        }
        MirrorStatus::Stopped
        | MirrorStatus::Failed
        | MirrorStatus::PendingMirror
        | MirrorStatus::PendingSetupForRestore
        | MirrorStatus::PendingRestore => return,
        MirrorStatus::Active
        | MirrorStatus::Paused
        | MirrorStatus::LinkPaused
        | MirrorStatus::LinkFailed
        | MirrorStatus::SourceUnavailable => {
            if half.failed {
                MirrorStatus::LinkFailed
            } else if mirror.paused {
                MirrorStatus::Paused
            } else if half.is_paused() {
                MirrorStatus::LinkPaused
            } else if mirror.unavailable || matches!(half.contact, Contact::Unavailable(_)) {
                MirrorStatus::SourceUnavailable
            } else {
                MirrorStatus::Active
            }
        }
    };
    let fetches = wanted == MirrorStatus::Active && up && mirror.error == MirrorError::NoError;
    if mirror.fetching != fetches {
        set_fetching(state, cluster, link, name, fetches);
    }
    set_status(state, cluster, link, name, wanted);
}

/// Schedules a look at every mirror of a source topic that was just deleted, created or shrunk.
pub(crate) fn source_changed(state: &mut State, source: &str, topic: &str) {
    let delay = Millis::from(state.timings.source_check_ms);
    for (cluster, link) in state.followers(source) {
        let Some(half) = state.half(&cluster, &link) else {
            continue;
        };
        let names: Vec<String> = half
            .mirrors
            .iter()
            .filter(|(_, mirror)| mirror.source_topic == topic && mirror.is_live())
            .map(|(name, _)| name.clone())
            .collect();
        for mirror in names {
            let (cluster, link) = (cluster.clone(), link.clone());
            schedule(
                state,
                delay,
                Event::SourceCheck {
                    cluster,
                    link,
                    mirror,
                },
            );
        }
    }
}

/// Compares a mirror with its source topic; a difference that cannot be copied is an error, and
/// after the link's retry timeout a failure.
pub(crate) fn check_source(state: &mut State, cluster: &str, link: &str, name: &str) {
    let Some((half, mirror)) = row(state, cluster, link, name) else {
        return;
    };
    if !half.contact.is_up() || !mirror.is_live() || mirror.status == MirrorStatus::Failed {
        return;
    }
    let error = match source_topic(state, half, mirror) {
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
    set_fetching(state, cluster, link, name, false);
    if let Some(row) = row_mut(state, cluster, link, name) {
        row.error = error;
    }
    if error == MirrorError::NoError {
        refresh(state, cluster, link, name);
    } else if retries >= 0 {
        let event = Event::RetriesOver {
            cluster: cluster.to_owned(),
            link: link.to_owned(),
            mirror: name.to_owned(),
        };
        schedule(state, retries, event);
    }
}

/// The retry timeout has passed: the mirror fails for good if it is still in error.
pub(crate) fn retries_over(state: &mut State, cluster: &str, link: &str, name: &str) {
    let Some((_, mirror)) = row(state, cluster, link, name) else {
        return;
    };
    if mirror.error != MirrorError::NoError && mirror.is_live() {
        if let Some(row) = row_mut(state, cluster, link, name) {
            row.underway = None;
            row.epoch += 1;
        }
        set_fetching(state, cluster, link, name, false);
        set_status(state, cluster, link, name, MirrorStatus::Failed);
    }
}

/// Copies an increase of the source's partitions.
pub(crate) fn follow_partitions(state: &mut State, cluster: &str, link: &str, name: &str) {
    let Some((half, mirror)) = row(state, cluster, link, name) else {
        return;
    };
    let Some(source) = source_topic(state, half, mirror) else {
        return;
    };
    let (wanted, have) = (source.ends.len(), mirror.fetched.len());
    if wanted <= have || !mirror.fetching {
        return;
    }
    set_fetching(state, cluster, link, name, true);
    let added = wanted - have;
    if let Some(row) = row_mut(state, cluster, link, name) {
        row.fetched.extend(std::iter::repeat_n(0, added));
        row.seen_end.extend(std::iter::repeat_n(0, added));
    }
    if let Some(topic) = state
        .clusters
        .get_mut(cluster)
        .and_then(|owner| owner.topics.get_mut(name))
    {
        topic.ends.extend(std::iter::repeat_n(0, added));
    }
}
