//! Why an operation waits, is tried again, has failed or is not known: [`Cause`], data with a stable
//! code. Its words are in `report`.

use std::path::PathBuf;
use std::time::Duration;

use super::secret_error::SecretError;
use crate::address::{Address, GroupName, HalfAddress, TopicName};
use crate::live::switchover::PairPhase;
use crate::live::{
    LinkError, LinkState, LossUnknown, MirrorError, MirrorLoss, MirrorStatus, TaskProblem, Unread,
};
use crate::plan::Cut;
use crate::plan::switchover::PairRefusal;

/// Why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    // What a read showed.
    /// Something could not be read.
    Unread(Unread),
    /// The list of links was not read.
    LinksNotRead,
    /// The mirror topics were not read.
    MirrorsNotRead,
    /// The link is not listed (yet).
    LinkNotListed {
        /// Whether it was just created.
        is_new: bool,
    },
    /// The link is still listed.
    LinkStillListed,
    /// The link is not healthy.
    LinkUnhealthy {
        /// Its state.
        state: Option<LinkState>,
        /// Its error.
        error: Option<LinkError>,
        /// The server's words for the error.
        message: Option<String>,
    },
    /// The link has not reached the other cluster yet.
    LinkNotReached,
    /// The link has not been healthy for long enough to be sure.
    LinkHealthyTooBriefly,
    /// The link's configs are not found.
    ConfigsNotFound,
    /// The server does not show these new configs yet.
    ConfigsNotShown(Vec<String>),
    /// Not all of the history that is to be archived was read.
    HistoryNotRead,
    /// The link's tasks were not read.
    TasksNotRead,
    /// The link's tasks have not done well for long enough to be sure.
    TasksWellTooBriefly,
    /// A task of the link is in error.
    TaskInError {
        /// The task.
        task: String,
        /// What is wrong with it.
        problems: Vec<TaskProblem>,
    },
    /// The mirror topic is not listed.
    MirrorNotListed,
    /// The mirror topic has another status than the one that is waited for.
    MirrorStatus {
        /// Its status.
        status: MirrorStatus,
        /// What is waited for.
        expected: Vec<MirrorStatus>,
        /// Why it failed, where it did for good.
        error: Option<MirrorError>,
    },

    // What the plan expects and a read did not show.
    /// A link of that name exists by now.
    LinkExists(HalfAddress),
    /// The link does not exist any more.
    LinkGone(HalfAddress),
    /// It is another link of that name.
    LinkReplaced(HalfAddress),
    /// Configs changed since they were planned.
    ConfigsChanged {
        /// The half.
        half: HalfAddress,
        /// The configs.
        names: Vec<String>,
    },
    /// A mirror topic of that name exists by now.
    MirrorExists {
        /// The mirror topic.
        address: Address,
        /// Its source topic.
        source: TopicName,
    },
    /// It is not a mirror topic any more.
    MirrorGone(Address),
    /// The mirror topic has another status than planned.
    MirrorStatusChanged {
        /// The mirror topic.
        address: Address,
        /// Its status.
        status: MirrorStatus,
        /// What was planned.
        expected: Vec<MirrorStatus>,
    },
    /// A half of the pair is not healthy.
    LinkUnhealthyAt {
        /// The half.
        half: HalfAddress,
        /// What is wrong with it.
        seen: Box<Cause>,
    },
    /// A topic is not an ordinary one, as it was when it was planned.
    NotOrdinary {
        /// The topic.
        address: Address,
        /// The status of its mirror; none where there is no such topic.
        status: Option<MirrorStatus>,
    },
    /// Not every mirror topic of the link has stopped.
    MirrorsRunning {
        /// The half.
        half: HalfAddress,
        /// The first that has not.
        first: TopicName,
        /// Its status.
        status: MirrorStatus,
        /// How many more there are.
        more: usize,
    },

    // What became of a request.
    /// What the server, or the way to it, says.
    Server(String),
    /// The server's answer leaves the mirror topic out.
    LeftOut,
    /// A request may have been carried out, and what became of it cannot be read.
    AmbiguousUnread {
        /// Why it is ambiguous.
        cause: Box<Cause>,
        /// Why it cannot be read.
        unread: Box<Cause>,
    },

    // How it ended.
    /// The lag did not come down in time.
    LagTooHigh {
        /// The lag in messages, or why it is not known.
        lag: Result<u64, LossUnknown>,
        /// The most at which it may be promoted.
        max: u64,
        /// How long was waited.
        waited: Duration,
    },
    /// The read before the request shows a greater loss than the policy allows.
    LossAboveBound {
        /// What would be lost.
        loss: MirrorLoss,
        /// The policy's bound.
        max: u64,
    },
    /// The committed offsets of these groups did not become equal on both clusters in time.
    OffsetsDiffer {
        /// The groups.
        groups: Vec<GroupName>,
        /// How long was waited.
        waited: Duration,
    },
    /// The server does not have the call.
    CallMissing {
        /// The call's name.
        verb: &'static str,
    },
    /// The preview right before a restore shows that more would be cut than the plan shows.
    CutAbovePlan {
        /// What the plan shows.
        planned: Cut,
        /// What the preview shows.
        now: Cut,
    },
    /// The read before a promotion shows active consumer groups whose offsets the link writes.
    GroupsActive {
        /// The half.
        half: HalfAddress,
        /// The groups with their states.
        groups: Vec<(GroupName, String)>,
    },
    /// A switchover pair is in a phase that forbids the request. It was not sent.
    PairForbids {
        /// The pair's id.
        pair: String,
        /// Its phase.
        phase: PairPhase,
        /// Why.
        why: PairRefusal,
    },
    /// The switchover pairs could not be read, so that whether one forbids the request is not known. It was not
    /// sent.
    PairsUnread(Unread),
    /// The run may not write any more: its lease is gone, or ends too soon. It was not sent.
    Withheld(String),
    /// Another client stopped the mirror topic before this run did, and not everything was copied.
    StoppedOutside {
        /// What its row says; none where it is no longer listed.
        loss: Option<MirrorLoss>,
    },
    /// It was not seen to end in time.
    NotSettled {
        /// How long was waited.
        waited: Duration,
        /// What was seen last.
        seen: Option<Box<Cause>>,
        /// What the server says holds it up.
        problems: Vec<TaskProblem>,
        /// What it waits for, where it is a mirror topic that does not stop.
        stuck: Option<Box<Stuck>>,
    },
    /// It failed, and the credentials that were replaced cannot be put back.
    SecretsReplaced(Box<Cause>),
    /// A secret cannot be used: why, without its value.
    Secret(SecretError),
    /// Something on our side, in the words of whoever noticed it.
    Local(String),
    /// The run was stopped before its end was seen.
    RunStopped,
    /// Another run asked for the cluster: the effect of what was sent was not waited for.
    HandedOver,
    /// The run ended before it did.
    RunEnded,
}

