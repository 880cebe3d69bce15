//! The saved plan: the document of `plan -o json` with digests that tell whether it still holds.
//!
//! | digest | of |
//! |---|---|
//! | `digests` of an operation | what is sent where, what it was decided from, what it brings along, how much it can hurt ([`OperationDigests`]) |
//! | `digest` | the operations' digests, the edges between them, and what was asked for in addition to the spec |
//! | `saved.spec_digest` | the text of the spec's files |
//! | `saved.file_digest` | the text of the document itself |
//!
//! What changes by itself (lag, times, counts, consumer groups that come and go) and where the spec
//! says things are outside the digests of operations. A saved plan holds no secret: references are
//! named, and a plan with a plaintext secret in the spec is not saved.
//!
//! `apply --plan` plans again, from the spec or from the desired state in the file, and from live state as
//! it is now, and goes on only with what is left of the saved plan: see [`Saved::remainder`]. What it
//! carries out then is the fresh plan. The plan in the file is there to be shown ([`Saved::plan`]): its
//! digests are those of the file, so that what people read is what is approved.

mod approval;
mod digest;
mod end_state;
mod origin;
mod scope;

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::approval::{Approvable, ApprovalFileV1, ApprovalV1, NotApproved};
pub use self::digest::{Digests, OperationDigests, digests, spec_digest};
use self::end_state::{Approved, EndState, Found};
pub use self::origin::{ClusterV1, CommitV1, OriginV1, VERSION};
pub use self::scope::{Scope, ScopeV1};
use super::Plan;
use crate::address::Address;
use crate::desired::Desired;
use crate::live::Snapshot;

/// The version of the plan document, saved or not. It rises when a reader would have to change.
pub const FORMAT_VERSION: u32 = 1;

/// What a saved plan has in addition to the plan document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SavedV1 {
    /// SHA-256 of the spec's files, in hexadecimal like all digests.
    pub spec_digest: String,
    /// SHA-256 of this file's text, with this field left empty.
    pub file_digest: String,
    /// What was asked of the plan in addition to the spec. `apply` takes the targets and the rotations
    /// from here; the allowances are for display only and must be given again.
    pub scope: ScopeV1,
    /// Where it is from.
    pub origin: OriginV1,
    /// The desired state and the plan as JSON text, in a form that only the version of Linkwright that
    /// wrote it reads: what `show FILE` and `apply FILE` without paths are made from. It contains
    /// references to secrets and no secret.
    pub internal: String,
}

/// What [`SavedV1::internal`] contains.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Internal {
    desired: Desired,
    plan: Plan,
}

/// The same, to be written.
#[derive(Serialize)]
struct InternalOut<'a> {
    desired: &'a Desired,
    plan: &'a Plan,
}

/// The part of the document that is read back.
#[derive(Deserialize)]
struct Document {
    digest: String,
    saved: SavedV1,
    operations: Vec<OperationV1>,
}

#[derive(Deserialize)]
struct OperationV1 {
    address: String,
    action: ActionV1,
    settles: EndState,
    digests: OperationDigests,
}

#[derive(Deserialize)]
struct ActionV1 {
    kind: String,
    /// The other half, of what turns a topic.
    other: Option<String>,
}

/// A saved plan that was read and is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    digest: String,
    spec_digest: String,
    file_digest: String,
    scope: Scope,
    origin: OriginV1,
    operations: Vec<Approved>,
    /// None in a file of another version.
    internal: Option<Internal>,
}

/// What a plan is saved with.
#[derive(Clone, Debug, Default)]
pub struct Made {
    /// The digest of the spec's files.
    pub spec_digest: String,
    /// What was asked for in addition to the spec.
    pub scope: Scope,
    /// What the spec declares.
    pub desired: Desired,
    /// Where it is from.
    pub origin: OriginV1,
}

/// What is left of a saved plan: a fresh plan has nothing that the saved one has not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remainder {
    /// The operations of the saved plan whose end state is live, so that the fresh plan has none for
    /// them: their addresses and kinds, in the saved plan's order.
    pub unchanged: Vec<(Address, String)>,
}

/// There is a plaintext secret in the spec, so that the plan cannot be saved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{address}: `{config}` is a plaintext secret, which a saved plan must not contain; write it as \
         a reference such as ${{env:NAME}}"
)]
pub struct ClearText {
    /// The half.
    pub address: Address,
    /// The config.
    pub config: String,
}

/// Why a saved plan cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// It is not a saved plan.
    #[error("not a saved plan of `plan --out`: {0}")]
    Json(String),
    /// It is of another version.
    #[error(
        "its format_version is {0}, and this version of Linkwright supports {FORMAT_VERSION}: plan \
             again"
    )]
    Version(u64),
    /// Its content is not what it was saved with.
    #[error("its file_digest does not match its content: it was changed after it was saved")]
    Changed,
    /// It asks for something that cannot be asked for.
    #[error("it contradicts itself: {0}")]
    Contradiction(String),
    /// It is of another version of Linkwright, whose plans this one does not show.
    #[error("it is of Linkwright {0}, and this is {VERSION}: use the same version, or plan again")]
    OtherVersion(String),
}

