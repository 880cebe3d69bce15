//! Findings and refusals, with how to fix them.

use maud::{Markup, html};

use crate::diff::Class;
use crate::report::html::budget::PageBudget;
use crate::report::html::note;
use crate::report::html::parts::{MAX_ITEMS_OPEN, Text, meaning, place, prose, tone};
use crate::report::html::shell::Section;
use crate::report::plan_text::class_ink;
use crate::report::view::note::grouped;
use crate::report::view::plan::{PlanView, Refused};
use crate::report::words;

/// Everything that refuses the plan.
pub(super) fn refusals(view: &PlanView<'_>, budget: &mut PageBudget) -> Option<Section> {
    let found = view.found(Class::Refusal);
    let count = view.refusals.len() + found.map_or(0, |found| found.count);
    if count == 0 {
        return None;
    }
    let mut items: Vec<Markup> = Vec::new();
    for refusal in &view.refusals {
        items.extend(budget.item(1, [].into_iter(), |_, _| refused(refusal)));
    }
    let is_open = found.is_none_or(|found| found.notes.len() <= MAX_ITEMS_OPEN);
    for said in found.iter().flat_map(|found| grouped(&found.notes)) {
        items.extend(note::item(&said, is_open, budget));
    }
    Some(in_section("refused", "Refused", "danger", count, &items))
}

/// The findings of a class; nothing when there are none.
pub(super) fn section(
    view: &PlanView<'_>,
    class: Class,
    budget: &mut PageBudget,
) -> Option<Section> {
    let found = view.found(class)?;
    let mut items: Vec<Markup> = Vec::new();
    let is_open = found.notes.len() <= MAX_ITEMS_OPEN;
    for said in grouped(&found.notes) {
        items.extend(note::item(&said, is_open, budget));
    }
    let id = match class {
        Class::Refusal => "refused",
        Class::Unknown => "unknown",
        Class::Health => "health",
        Class::Warning => "warnings",
        Class::Config => "config",
        Class::Unmanaged => "unmanaged",
        Class::Note => "notes",
    };
    let tone = tone(class_ink(class));
    Some(in_section(id, found.title, tone, found.count, &items))
}

fn in_section(id: &str, title: &str, tone: &str, count: usize, items: &[Markup]) -> Section {
    let count = words::number(count as u64);
    Section {
        id: id.to_owned(),
        title: format!("{title}: {count}"),
        content: html! {
            section.part aria-labelledby=(id) {
                h2.(tone) id=(id) tabindex="-1" { (title) span.faint { ": " (count) } }
                @for item in items {
                    (item)
                }
            }
        },
    }
}

fn refused(refused: &Refused) -> Markup {
    let Refused {
        code,
        words,
        about,
        place: at,
    } = refused;
    html! {
        details.item open data-noun="finding" {
            summary {
                (prose(&words.summary)) " " span.code { (code) }
            }
            div.body {
                @if at.is_some() {
                    p { (place(at.as_ref())) }
                }
                p.faint { (prose(&words.why)) }
                p { span.faint { "about: " } (about) }
                @if let Some(flag) = &words.flag {
                    p { span.faint { "for this run: " } code { (Text(flag)) } }
                }
                p { span.faint { "in the spec: " } (prose(&words.spec)) }
                (meaning(code))
            }
        }
    }
}
