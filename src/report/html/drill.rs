//! A drill as a page for a browser: [`render`].

use maud::{Markup, html};

use super::budget::PageBudget;
use super::parts::{Text, prose};
use super::shell::{self, HtmlPage, Section};
use crate::plan::Plan;
use crate::report::drill::{DrillView, Line, Part};
use crate::report::plan_text;
use crate::report::style::{Detail, Style};
use crate::report::words::Weight;

/// The drill as HTML, with its plan as text.
#[must_use]
pub fn render(view: &DrillView, plan: &Plan) -> String {
    let parts = view.before.iter().chain(&view.after);
    let count = parts.map(|part| part.lines.len()).sum();
    let mut budget = PageBudget::of(count);
    let mut sections: Vec<Section> = Vec::new();
    sections.extend(view.before.iter().map(|it| part(it, &mut budget)));
    sections.push(of_plan(plan));
    sections.extend(view.after.iter().map(|it| part(it, &mut budget)));
    shell::document(&HtmlPage {
        title: "Linkwright drill",
        sentence: &view.sentence,
        facts: view.facts.clone(),
        counted: [("line", count), ("finding", 0)],
        alerts: Markup::default(),
        sections,
        everything: "`linkwright drill -o json`",
        budget,
    })
}

fn part(part: &Part, budget: &mut PageBudget) -> Section {
    let lines: Vec<Markup> = (part.lines.iter())
        .filter_map(|it| budget.item(1, [].into_iter(), |_, _| line(it)))
        .collect();
    Section {
        id: part.id.to_owned(),
        title: part.title.to_owned(),
        content: html! {
            section.part aria-labelledby=(part.id) {
                h2 id=(part.id) tabindex="-1" { (part.title) }
                @for line in &lines { (line) }
            }
        },
    }
}

fn line(line: &Line) -> Markup {
    let tone = match line.weight {
        Weight::Plain => "plain",
        Weight::Caution => "caution",
        Weight::Danger => "danger",
    };
    html! {
        div.item data-noun="line" {
            div.body {
                @if !line.label.is_empty() {
                    strong { (Text(&line.label)) } ": "
                }
                span.(tone) { (prose(&line.text)) }
            }
        }
    }
}

/// The plan as the terminal shows it, without colours.
fn of_plan(plan: &Plan) -> Section {
    let style = Style {
        detail: Detail::All,
        ..Style::default()
    };
    let mut text = Vec::new();
    // A vector takes whatever is written to it.
    drop(plan_text::write(&mut text, plan, &style));
    let text = String::from_utf8_lossy(&text).into_owned();
    Section {
        id: "plan".to_owned(),
        title: "Plan of the failover".to_owned(),
        content: html! {
            section.part aria-labelledby="plan" {
                h2 #plan tabindex="-1" { "Plan of the failover" }
                pre { (text) }
            }
        },
    }
}
