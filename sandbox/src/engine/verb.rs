//! The seven verbs on mirrors: which are legal from which status, as a table, and what each does.

use super::position::set_fetching;
use super::row::{plan_step, refresh, stop};
use super::verdict::Verdict;
use super::{restore, reverse, turning};
use crate::clock::Millis;
use crate::state::State;
use crate::state::key::MirrorKey;
use crate::state::link::Underway;
use crate::switches::{
    FailoverPending, FailoverWhilePendingStopped, PromotePaused, PromoteUnavailable, RepeatedVerb,
    ReversePaused,
};
use crate::vocabulary::MirrorStatus::{
    self, Active, Failed, LinkFailed, LinkPaused, Paused, PendingMirror, PendingRestore,
    PendingSetupForRestore, PendingStopped, PendingSynchronize, SourceUnavailable, Stopped,
};

/// A verb of the alter calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Promote,
    Failover,
    Pause,
    Resume,
    ReverseAndStart,
    ReverseAndPause,
    TruncateAndRestore,
}

/// What the table says about a verb in a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Legality {
    /// Accepted.
    Yes,
    /// Refused, with this reason.
    No(&'static str),
    /// Nothing to do; the switch `repeated_verb` says whether that is an error.
    Unchanged(&'static str),
    /// The switch `promote_paused` decides.
    IfPausedMayPromote,
    /// The switch `reverse_paused` decides.
    IfPausedMayReverse,
    /// The switch `promote_unavailable` decides.
    IfUnavailableMayPromote,
    /// The switch `failover_while_pending_stopped` decides.
    IfPendingMayFailOver,
}

use Legality::{
    IfPausedMayPromote, IfPausedMayReverse, IfPendingMayFailOver, IfUnavailableMayPromote, No,
    Unchanged, Yes,
};

const STOPPED: &str = "has already stopped its mirror from";
const UNAVAILABLE: &str = "cannot reach its source topic through";
const FAILED: &str = "has failed its mirror from";
const BUSY: &str = "has a state transition pending on";
const LINK_PAUSED: &str = "is paused together with";
const PAUSED: &str = "is already paused on";
const RUNNING: &str = "is not paused on";
const NOT_ACTIVE: &str = "is not actively mirroring from";

/// Per status: promote, failover, pause, resume, reverse (both forms). Truncate-and-restore has
/// its own rules, because it starts from an ordinary topic.
const TABLE: [(MirrorStatus, [Legality; 5]); 12] = [
    (Active, [Yes, Yes, Yes, Unchanged(RUNNING), Yes]),
    (
        Paused,
        [
            IfPausedMayPromote,
            Yes,
            Unchanged(PAUSED),
            Yes,
            IfPausedMayReverse,
        ],
    ),
    (
        LinkPaused,
        [
            No(LINK_PAUSED),
            Yes,
            No(LINK_PAUSED),
            No(LINK_PAUSED),
            No(LINK_PAUSED),
        ],
    ),
    (
        SourceUnavailable,
        [
            IfUnavailableMayPromote,
            Yes,
            No(UNAVAILABLE),
            No(UNAVAILABLE),
            No(UNAVAILABLE),
        ],
    ),
    (
        LinkFailed,
        [
            IfUnavailableMayPromote,
            Yes,
            No(FAILED),
            No(FAILED),
            No(FAILED),
        ],
    ),
    (
        Failed,
        [No(FAILED), Yes, No(FAILED), No(FAILED), No(FAILED)],
    ),
    (PendingMirror, [No(BUSY), Yes, No(BUSY), No(BUSY), No(BUSY)]),
    (
        PendingSynchronize,
        [No(BUSY), Yes, No(BUSY), No(BUSY), No(BUSY)],
    ),
    (
        PendingSetupForRestore,
        [No(BUSY), Yes, No(BUSY), No(BUSY), No(BUSY)],
    ),
    (
        PendingRestore,
        [No(BUSY), Yes, No(BUSY), No(BUSY), No(BUSY)],
    ),
    (
        PendingStopped,
        [
            No(STOPPED),
            IfPendingMayFailOver,
            No(STOPPED),
            No(STOPPED),
            No(STOPPED),
        ],
    ),
    (
        Stopped,
        [
            No(STOPPED),
            No(STOPPED),
            No(STOPPED),
            No(STOPPED),
            No(STOPPED),
        ],
    ),
];

impl Verb {
    /// The end of the path: `mirrors:<this>`.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Verb::Promote => "promote",
            Verb::Failover => "failover",
            Verb::Pause => "pause",
            Verb::Resume => "resume",
            Verb::ReverseAndStart => "reverse-and-start-mirror",
            Verb::ReverseAndPause => "reverse-and-pause-mirror",
            Verb::TruncateAndRestore => "truncate-and-restore",
        }
    }

    /// What the table says. Never asked for truncate-and-restore.
    pub(crate) fn legality(self, status: MirrorStatus) -> Legality {
        let column = match self {
            Verb::Promote => 0,
            Verb::Failover => 1,
            Verb::Pause => 2,
            Verb::Resume => 3,
            Verb::ReverseAndStart | Verb::ReverseAndPause | Verb::TruncateAndRestore => 4,
        };
        TABLE
            .iter()
            .find(|(row, _)| *row == status)
            .map_or(No(BUSY), |(_, columns)| columns[column])
    }
}

