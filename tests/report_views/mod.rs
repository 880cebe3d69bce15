//! Every view of a plan, over small worlds made by hand.

mod anything;
mod drift;
mod explain;
pub(crate) mod golden;
mod html;
mod mermaid;
mod pictures;
mod plan_json;
mod plan_markdown;
mod plan_text;
mod since;
mod status;
mod why;
mod world;
mod worlds;
