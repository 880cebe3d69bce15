//! Runs against the sandbox, in this process and on stepped time.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod batches;
mod bench;
mod everything;
mod faults;
mod interruptions;
mod operations;
mod saved;
mod schemas;
mod wish;
