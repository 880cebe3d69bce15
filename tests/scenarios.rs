//! Small worlds in plain files. Each folder of `tests/scenarios` is a spec, a world and a story, told in
//! `scenario.yaml`: what is given, what is done and what is expected, in the format of `linkwright test`. Beside it
//! stands what comes of it: the plan as text (a few have the other views too), the requests, the world after.
//!
//! A scenario is planned, applied, and planned again: the second plan must be empty, and the sandbox
//! must have recorded no harm. Rewrite what is expected with
//! `UPDATE_GENERATED=1 cargo test --test in_process scenarios`, and read the difference. `SCENARIO=pause`
//! plays only those whose name contains that.

mod cells;
mod profiles;
mod saved;
mod setup;
mod snapshots;
mod twins;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use linkwright::plan::Plan;
use linkwright::report::style::Style;
use linkwright::report::{plan_json, plan_markdown, plan_text};
use linkwright::scenario::{Action, Call, Ends, Scenario, Step};
use linkwright_sandbox::Profile;
use setup::Setup;

use crate::support::bench::stepped;

fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir("tests/scenarios")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

#[test]
fn every_scenario_plays_out_as_written() {
    let only = std::env::var_os("SCENARIO").unwrap_or_default();
    let only = only.to_string_lossy();
    let mut wrong = Vec::new();
    let mut folders = folders();
    folders.retain(|folder| folder.to_string_lossy().contains(&*only));
    for folder in &folders {
        if let Err(words) = stepped(play(folder, None)) {
            wrong.push(format!("{}: {words}", folder.display()));
        }
    }
    assert!(!folders.is_empty());
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n\n"));
}

/// Plays a scenario: as it stands, or with clusters that answer like a profile.
async fn play(folder: &Path, profile: Option<Profile>) -> Result<(), String> {
    let file = |name: &str| {
        let text = read(&folder.join(name))?;
        Ok::<_, String>(match profile {
            Some(profile) => profiles::under(profile, name, &text),
            None => text,
        })
    };
    let expect = |name: &str, text: &str| match profile {
        Some(profile) => profiles::expect(folder, profile, name, text),
        None => expect(folder, name, text),
    };
    let scenario = parse(&file("scenario.yaml")?)?;
    let expected = scenario.expect.as_ref().ok_or("nothing is expected")?;
    let world = file(world_file(&scenario)?)?;
    let spec = file(spec_file(&scenario)?)?;
    let setup = Setup::open(&world, &spec)?;
    for step in &scenario.given.events {
        setup.call(call_of(step)?).await?;
    }
    let mut requests = String::new();
    let mut last: Option<Plan> = None;
    let (mut allowed, mut rotates) = (Vec::new(), Vec::new());
    let mut ended = None;
    let mut saved = None;
    for step in &scenario.when {
        let Some(line) = step.command() else {
            setup.call(call_of(step)?).await?;
            continue;
        };
        let command = Command::read(line)?;
        setup.sandbox().clear_requests();
        match (command, last.take()) {
            (Command::Plan { allow, rotate }, None) => {
                let plan = setup.plan(&allow, &rotate).await?;
                let _ = write!(requests, "# plan\n{}", setup.requests());
                expect("plan.txt", &text_of(&plan))?;
                for view in &expected.views {
                    expect(view, &view_of(&plan, view)?)?;
                }
                ended = Some(ends(&plan));
                saved = saved::read_back(&plan, &setup)?;
                last = Some(plan);
                (allowed, rotates) = (allow, rotate);
            }
            (
                Command::Apply {
                    allow,
                    rotate: rotated,
                },
                Some(plan),
            ) if ended == Some(Ends::Applied) && (&allow, &rotated) == (&allowed, &rotates) => {
                let outcomes = setup.apply(&plan).await;
                let _ = write!(requests, "\n# apply\n{}", setup.requests());
                let world = setup.world().await;
                expect(
                    "after.txt",
                    &format!("# outcomes\n{outcomes}\n# world\n{world}"),
                )?;
                let again = setup.plan(&allowed, &[]).await?;
                if again.has_changes() || again.is_refused() {
                    return Err(format!(
                        "planning again should find nothing, and finds:\n{}",
                        text_of(&again)
                    ));
                }
                if let Some(saved) = &saved {
                    saved::is_done(saved, &again, &setup).await?;
                }
            }
            _ => return Err(format!("`{line}` comes at a wrong time")),
        }
    }
    expect("requests.txt", &requests)?;
    let harms = setup.sandbox().harms();
    if !harms.is_empty() {
        return Err(format!("harm was done: {harms:?}"));
    }
    if let Some(plan) = last
        .filter(Plan::has_changes)
        .filter(|plan| !plan.is_refused())
    {
        return Err(format!("nobody applies the plan:\n{}", text_of(&plan)));
    }
    let ends = expected.ends.as_ref().map(|ends| ends.value);
    if ended != ends {
        return Err(format!(
            "ends {ended:?}, and scenario.yaml says {ends:?}; see plan.txt"
        ));
    }
    Ok(())
}

