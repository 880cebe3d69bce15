//! The scenarios that paths name, with everything that is wrong with them: [`all`].

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::WalkBuilder;

use super::super::exit::Exit;
use super::super::load::Loaded;
use super::super::spec_files::shown;
use super::super::{Failure, input};
use super::command;
use super::given::Given;
use crate::diagnostic::Diagnostic;
use crate::scenario::{self, Scenario};
use crate::spec;

/// A scenario that can be played.
pub(super) struct Ready {
    pub(super) path: PathBuf,
    /// Its name as people see it.
    pub(super) name: Arc<str>,
    pub(super) scenario: Scenario,
    pub(super) given: Given,
}

/// Every scenario that these paths name, and what is wrong with any of them.
pub(super) fn all(paths: &[PathBuf]) -> (Vec<Ready>, Loaded) {
    let mut wrong = Loaded::default();
    let files = named(paths, &mut wrong.diagnostics);
    if files.is_empty() && wrong.diagnostics.is_empty() {
        let names: Vec<_> = or_here(paths).iter().map(|path| shown(path)).collect();
        wrong.diagnostics.push(
            Diagnostic::error(scenario::NONE, format!("no scenario in `{}`", names.join("`, `")))
                .why("a run that tests nothing must not look like one that passes")
                .help("a scenario is a file that is called scenario.yaml or NAME.scenario.yaml; docs/testing.md has one to start from"),
        );
    }
    let mut ready = Vec::new();
    for path in files {
        match load(&path) {
            Ok(one) => ready.push(one),
            Err((text, problems)) => {
                wrong.sources.insert(shown(&path), text.into());
                wrong.diagnostics.extend(problems);
            }
        }
    }
    crate::diagnostic::sort(&mut wrong.diagnostics);
    (ready, wrong)
}

/// What the scenarios of these paths are given, and the folders that it is in: a new file changes a folder.
pub(super) fn given(paths: &[PathBuf]) -> BTreeSet<PathBuf> {
    let mut files = BTreeSet::new();
    for one in all(paths).0 {
        for file in one.given.files() {
            files.extend(file.parent().map(Path::to_owned));
            files.insert(file.clone());
        }
    }
    files
}

/// The working directory where there is no path.
fn or_here(paths: &[PathBuf]) -> Vec<PathBuf> {
    match paths {
        [] => vec![PathBuf::from(".")],
        paths => paths.to_vec(),
    }
}

/// The scenario files that paths name.
pub(super) fn named(paths: &[PathBuf], problems: &mut Vec<Diagnostic>) -> BTreeSet<PathBuf> {
    let mut files = BTreeSet::new();
    for path in or_here(paths) {
        match path.is_dir() {
            true => found_below(&path, &mut files, problems),
            false => drop(files.insert(path)),
        }
    }
    files
}

/// The scenario of a file that was checked before, and its folder.
pub(super) fn one(path: &Path) -> Result<(Scenario, PathBuf), Failure> {
    let folder = folder_of(path);
    match load(path) {
        Ok(ready) => Ok((ready.scenario, folder)),
        Err((_, problems)) => Err(Failure::about(Exit::Usage, problems)),
    }
}

/// The folder that the paths of a scenario start at.
fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// The scenarios in a folder and below, without what `.gitignore` lists.
fn found_below(folder: &Path, files: &mut BTreeSet<PathBuf>, problems: &mut Vec<Diagnostic>) {
    for entry in WalkBuilder::new(folder).require_git(false).build() {
        match entry {
            Ok(entry) => {
                let name = entry.file_name().to_string_lossy();
                let is_file = entry.file_type().is_some_and(|kind| !kind.is_dir());
                if is_file && scenario::is_scenario_name(&name) {
                    files.insert(entry.into_path());
                }
            }
            Err(error) => {
                let name = shown(folder);
                let summary = format!("cannot search `{name}`: {error}");
                problems.push(
                    Diagnostic::error(scenario::GIVEN, summary)
                        .help("check the path and its permissions"),
                );
            }
        }
    }
}

/// A scenario file, or its text and what is wrong with it.
fn load(path: &Path) -> Result<Ready, (String, Vec<Diagnostic>)> {
    let name = shown(path);
    let bytes = input::bytes(path, input::SPEC).map_err(|error| {
        let problem = Diagnostic::error(scenario::GIVEN, format!("cannot read `{name}`: {error}"));
        let problem = problem.help("check the path and its permissions");
        (String::new(), vec![problem])
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let problem = spec::not_utf8(&name, error.as_bytes(), at);
        (String::new(), vec![problem])
    })?;
    let (scenario, mut problems) = Scenario::parse(&name, &text);
    let Some(scenario) = scenario else {
        return Err((text, problems));
    };
    let lines = scenario.steps().filter_map(|step| step.command());
    problems.extend(lines.filter_map(|line| command::parse(line).err().map(|it| *it)));
    let given = match Given::of(&scenario, &folder_of(path)) {
        Ok(given) => given,
        Err(more) => {
            problems.extend(more);
            Given::default()
        }
    };
    let is_error = |it: &Diagnostic| it.severity == crate::diagnostic::Severity::Error;
    if problems.iter().any(is_error) {
        return Err((text, problems));
    }
    Ok(Ready {
        path: path.to_owned(),
        name,
        scenario,
        given,
    })
}
