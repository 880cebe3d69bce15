//! What becomes of a topic of a bidirectional link whose primary is declared: [`decide`].
//!
//! `docs/decisions.md` holds the same table in prose. It is a total function of what both sides show; P is
//! the side that the spec names as primary, Q the other.

use super::mirror::Verb;
use super::refused::{Absent, Refused};
use super::writer::{Copy, Seen, Side, Which, Writer, writer};
use crate::live::MirrorStatus::{
    self, Active, Failed, LinkFailed, LinkPaused, Other, Paused, PendingMirror, PendingRestore,
    PendingSetupForRestore, PendingStopped, PendingSynchronize, SourceUnavailable, Stopped,
};

/// What the spec wants of a topic, apart from its primary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Whether the mirror on the other side is paused.
    pub paused: bool,
    /// Whether the other side is a copy at all.
    pub copy: bool,
}

/// What becomes of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is as desired.
    Nothing,
    /// These verbs on the mirror of this side bring it there.
    Act(Which, &'static [Verb]),
    /// Its mirror does not do what it should, and no operation would help.
    Report(MirrorStatus),
    /// A side shows a status that we do not know.
    UnknownStatus(Which, String),
    /// The primary is lost. To fail over, the spec must name the other side.
    PrimaryLost,
    /// The other side is lost or unread: there is no copy until it is back.
    NoCopy,
    /// The other side is lost and this one has no topic: it was not copied in time.
    NotCopiedInTime,
    /// A side could not be read.
    NotKnown(Which),
    /// There is no safe way there.
    Refuse(Refused),
}

/// What becomes of a topic, by what both sides show. From the top, the first case that fits decides.
#[must_use]
pub fn decide(wanted: Wanted, primary: &Side, other: &Side) -> Decision {
    let p = match primary {
        Side::Unread => return Decision::NotKnown(Which::Primary),
        Side::Lost => return Decision::PrimaryLost,
        Side::Read(p) => p,
    };
    if let Some(unknown) = unknown_status(primary, other) {
        return unknown;
    }
    match (writer(p, other), other) {
        (Writer::At(Which::Primary), _) => written_at_primary(wanted, p, other),
        (Writer::At(Which::Other), _) => written_at_other(wanted, p, other),
        (Writer::Turning, Side::Read(_)) => Decision::Act(turning(p), &[Verb::Await]),
        (Writer::Nowhere, _) => refuse(Refused::SourceMissing(Absent::AtPrimary)),
        (_, Side::Unread) => Decision::NotKnown(Which::Other),
        (_, Side::Lost) => Decision::NotCopiedInTime,
        // Nobody wants a copy, and there is none: both are written to, whoever does.
        (Writer::Unknown, Side::Read(q)) if !wanted.copy && p.is_plain() && !q.is_copy() => {
            Decision::Nothing
        }
        (_, Side::Read(_)) => refuse(Refused::WriterUnknown),
    }
}

fn refuse(why: Refused) -> Decision {
    Decision::Refuse(why)
}

fn at_primary(verbs: &'static [Verb]) -> Decision {
    Decision::Act(Which::Primary, verbs)
}

fn at_other(verbs: &'static [Verb]) -> Decision {
    Decision::Act(Which::Other, verbs)
}

fn unknown_status(primary: &Side, other: &Side) -> Option<Decision> {
    let sides = [(Which::Primary, primary), (Which::Other, other)];
    sides.into_iter().find_map(|(which, side)| match side {
        Side::Read(Seen { row: Some(row), .. }) => match &row.status {
            Other(word) => Some(Decision::UnknownStatus(which, word.clone())),
            _ => None,
        },
        _ => None,
    })
}

/// Both sides have a live row: the one that is on the way is waited for.
fn turning(p: &Seen) -> Which {
    match p.copy() {
        Copy::Live { pending: true } => Which::Primary,
        _ => Which::Other,
    }
}

