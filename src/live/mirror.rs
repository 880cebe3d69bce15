//! Facts about mirror topics: [`MirrorFact`].

use std::collections::BTreeSet;
use std::fmt;

use super::link::{LinkFact, TaskProblem};
use super::open_words;
use crate::address::{LinkName, TopicName};

/// A mirror topic as the cluster that holds it lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// When it entered that status: milliseconds since 1970, as the server says.
    pub since_ms: i64,
    /// Why it failed, if it did.
    pub error: Option<MirrorError>,
    /// What holds up a transition, where that was asked for.
    pub transition_problems: Vec<TransitionProblem>,
    /// Lag per partition. Stale while the mirror is paused or its source cannot be reached.
    pub lags: Vec<PartitionLag>,
}

/// Why the lag figures of a mirror do not say how far behind it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub enum LagUnknown {
    /// The server gives no figures.
    Missing,
    /// The server gives figures for only some of the partitions.
    Partial,
    /// The lag of a partition is negative, which means "unknown".
    Negative,
    /// Nothing was fetched of a partition yet, so that its lag of 0 says nothing.
    NothingFetched,
    /// The link reports an error, or could not be read: the figures may have stopped moving.
    LinkInError,
}

impl LagUnknown {
    /// Whether there are no figures, rather than figures that may be old.
    #[must_use]
    pub fn is_without_figures(self) -> bool {
        matches!(self, Self::Missing | Self::Partial | Self::Negative)
    }
}

impl fmt::Display for LagUnknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "the server reports no lag",
            Self::Partial => "the server reports the lag of only some partitions",
            Self::Negative => "the server reports a negative lag, which means \"unknown\"",
            Self::NothingFetched => {
                "nothing was fetched from a partition yet, so its lag is not meaningful"
            }
            Self::LinkInError => "the link reports an error, so the lag may be out of date",
        })
    }
}

impl MirrorFact {
    /// Messages not yet mirrored, where the figures say so for every partition and the link that they
    /// come over works. A promotion waits for this.
    ///
    /// # Errors
    /// Why they are not known.
    pub fn known_lag(&self, link: Option<&LinkFact>) -> Result<u64, LagUnknown> {
        let partitions: BTreeSet<i32> = self.lags.iter().map(|lag| lag.partition).collect();
        if self.lags.is_empty() {
            Err(LagUnknown::Missing)
        } else if self.lags.iter().any(|lag| lag.lag < 0) {
            Err(LagUnknown::Negative)
        } else if partitions.len() < self.partitions as usize {
            Err(LagUnknown::Partial)
        } else if !link.is_some_and(LinkFact::is_healthy) {
            Err(LagUnknown::LinkInError)
        } else {
            Ok(self.total_lag())
        }
    }

    /// Why the figures do not say what a failover would lose; none when they do, as of their reading.
    #[must_use]
    pub fn lag_doubt(&self, link: Option<&LinkFact>) -> Option<LagUnknown> {
        let nothing_fetched = || {
            self.lags
                .iter()
                .any(|lag| lag.last_source_fetch_offset < 0)
                .then_some(LagUnknown::NothingFetched)
        };
        self.known_lag(link).err().or_else(nothing_fetched)
    }

    /// Messages not yet mirrored, over all partitions that the server gives figures for: a lower bound.
    #[must_use]
    pub fn total_lag(&self) -> u64 {
        self.lags
            .iter()
            .map(|partition| u64::try_from(partition.lag).unwrap_or(0))
            .fold(0, u64::saturating_add)
    }
}

/// The lag of one partition of a mirror topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// Whether it is on the way from one status to another.
    #[must_use]
    pub fn is_passing(&self) -> bool {
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
