//! What clusters answered, as a file: [`SnapshotV1`]. It has no secrets, says when it was taken, and answers `plan`,
//! `drift` and `status` in place of the clusters.
//!
//! It is evidence, not state: no command writes to a cluster because of it, and no plan that is made from it can be
//! applied.

mod hide;
mod names;
mod said;
mod switchover;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::address::{ClusterId, ClusterName};
use crate::api::Recording;
use crate::api::recording::Answer;
use crate::catalog;
use crate::diagnostic::Code;
use crate::live::LagsV1;

pub use hide::CannotHide;
pub use names::{Key, SaidNamesV1};
pub use said::{Said, SaidV1};

/// A file that is no snapshot, or none that can be used.
pub const UNUSABLE: Code = Code("LW526");

/// Names that cannot be hidden.
pub const CANNOT_HIDE: Code = Code("LW581");

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
    /// When reading began (RFC 3339). Nothing in it is older but `earlier`, the first of two reads.
    pub taken_at: String,
    /// Whether the clusters were simulated, and the time is theirs; left out where they were not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub simulated: bool,
    /// The names that its spec said, where all others are hidden (`--hash-names`); left out where none is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<SaidV1>,
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
    /// What the spec says of it.
    #[serde(default)]
    pub declared: DeclaredClusterV1,
    /// What came of each call, by path and query below the cluster.
    pub answers: Recording,
    /// How far its mirror topics were behind in a read a while before (`--sample`); left out where there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier: Option<LagsV1>,
}

/// What a spec says of a cluster that the cluster itself does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DeclaredClusterV1 {
    /// `confluent-cloud`, `confluent-platform` or `apache-kafka`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Its Confluent Cloud organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// Where Kafka clients connect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bootstrap_servers: Option<String>,
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
    /// No version writes this format.
    #[error("in format {0}, which no version of Linkwright writes: take it again")]
    NoFormat(u32),
    /// It says that it is of a time that has not come.
    #[error("taken at {taken_at}, and it is {now}: how old it is is not known")]
    Future {
        /// When it says that it was taken.
        taken_at: jiff::Timestamp,
        /// The time.
        now: jiff::Timestamp,
    },
}

/// The clocks of two machines may differ by this much.
const APART: jiff::SignedDuration = jiff::SignedDuration::from_mins(5);

impl SnapshotV1 {
    /// A snapshot of what was recorded, without the values of configs that are secrets or may be, and without the words
    /// of errors that may quote one.
    #[must_use]
    pub fn new(
        taken_at: jiff::Timestamp,
        simulated: bool,
        clusters: BTreeMap<ClusterName, RecordedClusterV1>,
        confluent_cloud: Option<Recording>,
    ) -> Self {
        let mut snapshot = Self {
            format_version: FORMAT_VERSION,
            linkwright: env!("CARGO_PKG_VERSION").to_owned(),
            taken_at: taken_at.to_string(),
            simulated,
            hidden: None,
            clusters,
            confluent_cloud,
        };
        for cluster in snapshot.clusters.values_mut() {
            let declared = &mut cluster.declared.bootstrap_servers;
            declared.take_if(|it| !catalog::may_be_kept(catalog::names::BOOTSTRAP_SERVERS, it));
            for (call, answer) in &mut cluster.answers.0 {
                match answer {
                    answer if is_configs(call) => hide_secrets(answer),
                    Answer::Read(read) => hide_quotes(read),
                    Answer::Failed(_) => {}
                }
            }
        }
        snapshot
    }

    /// Reads a file's text.
    ///
    /// # Errors
    /// When it is no snapshot, one of a newer version, or one of a time that has not come `now`.
    pub fn parse(text: &str, now: jiff::Timestamp) -> Result<Self, NotASnapshot> {
        #[derive(Deserialize)]
        struct Head {
            format_version: u32,
            linkwright: String,
            taken_at: jiff::Timestamp,
            #[serde(default)]
            simulated: bool,
        }
        let malformed = |error: serde_json::Error| NotASnapshot::Malformed(error.to_string());
        let head: Head = serde_json::from_str(text).map_err(malformed)?;
        if head.format_version > FORMAT_VERSION {
            return Err(NotASnapshot::Newer {
                linkwright: head.linkwright,
                format: head.format_version,
            });
        }
        if head.format_version == 0 {
            return Err(NotASnapshot::NoFormat(head.format_version));
        }
        // The clock of simulated clusters is their own.
        let taken_at = head.taken_at;
        if !head.simulated && taken_at.duration_since(now) > APART {
            return Err(NotASnapshot::Future { taken_at, now });
        }
        serde_json::from_str(text).map_err(malformed)
    }

