//! `linkwright set`: changes values of a spec, and shows what else that changes.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::Failure;
use super::args::{Chosen, DiagnosticFormat, Set};
use super::elsewhere::{self, What};
use super::exit::Exit;
use super::load::{self, Changed, Loaded, Lookups};
use super::patch::Patch;
use super::screen::Screen;
use crate::diagnostic::Diagnostic;
use crate::edit::{self, Change, Edit, Effect, New, Path};
use crate::report::{edited, safe};
use crate::spec::Spec;

pub(super) fn run(args: &Set, screen: &mut Screen) -> Result<Exit, Failure> {
    let asked = Asked::of(args)?;
    let loaded = load::load(
        &args.spec,
        super::today(),
        Lookups::None,
        None,
        &args.chosen,
    );
    if loaded.has_errors() {
        super::diagnose::print(&loaded, DiagnosticFormat::Text, screen)?;
        return Ok(Exit::Usage);
    }
    let patch = match Patch::of(&asked.edits(), &loaded) {
        Ok(patch) => patch,
        Err(problems) => return refuse(problems, &loaded, screen),
    };
    if patch.problems.has_errors() {
        super::diagnose::print(&patch.problems, DiagnosticFormat::Text, screen)?;
        screen.note("No changes were made: with this value the spec would be invalid.");
        return Ok(Exit::Usage);
    }
    patch.show(screen)?;
    super::diagnose::print(&patch.problems, DiagnosticFormat::Text, screen)?;
    for words in edited::own_entries(&patch.changed.own_entries) {
        screen.note(&words);
    }
    let effects = edit::effects(&loaded.desired(), &patch.desired());
    let paths: Vec<&Path> = patch.changed.changes.iter().map(Change::path).collect();
    report(&effects, &paths, &loaded.spec, screen);
    elsewhere(&args.spec, &args.chosen, &patch.changed.texts, screen);
    if patch.is_empty() {
        screen.note("No changes: the spec says so already.");
        return Ok(Exit::Done);
    }
    patch.keep(&args.saving, screen)?;
    if !args.saving.write && args.saving.patch.is_none() {
        screen.note("Nothing was written. To write it, run the command again with --write.");
    }
    Ok(Exit::Done)
}

/// What the command line asks for.
struct Asked {
    addresses: Vec<String>,
    /// Keys with the texts of their new values; those without one are to be removed.
    keys: Vec<(Path, Option<String>)>,
}

impl Asked {
    fn of(args: &Set) -> Result<Self, Failure> {
        let usage = |words: String| Failure::new(Exit::Usage, words);
        let mut asked = Self {
            addresses: Vec::new(),
            keys: Vec::new(),
        };
        for word in &args.what {
            match assignment(word) {
                None => asked.addresses.push(word.clone()),
                Some((key, value)) => {
                    let key = Path::parse(key).map_err(usage)?;
                    asked.keys.push((key, Some(value.to_owned())));
                }
            }
        }
        for key in &args.remove {
            asked.keys.push((Path::parse(key).map_err(usage)?, None));
        }
        match asked.keys.is_empty() {
            true => Err(usage(
                "nothing to set: write KEY=VALUE after the addresses, such as state=paused, or pass --remove KEY"
                    .to_owned(),
            )),
            false => Ok(asked),
        }
    }

    /// Each address with each key; without addresses the keys are whole ones.
    fn edits(&self) -> Vec<Edit> {
        let keys = self.keys.iter().map(|(key, value)| {
            let new = value.clone().map_or(New::Removed, New::Typed);
            (key.clone(), new)
        });
        if self.addresses.is_empty() {
            return keys.map(|(key, new)| Edit::at(&key, new)).collect();
        }
        let addresses = self.addresses.iter();
        addresses
            .flat_map(|address| {
                keys.clone().map(|(key, new)| Edit {
                    address: address.clone(),
                    key,
                    new,
                })
            })
            .collect()
    }
}

/// `KEY=VALUE`, where the first `=` outside quotes ends the key.
fn assignment(word: &str) -> Option<(&str, &str)> {
    let mut is_quoted = false;
    let at = word.find(|letter| {
        is_quoted ^= letter == '"';
        letter == '=' && !is_quoted
    })?;
    Some((&word[..at], &word[at + 1..]))
}

/// Shows why the spec is not changed, and how the command ends.
pub(super) fn refuse(
    problems: Vec<Diagnostic>,
    loaded: &Loaded,
    screen: &mut Screen,
) -> Result<Exit, Failure> {
    let refusals = [edit::codes::REACHES, edit::codes::OTHER_ENVIRONMENTS];
    let is_refused = problems.iter().any(|it| refusals.contains(&it.code));
    let shown = Loaded {
        sources: loaded.sources.clone(),
        diagnostics: problems,
        ..Loaded::default()
    };
    super::diagnose::print(&shown, DiagnosticFormat::Text, screen)?;
    screen.note("No changes were made.");
    Ok(if is_refused {
        Exit::Refused
    } else {
        Exit::Usage
    })
}

/// Says what changes with the other environments of the spec at these paths.
pub(super) fn elsewhere(paths: &[PathBuf], chosen: &Chosen, new: &Changed, screen: &mut Screen) {
    for other in elsewhere::changes(paths, chosen, new) {
        let Some(name) = &other.environment else {
            continue;
        };
        screen.note(&match &other.what {
            What::Unknown => elsewhere::is_unknown(name),
            What::BecomesInvalid => {
                format!("With environment {name} the spec becomes invalid.")
            }
            What::Changes(effects) => format!(
                "Changes with environment {name}: {}",
                safe::lines(&edited::effects(effects))
            ),
        });
    }
}

/// Says what changes in the desired state, and what of it was not named.
fn report(effects: &BTreeSet<Effect>, paths: &[&Path], spec: &Spec, screen: &mut Screen) {
    let (named, others): (Vec<&Effect>, Vec<&Effect>) = effects
        .iter()
        .partition(|effect| edit::is_named(effect, paths, spec));
    for (what, effects) in [("Changes", named), ("Also changes", others)] {
        if !effects.is_empty() {
            screen.note(&format!(
                "{what}: {}",
                safe::lines(&edited::effects(effects))
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_equals_sign_outside_quotes_ends_the_key() {
        assert_eq!(assignment("state=paused"), Some(("state", "paused")));
        assert_eq!(
            assignment("configs.\"a=b\"=c=d"),
            Some(("configs.\"a=b\"", "c=d"))
        );
        assert_eq!(assignment("west/orders-dr/payments"), None);
        assert_eq!(assignment("links.a.mirrors.\"a=b\""), None);
    }
}
