//! The exit codes: [`Exit`]. Nothing else is ever returned, and every command asks here.

use std::process::{ExitCode, Termination};

use crate::accept::{self, Draft, Refused};
use crate::apply::{Report, Verdict};
use crate::drift::{Drift, DriftClass};
use crate::drill::Drill;
use crate::export::Document;
use crate::import::{Checked, Described, Found};
use crate::live;
use crate::plan::Plan;

/// How a run ended: the exit code of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Exit {
    /// Done; for `plan --detailed-exitcode`: no changes.
    Done = 0,
    /// Could not decide or act: network, API, authentication, files, or an internal error.
    Failed = 1,
    /// Success with changes (`plan --detailed-exitcode`) or drift (`drift`), or a missed objective (`drill`). Nothing else
    /// exits with 2.
    Changes = 2,
    /// Refused by a guard: an allowance is missing, something is protected, or there is no safe way.
    Refused = 3,
    /// The spec or live state changed since the plan was saved.
    Stale = 4,
    /// Some operations are done, and some failed or were blocked.
    Partial = 5,
    /// Timed out waiting; the server may still be working. Running again is safe.
    TimedOut = 6,
    /// Approval was declined at the prompt. No changes were made.
    Declined = 7,
    /// The command line or the spec is wrong.
    Usage = 64,
    /// Interrupted; requests in flight were finished and reported.
    Interrupted = 130,
}

impl Exit {
    /// Every exit with its meaning, for help and documents.
    pub const ALL: [(Self, &'static str); 10] = [
        (Self::Done, "done; for plan --detailed-exitcode: no changes"),
        (
            Self::Failed,
            "could not decide or act: network, API, authentication, files, internal error; for fmt --check: a file is not in the canonical layout; for test: a scenario failed",
        ),
        (
            Self::Changes,
            "success with changes (plan --detailed-exitcode) or drift (drift), or an objective is missed (drill)",
        ),
        (
            Self::Refused,
            "refused by a guard: missing allowance, protected object, blast radius, no safe way",
        ),
        (
            Self::Stale,
            "stale: the spec or live state changed since the plan was saved",
        ),
        (
            Self::Partial,
            "partial: some operations done, some failed or blocked (apply), or not everything declared (export, import, accept --all); the report lists each",
        ),
        (
            Self::TimedOut,
            "timed out waiting; the server may still be working; safe to run again",
        ),
        (
            Self::Declined,
            "declined: approval was not given at the prompt; no changes were made",
        ),
        (Self::Usage, "usage error or invalid spec"),
        (
            Self::Interrupted,
            "interrupted; operations in flight were finished and reported",
        ),
    ];

    /// It in a word or two, for records.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Changes => "changes",
            Self::Refused => "refused",
            Self::Stale => "stale",
            Self::Partial => "partial",
            Self::TimedOut => "timed out",
            Self::Declined => "declined",
            Self::Usage => "usage",
            Self::Interrupted => "interrupted",
        }
    }

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

/// How `plan` ends. A plan that read only part of what the spec declares and found no changes in that
/// part cannot say "no changes", and one whose rehearsal changed something is out of date.
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

/// How `import` ends. A spec that lacks something that the files say, that has placeholders, or that differs from the
/// live clusters is not finished.
#[must_use]
pub fn of_import(
    found: &Found,
    described: &Described,
    document: &Document,
    checked: &Checked,
) -> Exit {
    let is_unfinished = found.has_gaps()
        || found.is_about_to_destroy()
        || document.is_incomplete
        || !described.unknown.is_empty();
    match checked {
        Checked::Unread(_) | Checked::Invalid(_) => Exit::Failed,
        Checked::Differs(_) => Exit::Partial,
        Checked::Not | Checked::Same if is_unfinished || document.links.is_empty() => Exit::Partial,
        Checked::Not | Checked::Same => Exit::Done,
    }
}

/// How `accept` ends. Who names addresses gets all of what they are about or nothing; with `--all` the rest is
/// named. A list without addresses is no failure unless something could not be read.
#[must_use]
pub fn of_acceptance(draft: &Draft<'_>, is_chosen: bool) -> Exit {
    let is_unread = |refused: &Refused| refused.why.code == accept::codes::UNREAD;
    let has_accepted = draft.accepted().next().is_some();
    match (is_chosen, draft.refused()) {
        (_, []) => Exit::Done,
        (false, refused) if refused.iter().any(is_unread) => Exit::Failed,
        (false, _) => Exit::Done,
        (true, _) if has_accepted => Exit::Partial,
        (true, _) => Exit::Refused,
    }
}

/// How `drill` ends. A failover that something other than a missing flag would keep from being done comes first; that
/// an objective is not known is never reported as kept.
#[must_use]
pub fn of_drill(drill: &Drill) -> Exit {
    if drill.is_refused {
        return Exit::Refused;
    }
    match drill.verdict() {
        live::Verdict::Met => Exit::Done,
        live::Verdict::Missed => Exit::Changes,
        live::Verdict::Unknown => Exit::Failed,
    }
}

/// How `drift` ends. Drift that fails the run comes first, even if the notification failed. A read or a
/// notification that failed is never reported as "no drift".
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

/// The result of the notification of a drift run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notified {
    /// It was delivered, or there was no receiver or nothing new.
    Fine,
    /// It was not delivered.
    Failed,
}
