//! Any bytes as the answers of clusters.
//!
//! `cargo +nightly fuzz run replies fuzz/corpus/replies` from the project's root.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../bodies/mod.rs"]
#[allow(dead_code, reason = "each target uses one of them")]
mod bodies;

fuzz_target!(|bytes: &[u8]| bodies::replies::run(bytes));
