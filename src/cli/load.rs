//! From paths to a checked desired state: [`load`].

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::Gitignore;

use super::guarded::{OpenGuard, Unusable};
use super::input;
use super::references::References;
use crate::address::Address;
use crate::desired::{Desired, lower};
use crate::diagnostic::{Diagnostic, Severity, Sources};
use crate::plan;
use crate::report::safe;
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
    /// Every file with its text, in order: what the digest of the spec is made of.
    pub(super) files: Vec<(Arc<str>, Arc<str>)>,
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
}

impl Loaded {
    /// Adds the diagnostics of another spec, to be shown together.
    pub(super) fn add(&mut self, other: Self) {
        self.diagnostics.extend(other.diagnostics);
        for (name, text) in &other.files {
            let text = spec::masked(&other.spec, name, text);
            self.sources.insert(name.clone(), text.into());
        }
        crate::diagnostic::sort(&mut self.diagnostics);
    }
}

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

/// Reads and checks specs. `today` decides whether exceptions have expired.
#[must_use]
pub(super) fn load(
    paths: &[PathBuf],
    today: jiff::civil::Date,
    lookups: Lookups<'_>,
    guard: Option<&OpenGuard>,
) -> Loaded {
    let mut files: Vec<(Arc<str>, Arc<str>)> = Vec::new();
    let mut found = BTreeSet::new();
    let mut diagnostics = Vec::new();
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here } else { paths };
    for path in paths {
        collect(path, guard, &mut files, &mut found, &mut diagnostics);
    }
    let (mut spec, problems) = spec::parse_within(&files, &found, &spec::Limits::default());
    files.retain(|(name, _)| !spec.foreign.contains(name));
    if !spec.foreign.is_empty() {
        diagnostics.push(spec::skipped(&spec.foreign));
        if files.is_empty() {
            let folders = paths.iter().map(|path| shown(path)).collect::<Vec<_>>();
            diagnostics.push(spec::no_spec_in(&folders.join("`, `")));
        }
    }
    // What a file that could not be read declares is not missing.
    spec.complete &= !diagnostics.iter().any(|it| it.severity == Severity::Error);
    let mut sources = Sources::default();
    for (name, text) in &files {
        // Snippets must not quote a plaintext secret.
        sources.insert(name.clone(), spec::masked(&spec, name, text).into());
    }
    diagnostics.extend(problems);
    diagnostics.extend(validate::check(&spec, &validate::Context { today }));
    let is_readable = !diagnostics.iter().any(|it| it.severity == Severity::Error);
    // What must not be read is not read.
    let denied = guard.map_or_else(Vec::new, |guard| guard.check_spec(&spec));
    let lookups = if denied.is_empty() {
        lookups
    } else {
        Lookups::None
    };
    diagnostics.extend(denied);
    let targets = match lookups {
        Lookups::Clusters(targets) if is_readable => targets,
        _ => &[],
    };
    let desired = (!targets.is_empty()).then(|| lower(&spec));
    let needed = desired.as_ref().map(|desired| {
        let part = plan::part(desired, targets);
        desired.references_of_rest(&part.clusters)
    });
    let is_needed = |reference: &Reference| needed.as_ref().is_none_or(|it| it.contains(reference));
    let missing = validate::missing_references(&spec, &|used| match (lookups, used.purpose) {
        (Lookups::None, _) | (Lookups::Clusters(_), Purpose::Link) => None,
        (Lookups::All, Purpose::Link) => References.missing(&used.reference),
        (_, Purpose::Call) if !is_needed(&used.reference) => None,
        (_, Purpose::Call) => References.missing_value(&used.reference),
    });
    diagnostics.extend(missing);
    let mut loaded = Loaded {
        spec,
        diagnostics,
        sources,
        files,
    };
    if let Some(guard) = guard {
        if is_readable {
            loaded
                .diagnostics
                .extend(guard.guard.check(&loaded.desired()));
        }
        let (name, text) = (guard.name.clone(), guard.text.clone());
        loaded.sources.insert(name, text);
    }
    crate::diagnostic::sort(&mut loaded.diagnostics);
    loaded
}

/// A path as people see it: `./` in front of what is in the working directory says nothing, and a name
/// from a pull request does nothing to a terminal.
fn shown(path: &Path) -> Arc<str> {
    let text = path.display().to_string();
    safe::clean(text.strip_prefix("./").unwrap_or(&text)).into()
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
        return read(path, guard, files, diagnostics);
    }
    if let Some(denied) = guard.and_then(|guard| guard.check_file(&path.join(IGNORE_FILE))) {
        return diagnostics.push(denied);
    }
    match yaml_files(path) {
        Ok(all) if all.is_empty() => diagnostics.push(spec::no_spec_in(&shown(path))),
        Ok(all) => {
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

/// The list of files to skip in a folder of specs, in the syntax of `.gitignore`.
const IGNORE_FILE: &str = ".linkwrightignore";

/// The `*.yaml` and `*.yml` of a folder (not of the folders in it) that can be specs, sorted: no hidden file,
/// backup or lock file, and none that [`IGNORE_FILE`] lists.
fn yaml_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let list = folder.join(IGNORE_FILE);
    let ignored = match list.is_file() {
        true => {
            let (ignored, error) = Gitignore::new(&list);
            match error {
                Some(error) => return Err(io::Error::other(error)),
                None => ignored,
            }
        }
        false => Gitignore::empty(),
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let can_be_spec = path
            .file_name()
            .is_some_and(|name| can_be_spec(&name.to_string_lossy()));
        if can_be_spec && !path.is_dir() && !ignored.matched(&path, false).is_ignore() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Whether the name of a file is that of a spec.
fn can_be_spec(name: &str) -> bool {
    let stem = name.strip_suffix(".yaml").or(name.strip_suffix(".yml"));
    let endings = [".bak", ".orig", ".backup", ".lock", "-lock"];
    stem.is_some_and(|stem| {
        !stem.starts_with(['.', '#']) && !endings.iter().any(|ending| stem.ends_with(ending))
    })
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
