//! Comments that silence a warning: `# linkwright:allow LW042 the reason`.
//!
//! A comment after something applies to its own line; a comment on a line of its own applies to the
//! next line that is neither empty nor a comment.

use std::sync::Arc;

use super::codes;
use super::node::{Span, shorten};
use super::problems::Problems;
use crate::diagnostic::{Diagnostic, Place};

/// A warning that is silenced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allow {
    /// The code that is silenced.
    pub code: String,
    /// The line it applies to.
    pub line: u32,
    /// The comment itself.
    pub place: Place,
}

/// More allow comments in one file are ignored.
const MAX_ALLOWS: usize = 1000;
const MARK: &str = "linkwright:allow";

/// Reads the allow comments of a file. An invalid comment is reported.
pub(crate) fn read(
    comments: &[(Span, Box<str>)],
    text: &str,
    file: &Arc<str>,
    problems: &mut Problems,
) -> Vec<Allow> {
    let mut allows = Vec::new();
    for (span, comment) in comments {
        let Some(rest) = comment.trim_start().strip_prefix(MARK) else {
            continue;
        };
        if allows.len() >= MAX_ALLOWS {
            break;
        }
        let place = span.place(file);
        let mut words = rest.split_whitespace();
        let code = words.next().unwrap_or_default();
        let fits = code
            .strip_prefix("LW")
            .is_some_and(|digits| digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit()));
        if !fits {
            problems.push(
                bad(
                    format!("`{}` is not a code that can be allowed", shorten(code)),
                    &place,
                )
                .help("write `# linkwright:allow LW042 the reason`, with the warning's code"),
            );
        } else if words.next().is_none() {
            problems.push(
                bad(format!("allowing {code} needs a reason"), &place)
                    .why("the next reader must be able to decide whether it still applies")
                    .help(format!("write `# {MARK} {code} the reason`")),
            );
        } else {
            allows.push(Allow {
                code: code.to_owned(),
                line: silenced_line(*span, text),
                place,
            });
        }
    }
    allows
}

/// A diagnostic about an allow comment.
pub(crate) fn bad(summary: String, place: &Place) -> Diagnostic {
    Diagnostic::error(codes::BAD_ALLOW, summary).at(place, "this comment")
}

fn silenced_line(comment: Span, text: &str) -> u32 {
    let line_start = text[..comment.start].rfind('\n').map_or(0, |at| at + 1);
    if !text[line_start..comment.start].trim().is_empty() {
        return comment.line;
    }
    let mut line = comment.line;
    for next in text[comment.start..].lines().skip(1) {
        line += 1;
        let next = next.trim_start();
        if !next.is_empty() && !next.starts_with('#') {
            break;
        }
    }
    line
}
