//! Facts about mirror topics: [`MirrorFact`].

use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::Arc;

use super::link::TaskProblem;
use super::open_words;
use crate::address::{LinkName, TopicName};

/// A mirror topic as the cluster that holds it lists it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct MirrorFact {
    /// The link it is on.
    pub link: LinkName,
    /// Its own name on the holding cluster.
    pub topic: TopicName,
    /// The source topic's name on the other cluster.
    pub source_topic: TopicName,
    /// How many partitions it has.
    pub partitions: u32,
    /// What it does now.
    pub status: MirrorStatus,
    /// When it entered that status: milliseconds since 1970, as the server says. Some servers do not.
    pub since_ms: Option<i64>,
    /// Why it failed, if it did.
    pub error: Option<MirrorError>,
    /// What holds up a transition, where that was asked for.
    pub transition_problems: Vec<TransitionProblem>,
    /// Lag per partition. Stale while the mirror is paused or its source cannot be reached.
    pub lags: Lags,
    /// The same figures in an earlier read, where there was one (`--sample`).
    pub earlier: Earlier,
}

/// The lag of each partition of a mirror topic. What is read is shared by what is planned from it, since there
/// may be a hundred thousand mirror topics.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lags {
    of_partitions: Arc<[PartitionLag]>,
    sums: LagSums,
}

/// What the figures of a mirror topic come to. They are added up once, as they are read: whoever asks later
/// would have to fetch each mirror topic's from another place in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct LagSums {
    /// Messages that are not copied.
    pub(super) messages: u64,
    /// For how many partitions there are figures.
    pub(super) partitions: u32,
    /// How many of them are behind.
    pub(super) lagging: u32,
    /// Of how many nothing was ever fetched.
    pub(super) never_fetched: u32,
    /// Whether a lag is negative.
    pub(super) has_negative: bool,
}

impl LagSums {
    fn of(lags: &[PartitionLag]) -> Self {
        let count = |counts: fn(&PartitionLag) -> bool| {
            u32::try_from(lags.iter().filter(|lag| counts(lag)).count()).unwrap_or(u32::MAX)
        };
        let messages = lags.iter().filter_map(|lag| u64::try_from(lag.lag).ok());
        let partitions = match lags.is_sorted_by(|a, b| a.partition < b.partition) {
            true => lags.len(),
            false => {
                let numbers: BTreeSet<i32> = lags.iter().map(|lag| lag.partition).collect();
                numbers.len()
            }
        };
        Self {
            messages: messages.fold(0, u64::saturating_add),
            partitions: u32::try_from(partitions).unwrap_or(u32::MAX),
            lagging: count(|lag| lag.lag > 0),
            never_fetched: count(|lag| lag.last_source_fetch_offset < 0),
            has_negative: lags.iter().any(|lag| lag.lag < 0),
        }
    }
}

impl Lags {
    /// What they come to.
    pub(super) fn sums(&self) -> LagSums {
        self.sums
    }
}

impl Deref for Lags {
    type Target = [PartitionLag];

    fn deref(&self) -> &[PartitionLag] {
        &self.of_partitions
    }
}

impl FromIterator<PartitionLag> for Lags {
    fn from_iter<I: IntoIterator<Item = PartitionLag>>(lags: I) -> Self {
        let of_partitions: Arc<[PartitionLag]> = lags.into_iter().collect();
        let sums = LagSums::of(&of_partitions);
        Self {
            of_partitions,
            sums,
        }
    }
}

impl From<Vec<PartitionLag>> for Lags {
    fn from(lags: Vec<PartitionLag>) -> Self {
        lags.into_iter().collect()
    }
}

impl serde::Serialize for Lags {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> serde::Deserialize<'de> for Lags {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::deserialize(deserializer)?.into())
    }
}

/// The figures of a mirror topic in an earlier read.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Earlier {
    /// There was none.
    #[default]
    None,
    /// Those of a read a moment before, by the same run: they also show whether it is in contact with its source.
    Sampled(Box<Lags>),
    /// Those that an earlier run has recorded. They may be hours old, and so show nothing of what would be lost now.
    Recorded(Box<Lags>),
}

impl Earlier {
    /// The figures that this run has read itself; empty where there are none.
    #[must_use]
    pub fn sampled(&self) -> &[PartitionLag] {
        match self {
            Self::Sampled(lags) => lags,
            Self::None | Self::Recorded(_) => &[],
        }
    }

