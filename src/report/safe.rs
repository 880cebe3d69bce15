//! Names and messages from outside, made harmless.
//!
//! Topic names, error messages and the spec's own texts are written by others. In a terminal a
//! control character could move the cursor or hide a line, and a bidirectional override could make a
//! name read as another; so none of them ever reaches an output as it is.

use std::borrow::Cow;

/// Text on one line without anything that acts on the terminal: control characters, line breaks and
/// characters that are invisible or turn the direction of writing come out as escapes.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_unsafe(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Text of several lines, each of them [`clean`].
#[must_use]
pub fn lines(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| c != '\n' && is_unsafe(c)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.split('\n').map(clean).collect::<Vec<_>>().join("\n"))
}

/// A text as one word of a shell, whatever is in it.
#[must_use]
pub fn shell_word(text: &str) -> String {
    let text = clean(text);
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "._-:,@/+".contains(letter);
    match !text.is_empty() && text.chars().all(is_plain) {
        true => text.into_owned(),
        false => format!("'{}'", text.replace('\'', "'\\''")),
    }
}

/// A name as it can stand in a sentence: one that holds anything but the usual characters of names
/// is put in quotes, so that its spaces and commas are seen to be its own.
#[must_use]
pub fn name(text: &str) -> Cow<'_, str> {
    let usual = |c: char| c.is_alphanumeric() || "._-/:*".contains(c);
    if !text.is_empty() && text.chars().all(usual) {
        return clean(text);
    }
    Cow::Owned(format!("\"{}\"", clean(text).replace('"', "\\\"")))
}

/// A message in the server's words: white space folded, made clean, and cut after `limit` characters.
#[must_use]
pub fn message(text: &str, limit: usize) -> String {
    let folded: Vec<&str> = text.split_whitespace().collect();
    clip(&clean(&folded.join(" ")), limit)
}

/// The first `limit` characters, with `...` when something was cut.
#[must_use]
pub fn clip(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        None => text.to_owned(),
        Some((at, _)) => format!("{}...", &text[..at]),
    }
}

/// Everything that is not printable ASCII as an escape.
#[must_use]
pub fn ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '…' => out.push_str("..."),
            c if c.is_ascii() => out.push(c),
            c => out.extend(c.escape_unicode()),
        }
    }
    Cow::Owned(out)
}

fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_acts_on_the_terminal() {
        assert_eq!(clean("payments"), "payments");
        assert_eq!(clean("a\x1b[2Jb\nc"), "a\\u{1b}[2Jb\\nc");
        assert_eq!(clean("evil\u{202e}txt"), "evil\\u{202e}txt");
        assert_eq!(message("a\n  b\tc", 10), "a b c");
        assert_eq!(message("abcdef", 3), "abc...");
        assert_eq!(name("orders.placed-1_x"), "orders.placed-1_x");
        assert_eq!(name("a, \"b\"\n"), "\"a, \\\"b\\\"\\n\"");
        assert_eq!(ascii("zażółć…"), "za\\u{17c}\\u{f3}\\u{142}\\u{107}...");
    }
}
