//! Scenarios: plain files of requests and what they must answer, run through the HTTP interface.

use super::{Answer, send};
use linkwright_sandbox::{Options, Sandbox, World, switches::Switches};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;

/// One file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    /// What it shows, in a sentence.
    pub(crate) about: String,
    /// A file in `tests/worlds`.
    pub(crate) world: String,
    pub(crate) steps: Vec<Step>,
}

/// One thing that is done, and what must follow.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    /// `METHOD cluster/path`, a REST call; `/kafka/v3/clusters/` goes before it.
    #[serde(default)]
    pub(crate) call: Option<String>,
    /// `METHOD path`, a call whose path is whole.
    #[serde(default)]
    pub(crate) raw: Option<String>,
    /// `METHOD path`, a call of the control API; `/sandbox/v1/` goes before it.
    #[serde(default)]
    pub(crate) control: Option<String>,
    #[serde(default)]
    pub(crate) body: Option<Value>,
    /// Seconds of virtual time.
    #[serde(default)]
    pub(crate) advance: Option<f64>,
    /// The harms done so far, by kind.
    #[serde(default)]
    pub(crate) harms: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) expect: Expect,
    /// What a switch changes about it; an empty mapping keeps the status and drops the rest. `switch=*` is every
    /// setting that is not named.
    #[serde(default)]
    pub(crate) under: BTreeMap<String, Expect>,
    /// Left out under these switches, with all that follows.
    #[serde(default)]
    pub(crate) ends_under: Vec<String>,
}

/// What a reply must have.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Expect {
    /// A status, or `created`, `deleted` or `any`.
    pub(crate) status: Option<Value>,
    pub(crate) error_code: Option<i64>,
    /// A part of the body's text.
    pub(crate) contains: Option<String>,
    /// A part of the body that must not be there.
    pub(crate) lacks: Option<String>,
    /// A part of the body as JSON: objects may have more fields, lists must have the same length.
    pub(crate) json: Option<Value>,
}

/// All scenario files.
pub(crate) fn all() -> Vec<(String, Scenario)> {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut files: Vec<PathBuf> = std::fs::read_dir(&directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "yaml"))
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&path).unwrap();
            let options = serde_yaml::options! {
                strict_booleans: true,
                leading_zero_numbers_as_strings: true,
            };
            let scenario = serde_yaml::from_str_with_options(&text, options)
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            (name, scenario)
        })
        .collect()
}

