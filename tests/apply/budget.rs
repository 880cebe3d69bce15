//! What plans and runs of two sizes cost, against `tests/budget.json`: requests, bytes read, and bytes written
//! to the run report. The figures are the same on every machine. `UPDATE_GENERATED=1` writes them.
//! Instructions and memory: `tests/costs.rs`.

use std::collections::BTreeMap;

use linkwright::desired::MirrorState;
use serde::{Deserialize, Serialize};

use super::paces::wanted;
use crate::support::bench::Bench;
use crate::support::one_link::one_link;

const SIZES: [usize; 2] = [1_000, 4_000];

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Figures {
    requests: usize,
    bytes_read: usize,
    bytes_written: u64,
}

/// Plans, and carries the plan out.
async fn measure(there: usize, states: &[MirrorState]) -> [Figures; 2] {
    let bench = Bench::new(&one_link(
        there,
        states.len(),
        "rate_limit: { rate: 100, burst: 100 }",
    ));
    let desired = wanted(states);
    let before = bench.tap.bytes_read();
    let plan = bench.plan(&desired).await;
    assert_eq!(plan.operations.len(), states.len());
    let planned = Figures {
        requests: bench.sandbox.requests().len(),
        bytes_read: bench.tap.bytes_read() - before,
        bytes_written: 0,
    };
    bench.sandbox.clear_requests();
    let before = bench.tap.bytes_read();
    let report = bench.apply(&plan).await;
    assert_eq!(report.counts().done, states.len());
    let applied = Figures {
        requests: bench.sandbox.requests().len(),
        bytes_read: bench.tap.bytes_read() - before,
        bytes_written: report.written,
    };
    [planned, applied]
}

#[tokio::test(start_paused = true)]
async fn plans_and_runs_keep_to_their_budget() {
    let mut all: BTreeMap<String, Figures> = BTreeMap::new();
    for size in SIZES {
        let [planned, created] = measure(0, &vec![MirrorState::Mirroring; size]).await;
        all.insert(format!("plan {size} creations"), planned);
        all.insert(format!("create {size} mirror topics"), created);
        let [planned, failed_over] = measure(size, &vec![MirrorState::FailedOver; size]).await;
        all.insert(format!("plan {size} failovers"), planned);
        all.insert(format!("fail over {size} mirror topics"), failed_over);
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/budget.json");
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        let text = serde_json::to_string_pretty(&all).unwrap();
        std::fs::write(path, text + "\n").unwrap();
    }
    let budget: BTreeMap<String, Figures> =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert!(all.keys().eq(budget.keys()), "{all:#?}");
    for (what, figures) in &all {
        let allowed = budget[what];
        // A few requests more or less are no change.
        let is_within = |is: u64, allowed: u64| is <= allowed + allowed / 20 + 10;
        assert!(
            is_within(figures.requests as u64, allowed.requests as u64)
                && is_within(figures.bytes_read as u64, allowed.bytes_read as u64)
                && is_within(figures.bytes_written, allowed.bytes_written),
            "{what} is over its budget of {allowed:?}: {figures:?}"
        );
    }
    // What is written grows with the number of operations and not with its square.
    let written = |size: usize| all[&format!("create {size} mirror topics")].bytes_written;
    assert!(written(SIZES[1]) <= 6 * written(SIZES[0]));
    assert!(written(SIZES[1]) <= 20_000_000);
}
