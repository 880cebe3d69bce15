//! Generated texts and edits: what is asked for changes, nothing else does, and the layout changes nothing.

use std::sync::Arc;

use crate::support::generated::generated;
use linkwright::edit::{self, Change, Path, Value};
use proptest::prelude::*;

fn name() -> Arc<str> {
    "spec.yaml".into()
}

/// A scalar as it is written.
fn scalar() -> impl Strategy<Value = String> {
    proptest::sample::select(vec![
        "paused",
        "30s",
        "\"orders.*\"",
        "'it''s'",
        "\"a\\tb\"",
        "5",
        "true",
        "null",
        "~",
        "a b c",
        "\"#\"",
        "é",
        "&A x",
        "*B",
        "!!str 5",
        "host:9092",
        "''",
    ])
    .prop_map(str::to_owned)
}

/// A text as a tree, with the choices of its style.
#[derive(Clone, Debug)]
enum Text {
    Scalar(String),
    /// A folded or literal text.
    Lines(&'static str, Vec<String>),
    Empty,
    Map(Style, Vec<(String, Text)>),
    List(Style, Vec<Text>),
}

#[derive(Clone, Debug)]
struct Style {
    is_flow: bool,
    breaks: bool,
    indent: usize,
    comment: Option<String>,
    blank: bool,
}

fn style() -> impl Strategy<Value = Style> {
    let comment = proptest::option::weighted(
        0.3,
        proptest::sample::select(vec![" x", "tight", "\ttab", " a: b", " \"quote", " {"]),
    );
    (
        any::<bool>(),
        any::<bool>(),
        1..5_usize,
        comment,
        any::<bool>(),
    )
        .prop_map(|(is_flow, breaks, indent, comment, blank)| Style {
            is_flow,
            breaks,
            indent,
            comment: comment.map(str::to_owned),
            blank,
        })
}

fn text() -> impl Strategy<Value = Text> {
    let lines = proptest::collection::vec("[a-z]{1,4}( [a-z]{1,3})?", 1..3);
    let header = proptest::sample::select(vec!["|", ">", "|-", ">-", "|+"]);
    let leaf = prop_oneof![
        6 => scalar().prop_map(Text::Scalar),
        1 => (header, lines).prop_map(|(header, lines)| Text::Lines(header, lines)),
        1 => Just(Text::Empty),
    ];
    leaf.prop_recursive(4, 40, 4, |inner| {
        let map = proptest::collection::btree_map("[a-e]", inner.clone(), 0..4)
            .prop_map(|entries| entries.into_iter().collect::<Vec<_>>());
        prop_oneof![
            3 => (style(), map).prop_map(|(style, entries)| Text::Map(style, entries)),
            1 => (style(), proptest::collection::vec(inner, 0..4)).prop_map(|(style, items)| Text::List(style, items)),
        ]
    })
}

/// Writes texts as YAML.
struct Writer {
    out: String,
    anchors: usize,
}

impl Writer {
    fn comment(&mut self, style: &Style) {
        if let Some(comment) = &style.comment {
            self.out.push_str("   #");
            self.out.push_str(comment);
        }
    }

    /// A scalar; an alias only where there is an anchor for it.
    fn scalar(&mut self, text: &str) -> String {
        match text {
            "&A x" => {
                self.anchors += 1;
                "&A x".to_owned()
            }
            "*B" if self.anchors > 0 => "*A".to_owned(),
            "*B" => "b".to_owned(),
            text => text.to_owned(),
        }
    }

    fn flow(&mut self, text: &Text, indent: usize) {
        match text {
            Text::Scalar(text) => {
                let text = self.scalar(text);
                self.out.push_str(&text);
            }
            Text::Lines(_, lines) => self.out.push_str(&format!("\"{}\"", lines.join(" "))),
            Text::Empty => self.out.push_str("null"),
            Text::Map(style, entries) => {
                self.brackets(
                    '{',
                    style,
                    entries.len(),
                    indent,
                    &mut |writer, at, indent| {
                        let (key, value) = &entries[at];
                        writer.out.push_str(&format!("{key}: "));
                        writer.flow(value, indent);
                    },
                );
            }
            Text::List(style, items) => {
                self.brackets(
                    '[',
                    style,
                    items.len(),
                    indent,
                    &mut |writer, at, indent| {
                        writer.flow(&items[at], indent);
                    },
                );
            }
        }
    }

