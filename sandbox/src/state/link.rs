//! A link half and its mirrors, as data.

use crate::catalog::link::find;
use crate::clock::Millis;
use crate::vocabulary::{
    ConnectionMode, LinkError, LinkMode, LinkState, MirrorError, MirrorStatus,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One link object on one cluster.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Half {
    pub(crate) name: String,
    pub(crate) cluster_link_id: String,
    pub(crate) mode: LinkMode,
    pub(crate) connection: ConnectionMode,
    /// Id of the other cluster, when it was given or could be found.
    pub(crate) remote: Option<String>,
    /// Values that were set, secrets included. Never shown as they are: see `http::link_configs`.
    pub(crate) configs: BTreeMap<String, String>,
    pub(crate) visible_at: Millis,
    pub(crate) resolvable_at: Millis,
    pub(crate) peer_visible_at: Millis,
    pub(crate) contact: Contact,
    /// Raised with every change of contact, so that an event about an older one is ignored.
    pub(crate) epoch: u64,
    /// Whether a first contact was scheduled.
    pub(crate) tried: bool,
    /// Whether contact is on its way back.
    pub(crate) recovering: bool,
    pub(crate) error: Option<LinkError>,
    pub(crate) failed: bool,
    pub(crate) deleting: bool,
    pub(crate) mirrors: BTreeMap<String, Mirror>,
    /// Rows of stopped mirrors whose topics are mirrors again, where such rows stay.
    pub(crate) former: Vec<(String, Mirror)>,
    pub(crate) tasks: BTreeMap<Task, TaskRecord>,
    /// ACLs that this link copied.
    pub(crate) copied_acls: BTreeSet<crate::world::AclSpec>,
    /// When the mirrors, STOPPED ones included, were last listed.
    pub(crate) listed_at: Option<Millis>,
}

/// Whether a half is connected to the other cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Contact {
    /// Not tried yet.
    Never,
    /// Works.
    Up,
    /// Lost at this time; not yet noticed by the availability checks.
    Lost(Millis),
    /// Lost for longer than they allow.
    Unavailable(Millis),
}

impl Contact {
    pub(crate) fn is_up(self) -> bool {
        self == Contact::Up
    }
}

/// The background tasks of a half.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Task {
    AclSync,
    AutoCreateMirror,
    ConsumerOffsetSync,
    TopicConfigsSync,
}

impl Task {
    pub(crate) const ALL: [Task; 4] = [
        Task::AclSync,
        Task::AutoCreateMirror,
        Task::ConsumerOffsetSync,
        Task::TopicConfigsSync,
    ];

    /// The name on the wire.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Task::AclSync => "AclSync",
            Task::AutoCreateMirror => "AutoCreateMirror",
            Task::ConsumerOffsetSync => "ConsumerOffsetSync",
            Task::TopicConfigsSync => "TopicConfigsSync",
        }
    }

    /// The config that switches it on; topic-config sync is always on.
    pub(crate) fn enable_key(self) -> Option<&'static str> {
        match self {
            Task::AclSync => Some("acl.sync.enable"),
            Task::AutoCreateMirror => Some("auto.create.mirror.topics.enable"),
            Task::ConsumerOffsetSync => Some("consumer.offset.sync.enable"),
            Task::TopicConfigsSync => None,
        }
    }

    /// The config that holds its interval. Auto-create looks as often as metadata is refreshed.
    pub(crate) fn interval_key(self) -> &'static str {
        match self {
            Task::AclSync => "acl.sync.ms",
            Task::AutoCreateMirror => "metadata.max.age.ms",
            Task::ConsumerOffsetSync => "consumer.offset.sync.ms",
            Task::TopicConfigsSync => "topic.config.sync.ms",
        }
    }
}

/// What a task's last run found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TaskRecord {
    pub(crate) errors: Vec<TaskError>,
    pub(crate) last_run: Option<Millis>,
    pub(crate) scheduled: bool,
}

/// An error code of the OpenAPI document's task and transition errors, with its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TaskError {
    pub(crate) error_code: String,
    pub(crate) error_message: String,
}

impl TaskError {
    pub(crate) fn new(code: &str, message: impl Into<String>) -> TaskError {
        TaskError {
            error_code: code.to_owned(),
            error_message: message.into(),
        }
    }
}

/// A mirror row.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Mirror {
    pub(crate) source_topic: String,
    /// The source topic's own number, to notice that it was deleted and made again.
    pub(crate) source_number: u64,
    pub(crate) status: MirrorStatus,
    pub(crate) state_time: Millis,
    /// What the status returns to when nothing holds it: PAUSED or ACTIVE.
    pub(crate) paused: bool,
    /// The verb that is under way.
    pub(crate) underway: Option<Underway>,
    /// Raised with every transition, so that an event about an older one is ignored.
    pub(crate) epoch: u64,
    /// Next offset to fetch, per partition, at `since`.
    pub(crate) fetched: Vec<i64>,
    /// The offset, per partition, from which the records come from the present source.
    #[serde(default)]
    pub(crate) joined: Vec<i64>,
    /// The offsets that a restore cuts to, until it has cut.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) cut_to: Vec<i64>,
    /// The STOPPED row in whose place the other side's reverse is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) replaced: Option<Box<Mirror>>,
    /// The source's end, per partition, as last seen; used while nothing is fetched.
    pub(crate) seen_end: Vec<i64>,
    pub(crate) since: Millis,
    pub(crate) fetching: bool,
    /// Whether anything was ever fetched; until then `last_source_fetch_offset` is -1.
    pub(crate) ever_fetched: bool,
    pub(crate) error: MirrorError,
    pub(crate) transition_errors: Vec<TaskError>,
    pub(crate) auto_created: bool,
    /// Whether this one source topic cannot be reached although the link is in contact.
    pub(crate) unavailable: bool,
    /// Whether the row was read after it had stopped.
    pub(crate) history_read: bool,
    /// Records that it copies per second at most, over all partitions, where it is not what the timings say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) copies_per_s: Option<f64>,
}

