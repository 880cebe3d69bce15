//! `linkwright validate`: checks a spec without network access, and makes what fixes are safe.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::args::{Chosen, DiagnosticFormat, Global, Validate};
use super::exit::Exit;
use super::guarded::OpenGuard;
use super::load::{self, Loaded, Lookups};
use super::screen::Screen;
use super::{Failure, environments};
use crate::diagnostic::{Diagnostic, Severity};
use crate::report::words::quantity;

pub(super) fn run(args: &Validate, global: &Global, screen: &mut Screen) -> Result<Exit, Failure> {
    let guard = match OpenGuard::of(global) {
        Ok(guard) => guard,
        Err(unusable) => {
            super::diagnose::print(&unusable.into(), args.output, screen)?;
            return Ok(Exit::Usage);
        }
    };
    let lookups = if args.references {
        Lookups::All
    } else {
        Lookups::None
    };
    let mut exit = Exit::Done;
    let mut all = Loaded::default();
    let mut valid = Vec::new();
    for paths in load::specs_of(&args.paths.paths) {
        let mut read = |chosen: &Chosen| -> Result<Loaded, Failure> {
            let load = || load::load(&paths, super::today(), lookups, guard.as_ref(), chosen);
            let mut loaded = match args.fix {
                true => super::fix::fixed(&load, screen)?,
                false => load(),
            };
            if args.strict {
                let warnings = loaded.diagnostics.iter_mut();
                let warnings = warnings.filter(|it| it.severity == Severity::Warning);
                warnings.for_each(|it| it.severity = Severity::Error);
            }
            Ok(loaded)
        };
        let environments = match args.all_environments {
            true => environments::names(&paths),
            false => Vec::new(),
        };
        let mut runs = Vec::new();
        for name in &environments {
            let chosen = Chosen {
                environment: Some(name.clone()),
                ..args.chosen.clone()
            };
            runs.push((Some(name.as_str()), read(&chosen)?));
        }
        if environments.is_empty() {
            runs.push((None, read(&args.chosen)?));
        }
        for (name, loaded) in &runs {
            exit = exit.max(exit_of(loaded));
            valid.push((name.map(str::to_owned), Counts::of(loaded)));
        }
        for loaded in of_environments(runs) {
            all.add(loaded);
        }
    }
    if screen.is_quiet {
        let is_note = |it: &Diagnostic| it.severity == Severity::Note;
        all.diagnostics.retain(|it| !is_note(it));
    }
    let is_valid = exit == Exit::Done && args.output == DiagnosticFormat::Text;
    if is_valid && !screen.is_quiet {
        let closing = super::diagnose::print_open(&all, screen)?;
        say_valid(valid, closing, screen);
    } else {
        super::diagnose::print(&all, args.output, screen)?;
    }
    Ok(exit)
}

/// Says what is valid, in one closing line with how many warnings and notes there are: all specs without
/// environments together, or a line for each environment.
fn say_valid(valid: Vec<(Option<String>, Counts)>, closing: Option<String>, screen: &mut Screen) {
    let mut together: Option<Counts> = None;
    let mut lines = Vec::new();
    for (name, counts) in valid {
        match name {
            Some(name) => lines.push(format!("valid with environment {name}: {counts}")),
            None => together.get_or_insert_default().add(&counts),
        }
    }
    let valid = together.map(|counts| format!("valid: {counts}"));
    let parts: Vec<String> = valid.into_iter().chain(closing).collect();
    if !parts.is_empty() {
        lines.insert(0, parts.join("; "));
    }
    for line in lines {
        screen.note(&line);
    }
}

/// The same spec with each of its environments: what is wrong with all of them is said once, and of the rest
/// which environments it is about.
fn of_environments(runs: Vec<(Option<&str>, Loaded)>) -> Vec<Loaded> {
    let count = runs.len();
    let mut with: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (name, loaded) in &runs {
        for diagnostic in &loaded.diagnostics {
            let names = with.entry(identity(diagnostic)).or_default();
            names.extend(name.filter(|name| !names.contains(name)));
        }
    }
    let mut said = BTreeSet::new();
    let mut all = Vec::new();
    for (_, mut loaded) in runs {
        loaded.diagnostics.retain_mut(|diagnostic| {
            let identity = identity(diagnostic);
            match with.get(&identity).map(Vec::as_slice) {
                Some([name]) if count > 1 => {
                    diagnostic
                        .summary
                        .push_str(&format!(" (environment {name})"));
                }
                Some(names @ [_, ..]) if names.len() < count => {
                    let names = names.join(", ");
                    diagnostic
                        .summary
                        .push_str(&format!(" (environments {names})"));
                }
                _ => {}
            }
            said.insert(identity)
        });
        all.push(loaded);
    }
    all
}

/// What makes two diagnostics the same.
fn identity(diagnostic: &Diagnostic) -> String {
    let labels = diagnostic.labels.iter();
    let labels = labels.map(|label| format!("{}: {}", label.place, label.text));
    let labels = labels.collect::<Vec<_>>().join("\n");
    format!("{}\n{}\n{labels}", diagnostic.code, diagnostic.summary)
}

/// What was read: `3 files, 2 clusters, 4 links`.
#[derive(Default)]
struct Counts {
    files: usize,
    clusters: usize,
    links: usize,
}

impl Counts {
    fn of(loaded: &Loaded) -> Self {
        Self {
            files: loaded.all_files().count(),
            clusters: loaded.spec.clusters.len(),
            links: loaded.spec.links.len(),
        }
    }

    fn add(&mut self, other: &Self) {
        self.files += other.files;
        self.clusters += other.clusters;
        self.links += other.links;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files = quantity(self.files, "file");
        let clusters = quantity(self.clusters, "cluster");
        let links = quantity(self.links, "link");
        write!(f, "{files}, {clusters}, {links}")
    }
}

/// Warnings are reported and do not fail the run; errors do. With `--strict` there are no warnings.
fn exit_of(loaded: &Loaded) -> Exit {
    if loaded.has_errors() {
        Exit::Usage
    } else {
        Exit::Done
    }
}
