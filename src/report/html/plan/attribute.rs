//! What becomes of a link's configs, as a table with filters entry by entry.

use maud::{Markup, html};

use crate::report::attributes::{Attribute, Change, Mark};
use crate::report::html::parts::{Text, heard, prose};

/// More entries than this are collapsed.
const FEW: usize = 100;

/// The table.
pub(super) fn table(attributes: &[Attribute]) -> Markup {
    html! {
        div.wide {
            table.settings {
                thead {
                    tr {
                        th scope="col" { "Setting" }
                        th scope="col" { "Now" }
                        th scope="col" { "Planned" }
                    }
                }
                tbody {
                    @for attribute in attributes {
                        tr {
                            th scope="row" { code { (Text(&attribute.name)) } }
                            (cells(&attribute.change))
                        }
                    }
                }
            }
        }
    }
}

fn cells(change: &Change) -> Markup {
    match change {
        Change::Set(value) => html! {
            td { span.faint { "not set" } }
            td { ins { (Text(value)) } }
        },
        Change::Replace { before, after } => html! {
            td { (side(before)) }
            td { (side(after)) }
        },
        Change::Entries { entries, note } => html! {
            td colspan="2" {
                @if let Some(note) = note {
                    p.faint { (prose(note)) }
                }
                @if entries.len() > FEW {
                    details.more {
                        summary { (crate::report::words::quantity(entries.len(), "entry")) }
                        (list(entries))
                    }
                } @else {
                    (list(entries))
                }
            }
        },
    }
}

fn list(entries: &[(Mark, String)]) -> Markup {
    html! {
        ul.entries {
            @for (mark, entry) in entries {
                li {
                    span.sign.(tone(*mark)) aria-hidden="true" { (sign(*mark)) }
                    (heard(mark.word()))
                    (piece(*mark, entry))
                }
            }
        }
    }
}

fn side(pieces: &[(Mark, String)]) -> Markup {
    html! {
        @for (mark, text) in pieces { (piece(*mark, text)) }
    }
}

fn piece(mark: Mark, text: &str) -> Markup {
    match mark {
        Mark::Same => html! { (Text(text)) },
        Mark::Added => html! { ins { (Text(text)) } },
        Mark::Removed => html! { del { (Text(text)) } },
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
