//! What a plan leads to was made so by another run meanwhile: its operations are content, also those that wait for a
//! status in between.

use std::time::Duration;

use linkwright::apply::{Outcome, Verdict};
use linkwright::desired::{Desired, MirrorState};
use linkwright::plan::OperationKind;
use linkwright_clock::Clock;

use super::desired::{LinkBuilder, nothing};
use crate::support::bench::{Bench, Start, show, tell};

/// Mirror topics that more than one operation leads to where they are declared.
fn case() -> (String, Desired) {
    let mut desired = nothing();
    LinkBuilder::link("dr")
        .mirror("new", MirrorState::Paused)
        .mirror("begun", MirrorState::Promoted)
        .mirror("begun-too", MirrorState::Paused)
        .into(&mut desired);
    let topics = ["new", "begun", "begun-too"];
    let topics = topics.map(|it| format!("      - {{ name: {it}, partitions: 1, records: 10 }}\n"));
    let world = format!(
        "version: 1\nclusters:\n  - id: lkc-east\n    name: east\n    topics:\n{}  - id: lkc-west\n    name: west\n    \
         links:\n      - name: dr\n        remote: lkc-east\n        configs: {{ security.protocol: SASL_SSL, \
         sasl.mechanism: PLAIN, sasl.jaas.config: x, bootstrap.servers: lkc-east.sandbox.invalid:9092 }}\n        mirrors:\n          \
         - {{ source_topic: begun, status: PENDING_MIRROR }}\n          - {{ source_topic: begun-too, status: \
         PENDING_MIRROR }}\n",
        topics.concat()
    );
    (world, desired)
}

#[tokio::test(start_paused = true)]
async fn a_plan_that_another_run_has_carried_out_is_found_done() {
    let (world, desired) = case();
    let start = Start::of(&world, &desired).await;
    let bench = start.bench();
    let kinds = start.plan.operations.iter().map(|op| &op.kind);
    let awaits = kinds.filter(|kind| matches!(kind, OperationKind::AwaitMirror { .. }));
    assert_eq!(awaits.count(), 2, "{}", show(&start.plan));
    let other = Bench::around(bench.sandbox.clone());
    let first = other.apply(&start.plan).await;
    assert_eq!(first.verdict(), Verdict::Complete, "{}", tell(&first));
    let before = bench.writes().len();
    let second = bench.apply(&start.plan).await;
    assert_eq!(second.verdict(), Verdict::Complete, "{}", tell(&second));
    let writes = &bench.writes()[before..];
    assert!(writes.is_empty(), "it wrote again: {writes:#?}");
    for (op, operation) in start.plan.operations.iter().zip(&second.operations) {
        let waits = matches!(op.kind, OperationKind::AwaitMirror { .. });
        assert!(
            waits || operation.outcome == Outcome::Unchanged,
            "{operation:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn two_runs_of_one_plan_at_once_are_both_content() {
    let (world, desired) = case();
    let start = Start::of(&world, &desired).await;
    for late in (0..4000).step_by(250).map(Duration::from_millis) {
        let bench = start.bench();
        let other = Bench::around(bench.sandbox.clone());
        let (one, two) = tokio::join!(bench.apply(&start.plan), async {
            Clock::wall().sleep(late).await;
            other.apply(&start.plan).await
        });
        for report in [one, two] {
            let said = tell(&report);
            assert_eq!(report.verdict(), Verdict::Complete, "{late:?}: {said}");
        }
        let left = bench.plan(&desired).await;
        assert!(!left.has_changes(), "{late:?}: {}", show(&left));
    }
}
