//! What a text says, without places and styles: [`Value`]; how a change alters it, and in what two differ.

use super::Change;
use super::path::Path;
use crate::spec::node::{self, Node, ScalarKind};

/// A value of a spec.
#[derive(Clone, Debug)]
pub enum Value {
    /// A key with nothing behind it.
    Nothing,
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as it is written.
    Number(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// A mapping. Two that differ only in the order of their keys are equal.
    Map(Vec<(String, Value)>),
}

impl Value {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Reads a value as a spec has it.
    pub(crate) fn of(node: &Node) -> Self {
        match &node.value {
            node::Value::Scalar(scalar) => match scalar.kind {
                ScalarKind::Empty => Self::Nothing,
                ScalarKind::Null => Self::Null,
                ScalarKind::Bool(value) => Self::Bool(value),
                ScalarKind::Int | ScalarKind::Float => Self::Number(scalar.text.to_string()),
                ScalarKind::Text => Self::Text(scalar.text.to_string()),
            },
            node::Value::List(items) => Self::List(items.iter().map(Self::of).collect()),
            node::Value::Unknown => Self::Nothing,
            node::Value::Map(entries) => {
                let entries = entries.iter();
                Self::Map(
                    entries
                        .map(|(key, node)| (key.text.to_string(), Self::of(node)))
                        .collect(),
                )
            }
        }
    }

    /// The value below some keys.
    #[must_use]
    pub fn get(&self, keys: &[String]) -> Option<&Self> {
        let Some((first, rest)) = keys.split_first() else {
            return Some(self);
        };
        match self {
            Self::Map(entries) => entries.iter().find(|(key, _)| key == first)?.1.get(rest),
            Self::List(items) => items.get(first.parse::<usize>().ok()?)?.get(rest),
            _ => None,
        }
    }

    /// The value with another one below some keys, or without it; none where the keys lead nowhere.
    #[must_use]
    pub fn changed(self, keys: &[String], new: Option<&Self>) -> Option<Self> {
        self.with(keys, new)
    }

    /// The same with the items of lists that an old value has too in its order, and the others behind them.
    pub(super) fn in_order_of(self, old: &Self) -> Self {
        match (self, old) {
            (Self::Map(entries), Self::Map(_)) => {
                let arranged = |(key, value): (String, Self)| {
                    let value = match old.get(std::slice::from_ref(&key)) {
                        Some(old) => value.in_order_of(old),
                        None => value,
                    };
                    (key, value)
                };
                Self::Map(entries.into_iter().map(arranged).collect())
            }
            (Self::List(mut items), Self::List(old)) => {
                let place = |item: &Self| old.iter().position(|it| it == item);
                items.sort_by_key(|item| place(item).unwrap_or(old.len()));
                Self::List(items)
            }
            (value, _) => value,
        }
    }

    /// Whether it is a mapping or a list.
    pub(super) fn is_collection(&self) -> bool {
        matches!(self, Self::List(_) | Self::Map(_))
    }

    /// The value after a change; none where the change makes no sense.
    pub(super) fn with(self, keys: &[String], change: Option<&Self>) -> Option<Self> {
        let Some((first, rest)) = keys.split_first() else {
            return change.cloned();
        };
        match self {
            Self::Map(mut entries) => {
                match (entries.iter().position(|(key, _)| key == first), change) {
                    (Some(at), None) if rest.is_empty() => {
                        entries.remove(at);
                    }
                    (Some(at), _) => {
                        let value = std::mem::replace(&mut entries[at].1, Self::Nothing);
                        entries[at].1 = value.with(rest, change)?;
                    }
                    (None, Some(value)) => entries.push((first.clone(), nested(rest, value))),
                    (None, None) => {}
                }
                Some(Self::Map(entries))
            }
            Self::List(mut items) => {
                let at: usize = first.parse().ok().filter(|at| *at < items.len())?;
                match change {
                    None if rest.is_empty() => {
                        items.remove(at);
                    }
                    _ => {
                        let value = std::mem::replace(&mut items[at], Self::Nothing);
                        items[at] = value.with(rest, change)?;
                    }
                }
                Some(Self::List(items))
            }
            Self::Nothing | Self::Null => match change {
                Some(value) => Some(nested(keys, value)),
                None => Some(self),
            },
            _ => None,
        }
    }

    /// The value after some changes; none where one of them makes no sense.
    pub(super) fn after(self, changes: &[Change]) -> Option<Self> {
        changes.iter().try_fold(self, |value, change| match change {
            Change::Set(path, new) => value.with(&path.0, Some(new)),
            Change::Remove(path) => value.with(&path.0, None),
        })
    }
}

/// A value below keys that are not there yet.
pub(super) fn nested(keys: &[String], value: &Value) -> Value {
    keys.iter().rev().fold(value.clone(), |below, key| {
        Value::Map(vec![(key.clone(), below)])
    })
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        differences(self, other).is_empty()
    }
}

/// The paths at which two values differ, as deep as they go.
#[must_use]
pub fn differences(one: &Value, other: &Value) -> Vec<Path> {
    let mut found = Vec::new();
    compare(one, other, &Path::default(), &mut found);
    found
}

fn compare(one: &Value, other: &Value, at: &Path, found: &mut Vec<Path>) {
    let is_same = match (one, other) {
        (Value::Map(one), Value::Map(other)) => {
            let of = |entries: &[(String, Value)]| -> std::collections::HashMap<String, usize> {
                let keys = entries.iter().enumerate();
                keys.rev()
                    .map(|(index, (key, _))| (key.clone(), index))
                    .collect()
            };
            let (in_one, in_other) = (of(one), of(other));
            for (key, value) in one {
                match in_other.get(key) {
                    Some(index) => compare(value, &other[*index].1, &at.key(key), found),
                    None => found.push(at.key(key)),
                }
            }
            let new = other.iter().filter(|(key, _)| !in_one.contains_key(key));
            found.extend(new.map(|(key, _)| at.key(key)));
            true
        }
        (Value::List(one), Value::List(other)) if one.len() == other.len() => {
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                compare(one, other, &at.key(index.to_string()), found);
            }
            true
        }
        (Value::Nothing, Value::Nothing) | (Value::Null, Value::Null) => true,
        (Value::Bool(one), Value::Bool(other)) => one == other,
        (Value::Number(one), Value::Number(other)) | (Value::Text(one), Value::Text(other)) => {
            one == other
        }
        _ => false,
    };
    if !is_same {
        found.push(at.clone());
    }
}
