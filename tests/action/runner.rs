//! A stand-in for a runner: it carries out the steps of `action.yml` as written, with their conditions,
//! inputs and outputs. It knows the few forms of expression that the file uses and refuses any other.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Action {
    inputs: BTreeMap<String, Input>,
    outputs: BTreeMap<String, Output>,
    runs: Runs,
}

#[derive(Debug, Deserialize)]
struct Input {
    #[serde(default)]
    default: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Output {
    value: String,
}

#[derive(Debug, Deserialize)]
struct Runs {
    steps: Vec<Step>,
}

#[derive(Debug, Deserialize)]
struct Step {
    name: String,
    #[serde(default)]
    id: String,
    #[serde(rename = "if", default)]
    condition: Option<String>,
    #[serde(default)]
    run: Option<String>,
    #[serde(default)]
    uses: Option<String>,
    #[serde(default)]
    env: BTreeMap<String, String>,
    #[serde(default)]
    with: BTreeMap<String, serde_json::Value>,
}

/// What a job that uses the action is given.
#[derive(Clone, Debug, Default)]
pub(crate) struct Job {
    pub(crate) inputs: Vec<(&'static str, String)>,
    pub(crate) env: Vec<(String, String)>,
    pub(crate) checkout: PathBuf,
    /// The repository's cache.
    pub(crate) cache: PathBuf,
}

/// How it ended.
#[derive(Debug, Default)]
pub(crate) struct Ended {
    /// The exit code of the step that failed; 0 when none did.
    pub(crate) code: i32,
    pub(crate) log: String,
    pub(crate) summary: String,
    pub(crate) outputs: BTreeMap<String, String>,
    /// What was uploaded: its name and the file.
    pub(crate) artifact: Option<(String, PathBuf)>,
}

impl Ended {
    #[track_caller]
    pub(crate) fn with(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}", self.log);
        self
    }

    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Self {
        assert!(self.log.contains(words), "{words:?} not in {}", self.log);
        self
    }
}

/// Values of expressions.
struct Context {
    inputs: BTreeMap<String, String>,
    steps: BTreeMap<String, BTreeMap<String, String>>,
    failed: bool,
}

impl Context {
    /// A name such as `inputs.x` or `steps.a.outputs.b`, or a text in quotes.
    fn value(&self, name: &str) -> String {
        let name = name.trim();
        if let Some(text) = name.strip_prefix('\'').and_then(|n| n.strip_suffix('\'')) {
            return text.to_owned();
        }
        match name.split('.').collect::<Vec<_>>()[..] {
            ["inputs", input] => self.inputs[input].clone(),
            ["github", "token"] => super::github::TOKEN.to_owned(),
            ["steps", step, "outputs", output] => self
                .steps
                .get(step)
                .and_then(|outputs| outputs.get(output))
                .cloned()
                .unwrap_or_default(),
            _ => unreachable!("the expression {name} is not known here"),
        }
    }

    /// A text with at most one `${{ … }}`, which stands alone in it.
    fn text(&self, text: &str) -> String {
        match inside(text) {
            Some(expression) => expression
                .split("||")
                .map(|name| self.value(name))
                .find(|value| !value.is_empty())
                .unwrap_or_default(),
            None => {
                assert!(!text.contains("${{"), "{text}");
                text.to_owned()
            }
        }
    }

