//! `validate --fix`: safe fixes, made in place.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Failure;
use super::files;
use super::load::{Changed, Loaded};
use super::screen::Screen;
use crate::diagnostic::{Diagnostic, Fix, Severity};
use crate::edit;
use crate::report::words::quantity;
use crate::spec;

/// A fix can uncover the next problem; more rounds than these are not needed.
const MAX_ROUNDS: usize = 10;

/// Loads specs, and makes the fixes that are safe until there are none.
pub(super) fn fixed(load: &dyn Fn() -> Loaded, screen: &mut Screen) -> Result<Loaded, Failure> {
    let mut loaded = load();
    let mut count = 0;
    let mut changed = BTreeSet::new();
    for _ in 0..MAX_ROUNDS {
        let round = round(&loaded);
        if round.is_empty() {
            break;
        }
        for (name, (fixes, text)) in round {
            let before = loaded.all_files().find(|(known, _)| *known == name);
            if let Some((_, before)) = before {
                files::rewrite(&name, before, &text)?;
                count += fixes;
                changed.insert(name);
            }
        }
        loaded = load();
    }
    if count > 0 {
        let names = changed.iter().map(|name| &**name).collect::<Vec<_>>();
        screen.note(&format!(
            "fixed {} in {}",
            quantity(count, "problem"),
            names.join(", ")
        ));
    }
    Ok(loaded)
}

/// The new text of each file that has safe fixes, with their number.
fn round(loaded: &Loaded) -> BTreeMap<Arc<str>, (usize, String)> {
    let mut new = BTreeMap::new();
    for (name, text) in loaded.all_files() {
        let fixes = edit::safe_fixes(name, &loaded.diagnostics);
        let before = errors(loaded, name, text);
        let is_better = |fixes: &[&Fix]| {
            let after = errors(loaded, name, &edit::fixed(text, fixes));
            after.difference(&before).next().is_none()
        };
        // An anchor can repeat a value where the fix is wrong: then each is tried by itself.
        let fixes: Vec<&Fix> = match is_better(&fixes) {
            true => fixes,
            false => fixes.into_iter().filter(|fix| is_better(&[fix])).collect(),
        };
        if !fixes.is_empty() {
            new.insert(name.clone(), (fixes.len(), edit::fixed(text, &fixes)));
        }
    }
    new
}

/// The errors of the spec with another text of one file.
fn errors(loaded: &Loaded, file: &Arc<str>, text: &str) -> BTreeSet<(&'static str, String)> {
    let new = Changed::from([(file.clone(), text.to_owned())]);
    let (_, problems) = loaded.with(&new, spec::read);
    let is_error = |it: &Diagnostic| it.severity == Severity::Error;
    let errors = problems.into_iter().filter(is_error);
    errors.map(|it| (it.code.0, it.summary)).collect()
}
