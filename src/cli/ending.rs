//! How `apply` ends, for machines: [`Ending`]. Whatever happens, the events have a last line and the report is
//! written.

use super::Failure;
use super::args::{Apply as ApplyArgs, ApplyFormat};
use super::exit::Exit;
use super::record::RunRecord;
use super::screen::Screen;
use crate::apply::report_file::{self, EndingV1, ProblemV1};
use crate::diagnostic::{Code, Diagnostic};
use crate::report::ndjson::{self, EventV1};

/// What machines have got so far.
#[derive(Default)]
pub(super) struct Ending {
    /// Whether the first line is out.
    pub(super) version: bool,
    /// The last line, if a plan was made at the end.
    pub(super) planned_again: Option<String>,
    /// Whether a run began, which writes its report itself.
    pub(super) ran: bool,
    /// Whether the run has reached something, or may have.
    pub(super) reached: bool,
    /// What is recorded of the run in the shared store, if there is one.
    pub(super) record: Option<RunRecord>,
    /// Whether that was kept.
    pub(super) is_recorded: bool,
    /// Why the plan is refused, and what could not be read for it.
    pub(super) refused: Vec<Diagnostic>,
}

impl Ending {
    /// How the run has ended, and what was wrong.
    pub(super) fn summary(&self, result: &Result<Exit, Failure>, screen: &Screen) -> EndingV1 {
        let mut all = screen.problems.clone();
        all.extend(self.refused.iter().cloned());
        let exit = match result {
            Ok(exit) => *exit,
            Err(failure) => {
                all.extend(failure.diagnostics());
                failure.exit
            }
        };
        if exit == Exit::Declined {
            let words = "approval was not given; no changes were made";
            all.push(Diagnostic::error(Code("LW505"), words));
        }
        EndingV1 {
            exit_code: exit.code(),
            problems: all.iter().map(problem).collect(),
        }
    }

    /// Writes the rest: the last line of the events, and the report of a run that sent nothing.
    pub(super) fn write(
        &self,
        args: &ApplyArgs,
        result: &Result<Exit, Failure>,
        screen: &mut Screen,
    ) -> Result<(), Failure> {
        let ending = self.summary(result, screen);
        if let Some(line) = &self.planned_again {
            writeln!(screen.out(), "{line}")?;
        } else if args.output == ApplyFormat::Json {
            if !self.version {
                writeln!(screen.out(), "{}", ndjson::version_line())?;
            }
            let ended = EventV1::Ended {
                exit_code: ending.exit_code,
                problems: ending.problems.clone(),
            };
            writeln!(screen.out(), "{}", ndjson::line_of(&ended))?;
        }
        if let Some(file) = args.report.as_ref().filter(|_| !self.ran) {
            report_file::write_ending(file, super::now(), ending).map_err(|error| {
                Failure::failed(format!("failed to write {}: {error}", file.display()))
            })?;
        }
        Ok(())
    }
}

/// A diagnostic for machines.
pub(super) fn problem(diagnostic: &Diagnostic) -> ProblemV1 {
    let places = diagnostic
        .labels
        .iter()
        .map(|label| label.place.to_string());
    ProblemV1 {
        severity: diagnostic.severity.to_string(),
        code: diagnostic.code.0.to_owned(),
        summary: diagnostic.summary.clone(),
        why: diagnostic.why.clone(),
        help: diagnostic.help.clone(),
        address: diagnostic.address.as_ref().map(ToString::to_string),
        places: places.collect(),
    }
}
