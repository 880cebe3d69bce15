//! What people and machines read: one file per view, all from the same words.
//!
//! A view takes a writer and a value (a [`Plan`](crate::plan::Plan), diagnostics, drift) and
//! writes. Views decide nothing and print nothing by themselves. [`words`] is the one place that
//! knows how things are called, why they matter and what to do about them; [`safe`] is the one
//! place that makes names and messages from outside harmless.

pub mod apply_live;
pub mod apply_markdown;
pub mod apply_text;
pub mod diagnostics;
pub mod drift;
pub mod github;
pub mod html;
pub mod markdown;
pub mod ndjson;
pub mod plan_graph;
pub mod plan_json;
pub mod plan_markdown;
pub mod plan_svg;
pub mod plan_text;
pub mod rehearsal;
pub mod safe;
pub mod status;
pub mod style;
pub mod why;
pub mod words;

mod document;
mod group;
mod note_text;
mod page;
mod picture;
mod view;
