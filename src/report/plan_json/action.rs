//! What an operation does, in the document.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::PlaceEntry;
use crate::desired::Role;
use crate::diff::{ConfigChange, ConfigTarget, ConfigValue, Cut, PartitionCut, RemoteField};
use crate::plan::{AlterPurpose, CallSeen, CreationOrder, OperationKind, Validation};
use crate::report::words;
use crate::report::words::attributes::{self, Change, Mark};
use crate::secret::Template;

/// What is done, by kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Action {
    /// A link half is created with all its configs in one request.
    CreateLink {
        /// The half's part in the link.
        role: LinkRole,
        /// `first`, `second` or `only`: the half's turn in the creation of its link.
        turn: String,
        /// Whether the server tests the connection before it creates the link.
        validates: bool,
        /// The id of the cluster at the other end.
        remote_cluster_id: String,
        /// The configs in request order.
        configs: Vec<ConfigSetting>,
    },
    /// Configs of a link half change, in one request.
    AlterLink {
        /// `connection`, `credentials`, `settings`, `stop-auto-create`, `stop-offset-sync` or
        /// `stop-offset-sync-last` (after the promotions).
        purpose: String,
        /// The changes in request order.
        changes: Vec<ConfigAlteration>,
    },
    /// Nothing is sent: offsets get time to arrive before offset sync is turned off.
    DrainOffsets {
        /// How long, in milliseconds.
        wait_ms: u64,
    },
    /// A mirror topic is created.
    CreateMirror {
        /// The source topic.
        source_topic: String,
        /// Topic configs to create it with.
        configs: BTreeMap<String, String>,
    },
    /// Nothing is sent: the mirror topic is in a transitional status, or auto-create will create it.
    AwaitMirror {
        /// The status it is in; null for a predicted mirror topic, which does not exist yet.
        status: Option<String>,
    },
    /// A mirror topic is paused.
    PauseMirror,
    /// A mirror topic is resumed.
    ResumeMirror,
    /// A mirror topic is promoted: stopped after everything was copied.
    PromoteMirror {
        /// Messages that it may lag behind when it is promoted.
        max_lag: u64,
        /// How long it gets to come down to that, in milliseconds.
        within_ms: u64,
        /// The sets of `move_together` that it is promoted with.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[schemars(default)]
        together: Vec<String>,
    },
    /// A mirror topic is failed over: stopped at once.
    FailoverMirror {
        /// Messages that it may lose, as far as figures go; left out where the policy sets no bound.
        #[serde(skip_serializing_if = "Option::is_none")]
        max_lag: Option<u64>,
    },
    /// A mirror topic and its source trade places: it becomes writable, and its source becomes the mirror topic.
    ReverseMirror {
        /// The half whose topic becomes the mirror topic.
        other: String,
        /// Whether the new mirror topic starts paused.
        paused: bool,
        /// The consumer groups whose offsets must be equal on both clusters first; null where they are not
        /// compared.
        compared_groups: Option<Vec<String>>,
        /// How long lag and offsets get to settle first, in milliseconds.
        within_ms: u64,
        /// The sets of `move_together` that it is reversed with.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        #[schemars(default)]
        together: Vec<String>,
        /// Whether the server has the call.
        call: CallEntry,
    },
    /// An ordinary topic becomes a mirror topic again; its records that were not copied are deleted.
    RestoreMirror {
        /// The half whose stopped mirror topic it follows.
        other: String,
        /// The records that are deleted, by partition; null where that is not known.
        cut: Option<Vec<CutEntry>>,
        /// Whether the server has the call.
        call: CallEntry,
    },
    /// Nothing is sent: what the link knows of its mirror topics is written to a file.
    ArchiveHistory {
        /// The mirror topics.
        mirror_topics: Vec<String>,
    },
    /// A link half is deleted.
    DeleteLink {
        /// Whether it is the half that connects; the other is deleted after it.
        outbound: bool,
        /// The prefix that becomes free.
        #[serde(skip_serializing_if = "Option::is_none")]
        prefix: Option<String>,
    },
}

