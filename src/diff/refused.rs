//! Why a topic cannot come to its declared primary: [`Refused`].

use crate::address::LinkName;
use crate::live::MirrorStatus;

/// Why there is no safe way.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Refused {
    /// The topic of P is a mirror of another link, so that no one can write to it.
    PrimaryIsMirrorOf(LinkName),
    /// The topic of Q is a mirror of another link.
    OtherIsMirrorOf(LinkName),
    /// Another client is reversing or stopping the mirror at Q.
    ByAnotherClient(MirrorStatus),
    /// The link is in error: it must be repaired before the topic can be reversed.
    LinkInError,
    /// The topic does not exist where it should be written.
    SourceMissing(Absent),
    /// Q can be reached, and the mirror at P has lost its source: repair or resume the link.
    OtherAlive(MirrorStatus),
    /// The mirror at P has failed for good.
    Failed,
    /// Q could not be read and is not declared lost.
    OtherUnread,
    /// The topic of Q is the later one, and P's is no copy of it: P must be restored from Q first.
    CopyFirst,
    /// Q writes the topic and P does not have it.
    CreateFirst,
    /// What is live does not say who writes.
    WriterUnknown,
}

/// Where a topic is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Absent {
    /// At the declared primary.
    AtPrimary,
    /// At the other side, which is the source now.
    AtOther,
}
