//! What clusters answered, as a file: [`SnapshotV1`]. It has no secrets, says when it was taken, and answers `plan`,
//! `drift` and `status` in place of the clusters.
//!
//! It is evidence, not state: no command writes to a cluster because of it, and no plan that is made from it can be
//! applied.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::address::{ClusterId, ClusterName};
use crate::api::Recording;
use crate::api::recording::Answer;
use crate::catalog;

/// The version of the file's format. It rises when a reader would have to change.
pub const FORMAT_VERSION: u32 = 1;

/// A snapshot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Linkwright snapshot")]
#[serde(deny_unknown_fields)]
pub struct SnapshotV1 {
    /// The version of this format: 1.
    pub format_version: u32,
    /// The version of Linkwright that took it.
    pub linkwright: String,
    /// When reading began (RFC 3339). Nothing in it is older.
    pub taken_at: String,
    /// What each cluster answered, by its name in the spec.
    pub clusters: BTreeMap<ClusterName, RecordedClusterV1>,
    /// What Confluent Cloud's own API answered; left out where the spec has no Cloud API key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confluent_cloud: Option<Recording>,
}

/// What one cluster answered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordedClusterV1 {
    /// The cluster's own id.
    pub id: ClusterId,
    /// What came of each call, by path and query below the cluster.
    pub answers: Recording,
}

/// Why a text is no snapshot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotASnapshot {
    /// It is another document.
    #[error("not a snapshot: {0}")]
    Malformed(String),
    /// A newer version wrote it.
    #[error(
        "written by Linkwright {linkwright}, in format {format}; this version reads format {FORMAT_VERSION}: upgrade, or take it again"
    )]
    Newer {
        /// The version that wrote it.
        linkwright: String,
        /// Its format.
        format: u32,
    },
}

impl SnapshotV1 {
    /// A snapshot of what was recorded, without the values of secret configs: servers do not send them, and one that
    /// does must not have them kept.
    #[must_use]
    pub fn new(
        taken_at: jiff::Timestamp,
        clusters: BTreeMap<ClusterName, RecordedClusterV1>,
        confluent_cloud: Option<Recording>,
    ) -> Self {
        let mut snapshot = Self {
            format_version: FORMAT_VERSION,
            linkwright: env!("CARGO_PKG_VERSION").to_owned(),
            taken_at: taken_at.to_string(),
            clusters,
            confluent_cloud,
        };
        for cluster in snapshot.clusters.values_mut() {
            let answers = cluster.answers.0.iter_mut();
            for (_, answer) in answers.filter(|(call, _)| is_configs(call)) {
                hide_secrets(answer);
            }
        }
        snapshot
    }

    /// Reads a file's text.
    ///
    /// # Errors
    /// When it is no snapshot, or one of a newer version.
    pub fn parse(text: &str) -> Result<Self, NotASnapshot> {
        #[derive(Deserialize)]
        struct Head {
            format_version: u32,
            linkwright: String,
            #[serde(rename = "taken_at")]
            _taken_at: jiff::Timestamp,
        }
        let malformed = |error: serde_json::Error| NotASnapshot::Malformed(error.to_string());
        let head: Head = serde_json::from_str(text).map_err(malformed)?;
        if head.format_version > FORMAT_VERSION {
            return Err(NotASnapshot::Newer {
                linkwright: head.linkwright,
                format: head.format_version,
            });
        }
        serde_json::from_str(text).map_err(malformed)
    }

    /// When it was taken.
    #[must_use]
    pub fn taken_at(&self) -> Option<jiff::Timestamp> {
        self.taken_at.parse().ok()
    }

    /// What the cluster of this id answered. Names may have changed in the spec since; ids do not.
    #[must_use]
    pub fn answers(&self, id: &ClusterId) -> Option<&Recording> {
        let mut clusters = self.clusters.values();
        let found = clusters.find(|cluster| cluster.id == *id)?;
        Some(&found.answers)
    }
}

/// Whether a call is for configs of a link.
fn is_configs(call: &str) -> bool {
    let mut parts = call.split(['/', '?']);
    parts.next() == Some("links") && parts.nth(1) == Some("configs")
}

fn hide_secrets(answer: &mut Answer) {
    let Answer::Read(read) = answer else {
        return;
    };
    let rows = match read {
        Value::Array(rows) => rows.as_mut_slice(),
        one => std::slice::from_mut(one),
    };
    for row in rows {
        let is_marked = ["is_sensitive", "sensitive"]
            .iter()
            .any(|mark| row.get(mark) == Some(&Value::Bool(true)));
        let name = row.get("name").and_then(Value::as_str).unwrap_or_default();
        let is_secret = is_marked
            || catalog::is_opaque(name)
            || catalog::lookup(name).is_some_and(|entry| entry.sensitive);
        if let Value::Object(fields) = row
            && is_secret
        {
            fields.remove("value");
        }
    }
}
