//! Notes and lists on a terminal page.

use std::io;

use super::page::{Page, Piece, ink, plain};
use super::safe;
use super::style::{Detail, Ink};
use super::view::Truncated;
use super::view::note::{GroupedNote, Note, grouped};

/// Names shown of a list that is long, unless all are asked for.
pub(super) const MAX_NAMES: usize = 5;
/// Characters of a server's message.
pub(super) const MESSAGE: usize = 400;
/// How to see the rest of a list.
pub(super) const HINT: &str = " (--all shows them)";

/// A place, in brackets.
pub(super) fn at(place: Option<&str>) -> Option<Piece<'static>> {
    place.map(|place| ink(Ink::Faint, format!(" ({place})")))
}

/// What was found; `hint` says how to see the names that are not shown. A reason or a fix that the
/// finding before it has is not repeated.
pub(super) fn notes(page: &mut Page<'_>, notes: &[Note], hint: &str) -> io::Result<()> {
    grouped(notes).try_for_each(|said| note(page, &said, hint))
}

fn note(page: &mut Page<'_>, said: &GroupedNote<'_>, hint: &str) -> io::Result<()> {
    let note = said.note;
    let mut pieces = Vec::new();
    if !note.mark.is_empty() {
        pieces.push(ink(Ink::Caution, format!("{} ", note.mark)));
    }
    let summary = safe::message(&note.summary, MESSAGE);
    pieces.push(ink(Ink::Name, note.called()));
    pieces.push(plain(format!(": {summary} ")));
    pieces.push(ink(Ink::Faint, format!("[{}]", note.code)));
    pieces.extend(at(note.place.as_deref()));
    page.line(2, 2, &pieces)?;
    if !note.members.is_empty() {
        listing(page, 6, Ink::Plain, &note.names(), MAX_NAMES, hint)?;
    }
    for detail in &note.details {
        page.line(6, 2, &[plain(safe::message(detail, MESSAGE))])?;
    }
    for (label, time) in [("since", &note.since), ("first seen", &note.first_seen)] {
        if let Some(time) = time {
            page.line(6, 2, &[ink(Ink::Faint, format!("{label} {time}"))])?;
        }
    }
    if !said.why.is_empty() {
        page.line(6, 2, &[ink(Ink::Faint, said.why)])?;
    }
    if let Some(expected) = &note.expected {
        let until = format!(" (until {}, {})", expected.until, expected.place);
        let pieces = [
            ink(Ink::Faint, "expected: "),
            plain(safe::message(&expected.reason, MESSAGE)),
            ink(Ink::Faint, until),
        ];
        page.line(6, 2, &pieces)?;
    }
    if !said.to_do.is_empty() {
        let to_do = safe::message(said.to_do, 4 * MESSAGE);
        page.line(6, 2, &[ink(Ink::Faint, "fix: "), plain(to_do)])?;
    }
    for step in &note.steps {
        page.line(8, 3, &[plain(safe::message(step, MESSAGE))])?;
    }
    Ok(())
}

/// A list of names: the first few on wrapped lines, or one a line when all are asked for.
pub(super) fn listing(
    page: &mut Page<'_>,
    indent: usize,
    paint: Ink,
    names: &[impl AsRef<str>],
    first: usize,
    hint: &str,
) -> io::Result<()> {
    if page.style().detail == Detail::All {
        return names
            .iter()
            .try_for_each(|name| page.line(indent, 2, &[ink(paint, safe::name(name.as_ref()))]));
    }
    let few = Truncated::of(names, first);
    let mut pieces = Vec::new();
    for name in few.shown {
        if !pieces.is_empty() {
            pieces.push(plain(", "));
        }
        pieces.push(ink(paint, safe::name(name.as_ref())));
    }
    if let Some(more) = few.more {
        pieces.push(ink(Ink::Faint, format!(" {more}{hint}")));
    }
    page.line(indent, 2, &pieces)
}
