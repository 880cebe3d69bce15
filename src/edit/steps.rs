//! Changes, one small step after another: [`written`]. A mapping or a list that is set again is changed where it
//! differs, so that the comments of what stays are kept.

use super::Change;
use super::patch::{self, Patch, Written, patched};
use super::path::Path;
use super::tree;
use super::value::Value;

/// A step that could not be made.
#[derive(Clone, Debug)]
pub(super) struct Stuck {
    path: Path,
    pub(super) why: patch::Stuck,
}

impl Stuck {
    /// What was to be changed.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

/// The text after the changes. `before` is what it says.
pub(super) fn written(text: &str, before: &Value, changes: &[Change]) -> Result<String, Stuck> {
    let mut text = text.to_owned();
    let mut value = before.clone();
    for change in changes {
        for step in steps_of(change, &value, &text) {
            text = step.made(&text)?;
        }
        value = value
            .after(std::slice::from_ref(change))
            .unwrap_or(Value::Nothing);
    }
    Ok(text)
}

/// The text after changes that have nothing to do with each other, all made at the same time, so that the text is read
/// once and not for every change. Whoever calls it checks what it says: changes can be in each other's way.
pub(super) fn written_at_once(text: &str, before: &Value, changes: &[Change]) -> Option<String> {
    let tree = tree::read(text)?;
    let written = Written::new(text, &tree);
    let is_shared = |path: &Path| written.is_shared(&path.0);
    let mut patches = Vec::new();
    for change in changes {
        let mut steps = Vec::new();
        add_steps(change, before, &is_shared, &mut steps);
        for step in steps {
            patches.extend(step.patches(&written).ok()?);
        }
    }
    Some(patched(text, patches))
}

/// What is done to a text at once.
enum Step {
    Set(Path, Value),
    Remove(Path),
    Insert(Path, usize, Value),
}

impl Step {
    fn made(&self, text: &str) -> Result<String, Stuck> {
        let (Self::Set(path, _) | Self::Remove(path) | Self::Insert(path, ..)) = self;
        let stuck = |why| Stuck {
            path: path.clone(),
            why,
        };
        let tree = tree::read(text).ok_or_else(|| stuck(patch::Stuck::Form(0)))?;
        let patches = self.patches(&Written::new(text, &tree)).map_err(stuck)?;
        Ok(patched(text, patches))
    }

    fn patches(&self, written: &Written<'_>) -> Result<Vec<Patch>, patch::Stuck> {
        match self {
            Self::Set(path, value) => written.set(&path.0, value),
            Self::Remove(path) => written.remove(&path.0),
            Self::Insert(path, at, value) => written.insert_item(&path.0, *at, value),
        }
    }
}

fn steps_of(change: &Change, value: &Value, text: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let tree = tree::read(text);
    let is_shared = |path: &Path| {
        let tree = tree.as_ref();
        tree.is_some_and(|tree| Written::new(text, tree).is_shared(&path.0))
    };
    add_steps(change, value, &is_shared, &mut steps);
    steps
}

fn add_steps(change: &Change, value: &Value, is_shared: IsShared<'_>, steps: &mut Vec<Step>) {
    match change {
        Change::Remove(path) => steps.push(Step::Remove(path.clone())),
        Change::Set(path, new) => match value.get(&path.0) {
            Some(old) => refine(path, old, new, is_shared, steps),
            None => steps.push(Step::Set(path.clone(), new.clone())),
        },
    }
}

/// Whether the value at a path is that of an alias or a merge key.
type IsShared<'a> = &'a dyn Fn(&Path) -> bool;

/// The steps from one value to another. What is written elsewhere gets a value of its own.
fn refine(path: &Path, old: &Value, new: &Value, is_shared: IsShared<'_>, steps: &mut Vec<Step>) {
    match (old, new) {
        (old, new) if old == new => {}
        (old, _) if old.is_collection() && is_shared(path) => {
            steps.push(Step::Set(path.clone(), new.clone()));
        }
        (Value::Map(old), Value::Map(new)) if !old.is_empty() && !new.is_empty() => {
            let of = |entries: &[(String, Value)], name: &str| {
                entries.iter().position(|(key, _)| key == name)
            };
            for (key, value) in new {
                match of(old, key) {
                    Some(at) => refine(&path.key(key), &old[at].1, value, is_shared, steps),
                    None => steps.push(Step::Set(path.key(key), value.clone())),
                }
            }
            let gone = old.iter().filter(|(key, _)| of(new, key).is_none());
            steps.extend(gone.map(|(key, _)| Step::Remove(path.key(key))));
        }
        (Value::List(old), Value::List(new)) if !old.is_empty() && !new.is_empty() => {
            items(path, old, new, is_shared, steps);
        }
        _ => steps.push(Step::Set(path.clone(), new.clone())),
    }
}

/// The steps from one list to another: what is the same at both ends stays.
fn items(
    path: &Path,
    old: &[Value],
    new: &[Value],
    is_shared: IsShared<'_>,
    steps: &mut Vec<Step>,
) {
    let same = old
        .iter()
        .zip(new)
        .take_while(|(old, new)| old == new)
        .count();
    let (old_rest, new_rest) = (&old[same..], &new[same..]);
    let at_end = old_rest.iter().rev().zip(new_rest.iter().rev());
    let same_at_end = at_end.take_while(|(old, new)| old == new).count();
    let (gone, come) = (old_rest.len() - same_at_end, new_rest.len() - same_at_end);
    let both = gone.min(come);
    for at in same..same + both {
        let path = path.key(at.to_string());
        refine(&path, &old[at], &new[at], is_shared, steps);
    }
    for at in (same + both..same + gone).rev() {
        steps.push(Step::Remove(path.key(at.to_string())));
    }
    for (at, value) in new.iter().enumerate().take(same + come).skip(same + both) {
        steps.push(Step::Insert(path.clone(), at, value.clone()));
    }
}
