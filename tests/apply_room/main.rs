//! Runs against the sandbox, in this process and on stepped time.

mod bench;
mod everything;
mod operations;
mod wish;
