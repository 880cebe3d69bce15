//! Differences of link configs, shaped for showing: values side by side, filters entry by entry.

use similar::{Algorithm, ChangeTag, DiffTag, TextDiff, capture_diff_slices};

use super::configs::{self, Shown};
use crate::catalog;
use crate::diff::{ConfigChange, ConfigTarget, ConfigValue};

/// One config and what becomes of it.
pub(crate) struct Attribute {
    /// The config's name.
    pub(crate) name: String,
    /// What becomes of it.
    pub(crate) change: Change,
}

/// What becomes of a config.
pub(crate) enum Change {
    /// It gets a value; nothing is known of one before.
    Set(String),
    /// It gets another value; each side in pieces, with what differs marked.
    Replace {
        before: Vec<(Mark, String)>,
        after: Vec<(Mark, String)>,
    },
    /// A set changes.
    Entries {
        entries: Vec<(Mark, String)>,
        note: Option<String>,
    },
}

/// What becomes of an entry or a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Same,
    Added,
    Removed,
}

impl Mark {
    /// What is before an entry where signs cannot be seen.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Same => "unchanged: ",
            Self::Added => "added: ",
            Self::Removed => "removed: ",
        }
    }
}

/// The attributes of an alteration.
pub(crate) fn of_changes(changes: &[ConfigChange]) -> Vec<Attribute> {
    changes.iter().map(of_change).collect()
}

/// The attributes of a link that is created.
pub(crate) fn of_new(configs: &[(String, ConfigValue)]) -> Vec<Attribute> {
    configs
        .iter()
        .map(|(name, value)| Attribute {
            name: name.clone(),
            change: match configs::value_words(name, value) {
                Shown::Text(text) => Change::Set(text),
                Shown::Entries(entries) if entries.len() == 1 => Change::Set(entries.concat()),
                Shown::Entries(entries) => Change::Entries {
                    entries: entries
                        .into_iter()
                        .map(|entry| (Mark::Added, entry))
                        .collect(),
                    note: None,
                },
            },
        })
        .collect()
}

/// The attribute of one config that is altered.
pub(crate) fn of_change(change: &ConfigChange) -> Attribute {
    let ConfigChange {
        name,
        before,
        hidden,
        target,
        place: _,
    } = change;
    let default = catalog::lookup(name).and_then(|entry| entry.default);
    let before = before.as_deref().map(|value| configs::shown(name, value));
    let (after, note) = match target {
        ConfigTarget::Set(value) => (configs::value_words(name, value), None),
        ConfigTarget::Reset => match default.filter(|default| !default.is_empty()) {
            Some(default) => (
                configs::shown(name, default),
                Some("back to the server's default".to_owned()),
            ),
            None => (
                match &before {
                    Some(Shown::Entries(_)) => Shown::Entries(Vec::new()),
                    Some(Shown::Text(_)) | None => Shown::Text("the server's default".to_owned()),
                },
                Some("back to the server's default".to_owned()),
            ),
        },
    };
    let change = match (before, after) {
        (Some(Shown::Entries(before)), Shown::Entries(after)) => Change::Entries {
            entries: entries(&before, &after),
            note,
        },
        (None, Shown::Entries(after)) => Change::Entries {
            entries: entries(&[], &after),
            note,
        },
        (before, after) => {
            let after = match (text(after), &note) {
                (text, Some(_)) if text == "the server's default" => text,
                (text, Some(_)) => format!("{text} (the server's default)"),
                (text, None) => text,
            };
            match before.map(text) {
                None if *hidden && matches!(target, ConfigTarget::Reset) => {
                    replace("(set; the API does not return it)", &after)
                }
                None => match default {
                    // Nothing is set, so that the default holds.
                    Some(default) if !configs::is_secret(name) => {
                        let default = text(configs::shown(name, default));
                        replace(&format!("{default} (default)"), &after)
                    }
                    Some(_) | None => Change::Set(after),
                },
                Some(before) => replace(&before, &after),
            }
        }
    };
    Attribute {
        name: name.clone(),
        change,
    }
}

fn text(shown: Shown) -> String {
    match shown {
        Shown::Text(text) if text.is_empty() => "(empty)".to_owned(),
        Shown::Text(text) => text,
        Shown::Entries(entries) if entries.is_empty() => "(empty)".to_owned(),
        Shown::Entries(entries) => entries.join(", "),
    }
}

/// Both sides, with the words that differ marked; short values differ as a whole.
fn replace(before: &str, after: &str) -> Change {
    if before.len().max(after.len()) <= 40 {
        return Change::Replace {
            before: vec![(Mark::Removed, before.to_owned())],
            after: vec![(Mark::Added, after.to_owned())],
        };
    }
    let diff = TextDiff::from_unicode_words(before, after);
    let (mut old, mut new) = (Vec::new(), Vec::new());
    for change in diff.iter_all_changes() {
        let piece = change.value().to_owned();
        match change.tag() {
            ChangeTag::Equal => {
                old.push((Mark::Same, piece.clone()));
                new.push((Mark::Same, piece));
            }
            ChangeTag::Delete => old.push((Mark::Removed, piece)),
            ChangeTag::Insert => new.push((Mark::Added, piece)),
        }
    }
    Change::Replace {
        before: old,
        after: new,
    }
}

/// Both sets as one list in which each entry is marked.
fn entries(before: &[String], after: &[String]) -> Vec<(Mark, String)> {
    let mut out = Vec::new();
    let mut push = |mark, entries: &[String]| {
        out.extend(entries.iter().map(|entry| (mark, entry.clone())));
    };
    for op in capture_diff_slices(Algorithm::Myers, before, after) {
        let (old, new) = (&before[op.old_range()], &after[op.new_range()]);
        match op.tag() {
            DiffTag::Equal => push(Mark::Same, old),
            DiffTag::Delete => push(Mark::Removed, old),
            DiffTag::Insert => push(Mark::Added, new),
            DiffTag::Replace => {
                push(Mark::Removed, old);
                push(Mark::Added, new);
            }
        }
    }
    out
}
