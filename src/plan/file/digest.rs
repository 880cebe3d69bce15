//! What the digests are made of: [`digests`].
//!
//! Operations are digested as JSON of the inside's own types, so that a digest means something only to
//! the version that made it: a plan that another version saved may be stale, and is planned again.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::ClearText;
use super::scope::{Scope, ScopeV1};
use crate::address::Address;
use crate::desired::{Desired, DesiredValue};
use crate::diff::{ConfigTarget, ConfigValue, Effect, Names};
use crate::plan::{ArchiveContent, Operation, OperationKind, Plan};

/// The digest of a spec: of its files' names and texts, in the order given.
#[must_use]
pub fn spec_digest<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let files: Vec<(&str, &str)> = files.into_iter().collect();
    of(&files)
}

/// SHA-256 digests of an operation, by what they are of. Two operations with the same digests do the
/// same, for the same reasons and with the same consequences.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OperationDigests {
    /// Of its address, the called cluster's id, the link, its kind and all values.
    pub request: String,
    /// Of the facts it was decided from, what it expects to find, and when it has settled.
    pub expectations: String,
    /// Of what it brings along, without what changes by itself.
    pub effects: String,
    /// Of the risks that must be allowed.
    pub risks: String,
}

impl OperationDigests {
    fn of(op: &Operation) -> Self {
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
            unchecked: _,
            place: _,
        } = op;
        let effects: Vec<Effect> = effects.iter().filter_map(steady).collect();
        let address = address.to_string();
        Self {
            request: match kind {
                OperationKind::AlterLink { purpose, changes } => {
                    let changes: Vec<_> = changes
                        .iter()
                        .map(|change| (&change.name, &change.before, &change.target))
                        .collect();
                    of(&(address, cluster_id, link, kind.word(), purpose, changes))
                }
                OperationKind::FailoverMirror { gate } => {
                    // The figures that it was planned with change by themselves.
                    let gate = (gate.max_lag, gate.overtakes);
                    of(&(address, cluster_id, link, kind.word(), gate))
                }
                OperationKind::ReverseMirror {
                    other,
                    paused,
                    gate,
                    together,
                    call: _,
                } => {
                    let kind = (kind.word(), other, paused, gate, together);
                    of(&(address, cluster_id, link, kind))
                }
                OperationKind::RestoreMirror { other, .. } => {
                    // What is cut is previewed again before anything is sent.
                    of(&(address, cluster_id, link, kind.word(), other))
                }
                OperationKind::PromoteMirror { gate, together, .. } => {
                    // Consumer groups come and go by themselves.
                    let kind = OperationKind::PromoteMirror {
                        gate: *gate,
                        together: together.clone(),
                        idle: None,
                    };
                    of(&(address, cluster_id, link, kind))
                }
                OperationKind::ArchiveHistory { content } => {
                    of(&(address, cluster_id, link, kind.word(), identity(content)))
                }
                _ => of(&(address, cluster_id, link, kind)),
            },
            expectations: of(&(because, expects, settle, deadline)),
            effects: of(&effects),
            risks: of(risks),
        }
    }

    /// The names of the digests that differ.
    pub(super) fn differences(&self, other: &Self) -> Vec<&'static str> {
        let differ = [
            ("request", self.request != other.request),
            ("expectations", self.expectations != other.expectations),
            ("effects", self.effects != other.effects),
            ("risks", self.risks != other.risks),
        ];
        differ
            .iter()
            .filter(|(_, differ)| *differ)
            .map(|(name, _)| *name)
            .collect()
    }
}

/// What of an archive changes neither by itself nor by the operations before it.
fn identity(content: &ArchiveContent) -> impl Serialize {
    let ArchiveContent {
        link,
        configs: _,
        mirrors,
        reason,
    } = content;
    let topics: Vec<_> = mirrors
        .iter()
        .map(|mirror| (&mirror.topic, &mirror.source_topic))
        .collect();
    (&link.name, &link.link_id, topics, reason)
}

