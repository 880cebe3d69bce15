//! Scenario files of `linkwright test`: what is given, what is done, and what is expected. Text → [`Scenario`],
//! and what a command did → what of the expectations is not met ([`check::unmet`]).
//!
//! This module takes text. It reads no files, runs no command and knows no clock.

pub mod check;
mod expect;
mod step;

use std::sync::Arc;

pub use expect::{Ends, Exits, Expect};
pub use step::{
    Action, AlterLink, Body, Call, ChangeByHand, Group, OfTopic, Produce, Replace, Step, StepFields,
};

use crate::diagnostic::{Code, Diagnostic};
use crate::spec::decode::{Cx, Decode, record};
use crate::spec::node::{Node, ScalarKind, Value};
use crate::spec::{self, Located, Named};

/// A step that is neither a command nor one event.
pub const STEP: Code = Code("LW530");
/// A command line that a scenario cannot run.
pub const COMMAND: Code = Code("LW531");
/// Something that is given and cannot be used.
pub const GIVEN: Code = Code("LW532");
/// An expectation that no command can meet.
pub const EXPECT: Code = Code("LW533");
/// There is no scenario.
pub const NONE: Code = Code("LW534");
/// A scenario in place of a spec.
pub const SCENARIO: Code = spec::codes::SCENARIO;
/// An expectation that is not met.
pub const UNMET: Code = Code("LW536");
/// An event that the simulated clusters refuse.
pub const EVENT: Code = Code("LW537");

record! {
    "the scenario"
    /// A scenario of `linkwright test`: what is given, what is done, and what is expected.
    pub struct Scenario {
        /// What it shows, in a sentence.
        pub about: Option<Located<String>>,
        /// What there is before the first command.
        pub given: Setting,
        /// What is done, in this order: command lines of Linkwright without its name, and events.
        #[schemars(extend("examples" = [["plan", {"pass": "5m"}, "apply --allow irreversible"]]))]
        pub when: Vec<Step>,
        /// What is expected of the last command, and of the clusters after it. That no harm is done is always expected.
        pub expect: Option<Expect>,
    }
}

record! {
    "`given`"
    /// What there is before the first command.
    pub struct Setting {
        /// The spec: files, or one folder whose YAML files and environments are the spec. Paths start at the folder of
        /// the scenario, which is the default. The commands work in a copy of it.
        pub spec: Option<Paths>,
        /// The world file: the simulated clusters. Its path starts at the folder of the scenario.
        pub world: Option<Located<String>>,
        /// A snapshot, in place of a world: the simulated clusters are as its clusters were.
        pub snapshot: Option<Located<String>>,
        /// Files that commands and events name. They are copied next to the spec.
        #[schemars(default)]
        pub files: Vec<Located<String>>,
        /// Values of environment variables that the spec or its commands use. Without a value of its own, every
        /// reference to a secret has a made-up one.
        #[schemars(default, extend("examples" = [{"LINKWRIGHT_VAR_REGION": "us-east-1"}]))]
        pub env: Named<Located<AsText>>,
        /// What happens before the first command.
        #[schemars(default)]
        pub events: Vec<Step>,
    }
}

/// One path or several.
#[derive(Clone, Debug)]
pub struct Paths(pub Vec<Located<String>>);

impl Decode for Paths {
    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        match &node.value {
            Value::List(_) => Vec::decode(node, cx).map(Self),
            _ => Located::decode(node, cx).map(|path| Self(vec![path])),
        }
    }
}

impl schemars::JsonSchema for Paths {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Paths".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": ["string", "array"],
            "items": { "type": "string" },
        })
    }
}

/// A text, a number or a boolean, as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsText(pub String);

impl Decode for AsText {
    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        match node.scalar() {
            Some(it) if !matches!(it.kind, ScalarKind::Empty | ScalarKind::Null) => {
                Some(Self(it.text.to_string()))
            }
            _ => {
                cx.wrong_type(
                    node,
                    "a text",
                    "write a value, or `\"\"` for the empty text",
                );
                None
            }
        }
    }
}

impl schemars::JsonSchema for AsText {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "AsText".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["string", "number", "boolean"] })
    }
}

