//! What cannot or need not be acted upon: [`Finding`], data with a stable code.

use std::borrow::Cow;

use super::outage::Outage;
use super::pair_finding::SwitchoverFinding;
use super::refused::Refused;
use crate::address::{Address, ClusterId, ClusterName, HalfAddress, LinkName, TopicName};
use crate::desired::{ClusterKind, MirrorState};
use crate::diagnostic::{Code, Place};
use crate::live::switchover::PairPhase;
use crate::live::{
    LinkError, LinkState, MirrorError, MirrorStatus, TaskProblem, Unread, UnreadKind,
};

/// Something about the world that the spec's author or an operator should know.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[must_use]
pub struct Finding {
    /// What it is about.
    pub address: Address,
    /// What it is.
    pub kind: FindingKind,
    /// Where the spec speaks of it.
    pub place: Option<Place>,
}

impl Finding {
    /// That what is known of a cluster is from a snapshot.
    pub fn from_snapshot(
        cluster: ClusterName,
        taken_at: jiff::Timestamp,
        age: std::time::Duration,
    ) -> Self {
        let kind = FindingKind::Answer(AnswerFinding::FromSnapshot { taken_at, age });
        Self::new(Address::Cluster(cluster), kind, None)
    }

    /// That it is not known whether a cluster has these names, since a snapshot hides those that it does not know.
    pub fn names_hidden(cluster: ClusterName, names: Vec<String>) -> Self {
        let kind = FindingKind::Answer(AnswerFinding::NamesHidden { names });
        Self::new(Address::Cluster(cluster), kind, None)
    }

    pub(super) fn new(address: Address, kind: FindingKind, place: Option<Place>) -> Self {
        Self {
            address,
            kind,
            place,
        }
    }

    /// That a half and the declared other one do not know each other.
    pub fn unpaired(half: &HalfAddress, other: HalfAddress) -> Self {
        let kind = FindingKind::HalvesNotPaired { other };
        Self::new(Address::Half(half.clone()), kind, None)
    }

    /// What becomes of it.
    #[must_use]
    pub fn class(&self) -> Class {
        self.kind.class()
    }
}

/// The classes of findings; `drift` can fail on each of them by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// The desired state cannot be carried out from here: the plan is refused.
    Refusal,
    /// A fact is missing.
    Unknown,
    /// Something live does badly.
    Health,
    /// Something may be wrong, and no one can know it from here.
    Warning,
    /// A setting that no file declares.
    Config,
    /// A link or mirror topic that no file declares.
    Unmanaged,
    /// No difference; worth a line.
    Note,
}

