//! What is done in a scenario: commands and events ([`Step`]).

use super::{AsText, Expect, STEP};
use crate::diagnostic::{Diagnostic, Place};
use crate::spec::decode::{Cx, Decode, record};
use crate::spec::node::{Node, ScalarKind, Value};
use crate::spec::{Duration, Located, Named};

/// One step.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its place.
    pub place: Place,
    /// What is done.
    pub action: Action,
    /// What is expected after it; only of a command.
    pub expect: Option<Expect>,
}

/// What is done in a step.
#[derive(Clone, Debug)]
pub enum Action {
    /// A command line of Linkwright, without its name.
    Run(Located<String>),
    /// Time passes.
    Pass(Duration),
    /// A cluster is lost.
    Lose(Located<String>),
    /// It is back.
    Recover(Located<String>),
    /// Producers write.
    Produce(Produce),
    /// Consumers start.
    StartGroup(Group),
    /// They stop.
    StopGroup(Group),
    /// Someone changes something by hand.
    Change(Box<ChangeByHand>),
    /// A file of the spec gets another text.
    Replace(Replace),
    /// A call of an API.
    Call(Call),
}

record! {
    "a step"
    /// A command, or one event: exactly one of the fields, and what belongs to it.
    pub struct StepFields {
        /// A command line of Linkwright, without its name.
        #[schemars(extend("examples" = ["failover west/dr --allow irreversible,data-loss --write"]))]
        pub run: Option<Located<String>>,
        /// What is expected of the command of `run`, and of the clusters after it.
        pub expect: Option<Expect>,
        /// So much time passes.
        #[schemars(extend("examples" = ["5m"]))]
        pub pass: Option<Located<Duration>>,
        /// A cluster is lost: links cannot reach it, and its API answers 503. A name of the spec or of the world, or
        /// an id.
        pub lose: Option<Located<String>>,
        /// A cluster that was lost is back.
        pub recover: Option<Located<String>>,
        /// Producers write to a topic.
        pub produce: Option<Produce>,
        /// The consumers of a group start.
        pub start_group: Option<Group>,
        /// The consumers of a group stop.
        pub stop_group: Option<Group>,
        /// Someone changes something by hand.
        pub change: Option<ChangeByHand>,
        /// A file of the spec gets the text of another file.
        pub replace: Option<Replace>,
        /// A call: of the sandbox's control API, or with `cluster` of the REST API of a cluster, such as
        /// `POST links/dr/mirrors:pause`.
        #[schemars(extend("examples" = ["POST clock/advance", "DELETE topics/orders"]))]
        pub call: Option<Located<String>>,
        /// For `call`: the cluster that is called. A name of the spec or of the world, or an id.
        pub cluster: Option<Located<String>>,
        /// For `call`: the body, as JSON.
        pub body: Option<Body>,
    }
}

record! {
    "`produce`"
    /// Producers write to a topic.
    pub struct Produce {
        /// The cluster: a name of the spec or of the world, or an id.
        pub cluster: Located<String>,
        /// The topic.
        pub topic: Located<String>,
        /// So many records are written at once.
        pub records: Option<u64>,
        /// From now on so many records are written each second; 0 stops the producers.
        pub per_second: Option<u64>,
    }
}

record! {
    "a consumer group"
    /// A consumer group whose consumers start or stop.
    pub struct Group {
        /// The cluster: a name of the spec or of the world, or an id.
        pub cluster: Located<String>,
        /// The group.
        pub group: Located<String>,
        /// The topics that it consumes; only when it starts.
        #[schemars(default)]
        pub topics: Vec<Located<String>>,
    }
}

record! {
    "`change`"
    /// Someone changes something by hand, with the rights of the first user of the cluster: exactly one of the fields.
    pub struct ChangeByHand {
        /// A mirror topic is paused: CLUSTER/LINK/TOPIC.
        pub pause: Option<Located<String>>,
        /// A mirror topic is resumed: CLUSTER/LINK/TOPIC.
        pub resume: Option<Located<String>>,
        /// A mirror topic is promoted: CLUSTER/LINK/TOPIC.
        pub promote: Option<Located<String>>,
        /// A mirror topic is failed over: CLUSTER/LINK/TOPIC.
        pub failover: Option<Located<String>>,
        /// Configs of a link object are set.
        pub alter_link: Option<AlterLink>,
        /// A link object is deleted, with force: CLUSTER/LINK.
        pub delete_link: Option<Located<String>>,
        /// A topic is created.
        pub create_topic: Option<OfTopic>,
        /// A topic is deleted.
        pub delete_topic: Option<OfTopic>,
    }
}

record! {
    "`alter_link`"
    /// Configs of a link object that are set.
    pub struct AlterLink {
        /// The link object: CLUSTER/LINK.
        pub link: Located<String>,
        /// The configs with their new values.
        #[schemars(extend("examples" = [{"consumer.offset.sync.ms": 1000}]))]
        pub set: Named<Located<AsText>>,
    }
}

record! {
    "a topic of a cluster"
    /// A topic of a cluster.
    pub struct OfTopic {
        /// The cluster: a name of the spec or of the world, or an id.
        pub cluster: Located<String>,
        /// The topic.
        pub topic: Located<String>,
        /// How many partitions it gets when it is created; 1 unless given.
        pub partitions: Option<u64>,
    }
}

