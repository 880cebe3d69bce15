//! One thing to do, complete in itself: [`Operation`].

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::call::CallSeen;
use super::write::WriteKind;
use crate::address::{Address, ClusterId, ClusterName, GroupName, HalfAddress, LinkKey, TopicName};
use crate::catalog::names;
use crate::desired::{MirrorState, Risks, Role};
use crate::diagnostic::Place;
use crate::diff::{ConfigChange, ConfigValue, Cut, Effect, RemoteField, RotationReason};
use crate::live::{Lags, LinkFact, MirrorFact, MirrorStatus};

/// An operation's number in its plan, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OpId(pub u32);

impl OpId {
    /// The index into [`Plan::operations`](super::Plan::operations).
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Printed from 1, as people count.
impl fmt::Display for OpId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0 + 1)
    }
}

/// One operation: what to do, what must be true just before, and what must be seen before anything
/// that waits for it may start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// What it is about: a half or one of its mirrors. Its cluster is the one that is called.
    pub address: Address,
    /// The called cluster's id.
    pub cluster_id: ClusterId,
    /// The logical link.
    pub link: LinkKey,
    /// What to do.
    pub kind: OperationKind,
    /// Why it is planned. For display only.
    pub because: Because,
    /// What a read must show just before the operation acts; otherwise the plan is stale.
    pub expects: Vec<Expect>,
    /// What a read must show before operations that wait for it may start.
    pub settle: Settle,
    /// How much it can hurt.
    pub risks: Risks,
    /// What it brings along. For display only.
    pub effects: Vec<Effect>,
    /// How long settling may take.
    pub deadline: Duration,
    /// What could not be checked when it was planned. For display only.
    pub unchecked: Vec<String>,
    /// Where the spec asks for it.
    pub place: Option<Place>,
}

impl Operation {
    /// The half it is about.
    ///
    /// # Panics
    /// Never: no operation is about a whole cluster.
    #[must_use]
    pub fn half(&self) -> &HalfAddress {
        self.address
            .half()
            .expect("an operation is about a half or a mirror of it")
    }
}

/// The kinds of operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OperationKind {
    /// `POST /links`: create a half with all its configs in one request.
    CreateLink {
        /// The half's part.
        role: Role,
        /// Whether it is the first or the second half of its link to be created.
        turn: CreationOrder,
        /// Whether the server is to try the connection before it accepts the link.
        validation: Validation,
        /// The other cluster.
        remote: RemoteField,
        /// The configs in request order.
        configs: Vec<(String, ConfigValue)>,
    },
    /// `PUT /links/{link}/configs:alter`: all changes in one request.
    AlterLink {
        /// What for.
        purpose: AlterPurpose,
        /// The changes in request order.
        changes: Vec<ConfigChange>,
    },
    /// Nothing is sent: offsets get the time of some sync intervals to arrive before offset sync is
    /// turned off.
    DrainOffsets {
        /// How long.
        wait: Duration,
    },
    /// `POST /links/{link}/mirrors`.
    CreateMirror {
        /// The source topic.
        source: TopicName,
        /// The cluster that holds the source topic.
        source_cluster: ClusterId,
        /// Topic configs for keys that are not synced.
        configs: BTreeMap<String, String>,
    },
    /// Nothing is sent: the mirror is in a transitional status, or its link's auto-create will create
    /// it.
    AwaitMirror {
        /// The status it is in; none for a predicted mirror, which does not exist yet.
        status: Option<MirrorStatus>,
    },
    /// `POST /links/{link}/mirrors:pause`.
    PauseMirror,
    /// `POST /links/{link}/mirrors:resume`.
    ResumeMirror,
    /// `POST /links/{link}/mirrors:promote`.
    PromoteMirror {
        /// The lag it must come under first.
        gate: LagGate,
        /// The sets that it moves with: it is not sent before every other promotion of these can be.
        together: Vec<String>,
        /// Whether synced consumer groups must be idle when it is sent, and which do not count.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        idle: Option<IdleGroups>,
    },
    /// `POST /links/{link}/mirrors:failover`.
    FailoverMirror {
        /// What the read before the request is judged by.
        gate: FailoverGate,
    },
    /// `POST /links/{link}/mirrors:reverse-and-start-mirror` or `…reverse-and-pause-mirror`, at the half that
    /// holds the mirror: its topic becomes writable, and the topic of the other half becomes the mirror.
    ReverseMirror {
        /// The other half, whose topic is written now and becomes the mirror.
        other: HalfAddress,
        /// Whether the new mirror starts paused.
        paused: bool,
        /// What must be so at both halves before it is sent.
        gate: Box<ReverseGate>,
        /// The sets that it moves with: it is not sent before every other reversal of these can be.
        together: Vec<String>,
        /// Whether the server has the call. It is in no digest.
        #[serde(default)]
        call: CallSeen,
    },
    /// `POST /links/{link}/mirrors:truncate-and-restore`, at the half whose ordinary topic becomes a mirror
    /// again. Its records beyond the end of the other half's stopped mirror are deleted.
    RestoreMirror {
        /// The other half, whose mirror has stopped and whose topic is written.
        other: HalfAddress,
        /// What it deletes, as far as it was previewed. A later preview that shows more blocks it. The figures
        /// are in no digest.
        cut: Cut,
        /// Whether the server has the call. It is in no digest.
        #[serde(default)]
        call: CallSeen,
    },
    /// Nothing is sent: what the link knows of its mirrors is written to a file, since deleting it
    /// erases that.
    ArchiveHistory {
        /// What is archived as far as it is known now; figures are read again when it is written.
        content: Box<ArchiveContent>,
    },
    /// `DELETE /links/{link}`.
    DeleteLink {
        /// Whether this half connects to the other, which is then deleted after it.
        outbound: bool,
        /// What both halves of the link have in common: its UUID, or its name on old servers.
        pair: String,
        /// The prefix that becomes free.
        prefix: Option<String>,
    },
}

