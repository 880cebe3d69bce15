//! What the digests are made of: [`digests`].
//!
//! Operations are digested as JSON of the inside's own types, so that a digest means something only to
//! the version that made it: a plan that another version saved may be stale, and is planned again.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::ClearText;
use super::scope::{Scope, ScopeV1};
use crate::diff::{ConfigTarget, ConfigValue, Effect};
use crate::plan::{Operation, OperationKind, Plan};

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
        let effects: Vec<&Effect> = effects.iter().filter(|effect| is_steady(effect)).collect();
        Self {
            request: of(&(address.to_string(), cluster_id, link, kind)),
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

/// Lag and consumer groups come and go by themselves.
fn is_steady(effect: &Effect) -> bool {
    match effect {
        Effect::Loses { .. }
        | Effect::GroupsEnter(_)
        | Effect::GroupsLeave(_)
        | Effect::GroupsInUse(_)
        | Effect::OffsetsSetBack(_)
        | Effect::OffsetsSetForward(_)
        | Effect::OffsetsNotCompared(_)
        | Effect::HeldUpBy(_) => false,
        Effect::ClearsFilters { .. }
        | Effect::StopsFeature(_)
        | Effect::WillMirror(_)
        | Effect::NoLongerSelected(_)
        | Effect::Collides(_)
        | Effect::AclsCopied(_)
        | Effect::AclsDeleted(_)
        | Effect::ErasesHistory { .. }
        | Effect::BecomesWritable => true,
    }
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
