//! Events as lines of JSON: [`version_line`] first, then one [`line()`] for each event.
//!
//! The structs here are the format, versioned; the events inside the program can change
//! without them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::words;
use crate::apply::report_file::{CountsV1, OutcomeV1, ProblemV1, VerdictV1};
use crate::apply::{Event, EventKind, Interrupt, Wait, Waiting};
use crate::plan::Plan;

/// The version of the events' format.
pub const FORMAT_VERSION: u32 = 1;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum EventV1 {
    /// Always the first line.
    Version {
        /// Version of this format: 1.
        format_version: u32,
        /// The version of Linkwright that writes it.
        linkwright: String,
    },
    /// The run begins.
    Started {
        /// Milliseconds since the run began.
        elapsed_ms: u64,
        /// How many operations it has to carry out.
        operations: usize,
    },
    /// An operation begins to act or to wait.
    OperationStarted {
        /// Milliseconds since the run began.
        elapsed_ms: u64,
        /// The operation's number in the plan, from 1.
        number: u32,
        /// What it is about.
        address: String,
        /// Its kind, such as `promote-mirror`.
        operation: String,
    },
    /// One request goes out for several mirror topics.
    BatchSent {
        /// Milliseconds since the run began.
        elapsed_ms: u64,
        /// The half: `cluster/link`.
        half: String,
        /// The operations' kind.
        operation: String,
        /// For how many mirror topics.
        topics: usize,
    },
    /// Something is still being waited for.
    Waiting {
        /// Milliseconds since the run began.
        elapsed_ms: u64,
        /// The half: `cluster/link`.
        half: String,
        /// The operations' kind.
        operation: String,
        /// For what.
        wait: WaitV1,
        /// How many operations wait.
        count: usize,
        /// How many mirror topics show which status.
        statuses: BTreeMap<String, usize>,
        /// The sum of their lag in messages.
        lag: Option<u64>,
        /// The lag of the one that is furthest behind, in messages.
        worst_lag: Option<u64>,
        /// Milliseconds until the first of them gives up.
        left_ms: u64,
    },
    /// An operation will be tried again.
    Retry {
        /// Milliseconds since the run began.
        elapsed_ms: u64,
        /// The operation's number.
        number: u32,
        /// What it is about.
        address: String,
        /// How many other operations of the same request are tried again with it; left out when it is alone.
        #[serde(skip_serializing_if = "is_zero", default)]
        more: usize,
        /// Why, as a stable code, such as `unread`.
        code: String,
        /// Why.
        words: String,
        /// After how many milliseconds.
        wait_ms: u64,
    },
    /// An operation has ended.
    OperationFinished {
        /// Milliseconds since the run began.
        elapsed_ms: u64,
        /// The operation's number.
        number: u32,
        /// What it is about.
        address: String,
        /// Its kind.
        operation: String,
        /// How.
        outcome: OutcomeV1,
        /// That another client had stopped the mirror topic before, and what was not copied.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        outside: Option<String>,
        /// Milliseconds from its start to its end.
        took_ms: u64,
    },
    /// A signal arrived.
    Interrupted {
        /// Milliseconds since the run began.
        elapsed_ms: u64,
        /// Whether it stops at once, or finishes what is in flight.
        at_once: bool,
        /// What is in flight.
        waits_for: Vec<String>,
        /// After how many milliseconds the last of it gives up, at most.
        at_most_ms: u64,
    },
    /// A problem of the run that is not an operation's.
    Problem {
        /// Milliseconds since the run began.
        elapsed_ms: u64,
        /// What, as a stable code: `report`, `ledger` or `lease`.
        code: String,
        /// What.
        words: String,
    },
    /// The change of the spec that a verb such as `failover` makes. The second line then.
    Patch {
        /// The file that it is saved in, on the disk before anything is planned; null with `--dry-run`, or if the
        /// spec says so already.
        file: Option<String>,
        /// The change as a unified diff, without secrets; empty if the spec says so already.
        difference: String,
    },
    /// What a verb such as `failover` leaves to people. It comes before the last line.
    HandOver {
        /// The files of the spec that change.
        spec: Vec<String>,
        /// Whether they were changed.
        written: bool,
        /// The patch file that has the change where they were not.
        patch: Option<String>,
        /// The commands that bring the change to Git; none of them was run.
        commands: Vec<String>,
        /// Who must act, and what there is to do.
        who: Vec<HandOverV1>,
        /// How it is undone, or that it cannot be.
        undo: String,
    },
    /// The plan is refused, or says nothing because something could not be read: why. Nothing was done.
    Refused {
        /// Each reason.
        problems: Vec<ProblemV1>,
    },
    /// The command ended without a plan to show at its end. The last line then.
    Ended {
        /// The code that the process ends with.
        exit_code: u8,
        /// Why.
        problems: Vec<ProblemV1>,
    },
    /// What the plan made after the run says. The last line, and the only one of a run that had
    /// nothing to do.
    PlannedAgain {
        /// Whether anything is left to do.
        changes: bool,
        /// Whether something could not be read, so the result is unknown.
        unknowns: bool,
        /// The code that the process ends with.
        exit_code: u8,
    },
    /// The run is over.
    Finished {
        /// Milliseconds since the run began.
        elapsed_ms: u64,
        /// How the operations ended.
        counts: CountsV1,
        /// How it ended altogether.
        verdict: VerdictV1,
    },
}

