//! The command line: [`main`] parses arguments and runs one command. It composes the other rooms and
//! owns no logic of theirs. Files, environment, terminal and clock are touched here alone.

mod apply;
pub mod args;
mod clusters;
mod completions;
mod diagnose;
mod drift;
mod embedded;
pub mod exit;
mod explain;
mod export;
mod init;
mod interrupts;
mod load;
pub mod look;
mod man;
mod named;
mod notify;
mod pipeline;
mod plan;
mod progress;
mod references;
mod sandbox;
mod schema;
mod screen;
mod status;
mod validate;
mod watch;

use std::ffi::OsString;

use clap::Parser;
use clap::error::ErrorKind;

pub use args::Args;
use args::{Command, Global};
pub use exit::Exit;
use references::env;
use screen::Screen;

/// Why a command could not do its work, in words for people, and how the process ends for it.
#[derive(Debug, thiserror::Error)]
#[error("{words}")]
struct Failure {
    exit: Exit,
    words: String,
}

impl Failure {
    fn new(exit: Exit, words: impl std::fmt::Display) -> Self {
        Self {
            exit,
            words: words.to_string(),
        }
    }

    /// Network, API, sign-in, files: exit 1.
    fn failed(words: impl std::fmt::Display) -> Self {
        Self::new(Exit::Failed, words)
    }

    fn writing(error: &std::io::Error) -> Self {
        Self::failed(format!("failed to write the output: {error}"))
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::writing(&error)
    }
}

/// Runs the command line and says how the process ends.
pub fn main(arguments: impl Iterator<Item = OsString>) -> Exit {
    let args = match Args::try_parse_from(arguments) {
        Ok(args) => args,
        Err(error) => {
            // Nobody can be told when the stream is closed.
            drop(error.print());
            return match error.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Exit::Done,
                _ => Exit::Usage,
            };
        }
    };
    let mut screen = Screen::of_process(&args.global, &env);
    trace(&args.global, screen.err_colors);
    let exit = match run(&args, &mut screen) {
        Ok(exit) => exit,
        Err(failure) => {
            drop(writeln!(screen.err(), "error: {failure}"));
            failure.exit
        }
    };
    match screen.flush() {
        // A reader that went away, such as `head`, is no failure of ours.
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Exit::Failed,
        _ => exit,
    }
}

fn run(args: &Args, screen: &mut Screen) -> Result<Exit, Failure> {
    let global = &args.global;
    match &args.command {
        Command::Validate(args) => validate::run(args, screen),
        Command::Plan(args) => block_on(plan::run(args, global, screen)),
        Command::Apply(args) => block_on(apply::run(args, global, screen)),
        Command::Drift(args) => block_on(drift::run(args, global, screen)),
        Command::Status(args) => block_on(status::run(args, global, screen)),
        Command::Export(args) => block_on(export::run(args, global, screen)),
        Command::Sandbox(args) => block_on(sandbox::run(args, screen)),
        Command::Init(args) => init::run(args, screen),
        Command::Schema(args) => schema::run(args, screen),
        Command::Explain(args) => explain::run(args, screen),
        Command::Completions(args) => completions::run(args, screen),
        Command::Man(args) => man::run(args, screen),
    }
}

fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::failed(format!("failed to start the runtime: {error}")))?
        .block_on(work)
}

/// `-v` shows what Linkwright does, `-vv` every request; secrets are in neither.
fn trace(global: &Global, colors: bool) {
    let level = match (global.quiet, global.verbose) {
        (true, _) => "error",
        (false, 0) => "warn",
        (false, 1) => "linkwright=debug,warn",
        (false, _) => "linkwright=trace,linkwright_sandbox=debug,warn",
    };
    let filter = tracing_subscriber::EnvFilter::new(level);
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(colors)
        .with_target(false)
        .without_time()
        .with_writer(std::io::stderr)
        .finish();
    // Set twice only when a test calls `main` twice; the first one stays.
    drop(tracing::subscriber::set_global_default(subscriber));
}

/// The day it is, for exceptions that expire.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place where the wall clock is read"
)]
fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

/// Today in UTC: a spec means the same everywhere.
fn today() -> jiff::civil::Date {
    day(now())
}

/// The day in UTC.
fn day(time: jiff::Timestamp) -> jiff::civil::Date {
    time.to_zoned(jiff::tz::TimeZone::UTC).date()
}
