//! The state of every operation: [`Board`]. No I/O: the run asks it what is next and reports to it what
//! happened.
//!
//! ```text
//!   Waiting ──▶ Ready ──▶ Acting ──▶ Settling ──▶ Finished
//!      │          ▲ │        │           │
//!      │          └─┼── try again        │
//!      └────────────┴── blocked, skipped, failed ──▶ Finished
//! ```
//!
//! Only a settled operation lets those begin that wait for it. One that ends in any other way blocks
//! them, and nothing else.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::cause::Cause;
use super::event::{Counts, Outcome};
use super::report::Lost;
use super::settle::Watch;
use crate::address::{ClusterName, HalfAddress};
use crate::plan::{CreationOrder, HandOver, OpId, Operation, OperationKind, Plan, RemoteField};

/// The state of one operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Others must settle first.
    Waiting,
    /// It may act once an observation shows what it expects.
    Ready,
    /// Its request is under way.
    Acting,
    /// It acted; live must show it.
    Settling(Box<Watch>),
    /// Its deadline is over; the server is asked why it is stuck.
    Asking(Box<Watch>),
    /// It has ended.
    Finished(Outcome),
}

/// One operation's record.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) phase: Phase,
    /// How many operations it still waits for.
    open: usize,
    /// When it began.
    pub(super) started: Option<Instant>,
    /// When it ended.
    pub(super) ended: Option<Instant>,
    /// Since when it has been ready; only reads that began later count.
    pub(super) ready_at: Instant,
    /// It is not tried before.
    pub(super) not_before: Instant,
    /// How often its request was sent.
    pub(super) attempts: u32,
    /// Set when an earlier request may have been carried out: why that is not known.
    pub(super) ambiguous: Option<Cause>,
    /// The server's last refusal because of something of that name, and since when it says so.
    pub(super) exists: Option<(Instant, Cause)>,
    /// Since when the server has not known its link.
    pub(super) invisible_since: Option<Instant>,
    /// How many reads in a row lacked what it must know.
    pub(super) failed_reads: u32,
    /// Whether an observation showed its goal before anything was sent.
    pub(super) already_satisfied: bool,
    /// What it fails with when it does not settle, if that is known.
    pub(super) fallback: Option<Cause>,
    /// Why the server does not overtake a promotion that is waited for instead.
    pub(super) declined: Option<String>,
    /// What its lag gate has seen.
    pub(super) gate: Gate,
    /// What is lost of its mirror topic, by the read before its request.
    pub(super) lost: Option<Lost>,
}

/// What the lag gate of a promotion has seen.
#[derive(Clone, Debug, Default)]
pub(super) struct Gate {
    /// When it was first judged.
    pub(super) since: Option<Instant>,
    /// How many reads in a row found the lag within bounds.
    pub(super) within: u32,
    /// Since when two reads in a row have.
    pub(super) open_since: Option<Instant>,
    /// The lag last seen; `None` where the server reports none.
    pub(super) lag: Option<u64>,
}

/// When an operation that is ready may begin.
///
/// The second half of a bidirectional link takes over the id of the first if its cluster knows that
/// half; otherwise it gets one of its own, and the two never pair (Terraform provider, pull request
/// 550). Nothing in the API shows what the other cluster knows, nor how old a half is, so this is
/// the one wait for time and not for a fact.
fn earliest(op: &Operation, pairing: Duration, now: Instant) -> Instant {
    match &op.kind {
        OperationKind::CreateLink {
            turn: CreationOrder::Second,
            remote: RemoteField::Remote(_),
            ..
        } => now + pairing,
        _ => now,
    }
}

/// Whether a promotion may be sent, going by those it moves with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MayMove {
    /// All can be sent, or were.
    Yes,
    /// One of them cannot be sent yet.
    NotYet,
    /// This one did not reach its goal.
    Never(OpId),
}

/// The sets that an operation moves with.
fn sets_of(op: &Operation) -> &[String] {
    match &op.kind {
        OperationKind::PromoteMirror { together, .. } => together,
        _ => &[],
    }
}

/// All operations of a plan.
#[derive(Debug)]
pub(super) struct Board<'p> {
    plan: &'p Plan,
    entries: Vec<Entry>,
    after: Vec<Vec<OpId>>,
    unfinished: usize,
    /// The promotions of each half that move together, by their set.
    sets: BTreeMap<(HalfAddress, String), Vec<OpId>>,
    /// How long the second half of a bidirectional link waits although it is ready.
    pairing: Duration,
}

