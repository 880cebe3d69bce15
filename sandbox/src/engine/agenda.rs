//! When the background tasks of a link run, and what state they show.
//!
//! A task is only queued while there is something for it to do: after a change that concerns it,
//! while it is in error, and while what it copies keeps moving. It then runs on its own interval.

use crate::clock::Millis;
use crate::state::State;
use crate::state::event::Event;
use crate::state::key::HalfKey;
use crate::state::link::{Contact, Half, Task};
use crate::vocabulary::{LinkMode, LinkState};

/// A task in error looks again no more often than this, whatever its interval.
const MIN_RETRY_MS: Millis = 1_000;

/// Whether a half runs a task at all.
pub(crate) fn is_enabled(half: &Half, task: Task) -> bool {
    half.mode != LinkMode::Source && task.enable_key().is_none_or(|key| half.flag(key))
}

/// Queues a task's next run, unless one is queued.
pub(crate) fn wake(state: &mut State, key: &HalfKey, task: Task) {
    let now = state.now;
    let start = Millis::from(state.timings.task_start_ms);
    let Some(half) = state.half_mut(key) else {
        return;
    };
    if !is_enabled(half, task) {
        half.tasks.remove(&task);
        return;
    }
    let interval = half.number(task.interval_key()).unwrap_or(5_000).max(1);
    let record = half.tasks.entry(task).or_default();
    if record.scheduled {
        return;
    }
    record.scheduled = true;
    let delay = match record.last_run {
        None => start,
        Some(last) => {
            // The interval keeps its beat: a change waits for the next one.
            let waited = (now - last).max(0) % interval;
            let retry = if record.errors.is_empty() {
                1
            } else {
                MIN_RETRY_MS
            };
            (interval - waited).max(retry)
        }
    };
    let half = key.clone();
    state.schedule(delay, Event::TaskRun { half, task });
}

/// Queues every task of a half.
pub(crate) fn wake_all(state: &mut State, key: &HalfKey) {
    for task in Task::ALL {
        wake(state, key, task);
    }
}

/// Runs every task again soon, because the configs of the half changed.
pub(crate) fn restart(state: &mut State, key: &HalfKey, task: Task) {
    state.queue.retain(|queued| {
        !matches!(&queued.event, Event::TaskRun { half, task: which } if half == key && *which == task)
    });
    if let Some(half) = state.half_mut(key)
        && let Some(record) = half.tasks.get_mut(&task)
    {
        record.last_run = None;
        record.scheduled = false;
        record.errors.clear();
    }
    wake(state, key, task);
}

/// Queues a task on every half that copies from a cluster.
pub(crate) fn wake_followers(state: &mut State, source: &str, task: Task) {
    for key in state.followers(source) {
        wake(state, &key, task);
    }
}

/// Queues a task on every half of a cluster and every half that copies from it.
pub(crate) fn wake_around(state: &mut State, cluster: &str, task: Task) {
    let owner = state.clusters.get(cluster);
    let links = owner.into_iter().flat_map(|owner| owner.halves.keys());
    let own: Vec<HalfKey> = links.map(|link| HalfKey::new(cluster, link)).collect();
    for key in own {
        wake(state, &key, task);
    }
    wake_followers(state, cluster, task);
}

/// The state of a task as the API shows it.
pub(crate) fn shown_state(half: &Half, task: Task, initial: LinkState) -> &'static str {
    if !is_enabled(half, task) {
        return "NOT_CONFIGURED";
    }
    match (half.state(initial), half.contact) {
        (LinkState::Failed, _) => "LINK_FAILED",
        (LinkState::Paused, _) => "LINK_PAUSED",
        (LinkState::Unavailable, Contact::Unavailable(_)) => "LINK_UNAVAILABLE",
        _ => match half.tasks.get(&task) {
            Some(record) if !record.errors.is_empty() => "IN_ERROR",
            _ => "ACTIVE",
        },
    }
}
