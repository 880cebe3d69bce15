//! A due look at a mirror: what is under way goes on, or waits.

use super::position::{is_caught_up, source_topic};
use super::row::{refresh, stop, wait};
use super::{outside, restore, reverse, tasks};
use crate::state::State;
use crate::state::key::MirrorKey;
use crate::state::link::{TaskError, Underway};
use crate::switches::ReverseWhileWritten;
use crate::vocabulary::MirrorStatus;

/// A due look at a mirror.
pub(crate) fn step(state: &mut State, key: &MirrorKey, epoch: u64) {
    let Some((_, mirror)) = state.mirror(key) else {
        return;
    };
    if mirror.epoch != epoch {
        return;
    }
    match mirror.underway {
        None | Some(Underway::ReverseFromPeer) => {}
        Some(Underway::Setup) => set_up(state, key),
        Some(verb @ (Underway::Pause | Underway::Resume)) => {
            if let Some(row) = state.mirror_mut(key) {
                row.underway = None;
                row.paused = verb == Underway::Pause;
            }
            refresh(state, key);
        }
        Some(Underway::Failover) => stop(state, key),
        Some(
            verb @ (Underway::Promote | Underway::ReverseAndStart | Underway::ReverseAndPause),
        ) => hand_over(state, key, verb),
        Some(Underway::Restore) => restore::step(state, key),
    }
}

/// Ends a verb that loses nothing, once the mirror is drained.
fn hand_over(state: &mut State, key: &MirrorKey, verb: Underway) {
    if verb != Underway::Promote {
        fence(state, key);
    }
    if !is_drained(state, key) {
        return;
    }
    tasks::offsets::sync_topic(state, key);
    if verb == Underway::Promote {
        stop(state, key);
    } else {
        reverse::swap(state, key, verb);
    }
}

/// Stops the writers of a source whose mirror is reversed, where servers do.
fn fence(state: &mut State, key: &MirrorKey) {
    if state.switches.reverse_while_written == ReverseWhileWritten::Waits {
        return;
    }
    let Some((half, mirror)) = state.mirror(key) else {
        return;
    };
    if half.contact.is_up()
        && let Some(remote) = half.remote.clone()
    {
        let source = mirror.source_topic.clone();
        outside::set_rate(state, &remote, &source, 0.0);
    }
}

fn set_up(state: &mut State, key: &MirrorKey) {
    let Some((half, mirror)) = state.mirror(key) else {
        return;
    };
    let since = mirror.state_time;
    if !half.contact.is_up() || source_topic(state, half, mirror).is_none() {
        wait(state, key, since);
        return;
    }
    if let Some(row) = state.mirror_mut(key) {
        row.underway = None;
        // Leaves PENDING_MIRROR; refresh decides for what.
        row.status = MirrorStatus::LinkPaused;
    }
    refresh(state, key);
    if let Some(row) = state.mirror_mut(key) {
        row.ever_fetched = true;
    }
}

/// Whether a mirror that is to become writable has nothing left to copy and no one in its way.
/// Otherwise notes why in the transition errors, and looks again later.
fn is_drained(state: &mut State, key: &MirrorKey) -> bool {
    let Some((half, mirror)) = state.mirror(key) else {
        return false;
    };
    let since = mirror.state_time;
    let mut errors = Vec::new();
    if let Some(group) = tasks::offsets::group_in_use(state, key) {
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
    if let Some(row) = state.mirror_mut(key) {
        row.transition_errors = errors;
    }
    if !ready {
        wait(state, key, since);
    }
    ready
}
