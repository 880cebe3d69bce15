//! `linkwright apply` as a process: killed, asked on a terminal, run in a pipeline.

mod approved;
#[cfg(unix)]
mod guarded;
mod kill;
mod open_doors;
mod pairs;
mod pipeline;
mod planted;
pub(crate) mod retired;
#[cfg(target_os = "linux")]
mod terminal;
