//! A plan, drift, status and recorded runs as one page for a browser: [`plan`], [`drift`], [`status`] and [`runs`].
//!
//! A page is one file that loads nothing: its styles and its script stand in it, and its content
//! security policy lets nothing else run. It can be searched, printed and used by keyboard, in light
//! and dark. Everything that comes from outside goes through [`parts`], which makes it harmless.

pub mod drift;
pub mod drill;
pub mod plan;
pub mod runs;
pub mod status;

mod budget;
mod links;
mod note;
mod parts;
mod shell;
