//! How long large changes take against a server that limits requests, in virtual time. docs/performance.md has the
//! table that `large` prints.

use std::time::Duration;

use linkwright::desired::{Desired, MirrorState};
use linkwright_clock::Clock;

use super::desired::{LinkBuilder, nothing};
use super::paces::wanted;
use crate::support::bench::{Bench, tell};
use crate::support::one_link::one_link;

/// Ten links of west, each with so many mirror topics of its own.
fn ten_links(topics: usize, configs: &[(&str, &str)]) -> Desired {
    let mut desired = nothing();
    for number in 0..10 {
        let mut link = LinkBuilder::link(&format!("dr-{number}"));
        for (name, value) in configs {
            link = link.set(name, value);
        }
        for topic in number * topics..(number + 1) * topics {
            link = link.mirror(&format!("t-{topic}"), MirrorState::Mirroring);
        }
        link.into(&mut desired);
    }
    desired
}

#[tokio::test(start_paused = true)]
async fn creations_on_ten_links_take_a_fifth_more_than_the_bare_requests_at_most() {
    const RATE: u32 = 40;
    let world = one_link(
        0,
        500,
        &format!("rate_limit: {{ rate: {RATE}, burst: {RATE} }}"),
    );
    // Bare requests do not wait until a link has connected and a mirror topic is set up.
    let world = format!(
        "{world}timings: {{ link_visible_ms: 0, link_resolvable_ms: 0, first_contact_ms: 0, mirror_setup_ms: 0 }}\n"
    );
    let bench = Bench::new(&world).answering_in_a_while();
    let plan = bench.plan(&ten_links(50, &[])).await;
    // The limiter has room again for as many as it lets in at once.
    bench.sandbox.advance(Duration::from_secs(1));
    let began = Clock::wall().now();
    let report = bench.apply(&plan).await;
    let took = Clock::wall().since(began).as_secs_f64();
    assert_eq!(report.counts().done, 510, "{}", tell(&report));
    let bare = f64::from(510 - RATE) / f64::from(RATE);
    assert!(took <= 1.2 * bare, "{took:.1} s, {:.2} times", took / bare);
}

#[tokio::test(start_paused = true)]
async fn a_config_of_each_of_ten_links_is_changed_and_seen_within_a_second() {
    let world = one_link(0, 1, "").replace("speed: 1.0", "speed: 20.0");
    let bench = Bench::new(&world).answering_in_a_while();
    let plan = bench.plan(&ten_links(0, &[])).await;
    let report = bench.apply(&plan).await;
    assert_eq!(report.counts().done, 10, "{}", tell(&report));
    let plan = bench
        .plan(&ten_links(0, &[("consumer.offset.sync.ms", "5000")]))
        .await;
    let began = Clock::wall().now();
    let report = bench.apply(&plan).await;
    let took = Clock::wall().since(began);
    assert_eq!(report.counts().done, 10, "{}", tell(&report));
    assert!(took <= Duration::from_secs(1), "{took:?}");
}

/// Runs of ten thousand, in a table for people: how long they take, and what they cost the processor.
#[cfg(target_os = "linux")]
mod large {
    use super::*;

    /// A run of so many creations or failovers, through a limiter of so many requests a second.
    struct Run {
        took: f64,
        requests: usize,
        refused: usize,
        written: u64,
        cpu: f64,
    }

    async fn run(state: MirrorState, count: usize, rate: u32) -> Run {
        let there = match state {
            MirrorState::Mirroring => 0,
            _ => count,
        };
        let limit = format!("rate_limit: {{ rate: {rate}, burst: {rate} }}");
        let bench = Bench::new(&one_link(there, count, &limit)).answering_in_a_while();
        let plan = bench.plan(&wanted(&vec![state; count])).await;
        bench.sandbox.clear_requests();
        let (began, cpu) = (Clock::wall().now(), cpu_seconds());
        let report = bench.apply(&plan).await;
        let (took, cpu) = (
            Clock::wall().since(began).as_secs_f64(),
            cpu_seconds() - cpu,
        );
        assert_eq!(report.counts().done, count, "all done");
        let log = bench.sandbox.requests();
        Run {
            took,
            requests: log.len(),
            refused: log.iter().filter(|line| line.status == 429).count(),
            written: report.written,
            cpu,
        }
    }

    /// Seconds of the processor that this process has taken.
    fn cpu_seconds() -> f64 {
        let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
        // The name of the program, which may have spaces, is in brackets.
        let mut fields = stat.rsplit_once(')').unwrap().1.split_whitespace().skip(11);
        let mut ticks = || fields.next().unwrap().parse::<u32>().unwrap();
        f64::from(ticks() + ticks()) / 100.0
    }

    #[tokio::test(start_paused = true)]
    #[ignore = "a table for people, by cargo test --release --test in_process figures -- --ignored --nocapture"]
    async fn figures_of_ten_thousand_mirror_topics() {
        let mut table = String::new();
        for (what, state) in [
            ("create", MirrorState::Mirroring),
            ("fail over", MirrorState::FailedOver),
        ] {
            for rate in [5, 10, 25, 40, 100] {
                let run = run(state, 10_000, rate).await;
                let let_in = run.requests - run.refused;
                // A bucket that is hardly emptied says nothing of the pace.
                let times = match (let_in as u32).checked_sub(20 * rate) {
                    None => "—".to_owned(),
                    Some(_) => {
                        let shortest = (let_in as f64 - f64::from(rate)) / f64::from(rate);
                        format!("{:.2}", run.took / shortest)
                    }
                };
                table.push_str(&format!(
                    "| {what} 10,000, {rate} a second | {} | {:.1} % | {:.0} s | {times} | {:.1} MB |\n",
                    run.requests,
                    100.0 * run.refused as f64 / run.requests as f64,
                    run.took,
                    run.written as f64 / 1e6,
                ));
            }
            let [small, large] = [run(state, 1_000, 100).await, run(state, 10_000, 100).await];
            table.push_str(&format!(
                "{what}: CPU of 10,000 is {:.1} times that of 1,000 ({:.2} s, {:.2} s), simulated cluster included\n",
                large.cpu / small.cpu,
                large.cpu,
                small.cpu,
            ));
            assert!(large.written <= 50_000_000, "{}", large.written);
        }
        println!("{table}");
    }
}
