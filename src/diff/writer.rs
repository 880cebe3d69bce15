//! Where a topic of a bidirectional link is written now, going by what both sides show: [`writer`].

use crate::address::LinkName;
use crate::live::MirrorStatus;

/// The two clocks that stamped two stopped rows may differ by this much, in milliseconds.
const APART_MS: i64 = 300_000;

/// One side of a topic, as the last read shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Side {
    /// It could not be read.
    Unread,
    /// Its cluster is declared lost, and is not read.
    Lost,
    /// It was read.
    Read(Seen),
}

/// What was read of one side of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its row on this half of the link.
    pub row: Option<Row>,
    /// Whether the cluster has the topic.
    pub topic: bool,
    /// Another link whose mirror has the name here.
    pub mirror_of: Option<LinkName>,
    /// Whether this half of the link reports an error.
    pub in_error: bool,
}

/// The row of a topic on a half of the link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its status.
    pub status: MirrorStatus,
    /// When it entered that status, if the server says.
    pub since_ms: Option<i64>,
}

/// The side that the spec names as primary, or the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Which {
    /// The declared primary.
    Primary,
    /// The other side.
    Other,
}

/// Who writes a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Writer {
    /// This side.
    At(Which),
    /// The topic is turning: the next plan decides.
    Turning,
    /// Neither side has it.
    Nowhere,
    /// What is live does not say.
    Unknown,
}

/// What a row says about who writes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Copy {
    /// There is none.
    Without,
    /// The topic is no mirror any more; since when, if that is known.
    Stopped(Option<i64>),
    /// The topic is a mirror. Whether it is on the way to something else.
    Live {
        /// It is `PENDING_…`.
        pending: bool,
    },
}

impl Seen {
    pub(super) fn copy(&self) -> Copy {
        match &self.row {
            None => Copy::Without,
            Some(row) if row.status == MirrorStatus::Stopped => Copy::Stopped(row.since_ms),
            Some(row) => Copy::Live {
                pending: row.status.is_transitional(),
            },
        }
    }

    /// Whether the topic is there and is no mirror.
    pub(super) fn is_plain(&self) -> bool {
        self.topic && !self.is_copy() && self.mirror_of.is_none()
    }

    /// Whether the topic is a mirror of this link.
    pub(super) fn is_copy(&self) -> bool {
        matches!(self.copy(), Copy::Live { .. })
    }
}

/// Who writes a topic whose primary was read. A row of an unknown status counts as live; who decides asks for it
/// first.
#[must_use]
pub fn writer(p: &Seen, other: &Side) -> Writer {
    use Which::{Other, Primary};
    let q = match other {
        Side::Read(q) => q,
        Side::Unread | Side::Lost => return next_to_unread(p),
    };
    match (p.copy(), q.copy()) {
        (Copy::Live { pending: a }, Copy::Live { pending: b }) if a || b => Writer::Turning,
        (Copy::Live { .. }, Copy::Live { .. }) => Writer::Unknown,
        (_, Copy::Live { .. }) | (Copy::Stopped(_), Copy::Without) => Writer::At(Primary),
        (Copy::Live { .. }, _) | (Copy::Without, Copy::Stopped(_)) => Writer::At(Other),
        (Copy::Stopped(a), Copy::Stopped(b)) => match a.zip(b) {
            Some((a, b)) if a.saturating_sub(b) > APART_MS => Writer::At(Primary),
            Some((a, b)) if b.saturating_sub(a) > APART_MS => Writer::At(Other),
            _ => Writer::Unknown,
        },
        (Copy::Without, Copy::Without) => match (p.topic, q.topic) {
            (true, false) => Writer::At(Primary),
            (false, true) => Writer::At(Other),
            (true, true) => Writer::Unknown,
            (false, false) => Writer::Nowhere,
        },
    }
}

/// The same where only the primary was read: its row decides.
fn next_to_unread(p: &Seen) -> Writer {
    match p.copy() {
        Copy::Live { .. } => Writer::At(Which::Other),
        _ if p.topic => Writer::At(Which::Primary),
        _ => Writer::Unknown,
    }
}
