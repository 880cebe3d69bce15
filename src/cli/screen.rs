//! Where output goes and how it looks there: [`Screen`].

use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};

use super::args::{Global, Marks, When};
use super::commands::Unarmed;
use super::journal::{Journal, Stream};
use crate::diagnostic::Diagnostic;
use crate::report::safe;
use crate::report::style::{Colors, Detail, Style, Symbols, Tables};

/// Standard output and standard error, with what is known of each.
pub(super) struct Screen {
    out: Unarmed<Box<dyn Write + Send>>,
    err: Unarmed<Box<dyn Write + Send>>,
    /// Whether standard output takes colours.
    pub(super) out_colors: bool,
    /// Whether standard error takes colours.
    pub(super) err_colors: bool,
    /// Whether a question can be answered: standard input and error are terminals.
    pub(super) is_interactive: bool,
    /// Whether standard output is a terminal that can be drawn over.
    pub(super) can_redraw: bool,
    /// What marks an operation on standard output.
    pub(super) symbols: Symbols,
    /// Whether lines may change in place on standard error.
    pub(super) live: Live,
    /// Columns of standard output.
    pub(super) width: usize,
    /// How tables are laid out: on one line each where a program reads them.
    tables: Tables,
    /// Whether only results and errors are wanted.
    pub(super) is_quiet: bool,
    /// Where output goes when the terminal is gone.
    pub(super) journal: Journal,
    /// The diagnostics that were shown, for machines.
    pub(super) problems: Vec<Diagnostic>,
    /// Whether anything was written to standard output.
    pub(super) has_result: bool,
    /// Whether anything was written to standard error.
    pub(super) has_said: bool,
}

/// What was written to streams that are kept in memory.
#[derive(Default)]
pub(super) struct Captured {
    pub(super) out: Kept,
    pub(super) err: Kept,
}

/// A stream that is kept in memory.
#[derive(Clone, Default)]
pub(super) struct Kept(Arc<Mutex<Vec<u8>>>);

impl Kept {
    /// What was written so far.
    pub(super) fn text(&self) -> String {
        let written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&written).into_owned()
    }
}

