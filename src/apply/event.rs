//! What happens during a run: [`Event`]s, for whoever shows or stores them, and [`Outcome`].
//!
//! The run prints nothing. Text, progress bars and NDJSON are made of these by others.

use std::collections::BTreeMap;
use std::time::Duration;

use super::cause::{Cause, RunProblem};
use super::interrupt::Interrupt;
use crate::address::{Address, HalfAddress};
use crate::live::{MirrorLoss, MirrorStatus};
use crate::plan::OpId;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When, counted from the start of the run.
    pub elapsed: Duration,
    /// What.
    pub kind: EventKind,
}

/// Operations that were sent and have not been seen to end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InFlight {
    /// Each of them.
    pub operations: Vec<Address>,
    /// How long until the last of them gives up, at most.
    pub at_most: Duration,
}

/// The kinds of event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// The run begins. Always the first.
    Started {
        /// How many operations it has to carry out.
        operations: usize,
    },
    /// An operation begins to act or to wait.
    OperationStarted {
        /// The operation.
        op: OpId,
        /// What it is about.
        address: Address,
        /// [`OperationKind::word`](crate::plan::OperationKind::word).
        verb: &'static str,
    },
    /// One request goes out for several mirror topics.
    BatchSent {
        /// The half.
        half: HalfAddress,
        /// The operations' word.
        verb: &'static str,
        /// For how many mirror topics.
        topics: usize,
    },
    /// Something is still being waited for. It comes after each observation.
    Waiting(Waiting),
    /// An operation will be tried again.
    Retry {
        /// The operation.
        op: OpId,
        /// What it is about.
        address: Address,
        /// How many other operations of the same request are tried again with it.
        more: usize,
        /// Why.
        cause: Cause,
        /// After how long.
        wait: Duration,
    },
    /// An operation has ended.
    OperationFinished {
        /// The operation.
        op: OpId,
        /// What it is about.
        address: Address,
        /// The operation's word.
        verb: &'static str,
        /// How.
        outcome: Outcome,
        /// What was not copied of a mirror topic that another client had stopped before.
        outside: Option<MirrorLoss>,
        /// How long it took from its start; zero when it never started.
        took: Duration,
    },
    /// A signal arrived.
    Interrupted {
        /// What it asks for.
        level: Interrupt,
        /// What is waited for now.
        waits: InFlight,
    },
    /// Something went wrong in addition to the operations, such as a report that cannot be written.
    Problem(RunProblem),
    /// The run is over. Always the last.
    Finished {
        /// How the operations ended.
        counts: Counts,
        /// How it ended altogether.
        verdict: Verdict,
    },
}

/// A group of operations of one half and kind that is being waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The half.
    pub half: HalfAddress,
    /// The operations' word.
    pub verb: &'static str,
    /// For what.
    pub wait: Wait,
    /// How many operations wait.
    pub count: usize,
    /// How many mirror topics show which status, where mirrors are waited for.
    pub statuses: BTreeMap<MirrorStatus, usize>,
    /// The sum of their lag in messages, where it is known.
    pub lag: Option<u64>,
    /// The lag of the one that is furthest behind.
    pub worst_lag: Option<u64>,
    /// How long until the first of them gives up.
    pub left: Duration,
}

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wait {
    /// The lag comes down to where the mirror topic may be promoted.
    Lag,
    /// The server shows what was asked of it.
    Settle,
    /// Time passes.
    Time,
}

/// How an operation ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Outcome {
    /// It was carried out, and a read shows it.
    Done,
    /// A read showed that it was so before; nothing was sent.
    Unchanged,
    /// It was not carried out.
    Failed {
        /// Of what kind the failure is.
        reason: Reason,
        /// Why.
        cause: Cause,
    },
    /// It was not begun, because another did not succeed.
    Blocked {
        /// That other.
        by: OpId,
    },
    /// A request was sent, and what became of it was not seen.
    Unknown {
        /// Why.
        cause: Cause,
    },
    /// It was not begun, because the run was interrupted.
    Skipped,
}

impl Outcome {
    /// Whether the operation's goal is reached, so that what depends on it may begin.
    #[must_use]
    pub fn is_reached(&self) -> bool {
        matches!(self, Self::Done | Self::Unchanged)
    }

    /// A failure.
    pub(super) fn failed(reason: Reason, cause: Cause) -> Self {
        Self::Failed { reason, cause }
    }
}

/// The kinds of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// What it expected to find is not so any more.
    Stale,
    /// The server said no, or a task of the link fails.
    Refused,
    /// The server could not be reached or did not manage to answer.
    Unreachable,
    /// What must be so first did not come about in time. Nothing was sent.
    TimedOut,
    /// Something on our side: a secret that is not there, a file that cannot be written.
    Local,
    /// More would be lost, or was, than when it was planned.
    Moved,
}

impl Reason {
    /// The word for it in machine-readable output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Stale => "stale",
            Self::Refused => "refused",
            Self::Unreachable => "unreachable",
            Self::TimedOut => "timed-out",
            Self::Local => "local",
            Self::Moved => "moved",
        }
    }
}

/// How many operations ended in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Carried out.
    pub done: usize,
    /// Nothing had to be done.
    pub unchanged: usize,
    /// Not carried out.
    pub failed: usize,
    /// Not begun because of another.
    pub blocked: usize,
    /// Sent, and the end not seen.
    pub unknown: usize,
    /// Not begun because of an interrupt.
    pub skipped: usize,
}

impl Counts {
    /// Counts one more.
    pub fn add(&mut self, outcome: &Outcome) {
        *match outcome {
            Outcome::Done => &mut self.done,
            Outcome::Unchanged => &mut self.unchanged,
            Outcome::Failed { .. } => &mut self.failed,
            Outcome::Blocked { .. } => &mut self.blocked,
            Outcome::Unknown { .. } => &mut self.unknown,
            Outcome::Skipped => &mut self.skipped,
        } += 1;
    }
}

/// How a run ended altogether; it decides the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Every operation's goal is reached.
    Complete,
    /// A signal ended it.
    Interrupted,
    /// Something was not as the plan expects.
    Stale,
    /// Something failed; the rest was done.
    Partial,
    /// Nothing failed, but something was not seen to end in time.
    TimedOut,
}

/// Receives the events of a run. It must not block.
pub trait EventSink {
    /// Something happened.
    fn on_event(&mut self, event: &Event);
}

impl<F: FnMut(&Event)> EventSink for F {
    fn on_event(&mut self, event: &Event) {
        self(event);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_the_word_that_the_formats_promise() {
        let words = [
            Reason::Stale,
            Reason::Refused,
            Reason::Unreachable,
            Reason::TimedOut,
            Reason::Local,
            Reason::Moved,
        ]
        .map(Reason::word);
        assert_eq!(
            words,
            [
                "stale",
                "refused",
                "unreachable",
                "timed-out",
                "local",
                "moved"
            ]
        );
    }
}