record! {
    "`replace`"
    /// A file of the spec that gets the text of another.
    pub struct Replace {
        /// The file, as it is called in the folder of the spec.
        pub file: Located<String>,
        /// The file that has the text. Its path starts at the folder of the scenario.
        pub with: Located<String>,
    }
}

/// A call of an API.
#[derive(Clone, Debug)]
pub struct Call {
    /// Method and path.
    pub call: Located<String>,
    /// The cluster that is called; without it the control API of the sandbox.
    pub cluster: Option<Located<String>>,
    /// The body.
    pub body: serde_json::Value,
}

/// Any JSON.
#[derive(Clone, Debug)]
pub struct Body(serde_json::Value);

impl Decode for Body {
    fn decode(node: &Node, _: &mut Cx<'_>) -> Option<Self> {
        Some(Self(json(node)))
    }
}

impl schemars::JsonSchema for Body {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Body".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({})
    }
}

fn json(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::List(items) => items.iter().map(json).collect(),
        Value::Map(entries) => {
            let entries = entries.iter();
            entries
                .map(|(key, value)| (key.text.to_string(), json(value)))
                .collect()
        }
        Value::Unknown => serde_json::Value::Null,
        Value::Scalar(scalar) => match scalar.kind {
            ScalarKind::Empty | ScalarKind::Null => serde_json::Value::Null,
            ScalarKind::Bool(value) => value.into(),
            ScalarKind::Int | ScalarKind::Float => {
                serde_json::from_str(&scalar.text).unwrap_or_else(|_| (&*scalar.text).into())
            }
            ScalarKind::Text => (&*scalar.text).into(),
        },
    }
}

impl Step {
    /// The command line, if it is a command.
    #[must_use]
    pub fn command(&self) -> Option<&Located<String>> {
        match &self.action {
            Action::Run(line) => Some(line),
            _ => None,
        }
    }
}

/// The events of a step, by the word that each has.
const EVENTS: &str = "`pass`, `lose`, `recover`, `produce`, `start_group`, `stop_group`, `change`, `replace` or `call`";

impl Decode for Step {
    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        let place = cx.place(node.span);
        if node.scalar().is_some() {
            let line = Located::decode(node, cx)?;
            return Some(Self {
                place,
                action: Action::Run(line),
                expect: None,
            });
        }
        let fields = StepFields::decode(node, cx)?;
        let is_broken = fields.broken;
        let is_call = fields.call.is_some();
        let mut actions = Vec::new();
        actions.extend(fields.run.map(Action::Run));
        actions.extend(fields.pass.map(|time| Action::Pass(time.value)));
        actions.extend(fields.lose.map(Action::Lose));
        actions.extend(fields.recover.map(Action::Recover));
        actions.extend(fields.produce.map(Action::Produce));
        actions.extend(fields.start_group.map(Action::StartGroup));
        actions.extend(fields.stop_group.map(Action::StopGroup));
        actions.extend(fields.change.map(Box::new).map(Action::Change));
        actions.extend(fields.replace.map(Action::Replace));
        let of_call = fields.cluster.is_some() || fields.body.is_some();
        actions.extend(fields.call.map(|call| {
            Action::Call(Call {
                call,
                cluster: fields.cluster,
                body: fields.body.map_or(serde_json::Value::Null, |body| body.0),
            })
        }));
        if of_call && !is_call && !is_broken {
            cx.report(
                Diagnostic::error(STEP, "`cluster` and `body` belong to `call`")
                    .at(&place, "there is no `call`")
                    .help("write `call: METHOD PATH` next to them"),
            );
        }
        let count = actions.len();
        match (actions.pop(), count) {
            (Some(Action::Change(change)), 1) if !change.broken && change.count() != 1 => {
                cx.report(
                    Diagnostic::error(STEP, "a change by hand is exactly one thing")
                        .at(
                            &change.place,
                            format!("{} are written here", change.count()),
                        )
                        .help("write one of its fields, and a step for each"),
                );
                None
            }
            (Some(action), 1) => Some(Self {
                place,
                action,
                expect: fields.expect,
            }),
            _ if is_broken => None,
            (_, count) => {
                cx.report(
                    Diagnostic::error(STEP, "a step is one command or one event")
                        .at(&place, format!("{count} are written here"))
                        .why("steps are done one after the other")
                        .help(format!("write `run: COMMAND`, or one event: {EVENTS}")),
                );
                None
            }
        }
    }
}

impl ChangeByHand {
    /// How many changes are written.
    fn count(&self) -> usize {
        let verbs = [&self.pause, &self.resume, &self.promote, &self.failover];
        let verbs = verbs.iter().filter(|it| it.is_some()).count();
        let others = [
            self.alter_link.is_some(),
            self.delete_link.is_some(),
            self.create_topic.is_some(),
            self.delete_topic.is_some(),
        ];
        verbs + others.iter().filter(|it| **it).count()
    }
}

impl schemars::JsonSchema for Step {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Step".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let fields = generator.subschema_for::<StepFields>();
        schemars::json_schema!({
            "description": "A command line of Linkwright without its name, or a command with what is expected of it, or one event.",
            "anyOf": [{ "type": "string" }, fields],
        })
    }
}
