//! Small worlds in plain files. Each folder of `tests/scenarios` is a spec, a world and what comes of
//! them: the plan in three views, the requests, the world after.
//!
//! A scenario is planned, applied, and planned again: the second plan must be empty, and the sandbox
//! must have recorded no harm. Rewrite what is expected with
//! `UPDATE_GENERATED=1 cargo test --test in_process scenarios`, and read the difference. `SCENARIO=pause`
//! plays only those whose name contains that.

mod cells;
mod stage;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use linkwright::plan::Plan;
use linkwright::report::style::Style;
use linkwright::report::{plan_json, plan_markdown, plan_text};
use serde::Deserialize;
use stage::Stage;

/// `scenario.yaml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    /// What it shows, in a sentence.
    about: String,
    /// A world of `fixtures/worlds`, unless the folder has a `world.yaml`.
    world: Option<String>,
    /// `--allow`.
    #[serde(default)]
    allow: Vec<String>,
    /// `--rotate`.
    #[serde(default)]
    rotate: Vec<String>,
    /// What happens in the world before anybody looks.
    #[serde(default)]
    before: Vec<Call>,
    /// What happens in the world between the plan and its application.
    #[serde(default)]
    between: Vec<Call>,
    /// How it ends.
    ends: Ends,
}

/// A call of the sandbox's control API, or of a cluster's own REST API.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Call {
    /// The id of the cluster that is called; the control API is when there is none.
    #[serde(default)]
    cluster: Option<String>,
    /// Such as `POST clock/advance`, or `DELETE topics/orders` on a cluster.
    call: String,
    /// Its body.
    #[serde(default)]
    body: serde_json::Value,
}

/// How a scenario ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Ends {
    /// There is nothing to do.
    NoChanges,
    /// The plan is refused; nothing is applied.
    Refused,
    /// The plan is applied, and the next plan is empty.
    Applied,
    /// The plan is empty, but something could not be read.
    Unknown,
}

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
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap();
        if let Err(words) = runtime.block_on(play(folder)) {
            wrong.push(format!("{}: {words}", folder.display()));
        }
    }
    assert!(!folders.is_empty());
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n\n"));
}

async fn play(folder: &Path) -> Result<(), String> {
    let text = read(&folder.join("scenario.yaml"))?;
    let scenario: Scenario = serde_yaml::from_str(&text).map_err(|error| error.to_string())?;
    if scenario.about.is_empty() {
        return Err("scenario.yaml says nothing in `about`".to_owned());
    }
    let world = match &scenario.world {
        Some(name) => read(&Path::new("fixtures/worlds").join(format!("{name}.yaml")))?,
        None => read(&folder.join("world.yaml"))?,
    };
    let spec = read(&folder.join("spec.yaml"))?;
    let stage = Stage::open(&world, &spec, &scenario.allow, &scenario.rotate)?;
    for call in &scenario.before {
        stage.call(call).await?;
    }
    stage.sandbox.clear_requests();
    let plan = stage.plan().await?;
    let mut requests = String::from("# plan\n");
    requests.push_str(&stage.requests());
    expect(folder, "plan.txt", &text_of(&plan))?;
    expect(folder, "plan.json", &json_of(&plan))?;
    expect(folder, "plan.md", &plan_markdown::render(&plan))?;
    let ended = ends(&plan);
    let mut after = String::new();
    if ended == Ends::Applied {
        for call in &scenario.between {
            stage.call(call).await?;
        }
        stage.sandbox.clear_requests();
        let outcomes = stage.apply(&plan).await?;
        let _ = write!(requests, "\n# apply\n{}", stage.requests());
        let _ = write!(after, "# outcomes\n{outcomes}\n# world\n");
        after.push_str(&stage.world().await);
        let again = stage.plan_again().await?;
        if again.has_changes() || again.is_refused() {
            return Err(format!(
                "planning again should find nothing, and finds:\n{}",
                text_of(&again)
            ));
        }
        expect(folder, "after.txt", &after)?;
    }
    expect(folder, "requests.txt", &requests)?;
    let harms = stage.sandbox.harms();
    if !harms.is_empty() {
        return Err(format!("harm was done: {harms:?}"));
    }
    if ended != scenario.ends {
        return Err(format!(
            "ends {ended:?}, and scenario.yaml says {:?}:\n{}",
            scenario.ends,
            text_of(&plan)
        ));
    }
    Ok(())
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

fn json_of(plan: &Plan) -> String {
    let mut text = Vec::new();
    plan_json::write(&mut text, plan, &plan_json::About::default()).unwrap();
    String::from_utf8(text).unwrap()
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

/// What people copy must work: every example is planned and applied against its world, and then there
/// is nothing left to do.
#[test]
fn every_example_comes_to_rest() {
    let all = ["irreversible", "data-loss", "blast-radius"].map(str::to_owned);
    // `ci` holds pipelines, `runbooks` examples of its own.
    let mut examples: Vec<PathBuf> = ["examples", "examples/runbooks"]
        .into_iter()
        .flat_map(|folder| std::fs::read_dir(folder).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir() && !path.ends_with("ci") && !path.ends_with("runbooks"))
        .collect();
    examples.sort();
    assert!(examples.len() >= 8, "{examples:?}");
    for example in examples {
        let name = example.file_name().unwrap().to_string_lossy().into_owned();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let world = read(&Path::new("fixtures/worlds").join(format!("{name}.yaml"))).unwrap();
            let mut spec = String::new();
            for file in std::fs::read_dir(&example).unwrap() {
                let path = file.unwrap().path();
                if path.extension().is_some_and(|ending| ending == "yaml") {
                    assert!(spec.is_empty(), "{name} has several files");
                    spec = read(&path).unwrap();
                }
            }
            let stage = Stage::open(&world, &spec, &all, &[]).unwrap();
            let plan = stage.plan().await.unwrap();
            assert!(plan.has_changes(), "{name} has nothing to do");
            assert!(!plan.is_refused(), "{name}:\n{}", text_of(&plan));
            let outcomes = stage.apply(&plan).await.unwrap();
            let again = stage.plan_again().await.unwrap();
            assert!(
                !again.has_changes() && !again.is_refused() && !again.has_unknowns(),
                "{name} is not at rest:\n{outcomes}\n{}",
                text_of(&again)
            );
            assert!(stage.sandbox.harms().is_empty(), "{name}");
        });
    }
}

/// A scenario that nobody can tell apart from another is no scenario.
#[test]
fn scenarios_say_what_they_show() {
    let mut seen = BTreeSet::new();
    for folder in folders() {
        let text = read(&folder.join("scenario.yaml")).unwrap();
        let scenario: Scenario = serde_yaml::from_str(&text).unwrap();
        assert!(
            seen.insert(scenario.about.clone()),
            "{} repeats another's `about`",
            folder.display()
        );
    }
}
