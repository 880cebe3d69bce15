//! From paths to a checked desired state: [`load`].

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::Chosen;
use super::guarded::{OpenGuard, Unusable};
use super::references::{References, env};
use super::spec_files::{IGNORE_FILE, shown, yaml_files};
use super::{environments, guarded, input};
use crate::address::Address;
use crate::desired::{Desired, lower};
use crate::diagnostic::{Diagnostic, Severity, Sources};
use crate::edit;
use crate::plan;
use crate::secret::Reference;
use crate::spec::{self, Purpose, Spec};
use crate::validate;

/// What the files say, and everything that is wrong with them.
#[derive(Default)]
pub(super) struct Loaded {
    /// The spec as far as it could be read.
    pub(super) spec: Spec,
    /// All diagnostics, sorted.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// The files' texts, for snippets.
    pub(super) sources: Sources,
    /// Every file of the spec with its text, in order.
    pub(super) files: Vec<(Arc<str>, Arc<str>)>,
    /// The file of the chosen environment, with its text.
    pub(super) environment: Option<(Arc<str>, Arc<str>)>,
    /// Values of variables from the command line.
    pub(super) variables: Vec<(String, String)>,
}

impl Loaded {
    /// Whether nothing may be planned.
    #[must_use]
    pub(super) fn has_errors(&self) -> bool {
        self.diagnostics
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// The desired state; only to be asked for while there are no errors.
    #[must_use]
    pub(super) fn desired(&self) -> Desired {
        lower(&self.spec)
    }

    /// The files of the spec and of its environment.
    pub(super) fn all_files(&self) -> impl Iterator<Item = &(Arc<str>, Arc<str>)> {
        self.files.iter().chain(&self.environment)
    }

    /// What the digest of the spec is made of: its files, that of the environment, and the values of
    /// variables, wherever they are from.
    pub(super) fn digested(&self) -> impl Iterator<Item = (String, &str)> {
        let files = self.all_files();
        let files = files.map(|(name, text)| (name.to_string(), text.as_ref()));
        let variables = self.spec.variables.iter();
        let variables = variables.map(|(name, value)| (format!("${{var:{name}}}"), value.as_str()));
        files.chain(variables)
    }

    /// The spec as the text of one file. Only to be asked for while there are no errors.
    pub(super) fn render(&self) -> String {
        self.with(&Changed::new(), spec::render)
    }

    /// The files as they are read.
    pub(super) fn input(&self) -> spec::Input<'_> {
        spec::Input {
            environment: self.environment.as_ref(),
            variables: &self.variables,
            process: &env,
            ..spec::Input::of(&self.files)
        }
    }

    /// What is made of the files of the spec, with the new texts of those that were changed.
    pub(super) fn with<T>(&self, new: &Changed, make: impl FnOnce(&spec::Input<'_>) -> T) -> T {
        edit::with(&self.input(), new, make)
    }

    /// The spec with the new texts of the files that were changed.
    pub(super) fn spec_with(&self, new: &Changed) -> Cow<'_, Spec> {
        match new.is_empty() {
            true => Cow::Borrowed(&self.spec),
            false => Cow::Owned(self.with(new, spec::read).0),
        }
    }

    /// Files that say the same without an environment and without variables.
    pub(super) fn without_variables(&self) -> Vec<(Arc<str>, Arc<str>)> {
        if self.environment.is_none() && self.spec.variables.is_empty() {
            return self.files.clone();
        }
        let name = self.files.first().map(|(name, _)| name.clone());
        vec![(name.unwrap_or_default(), self.render().into())]
    }

    /// Adds the diagnostics of another spec, to be shown together.
    pub(super) fn add(&mut self, other: Self) {
        for (name, text) in other.all_files() {
            let text = spec::masked(&other.spec, name, text);
            self.sources.insert(name.clone(), text.into());
        }
        self.diagnostics.extend(other.diagnostics);
        crate::diagnostic::sort(&mut self.diagnostics);
    }

    /// Adds to diagnostics where values come from, and sorts them.
    pub(super) fn arrange(&mut self) {
        self.spec.origins.explain(&mut self.diagnostics);
        crate::diagnostic::sort(&mut self.diagnostics);
    }
}

/// New texts of files, by their names.
pub(super) type Changed = BTreeMap<Arc<str>, String>;

impl From<Unusable> for Loaded {
    fn from(unusable: Unusable) -> Self {
        Self {
            diagnostics: unusable.diagnostics,
            sources: unusable.sources,
            ..Self::default()
        }
    }
}

/// The specs that paths name. Paths make one spec together, but a folder that holds no YAML
/// itself and has folders that do, such as a folder of examples, is one spec each.
#[must_use]
pub(super) fn specs_of(paths: &[PathBuf]) -> Vec<Vec<PathBuf>> {
    let mut specs = Vec::new();
    let mut together = Vec::new();
    for path in paths {
        let below = folders_with_yaml(path);
        if below.is_empty() {
            together.push(path.clone());
        } else {
            specs.extend(below.into_iter().map(|folder| vec![folder]));
        }
    }
    if !together.is_empty() || specs.is_empty() {
        specs.push(together);
    }
    specs
}

