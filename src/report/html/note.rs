//! Something found, as an item that opens: [`item`].

use maud::{Markup, html};

use super::budget::PageBudget;
use super::parts::{MAX_OPEN, Text, breakable, meaning, member_name, name, place, prose};
use crate::report::view::More;
use crate::report::view::note::{GroupedNote, Member, Note};
use crate::report::{safe, words};

/// The note with its mirror topics under it; nothing when it does not fit any more.
pub(super) fn item(
    said: &GroupedNote<'_>,
    is_open: bool,
    budget: &mut PageBudget,
) -> Option<Markup> {
    let columns = Columns::of(said.note);
    let rows = said.note.members.iter().map(|member| row(member, &columns));
    budget.item(said.note.count, rows, |rows, more| {
        let members = members(said.note, &columns, rows, more);
        with_members(said, is_open, &members)
    })
}

fn with_members(said: &GroupedNote<'_>, is_open: bool, members: &Markup) -> Markup {
    let note = said.note;
    html! {
        details.item open[is_open] data-noun="finding" data-half=[note.half.as_ref().map(Text)] {
            summary {
                @if !note.mark.is_empty() {
                    strong.news { (note.mark) } " "
                }
                code.name { (breakable(&safe::clean(&note.called()))) } ": " (prose(&note.summary)) " "
                span.code { (note.code) }
            }
            div.body {
                @if note.place.is_some() {
                    p { (place(note.place.as_ref())) }
                }
                (phrases(&note.details))
                @for (label, time) in [("since ", &note.since), ("first seen ", &note.first_seen)] {
                    @if let Some(time) = time {
                        p { span.faint { (label) } (Text(time)) }
                    }
                }
                @if let Some(expected) = &note.expected {
                    p {
                        span.faint { "expected: " } (prose(&expected.reason))
                        span.faint { " (until " (expected.until) ", " (Text(&expected.place)) ")" }
                    }
                }
                @if !said.why.is_empty() {
                    p.faint { (prose(said.why)) }
                }
                @if !said.to_do.is_empty() {
                    p { span.faint { "fix: " } (prose(said.to_do)) }
                }
                (phrases(&note.steps))
                (meaning(note.code))
            }
            (members)
        }
    }
}

/// What differs between the mirror topics of a note.
struct Columns {
    since: bool,
    lag: bool,
    place: bool,
}

impl Columns {
    fn of(note: &Note) -> Self {
        let all = &note.members;
        Self {
            since: all.iter().any(|member| member.since.is_some()),
            lag: all.iter().any(|member| member.lag.is_some()),
            place: all.windows(2).any(|pair| pair[0].place != pair[1].place),
        }
    }

    /// Whether there is nothing but names.
    fn are_none(&self) -> bool {
        !(self.since || self.lag || self.place)
    }
}

/// Every mirror topic of a note; nothing for one alone.
fn members(note: &Note, columns: &Columns, rows: &[Markup], more: Option<More>) -> Markup {
    if note.members.is_empty() {
        return Markup::default();
    }
    html! {
        details.more.members open[note.members.len() <= MAX_OPEN] {
            summary { (words::quantity(note.members.len(), "mirror topic")) }
            @if columns.are_none() {
                ul.names {
                    @for row in rows { (row) }
                }
            } @else {
                table.stacked {
                    thead {
                        tr {
                            th scope="col" { "Mirror topic" }
                            @if columns.since { th scope="col" { "Since" } }
                            @if columns.lag { th scope="col" { "Lag" } }
                            @if columns.place { th scope="col" { "Place" } }
                        }
                    }
                    tbody {
                        @for row in rows { (row) }
                    }
                }
            }
            @if let Some(more) = more {
                p.caution { (more.to_string()) }
            }
        }
    }
}

fn row(member: &Member, columns: &Columns) -> Markup {
    if columns.are_none() {
        return member_name(&member.name);
    }
    html! {
        tr.member {
            th scope="row" { (name(&member.name)) }
            @if columns.since {
                td data-label="Since" { @if let Some(since) = &member.since { (since) } }
            }
            @if columns.lag {
                td data-label="Lag" { @if let Some(lag) = &member.lag { (lag) } }
            }
            @if columns.place {
                td data-label="Place" { (place(member.place.as_ref())) }
            }
        }
    }
}

fn phrases(phrases: &[String]) -> Markup {
    html! {
        @if !phrases.is_empty() {
            ul.phrases {
                @for phrase in phrases {
                    li { (prose(phrase)) }
                }
            }
        }
    }
}
