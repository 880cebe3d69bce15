//! Harms: what a caller did that would have hurt in production.
//!
//! The server lets most of them happen. The sandbox remembers them, so that a test can assert that
//! there are none.

use serde::{Deserialize, Serialize};

/// What kind of harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum HarmKind {
    /// A link was deleted while a mirror was PENDING_STOPPED.
    LinkDeletedWhilePendingStopped,
    /// A topic was deleted whose mirror is STOPPED: it was writable and held data of its own.
    StoppedTopicDeleted,
    /// A topic was deleted while it was a live mirror: what it had copied is gone. A FAILED mirror
    /// does not count, because it can only be recreated.
    MirrorTopicDeleted,
    /// A link was deleted and with it the history of STOPPED mirrors that no one had read.
    HistoryLost,
    /// Live mirrors were detached because their link was deleted with force.
    MirrorsDetachedByForce,
    /// ACL sync deleted an ACL that had been made at the destination.
    DestinationAclDeleted,
    /// Offset sync overwrote what a consumer had committed at the destination after the cutover.
    OffsetOverwritten,
    /// truncate-and-restore cut records that no other topic holds.
    RecordsCut,
    /// Two bidirectional halves were created so close together that they got different ids and
    /// will never pair.
    HalvesSplit,
    /// A link of a switchover pair, or a mirror on it, was written to while the pair's phase forbids it.
    SwitchoverDisturbed,
}

/// One harm that was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Harm {
    /// What kind.
    pub kind: HarmKind,
    /// Virtual time, milliseconds since 1970.
    pub at_ms: i64,
    /// The cluster it happened on.
    pub cluster: String,
    /// The link or topic it happened to.
    pub subject: String,
    /// In a sentence.
    pub message: String,
}
