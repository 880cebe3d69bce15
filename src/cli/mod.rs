//! The command line: [`main`] parses arguments and runs one command. It composes the other modules
//! and owns no logic of theirs. Only this module touches files, environment, terminal and clock.

mod accept;
mod apply;
mod approve;
pub mod args;
mod clusters;
mod commands;
mod commit;
mod completions;
mod diagnose;
mod drift;
mod drill;
mod drills;
mod elsewhere;
mod embedded;
mod ending;
mod environments;
mod examples;
pub mod exit;
mod explain;
mod export;
mod failovers;
mod files;
mod fix;
mod fmt;
mod guarded;
mod identity;
mod import;
mod init;
mod input;
mod interrupts;
mod journal;
mod keys;
mod lags;
mod lease;
mod leased;
mod load;
mod locks;
mod lsp;
mod man;
mod named;
mod notify;
mod on_twin;
mod patch;
mod pending;
mod permissions;
mod pipeline;
mod plan;
mod progress;
mod record;
mod recorded;
mod references;
mod render;
mod runs;
mod sandbox;
mod saved;
mod schema;
mod screen;
mod session;
mod set;
mod shared;
mod show;
mod snapshot;
mod spec_files;
mod status;
mod store;
mod stored;
mod test;
mod twin;
mod validate;
mod verbs;
mod view;
mod waiting;
mod watch;

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};
use linkwright_clock::Clock;

pub use args::Args;
use args::{Command, Global};
pub use exit::Exit;
use references::env;
use screen::Screen;

use crate::diagnostic::{Code, Diagnostic};
use crate::report::{diagnostics, safe};

/// Why a command could not do its work, in words for people, and how the process ends for it.
#[derive(Debug, thiserror::Error)]
#[error("{words}")]
struct Failure {
    exit: Exit,
    words: String,
    /// Each reason by itself, where there are several or where they have addresses.
    about: Vec<Diagnostic>,
}

impl Failure {
    fn new(exit: Exit, words: impl std::fmt::Display) -> Self {
        Self {
            exit,
            words: words.to_string(),
            about: Vec::new(),
        }
    }

    /// With each reason by itself. Nothing was changed.
    fn about(exit: Exit, about: Vec<Diagnostic>) -> Self {
        let lines = about.iter().map(|it| {
            let place = it.place().map(|place| format!("{place}: "));
            let place = place.unwrap_or_default();
            format!("{place}{} [{}]; {}", it.summary, it.code, it.why)
        });
        let words = lines.collect::<Vec<_>>().join("\n");
        Self {
            about,
            ..Self::new(exit, format!("{words}\nNo changes were made"))
        }
    }

    /// The reasons, for machines.
    fn diagnostics(&self) -> Vec<Diagnostic> {
        let code = match self.exit {
            Exit::Refused => "LW502",
            Exit::Stale => "LW503",
            Exit::Usage => "LW504",
            Exit::Declined => "LW505",
            _ => "LW501",
        };
        match self.about.as_slice() {
            [] => vec![Diagnostic::error(Code(code), self.words.clone())],
            about => about.to_vec(),
        }
    }

    /// Network, API, authentication, files: exit 1.
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
    let arguments: Vec<OsString> = arguments.collect();
    let args = match Args::try_parse_from(&arguments) {
        Ok(args) => args,
        Err(error) => {
            // When the stream is closed, the error cannot be shown.
            drop(error.print());
            if let Some(option) = one_dash(&arguments) {
                let words = format!("hint: long options have two dashes: --{option}");
                let mut stderr = commands::Unarmed::new(std::io::stderr(), true);
                drop(std::io::Write::write_all(
                    &mut stderr,
                    format!("{words}\n").as_bytes(),
                ));
            }
            return match error.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Exit::Done,
                _ => Exit::Usage,
            };
        }
    };
    let global = args.global();
    let mut screen = Screen::of_process(&global, &env);
    trace(&global, screen.err_colors);
    let result = run(&args, &global, &mut screen);
    let exit = ended(&args, result, &mut screen);
    match screen.flush() {
        // A reader that went away, such as `head`, is no failure of ours.
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            drop(writeln!(
                screen.err(),
                "error: {}",
                Failure::writing(&error)
            ));
            Exit::Failed
        }
        _ => exit,
    }
}

/// An option with one dash, as other tools have them: `-out=x` is read as `-o ut=x`.
fn one_dash(arguments: &[OsString]) -> Option<String> {
    let command = Args::command();
    let mut commands = vec![&command];
    commands.extend(command.get_subcommands());
    let is_long = |name: &str| {
        let mut options = commands.iter().flat_map(|command| command.get_arguments());
        options.any(|option| option.get_long() == Some(name))
    };
    let mut options = arguments.iter().skip(1).filter_map(|argument| {
        let option = argument.to_str()?.strip_prefix('-')?;
        let (name, _) = option.split_once('=').unwrap_or((option, ""));
        (name.len() > 1 && is_long(name)).then(|| option.to_owned())
    });
    options.next()
}