/// What a mirror topic waits for that does not stop, going by its row and its link's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stuck {
    /// What is not copied.
    pub loss: MirrorLoss,
    /// The error that its link reports.
    pub link_error: Option<LinkError>,
    /// Why the server did not overtake the promotion by a failover, in its words, where it was asked to.
    pub declined: Option<String>,
}

impl Cause {
    /// Its stable code, for machines.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unread(_) => "unread",
            Self::LinksNotRead => "links-not-read",
            Self::MirrorsNotRead => "mirrors-not-read",
            Self::LinkNotListed { .. } => "link-not-listed",
            Self::LinkStillListed => "link-still-listed",
            Self::LinkUnhealthy { .. } => "link-unhealthy",
            Self::LinkNotReached => "link-not-reached",
            Self::LinkHealthyTooBriefly => "link-healthy-too-briefly",
            Self::ConfigsNotFound => "configs-not-found",
            Self::ConfigsNotShown(_) => "configs-not-shown",
            Self::HistoryNotRead => "history-not-read",
            Self::TasksNotRead => "tasks-not-read",
            Self::TasksWellTooBriefly => "tasks-well-too-briefly",
            Self::TaskInError { .. } => "task-in-error",
            Self::MirrorNotListed => "mirror-not-listed",
            Self::MirrorStatus { .. } => "mirror-status",
            Self::LinkExists(_) => "link-exists",
            Self::LinkGone(_) => "link-gone",
            Self::LinkReplaced(_) => "link-replaced",
            Self::ConfigsChanged { .. } => "configs-changed",
            Self::MirrorExists { .. } => "mirror-exists",
            Self::MirrorGone(_) => "mirror-gone",
            Self::MirrorStatusChanged { .. } => "mirror-status-changed",
            Self::LinkUnhealthyAt { .. } => "link-unhealthy-at",
            Self::NotOrdinary { .. } => "not-ordinary",
            Self::MirrorsRunning { .. } => "mirrors-running",
            Self::Server(_) => "server",
            Self::LeftOut => "left-out",
            Self::AmbiguousUnread { .. } => "ambiguous-unread",
            Self::LagTooHigh { .. } => "lag-too-high",
            Self::LossAboveBound { .. } => "loss-above-bound",
            Self::OffsetsDiffer { .. } => "offsets-differ",
            Self::CallMissing { .. } => "call-missing",
            Self::CutAbovePlan { .. } => "cut-above-plan",
            Self::GroupsActive { .. } => "groups-active",
            Self::PairForbids { .. } => "pair-forbids",
            Self::PairsUnread(_) => "pairs-unread",
            Self::Withheld(_) => "withheld",
            Self::StoppedOutside { .. } => "stopped-outside",
            Self::NotSettled { .. } => "not-settled",
            Self::SecretsReplaced(cause) => cause.code(),
            Self::Secret(_) => "secret",
            Self::Local(_) => "local",
            Self::RunStopped => "run-stopped",
            Self::HandedOver => "handed-over",
            Self::RunEnded => "run-ended",
        }
    }
}

/// Something that went wrong in addition to the operations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunProblem {
    /// The run report cannot be written.
    Report {
        /// The file.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// The lease is about to end, has ended, or someone asked for it.
    Lease {
        /// What happened.
        what: String,
    },
    /// That credentials were written cannot be recorded.
    Ledger {
        /// What went wrong, with the file.
        why: String,
    },
}

impl RunProblem {
    /// Its stable code, for machines.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Report { .. } => "report",
            Self::Lease { .. } => "lease",
            Self::Ledger { .. } => "ledger",
        }
    }
}