/// Someone who must act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HandOverV1 {
    /// Who: `producers`, `consumers` or `spec`.
    pub who: String,
    /// What there is to do.
    pub what: String,
}

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WaitV1 {
    /// The lag comes down.
    Lag,
    /// The server shows what was asked of it.
    Settle,
    /// Time passes.
    Time,
}

impl From<&Event> for EventV1 {
    fn from(event: &Event) -> Self {
        let millis =
            |time: std::time::Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let elapsed_ms = millis(event.elapsed);
        match &event.kind {
            EventKind::Started { operations } => Self::Started {
                elapsed_ms,
                operations: *operations,
            },
            EventKind::OperationStarted { op, address, verb } => Self::OperationStarted {
                elapsed_ms,
                number: op.0 + 1,
                address: address.to_string(),
                operation: (*verb).to_owned(),
            },
            EventKind::BatchSent { half, verb, topics } => Self::BatchSent {
                elapsed_ms,
                half: half.to_string(),
                operation: (*verb).to_owned(),
                topics: *topics,
            },
            EventKind::Waiting(Waiting {
                half,
                verb,
                wait,
                count,
                statuses,
                lag,
                worst_lag,
                left,
            }) => Self::Waiting {
                elapsed_ms,
                half: half.to_string(),
                operation: (*verb).to_owned(),
                wait: match wait {
                    Wait::Lag => WaitV1::Lag,
                    Wait::Settle => WaitV1::Settle,
                    Wait::Time => WaitV1::Time,
                },
                count: *count,
                statuses: statuses
                    .iter()
                    .map(|(status, count)| (status.to_string(), *count))
                    .collect(),
                lag: *lag,
                worst_lag: *worst_lag,
                left_ms: millis(*left),
            },
            EventKind::Retry {
                op,
                address,
                more,
                cause,
                wait,
            } => Self::Retry {
                elapsed_ms,
                number: op.0 + 1,
                address: address.to_string(),
                more: *more,
                code: cause.code().to_owned(),
                words: words::cause(cause),
                wait_ms: millis(*wait),
            },
            EventKind::OperationFinished {
                op,
                address,
                verb,
                outcome,
                outside,
                took,
            } => Self::OperationFinished {
                elapsed_ms,
                number: op.0 + 1,
                address: address.to_string(),
                operation: (*verb).to_owned(),
                outcome: OutcomeV1::of(outcome, words::cause),
                outside: outside.as_ref().map(words::stopped_outside),
                took_ms: millis(*took),
            },
            EventKind::Interrupted { level, waits } => Self::Interrupted {
                waits_for: waits.operations.iter().map(ToString::to_string).collect(),
                at_most_ms: millis(waits.at_most),
                elapsed_ms,
                at_once: *level == Interrupt::Stop,
            },
            EventKind::Problem(problem) => Self::Problem {
                elapsed_ms,
                code: problem.code().to_owned(),
                words: words::problem(problem),
            },
            EventKind::Finished { counts, verdict } => Self::Finished {
                elapsed_ms,
                counts: (*counts).into(),
                verdict: (*verdict).into(),
            },
        }
    }
}

