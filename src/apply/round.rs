//! One round at one cluster: what an observation means for the operations that are ready or settling.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures_util::FutureExt;

use super::answer::doubled;
use super::archive;
use super::board::{MayMove, Phase};
use super::cause::{Cause, Stuck};
use super::event::{EventKind, Outcome, Reason, Wait, Waiting};
use super::execute::{self, Answer, Performed, Work, batch_verb};
use super::interrupt::Interrupt;
use super::observation::Observation;
use super::readiness::{Readiness, readiness};
use super::report::Lost;
use super::settle::{self, Settled, Watch};
use super::state::{Ended, Run, StuckDetails};
use super::turn_call;
use crate::address::{ClusterName, HalfAddress, TopicName};
use crate::api::{self, Client, Mode};
use crate::live::loss::loss;
use crate::live::{
    LossUnknown, MirrorFact, MirrorLoss, MirrorStatus, PartitionLag, Reading, Unread,
};
use crate::plan::{AlterPurpose, FailoverGate, LagGate, OpId, Operation, OperationKind};
use crate::read;

/// How many reads in a row may lack what an operation must know before it fails.
const MAX_FAILED_READS: u32 = 4;
/// How often a lag within bounds must be seen before a promotion is sent.
const STABLE_READS: u32 = 2;
/// So long after a list that lacks something it is read again.
const SECOND_LOOK: Duration = Duration::from_secs(1);
/// How many stuck mirror topics of one half the server is asked about.
const QUESTIONS: u32 = 10;

/// The promotions of one half that an observation found ready, and those it did not.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) ready: Vec<OpId>,
    pub(super) held: usize,
    pub(super) longest: Duration,
}

