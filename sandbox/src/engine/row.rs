//! A mirror's row: its status as its link's state calls for, its next step, and its end.

use super::history::all_spans;
use super::position::set_fetching;
use super::turning;
use crate::clock::Millis;
use crate::state::State;
use crate::state::event::Event;
use crate::state::history::open;
use crate::state::key::{HalfKey, MirrorKey};
use crate::state::link::{Contact, Underway};
use crate::vocabulary::{MirrorError, MirrorStatus};

/// Schedules the next look at a mirror and makes earlier ones void.
pub(crate) fn plan_step(state: &mut State, key: &MirrorKey, delay: Millis) {
    let Some(row) = state.mirror_mut(key) else {
        return;
    };
    row.epoch += 1;
    let epoch = row.epoch;
    let mirror = key.clone();
    state.schedule(delay, Event::MirrorStep { mirror, epoch });
}

/// Looks again later: often at first, seldom once it has waited for long.
pub(crate) fn wait(state: &mut State, key: &MirrorKey, since: Millis) {
    let recheck = Millis::from(state.timings.recheck_ms.max(1));
    let factor = match (state.now - since) / 1000 {
        ..60 => 1,
        60..600 => 5,
        _ => 30,
    };
    plan_step(state, key, recheck * factor);
}

/// Sets a status, and when it began if it is a new one.
pub(crate) fn set_status(state: &mut State, key: &MirrorKey, status: MirrorStatus) {
    let now = state.now;
    if let Some(row) = state.mirror_mut(key)
        && row.status != status
    {
        row.status = status;
        row.state_time = now;
    }
}

/// Makes the topic an ordinary one; the row stays as history.
pub(crate) fn stop(state: &mut State, key: &MirrorKey) {
    set_fetching(state, key, false);
    let now = state.now;
    let writer = state.number();
    let mut history = all_spans(state, &key.half.cluster, &key.name);
    turning::withdraw(state, key);
    let Some(row) = state.mirror_mut(key) else {
        return;
    };
    for (spans, end) in history.iter_mut().zip(&row.fetched) {
        spans.push(open(writer, *end));
    }
    row.underway = None;
    row.cut_to.clear();
    row.status = MirrorStatus::Stopped;
    row.state_time = now;
    row.transition_errors.clear();
    row.history_read = false;
    let ends = row.fetched.clone();
    if let Some(topic) = state.topic_mut(&key.half.cluster, &key.name) {
        topic.ends = ends;
        topic.since = now;
        topic.mirror_of = None;
        topic.history = history;
    }
}

/// Gives every mirror of a half the status that its link's state calls for.
pub(crate) fn refresh_all(state: &mut State, key: &HalfKey) {
    let Some(half) = state.half(key) else {
        return;
    };
    let mirrors: Vec<MirrorKey> = half.mirrors.keys().map(|name| key.mirror(name)).collect();
    for mirror in mirrors {
        refresh(state, &mirror);
    }
}

/// The status that the link's state calls for; pending, failed and stopped ones keep theirs.
pub(crate) fn refresh(state: &mut State, key: &MirrorKey) {
    let Some((half, mirror)) = state.mirror(key) else {
        return;
    };
    let up = half.contact.is_up() && !half.is_paused() && !half.failed;
    let wanted = match mirror.status {
        _ if mirror.underway == Some(Underway::ReverseFromPeer) => return,
        MirrorStatus::PendingStopped | MirrorStatus::PendingSynchronize => {
            let drains = mirror.underway != Some(Underway::Failover) && !mirror.unavailable;
            if mirror.fetching != (up && drains) {
                set_fetching(state, key, up && drains);
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
        set_fetching(state, key, fetches);
    }
    set_status(state, key, wanted);
}
