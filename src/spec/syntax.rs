//! Messages for invalid YAML.

use std::sync::Arc;

use serde_yaml::granit_parser::{ErrorKind, ScanError};

use super::codes;
use super::node::Span;
use crate::diagnostic::Diagnostic;

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
    let (summary, help) = match error.kind() {
        _ if has_bare_reference(this_line) => BARE_REFERENCE,
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
