//! Recorded runs as pages for a browser: [`list`] and [`run`].

use std::cmp::Reverse;
use std::collections::BTreeMap;

use maud::{Markup, html};

use super::budget::PageBudget;
use super::links::{self, Columns, LinkLine};
use super::parts::{MAX_ITEMS_OPEN, Text, breakable, member_name, members, name, prose, weight};
use super::shell::{self, HtmlPage, Section};
use crate::address::HalfAddress;
use crate::report::safe;
use crate::report::stored::{Part, RunDocument};
use crate::report::view::record::{RecordGroup, RecordView};
use crate::report::words::{self, Weight};
use crate::store::kept::Kept;

/// Runs, the newest first, as HTML. `facts` is what is known of the page itself.
#[must_use]
pub fn list(kept: &[(Part, Kept)], facts: Vec<(&'static str, String)>) -> String {
    let read = kept.iter().map(|(part, one)| {
        (
            part,
            one,
            serde_json::from_slice::<RunDocument>(&one.content),
        )
    });
    let (mut runs, mut unread) = (Vec::new(), Vec::new());
    for (part, one, document) in read {
        match document {
            Ok(document) => runs.push(RecordView::of(*part, &document)),
            Err(_) => unread.push(one.id.as_str()),
        }
    }
    let mut budget = PageBudget::of(runs.len());
    let mut sections = Vec::new();
    sections.extend(commands(&runs));
    sections.extend(each(&runs, &mut budget));
    let failed = runs
        .iter()
        .filter(|run| run.weight == Weight::Danger)
        .count();
    let failed = match failed {
        0 => "none failed".to_owned(),
        n => format!("{} failed", words::number(n as u64)),
    };
    shell::document(&HtmlPage {
        title: "Linkwright runs",
        sentence: &match runs.len() {
            0 => "No run is recorded.".to_owned(),
            n => format!("{}, {failed}.", words::capital(words::quantity(n, "run"))),
        },
        facts,
        counted: [("run", runs.len()), ("record", 0)],
        alerts: html! {
            @for id in unread {
                p.alert.caution { strong { "Not read: " } "the record " (name(id)) " is not in a form that this version knows." }
            }
        },
        sections,
        everything: "`linkwright runs list -o json`",
        budget,
    })
}

/// A line for each command, which filters the runs below it.
fn commands(runs: &[RecordView]) -> Option<Section> {
    let mut commands: BTreeMap<&str, Vec<&RecordView>> = BTreeMap::new();
    for run in runs {
        commands.entry(&run.command).or_default().push(run);
    }
    let rows: Vec<Markup> = (commands.iter())
        .filter_map(|(command, runs)| Some((command, runs, runs.first()?)))
        .map(|(command, runs, last)| {
            let ended: BTreeMap<(Reverse<Weight>, &str), usize> =
                runs.iter().fold(BTreeMap::new(), |mut counts, run| {
                    *counts
                        .entry((Reverse(run.weight), run.outcome.as_str()))
                        .or_default() += 1;
                    counts
                });
            let ended: Vec<String> = (ended.iter())
                .map(|((_, word), n)| format!("{} {word}", words::number(*n as u64)))
                .collect();
            html! {
                tr {
                    th.pick scope="row" data-half=(Text(command)) { (name(command)) }
                    td.number data-label="Runs" { (words::number(runs.len() as u64)) }
                    td data-label="Ended" { (Text(ended.join(", "))) }
                    td data-label="Last" { (Text(&last.started)) }
                    td.(weight(last.weight)) data-label="Ended last" { (Text(&last.outcome)) }
                }
            }
        })
        .collect();
    (!rows.is_empty()).then(|| Section {
        id: "commands".to_owned(),
        title: "Commands".to_owned(),
        content: html! {
            section.links aria-labelledby="commands" {
                h2 #commands tabindex="-1" { "Commands" }
                p.faint.hint hidden { "Choose a command to show only its runs." }
                table.stacked {
                    thead {
                        tr {
                            th scope="col" { "Command" }
                            th.number scope="col" { "Runs" }
                            @for title in ["Ended", "Last", "Ended last"] {
                                th scope="col" { (title) }
                            }
                        }
                    }
                    tbody { @for row in &rows { (row) } }
                }
            }
        },
    })
}

fn each(runs: &[RecordView], budget: &mut PageBudget) -> Option<Section> {
    let items: Vec<Markup> = (runs.iter())
        .filter_map(|run| budget.item(1, [].into_iter(), |_, _| item(run)))
        .collect();
    let count = words::number(runs.len() as u64);
    (!items.is_empty()).then(|| Section {
        id: "runs".to_owned(),
        title: format!("Runs: {count}"),
        content: html! {
            section.part aria-labelledby="runs" {
                h2 #runs tabindex="-1" { "Runs" span.faint { ": " (count) } }
                @for item in &items { (item) }
            }
        },
    })
}

fn item(run: &RecordView) -> Markup {
    let counts = run.counts();
    html! {
        details.item data-noun="run" data-half=(Text(&run.command)) {
            summary {
                (Text(&run.started)) " " (name(&run.command))
                @if run.is_simulated { span.faint { " (sandbox)" } }
                ": "
                span.(weight(run.weight)) { (Text(&run.outcome)) }
                @if !counts.is_empty() {
                    span.faint { "; " (Text(&counts)) }
                }
                span.faint { "; by " (Text(&run.by)) }
            }
            div.body {
                dl.facts {
                    @for (term, fact) in &run.facts {
                        div { dt { (term) } dd { (breakable(&safe::clean(fact))) } }
                    }
                }
                p { "All of it: " code { "linkwright runs show " (breakable(&safe::clean(&run.id))) } }
            }
        }
    }
}

/// One run as HTML; none where its record cannot be read.
#[must_use]
pub fn run(part: Part, content: &[u8], facts: Vec<(&'static str, String)>) -> Option<String> {
    let document: RunDocument = serde_json::from_slice(content).ok()?;
    let view = RecordView::of(part, &document);
    let mut budget = PageBudget::of(view.groups.len());
    let noun = noun(&view);
    let columns = Columns {
        noun,
        kinds: if noun == "operation" {
            "Outcomes"
        } else {
            "What"
        },
        worst: "Worst",
    };
    let mut sections = Vec::new();
    sections.extend(links::section(lines(&view), None, &columns, &mut budget));
    sections.extend(by_word(&view, noun, &mut budget));
    let show_command = format!("`linkwright runs show {} -o json`", view.id);
    Some(shell::document(&HtmlPage {
        title: "Linkwright run",
        sentence: &view.sentence(),
        facts: view.facts.iter().cloned().chain(facts).collect(),
        counted: [
            (noun, view.groups.iter().map(|group| group.count).sum()),
            ("run", 0),
        ],
        alerts: html! {
            @if let Some(why) = &view.unread {
                p.alert.caution { strong { "Not shown: " } (prose(why)) }
            }
        },
        sections,
        everything: &show_command,
        budget,
    }))
}

fn noun(view: &RecordView) -> &'static str {
    match view.command.as_str() {
        "drift" => "finding",
        "status" => "problem",
        _ => "operation",
    }
}

/// A line for each link half, with what was done or found there.
fn lines(view: &RecordView) -> Vec<LinkLine<'_>> {
    type Tally<'a> = BTreeMap<(Reverse<Weight>, &'a str), usize>;
    let mut halves: BTreeMap<&HalfAddress, Tally<'_>> = BTreeMap::new();
    for group in &view.groups {
        if let Some(half) = &group.half {
            let tally = halves.entry(half).or_default();
            *tally
                .entry((Reverse(group.weight), &group.word))
                .or_default() += group.count;
        }
    }
    let lines = halves.into_iter().map(|(half, tally)| {
        let kinds: Vec<String> = (tally.iter())
            .map(|((_, word), n)| format!("{} {word}", words::number(*n as u64)))
            .collect();
        let worst = tally.keys().next();
        LinkLine {
            half,
            count: tally.values().sum(),
            kinds: kinds.join(", "),
            worst: worst.map_or((Weight::Plain, String::new()), |(Reverse(weight), word)| {
                (*weight, (*word).to_owned())
            }),
        }
    });
    lines.collect()
}

