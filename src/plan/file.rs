//! The saved plan: what was reviewed, as JSON, with digests that tell whether it still holds.
//!
//! | digest | of |
//! |---|---|
//! | `spec` | the text of the spec's files |
//! | `live` | the facts that the operations were decided from, as they expect to find them |
//! | `plan` | the operations, their order, and what was asked for beside the spec |
//!
//! What changes by itself (lag, times, counts, consumer groups that come and go) and where the spec
//! says things are outside the digests. A saved plan holds no secret: references are saved, a value
//! that somebody wrote in clear is refused, and the defaults of references are left out.
//!
//! `apply --plan` plans anew from the same spec and the world as it is now, and goes on only if
//! [`Saved::still_holds`]. What it carries out then is the fresh plan: it equals the saved one, and
//! knows what a file must not.

mod condition;
mod digest;
mod effect;
mod fact;
mod kind_words;
mod operation;
mod scope;

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::digest::spec_digest;
use self::digest::{sha256, steady};
pub use self::operation::OperationV1;
pub use self::scope::{Scope, ScopeV1};
use super::{Edge, OpId, Operation, Plan, RULES};
use crate::address::Address;

/// The version of the saved plan's format.
pub const FORMAT_VERSION: u32 = 1;

/// A saved plan as it stands in the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SavedPlanV1 {
    /// Version of this format: 1.
    pub format_version: u32,
    /// What it was made from, and what it is.
    pub digests: DigestsV1,
    /// What was asked for beside the spec; whoever applies the plan asks for the same.
    pub scope: ScopeV1,
    /// The operations, in an order that respects every edge.
    pub operations: Vec<OperationV1>,
    /// Which operation waits for which.
    pub edges: Vec<EdgeV1>,
    /// The operations' numbers in waves.
    pub waves: Vec<Vec<u32>>,
}

/// SHA-256 digests in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DigestsV1 {
    /// Of the spec's files.
    pub spec: String,
    /// Of the live facts that decisions were taken from.
    pub live: String,
    /// Of the operations, their order and the scope.
    pub plan: String,
}

/// "`after` starts once `before` has settled."
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EdgeV1 {
    /// The number of the operation that must settle first.
    pub before: u32,
    /// The number of the operation that waits.
    pub after: u32,
    /// The name of the rule that says so.
    pub rule: String,
}

/// A saved plan that was read and is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    file: SavedPlanV1,
}

/// Why a plan cannot be saved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SaveError {
    /// A secret stands in the spec in clear.
    #[error(
        "{address}: `{config}` has a secret written in clear, and a saved plan must not hold it; \
         write it as a reference such as ${{env:NAME}}"
    )]
    ClearText {
        /// The half.
        address: Address,
        /// The config.
        config: String,
    },
    /// It could not be written as JSON.
    #[error("cannot write the plan as JSON: {0}")]
    Json(String),
}

/// Why a saved plan cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// It is not a saved plan.
    #[error("it is not a saved plan: {0}")]
    Json(String),
    /// It is of another version.
    #[error(
        "its format_version is {0}, and this version of Linkwright knows {FORMAT_VERSION}: plan again"
    )]
    Version(u64),
    /// Its content is not what it was saved with.
    #[error("its {0} digest does not fit its content: it was changed after it was saved")]
    Changed(&'static str),
    /// It says something that no plan says.
    #[error("it contradicts itself: {0}")]
    Contradiction(String),
}

/// Writes a plan as JSON. `spec` is the digest of the spec's files, from [`spec_digest`]; `scope` is
/// what was asked for beside it.
///
/// The same plan gives the same text.
///
/// # Errors
/// When a secret would have to be written in clear.
pub fn save(plan: &Plan, spec: &str, scope: &Scope) -> Result<String, SaveError> {
    let file = saved(plan, spec, scope.into())?;
    let mut text =
        serde_json::to_string_pretty(&file).map_err(|error| SaveError::Json(error.to_string()))?;
    text.push('\n');
    Ok(text)
}