/// An effect without what changes by itself; none where that is all of it: lag and consumer groups come
/// and go by themselves, and the words of a failure to read are never the same.
fn steady(effect: &Effect) -> Option<Effect> {
    fn named<T: Clone>(names: &Names<T>) -> Names<T> {
        match names {
            Names::Known(names) => Names::Known(names.clone()),
            Names::Unknown(_) => Names::Unknown(None),
        }
    }
    Some(match effect {
        Effect::Loses { .. }
        | Effect::Cuts { .. }
        | Effect::GroupsEnter(_)
        | Effect::GroupsLeave(_)
        | Effect::GroupsInUse(_)
        | Effect::OffsetsSetBack(_)
        | Effect::OffsetsSetForward(_)
        | Effect::OffsetsNotCompared(_)
        | Effect::HeldUpBy(_) => return None,
        Effect::WillMirror(names) => Effect::WillMirror(named(names)),
        Effect::NoLongerSelected(names) => Effect::NoLongerSelected(named(names)),
        Effect::Collides(names) => Effect::Collides(named(names)),
        Effect::AclsCopied(names) => Effect::AclsCopied(named(names)),
        Effect::AclsDeleted(names) => Effect::AclsDeleted(named(names)),
        Effect::ClearsFilters { .. }
        | Effect::StopsFeature(_)
        | Effect::ErasesHistory { .. }
        | Effect::BecomesWritable
        | Effect::TurnsWritable(_)
        | Effect::TurnsReadOnly(_)
        | Effect::CutByRestore { .. }
        | Effect::CutsSourceOf(_)
        | Effect::StaysSourceOf(_) => effect.clone(),
    })
}

/// The digests of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digests {
    /// Of each operation, in order.
    pub operations: Vec<OperationDigests>,
    /// Of these, the edges and the scope.
    pub plan: String,
}

/// The digests of a plan that was made with this scope.
///
/// # Errors
/// When there is a plaintext secret in the spec: a digest of it could be guessed at.
pub fn digests(plan: &Plan, scope: &Scope) -> Result<Digests, ClearText> {
    for op in &plan.operations {
        if let Some(config) = in_clear(&op.kind) {
            return Err(ClearText {
                address: op.address.clone(),
                config: config.to_owned(),
            });
        }
    }
    let operations: Vec<_> = plan.operations.iter().map(OperationDigests::of).collect();
    let edges: Vec<_> = plan
        .edges
        .iter()
        .map(|edge| (edge.before.0, edge.after.0, edge.rule.name))
        .collect();
    let plan = of(&(&operations, edges, ScopeV1::from(scope)));
    Ok(Digests { operations, plan })
}

/// A config whose secret is written in clear.
fn in_clear(kind: &OperationKind) -> Option<&str> {
    let holds = |value: &ConfigValue| match value {
        ConfigValue::Text(_) => false,
        ConfigValue::Secret(template) => template.holds_clear_text(),
    };
    match kind {
        OperationKind::CreateLink { configs, .. } => {
            let found = configs.iter().find(|(_, value)| holds(value))?;
            Some(&found.0)
        }
        OperationKind::AlterLink { changes, .. } => {
            let found = changes.iter().find(|change| match &change.target {
                ConfigTarget::Set(value) => holds(value),
                ConfigTarget::Reset => false,
            })?;
            Some(&found.name)
        }
        _ => None,
    }
}

/// A plaintext secret of the desired state, which must not be saved.
pub(super) fn plaintext(desired: &Desired) -> Option<ClearText> {
    let of_configs = desired.halves().find_map(|(_, half)| {
        let mut configs = half.configs.iter();
        let (config, _) = configs.find(|(_, wanted)| match &wanted.value {
            DesiredValue::Secret(template) => template.holds_clear_text(),
            DesiredValue::Value(_) | DesiredValue::Default => false,
        })?;
        Some(ClearText {
            address: Address::Half(half.address.clone()),
            config: config.clone(),
        })
    });
    let of_auth = || {
        desired.clusters.values().find_map(|cluster| {
            let mut templates = cluster.rest.iter().flat_map(|rest| rest.auth.templates());
            templates
                .any(|template| template.holds_clear_text())
                .then(|| ClearText {
                    address: Address::Cluster(cluster.name.clone()),
                    config: "rest_auth".to_owned(),
                })
        })
    };
    of_configs.or_else(of_auth)
}

/// The digest of a value as compact JSON. Lengths are implied by the quotes.
fn of(value: &impl Serialize) -> String {
    // Nothing here has maps with other keys than texts, which is all that can fail.
    sha256(&serde_json::to_vec(value).unwrap_or_default())
}

/// SHA-256 in hexadecimal.
pub(super) fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
