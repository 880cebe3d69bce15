//! That someone approved a saved plan: [`ApprovalV1`], with its signature in an [`ApprovalFileV1`] next to the plan.
//!
//! What is signed names the plan by the digest of its file, which is over everything in it, and says once
//! more what whoever approves has read: commit, clusters, allowances. The signature itself is made and
//! checked by the caller, who has the key.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CommitV1, OriginV1, Saved, VERSION};
use crate::plan::{Allow, Allowances};

/// The version of an approval.
const FORMAT_VERSION: u32 = 1;

/// What is signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalV1 {
    /// Version of this format: 1.
    pub format_version: u32,
    /// The plan's `digest`.
    pub plan_digest: String,
    /// The digest of the plan's file, which is over all of it.
    pub file_digest: String,
    /// The digest of the spec's files.
    pub spec_digest: String,
    /// The version of Linkwright that made the plan.
    pub linkwright: String,
    /// The paths of the spec.
    pub paths: Vec<String>,
    /// The commit of the spec.
    pub commit: CommitV1,
    /// The clusters, their ids and endpoints.
    pub clusters: Vec<super::ClusterV1>,
    /// What is allowed, in the words of `--allow`.
    pub allowances: Vec<String>,
    /// When it was approved (RFC 3339).
    pub approved_at: String,
    /// When the approval ends (RFC 3339).
    pub not_after: String,
}

/// The file next to the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Linkwright approval")]
pub struct ApprovalFileV1 {
    /// What was approved.
    pub approval: ApprovalV1,
    /// SHA-256 of the public key in DER, in hexadecimal.
    pub key_id: String,
    /// The Ed25519 signature of the text `linkwright approval`, a line break and `approval` as compact JSON
    /// in the order of its fields; in Base64.
    pub signature: String,
}

/// Why a plan is not taken for approved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotApproved {
    /// The approval cannot be read.
    #[error("it is not an approval of `linkwright approve`: {0}")]
    Json(String),
    /// It is of a version that this one does not read.
    #[error("its format_version is {0}, and this version of Linkwright supports {FORMAT_VERSION}")]
    Version(u32),
    /// It is signed with another key.
    #[error("it is signed with the key {is}, and --verify has the key {wanted}")]
    OtherKey {
        /// The key that it names.
        is: String,
        /// The key that was expected.
        wanted: String,
    },
    /// The signature is not of what it says.
    #[error(
        "its signature is not valid: it was changed after it was signed, or signed with another key"
    )]
    Signature,
    /// It is of another plan, or the plan was changed.
    #[error("it approves another plan: its {0} differs")]
    OtherPlan(&'static str),
    /// It has ended.
    #[error("it ended at {0}: approve the plan again")]
    Ended(String),
    /// It says something that it cannot say.
    #[error("it contradicts itself: {0}")]
    Contradiction(String),
}

/// What an approval names a saved plan, or a saved drill of one, by.
#[derive(Clone, Copy, Debug)]
pub struct Approvable<'a> {
    /// The plan's digest.
    pub digest: &'a str,
    /// The digest of the file's text.
    pub file_digest: &'a str,
    /// The digest of the spec's files.
    pub spec_digest: &'a str,
    /// Where it is from.
    pub origin: &'a OriginV1,
}

impl<'a> From<&'a Saved> for Approvable<'a> {
    fn from(saved: &'a Saved) -> Self {
        Self {
            digest: saved.digest(),
            file_digest: saved.file_digest(),
            spec_digest: saved.spec_digest(),
            origin: saved.origin(),
        }
    }
}

