//! Runs against the sandbox, in this process and on stepped time.

mod bench;
mod everything;
mod faults;
mod operations;
mod wish;
