//! YAML text with comments: [`Entry`]s and [`Node`]s, and the [`Text`] they make.
//!
//! Comments are half of what an export says, and a serializer drops them; so the few forms that a
//! spec needs are written here. Every entry can be switched off: it is then a comment, ready
//! to be taken up by hand.

use std::collections::BTreeMap;

use super::Handle;
use crate::edit::Value;
use crate::spec::quote;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// A text, quoted where YAML would read something else.
    Text(String),
    /// A number, a duration, a switch: never quoted.
    Word(String),
    /// A mapping, an entry a line.
    Map(Vec<Entry>),
    /// A mapping on one line.
    Inline(Vec<(&'static str, Node)>),
    /// A list.
    List(Vec<Node>),
}

impl Node {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn word(word: impl ToString) -> Self {
        Self::Word(word.to_string())
    }

    pub(super) fn nothing() -> Self {
        Self::Inline(Vec::new())
    }
}

impl From<Value> for Node {
    fn from(value: Value) -> Self {
        match value {
            Value::Text(text) => Self::Text(text),
            Value::Number(number) => Self::Word(number),
            Value::Bool(on) => Self::word(on),
            Value::Nothing | Value::Null => Self::word("null"),
            Value::List(items) => Self::List(items.into_iter().map(Self::from).collect()),
            Value::Map(members) => {
                let entry = |(key, value): (String, Value)| Entry::new(key, value.into());
                Self::Map(members.into_iter().map(entry).collect())
            }
        }
    }
}

/// A key with its value and what is said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Comments above it, a line each.
    pub(super) above: Vec<String>,
    pub(super) key: String,
    pub(super) value: Node,
    /// A comment at the end of its line.
    pub(super) comment: Option<String>,
    /// Whether it is a comment only.
    pub(super) is_off: bool,
    /// What it is, for those who find fault with its line.
    pub(super) handle: Option<Handle>,
}

impl Entry {
    pub(super) fn new(key: impl Into<String>, value: Node) -> Self {
        Self {
            above: Vec::new(),
            key: key.into(),
            value,
            comment: None,
            is_off: false,
            handle: None,
        }
    }

    pub(super) fn above(mut self, comment: impl Into<String>) -> Self {
        self.above.push(comment.into());
        self
    }

    pub(super) fn comment(mut self, comment: impl Into<String>) -> Self {
        self.comment = Some(comment.into());
        self
    }

    pub(super) fn of(mut self, handle: Handle) -> Self {
        self.handle = Some(handle);
        self
    }

    /// Switched off, and why.
    pub(super) fn off(mut self, why: impl Into<String>) -> Self {
        self.is_off = true;
        self.comment(why)
    }

    /// Switched off if there is a reason.
    pub(super) fn unless(self, why: Option<&String>) -> Self {
        match why {
            Some(why) => self.off(why),
            None => self,
        }
    }
}

/// Text with the lines that can be found fault with.
#[derive(Clone, Debug, Default)]
pub(super) struct Text {
    pub(super) text: String,
    /// The handle of each line that has one; lines count from 1.
    pub(super) handles: BTreeMap<u32, Handle>,
    lines: u32,
}

/// Columns after which a comment is a paragraph of several lines.
const WIDTH: usize = 96;
/// Columns up to which a list is on one line.
const INLINE: usize = 88;