/// Which mirror topics a finding leaves as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeps<'a> {
    /// The one at its address.
    Mirror,
    /// Those for which a hold keeps these operations off; `all` says that it keeps off refusals too, at any address
    /// under it.
    Held {
        /// The operations: address and word.
        operations: &'a [(Address, Cow<'static, str>)],
        /// Whether it may be about everything under its address.
        all: bool,
    },
    /// These topics of the link at its address.
    Topics(&'a [TopicName]),
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum FindingKind {
    /// What is fixed at creation differs.
    Immutable {
        /// Each difference.
        differences: Vec<ImmutableDifference>,
    },
    /// The spec has a `generation`, and whether credentials of it were written is not known.
    GenerationNotKnown {
        /// The spec's.
        generation: u32,
    },
    /// A config differs that this server takes no change of.
    FixedConfig {
        /// The config's name.
        name: String,
        /// Its live value.
        live: Option<String>,
    },
    /// The mirror cannot come from its live status to the desired state.
    MirrorRefused(MirrorRefusal),
    /// The mirror's source topic does not exist.
    SourceTopicMissing {
        /// The source cluster.
        cluster: ClusterName,
        /// The topic that is missing there.
        topic: TopicName,
    },
    /// A retired link's mirrors must be stopped first and are not.
    RetiredMirrorsRunning {
        /// The mirrors that are not stopped.
        mirrors: Vec<(TopicName, MirrorStatus)>,
    },
    /// The other half of a retired link is not retired with it and has mirror topics that are not stopped.
    PartnerMirrorsRunning {
        /// The other half.
        partner: HalfAddress,
        /// Its mirrors that are not stopped.
        mirrors: Vec<(TopicName, MirrorStatus)>,
    },
    /// The other half of a retired link is on a cluster that the spec gives no way to look at.
    PartnerNotSeen {
        /// That cluster's id.
        cluster: ClusterId,
    },
    /// Something could not be read.
    Unknown(Unread),
    /// The link reports an error.
    LinkUnhealthy {
        /// Its state.
        state: Option<LinkState>,
        /// Its error.
        error: Option<LinkError>,
        /// The server's words.
        message: Option<String>,
        /// What is known of the outage, where mirror topics follow a source that cannot be reached.
        outage: Option<Box<Outage>>,
        /// The cluster at its other end, if that is declared lost.
        lost: Option<ClusterName>,
    },
    /// The two halves of the link do not know each other: their link ids differ.
    HalvesNotPaired {
        /// The other half.
        other: HalfAddress,
    },
    /// The link does not exist, and the topics that its mirrors would be are ordinary ones.
    LinkGone {
        /// These topics.
        topics: Vec<TopicName>,
    },
    /// A task of the link is in error.
    TaskInError {
        /// The task's name.
        task: String,
        /// What is wrong with it.
        problems: Vec<TaskProblem>,
    },
    /// The mirror does not do what it should, and no operation of ours fixes that.
    MirrorFaulty(MirrorFault),
    /// A promotion has started and cannot end: the link reports an error, so the source cannot be reached.
    PromotionWithoutSource {
        /// The link's error.
        error: Option<LinkError>,
        /// The server's words for it.
        message: Option<String>,
        /// The messages that are not copied, as far as its row says.
        not_copied: u64,
        /// What the server says holds the promotion up, where it was asked.
        problems: Vec<TaskProblem>,
    },
    /// A mirror topic that should be promoted was stopped before everything was copied.
    StoppedWithLag {
        /// The messages that were not copied, as far as its row says.
        not_copied: u64,
    },
    /// A config is set that the spec does not mention.
    UndeclaredConfig {
        /// The config's name.
        name: String,
        /// Its live value.
        live: Option<String>,
    },
    /// A config is set that the spec does not mention and that does nothing on this half.
    IneffectiveConfig {
        /// The config's name.
        name: String,
        /// Its live value.
        live: Option<String>,
    },
    /// A config is set that neither the spec mentions nor the catalogue knows.
    UnknownConfig {
        /// The config's name.
        name: String,
        /// Its live value.
        live: Option<String>,
    },
    /// A config is set that the spec does not mention and that the server lets no one change.
    ReadOnlyConfig {
        /// The config's name.
        name: String,
        /// Its live value.
        live: Option<String>,
    },
    /// The spec has another filter than the link, whose own cannot be read whole.
    FilterNotUnderstood {
        /// The config's name.
        name: String,
        /// Its live text.
        live: String,
        /// What is not understood.
        why: String,
    },
    /// The spec turns ACL sync on between Confluent Cloud and another kind of cluster.
    AclSyncBetweenKinds {
        /// The kind of the cluster that holds the half.
        own: ClusterKind,
        /// The kind of the other.
        other: ClusterKind,
    },
    /// A link that no file declares.
    UnmanagedLink {
        /// How many mirror topics it has.
        mirrors: usize,
    },
    /// A row of the link list without a name: a remnant that cannot be addressed.
    NamelessLink {
        /// Its state.
        state: Option<LinkState>,
    },
    /// A mirror topic that no key of its link's `mirrors` governs.
    UnmanagedMirror {
        /// Its status.
        status: MirrorStatus,
    },
    /// A mirror topic is paused that no key governs and its link's auto-create selects.
    SelectedMirrorPaused,
    /// A mirror topic has stopped, or is stopping, that no key governs and its link's auto-create
    /// selects.
    SelectedMirrorStopped {
        /// Its status.
        status: MirrorStatus,
    },
    /// There is an ordinary topic where a stopped mirror topic is desired, and no row is left that would
    /// tell whether it was one.
    HistoryMissing {
        /// The desired state.
        wanted: MirrorState,
    },
    /// A retired link does not exist (any more).
    RetiredGone,
    /// An exception holds back a change.
    HeldBack {
        /// The field that differs.
        field: String,
        /// What is live.
        live: String,
        /// What the spec says.
        wanted: String,
        /// Whether no operation leads there, so that the plan is refused without the exception.
        is_refused: bool,
        /// The exception's reason.
        reason: String,
        /// The day on which it expires.
        until: jiff::civil::Date,
    },
    /// A hold of the spec keeps operations off.
    Held {
        /// The hold's reason.
        reason: String,
        /// The first day on which it is not held any more.
        until: jiff::civil::Date,
        /// What is held back: the address and the word of each operation.
        operations: Vec<(Address, Cow<'static, str>)>,
        /// How many refusals are not said because of it.
        refused: usize,
    },
    /// Something about how a cluster answers.
    Answer(AnswerFinding),
    /// Something about topics whose primary is declared, or about a cluster that is declared lost.
    Topic(TopicFinding),
    /// Something about a link that Confluent's Switchover service manages.
    Switchover(Box<SwitchoverFinding>),
    /// A hold of the spec is over, and still written.
    HoldExpired {
        /// The hold's reason.
        reason: String,
        /// The day on which it ended.
        until: jiff::civil::Date,
    },
}

/// What is odd about the answers of a cluster that were read nevertheless.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum AnswerFinding {
    /// A list has it more than once, each time with the same content.
    Repeated,
    /// The link is in a state that we do not know.
    UnknownLinkState {
        /// The server's word.
        state: String,
    },
    /// The link names more mirror topics than the list of mirror topics has of it.
    MirrorsNotListed {
        /// How many it names.
        named: usize,
        /// How many are listed.
        listed: usize,
    },
    /// It was not asked now: its answers are those of a snapshot.
    FromSnapshot {
        /// When the snapshot was taken.
        taken_at: jiff::Timestamp,
        /// How old it was when it was read.
        age: std::time::Duration,
    },
    /// The snapshot of which its answers are hides all names but those that its spec said then.
    NamesHidden {
        /// What the spec says now and did not say then: names, and beginnings with a star.
        names: Vec<String>,
    },
}

/// What there is to say of topics whose primary is declared, and of clusters that are declared lost.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum TopicFinding {
    /// Two halves that are there are no pair.
    NotAPair {
        /// The other half.
        other: HalfAddress,
        /// What differs.
        differs: Vec<String>,
    },
    /// There is no safe way to what is declared.
    Refused {
        /// Why.
        why: Refused,
        /// The declared primary.
        primary: ClusterName,
        /// The other cluster.
        other: ClusterName,
        /// What both halves show.
        rows: [RowShown; 2],
    },
    /// A side could not be read: nothing is planned for these, and they are not in place either.
    NotKnown {
        /// The side's cluster.
        cluster: ClusterName,
        /// Why.
        why: Unread,
        /// The topics.
        topics: Vec<TopicName>,
    },
    /// The primary of these is declared lost.
    PrimaryLost {
        /// The primary.
        cluster: ClusterName,
        /// The other side.
        other: ClusterName,
        /// The topics.
        topics: Vec<TopicName>,
    },
    /// These have no copy while the other side is lost or unread.
    NoCopy {
        /// The other side.
        cluster: ClusterName,
        /// Why it is unread; none where it is lost.
        why: Option<Unread>,
        /// The topics.
        topics: Vec<TopicName>,
    },
    /// These are not on this side, and the other is lost.
    NotCopiedInTime {
        /// The cluster that is lost.
        cluster: ClusterName,
        /// The topics.
        topics: Vec<TopicName>,
    },
    /// The cluster is declared lost.
    ClusterLost {
        /// The reason that the spec gives.
        reason: String,
        /// The day on which it must be checked again.
        until: jiff::civil::Date,
    },
    /// The day has passed until which the cluster was declared lost.
    LossExpired {
        /// The reason that the spec gives.
        reason: String,
        /// The day.
        until: jiff::civil::Date,
    },
    /// The cluster is declared lost, and answers.
    LostAnswers {
        /// The reason that the spec gives.
        reason: String,
    },
}

