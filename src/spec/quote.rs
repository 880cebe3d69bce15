//! A text as YAML: [`scalar`], plain where every parser reads it as this text, quoted otherwise.

use super::node::ScalarKind;
use super::{is_ambiguous_word, resolve};

/// A text as a scalar or a key, also in brackets.
#[must_use]
pub fn scalar(text: &str) -> String {
    match is_plain(text) {
        true => text.to_owned(),
        false => double_quoted(text),
    }
}

/// Whether every YAML parser reads a text without quotes as this text, also in brackets.
fn is_plain(text: &str) -> bool {
    let letters = |letter: char| letter.is_ascii_alphanumeric() || "._/:-+=@".contains(letter);
    text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.chars().all(letters)
        && !text.ends_with(':')
        && !text.contains("::")
        && resolve(text) == ScalarKind::Text
        && !is_ambiguous_word(text)
        && !looks_like_a_number(text)
}

/// What other parsers take for a number, a time or a date: `1_000`, `0o17`, `12:30:45`, `2026-11-01`.
fn looks_like_a_number(text: &str) -> bool {
    let is_part = |letter: char| letter.is_ascii_digit() || "_:.-+".contains(letter);
    let is_based = text.starts_with("0x") || text.starts_with("0o") || text.starts_with("0b");
    text.starts_with(|first: char| first.is_ascii_digit())
        && (is_based || text.chars().all(is_part))
}

/// Characters that only double quotes can hold on one line, or that no one sees.
#[must_use]
pub fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text in double quotes, on one line.
#[must_use]
pub fn double_quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            letter if is_hidden(letter) => {
                quoted.push_str(&format!("\\U{:08X}", u32::from(letter)));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_quoted_where_some_parser_reads_something_else() {
        for text in [
            "orders.placed",
            "lkc-east01",
            "host:9092",
            "30s",
            "https://x:443",
            "User:sa-1",
            "a_b",
        ] {
            assert_eq!(scalar(text), text);
        }
        for text in [
            "",
            "no",
            "Off",
            "12",
            "1e3",
            "-a",
            "*",
            "a b",
            "a:",
            "a#",
            "é",
            "~",
            ".5",
            "1_000",
            "0x1F",
            "12:30:45",
            "2026-11-01",
            "<<",
            "a::b",
            "${env:A}",
        ] {
            assert!(scalar(text).starts_with('"'), "{text:?}");
        }
        assert_eq!(
            double_quoted("a\"b\\\n\u{2028}"),
            "\"a\\\"b\\\\\\n\\U00002028\""
        );
    }
}
