//! The outputs of a GitHub Actions step for later steps: lines for the file named by
//! `GITHUB_OUTPUT`.

use std::io::{self, Write};

use super::safe::clean;
use super::words;
use crate::plan::Plan;

/// The outputs of a step. What does not apply to a command is left out of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outputs {
    /// Whether there is anything to do.
    pub changes: Option<bool>,
    /// Whether live state differs from the spec.
    pub drift: Option<bool>,
    /// How many operations are irreversible or may lose data.
    pub irreversible: Option<usize>,
    /// The saved plan's digest.
    pub digest: Option<String>,
    /// The code that the command ends with.
    pub exit_code: Option<u8>,
}

impl Outputs {
    /// The outputs that a plan has; the caller adds digest and exit code.
    #[must_use]
    pub fn of_plan(plan: &Plan) -> Self {
        Self {
            changes: Some(plan.has_changes()),
            irreversible: Some(words::irreversible(plan)),
            ..Self::default()
        }
    }

    /// Appends the outputs as `name=value` lines.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let Self {
            changes,
            drift,
            irreversible,
            digest,
            exit_code,
        } = self;
        let mut line = |name: &str, value: Option<String>| match value {
            // A line break in a value would begin an output of its own.
            Some(value) => writeln!(out, "{name}={}", clean(&value)),
            None => Ok(()),
        };
        line("changes", changes.map(|yes| yes.to_string()))?;
        line("drift", drift.map(|yes| yes.to_string()))?;
        line("irreversible", irreversible.map(|n| n.to_string()))?;
        line("digest", digest.clone())?;
        line("exit_code", exit_code.map(|code| code.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stays_on_its_line() {
        let outputs = Outputs {
            changes: Some(true),
            irreversible: Some(2),
            digest: Some("sha256:00\nexit_code=0".to_owned()),
            exit_code: Some(3),
            drift: None,
        };
        let mut out = Vec::new();
        outputs.write(&mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "changes=true\nirreversible=2\ndigest=sha256:00\\nexit_code=0\nexit_code=3\n"
        );
    }
}
