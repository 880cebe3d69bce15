//! The run report on disk: what a run has done so far.
//!
//! A small report is replaced as a whole after every outcome. A large one is followed by a journal, a file of
//! the same name with `.journal` at its end: one line of JSON for each operation that changed, appended and
//! brought to the disk in one go for everything that changed together. When the journal has become as long as the
//! report, and when the run ends, both become one report again, so that what is written grows with the number
//! of operations and not with its square. [`read`] takes report and journal together, such as after a kill.
//!
//! It is evidence for people and machines, not state: no run ever reads it. A request that may have
//! been sent is named in it before it is sent, so that a killed run leaves no secret behind about
//! what it was doing. It is on the disk by then: a power cut leaves it whole too.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::board::{Board, Entry, Phase};
use super::cause::Cause;
use super::durable::{self, Flush, Readers};
use super::event::{Outcome, Verdict};
use super::interrupt::Interrupt;
use super::report::Lost;
use crate::address::GroupName;
use crate::live::Loss;
use crate::plan::{Cut, HandOver, HandOverOffsets, OpId, Operation};

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
    /// How a run ended that sent nothing: the spec is invalid, the plan is refused or stale, nothing had
    /// to be done, or something failed before. Left out where there is a verdict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<EndingV1>,
    /// What has gone over to another cluster, half by half, as far as mirror topics have stopped. A journal adds
    /// nothing to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hand_over: Vec<HandOverV1>,
    /// Every operation, in the plan's order.
    pub operations: Vec<OperationV1>,
}

/// How a run ended that sent nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EndingV1 {
    /// The code that the process ends with.
    pub exit_code: u8,
    /// Why; empty when all is well.
    pub problems: Vec<ProblemV1>,
}

/// A problem that ended a run, or warns of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProblemV1 {
    /// `error`, `warning` or `note`.
    pub severity: String,
    /// A stable code such as `LW017`; `linkwright explain` explains it.
    pub code: String,
    /// What is wrong.
    pub summary: String,
    /// Why it matters. May be empty.
    pub why: String,
    /// What to do about it. May be empty.
    pub help: String,
    /// What it is about: `cluster`, `cluster/link` or `cluster/link/topic`.
    pub address: Option<String>,
    /// Where it is in the spec: `file:line:column`, the main place first.
    pub places: Vec<String>,
}

/// Writes the report of a run that sent nothing.
///
/// # Errors
/// When the file cannot be written.
pub fn write_ending(path: &Path, now: jiff::Timestamp, ending: EndingV1) -> std::io::Result<()> {
    replace_json(path, &of_ending(now, ending), Flush::ToDisk)
}

/// The report of a run that sent nothing.
#[must_use]
pub fn of_ending(now: jiff::Timestamp, ending: EndingV1) -> ReportV1 {
    ReportV1 {
        format_version: FORMAT_VERSION,
        started_at: now.to_string(),
        generated_at: now.to_string(),
        verdict: None,
        interrupted: false,
        timed_out: false,
        counts: CountsV1::default(),
        archives: Vec::new(),
        approved: None,
        ending: Some(ending),
        hand_over: Vec::new(),
        operations: Vec::new(),
    }
}

/// What goes over to the cluster that holds a link half when mirror topics of it stop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HandOverV1 {
    /// The half: `cluster/link`.
    pub link: String,
    /// The mirror topics that become writable.
    pub topics: Vec<String>,
    /// Where they become writable, by the cluster's name in the spec.
    pub writable_at: String,
    /// That cluster's bootstrap servers, where the spec has them.
    pub bootstrap_servers: Option<String>,
    /// The cluster of the source topics, where the spec knows it.
    pub source: Option<String>,
    /// Its bootstrap servers, where the spec has them.
    pub source_bootstrap_servers: Option<String>,
    /// Whether offset sync has copied offsets; null where that is unknown.
    pub offsets_synced: Option<bool>,
    /// The consumer groups that it has copied offsets of, where they were read.
    pub groups: Option<Vec<String>>,
}

