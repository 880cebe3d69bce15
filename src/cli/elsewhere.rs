//! What a change of a spec's files changes with its other environments: [`changes`]; and the change that changes nothing
//! with them: [`patch`].

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::args::Chosen;
use super::environments;
use super::load::{self, Changed, Loaded, Lookups};
use super::patch::Patch;
use super::pending::Earlier;
use super::screen::Screen;
use crate::desired::lower;
use crate::diagnostic::{Diagnostic, Severity};
use crate::edit::{self, Edit, Effect};
use crate::report::{edited, safe};
use crate::spec;

/// What changes with an environment that is not the chosen one.
pub(super) struct Elsewhere {
    /// Its name; none for the spec without an environment.
    pub(super) environment: Option<String>,
    /// What changes with it.
    pub(super) what: What,
}

/// What a change of the files changes with an environment.
pub(super) enum What {
    /// This.
    Changes(BTreeSet<Effect>),
    /// It is unknown: the spec is invalid with it, whether the change is made or not.
    Unknown,
    /// The spec becomes invalid with it.
    BecomesInvalid,
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
            let what = with(name.as_ref(), paths, chosen, new);
            let is_none = match &what {
                What::Changes(effects) => effects.is_empty(),
                What::Unknown | What::BecomesInvalid => name.is_none(),
            };
            (!is_none).then_some(Elsewhere {
                environment: name,
                what,
            })
        })
        .collect()
}

/// What changes with one environment.
fn with(name: Option<&String>, paths: &[PathBuf], chosen: &Chosen, new: &Changed) -> What {
    let chosen = Chosen {
        environment: name.cloned(),
        ..chosen.clone()
    };
    let loaded = load::load(paths, super::today(), Lookups::None, None, &chosen);
    if loaded.has_errors() {
        return What::Unknown;
    }
    // The file of another environment is none of its files.
    if !loaded.all_files().any(|(file, _)| new.contains_key(file)) {
        return What::Changes(BTreeSet::new());
    }
    let (after, problems) = loaded.with(new, spec::read);
    match problems.iter().any(|it| it.severity == Severity::Error) {
        true => What::BecomesInvalid,
        false => What::Changes(edit::effects(&loaded.desired(), &lower(&after))),
    }
}

/// The change of the spec, with what earlier runs of the command have left, which changes nothing with another
/// environment: it goes to the file of the chosen one where it would. What another environment makes of it while the spec is
/// invalid with that environment is said to be unknown and keeps nothing back.
pub(super) fn patch<'a>(
    edits: &[Edit],
    loaded: &'a Loaded,
    earlier: &Earlier,
    chosen: &Chosen,
    screen: &mut Screen,
) -> Result<Patch<'a>, Vec<Diagnostic>> {
    let patch = Patch::onto(earlier, edits, loaded)?;
    if patch.problems.has_errors() {
        return Ok(patch);
    }
    let (unknown, others) = reached(chosen, &patch);
    if others.is_empty() {
        unknown.iter().for_each(|note| screen.note(note));
        return Ok(patch);
    }
    // What the file of the environment cannot say is not written elsewhere either.
    if chosen.environment.is_some()
        && let Ok(own) = Patch::in_environment(earlier, edits, loaded)
        && !own.problems.has_errors()
        && edit::effects(&patch.desired(), &own.desired()).is_empty()
    {
        let (unknown, others) = reached(chosen, &own);
        if others.is_empty() {
            unknown.iter().for_each(|note| screen.note(note));
            return Ok(own);
        }
    }
    Err(vec![reaches(&others, chosen)])
}

/// The environments of which it is unknown what a change changes with them, in words, and those with which it changes
/// something.
fn reached(chosen: &Chosen, patch: &Patch<'_>) -> (Vec<String>, Vec<Elsewhere>) {
    // What is in the file of the chosen environment alone no other reads.
    if patch.is_of_environment() {
        return (Vec::new(), Vec::new());
    }
    let all = changes(&[], chosen, &patch.changed.texts);
    let (unknown, others): (Vec<Elsewhere>, Vec<Elsewhere>) = all
        .into_iter()
        .partition(|it| matches!(it.what, What::Unknown));
    let unknown = unknown.into_iter().filter_map(|it| it.environment);
    (unknown.map(|name| is_unknown(&name)).collect(), others)
}

/// That it is unknown what changes with an environment.
pub(super) fn is_unknown(name: &str) -> String {
    format!("What changes with environment {name} is unknown: the spec is invalid with it.")
}

/// That a change would reach other environments, with what would change there.
fn reaches(others: &[Elsewhere], chosen: &Chosen) -> Diagnostic {
    let others: Vec<String> = (others.iter())
        .map(|other| {
            let name = match &other.environment {
                Some(name) => format!("`{name}`"),
                None => "the spec without an environment".to_owned(),
            };
            match &other.what {
                What::Unknown | What::BecomesInvalid => {
                    format!("{name}, with which the spec would be invalid")
                }
                What::Changes(effects) => {
                    let what = edited::effects(effects);
                    format!("{name} ({})", safe::lines(&what))
                }
            }
        })
        .collect();
    edit::codes::other_environments(&others, chosen.environment.as_deref())
}
