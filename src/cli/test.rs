//! `linkwright test`: runs scenarios on simulated clusters, several at a time, each in a process of its own. So each
//! has a working directory, environment variables and a time of its own, and runs the very code of its commands.

mod command;
mod given;
mod load;
mod play;
mod stage;
mod watch;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use linkwright_clock::Clock;

use super::args::{DiagnosticFormat, Test as TestArgs, TestFormat};
use super::exit::Exit;
use super::references::env;
use super::screen::Screen;
use super::{Failure, diagnose};
use crate::report::scenarios::{self, Result as Shown};
use crate::scenario::check::{Played, Unmet};
use load::Ready;

/// The environment variables of this process that those of scenarios have too: without them programs do not start, or
/// find no place for temporary files.
const KEPT: [&str; 7] = [
    "PATH",
    "TMPDIR",
    "TEMP",
    "TMP",
    "SystemRoot",
    "LD_LIBRARY_PATH",
    "LLVM_PROFILE_FILE",
];

pub(super) fn run(args: &TestArgs, screen: &mut Screen) -> Result<Exit, Failure> {
    match &args.play {
        Some(file) => play::run(file, args.update, screen),
        None if args.watch => super::block_on(watch::run(args, screen)),
        None => once(args, screen),
    }
}

/// Runs every scenario once.
fn once(args: &TestArgs, screen: &mut Screen) -> Result<Exit, Failure> {
    let clock = Clock::wall();
    let began = clock.now();
    let (ready, wrong) = load::all(&args.paths);
    if wrong.has_errors() {
        diagnose::print(&wrong, DiagnosticFormat::Text, screen)?;
        return Ok(Exit::Usage);
    }
    let style = screen.style(true);
    let is_text = args.output == TestFormat::Text;
    let is_quiet = screen.is_quiet;
    let mut results = Vec::new();
    played(&ready, args, |result| {
        if is_text && !(is_quiet && result.played.unmet.is_empty()) {
            scenarios::text::one(screen.out(), &result, &style)?;
            // Whoever waits for the rest can read it.
            drop(screen.flush());
        }
        results.push(result);
        Ok(())
    })?;
    match args.output {
        TestFormat::Text => {
            scenarios::text::closing(screen.out(), &results, clock.since(began))?;
        }
        TestFormat::Junit => scenarios::junit::write(screen.out(), &results)?,
    }
    let is_passed = results.iter().all(|result| result.played.unmet.is_empty());
    Ok(match is_passed {
        true => Exit::Done,
        false => Exit::Failed,
    })
}

/// Plays scenarios, several at a time, and hands over what became of each, in their order.
fn played(
    ready: &[Ready],
    args: &TestArgs,
    mut each: impl FnMut(Shown) -> std::io::Result<()>,
) -> Result<(), Failure> {
    let program = std::env::current_exe().map_err(Failure::failed)?;
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let jobs = args.jobs.map_or(processors, usize::from).min(ready.len());
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    std::thread::scope(|threads| {
        for _ in 0..jobs {
            let (sender, next, program) = (sender.clone(), &next, &program);
            threads.spawn(move || {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(one) = ready.get(at) else {
                        return;
                    };
                    let result = shown(one, program, args.update);
                    // When no one listens any more, writing has failed.
                    if sender.send((at, result)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut waiting = BTreeMap::new();
        let mut due = 0;
        for (at, result) in receiver {
            waiting.insert(at, result);
            while let Some(result) = waiting.remove(&due) {
                due += 1;
                if let Err(error) = each(result) {
                    // The others are not begun.
                    next.store(ready.len(), Ordering::Relaxed);
                    return Err(error.into());
                }
            }
        }
        Ok(())
    })
}

/// Plays a scenario in a process of its own.
fn shown(one: &Ready, program: &Path, update: bool) -> Shown {
    let clock = Clock::wall();
    let began = clock.now();
    let mut command = Command::new(program);
    command.env_clear().arg("test").arg("--play").arg(&one.path);
    if update {
        command.arg("--update");
    }
    command.envs(KEPT.iter().filter_map(|name| Some((name, env(name)?))));
    let given = one.scenario.given.env.iter();
    command.envs(given.map(|(name, value)| (&name.value, &value.value.0)));
    let ended = command.stdin(Stdio::null()).output();
    let played = ended.map_err(|error| error.to_string()).and_then(what);
    let played = played.unwrap_or_else(|words| Played {
        unmet: vec![Unmet {
            place: one.name.to_string(),
            what: "the scenario did not run to its end".to_owned(),
            difference: words.lines().map(|line| format!("+ {line}")).collect(),
        }],
        ..Played::default()
    });
    Shown {
        file: one.name.to_string(),
        about: one.scenario.about.as_ref().map(|about| about.value.clone()),
        took: clock.since(began),
        played,
    }
}

/// What a process says of its scenario, or why it says nothing.
fn what(output: Output) -> Result<Played, String> {
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("{}\n{}", output.status, said.trim()));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("{error}\n{}", said.trim()))
}
