//! Any bytes as a world file or a saved world.
//!
//! `cargo +nightly fuzz run world fuzz/corpus/world` from the project's root.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../bodies/mod.rs"]
#[allow(dead_code, reason = "each target uses one of them")]
mod bodies;

fuzz_target!(|bytes: &[u8]| bodies::world::run(bytes));