impl Run<'_> {
    /// Goes through everything at a cluster that waited for an observation.
    pub(super) fn judge(&mut self, cluster: &ClusterName, observation: &Observation) {
        let before = self.board.unfinished();
        if let (Some(host), Reading::Read(mirrors), true) = (
            self.hosts.get_mut(cluster),
            &observation.mirrors,
            observation.is_whole,
        ) {
            host.rows = mirrors
                .iter()
                .map(|(link, rows)| (link.clone(), rows.len()))
                .collect();
        }
        self.judge_ready(cluster, observation);
        self.judge_settling(cluster, observation);
        self.report_waiting(cluster, observation);
        self.report_retried();
        let progress = self.board.unfinished() != before;
        let (first, now) = (self.settings.pace.first, self.clock.now());
        if let Some(host) = self.hosts.get_mut(cluster) {
            host.looking = false;
            // As long as there is more to send, reads are not what is waited for.
            if progress && host.approved.is_empty() {
                host.wait = first;
            }
            host.next_look = now + host.wait;
            host.wait = self.settings.pace.after(host.wait);
        }
    }

    fn judge_ready(&mut self, cluster: &ClusterName, observation: &Observation) {
        let active = self.board.active(cluster);
        let by = observation.began;
        let mut ready: Vec<OpId> = active.ready_by(by).chain(active.gated_by(by)).collect();
        ready.retain(|id| self.board.entry(*id).ready_at <= by);
        ready.sort_unstable();
        let mut singles = Vec::new();
        let mut batches: BTreeMap<(HalfAddress, api::Verb), Gathered> = BTreeMap::new();
        let mut overtaking: BTreeMap<HalfAddress, Vec<OpId>> = BTreeMap::new();
        for id in ready {
            let op = self.board.operation(id);
            match readiness(op, observation) {
                Readiness::UnderWay => self.under_way(id, observation),
                Readiness::Stale(_) if self.is_final(id, observation) => {
                    self.under_way(id, observation);
                }
                Readiness::Stale(cause) => self.stale(id, cause),
                Readiness::Unread(why) => self.unread(id, why),
                // A link that is listed and whose configs are not found appears a little later.
                Readiness::NotRead => self.not_read(id, Cause::ConfigsNotFound, true),
                Readiness::Act => {
                    if !self.may_send(id) {
                        continue;
                    }
                    match &op.kind {
                        OperationKind::ArchiveHistory { .. } => self.archive(id, observation),
                        kind => match batch_verb(kind) {
                            None => singles.push(id),
                            Some(verb) => {
                                let group = batches.entry((op.half().clone(), verb)).or_default();
                                match kind {
                                    OperationKind::ReverseMirror { gate, .. } => {
                                        self.barrier(id, gate, observation, group);
                                    }
                                    OperationKind::PromoteMirror { gate, .. } => {
                                        self.gate(id, *gate, observation, group);
                                    }
                                    OperationKind::FailoverMirror { gate } => {
                                        if !self.may_fail_over(id, gate, observation) {
                                        } else if gate.overtakes {
                                            overtaking
                                                .entry(op.half().clone())
                                                .or_default()
                                                .push(id);
                                        } else {
                                            group.ready.push(id);
                                        }
                                    }
                                    _ => group.ready.push(id),
                                }
                            }
                        },
                    }
                }
            }
        }
        self.send_singles(cluster, singles, by);
        for group in batches.values_mut() {
            self.hold_sets(group);
            self.hold_active(&mut group.ready, observation);
        }
        for ((half, verb), group) in batches {
            let link = half.link.clone();
            let cuts = self.planned_cuts(&group.ready);
            let work = |topics| match verb {
                api::Verb::ReverseAndStart
                | api::Verb::ReverseAndPause
                | api::Verb::TruncateAndRestore => {
                    Work::Turn(turn_call::work_of(link.clone(), verb, topics, &cuts))
                }
                _ => Work::AlterMirrors(link.clone(), verb, topics),
            };
            self.send_batches(&half, work, group);
        }
        for (half, ready) in overtaking {
            let link = half.link.clone();
            let group = Gathered {
                ready,
                ..Gathered::default()
            };
            self.send_batches(&half, |topics| Work::Overtake(link.clone(), topics), group);
        }
    }

    /// An observation showed the goal, or the way to it, before anything was sent (again).
    fn under_way(&mut self, id: OpId, observation: &Observation) {
        self.started(id);
        let deadline = self.board.operation(id).deadline;
        let entry = self.board.entry_mut(id);
        entry.already_satisfied = entry.ambiguous.is_none();
        // The same observation may show that it has settled.
        entry.phase = Phase::Settling(Box::new(Watch::new(observation.began, deadline)));
    }

    /// What an operation expects is not so. A list that lacks something may be short, and is read again.
    fn stale(&mut self, id: OpId, cause: Cause) {
        let is_absent = matches!(cause, Cause::MirrorGone(_) | Cause::LinkGone(_));
        let entry = self.board.entry_mut(id);
        if is_absent && !entry.was_absent {
            entry.was_absent = true;
            return self.again(id, cause, SECOND_LOOK);
        }
        self.finish(id, Outcome::failed(Reason::Stale, cause));
    }

    /// What an operation must know was not seen.
    pub(super) fn unread(&mut self, id: OpId, why: Unread) {
        let may_pass = why.kind.may_pass();
        self.not_read(id, Cause::Unread(why), may_pass);
    }

    /// The same, and whether another read may show it.
    pub(super) fn not_read(&mut self, id: OpId, why: Cause, may_pass: bool) {
        let entry = self.board.entry_mut(id);
        entry.failed_reads += 1;
        if may_pass && entry.failed_reads < MAX_FAILED_READS {
            let wait = doubled(
                Duration::from_secs(1),
                entry.failed_reads,
                Duration::from_secs(8),
            );
            return self.again(id, why, wait);
        }
        let outcome = match entry.ambiguous.take() {
            Some(cause) => Outcome::Unknown {
                cause: Cause::AmbiguousUnread {
                    cause: Box::new(cause),
                    unread: Box::new(why),
                },
            },
            None => Outcome::failed(Reason::Unreachable, why),
        };
        self.finish(id, outcome);
    }

    /// Whether an operation whose expectations are met may send its request (again).
    fn may_send(&mut self, id: OpId) -> bool {
        let now = self.clock.now();
        let visibility = self.settings.patience.visibility;
        let level = self.level;
        let entry = self.board.entry_mut(id);
        if let Some((since, cause)) = entry.exists.clone() {
            // Reads trail writes: what the server says exists may still show up.
            match now - since < visibility {
                true => self.again(id, cause, Duration::from_secs(2)),
                false => self.finish(id, Outcome::failed(Reason::Refused, cause)),
            }
            return false;
        }
        if let Some(cause) = entry.ambiguous.clone()
            && (entry.attempts >= self.settings.attempts || level > Interrupt::No)
        {
            self.finish(id, Outcome::Unknown { cause });
            return false;
        }
        true
    }

    /// The lag gate: a promotion goes out once the lag was within bounds in two reads in a row.
    fn gate(&mut self, id: OpId, gate: LagGate, observation: &Observation, group: &mut Gathered) {
        let op = self.board.operation(id);
        let seen = loss_of(op, observation, &[]);
        let known = match seen.map(|seen| (seen.unknown(), seen.least)) {
            None => Err(LossUnknown::Missing),
            Some((Some(why), _)) => Err(why),
            Some((None, least)) => Ok(least),
        };
        let lag = known.ok();
        self.started(id);
        let first = self.settings.pace.first;
        let entry = self.board.entry_mut(id);
        let record = &mut entry.gate;
        let since = *record.since.get_or_insert(observation.began);
        record.lag = lag;
        match lag.is_some_and(|lag| lag <= gate.max_lag) {
            true => record.within += 1,
            false => {
                record.within = 0;
                record.open_since = None;
            }
        }
        if record.within >= STABLE_READS {
            let open_since = *record.open_since.get_or_insert(observation.began);
            group.longest = group.longest.max(observation.began - open_since);
            group.ready.push(id);
            return self.note_loss(id, observation, &[]);
        }
        group.held += 1;
        if record.within == 1 && since == observation.began {
            // The second sample is due soon, whatever the pace was.
            let cluster = op.address.cluster().clone();
            if let Some(host) = self.hosts.get_mut(&cluster) {
                host.wait = first;
            }
        }
        if observation.began - since >= gate.within {
            let cause = Cause::LagTooHigh {
                lag: known,
                max: gate.max_lag,
                waited: gate.within,
            };
            group.held -= 1;
            self.timed_out = true;
            self.finish(id, Outcome::failed(Reason::TimedOut, cause));
        }
    }

    /// Leaves out promotions and reversals that move with others which cannot be sent yet. One whose set has failed is not
    /// sent at all.
    fn hold_sets(&mut self, group: &mut Gathered) {
        loop {
            let ready = group.ready.clone();
            let mut left_out = false;
            group.ready.retain(|id| {
                let may = self.board.may_move(*id, &ready);
                left_out |= may != MayMove::Yes;
                group.held += usize::from(may == MayMove::NotYet);
                if let MayMove::Never(by) = may {
                    self.finish(*id, Outcome::Blocked { by });
                }
                may == MayMove::Yes
            });
            if !left_out {
                return;
            }
        }
    }

    /// Whether a failover may be sent on what was just read: its loss must be within the policy's bound
    /// still. What the plan read is an earlier read of the same figures.
    fn may_fail_over(&mut self, id: OpId, gate: &FailoverGate, observation: &Observation) -> bool {
        let op = self.board.operation(id);
        let seen = loss_of(op, observation, &gate.seen);
        if let (Some(max), Some(loss)) = (gate.max_lag, seen)
            && loss.exceeds(max)
        {
            self.started(id);
            let cause = Cause::LossAboveBound { loss, max };
            let outcome = match self.board.entry_mut(id).ambiguous.take() {
                Some(cause) => Outcome::Unknown { cause },
                None => Outcome::failed(Reason::Moved, cause),
            };
            self.finish(id, outcome);
            return false;
        }
        self.note_loss(id, observation, &gate.seen);
        true
    }

    /// Remembers what is lost of a mirror topic that is about to be stopped.
    fn note_loss(&mut self, id: OpId, observation: &Observation, earlier: &[PartitionLag]) {
        let op = self.board.operation(id);
        let lost = lost(op, observation, earlier, self.now());
        self.board.entry_mut(id).lost = lost;
    }

    /// How an operation ends that was to stop a mirror topic and met one that had been stopped, or was
    /// being stopped, before anything was sent for it.
    fn stopped_outside(&mut self, id: OpId, observation: &Observation) -> Outcome {
        let op = self.board.operation(id);
        let now = self.now();
        let row = lost(op, observation, &[], now);
        let entry = self.board.entry_mut(id);
        let before = entry.gate.lag;
        let loss = row.as_ref().map(|lost| lost.loss);
        entry.lost = row.map(|lost| Lost {
            is_outside: true,
            ..lost
        });
        // Within its bound, a failover takes any loss; a promotion takes none.
        let is_within = match &op.kind {
            OperationKind::FailoverMirror { gate } => match (gate.max_lag, loss) {
                (Some(max), Some(loss)) => !loss.exceeds(max),
                _ => true,
            },
            _ => false,
        };
        let is_whole = match loss {
            Some(loss) => {
                loss.least == 0 && !loss.unknown().is_some_and(LossUnknown::is_without_figures)
            }
            // A server that no longer lists a stopped mirror topic says nothing about it.
            None => before == Some(0),
        };
        match !is_within && !is_whole {
            true => Outcome::failed(Reason::Moved, Cause::StoppedOutside { loss }),
            false => Outcome::Unchanged,
        }
    }

    fn archive(&mut self, id: OpId, observation: &Observation) {
        self.started(id);
        let op = self.board.operation(id);
        let now = self.now();
        let records = self.settings.records.as_deref();
        match archive::write(&self.settings.archive, records, op, observation, now) {
            Ok(Some(path)) => {
                self.archives.push(path);
                self.finish(id, Outcome::Done);
            }
            Ok(None) => self.finish(id, Outcome::Unchanged),
            Err(archive::ArchiveError::Unread(why)) => self.unread(id, why),
            Err(archive::ArchiveError::NotRead) => {
                self.not_read(id, Cause::HistoryNotRead, true);
            }
            Err(error) => {
                let cause = Cause::Local(error.to_string());
                self.finish(id, Outcome::failed(Reason::Local, cause));
            }
        }
    }

    fn send_singles(&mut self, cluster: &ClusterName, ids: Vec<OpId>, seen_at: Instant) {
        let acting = self.hosts.get(cluster).map_or(0, |host| host.acting);
        let room = self.settings.singles.saturating_sub(acting);
        let mut ids = ids.into_iter();
        for id in ids.by_ref().take(room) {
            self.send_single(cluster, id);
        }
        let creates = |id: &OpId| {
            let kind = &self.board.operation(*id).kind;
            matches!(kind, OperationKind::CreateMirror { .. })
        };
        let approved = ids.filter(creates).collect();
        if let Some(host) = self.hosts.get_mut(cluster) {
            host.approved = approved;
            host.approved_at = seen_at;
        }
    }

    /// Sends what a read has shown to be ready, as far as there is room for it now.
    pub(super) fn send_approved(&mut self, cluster: &ClusterName) {
        let now = self.clock.now();
        while let Some(host) = self.hosts.get_mut(cluster)
            && host.acting < self.settings.singles
            && let Some(id) = host.approved.pop_front()
        {
            let entry = self.board.entry(id);
            if entry.phase == Phase::Ready && entry.not_before <= now && self.level == Interrupt::No
            {
                self.send_single(cluster, id);
            }
        }
    }

    /// Forgets what was read too long ago to go by.
    pub(super) fn forget_stale(&mut self) {
        let now = self.clock.now();
        for host in self.hosts.values_mut() {
            if host.approved_until().is_some_and(|until| until <= now) {
                host.approved.clear();
            }
        }
    }

    fn send_single(&mut self, cluster: &ClusterName, id: OpId) {
        match execute::work(self.board.operation(id), self.secrets) {
            Ok(Some(work)) => {
                self.acts(id);
                self.send(cluster, vec![id], work);
            }
            Ok(None) => {}
            Err(error) => {
                self.started(id);
                let cause = Cause::Secret(error);
                self.finish(id, Outcome::failed(Reason::Local, cause));
            }
        }
    }

    fn send_batches(
        &mut self,
        half: &HalfAddress,
        work: impl Fn(Vec<TopicName>) -> Work,
        group: Gathered,
    ) {
        let chunk = self.settings.chunk.max(1);
        let Gathered {
            mut ready,
            held,
            longest,
        } = group;
        if held > 0 && longest < self.settings.patience.gather {
            // More are about to be ready; only full requests go out.
            ready.truncate(ready.len() / chunk * chunk);
        }
        for ids in ready.chunks(chunk) {
            let topics: Vec<TopicName> = ids
                .iter()
                .filter_map(|id| self.board.operation(*id).address.mirror().cloned())
                .collect();
            for id in ids {
                self.acts(*id);
            }
            self.emit(EventKind::BatchSent {
                half: half.clone(),
                verb: self.board.operation(ids[0]).kind.word(),
                topics: topics.len(),
            });
            self.send(&half.cluster, ids.to_vec(), work(topics));
        }
    }

    fn acts(&mut self, id: OpId) {
        self.started(id);
        let entry = self.board.entry_mut(id);
        entry.failed_reads = 0;
        entry.attempts += 1;
        entry.phase = Phase::Acting;
    }

    fn send(&mut self, cluster: &ClusterName, ids: Vec<OpId>, work: Work) {
        let Some(host) = self.hosts.get_mut(cluster) else {
            return;
        };
        host.acting += 1;
        let (client, cluster) = (host.client.clone(), cluster.clone());
        let first = ids.first().map(|id| self.board.operation(*id));
        let write = first.and_then(|op| Some((op.half().clone(), op.kind.writes()?)));
        let check = self.pairs.zip(write);
        let named: Vec<(OpId, Option<TopicName>)> = ids
            .into_iter()
            .map(|id| (id, self.board.operation(id).address.mirror().cloned()))
            .collect();
        self.pending.push(
            async move {
                let objection = match &check {
                    Some((pairs, (half, write))) => pairs.objection(half, *write).await,
                    None => None,
                };
                let performed = match objection {
                    Some(cause) => Performed::Whole(Answer::Forbidden(Box::new(cause))),
                    None => execute::perform(&client, work, Mode::Perform).await,
                };
                Ended::Answer(cluster, spread(named, performed))
            }
            .boxed(),
        );
    }

    fn judge_settling(&mut self, cluster: &ClusterName, observation: &Observation) {
        let mut settling: Vec<OpId> = self.board.active(cluster).settling().collect();
        settling.sort_unstable();
        for id in settling {
            let op = self.board.operation(id);
            let patience = &self.settings.patience;
            let Phase::Settling(watch) = &mut self.board.entry_mut(id).phase else {
                continue;
            };
            let (is_new, until) = (observation.began >= watch.since, watch.until);
            let settled = match settle::settled(op, watch, observation, patience) {
                Settled::NotYet | Settled::Never(_) if is_new && self.is_final(id, observation) => {
                    Settled::Yes
                }
                settled => settled,
            };
            match settled {
                Settled::Yes => {
                    let outcome = match self.board.entry(id).already_satisfied {
                        true if stops(op) => self.stopped_outside(id, observation),
                        true => Outcome::Unchanged,
                        false => Outcome::Done,
                    };
                    self.finish(id, outcome);
                }
                Settled::Never(cause) => {
                    // The API never returns the old secrets.
                    let cause = match rotates(op) {
                        true => Cause::SecretsReplaced(Box::new(cause)),
                        false => cause,
                    };
                    self.finish(id, Outcome::failed(Reason::Refused, cause));
                }
                Settled::NotYet if observation.began >= until => self.overdue(id, observation),
                Settled::NotYet => {}
            }
        }
    }

    /// A deadline is over. Only the mirror topic's own row says why it is stuck.
    fn overdue(&mut self, id: OpId, observation: &Observation) {
        let op = self.board.operation(id);
        let half = op.half().clone();
        let asked = self.asked.entry(half.clone()).or_default();
        let (Some(topic), Some(_)) = (op.address.mirror().cloned(), row(op, observation)) else {
            return self.give_up(id, StuckDetails::default());
        };
        if *asked >= QUESTIONS || self.board.entry(id).fallback.is_some() {
            return self.give_up(id, StuckDetails::default());
        }
        *asked += 1;
        let Some(host) = self.hosts.get(&half.cluster) else {
            return self.give_up(id, StuckDetails::default());
        };
        let client = host.client.clone();
        let entry = self.board.entry_mut(id);
        if let Phase::Settling(watch) = &entry.phase {
            entry.phase = Phase::Asking(watch.clone());
        }
        self.pending.push(
            async move { Ended::Reason(id, stuck_details(&client, &half, &topic).await) }.boxed(),
        );
    }

    /// An operation has not settled in time.
    pub(super) fn give_up(&mut self, id: OpId, why: StuckDetails) {
        let op = self.board.operation(id);
        let entry = self.board.entry(id);
        let (Phase::Settling(watch) | Phase::Asking(watch)) = &entry.phase else {
            return;
        };
        if let Some(cause) = entry.fallback.clone() {
            return self.finish(id, Outcome::failed(Reason::Refused, cause));
        }
        let declined = entry.declined.clone();
        let StuckDetails { problems, stuck } = why;
        let cause = Cause::NotSettled {
            waited: op.deadline,
            seen: watch.last.clone().map(Box::new),
            problems,
            stuck: stuck.map(|stuck| Box::new(Stuck { declined, ..stuck })),
        };
        self.timed_out = true;
        self.finish(id, Outcome::Unknown { cause });
    }

    /// Reports what is still waited for at a cluster, by half and kind.
    fn report_waiting(&mut self, cluster: &ClusterName, observation: &Observation) {
        let now = self.clock.now();
        let mut groups: BTreeMap<(HalfAddress, &'static str, Wait), Waiting> = BTreeMap::new();
        for id in self.board.active(cluster).waited_for() {
            let (op, entry) = (self.board.operation(id), self.board.entry(id));
            let (wait, until) = match (&entry.phase, &op.kind) {
                (Phase::Settling(watch), OperationKind::DrainOffsets { wait }) => {
                    (Wait::Time, watch.since + *wait)
                }
                (Phase::Settling(watch) | Phase::Asking(watch), _) => (Wait::Settle, watch.until),
                (Phase::Ready, OperationKind::PromoteMirror { gate, .. }) => match entry.gate.since
                {
                    Some(since) => (Wait::Lag, since + gate.within),
                    None => continue,
                },
                (Phase::Ready, OperationKind::ReverseMirror { gate, .. }) => {
                    match entry.gate.since {
                        Some(since) => (Wait::Lag, since + gate.within),
                        None => continue,
                    }
                }
                _ => continue,
            };
            let left = until.saturating_duration_since(now);
            let key = (op.half().clone(), op.kind.word(), wait);
            let group = groups.entry(key).or_insert_with(|| Waiting {
                half: op.half().clone(),
                verb: op.kind.word(),
                wait,
                count: 0,
                statuses: BTreeMap::new(),
                lag: None,
                worst_lag: None,
                left,
            });
            group.count += 1;
            group.left = group.left.min(left);
            if let Some(row) = row(op, observation) {
                *group.statuses.entry(row.status.clone()).or_default() += 1;
                // Figures that may be old still show the progress.
                let seen = loss_of(op, observation, &[]);
                let has_figures = |loss: &MirrorLoss| {
                    !loss.unknown().is_some_and(LossUnknown::is_without_figures)
                };
                if let Some(lag) = seen.filter(has_figures).map(|loss| loss.least) {
                    let sum = group.lag.unwrap_or_default();
                    group.lag = Some(sum.saturating_add(lag));
                    group.worst_lag = group.worst_lag.max(Some(lag));
                }
            }
        }
        for waiting in groups.into_values() {
            self.emit(EventKind::Waiting(waiting));
        }
    }
}

