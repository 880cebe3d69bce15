//! Drift as a page for a browser: [`render`].

use maud::{Markup, html};

use super::budget::PageBudget;
use super::note;
use super::parts::{self, MAX_OPEN, Text, glossary, name, place, prose, tone};
use super::shell::{self, HtmlPage, Section};
use crate::drift::DriftClass;
use crate::plan::Plan;
use crate::report::drift::DriftView;
use crate::report::drift::json::DriftEntry;
use crate::report::drift::text::class_ink;
use crate::report::style::Detail;
use crate::report::view::More;
use crate::report::view::note::{Note, grouped};
use crate::report::{picture, plan_svg, words};

/// The drift as HTML. The plan that would bring the world back knows where links lead.
#[must_use]
pub fn render(view: &DriftView<'_>, plan: &Plan, read_at: Option<jiff::Timestamp>) -> String {
    let mut budget = PageBudget::new();
    let mut sections: Vec<Section> = DriftClass::ALL
        .into_iter()
        .filter_map(|class| of_class(view, class, &mut budget))
        .collect();
    for (id, title, entries) in view.past() {
        sections.extend(past(id, title, entries, &mut budget));
    }
    if !view.items.is_empty() {
        sections.insert(0, map(view, plan));
        let codes = view.items.iter().map(|item| item.finding.code()).collect();
        sections.push(Section {
            id: "codes".to_owned(),
            title: "What the codes mean".to_owned(),
            content: glossary(&codes),
        });
    }
    let mut facts = Vec::new();
    if let Some(time) = read_at {
        facts.push(("Read at", time.to_string()));
    }
    shell::document(&HtmlPage {
        title: "Linkwright drift",
        sentence: &view.headline,
        facts,
        counted: [
            ("finding", view.items.len()),
            ("former finding", view.gone.len() + view.unseen.len()),
        ],
        alerts: Markup::default(),
        sections,
        budget,
    })
}

fn map(view: &DriftView<'_>, plan: &Plan) -> Section {
    let about = view.items.iter().map(|item| (&item.finding.address, None));
    let topology = picture::topology(plan, "finding", about);
    Section {
        id: "picture".to_owned(),
        title: "Picture".to_owned(),
        content: html! {
            section.aside aria-labelledby="picture" {
                h2 #picture tabindex="-1" { "Picture" }
                (parts::picture(
                    &plan_svg::map(&topology),
                    "Clusters and links with findings",
                    &view.summary,
                ))
            }
        },
    }
}

fn of_class(view: &DriftView<'_>, class: DriftClass, budget: &mut PageBudget) -> Option<Section> {
    let notes = view.notes(class, Detail::Brief);
    if notes.is_empty() {
        return None;
    }
    let count = view.of_class(class).count();
    let title = words::drift_title(class);
    let mut items: Vec<Markup> = Vec::new();
    for said in grouped(&notes) {
        let members = members(said.note, budget);
        items.extend(note::item(&said, members, budget));
    }
    let id = class.word();
    Some(Section {
        id: id.to_owned(),
        title: format!("{title}: {}", words::number(count as u64)),
        content: html! {
            section.part aria-labelledby=(id) {
                h2.(tone(class_ink(class))) id=(id) tabindex="-1" {
                    (title) span.faint { " (" (id) "): " (words::number(count as u64)) }
                }
                @for item in &items {
                    (item)
                }
            }
        },
    })
}

/// Every mirror topic of a note; nothing for one alone.
fn members(note: &Note, budget: &mut PageBudget) -> Markup {
    let all = &note.members;
    if all.is_empty() {
        return Markup::default();
    }
    let has_since = all.iter().any(|member| member.since.is_some());
    let has_place = all.windows(2).any(|pair| pair[0].place != pair[1].place);
    let mut rows = Vec::new();
    for (index, member) in all.iter().enumerate() {
        let row = html! {
            tr.member {
                th scope="row" { (name(&member.name)) }
                @if has_since {
                    td { @if let Some(since) = &member.since { (since) } }
                }
                @if has_place {
                    td { (place(member.place.as_ref())) }
                }
            }
        };
        let Some(row) = budget.fit(row, all.len() - index) else {
            break;
        };
        rows.push(row);
    }
    html! {
        details.more.members open[all.len() <= MAX_OPEN] {
            summary { (words::quantity(all.len(), "mirror topic")) }
            table {
                thead {
                    tr {
                        th scope="col" { "Mirror topic" }
                        @if has_since { th scope="col" { "Since" } }
                        @if has_place { th scope="col" { "Place" } }
                    }
                }
                tbody {
                    @for row in &rows { (row) }
                }
            }
            @if let Some(more) = More::of(all.len() - rows.len()) {
                p.caution { (more.to_string()) }
            }
        }
    }
}

/// What the last report had and this one has not.
fn past(id: &str, title: &str, entries: &[DriftEntry], budget: &mut PageBudget) -> Option<Section> {
    if entries.is_empty() {
        return None;
    }
    let items: Vec<Markup> = entries
        .iter()
        .filter_map(|entry| budget.fit(former(entry), 1))
        .collect();
    let count = words::number(entries.len() as u64);
    Some(Section {
        id: id.to_owned(),
        title: format!("{title}: {count}"),
        content: html! {
            section.part aria-labelledby=(id) {
                h2 id=(id) tabindex="-1" { (title) span.faint { ": " (count) } }
                @for item in &items {
                    (item)
                }
            }
        },
    })
}

fn former(entry: &DriftEntry) -> Markup {
    html! {
        div.item data-noun="former finding" {
            div.body {
                (name(&entry.address)) ": " (prose(&entry.summary)) " "
                span.code { (Text(&entry.code)) }
            }
        }
    }
}
