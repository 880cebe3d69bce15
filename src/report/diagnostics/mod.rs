//! Diagnostics laid out: [`text()`] with snippets for people, [`json()`], [`sarif()`] and [`github()`]
//! for machines.
//!
//! Every view takes diagnostics in the order they are to be shown, and a writer. Snippets quote the
//! text in `sources`; put masked text there (`spec::masked`), so that no secret is ever quoted.

mod github;
mod json;
mod sarif;
mod text;

pub use github::github;
pub use json::{FORMAT_VERSION, ending, json, json_schema};
pub use sarif::{RuleText, sarif};
pub(crate) use sarif::{plain, uri};
pub use text::{Colour, closing, each, text};

use crate::diagnostic::{Diagnostic, Severity};

/// How many diagnostics of each severity there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Notes.
    pub notes: usize,
}

impl Counts {
    /// Counts them.
    #[must_use]
    pub fn of(diagnostics: &[Diagnostic]) -> Self {
        let mut counts = Self::default();
        for diagnostic in diagnostics {
            match diagnostic.severity {
                Severity::Error => counts.errors += 1,
                Severity::Warning => counts.warnings += 1,
                Severity::Note => counts.notes += 1,
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests;