fn rotates(op: &Operation) -> bool {
    matches!(
        op.kind,
        OperationKind::AlterLink {
            purpose: AlterPurpose::Connection(Some(_)),
            ..
        }
    )
}

/// Whether an operation stops a mirror topic.
fn stops(op: &Operation) -> bool {
    matches!(
        op.kind,
        OperationKind::PromoteMirror { .. } | OperationKind::FailoverMirror { .. }
    )
}

/// What is lost if an operation's mirror topic stops as this read shows it; `None` where it is not listed.
pub(super) fn loss_of(
    op: &Operation,
    observation: &Observation,
    earlier: &[PartitionLag],
) -> Option<MirrorLoss> {
    let links = observation.links.read();
    let link = links.and_then(|links| links.get(&op.half().link));
    Some(loss(row(op, observation)?, link, earlier))
}

fn lost(
    op: &Operation,
    observation: &Observation,
    earlier: &[PartitionLag],
    read_at: jiff::Timestamp,
) -> Option<Lost> {
    let offsets = row(op, observation)?
        .lags
        .iter()
        .map(|lag| (lag.partition, lag.last_source_fetch_offset));
    Some(Lost {
        loss: loss_of(op, observation, earlier)?,
        offsets: offsets.collect(),
        read_at,
        is_outside: false,
    })
}