    fn holds(&self, condition: Option<&str>) -> bool {
        let Some(condition) = condition else {
            return !self.failed;
        };
        let all = inside(condition).unwrap().split("&&").map(str::trim);
        let mut even_after_failure = false;
        let mut holds = true;
        for part in all {
            if part == "!cancelled()" {
                even_after_failure = true;
            } else if let Some(list) = part.strip_prefix("!contains(fromJSON('") {
                let (list, name) = list.split_once("'), ").unwrap();
                let list: Vec<String> = serde_json::from_str(list).unwrap();
                holds &= !list.contains(&self.value(name.trim_end_matches(')')));
            } else if let Some((left, right)) = part.split_once("!=") {
                holds &= self.value(left) != self.value(right);
            } else {
                let (left, right) = part.split_once("==").unwrap();
                holds &= self.value(left) == self.value(right);
            }
        }
        holds && (even_after_failure || !self.failed)
    }
}

fn inside(text: &str) -> Option<&str> {
    text.trim().strip_prefix("${{")?.strip_suffix("}}")
}

/// Runs `action.yml` for a job. `temp` is the runner's folder for this job.
pub(crate) fn run(job: &Job, temp: &Path) -> Ended {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("action.yml")).unwrap();
    let action: Action = serde_yaml::from_str(&text).unwrap();
    let mut context = Context {
        inputs: BTreeMap::new(),
        steps: BTreeMap::new(),
        failed: false,
    };
    for (name, input) in &action.inputs {
        let given = job.inputs.iter().find(|(own, _)| own == name);
        let value = match (given, &input.default) {
            (Some((_, value)), _) => value.clone(),
            (None, Some(default)) => context.text(default),
            (None, None) => unreachable!("the input {name} is required"),
        };
        context.inputs.insert(name.clone(), value);
    }
    for (name, _) in &job.inputs {
        assert!(
            action.inputs.contains_key(*name),
            "there is no input {name}"
        );
    }
    let mut ended = Ended::default();
    let mut path = std::env::var_os("PATH").unwrap().into_string().unwrap();
    for step in &action.runs.steps {
        if !context.holds(step.condition.as_deref()) {
            continue;
        }
        if let Some(uses) = &step.uses {
            let with = |name: &str| context.text(step.with[name].as_str().unwrap());
            match uses.split_once('@').unwrap().0 {
                "actions/upload-artifact" => {
                    ended.artifact = Some((with("name"), PathBuf::from(with("path"))));
                }
                "actions/cache/save" => save(&job.cache, &with("key"), &with("path")),
                "actions/cache/restore" => {
                    restore(&job.cache, &with("restore-keys"), &with("path"));
                }
                other => unreachable!("{other} is not known here"),
            }
            continue;
        }
        let files = ["output", "summary", "path"].map(|name| temp.join(name));
        for file in &files {
            fs::write(file, "").unwrap();
        }
        let output = Command::new("bash")
            .args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c"])
            .arg(step.run.as_ref().unwrap())
            .current_dir(&job.checkout)
            .env_clear()
            .env("PATH", &path)
            .env("HOME", temp)
            .env("RUNNER_TEMP", temp)
            .env("GITHUB_ACTION_PATH", root)
            .env("GITHUB_OUTPUT", &files[0])
            .env("GITHUB_STEP_SUMMARY", &files[1])
            .env("GITHUB_PATH", &files[2])
            .envs(job.env.iter().map(|(name, value)| (name, value)))
            .envs(
                step.env
                    .iter()
                    .map(|(name, value)| (name, context.text(value))),
            )
            .output()
            .unwrap();
        ended.log += &format!("--- {}\n", step.name);
        ended.log += &String::from_utf8_lossy(&output.stdout);
        ended.log += &String::from_utf8_lossy(&output.stderr);
        ended.summary += &fs::read_to_string(&files[1]).unwrap();
        for line in fs::read_to_string(&files[2]).unwrap().lines() {
            path = format!("{line}:{path}");
        }
        let outputs = fs::read_to_string(&files[0]).unwrap();
        let outputs = outputs.lines().map(|line| line.split_once('=').unwrap());
        let outputs = outputs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        context.steps.insert(step.id.clone(), outputs.collect());
        if !output.status.success() && !context.failed {
            context.failed = true;
            ended.code = output.status.code().unwrap();
        }
    }
    for (name, output) in &action.outputs {
        ended
            .outputs
            .insert(name.clone(), context.text(&output.value));
    }
    ended
}

/// The file of a key in the cache.
fn cached(cache: &Path, key: &str) -> PathBuf {
    cache.join(key.replace('/', "+"))
}

/// What is under a key already stays, as on GitHub.
fn save(cache: &Path, key: &str, path: &str) {
    fs::create_dir_all(cache).unwrap();
    if !cached(cache, key).exists() {
        fs::copy(path, cached(cache, key)).unwrap();
    }
}

/// The newest file whose key begins so, if there is one. Keys of runs rise.
fn restore(cache: &Path, prefix: &str, path: &str) {
    let start = cached(cache, prefix);
    let start = start.file_name().unwrap().to_str().unwrap();
    let entries = fs::read_dir(cache).into_iter().flatten();
    let names = entries.map(|it| it.unwrap().file_name().into_string().unwrap());
    if let Some(newest) = names.filter(|name| name.starts_with(start)).max() {
        fs::copy(cache.join(newest), path).unwrap();
    }
}