    /// When it was taken.
    #[must_use]
    pub fn taken_at(&self) -> Option<jiff::Timestamp> {
        self.taken_at.parse().ok()
    }

    /// The names in a list that each cluster answered, without those that are hidden, such as `topic_name` in `topics`, by the cluster's id.
    pub fn names<'a>(
        &'a self,
        list: &'a str,
        field: &'a str,
    ) -> impl Iterator<Item = (&'a ClusterId, &'a str)> {
        self.clusters.values().flat_map(move |cluster| {
            let answers = cluster.answers.0.iter();
            // Confluent Cloud is asked for ACLs with a query.
            let asked = answers.filter(move |(call, _)| call.split('?').next() == Some(list));
            let rows = asked.filter_map(|(_, answer)| match answer {
                Answer::Read(Value::Array(rows)) => Some(rows),
                Answer::Read(_) | Answer::Failed(_) => None,
            });
            let names = rows
                .flatten()
                .filter_map(move |row| row.get(field)?.as_str());
            let hidden = self.hidden.as_ref();
            let names = names.filter(move |name| hidden.is_none_or(|said| said.says(name)));
            names.map(|name| (&cluster.id, name))
        })
    }

    /// The time between its two reads of mirror topics; none where it has one.
    #[must_use]
    pub fn sampled(&self) -> Option<std::time::Duration> {
        let taken_at = self.taken_at()?;
        let mut earlier = self.clusters.values().filter_map(|it| it.earlier.as_ref());
        let between = earlier.find_map(|it| taken_at.duration_since(it.read_at()).try_into().ok());
        between.filter(|between: &std::time::Duration| !between.is_zero())
    }

    /// How far the mirror topics of the cluster of this id were behind in the first of two reads.
    #[must_use]
    pub fn earlier(&self, id: &ClusterId) -> Option<&LagsV1> {
        let mut clusters = self.clusters.values();
        clusters.find(|cluster| cluster.id == *id)?.earlier.as_ref()
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

/// Takes out the values that may be secrets: the config is then one that servers do not show.
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
        let text = |field: &str| row.get(field).and_then(Value::as_str);
        let is_kept = text("value").is_none_or(|value| {
            !is_marked && catalog::may_be_kept(text("name").unwrap_or_default(), value)
        });
        if let Value::Object(fields) = row
            && !is_kept
        {
            fields.remove("value");
            fields.insert("is_sensitive".to_owned(), Value::Bool(true));
        }
    }
}

/// Replaces what servers say of errors where it may quote a secret, such as the credentials of a link.
fn hide_quotes(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if name.ends_with("error_message") && may_quote(text) => {
                        *text = LEFT_OUT.to_owned();
                    }
                    other => hide_quotes(other),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(hide_quotes),
        _ => {}
    }
}

/// Whether a text has a value after a word such as `password`, a JAAS configuration, or an address with a user.
/// `Please check your api key and secret`, as Confluent Cloud says it, quotes nothing.
fn may_quote(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let has_value = |word: &str| {
        let mut after = text
            .match_indices(word)
            .map(|(at, _)| &text[at + word.len()..]);
        after.any(|rest| {
            rest.trim_start_matches([' ', '"', '\''])
                .starts_with(['=', ':'])
        })
    };
    let words = ["password", "secret", "token", "key"];
    words.into_iter().any(has_value)
        || text.contains("jaas")
        || (text.contains("://") && text.contains('@'))
}

const LEFT_OUT: &str = "(left out of the snapshot: it may quote a secret)";
