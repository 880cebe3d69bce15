//! What became of scenarios: for people ([`text`]) and for CI systems ([`junit`]).

pub mod junit;
pub mod text;

use std::time::Duration;

use crate::scenario::check::Played;

/// A scenario that was played.
#[derive(Clone, Debug)]
pub struct Result {
    /// Its file.
    pub file: String,
    /// What it shows, if it says so.
    pub about: Option<String>,
    /// How long it took, in real time.
    pub took: Duration,
    /// What became of it.
    pub played: Played,
}

impl Result {
    /// Whether everything is as expected.
    #[must_use]
    pub fn is_passed(&self) -> bool {
        self.played.unmet.is_empty()
    }

    /// What is not as expected, a line each, with what the command printed.
    fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for unmet in &self.played.unmet {
            lines.push(format!("{}: {}", unmet.place, unmet.what));
            lines.extend(unmet.difference.iter().map(|line| format!("  {line}")));
        }
        if let Some(command) = &self.played.command
            && !self.played.printed.is_empty()
        {
            lines.push(format!("`{command}` printed at its end:"));
            let printed = self.played.printed.iter();
            lines.extend(printed.map(|line| format!("  | {line}")));
        }
        lines
    }
}
