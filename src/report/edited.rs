//! What a change of a spec looks like, and what it does: [`difference`] and [`effect`].

use std::collections::BTreeMap;
use std::io::{self, Write};

use similar::{ChangeTag, TextDiff};

use super::safe;
use super::style::{Ink, Style};
use super::words::quantity;
use crate::edit::{Effect, OwnEntry, Path};

/// At most this many addresses are listed.
const MAX_NAMES: usize = 10;
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

/// The difference between two texts of a file as `git apply` and `patch -p1` take it.
#[must_use]
pub fn patch(file: &str, before: &str, after: &str) -> String {
    let (before_name, after_name) = (header("a", file), header("b", file));
    let lines = TextDiff::from_lines(before, after);
    let mut difference = lines.unified_diff();
    difference
        .context_radius(CONTEXT)
        .header(&before_name, &after_name)
        .to_string()
}

/// The name of a file before the change, as [`patch`] has it.
#[must_use]
pub fn patch_name(file: &str) -> String {
    header("a", file)
}

/// The name of a file in a patch: in quotes where Git quotes it, and with a tab after it where it has a space, so that
/// nothing behind the space is taken for a time.
fn header(side: &str, file: &str) -> String {
    let is_plain = |letter: char| !letter.is_control() && letter != '"' && letter != '\\';
    match file.chars().all(is_plain) {
        true if file.contains(' ') => format!("{side}/{file}\t"),
        true => format!("{side}/{file}"),
        false => {
            let mut quoted = String::new();
            for byte in format!("{side}/{file}").bytes() {
                match byte {
                    b'"' | b'\\' => quoted.extend(['\\', char::from(byte)]),
                    0x20..=0x7e => quoted.push(char::from(byte)),
                    byte => quoted.push_str(&format!("\\{byte:03o}")),
                }
            }
            format!("\"{quoted}\"")
        }
    }
}

/// The commands that commit a change of specs and push it, to be typed by a person. `patch` is its file, where the
/// change is not written to the specs yet.
#[must_use]
pub fn git_commands<'a>(
    files: impl IntoIterator<Item = &'a str>,
    patch: Option<&str>,
    message: &str,
) -> Vec<String> {
    let files: Vec<String> = files.into_iter().map(safe::shell_word).collect();
    let apply = patch.map(|patch| format!("git apply -- {}", safe::shell_word(patch)));
    let message = safe::shell_word(message);
    let files = files.join(" ");
    let commit = [
        // Git commits no file by its name that it does not know yet.
        format!("git add -- {files}"),
        format!("git commit -m {message} -- {files}"),
        "git push".to_owned(),
    ];
    apply.into_iter().chain(commit).collect()
}

/// What has entries of its own now, in words: each by itself, or how many a pattern governed.
#[must_use]
pub fn own_entries(all: &[OwnEntry]) -> Vec<String> {
    const ONE_BY_ONE: usize = 4;
    if all.len() <= ONE_BY_ONE {
        return all.iter().map(own_entry).collect();
    }
    let mut counts: BTreeMap<&Path, usize> = BTreeMap::new();
    for own in all {
        *counts.entry(&own.pattern).or_default() += 1;
    }
    let words = counts.into_iter().map(|(pattern, count)| {
        format!(
            "`{pattern}` governed {}; each has an entry of its own now.",
            quantity(count, "mirror topic")
        )
    });
    words.collect()
}

/// That something has an entry of its own now, in words.
fn own_entry(own: &OwnEntry) -> String {
    let OwnEntry {
        address,
        entry,
        pattern,
    } = own;
    format!("`{pattern}` governed {address}; it has an entry of its own now, `{entry}`.")
}

/// What a change of a spec concerns, in words: the first of many.
#[must_use]
pub fn effects<'a>(effects: impl IntoIterator<Item = &'a Effect>) -> String {
    let words: Vec<String> = effects.into_iter().map(effect).collect();
    let shown = words.iter().take(MAX_NAMES).cloned().collect::<Vec<_>>();
    match words.len().saturating_sub(MAX_NAMES) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// What a change of a spec concerns, in words.
fn effect(effect: &Effect) -> String {
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
