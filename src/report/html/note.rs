//! Something found, as an item that opens: [`item`].

use maud::{Markup, html};

use super::budget::PageBudget;
use super::parts::{Text, breakable, meaning, place, prose};
use crate::report::safe;
use crate::report::view::note::GroupedNote;

/// The note with its mirror topics under it; nothing when it does not fit any more.
pub(super) fn item(
    said: &GroupedNote<'_>,
    members: Markup,
    budget: &mut PageBudget,
) -> Option<Markup> {
    let note = said.note;
    let item = html! {
        details.item open data-noun="finding" data-half=[note.half.as_ref().map(Text)] {
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
    };
    budget.fit(item, note.count)
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
