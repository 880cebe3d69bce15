//! A run under way: [`Run`], what it knows, and how an operation begins and ends.

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use linkwright_clock::Clock;

use super::board::{Board, Phase};
use super::cause::{Cause, RunProblem, Stuck};
use super::context::Settings;
use super::event::{Event, EventKind, EventSink, Outcome, Verdict};
use super::execute::{Answer, Secrets};
use super::interrupt::Interrupt;
use super::observation::Observation;
use super::report_file::{ReportFile, RunState};
use super::switchover::PairCheck;
use crate::address::{ClusterName, HalfAddress, LinkName};
use crate::api::Client;
use crate::live::TaskProblem;
use crate::plan::OpId;

/// Answers, one for each operation that a request was made for.
pub(super) type Answered = Vec<(OpId, Answer)>;

/// One cluster.
pub(super) struct Host {
    pub(super) client: Client,
    /// The wait between the last observation and the next.
    pub(super) wait: Duration,
    pub(super) next_look: Instant,
    pub(super) looking: bool,
    /// How many requests are under way, reads not counted.
    pub(super) acting: usize,
    /// Creations of mirror topics that a read has shown to be ready and for which there was no room yet, and
    /// when that read began.
    pub(super) approved: VecDeque<OpId>,
    pub(super) approved_at: Instant,
    /// How many mirror topics each link had when all of them were listed last.
    pub(super) rows: BTreeMap<LinkName, usize>,
}

/// For so long a read counts that has shown a mirror topic to be absent. The server refuses to create one
/// that is there.
const APPROVAL: Duration = Duration::from_secs(30);

impl Host {
    /// When what was read is too old to go by.
    pub(super) fn approved_until(&self) -> Option<Instant> {
        (!self.approved.is_empty()).then(|| self.approved_at + APPROVAL)
    }
}

/// Something that was under way and has come to its end.
pub(super) enum Ended {
    /// An observation.
    Observed(ClusterName, Box<Observation>),
    /// A request.
    Answer(ClusterName, Answered),
    /// The question why a mirror topic is stuck, with what the server said.
    Reason(OpId, StuckDetails),
}

/// What the server says of a mirror topic that is stuck.
#[derive(Default)]
pub(super) struct StuckDetails {
    pub(super) problems: Vec<TaskProblem>,
    pub(super) stuck: Option<Stuck>,
}

/// A run under way.
pub(super) struct Run<'a> {
    pub(super) board: Board<'a>,
    pub(super) hosts: BTreeMap<ClusterName, Host>,
    /// The clients of all clusters: what turns is judged at two of them.
    pub(super) clients: &'a BTreeMap<ClusterName, Client>,
    /// Asked right before requests to links that a switchover pair may manage.
    pub(super) pairs: Option<&'a PairCheck>,
    pub(super) secrets: &'a dyn Secrets,
    pub(super) sink: &'a mut dyn EventSink,
    pub(super) settings: &'a Settings,
    pub(super) clock: Clock,
    pub(super) began: Instant,
    pub(super) level: Interrupt,
    /// Whether another run asked for a cluster: the effect of what was sent is not waited for.
    pub(super) hands_over: bool,
    /// How many stuck mirror topics of a half the server was asked about.
    pub(super) asked: BTreeMap<HalfAddress, u32>,
    /// What is tried again, by its cause and its wait, until it is reported.
    pub(super) retried: Vec<(OpId, Cause, Duration)>,
    pub(super) timed_out: bool,
    pub(super) archives: Vec<PathBuf>,
    /// What is to be started once the report is written.
    pub(super) pending: Vec<BoxFuture<'a, Ended>>,
    /// Whether the report on disk is behind.
    pub(super) dirty: bool,
    /// Whether it lacks an outcome.
    pub(super) outcome_unsaved: bool,
    pub(super) report: Option<ReportFile>,
    /// What kind of problem the last attempt to write it met.
    pub(super) report_error: Option<std::io::ErrorKind>,
}

impl Run<'_> {
    /// Marks an operation as begun.
    pub(super) fn started(&mut self, id: OpId) {
        let op = self.board.operation(id);
        let entry = self.board.entry_mut(id);
        if entry.started.is_none() {
            entry.started = Some(self.clock.now());
            self.emit(EventKind::OperationStarted {
                op: id,
                address: op.address.clone(),
                verb: op.kind.word(),
            });
        }
        self.dirty = true;
    }

    /// Ends an operation, and whatever ends with it.
    pub(super) fn finish(&mut self, id: OpId, outcome: Outcome) {
        if outcome.is_reached() {
            self.record_credentials(id, &outcome);
        }
        for ended in self.board.finish(id, outcome, self.clock.now()) {
            let op = self.board.operation(ended);
            let Phase::Finished(outcome) = self.board.entry(ended).phase.clone() else {
                continue;
            };
            let took = self.board.took(ended);
            let lost = self.board.entry(ended).lost.as_ref();
            let outside = lost.filter(|lost| lost.is_outside).map(|lost| lost.loss);
            self.emit(EventKind::OperationFinished {
                op: ended,
                address: op.address.clone(),
                verb: op.kind.word(),
                outcome,
                outside,
                took,
            });
        }
        self.dirty = true;
        self.outcome_unsaved = true;
    }

    fn record_credentials(&mut self, id: OpId, outcome: &Outcome) {
        let op = self.board.operation(id);
        if *outcome != Outcome::Done {
            return;
        }
        if let Some(ledger) = &self.settings.ledger
            && let Err(error) = ledger.record(op, self.settings.records.as_deref())
        {
            let why = error.to_string();
            self.emit(EventKind::Problem(RunProblem::Ledger { why }));
        }
    }

    pub(super) fn emit(&mut self, kind: EventKind) {
        let event = Event {
            elapsed: self.clock.since(self.began),
            kind,
        };
        self.sink.on_event(&event);
    }

    pub(super) fn save(&mut self) {
        self.save_with(None);
    }

    pub(super) fn save_with(&mut self, verdict: Option<Verdict>) {
        self.outcome_unsaved = false;
        if !std::mem::take(&mut self.dirty) {
            return;
        }
        let Some(mut report) = self.report.take() else {
            return;
        };
        let written = self.write_report(&mut report, verdict);
        let path = report.path().to_owned();
        self.report = Some(report);
        // A disk that is full must not stop a failover half-way; it is said once.
        if let Err(error) = written {
            let problem = RunProblem::Report {
                path,
                why: error.to_string(),
            };
            // The words name another temporary file each time.
            if self.report_error.replace(error.kind()) != Some(error.kind()) {
                self.emit(EventKind::Problem(problem));
            }
        }
    }

    pub(super) fn write_report(
        &mut self,
        report: &mut ReportFile,
        verdict: Option<Verdict>,
    ) -> std::io::Result<()> {
        let state = RunState {
            now: self.now(),
            started: self.settings.started,
            interrupted: self.level,
            timed_out: self.timed_out,
            archives: &self.archives,
            verdict,
        };
        report.write(&mut self.board, &state)
    }

    /// The wall time, going by the caller's clock at the start.
    pub(super) fn now(&self) -> jiff::Timestamp {
        let elapsed =
            jiff::SignedDuration::try_from(self.clock.since(self.began)).unwrap_or_default();
        self.settings
            .started
            .checked_add(elapsed)
            .unwrap_or(self.settings.started)
    }
}
