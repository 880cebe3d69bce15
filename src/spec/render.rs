//! A spec as one file, with its environment applied and its variables replaced: [`render`].
//!
//! It is the same spec: it reads as the same desired state. Comments, anchors and keys that begin with `x-`
//! are not part of that.

use super::Input;
use super::node::{Key, Node, Scalar, ScalarKind, Value};
use super::problems::Problems;
use super::quote;
use super::tree;

/// The sections of a spec in the order in which they are written, each with whether it is a list.
const SECTIONS: [(&str, bool); 8] = [
    ("clusters", false),
    ("confluent_cloud", false),
    ("links", false),
    ("retired", true),
    ("exceptions", true),
    ("moved", false),
    ("policy", false),
    ("store", false),
];

/// Columns up to which a list is on one line.
const INLINE: usize = 88;

/// The files of a run as the text of one. Call it on files without errors and without plaintext secrets: the
/// text has everything that they have.
#[must_use]
pub fn render(input: &Input<'_>) -> String {
    let tree = tree::of(input, &mut Problems::default());
    let mut text = String::from("version: 1\n");
    for (section, is_list) in SECTIONS {
        let of_files = tree
            .files
            .iter()
            .filter_map(|file| match &file.root.as_ref()?.value {
                Value::Map(entries) => entries.iter().find(|(key, _)| &*key.text == section),
                Value::Scalar(_) | Value::List(_) | Value::Unknown => None,
            });
        let values: Vec<&Node> = of_files.map(|(_, value)| value).collect();
        let mut out = Writer::default();
        for value in values {
            match &value.value {
                Value::Map(entries) => out.entries(entries, 2),
                Value::List(items) if is_list => out.items(items, 2),
                Value::Scalar(_) if section == "store" => {
                    text.push_str(&format!("\nstore: {}\n", flow(value)));
                }
                Value::Scalar(_) | Value::List(_) | Value::Unknown => {}
            }
        }
        if !out.text.is_empty() {
            text.push_str(&format!("\n{section}:\n{}", out.text));
        }
    }
    text
}

#[derive(Default)]
struct Writer {
    text: String,
}

impl Writer {
    fn line(&mut self, indent: usize, line: &str) {
        self.text
            .push_str(&format!("{:indent$}{}\n", "", line.trim_end()));
    }

    fn entries(&mut self, entries: &[(Key, Node)], indent: usize) {
        for (key, value) in entries {
            let key = quote::scalar(&key.text);
            match &value.value {
                Value::Map(inner) if !inner.is_empty() => {
                    self.line(indent, &format!("{key}:"));
                    self.entries(inner, indent + 2);
                }
                Value::List(items) if !fits(items, indent + key.len()) => {
                    self.line(indent, &format!("{key}:"));
                    self.items(items, indent + 2);
                }
                _ => self.line(indent, &format!("{key}: {}", flow(value))),
            }
        }
    }

    fn items(&mut self, items: &[Node], indent: usize) {
        for item in items {
            match &item.value {
                Value::Map(entries) if !entries.is_empty() => {
                    let mut inner = Self::default();
                    inner.entries(entries, indent + 2);
                    // The first entry is on the line of the dash.
                    let rest = inner.text.get(indent + 2..).unwrap_or_default();
                    self.text.push_str(&format!("{:indent$}- {rest}", ""));
                }
                _ => self.line(indent, &format!("- {}", flow(item))),
            }
        }
    }
}

/// Whether a list is on one line: short, and of plain values.
fn fits(items: &[Node], before: usize) -> bool {
    let is_plain = items
        .iter()
        .all(|item| matches!(item.value, Value::Scalar(_)));
    let length: usize = items.iter().map(|item| flow(item).len() + 2).sum();
    items.is_empty() || (is_plain && before + length <= INLINE)
}

fn flow(node: &Node) -> String {
    match &node.value {
        Value::Scalar(scalar) => written(scalar),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(flow).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Map(entries) if entries.is_empty() => "{}".to_owned(),
        Value::Map(entries) => {
            let members = entries.iter();
            let members = members
                .map(|(key, value)| format!("{}: {}", quote::scalar(&key.text), flow(value)));
            format!("{{ {} }}", members.collect::<Vec<_>>().join(", "))
        }
        Value::Unknown => "null".to_owned(),
    }
}

fn written(scalar: &Scalar) -> String {
    match scalar.kind {
        ScalarKind::Empty => String::new(),
        ScalarKind::Null => "null".to_owned(),
        ScalarKind::Bool(value) => value.to_string(),
        ScalarKind::Int | ScalarKind::Float => scalar.text.to_string(),
        ScalarKind::Text => quote::scalar(&scalar.text),
    }
}