/// A verb whose effect is not complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Underway {
    Setup,
    Pause,
    Resume,
    Promote,
    Failover,
    ReverseAndStart,
    ReverseAndPause,
    /// The other side's reverse, which this side shows too.
    ReverseFromPeer,
    Restore,
}

impl Mirror {
    /// A row that begins to be set up now, from these offsets on.
    pub(crate) fn set_up(source_topic: &str, number: u64, offsets: Vec<i64>, now: Millis) -> Self {
        Mirror {
            source_topic: source_topic.to_owned(),
            source_number: number,
            status: MirrorStatus::PendingMirror,
            state_time: now,
            paused: false,
            underway: Some(Underway::Setup),
            epoch: 0,
            seen_end: offsets.clone(),
            joined: offsets.clone(),
            cut_to: Vec::new(),
            replaced: None,
            fetched: offsets,
            since: now,
            fetching: false,
            ever_fetched: false,
            error: MirrorError::NoError,
            transition_errors: Vec::new(),
            auto_created: false,
            unavailable: false,
            history_read: false,
            copies_per_s: None,
        }
    }

    /// Whether the row is attached: it is not history yet.
    pub(crate) fn is_live(&self) -> bool {
        self.status != MirrorStatus::Stopped
    }
}

impl Half {
    /// One that has just been made: visible at once, not connected yet.
    pub(crate) fn new(
        name: &str,
        cluster_link_id: &str,
        (mode, connection): (LinkMode, ConnectionMode),
        now: Millis,
    ) -> Self {
        Self {
            name: name.to_owned(),
            cluster_link_id: cluster_link_id.to_owned(),
            mode,
            connection,
            remote: None,
            configs: BTreeMap::new(),
            visible_at: now,
            resolvable_at: now,
            peer_visible_at: now,
            contact: Contact::Never,
            epoch: 0,
            tried: false,
            recovering: false,
            error: None,
            failed: false,
            deleting: false,
            mirrors: BTreeMap::new(),
            former: Vec::new(),
            tasks: BTreeMap::new(),
            copied_acls: BTreeSet::new(),
            listed_at: None,
        }
    }

    /// Whether mirrors live on this half: a source half has none.
    pub(crate) fn hosts_mirrors(&self) -> bool {
        self.mode != LinkMode::Source
    }

    /// Whether this half opens the connection.
    pub(crate) fn connects(&self) -> bool {
        self.connection == ConnectionMode::Outbound
    }

    /// A config's value: what was set, else the default.
    pub(crate) fn config(&self, name: &str) -> Option<&str> {
        match self.configs.get(name) {
            Some(value) => Some(value.as_str()),
            None => find(name).and_then(|key| key.default),
        }
    }

    /// A config that is a flag.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.config(name)
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// A config that is a number.
    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        self.config(name)?.trim().parse().ok()
    }

    /// The prefix of mirror names; empty when there is none.
    pub(crate) fn prefix(&self) -> &str {
        self.configs
            .get("cluster.link.prefix")
            .map_or("", String::as_str)
    }

    /// Whether `cluster.link.paused` is set.
    pub(crate) fn is_paused(&self) -> bool {
        self.flag("cluster.link.paused")
    }

    /// Whether the half needs its peer half to work at all.
    pub(crate) fn needs_peer(&self) -> bool {
        self.connection == ConnectionMode::Inbound || self.mode == LinkMode::Source
    }

    /// Makes events about the contact so far void, and gives the number of the new one.
    pub(crate) fn next_epoch(&mut self) -> u64 {
        self.epoch += 1;
        self.epoch
    }

    /// `link_state` now.
    pub(crate) fn state(&self, initial: LinkState) -> LinkState {
        if self.failed {
            LinkState::Failed
        } else if self.is_paused() {
            LinkState::Paused
        } else {
            match self.contact {
                Contact::Never => initial,
                Contact::Up | Contact::Lost(_) => LinkState::Active,
                Contact::Unavailable(_) => LinkState::Unavailable,
            }
        }
    }

    /// How long contact may be lost before the link counts as unavailable.
    pub(crate) fn availability_ms(&self) -> Millis {
        let interval = self.number("availability.check.ms").unwrap_or(60_000);
        let threshold = self
            .number("availability.check.consecutive.failure.threshold")
            .unwrap_or(5);
        interval.saturating_mul(threshold)
    }
}
