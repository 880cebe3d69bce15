//! Plays one scenario in a process of its own: its working directory is a copy of the folder of the spec, and its
//! clusters are simulated ones in memory. [`run`].

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use linkwright_clock::Clock;
use serde_json::Value;

use super::super::args::{Args, Command, Global, Plan};
use super::super::exit::Exit;
use super::super::screen::Screen;
use super::super::{Failure, files, input, references};
use super::command::{self, Leaves};
use super::given::Given;
use super::stage::Stage;
use crate::apply::durable::Readers;
use crate::diagnostic::{Place, Severity};
use crate::scenario::check::{Compared, Played, Seen, Unmet, unmet};
use crate::scenario::{self, Ends, Expect, Scenario, Step};
use crate::spec::Located;

/// So many of the last lines that a command printed are shown.
const LINES: usize = 30;

/// What could not be read when it was planned again begins with this.
const NOT_READ: &str = "not read: ";

/// Plays the scenario of a file, and prints what became of it as JSON.
pub(super) fn run(file: &Path, update: bool, screen: &mut Screen) -> Result<Exit, Failure> {
    references::make_up();
    let (story, folder) = super::load::one(file)?;
    let given =
        Given::of(&story, &folder).map_err(|problems| Failure::about(Exit::Usage, problems))?;
    let world = given
        .world()
        .map_err(|problem| Failure::about(Exit::Usage, vec![*problem]))?;
    let folder = std::fs::canonicalize(&folder).map_err(Failure::failed)?;
    let place = tempfile::tempdir().map_err(Failure::failed)?;
    let work = place.path().join("spec");
    let left = place.path().join("left");
    for folder in [&work, &left] {
        std::fs::create_dir(folder).map_err(Failure::failed)?;
    }
    given.copy_to(&work).map_err(Failure::failed)?;
    std::env::set_current_dir(&work).map_err(Failure::failed)?;
    let played = linkwright_clock::run(async |clock| {
        let mut play = Play {
            scenario: &story,
            stage: Stage::new(world, folder.clone(), clock),
            folder,
            left,
            update,
            planned: None,
            applied: None,
            together: (Duration::ZERO, 0),
            played: Played::default(),
        };
        play.all(clock).await.map(|()| play.played)
    });
    let played = played.map_err(super::super::no_runtime)??;
    let played = serde_json::to_string(&played).map_err(Failure::failed)?;
    writeln!(screen.out(), "{played}")?;
    // The copy cannot be removed while it is the working directory everywhere.
    drop(std::env::set_current_dir(std::env::temp_dir()));
    Ok(Exit::Done)
}

/// A scenario while it is played.
struct Play<'a> {
    scenario: &'a Scenario,
    stage: Stage,
    /// The folder of the scenario.
    folder: PathBuf,
    /// Where commands leave what is compared.
    left: PathBuf,
    update: bool,
    /// The last plan, as JSON, with its command.
    planned: Option<(Value, Plan)>,
    /// How the last run ended that applied something.
    applied: Option<u8>,
    /// Time and requests of all commands.
    together: (Duration, usize),
    played: Played,
}

