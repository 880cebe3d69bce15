//! What a store keeps of a run, in words: [`RecordView`].

use std::collections::BTreeMap;

use serde_json::Value;

use crate::address::{Address, HalfAddress};
use crate::apply::report_file::{OutcomeV1, ReportV1};
use crate::drift::DriftClass;
use crate::report::stored::{self, Part, RunDocument};
use crate::report::words::{self, Action, Weight, number, quantity};

/// A recorded run in words. Texts hold names from outside as they came.
pub(crate) struct RecordView {
    pub(crate) id: String,
    pub(crate) command: String,
    /// `done`, `partial`.
    pub(crate) outcome: String,
    pub(crate) weight: Weight,
    /// `ann/… on laptop`.
    pub(crate) by: String,
    pub(crate) started: String,
    /// How long it took, where its times can be read.
    pub(crate) took: Option<String>,
    /// What else is known of it: commit, plan, spec, allowances.
    pub(crate) facts: Vec<(&'static str, String)>,
    /// What it did or found, in groups, the worst first.
    pub(crate) groups: Vec<RecordGroup>,
    /// What is not shown, and why.
    pub(crate) unread: Option<String>,
    /// Whether it is a run with `--sandbox`.
    pub(crate) is_simulated: bool,
    /// Whether it is known to have ended.
    has_ended: bool,
}

/// What a run did to one thing, or to several in the same way; or what it found of them.
pub(crate) struct RecordGroup {
    /// The link half that it is about.
    pub(crate) half: Option<HalfAddress>,
    /// `promote 498 mirror topics on west/orders-dr`, or what is found.
    pub(crate) text: String,
    /// How it ended, or of which class it is.
    pub(crate) word: String,
    pub(crate) weight: Weight,
    /// Why it ended so; may be empty.
    pub(crate) why: String,
    /// The stable code of what is found; empty for an operation.
    pub(crate) code: String,
    /// Each thing, where there are several.
    pub(crate) names: Vec<String>,
    /// How many operations or findings it has.
    pub(crate) count: usize,
}

/// What is said once of everything with the same.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    half: Option<HalfAddress>,
    text: String,
    word: String,
    why: String,
    code: String,
}

/// Groups as they come together.
#[derive(Default)]
struct Groups(BTreeMap<Key, Members>);

/// What has the same key.
struct Members {
    weight: Weight,
    count: usize,
    /// The addresses, as far as they can be read.
    addresses: Vec<Address>,
}

impl RecordView {
    pub(crate) fn of(part: Part, run: &RunDocument) -> Self {
        let mut view = Self {
            id: run.id.clone(),
            command: run.command.clone(),
            outcome: run.outcome.clone(),
            weight: weight(run.exit_code),
            by: format!("{} on {}", run.holder, run.host),
            started: to_the_second(&run.started_at),
            took: took(run),
            facts: facts(part, run),
            groups: Vec::new(),
            unread: None,
            is_simulated: part == Part::Sandbox,
            has_ended: run.exit_code.is_some(),
        };
        match groups(run) {
            Ok(groups) => view.groups = groups.into_list(),
            Err(why) => view.unread = Some(why),
        }
        view
    }

    /// How it ended, with the exit code's word.
    pub(crate) fn sentence(&self) -> String {
        let command = words::capital(self.command.clone());
        if !self.has_ended {
            return format!("{command} has not ended: it is still running, or it was killed.");
        }
        let took = self.took.as_ref();
        let took = took.map_or_else(String::new, |took| format!(", after {took}"));
        format!("{command} ended: {}{took}.", self.outcome)
    }

    /// `5 done, 1 failed`; empty where nothing was done or found.
    pub(crate) fn counts(&self) -> String {
        let mut counts: BTreeMap<(std::cmp::Reverse<Weight>, &str), usize> = BTreeMap::new();
        for group in &self.groups {
            let key = (std::cmp::Reverse(group.weight), group.word.as_str());
            *counts.entry(key).or_default() += group.count;
        }
        let counts = counts.into_iter();
        let counts = counts.map(|((_, word), count)| format!("{} {word}", number(count)));
        counts.collect::<Vec<_>>().join(", ")
    }
}

impl Groups {
    fn add(&mut self, key: Key, weight: Weight, about: Option<Address>) {
        let members = self.0.entry(key).or_insert(Members {
            weight,
            count: 0,
            addresses: Vec::new(),
        });
        members.count += 1;
        members.addresses.extend(about);
    }

