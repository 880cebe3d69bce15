//! Drift as a page for a browser: [`render`].

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::budget::PageBudget;
use super::links::{self, Columns, LinkLine};
use super::note;
use super::parts::{self, MAX_OPEN, Text, glossary, name, place, prose, tone};
use super::shell::{self, HtmlPage, Section};
use crate::address::HalfAddress;
use crate::drift::DriftClass;
use crate::health::Health;
use crate::plan::Plan;
use crate::plan::file::OriginV1;
use crate::report::drift::DriftView;
use crate::report::drift::json::DriftEntry;
use crate::report::drift::text::class_ink;
use crate::report::style::Detail;
use crate::report::view::More;
use crate::report::view::note::{Note, grouped};
use crate::report::words::Weight;
use crate::report::{picture, plan_svg, words};

/// What is known of the page in addition to the drift.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// When live state was read.
    pub read_at: Option<jiff::Timestamp>,
    /// Where the spec is from.
    pub origin: Option<OriginV1>,
    /// The limits that it was judged by.
    pub limits: Option<String>,
    /// How the links do in the same read.
    pub health: Option<Health>,
}

/// The drift as HTML. The plan that would resolve it knows where links lead.
#[must_use]
pub fn render(view: &DriftView<'_>, plan: &Plan, about: &About) -> String {
    let mut budget = PageBudget::new();
    let mut sections: Vec<Section> = DriftClass::ALL
        .into_iter()
        .filter_map(|class| of_class(view, class, &mut budget))
        .collect();
    for (id, title, entries) in view.past() {
        sections.extend(past(id, title, entries, &mut budget));
    }
    if !view.items.is_empty() {
        let columns = Columns {
            noun: "finding",
            kinds: "Classes",
            worst: "Worst",
        };
        let health = about.health.as_ref();
        let table = links::section(lines(view), health, &columns, &mut budget);
        sections.splice(0..0, table.into_iter().chain([map(view, plan)]));
        let codes = view.items.iter().map(|item| item.finding.code()).collect();
        sections.push(Section {
            id: "codes".to_owned(),
            title: "What the codes mean".to_owned(),
            content: glossary(&codes),
        });
    }
    let mut facts = Vec::new();
    match (&about.origin, about.read_at) {
        (Some(origin), _) => facts.extend(words::origin::reading_facts(origin)),
        (None, Some(time)) => facts.push(("Read at", time.to_string())),
        (None, None) => {}
    }
    facts.extend(about.limits.iter().map(|limits| ("Limits", limits.clone())));
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

/// A line for each link half with findings.
fn lines<'a>(view: &DriftView<'a>) -> Vec<LinkLine<'a>> {
    let mut classes: BTreeMap<&HalfAddress, BTreeMap<DriftClass, usize>> = BTreeMap::new();
    for item in &view.items {
        if let Some(half) = item.finding.address.half() {
            let counts = classes.entry(half).or_default();
            *counts.entry(item.finding.class).or_default() += 1;
        }
    }
    let lines = classes.into_iter().map(|(half, counts)| {
        let kinds: Vec<String> = (counts.iter())
            .map(|(class, n)| format!("{} {class}", words::number(*n as u64)))
            .collect();
        // The classes are in order, the worst first.
        let worst = counts.keys().next();
        LinkLine {
            half,
            count: counts.values().sum(),
            kinds: kinds.join(", "),
            worst: worst.map_or((Weight::Plain, String::new()), |class| {
                (weight(*class), class.word().to_owned())
            }),
        }
    });
    lines.collect()
}

fn weight(class: DriftClass) -> Weight {
    match class {
        DriftClass::Unknown | DriftClass::Health => Weight::Danger,
        DriftClass::State | DriftClass::Missing | DriftClass::Config => Weight::Caution,
        DriftClass::Unmanaged | DriftClass::Expected | DriftClass::Information => Weight::Plain,
    }
}

fn map(view: &DriftView<'_>, plan: &Plan) -> Section {
    let about = view.items.iter().map(|item| picture::About {
        address: &item.finding.address,
        cluster_id: None,
        weight: weight(item.finding.class),
    });
    let meaning = picture::Meaning {
        danger: "unhealthy or not known",
        caution: "differs from the spec",
    };
    let topology = picture::topology(plan, "finding", meaning, about);
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
    let has_lag = all.iter().any(|member| member.lag.is_some());
    let has_place = all.windows(2).any(|pair| pair[0].place != pair[1].place);
    let mut rows = Vec::new();
    for (index, member) in all.iter().enumerate() {
        let row = html! {
            tr.member {
                th scope="row" { (name(&member.name)) }
                @if has_since {
                    td data-label="Since" { @if let Some(since) = &member.since { (since) } }
                }
                @if has_lag {
                    td data-label="Lag" { @if let Some(lag) = &member.lag { (lag) } }
                }
                @if has_place {
                    td data-label="Place" { (place(member.place.as_ref())) }
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
            table.stacked {
                thead {
                    tr {
                        th scope="col" { "Mirror topic" }
                        @if has_since { th scope="col" { "Since" } }
                        @if has_lag { th scope="col" { "Lag" } }
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