impl Play<'_> {
    async fn all(&mut self, clock: &Clock) -> Result<(), Failure> {
        let story = self.scenario;
        let began = self.stage.sandbox.now_ms();
        let commands = story.when.iter().rposition(|step| step.command().is_some());
        for step in &story.given.events {
            if !self.event(step).await {
                return Ok(());
            }
        }
        for (at, step) in story.when.iter().enumerate() {
            let is_last = commands == Some(at);
            let is_met = match step.command() {
                Some(line) => self.command(step, line, is_last, clock).await?,
                None => self.event(step).await,
            };
            let passed = self.stage.sandbox.now_ms() - began;
            self.played.simulated_ms = u64::try_from(passed).unwrap_or_default();
            if !is_met {
                return Ok(());
            }
        }
        self.at_the_end();
        Ok(())
    }

    /// Lets an event happen, and says whether it could.
    async fn event(&mut self, step: &Step) -> bool {
        let Err(words) = self.stage.happen(step).await else {
            return true;
        };
        self.played.code = Some(scenario::EVENT.to_string());
        self.played.unmet.push(Unmet {
            place: step.place.to_string(),
            what: "the event cannot happen".to_owned(),
            difference: words.lines().map(|line| format!("+ {line}")).collect(),
        });
        false
    }

    /// Runs a command, and says whether it did what is expected.
    async fn command(
        &mut self,
        step: &Step,
        line: &Located<String>,
        is_last: bool,
        clock: &Clock,
    ) -> Result<bool, Failure> {
        let mut args =
            command::parse(line).map_err(|problem| Failure::about(Exit::Usage, vec![*problem]))?;
        let leaves = command::prepare(&mut args.command, &self.left);
        if let Leaves::Plan(file) | Leaves::Drift(file) | Leaves::Run(file) = &leaves {
            drop(std::fs::remove_file(file));
        }
        let mut global = args.global();
        global.simulated = Some(self.stage.sandbox.clone());
        self.stage.chosen = global.chosen.clone();
        self.stage.sandbox.clear_requests();
        let began = self.stage.sandbox.now_ms();
        let mut seen = ran(&args, &global, clock).await;
        let took = u64::try_from(self.stage.sandbox.now_ms() - began).unwrap_or_default();
        seen.took = Duration::from_millis(took);
        seen.requests = self.stage.sandbox.requests().len();
        self.together.0 += seen.took;
        self.together.1 += seen.requests;
        self.stage.settle();
        self.take(&leaves, &args, &mut seen);
        let story = self.scenario;
        let all = step.expect.iter();
        let last = story.expect.iter().filter(|_| is_last);
        let expectations: Vec<&Expect> = all.chain(last).collect();
        let is_asked = |expect: &&Expect| {
            let ends = expect.ends.as_ref().map(|ends| ends.value);
            expect.unchanged.is_some() || ends == Some(Ends::Applied)
        };
        if expectations.iter().any(is_asked) {
            seen.again = self.again(&args, clock).await;
        }
        seen.ends = self.ends(&seen);
        seen.harms = self.stage.harms();
        let at = line.place.to_string();
        let mut found = Vec::new();
        if expectations.is_empty() {
            found.extend(unmet(None, &seen, &at));
        }
        for expect in &expectations {
            let mut seen = seen.clone();
            let is_of_all = story
                .expect
                .as_ref()
                .is_some_and(|it| std::ptr::eq(it, *expect));
            if is_of_all {
                (seen.took, seen.requests) = self.together;
            }
            self.look(expect, &mut seen)?;
            found.extend(unmet(Some(*expect), &seen, &at));
        }
        // What both say of the exit code is one thing.
        found.dedup_by(|one, other| one.difference == other.difference && one.what == other.what);
        let is_met = found.is_empty();
        if is_met {
            self.stage.know_harms();
        } else {
            self.played.code = Some(scenario::UNMET.to_string());
            self.played.command = Some(line.value.clone());
            self.played.printed = last_lines(&seen);
            self.played.unmet.extend(found);
        }
        Ok(is_met)
    }

    /// Takes in what a command has left.
    fn take(&mut self, leaves: &Leaves, args: &Args, seen: &mut Seen) {
        let read = |file: &Path| -> Option<Value> {
            let text = input::text(file, input::SAVED).ok()?;
            serde_json::from_str(&text).ok()
        };
        match leaves {
            Leaves::Plan(file) => {
                let Some(plan) = read(file) else {
                    return;
                };
                seen.operations = Some(operations(&plan, |it| &it["action"]["kind"]));
                let (refused, found) = codes_of(&plan);
                seen.refusals.extend(refused);
                seen.findings = Some(found);
                if let Command::Plan(args) = &args.command {
                    self.planned = Some((plan, args.clone()));
                    self.applied = None;
                }
            }
            Leaves::Drift(file) => {
                seen.is_drift = true;
                let Some(drift) = read(file) else {
                    return;
                };
                seen.findings = Some(codes(&drift["findings"]).collect());
            }
            Leaves::Run(file) => {
                self.applied = Some(seen.exit);
                let Some(run) = read(file) else {
                    return;
                };
                seen.operations = Some(operations(&run, |it| &it["operation"]));
                let problems = run["ending"]["problems"].as_array().into_iter().flatten();
                let errors = problems.filter(|it| it["severity"] == "error");
                let errors = errors.filter_map(|it| it["code"].as_str());
                seen.refusals.extend(errors.map(str::to_owned));
            }
            Leaves::Nothing => {}
        }
    }

    /// What planning again finds.
    async fn again(&mut self, args: &Args, clock: &Clock) -> Option<Vec<String>> {
        let (paths, planning, global) = match &args.command {
            Command::Plan(args) => (
                args.paths.paths.clone(),
                args.planning.clone(),
                args.global.clone(),
            ),
            Command::Apply(args) => {
                let is_spec = |path: &&PathBuf| path.extension().is_none_or(|it| it != "json");
                let paths = args.paths.iter().filter(is_spec).cloned().collect();
                (paths, args.planning.clone(), args.global.clone())
            }
            _ => (Vec::new(), Default::default(), args.global()),
        };
        let line = Located::new("plan".to_owned(), Place::start_of(&"".into()));
        let mut again = command::parse(&line).ok()?;
        let Command::Plan(plan) = &mut again.command else {
            return None;
        };
        plan.paths.paths = paths;
        plan.planning.allow = planning.allow;
        plan.planning.ledger = planning.ledger;
        plan.global.chosen = global.chosen;
        let file = self.left.join("again.json");
        plan.json_out = Some(file.clone());
        let mut global = again.global();
        global.simulated = Some(self.stage.sandbox.clone());
        ran(&again, &global, clock).await;
        let text = input::text(&file, input::SAVED).ok()?;
        let plan: Value = serde_json::from_str(&text).ok()?;
        let mut found = operations(&plan, |it| &it["action"]["kind"]);
        let unread = plan["findings"].as_array().into_iter().flatten();
        let unread = unread.filter(|it| it["class"] == "unknown");
        found.extend(codes(&plan["refusals"]));
        let unread = unread.filter_map(|it| it["code"].as_str());
        found.extend(unread.map(|code| format!("{NOT_READ}{code}")));
        Some(found)
    }

    /// How the story has ended so far.
    fn ends(&self, seen: &Seen) -> Option<Ends> {
        let again = seen.again.iter().flatten();
        let is_empty = again.clone().all(|line| line.starts_with(NOT_READ));
        let of_run = |exit: u8| match exit {
            3 => Some(Ends::Refused),
            _ => is_empty.then_some(Ends::Applied),
        };
        let Some((plan, _)) = &self.planned else {
            return of_run(self.applied?);
        };
        let summary = &plan["summary"];
        if summary["refused"] == true {
            Some(Ends::Refused)
        } else if summary["has_changes"] == true {
            of_run(self.applied?)
        } else if summary["has_unknowns"] == true {
            Some(Ends::Unknown)
        } else {
            Some(Ends::NoChanges)
        }
    }

    /// Reads the clusters and the files that an expectation names.
    fn look(&mut self, expect: &Expect, seen: &mut Seen) -> Result<(), Failure> {
        let statuses = expect.statuses.names().map(|name| name.value.as_str());
        seen.statuses = self.stage.statuses(statuses);
        let losses = expect
            .losses_at_most
            .names()
            .map(|name| name.value.as_str());
        seen.losses = self.stage.losses(losses);
        let output = expect.output.iter();
        let mut files: Vec<(&Located<String>, String)> =
            output.map(|file| (file, seen.output.clone())).collect();
        for view in &expect.views {
            let text = input::text(&self.left.join(&view.value), input::SAVED);
            files.push((view, text.unwrap_or_default()));
        }
        for (file, actual) in files {
            let path = self.folder.join(&file.value);
            let expected = input::text(&path, input::SAVED).ok();
            if self.update {
                if expected.as_ref() != Some(&actual) {
                    let readers = match expected {
                        Some(_) => Readers::AsBefore,
                        None => Readers::Everybody,
                    };
                    files::replace(&path, actual.as_bytes(), readers)?;
                    self.played.updated.push(file.value.clone());
                }
                continue;
            }
            seen.files.push(Compared {
                place: file.place.to_string(),
                name: file.value.clone(),
                expected,
                actual,
            });
        }
        Ok(())
    }

    /// What is always expected, once more after the last event.
    fn at_the_end(&mut self) {
        let harms = self.stage.harms();
        if !harms.is_empty() {
            self.played.code = Some(scenario::UNMET.to_string());
            self.played.unmet.push(Unmet {
                place: self.scenario.place.to_string(),
                what: "what would be harm in production is not as expected".to_owned(),
                difference: harms
                    .iter()
                    .map(|(kind, harm)| format!("+ {kind}: {harm}"))
                    .collect(),
            });
        }
    }
}