impl From<HandOver> for HandOverV1 {
    fn from(it: HandOver) -> Self {
        let names = |groups: Vec<GroupName>| groups.iter().map(ToString::to_string).collect();
        let (offsets_synced, groups) = match it.offsets {
            HandOverOffsets::Synced { groups, .. } => (Some(true), groups.map(names)),
            HandOverOffsets::NotSynced => (Some(false), None),
            HandOverOffsets::Unknown => (None, None),
        };
        Self {
            link: it.half.to_string(),
            topics: it.topics.iter().map(ToString::to_string).collect(),
            writable_at: it.half.cluster.to_string(),
            bootstrap_servers: it.bootstrap,
            source: it.source.as_ref().map(ToString::to_string),
            source_bootstrap_servers: it.source_bootstrap,
            offsets_synced,
            groups,
        }
    }
}

/// The saved plan that was applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovedV1 {
    /// Its `digest`.
    pub digest: String,
    /// Its operations that were done before this run began, so that this run has none for them.
    pub unchanged: Vec<UnchangedV1>,
    /// The key that its approval is signed with; left out when none was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_id: Option<String>,
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
    /// What the restore of a topic has deleted, as the server said when it took the request.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cut: Option<CutV1>,
}

/// What the restore of a topic has deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CutV1 {
    /// How many messages; null where the server does not say.
    pub messages: Option<u64>,
    /// Which. A partition that is not listed has lost none.
    pub partitions: Vec<PartitionCutV1>,
}

/// The messages of one partition that were deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PartitionCutV1 {
    /// The partition.
    pub partition: i32,
    /// The first offset that was deleted.
    pub from: i64,
    /// How many messages.
    pub messages: u64,
}

impl CutV1 {
    /// The same for machines.
    #[must_use]
    pub fn of(cut: &Cut) -> Self {
        let parts = match cut {
            Cut::NotPreviewed | Cut::NoFigures => &[],
            Cut::Previewed(parts) => parts.as_slice(),
        };
        Self {
            messages: cut.records(),
            partitions: parts
                .iter()
                .map(|part| PartitionCutV1 {
                    partition: part.partition,
                    from: part.from,
                    messages: part.records,
                })
                .collect(),
        }
    }
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

/// A report up to this size, in bytes, is replaced as a whole each time.
const SMALL: usize = 32 << 10;

/// The file, with the journal that follows it.
pub(super) struct ReportFile {
    path: PathBuf,
    flush: Flush,
    describe: Describe,
    approved: Option<ApprovedV1>,
    /// How long the last whole report was, and its digest, where a journal may follow it.
    length: usize,
    digest: String,
    journal: Option<Journal>,
    /// Whether the last change may not be on the disk.
    is_behind: bool,
    /// How many bytes have been written.
    written: u64,
}

/// The journal of changes since the last whole report.
struct Journal {
    file: File,
    length: usize,
}

/// The first line of a journal.
#[derive(Serialize, Deserialize)]
struct JournalHead {
    format_version: u32,
    /// The digest of the report that it follows. A journal that follows another report is left from before.
    follows: String,
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
            length: 0,
            digest: String::new(),
            journal: None,
            is_behind: true,
            written: 0,
        }
    }

    /// How many bytes have been written.
    pub(super) fn written(&self) -> u64 {
        self.written
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Brings what changed to the disk: into the journal, or as a whole new report.
    pub(super) fn write(
        &mut self,
        board: &mut Board<'_>,
        state: &RunState<'_>,
    ) -> std::io::Result<()> {
        let changed = board.take_changed();
        let journaled = self.journal.as_ref().map_or(0, |journal| journal.length);
        let is_whole = self.is_behind
            || state.verdict.is_some()
            || self.length <= SMALL
            || journaled >= self.length;
        self.is_behind = true;
        match is_whole {
            true => self.replace(board, state)?,
            false => self.append(board, &changed)?,
        }
        self.is_behind = false;
        Ok(())
    }

    /// Replaces the file: a reader sees the old report or the new one, never a part.
    fn replace(&mut self, board: &Board<'_>, state: &RunState<'_>) -> std::io::Result<()> {
        let document = ReportV1 {
            approved: self.approved.clone(),
            ..report(board, state, self.describe)
        };
        let text = json(&document)?;
        durable::replace(&self.path, &text, Readers::Owner, self.flush)?;
        self.length = text.len();
        self.digest = match self.length > SMALL {
            true => digest(&text),
            false => String::new(),
        };
        self.written += text.len() as u64;
        if self.journal.take().is_some() {
            std::fs::remove_file(journal_of(&self.path))?;
        }
        Ok(())
    }

    fn append(&mut self, board: &Board<'_>, changed: &[OpId]) -> std::io::Result<()> {
        let mut lines = Vec::new();
        let journal = match &mut self.journal {
            Some(journal) => journal,
            None => {
                let head = JournalHead {
                    format_version: FORMAT_VERSION,
                    follows: self.digest.clone(),
                };
                line(&mut lines, &head)?;
                // What is there was left by a run that was killed.
                let path = journal_of(&self.path);
                let file = durable::create(&path)?;
                self.journal.insert(Journal { file, length: 0 })
            }
        };
        for id in changed {
            let (op, entry) = (board.operation(*id), board.entry(*id));
            line(&mut lines, &operation(board, *id, op, entry, self.describe))?;
        }
        journal.file.write_all(&lines)?;
        if self.flush == Flush::ToDisk {
            journal.file.sync_data()?;
        }
        journal.length += lines.len();
        self.written += lines.len() as u64;
        Ok(())
    }
}

