//! What is done about the difference between what people write and what clusters answer: diff, plan and apply,
//! and all that needs them.

pub use linkwright_core::*;

pub mod accept;
pub mod apply;
pub mod diff;
pub mod drift;
pub mod drill;
pub mod export;
pub mod guard;
pub mod health;
pub mod import;
pub mod plan;
pub mod refresh;
