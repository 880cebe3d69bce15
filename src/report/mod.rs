//! What people and machines read: one file per view, all from the same words.
//!
//! A view takes a writer and a value (a [`Plan`], diagnostics, drift) and
//! writes. Views decide nothing and print nothing by themselves. [`words`] is the one place that
//! knows how things are called, why they matter and what to do about them; [`safe`] is the one
//! place that makes names and messages from outside harmless.

pub mod accepted;
pub mod apply_live;
pub mod apply_markdown;
pub mod apply_text;
pub mod consent;
pub mod diagnostics;
pub mod drift;
pub mod drill;
pub mod edited;
pub mod github;
pub mod hand_over;
pub mod html;
pub mod loss;
pub mod markdown;
pub mod ndjson;
pub mod permissions;
pub mod plan_graph;
pub mod plan_json;
pub mod plan_markdown;
pub mod plan_svg;
pub mod plan_text;
pub mod refused;
pub mod rehearsal;
pub mod safe;
pub mod scenarios;
pub mod status;
pub mod stored;
pub mod style;
pub mod why;
pub mod words;

mod document;
mod format;
mod group;
mod lost;
mod note_text;
mod page;
mod picture;
mod sets;
mod view;
mod xml;

use format::formats;

use crate::plan::Plan;

formats! {
    /// How a plan is printed. A new format is its file and its line here.
    pub enum PlanFormat of Plan {
        "For people": Text = plan_text::write,
        "One JSON document": Json = |out, plan, _| plan_json::write(out, plan, &plan_json::About::default()),
        "Markdown for a pull-request comment": Markdown = |out, plan, _| plan_markdown::write(out, plan),
        "A graph for Graphviz": Dot = |out, plan, _| plan_graph::dot(out, plan),
        "A graph for Mermaid": Mermaid = |out, plan, _| plan_graph::mermaid(out, plan),
        "An SVG picture": Svg = |out, plan, _| plan_svg::write(out, plan),
    }
}
