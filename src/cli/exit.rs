//! The exit codes: [`Exit`]. Nothing else is ever returned, and every command asks here.

use std::process::{ExitCode, Termination};

use crate::apply::{Report, Verdict};
use crate::drift::{Drift, DriftClass};
use crate::export::Document;
use crate::plan::Plan;

/// How a run ended, as a process tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Exit {
    /// Done; for `plan --detailed-exitcode`: no changes.
    Done = 0,
    /// Could not decide or act: network, API, sign-in, files, or a fault of Linkwright.
    Failed = 1,
    /// Success with changes (`plan --detailed-exitcode`) or drift (`drift`). Nothing else says 2.
    Changes = 2,
    /// Refused by a guard: an allowance is missing, something is protected, or there is no safe way.
    Refused = 3,
    /// The spec or the live world no longer matches the saved plan.
    Stale = 4,
    /// Some operations are done, and some failed or were blocked.
    Partial = 5,
    /// Timed out waiting; the server may still be working. Running again is safe.
    TimedOut = 6,
    /// The command line or the spec is wrong.
    Usage = 64,
    /// Interrupted; what was in flight was finished and reported.
    Interrupted = 130,
}

impl Exit {
    /// Every exit with its meaning, for help and documents.
    pub const ALL: [(Self, &'static str); 9] = [
        (Self::Done, "done; for plan --detailed-exitcode: no changes"),
        (
            Self::Failed,
            "could not decide or act: network, API, sign-in, files, internal",
        ),
        (
            Self::Changes,
            "success with changes (plan --detailed-exitcode) or drift (drift)",
        ),
        (
            Self::Refused,
            "refused by a guard: missing allowance, protected object, blast radius, no safe way",
        ),
        (
            Self::Stale,
            "stale: the spec or the live world no longer matches the saved plan",
        ),
        (
            Self::Partial,
            "partial: some operations done, some failed or blocked (apply), or not everything declared (export); the report lists each",
        ),
        (
            Self::TimedOut,
            "timed out waiting; the server may still be working; safe to run again",
        ),
        (Self::Usage, "usage error or invalid spec"),
        (
            Self::Interrupted,
            "interrupted; operations in flight were finished and reported",
        ),
    ];

    /// The number.
    #[must_use]
    pub fn code(self) -> u8 {
        self as u8
    }
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(self.code())
    }
}

/// How `plan` ends. A plan that read only part of what the spec speaks of and found nothing to do
/// in that part cannot say "no changes", and one whose rehearsal changed something is out of date.
#[must_use]
pub fn of_plan(plan: &Plan, detailed: bool) -> Exit {
    if plan.has_acted() {
        Exit::Failed
    } else if plan.is_refused() {
        Exit::Refused
    } else if plan.has_changes() {
        if detailed { Exit::Changes } else { Exit::Done }
    } else if plan.has_unknowns() {
        Exit::Failed
    } else {
        Exit::Done
    }
}

/// How `apply` ends, by how its run ended and by the plan made after it.
#[must_use]
pub fn of_run(report: &Report, again: &Plan) -> Exit {
    match report.verdict() {
        Verdict::Interrupted => Exit::Interrupted,
        Verdict::Stale => Exit::Stale,
        Verdict::Partial => Exit::Partial,
        Verdict::TimedOut => Exit::TimedOut,
        Verdict::Complete if again.has_changes() || again.is_refused() => Exit::Partial,
        Verdict::Complete if again.has_unknowns() => Exit::Failed,
        Verdict::Complete => Exit::Done,
    }
}

/// How `export` ends. What could not be read counts first. An export that left out something that is
/// live is not all there is; nor is one that found nothing, unless it only adds to what is declared.
#[must_use]
pub fn of_export(document: &Document, merge: bool) -> Exit {
    if document.is_partial {
        Exit::Failed
    } else if document.is_incomplete || (document.is_empty() && !merge) {
        Exit::Partial
    } else {
        Exit::Done
    }
}

/// How `drift` ends: drift that fails comes first, whatever became of the notification, and silence
/// about what nobody could read, or could not be told, never passes for "no drift".
#[must_use]
pub fn of_drift(drift: &Drift, fail_on: &[DriftClass], notified: Notified) -> Exit {
    if drift.fails_on(fail_on) {
        Exit::Changes
    } else if drift.has_unknowns() || notified == Notified::Failed {
        Exit::Failed
    } else {
        Exit::Done
    }
}

/// What became of the notification of a drift run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notified {
    /// It was delivered, or there was nobody to tell or nothing to say.
    Fine,
    /// It was not delivered.
    Failed,
}
