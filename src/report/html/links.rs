//! A line for each link above everything else: [`section`]. With the page's script a line filters what is below it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use maud::{Markup, html};

use super::budget::PageBudget;
use super::parts::{Text, name, tone, weight};
use super::shell::Section;
use crate::address::HalfAddress;
use crate::health::{Health, LinkHealth};
use crate::report::view::More;
use crate::report::view::status::{LinkView, StatusCell};
use crate::report::words::{self, Weight};

/// More links than this are in a table for each cluster.
pub(super) const MAX_TOGETHER: usize = 30;

/// What a page says of a link.
pub(super) struct LinkLine<'a> {
    pub(super) half: &'a HalfAddress,
    /// How much of it there is: operations or findings.
    pub(super) count: usize,
    /// The same by kind, the worst first.
    pub(super) kinds: String,
    /// The worst of it, in a word, and how bad that is.
    pub(super) worst: (Weight, String),
}

/// The columns that a page has of its own.
pub(super) struct Columns {
    /// What is counted: `operation`.
    pub(super) noun: &'static str,
    pub(super) kinds: &'static str,
    pub(super) worst: &'static str,
}

/// Lines for links, the worst first. Links of which there is nothing to say are counted.
pub(super) fn section(
    mut lines: Vec<LinkLine<'_>>,
    health: Option<&Health>,
    columns: &Columns,
    budget: &mut PageBudget,
) -> Option<Section> {
    if lines.is_empty() {
        return None;
    }
    let known: BTreeMap<&HalfAddress, &LinkHealth> = health
        .into_iter()
        .flat_map(|health| health.links.iter().map(|link| (&link.address, link)))
        .collect();
    let total = lines.len();
    lines.sort_by_key(|line| (Reverse(line.worst.0), Reverse(line.count)));
    let mut clusters: BTreeMap<&str, Vec<LinkLine<'_>>> = BTreeMap::new();
    let is_split = total > MAX_TOGETHER;
    for line in lines {
        let cluster = match is_split {
            true => line.half.cluster.as_str(),
            false => "",
        };
        clusters.entry(cluster).or_default().push(line);
    }
    let mut groups: Vec<(&str, Vec<LinkLine<'_>>)> = clusters.into_iter().collect();
    groups.sort_by_key(|(_, lines)| Reverse(lines.iter().map(|line| line.worst.0).max()));
    let tables: Vec<Markup> = groups
        .into_iter()
        .map(|(cluster, lines)| {
            let head = is_split.then(|| head(cluster, &lines, columns));
            let table = table(&lines, &known, columns, budget);
            match head {
                None => table,
                Some(head) => html! { details.more.cluster { summary { (head) } (table) } },
            }
        })
        .collect();
    Some(framed(total, &tables))
}

/// The section of all links around its tables.
pub(super) fn framed(links: usize, tables: &[Markup]) -> Section {
    let count = words::number(links as u64);
    Section {
        id: "links".to_owned(),
        title: format!("Links: {count}"),
        content: html! {
            section.links aria-labelledby="links" {
                h2 #links tabindex="-1" { "Links" span.faint { ": " (count) } }
                p.faint.hint hidden { "Choose a link to show only what is about it." }
                @for table in tables { (table) }
            }
        },
    }
}

/// What a cluster's links come to.
fn head(cluster: &str, lines: &[LinkLine<'_>], columns: &Columns) -> Markup {
    let count = lines.iter().map(|line| line.count).sum();
    let worst = lines.iter().max_by_key(|line| line.worst.0);
    html! {
        "cluster " (name(cluster)) ": " (words::quantity(lines.len(), "link")) ", "
        (words::quantity(count, columns.noun))
        @if let Some(line) = worst.filter(|line| line.worst.0 > Weight::Plain) {
            ", " span.(weight(line.worst.0)) { (Text(&line.worst.1)) }
        }
    }
}

fn table(
    lines: &[LinkLine<'_>],
    known: &BTreeMap<&HalfAddress, &LinkHealth>,
    columns: &Columns,
    budget: &mut PageBudget,
) -> Markup {
    let has_health = lines.iter().any(|line| known.contains_key(line.half));
    let mut rows = Vec::new();
    for line in lines {
        let view = known.get(line.half).map(|link| LinkView::of(link));
        rows.extend(budget.fit(row(line, view.as_ref(), has_health, columns), 0));
    }
    html! {
        table.stacked {
            thead {
                tr {
                    th scope="col" { "Link" }
                    th.number scope="col" { (words::capital(words::plural(2, columns.noun))) }
                    th scope="col" { (columns.kinds) }
                    th scope="col" { (columns.worst) }
                    @if has_health {
                        th scope="col" { "State" }
                        th scope="col" { "Mirror topics" }
                        th scope="col" { "Worst lag" }
                    }
                }
            }
            tbody {
                @for row in &rows { (row) }
            }
        }
        @if let Some(more) = More::of(lines.len() - rows.len()) {
            p.caution { (more.called("link").to_string()) }
        }
    }
}

fn row(
    line: &LinkLine<'_>,
    view: Option<&LinkView>,
    has_health: bool,
    columns: &Columns,
) -> Markup {
    let half = line.half.to_string();
    let noun = words::capital(words::plural(2, columns.noun));
    html! {
        tr {
            th.pick scope="row" data-half=(Text(&half)) { (name(&half)) }
            td.number data-label=(noun) { (words::number(line.count as u64)) }
            td data-label=(columns.kinds) { (Text(&line.kinds)) }
            td.(weight(line.worst.0)) data-label=(columns.worst) { (Text(&line.worst.1)) }
            @if has_health {
                (cell("State", view.map(|view| &view.state)))
                (cell("Mirror topics", view.map(|view| &view.mirrors)))
                (cell("Worst lag", view.map(|view| &view.lag)))
            }
        }
    }
}

/// A cell of the link's health; a link that was not read has none.
pub(super) fn cell(label: &str, cell: Option<&StatusCell>) -> Markup {
    html! {
        @match cell {
            Some(cell) => td.(tone(cell.ink)) data-label=(label) { (Text(cell.joined(", "))) },
            None => td data-label=(label) { span.faint { "-" } },
        }
    }
}