/// The row of an operation's mirror topic.
fn row<'a>(op: &Operation, observation: &'a Observation) -> Option<&'a MirrorFact> {
    let Reading::Read(mirrors) = &observation.mirrors else {
        return None;
    };
    mirrors.get(&op.half().link)?.get(op.address.mirror()?)
}

/// What the server says holds up a mirror topic, and what its row and its link's row show; nothing when
/// it cannot be asked.
async fn stuck_details(client: &Client, half: &HalfAddress, topic: &TopicName) -> StuckDetails {
    let (row, links) = tokio::join!(client.get_mirror(&half.link, topic), read::links(client));
    let Ok(Some(row)) = row else {
        return StuckDetails::default();
    };
    let row = read::mirror_fact(row);
    let link = links.0.read().and_then(|links| links.get(&half.link));
    StuckDetails {
        stuck: (row.status == MirrorStatus::PendingStopped).then(|| Stuck {
            loss: loss(&row, link, &[]),
            link_error: link
                .filter(|link| !link.is_healthy())
                .and_then(|link| link.error.clone()),
            declined: None,
        }),
        problems: row.transition_problems,
    }
}

/// One answer for each operation. A topic that the server left out may have been done or not.
fn spread(named: Vec<(OpId, Option<TopicName>)>, performed: Performed) -> Vec<(OpId, Answer)> {
    match performed {
        Performed::Whole(answer) => named
            .into_iter()
            .map(|(id, _)| (id, answer.clone()))
            .collect(),
        Performed::ByTopic(mut answers) => named
            .into_iter()
            .map(|(id, topic)| {
                let answer = topic.and_then(|topic| answers.remove(&topic));
                (id, answer.unwrap_or(Answer::LeftOut))
            })
            .collect(),
    }
}
