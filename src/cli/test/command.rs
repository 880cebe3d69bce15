//! The command lines of scenarios: [`parse`]. What could call something real, or leave the folder that the scenario is
//! played in, is refused before anything is run.

use std::path::{Component, Path, PathBuf};

use clap::Parser;

use super::super::args::{Args, AutoApprove, Command, Failover, OnMirrors, Switchover};
use crate::diagnostic::Diagnostic;
use crate::scenario;
use crate::spec::Located;

/// The commands that a scenario can run.
const KNOWN: &str = "`validate`, `render`, `fmt`, `set`, `permissions`, `plan`, `show`, `apply`, `failover`, `promote`, \
                     `pause`, `resume`, `switchover`, `drill`, `drift`, `accept`, `status` and `snapshot`";

/// Reads a command line.
///
/// # Errors
/// When there is no such command, or a scenario cannot run it.
pub(super) fn parse(line: &Located<String>) -> Result<Args, Box<Diagnostic>> {
    let wrong = |label: String| {
        Diagnostic::error(scenario::COMMAND, "a scenario cannot run this command line")
            .at(&line.place, label)
    };
    let Some(words) = shlex::split(&line.value).filter(|words| !words.is_empty()) else {
        let problem = wrong("a quote is not closed, or nothing is written".to_owned());
        return Err(Box::new(problem.help(
            "write a command as on a command line, without `linkwright`",
        )));
    };
    if let Some(word) = words.iter().find(|word| leaves(word)) {
        let problem = wrong(format!("`{word}` leads out of the folder of the spec"));
        return Err(Box::new(
            problem
                .why("commands work in a copy of that folder, and change nothing else")
                .help("name files in that folder; `given: { files: […] }` copies others there"),
        ));
    }
    let name = words.first().map(String::as_str).unwrap_or_default();
    let is_option = name.starts_with('-');
    let program = std::iter::once("linkwright");
    let args = Args::try_parse_from(program.chain(words.iter().map(String::as_str)));
    let args = match args {
        Ok(args) if !is_option => args,
        Ok(_) => return Err(Box::new(wrong("no command".to_owned()).help(commands()))),
        Err(error) => {
            let words = error.to_string();
            let first = words.lines().next().unwrap_or_default();
            let first = first.strip_prefix("error: ").unwrap_or(first);
            let help = match name {
                "linkwright" => "leave `linkwright` out: a line begins with the command".to_owned(),
                _ => commands(),
            };
            return Err(Box::new(wrong(first.to_owned()).help(help)));
        }
    };
    match refused(&args, &words) {
        None => Ok(args),
        Some(what) => Err(Box::new(
            wrong(what.to_owned())
                .why("a scenario runs on simulated clusters that it makes itself, and calls nothing else")
                .help(commands()),
        )),
    }
}

fn commands() -> String {
    format!("a scenario can run {KNOWN}")
}

/// What of a command line a scenario cannot run.
fn refused(args: &Args, words: &[String]) -> Option<&'static str> {
    let global = args.global();
    // What the environment of this process names, no scenario gets.
    let names_store = words
        .iter()
        .any(|word| word.split('=').next() == Some("--store"));
    let what = match &args.command {
        Command::Validate(_)
        | Command::Render(_)
        | Command::Fmt(_)
        | Command::Set(_)
        | Command::Permissions(_)
        | Command::Plan(_)
        | Command::Show(_)
        | Command::Apply(_)
        | Command::Failover(_)
        | Command::Promote(_)
        | Command::Pause(_)
        | Command::Resume(_)
        | Command::Switchover(_)
        | Command::Accept(_)
        | Command::Drill(_)
        | Command::Snapshot(_) => None,
        Command::Drift(args) if args.notify.is_some() => Some("`--notify` would call a receiver"),
        Command::Drift(_) => None,
        Command::Status(args) if args.watch => Some("`--watch` would not end"),
        Command::Status(_) => None,
        _ => Some("not a command that a scenario can run"),
    };
    let of_flags = if global.connection.sandbox.is_some() {
        Some("`--sandbox` is what the scenario gives")
    } else if names_store {
        Some("`--store` would call a store")
    } else if global.timeout.is_some() {
        Some("`--timeout` is measured in real time")
    } else {
        None
    };
    what.or(of_flags)
}