impl<'p> Board<'p> {
    pub(super) fn new(plan: &'p Plan, pairing: Duration, now: Instant) -> Self {
        let count = plan.operations.len();
        let mut after = vec![Vec::new(); count];
        let mut open = vec![0; count];
        for edge in &plan.edges {
            after[edge.before.index()].push(edge.after);
            open[edge.after.index()] += 1;
        }
        let mut sets: BTreeMap<_, Vec<OpId>> = BTreeMap::new();
        for (id, op) in (0u32..).map(OpId).zip(&plan.operations) {
            for set in sets_of(op) {
                let key = (op.half().clone(), set.clone());
                sets.entry(key).or_default().push(id);
            }
        }
        let entries = open
            .into_iter()
            .zip(&plan.operations)
            .map(|(open, op)| Entry {
                phase: match open {
                    0 => Phase::Ready,
                    _ => Phase::Waiting,
                },
                open,
                started: None,
                ended: None,
                ready_at: now,
                not_before: earliest(op, pairing, now),
                attempts: 0,
                ambiguous: None,
                exists: None,
                invisible_since: None,
                failed_reads: 0,
                already_satisfied: false,
                fallback: None,
                declined: None,
                gate: Gate::default(),
                lost: None,
            })
            .collect();
        Self {
            plan,
            entries,
            after,
            unfinished: count,
            sets,
            pairing,
        }
    }

    /// What the plan says of what goes over.
    pub(super) fn hand_over(&self) -> &'p [HandOver] {
        &self.plan.hand_over
    }

    pub(super) fn operation(&self, id: OpId) -> &'p Operation {
        self.plan.operation(id)
    }

    pub(super) fn entry(&self, id: OpId) -> &Entry {
        &self.entries[id.index()]
    }

    pub(super) fn entry_mut(&mut self, id: OpId) -> &mut Entry {
        &mut self.entries[id.index()]
    }

    /// Whether a promotion may be sent, going by those it moves with; `ready` are those that could be sent now.
    pub(super) fn may_move(&self, id: OpId, ready: &[OpId]) -> MayMove {
        let op = self.operation(id);
        let peers = sets_of(op).iter().flat_map(|set| {
            let key = (op.half().clone(), set.clone());
            self.sets.get(&key).into_iter().flatten()
        });
        let mut may = MayMove::Yes;
        for peer in peers {
            let entry = self.entry(*peer);
            match &entry.phase {
                Phase::Finished(outcome) if !outcome.is_reached() => return MayMove::Never(*peer),
                Phase::Waiting => may = MayMove::NotYet,
                Phase::Ready if entry.attempts == 0 && !ready.contains(peer) => {
                    may = MayMove::NotYet;
                }
                Phase::Ready
                | Phase::Acting
                | Phase::Settling(_)
                | Phase::Asking(_)
                | Phase::Finished(_) => {}
            }
        }
        may
    }

    /// Every operation with its record, in the plan's order.
    pub(super) fn all(&self) -> impl Iterator<Item = (OpId, &'p Operation, &Entry)> {
        (0u32..)
            .map(OpId)
            .zip(&self.plan.operations)
            .zip(&self.entries)
            .map(|((id, op), entry)| (id, op, entry))
    }

    /// The operations of one cluster for which `wanted` holds.
    pub(super) fn of(&self, cluster: &ClusterName, wanted: impl Fn(&Entry) -> bool) -> Vec<OpId> {
        self.all()
            .filter(|(_, op, entry)| op.address.cluster() == cluster && wanted(entry))
            .map(|(id, _, _)| id)
            .collect()
    }

    pub(super) fn is_finished(&self) -> bool {
        self.unfinished == 0
    }

    /// Ends an operation. Returns every operation that ended with it, this one first: those that
    /// wait for it are blocked if its goal was not reached, and ready if it was the last they
    /// waited for.
    pub(super) fn finish(&mut self, id: OpId, outcome: Outcome, now: Instant) -> Vec<OpId> {
        let mut ended = Vec::new();
        let reached = outcome.is_reached();
        let skipped = outcome == Outcome::Skipped;
        if !self.end(id, outcome, now) {
            return ended;
        }
        ended.push(id);
        if reached {
            for &next in &self.after[id.index()] {
                let entry = &mut self.entries[next.index()];
                entry.open -= 1;
                if entry.open == 0 && entry.phase == Phase::Waiting {
                    entry.phase = Phase::Ready;
                    entry.ready_at = now;
                    entry.not_before = earliest(self.plan.operation(next), self.pairing, now);
                }
            }
            return ended;
        }
        let mut reach = vec![id];
        while let Some(at) = reach.pop() {
            for next in self.after[at.index()].clone() {
                let outcome = match skipped {
                    true => Outcome::Skipped,
                    false => Outcome::Blocked { by: id },
                };
                if self.end(next, outcome, now) {
                    ended.push(next);
                    reach.push(next);
                }
            }
        }
        ended
    }

    fn end(&mut self, id: OpId, outcome: Outcome, now: Instant) -> bool {
        let entry = &mut self.entries[id.index()];
        if matches!(entry.phase, Phase::Finished(_)) {
            return false;
        }
        entry.phase = Phase::Finished(outcome);
        entry.ended = Some(now);
        self.unfinished -= 1;
        true
    }

    /// How long an operation took.
    pub(super) fn took(&self, id: OpId) -> Duration {
        let entry = self.entry(id);
        match (entry.started, entry.ended) {
            (Some(started), Some(ended)) => ended - started,
            _ => Duration::ZERO,
        }
    }

    /// How the operations that ended did so.
    pub(super) fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for entry in &self.entries {
            if let Phase::Finished(outcome) = &entry.phase {
                counts.add(outcome);
            }
        }
        counts
    }
}
