//! A run as newline-delimited JSON: one [`Line`] an event, the first being
//! `{"type":"version",…}`.

use std::io::{self, Write};
use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use crate::apply::{Event, EventKind, Interrupt, Outcome, Wait};

/// The version of the events' form. It rises when a reader would have to change.
pub const FORMAT_VERSION: u32 = 1;

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(title = "Linkwright apply event")]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Line {
    /// Always the first.
    Version {
        /// The version of the events' form: 1.
        format_version: u32,
        /// The version of Linkwright.
        linkwright: String,
    },
    /// The run begins.
    Started {
        /// How many operations it has to carry out.
        operations: usize,
        /// The plan's digest.
        #[serde(skip_serializing_if = "Option::is_none")]
        digest: Option<String>,
    },
    /// An operation begins to act or to wait.
    OperationStarted {
        /// Seconds since the start.
        elapsed_s: f64,
        /// Its number, from 1.
        operation: u32,
        /// What it is about.
        address: String,
        /// What it does.
        verb: String,
    },
    /// One request goes out for several mirror topics.
    BatchSent {
        /// Seconds since the start.
        elapsed_s: f64,
        /// The link half.
        link: String,
        /// What it does.
        verb: String,
        /// For how many mirror topics.
        topics: usize,
    },
    /// Something is still being waited for.
    Waiting {
        /// Seconds since the start.
        elapsed_s: f64,
        /// The link half.
        link: String,
        /// What is done.
        verb: String,
        /// For what: `lag`, `settle` or `time`.
        wait: String,
        /// How many operations wait.
        count: usize,
        /// How many mirror topics show which status.
        statuses: std::collections::BTreeMap<String, usize>,
        /// The sum of their lag in messages, where it is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        lag: Option<u64>,
        /// Seconds until the first of them gives up.
        left_s: f64,
    },
    /// An operation will be tried again.
    Retry {
        /// Seconds since the start.
        elapsed_s: f64,
        /// Its number, from 1.
        operation: u32,
        /// What it is about.
        address: String,
        /// Why.
        words: String,
        /// Seconds until then.
        wait_s: f64,
    },
    /// An operation has ended.
    OperationFinished {
        /// Seconds since the start.
        elapsed_s: f64,
        /// Its number, from 1.
        operation: u32,
        /// What it is about.
        address: String,
        /// What it does.
        verb: String,
        /// `done`, `already_so`, `failed`, `blocked`, `unknown` or `skipped`.
        outcome: String,
        /// The kind of failure, of one that failed.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// Why it ended so: the server's words, or the number of the operation that blocks it.
        #[serde(skip_serializing_if = "Option::is_none")]
        words: Option<String>,
        /// How long it took, in seconds.
        took_s: f64,
    },
    /// A signal arrived.
    Interrupted {
        /// Seconds since the start.
        elapsed_s: f64,
        /// Whether the run stops at once instead of finishing what is in flight.
        at_once: bool,
    },
    /// Something beside the operations went wrong.
    Trouble {
        /// Seconds since the start.
        elapsed_s: f64,
        /// What.
        words: String,
    },
    /// The run is over.
    Finished {
        /// Seconds since the start.
        elapsed_s: f64,
        /// `complete`, `interrupted`, `stale`, `partial` or `timed-out`.
        verdict: String,
        /// How many operations were carried out.
        done: usize,
        /// How many were so before.
        already_so: usize,
        /// How many failed.
        failed: usize,
        /// How many were blocked by others.
        blocked: usize,
        /// Of how many it is not known what became.
        unknown: usize,
        /// How many were not begun.
        skipped: usize,
    },
    /// What the plan made after the run says. The last line.
    PlanAgain {
        /// Whether anything is left to do.
        changes: bool,
        /// Whether something could not be read.
        unknowns: bool,
        /// The code with which the process ends.
        exit_code: u8,
    },
}

/// Writes one line.
///
/// # Errors
/// When the writer fails.
pub fn write(out: &mut dyn Write, line: &Line) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// The first line.
#[must_use]
pub fn version() -> Line {
    Line::Version {
        format_version: FORMAT_VERSION,
        linkwright: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

/// The line of an event. `digest` is that of the plan, for the line that begins the run.
#[must_use]
pub fn line(event: &Event, digest: Option<&str>) -> Line {
    let elapsed_s = seconds(event.elapsed);
    match &event.kind {
        EventKind::Started { operations } => Line::Started {
            operations: *operations,
            digest: digest.map(str::to_owned),
        },
        EventKind::OperationStarted { op, address, verb } => Line::OperationStarted {
            elapsed_s,
            operation: op.0 + 1,
            address: address.to_string(),
            verb: (*verb).to_owned(),
        },
        EventKind::BatchSent { half, verb, topics } => Line::BatchSent {
            elapsed_s,
            link: half.to_string(),
            verb: (*verb).to_owned(),
            topics: *topics,
        },
        EventKind::Waiting(waiting) => Line::Waiting {
            elapsed_s,
            link: waiting.half.to_string(),
            verb: waiting.verb.to_owned(),
            wait: match waiting.wait {
                Wait::Lag => "lag",
                Wait::Settle => "settle",
                Wait::Time => "time",
            }
            .to_owned(),
            count: waiting.count,
            statuses: waiting
                .statuses
                .iter()
                .map(|(status, count)| (status.word().to_owned(), *count))
                .collect(),
            lag: waiting.lag,
            left_s: seconds(waiting.left),
        },
        EventKind::Retry {
            op,
            address,
            words,
            wait,
        } => Line::Retry {
            elapsed_s,
            operation: op.0 + 1,
            address: address.to_string(),
            words: words.clone(),
            wait_s: seconds(*wait),
        },
        EventKind::OperationFinished {
            op,
            address,
            verb,
            outcome,
            took,
        } => {
            let (word, reason, words) = outcome_words(outcome);
            Line::OperationFinished {
                elapsed_s,
                operation: op.0 + 1,
                address: address.to_string(),
                verb: (*verb).to_owned(),
                outcome: word.to_owned(),
                reason,
                words,
                took_s: seconds(*took),
            }
        }
        EventKind::Interrupted(level) => Line::Interrupted {
            elapsed_s,
            at_once: *level == Interrupt::Stop,
        },
        EventKind::Trouble { words } => Line::Trouble {
            elapsed_s,
            words: words.clone(),
        },
        EventKind::Finished { counts, verdict } => Line::Finished {
            elapsed_s,
            verdict: verdict.word().to_owned(),
            done: counts.done,
            already_so: counts.already_so,
            failed: counts.failed,
            blocked: counts.blocked,
            unknown: counts.unknown,
            skipped: counts.skipped,
        },
    }
}

fn outcome_words(outcome: &Outcome) -> (&'static str, Option<String>, Option<String>) {
    match outcome {
        Outcome::Done => ("done", None, None),
        Outcome::AlreadySo => ("already_so", None, None),
        Outcome::Failed { reason, words } => (
            "failed",
            Some(reason.word().to_owned()),
            Some(words.clone()),
        ),
        Outcome::Blocked { by } => (
            "blocked",
            None,
            Some(format!("operation {by} did not succeed")),
        ),
        Outcome::Unknown { words } => ("unknown", None, Some(words.clone())),
        Outcome::Skipped => ("skipped", None, None),
    }
}

/// Milliseconds are enough.
fn seconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1000.0).round() / 1000.0
}

/// The JSON Schema of one line (draft 2020-12).
#[must_use]
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Line).to_value()
}