/// A command of a scenario.
enum Command<'a> {
    Plan {
        allow: Vec<&'a str>,
        rotate: Vec<&'a str>,
    },
    /// With the options of the plan.
    Apply {
        allow: Vec<&'a str>,
        rotate: Vec<&'a str>,
    },
}

impl<'a> Command<'a> {
    fn read(line: &'a str) -> Result<Self, String> {
        let mut words = line.split(' ');
        let (mut allow, mut rotate) = (Vec::new(), Vec::new());
        let command = words.next();
        while let Some(option) = words.next() {
            let into = match option {
                "--allow" => &mut allow,
                "--rotate" => &mut rotate,
                _ => return Err(format!("`{line}` has an option that scenarios do not know")),
            };
            into.extend(words.next().unwrap_or_default().split(','));
        }
        match command {
            Some("plan") => Ok(Self::Plan { allow, rotate }),
            Some("apply") => Ok(Self::Apply { allow, rotate }),
            _ => Err(format!("`{line}` is none of plan and apply")),
        }
    }
}

fn scenario(folder: &Path) -> Result<Scenario, String> {
    parse(&read(&folder.join("scenario.yaml"))?)
}

/// A scenario without anything wrong, that says what it shows.
fn parse(text: &str) -> Result<Scenario, String> {
    let (scenario, problems) = Scenario::parse(&"scenario.yaml".into(), text);
    if let Some(problem) = problems.first() {
        return Err(format!("{problem:?}"));
    }
    let scenario = scenario.ok_or("the scenario is empty")?;
    match scenario.about.as_ref().is_none_or(|about| about.is_empty()) {
        true => Err("scenario.yaml says nothing in `about`".to_owned()),
        false => Ok(scenario),
    }
}

/// The file with its world.
fn world_file(scenario: &Scenario) -> Result<&str, String> {
    let world = scenario.given.world.as_ref().ok_or("there is no world")?;
    Ok(&world.value)
}

/// The file with its spec.
fn spec_file(scenario: &Scenario) -> Result<&str, String> {
    let paths = scenario.given.spec.as_ref().ok_or("there is no spec")?;
    match paths.0.as_slice() {
        [spec] => Ok(&spec.value),
        _ => Err("there are several specs".to_owned()),
    }
}

/// What the first step allows, if it is a plan.
fn allowed(scenario: &Scenario) -> Vec<&str> {
    let first = scenario.when.first().and_then(Step::command);
    match first.map(|line| Command::read(line)) {
        Some(Ok(Command::Plan { allow, .. })) => allow,
        _ => Vec::new(),
    }
}

/// What happens in a step that is no command.
fn call_of(step: &Step) -> Result<&Call, String> {
    match &step.action {
        Action::Call(call) => Ok(call),
        other => Err(format!("{other:?} is played by `linkwright test` alone")),
    }
}

fn ends(plan: &Plan) -> Ends {
    if plan.is_refused() {
        Ends::Refused
    } else if plan.has_changes() {
        Ends::Applied
    } else if plan.has_unknowns() {
        Ends::Unknown
    } else {
        Ends::NoChanges
    }
}

fn text_of(plan: &Plan) -> String {
    let mut text = Vec::new();
    plan_text::write(&mut text, plan, &Style::default()).unwrap();
    String::from_utf8(text).unwrap()
}

