//! A plan as a page for a browser: [`render`].
//!
//! First what it comes to and what must be seen: refusals, what is irreversible, what is not
//! known. Then the picture, the waves with every name, the other findings, and what the codes mean.

mod attribute;
mod finding;
mod operation;

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};

use super::budget::PageBudget;
use super::links::{self, Columns, LinkLine};
use super::parts::{self, MAX_ITEMS_OPEN, MAX_OPEN as MAX_NAMES, Text, glossary, prose};
use super::shell::{self, HtmlPage, Section};
use crate::address::HalfAddress;
use crate::desired::Risk;
use crate::diff::Class;
use crate::health::Health;
use crate::plan::Plan;
use crate::report::plan_json::About;
use crate::report::view::plan::{PlanView, Wave, shown_risks};
use crate::report::words::{Action, Weight};
use crate::report::{plan_svg, words};

/// The plan as HTML.
#[must_use]
pub fn render(plan: &Plan, about: &About) -> String {
    render_with(plan, about, None)
}

/// The plan as HTML, with how the links do in the same read.
#[must_use]
pub fn render_with(plan: &Plan, about: &About, health: Option<&Health>) -> String {
    let view = PlanView::of(plan);
    let mut budget = PageBudget::of(items(&view));
    let columns = Columns {
        noun: "operation",
        kinds: "Changes",
        worst: "Risk",
    };
    // Every link has its line before the names take what is left.
    let links = links::section(lines(plan), health, &columns, &mut budget);
    let mut sections = Vec::new();
    sections.extend(finding::refusals(&view, &mut budget));
    sections.extend(links);
    sections.extend(grave(&view, &mut budget));
    for class in [Class::Unknown, Class::Health, Class::Warning] {
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
        <= MAX_ITEMS_OPEN;
    let are_severe_open = view.grave().count() <= MAX_ITEMS_OPEN;
    for (number, of) in (1..).zip(&view.waves) {
        sections.push(wave(number, of, (is_open, are_severe_open), &mut budget));
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
    shell::document(&HtmlPage {
        title: view.title,
        sentence: &format!("{}.", view.sentence),
        facts: facts(plan, about),
        counted: [
            ("operation", plan.operations.len()),
            ("finding", plan.findings.len() + plan.refusals.len()),
        ],
        alerts: alerts(&view),
        sections,
        everything: "`linkwright plan -o json`",
        budget,
    })
}

/// How many items the page has if all fit: operations and findings that are said together are one.
fn items(view: &PlanView<'_>) -> usize {
    let operations: usize = view.waves.iter().map(|wave| wave.items.len()).sum();
    let notes: usize = view.findings.iter().map(|found| found.notes.len()).sum();
    operations + notes + view.refusals.len()
}

/// What is known of the plan: what whoever approves it compares.
fn facts(plan: &Plan, about: &About) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if let Some(time) = about.generated_at.filter(|_| about.origin.is_none()) {
        facts.push(("Made", time.to_string()));
    }
    facts.push(("Compared", words::compared(&plan.compared)));
    let digest = about.digest.as_ref();
    let name = match about.is_saved() {
        true => "Saved plan",
        false => "Plan digest",
    };
    facts.extend(digest.map(|digest| (name, digest.clone())));
    facts.extend((about.origin.iter()).flat_map(words::origin::origin_facts));
    facts
}

/// A line for each link half that operations or findings are about.
fn lines(plan: &Plan) -> Vec<LinkLine<'_>> {
    #[derive(Default)]
    struct Tally {
        count: usize,
        actions: BTreeMap<Action, usize>,
        risks: BTreeSet<Risk>,
        is_refused: bool,
    }
    let mut tallies: BTreeMap<&HalfAddress, Tally> = BTreeMap::new();
    for operation in &plan.operations {
        let tally = tallies.entry(operation.half()).or_default();
        tally.count += 1;
        *tally.actions.entry(Action::of(operation)).or_default() += 1;
        tally.risks.extend(shown_risks(operation.risks));
    }
    for finding in &plan.findings {
        if let Some(half) = finding.address.half() {
            let tally = tallies.entry(half).or_default();
            tally.is_refused |= finding.class() == Class::Refusal;
        }
    }
    let lines = tallies.into_iter().map(|(half, tally)| {
        let kinds: Vec<String> = (tally.actions.iter())
            .map(|(action, n)| format!("{} {}", words::number(*n as u64), action.verb()))
            .collect();
        let is_severe = |risk: &Risk| matches!(risk, Risk::Irreversible | Risk::DataLoss);
        let weight = match (tally.is_refused, tally.risks.is_empty()) {
            (true, _) => Weight::Danger,
            (false, true) => Weight::Plain,
            (false, false) if tally.risks.iter().any(is_severe) => Weight::Danger,
            (false, false) => Weight::Caution,
        };
        let refused = tally.is_refused.then_some("refused");
        let risks = tally.risks.iter().rev().map(|risk| risk.word());
        let worst: Vec<&str> = refused.into_iter().chain(risks).collect();
        LinkLine {
            half,
            count: tally.count,
            kinds: kinds.join(", "),
            worst: (weight, worst.join(", ")),
        }
    });
    lines.collect()
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
            p.alert.(parts::weight(alert.weight)) { strong { (alert.subject) } (alert.text) "." }
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
    let lines = view.grave().count();
    let by_action = by_action(view);
    Some(Section {
        id: "grave".to_owned(),
        title: format!("{title}: {}", words::number(count as u64)),
        content: html! {
            section.aside aria-labelledby="grave" {
                h2.danger #grave tabindex="-1" { (title) }
                @if lines > MAX_NAMES {
                    ul {
                        @for line in &by_action { li.danger { (line) } }
                    }
                    details.more {
                        summary { "by link: " (words::number(lines as u64)) }
                        (list)
                    }
                } @else {
                    (list)
                }
            }
        },
    })
}

/// What is irreversible, by what is done: `promote 498 mirror topics on 30 links`.
fn by_action(view: &PlanView<'_>) -> Vec<String> {
    let mut actions: BTreeMap<Action, (usize, BTreeSet<&HalfAddress>)> = BTreeMap::new();
    for item in view.grave() {
        let (count, halves) = actions.entry(item.action).or_default();
        *count += item.members.len();
        halves.insert(item.half);
    }
    let lines = actions.iter().map(|(action, (count, halves))| {
        format!(
            "{} {} on {}",
            action.verb(),
            words::quantity(*count, action.noun()),
            words::quantity(halves.len(), "link")
        )
    });
    lines.collect()
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

fn wave(
    number: usize,
    wave: &Wave<'_>,
    (is_open, are_severe_open): (bool, bool),
    budget: &mut PageBudget,
) -> Section {
    let id = format!("wave-{number}");
    let Wave {
        title,
        count,
        items,
    } = wave;
    let items: Vec<Markup> = items
        .iter()
        .filter_map(|item| {
            let is_open = is_open || item.is_severe && are_severe_open;
            operation::item(item, is_open, budget)
        })
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
