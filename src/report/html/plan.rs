//! A plan as a page for a browser: [`render`].
//!
//! First what it comes to and what must be seen: refusals, what cannot be taken back, what is not
//! known. Then the picture, the waves with every name, the other findings, and what the codes mean.

mod attribute;
mod finding;
mod operation;

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::parts::{self, Text, glossary, prose};
use super::room::Room;
use super::shell::{self, Section, Sheet};
use crate::diff::Class;
use crate::plan::Plan;
use crate::report::group::{Group, groups};
use crate::report::plan_json::About;
use crate::report::{plan_svg, rehearsal, words};

/// More things to open than this are closed at first; what cannot be taken back never is.
const FEW: usize = 25;

/// The plan as HTML.
#[must_use]
pub fn render(plan: &Plan, about: &About) -> String {
    let mut room = Room::new();
    let waves: Vec<Vec<Group<'_>>> = plan.waves.iter().map(|wave| groups(plan, wave)).collect();
    let mut sections = Vec::new();
    sections.extend(finding::refusals(plan, &mut room));
    sections.extend(grave(&waves, &mut room));
    for class in [Class::Unknown, Class::Health] {
        sections.extend(finding::section(plan, class, &mut room));
    }
    if plan.has_changes() {
        sections.push(picture(plan));
    }
    let is_open = waves.iter().map(Vec::len).sum::<usize>() <= FEW;
    for (index, groups) in waves.iter().enumerate() {
        sections.push(wave(plan, index, groups, is_open, &mut room));
    }
    for class in [Class::Config, Class::Unmanaged, Class::Note] {
        sections.extend(finding::section(plan, class, &mut room));
    }
    let codes = codes(plan);
    if !codes.is_empty() {
        sections.push(Section {
            id: "codes".to_owned(),
            title: "What the codes mean".to_owned(),
            content: glossary(&codes),
        });
    }
    let mut facts = Vec::new();
    if let Some(time) = about.generated_at {
        facts.push(("Made", time.to_string()));
    }
    facts.push(("Compared", words::compared(&plan.compared)));
    if let Some(digest) = &about.digest {
        facts.push(("Saved plan", digest.clone()));
    }
    shell::document(&Sheet {
        title: words::title(plan),
        sentence: &format!("{}.", words::capital(words::summary(plan))),
        facts,
        counted: [
            ("operation", plan.operations.len()),
            ("finding", plan.findings.len() + plan.refusals.len()),
        ],
        alerts: alerts(plan),
        sections,
        room,
    })
}

/// What must be seen before anything else.
fn alerts(plan: &Plan) -> Markup {
    let grave = words::irreversible(plan);
    let unknown = plan.of_class(Class::Unknown).count();
    html! {
        @if plan.is_refused() {
            p.alert.danger {
                strong { "Refused:" } " nothing of this plan will be applied as it stands."
            }
        }
        @if grave > 0 {
            p.alert.danger {
                strong { (words::quantity(grave, "operation")) }
                " cannot be taken back or may lose data."
            }
        }
        @if unknown > 0 {
            p.alert.caution {
                strong { (words::quantity(unknown, "thing")) }
                (words::not_known(unknown))
            }
        }
        @if let Some(left_out) = rehearsal::left_out(plan) {
            p.alert.caution { (Text(left_out)) }
        }
        @if let Some(sentence) = rehearsal::sentence(plan) {
            div.alert.plain {
                p { (Text(sentence)) }
                ul {
                    @for (_, trouble) in rehearsal::troubles(plan) {
                        li.danger { (prose(&trouble)) }
                    }
                }
            }
        }
    }
}

/// Everything that cannot be taken back, with the way to it.
fn grave(waves: &[Vec<Group<'_>>], room: &mut Room) -> Option<Section> {
    let grave: Vec<_> = waves
        .iter()
        .flatten()
        .filter(|group| words::is_grave(&group.first.risks))
        .collect();
    let count: usize = grave.iter().map(|group| group.ids.len()).sum();
    if count == 0 {
        return None;
    }
    let title = "Cannot be taken back";
    // Each is told in its wave, where it would be counted when it did not fit.
    let list = html! {
        ul.grave {
            @for group in grave {
                @if let Some(line) = room.fit(html! { li { (operation::link(group)) } }, 0) {
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
    plan: &Plan,
    index: usize,
    groups: &[Group<'_>],
    is_open: bool,
    room: &mut Room,
) -> Section {
    let id = format!("wave-{}", index + 1);
    let title = format!("Wave {} of {}", index + 1, plan.waves.len());
    let count = words::quantity(plan.waves[index].len(), "operation");
    let items: Vec<Markup> = groups
        .iter()
        .filter_map(|group| operation::item(plan, group, is_open, room))
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
fn codes(plan: &Plan) -> BTreeSet<&'static str> {
    let refused = plan.refusals.iter();
    plan.findings
        .iter()
        .map(|finding| finding.kind.code().0)
        .chain(refused.map(|refusal| refusal.kind.code().0))
        .collect()
}
