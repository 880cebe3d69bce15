//! A run as Markdown, for the summary of a pipeline step: [`render`].

use std::fmt::Write as _;

use super::markdown::{LIMIT, code, text};
use super::plan_markdown::hand_over;
use super::view::plan::HandOverView;
use super::view::run::RunView;
use super::view::{Fitted, Truncated};
use super::words::HandOverTime;
use super::{lost, safe, sets};
use crate::apply::Report;
use crate::plan::Plan;

/// Characters of a server's message.
const MESSAGE: usize = 400;
/// Operations that did not succeed, listed one by one up to this many.
const MAX_FAILURES: usize = 100;

/// How the run ended, every operation that did not succeed, and what is left to do.
#[must_use]
pub fn render(report: &Report, again: &Plan) -> String {
    let run = RunView::of(report, again);
    let mut page = format!("## Linkwright apply: {}", run.verdict);
    if let Some(consequence) = run.consequence {
        let _ = write!(page, ", {consequence}");
    }
    page.push_str("\n\n| outcome | operations |\n|---|---|\n");
    for (count, word) in &run.counts {
        let _ = writeln!(page, "| {word} | {count} |");
    }
    let _ = writeln!(page, "\nIt took {}.", run.took);
    for archive in &run.archives {
        let _ = writeln!(page, "\nHistory archived in {}.", code(archive));
    }
    if !run.failures.is_empty() {
        page.push('\n');
    }
    let few = Truncated::of(&run.failures, MAX_FAILURES);
    for failure in few.shown {
        let why = failure.ended.why.as_deref().unwrap_or_default();
        let _ = writeln!(
            page,
            "- {} {}: {}: {}",
            failure.verb,
            code(&failure.address),
            failure.ended.word,
            text(&safe::message(why, MESSAGE))
        );
    }
    if let Some(more) = few.more {
        let more = more.called("operation");
        let _ = writeln!(page, "- {more}; the run report lists each");
    }
    let lost: Vec<_> = lost::of(report).collect();
    if !lost.is_empty() {
        let deletes = lost.iter().any(|(operation, _)| operation.cut.is_some());
        page.push_str(match deletes {
            true => "\n**Not copied, or deleted:**\n\n",
            false => "\n**Not copied:**\n\n",
        });
    }
    let few = Truncated::of(&lost, MAX_FAILURES);
    for (operation, of_one) in few.shown {
        let address = code(&operation.address.to_string());
        let _ = writeln!(page, "- {address}: {}", text(of_one));
    }
    if let Some(more) = few.more {
        let more = more.called("mirror topic");
        let _ = writeln!(page, "- {more}; the run report lists each");
    }
    for (ends, topics) in lost::turned(report) {
        let _ = writeln!(
            page,
            "\n**Writable at {}, read-only at {}:** {}",
            text(ends.writable.as_str()),
            text(ends.read_only.as_str()),
            listed(&topics)
        );
    }
    let all: Vec<HandOverView> = (report.hand_over.iter())
        .map(|it| HandOverView::of(it, HandOverTime::Done))
        .collect();
    let mut fitted = Fitted::new(std::mem::take(&mut page), LIMIT);
    hand_over(&all, &mut fitted);
    page = fitted.text;
    for sentence in sets::split(report) {
        let _ = writeln!(
            page,
            "\n**Set:** {}",
            text(&safe::message(&sentence, 4 * MESSAGE))
        );
    }
    let left = run.left.as_deref().unwrap_or("no changes");
    let _ = write!(page, "\n**New plan:** {}.\n", text(left));
    page
}

/// The first of some topics, and how many more there are.
fn listed(topics: &[&str]) -> String {
    let few = Truncated::of(topics, MAX_FAILURES);
    let names: Vec<String> = few.shown.iter().map(|topic| code(topic)).collect();
    match few.more {
        None => names.join(", "),
        Some(more) => format!("{}, {}", names.join(", "), more.called("topic")),
    }
}