impl TopicFinding {
    /// Its stable code.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::NotAPair { .. } => "LW280",
            Self::Refused { .. } => "LW281",
            Self::NotKnown { .. } => "LW282",
            Self::PrimaryLost { .. } => "LW283",
            Self::NoCopy { .. } => "LW284",
            Self::NotCopiedInTime { .. } => "LW285",
            Self::ClusterLost { .. } => "LW286",
            Self::LossExpired { .. } => "LW287",
            Self::LostAnswers { .. } => "LW288",
        }
    }

    fn class(&self) -> Class {
        match self {
            Self::NotAPair { .. } | Self::Refused { .. } => Class::Refusal,
            Self::NotKnown { .. } | Self::NoCopy { why: Some(_), .. } => Class::Unknown,
            Self::NotCopiedInTime { .. } | Self::LostAnswers { .. } => Class::Health,
            Self::PrimaryLost { .. }
            | Self::NoCopy { why: None, .. }
            | Self::ClusterLost { .. }
            | Self::LossExpired { .. } => Class::Note,
        }
    }

    /// Names the topics that it is about.
    pub(super) fn name(&mut self, names: Vec<TopicName>) {
        match self {
            Self::NotKnown { topics, .. }
            | Self::PrimaryLost { topics, .. }
            | Self::NoCopy { topics, .. }
            | Self::NotCopiedInTime { topics, .. } => *topics = names,
            Self::NotAPair { .. }
            | Self::Refused { .. }
            | Self::ClusterLost { .. }
            | Self::LossExpired { .. }
            | Self::LostAnswers { .. } => {}
        }
    }
}