/// Whether a server has a call that not every server has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CallEntry {
    /// `not-probed`, `present`, `absent` or `unknown`. Only `plan --rehearse`, `apply` and `drill` ask.
    pub seen: &'static str,
    /// What the server said, where it is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

impl CallEntry {
    pub(in crate::report) fn of(seen: &CallSeen) -> Self {
        Self {
            seen: seen.word(),
            why: match seen {
                CallSeen::Unknown(why) => Some(why.clone()),
                CallSeen::NotProbed | CallSeen::Present | CallSeen::Absent => None,
            },
        }
    }
}

/// Records of a partition that are deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CutEntry {
    /// The partition.
    pub partition: i32,
    /// The first offset.
    pub from: i64,
    /// How many records.
    pub records: u64,
}

/// The part of a half in its link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LinkRole {
    /// The only half of a destination-initiated link.
    Destination,
    /// The destination's half of a source-initiated link.
    InboundDestination,
    /// The source's half of a source-initiated link.
    OutboundSource,
    /// A bidirectional half that waits to be connected to.
    BidirectionalInbound,
    /// A bidirectional half that connects.
    BidirectionalOutbound,
}

/// A config of a link that is created.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ConfigSetting {
    /// Its name.
    pub name: String,
    /// Its value; left out for a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Where a secret comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<SecretSource>,
}

/// A config that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ConfigAlteration {
    /// Its name.
    pub name: String,
    /// `set` or `reset` (to the server's default).
    pub verb: String,
    /// The value it has; left out when none is set or it is a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The value it gets; left out for a secret and for a reset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Where a secret comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<SecretSource>,
    /// For filters and lists: the entries that come, in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entries_added: Vec<String>,
    /// For filters and lists: the entries that go, in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entries_removed: Vec<String>,
    /// Where the spec says so.
    pub place: PlaceEntry,
}

/// Where a secret comes from. Its value is nowhere in this document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SecretSource {
    /// The references in it, such as `${env:LINK_SECRET}`.
    pub references: Vec<String>,
    /// Whether part of it is written in clear into the spec.
    pub clear_text: bool,
}

impl SecretSource {
    fn of(template: &Template) -> Self {
        Self {
            references: template.references().map(ToString::to_string).collect(),
            clear_text: template.holds_clear_text(),
        }
    }

    /// Of a value whose config is secret though the value is plain text.
    fn hidden() -> Self {
        Self {
            references: Vec::new(),
            clear_text: true,
        }
    }
}