fn written_at_primary(wanted: Wanted, p: &Seen, other: &Side) -> Decision {
    if let Some(link) = &p.mirror_of {
        return refuse(Refused::PrimaryIsMirrorOf(link.clone()));
    }
    let q = match other {
        Side::Read(q) => q,
        Side::Unread | Side::Lost if wanted.copy => return Decision::NoCopy,
        Side::Unread | Side::Lost => return Decision::Nothing,
    };
    match q.row.as_ref().map(|row| &row.status) {
        None | Some(Stopped) => without_copy(wanted, p, q),
        Some(Active) if wanted.paused => at_other(&[Verb::Pause]),
        Some(Paused) if !wanted.paused && wanted.copy => at_other(&[Verb::Resume]),
        Some(Active | Paused) => Decision::Nothing,
        Some(LinkPaused) if wanted.paused => Decision::Nothing,
        Some(status @ (SourceUnavailable | LinkFailed | LinkPaused | Failed | Other(_))) => {
            Decision::Report(status.clone())
        }
        Some(PendingMirror | PendingSetupForRestore | PendingRestore) => {
            at_other(match wanted.paused {
                true => &[Verb::Await, Verb::Pause],
                false => &[Verb::Await],
            })
        }
        Some(status @ (PendingSynchronize | PendingStopped)) => {
            refuse(Refused::ByAnotherClient(status.clone()))
        }
    }
}

/// P writes and the topic of Q, if there is one, is no mirror of this link.
fn without_copy(wanted: Wanted, p: &Seen, q: &Seen) -> Decision {
    if !wanted.copy {
        return Decision::Nothing;
    }
    if !p.topic {
        return refuse(Refused::SourceMissing(Absent::AtPrimary));
    }
    if let Some(link) = &q.mirror_of {
        return refuse(Refused::OtherIsMirrorOf(link.clone()));
    }
    at_other(match (q.is_plain(), wanted.paused) {
        (true, false) => &[Verb::Restore],
        (true, true) => &[Verb::Restore, Verb::Pause],
        (false, false) => &[Verb::Create],
        (false, true) => &[Verb::Create, Verb::Pause],
    })
}

fn written_at_other(wanted: Wanted, p: &Seen, other: &Side) -> Decision {
    let status = match p.row.as_ref().map(|row| &row.status) {
        Some(Stopped) | None => {
            return refuse(match p.topic {
                true => Refused::CopyFirst,
                false => Refused::CreateFirst,
            });
        }
        Some(status) => status,
    };
    match other {
        Side::Unread => refuse(Refused::OtherUnread),
        Side::Lost => at_primary(&[Verb::Failover]),
        Side::Read(q) => turned_by(wanted, p, q, status),
    }
}

/// The mirror at P is live, and Q was read.
fn turned_by(wanted: Wanted, p: &Seen, q: &Seen, status: &MirrorStatus) -> Decision {
    let in_error = p.in_error || q.in_error;
    match status {
        // A mirror that is resumed on a link in error would not come to be reversed.
        Active | Paused if in_error => return refuse(Refused::LinkInError),
        _ if !q.topic => return refuse(Refused::SourceMissing(Absent::AtOther)),
        _ => {}
    }
    if let (Active | Paused, Some(link)) = (status, &q.mirror_of) {
        return refuse(Refused::OtherIsMirrorOf(link.clone()));
    }
    let resume = *status == Paused;
    match status {
        Active | Paused => at_primary(match (wanted.copy, resume, wanted.paused) {
            (false, ..) => &[Verb::Promote],
            (true, false, false) => &[Verb::Reverse],
            (true, false, true) => &[Verb::ReverseAndPause],
            (true, true, false) => &[Verb::Resume, Verb::Reverse],
            (true, true, true) => &[Verb::Resume, Verb::ReverseAndPause],
        }),
        Failed => refuse(Refused::Failed),
        SourceUnavailable | LinkFailed | LinkPaused | Other(_) | Stopped => {
            refuse(Refused::OtherAlive(status.clone()))
        }
        PendingMirror
        | PendingStopped
        | PendingSynchronize
        | PendingSetupForRestore
        | PendingRestore => at_primary(&[Verb::Await]),
    }
}

#[cfg(test)]
mod tests;
