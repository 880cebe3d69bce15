//! The environments of a spec on disk: [`names`] and [`find`]. They are the `*.yaml` and `*.yml` of the
//! folder `environments` next to the spec, and are never read as specs.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::spec_files::{can_be_spec, shown, yaml_files};
use crate::catalog::nearest_of;
use crate::diagnostic::Diagnostic;
use crate::report::safe;
use crate::spec::{FOLDER, codes, is_environment_name};

/// The folders that have the environments of a spec at these paths.
fn folders(paths: &[PathBuf]) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = Vec::new();
    let mut known = BTreeSet::new();
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here } else { paths };
    for path in paths {
        let of_spec = match path.is_dir() {
            true => path.as_path(),
            false => path.parent().unwrap_or(Path::new("")),
        };
        let folder = of_spec.join(FOLDER);
        // Two paths may lead to one folder.
        let real = folder.canonicalize().unwrap_or_else(|_| folder.clone());
        if folder.is_dir() && known.insert(real) {
            folders.push(folder);
        }
    }
    folders
}

/// The files of these folders that are environments, each with its name, sorted by it.
fn files(folders: &[PathBuf]) -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    for folder in folders {
        // A folder that cannot be read is reported where an environment of it is asked for.
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let file = entry.file_name();
            let file = file.to_string_lossy();
            let name = path.file_stem().map(|stem| stem.to_string_lossy());
            if let Some(name) = name.filter(|name| can_be_spec(&file) && is_environment_name(name))
            {
                found.push((name.into_owned(), path));
            }
        }
    }
    found.sort();
    found
}

/// The names of the environments of a spec, sorted.
pub(super) fn names(paths: &[PathBuf]) -> Vec<String> {
    let names = files(&folders(paths)).into_iter().map(|(name, _)| name);
    names.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The files of the environments of a spec, in the order of their names.
pub(super) fn paths_of(paths: &[PathBuf]) -> Vec<PathBuf> {
    let files = files(&folders(paths)).into_iter();
    files.map(|(_, path)| path).collect()
}

/// The file of an environment.
///
/// # Errors
/// When there is none, or more than one.
pub(super) fn find(name: &str, paths: &[PathBuf]) -> Result<PathBuf, Box<Diagnostic>> {
    if !is_environment_name(name) {
        let summary = format!(
            "`{}` cannot be the name of an environment",
            safe::name(name)
        );
        return Err(Box::new(
            Diagnostic::error(codes::ENVIRONMENT, summary)
                .why("it is part of a path, and must not lead out of the folder `environments`")
                .help("use letters, digits, `-`, `_` and inner dots"),
        ));
    }
    let mut all = files(&folders(paths));
    let known: BTreeSet<String> = all.iter().map(|(name, _)| name.clone()).collect();
    all.retain(|(of_file, _)| of_file == name);
    match all.as_slice() {
        [(_, file)] => Ok(file.clone()),
        [] => Err(Box::new(missing(name, &known))),
        several => {
            let names = several.iter().map(|(_, file)| shown(file).to_string());
            let names = names.collect::<Vec<_>>().join(" and ");
            let summary = format!("the environment `{name}` has several files: {names}");
            Err(Box::new(
                Diagnostic::error(codes::ENVIRONMENT, summary)
                    .why("Linkwright does not guess which of them counts")
                    .help("keep one of them, or name the spec that it is next to"),
            ))
        }
    }
}

fn missing(name: &str, known: &BTreeSet<String>) -> Diagnostic {
    let summary = format!("the spec has no environment `{name}`");
    let problem = Diagnostic::error(codes::ENVIRONMENT, summary);
    match nearest_of(name, known.iter().map(String::as_str)) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None if known.is_empty() => problem.help(format!(
            "create {FOLDER}/{name}.yaml next to the spec, or leave --environment out"
        )),
        None => {
            let known = known.iter().cloned().collect::<Vec<_>>().join(", ");
            problem.help(format!("it has {known}"))
        }
    }
}

/// What is wrong with a path to a spec that is an environment of one.
pub(super) fn not_a_spec(path: &Path) -> Option<Diagnostic> {
    let is_folder = |folder: &Path| folder.file_name().is_some_and(|name| name == FOLDER);
    let whole = path.canonicalize().ok();
    let below = path
        .ancestors()
        .skip(1)
        .chain(whole.as_deref().and_then(Path::parent));
    // A folder of this name without a spec next to it belongs to the layout of a repository.
    let mut of_spec = below
        .filter(|folder| is_folder(folder))
        .filter_map(Path::parent);
    let is_environment = of_spec.any(|parent| {
        let parent = match parent.as_os_str().is_empty() {
            true => Path::new("."),
            false => parent,
        };
        yaml_files(parent).is_ok_and(|files| !files.is_empty())
    });
    is_environment.then(|| {
        let shown = path.display().to_string();
        let stem = path
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned());
        let summary = format!(
            "`{}` is in the folder `{FOLDER}` of a spec",
            safe::clean(&shown)
        );
        Diagnostic::error(codes::ENVIRONMENT, summary)
            .why(
                "files in it are environments of the spec next to it; they are never read as specs",
            )
            .help(format!(
                "name the spec, and choose the environment with --environment {}",
                safe::clean(&stem.unwrap_or_else(|| "NAME".to_owned()))
            ))
    })
}
