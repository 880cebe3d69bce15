//! `linkwright render`: a spec as one file, with its environment applied and its variables replaced.

use super::args::{DiagnosticFormat, Global, Render};
use super::exit::Exit;
use super::guarded::OpenGuard;
use super::load::{self, Lookups};
use super::screen::Screen;
use super::{Failure, diagnose};
use crate::validate;

pub(super) fn run(args: &Render, global: &Global, screen: &mut Screen) -> Result<Exit, Failure> {
    let format = DiagnosticFormat::Text;
    let guard = match OpenGuard::of(global) {
        Ok(guard) => guard,
        Err(unusable) => {
            diagnose::print(&unusable.into(), format, screen)?;
            return Ok(Exit::Usage);
        }
    };
    let paths = &args.paths.paths;
    let today = super::today();
    let mut loaded = load::load(paths, today, Lookups::None, guard.as_ref(), &args.chosen);
    // What is written has everything that the files have.
    let secrets = validate::not_rendered(&loaded.spec, &validate::Context { today });
    if !secrets.is_empty() {
        loaded.diagnostics.extend(secrets);
        loaded.arrange();
    }
    diagnose::print(&loaded, format, screen)?;
    if loaded.has_errors() {
        return Ok(Exit::Usage);
    }
    let text = loaded.render();
    screen.out().write_all(text.as_bytes())?;
    Ok(Exit::Done)
}
