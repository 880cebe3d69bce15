//! Runs against the sandbox, in this process and on stepped time.

mod batches;
mod bench;
mod everything;
mod faults;
mod interruptions;
mod operations;
mod saved;
mod wish;
