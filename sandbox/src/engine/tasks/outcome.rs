//! What a run of a task found.

use crate::state::link::TaskError;

/// What a run found.
#[derive(Debug, Default)]
pub(crate) struct Run {
    pub(crate) errors: Vec<TaskError>,
    /// Whether what it copies keeps moving, so that it must run again.
    pub(crate) again: bool,
}

impl Run {
    pub(super) fn failed(code: &str, message: impl Into<String>) -> Run {
        Run {
            errors: vec![TaskError::new(code, message)],
            again: true,
        }
    }
}
