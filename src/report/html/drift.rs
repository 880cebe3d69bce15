//! Drift as a page for a browser: [`render`].

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::budget::PageBudget;
use super::links::{self, Columns, LinkLine};
use super::note;
use super::parts::{self, MAX_ITEMS_OPEN, Text, glossary, name, prose, tone};
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
use crate::report::view::note::grouped;
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
    let mut budget = PageBudget::of(items(view));
    let mut sections = Vec::new();
    if !view.items.is_empty() {
        let columns = Columns {
            noun: "finding",
            kinds: "Classes",
            worst: "Worst",
        };
        let health = about.health.as_ref();
        sections.extend(links::section(lines(view), health, &columns, &mut budget));
        sections.push(map(view, plan));
    }
    let classes = DriftClass::ALL.into_iter();
    sections.extend(classes.filter_map(|class| of_class(view, class, &mut budget)));
    for (id, title, entries) in view.past() {
        sections.extend(past(id, title, entries, &mut budget));
    }
    if !view.items.is_empty() {
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
        everything: "`linkwright drift -o json`",
        budget,
    })
}

/// How many items the page has if all fit: findings that are said together are one.
fn items(view: &DriftView<'_>) -> usize {
    let of_class = |class| view.notes(class, Detail::Brief).len();
    let found: usize = DriftClass::ALL.into_iter().map(of_class).sum();
    found + view.gone.len() + view.unseen.len()
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
                (words::drift_weight(*class), class.word().to_owned())
            }),
        }
    });
    lines.collect()
}

fn map(view: &DriftView<'_>, plan: &Plan) -> Section {
    let about = view.items.iter().map(|item| picture::About {
        address: &item.finding.address,
        cluster_id: None,
        weight: words::drift_weight(item.finding.class),
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
    let is_open = notes.len() <= MAX_ITEMS_OPEN;
    for said in grouped(&notes) {
        items.extend(note::item(&said, is_open, budget));
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

/// What the last report had and this one has not.
fn past(id: &str, title: &str, entries: &[DriftEntry], budget: &mut PageBudget) -> Option<Section> {
    if entries.is_empty() {
        return None;
    }
    let items: Vec<Markup> = entries
        .iter()
        .filter_map(|entry| budget.item(1, [].into_iter(), |_, _| former(entry)))
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