impl OperationKind {
    /// Where a topic is written and where it is read-only after it was turned by an operation on this half.
    #[must_use]
    pub fn turned(&self, own: &HalfAddress) -> Option<Turned> {
        match self {
            Self::ReverseMirror { other, .. } => Some(Turned {
                writable: own.cluster.clone(),
                read_only: other.cluster.clone(),
            }),
            Self::RestoreMirror { other, .. } => Some(Turned {
                writable: other.cluster.clone(),
                read_only: own.cluster.clone(),
            }),
            _ => None,
        }
    }

    /// Whether the server has the call, for calls that not every server has.
    #[must_use]
    pub fn call(&self) -> Option<&CallSeen> {
        match self {
            Self::ReverseMirror { call, .. } | Self::RestoreMirror { call, .. } => Some(call),
            _ => None,
        }
    }

    /// What it does to its link, as a switchover pair judges it; none where nothing is sent.
    #[must_use]
    pub fn writes(&self) -> Option<WriteKind> {
        Some(match self {
            Self::CreateLink { .. } => WriteKind::CreateLink,
            Self::AlterLink { changes, .. }
                if (changes.iter()).any(|change| change.name == names::CLUSTER_LINK_PAUSED) =>
            {
                WriteKind::PauseLink
            }
            Self::AlterLink { purpose, .. } => match purpose {
                AlterPurpose::Connection(_) | AlterPurpose::Settings => WriteKind::EditConfigs,
                AlterPurpose::StopAutoCreate
                | AlterPurpose::StopOffsetSync
                | AlterPurpose::StopOffsetSyncLast => WriteKind::PrepareEnd,
            },
            Self::CreateMirror { .. } => WriteKind::CreateMirror,
            Self::PauseMirror => WriteKind::PauseMirror,
            Self::ResumeMirror => WriteKind::ResumeMirror,
            Self::PromoteMirror { .. } => WriteKind::PromoteMirror,
            Self::FailoverMirror { .. } => WriteKind::FailoverMirror,
            Self::ReverseMirror { .. } => WriteKind::ReverseMirror,
            Self::RestoreMirror { .. } => WriteKind::RestoreMirror,
            Self::DeleteLink { .. } => WriteKind::DeleteLink,
            Self::DrainOffsets { .. } | Self::AwaitMirror { .. } | Self::ArchiveHistory { .. } => {
                return None;
            }
        })
    }

    /// The sets that it moves with.
    #[must_use]
    pub fn together(&self) -> &[String] {
        match self {
            Self::PromoteMirror { together, .. } | Self::ReverseMirror { together, .. } => together,
            _ => &[],
        }
    }

