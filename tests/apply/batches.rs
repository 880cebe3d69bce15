//! Verbs for many mirror topics: few requests, one outcome for each topic.

use std::time::Duration;

use linkwright::apply::{Outcome, Reason, Verdict};
use linkwright::desired::{Desired, MirrorState};
use linkwright::report::words;
use linkwright_clock::Clock;
use linkwright_sandbox::{FaultAction, FaultMatch, FaultSpec};

use super::desired::{LinkBuilder, nothing};
use crate::support::bench::{Bench, tell};

/// A link with so many mirrors of `t-0`, `t-1`, …
fn world(count: usize) -> String {
    format!(
        r"
version: 1
clock: {{ mode: {{ auto: {{ speed: 1.0 }} }} }}
clusters:
  - id: lkc-east
    name: east
    topics:
      - {{ name: 't-{{n}}', count: {count}, partitions: 1, records: 10 }}
      - {{ name: spare, partitions: 1 }}
  - id: lkc-west
    name: west
    links:
      - name: dr
        remote: lkc-east
        configs: {{ security.protocol: SASL_SSL, sasl.mechanism: PLAIN, sasl.jaas.config: x }}
        mirrors:
          - {{ source_topic: 't-{{n}}', count: {count} }}
"
    )
}

fn all(count: usize, state: MirrorState) -> Desired {
    let mut desired = nothing();
    let mut link = LinkBuilder::link("dr");
    for number in 0..count {
        link = link.mirror(&format!("t-{number}"), state);
    }
    link.into(&mut desired);
    desired
}

#[tokio::test(start_paused = true)]
async fn a_thousand_promotions_are_a_handful_of_requests() {
    let bench = Bench::new(&world(1000));
    let desired = all(1000, MirrorState::Promoted);
    let plan = bench.plan(&desired).await;
    assert_eq!(plan.operations.len(), 1000);
    bench.sandbox.clear_requests();
    let report = bench.apply(&plan).await;
    assert_eq!(report.counts().done, 1000);
    let writes = bench.writes().len();
    let requests = bench.sandbox.requests();
    let reads = requests.len() - writes;
    println!(
        "1,000 promotions: {writes} writes, {reads} reads, {:?}",
        report.took
    );
    assert!(writes <= 10, "{writes} writes");
    assert!(
        requests
            .iter()
            .all(|request| request.route != "mirrors.get")
    );
    // The sandbox takes 2 s from PENDING_STOPPED to STOPPED, and waits between reads double.
    assert!(report.took < Duration::from_secs(4), "{:?}", report.took);
    let polls = report.took.as_millis() / 250 + 2;
    assert!(reads as u128 <= polls, "{reads} reads in {:?}", report.took);
    assert!(!bench.plan(&desired).await.has_changes());
    assert_eq!(bench.sandbox.harms(), []);
}

#[tokio::test(start_paused = true)]
async fn a_thousand_creations_look_seldom() {
    let bench = Bench::new(&world(1000).replace("count: 1000 }\n\"", "").replace(
        "        mirrors:\n          - { source_topic: 't-{n}', count: 1000 }\n",
        "",
    ));
    let desired = all(1000, MirrorState::Mirroring);
    let plan = bench.plan(&desired).await;
    assert_eq!(plan.operations.len(), 1000);
    bench.sandbox.clear_requests();
    let report = bench.apply(&plan).await;
    assert_eq!(report.counts().done, 1000, "{:?}", report.counts());
    let writes = bench.writes().len();
    let reads = bench.sandbox.requests().len() - writes;
    println!(
        "1,000 creations: {writes} writes, {reads} reads, {:?}",
        report.took
    );
    assert_eq!(writes, 1000);
    assert!(reads < 250, "{reads} reads");
}

#[tokio::test(start_paused = true)]
async fn one_refused_topic_fails_alone_in_the_servers_words() {
    let bench = Bench::new(&world(20));
    let desired = all(20, MirrorState::FailedOver);
    let plan = bench.plan(&desired).await;
    bench.sandbox.add_fault(FaultSpec {
        name: None,
        on: FaultMatch::default(),
        skip: 0,
        times: None,
        probability: 1.0,
        action: FaultAction::FailItems {
            topics: vec!["t-7".to_owned()],
            error_code: 401,
            message: "Not authorized".to_owned(),
        },
    });
    let report = bench.apply(&plan).await;
    assert_eq!(report.verdict(), Verdict::Partial);
    let counts = report.counts();
    assert_eq!((counts.done, counts.failed), (19, 1), "{}", tell(&report));
    let failed = report
        .operations
        .iter()
        .find(|operation| !operation.outcome.is_reached())
        .unwrap();
    assert_eq!(failed.address.to_string(), "west/dr/t-7");
    let Outcome::Failed { reason, cause } = &failed.outcome else {
        panic!("{}", tell(&report));
    };
    assert_eq!(*reason, Reason::Refused);
    let words = words::cause(cause);
    assert!(words.contains("Not authorized"), "{words}");
}

#[tokio::test(start_paused = true)]
async fn a_promotion_waits_for_its_lag_and_gives_up_with_the_figure() {
    let bench = Bench::new(&world(3));
    assert!(bench.sandbox.set_produce_rate("lkc-east", "t-1", 100_000.0));
    // A mirror trails a topic that is written to; the others have nothing to catch up with.
    Clock::wall().sleep(Duration::from_secs(5)).await;
    let mut desired = all(3, MirrorState::Promoted);
    desired.policy.promote.within = Duration::from_secs(30);
    let plan = bench.plan(&desired).await;
    let report = bench.apply(&plan).await;
    assert_eq!(report.counts().done, 2, "{}", tell(&report));
    assert_eq!(report.verdict(), Verdict::TimedOut, "{}", tell(&report));
    let Outcome::Failed { reason, cause } = &report.operations[1].outcome else {
        panic!("{}", tell(&report));
    };
    assert_eq!(*reason, Reason::TimedOut);
    let words = words::cause(cause);
    assert!(words.contains("messages; it must be at most 0"), "{words}");
    assert_eq!(report.operations[1].attempts, 0);
    // The topic is still a mirror; once the writers stop, the same desired state goes through.
    bench.sandbox.set_produce_rate("lkc-east", "t-1", 0.0);
    bench.converge(&desired, 1).await;
    assert_eq!(bench.sandbox.harms(), []);
}