fn line(lines: &mut Vec<u8>, value: &impl Serialize) -> std::io::Result<()> {
    serde_json::to_writer(&mut *lines, value)?;
    lines.push(b'\n');
    Ok(())
}

/// Where the journal of a report is.
#[must_use]
pub fn journal_of(report: &Path) -> PathBuf {
    let mut name = report.as_os_str().to_owned();
    name.push(".journal");
    PathBuf::from(name)
}

/// A report with what its journal adds.
///
/// # Errors
/// When there is no report or it is not one. A journal that breaks off in the middle of a line counts up to
/// there.
pub fn read(path: &Path) -> std::io::Result<ReportV1> {
    let text = std::fs::read(path)?;
    let mut report: ReportV1 = serde_json::from_slice(&text)?;
    let journal = match std::fs::read(journal_of(path)) {
        Ok(journal) => journal,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(report),
        Err(error) => return Err(error),
    };
    let mut lines = journal.split(|byte| *byte == b'\n');
    let head = lines.next().map(serde_json::from_slice::<JournalHead>);
    if !matches!(head, Some(Ok(head)) if head.follows == digest(&text)) {
        return Ok(report);
    }
    for line in lines {
        let Ok(changed) = serde_json::from_slice::<OperationV1>(line) else {
            break;
        };
        let number = changed.number as usize;
        if let Some(operation) = report.operations.get_mut(number.wrapping_sub(1)) {
            *operation = changed;
        }
    }
    report.counts = CountsV1::default();
    for operation in &report.operations {
        match &operation.outcome {
            None => {}
            Some(OutcomeV1::Done) => report.counts.done += 1,
            Some(OutcomeV1::Unchanged) => report.counts.unchanged += 1,
            Some(OutcomeV1::Failed { .. }) => report.counts.failed += 1,
            Some(OutcomeV1::Blocked { .. }) => report.counts.blocked += 1,
            Some(OutcomeV1::Unknown { .. }) => report.counts.unknown += 1,
            Some(OutcomeV1::Skipped) => report.counts.skipped += 1,
        }
    }
    Ok(report)
}