    /// The worst first, each with its names.
    fn into_list(self) -> Vec<RecordGroup> {
        let groups = self.0.into_iter().map(|(key, members)| {
            let Members {
                weight,
                count,
                addresses,
            } = members;
            let names = addresses.iter().map(|member| match member {
                Address::Mirror(_, topic) => topic.to_string(),
                other => other.to_string(),
            });
            let names: Vec<String> = names.collect();
            let Key {
                half,
                text,
                word,
                why,
                code,
            } = key;
            let text = match (Action::of_code(&text), &half, addresses.as_slice()) {
                (Some(action), _, [one]) if count == 1 => format!("{} {one}", order(action)),
                (Some(action), Some(half), _) => format!(
                    "{} {} on {half}",
                    action.verb(),
                    quantity(count, action.noun())
                ),
                _ => text,
            };
            RecordGroup {
                half,
                text,
                word,
                weight,
                why,
                code,
                count,
                names: if count > 1 { names } else { Vec::new() },
            }
        });
        let mut groups: Vec<RecordGroup> = groups.collect();
        groups.sort_by_key(|group| std::cmp::Reverse(group.weight));
        groups
    }
}

/// `promote mirror topic`.
fn order(action: Action) -> String {
    format!("{} {}", action.verb(), action.noun())
}

fn weight(exit_code: Option<u8>) -> Weight {
    match exit_code {
        Some(0) => Weight::Plain,
        // It goes on or was killed, changes were found, or people have ended it.
        None | Some(2 | 7 | 130) => Weight::Caution,
        Some(_) => Weight::Danger,
    }
}

fn took(run: &RunDocument) -> Option<String> {
    let times =
        [&run.started_at, run.ended_at.as_ref()?].map(|time| time.parse::<jiff::Timestamp>());
    let [Ok(from), Ok(to)] = times else {
        return None;
    };
    let took = std::time::Duration::try_from(to.duration_since(from)).ok()?;
    Some(super::run::roughly(took))
}

/// A time without fractions of a second; as it is where it is no time.
fn to_the_second(time: &str) -> String {
    let parsed = time.parse::<jiff::Timestamp>();
    parsed.map_or_else(|_| time.to_owned(), |time| format!("{time:.0}"))
}

fn facts(part: Part, run: &RunDocument) -> Vec<(&'static str, String)> {
    let mut facts = vec![("Run", run.id.clone())];
    let by = format!("{} on {}", run.holder, run.host);
    facts.push(("By", by));
    let simulated = stored::simulated(part);
    facts.extend(simulated.map(|words| ("Clusters", words.to_owned())));
    facts.push(("From", to_the_second(&run.started_at)));
    facts.extend(
        run.ended_at
            .as_ref()
            .map(|time| ("To", to_the_second(time))),
    );
    match &run.origin {
        Some(origin) => {
            facts.push(("Commit", words::origin::commit_id(&origin.commit)));
            facts.push(("Spec", words::origin::paths(origin)));
            facts.push(("Linkwright", origin.linkwright.clone()));
            let allowed = match origin.needs.is_empty() {
                true => "nothing".to_owned(),
                false => words::origin::needs(origin),
            };
            facts.push(("Allowed", allowed));
        }
        None => {
            let commit = run.commit.clone();
            facts.push(("Commit", commit.unwrap_or_else(|| "unknown".to_owned())));
        }
    }
    facts.extend(run.plan_digest.iter().map(|it| ("Plan digest", it.clone())));
    facts.extend(run.url.iter().map(|it| ("Pipeline", it.clone())));
    let without = run.without_lease.iter();
    facts.extend(without.map(|it| ("Without a lease", it.clone())));
    facts
}

/// What it did or found.
fn groups(run: &RunDocument) -> Result<Groups, String> {
    let Some(report) = &run.report else {
        return Ok(Groups::default());
    };
    let known = match run.command.as_str() {
        "drift" => Ok(of_drift(report)),
        "status" => Ok(of_status(report)),
        "plan" => Ok(of_plan(report)),
        _ => serde_json::from_value(report.clone()).map(|it| of_run(&it)),
    };
    known.map_err(|error| {
        format!("what it did is not in a form that this version of Linkwright knows: {error}")
    })
}

