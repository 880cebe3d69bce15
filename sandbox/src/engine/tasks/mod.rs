//! The background tasks of a link: what each does when it runs. When that is, `agenda` says.

pub(crate) mod acls;
pub(crate) mod auto_create;
pub(crate) mod offsets;
pub(crate) mod outcome;
pub(crate) mod topic_configs;

use super::agenda::{is_enabled, wake};
use crate::state::State;
use crate::state::key::HalfKey;
use crate::state::link::Task;

/// A due run.
pub(crate) fn run(state: &mut State, key: &HalfKey, task: Task) {
    let now = state.now;
    let Some(half) = state.half_mut(key) else {
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
        Task::AclSync => acls::run(state, key),
        Task::AutoCreateMirror => auto_create::run(state, key),
        Task::ConsumerOffsetSync => offsets::run(state, key),
        Task::TopicConfigsSync => topic_configs::run(state, key),
    };
    let Some(half) = state.half_mut(key) else {
        return;
    };
    let record = half.tasks.entry(task).or_default();
    record.last_run = Some(now);
    record.errors = outcome.errors;
    if outcome.again {
        wake(state, key, task);
    }
}