impl SwitchoverFinding {
    fn code(&self) -> &'static str {
        match self {
            Self::FailedOver { .. } => "LW550",
            Self::Refused { .. } => "LW551",
            Self::Unknown { .. } => "LW552",
            Self::NotReady { .. } => "LW553",
        }
    }

    /// That a pair is failed over is no drift; that its topics have no copy is unhealthy.
    fn class(&self) -> Class {
        match self {
            Self::Refused { .. } => Class::Refusal,
            Self::Unknown { .. } => Class::Unknown,
            Self::FailedOver { pair, .. } | Self::NotReady { pair, .. } => match pair.pair.phase {
                PairPhase::ReadyToRestore | PairPhase::Failed => Class::Health,
                _ => Class::Note,
            },
        }
    }
}

/// What a half shows of a topic.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RowShown {
    /// The half's cluster.
    pub cluster: ClusterName,
    /// Whether it was read.
    pub is_read: bool,
    /// The status of its row, if it has one.
    pub status: Option<MirrorStatus>,
    /// When it entered that status: milliseconds since 1970, if the server says.
    pub since_ms: Option<i64>,
}

/// A difference in what is fixed at creation.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ImmutableDifference {
    /// The field: `source`, `remote`, `prefix`, `link.mode`, ….
    pub field: Cow<'static, str>,
    /// What the link has.
    pub live: String,
    /// What the spec says.
    pub wanted: String,
}

/// Why a mirror cannot come to its desired state.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum MirrorRefusal {
    /// There is no mirror that could be promoted or failed over.
    NothingToStop,
    /// A plain topic has the mirror's name; a topic cannot become a mirror.
    PlainTopic,
    /// Another link's mirror has the name.
    MirrorOf(LinkName),
    /// Promoting needs the source, which the mirror cannot reach.
    PromoteNeedsSource(MirrorStatus),
    /// Promoting needs the source, and the link reports that it cannot reach it.
    PromoteLinkInError(Option<LinkError>),
    /// Promoting needs a link that is not paused.
    LinkPaused,
    /// A failed mirror cannot be promoted.
    FailedCannotPromote(Option<MirrorError>),
    /// A promotion or failover is under way: the topic is becoming writable.
    BecomingWritable,
    /// The topic is writable; making it a mirror again would delete its data.
    Writable,
    /// The topic is writable, and this other half of the link mirrors it: it was reversed.
    Reversed(HalfAddress),
    /// The server reports a status that we do not know.
    UnknownStatus(String),
}

/// Why a mirror does not do what it should.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum MirrorFault {
    /// Its source cannot be reached; it recovers by itself.
    SourceUnavailable,
    /// The primary of its topic cannot be reached; it recovers by itself.
    PrimaryUnavailable,
    /// Its link has failed.
    LinkFailed,
    /// The same of a link whose topics have a primary.
    PairFailed,
    /// Its link is paused.
    LinkPaused,
    /// It can mirror no more; only recreating it helps.
    Failed(Option<MirrorError>),
    /// The server reports a status that we do not know.
    UnknownStatus(String),
}

