//! New YAML text: scalars, collections on one line, and entries of several lines.

use serde_yaml::granit_parser::ScalarStyle;

use super::value::Value;
use crate::spec::quote::{self, double_quoted, is_hidden};

/// Columns up to which a list is on one line.
const INLINE: usize = 88;

/// A scalar, in the quotes of the one that it replaces where it can have them.
pub(super) fn scalar(value: &Value, before: Option<ScalarStyle>) -> String {
    match value {
        Value::Nothing => String::new(),
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.clone(),
        Value::Text(text) => match before {
            Some(ScalarStyle::SingleQuoted) if !text.contains(is_hidden) => {
                format!("'{}'", text.replace('\'', "''"))
            }
            Some(ScalarStyle::DoubleQuoted | ScalarStyle::SingleQuoted) => double_quoted(text),
            _ => quote::scalar(text),
        },
        Value::List(_) | Value::Map(_) => flow(value),
    }
}

/// A value on one line.
pub(super) fn flow(value: &Value) -> String {
    match value {
        Value::Map(entries) if entries.is_empty() => "{}".to_owned(),
        Value::Map(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|(name, value)| pair(name, value))
                .collect();
            format!("{{ {} }}", entries.join(", "))
        }
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(in_brackets).collect();
            format!("[{}]", items.join(", "))
        }
        other => scalar(other, None),
    }
}

/// An item of a list on one line: what is nothing must be written there.
fn in_brackets(value: &Value) -> String {
    match value {
        Value::Nothing => "null".to_owned(),
        other => flow(other),
    }
}

/// `key: value` on one line.
pub(super) fn pair(name: &str, value: &Value) -> String {
    format!("{}: {}", quote::scalar(name), flow(value))
        .trim_end()
        .to_owned()
}

/// The lines of an entry of a mapping in block form; the first has no indentation, the others that of the entry.
pub(super) fn entry(name: &str, value: &Value, indent: usize) -> Vec<String> {
    let is_leaf = |value: &Value| match value {
        Value::Map(entries) => entries.iter().all(|(_, value)| !value.is_collection()),
        Value::List(items) => items.iter().all(|item| !item.is_collection()),
        _ => true,
    };
    let on_one_line = pair(name, value);
    match value {
        value if is_leaf(value) && indent + on_one_line.chars().count() <= INLINE => {
            vec![on_one_line]
        }
        Value::Map(entries) => {
            let below = entries.iter().flat_map(|(name, value)| {
                let lines = entry(name, value, indent + 2).into_iter();
                lines.map(|line| format!("  {line}"))
            });
            std::iter::once(format!("{}:", quote::scalar(name)))
                .chain(below)
                .collect()
        }
        Value::List(items) => {
            let items = items
                .iter()
                .map(|item| format!("  - {}", in_brackets(item)));
            std::iter::once(format!("{}:", quote::scalar(name)))
                .chain(items)
                .collect()
        }
        _ => vec![on_one_line],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_stay_where_they_can() {
        let text = |text: &str, style| scalar(&Value::text(text), Some(style));
        assert_eq!(text("a", ScalarStyle::DoubleQuoted), "\"a\"");
        assert_eq!(text("it's", ScalarStyle::SingleQuoted), "'it''s'");
        assert_eq!(text("a\nb", ScalarStyle::SingleQuoted), "\"a\\nb\"");
        assert_eq!(text("a", ScalarStyle::Literal), "a");
        assert_eq!(
            scalar(&Value::Bool(true), Some(ScalarStyle::DoubleQuoted)),
            "true"
        );
    }

    #[test]
    fn an_entry_takes_the_lines_that_it_needs() {
        let state = Value::Map(vec![("state".to_owned(), Value::text("paused"))]);
        assert_eq!(entry("a", &state, 2), ["a: { state: paused }"]);
        let mirrors = Value::Map(vec![("orders.*".to_owned(), state)]);
        assert_eq!(
            entry("mirrors", &mirrors, 2),
            ["mirrors:", "  \"orders.*\": { state: paused }"]
        );
        let long: Vec<Value> = (0..20).map(|_| Value::text("orders")).collect();
        assert_eq!(
            entry("include", &Value::List(long), 2)[..2],
            ["include:", "  - orders"]
        );
    }
}
