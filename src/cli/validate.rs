//! `linkwright validate`: checks a spec without network access.

use std::fmt;

use super::Failure;
use super::args::{DiagnosticFormat, Global, Validate};
use super::exit::Exit;
use super::guarded::OpenGuard;
use super::load::{self, Loaded, Lookups};
use super::screen::Screen;
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
    let mut counts = Counts::default();
    for paths in load::specs_of(&args.paths.paths) {
        let loaded = load::load(&paths, super::today(), lookups, guard.as_ref());
        exit = exit.max(exit_of(&loaded));
        counts.add(&loaded);
        all.add(loaded);
    }
    if screen.is_quiet {
        let is_note = |it: &Diagnostic| it.severity == Severity::Note;
        all.diagnostics.retain(|it| !is_note(it));
    }
    super::diagnose::print(&all, args.output, screen)?;
    if exit == Exit::Done && args.output == DiagnosticFormat::Text {
        screen.note(&format!("valid: {counts}"));
    }
    Ok(exit)
}

/// What was read: `3 files, 2 clusters, 4 links`.
#[derive(Default)]
struct Counts {
    files: usize,
    clusters: usize,
    links: usize,
}

impl Counts {
    fn add(&mut self, loaded: &Loaded) {
        self.files += loaded.files.len();
        self.clusters += loaded.spec.clusters.len();
        self.links += loaded.spec.links.len();
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

/// Warnings are reported and do not fail the run; errors do.
fn exit_of(loaded: &Loaded) -> Exit {
    if loaded.has_errors() {
        Exit::Usage
    } else {
        Exit::Done
    }
}