impl FindingKind {
    /// The finding's stable code; `linkwright explain CODE` shows more.
    #[must_use]
    pub fn code(&self) -> Code {
        Code(match self {
            Self::Immutable { .. } => "LW201",
            Self::FixedConfig { .. } => "LW202",
            Self::MirrorRefused(refusal) => match refusal {
                MirrorRefusal::NothingToStop => "LW210",
                MirrorRefusal::PlainTopic => "LW211",
                MirrorRefusal::MirrorOf(_) => "LW212",
                MirrorRefusal::PromoteNeedsSource(_) | MirrorRefusal::PromoteLinkInError(_) => {
                    "LW213"
                }
                MirrorRefusal::LinkPaused => "LW214",
                MirrorRefusal::FailedCannotPromote(_) => "LW215",
                MirrorRefusal::BecomingWritable => "LW216",
                MirrorRefusal::Writable | MirrorRefusal::Reversed(_) => "LW217",
                MirrorRefusal::UnknownStatus(_) => "LW218",
            },
            Self::SourceTopicMissing { .. } => "LW219",
            Self::RetiredMirrorsRunning { .. } => "LW220",
            Self::PartnerMirrorsRunning { .. } => "LW221",
            Self::Unknown(why) => match why.kind {
                UnreadKind::Disagreeing => "LW520",
                UnreadKind::OtherCluster => "LW522",
                _ => "LW230",
            },
            Self::PartnerNotSeen { .. } => "LW231",
            Self::LinkUnhealthy { .. } => "LW240",
            Self::TaskInError { .. } => "LW241",
            Self::MirrorFaulty(fault) => match fault {
                MirrorFault::SourceUnavailable | MirrorFault::PrimaryUnavailable => "LW242",
                MirrorFault::LinkFailed | MirrorFault::PairFailed => "LW243",
                MirrorFault::LinkPaused => "LW244",
                MirrorFault::Failed(_) => "LW245",
                MirrorFault::UnknownStatus(_) => "LW246",
            },
            Self::StoppedWithLag { .. } => "LW249",
            Self::FilterNotUnderstood { .. } => "LW203",
            Self::AclSyncBetweenKinds { .. } => "LW204",
            Self::LinkGone { .. } => "LW205",
            Self::HalvesNotPaired { .. } => "LW232",
            Self::PromotionWithoutSource { .. } => "LW233",
            Self::UndeclaredConfig { .. } => "LW250",
            Self::IneffectiveConfig { .. } => "LW251",
            Self::UnknownConfig { .. } => "LW252",
            Self::ReadOnlyConfig { .. } => "LW253",
            Self::UnmanagedLink { .. } => "LW260",
            Self::NamelessLink { .. } => "LW261",
            Self::UnmanagedMirror { .. } => "LW262",
            Self::SelectedMirrorPaused => "LW263",
            Self::SelectedMirrorStopped { .. } => "LW264",
            Self::GenerationNotKnown { .. } => "LW580",
            Self::RetiredGone => "LW270",
            Self::HistoryMissing { .. } => "LW271",
            Self::HeldBack { .. } => "LW272",
            Self::Held { .. } => "LW273",
            Self::HoldExpired { .. } => "LW274",
            Self::Answer(finding) => match finding {
                AnswerFinding::Repeated => "LW521",
                AnswerFinding::UnknownLinkState { .. } => "LW523",
                AnswerFinding::MirrorsNotListed { .. } => "LW524",
                AnswerFinding::FromSnapshot { .. } => "LW525",
                AnswerFinding::NamesHidden { .. } => "LW529",
            },
            Self::Topic(finding) => finding.code(),
            Self::Switchover(finding) => finding.code(),
        })
    }

    /// How urgent it is among the findings of its class; 0 is the most urgent. What is about a whole link
    /// comes first, then mirror topics that cannot mirror again, then what may recover.
    #[must_use]
    pub fn urgency(&self) -> u8 {
        match self {
            Self::LinkUnhealthy { .. } => 0,
            Self::MirrorFaulty(fault) => match fault {
                MirrorFault::Failed(_) => 1,
                MirrorFault::LinkFailed | MirrorFault::PairFailed => 2,
                MirrorFault::SourceUnavailable | MirrorFault::PrimaryUnavailable => 3,
                MirrorFault::UnknownStatus(_) => 6,
                MirrorFault::LinkPaused => 8,
            },
            Self::HalvesNotPaired { .. } => 4,
            Self::TaskInError { .. } => 7,
            _ => 5,
        }
    }

