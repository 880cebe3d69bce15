//! Links of two halves, on two clusters: one after the other, and each at its own cluster.

use linkwright::apply::{Interrupts, Verdict};
use linkwright::desired::{Desired, Half, Role};

use super::desired::{bare_half, mirroring, nothing, pair_into};
use crate::support::bench::{Bench, show, tell};
use crate::support::tap::Moment;

const WORLD: &str = r"
version: 1
clock: { mode: { auto: { speed: 1.0 } } }
clusters:
  - id: lkc-east
    name: east
    link_principals: [{ username: east-key, password: east-secret }]
    topics:
      - { name: orders, partitions: 2, records: 100 }
  - id: lkc-west
    name: west
    link_principals: [{ username: east-key, password: east-secret }]
    topics:
      - { name: invoices, partitions: 2, records: 100 }
";

fn pair(key: &str, halves: Vec<Half>) -> Desired {
    let mut desired = nothing();
    pair_into(&mut desired, key, halves);
    desired
}

/// Killed right after the first half was created, the next run must not hurry the second.
async fn survives_a_kill(desired: &Desired) {
    for number in 0..12 {
        let bench = Bench::new(WORLD);
        let plan = bench.plan(desired).await;
        bench.tap.set(Some((number, Moment::After)));
        {
            let settings = bench.settings();
            let run = bench.apply_with(&plan, &settings, Interrupts::none());
            tokio::select! {
                _ = run => panic!("it ended"),
                () = bench.tap.tripped.notified() => {}
            }
        }
        bench.tap.set(None);
        bench.converge(desired, 2).await;
        assert_eq!(bench.sandbox.harms(), [], "killed at {number}");
    }
}

async fn comes_to_its_end(desired: &Desired, order: &[&str]) {
    let bench = Bench::new(WORLD);
    let plan = bench.plan(desired).await;
    let report = bench.apply(&plan).await;
    assert_eq!(report.verdict(), Verdict::Complete, "{}", tell(&report));
    let mut writes: Vec<String> = bench
        .writes()
        .iter()
        .map(|request| format!("{} {}", request.cluster, request.route))
        .collect();
    // The second half is tried again until the other cluster's half is known everywhere.
    writes.dedup();
    assert_eq!(writes, order);
    let left = bench.plan(desired).await;
    assert!(!left.has_changes(), "{}", show(&left));
    assert_eq!(bench.sandbox.harms(), []);
}

#[tokio::test(start_paused = true)]
async fn the_halves_of_a_source_initiated_link() {
    let link = "orders-dr";
    let inbound = mirroring(
        bare_half("west", "east", link, Role::InboundDestination),
        "orders",
    );
    let outbound = bare_half("east", "west", link, Role::OutboundSource);
    comes_to_its_end(
        &pair(link, vec![inbound, outbound]),
        &[
            "lkc-west links.create",
            "lkc-east links.create",
            "lkc-west mirrors.create",
        ],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_halves_of_a_bidirectional_link() {
    let link = "both";
    let outbound = Role::BidirectionalOutbound {
        peer_inbound: false,
    };
    let west = mirroring(bare_half("west", "east", link, outbound), "orders");
    let east = mirroring(bare_half("east", "west", link, outbound), "invoices");
    let desired = pair(link, vec![east, west]);
    survives_a_kill(&desired).await;
    comes_to_its_end(
        &desired,
        &[
            "lkc-east links.create",
            "lkc-west links.create",
            "lkc-east mirrors.create",
            "lkc-west mirrors.create",
        ],
    )
    .await;
}