/// Judges a verb on one topic without changing anything.
pub(crate) fn judge(state: &State, key: &MirrorKey, verb: Verb) -> Verdict {
    if verb == Verb::TruncateAndRestore {
        return restore::judge(state, key);
    }
    let MirrorKey { half, name } = key;
    let link = &half.link;
    let Some((_, mirror)) = state.mirror(key) else {
        return Verdict::Refused(
            404,
            format!("Mirror topic '{name}' does not exist on cluster link '{link}'."),
        );
    };
    let refused = |reason: &str| Verdict::Refused(400, format!("Topic '{name}' {reason} '{link}'"));
    let switches = state.switches_on(&half.cluster);
    if matches!(mirror.underway, Some(Underway::Pause | Underway::Resume))
        && matches!(verb, Verb::Pause | Verb::Resume)
    {
        let same = (mirror.underway == Some(Underway::Pause)) == (verb == Verb::Pause);
        return if same {
            Verdict::Nothing
        } else {
            Verdict::Accepted
        };
    }
    let turning = matches!(
        mirror.underway,
        Some(Underway::ReverseAndStart | Underway::ReverseAndPause)
    );
    if mirror.underway == Some(Underway::ReverseFromPeer) || turning && verb != Verb::Failover {
        return refused(BUSY);
    }
    let verdict = match verb.legality(mirror.status) {
        Yes => Verdict::Accepted,
        No(reason) => refused(reason),
        Unchanged(reason) => match switches.repeated_verb {
            RepeatedVerb::Accepted => Verdict::Nothing,
            RepeatedVerb::Refused => refused(reason),
        },
        IfPausedMayPromote => match switches.promote_paused {
            PromotePaused::Accepted => Verdict::Accepted,
            PromotePaused::Refused => refused(NOT_ACTIVE),
        },
        IfPausedMayReverse => match switches.reverse_paused {
            ReversePaused::Accepted => Verdict::Accepted,
            ReversePaused::Refused => refused(NOT_ACTIVE),
        },
        IfUnavailableMayPromote => match switches.promote_unavailable {
            PromoteUnavailable::Waits => Verdict::Accepted,
            PromoteUnavailable::Refused => refused(UNAVAILABLE),
        },
        IfPendingMayFailOver => match switches.failover_while_pending_stopped {
            FailoverWhilePendingStopped::Accepted => Verdict::Accepted,
            FailoverWhilePendingStopped::Refused => refused(STOPPED),
        },
    };
    let reverses = matches!(verb, Verb::ReverseAndStart | Verb::ReverseAndPause);
    if reverses
        && verdict == Verdict::Accepted
        && let Some(obstacle) = reverse::obstacle(state, key)
    {
        return obstacle.verdict(state);
    }
    verdict
}

/// Carries out an accepted verb on one topic.
pub(crate) fn apply(state: &mut State, key: &MirrorKey, verb: Verb) {
    let stop_ms = Millis::from(state.timings.stop_ms);
    let verb_ms = Millis::from(state.timings.verb_ms);
    match verb {
        Verb::Pause => begin(state, key, Underway::Pause, verb_ms),
        Verb::Resume => begin(state, key, Underway::Resume, verb_ms),
        Verb::Promote => {
            set_pending(state, key, PendingStopped, Underway::Promote);
            begin(state, key, Underway::Promote, stop_ms);
        }
        Verb::Failover => match state.switches.failover_pending {
            FailoverPending::Immediate => {
                if let Some(row) = state.mirror_mut(key) {
                    row.epoch += 1;
                }
                stop(state, key);
            }
            FailoverPending::PendingStopped => {
                set_pending(state, key, PendingStopped, Underway::Failover);
                begin(state, key, Underway::Failover, stop_ms);
            }
        },
        Verb::ReverseAndStart | Verb::ReverseAndPause => {
            let pending = turning::pending_here(state);
            let underway = if verb == Verb::ReverseAndStart {
                Underway::ReverseAndStart
            } else {
                Underway::ReverseAndPause
            };
            set_pending(state, key, pending, underway);
            turning::announce(state, key);
            begin(state, key, underway, stop_ms);
        }
        Verb::TruncateAndRestore => restore::begin(state, key),
    }
}

fn set_pending(state: &mut State, key: &MirrorKey, status: MirrorStatus, underway: Underway) {
    if underway == Underway::Failover {
        set_fetching(state, key, false);
    }
    let now = state.now;
    if let Some(row) = state.mirror_mut(key) {
        row.underway = Some(underway);
        if row.status != status {
            row.status = status;
            row.state_time = now;
        }
        row.paused = false;
        row.transition_errors.clear();
    }
    // A paused mirror that is promoted fetches again, to reach its source's end.
    refresh(state, key);
}

fn begin(state: &mut State, key: &MirrorKey, underway: Underway, delay: Millis) {
    if let Some(row) = state.mirror_mut(key) {
        row.underway = Some(underway);
    }
    plan_step(state, key, delay);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_every_status_once() {
        for status in MirrorStatus::ALL {
            assert_eq!(
                TABLE.iter().filter(|(row, _)| *row == status).count(),
                1,
                "{status:?}"
            );
        }
    }

    #[test]
    fn nothing_is_legal_on_a_stopped_mirror_and_failover_is_on_a_failed_one() {
        for verb in [Verb::Promote, Verb::Failover, Verb::Pause, Verb::Resume] {
            assert_eq!(verb.legality(Stopped), No(STOPPED));
        }
        assert_eq!(Verb::Failover.legality(Failed), Yes);
        assert_eq!(Verb::Promote.legality(Failed), No(FAILED));
    }
}
