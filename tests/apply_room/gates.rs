//! When a promotion goes out: its lag gate, and the requests it shares with others.

use std::time::Duration;

use bytes::Bytes;
use linkwright::apply::{EventKind, Outcome, Reason};
use linkwright::desired::MirrorState;

use super::bench::{Bench, tell};
use super::everything;
use super::paces::{at, each_second, only, timed, wanted, world};
use super::wish::{Wish, nothing};

#[tokio::test(start_paused = true)]
async fn promotions_go_out_in_full_requests_until_the_rest_has_waited_long_enough() {
    let bench = Bench::new(&world(8, 0));
    // One is behind and stays so.
    assert!(bench.sandbox.set_produce_rate("lkc-east", "t-0", 100_000.0));
    tokio::time::sleep(Duration::from_secs(5)).await;
    let mut desired = wanted(&[MirrorState::Promoted; 8]);
    desired.policy.promote.within = Duration::from_secs(10);
    let plan = bench.plan(&desired).await;
    let mut settings = each_second(&bench);
    settings.chunk = 3;
    let (report, log) = timed(&bench, &plan, &settings).await;
    assert_eq!(report.counts().done, 7, "{}", tell(&report));
    assert_eq!(report.took, Duration::from_secs(10));
    assert_eq!(at(&log, "mirrors.promote"), [1000, 1000, 6000]);
    let events = bench.events.lock().unwrap();
    let topics: Vec<usize> = events
        .iter()
        .filter_map(|event| match event.kind {
            EventKind::BatchSent { topics, .. } => Some(topics),
            _ => None,
        })
        .collect();
    assert_eq!(topics, [3, 3, 1]);
}

#[tokio::test(start_paused = true)]
async fn nothing_waits_for_a_promotion_that_has_just_been_given_up() {
    let bench = Bench::new(&world(2, 0));
    assert!(bench.sandbox.set_produce_rate("lkc-east", "t-0", 100_000.0));
    tokio::time::sleep(Duration::from_secs(5)).await;
    let mut desired = wanted(&[MirrorState::Promoted; 2]);
    desired.policy.promote.within = Duration::from_secs(1);
    let plan = bench.plan(&desired).await;
    let mut settings = each_second(&bench);
    settings.patience.gather = Duration::from_secs(5);
    let (report, log) = timed(&bench, &plan, &settings).await;
    assert_eq!(report.operations[0].attempts, 0, "{}", tell(&report));
    assert_eq!(report.operations[0].took, Duration::from_secs(1));
    assert_eq!(at(&log, "mirrors.promote"), [1000]);
}

#[tokio::test(start_paused = true)]
async fn a_lag_within_bounds_is_soon_seen_a_second_time() {
    let bench = Bench::new(everything::WORLD);
    let mut desired = nothing();
    Wish::link("dr")
        .set("consumer.offset.sync.enable", "false")
        .mirror("orders", MirrorState::Promoted)
        .into(&mut desired);
    let plan = bench.plan(&desired).await;
    let (report, log) = timed(&bench, &plan, &bench.settings()).await;
    assert_eq!(report.counts().done, 3, "{}", tell(&report));
    // The look at 4500 shows that offset sync is off; the next comes at once and begins the pace
    // anew, which would be 325 ms by then.
    assert_eq!(at(&log, "mirrors.list-all")[..2], [4500, 4750]);
    assert_eq!(at(&log, "mirrors.promote"), [4750]);
}

#[tokio::test(start_paused = true)]
async fn a_lag_that_comes_down_late_is_seen_at_the_usual_pace() {
    let bench = Bench::new(&world(1, 0));
    assert!(bench.sandbox.set_produce_rate("lkc-east", "t-0", 100_000.0));
    tokio::time::sleep(Duration::from_secs(5)).await;
    let plan = bench.plan(&wanted(&[MirrorState::Promoted])).await;
    let sandbox = bench.sandbox.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(2)).await;
        sandbox.set_produce_rate("lkc-east", "t-0", 0.0);
    });
    let (report, log) = timed(&bench, &plan, &bench.settings()).await;
    assert_eq!(report.counts().done, 1, "{}", tell(&report));
    // The look at 3192 is the first that finds no lag.
    assert_eq!(
        at(&log, "mirrors.list-all")[..8],
        [0, 250, 575, 998, 1548, 2263, 3192, 4399]
    );
    assert_eq!(at(&log, "mirrors.promote"), [4399]);
}

/// A mirror topic list without the lags.
fn without_lags(path: &str, body: Bytes) -> Bytes {
    if !path.ends_with("/mirrors") {
        return body;
    }
    let mut list: serde_json::Value = serde_json::from_slice(&body).unwrap();
    for row in list["data"].as_array_mut().into_iter().flatten() {
        row["mirror_lags"] = serde_json::json!([]);
    }
    Bytes::from(list.to_string())
}

#[tokio::test(start_paused = true)]
async fn a_lag_that_the_server_does_not_tell_is_not_taken_for_none() {
    let bench = Bench::new(&world(1, 0));
    let mut desired = wanted(&[MirrorState::Promoted]);
    desired.policy.promote.within = Duration::from_secs(2);
    let plan = bench.plan(&desired).await;
    bench.tap.edit(without_lags);
    let (report, _) = timed(&bench, &plan, &each_second(&bench)).await;
    let (outcome, attempts) = only(&report);
    assert_eq!(attempts, 0);
    assert_eq!(
        *outcome,
        Outcome::Failed {
            reason: Reason::TimedOut,
            words: "the server does not tell its lag, and must be at most 0 before it is \
                    promoted; waited 2 s"
                .to_owned(),
        }
    );
    assert_eq!(bench.writes(), []);
}
