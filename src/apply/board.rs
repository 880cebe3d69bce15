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

use std::collections::{BTreeMap, BTreeSet};
use std::mem::{Discriminant, discriminant};
use std::time::{Duration, Instant};

use super::cause::Cause;
use super::event::{Counts, Outcome};
use super::report::Lost;
use super::settle::{self, Watch};
use crate::address::{Address, ClusterName, HalfAddress};
use crate::plan::{
    CreationOrder, Cut, HandOver, OpId, Operation, OperationKind, Plan, RemoteField,
};

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
    /// Whether the last read did not list what it acts on.
    pub(super) was_absent: bool,
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
    /// What its restore cuts, as the server says.
    pub(super) cut: Option<Cut>,
    /// Where it is in the index.
    place: Place,
    /// Whether the index is behind, and whether the journal is.
    is_touched: bool,
    is_changed: bool,
    /// What the journal has of it: its phase, its attempts, and whether its loss is known.
    journaled: (Discriminant<Phase>, u32, bool),
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

/// In which set of the index an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    None,
    Ready(Instant),
    Gated(Instant),
    Timed(Instant),
    Settling(Instant),
    Asking,
}

/// The operations of one cluster that are neither waiting for others nor finished, each by the time at which
/// something is due about it.
#[derive(Debug, Default)]
pub(super) struct Active {
    /// Those that may act, by when at the earliest.
    ready: BTreeSet<(Instant, OpId)>,
    /// Those whose lag is watched before they act, by when at the earliest.
    gated: BTreeSet<(Instant, OpId)>,
    /// Those that settle by time alone.
    timed: BTreeSet<(Instant, OpId)>,
    /// Those that a read settles, by when a read is due at the latest.
    settling: BTreeSet<(Instant, OpId)>,
    /// Those that the server is asked about.
    asking: BTreeSet<OpId>,
}

impl Active {
    const fn new() -> Self {
        Self {
            ready: BTreeSet::new(),
            gated: BTreeSet::new(),
            timed: BTreeSet::new(),
            settling: BTreeSet::new(),
            asking: BTreeSet::new(),
        }
    }

    /// Those that may act by then.
    pub(super) fn ready_by(&self, time: Instant) -> impl Iterator<Item = OpId> + '_ {
        by(&self.ready, time)
    }

    /// Those whose lag is watched, and may act by then.
    pub(super) fn gated_by(&self, time: Instant) -> impl Iterator<Item = OpId> + '_ {
        by(&self.gated, time)
    }

    /// Those that settle by time alone, and have by then.
    pub(super) fn settled_by(&self, time: Instant) -> impl Iterator<Item = OpId> + '_ {
        by(&self.timed, time)
    }

    /// Those that a read settles.
    pub(super) fn settling(&self) -> impl Iterator<Item = OpId> + '_ {
        self.settling.iter().map(|(_, id)| *id)
    }

    /// When a read is due for one of these at the latest.
    pub(super) fn read_due(&self) -> Option<Instant> {
        Some(self.settling.first()?.0)
    }

    /// When one settles by time alone.
    pub(super) fn time_due(&self) -> Option<Instant> {
        Some(self.timed.first()?.0)
    }

    /// When the next one may act that may not by then.
    pub(super) fn ready_after(&self, time: Instant) -> Option<Instant> {
        let after = |all: &BTreeSet<(Instant, OpId)>| {
            all.range((time, OpId(u32::MAX))..)
                .next()
                .map(|(at, _)| *at)
        };
        [after(&self.ready), after(&self.gated)]
            .into_iter()
            .flatten()
            .min()
    }

    /// Everything that is waited for.
    pub(super) fn waited_for(&self) -> BTreeSet<OpId> {
        let timed = [&self.gated, &self.timed, &self.settling];
        let timed = timed.into_iter().flatten().map(|(_, id)| *id);
        timed.chain(self.asking.iter().copied()).collect()
    }

    fn remove(&mut self, id: OpId, place: Place) {
        match place {
            Place::None => {}
            Place::Ready(at) => drop(self.ready.remove(&(at, id))),
            Place::Gated(at) => drop(self.gated.remove(&(at, id))),
            Place::Timed(at) => drop(self.timed.remove(&(at, id))),
            Place::Settling(at) => drop(self.settling.remove(&(at, id))),
            Place::Asking => drop(self.asking.remove(&id)),
        }
    }

    fn insert(&mut self, id: OpId, place: Place) {
        match place {
            Place::None => {}
            Place::Ready(at) => drop(self.ready.insert((at, id))),
            Place::Gated(at) => drop(self.gated.insert((at, id))),
            Place::Timed(at) => drop(self.timed.insert((at, id))),
            Place::Settling(at) => drop(self.settling.insert((at, id))),
            Place::Asking => drop(self.asking.insert(id)),
        }
    }
}

fn by(all: &BTreeSet<(Instant, OpId)>, time: Instant) -> impl Iterator<Item = OpId> + '_ {
    all.range(..=(time, OpId(u32::MAX))).map(|(_, id)| *id)
}

