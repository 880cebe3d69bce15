//! A drill as a terminal page: [`write()`].

use std::io::{self, Write};

use super::{DrillView, Line, Part};
use crate::plan::Plan;
use crate::report::page::{Page, ink, plain};
use crate::report::plan_text;
use crate::report::style::{Detail, Ink, Style};
use crate::report::view::More;
use crate::report::words::Weight;

/// Lines of a part, unless all are asked for.
const MAX_LINES: usize = 20;

/// Writes the drill, with its plan in the middle.
///
/// # Errors
/// When the writer fails.
pub fn write(out: &mut dyn Write, view: &DrillView, plan: &Plan, style: &Style) -> io::Result<()> {
    let mut page = Page::new(out, style);
    let sentence = format!(" {}.", view.sentence);
    page.line(
        0,
        2,
        &[ink(Ink::Title, "Drill:"), ink(paint(view.weight), sentence)],
    )?;
    for part in &view.before {
        lines(&mut page, part)?;
    }
    page.blank()?;
    plan_text::write(out, plan, style)?;
    let mut page = Page::new(out, style);
    for part in &view.after {
        lines(&mut page, part)?;
    }
    Ok(())
}

fn paint(weight: Weight) -> Ink {
    match weight {
        Weight::Plain => Ink::Plain,
        Weight::Caution => Ink::Caution,
        Weight::Danger => Ink::Danger,
    }
}

fn lines(page: &mut Page<'_>, part: &Part) -> io::Result<()> {
    page.blank()?;
    page.line(0, 2, &[ink(Ink::Title, part.title)])?;
    let most = match page.style().detail {
        Detail::All => usize::MAX,
        Detail::Brief => MAX_LINES,
    };
    for Line {
        label,
        text,
        weight,
    } in part.lines.iter().take(most)
    {
        let label = match label.is_empty() {
            true => String::new(),
            false => format!("{label}: "),
        };
        page.line(2, 4, &[ink(Ink::Name, label), ink(paint(*weight), &**text)])?;
    }
    match More::of(part.lines.len().saturating_sub(most)) {
        Some(more) => page.line(2, 4, &[plain(format!("{more} (--all lists them)"))]),
        None => Ok(()),
    }
}
