//! What each fuzz target does with its bytes. The targets call these under the fuzzer; a test calls
//! them with the checked-in corpus and with bytes derived from it, so that every change is held to
//! what the fuzzer once found.

pub(crate) mod replies;
pub(crate) mod saved_plan;
pub(crate) mod spec;
pub(crate) mod world;
