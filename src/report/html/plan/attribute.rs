//! What becomes of a link's configs, as a table with filters entry by entry.

use maud::{Markup, html};

use crate::report::html::parts::{Text, breakable, prose, screen_reader_only};
use crate::report::safe;
use crate::report::words;
use crate::report::words::attributes::{Attribute, Change, Mark};

/// More entries than this are collapsed.
const MAX_ENTRIES: usize = 100;

/// The table.
pub(super) fn table(attributes: &[Attribute]) -> Markup {
    html! {
        table.settings {
            thead {
                tr {
                    th scope="col" { "Setting" }
                    th scope="col" { "Change" }
                }
            }
            tbody {
                @for attribute in attributes {
                    tr {
                        th scope="row" { code { (breakable(&safe::clean(&attribute.name))) } }
                        td { (change(&attribute.change)) }
                    }
                }
            }
        }
    }
}

/// The change, line by line as a diff: the old value is above the new one.
fn change(change: &Change) -> Markup {
    match change {
        Change::Set(value) => html! {
            ul.entries { (line(Mark::Added, &[(Mark::Added, value.clone())])) }
        },
        Change::Replace { before, after } => html! {
            ul.entries {
                (line(Mark::Removed, before))
                (line(Mark::Added, after))
            }
        },
        Change::Entries { entries, note } => html! {
            @if let Some(note) = note {
                p.faint { (prose(note)) }
            }
            @if entries.len() > MAX_ENTRIES {
                details.more {
                    summary { (words::quantity(entries.len(), "entry")) }
                    (list(entries))
                }
            } @else {
                (list(entries))
            }
        },
    }
}

fn list(entries: &[(Mark, String)]) -> Markup {
    html! {
        ul.entries {
            @for entry in entries {
                (line(entry.0, std::slice::from_ref(entry)))
            }
        }
    }
}

/// A line that stays, comes or goes, in pieces of which those that differ are marked.
fn line(mark: Mark, pieces: &[(Mark, String)]) -> Markup {
    html! {
        li {
            span.sign.(tone(mark)) aria-hidden="true" { (sign(mark)) }
            (screen_reader_only(mark.word()))
            @for (mark, text) in pieces {
                @match mark {
                    Mark::Same => (Text(text)),
                    Mark::Added => ins { (Text(text)) },
                    Mark::Removed => del { (Text(text)) },
                }
            }
        }
    }
}

fn sign(mark: Mark) -> &'static str {
    match mark {
        Mark::Same => "=",
        Mark::Added => "+",
        Mark::Removed => "-",
    }
}

fn tone(mark: Mark) -> &'static str {
    match mark {
        Mark::Same => "faint",
        Mark::Added => "added",
        Mark::Removed => "removed",
    }
}
