//! The run report on disk: what a run has done so far, replaced as a whole after every outcome.
//!
//! It is evidence for people and machines, not state: no run ever reads it. A request that may have
//! been sent is named in it before it is sent, so that a killed run leaves no secret behind about
//! what it was doing. It is on the disk by then: a power cut leaves it whole too.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::board::{Board, Phase};
use super::cause::Cause;
use super::durable::{self, Flush, Readers};
use super::event::{Outcome, Verdict};
use super::interrupt::Interrupt;
use super::report::Lost;
use crate::live::Loss;
use crate::plan::OperationKind;

/// The version of the report's format.
pub const FORMAT_VERSION: u32 = 1;

/// A run report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportV1 {
    /// Version of this format: 1.
    pub format_version: u32,
    /// When the run began.
    pub started_at: String,
    /// When this was written.
    pub generated_at: String,
    /// How the run ended; none while it goes on, or when it was killed.
    pub verdict: Option<VerdictV1>,
    /// Whether it was interrupted.
    pub interrupted: bool,
    /// Whether something was not seen to end in time; the server may still be working.
    pub timed_out: bool,
    /// How many operations ended in which way.
    pub counts: CountsV1,
    /// The archives that were written.
    pub archives: Vec<String>,
    /// The saved plan that was applied; left out when there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved: Option<ApprovedV1>,
    /// Every operation, in the plan's order.
    pub operations: Vec<OperationV1>,
}

/// The saved plan that was applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovedV1 {
    /// Its `digest`.
    pub digest: String,
    /// Its operations that were done before this run began, so that this run has none for them.
    pub unchanged: Vec<UnchangedV1>,
}

/// An operation of a saved plan whose end state was live before the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnchangedV1 {
    /// What it is about: `cluster/link` or `cluster/link/topic`.
    pub address: String,
    /// Its kind, such as `promote-mirror`.
    pub operation: String,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum VerdictV1 {
    /// Every operation's goal is reached.
    Complete,
    /// A signal ended it.
    Interrupted,
    /// Something was not as the plan expects.
    Stale,
    /// Something failed.
    Partial,
    /// Nothing failed, but something was not seen to end in time.
    TimedOut,
}

impl From<Verdict> for VerdictV1 {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Complete => Self::Complete,
            Verdict::Interrupted => Self::Interrupted,
            Verdict::Stale => Self::Stale,
            Verdict::Partial => Self::Partial,
            Verdict::TimedOut => Self::TimedOut,
        }
    }
}

/// How many operations ended in which way; the rest has not ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CountsV1 {
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

impl From<super::event::Counts> for CountsV1 {
    fn from(counts: super::event::Counts) -> Self {
        let super::event::Counts {
            done,
            unchanged,
            failed,
            blocked,
            unknown,
            skipped,
        } = counts;
        Self {
            done,
            unchanged,
            failed,
            blocked,
            unknown,
            skipped,
        }
    }
}

/// One operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OperationV1 {
    /// Its number in the plan, from 1.
    pub number: u32,
    /// What it is about: `cluster/link` or `cluster/link/topic`.
    pub address: String,
    /// Its kind, such as `promote-mirror`.
    pub operation: String,
    /// The sets of `move_together` that it moves with, if it is a promotion.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    #[schemars(default)]
    pub together: Vec<String>,
    /// Its state.
    pub state: StateV1,
    /// How it ended.
    pub outcome: Option<OutcomeV1>,
    /// How often its request was sent.
    pub attempts: u32,
    /// Milliseconds from its start to its end.
    pub took_ms: Option<u64>,
    /// What was lost of a mirror topic that was stopped, as far as can be known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lost: Option<LostV1>,
}

/// What was lost of a mirror topic that was stopped, as far as can be known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LostV1 {
    /// `known`: at most so many of the messages that the source had at the last fetch; `at-least`: so many
    /// or more; `unknown`.
    pub figure: String,
    /// Messages that were not copied, as far as the server reported them.
    pub messages: u64,
    /// Why it is not known, where it is not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unknown: Option<String>,
    /// When that was read (RFC 3339): before it was stopped, unless another client stopped it.
    pub read_at: String,
    /// Whether another client stopped it.
    pub outside: bool,
    /// The last source offset that was fetched, by partition; -1 where nothing was.
    pub last_offsets: BTreeMap<i32, i64>,
}

impl LostV1 {
    /// The same for machines.
    #[must_use]
    pub fn of(lost: &Lost) -> Self {
        Self {
            figure: match lost.loss.loss {
                Loss::Known(_) => "known",
                Loss::AtLeast(_) => "at-least",
                Loss::Unknown(_) => "unknown",
            }
            .to_owned(),
            messages: lost.loss.least,
            unknown: lost.loss.unknown().map(|why| why.to_string()),
            read_at: lost.read_at.to_string(),
            outside: lost.is_outside,
            last_offsets: lost.offsets.clone(),
        }
    }
}

/// The state of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StateV1 {
    /// Others must settle first.
    Waiting,
    /// It may begin.
    Ready,
    /// Its request is under way: it may have been sent or not.
    InFlight,
    /// Its request was answered; live must show it.
    Settling,
    /// It has ended.
    Finished,
}

