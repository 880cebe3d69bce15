//! Carrying out a plan: [`run`](run::run).
//!
//! ```text
//!            ┌──────────── one observation per cluster and round (observation) ───────────┐
//!            ▼                                                              │
//!   ready ─▶ is what it expects so? (readiness) ─▶ send (execute) ─▶ has it settled? (settle)
//!            no: stale, unchanged                 answer ─▶ retry, doubt      yes: the next begin
//! ```
//!
//! | module | owns |
//! |---|---|
//! | [`mod@run`] | the loop: who is next, when to look, what to do with an interrupt |
//! | `state` | what a run knows, and how an operation begins and ends |
//! | `board` | the state of every operation, and what one outcome means for the others |
//! | `observation`, `readiness`, `settle` | reading, and the judgements on what was read |
//! | [`execute`] | an operation as a call |
//! | `said` | what the server said to a call |
//! | `final_status` | whether what several operations lead to is so already |
//! | `barrier`, `turn`, `turn_call` | reversals and restores: judged by both halves, probed, previewed and sent |
//! | `switchover` | whether a switchover pair forbids a request, read right before it |
//! | `answer` | what the answer to a call means for its operation |
//! | [`event`], `cause` | what happens, and why, as data |
//! | [`report_file`], [`archive`], [`ledger`] | what is kept on disk, [durably](durable) |
//!
//! Everything was decided in the plan. What is decided here is only whether the plan still holds and
//! when something is done.

mod answer;
pub mod archive;
mod barrier;
mod board;
mod cause;
mod context;
pub mod durable;
pub mod event;
pub mod execute;
mod final_status;
mod idle;
mod interrupt;
pub mod ledger;
mod observation;
mod readiness;
mod records;
pub mod rehearse;
mod report;
pub mod report_file;
mod round;
pub mod run;
mod said;
mod secret_error;
pub mod settle;
mod shape;
mod state;
mod switchover;
mod turn;
mod turn_call;

pub use cause::{Cause, RunProblem, Stuck};
pub use context::{LeaseMeans, LeaseNotice, RunContext, RunError, Settings};
pub use durable::Flush;
pub use event::{
    Counts, Event, EventKind, EventSink, InFlight, Outcome, Reason, Verdict, Wait, Waiting,
};
pub use execute::Secrets;
pub use interrupt::{Interrupt, Interrupts};
pub use records::Records;
pub use report::{Lost, OperationReport, Report};
pub use report_file::Describe;
pub use run::{check_secrets, run};
pub use secret_error::{SecretError, SecretFault};
pub use settle::{Pace, Patience};
pub use shape::WrongShape;
pub use switchover::PairCheck;