/// What was done or found, by how it ended or what class it is of.
fn by_word(view: &RecordView, noun: &'static str, budget: &mut PageBudget) -> Vec<Section> {
    let is_open = view.groups.len() <= MAX_ITEMS_OPEN;
    let mut words_in_order: Vec<&str> = Vec::new();
    for group in &view.groups {
        if !words_in_order.contains(&group.word.as_str()) {
            words_in_order.push(&group.word);
        }
    }
    let sections = words_in_order.into_iter().zip(1..).map(|(word, number)| {
        let groups: Vec<&RecordGroup> =
            view.groups.iter().filter(|group| group.word == word).collect();
        let count = words::number(groups.iter().map(|group| group.count).sum::<usize>() as u64);
        let worst = groups.first().map_or(Weight::Plain, |group| group.weight);
        let title = words::capital(word.to_owned());
        let id = format!("part-{number}");
        let items: Vec<Markup> = (groups.into_iter())
            .filter_map(|group| group_item(group, noun, is_open, budget))
            .collect();
        Section {
            title: format!("{title}: {count}"),
            content: html! {
                section.part aria-labelledby=(id) {
                    h2.(weight(worst)) id=(id) tabindex="-1" { (Text(&title)) span.faint { ": " (count) } }
                    @for item in &items { (item) }
                }
            },
            id,
        }
    });
    sections.collect()
}

fn group_item(
    group: &RecordGroup,
    noun: &'static str,
    is_open: bool,
    budget: &mut PageBudget,
) -> Option<Markup> {
    let half = group.half.as_ref().map(ToString::to_string);
    let rows = group.names.iter().map(|one| member_name(one));
    budget.item(group.count, rows, |rows, more| {
        let headline = html! {
            (prose(&group.text)) ": " span.(weight(group.weight)) { (Text(&group.word)) }
            @if !group.code.is_empty() { " " span.code { (Text(&group.code)) } }
        };
        let half = half.as_ref().map(Text);
        html! {
            @if group.names.is_empty() && group.why.is_empty() {
                // There is nothing to open.
                div.item data-noun=(noun) data-half=[half] { div.body { (headline) } }
            } @else {
                details.item open[is_open] data-noun=(noun) data-half=[half] {
                    summary { (headline) }
                    div.body {
                        @if !group.why.is_empty() { p { (prose(&group.why)) } }
                    }
                    (members(group.names.len(), "name", rows, more))
                }
            }
        }
    })
}
