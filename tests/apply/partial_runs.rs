//! Five hundred runs that end early, each of another small plan made from a seed: killed, refused or timed out
//! at any operation. The approved plan is run again until nothing is left of it, and nothing is done that it
//! does not contain.

use std::time::Duration;

use linkwright::apply::Interrupts;
use linkwright::desired::{Desired, MirrorState};
use linkwright_clock::Clock;
use linkwright_sandbox::{FaultAction, FaultMatch, FaultSpec};

use super::desired::{LinkBuilder, nothing};
use super::paces::status;
use crate::support::bench::{Start, tell};
use crate::support::tap::Moment;

const RUNS: u64 = 500;

/// Numbers from a seed (SplitMix64).
struct Seed(u64);

impl Seed {
    fn below(&mut self, bound: u64) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % bound).unwrap()
    }
}

/// A link with a few mirror topics and one that does not exist yet, and what a spec wants of them.
fn case(seed: &mut Seed) -> (String, Desired) {
    use MirrorState::{FailedOver, Mirroring, Paused, Promoted};

    let mut desired = nothing();
    let mut link = LinkBuilder::link("dr");
    let (mut topics, mut mirrors) = (String::new(), String::new());
    for number in 0..2 + seed.below(4) {
        let topic = format!("topic-{number}");
        topics += &format!("      - {{ name: {topic}, partitions: 1, records: 10 }}\n");
        let (status, wanted) = [
            ("ACTIVE", Paused),
            ("ACTIVE", Promoted),
            ("ACTIVE", FailedOver),
            ("PAUSED", Mirroring),
            ("", Mirroring),
            ("", Paused),
        ][seed.below(6)];
        if !status.is_empty() {
            mirrors += &format!("          - {{ source_topic: {topic}, status: {status} }}\n");
        }
        link = link.mirror(&topic, wanted);
    }
    if seed.below(2) == 0 {
        link = link.set("topic.config.sync.ms", "7000");
    }
    link.into(&mut desired);
    let world = format!(
        "version: 1\nclock: {{ mode: {{ auto: {{ speed: 1.0 }} }} }}\nclusters:\n  - id: lkc-east\n    name: east\n    topics:\n\
         {topics}  - id: lkc-west\n    name: west\n    links:\n      - name: dr\n        remote: lkc-east\n        \
         configs: {{ security.protocol: SASL_SSL, sasl.mechanism: PLAIN, bootstrap.servers: \
         lkc-east.sandbox.invalid:9092 }}\n        mirrors:\n{}",
        match mirrors.as_str() {
            "" => "          []\n",
            mirrors => mirrors,
        }
    );
    (world, desired)
}

/// How a run is cut short.
#[derive(Clone, Debug)]
enum Cut {
    Kill(Moment),
    Fault(FaultAction),
}

fn cut(seed: &mut Seed) -> Cut {
    let refused = |code| Cut::Fault(status(code));
    match seed.below(8) {
        0 => Cut::Kill(Moment::Before),
        1 => Cut::Kill(Moment::After),
        2 => refused(403),
        3 => refused(422),
        4 => Cut::Fault(FaultAction::FailItems {
            topics: Vec::new(),
            error_code: 50003,
            message: "Timed out".to_owned(),
        }),
        5 => Cut::Fault(FaultAction::BlackHole),
        6 => Cut::Fault(FaultAction::ResetBeforeEffect),
        _ => Cut::Fault(FaultAction::ResetAfterEffect),
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_left_of_an_approved_plan_is_always_done_and_nothing_else() {
    let (mut partial, mut operations) = (0, 0);
    for number in 0..RUNS {
        let mut seed = Seed(number);
        let (world, desired) = case(&mut seed);
        let start = Start::of(&world, &desired).await;
        let bench = start.bench();
        let cut = cut(&mut seed);
        let request = seed.below(12);
        let at = format!("seed {number}: {cut:?} at request {request}");
        let settings = bench.slow_settings();
        let run = bench.apply_with(&start.plan, &settings, Interrupts::none());
        match cut {
            Cut::Kill(moment) => {
                bench.tap.set(Some((request, moment)));
                tokio::select! {
                    // It may be over before that request.
                    _ = run => {}
                    () = bench.tap.tripped.notified() => partial += 1,
                }
                bench.tap.set(None);
            }
            Cut::Fault(action) => {
                let sandbox = bench.sandbox.clone();
                bench.tap.at(request, move || {
                    sandbox.add_fault(FaultSpec {
                        name: Some("fault".to_owned()),
                        on: FaultMatch::default(),
                        skip: 0,
                        times: None,
                        probability: 1.0,
                        action,
                    });
                });
                let report = run.await;
                let counts = report.counts();
                let reached = counts.done + counts.unchanged;
                partial += usize::from(reached < start.plan.operations.len());
                assert_eq!(
                    report.operations.len(),
                    start.plan.operations.len(),
                    "{}",
                    tell(&report)
                );
                bench.sandbox.clear_fault("fault");
            }
        }
        operations += start.plan.operations.len();
        // What was sent last may still be on its way, and a cluster that was silent is called again after a while.
        Clock::wall().sleep(Duration::from_secs(30)).await;
        bench.resume(&start.approved, &desired, 2, &at).await;
        assert_eq!(bench.sandbox.harms(), [], "{at}");
    }
    // Most runs did end early.
    assert!(
        partial > 300,
        "{partial} of {RUNS}, {operations} operations"
    );
}
