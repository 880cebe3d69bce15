//! What a change of a spec looks like, and what it does: [`difference`] and [`effect`].

use std::io::{self, Write};

use similar::{ChangeTag, TextDiff};

use super::safe;
use super::style::{Ink, Style};
use crate::edit::Effect;

/// Lines around each change.
const CONTEXT: usize = 3;

/// Writes the difference between two texts of a file, as `git diff` does.
///
/// # Errors
/// When it cannot be written.
pub fn difference(
    out: &mut dyn Write,
    file: &str,
    before: &str,
    after: &str,
    style: &Style,
) -> io::Result<()> {
    let file = safe::clean(file);
    writeln!(out, "{}", style.paint(Ink::Title, &format!("--- {file}")))?;
    writeln!(out, "{}", style.paint(Ink::Title, &format!("+++ {file}")))?;
    let lines = TextDiff::from_lines(before, after);
    for hunk in lines.unified_diff().context_radius(CONTEXT).iter_hunks() {
        writeln!(
            out,
            "{}",
            style.paint(Ink::Faint, &hunk.header().to_string())
        )?;
        for change in hunk.iter_changes() {
            let (sign, ink) = match change.tag() {
                ChangeTag::Equal => (' ', Ink::Plain),
                ChangeTag::Delete => ('-', Ink::Removed),
                ChangeTag::Insert => ('+', Ink::Added),
            };
            let line = change.value().trim_end_matches(['\n', '\r']);
            writeln!(
                out,
                "{}",
                style.paint(ink, &format!("{sign}{}", safe::clean(line)))
            )?;
            if !change.value().ends_with('\n') {
                writeln!(
                    out,
                    "{}",
                    style.paint(Ink::Faint, "\\ No newline at end of file")
                )?;
            }
        }
    }
    Ok(())
}

/// What a change of a spec concerns, in words.
#[must_use]
pub fn effect(effect: &Effect) -> String {
    match effect {
        Effect::Of(address) => address.to_string(),
        Effect::Pattern(address, pattern) => {
            format!("every mirror topic of {address} that only `{pattern}` governs")
        }
        Effect::Topics(link, name) if name.ends_with('*') => {
            format!("every topic of the link `{link}` that only `{name}` governs")
        }
        Effect::Topics(link, name) => {
            format!("the topic {} of the link `{link}`", safe::name(name))
        }
        Effect::Rest(section) => format!("`{section}`"),
    }
}