fn view_of(plan: &Plan, file: &str) -> Result<String, String> {
    match file {
        "plan.json" => {
            let mut text = Vec::new();
            plan_json::write(&mut text, plan, &plan_json::About::default()).unwrap();
            Ok(String::from_utf8(text).unwrap())
        }
        "plan.md" => Ok(plan_markdown::render(plan)),
        _ => Err(format!("no view is kept in {file}")),
    }
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Compares with the file beside the scenario, or rewrites it when that is asked for.
fn expect(folder: &Path, name: &str, actual: &str) -> Result<(), String> {
    let path = folder.join(name);
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        return std::fs::write(&path, actual).map_err(|error| error.to_string());
    }
    let expected = read(&path)?;
    if expected == actual {
        return Ok(());
    }
    let difference = similar::TextDiff::from_lines(expected.as_str(), actual);
    Err(format!(
        "{name} is not as expected:\n{}",
        difference.unified_diff().context_radius(2)
    ))
}

/// An example with its world.
struct Example {
    name: String,
    spec: String,
    world: String,
}

fn examples() -> Vec<Example> {
    // `ci` holds pipelines, `runbooks` examples of its own, `scenarios` stories about these.
    let mut folders: Vec<PathBuf> = ["examples", "examples/runbooks"]
        .into_iter()
        .flat_map(|folder| std::fs::read_dir(folder).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.is_dir()
                && !["ci", "runbooks", "scenarios"]
                    .iter()
                    .any(|it| path.ends_with(it))
        })
        .collect();
    folders.sort();
    assert!(folders.len() >= 8, "{folders:?}");
    let example = |folder: PathBuf| {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let files = std::fs::read_dir(&folder).unwrap();
        let specs = files.map(|file| file.unwrap().path());
        let specs: Vec<PathBuf> = specs
            .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"))
            .collect();
        assert_eq!(specs.len(), 1, "{name} has several files");
        Example {
            spec: read(&specs[0]).unwrap(),
            world: read(&Path::new("fixtures/worlds").join(format!("{name}.yaml"))).unwrap(),
            name,
        }
    };
    folders.into_iter().map(example).collect()
}

/// What people copy must work: every example is planned and applied against its world, and then there
/// is nothing left to do.
#[test]
fn every_example_comes_to_rest() {
    let all = ["irreversible", "data-loss", "blast-radius"];
    for Example { name, spec, world } in examples() {
        stepped(async {
            let setup = Setup::open(&world, &spec).unwrap();
            let plan = setup.plan(&all, &[]).await.unwrap();
            assert!(plan.has_changes(), "{name} has nothing to do");
            assert!(!plan.is_refused(), "{name}:\n{}", text_of(&plan));
            let outcomes = setup.apply(&plan).await;
            let again = setup.plan(&all, &[]).await.unwrap();
            assert!(
                !again.has_changes() && !again.is_refused() && !again.has_unknowns(),
                "{name} is not at rest:\n{outcomes}\n{}",
                text_of(&again)
            );
            assert!(setup.sandbox().harms().is_empty(), "{name}");
        });
    }
}

/// A scenario that nobody can tell apart from another is no scenario.
#[test]
fn scenarios_say_what_they_show() {
    let mut seen = BTreeSet::new();
    for folder in folders() {
        let scenario = scenario(&folder).unwrap();
        assert!(
            seen.insert(scenario.about.map(|about| about.value)),
            "{} repeats another's `about`",
            folder.display()
        );
    }
}

/// Editors check scenarios by the schema, and the binary by its parser: what one takes, the other takes too.
#[test]
fn every_scenario_is_valid_by_the_schema() {
    let schema = jsonschema::validator_for(&linkwright::scenario::json_schema()).unwrap();
    let examples = std::fs::read_dir("examples/scenarios").unwrap();
    let examples = examples.map(|entry| entry.unwrap().path());
    for folder in folders().into_iter().chain(examples) {
        let text = read(&folder.join("scenario.yaml")).unwrap();
        parse(&text).unwrap_or_else(|words| panic!("{}: {words}", folder.display()));
        let value: serde_json::Value = serde_yaml::from_str(&text).unwrap();
        let wrong: Vec<String> = schema
            .iter_errors(&value)
            .map(|it| it.to_string())
            .collect();
        assert!(wrong.is_empty(), "{}: {wrong:?}", folder.display());
    }
    for text in [
        "{ given: { world: a.yaml }, when: [{ wait: 5m }] }",
        "{ given: { world: a.yaml }, when: [plan], expect: { ends: well } }",
        "{ given: { wrld: a.yaml }, when: [plan] }",
        "{ when: [plan] }",
    ] {
        let value: serde_json::Value = serde_yaml::from_str(text).unwrap();
        assert!(!schema.is_valid(&value) && parse(text).is_err(), "{text}");
    }
}