fn saved(plan: &Plan, spec: &str, scope: ScopeV1) -> Result<SavedPlanV1, SaveError> {
    let Plan {
        operations,
        edges,
        waves,
        // What is found and refused is found and refused again when the plan is used.
        findings: _,
        refusals: _,
        compared: _,
        left_out: _,
        // What only pictures need.
        links: _,
        rehearsal: _,
    } = plan;
    let operations = operations
        .iter()
        .map(OperationV1::from_plan)
        .collect::<Result<Vec<_>, _>>()?;
    let edges = edges
        .iter()
        .map(|edge| EdgeV1 {
            before: edge.before.0 + 1,
            after: edge.after.0 + 1,
            rule: edge.rule.name.to_owned(),
        })
        .collect::<Vec<_>>();
    let waves = waves
        .iter()
        .map(|wave| wave.iter().map(|id| id.0 + 1).collect())
        .collect();
    Ok(SavedPlanV1 {
        format_version: FORMAT_VERSION,
        digests: DigestsV1 {
            spec: spec.to_owned(),
            live: live_digest(&operations),
            plan: plan_digest(&operations, &edges, &scope),
        },
        scope,
        operations,
        edges,
        waves,
    })
}

/// The digest of a plan, for showing which one was applied.
///
/// # Errors
/// As [`save`].
pub fn digest(plan: &Plan, scope: &Scope) -> Result<String, SaveError> {
    saved(plan, "", scope.into()).map(|file| file.digests.plan)
}

/// The facts that operations were decided from: what they expect to find, and the status they came
/// from.
fn live_digest(operations: &[OperationV1]) -> String {
    let facts: Vec<_> = operations
        .iter()
        .map(|op| (&op.address, &op.expects, op.because.live()))
        .collect();
    sha256(&facts)
}

fn plan_digest(operations: &[OperationV1], edges: &[EdgeV1], scope: &ScopeV1) -> String {
    let steady: Vec<OperationV1> = operations.iter().map(steady).collect();
    sha256(&(steady, edges, scope))
}

impl Saved {
    /// Reads a saved plan and checks that it is whole.
    ///
    /// # Errors
    /// When it is no saved plan, of another version, or was changed after it was saved.
    pub fn read(text: &str) -> Result<Self, ReadError> {
        /// The version is looked at first: other fields may be new.
        #[derive(Deserialize)]
        struct Version {
            format_version: u64,
        }
        let json = |error: serde_json::Error| ReadError::Json(error.to_string());
        let Version { format_version } = serde_json::from_str(text).map_err(json)?;
        if format_version != u64::from(FORMAT_VERSION) {
            return Err(ReadError::Version(format_version));
        }
        let file: SavedPlanV1 = serde_json::from_str(text).map_err(json)?;
        if file.digests.live != live_digest(&file.operations) {
            return Err(ReadError::Changed("live"));
        }
        if file.digests.plan != plan_digest(&file.operations, &file.edges, &file.scope) {
            return Err(ReadError::Changed("plan"));
        }
        let saved = Self { file };
        saved.plan()?;
        saved.scope()?;
        Ok(saved)
    }

    /// The file as it stands.
    #[must_use]
    pub fn file(&self) -> &SavedPlanV1 {
        &self.file
    }

    /// The digest of the spec it was made from.
    #[must_use]
    pub fn spec_digest(&self) -> &str {
        &self.file.digests.spec
    }

    /// What was asked for beside the spec: plan anew with the same.
    ///
    /// # Errors
    /// When the file asks for something that cannot be asked for.
    pub fn scope(&self) -> Result<Scope, ReadError> {
        self.file.scope.to_scope().map_err(ReadError::Contradiction)
    }

    /// The plan, for showing it. It has no findings, and references lack their defaults.
    ///
    /// # Errors
    /// When the file says something that no plan says.
    pub fn plan(&self) -> Result<Plan, ReadError> {
        let count = self.file.operations.len();
        let id = |number: u32| match number.checked_sub(1) {
            Some(index) if (index as usize) < count => Ok(OpId(index)),
            _ => Err(ReadError::Contradiction(format!(
                "there is no operation #{number}"
            ))),
        };
        let operations = self
            .file
            .operations
            .iter()
            .map(|op| op.to_plan().map_err(ReadError::Contradiction))
            .collect::<Result<Vec<Operation>, _>>()?;
        let edges = self
            .file
            .edges
            .iter()
            .map(|edge| {
                let rule = RULES.iter().find(|rule| rule.name == edge.rule);
                Ok(Edge {
                    before: id(edge.before)?,
                    after: id(edge.after)?,
                    rule: rule.ok_or_else(|| {
                        ReadError::Contradiction(format!("there is no rule `{}`", edge.rule))
                    })?,
                })
            })
            .collect::<Result<Vec<_>, _>>()?;
        let waves = self
            .file
            .waves
            .iter()
            .map(|wave| wave.iter().map(|number| id(*number)).collect())
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Plan {
            operations,
            edges,
            waves,
            ..Plan::default()
        })
    }

    /// Whether the plan still holds: the spec is the same, and planning anew gives the same
    /// operations in the same order.
    ///
    /// # Errors
    /// What has moved.
    pub fn still_holds(&self, fresh: &Plan, spec: &str) -> Result<(), Vec<Moved>> {
        let mut moved = Vec::new();
        if self.file.digests.spec != spec {
            moved.push(Moved::Spec);
        }
        let fresh = match saved(fresh, spec, self.file.scope.clone()) {
            Ok(fresh) => fresh,
            Err(SaveError::ClearText { address, .. }) => {
                moved.push(Moved::Changed {
                    address: address.to_string(),
                    operation: "alter-link".to_owned(),
                    what: vec!["secrets"],
                });
                return Err(moved);
            }
            Err(SaveError::Json(_)) => {
                moved.push(Moved::Order);
                return Err(moved);
            }
        };
        moved.extend(compare(&self.file.operations, &fresh.operations));
        if moved.is_empty() && self.file.digests.plan != fresh.digests.plan {
            moved.push(Moved::Order);
        }
        if moved.is_empty() { Ok(()) } else { Err(moved) }
    }
}

