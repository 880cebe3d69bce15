//! The status of live links as a page for a browser: [`render`].

use maud::{Markup, html};

use super::budget::PageBudget;
use super::links::{MAX_TOGETHER, cell};
use super::parts::{MAX_OPEN, Text, member_name, members, name, prose, tone};
use super::shell::{self, HtmlPage, Section};
use crate::address::{ClusterName, HalfAddress};
use crate::health::{self, Health, LinkRow, Problem, Rows, Selection, Sort, TopicRow};
use crate::report::status::text::catch_up_title;
use crate::report::view::More;
use crate::report::view::status::{LinkView, Rollup, TopicView};
use crate::report::words;

/// Mirror topics of a link that are named; the rest is counted. What is wrong comes first.
const MAX_TOPICS: usize = 1_000;

/// The status as HTML. `facts` is what is known of the page itself.
#[must_use]
pub fn render(health: &Health, facts: Vec<(&'static str, String)>, now: jiff::Timestamp) -> String {
    let problems = health::problems(health);
    let mut budget = PageBudget::of(problems.len() + health.links.len());
    let worst_first = Selection {
        sort: Sort::Status,
        ..Selection::default()
    };
    let links = worst_first.links(health);
    // Every link has its line before the names take what is left.
    let table = table(&links.rows, &mut budget);
    let mut sections = Vec::new();
    sections.extend(wrong(&problems, &mut budget));
    sections.extend(table);
    let catch_up = catch_up_title(health).map(words::capital);
    sections.extend(each(&links.rows, catch_up.as_deref(), now, &mut budget));
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
        everything: "`linkwright status -o json`",
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
            let rows = names.iter().map(|one| member_name(one));
            budget.item(count, rows, |rows, more| {
                html! {
                    details.item data-noun="problem" data-half=[half.as_ref().map(Text)] {
                        summary { (prose(&words::health_problem(problem))) " " span.code { (problem.cause.code()) } }
                        (members(names.len(), noun, rows, more))
                    }
                }
            })
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

/// A line for each link, the worst first; very many in a table for each cluster.
fn table(links: &[LinkRow<'_>], budget: &mut PageBudget) -> Option<Section> {
    if links.is_empty() {
        return None;
    }
    let is_split = links.len() > MAX_TOGETHER;
    let mut clusters: Vec<(&ClusterName, Vec<&LinkRow<'_>>)> = Vec::new();
    for row in links {
        let cluster = &address(row).cluster;
        match clusters
            .iter_mut()
            .find(|(known, _)| !is_split || *known == cluster)
        {
            Some((_, rows)) => rows.push(row),
            None => clusters.push((cluster, vec![row])),
        }
    }
    let tables: Vec<Markup> = (clusters.iter())
        .map(|(cluster, rows)| {
            let table = rows_of(rows, budget);
            match is_split {
                false => table,
                true => {
                    html! { details.more.cluster { summary { (head(cluster, rows)) } (table) } }
                }
            }
        })
        .collect();
    Some(super::links::framed(links.len(), &tables))
}

fn address<'a>(row: &LinkRow<'a>) -> &'a HalfAddress {
    match row {
        LinkRow::Found(link) => &link.address,
        LinkRow::Missing(half) => half,
    }
}

/// What a cluster's links come to.
fn head(cluster: &ClusterName, rows: &[&LinkRow<'_>]) -> Markup {
    let wrong = rows.iter().filter(|row| match row {
        LinkRow::Found(link) => !link.is_healthy(),
        LinkRow::Missing(_) => true,
    });
    let wrong = wrong.count();
    html! {
        "cluster " (name(cluster.as_str())) ": " (words::quantity(rows.len(), "link"))
        @if wrong > 0 {
            ", " span.danger { (words::number(wrong as u64)) " with problems" }
        }
    }
}

fn rows_of(links: &[&LinkRow<'_>], budget: &mut PageBudget) -> Markup {
    let rows: Vec<Markup> = links
        .iter()
        .filter_map(|row| {
            let half = address(row).to_string();
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
    html! {
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
        @if let Some(more) = More::of(links.len() - rows.len()) {
            p.caution { (more.called("link").to_string()) }
        }
    }
}

/// Each link with its mirror topics.
fn each(
    links: &[LinkRow<'_>],
    catch_up: Option<&str>,
    now: jiff::Timestamp,
    budget: &mut PageBudget,
) -> Option<Section> {
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
            let view = LinkView::of(link);
            let unlisted = shown.matching - shown.rows.len();
            let rows = shown.rows.iter().map(|topic| topic_row(topic, catch_up, now));
            budget.item(1, rows, |rows, _| {
                let left = unlisted + shown.rows.len() - rows.len();
                html! {
                    details.item data-noun="mirror topic" data-half=(Text(link.address.to_string())) {
                        summary {
                            (name(&link.address.to_string())) ": "
                            span.(tone(view.state.ink)) { (Text(view.state.joined(", "))) }
                            span.faint { "; " (Text(view.mirrors.joined(", "))) }
                        }
                        (topics(rows, catch_up, left))
                    }
                }
            })
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

fn topic_row(row: &TopicRow<'_>, catch_up: Option<&str>, now: jiff::Timestamp) -> Markup {
    let view = TopicView::of(row, now);
    html! {
        tr.member {
            th scope="row" { (name(row.topic.as_str())) }
            (cell("Status", Some(&view.status)))
            (cell("Age", Some(&view.age)))
            (cell("Lag", Some(&view.lag)))
            @if let Some(title) = catch_up {
                (cell("Copies", Some(&view.rate)))
                (cell(title, Some(&view.catch_up)))
            }
        }
    }
}

fn topics(rows: &[Markup], catch_up: Option<&str>, left: usize) -> Markup {
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
                            @if let Some(title) = catch_up {
                                th scope="col" { "Copies" }
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