    /// Why a mirror topic may not be as the spec says although nothing is planned for it and the plan is not
    /// refused; none where the finding does not mean that. What could not be read fails a run by itself.
    #[must_use]
    pub fn keeps(&self) -> Option<Keeps<'_>> {
        match self {
            Self::HeldBack { .. } | Self::PromotionWithoutSource { .. } | Self::MirrorFaulty(_) => {
                Some(Keeps::Mirror)
            }
            Self::Held {
                operations,
                refused,
                ..
            } => Some(Keeps::Held {
                operations,
                all: *refused > 0,
            }),
            Self::Topic(
                TopicFinding::NotKnown { topics, .. }
                | TopicFinding::PrimaryLost { topics, .. }
                | TopicFinding::NotCopiedInTime { topics, .. },
            ) => Some(Keeps::Topics(topics)),
            Self::Topic(
                TopicFinding::NotAPair { .. }
                | TopicFinding::Refused { .. }
                | TopicFinding::NoCopy { .. }
                | TopicFinding::ClusterLost { .. }
                | TopicFinding::LossExpired { .. }
                | TopicFinding::LostAnswers { .. },
            )
            | Self::Immutable { .. }
            | Self::FixedConfig { .. }
            | Self::MirrorRefused(_)
            | Self::SourceTopicMissing { .. }
            | Self::RetiredMirrorsRunning { .. }
            | Self::PartnerMirrorsRunning { .. }
            | Self::PartnerNotSeen { .. }
            | Self::Unknown(_)
            | Self::LinkUnhealthy { .. }
            | Self::HalvesNotPaired { .. }
            | Self::LinkGone { .. }
            | Self::TaskInError { .. }
            | Self::StoppedWithLag { .. }
            | Self::UndeclaredConfig { .. }
            | Self::IneffectiveConfig { .. }
            | Self::UnknownConfig { .. }
            | Self::ReadOnlyConfig { .. }
            | Self::FilterNotUnderstood { .. }
            | Self::AclSyncBetweenKinds { .. }
            | Self::UnmanagedLink { .. }
            | Self::GenerationNotKnown { .. }
            | Self::NamelessLink { .. }
            | Self::UnmanagedMirror { .. }
            | Self::SelectedMirrorPaused
            | Self::SelectedMirrorStopped { .. }
            | Self::HistoryMissing { .. }
            | Self::RetiredGone
            | Self::Answer(_)
            | Self::Switchover(_)
            | Self::HoldExpired { .. } => None,
        }
    }

    /// The finding's class.
    #[must_use]
    pub fn class(&self) -> Class {
        match self {
            Self::Topic(finding) => finding.class(),
            Self::Switchover(finding) => finding.class(),
            Self::Immutable { .. }
            | Self::FixedConfig { .. }
            | Self::FilterNotUnderstood { .. }
            | Self::AclSyncBetweenKinds { .. }
            | Self::LinkGone { .. }
            | Self::MirrorRefused(_)
            | Self::SourceTopicMissing { .. }
            | Self::RetiredMirrorsRunning { .. }
            | Self::PartnerMirrorsRunning { .. } => Class::Refusal,
            Self::Unknown(_)
            | Self::PartnerNotSeen { .. }
            | Self::Answer(AnswerFinding::NamesHidden { .. }) => Class::Unknown,
            Self::Answer(AnswerFinding::Repeated | AnswerFinding::FromSnapshot { .. }) => {
                Class::Note
            }
            Self::Answer(_)
            | Self::LinkUnhealthy { .. }
            | Self::HalvesNotPaired { .. }
            | Self::TaskInError { .. }
            | Self::MirrorFaulty(_)
            | Self::PromotionWithoutSource { .. }
            | Self::StoppedWithLag { .. } => Class::Health,
            Self::UndeclaredConfig { .. } => Class::Config,
            Self::UnmanagedLink { .. }
            | Self::UnmanagedMirror { .. }
            | Self::SelectedMirrorStopped { .. } => Class::Unmanaged,
            Self::GenerationNotKnown { .. } => Class::Warning,
            Self::RetiredGone
            | Self::NamelessLink { .. }
            | Self::HistoryMissing { .. }
            | Self::SelectedMirrorPaused
            | Self::HeldBack { .. }
            | Self::Held { .. }
            | Self::HoldExpired { .. }
            | Self::IneffectiveConfig { .. }
            | Self::UnknownConfig { .. }
            | Self::ReadOnlyConfig { .. } => Class::Note,
        }
    }
}
