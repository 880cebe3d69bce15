//! `linkwright set`: changes values of a spec, and shows what else that changes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use super::args::{Chosen, DiagnosticFormat, Set};
use super::exit::Exit;
use super::load::{self, Changed, Loaded, Lookups};
use super::screen::Screen;
use super::{Failure, environments, files};
use crate::desired::lower;
use crate::diagnostic::{Diagnostic, Severity, Sources};
use crate::edit::{self, Change, Effect, Path, Value};
use crate::report::{edited, safe};
use crate::spec::{self, Origin, Spec, ValueAddress};
use crate::validate;

/// Texts of files by their names.
type Texts = BTreeMap<Arc<str>, Arc<str>>;

pub(super) fn run(args: &Set, screen: &mut Screen) -> Result<Exit, Failure> {
    let asked = Asked::of(args)?;
    let load =
        |chosen: &Chosen| load::load(&args.spec, super::today(), Lookups::None, None, chosen);
    let loaded = load(&args.chosen);
    if loaded.has_errors() {
        super::diagnose::print(&loaded, DiagnosticFormat::Text, screen)?;
        return Ok(Exit::Usage);
    }
    let texts: Texts = loaded.all_files().cloned().collect();
    let planned = Planned::of(&asked, &loaded, &texts).and_then(|planned| {
        let new = written(&texts, &planned.changes)?;
        planned.check_environment(&loaded, &new, args)?;
        Ok((planned, new))
    });
    let (planned, new) = match planned {
        Ok(planned) => planned,
        Err(problems) => return refuse(problems, &loaded, screen),
    };
    let (after, shown) = checked(&loaded, &texts, &new);
    if shown.has_errors() {
        super::diagnose::print(&shown, DiagnosticFormat::Text, screen)?;
        screen.note("No changes were made: with this value the spec would be invalid.");
        return Ok(Exit::Usage);
    }
    show(&loaded, &after, &texts, &new, screen)?;
    super::diagnose::print(&shown, DiagnosticFormat::Text, screen)?;
    for note in &planned.notes {
        screen.note(note);
    }
    let effects = edit::effects(&loaded.desired(), &lower(&after));
    report(&effects, &planned.paths(), &loaded.spec, screen);
    elsewhere(args, &load, &new, screen);
    if new.is_empty() {
        screen.note("No changes: the spec says so already.");
        return Ok(Exit::Done);
    }
    if args.write {
        for (name, text) in &new {
            files::rewrite(name, &texts[name], text)?;
            screen.note(&format!("wrote {name}"));
        }
    } else {
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
    fn each(&self) -> Vec<(String, Path, Option<String>)> {
        let keys = self.keys.iter();
        if self.addresses.is_empty() {
            let whole = |(key, value): &'_ (Path, Option<String>)| {
                let (section, rest) = key.0.split_at(key.0.len().min(1));
                (section.join("."), Path(rest.to_vec()), value.clone())
            };
            return keys.map(whole).collect();
        }
        let addresses = self.addresses.iter();
        addresses
            .flat_map(|address| {
                let keys = self.keys.iter();
                keys.map(|(key, value)| (address.clone(), key.clone(), value.clone()))
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

/// What is to be changed.
#[derive(Default)]
struct Planned {
    /// The changes of each file.
    changes: BTreeMap<Arc<str>, Vec<Change>>,
    /// The same as changes of the spec, whichever file has the value.
    of_spec: Vec<Change>,
    /// What is to be said of them.
    notes: Vec<String>,
}

impl Planned {
    fn of(asked: &Asked, loaded: &Loaded, texts: &Texts) -> Result<Self, Vec<Diagnostic>> {
        let mut planned = Self::default();
        let mut problems = Vec::new();
        for (address, key, value) in asked.each() {
            let added = planned.add(&address, &key, value.as_deref(), loaded, texts);
            problems.extend(added.err().map(|problem| *problem));
        }
        match problems.is_empty() {
            true => Ok(planned),
            false => Err(problems),
        }
    }

    fn add(
        &mut self,
        address: &str,
        key: &Path,
        value: Option<&str>,
        loaded: &Loaded,
        texts: &Texts,
    ) -> Result<(), Box<Diagnostic>> {
        let site = edit::site_of(&loaded.spec, address, key).map_err(|unresolved| unresolved.0)?;
        let new = match value {
            Some(text) => Some(edit::typed(&site.path, text).map_err(|wrong| {
                let summary = format!("`{key}={text}`: {}", wrong.what);
                Diagnostic::error(edit::codes::VALUE, summary)
                    .help("write the value as YAML; quote it for the shell")
            })?),
            None => None,
        };
        let change = match (site.governed, new) {
            (None, Some(value)) => Change::Set(site.path, value),
            (None, None) => Change::Remove(site.path),
            // An entry of its own replaces all that the pattern says of it.
            (Some(governed), new) => {
                self.notes.push(format!(
                    "`{}` governed {address}; it has an entry of its own now, `{}`.",
                    governed.pattern, governed.entry
                ));
                let (file, path) = place_of(&governed.pattern, loaded, texts)?;
                let pattern = edit::value_of(&file, &texts[&file]).ok();
                let pattern = pattern.and_then(|root| root.get(&path.0).cloned());
                let entry = pattern.unwrap_or_else(|| Value::Map(Vec::new()));
                let entry = entry.changed(&key.0, new.as_ref());
                Change::Set(
                    governed.entry,
                    entry.unwrap_or_else(|| Value::Map(Vec::new())),
                )
            }
        };
        let (file, path) = place_of(change.path(), loaded, texts)?;
        let in_file = match &change {
            Change::Set(_, value) => Change::Set(path, value.clone()),
            Change::Remove(_) => Change::Remove(path),
        };
        self.changes.entry(file).or_default().push(in_file);
        self.of_spec.push(change);
        Ok(())
    }

    fn paths(&self) -> Vec<&Path> {
        self.of_spec.iter().map(Change::path).collect()
    }

    /// With an environment, what the files say together must be what was asked for too.
    fn check_environment(
        &self,
        loaded: &Loaded,
        new: &Changed,
        args: &Set,
    ) -> Result<(), Vec<Diagnostic>> {
        let Some(environment) = &args.chosen.environment else {
            return Ok(());
        };
        let text = loaded.with(new, spec::render);
        let Ok(root) = edit::value_of(&"the spec".into(), &text) else {
            // What is wrong with it is reported with its place.
            return Ok(());
        };
        let differs = |change: &&Change| match change {
            Change::Set(path, _) if path.0.first().is_some_and(|key| key == "variables") => false,
            Change::Set(path, value) => {
                root.get(&path.0) != Some(value) && !edit::has_variable(value)
            }
            Change::Remove(path) => root.get(&path.0).is_some(),
        };
        let problems: Vec<Diagnostic> = (self.of_spec.iter().filter(differs))
            .map(|change| edit::codes::other_in_environment(change.path(), environment))
            .collect();
        match problems.is_empty() {
            true => Ok(()),
            false => Err(problems),
        }
    }
}

/// The file that a value of the spec is written in, and its path there: that of the environment where it sets the
/// value, else the one that declares it.
fn place_of(
    path: &Path,
    loaded: &Loaded,
    texts: &Texts,
) -> Result<(Arc<str>, Path), Box<Diagnostic>> {
    if let Some(address) = ValueAddress::of(path.0.clone()) {
        for written in loaded.with(&Changed::new(), |input| spec::locate(input, &address)) {
            for origin in &written.origins {
                if let Origin::Variable { name, source, .. } = origin {
                    let problem =
                        edit::codes::from_variable(path, &written.value, name, source.place());
                    return Err(Box::new(problem));
                }
            }
        }
    }
    if let Some((file, text)) = &loaded.environment
        && let Ok(root) = edit::value_of(file, text)
        && let Some(path) = edit::path_in_environment(&root, path)
    {
        return Ok((file.clone(), path));
    }
    let files: Texts = loaded
        .files
        .iter()
        .map(|(name, _)| (name.clone(), texts[name].clone()))
        .collect();
    Ok((file_of(path, &loaded.spec, &files)?, path.clone()))
}

/// The file that declares a path.
fn file_of(path: &Path, spec: &Spec, texts: &Texts) -> Result<Arc<str>, Box<Diagnostic>> {
    // The place of a link or a policy can be in the file of an environment, which declares neither.
    let has = |keys: usize| {
        let start = Path::of(path.0.iter().take(keys).cloned());
        let having = texts
            .iter()
            .filter(|(name, text)| edit::has(name, text, &start));
        having.map(|(name, _)| name.clone()).collect::<Vec<_>>()
    };
    let declared = match path.0.as_slice() {
        [section, name, ..] if section == "links" => {
            spec.links.entry(name).map(|it| &it.name.place)
        }
        [section, name, ..] if section == "clusters" => {
            spec.clusters.entry(name).map(|it| &it.name.place)
        }
        _ => None,
    };
    if let Some(place) = declared.filter(|place| texts.contains_key(&place.file)) {
        return Ok(place.file.clone());
    }
    let names: Vec<Arc<str>> = texts.keys().cloned().collect();
    match (names.as_slice(), has(2).as_slice(), has(1).as_slice()) {
        ([one], _, _) | (_, [one], _) | (_, [], [one]) => Ok(one.clone()),
        _ => Err(Box::new(edit::codes::not_in_one_file(path))),
    }
}

fn written(
    texts: &Texts,
    changes: &BTreeMap<Arc<str>, Vec<Change>>,
) -> Result<Changed, Vec<Diagnostic>> {
    let mut new = Changed::new();
    let mut problems = Vec::new();
    for (name, changes) in changes {
        match edit::edit(name, &texts[name], changes) {
            Ok(text) if *text == *texts[name] => {}
            Ok(text) => {
                new.insert(name.clone(), text);
            }
            Err(more) => problems.extend(more),
        }
    }
    match problems.is_empty() {
        true => Ok(new),
        false => Err(problems),
    }
}

fn refuse(
    problems: Vec<Diagnostic>,
    loaded: &Loaded,
    screen: &mut Screen,
) -> Result<Exit, Failure> {
    let is_refused = problems.iter().any(|it| it.code == edit::codes::REACHES);
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

/// The spec after the changes, and what is wrong with it that was not before.
fn checked(loaded: &Loaded, texts: &Texts, new: &Changed) -> (Spec, Loaded) {
    let (spec, mut problems) = loaded.with(new, spec::read);
    let context = validate::Context {
        today: super::today(),
    };
    problems.extend(validate::check(&spec, &context));
    let is_known = |it: &Diagnostic| {
        let mut known = loaded.diagnostics.iter();
        known.any(|old| old.code == it.code && old.summary == it.summary)
    };
    problems.retain(|it| !is_known(it));
    spec.origins.explain(&mut problems);
    crate::diagnostic::sort(&mut problems);
    let mut sources = Sources::default();
    for (name, before) in texts {
        let text = new.get(name).map_or(&**before, String::as_str);
        sources.insert(name.clone(), spec::masked(&spec, name, text).into());
    }
    let shown = Loaded {
        sources,
        diagnostics: problems,
        ..Loaded::default()
    };
    (spec, shown)
}

/// Says what changes with the other environments of the spec.
fn elsewhere(args: &Set, load: &dyn Fn(&Chosen) -> Loaded, new: &Changed, screen: &mut Screen) {
    let here = [PathBuf::from(".")];
    let paths = if args.spec.is_empty() {
        &here[..]
    } else {
        &args.spec
    };
    let names = environments::names(paths).into_iter();
    for name in names.filter(|name| Some(name) != args.chosen.environment.as_ref()) {
        let chosen = Chosen {
            environment: Some(name.clone()),
            ..args.chosen.clone()
        };
        let loaded = load(&chosen);
        let (after, problems) = loaded.with(new, spec::read);
        let is_wrong = |all: &[Diagnostic]| all.iter().any(|it| it.severity == Severity::Error);
        if loaded.has_errors() || is_wrong(&problems) {
            screen.note(&format!(
                "What changes with environment {name} is unknown: the spec is invalid with it."
            ));
            continue;
        }
        let effects = edit::effects(&loaded.desired(), &lower(&after));
        if !effects.is_empty() {
            let words = list(&effects.iter().collect::<Vec<_>>());
            screen.note(&format!(
                "Changes with environment {name}: {}",
                safe::lines(&words)
            ));
        }
    }
}

fn show(
    loaded: &Loaded,
    after: &Spec,
    texts: &Texts,
    new: &Changed,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let style = screen.style(true);
    for (name, text) in new {
        let before = spec::masked(&loaded.spec, name, &texts[name]);
        let text = spec::masked(after, name, text);
        edited::difference(screen.out(), name, &before, &text, &style)?;
    }
    Ok(())
}

/// Says what changes in the desired state, and what of it was not named.
fn report(effects: &BTreeSet<Effect>, paths: &[&Path], spec: &Spec, screen: &mut Screen) {
    let (named, others): (Vec<&Effect>, Vec<&Effect>) = effects
        .iter()
        .partition(|effect| edit::is_named(effect, paths, spec));
    for (what, effects) in [("Changes", named), ("Also changes", others)] {
        if !effects.is_empty() {
            screen.note(&format!("{what}: {}", safe::lines(&list(&effects))));
        }
    }
}

fn list(effects: &[&Effect]) -> String {
    let shown = effects.iter().take(MAX_NAMES);
    let words: Vec<String> = shown.map(|effect| edited::effect(effect)).collect();
    match effects.len().saturating_sub(MAX_NAMES) {
        0 => words.join(", "),
        more => format!("{} and {more} more", words.join(", ")),
    }
}

/// At most this many addresses are listed.
const MAX_NAMES: usize = 10;

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
