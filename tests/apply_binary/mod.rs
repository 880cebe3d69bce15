//! `linkwright apply` as a process: killed, asked on a terminal, run in a pipeline.

mod desk;
#[cfg(unix)]
mod kill;
mod pipeline;
mod planted;
#[cfg(target_os = "linux")]
mod terminal;