    /// The figures, whoever read them; empty where there are none.
    #[must_use]
    pub fn figures(&self) -> &[PartitionLag] {
        match self {
            Self::Sampled(lags) | Self::Recorded(lags) => lags,
            Self::None => &[],
        }
    }

    /// Whether an earlier run has recorded them.
    #[must_use]
    pub fn is_recorded(&self) -> bool {
        matches!(self, Self::Recorded(_))
    }
}

/// The lag of one partition of a mirror topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PartitionLag {
    /// The partition's number.
    pub partition: i32,
    /// Messages behind the source.
    pub lag: i64,
    /// The last source offset that was fetched; -1 when nothing was.
    pub last_source_fetch_offset: i64,
}

/// What holds up a mirror's transition.
pub type TransitionProblem = TaskProblem;

open_words! {
    /// What a mirror topic does now. Only live facts have one; the desired state is a mirror *state*.
    MirrorStatus {
        /// It copies; producers may not write to it.
        Active = "ACTIVE",
        /// Someone paused this topic. Still read-only.
        Paused = "PAUSED",
        /// The link is paused.
        LinkPaused = "LINK_PAUSED",
        /// The source cannot be reached; it recovers alone.
        SourceUnavailable = "SOURCE_UNAVAILABLE",
        /// The link has failed.
        LinkFailed = "LINK_FAILED",
        /// This topic can mirror no more.
        Failed = "FAILED",
        /// It is being set up.
        PendingMirror = "PENDING_MIRROR",
        /// A promotion or failover was accepted and is not finished.
        PendingStopped = "PENDING_STOPPED",
        /// An ordinary writable topic; the row is history until the link is deleted.
        Stopped = "STOPPED",
        /// A reversal waits for the last data.
        PendingSynchronize = "PENDING_SYNCHRONIZE",
        /// Truncate-and-restore compares both sides.
        PendingSetupForRestore = "PENDING_SETUP_FOR_RESTORE",
        /// Truncate-and-restore cuts what diverged.
        PendingRestore = "PENDING_RESTORE",
    }
}

impl MirrorStatus {
    /// Whether something is wrong with it: it copies nothing, although no one asked it to stop.
    #[must_use]
    pub fn is_failing(&self) -> bool {
        matches!(
            self,
            Self::Failed | Self::LinkFailed | Self::SourceUnavailable
        )
    }

    /// Whether it is on the way from one status to another.
    #[must_use]
    pub fn is_transitional(&self) -> bool {
        matches!(
            self,
            Self::PendingMirror
                | Self::PendingStopped
                | Self::PendingSynchronize
                | Self::PendingSetupForRestore
                | Self::PendingRestore
        )
    }
}

open_words! {
    /// Why a mirror topic failed.
    MirrorError {
        /// The server does not know.
        Unknown = "UNKNOWN",
        /// Nothing was recorded.
        NotSet = "NOT_SET",
        /// Nothing is wrong.
        NoError = "NO_ERROR",
        /// The source topic is gone.
        SourceTopicMayBeDeleted = "SOURCE_TOPIC_MAY_BE_DELETED",
        /// The source topic was deleted and recreated.
        SourceTopicIdChanged = "SOURCE_TOPIC_ID_CHANGED",
        /// The source topic has fewer partitions than before.
        SourcePartitionsDecreased = "SOURCE_PARTITIONS_DECREASED",
        /// Epochs went backwards.
        NonMonotonicLogAppendEpoch = "NON_MONOTONIC_LOG_APPEND_EPOCH",
        /// The source lost records that were already copied.
        UnexpectedTruncation = "UNEXPECTED_TRUNCATION",
        /// The source holds messages in format v0 or v1.
        UnsupportedMessageFormat = "UNSUPPORTED_MESSAGE_FORMAT",
        /// Epochs went backwards at the source.
        NonMonotonicSourceEpoch = "NON_MONOTONIC_SOURCE_EPOCH",
        /// The server got into a state it does not allow.
        IllegalState = "ILLEGAL_STATE",
        /// The server does not support the state it was asked for.
        UnsupportedMirrorState = "UNSUPPORTED_MIRROR_STATE",
    }
}
