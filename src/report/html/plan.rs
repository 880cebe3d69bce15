//! A plan as a page for a browser: [`render`].
//!
//! First what it comes to and what must be seen: refusals, what is irreversible, what is not
//! known. Then the picture, the waves with every name, the other findings, and what the codes mean.

mod attribute;
mod finding;
mod operation;

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::budget::PageBudget;
use super::parts::{self, Text, glossary, prose};
use super::shell::{self, HtmlPage, Section};
use crate::diff::Class;
use crate::plan::Plan;
use crate::report::plan_json::About;
use crate::report::view::plan::{PlanView, Wave};
use crate::report::words::Weight;
use crate::report::{plan_svg, words};

/// More things to open than this are closed at first; what is irreversible never is closed.
const MAX_OPEN: usize = 25;

/// The plan as HTML.
#[must_use]
pub fn render(plan: &Plan, about: &About) -> String {
    let view = PlanView::of(plan);
    let mut budget = PageBudget::new();
    let mut sections = Vec::new();
    sections.extend(finding::refusals(&view, &mut budget));
    sections.extend(grave(&view, &mut budget));
    for class in [Class::Unknown, Class::Health] {
        sections.extend(finding::section(&view, class, &mut budget));
    }
    if view.has_changes {
        sections.push(picture(plan));
    }
    let is_open = view
        .waves
        .iter()
        .map(|wave| wave.items.len())
        .sum::<usize>()
        <= MAX_OPEN;
    for (number, of) in (1..).zip(&view.waves) {
        sections.push(wave(number, of, is_open, &mut budget));
    }
    for class in [Class::Config, Class::Unmanaged, Class::Note] {
        sections.extend(finding::section(&view, class, &mut budget));
    }
    sections.extend(hand_over(&view));
    let codes = codes(&view);
    if !codes.is_empty() {
        sections.push(Section {
            id: "codes".to_owned(),
            title: "What the codes mean".to_owned(),
            content: glossary(&codes),
        });
    }
    let mut facts = Vec::new();
    if let Some(time) = about.generated_at.filter(|_| about.origin.is_none()) {
        facts.push(("Made", time.to_string()));
    }
    facts.push(("Compared", words::compared(&plan.compared)));
    match (&about.digest, &about.origin) {
        (Some(digest), Some(origin)) => facts.extend(words::origin::facts(digest, origin)),
        (Some(digest), None) => facts.push(("Saved plan", digest.clone())),
        (None, _) => {}
    }
    shell::document(&HtmlPage {
        title: view.title,
        sentence: &format!("{}.", view.sentence),
        facts,
        counted: [
            ("operation", plan.operations.len()),
            ("finding", plan.findings.len() + plan.refusals.len()),
        ],
        alerts: alerts(&view),
        sections,
        budget,
    })
}

/// What must be seen before anything else.
fn alerts(view: &PlanView<'_>) -> Markup {
    html! {
        @if view.against.is_some() {
            p.alert.danger {
                strong { "Refused:" } " nothing will be applied."
            }
        }
        @for alert in &view.alerts {
            p.alert.(weight(alert.weight)) { strong { (alert.subject) } (alert.text) "." }
        }
        @if let Some(left_out) = &view.left_out {
            p.alert.caution { (Text(left_out)) }
        }
        @if let Some((sentence, problems)) = &view.rehearsal {
            div.alert.plain {
                p { (Text(sentence)) }
                ul {
                    @for problem in problems {
                        li.danger { (prose(problem)) }
                    }
                }
            }
        }
    }
}

/// The class that gives a weight its colour.
fn weight(weight: Weight) -> &'static str {
    match weight {
        Weight::Plain => "plain",
        Weight::Caution => "caution",
        Weight::Danger => "danger",
    }
}

/// Everything that is irreversible, with the way to it.
fn grave(view: &PlanView<'_>, budget: &mut PageBudget) -> Option<Section> {
    let count: usize = view.grave().map(|item| item.members.len()).sum();
    if count == 0 {
        return None;
    }
    let title = "Irreversible";
    // Each is shown in its wave, where it would be counted when it did not fit.
    let list = html! {
        ul.grave {
            @for item in view.grave() {
                @if let Some(line) = budget.fit(html! { li { (operation::link(item)) } }, 0) {
                    (line)
                }
            }
        }
    };
    Some(Section {
        id: "grave".to_owned(),
        title: format!("{title}: {}", words::number(count as u64)),
        content: html! {
            section.aside aria-labelledby="grave" {
                h2.danger #grave tabindex="-1" { (title) }
                (list)
            }
        },
    })
}

/// What goes over when mirror topics stop.
fn hand_over(view: &PlanView<'_>) -> Option<Section> {
    if view.hand_over.is_empty() {
        return None;
    }
    Some(Section {
        id: "hand-over".to_owned(),
        title: "Hand-over".to_owned(),
        content: html! {
            section.aside aria-labelledby="hand-over" {
                h2 #hand-over tabindex="-1" { "Hand-over" }
                @for one in &view.hand_over {
                    p { strong { (Text(&one.title)) } }
                    ul {
                        @for (label, text) in &one.lines {
                            li { span.faint { (label) ": " } (prose(text)) }
                        }
                    }
                }
                p { (words::NOT_CARRIED) }
            }
        },
    })
}

fn picture(plan: &Plan) -> Section {
    Section {
        id: "picture".to_owned(),
        title: "Picture".to_owned(),
        content: html! {
            section.aside aria-labelledby="picture" {
                h2 #picture tabindex="-1" { "Picture" }
                (parts::picture(
                    &plan_svg::drawing(plan),
                    "Clusters, links, and the operations wave by wave",
                    &words::summary(plan),
                ))
            }
        },
    }
}

fn wave(number: usize, wave: &Wave<'_>, is_open: bool, budget: &mut PageBudget) -> Section {
    let id = format!("wave-{number}");
    let Wave {
        title,
        count,
        items,
    } = wave;
    let items: Vec<Markup> = items
        .iter()
        .filter_map(|item| operation::item(item, is_open, budget))
        .collect();
    Section {
        title: format!("{title}: {count}"),
        content: html! {
            section.part aria-labelledby=(id) {
                h2 id=(id) tabindex="-1" { (title) span.faint { ": " (count) } }
                @for item in items {
                    (item)
                }
            }
        },
        id,
    }
}

/// The codes that the page names.
fn codes(view: &PlanView<'_>) -> BTreeSet<&'static str> {
    let notes = view.findings.iter().flat_map(|found| &found.notes);
    let refused = view.refusals.iter().map(|refused| refused.code);
    notes.map(|note| note.code).chain(refused).collect()
}
