//! Where the cursor is in a text that may be half written: [`Cursor`].

/// A place in a spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The keys that lead there. For a value, and for a key that is complete, its own key is the last one; where a key
    /// begins, the mapping that it is to be in.
    pub path: Vec<String>,
    /// Whether a value is written there, and not a key.
    pub is_value: bool,
    /// Keys that are in the same mapping already.
    pub siblings: Vec<String>,
    /// The byte of the text.
    pub offset: usize,
}

/// A line with its key.
struct Line<'a> {
    indent: usize,
    key: Option<&'a str>,
    /// What is after the `:`.
    value: &'a str,
}

impl Cursor {
    /// The place of a line and a column, both from 0; columns count characters.
    #[must_use]
    pub fn at(text: &str, line: usize, column: usize) -> Self {
        let lines: Vec<&str> = text
            .split('\n')
            .map(|line| line.trim_end_matches('\r'))
            .collect();
        let line = line.min(lines.len().saturating_sub(1));
        let this = lines.get(line).copied().unwrap_or_default();
        let end = this
            .char_indices()
            .nth(column)
            .map_or(this.len(), |(at, _)| at);
        let offset = text
            .split('\n')
            .take(line)
            .map(|line| line.len() + 1)
            .sum::<usize>()
            + end;
        let before = &this[..end];
        let own = split(this);
        // A `-` begins an item: its keys are as deep as what follows it.
        let indent = match own.key {
            Some(_) => own.indent,
            None => column.min(own.indent.max(before.chars().count())),
        };
        let mut path = above(&lines[..line], indent);
        let siblings = siblings(&lines, line, indent);
        let key_end = own
            .key
            .and_then(|key| this.find(key).map(|at| at + key.len()));
        let mut is_value = false;
        if let (Some(key), Some(key_end)) = (own.key, key_end) {
            path.push(unquoted(key));
            is_value = end > key_end;
        }
        let mut cursor = Self {
            path,
            is_value,
            siblings,
            offset,
        };
        if cursor.is_value && own.value.trim_start().starts_with('{') {
            cursor.enter_braces(this, end);
        }
        cursor
    }

    /// Goes on into a mapping in braces: the keys that are open at the cursor.
    fn enter_braces(&mut self, line: &str, end: usize) {
        // The word at the cursor counts as a whole: hover is asked in the middle of it.
        let rest = &line[end..];
        let word = rest
            .find(|letter: char| !is_word(letter))
            .unwrap_or(rest.len());
        let is_key = rest[word..].trim_start().starts_with(':');
        let text = &line[..end + if is_key { word } else { 0 }];
        let Some(open) = text.find('{') else { return };
        let mut keys: Vec<Option<String>> = vec![None];
        let mut names: Vec<Vec<String>> = vec![Vec::new()];
        let mut word = String::new();
        for letter in text[open + 1..].chars() {
            match letter {
                '{' => {
                    keys.push(None);
                    names.push(Vec::new());
                    word.clear();
                }
                '}' => {
                    keys.pop();
                    names.pop();
                    word.clear();
                }
                ':' => {
                    let key = unquoted(word.trim());
                    if let (Some(slot), Some(names)) = (keys.last_mut(), names.last_mut()) {
                        names.push(key.clone());
                        *slot = Some(key);
                    }
                    word.clear();
                }
                ',' => {
                    if let Some(slot) = keys.last_mut() {
                        *slot = None;
                    }
                    word.clear();
                }
                letter => word.push(letter),
            }
        }
        if keys.is_empty() {
            return;
        }
        self.is_value = matches!(keys.last(), Some(Some(_)));
        self.siblings = names.pop().unwrap_or_default();
        self.path.extend(keys.into_iter().flatten());
        if is_key && !self.is_value {
            self.path.push(unquoted(word.trim()));
        }
    }
}

fn is_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "._-*".contains(letter)
}

fn unquoted(text: &str) -> String {
    text.trim_matches(['"', '\'']).to_owned()
}

fn split(line: &str) -> Line<'_> {
    let trimmed = line.trim_start_matches([' ', '-']);
    let indent = line.len() - trimmed.len();
    let is_comment = trimmed.starts_with('#');
    let end = trimmed
        .find(": ")
        .or_else(|| trimmed.ends_with(':').then(|| trimmed.len() - 1));
    match end.filter(|_| !is_comment) {
        Some(end) => Line {
            indent,
            key: Some(&trimmed[..end]),
            value: trimmed.get(end + 1..).unwrap_or_default(),
        },
        None => Line {
            indent: line.len() - line.trim_start().len(),
            key: None,
            value: "",
        },
    }
}

/// The keys of the mappings around a line of this depth.
fn above(lines: &[&str], mut indent: usize) -> Vec<String> {
    let mut path = Vec::new();
    for line in lines.iter().rev() {
        let line = split(line);
        if let Some(key) = line.key
            && line.indent < indent
        {
            path.push(unquoted(key));
            indent = line.indent;
        }
    }
    path.reverse();
    path
}

/// The keys of the same mapping.
fn siblings(lines: &[&str], at: usize, indent: usize) -> Vec<String> {
    let is_outside = |line: &&&str| {
        let it = split(line);
        !line.trim().is_empty() && it.indent < indent
    };
    let keys = |line: &&str| {
        let line = split(line);
        line.key.filter(|_| line.indent == indent).map(unquoted)
    };
    let before = lines[..at]
        .iter()
        .rev()
        .take_while(|line| !is_outside(line));
    let after = lines[at + 1..].iter().take_while(|line| !is_outside(line));
    before.chain(after).filter_map(keys).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, line: usize, column: usize) -> (Vec<String>, bool) {
        let cursor = Cursor::at(text, line, column);
        (cursor.path, cursor.is_value)
    }

    #[test]
    fn the_keys_around_the_cursor_are_found() {
        let text = "links:\n  dr:\n    source: east\n    \n    mirrors: { a: { state: p } }\n";
        let path = |words: &[&str]| {
            words
                .iter()
                .map(|word| (*word).to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(at(text, 2, 12), (path(&["links", "dr", "source"]), true));
        assert_eq!(at(text, 2, 6), (path(&["links", "dr", "source"]), false));
        assert_eq!(at(text, 3, 4), (path(&["links", "dr"]), false));
        assert_eq!(
            at(text, 4, 29),
            (path(&["links", "dr", "mirrors", "a", "state"]), true)
        );
        assert_eq!(Cursor::at(text, 3, 4).siblings, ["source", "mirrors"]);
    }

    #[test]
    fn no_place_is_too_odd() {
        let text = "a: {b: }}}\n- : x\n\"é: {\n";
        for line in 0..6 {
            for column in 0..14 {
                let _ = Cursor::at(text, line, column);
            }
        }
        let _ = Cursor::at("", 0, 0);
    }
}
