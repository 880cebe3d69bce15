//! Messages for invalid YAML.

use std::sync::Arc;

use serde_yaml::granit_parser::{ErrorKind, ScanError};

use super::codes;
use super::node::Span;
use crate::diagnostic::{Diagnostic, Place};

/// The parse error, with its usual cause.
pub(crate) fn report(error: &ScanError, text: &str, file: &Arc<str>) -> Diagnostic {
    let marker = error.marker();
    let start = marker.byte_offset().unwrap_or_default().min(text.len());
    let start = (0..=start)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or_default();
    let end = text[start..]
        .chars()
        .next()
        .map_or(start, |character| start + character.len_utf8());
    let place = Span {
        file: 0,
        start,
        end,
        line: u32::try_from(marker.line()).unwrap_or(u32::MAX),
        column: u32::try_from(marker.col() + 1).unwrap_or(u32::MAX),
    }
    .place(file);
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let tab_indents = text[line..]
        .chars()
        .take_while(|character| character.is_whitespace() && *character != '\n')
        .any(|character| character == '\t');
    let this_line = text[line..].lines().next().unwrap_or_default();
    if let Some(cause) = cause(text, line, &place, file) {
        return cause;
    }
    let (summary, help) = match error.kind() {
        _ if has_bare_reference(this_line) => BARE_REFERENCE,
        _ if text[start..].starts_with('*') => BARE_STAR,
        ErrorKind::TabNotAllowed | ErrorKind::TabInBlockIndentation => TAB,
        _ if tab_indents => TAB,
        ErrorKind::UnknownAnchor => (
            "an alias names an anchor that is not defined before it",
            "define `&name` above, or quote the text if the `*` is part of it: \"*\"",
        ),
        ErrorKind::BomInsideDocument => (
            "a byte order mark inside the file",
            "remove it; it is allowed at the beginning of the file only",
        ),
        ErrorKind::UnexpectedCharacter { .. } => (
            "a character that cannot begin a value",
            "put the text in quotes",
        ),
        ErrorKind::UnexpectedEofFlowSequence => (
            "a `[` is not closed",
            "add the `]`, or write the list with one `- ` line for each item",
        ),
        ErrorKind::UnexpectedEofFlowMapping | ErrorKind::UnexpectedEofImplicitFlowMapping => {
            ("a `{` is not closed", "add the `}`")
        }
        ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::InvalidIndentation
        | ErrorKind::MappingKeyNotAllowed
        | ErrorKind::MappingValueNotAllowed
        | ErrorKind::InvalidSimpleKey
        | ErrorKind::SimpleKeyExpected => (
            "this line does not fit the lines around it",
            "check the indentation of this line and the one before, and look for a missing or \
                 extra `:` or an open quote",
        ),
        _ => ("", "check this line and the one before it"),
    };
    let summary = if summary.is_empty() {
        format!("invalid YAML: {}", error.kind())
    } else {
        format!("invalid YAML: {summary}")
    };
    Diagnostic::error(codes::SYNTAX, summary)
        .at(&place, "parse error")
        .help(help)
}

/// What is wrong on the line of the error or on the one before it, where the parser only notices what follows from
/// it: a space that is none, a `:` without a space after it.
fn cause(text: &str, line: usize, place: &Place, file: &Arc<str>) -> Option<Diagnostic> {
    let before = text[..line.saturating_sub(1).min(line)].rfind('\n');
    let before = before.map_or(0, |at| at + 1).min(line);
    let lines = [(before, place.line.saturating_sub(1)), (line, place.line)];
    let lines = lines
        .into_iter()
        .filter(|(start, number)| *number > 0 && (*start < line || *number == place.line));
    for (start, number) in lines {
        let this = text[start..].lines().next().unwrap_or_default();
        let at = |offset: usize, length: usize| {
            let column = this[..offset].chars().count() + 1;
            Span {
                file: 0,
                start: start + offset,
                end: start + offset + length,
                line: number,
                column: u32::try_from(column).unwrap_or(u32::MAX),
            }
            .place(file)
        };
        let code = this.split(" #").next().unwrap_or_default();
        if let Some((offset, letter)) = code
            .char_indices()
            .find(|(_, letter)| is_odd_space(*letter))
        {
            let number = u32::from(letter);
            return Some(
                Diagnostic::error(
                    codes::SYNTAX,
                    format!("invalid YAML: a special space (U+{number:04X}) where YAML requires an ordinary one"),
                )
                .at(&at(offset, letter.len_utf8()), "not an ordinary space")
                .help("replace it with a space: web pages and word processors write such spaces, and they look the same"),
            );
        }
        let word = code.trim();
        if let Some((key, value)) = word.split_once(':')
            && is_key(key)
            && value.starts_with(|first: char| first.is_ascii_alphanumeric())
            && !value.contains(':')
        {
            let offset = this.len() - this.trim_start().len();
            return Some(
                Diagnostic::error(
                    codes::SYNTAX,
                    "invalid YAML: a `:` without a space after it",
                )
                .at(&at(offset, word.len()), "read as one text")
                .help(format!("write `{key}: {value}`")),
            );
        }
    }
    None
}

fn is_key(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

/// Spaces that YAML does not take for one.
fn is_odd_space(letter: char) -> bool {
    matches!(
        letter,
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200b}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

const BARE_STAR: (&str, &str) = (
    "a `*` without quotes",
    "write `\"*\"`: without quotes YAML reads the name of an anchor after it",
);

/// Whether a `${` is outside quotes in braces, where YAML reads its brace as a mapping.
fn has_bare_reference(line: &str) -> bool {
    let Some(at) = line.find("${") else {
        return false;
    };
    let before = &line[..at];
    let quotes = before.matches('"').count() + before.matches('\'').count();
    quotes.is_multiple_of(2) && before.contains(['{', '['])
}

const BARE_REFERENCE: (&str, &str) = (
    "a `${…}` without quotes inside `{ }` or `[ ]`",
    "put it in quotes, \"${env:NAME}\": YAML reads its braces as a mapping",
);

const TAB: (&str, &str) = (
    "a tab where YAML requires spaces",
    "indent with spaces; most editors can convert tabs",
);
