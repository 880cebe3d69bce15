//! `linkwright permissions`: what accounts must be permitted, from the spec alone.

use super::Failure;
use super::args::{DiagnosticFormat, Global, PermissionsFormat};
use super::exit::Exit;
use super::guarded::OpenGuard;
use super::load::{self, Lookups};
use super::screen::Screen;
use crate::permissions::{self, Also};
use crate::report::permissions as report;

pub(super) fn run(
    args: &super::args::Permissions,
    global: &Global,
    screen: &mut Screen,
) -> Result<Exit, Failure> {
    let guard = match OpenGuard::of(global) {
        Ok(guard) => guard,
        Err(unusable) => {
            super::diagnose::print(&unusable.into(), DiagnosticFormat::Text, screen)?;
            return Ok(Exit::Usage);
        }
    };
    let loaded = load::load(
        &args.paths.paths,
        super::today(),
        Lookups::None,
        guard.as_ref(),
        &args.chosen,
    );
    super::diagnose::print(&loaded, DiagnosticFormat::Text, screen)?;
    if loaded.has_errors() {
        return Ok(Exit::Usage);
    }
    let also = Also {
        failover: args.for_failover,
    };
    let needed = permissions::of(&loaded.desired(), also);
    match args.output {
        PermissionsFormat::Text => {
            let style = screen.style(true);
            report::text(screen.out(), &needed, &style)?;
        }
        PermissionsFormat::Json => report::json::write(screen.out(), &needed)?,
        PermissionsFormat::Commands => report::commands::write(screen.out(), &needed)?,
    }
    Ok(Exit::Done)
}