    /// Its stable word, its rank among the operations on one address in a wave, and whether it stops or
    /// deletes something for good.
    fn facts(&self) -> (&'static str, u8, bool) {
        match self {
            Self::CreateLink { .. } => ("create-link", 0, false),
            Self::AlterLink { .. } => ("alter-link", 1, false),
            Self::DrainOffsets { .. } => ("drain-offsets", 2, false),
            Self::CreateMirror { .. } => ("create-mirror", 3, false),
            Self::AwaitMirror { .. } => ("await-mirror", 4, false),
            Self::PauseMirror => ("pause-mirror", 5, false),
            Self::ResumeMirror => ("resume-mirror", 6, false),
            Self::PromoteMirror { .. } => ("promote-mirror", 7, true),
            Self::FailoverMirror { .. } => ("failover-mirror", 8, true),
            Self::ReverseMirror { .. } => ("reverse-mirror", 9, false),
            Self::RestoreMirror { .. } => ("restore-mirror", 10, false),
            Self::ArchiveHistory { .. } => ("archive-history", 11, false),
            Self::DeleteLink { .. } => ("delete-link", 12, true),
        }
    }

    /// A short name for it, as machines and lists use it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        self.facts().0
    }

    /// The order of operations on one address within a wave.
    pub(super) fn rank(&self) -> u8 {
        self.facts().1
    }

    /// Whether a mirror topic that exists copies again after it.
    pub(super) fn starts_mirroring(&self) -> bool {
        matches!(self, Self::ResumeMirror | Self::RestoreMirror { .. })
    }

    /// Whether it stops or deletes something for good; the blast radius counts these.
    pub(super) fn is_final(&self) -> bool {
        self.facts().2
    }
}

/// A half's turn in the creation of its link. The second waits for the first, since halves created
/// at the same time can get different link ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CreationOrder {
    /// It is created first.
    First,
    /// It is created after the other half has settled.
    Second,
    /// It is the only half.
    Only,
}

/// `validate_link` of the create request: whether the server connects to the other cluster, checks
/// its id and reads its topics before it accepts the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Validation {
    /// It does, as is its default.
    Connect,
    /// It cannot: this half only waits to be connected to, or its peer is not there yet.
    Skip,
}

/// What an alteration is for; it decides what must wait for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum AlterPurpose {
    /// How the half connects and authenticates to clusters, and why secrets are among it, if they are.
    Connection(Option<RotationReason>),
    /// Anything else.
    Settings,
    /// Turning auto-create off before a link is deleted.
    StopAutoCreate,
    /// Turning offset sync off, before mirrors of the link are promoted.
    StopOffsetSync,
    /// Turning offset sync off, after mirrors of the link were promoted.
    StopOffsetSyncLast,
}

/// A mirror is promoted once its lag has come down to this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LagGate {
    /// Messages over all partitions.
    pub max_lag: u64,
    /// How long to wait for that.
    pub within: Duration,
}

/// In which direction a topic is copied.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Turned {
    /// Where it is written.
    pub writable: ClusterName,
    /// Where it is a mirror topic.
    pub read_only: ClusterName,
}

/// What must be so before a mirror is reversed: no lag, and the offsets of the synced consumer groups have
/// arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReverseGate {
    /// How long to wait for that.
    pub within: Duration,
    /// The consumer groups whose committed offsets must be equal on both clusters in three reads; none where
    /// they cannot be compared.
    pub compare: Option<Vec<GroupName>>,
    /// How long offsets take to arrive where they are not compared: two sync intervals. Lag must be 0 in three
    /// reads after that.
    pub wait: Duration,
}

/// The read right before a promotion must show no active consumer group whose offsets the link writes: an
/// active one keeps the promotion in `PENDING_STOPPED`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdleGroups {
    /// Groups that the filter selects but the source did not have when the plan was made: their offsets are
    /// not synced, so they may be active. They change by themselves and are in no digest.
    pub not_synced: Vec<GroupName>,
}

/// What the read before a failover is judged by: it is sent only while this holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailoverGate {
    /// Messages over all partitions that may be lost, as far as figures go; none for no bound.
    pub max_lag: Option<u64>,
    /// Whether it overtakes a promotion that cannot end, since the source is lost. The server is asked with
    /// `validate_only` first whether it takes that.
    pub overtakes: bool,
    /// The figures that the plan was made from. A later read that shows more was fetched proves the mirror
    /// current. They change by themselves and are in no digest.
    pub seen: Lags,
}