impl ApprovalV1 {
    /// The approval of a plan, or of a drill of one, from now on until then.
    #[must_use]
    pub fn of<'a>(what: impl Into<Approvable<'a>>, now: Timestamp, not_after: Timestamp) -> Self {
        let Approvable {
            digest,
            file_digest,
            spec_digest,
            origin,
        } = what.into();
        Self {
            format_version: FORMAT_VERSION,
            plan_digest: digest.to_owned(),
            file_digest: file_digest.to_owned(),
            spec_digest: spec_digest.to_owned(),
            linkwright: VERSION.to_owned(),
            paths: origin.paths.clone(),
            commit: origin.commit.clone(),
            clusters: origin.clusters.clone(),
            allowances: origin.needs.clone(),
            approved_at: now.to_string(),
            not_after: not_after.to_string(),
        }
    }

    /// What is signed.
    #[must_use]
    pub fn message(&self) -> Vec<u8> {
        // Texts, numbers and lists: there is nothing in it that JSON could not hold.
        let text = serde_json::to_string(self).unwrap_or_default();
        format!("linkwright approval\n{text}").into_bytes()
    }

    /// Whether it approves this plan now, and what it allows.
    ///
    /// # Errors
    /// When it does not.
    fn check(&self, what: Approvable<'_>, now: Timestamp) -> Result<Allowances, NotApproved> {
        if self.format_version != FORMAT_VERSION {
            return Err(NotApproved::Version(self.format_version));
        }
        let origin = what.origin;
        let same = [
            ("plan digest", self.plan_digest == what.digest),
            ("file digest", self.file_digest == what.file_digest),
            ("spec digest", self.spec_digest == what.spec_digest),
            (
                "version of Linkwright",
                self.linkwright == origin.linkwright,
            ),
            ("list of paths", self.paths == origin.paths),
            ("commit", self.commit == origin.commit),
            ("list of clusters", self.clusters == origin.clusters),
            ("list of allowances", self.allowances == origin.needs),
        ];
        if let Some((what, _)) = same.iter().find(|(_, same)| !same) {
            return Err(NotApproved::OtherPlan(what));
        }
        let time = |text: &str| {
            text.parse::<Timestamp>()
                .map_err(|_| NotApproved::Contradiction(format!("`{text}` is not a time")))
        };
        let (from, until) = (time(&self.approved_at)?, time(&self.not_after)?);
        if until < from {
            let words = "it ends before it was made".to_owned();
            return Err(NotApproved::Contradiction(words));
        }
        if now > until {
            return Err(NotApproved::Ended(self.not_after.clone()));
        }
        let unknown =
            |word: &str| NotApproved::Contradiction(format!("unknown allowance `{word}`"));
        let allowances = self.allowances.iter();
        allowances
            .map(|word| Allow::from_word(word).ok_or_else(|| unknown(word)))
            .collect()
    }
}

impl ApprovalFileV1 {
    /// Whether this plan, or drill of one, is approved now with the key of this id, and what is allowed. `verifies` says whether
    /// a signature of a message is of that key.
    ///
    /// # Errors
    /// When it is not.
    pub fn verify<'a>(
        &self,
        what: impl Into<Approvable<'a>>,
        now: Timestamp,
        key_id: &str,
        verifies: impl Fn(&[u8], &[u8]) -> bool,
    ) -> Result<Allowances, NotApproved> {
        if self.key_id != key_id {
            return Err(NotApproved::OtherKey {
                is: self.key_id.clone(),
                wanted: key_id.to_owned(),
            });
        }
        let signature = STANDARD.decode(&self.signature).unwrap_or_default();
        match verifies(&self.approval.message(), &signature) {
            true => self.approval.check(what.into(), now),
            false => Err(NotApproved::Signature),
        }
    }

    /// An approval with its signature.
    #[must_use]
    pub fn new(approval: ApprovalV1, key_id: String, signature: &[u8]) -> Self {
        Self {
            approval,
            key_id,
            signature: STANDARD.encode(signature),
        }
    }

    /// Reads an approval. Its signature has not been checked then.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(text: &str) -> Result<Self, NotApproved> {
        serde_json::from_str(text).map_err(|error| NotApproved::Json(error.to_string()))
    }
}