/// The folders with YAML in a folder without any; none for anything else.
fn folders_with_yaml(path: &Path) -> Vec<PathBuf> {
    let has_yaml = |folder: &Path| yaml_files(folder).is_ok_and(|files| !files.is_empty());
    if !path.is_dir() || has_yaml(path) {
        return Vec::new();
    }
    let Ok(entries) = std::fs::read_dir(path) else {
        return Vec::new();
    };
    let mut folders: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_dir() && has_yaml(path))
        // Environments are never read as specs.
        .filter(|path| path.file_name().is_none_or(|name| name != spec::FOLDER))
        .collect();
    folders.sort();
    folders
}

/// Whether references are looked up while the files are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lookups<'a> {
    /// Those that authenticate to clusters must have a value, as far as these targets need the cluster, or all
    /// where there are none: the run needs it.
    Clusters(&'a [Address]),
    /// Those of links are checked too.
    All,
    /// They are not read.
    None,
}

/// The texts of files, before anything is known of what they say.
#[derive(Default)]
pub(super) struct Texts {
    /// Each file with its text, in order.
    pub(super) files: Vec<(Arc<str>, Arc<str>)>,
    /// Those that were found in a folder, and not named.
    pub(super) found: BTreeSet<Arc<str>>,
    /// What could not be read.
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Reads the files that paths name.
#[must_use]
pub(super) fn texts(paths: &[PathBuf], guard: Option<&OpenGuard>) -> Texts {
    let mut read = Texts::default();
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here } else { paths };
    for path in paths {
        collect(
            path,
            guard,
            &mut read.files,
            &mut read.found,
            &mut read.diagnostics,
        );
    }
    read
}

/// Reads the files of the environments of the spec that paths name.
#[must_use]
pub(super) fn texts_of_environments(paths: &[PathBuf]) -> Texts {
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here } else { paths };
    let mut texts = Texts::default();
    for path in environments::paths_of(paths) {
        read(&path, None, &mut texts.files, &mut texts.diagnostics);
    }
    texts
}

/// Reads and checks specs. `today` decides whether exceptions have expired.
#[must_use]
pub(super) fn load(
    paths: &[PathBuf],
    today: jiff::civil::Date,
    lookups: Lookups<'_>,
    guard: Option<&OpenGuard>,
    chosen: &Chosen,
) -> Loaded {
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here } else { paths };
    let loaded = read_files(paths, guard, chosen);
    checked(loaded, today, lookups, guard)
}

/// The same files with the new texts of those that were changed, read and checked as [`load`] does.
#[must_use]
pub(super) fn changed(
    before: &Loaded,
    new: &Changed,
    today: jiff::civil::Date,
    lookups: Lookups<'_>,
    guard: Option<&OpenGuard>,
) -> Loaded {
    let (spec, diagnostics) = before.with(new, spec::read);
    let text = |(name, text): &(Arc<str>, Arc<str>)| {
        let new = new.get(name).map(|text| Arc::from(text.as_str()));
        (name.clone(), new.unwrap_or_else(|| text.clone()))
    };
    let mut loaded = Loaded {
        files: before.files.iter().map(text).collect(),
        environment: before.environment.as_ref().map(text),
        variables: before.variables.clone(),
        diagnostics,
        ..Loaded::default()
    };
    for (name, text) in before.all_files().map(text) {
        let masked = spec::masked(&spec, &name, &text);
        loaded.sources.insert(name, masked.into());
    }
    loaded.spec = spec;
    checked(loaded, today, lookups, guard)
}

/// With what validation, references and a guard have to say.
fn checked(
    mut loaded: Loaded,
    today: jiff::civil::Date,
    lookups: Lookups<'_>,
    guard: Option<&OpenGuard>,
) -> Loaded {
    let validated = validate::check(&loaded.spec, &validate::Context { today });
    loaded.diagnostics.extend(validated);
    let is_readable = !loaded.has_errors();
    // What must not be read is not read.
    let denied = guard.map_or_else(Vec::new, |guard| guard.check_spec(&loaded.spec));
    let lookups = if denied.is_empty() {
        lookups
    } else {
        Lookups::None
    };
    loaded.diagnostics.extend(denied);
    let missing = missing(&loaded.spec, lookups, is_readable);
    loaded.diagnostics.extend(missing);
    if let Some(guard) = guard {
        if is_readable {
            let denied = guard.guard.check(&loaded.desired());
            let denied = denied.into_iter();
            let denied = denied.map(|it| guarded::at_value(it, &loaded.spec));
            loaded.diagnostics.extend(denied.collect::<Vec<_>>());
        }
        let (name, text) = (guard.name.clone(), guard.text.clone());
        loaded.sources.insert(name, text);
    }
    loaded.arrange();
    loaded
}

