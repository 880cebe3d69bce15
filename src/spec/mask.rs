//! Text that may be shown: a spec's text with every secret in it made unreadable.
//!
//! Snippets quote the file, and a file may hold a plaintext secret on the line that a diagnostic
//! points at. What was read as a secret is masked by its place; what was not read, as in
//! a file with invalid YAML, is masked by the form of its line. Masking too much does no harm.

use super::Spec;

/// Words in a key that let its value be a secret.
const SECRET_WORDS: [&str; 8] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "jaas",
    "credential",
    "key",
];

/// The text with `*` for every character of a secret. Line breaks and the number of bytes stay, so
/// that places keep their meaning.
#[must_use]
pub fn masked(spec: &Spec, file: &str, text: &str) -> String {
    let mut mask = Mask {
        text,
        hide: vec![false; text.len()],
    };
    for place in spec.secrets.iter().filter(|place| *place.file == *file) {
        mask.hide(place.span.0, place.span.1);
    }
    mask.lines();
    mask.pem();
    mask.finish()
}

struct Mask<'a> {
    text: &'a str,
    hide: Vec<bool>,
}

impl Mask<'_> {
    fn hide(&mut self, start: usize, end: usize) {
        let end = end.min(self.hide.len());
        if let Some(range) = self.hide.get_mut(start..end) {
            range.fill(true);
        }
    }

    /// Hides what follows a key that names a secret on its line.
    fn lines(&mut self) {
        let mut start = 0;
        for line in self.text.split_inclusive('\n') {
            let lower = line.to_ascii_lowercase();
            for word in SECRET_WORDS {
                for (at, _) in lower.match_indices(word) {
                    self.value_after(start, line, at + word.len());
                }
            }
            start += line.len();
        }
    }

    /// Hides the value after the `:` or `=` that follows byte `at` of a line, if one does.
    fn value_after(&mut self, start: usize, line: &str, at: usize) {
        let rest = &line[at..];
        // What is hidden already needs no second check, and no name is this long.
        if self.hide.get(start + at - 1).copied().unwrap_or_default() {
            return;
        }
        let near = (0..=rest.len().min(200))
            .rev()
            .find(|end| rest.is_char_boundary(*end))
            .unwrap_or_default();
        let name = rest[..near]
            .find(|c: char| !(c.is_ascii_alphanumeric() || "_-.\"'".contains(c)))
            .unwrap_or(near);
        let is_address = ["url", "location", "id"].iter().any(|end| {
            rest[..name]
                .trim_matches(['"', '\''])
                .to_ascii_lowercase()
                .ends_with(end)
        });
        let after = rest[name..].trim_start();
        if is_address || !after.starts_with([':', '=']) {
            return;
        }
        let value = after[1..].trim_start();
        let from = line.len() - value.len();
        // A reference is not a secret; its default is masked with the others.
        let quoted = value.starts_with(['"', '\'']);
        if value.trim_start_matches(['"', '\'']).starts_with("${") {
            self.default_in(start + from, value);
            return;
        }
        let end = if quoted {
            let quote = value.chars().next().unwrap_or('"');
            value[1..].find(quote).map_or(value.len(), |at| at + 2)
        } else {
            let end = value.find([',', '}', '\n', '\r']).unwrap_or(value.len());
            value[..end].trim_end().len()
        };
        if !matches!(&value[..end], "{" | "" | "|" | ">" | "[")
            && !value.starts_with(['{', '*', '&'])
        {
            self.hide(start + from, start + from + end);
        }
    }

    fn default_in(&mut self, start: usize, value: &str) {
        if let Some(dash) = value.find(":-")
            && let Some(close) = value[dash..].find('}')
        {
            self.hide(start + dash + 2, start + dash + close);
        }
    }

    /// Hides the body of PEM texts.
    fn pem(&mut self) {
        let mut from = 0;
        while let Some(begin) = self.text[from..].find("-----BEGIN ") {
            let begin = from + begin;
            let end = self.text[begin + 1..]
                .find("-----END ")
                .map_or(self.text.len(), |end| begin + 1 + end);
            self.hide(begin, end);
            from = end;
        }
    }

    fn finish(self) -> String {
        let mut masked = String::with_capacity(self.text.len());
        for (at, character) in self.text.char_indices() {
            let hidden = self.hide.get(at).copied().unwrap_or_default();
            if hidden && !matches!(character, '\n' | '\r') {
                masked.extend(std::iter::repeat_n('*', character.len_utf8()));
            } else {
                masked.push(character);
            }
        }
        masked
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn mask(text: &str) -> String {
        let files = [(Arc::from("f.yaml"), Arc::from(text))];
        let (spec, _) = super::super::parse(&files);
        masked(&spec, "f.yaml", text)
    }

    #[test]
    fn what_was_read_as_a_secret_is_hidden_and_the_rest_is_not() {
        let text = "version: 1\nclusters:\n  west:\n    id: lkc-1\n    rest_auth:\n      basic:\n        username: me\n        password: hünter2\n";
        let masked = mask(text);
        assert!(!masked.contains("nter2"), "{masked}");
        assert!(masked.contains("username: me") && masked.contains("id: lkc-1"));
        assert_eq!(masked.len(), text.len());
    }

    #[test]
    fn secrets_in_text_that_could_not_be_read_are_hidden_by_their_look() {
        for text in [
            "a: [\npasswrd: x\napi_secret: hunter2\n",
            "\tpassword: \"hunter2\"\n",
            "x: { password: hunter2, username: me }\n\tbad",
            "sasl.jaas.config: Module required password=hunter2;\n\tbad",
            "password: \"${env:A:-hunter2}\"\n\tbad",
            "key: |\n  -----BEGIN PRIVATE KEY-----\n  hunter2\n  -----END PRIVATE KEY-----\n\tbad",
        ] {
            let masked = mask(text);
            assert!(!masked.contains("hunter2"), "{masked}");
            assert_eq!(masked.len(), text.len());
        }
        assert!(mask("password: \"${env:A}\"\n").contains("${env:A}"));
    }
}
