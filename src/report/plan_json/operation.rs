//! Operations in the document.

use schemars::JsonSchema;
use serde::Serialize;

use super::action::Action;
use super::{PlaceEntry, number};
use crate::desired::Risk;
use crate::diff::{Effect, Names};
use crate::plan::file::OperationDigests;
use crate::plan::{LagNow, OpId, Operation, Plan, Settle};
use crate::report::loss::{LossFigure, PaceEntry};
use crate::report::words::{self, Weight};

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OperationEntry {
    /// Its number, from 1.
    pub id: u32,
    /// Its wave, from 1.
    pub wave: usize,
    /// What it is about: `cluster/link` or `cluster/link/mirror-topic`.
    pub address: String,
    /// The cluster that is called, by its name in the spec.
    pub cluster: String,
    /// The called cluster's id.
    pub cluster_id: String,
    /// The link's name on that cluster.
    pub link: String,
    /// The mirror topic, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mirror_topic: Option<String>,
    /// The logical link: its key in the spec. Both halves of a pair have the same.
    pub link_key: String,
    /// What is done.
    pub action: Action,
    /// Why it is planned.
    pub because: Reason,
    /// What must be true just before it acts, in words.
    pub expects: Vec<String>,
    /// When it has settled.
    pub settles: Settling,
    /// How much it can hurt.
    pub risks: Vec<Risk>,
    /// What it brings along.
    pub effects: Vec<EffectEntry>,
    /// How far the mirror topic of a promotion was behind when it was planned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lag: Option<LagEntry>,
    /// What could not be checked when it was planned.
    pub unchecked: Vec<String>,
    /// What it waits for, and why.
    pub waits_for: Vec<WaitEntry>,
    /// Where the spec asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceEntry>,
    /// What `apply --plan` compares; only in a saved plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digests: Option<OperationDigests>,
}

/// How far a mirror topic was behind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LagEntry {
    /// Messages that were not copied, as far as is known.
    pub messages: u64,
    /// How sure that is.
    pub figure: LossFigure,
    /// How fast it copies; only with `--sample`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pace: Option<PaceEntry>,
}

impl LagEntry {
    fn of(it: &LagNow) -> Self {
        Self {
            messages: it.lag.least,
            figure: LossFigure::of(&it.lag),
            pace: it.pace.as_ref().map(PaceEntry::of),
        }
    }
}

/// Why an operation is planned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Reason {
    /// `missing`, `differs`, `rotation`, `state`, `retired` or `promotion`.
    pub code: String,
    /// The same in words.
    pub text: String,
}

/// When an operation has settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Settling {
    /// `at-once`, `link-readable`, `link-healthy`, `link-gone`, `configs-taken`, `mirror-in`, `turned` or
    /// `elapsed`.
    pub condition: String,
    /// For `mirror-in` and `turned`: the statuses of the mirror topic.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub statuses: Vec<String>,
    /// The condition in words; left out when it is done at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// How long that may take, in milliseconds.
    pub deadline_ms: u64,
}

/// What an operation brings along without being asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EffectEntry {
    /// What kind of effect it is, such as `will-mirror` or `acls-deleted`.
    pub kind: String,
    /// `plain`, `caution` or `danger`.
    pub weight: String,
    /// The effect in words, without names.
    pub text: String,
    /// What else to know, in words.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// What it is about, in full. Left out when it is about no names or these are not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub names: Option<Vec<String>>,
    /// How many names there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<usize>,
    /// Whether the names are known; `false` when they could not be read.
    pub known: bool,
    /// What failing over loses. The figures differ from run to run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lag: Option<LagFigures>,
}

/// Lag figures. They are outside every digest and differ from run to run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LagFigures {
    /// Messages not yet mirrored, over all partitions, as far as is known: a lower bound unless `figure`
    /// is `known`.
    pub messages: u64,
    /// How sure the figure is.
    pub figure: LossFigure,
    /// Partitions that lag.
    pub partitions: usize,
    /// Whether the figures stand still because the source cannot be reached.
    pub stale: bool,
    /// Since when they stand still (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stale_since: Option<String>,
    /// The same in words.
    pub text: String,
}

/// What an operation waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WaitEntry {
    /// The operation that must settle first.
    pub operation: u32,
    /// The stable name of the rule that says so.
    pub rule: String,
    /// Why.
    pub why: String,
}

/// Every operation of a plan.
pub(super) fn entries(plan: &Plan) -> Vec<OperationEntry> {
    let mut waves = vec![0; plan.operations.len()];
    for (index, wave) in plan.waves.iter().enumerate() {
        for id in wave {
            waves[id.index()] = index + 1;
        }
    }
    (0u32..)
        .map(OpId)
        .zip(&plan.operations)
        .map(|(id, operation)| entry(plan, id, operation, waves[id.index()]))
        .collect()
}

