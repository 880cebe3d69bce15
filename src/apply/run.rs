//! The run: [`run`] walks a plan's graph until every operation has an outcome.

use std::collections::{BTreeMap, VecDeque};
use std::time::Instant;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};
use linkwright_clock::Clock;
use tokio::sync::mpsc::UnboundedReceiver;

use super::board::{Board, Phase};
use super::cause::{Cause, RunProblem};
use super::context::{LeaseMeans, LeaseNotice, RunContext, RunError, Settings};
use super::event::{EventKind, InFlight, Outcome};
use super::execute::{self, Secrets, sends};
use super::interrupt::{Interrupt, Interrupts};
use super::observation::{self, ObservationRequest};
use super::readiness;
use super::report::{OperationReport, Report};
use super::report_file::ReportFile;
use super::settle::{self, Watch};
use super::state::{Ended, Host, Run};
use crate::address::ClusterName;
use crate::plan::{OpId, OperationKind, Plan};

/// Whether every secret of a plan is there and has the right form. [`run`] checks it too, before its first
/// write.
///
/// # Errors
/// [`RunError::Secrets`], with all problems.
pub fn check_secrets(plan: &Plan, secrets: &dyn Secrets) -> Result<(), RunError> {
    let mut missing = Vec::new();
    for op in &plan.operations {
        if let Err(error) = execute::work(op, secrets)
            && !missing.contains(&error)
        {
            missing.push(error);
        }
    }
    match missing.is_empty() {
        true => Ok(()),
        false => Err(RunError::Secrets(missing)),
    }
}

/// Carries out a plan.
///
/// # Expected flow
/// The caller has planned from a fresh snapshot, has seen no guard refuse, and has consent. It calls
/// this once, then plans again: the apply is complete when that plan is empty. After an interrupt, a
/// failure or a kill it plans and runs again; live is the truth, and nothing else is remembered.
///
/// # Guarantees
/// - An operation acts only when everything it waits for has settled, and only when an observation that
///   began after that shows what it expects. Its request may be sent more than once, never without
///   such an observation in between.
/// - It is done when an observation that began after the answer shows it; the answer alone proves nothing.
/// - A failure blocks what depends on it and nothing else. Every operation gets an outcome.
/// - The report on disk names every request that may have been sent, before it is sent.
/// - After the first interrupt nothing is begun; after the second this returns at once.
/// - Dropping the future is safe at any point: at worst a request was sent and its end not seen.
///
/// # Assumptions
/// - The plan is complete and sound: nothing is decided here.
/// - No one else changes the same links at the same time. If someone does, what the plan expects is not so
///   and the operation fails as stale; a change in the moment between observation and request is not seen,
///   because the API has no conditional requests.
/// - All clients go by the same clock, and so does this.
///
/// # Caveats
/// - There is no undo. What was done stays done.
/// - A secret that was written cannot be read back, so an alteration with secrets is sent again when
///   its answer was lost.
///
/// # Errors
/// When it cannot begin; nothing was sent then.
pub async fn run(
    plan: &Plan,
    context: RunContext<'_>,
    settings: &Settings,
) -> Result<Report, RunError> {
    let RunContext {
        clients,
        pairs,
        secrets,
        sink,
        describe,
        interrupts,
        lease,
    } = context;
    // A plan of nothing takes no time by any clock.
    let clock = clients
        .values()
        .next()
        .map_or_else(Clock::wall, |client| client.clock().clone());
    let now = clock.now();
    if !plan.refusals.is_empty() {
        return Err(RunError::Refused);
    }
    check_secrets(plan, secrets)?;
    let mut hosts = BTreeMap::new();
    for op in &plan.operations {
        let name = op.address.cluster();
        let client = clients
            .get(name)
            .ok_or_else(|| RunError::NoClient(name.clone()))?;
        hosts.entry(name.clone()).or_insert_with(|| Host {
            client: client.clone(),
            wait: settings.pace.first,
            next_look: now,
            looking: false,
            acting: 0,
            approved: VecDeque::new(),
            approved_at: now,
            rows: BTreeMap::new(),
        });
    }
    let mut run = Run {
        board: Board::new(plan, settings.patience.pairing, now),
        hosts,
        clients,
        pairs,
        secrets,
        sink,
        settings,
        clock,
        began: now,
        level: Interrupt::No,
        hands_over: false,
        asked: BTreeMap::new(),
        retried: Vec::new(),
        timed_out: false,
        archives: Vec::new(),
        pending: Vec::new(),
        dirty: true,
        outcome_unsaved: false,
        report: settings
            .report
            .as_deref()
            .map(|path| ReportFile::new(path, settings.flush, describe, settings.approved.clone())),
        report_error: None,
    };
    run.begin()?;
    run.drive(interrupts, lease).await;
    Ok(run.end())
}

