//! How property tests draw what they try: the same in every run, so that a change fails for what it changed.

use proptest::prelude::ProptestConfig;
use proptest::test_runner::RngSeed;

/// So many cases, drawn from one seed; `PROPTEST_RNG_SEED` names another, and `PROPTEST_CASES` another number.
pub(crate) fn generated(cases: u32) -> ProptestConfig {
    let default = ProptestConfig::default();
    let rng_seed = match default.rng_seed {
        RngSeed::Random => RngSeed::Fixed(1),
        named @ RngSeed::Fixed(_) => named,
    };
    let cases = match std::env::var_os("PROPTEST_CASES") {
        Some(_) => default.cases,
        None => cases,
    };
    ProptestConfig {
        cases,
        failure_persistence: None,
        rng_seed,
        ..default
    }
}
