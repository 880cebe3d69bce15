//! Changes to the text of a spec: [`edit`], [`format()`] and [`fixed`]; and to its files: [`changed`].
//!
//! A change is a patch on the places that the parser gives: comments, order, quotes, anchors, line ends and every byte
//! that the change is not about stay. What the new text says is then compared with what it was to say. If
//! anything else would change, through an anchor, an alias or a merge key, the change is refused and names it.
//!
//! This module takes text and returns text. It reads and writes no files.

mod address;
pub mod codes;
mod covering;
mod effects;
mod environment;
mod files;
mod filters;
mod fix;
mod format;
mod patch;
mod path;
mod render;
mod steps;
mod topic;
mod tree;
mod typed;
mod value;
pub mod verbs;

use std::sync::Arc;

pub use address::{Governed, Site, Unresolved, site_of};
pub use effects::{Effect, effects, is_named};
pub use files::{Changed, Edit, New, OwnEntry, changed, changed_in_environment, with};
pub use filters::{acl, names};
pub use fix::{fixed, safe_fixes};
pub use format::format;
pub use path::Path;
pub use topic::Wanted;
pub use typed::{Wrong, typed};
pub use value::{Value, differences};

use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::spec::node::{self, Node};
use crate::spec::tree_of;

/// A change to a spec.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// The value at the path is this one; what leads there is made if it does not exist.
    Set(Path, Value),
    /// The entry at the path is gone.
    Remove(Path),
}

impl Change {
    /// What it changes.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Set(path, _) | Self::Remove(path) => path,
        }
    }
}

/// What a text says.
///
/// # Errors
/// With the errors, when it cannot be read.
pub fn value_of(file: &Arc<str>, text: &str) -> Result<Value, Vec<Diagnostic>> {
    read(file, text).map(|root| root.as_ref().map_or(Value::Nothing, Value::of))
}

/// Whether a text has a value at a path.
#[must_use]
pub fn has(file: &Arc<str>, text: &str, path: &Path) -> bool {
    value_of(file, text).is_ok_and(|value| value.get(&path.0).is_some())
}

fn read(file: &Arc<str>, text: &str) -> Result<Option<Node>, Vec<Diagnostic>> {
    let (root, problems) = tree_of(file, text);
    match problems.iter().any(|it| it.severity == Severity::Error) {
        true => Err(problems),
        false => Ok(root),
    }
}

/// From so many changes on they are tried all at the same time.
const MANY: usize = 32;

/// The text with the changes made, and with nothing else changed.
///
/// # Errors
/// When it cannot be read, when a path leads nowhere, or when something else would change.
pub fn edit(file: &Arc<str>, text: &str, changes: &[Change]) -> Result<String, Vec<Diagnostic>> {
    let root = read(file, text)?;
    let before = root.as_ref().map_or(Value::Nothing, Value::of);
    let at = |path: &Path| place_of(root.as_ref(), path, file);
    let mut wanted = before.clone();
    for change in changes {
        let one = std::slice::from_ref(change);
        let not_there = || vec![codes::not_there(change.path(), &at(change.path()))];
        if matches!(change, Change::Remove(path) if wanted.get(&path.0).is_none()) {
            return Err(not_there());
        }
        wanted = wanted.after(one).ok_or_else(not_there)?;
    }
    if changes.len() > MANY
        && let Some(new) = steps::written_at_once(text, &before, changes)
        && value_of(file, &new).is_ok_and(|after| differences(&wanted, &after).is_empty())
    {
        return Ok(new);
    }
    let new = steps::written(text, &before, changes)
        .map_err(|stuck| vec![codes::stuck(&stuck, text, file, &at(stuck.path()))])?;
    let after = match value_of(file, &new) {
        Ok(after) => after,
        Err(problems) => {
            let path = changes
                .first()
                .map(Change::path)
                .cloned()
                .unwrap_or_default();
            return Err(vec![codes::unreadable(&path, &problems, &at(&path))]);
        }
    };
    let is_wanted = |path: &Path| changes.iter().any(|it| path.is_within(it.path()));
    let others: Vec<Path> = differences(&wanted, &after)
        .into_iter()
        // What begins with `x-` is read only through aliases, and those are compared.
        .filter(|path| is_wanted(path) || !path.0.first().is_some_and(|key| key.starts_with("x-")))
        .collect();
    if others.is_empty() {
        return Ok(new);
    }
    let (kept, reached): (Vec<Path>, Vec<Path>) = others.into_iter().partition(is_wanted);
    Err(match reached.is_empty() {
        true => kept
            .iter()
            .map(|path| codes::kept(path, &at(path)))
            .collect(),
        false => {
            let first = changes
                .first()
                .map(Change::path)
                .cloned()
                .unwrap_or_default();
            let places: Vec<(Path, Place)> = reached
                .into_iter()
                .map(|path| {
                    let place = at(&path);
                    (path, place)
                })
                .collect();
            vec![codes::reaches(&first, &at(&first), &places)]
        }
    })
}

/// The place of what is at a path, or of the last thing that leads there.
fn place_of(root: Option<&Node>, path: &Path, file: &Arc<str>) -> Place {
    let mut span = root.map_or(node::Span::START, |root| root.span);
    let mut node = root;
    for key in &path.0 {
        let below = match node.map(|node| &node.value) {
            Some(node::Value::Map(entries)) => {
                let entry = entries.iter().find(|(name, _)| *name.text == **key);
                entry.map(|(key, node)| (key.span, node))
            }
            Some(node::Value::List(items)) => {
                let item = key.parse().ok().and_then(|at: usize| items.get(at));
                item.map(|node| (node.span, node))
            }
            _ => None,
        };
        let Some((at, below)) = below else { break };
        span = at;
        node = Some(below);
    }
    span.place(file)
}

#[cfg(test)]
mod tests;