impl<'a> Run<'a> {
    fn begin(&mut self) -> Result<(), RunError> {
        let operations = self.board.all().count();
        self.emit(EventKind::Started { operations });
        if let Some(mut report) = self.report.take() {
            let written = self.write_report(&mut report, None);
            let path = report.path().to_owned();
            self.report = Some(report);
            written.map_err(|source| RunError::Report { path, source })?;
            self.dirty = false;
        }
        Ok(())
    }

    async fn drive(
        &mut self,
        mut interrupts: Interrupts,
        mut lease: Option<UnboundedReceiver<LeaseNotice>>,
    ) {
        let mut jobs: FuturesUnordered<BoxFuture<'a, Ended>> = FuturesUnordered::new();
        let mut by_lease = Interrupt::No;
        loop {
            self.handle_interrupt(interrupts.now().max(by_lease));
            self.end_waits();
            self.begin_waits();
            self.forget_stale();
            if self.board.is_finished() {
                return;
            }
            self.start_reads();
            // Whatever is sent now, the report says so first.
            self.save();
            jobs.extend(self.pending.drain(..));
            let wake = self.next_wake();
            tokio::select! {
                Some(ended) = jobs.next(), if !jobs.is_empty() => {
                    self.take(ended);
                    // Answers that came at the same time go into one report; an outcome is in it
                    // before anything more is sent.
                    while !self.outcome_unsaved
                        && let Some(Some(ended)) = jobs.next().now_or_never()
                    {
                        self.take(ended);
                    }
                }
                () = sleep_until(&self.clock, wake) => {}
                () = interrupts.changed() => {}
                notice = next_notice(&mut lease) => {
                    if notice.means != LeaseMeans::GoOn {
                        by_lease = Interrupt::Finish;
                    }
                    self.hands_over |= notice.means == LeaseMeans::HandOver;
                    let what = notice.what;
                    self.emit(EventKind::Problem(RunProblem::Lease { what }));
                }
            }
        }
    }

    fn end(mut self) -> Report {
        let mut report = self.report();
        let verdict = report.verdict();
        self.dirty = true;
        self.save_with(Some(verdict));
        report.written = self.report.as_ref().map_or(0, ReportFile::written);
        self.emit(EventKind::Finished {
            counts: report.counts(),
            verdict,
        });
        report
    }

    fn report(&self) -> Report {
        Report {
            operations: self
                .board
                .all()
                .map(|(id, op, entry)| OperationReport {
                    op: id,
                    address: op.address.clone(),
                    verb: op.kind.word(),
                    together: op.kind.together().to_vec(),
                    outcome: match &entry.phase {
                        Phase::Finished(outcome) => outcome.clone(),
                        _ => Outcome::Unknown {
                            cause: Cause::RunEnded,
                        },
                    },
                    attempts: entry.attempts,
                    took: self.board.took(id),
                    lost: entry
                        .lost
                        .clone()
                        .filter(|lost| entry.attempts > 0 || lost.is_outside),
                    cut: entry.cut.clone(),
                    turned: op.kind.turned(op.half()),
                })
                .collect(),
            timed_out: self.timed_out,
            interrupted: self.level,
            hand_over: self.board.hand_over(),
            archives: self.archives.clone(),
            took: self.clock.since(self.began),
            written: 0,
        }
    }

    /// Takes in what has come to its end.
    fn take(&mut self, ended: Ended) {
        match ended {
            Ended::Observed(cluster, observation) => self.judge(&cluster, &observation),
            Ended::Answer(cluster, answered) => {
                if let Some(host) = self.hosts.get_mut(&cluster) {
                    host.acting = host.acting.saturating_sub(1);
                }
                self.answered(answered);
                self.send_approved(&cluster);
            }
            Ended::Reason(id, why) => self.give_up(id, why),
        }
    }

    /// Does what an interrupt asks for.
    fn handle_interrupt(&mut self, level: Interrupt) {
        let is_news = level > self.level;
        self.level = self.level.max(level);
        if self.level == Interrupt::No {
            return;
        }
        let mut not_begun = Vec::new();
        let mut in_flight = Vec::new();
        for (id, op, entry) in self.board.all() {
            match &entry.phase {
                Phase::Finished(_) => {}
                Phase::Waiting => not_begun.push(id),
                Phase::Ready if entry.ambiguous.is_none() => not_begun.push(id),
                Phase::Settling(_) if !sends(&op.kind) => not_begun.push(id),
                Phase::Ready | Phase::Acting | Phase::Settling(_) | Phase::Asking(_) => {
                    in_flight.push(id);
                }
            }
        }
        if is_news {
            let waits = self.in_flight(&in_flight);
            self.emit(EventKind::Interrupted { level, waits });
        }
        for id in not_begun {
            self.finish(id, Outcome::Skipped);
        }
        for id in in_flight {
            let is_answered = self.board.entry(id).phase != Phase::Acting;
            let cause = match self.level {
                Interrupt::Stop => Cause::RunStopped,
                _ if self.hands_over && is_answered => Cause::HandedOver,
                _ => continue,
            };
            self.finish(id, Outcome::Unknown { cause });
        }
    }