/// How an operation ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "result", rename_all = "kebab-case", deny_unknown_fields)]
pub enum OutcomeV1 {
    /// It was carried out, and a read shows it.
    Done,
    /// A read showed that it was so before; nothing was sent.
    Unchanged,
    /// It was not carried out.
    Failed {
        /// `stale`, `refused`, `unreachable`, `timed-out`, `local` or `moved`.
        reason: String,
        /// Why, as a stable code, such as `configs-changed`.
        code: String,
        /// Why, in the server's words where it gave any.
        words: String,
    },
    /// It was not begun, because another did not succeed.
    Blocked {
        /// That other's number.
        by: u32,
    },
    /// A request was sent, and what became of it was not seen.
    Unknown {
        /// Why, as a stable code, such as `not-settled`.
        code: String,
        /// Why.
        words: String,
    },
    /// It was not begun, because the run was interrupted.
    Skipped,
}

impl OutcomeV1 {
    /// The outcome with its words.
    #[must_use]
    pub fn of(outcome: &Outcome, describe: Describe) -> Self {
        match outcome {
            Outcome::Done => Self::Done,
            Outcome::Unchanged => Self::Unchanged,
            Outcome::Failed { reason, cause } => Self::Failed {
                reason: reason.word().to_owned(),
                code: cause.code().to_owned(),
                words: describe(cause),
            },
            Outcome::Blocked { by } => Self::Blocked { by: by.0 + 1 },
            Outcome::Unknown { cause } => Self::Unknown {
                code: cause.code().to_owned(),
                words: describe(cause),
            },
            Outcome::Skipped => Self::Skipped,
        }
    }
}

/// Says a cause in words. The words are not made here: no module that acts has any.
pub type Describe = fn(&Cause) -> String;

/// What a run knows of itself in addition to its operations.
pub(super) struct RunState<'a> {
    pub(super) now: jiff::Timestamp,
    pub(super) started: jiff::Timestamp,
    pub(super) interrupted: Interrupt,
    pub(super) timed_out: bool,
    pub(super) archives: &'a [PathBuf],
    pub(super) verdict: Option<Verdict>,
}

/// The file.
pub(super) struct ReportFile {
    path: PathBuf,
    flush: Flush,
    describe: Describe,
    approved: Option<ApprovedV1>,
}

impl ReportFile {
    pub(super) fn new(
        path: &Path,
        flush: Flush,
        describe: Describe,
        approved: Option<ApprovedV1>,
    ) -> Self {
        Self {
            path: path.to_owned(),
            flush,
            describe,
            approved,
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Replaces the file: a reader sees the old report or the new one, never a part.
    pub(super) fn write(&self, board: &Board<'_>, state: &RunState<'_>) -> std::io::Result<()> {
        let document = self.document(board, state);
        replace_json(&self.path, &document, self.flush)
    }

    fn document(&self, board: &Board<'_>, state: &RunState<'_>) -> ReportV1 {
        ReportV1 {
            approved: self.approved.clone(),
            ..report(board, state, self.describe)
        }
    }
}

/// Replaces a file by a JSON document, readable by its owner only.
pub(super) fn replace_json(
    path: &Path,
    document: &impl Serialize,
    flush: Flush,
) -> std::io::Result<()> {
    let mut text = serde_json::to_vec_pretty(document)?;
    text.push(b'\n');
    durable::replace(path, &text, Readers::Owner, flush)
}

fn report(board: &Board<'_>, state: &RunState<'_>, describe: Describe) -> ReportV1 {
    ReportV1 {
        format_version: FORMAT_VERSION,
        started_at: state.started.to_string(),
        generated_at: state.now.to_string(),
        verdict: state.verdict.map(VerdictV1::from),
        interrupted: state.interrupted > Interrupt::No,
        timed_out: state.timed_out,
        counts: board.counts().into(),
        archives: state
            .archives
            .iter()
            .map(|path| path.display().to_string())
            .collect(),
        approved: None,
        operations: board
            .all()
            .map(|(id, op, entry)| {
                let finished = match &entry.phase {
                    Phase::Finished(outcome) => Some(outcome),
                    _ => None,
                };
                OperationV1 {
                    number: id.0 + 1,
                    address: op.address.to_string(),
                    operation: op.kind.word().to_owned(),
                    together: match &op.kind {
                        OperationKind::PromoteMirror { together, .. } => together.clone(),
                        _ => Vec::new(),
                    },
                    state: match &entry.phase {
                        Phase::Waiting => StateV1::Waiting,
                        Phase::Ready => StateV1::Ready,
                        Phase::Acting => StateV1::InFlight,
                        Phase::Settling(_) | Phase::Asking(_) => StateV1::Settling,
                        Phase::Finished(_) => StateV1::Finished,
                    },
                    outcome: finished.map(|outcome| OutcomeV1::of(outcome, describe)),
                    attempts: entry.attempts,
                    took_ms: finished
                        .map(|_| u64::try_from(board.took(id).as_millis()).unwrap_or(u64::MAX)),
                    lost: entry
                        .lost
                        .as_ref()
                        .filter(|lost| entry.attempts > 0 || lost.is_outside)
                        .map(LostV1::of),
                }
            })
            .collect(),
    }
}