impl Scenario {
    /// Reads a scenario file, with everything that is wrong with it.
    #[must_use]
    pub fn parse(name: &Arc<str>, text: &str) -> (Option<Self>, Vec<Diagnostic>) {
        let (scenario, mut problems) = spec::decode_document::<Self>(name, text);
        match &scenario {
            Some(scenario) => scenario.look_over(&mut problems),
            None if problems.is_empty() => problems.push(
                Diagnostic::error(GIVEN, format!("{name}: the scenario is empty"))
                    .help("write `given:`, `when:` and `expect:`"),
            ),
            None => {}
        }
        crate::diagnostic::sort(&mut problems);
        (scenario, problems)
    }

    /// What its fields say of each other.
    fn look_over(&self, problems: &mut Vec<Diagnostic>) {
        let given = &self.given;
        let clusters = match (&given.world, &given.snapshot) {
            (Some(world), Some(snapshot)) => Some(
                Diagnostic::error(GIVEN, "a world and a snapshot are given")
                    .at(&snapshot.place, "the snapshot")
                    .at(&world.place, "the world")
                    .help("keep one of them"),
            ),
            (None, None) if !given.broken => Some(
                Diagnostic::error(GIVEN, "no simulated clusters are given")
                    .at(&given.place, "neither `world` nor `snapshot`")
                    .why("a scenario never calls real clusters")
                    .help(
                        "write `world: FILE`, a file as `linkwright twin` writes it, or `snapshot: FILE`, as \
                         `linkwright snapshot` writes it",
                    ),
            ),
            _ => None,
        };
        problems.extend(clusters);
        for (name, value) in given.env.iter() {
            let is_own = name.starts_with("LINKWRIGHT_") && !name.starts_with(spec::PROCESS_PREFIX);
            if is_own || name.is_empty() || name.contains(['=', '\0']) || value.0.contains('\0') {
                problems.push(
                    Diagnostic::error(GIVEN, format!("`{}` cannot be given", name.value))
                        .at(&name.place, "this variable")
                        .why("it would change what the commands do, other than by the spec")
                        .help(format!(
                            "give variables that the spec refers to, and `{}NAME` for its variables",
                            spec::PROCESS_PREFIX
                        )),
                );
            }
        }
        let commands = self.when.iter().filter(|step| step.command().is_some());
        if commands.count() == 0 && !self.broken {
            problems.push(
                Diagnostic::error(STEP, "no command is run")
                    .at(&self.place, "`when` has none")
                    .why("nothing can be expected of a scenario that runs nothing")
                    .help("write `when: [plan]`"),
            );
        }
        for step in given.events.iter().chain(&self.when) {
            if let (None, Some(expect)) = (step.command(), &step.expect) {
                problems.push(
                    Diagnostic::error(EXPECT, "an event has expectations")
                        .at(&expect.place, "not after a command")
                        .help("write it next to `run`, or below the scenario's own `expect`"),
                );
            }
        }
        for step in &given.events {
            if let Some(command) = step.command() {
                problems.push(
                    Diagnostic::error(STEP, "a command is given as an event")
                        .at(&command.place, "a command")
                        .help("write it below `when`"),
                );
            }
        }
        let steps = self.when.iter().filter_map(|step| step.expect.as_ref());
        for expect in steps.chain(&self.expect) {
            expect.look_over(problems);
        }
    }

    /// Its events and commands.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.given.events.iter().chain(&self.when)
    }
}

/// The JSON Schema of a scenario, as `schemas/scenario.schema.json` has it.
#[must_use]
pub fn json_schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Scenario).to_value();
    schema["title"] = "Linkwright scenario".into();
    schema
}

/// Whether a file is a scenario by its name.
#[must_use]
pub fn is_scenario_name(name: &str) -> bool {
    let endings = ["scenario.yaml", "scenario.yml"];
    let is_own = |start: &str| start.is_empty() || start.ends_with('.');
    endings
        .iter()
        .any(|ending| name.strip_suffix(ending).is_some_and(is_own))
}

#[cfg(test)]
mod tests;
