//! Runs against the sandbox, in this process and on stepped time.

mod answers;
mod batches;
mod budget;
mod desired;
mod everything;
mod faults;
mod finals;
mod gates;
mod idle;
mod interruptions;
mod judgements;
mod limits;
mod losses;
mod operations;
pub(crate) mod paces;
mod pairs;
mod partial_runs;
mod saved;
mod schemas;
mod sets;
mod story;
mod switches;
mod tampering;
mod targets;
mod telling;
mod truth;
mod turns;