fn of_run(report: &ReportV1) -> Groups {
    let mut groups = Groups::default();
    for operation in &report.operations {
        let (weight, word, why) = match &operation.outcome {
            None => (Weight::Caution, "not ended", String::new()),
            Some(OutcomeV1::Done) => (Weight::Plain, "done", String::new()),
            Some(OutcomeV1::Unchanged) => (Weight::Plain, "unchanged", String::new()),
            Some(OutcomeV1::Failed { reason, words, .. }) => match reason.as_str() {
                "timed-out" => (Weight::Danger, "timed out", words.clone()),
                _ => (Weight::Danger, "failed", words.clone()),
            },
            Some(OutcomeV1::Blocked { by }) => {
                let why = format!("operation {by} did not succeed");
                (Weight::Caution, "blocked", why)
            }
            Some(OutcomeV1::Unknown { words, .. }) => (Weight::Danger, "unknown", words.clone()),
            Some(OutcomeV1::Skipped) => {
                let why = "the run was interrupted".to_owned();
                (Weight::Caution, "skipped", why)
            }
        };
        let address = Address::parse(&operation.address);
        let key = Key {
            half: address.as_ref().and_then(|it| it.half().cloned()),
            text: operation.operation.clone(),
            word: word.to_owned(),
            why,
            code: String::new(),
        };
        groups.add(key, weight, address);
    }
    for problem in report.ending.iter().flat_map(|ending| &ending.problems) {
        let address = problem.address.as_deref().and_then(Address::parse);
        let key = Key {
            half: address.as_ref().and_then(|it| it.half().cloned()),
            text: problem.summary.clone(),
            word: problem.severity.clone(),
            why: problem.why.clone(),
            code: problem.code.clone(),
        };
        let weight = match problem.severity.as_str() {
            "error" => Weight::Danger,
            "warning" => Weight::Caution,
            _ => Weight::Plain,
        };
        groups.add(key, weight, address);
    }
    groups
}

/// What `drift -o json` found.
fn of_drift(document: &Value) -> Groups {
    let mut groups = Groups::default();
    for finding in items(document, "findings") {
        let class = text(finding, "class");
        let weight = DriftClass::from_word(class).map_or(Weight::Caution, words::drift_weight);
        let (address, summary) = (text(finding, "address"), text(finding, "summary"));
        groups.found(address, summary, class, text(finding, "code"), weight);
    }
    groups
}

impl Groups {
    fn found(&mut self, address: &str, summary: &str, word: &str, code: &str, weight: Weight) {
        let address = Address::parse(address);
        let key = Key {
            half: address.as_ref().and_then(|it| it.half().cloned()),
            text: summary.to_owned(),
            word: word.to_owned(),
            why: String::new(),
            code: code.to_owned(),
        };
        self.add(key, weight, address);
    }
}

/// What `status -o json` says is wrong, and what it could not read.
fn of_status(document: &Value) -> Groups {
    let mut groups = Groups::default();
    for problem in items(document, "problems") {
        let names = |key: &str| -> Vec<Address> {
            let names = items(problem, key).filter_map(Value::as_str);
            names.filter_map(Address::parse).collect()
        };
        let (links, mirrors) = (names("links"), names("mirror_topics"));
        let key = || Key {
            half: match links.as_slice() {
                [one] => one.half().cloned(),
                _ => None,
            },
            text: text(problem, "summary").to_owned(),
            word: "problem".to_owned(),
            why: String::new(),
            code: text(problem, "code").to_owned(),
        };
        let members = if mirrors.is_empty() { &links } else { &mirrors };
        if members.is_empty() {
            groups.add(key(), Weight::Danger, None);
        }
        for member in members {
            groups.add(key(), Weight::Danger, Some(member.clone()));
        }
    }
    for why in items(document, "unread").filter_map(Value::as_str) {
        groups.found("", why, "not read", "", Weight::Danger);
    }
    groups
}

/// What `plan -o json` would do, and what it found.
fn of_plan(document: &Value) -> Groups {
    let mut groups = Groups::default();
    for operation in items(document, "operations") {
        let is_grave = items(operation, "risks")
            .filter_map(|risk| risk.as_str().or_else(|| risk.get("risk")?.as_str()))
            .any(|risk| matches!(risk, "irreversible" | "data-loss"));
        let weight = if is_grave {
            Weight::Danger
        } else {
            Weight::Plain
        };
        let action = operation.get("action").map_or("", |it| text(it, "kind"));
        groups.found(text(operation, "address"), action, "planned", "", weight);
    }
    for finding in items(document, "findings") {
        let class = text(finding, "class");
        let weight = match class {
            "refusal" | "unknown" | "health" => Weight::Danger,
            "config" => Weight::Caution,
            _ => Weight::Plain,
        };
        let (address, summary) = (text(finding, "address"), text(finding, "summary"));
        groups.found(address, summary, class, text(finding, "code"), weight);
    }
    for refusal in items(document, "refusals") {
        let (summary, code) = (text(refusal, "summary"), text(refusal, "code"));
        groups.found("", summary, "refusal", code, Weight::Danger);
    }
    groups
}

fn items<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}
