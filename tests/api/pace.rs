//! How close clients come to what a cluster with a rate limit allows, in virtual time.

use std::time::Duration;

use futures_util::future::join_all;
use linkwright_clock::Clock;
use linkwright_sandbox::FaultAction;

use crate::support::bench::Bench;

/// A cluster that lets so many requests in per second, and as many at once.
fn limited(rate: u32, more: &str) -> Bench {
    Bench::new(&format!(
        "{{ version: 1, clock: {{ mode: {{ auto: {{ speed: 1.0 }} }} }}, clusters: [{{ id: lkc-west, name: west, rate_limit: {{ rate: {rate}, burst: {rate}{more} }} }}] }}"
    ))
    .answering_in_a_while()
}

/// Makes so many calls at once. How many times the shortest possible time it took, and the part that was
/// refused.
async fn calls(bench: &Bench, rate: u32, count: u32) -> (f64, f64) {
    let client = &bench.clients["west"];
    let began = Clock::wall().now();
    let answers = join_all((0..count).map(|_| client.list_links())).await;
    assert!(answers.iter().all(Result::is_ok), "every call is answered");
    let took = Clock::wall().since(began).as_secs_f64();
    let log = bench.sandbox.requests();
    let refused = log.iter().filter(|line| line.status == 429).count();
    assert_eq!(log.len() - refused, count as usize);
    let shortest = f64::from(count - rate) / f64::from(rate);
    (took / shortest, refused as f64 / log.len() as f64)
}

#[tokio::test(start_paused = true)]
async fn a_limiter_without_a_header_costs_a_third_at_most() {
    for rate in [5, 10, 25, 40, 100] {
        for body in ["html", "json"] {
            let bench = limited(rate, &format!(", body: {body}"));
            let (times, refused) = calls(&bench, rate, 20 * rate).await;
            assert!(times <= 1.3, "{rate} requests a second: {times:.2} times");
            assert!(refused <= 0.1, "{rate} requests a second: {refused:.2}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_limiter_that_says_what_is_left_costs_a_tenth_at_most() {
    for rate in [5, 10, 25, 40, 100] {
        let bench = limited(rate, ", headers: [rate-limit]");
        let (times, refused) = calls(&bench, rate, 20 * rate).await;
        assert!(times <= 1.1, "{rate} requests a second: {times:.2} times");
        assert!(refused <= 0.1, "{rate} requests a second: {refused:.2}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_the_server_names_is_obeyed() {
    let bench = limited(10, ", headers: [retry-after]");
    let (_, refused) = calls(&bench, 10, 200).await;
    assert!(refused <= 0.2, "{refused:.2}");
    let log = bench.sandbox.requests();
    let refusals: Vec<i64> = log
        .iter()
        .filter(|line| line.status == 429)
        .map(|line| line.at_ms)
        .collect();
    for line in &log {
        let last = refusals.iter().rev().find(|at| **at < line.at_ms);
        // What was on its way when the refusal came is not called back.
        let since = last.map_or(i64::MAX, |at| line.at_ms - at);
        assert!(
            !(150..940).contains(&since),
            "{line:?} {since} ms after a refusal"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_cluster_without_a_limiter_is_not_slowed_down() {
    let bench = Bench::new("{ version: 1, clusters: [{ id: lkc-west, name: west }] }");
    bench.fault("links.list", 0, None, FaultAction::Latency { ms: 10 });
    let client = &bench.clients["west"];
    let began = Clock::wall().now();
    join_all((0..1_000).map(|_| client.list_links())).await;
    // 8, 16, 32, and then 64 at once: nineteen rounds of 10 ms.
    let took = Clock::wall().since(began);
    assert!(took <= Duration::from_millis(190), "{took:?}");
}
