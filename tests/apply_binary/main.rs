//! `linkwright apply` as a process: killed, asked on a terminal, run in a pipeline.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod desk;
#[cfg(unix)]
mod kill;
mod pipeline;
mod planted;
#[cfg(target_os = "linux")]
mod terminal;
