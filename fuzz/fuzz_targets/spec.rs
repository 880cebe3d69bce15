//! Any bytes as a spec.
//!
//! `cargo +nightly fuzz run spec fuzz/corpus/spec` from the project's root.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../bodies/mod.rs"]
#[allow(dead_code, reason = "each target uses one of them")]
mod bodies;

fuzz_target!(|bytes: &[u8]| bodies::spec::run(bytes));