    fn brackets(
        &mut self,
        open: char,
        style: &Style,
        count: usize,
        indent: usize,
        child: &mut dyn FnMut(&mut Self, usize, usize),
    ) {
        let close = if open == '{' { '}' } else { ']' };
        self.out.push(open);
        for at in 0..count {
            if style.breaks {
                self.line(indent + style.indent);
            }
            child(self, at, indent + style.indent);
            if at + 1 < count || style.blank {
                self.out.push(',');
                if !style.breaks {
                    self.out.push(' ');
                }
            }
            if style.breaks {
                self.comment(style);
            }
        }
        if style.breaks && count > 0 {
            self.line(indent + 1);
        }
        self.out.push(close);
    }

    fn line(&mut self, indent: usize) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n(' ', indent));
    }

    /// What follows a key or a dash, in a block of this indentation.
    fn block(&mut self, text: &Text, indent: usize) {
        match text {
            Text::Map(style, entries) if !style.is_flow && !entries.is_empty() => {
                self.comment(style);
                for (key, value) in entries {
                    self.entry(style, indent);
                    self.out.push_str(&format!("{key}:"));
                    self.block(value, indent + style.indent);
                }
            }
            Text::List(style, items) if !style.is_flow && !items.is_empty() => {
                self.comment(style);
                for item in items {
                    self.entry(style, indent);
                    self.out.push('-');
                    self.block(item, indent + style.indent);
                }
            }
            Text::Empty => {}
            Text::Lines(header, lines) => {
                self.out.push_str(&format!(" {header}"));
                for line in lines {
                    self.line(indent + 3);
                    self.out.push_str(line);
                }
            }
            other => {
                self.out.push(' ');
                self.flow(other, indent);
            }
        }
    }

    fn entry(&mut self, style: &Style, indent: usize) {
        if style.blank {
            self.out.push('\n');
        }
        if let Some(comment) = &style.comment
            && style.breaks
        {
            self.line(indent);
            self.out.push_str(&format!("#{comment}"));
        }
        self.line(indent + style.indent);
    }
}

/// The text of a mapping, with CRLF, a byte order mark or neither.
fn written(text: &Text, is_crlf: bool, has_bom: bool) -> String {
    let mut writer = Writer {
        out: String::new(),
        anchors: 0,
    };
    writer.out.push_str("root:");
    writer.block(text, 0);
    writer.out.push_str("\nlast: 1\n");
    let text = match is_crlf {
        true => writer.out.replace('\n', "\r\n"),
        false => writer.out,
    };
    if has_bom {
        format!("\u{feff}{text}")
    } else {
        text
    }
}

/// Every path below a value.
fn paths(value: &Value, at: &Path, found: &mut Vec<Path>) {
    found.push(at.clone());
    match value {
        Value::Map(entries) => {
            entries
                .iter()
                .for_each(|(key, value)| paths(value, &at.key(key), found));
        }
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                paths(item, &at.key(index.to_string()), found);
            }
        }
        _ => {}
    }
}

fn new_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        "[a-z ]{0,6}".prop_map(Value::text),
        proptest::sample::select(vec![
            "no", "*", "#x", "a: b", "1", "é\n", "{", "- a", "it's"
        ])
        .prop_map(Value::text),
        any::<bool>().prop_map(Value::Bool),
        (0..1000_u32).prop_map(|number| Value::Number(number.to_string())),
        Just(Value::Null),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            proptest::collection::btree_map("[a-z.]{1,3}", inner.clone(), 0..3)
                .prop_map(|entries| Value::Map(entries.into_iter().collect())),
            proptest::collection::vec(inner, 0..3).prop_map(Value::List),
        ]
    })
}

