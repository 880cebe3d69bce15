//! Text from anywhere as GitHub-flavoured Markdown that says what it says and does nothing.
//!
//! Names and messages are written by others: none may become a heading, a link, a picture, HTML, a
//! mention or a reference to an issue.

use std::fmt::Write;

use super::safe::{clean, clip, message};
use super::view::note::GroupedNote;
use super::view::{Fitted, More, Truncated};

/// No document is longer, in bytes. GitHub takes 65,536 characters.
pub const LIMIT: usize = 60_000;
/// Names and lines shown of a list.
pub(crate) const MAX_NAMES: usize = 10;
/// Characters of one name or message.
pub(crate) const CLIP: usize = 260;

/// A zero-width space as an entity: it parts what GitHub would join to a mention or a link.
const PART: &str = "&#8203;";

/// Text as it reads, with everything that Markdown, HTML or GitHub would act upon disarmed.
#[must_use]
pub fn text(text: &str) -> String {
    let text = clean(text);
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    let mut previous = ' ';
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '@' => {
                out.push('@');
                out.push_str(PART);
            }
            '#' => {
                out.push_str("\\#");
                out.push_str(PART);
            }
            // `http://…` and `www.…` become links by themselves.
            '/' if previous == ':' => {
                out.push_str(PART);
                out.push('/');
            }
            '.' if previous.eq_ignore_ascii_case(&'w') => {
                out.push_str(PART);
                out.push('.');
            }
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '+' | '!' | '|' | '~'
            | '$' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
        previous = c;
    }
    out
}

/// Text as inline code. Nothing inside acts; a name of backticks gets longer fences.
#[must_use]
pub fn code(text: &str) -> String {
    let text = clean(text);
    let fence = "`".repeat(longest_run(&text) + 1);
    // A space at both ends is taken away by the renderer; it parts fences from backticks.
    let pad = if text.starts_with('`') || text.ends_with('`') || text.is_empty() {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A sentence of ours, in which backticks mark code and names from outside may stand.
#[must_use]
pub fn prose(sentence: &str) -> String {
    let mut out = String::with_capacity(sentence.len() + 32);
    let mut rest = sentence;
    while let Some(start) = rest.find('`') {
        let Some(length) = rest[start + 1..].find('`') else {
            break;
        };
        out.push_str(&text(&rest[..start]));
        if length == 0 {
            out.push_str("\\`\\`");
        } else {
            out.push_str(&code(&rest[start + 1..start + 1 + length]));
        }
        rest = &rest[start + length + 2..];
    }
    out.push_str(&text(rest));
    out
}

/// Lines as a fenced block inside a list item, `indent` columns in.
#[must_use]
pub fn block(language: &str, indent: usize, lines: &[String]) -> String {
    let longest = lines
        .iter()
        .map(|line| longest_run(line))
        .max()
        .unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let pad = " ".repeat(indent);
    let mut out = format!("{pad}{fence}{language}\n");
    for line in lines {
        let _ = writeln!(out, "{pad}{}", clean(line));
    }
    let _ = writeln!(out, "{pad}{fence}");
    out
}

/// The first names of a list, as code, and how many more there are.
pub(crate) fn truncated_names(names: &[impl AsRef<str>], first: usize) -> String {
    Truncated::of(names, first).joined(|name| code(&clip(name.as_ref(), CLIP)))
}

/// The document, and how much did not fit into it; `what` has all of it elsewhere.
pub(crate) fn finished(page: Fitted, what: &str) -> String {
    match More::of(page.omitted) {
        None => page.text,
        Some(more) => format!(
            "{}\n**{more:#} in the artefact:** {what} as text or JSON has everything.\n",
            page.text
        ),
    }
}

/// A place of the spec, in brackets.
pub(crate) fn place(place: Option<&str>) -> String {
    place.map_or_else(String::new, |place| format!(" ({})", code(place)))
}

/// Something found, as an item of a list.
pub(crate) fn note(said: &GroupedNote<'_>, subject: &str) -> String {
    let note = said.note;
    let mark = match note.mark.as_str() {
        "" => String::new(),
        mark => format!("**{mark}** "),
    };
    let mut out = format!(
        "- {mark}{}: {} `{}`{}\n",
        code(&clip(subject, CLIP)),
        prose(&message(&note.summary, CLIP)),
        note.code,
        place(note.place.as_deref())
    );
    if !note.members.is_empty() {
        let _ = writeln!(out, "  - {}", truncated_names(&note.names(), MAX_NAMES));
    }
    let details = Truncated::of(&note.details, MAX_NAMES);
    for detail in details.shown {
        let _ = writeln!(out, "  - {}", code(&message(detail, CLIP)));
    }
    if let Some(more) = details.more {
        let _ = writeln!(out, "  - {more}");
    }
    if let Some(since) = &note.since {
        let _ = writeln!(out, "  - since {since}");
    }
    if let Some(expected) = &note.expected {
        let reason = text(&message(&expected.reason, CLIP));
        let _ = writeln!(out, "  - expected until {}: {reason}", expected.until);
    }
    for sentence in [said.why, said.to_do] {
        if !sentence.is_empty() {
            let _ = writeln!(out, "  - {}", prose(&message(sentence, 4 * CLIP)));
        }
    }
    for step in &note.steps {
        let _ = writeln!(out, "    - {}", prose(&message(step, 2 * CLIP)));
    }
    out
}

fn longest_run(text: &str) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_does_nothing() {
        assert_eq!(text("<b>&"), "&lt;b&gt;&amp;");
        assert_eq!(text("@octocat #1"), "@&#8203;octocat \\#&#8203;1");
        assert_eq!(text("a|b*c*_d_[x](y)"), "a\\|b\\*c\\*\\_d\\_\\[x\\]\\(y\\)");
        assert_eq!(
            text("http://evil www.evil"),
            "http:&#8203;//evil www&#8203;.evil"
        );
        assert_eq!(text("a\nb"), "a\\\\nb");
    }

    #[test]
    fn code_keeps_backticks_inside() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`a`"), "`` `a` ``");
        assert_eq!(code(""), "`  `");
    }

    #[test]
    fn prose_has_code_between_backticks() {
        assert_eq!(prose("write `a: b` or *c*"), "write `a: b` or \\*c\\*");
        assert_eq!(prose("one ` alone"), "one \\` alone");
        assert_eq!(prose("``"), "\\`\\`");
    }

    #[test]
    fn a_block_cannot_be_left() {
        let block = block("diff", 2, &["```".to_owned(), "x\ny".to_owned()]);
        assert_eq!(block, "  ````diff\n  ```\n  x\\ny\n  ````\n");
    }
}