/// Reads the files at these paths and of the chosen environment, and what they say.
fn read_files(paths: &[PathBuf], guard: Option<&OpenGuard>, chosen: &Chosen) -> Loaded {
    let Texts {
        mut files,
        found,
        mut diagnostics,
    } = texts(paths, guard);
    let environment = environment(paths, guard, chosen, &mut diagnostics);
    let (mut spec, problems) = spec::read(&spec::Input {
        found: &found,
        environment: environment.as_ref(),
        environments: &environments::names(paths),
        variables: &chosen.variables,
        process: &env,
        is_partial: diagnostics.iter().any(|it| it.severity == Severity::Error),
        ..spec::Input::of(&files)
    });
    files.retain(|(name, _)| !spec.foreign.contains_key(name));
    if !spec.foreign.is_empty() {
        diagnostics.extend(spec::skipped(&spec.foreign));
        if files.is_empty() {
            let folders = paths.iter().map(|path| shown(path)).collect::<Vec<_>>();
            diagnostics.push(spec::no_spec_in(&folders.join("`, `")));
        }
    }
    // What a file that could not be read declares is not missing.
    spec.complete &= !diagnostics.iter().any(|it| it.severity == Severity::Error);
    let mut sources = Sources::default();
    for (name, text) in files.iter().chain(&environment) {
        // Snippets must not quote a plaintext secret.
        sources.insert(name.clone(), spec::masked(&spec, name, text).into());
    }
    diagnostics.extend(problems);
    Loaded {
        spec,
        diagnostics,
        sources,
        files,
        environment,
        variables: chosen.variables.clone(),
    }
}

/// The file of the chosen environment, with its text.
fn environment(
    paths: &[PathBuf],
    guard: Option<&OpenGuard>,
    chosen: &Chosen,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(Arc<str>, Arc<str>)> {
    let name = chosen.environment.as_ref()?;
    match environments::find(name, paths) {
        Ok(file) => {
            let mut files = Vec::new();
            read(&file, guard, &mut files, diagnostics);
            files.pop()
        }
        Err(problem) => {
            diagnostics.push(*problem);
            None
        }
    }
}

/// References that lead to no value.
fn missing(spec: &Spec, lookups: Lookups<'_>, is_valid: bool) -> Vec<Diagnostic> {
    let targets = match lookups {
        Lookups::Clusters(targets) if is_valid => targets,
        _ => &[],
    };
    let desired = (!targets.is_empty()).then(|| lower(spec));
    let needed = desired.as_ref().map(|desired| {
        let part = plan::part(desired, targets);
        desired.references_of_rest(&part.clusters)
    });
    let is_needed = |reference: &Reference| needed.as_ref().is_none_or(|it| it.contains(reference));
    validate::missing_references(spec, &|used| match (lookups, used.purpose) {
        (Lookups::None, _) | (Lookups::Clusters(_), Purpose::Link) => None,
        (Lookups::All, Purpose::Link) => References.missing(&used.reference),
        (_, Purpose::Call) if !is_needed(&used.reference) => None,
        (_, Purpose::Call) => References.missing_value(&used.reference),
    })
}

fn collect(
    path: &Path,
    guard: Option<&OpenGuard>,
    files: &mut Vec<(Arc<str>, Arc<str>)>,
    found: &mut BTreeSet<Arc<str>>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    if !path.is_dir() {
        // A file that is named counts as named, even if its folder is too.
        found.remove(&shown(path));
        return match environments::not_a_spec(path) {
            Some(problem) => diagnostics.push(problem),
            None => read(path, guard, files, diagnostics),
        };
    }
    if let Some(denied) = guard.and_then(|guard| guard.check_file(&path.join(IGNORE_FILE))) {
        return diagnostics.push(denied);
    }
    match yaml_files(path) {
        Ok(all) if all.is_empty() => diagnostics.push(spec::no_spec_in(&shown(path))),
        Ok(all) => {
            if let Some(problem) = all.first().and_then(|file| environments::not_a_spec(file)) {
                return diagnostics.push(problem);
            }
            for file in all {
                let name = shown(&file);
                if !files.iter().any(|(known, _)| *known == name) {
                    found.insert(name);
                }
                read(&file, guard, files, diagnostics);
            }
        }
        Err(error) => diagnostics.push(spec::unreadable(&shown(path), &error.to_string())),
    }
}

fn read(
    path: &Path,
    guard: Option<&OpenGuard>,
    files: &mut Vec<(Arc<str>, Arc<str>)>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let name = shown(path);
    if files.iter().any(|(known, _)| *known == name) {
        return;
    }
    if let Some(denied) = guard.and_then(|guard| guard.check_file(path)) {
        return diagnostics.push(denied);
    }
    match input::bytes(path, input::SPEC) {
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => files.push((name, text.into())),
            Err(error) => diagnostics.push(spec::not_utf8(
                &name,
                error.as_bytes(),
                error.utf8_error().valid_up_to(),
            )),
        },
        Err(error) => diagnostics.push(spec::unreadable(&name, &error.to_string())),
    }
}
