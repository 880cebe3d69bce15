//! Drift as a terminal page: [`write()`]. One line when all is well.

use std::io::{self, Write};

use super::DriftView;
use super::json::DriftEntry;
use crate::drift::DriftClass;
use crate::report::note_text::{MESSAGE, notes};
use crate::report::page::{Page, ink, plain};
use crate::report::safe;
use crate::report::style::{Detail, Ink, Style};
use crate::report::view::Truncated;
use crate::report::words;

/// Former findings shown, unless all are asked for.
const MAX_PAST: usize = 10;

/// Writes the drift.
///
/// # Errors
/// When the writer fails.
pub fn write(out: &mut dyn Write, view: &DriftView<'_>, style: &Style) -> io::Result<()> {
    let mut page = Page::new(out, style);
    page.line(0, 2, &[ink(Ink::Title, view.headline.as_str())])?;
    for class in DriftClass::ALL {
        let found = view.notes(class, style.detail);
        if found.is_empty() {
            continue;
        }
        page.blank()?;
        let title = ink(class_ink(class), words::drift_title(class));
        page.line(0, 2, &[title, ink(Ink::Faint, format!(" ({class})"))])?;
        notes(&mut page, &found, "")?;
    }
    for (_, title, entries) in view.past() {
        past(&mut page, title, entries)?;
    }
    Ok(())
}

/// The ink for a class's title.
pub(crate) fn class_ink(class: DriftClass) -> Ink {
    match class {
        DriftClass::Unknown | DriftClass::Health => Ink::Danger,
        DriftClass::State | DriftClass::Missing | DriftClass::Config => Ink::Caution,
        DriftClass::Unmanaged | DriftClass::Expected | DriftClass::Information => Ink::Title,
    }
}

/// What the last report had and this one has not.
fn past(page: &mut Page<'_>, title: &str, entries: &[DriftEntry]) -> io::Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    page.blank()?;
    page.line(0, 2, &[ink(Ink::Title, title)])?;
    let few = match page.style().detail {
        Detail::Brief => Truncated::of(entries, MAX_PAST),
        Detail::All => Truncated::of(entries, usize::MAX),
    };
    for entry in few.shown {
        let pieces = [
            ink(Ink::Name, safe::name(&entry.address)),
            plain(format!(": {} ", safe::message(&entry.summary, MESSAGE))),
            ink(Ink::Faint, format!("[{}]", entry.code)),
        ];
        page.line(2, 2, &pieces)?;
    }
    match few.more {
        Some(more) => page.line(2, 2, &[ink(Ink::Faint, more.to_string())]),
        None => Ok(()),
    }
}