/// All operations of a plan.
#[derive(Debug)]
pub(super) struct Board<'p> {
    plan: &'p Plan,
    /// What is under way, by cluster. It is brought up to date by [`Board::active`].
    active: BTreeMap<&'p ClusterName, Active>,
    touched: Vec<OpId>,
    /// What the journal lacks.
    changed: Vec<OpId>,
    /// Those that became ready and were not handled yet.
    fresh: Vec<OpId>,
    counts: Counts,
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
            for set in op.kind.together() {
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
                was_absent: false,
                already_satisfied: false,
                fallback: None,
                declined: None,
                gate: Gate::default(),
                lost: None,
                cut: None,
                place: Place::None,
                is_touched: false,
                is_changed: false,
                journaled: (discriminant(&Phase::Waiting), 0, false),
            })
            .collect();
        let mut board = Self {
            plan,
            active: BTreeMap::new(),
            touched: Vec::new(),
            changed: Vec::new(),
            fresh: Vec::new(),
            counts: Counts::default(),
            entries,
            after,
            unfinished: count,
            sets,
            pairing,
        };
        for (id, op) in (0u32..).map(OpId).zip(&plan.operations) {
            board.active.entry(op.address.cluster()).or_default();
            if board.entry(id).phase == Phase::Ready {
                board.fresh.push(id);
            }
            board.touch(id);
        }
        board.changed.clear();
        for entry in &mut board.entries {
            entry.is_changed = false;
        }
        board
    }

    /// What has gone over of what the plan says: the mirror topics that have stopped.
    pub(super) fn hand_over(&self) -> Vec<HandOver> {
        if self.plan.hand_over.is_empty() {
            return Vec::new();
        }
        let has_stopped = |entry: &Entry| matches!(&entry.phase, Phase::Finished(outcome) if outcome.is_reached());
        let stopped: BTreeSet<&Address> = (self.all())
            .filter(|(_, op, entry)| has_stopped(entry) && op.address.mirror().is_some())
            .map(|(_, op, _)| &op.address)
            .collect();
        let mut all = self.plan.hand_over.clone();
        for one in &mut all {
            let half = one.half.clone();
            one.topics
                .retain(|topic| stopped.contains(&Address::Mirror(half.clone(), topic.clone())));
        }
        all.retain(|one| !one.topics.is_empty());
        all
    }

    pub(super) fn operation(&self, id: OpId) -> &'p Operation {
        self.plan.operation(id)
    }

    /// The last operation on the same mirror topic, if others follow this one.
    pub(super) fn last_of(&self, id: OpId) -> Option<&'p Operation> {
        let address = &self.operation(id).address;
        address.mirror()?;
        let mut last = id;
        while let Some(next) = self.after[last.index()]
            .iter()
            .find(|next| self.operation(**next).address == *address)
        {
            last = *next;
        }
        (last != id).then(|| self.operation(last))
    }

    pub(super) fn entry(&self, id: OpId) -> &Entry {
        &self.entries[id.index()]
    }

    pub(super) fn entry_mut(&mut self, id: OpId) -> &mut Entry {
        self.touch(id);
        &mut self.entries[id.index()]
    }

    fn touch(&mut self, id: OpId) {
        let entry = &mut self.entries[id.index()];
        if !std::mem::replace(&mut entry.is_touched, true) {
            self.touched.push(id);
        }
        if !std::mem::replace(&mut entry.is_changed, true) {
            self.changed.push(id);
        }
    }

    /// What changed since this was asked for last.
    pub(super) fn take_changed(&mut self) -> Vec<OpId> {
        let mut changed = std::mem::take(&mut self.changed);
        changed.retain(|id| {
            let entry = &mut self.entries[id.index()];
            entry.is_changed = false;
            let is = (
                discriminant(&entry.phase),
                entry.attempts,
                entry.lost.is_some(),
            );
            std::mem::replace(&mut entry.journaled, is) != is
        });
        changed.sort_unstable();
        changed
    }

    /// The operations that became ready since this was asked for last.
    pub(super) fn take_fresh(&mut self) -> Vec<OpId> {
        std::mem::take(&mut self.fresh)
    }

    /// What is under way at a cluster.
    pub(super) fn active(&mut self, cluster: &ClusterName) -> &Active {
        static NONE: Active = Active::new();
        self.bring_up_to_date();
        self.active.get(cluster).unwrap_or(&NONE)
    }

    fn bring_up_to_date(&mut self) {
        for id in std::mem::take(&mut self.touched) {
            let op = self.plan.operation(id);
            let entry = &mut self.entries[id.index()];
            entry.is_touched = false;
            let place = match &entry.phase {
                Phase::Ready if entry.gate.since.is_some() => Place::Gated(entry.not_before),
                Phase::Ready => Place::Ready(entry.not_before),
                Phase::Settling(watch) => match settle::settles_at(op, watch) {
                    Some(at) => Place::Timed(at),
                    None => Place::Settling(watch.read_due()),
                },
                Phase::Asking(_) => Place::Asking,
                Phase::Waiting | Phase::Acting | Phase::Finished(_) => Place::None,
            };
            let before = std::mem::replace(&mut entry.place, place);
            if before != place
                && let Some(active) = self.active.get_mut(op.address.cluster())
            {
                active.remove(id, before);
                active.insert(id, place);
            }
        }
    }

    /// Whether a promotion may be sent, going by those it moves with; `ready` are those that could be sent now.
    pub(super) fn may_move(&self, id: OpId, ready: &[OpId]) -> MayMove {
        let op = self.operation(id);
        let peers = op.kind.together().iter().flat_map(|set| {
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
            let mut became_ready = Vec::new();
            for &next in &self.after[id.index()] {
                let entry = &mut self.entries[next.index()];
                entry.open -= 1;
                if entry.open == 0 && entry.phase == Phase::Waiting {
                    became_ready.push(next);
                    entry.phase = Phase::Ready;
                    entry.ready_at = now;
                    entry.not_before = earliest(self.plan.operation(next), self.pairing, now);
                }
            }
            for id in became_ready {
                self.touch(id);
                self.fresh.push(id);
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
        self.counts.add(&outcome);
        entry.phase = Phase::Finished(outcome);
        entry.ended = Some(now);
        self.unfinished -= 1;
        self.touch(id);
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
        self.counts
    }

    /// How many have not ended.
    pub(super) fn unfinished(&self) -> usize {
        self.unfinished
    }
}