/// What is kept of a link before it is deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchiveContent {
    /// The link's row.
    pub link: LinkFact,
    /// Its configs that are set and no secret.
    pub configs: BTreeMap<String, String>,
    /// Its mirrors.
    pub mirrors: Vec<MirrorFact>,
    /// Why the link is deleted, in the author's words.
    pub reason: Option<String>,
}

/// Why an operation is planned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Because {
    /// The spec declares it and it does not exist.
    Missing,
    /// Settings differ from the spec.
    Differs,
    /// Secrets are rotated.
    Rotation(RotationReason),
    /// The mirror's status is not the desired state.
    State {
        /// The live status; none when the mirror does not exist yet.
        live: Option<MirrorStatus>,
        /// The desired state.
        wanted: MirrorState,
    },
    /// The link is to be deleted.
    Retired {
        /// The author's reason.
        reason: Option<String>,
    },
    /// Mirrors of the link are promoted in the same change.
    Promotion,
    /// Auto-create selects the mirror's source topic, and another mirror that the plan creates copies
    /// this one.
    Predicted {
        /// The source topic.
        source: TopicName,
    },
    /// The topic is not written where the spec says, or its other side is no copy of it.
    Direction {
        /// Where the spec says that it is written.
        primary: ClusterName,
        /// Where it is written.
        writer: ClusterName,
    },
}

/// What must be true just before an operation acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Expect {
    /// There is no link of that name.
    LinkAbsent,
    /// The link is there and is the same one (when its id is known).
    LinkIs {
        /// The link's UUID.
        link_id: Option<String>,
    },
    /// These configs have these values; `None` for one that is unset or secret.
    ConfigsWere(BTreeMap<String, Option<String>>),
    /// The link has no mirror of that name.
    MirrorAbsent,
    /// The mirror is in one of these statuses.
    MirrorIn(Cow<'static, [MirrorStatus]>),
    /// Every mirror of the link is `STOPPED`: none is active and none is `PENDING_STOPPED`.
    AllMirrorsStopped,
    /// The other half is there and has the same link id (when both are known).
    PairedWith {
        /// The other half.
        other: HalfAddress,
        /// The id that both have.
        link_id: Option<String>,
    },
    /// A half's link reports no error.
    LinkHealthyAt(HalfAddress),
    /// The operation's topic exists at this half and is no mirror of the link: it has no row, or one that is
    /// `STOPPED`.
    PlainAt(HalfAddress),
    /// The row of the operation's topic at this half is `STOPPED`.
    StoppedAt(HalfAddress),
}

/// What a read must show before operations that wait for this one may start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Settle {
    /// Nothing: it is done when it is done.
    AtOnce,
    /// The link can be read.
    LinkReadable,
    /// The link can be read and reports no error.
    LinkHealthy,
    /// The link is gone.
    LinkGone,
    /// The altered configs read back as written.
    ConfigsTaken,
    /// The mirror is in one of these statuses.
    MirrorIn(Cow<'static, [MirrorStatus]>),
    /// The topic has turned: it is a mirror in one of these statuses at one half, and an ordinary topic at the
    /// other: no row, or one that is `STOPPED`.
    Turned(Box<TurnedTopic>),
    /// This much time has passed.
    Elapsed(Duration),
}

/// How a topic looks that has turned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnedTopic {
    /// The half that holds the mirror.
    pub mirror: HalfAddress,
    /// The half whose topic is written.
    pub plain: HalfAddress,
    /// The statuses of the mirror.
    pub statuses: Cow<'static, [MirrorStatus]>,
}

impl TurnedTopic {
    /// Whether the rows of the topic at both halves show that it has turned: at one it is a mirror topic in one of
    /// the statuses, at the other it has no row, or one that is `STOPPED`.
    #[must_use]
    pub fn is_shown_by(
        &self,
        at_mirror: Option<&MirrorFact>,
        at_plain: Option<&MirrorFact>,
    ) -> bool {
        at_plain.is_none_or(|row| row.status == MirrorStatus::Stopped)
            && at_mirror.is_some_and(|row| self.statuses.contains(&row.status))
    }
}
