//! What a change of a spec's files changes with its other environments: [`changes`]; and the change that changes nothing
//! with them: [`patch`].

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::args::Chosen;
use super::environments;
use super::load::{self, Changed, Loaded, Lookups};
use super::patch::Patch;
use crate::desired::lower;
use crate::diagnostic::{Diagnostic, Severity};
use crate::edit::{self, Edit, Effect};
use crate::report::{edited, safe};
use crate::spec;

/// What changes with an environment that is not the chosen one.
pub(super) struct Elsewhere {
    /// Its name; none for the spec without an environment.
    pub(super) environment: Option<String>,
    /// What changes with it; none where the spec is invalid with it.
    pub(super) effects: Option<BTreeSet<Effect>>,
}

/// The other environments of the spec at these paths with which something changes, or may. What the spec says without
/// an environment counts where it says something.
pub(super) fn changes(paths: &[PathBuf], chosen: &Chosen, new: &Changed) -> Vec<Elsewhere> {
    if new.is_empty() {
        return Vec::new();
    }
    let names = environments::names(paths).into_iter().map(Some);
    let others = std::iter::once(None).chain(names);
    others
        .filter(|name| *name != chosen.environment)
        .filter_map(|name| {
            let effects = with(name.as_ref(), paths, chosen, new);
            let is_none = match &effects {
                Some(effects) => effects.is_empty(),
                None => name.is_none(),
            };
            (!is_none).then_some(Elsewhere {
                environment: name,
                effects,
            })
        })
        .collect()
}

/// What changes with one environment; none where the spec is invalid with it.
fn with(
    name: Option<&String>,
    paths: &[PathBuf],
    chosen: &Chosen,
    new: &Changed,
) -> Option<BTreeSet<Effect>> {
    let chosen = Chosen {
        environment: name.cloned(),
        ..chosen.clone()
    };
    let loaded = load::load(paths, super::today(), Lookups::None, None, &chosen);
    // The file of another environment is none of its files.
    if !loaded.has_errors() && !loaded.all_files().any(|(file, _)| new.contains_key(file)) {
        return Some(BTreeSet::new());
    }
    let (after, problems) = loaded.with(new, spec::read);
    let is_wrong = |all: &[Diagnostic]| all.iter().any(|it| it.severity == Severity::Error);
    match loaded.has_errors() || is_wrong(&problems) {
        true => None,
        false => Some(edit::effects(&loaded.desired(), &lower(&after))),
    }
}

/// The change of the spec, which changes nothing with another environment: it goes to the file of the chosen one where
/// it would.
pub(super) fn patch<'a>(
    edits: &[Edit],
    loaded: &'a Loaded,
    chosen: &Chosen,
) -> Result<Patch<'a>, Vec<Diagnostic>> {
    let patch = Patch::of(edits, loaded)?;
    if patch.problems.has_errors() {
        return Ok(patch);
    }
    let others = changes(&[], chosen, &patch.changed.texts);
    if others.is_empty() {
        return Ok(patch);
    }
    // What the file of the environment cannot say is not written elsewhere either.
    if chosen.environment.is_some()
        && let Ok(own) = Patch::in_environment(edits, loaded)
        && !own.problems.has_errors()
        && edit::effects(&patch.desired(), &own.desired()).is_empty()
        && (is_of_environment(&own, loaded) || changes(&[], chosen, &own.changed.texts).is_empty())
    {
        return Ok(own);
    }
    Err(vec![reaches(&others, chosen)])
}

/// Whether a change is in the file of the chosen environment alone: no other reads it, whatever is wrong with that.
fn is_of_environment(patch: &Patch<'_>, loaded: &Loaded) -> bool {
    let input = loaded.input();
    let file = input.environment.map(|(file, _)| &**file);
    patch.files().all(|changed| Some(changed) == file)
}

/// That a change would reach other environments, with what would change there.
fn reaches(others: &[Elsewhere], chosen: &Chosen) -> Diagnostic {
    let others: Vec<String> = (others.iter())
        .map(|other| {
            let name = match &other.environment {
                Some(name) => format!("`{name}`"),
                None => "the spec without an environment".to_owned(),
            };
            match &other.effects {
                None => format!("{name}, which is invalid"),
                Some(effects) => {
                    let what = edited::effects(effects);
                    format!("{name} ({})", safe::lines(&what))
                }
            }
        })
        .collect();
    edit::codes::other_environments(&others, chosen.environment.as_deref())
}
