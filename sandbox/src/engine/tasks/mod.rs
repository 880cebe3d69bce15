//! The background tasks of a link: when they run, what state they show.
//!
//! A task is only queued while there is something for it to do: after a change that concerns it,
//! while it is in error, and while what it copies keeps moving. It then runs on its own interval.

pub(crate) mod acls;
pub(crate) mod auto_create;
pub(crate) mod offsets;
pub(crate) mod topic_configs;

use super::{Event, schedule};
use crate::clock::Millis;
use crate::state::State;
use crate::state::link::{Contact, Half, Task, TaskError};
use crate::vocabulary::{LinkMode, LinkState};

/// A task in error looks again no more often than this, whatever its interval.
const SHORTEST_RETRY_MS: Millis = 1_000;

/// What a run found.
#[derive(Debug, Default)]
pub(crate) struct Run {
    pub(crate) errors: Vec<TaskError>,
    /// Whether what it copies keeps moving, so that it must run again.
    pub(crate) again: bool,
}

impl Run {
    fn failed(code: &str, message: impl Into<String>) -> Run {
        Run {
            errors: vec![TaskError::new(code, message)],
            again: true,
        }
    }
}

/// Whether a half runs a task at all.
pub(crate) fn is_enabled(half: &Half, task: Task) -> bool {
    half.mode != LinkMode::Source && task.enable_key().is_none_or(|key| half.flag(key))
}

/// Queues a task's next run, unless one is queued.
pub(crate) fn wake(state: &mut State, cluster: &str, link: &str, task: Task) {
    let now = state.now;
    let start = Millis::from(state.timings.task_start_ms);
    let Some(half) = state.half_mut(cluster, link) else {
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
                SHORTEST_RETRY_MS
            };
            (interval - waited).max(retry)
        }
    };
    let event = Event::TaskRun {
        cluster: cluster.to_owned(),
        link: link.to_owned(),
        task,
    };
    schedule(state, delay, event);
}

/// Queues every task of a half.
pub(crate) fn wake_all(state: &mut State, cluster: &str, link: &str) {
    for task in Task::ALL {
        wake(state, cluster, link, task);
    }
}

/// Runs every task again soon, because the configs of the half changed.
pub(crate) fn restart(state: &mut State, cluster: &str, link: &str, task: Task) {
    state.queue.retain(|queued| {
        !matches!(&queued.event, Event::TaskRun { cluster: on, link: of, task: which }
            if on == cluster && of == link && *which == task)
    });
    if let Some(half) = state.half_mut(cluster, link)
        && let Some(record) = half.tasks.get_mut(&task)
    {
        record.last_run = None;
        record.scheduled = false;
        record.errors.clear();
    }
    wake(state, cluster, link, task);
}

/// Queues a task on every half that copies from a cluster.
pub(crate) fn wake_followers(state: &mut State, source: &str, task: Task) {
    for (cluster, link) in state.followers(source) {
        wake(state, &cluster, &link, task);
    }
}

/// Queues a task on every half of a cluster and every half that copies from it.
pub(crate) fn wake_around(state: &mut State, cluster: &str, task: Task) {
    let own: Vec<String> = state
        .clusters
        .get(cluster)
        .map(|owner| owner.halves.keys().cloned().collect())
        .unwrap_or_default();
    for link in own {
        wake(state, cluster, &link, task);
    }
    wake_followers(state, cluster, task);
}

/// A due run.
pub(crate) fn run(state: &mut State, cluster: &str, link: &str, task: Task) {
    let now = state.now;
    let Some(half) = state.half_mut(cluster, link) else {
        return;
    };
    if !is_enabled(half, task) {
        half.tasks.remove(&task);
        return;
    }
    let works = half.contact.is_up() && !half.is_paused() && !half.failed && !half.deleting;
    if let Some(record) = half.tasks.get_mut(&task) {
        record.scheduled = false;
    }
    if !works {
        return; // Contact coming back wakes it.
    }
    let outcome = match task {
        Task::AclSync => acls::run(state, cluster, link),
        Task::AutoCreateMirror => auto_create::run(state, cluster, link),
        Task::ConsumerOffsetSync => offsets::run(state, cluster, link),
        Task::TopicConfigsSync => topic_configs::run(state, cluster, link),
    };
    let Some(half) = state.half_mut(cluster, link) else {
        return;
    };
    let record = half.tasks.entry(task).or_default();
    record.last_run = Some(now);
    record.errors = outcome.errors;
    if outcome.again {
        wake(state, cluster, link, task);
    }
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
