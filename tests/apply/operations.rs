//! Every kind of operation, carried out.

use linkwright::apply::Verdict;

use super::everything;
use crate::support::bench::{Bench, show, tell};

#[tokio::test(start_paused = true)]
async fn every_kind_of_operation_is_carried_out_in_order() {
    let bench = Bench::new(everything::WORLD);
    let desired = everything::desired_state();
    let plan = bench.plan(&desired).await;
    println!("{}", show(&plan));
    let report = bench.apply(&plan).await;
    println!("{}", tell(&report));
    for request in bench.sandbox.requests() {
        println!(
            "{} {} {} {}",
            request.at_ms, request.route, request.path, request.status
        );
    }
    assert_eq!(report.verdict(), Verdict::Complete, "{}", tell(&report));
    let left = bench.plan(&desired).await;
    assert!(!left.has_changes(), "{}", show(&left));
    assert_eq!(bench.sandbox.harms(), []);
}
