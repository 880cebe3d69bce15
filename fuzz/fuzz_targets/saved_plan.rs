//! Any bytes as a saved plan.
//!
//! `cargo +nightly fuzz run saved_plan fuzz/corpus/saved_plan` from the project's root.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../bodies/mod.rs"]
#[allow(dead_code, reason = "each target uses one of them")]
mod bodies;

fuzz_target!(|bytes: &[u8]| bodies::saved_plan::run(bytes));