fn entry(plan: &Plan, id: OpId, operation: &Operation, wave: usize) -> OperationEntry {
    let Operation {
        address,
        cluster_id,
        link,
        kind,
        because,
        expects,
        settle,
        risks,
        effects,
        deadline,
        unchecked,
        place,
    } = operation;
    OperationEntry {
        id: number(id),
        wave,
        address: address.to_string(),
        cluster: address.cluster().to_string(),
        cluster_id: cluster_id.to_string(),
        link: operation.half().link.to_string(),
        mirror_topic: address.mirror().map(ToString::to_string),
        link_key: link.to_string(),
        action: Action::of(kind),
        because: Reason {
            code: words::because_code(because).to_owned(),
            text: words::because(because),
        },
        expects: expects.iter().map(words::expectation).collect(),
        settles: Settling {
            condition: condition(settle).to_owned(),
            statuses: match settle {
                Settle::MirrorIn(statuses) => statuses.iter().map(ToString::to_string).collect(),
                Settle::Turned(it) => it.statuses.iter().map(ToString::to_string).collect(),
                _ => Vec::new(),
            },
            text: words::settle(settle),
            deadline_ms: u64::try_from(deadline.as_millis()).unwrap_or(u64::MAX),
        },
        risks: risks.iter().collect(),
        effects: effects.iter().map(effect).collect(),
        lag: plan.lags.get(&id).map(LagEntry::of),
        unchecked: unchecked.clone(),
        waits_for: plan
            .waits_for(id)
            .map(|edge| WaitEntry {
                operation: number(edge.before),
                rule: edge.rule.name.to_owned(),
                why: edge.rule.why.to_owned(),
            })
            .collect(),
        place: place.as_ref().map(PlaceEntry::of),
        digests: None,
    }
}

fn condition(settle: &Settle) -> &'static str {
    match settle {
        Settle::AtOnce => "at-once",
        Settle::LinkReadable => "link-readable",
        Settle::LinkHealthy => "link-healthy",
        Settle::LinkGone => "link-gone",
        Settle::ConfigsTaken => "configs-taken",
        Settle::MirrorIn(_) => "mirror-in",
        Settle::Turned(_) => "turned",
        Settle::Elapsed(_) => "elapsed",
    }
}

/// How grave an effect is, for machines.
pub(crate) fn weight_code(weight: Weight) -> &'static str {
    match weight {
        Weight::Plain => "plain",
        Weight::Caution => "caution",
        Weight::Danger => "danger",
    }
}

fn effect(effect: &Effect) -> EffectEntry {
    let words = words::effect(effect);
    if let Effect::Loses {
        loss,
        as_of_ms,
        stale,
    } = effect
    {
        return EffectEntry {
            kind: words.code.to_owned(),
            weight: weight_code(words.weight).to_owned(),
            text: "messages that were not copied are lost".to_owned(),
            note: String::new(),
            names: None,
            count: None,
            known: !stale && loss.loss.is_known(),
            lag: Some(LagFigures {
                messages: loss.least,
                partitions: loss.lagging,
                figure: LossFigure::of(loss),
                stale: *stale,
                stale_since: as_of_ms.filter(|_| *stale).map(words::moment),
                text: format!("{}; {}", words.text, words.note),
            }),
        };
    }
    let listed = !matches!(
        effect,
        Effect::StopsFeature(_)
            | Effect::BecomesWritable
            | Effect::TurnsWritable(_)
            | Effect::TurnsReadOnly(_)
    );
    let known = is_known(effect);
    EffectEntry {
        kind: words.code.to_owned(),
        weight: weight_code(words.weight).to_owned(),
        text: words.text,
        note: words.note,
        count: (listed && known).then_some(words.names.len()),
        names: (listed && known).then_some(words.names),
        known,
        lag: None,
    }
}

fn is_known(effect: &Effect) -> bool {
    match effect {
        Effect::WillMirror(names) | Effect::NoLongerSelected(names) | Effect::Collides(names) => {
            matches!(names, Names::Known(_))
        }
        Effect::GroupsEnter(names)
        | Effect::GroupsLeave(names)
        | Effect::GroupsInUse(names)
        | Effect::HeldUpBy(names) => matches!(names, Names::Known(_)),
        Effect::OffsetsNotCompared(it) => matches!(it.groups, Names::Known(_)),
        Effect::AclsCopied(names) | Effect::AclsDeleted(names) => matches!(names, Names::Known(_)),
        Effect::ClearsFilters { .. }
        | Effect::StopsFeature(_)
        | Effect::OffsetsSetBack(_)
        | Effect::OffsetsSetForward(_)
        | Effect::ErasesHistory { .. }
        | Effect::BecomesWritable
        | Effect::TurnsWritable(_)
        | Effect::TurnsReadOnly(_)
        | Effect::CutsSourceOf(_)
        | Effect::CutByRestore { .. }
        | Effect::StaysSourceOf(_)
        | Effect::Loses { .. } => true,
        Effect::Cuts { cut, .. } => cut.records().is_some(),
    }
}
