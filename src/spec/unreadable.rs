//! Diagnostics about files that could not even become text. `cli` reads files; the messages are
//! here, next to the other problems of files.

use std::sync::Arc;

use super::codes;
use super::node::Span;
use crate::diagnostic::Diagnostic;

/// A file or directory could not be read, for the reason that the operating system gives: not
/// found, no permission, a loop of symbolic links.
pub fn unreadable(path: &str, reason: &str) -> Diagnostic {
    Diagnostic::error(codes::UNREADABLE, format!("cannot read `{path}`: {reason}"))
        .why("a plan made from part of the spec would be wrong")
        .help("check the path and its permissions")
}

/// A file's bytes are not UTF-8 text; `valid` bytes of it are.
pub fn not_utf8(file: &Arc<str>, bytes: &[u8], valid: usize) -> Diagnostic {
    let before = &bytes[..valid.min(bytes.len())];
    let line_start = before
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    let lines = before.iter().filter(|byte| **byte == b'\n').count();
    let characters = before[line_start..]
        .iter()
        .filter(|byte| **byte & 0xC0 != 0x80)
        .count();
    let place = Span {
        file: 0,
        start: valid,
        end: valid,
        line: u32::try_from(lines + 1).unwrap_or(u32::MAX),
        column: u32::try_from(characters + 1).unwrap_or(u32::MAX),
    }
    .place(file);
    let encoding = match bytes {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => " (it looks like UTF-16)",
        _ => "",
    };
    Diagnostic::error(
        codes::UNREADABLE,
        format!("the file is not UTF-8 text{encoding}"),
    )
    .at(&place, "the first byte that is not UTF-8")
    .help("save it as UTF-8")
}

/// A directory holds no spec: no `*.yaml` and no `*.yml`, or only those that are skipped.
pub fn no_spec_in(directory: &str) -> Diagnostic {
    Diagnostic::error(
        codes::NOTHING_DECLARED,
        format!("no spec in the directory `{directory}`"),
    )
    .why("a spec is one or more `*.yaml` or `*.yml` files directly in the directory; hidden files, backups, lock files and those that `.linkwrightignore` lists do not count")
    .help("use the directory that has the spec, or create a spec with `linkwright init`")
}