fn digest(text: &[u8]) -> String {
    let hash = Sha256::digest(text);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn json(document: &impl Serialize) -> std::io::Result<Vec<u8>> {
    let mut text = serde_json::to_vec_pretty(document)?;
    text.push(b'\n');
    Ok(text)
}

/// Replaces a file by a JSON document, readable by its owner only.
pub(super) fn replace_json(
    path: &Path,
    document: &impl Serialize,
    flush: Flush,
) -> std::io::Result<()> {
    durable::replace(path, &json(document)?, Readers::Owner, flush)
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
        ending: None,
        hand_over: board
            .hand_over()
            .into_iter()
            .map(HandOverV1::from)
            .collect(),
        operations: board
            .all()
            .map(|(id, op, entry)| operation(board, id, op, entry, describe))
            .collect(),
    }
}

fn operation(
    board: &Board<'_>,
    id: OpId,
    op: &Operation,
    entry: &Entry,
    describe: Describe,
) -> OperationV1 {
    let finished = match &entry.phase {
        Phase::Finished(outcome) => Some(outcome),
        _ => None,
    };
    OperationV1 {
        number: id.0 + 1,
        address: op.address.to_string(),
        operation: op.kind.word().to_owned(),
        together: op.kind.together().to_vec(),
        state: match &entry.phase {
            Phase::Waiting => StateV1::Waiting,
            Phase::Ready => StateV1::Ready,
            Phase::Acting => StateV1::InFlight,
            Phase::Settling(_) | Phase::Asking(_) => StateV1::Settling,
            Phase::Finished(_) => StateV1::Finished,
        },
        outcome: finished.map(|outcome| OutcomeV1::of(outcome, describe)),
        attempts: entry.attempts,
        took_ms: finished.map(|_| u64::try_from(board.took(id).as_millis()).unwrap_or(u64::MAX)),
        lost: entry
            .lost
            .as_ref()
            .filter(|lost| entry.attempts > 0 || lost.is_outside)
            .map(LostV1::of),
        cut: entry.cut.as_ref().map(CutV1::of),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report_of(count: u32) -> ReportV1 {
        ReportV1 {
            format_version: FORMAT_VERSION,
            started_at: String::new(),
            generated_at: String::new(),
            verdict: None,
            interrupted: false,
            timed_out: false,
            counts: CountsV1::default(),
            archives: Vec::new(),
            hand_over: Vec::new(),
            approved: None,
            ending: None,
            operations: (1..=count).map(|number| row(number, None)).collect(),
        }
    }

    fn row(number: u32, outcome: Option<OutcomeV1>) -> OperationV1 {
        OperationV1 {
            number,
            address: format!("west/dr/t-{number}"),
            operation: "create-mirror".to_owned(),
            together: Vec::new(),
            state: match outcome {
                Some(_) => StateV1::Finished,
                None => StateV1::InFlight,
            },
            outcome,
            attempts: 1,
            took_ms: None,
            lost: None,
            cut: None,
        }
    }

    #[test]
    fn a_journal_adds_to_the_report_that_it_follows_and_to_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        let text = json(&report_of(3)).unwrap();
        std::fs::write(&path, &text).unwrap();
        assert_eq!(read(&path).unwrap(), report_of(3));
        let mut lines = Vec::new();
        let head = JournalHead {
            format_version: FORMAT_VERSION,
            follows: digest(&text),
        };
        line(&mut lines, &head).unwrap();
        line(&mut lines, &row(2, Some(OutcomeV1::Done))).unwrap();
        line(&mut lines, &row(9, Some(OutcomeV1::Done))).unwrap();
        // The process was killed in the middle of a line.
        lines.extend_from_slice(br#"{"number":3,"addr"#);
        std::fs::write(journal_of(&path), &lines).unwrap();
        let whole = read(&path).unwrap();
        assert_eq!(whole.counts.done, 1);
        assert_eq!(whole.operations[1].outcome, Some(OutcomeV1::Done));
        assert_eq!(whole.operations[2].state, StateV1::InFlight);
        std::fs::write(&path, json(&report_of(2)).unwrap()).unwrap();
        assert_eq!(read(&path).unwrap().counts.done, 0, "it follows another");
    }
}
