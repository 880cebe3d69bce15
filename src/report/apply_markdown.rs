//! A run as Markdown, for the summary of a pipeline step: [`render`].

use std::fmt::Write as _;

use super::apply_text::rounded;
use super::markdown::{code, text};
use super::safe;
use super::view::Few;
use super::words::{self, duration, summary};
use crate::apply::{Outcome, Report, Verdict};
use crate::plan::Plan;

/// Characters of a server's message.
const MESSAGE: usize = 400;
/// Operations that did not succeed, listed one by one up to this many.
const MAX_FAILURES: usize = 100;

/// How the run ended, every operation that did not succeed, and what is left to do.
#[must_use]
pub fn render(report: &Report, again: &Plan) -> String {
    let counts = report.counts();
    let title = match report.verdict() {
        Verdict::Complete => "Linkwright apply: complete",
        Verdict::Interrupted => "Linkwright apply: interrupted",
        Verdict::Stale => "Linkwright apply: stopped, live state changed since the plan",
        Verdict::Partial => "Linkwright apply: partly failed",
        Verdict::TimedOut => "Linkwright apply: timed out",
    };
    let mut page = format!("## {title}\n\n| outcome | operations |\n|---|---|\n");
    for (word, count) in [
        ("done", counts.done),
        ("unchanged", counts.unchanged),
        ("failed", counts.failed),
        ("blocked", counts.blocked),
        ("unknown", counts.unknown),
        ("skipped", counts.skipped),
    ] {
        if count > 0 {
            let _ = writeln!(page, "| {word} | {count} |");
        }
    }
    let _ = writeln!(page, "\nIt took {}.", duration(rounded(report.took)));
    for archive in &report.archives {
        let path = code(&archive.display().to_string());
        let _ = writeln!(page, "\nHistory archived in {path}.");
    }
    let failed: Vec<_> = report
        .operations
        .iter()
        .filter(|operation| !operation.outcome.is_reached())
        .collect();
    if !failed.is_empty() {
        page.push('\n');
    }
    let few = Few::of(&failed, MAX_FAILURES);
    for operation in few.shown {
        let why = match &operation.outcome {
            Outcome::Failed { cause, .. } => format!("failed: {}", words::cause(cause)),
            Outcome::Unknown { cause } => format!("unknown: {}", words::cause(cause)),
            Outcome::Blocked { by } => format!("blocked: operation {by} did not succeed"),
            Outcome::Skipped => "skipped: the run was interrupted".to_owned(),
            Outcome::Done | Outcome::Unchanged => continue,
        };
        let _ = writeln!(
            page,
            "- {} {}: {}",
            operation.verb,
            code(&operation.address.to_string()),
            text(&safe::message(&why, MESSAGE))
        );
    }
    if let Some(more) = few.more {
        let more = more.called("operation");
        let _ = writeln!(page, "- {more}; the run report lists each");
    }
    let left = if again.has_changes() || again.is_refused() || again.has_unknowns() {
        format!("{}.", summary(again))
    } else {
        "no changes.".to_owned()
    };
    let _ = write!(page, "\n**New plan:** {}\n", text(&left));
    page
}
