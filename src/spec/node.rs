//! The file as a tree: [`Node`]s with their places. Nothing here knows about links.

use std::sync::Arc;

use crate::diagnostic::Place;

/// Which file of a run, by its position.
pub(crate) type FileIndex = u32;

/// Bytes of one file, and the line and column of the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    /// A tree has values of more than one file once an environment is applied to it.
    pub(crate) file: FileIndex,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

impl Span {
    /// The beginning of a file.
    pub(crate) const START: Self = Self {
        file: 0,
        start: 0,
        end: 0,
        line: 1,
        column: 1,
    };

    /// The place that this span is in the given file.
    pub(crate) fn place(self, file: &Arc<str>) -> Place {
        Place {
            file: Arc::clone(file),
            span: (self.start, self.end),
            line: self.line,
            column: self.column,
        }
    }
}

/// A value and its place. The place of a mapping or list in block form is its first entry.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) value: Value,
}

/// What a node holds.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Scalar(Scalar),
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
    /// A variable without a value is in it. That has been reported; nothing else is said about it.
    Unknown,
}

/// A scalar: its text, and the type that YAML 1.2 gives an unquoted one.
#[derive(Clone, Debug)]
pub(crate) struct Scalar {
    pub(crate) text: Box<str>,
    pub(crate) kind: ScalarKind,
    /// The value of a variable is in it.
    pub(crate) has_variable: bool,
}

/// What a scalar is by YAML's core schema, with strict booleans: `yes`, `on` and `017` are text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScalarKind {
    /// Nothing was written at all.
    Empty,
    /// The word `null` or `~`.
    Null,
    Bool(bool),
    Int,
    Float,
    Text,
}

/// A mapping's key.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) text: Box<str>,
    pub(crate) span: Span,
    /// Written without quotes, so that other YAML parsers may read it as something else.
    pub(crate) plain: bool,
}

impl Node {
    /// What the node is, for a sentence such as "expected text, found a list".
    pub(crate) fn found(&self) -> String {
        match &self.value {
            Value::List(_) => "a list".to_owned(),
            Value::Map(_) => "a mapping".to_owned(),
            Value::Unknown => "a variable without a value".to_owned(),
            Value::Scalar(scalar) => match scalar.kind {
                ScalarKind::Empty => "nothing".to_owned(),
                ScalarKind::Null => "null".to_owned(),
                ScalarKind::Bool(_) => format!("the boolean `{}`", scalar.text),
                ScalarKind::Int | ScalarKind::Float => {
                    format!("the number `{}`", shorten(&scalar.text))
                }
                // It may be a secret in the wrong field: it is not repeated.
                ScalarKind::Text => "text".to_owned(),
            },
        }
    }

    pub(crate) fn scalar(&self) -> Option<&Scalar> {
        match &self.value {
            Value::Scalar(scalar) => Some(scalar),
            Value::List(_) | Value::Map(_) | Value::Unknown => None,
        }
    }

    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self.value, Value::Unknown)
    }

    pub(crate) fn is_null(&self) -> bool {
        self.scalar()
            .is_some_and(|scalar| scalar.kind == ScalarKind::Null)
    }

    pub(crate) fn is_empty_scalar(&self) -> bool {
        self.scalar()
            .is_some_and(|scalar| scalar.kind == ScalarKind::Empty)
    }

    /// The number of nodes in this subtree.
    pub(crate) fn size(&self) -> usize {
        1 + match &self.value {
            Value::Scalar(_) | Value::Unknown => 0,
            Value::List(items) => items.iter().map(Self::size).sum(),
            Value::Map(entries) => entries.iter().map(|(_, node)| 1 + node.size()).sum(),
        }
    }
}

/// A text short enough for a message.
pub(crate) fn shorten(text: &str) -> String {
    const MAX_CHARACTERS: usize = 60;
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= MAX_CHARACTERS && line.len() == text.len() {
        return text.to_owned();
    }
    let mut short: String = line.chars().take(MAX_CHARACTERS).collect();
    short.push('…');
    short
}