impl Write for Kept {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        written.extend_from_slice(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether lines may change in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Live {
    /// On a terminal that can move its cursor, unless less is wanted.
    Yes,
    /// Elsewhere.
    No,
}

/// Columns where there is no terminal to ask.
const WIDTH: usize = 100;

impl Screen {
    /// The process's own streams. `env` looks up an environment variable.
    #[must_use]
    pub(super) fn of_process(global: &Global, env: &dyn Fn(&str) -> Option<String>) -> Self {
        let colors = |is_terminal: bool| match global.color.color {
            When::Always => true,
            When::Never => false,
            When::Auto => {
                is_terminal
                    && env("NO_COLOR").is_none_or(|value| value.is_empty())
                    && env("TERM").is_none_or(|term| term != "dumb")
            }
        };
        let width = env("COLUMNS")
            .and_then(|columns| columns.parse().ok())
            .or_else(terminal_width)
            .unwrap_or(WIDTH)
            .clamp(40, 200);
        let journal = Journal::default();
        let runner = env("GITHUB_ACTIONS").is_some_and(|value| !value.is_empty());
        Self {
            out_colors: colors(io::stdout().is_terminal()),
            err_colors: colors(io::stderr().is_terminal()),
            is_interactive: io::stdin().is_terminal() && io::stderr().is_terminal(),
            can_redraw: io::stdout().is_terminal() && env("TERM").is_none_or(|term| term != "dumb"),
            symbols: match global.symbols.symbols {
                Marks::Auto if has_unicode(env) => Symbols::Unicode,
                Marks::Unicode => Symbols::Unicode,
                Marks::Auto | Marks::Ascii => Symbols::Ascii,
                Marks::Words => Symbols::Words,
            },
            live: match io::stderr().is_terminal()
                && !global.quiet.quiet
                && env("TERM").is_some_and(|term| term != "dumb")
            {
                true => Live::Yes,
                false => Live::No,
            },
            width,
            tables: match io::stdout().is_terminal() {
                true => Tables::Fitted,
                false => Tables::Lines,
            },
            is_quiet: global.quiet.quiet,
            out: Unarmed::new(
                Box::new(Stream {
                    journal: journal.clone(),
                    is_terminal: io::stdout().is_terminal(),
                    to: io::BufWriter::new(io::stdout()),
                }),
                runner,
            ),
            err: Unarmed::new(
                Box::new(Stream {
                    journal: journal.clone(),
                    is_terminal: io::stderr().is_terminal(),
                    to: io::stderr(),
                }),
                runner,
            ),
            journal,
            problems: Vec::new(),
            has_result: false,
            has_said: false,
        }
    }

    /// Streams that are kept in memory, as where there is no terminal.
    #[must_use]
    pub(super) fn captured(global: &Global) -> (Self, Captured) {
        let captured = Captured::default();
        let has_colors = global.color.color == When::Always;
        let screen = Self {
            out: Unarmed::new(Box::new(captured.out.clone()), false),
            err: Unarmed::new(Box::new(captured.err.clone()), false),
            out_colors: has_colors,
            err_colors: has_colors,
            is_interactive: false,
            can_redraw: false,
            symbols: match global.symbols.symbols {
                Marks::Auto | Marks::Unicode => Symbols::Unicode,
                Marks::Ascii => Symbols::Ascii,
                Marks::Words => Symbols::Words,
            },
            live: Live::No,
            width: WIDTH,
            tables: Tables::Lines,
            is_quiet: global.quiet.quiet,
            journal: Journal::default(),
            problems: Vec::new(),
            has_result: false,
            has_said: false,
        };
        (screen, captured)
    }

    /// How a page looks on standard output. `all` shows every name of what is many.
    #[must_use]
    pub(super) fn style(&self, all: bool) -> Style {
        Style {
            colors: if self.out_colors {
                Colors::On
            } else {
                Colors::Off
            },
            symbols: self.symbols,
            width: self.width,
            detail: if all { Detail::All } else { Detail::Brief },
            tables: self.tables,
        }
    }

    /// Standard output: what was asked for.
    pub(super) fn out(&mut self) -> &mut (dyn Write + Send) {
        self.has_result = true;
        &mut self.out
    }

    /// Standard output for commands of a pipeline's runner, which no other text may be.
    pub(super) fn commands(&mut self) -> &mut (dyn Write + Send) {
        self.has_result = true;
        self.out.armed()
    }

    /// Standard error: diagnostics and progress. What was written to standard output comes out before,
    /// so that both make sense in one pipe.
    pub(super) fn err(&mut self) -> &mut dyn Write {
        self.has_said = true;
        // If standard output is closed, the last flush reports it.
        drop(self.out.flush());
        &mut self.err
    }

    /// A line on standard error, unless less is wanted.
    pub(super) fn note(&mut self, line: &str) {
        if !self.is_quiet {
            // When standard error is closed, the note cannot be shown.
            drop(writeln!(self.err(), "{}", safe::lines(line)));
        }
    }

    /// Brings out what is still held back.
    ///
    /// # Errors
    /// When standard output is gone.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()?;
        self.err.flush()
    }
}

/// The first of these variables that is set names the character encoding; where none is, as in many
/// pipelines, output is read as UTF-8 nearly everywhere.
fn has_unicode(env: &dyn Fn(&str) -> Option<String>) -> bool {
    ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| env(name).filter(|value| !value.is_empty()))
        .is_none_or(|locale| {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8") || locale.starts_with("c.utf")
        })
}

/// The size of a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) columns: usize,
    pub(super) rows: usize,
}

/// The size that the terminal has now.
pub(super) fn size() -> Size {
    let known = terminal_size::terminal_size_of(io::stdout());
    Size {
        columns: known.map_or(WIDTH, |(width, _)| usize::from(width.0)),
        rows: known.map_or(24, |(_, height)| usize::from(height.0)),
    }
}

/// The columns of the terminal that standard error is, now.
pub(super) fn error_columns() -> usize {
    let known = terminal_size::terminal_size_of(io::stderr());
    known.map_or(WIDTH, |(width, _)| usize::from(width.0))
}

/// The terminal's columns, if standard output is one.
fn terminal_width() -> Option<usize> {
    terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0))
}