/// The comments of a text: here `#` begins one behind white space, except in quotes, where it is alone.
fn comments(text: &str) -> Vec<&str> {
    let lines = text
        .lines()
        .filter(|line| !line.contains("\"#\"") && !line.contains("#x"));
    let words = lines.filter_map(|line| line.split_once('#'));
    words.map(|(_, words)| words.trim_end()).collect()
}

proptest! {
    #![proptest_config(generated(256))]

    #[test]
    fn the_layout_changes_nothing_that_is_said(text in text(), is_crlf: bool, has_bom: bool) {
        let text = written(&text, is_crlf, has_bom);
        let before = edit::value_of(&name(), &text);
        prop_assume!(before.is_ok());
        let new = edit::format(&name(), &text);
        prop_assert!(new.is_ok(), "{new:?}\n{text}");
        let new = new.unwrap();
        prop_assert_eq!(edit::value_of(&name(), &new), before, "{}", text);
        prop_assert_eq!(comments(&new), comments(&text), "{}", text);
        let again = edit::format(&name(), &new);
        prop_assert_eq!(again.as_ref(), Ok(&new), "{}", text);
        prop_assert!(new.lines().all(|line| line == line.trim_end()) || new.contains('|') || new.contains('>'));
    }

    #[test]
    fn an_edit_is_what_was_asked_for_and_nothing_else(
        text in text(),
        is_crlf: bool,
        has_bom: bool,
        which: prop::sample::Index,
        new_key in proptest::option::of("[a-h]"),
        value in proptest::option::weighted(0.8, new_value()),
    ) {
        let text = written(&text, is_crlf, has_bom);
        let before = edit::value_of(&name(), &text);
        prop_assume!(before.is_ok());
        let before = before.unwrap();
        let mut all = Vec::new();
        paths(&before, &Path::default(), &mut all);
        all.remove(0);
        let mut path = all[which.index(all.len())].clone();
        if let Some(key) = new_key.filter(|_| value.is_some()) {
            path = path.key(key);
        }
        let Some(wanted) = before.clone().changed(&path.0, value.as_ref()) else {
            let change = Change::Set(path, value.unwrap_or(Value::Null));
            prop_assert!(edit::edit(&name(), &text, &[change]).is_err());
            return Ok(());
        };
        let change = match value {
            Some(value) => Change::Set(path.clone(), value),
            None => Change::Remove(path.clone()),
        };
        match edit::edit(&name(), &text, &[change]) {
            Ok(new) => {
                let after = edit::value_of(&name(), &new).unwrap();
                prop_assert_eq!(&after, &wanted, "{} in\n{}gives\n{}", path, text, new);
                let gone = lines_gone(&text, &new);
                let scope = most_lines(before.get(&path.0));
                prop_assert!(gone <= scope, "{path}: {gone} lines of {scope} gone in\n{text}gives\n{new}");
            }
            // Only these, and with a reason.
            Err(problems) => {
                let code = problems[0].code.0;
                prop_assert!(["LW540", "LW543"].contains(&code), "{path} {problems:?}\n{text}");
                prop_assert!(code != "LW540" || text.contains("*A"), "{problems:?}\n{text}");
            }
        }
    }
}

/// How many lines of a text are not in the other.
fn lines_gone(text: &str, other: &str) -> usize {
    let diff = similar::TextDiff::from_lines(text, other);
    let changes = diff.iter_all_changes();
    changes
        .filter(|change| change.tag() == similar::ChangeTag::Delete)
        .count()
}

/// How many lines an edit may touch at most: that of the neighbour of what is new, or those of the value that was
/// there, with its comments and empty lines.
fn most_lines(before: Option<&Value>) -> usize {
    match before {
        None => 1,
        Some(Value::Map(entries)) => {
            let below = entries.iter().map(|(_, value)| most_lines(Some(value)));
            4 + below.sum::<usize>()
        }
        Some(Value::List(items)) => {
            4 + items
                .iter()
                .map(|item| most_lines(Some(item)))
                .sum::<usize>()
        }
        Some(_) => 6,
    }
}
