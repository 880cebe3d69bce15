//! The status of live links as a page for a browser: [`render`].

use maud::{Markup, html};

use super::budget::PageBudget;
use super::links::cell;
use super::parts::{MAX_OPEN, Text, members, name, prose, tone};
use super::shell::{self, HtmlPage, Section};
use crate::health::{self, Health, LinkRow, Problem, Rows, Selection, Sort, TopicRow};
use crate::report::view::More;
use crate::report::view::status::{LinkView, Rollup, TopicView};
use crate::report::words;

/// Mirror topics of a link that are named; the rest is counted. What is wrong comes first.
const MAX_TOPICS: usize = 1_000;

/// The status as HTML. `facts` is what is known of the page itself.
#[must_use]
pub fn render(health: &Health, facts: Vec<(&'static str, String)>, now: jiff::Timestamp) -> String {
    let mut budget = PageBudget::new();
    let problems = health::problems(health);
    let worst_first = Selection {
        sort: Sort::Status,
        ..Selection::default()
    };
    let links = worst_first.links(health);
    let mut sections = Vec::new();
    sections.extend(wrong(&problems, &mut budget));
    sections.extend(table(&links.rows, &mut budget));
    sections.extend(each(&links.rows, now, &mut budget));
    let topics = health.links.iter().filter_map(|link| link.mirrors.as_ref());
    shell::document(&HtmlPage {
        title: "Linkwright status",
        sentence: &Rollup::of(health).head.1,
        facts,
        counted: [
            (
                "problem",
                problems.iter().map(|it| it.mirrors.len().max(1)).sum(),
            ),
            ("mirror topic", topics.map(|all| all.len().max(1)).sum()),
        ],
        alerts: html! {
            @for why in &health.unread {
                p.alert.caution { strong { "Not read: " } (prose(&why.to_string())) }
            }
        },
        sections,
        budget,
    })
}

/// What is wrong, by cause, with every name.
fn wrong(problems: &[Problem<'_>], budget: &mut PageBudget) -> Option<Section> {
    if problems.is_empty() {
        return None;
    }
    let items: Vec<Markup> = problems
        .iter()
        .filter_map(|problem| {
            let names: Vec<String> = match problem.mirrors.is_empty() {
                true => problem.links.iter().map(ToString::to_string).collect(),
                false => (problem.mirrors.iter())
                    .map(|(half, topic)| format!("{half}/{topic}"))
                    .collect(),
            };
            let count = problem.mirrors.len().max(1);
            let noun = match problem.mirrors.is_empty() {
                true => "link half",
                false => "mirror topic",
            };
            let half = match problem.links.as_slice() {
                [one] => Some(one.to_string()),
                _ => None,
            };
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let item = html! {
                details.item data-noun="problem" data-half=[half.as_ref().map(Text)] {
                    summary { (prose(&words::health_problem(problem))) " " span.code { (problem.cause.code()) } }
                    (members(&names, noun))
                }
            };
            budget.fit(item, count)
        })
        .collect();
    let count = words::number(problems.len() as u64);
    Some(Section {
        id: "problems".to_owned(),
        title: format!("Problems: {count}"),
        content: html! {
            section.part aria-labelledby="problems" {
                h2.danger #problems tabindex="-1" { "Problems" span.faint { ": " (count) } }
                @for item in &items { (item) }
            }
        },
    })
}

fn table(links: &[LinkRow<'_>], budget: &mut PageBudget) -> Option<Section> {
    if links.is_empty() {
        return None;
    }
    let rows: Vec<Markup> = links
        .iter()
        .filter_map(|row| {
            let half = match row {
                LinkRow::Found(link) => link.address.to_string(),
                LinkRow::Missing(half) => half.to_string(),
            };
            let view = LinkView::of_row(row);
            let line = html! {
                tr {
                    th.pick scope="row" data-half=(Text(&half)) { (name(&half)) }
                    (cell("State", Some(&view.state)))
                    (cell("Mirror topics", Some(&view.mirrors)))
                    (cell("Worst lag", Some(&view.lag)))
                    (cell("Tasks", Some(&view.tasks)))
                }
            };
            budget.fit(line, 0)
        })
        .collect();
    let count = words::number(links.len() as u64);
    Some(Section {
        id: "links".to_owned(),
        title: format!("Links: {count}"),
        content: html! {
            section.links aria-labelledby="links" {
                h2 #links tabindex="-1" { "Links" span.faint { ": " (count) } }
                p.faint.hint hidden { "Choose a link to show only what is about it." }
                div.bounded tabindex="0" role="group" aria-label="Links" {
                    table.stacked {
                        thead {
                            tr {
                                @for title in ["Link", "State", "Mirror topics", "Worst lag", "Tasks"] {
                                    th scope="col" { (title) }
                                }
                            }
                        }
                        tbody { @for row in &rows { (row) } }
                    }
                }
                @if let Some(more) = More::of(links.len() - rows.len()) {
                    p.caution { (more.called("link").to_string()) }
                }
            }
        },
    })
}

/// Each link with its mirror topics.
fn each(links: &[LinkRow<'_>], now: jiff::Timestamp, budget: &mut PageBudget) -> Option<Section> {
    let items: Vec<Markup> = links
        .iter()
        .filter_map(|row| match row {
            LinkRow::Found(link) => Some(*link),
            LinkRow::Missing(_) => None,
        })
        .filter_map(|link| {
            let selection = Selection {
                rows: Rows::Topics,
                sort: Sort::Status,
                limit: Some(MAX_TOPICS),
                ..Selection::default()
            };
            let shown = selection.topics_of(std::slice::from_ref(link));
            let mut rows = Vec::new();
            for (index, topic) in shown.rows.iter().enumerate() {
                match budget.fit(topic_row(topic, now), shown.rows.len() - index) {
                    Some(row) => rows.push(row),
                    None => break,
                }
            }
            let view = LinkView::of(link);
            let left = shown.matching - rows.len();
            let item = html! {
                details.item data-noun="mirror topic" data-half=(Text(link.address.to_string())) {
                    summary {
                        (name(&link.address.to_string())) ": "
                        span.(tone(view.state.ink)) { (Text(view.state.joined(", "))) }
                        span.faint { "; " (Text(view.mirrors.joined(", "))) }
                    }
                    (topics(&rows, left))
                }
            };
            budget.fit(item, 0)
        })
        .collect();
    (!items.is_empty()).then(|| Section {
        id: "topics".to_owned(),
        title: "Mirror topics".to_owned(),
        content: html! {
            section.part aria-labelledby="topics" {
                h2 #topics tabindex="-1" { "Mirror topics" }
                @for item in &items { (item) }
            }
        },
    })
}

fn topic_row(row: &TopicRow<'_>, now: jiff::Timestamp) -> Markup {
    let view = TopicView::of(row, now);
    html! {
        tr.member {
            th scope="row" { (name(row.topic.as_str())) }
            (cell("Status", Some(&view.status)))
            (cell("Age", Some(&view.age)))
            (cell("Lag", Some(&view.lag)))
        }
    }
}

fn topics(rows: &[Markup], left: usize) -> Markup {
    html! {
        @if !rows.is_empty() {
            details.more.members open[rows.len() <= MAX_OPEN] {
                summary { (words::quantity(rows.len(), "mirror topic")) }
                table.stacked {
                    thead {
                        tr {
                            @for title in ["Mirror topic", "Status", "Age", "Lag"] {
                                th scope="col" { (title) }
                            }
                        }
                    }
                    tbody { @for row in rows { (row) } }
                }
                @if let Some(more) = More::of(left) {
                    p.caution { (more.to_string()) "; `status --mirrors` and JSON list all" }
                }
            }
        }
    }
}