impl Text {
    pub(super) fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
        self.lines += 1;
    }

    /// A comment, folded at the width of a page.
    pub(super) fn comment(&mut self, indent: usize, words: &str) {
        let mut line = format!("{:indent$}#", "");
        let start = line.len();
        for word in plain(words).split(' ') {
            if line.len() > start && line.chars().count() + 1 + word.chars().count() > WIDTH {
                self.line(&line);
                line.truncate(start);
            }
            line.push(' ');
            line.push_str(word);
        }
        self.line(&line);
    }

    /// Entries, each on a line of its own.
    pub(super) fn entries(&mut self, entries: &[Entry], indent: usize) {
        for entry in entries {
            self.entry(entry, indent);
        }
    }

    fn entry(&mut self, entry: &Entry, indent: usize) {
        if entry.is_off {
            let mut inner = Self::default();
            let on = Entry {
                is_off: false,
                handle: None,
                ..entry.clone()
            };
            inner.entry(&on, 0);
            for line in inner.text.lines() {
                self.line(&format!("{:indent$}# {line}", ""));
            }
            return;
        }
        for comment in &entry.above {
            self.comment(indent, comment);
        }
        if let Some(handle) = &entry.handle {
            self.handles.insert(self.lines + 1, handle.clone());
        }
        let key = quote::scalar(&entry.key);
        let comment = match &entry.comment {
            Some(comment) => format!("  # {}", plain(comment)),
            None => String::new(),
        };
        let one_line = |value: &str| format!("{:indent$}{key}: {value}{comment}", "");
        match &entry.value {
            Node::Map(below) => {
                // A mapping of comments only is an empty one to YAML.
                let head = if below.iter().all(|entry| entry.is_off) {
                    one_line("{}")
                } else {
                    format!("{:indent$}{key}:{comment}", "")
                };
                self.line(&head);
                self.entries(below, indent + 2);
            }
            Node::List(items) if !fits(items, indent + key.len()) => {
                self.line(&format!("{:indent$}{key}:{comment}", ""));
                for item in items {
                    self.line(&format!("{:indent$}  - {}", "", flow(item)));
                }
            }
            value => self.line(&one_line(&flow(value))),
        }
    }
}

/// Whether a list is on one line: short, and of plain values.
fn fits(items: &[Node], before: usize) -> bool {
    let maps = items
        .iter()
        .any(|item| matches!(item, Node::Inline(_) | Node::Map(_)));
    let length: usize = items.iter().map(|item| flow(item).len() + 2).sum();
    (!maps || items.len() < 2) && before + length <= INLINE
}

fn flow(node: &Node) -> String {
    match node {
        Node::Text(text) => quote::scalar(text),
        Node::Word(word) => word.clone(),
        Node::Inline(members) if members.is_empty() => "{}".to_owned(),
        Node::Inline(members) => {
            let members: Vec<String> = members
                .iter()
                .map(|(key, value)| format!("{key}: {}", flow(value)))
                .collect();
            format!("{{ {} }}", members.join(", "))
        }
        Node::Map(entries) => {
            let members: Vec<String> = entries
                .iter()
                .filter(|entry| !entry.is_off)
                .map(|entry| format!("{}: {}", quote::scalar(&entry.key), flow(&entry.value)))
                .collect();
            format!("{{ {} }}", members.join(", "))
        }
        Node::List(items) => {
            let items: Vec<String> = items.iter().map(flow).collect();
            format!("[{}]", items.join(", "))
        }
    }
}

/// Words of a server on one line of a comment.
pub(super) fn plain(words: &str) -> String {
    words
        .chars()
        .map(|letter| {
            if quote::is_hidden(letter) {
                ' '
            } else {
                letter
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(entries: &[Entry]) -> String {
        let mut text = Text::default();
        text.entries(entries, 0);
        text.text
    }

    #[test]
    fn what_is_off_is_a_comment_and_a_mapping_of_such_is_empty() {
        let entries = [Entry::new(
            "mirrors",
            Node::Map(vec![
                Entry::new("orders", Node::nothing()).off("PENDING_MIRROR"),
            ]),
        )];
        assert_eq!(
            written(&entries),
            "mirrors: {}\n  # orders: {}  # PENDING_MIRROR\n"
        );
    }

    #[test]
    fn a_comment_never_ends_early_and_lines_are_known_by_their_handles() {
        let handle = Handle::Config("west".into(), "a".to_owned());
        let entry = Entry::new("a", Node::word(1))
            .above("first\nsecond: [")
            .of(handle.clone());
        let mut text = Text::default();
        text.entries(&[entry], 2);
        assert_eq!(text.text, "  # first second: [\n  a: 1\n");
        assert_eq!(text.handles, BTreeMap::from([(2, handle)]));
    }
}