/// Something that is not as it was when the plan was saved.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[must_use]
pub enum Moved {
    /// The spec's files.
    Spec,
    /// An operation that was planned is no longer needed, or no longer possible.
    Gone {
        /// What it is about.
        address: String,
        /// Its kind.
        operation: String,
    },
    /// An operation is needed that was not planned.
    Appeared {
        /// What it is about.
        address: String,
        /// Its kind.
        operation: String,
    },
    /// An operation is another than was planned.
    Changed {
        /// What it is about.
        address: String,
        /// Its kind.
        operation: String,
        /// In what: `request`, `expects`, `risks`, …
        what: Vec<&'static str>,
    },
    /// The same operations in another order: the plan is of another version of Linkwright.
    Order,
}

impl fmt::Display for Moved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Spec => f.write_str("the spec changed"),
            Self::Gone { address, operation } => {
                write!(f, "{address}: {operation} is not planned any more")
            }
            Self::Appeared { address, operation } => {
                write!(f, "{address}: {operation} was not planned")
            }
            Self::Changed {
                address,
                operation,
                what,
            } => write!(
                f,
                "{address}: {operation} differs in its {}",
                what.join(", ")
            ),
            Self::Order => f.write_str("the operations stand in another order"),
        }
    }
}

/// Operations by what they are about, kind, and their number among those.
fn keyed(operations: &[OperationV1]) -> BTreeMap<(String, &'static str, usize), OperationV1> {
    let mut keyed = BTreeMap::new();
    for op in operations {
        let (address, word) = (op.address.to_string(), op.kind.word());
        let mut number = 0;
        while keyed.contains_key(&(address.clone(), word, number)) {
            number += 1;
        }
        keyed.insert((address, word, number), steady(op));
    }
    keyed
}

fn compare(planned: &[OperationV1], fresh: &[OperationV1]) -> Vec<Moved> {
    let (planned, mut fresh) = (keyed(planned), keyed(fresh));
    let mut moved = Vec::new();
    for (key, planned) in planned {
        let (address, operation) = (key.0.clone(), key.1.to_owned());
        let Some(fresh) = fresh.remove(&key) else {
            moved.push(Moved::Gone { address, operation });
            continue;
        };
        let what = differences(&planned, &fresh);
        if !what.is_empty() {
            moved.push(Moved::Changed {
                address,
                operation,
                what,
            });
        }
    }
    for ((address, operation, _), _) in fresh {
        let operation = operation.to_owned();
        moved.push(Moved::Appeared { address, operation });
    }
    moved
}

fn differences(planned: &OperationV1, fresh: &OperationV1) -> Vec<&'static str> {
    let OperationV1 {
        address: _,
        cluster_id,
        link,
        kind,
        because,
        expects,
        settle,
        risks,
        effects,
        deadline_ms,
        unchecked: _,
        place: _,
    } = planned;
    [
        ("cluster id", *cluster_id != fresh.cluster_id),
        ("link", *link != fresh.link),
        ("request", *kind != fresh.kind),
        ("reason", *because != fresh.because),
        ("expectations", *expects != fresh.expects),
        ("settle condition", *settle != fresh.settle),
        ("risks", *risks != fresh.risks),
        ("effects", *effects != fresh.effects),
        ("deadline", *deadline_ms != fresh.deadline_ms),
    ]
    .into_iter()
    .filter(|(_, differs)| *differs)
    .map(|(what, _)| what)
    .collect()
}

#[cfg(test)]
mod tests;