/// The place of the file's own digest, while it is empty. In a JSON text the quotes of a name or
/// message are escaped, so that nothing else in it reads like this.
const EMPTY: &str = "\"file_digest\": \"\"";

/// Fills in the digest of a document's own text, which has an empty `file_digest`.
#[must_use]
pub fn sealed(text: &str) -> String {
    text.replacen(EMPTY, &filled(&digest_of(text)), 1)
}

/// The digest of a document's text, which has an empty `file_digest`.
#[must_use]
pub fn digest_of(text: &str) -> String {
    digest::sha256(text.as_bytes())
}

/// Whether a text is the one that this digest was filled into.
#[must_use]
pub fn is_sealed(text: &str, digest: &str) -> bool {
    let empty = text.replacen(&filled(digest), EMPTY, 1);
    digest_of(&empty) == digest
}

/// The fields that a saved plan has in addition to a plan's, with an empty `file_digest`.
///
/// # Errors
/// When there is a plaintext secret in the desired state.
pub fn saved(plan: &Plan, made: &Made) -> Result<SavedV1, ClearText> {
    if let Some(clear) = digest::plaintext(&made.desired) {
        return Err(clear);
    }
    let internal = InternalOut {
        desired: &made.desired,
        plan,
    };
    Ok(SavedV1 {
        spec_digest: made.spec_digest.clone(),
        file_digest: String::new(),
        scope: (&made.scope).into(),
        origin: made.origin.clone(),
        // Nothing in it has a map with keys that are not texts or numbers, which is all that can fail.
        internal: serde_json::to_string(&internal).unwrap_or_default(),
    })
}

fn filled(digest: &str) -> String {
    format!("\"file_digest\": \"{digest}\"")
}

impl Saved {
    /// Reads a saved plan and checks that it is whole.
    ///
    /// # Errors
    /// When it is no saved plan, of another version, or was changed after it was saved.
    pub fn read(text: &str) -> Result<Self, ReadError> {
        /// The version is checked first: other fields may be new.
        #[derive(Deserialize)]
        struct Version {
            format_version: u64,
        }
        let json = |error: serde_json::Error| ReadError::Json(error.to_string());
        let Version { format_version } = serde_json::from_str(text).map_err(json)?;
        if format_version != u64::from(FORMAT_VERSION) {
            return Err(ReadError::Version(format_version));
        }
        let document: Document = serde_json::from_str(text).map_err(json)?;
        let Document {
            digest,
            saved,
            operations,
        } = document;
        if !is_sealed(text, &saved.file_digest) {
            return Err(ReadError::Changed);
        }
        let operations = operations.into_iter().map(|op| {
            let address = Address::parse(&op.address)
                .filter(|address| address.half().is_some())
                .ok_or_else(|| format!("`{}` is not the address of an operation", op.address))?;
            let other = op.action.other.map(|other| match Address::parse(&other) {
                Some(Address::Half(half)) => Ok(half),
                _ => Err(format!("`{other}` is not the address of a link half")),
            });
            Ok(Approved {
                address,
                kind: op.action.kind,
                other: other.transpose()?,
                end: op.settles,
                digests: op.digests,
            })
        });
        let operations = operations
            .collect::<Result<_, String>>()
            .map_err(ReadError::Contradiction)?;
        let mut read = Self {
            digest,
            spec_digest: saved.spec_digest,
            file_digest: saved.file_digest,
            scope: saved.scope.to_scope().map_err(ReadError::Contradiction)?,
            origin: saved.origin,
            operations,
            internal: None,
        };
        if read.origin.linkwright == VERSION {
            let internal: Internal = serde_json::from_str(&saved.internal).map_err(json)?;
            read.check(&internal.plan)
                .map_err(ReadError::Contradiction)?;
            read.internal = Some(internal);
        }
        Ok(read)
    }

    /// Whether the plan in the file is the one that its digests are of.
    fn check(&self, plan: &Plan) -> Result<(), String> {
        plan.check()?;
        let digests = digests(plan, &self.scope).map_err(|clear| clear.to_string())?;
        let own = self.operations.iter().map(|op| &op.digests);
        match digests.plan == self.digest && own.eq(&digests.operations) {
            true => Ok(()),
            false => Err("its digests are of another plan".to_owned()),
        }
    }

    /// The digest that the plan is recognised by.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// How many operations it has.
    #[must_use]
    pub fn count(&self) -> usize {
        self.operations.len()
    }

    /// The digest of the file's text.
    #[must_use]
    pub fn file_digest(&self) -> &str {
        &self.file_digest
    }

    /// Where it is from.
    #[must_use]
    pub fn origin(&self) -> &OriginV1 {
        &self.origin
    }

