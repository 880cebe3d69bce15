//! Every view of a plan, over small worlds made by hand.

mod golden;
mod plan_text;
mod world;
mod worlds;