/// Whether a word is a path, or an option with one, that leads out of the folder.
fn leaves(word: &str) -> bool {
    let value = match word.strip_prefix("--") {
        Some(option) => option.split_once('=').map_or("", |(_, value)| value),
        None => word,
    };
    let path = Path::new(value);
    let mut parts = path.components();
    path.has_root() || parts.any(|part| matches!(part, Component::ParentDir | Component::Prefix(_)))
}

/// The file in which a command leaves what expectations are compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Leaves {
    /// A plan as JSON.
    Plan(PathBuf),
    /// Drift as JSON.
    Drift(PathBuf),
    /// The report of a run.
    Run(PathBuf),
    /// Nothing.
    Nothing,
}

/// Makes a command leave in a folder what expectations are compared with, and ask no one for approval.
pub(super) fn prepare(command: &mut Command, folder: &Path) -> Leaves {
    let plan = |file: &mut Option<PathBuf>, name: &str| {
        file.get_or_insert_with(|| folder.join(name)).clone()
    };
    match command {
        Command::Plan(args) => {
            plan(&mut args.markdown_out, "plan.md");
            Leaves::Plan(plan(&mut args.json_out, "plan.json"))
        }
        Command::Drift(args) => Leaves::Drift(plan(&mut args.json_out, "drift.json")),
        Command::Apply(args) => {
            let is_plan = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "json");
            let is_saved = args.plan.is_some() || args.paths.iter().any(is_plan);
            args.auto_approve.get_or_insert(match is_saved {
                true => AutoApprove::AsPlanned,
                false => AutoApprove::Declared,
            });
            Leaves::Run(plan(&mut args.report, "run.json"))
        }
        Command::Failover(Failover { acting, .. })
        | Command::Promote(OnMirrors { acting, .. })
        | Command::Pause(OnMirrors { acting, .. })
        | Command::Resume(OnMirrors { acting, .. })
        | Command::Switchover(Switchover { acting, .. }) => {
            acting.auto_approve = true;
            Leaves::Run(plan(&mut acting.report, "run.json"))
        }
        _ => Leaves::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Place;

    fn said(line: &str) -> Option<String> {
        let place = Place::start_of(&"s.scenario.yaml".into());
        let problem = parse(&Located::new(line.to_owned(), place)).err()?;
        Some(problem.labels[0].text.clone())
    }

    #[test]
    fn only_what_stays_in_the_folder_and_calls_nothing_real() {
        for line in [
            "plan",
            "plan . --allow irreversible,data-loss --environment prod",
            "apply plan.json",
            "failover west/dr --lost 'region down, INC-4711' --write",
            "set links.dr.mirrors.orders.state=paused --write",
            "drift --max-lag 10",
        ] {
            assert_eq!(said(line), None, "{line}");
        }
        for (line, words) in [
            ("", "nothing is written"),
            ("plan 'x", "a quote is not closed"),
            ("linkwright plan", "unrecognized subcommand"),
            ("plna", "unrecognized subcommand"),
            ("plan --alow x", "unexpected argument"),
            ("--help", ""),
            (
                "sandbox world.yaml",
                "not a command that a scenario can run",
            ),
            ("lsp", "not a command that a scenario can run"),
            ("test", "not a command that a scenario can run"),
            ("plan --sandbox world.yaml", "`--sandbox`"),
            ("apply --store file:///x", "`--store`"),
            ("drift --notify https://example.com", "`--notify`"),
            ("status --watch", "`--watch`"),
            ("plan --out ../plan.json", "leads out of the folder"),
            ("plan --out=/etc/plan.json", "leads out of the folder"),
            ("plan ..", "leads out of the folder"),
        ] {
            let said = said(line).unwrap_or_else(|| panic!("{line} is accepted"));
            assert!(said.contains(words), "{line}: {said}");
        }
    }
}
