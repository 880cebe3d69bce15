//! `linkwright validate`: everything that can be known to be wrong before any network.

use super::Failure;
use super::args::Validate;
use super::exit::Exit;
use super::load::{self, Loaded, Lookups};
use super::screen::Screen;

pub(super) fn run(args: &Validate, screen: &mut Screen) -> Result<Exit, Failure> {
    let lookups = if args.references {
        Lookups::Needed
    } else {
        Lookups::None
    };
    let mut exit = Exit::Done;
    let mut all = Loaded::default();
    for paths in load::specs_of(&args.paths.paths) {
        let loaded = load::load(&paths, super::today(), lookups);
        exit = exit.max(exit_of(&loaded));
        all.add(loaded);
    }
    super::diagnose::print(&all, args.output, screen)?;
    Ok(exit)
}

/// Warnings are told and let pass; errors are not.
fn exit_of(loaded: &Loaded) -> Exit {
    if loaded.has_errors() {
        Exit::Usage
    } else {
        Exit::Done
    }
}