/// A world in `tests/worlds`, parsed once.
fn world(name: &str) -> World {
    static PARSED: Mutex<BTreeMap<String, World>> = Mutex::new(BTreeMap::new());
    let mut parsed = PARSED.lock().unwrap();
    if let Some(world) = parsed.get(name) {
        return world.clone();
    }
    let path = format!("{}/tests/worlds/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let world = World::from_yaml(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
    parsed.insert(name.to_owned(), world.clone());
    world
}

impl Scenario {
    /// Runs it under some switches; `variation` is their name, empty for the defaults. Hands every
    /// call and its answer to `watch`. Returns what is wrong.
    pub(crate) async fn run(
        &self,
        variation: &str,
        switches: Switches,
        mut watch: impl FnMut(&str, &str, Option<&Value>, &Answer),
    ) -> Result<(), String> {
        let options = Options {
            switches: Some(switches),
            ..Options::default()
        };
        let sandbox = Sandbox::with_options(world(&self.world), options);
        for (index, step) in self.steps.iter().enumerate() {
            if step.ends_under.iter().any(|name| name == variation) {
                return Ok(());
            }
            let place = format!("step {} ({})", index + 1, step.name());
            if let Some(seconds) = step.advance {
                sandbox.advance(std::time::Duration::from_secs_f64(seconds));
            }
            if let Some(expected) = &step.harms {
                let done: Vec<String> = sandbox
                    .harms()
                    .iter()
                    .map(|harm| serde_json::to_value(harm.kind).unwrap())
                    .map(|kind| kind.as_str().unwrap().to_owned())
                    .collect();
                if done != *expected {
                    return Err(format!("{place}: harms are {done:?}, not {expected:?}"));
                }
            }
            let Some((method, path)) = step.request() else {
                continue;
            };
            let body = step.body.as_ref().map(ToString::to_string);
            let answer = send(&sandbox, "", &method, &path, body).await;
            watch(&method, &path, step.body.as_ref(), &answer);
            let any = format!("{}=*", variation.split('=').next().unwrap_or_default());
            let under = step.under.get(variation).or_else(|| step.under.get(&any));
            let expect = under.unwrap_or(&step.expect);
            check(expect, &answer, switches).map_err(|why| {
                format!("{place}: {why}\n  got {} {}", answer.status, answer.text)
            })?;
        }
        Ok(())
    }
}

impl Step {
    fn name(&self) -> &str {
        [&self.call, &self.raw, &self.control]
            .into_iter()
            .find_map(|call| call.as_deref())
            .unwrap_or("advance")
    }

    fn request(&self) -> Option<(String, String)> {
        let with = |call: &str, before: &str| {
            let (method, path) = call.split_once(' ').unwrap();
            (method.to_owned(), format!("{before}{path}"))
        };
        if let Some(call) = &self.call {
            return Some(with(call, "/kafka/v3/clusters/"));
        }
        if let Some(call) = &self.control {
            return Some(with(call, "/sandbox/v1/"));
        }
        self.raw.as_deref().map(|call| with(call, ""))
    }
}

fn check(expect: &Expect, answer: &Answer, switches: Switches) -> Result<(), String> {
    let word = |switch: Value| switch.as_str().unwrap_or("").to_owned();
    let created = match word(serde_json::to_value(switches.create_status).unwrap()).as_str() {
        "no-content" => 204,
        "ok" => 200,
        _ => 201,
    };
    let deleted = match word(serde_json::to_value(switches.link_delete_status).unwrap()).as_str() {
        "ok" => 200,
        _ => 204,
    };
    let status = match &expect.status {
        None => (200..300).contains(&answer.status),
        Some(Value::String(word)) if word == "created" => answer.status == created,
        Some(Value::String(word)) if word == "deleted" => answer.status == deleted,
        Some(Value::String(word)) if word == "any" => true,
        Some(Value::Number(number)) => number.as_u64() == Some(u64::from(answer.status)),
        Some(other) => return Err(format!("the scenario's status is {other}")),
    };
    if !status {
        return Err(format!(
            "the status is {}, not {:?}",
            answer.status, expect.status
        ));
    }
    if let Some(code) = expect.error_code
        && answer.json["error_code"].as_i64() != Some(code)
    {
        return Err(format!("the error code is not {code}"));
    }
    if let Some(text) = &expect.contains
        && !answer.text.contains(text)
    {
        return Err(format!("the body lacks {text:?}"));
    }
    if let Some(text) = &expect.lacks
        && answer.text.contains(text)
    {
        return Err(format!("the body has {text:?}"));
    }
    match &expect.json {
        Some(part) => covers(&answer.json, part, "$"),
        None => Ok(()),
    }
}

/// Whether `have` has everything that `part` has.
pub(crate) fn covers(have: &Value, part: &Value, place: &str) -> Result<(), String> {
    match (have, part) {
        // An empty object stands for anything.
        (_, Value::Object(part)) if part.is_empty() => Ok(()),
        (Value::Object(have), Value::Object(part)) => {
            for (name, part) in part {
                let place = format!("{place}.{name}");
                let have = have
                    .get(name)
                    .ok_or_else(|| format!("{place} is not there"))?;
                covers(have, part, &place)?;
            }
            Ok(())
        }
        (Value::Array(have), Value::Array(part)) if have.len() == part.len() => {
            for (index, (have, part)) in have.iter().zip(part).enumerate() {
                covers(have, part, &format!("{place}[{index}]"))?;
            }
            Ok(())
        }
        (have, part) if have == part => Ok(()),
        (have, part) => Err(format!("{place} is {have}, not {part}")),
    }
}