/// Says why a command could not do its work, and how the process ends.
fn ended(args: &Args, result: Result<Exit, Failure>, screen: &mut Screen) -> Exit {
    let exit = match result {
        Ok(exit) => exit,
        Err(failure) => {
            let words = failure.to_string();
            drop(writeln!(screen.err(), "error: {}", safe::lines(&words)));
            screen.problems.extend(failure.diagnostics());
            failure.exit
        }
    };
    if args.is_one_document() && !screen.has_result {
        let problems = screen.problems.clone();
        // When standard output is closed, the flush at the end says so.
        drop(diagnostics::ending(
            screen.out(),
            &problems,
            Some(exit.code()),
        ));
    }
    if exit == Exit::Failed && !screen.has_result && !screen.has_said {
        let words = "error: something could not be read or done, and nothing was said of it; run the \
                     command again with -v";
        drop(writeln!(screen.err(), "{words}"));
    }
    exit
}

fn run(args: &Args, global: &Global, screen: &mut Screen) -> Result<Exit, Failure> {
    match &args.command {
        // Who watches lives in real time.
        Command::Status(args) if args.watch => {
            block_on(status::run(args, global, &Clock::wall(), screen))
        }
        Command::Sandbox(args) => block_on(sandbox::run(args, screen)),
        Command::Test(args) => test::run(args, screen),
        command => match at_once(command, global, screen) {
            Some(result) => result,
            None => timed(global, async |time| {
                in_time(command, global, time, screen).await
            }),
        },
    }
}

/// Runs a command that calls clusters, in the time of a clock.
async fn in_time(
    command: &Command,
    global: &Global,
    time: &Clock,
    screen: &mut Screen,
) -> Result<Exit, Failure> {
    match command {
        Command::Plan(args) => plan::run(args, global, time, screen).await,
        Command::Apply(args) => apply::run(args, global, time, screen).await,
        Command::Failover(_)
        | Command::Promote(_)
        | Command::Pause(_)
        | Command::Resume(_)
        | Command::Switchover(_) => verbs::run(command, global, time, screen).await,
        Command::Drift(args) => drift::run(args, global, time, screen).await,
        Command::Accept(args) => accept::run(args, global, time, screen).await,
        Command::Status(args) => status::run(args, global, time, screen).await,
        Command::Snapshot(args) => snapshot::run(args, global, time, screen).await,
        Command::Drill(args) => drill::run(args, global, time, screen).await,
        Command::Export(args) => export::run(args, global, time, screen).await,
        Command::Import(args) => import::run(args, global, time, screen).await,
        Command::Init(args) => init::run(args, global, time, screen).await,
        _ => Err(Failure::failed("this command calls no cluster")),
    }
}

/// Runs a command that calls no cluster; none when it is another.
fn at_once(
    command: &Command,
    global: &Global,
    screen: &mut Screen,
) -> Option<Result<Exit, Failure>> {
    Some(match command {
        Command::Validate(args) => validate::run(args, global, screen),
        Command::Render(args) => render::run(args, global, screen),
        Command::Fmt(args) => fmt::run(args, screen),
        Command::Set(args) => set::run(args, screen),
        Command::Show(args) => show::run(args, screen),
        Command::Approve(args) => approve::run(args, screen),
        Command::Twin(args) => twin::run(args, screen),
        Command::Permissions(args) => permissions::run(args, global, screen),
        Command::Store(args) => store::run(args, screen),
        Command::Lease(args) => lease::run(args, screen),
        Command::Runs(args) => runs::run(args, screen),
        Command::Archive(args) => runs::archive(args, screen),
        Command::Lsp(_) => lsp::run(),
        Command::Schema(args) => schema::run(args, screen),
        Command::Explain(args) => explain::run(args, screen),
        Command::Completions(args) => completions::run(args, screen),
        Command::Man(args) => man::run(args, screen),
        _ => return None,
    })
}

/// Runs a command: in real time against real clusters, in virtual time with a sandbox of its own.
fn timed(
    global: &Global,
    work: impl AsyncFnOnce(&Clock) -> Result<Exit, Failure>,
) -> Result<Exit, Failure> {
    let in_time = async |clock: &Clock| match global.timeout {
        None => work(clock).await,
        Some(limit) => match clock.timeout(limit, work(clock)).await {
            Ok(result) => result,
            Err(_) => Err(not_in_time(limit)),
        },
    };
    match global.connection.sandbox {
        Some(_) => linkwright_clock::run(in_time).map_err(no_runtime)?,
        None => block_on(in_time(&Clock::wall())),
    }
}

/// That a run has not ended in the time that it may take.
fn not_in_time(limit: std::time::Duration) -> Failure {
    Failure::failed(format!(
        "not finished within {} s (--timeout); what an apply has sent is in the run report, and the clusters may still be \
         working on it",
        limit.as_secs_f64()
    ))
}

fn block_on(work: impl Future<Output = Result<Exit, Failure>>) -> Result<Exit, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(no_runtime)?
        .block_on(work)
}

fn no_runtime(error: std::io::Error) -> Failure {
    Failure::failed(format!("failed to start the runtime: {error}"))
}

/// `-v` shows what Linkwright does, `-vv` every request; secrets are in neither.
fn trace(global: &Global, colors: bool) {
    let level = match (global.quiet.quiet, global.verbose.verbose) {
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
        .with_writer(|| commands::Unarmed::new(std::io::stderr(), true))
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
