//! Printing diagnostics: for people on standard error, for machines on standard output.

use super::Failure;
use super::args::DiagnosticFormat;
use super::load::Loaded;
use super::screen::Screen;
use crate::diagnostic::Diagnostic;
use crate::report::diagnostics::{self, Colour, RuleText};
use crate::validate;

/// Prints one diagnostic that is about no file of the spec.
pub(super) fn print_diagnostic(diagnostic: Diagnostic, screen: &mut Screen) -> Result<(), Failure> {
    let loaded = Loaded {
        diagnostics: vec![diagnostic],
        ..Loaded::default()
    };
    print(&loaded, DiagnosticFormat::Text, screen)
}

/// Prints every diagnostic of a load.
pub(super) fn print(
    loaded: &Loaded,
    format: DiagnosticFormat,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let (all, sources) = (&loaded.diagnostics, &loaded.sources);
    screen.problems.extend(all.iter().cloned());
    match format {
        DiagnosticFormat::Text => {
            let colour = colour(screen);
            diagnostics::text(screen.err(), all, sources, colour)?;
        }
        DiagnosticFormat::Json => diagnostics::json(screen.out(), all)?,
        DiagnosticFormat::Sarif => {
            let rules: Vec<RuleText<'_>> = validate::RULES
                .iter()
                .map(|rule| RuleText {
                    code: rule.code.0,
                    title: rule.title,
                    why: rule.why,
                    severity: rule.severity,
                })
                .collect();
            diagnostics::sarif(screen.out(), all, &rules)?;
        }
        DiagnosticFormat::Github => diagnostics::github(screen.commands(), all)?,
    }
    Ok(())
}

/// Prints every diagnostic of a load for people, without the closing line: that is returned.
pub(super) fn print_open(loaded: &Loaded, screen: &mut Screen) -> Result<Option<String>, Failure> {
    let (all, sources) = (&loaded.diagnostics, &loaded.sources);
    screen.problems.extend(all.iter().cloned());
    let colour = colour(screen);
    diagnostics::each(screen.err(), all, sources, colour)?;
    Ok(diagnostics::closing(all))
}

fn colour(screen: &Screen) -> Colour {
    match screen.err_colors {
        true => Colour::On,
        false => Colour::Off,
    }
}