    /// The plan itself.
    ///
    /// # Errors
    /// When it is of another version of Linkwright.
    pub fn plan(&self) -> Result<&Plan, ReadError> {
        self.internal().map(|internal| &internal.plan)
    }

    /// What the spec declared.
    ///
    /// # Errors
    /// When it is of another version of Linkwright.
    pub fn desired(&self) -> Result<&Desired, ReadError> {
        self.internal().map(|internal| &internal.desired)
    }

    fn internal(&self) -> Result<&Internal, ReadError> {
        let other = || ReadError::OtherVersion(self.origin.linkwright.clone());
        self.internal.as_ref().ok_or_else(other)
    }

    /// What it was saved with.
    ///
    /// # Errors
    /// When it is of another version of Linkwright.
    pub fn made(&self) -> Result<Made, ReadError> {
        Ok(Made {
            spec_digest: self.spec_digest.clone(),
            scope: self.scope.clone(),
            desired: self.desired()?.clone(),
            origin: self.origin.clone(),
        })
    }

    /// What differs between what it was made by and for, and what would apply it now: the version of
    /// Linkwright, and each cluster's id and endpoint.
    #[must_use]
    pub fn elsewhere(&self, clusters: &[ClusterV1]) -> Vec<Moved> {
        if self.origin.linkwright != VERSION {
            return vec![Moved::Version {
                was: self.origin.linkwright.clone(),
            }];
        }
        origin::compare(&self.origin.clusters, clusters)
    }

    /// The digest of the spec it was made from.
    #[must_use]
    pub fn spec_digest(&self) -> &str {
        &self.spec_digest
    }

    /// What was asked for in addition to the spec: plan again with the same.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// What is left of the saved plan to do. It is all of it, or what a run of it left over: the spec is
    /// the same, every operation of the fresh plan is one of the saved plan, and what each of the others
    /// was to bring about is live.
    ///
    /// # Errors
    /// What has moved.
    pub fn remainder(
        &self,
        fresh: &Plan,
        live: &Snapshot,
        spec: &str,
    ) -> Result<Remainder, Vec<Moved>> {
        let mut moved = Vec::new();
        if self.spec_digest != spec {
            moved.push(Moved::Spec);
        }
        let Digests {
            operations: digests,
            plan: digest,
        } = match digests(fresh, &self.scope) {
            Ok(digests) => digests,
            Err(ClearText { address, .. }) => {
                moved.push(Moved::Changed {
                    address: address.to_string(),
                    operation: "alter-link".to_owned(),
                    what: vec!["secrets"],
                });
                return Err(moved);
            }
        };
        let found = Found {
            live,
            findings: &fresh.findings,
        };
        let fresh = fresh.operations.iter().zip(&digests);
        let progress = end_state::compare(&self.operations, fresh, &found, &mut moved);
        if moved.is_empty() && progress.is_untouched && self.digest != digest {
            moved.push(Moved::Order);
        }
        if moved.is_empty() {
            Ok(Remainder {
                unchanged: progress.done,
            })
        } else {
            moved.sort();
            Err(moved)
        }
    }
}

/// Something that is not as it was when the plan was saved.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[must_use]
pub enum Moved {
    /// It was made by another version of Linkwright.
    Version {
        /// That version.
        was: String,
    },
    /// A cluster is another, or elsewhere.
    Cluster {
        /// Its name in the spec.
        cluster: String,
        /// `id` or `REST endpoint`.
        what: &'static str,
        /// What it was.
        was: String,
        /// What it is now.
        is: String,
    },
    /// The spec's files.
    Spec,
    /// An operation that was planned is no longer possible: it is not planned now, and what it was to
    /// bring about is not live.
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
        /// In what: `request`, `expectations`, `effects`, `risks`.
        what: Vec<&'static str>,
    },
    /// The same operations in another order: the plan is of another version of Linkwright.
    Order,
}

impl Moved {
    /// What it is about, if it is about one thing.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        match self {
            Self::Gone { address, .. }
            | Self::Appeared { address, .. }
            | Self::Changed { address, .. } => Some(address),
            Self::Cluster { cluster, .. } => Some(cluster),
            Self::Version { .. } | Self::Spec | Self::Order => None,
        }
    }
}

impl fmt::Display for Moved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version { was } => write!(
                f,
                "it was made by Linkwright {was}, and this is {VERSION}, which may plan otherwise"
            ),
            Self::Cluster {
                cluster,
                what,
                was,
                is,
            } => write!(
                f,
                "{cluster}: its {what} was {was} when the plan was made, and is {is} now"
            ),
            Self::Spec => f.write_str("the spec changed"),
            Self::Gone { address, operation } => {
                write!(
                    f,
                    "{address}: {operation} is no longer planned, and what it was to do is not done"
                )
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
            Self::Order => f.write_str("the operations are in another order"),
        }
    }
}

#[cfg(test)]
mod tests;