    /// What these operations are about, and how long they may take from now on.
    fn in_flight(&self, ids: &[OpId]) -> InFlight {
        let now = self.clock.now();
        let left = |id: &OpId| match &self.board.entry(*id).phase {
            Phase::Settling(watch) | Phase::Asking(watch) => {
                watch.until.saturating_duration_since(now)
            }
            _ => self.board.operation(*id).deadline,
        };
        InFlight {
            operations: ids
                .iter()
                .map(|id| self.board.operation(*id).address.clone())
                .collect(),
            at_most: ids.iter().map(left).max().unwrap_or_default(),
        }
    }

    /// Lets operations begin for which nothing is sent and nothing need be known.
    fn begin_waits(&mut self) {
        let now = self.clock.now();
        let fresh = self.board.take_fresh().into_iter();
        let waits: Vec<OpId> = fresh
            .filter(|id| {
                self.board.entry(*id).phase == Phase::Ready
                    && matches!(
                        self.board.operation(*id).kind,
                        OperationKind::DrainOffsets { .. } | OperationKind::AwaitMirror { .. }
                    )
            })
            .collect();
        for id in waits {
            self.started(id);
            let watch = Watch::new(now, self.board.operation(id).deadline);
            self.board.entry_mut(id).phase = Phase::Settling(Box::new(watch));
        }
    }

    /// Ends operations that settle by time alone.
    fn end_waits(&mut self) {
        let now = self.clock.now();
        let mut over: Vec<OpId> = Vec::new();
        for name in self.hosts.keys() {
            over.extend(self.board.active(name).settled_by(now));
        }
        over.sort_unstable();
        for id in over {
            self.finish(id, Outcome::Done);
        }
    }

    fn start_reads(&mut self) {
        let now = self.clock.now();
        let names: Vec<ClusterName> = self.hosts.keys().cloned().collect();
        for name in names {
            let Some(host) = self.hosts.get(&name) else {
                continue;
            };
            if host.looking {
                continue;
            }
            let next_look = host.next_look;
            let has_room = host.acting <= self.settings.singles / 2;
            // What a read has shown to be ready is sent as others are answered.
            let is_urgent = has_room
                && host.approved.is_empty()
                && self.board.active(&name).ready_by(now).next().is_some();
            let active = self.board.active(&name);
            let is_overdue = active.read_due().is_some_and(|due| due <= now);
            let is_waiting = active.read_due().is_some() || active.gated_by(now).next().is_some();
            if !(is_urgent || is_waiting && (is_overdue || next_look <= now)) {
                continue;
            }
            let before: Vec<OpId> = active.ready_by(now).chain(active.gated_by(now)).collect();
            let after: Vec<OpId> = active.settling().collect();
            let mut need = ObservationRequest::default();
            for id in before {
                readiness::need(self.board.operation(id), &mut need);
                self.need_final(id, &mut need);
            }
            for id in after {
                if let Phase::Settling(watch) = &self.board.entry(id).phase {
                    settle::need(self.board.operation(id), watch, &mut need);
                    self.need_final(id, &mut need);
                }
            }
            let Some(host) = self.hosts.get(&name) else {
                continue;
            };
            need.narrow(&host.rows);
            let (client, clients) = (host.client.clone(), self.clients);
            if let Some(host) = self.hosts.get_mut(&name) {
                host.looking = true;
            }
            self.pending.push(
                async move {
                    let observation = observation::observe_with(&client, clients, need).await;
                    Ended::Observed(name, Box::new(observation))
                }
                .boxed(),
            );
        }
    }

    /// When something is due although nothing comes to its end; none when nothing is.
    fn next_wake(&mut self) -> Option<Instant> {
        let now = self.clock.now();
        let mut wake: Option<Instant> = None;
        let mut at = |time: Instant| {
            wake = Some(wake.map_or(time, |wake| wake.min(time)));
        };
        for (name, host) in &self.hosts {
            let active = self.board.active(name);
            let looks = active.gated_by(now).next().is_some() || active.read_due().is_some();
            let look = [Some(host.next_look), active.read_due()];
            let look = look.into_iter().flatten().min();
            let look = look.filter(|_| looks && !host.looking);
            let stale = host.approved_until().filter(|at| *at > now);
            for time in [active.ready_after(now), active.time_due(), look, stale] {
                time.into_iter().for_each(&mut at);
            }
        }
        wake
    }
}

/// What happens next to the leases; never, when there are none or no one keeps them any more.
async fn next_notice(lease: &mut Option<UnboundedReceiver<LeaseNotice>>) -> LeaseNotice {
    if let Some(notices) = lease {
        match notices.recv().await {
            Some(notice) => return notice,
            None => *lease = None,
        }
    }
    std::future::pending().await
}

async fn sleep_until(clock: &Clock, wake: Option<Instant>) {
    match wake {
        Some(wake) => clock.sleep_until(wake).await,
        None => std::future::pending().await,
    }
}
