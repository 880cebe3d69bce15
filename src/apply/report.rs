//! What a run came to: [`Report`].

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use super::event::{Counts, Outcome, Reason, Verdict};
use super::interrupt::Interrupt;
use crate::address::Address;
use crate::live::MirrorLoss;
use crate::plan::{Cut, HandOver, OpId, Turned};

/// How a run went.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Report {
    /// Every operation of the plan, in the plan's order.
    pub operations: Vec<OperationReport>,
    /// Whether something was not seen to end in time.
    pub timed_out: bool,
    /// How far it was interrupted.
    pub interrupted: Interrupt,
    /// What goes over to other clusters: of what the plan says, the mirror topics that have stopped.
    pub hand_over: Vec<HandOver>,
    /// The archives that were written.
    pub archives: Vec<PathBuf>,
    /// How long it took.
    pub took: Duration,
    /// How many bytes were written to the run report and its journal.
    pub written: u64,
}

/// How one operation went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationReport {
    /// The operation.
    pub op: OpId,
    /// What it is about.
    pub address: Address,
    /// [`OperationKind::word`](crate::plan::OperationKind::word).
    pub verb: &'static str,
    /// The sets that it moves with, if it is a promotion or a reversal.
    pub together: Vec<String>,
    /// How it ended.
    pub outcome: Outcome,
    /// How often its request was sent.
    pub attempts: u32,
    /// How long it took from its start; zero when it never started.
    pub took: Duration,
    /// What was lost of a mirror topic that was stopped, as far as can be known.
    pub lost: Option<Lost>,
    /// What the restore of a topic has deleted, as the server said when it took the request.
    pub cut: Option<Cut>,
    /// Where a topic that was turned is written now.
    pub turned: Option<Turned>,
}

/// What was lost of a mirror topic that was stopped, as far as can be known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// How much, going by the last read before it was stopped.
    pub loss: MirrorLoss,
    /// The last source offset that was fetched, by partition; -1 where nothing was.
    pub offsets: BTreeMap<i32, i64>,
    /// When that was read.
    pub read_at: jiff::Timestamp,
    /// Whether another client stopped it.
    pub is_outside: bool,
}

impl Report {
    /// Whether an operation has reached its goal, or may have.
    #[must_use]
    pub fn has_reached(&self) -> bool {
        let mut operations = self.operations.iter();
        operations.any(|operation| {
            operation.outcome.is_reached() || matches!(operation.outcome, Outcome::Unknown { .. })
        })
    }

    /// How many operations ended in which way.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for operation in &self.operations {
            counts.add(&operation.outcome);
        }
        counts
    }

    /// How the run ended altogether. Every caller asks here.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let has = |wanted: fn(&Outcome) -> bool| {
            self.operations
                .iter()
                .any(|operation| wanted(&operation.outcome))
        };
        if self.interrupted > Interrupt::No && has(|outcome| !outcome.is_reached()) {
            Verdict::Interrupted
        } else if has(|outcome| {
            matches!(
                outcome,
                Outcome::Failed {
                    reason: Reason::Stale,
                    ..
                }
            )
        }) {
            Verdict::Stale
        } else if has(
            |outcome| matches!(outcome, Outcome::Failed { reason, .. } if *reason != Reason::TimedOut),
        ) {
            Verdict::Partial
        } else if self.timed_out {
            Verdict::TimedOut
        } else if has(|outcome| !outcome.is_reached()) {
            Verdict::Partial
        } else {
            Verdict::Complete
        }
    }
}