/// The first line, without its line break.
#[must_use]
pub fn version_line() -> String {
    json(&EventV1::Version {
        format_version: FORMAT_VERSION,
        linkwright: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

/// The line of an event, without its line break.
#[must_use]
pub fn line(event: &Event) -> String {
    json(&event.into())
}

/// The last line, without its line break: what the plan made after the run says.
#[must_use]
pub fn planned_again_line(again: &Plan, exit_code: u8) -> String {
    json(&EventV1::PlannedAgain {
        changes: again.has_changes() || again.is_refused(),
        unknowns: again.has_unknowns(),
        exit_code,
    })
}

fn json(event: &EventV1) -> String {
    // Maps with text keys and numbers cannot fail.
    serde_json::to_string(event).unwrap_or_default()
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// The line of an event that is not the run's own.
#[must_use]
pub fn line_of(event: &EventV1) -> String {
    // Texts, numbers and lists: there is nothing in it that JSON could not hold.
    serde_json::to_string(event).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::address::{Address, HalfAddress};
    use crate::apply::{Cause, InFlight, Outcome};
    use crate::plan::OpId;

    fn told(kind: EventKind) -> String {
        line(&Event {
            elapsed: Duration::from_millis(1_250),
            kind,
        })
    }

    #[test]
    fn operations_have_the_numbers_that_the_plan_shows() {
        let address = Address::Half(HalfAddress {
            cluster: "west".into(),
            link: "dr".into(),
        });
        // The first three of a plan: every number shifts by one and none is another's.
        for (op, number) in [(OpId(0), 1), (OpId(1), 2), (OpId(2), 3)] {
            assert_eq!(
                told(EventKind::OperationStarted {
                    op,
                    address: address.clone(),
                    verb: "create-link",
                }),
                format!(
                    r#"{{"type":"operation-started","elapsed_ms":1250,"number":{number},"address":"west/dr","operation":"create-link"}}"#
                )
            );
            assert_eq!(
                told(EventKind::Retry {
                    op,
                    address: address.clone(),
                    more: 0,
                    cause: Cause::Server("later".to_owned()),
                    wait: Duration::from_secs(2),
                }),
                format!(
                    r#"{{"type":"retry","elapsed_ms":1250,"number":{number},"address":"west/dr","code":"server","words":"later","wait_ms":2000}}"#
                )
            );
            assert_eq!(
                told(EventKind::OperationFinished {
                    op,
                    address: address.clone(),
                    verb: "create-link",
                    outcome: Outcome::Blocked { by: op },
                    outside: None,
                    took: Duration::from_millis(7),
                }),
                format!(
                    r#"{{"type":"operation-finished","elapsed_ms":1250,"number":{number},"address":"west/dr","operation":"create-link","outcome":{{"result":"blocked","by":{number}}},"took_ms":7}}"#
                )
            );
        }
    }

    #[test]
    fn the_second_signal_is_the_one_that_stops_at_once() {
        for (level, at_once) in [(Interrupt::Finish, false), (Interrupt::Stop, true)] {
            assert_eq!(
                told(EventKind::Interrupted {
                    level,
                    waits: InFlight::default()
                }),
                format!(
                    r#"{{"type":"interrupted","elapsed_ms":1250,"at_once":{at_once},"waits_for":[],"at_most_ms":0}}"#
                )
            );
        }
    }
}
