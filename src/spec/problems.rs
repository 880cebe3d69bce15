//! The problems in the files of a run, up to a limit: [`Problems`].

use super::codes;
use crate::diagnostic::Diagnostic;

/// At most this many problems are reported: a hostile file must not exhaust memory.
const MAX_PROBLEMS: usize = 1000;

/// Problems in the order they were found; those over the limit are only counted.
#[derive(Default)]
pub(crate) struct Problems {
    list: Vec<Diagnostic>,
    count: usize,
    passed_over: usize,
}

impl Problems {
    pub(crate) fn push(&mut self, problem: Diagnostic) {
        self.count += 1;
        if self.list.len() < MAX_PROBLEMS {
            self.list.push(problem);
        }
    }

    /// Adds what was found in one file.
    pub(crate) fn append(&mut self, other: Self) {
        self.count += other.count;
        self.passed_over += other.passed_over;
        let left = MAX_PROBLEMS.saturating_sub(self.list.len());
        self.list.extend(other.list.into_iter().take(left));
    }

    /// Counts a value that cannot be read for a reason that has been reported.
    pub(crate) fn pass_over(&mut self) {
        self.passed_over += 1;
    }

    /// How many were found, reported or not.
    pub(crate) fn count(&self) -> usize {
        self.count + self.passed_over
    }

    /// The reported problems, sorted by place.
    pub(crate) fn sorted(mut self) -> Vec<Diagnostic> {
        crate::diagnostic::sort(&mut self.list);
        if self.count > self.list.len() {
            let more = self.count - self.list.len();
            self.list.push(
                Diagnostic::error(codes::LIMIT, not_shown(more)).help("fix the errors above first"),
            );
        }
        self.list
    }
}

/// The text for what is over a limit.
pub(crate) fn not_shown(more: usize) -> String {
    match more {
        1 => "1 more problem is not shown".to_owned(),
        more => format!("{more} more problems are not shown"),
    }
}