/// Runs a command on the simulated clusters.
async fn ran(args: &Args, global: &Global, clock: &Clock) -> Seen {
    let (mut screen, captured) = Screen::captured(global);
    let result = match super::super::at_once(&args.command, global, &mut screen) {
        Some(result) => result,
        None => super::super::in_time(&args.command, global, clock, &mut screen).await,
    };
    let exit = super::super::ended(args, result, &mut screen);
    // Both streams are in memory.
    drop(screen.flush());
    let errors = screen.problems.iter();
    let errors = errors.filter(|it| it.severity == Severity::Error);
    Seen {
        exit: exit.code(),
        output: captured.out.text(),
        said: captured.err.text(),
        refusals: errors.map(|it| it.code.0.to_owned()).collect(),
        ..Seen::default()
    }
}

/// `KIND ADDRESS` of each operation of a document.
fn operations(document: &Value, kind: impl Fn(&Value) -> &Value) -> Vec<String> {
    let all = document["operations"].as_array().into_iter().flatten();
    let all = all.filter_map(|it| {
        let (kind, address) = (kind(it).as_str()?, it["address"].as_str()?);
        Some(format!("{kind} {address}"))
    });
    all.collect()
}

fn codes(list: &Value) -> impl Iterator<Item = String> {
    let all = list.as_array().into_iter().flatten();
    all.filter_map(|it| Some(it["code"].as_str()?.to_owned()))
}

/// The codes of what refuses a plan, and of what else it finds.
fn codes_of(plan: &Value) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut refused: BTreeSet<String> = codes(&plan["refusals"]).collect();
    let mut found = BTreeSet::new();
    for finding in plan["findings"].as_array().into_iter().flatten() {
        let Some(code) = finding["code"].as_str() else {
            continue;
        };
        match finding["class"] == "refusal" {
            true => refused.insert(code.to_owned()),
            false => found.insert(code.to_owned()),
        };
    }
    (refused, found)
}

/// The last lines that a command printed.
fn last_lines(seen: &Seen) -> Vec<String> {
    let all: Vec<&str> = seen.output.lines().chain(seen.said.lines()).collect();
    let skipped = all.len().saturating_sub(LINES);
    all.into_iter().skip(skipped).map(str::to_owned).collect()
}