impl Action {
    pub(super) fn of(kind: &OperationKind) -> Self {
        let millis =
            |time: std::time::Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        match kind {
            OperationKind::CreateLink {
                role,
                turn,
                validation,
                remote,
                configs,
            } => Self::CreateLink {
                role: link_role(*role),
                turn: match turn {
                    CreationOrder::First => "first",
                    CreationOrder::Second => "second",
                    CreationOrder::Only => "only",
                }
                .to_owned(),
                validates: *validation == Validation::Connect,
                remote_cluster_id: match remote {
                    RemoteField::Source(id)
                    | RemoteField::Destination(id)
                    | RemoteField::Remote(id) => id.to_string(),
                },
                configs: configs
                    .iter()
                    .map(|(name, value)| setting(name, value))
                    .collect(),
            },
            OperationKind::AlterLink { purpose, changes } => Self::AlterLink {
                purpose: match purpose {
                    AlterPurpose::Connection(None) => "connection",
                    AlterPurpose::Connection(Some(_)) => "credentials",
                    AlterPurpose::Settings => "settings",
                    AlterPurpose::StopAutoCreate => "stop-auto-create",
                    AlterPurpose::StopOffsetSync => "stop-offset-sync",
                    AlterPurpose::StopOffsetSyncLast => "stop-offset-sync-last",
                }
                .to_owned(),
                changes: changes.iter().map(alteration).collect(),
            },
            OperationKind::DrainOffsets { wait } => Self::DrainOffsets {
                wait_ms: millis(*wait),
            },
            OperationKind::CreateMirror {
                source, configs, ..
            } => Self::CreateMirror {
                source_topic: source.to_string(),
                configs: configs.clone(),
            },
            OperationKind::AwaitMirror { status } => Self::AwaitMirror {
                status: status.as_ref().map(ToString::to_string),
            },
            OperationKind::PauseMirror => Self::PauseMirror,
            OperationKind::ResumeMirror => Self::ResumeMirror,
            OperationKind::PromoteMirror { gate, together, .. } => Self::PromoteMirror {
                together: together.clone(),
                max_lag: gate.max_lag,
                within_ms: millis(gate.within),
            },
            OperationKind::FailoverMirror { gate } => Self::FailoverMirror {
                max_lag: gate.max_lag,
            },
            OperationKind::ReverseMirror {
                other,
                paused,
                gate,
                together,
                call,
            } => Self::ReverseMirror {
                other: other.to_string(),
                paused: *paused,
                compared_groups: (gate.compare.as_ref())
                    .map(|groups| groups.iter().map(ToString::to_string).collect()),
                within_ms: millis(gate.within),
                together: together.clone(),
                call: CallEntry::of(call),
            },
            OperationKind::RestoreMirror { other, cut, call } => Self::RestoreMirror {
                call: CallEntry::of(call),
                other: other.to_string(),
                cut: match cut {
                    Cut::NotPreviewed | Cut::NoFigures => None,
                    Cut::Previewed(partitions) => Some(partitions.iter().map(cut_entry).collect()),
                },
            },
            OperationKind::ArchiveHistory { content } => Self::ArchiveHistory {
                mirror_topics: content
                    .mirrors
                    .iter()
                    .map(|mirror| mirror.topic.to_string())
                    .collect(),
            },
            OperationKind::DeleteLink {
                outbound,
                pair: _,
                prefix,
            } => Self::DeleteLink {
                outbound: *outbound,
                prefix: prefix.clone(),
            },
        }
    }
}

fn cut_entry(it: &PartitionCut) -> CutEntry {
    CutEntry {
        partition: it.partition,
        from: it.from,
        records: it.records,
    }
}

fn link_role(role: Role) -> LinkRole {
    match role {
        Role::Destination => LinkRole::Destination,
        Role::InboundDestination => LinkRole::InboundDestination,
        Role::OutboundSource => LinkRole::OutboundSource,
        Role::BidirectionalInbound => LinkRole::BidirectionalInbound,
        Role::BidirectionalOutbound { .. } => LinkRole::BidirectionalOutbound,
    }
}

fn parts(name: &str, value: &ConfigValue) -> (Option<String>, Option<SecretSource>) {
    match value {
        ConfigValue::Secret(template) => (None, Some(SecretSource::of(template))),
        ConfigValue::Text(_) if words::is_secret(name) => (None, Some(SecretSource::hidden())),
        ConfigValue::Text(text) => (Some(text.clone()), None),
    }
}

fn setting(name: &str, value: &ConfigValue) -> ConfigSetting {
    let (value, secret) = parts(name, value);
    ConfigSetting {
        name: name.to_owned(),
        value,
        secret,
    }
}

fn alteration(change: &ConfigChange) -> ConfigAlteration {
    let ConfigChange {
        name,
        before,
        hidden: _,
        target,
        place,
    } = change;
    let (verb, (after, secret)) = match target {
        ConfigTarget::Set(value) => ("set", parts(name, value)),
        ConfigTarget::Reset => ("reset", (None, None)),
    };
    let shown = attributes::of_changes(std::slice::from_ref(change));
    let marked = |wanted: Mark| -> Vec<String> {
        shown
            .iter()
            .filter_map(|attribute| match &attribute.change {
                Change::Entries { entries, note: _ } => Some(entries),
                Change::Set(_) | Change::Replace { .. } => None,
            })
            .flatten()
            .filter(|(mark, _)| *mark == wanted)
            .map(|(_, entry)| entry.clone())
            .collect()
    };
    ConfigAlteration {
        name: name.clone(),
        verb: verb.to_owned(),
        before: before.clone().filter(|_| !words::is_secret(name)),
        after,
        secret,
        entries_added: marked(Mark::Added),
        entries_removed: marked(Mark::Removed),
        place: PlaceEntry::of(place),
    }
}
