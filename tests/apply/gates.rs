//! When a promotion goes out: its lag gate, and the requests it shares with others.

use std::time::Duration;

use bytes::Bytes;
use linkwright::apply::{Cause, EventKind, Outcome, Reason};
use linkwright::desired::MirrorState;
use linkwright::live::LossUnknown;
use linkwright_clock::Clock;

use super::desired::{LinkBuilder, nothing};
use super::everything;
use super::paces::{at, each_second, only, timed, waits_grow, wanted, world};
use crate::support::bench::{Bench, tell};

#[tokio::test(start_paused = true)]
async fn promotions_go_out_in_full_requests_until_the_rest_has_waited_long_enough() {
    let bench = Bench::new(&world(8, 0));
    // One is behind and stays so.
    assert!(bench.sandbox.set_produce_rate("lkc-east", "t-0", 100_000.0));
    Clock::wall().sleep(Duration::from_secs(5)).await;
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
    Clock::wall().sleep(Duration::from_secs(5)).await;
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
    LinkBuilder::link("dr")
        .set("consumer.offset.sync.enable", "false")
        .mirror("orders", MirrorState::Promoted)
        .into(&mut desired);
    let plan = bench.plan(&desired).await;
    let (report, log) = timed(&bench, &plan, &bench.settings()).await;
    assert_eq!(report.counts().done, 3, "{}", tell(&report));
    // The first look comes when the last offsets are copied and finds no lag; the second comes as soon as any look
    // does, and the promotion with it.
    let first = u64::try_from(bench.settings().pace.first.as_millis()).unwrap();
    let looks = at(&log, "mirrors.list-all");
    assert_eq!(looks[1] - looks[0], first, "{looks:?}");
    assert_eq!(at(&log, "mirrors.promote"), looks[1..2]);
}

#[tokio::test(start_paused = true)]
async fn a_lag_that_comes_down_late_is_seen_at_the_usual_pace() {
    let bench = Bench::new(&world(1, 0));
    assert!(bench.sandbox.set_produce_rate("lkc-east", "t-0", 100_000.0));
    Clock::wall().sleep(Duration::from_secs(5)).await;
    let plan = bench.plan(&wanted(&[MirrorState::Promoted])).await;
    let sandbox = bench.sandbox.clone();
    tokio::spawn(async move {
        Clock::wall().sleep(Duration::from_secs(2)).await;
        sandbox.set_produce_rate("lkc-east", "t-0", 0.0);
    });
    let (report, log) = timed(&bench, &plan, &bench.settings()).await;
    assert_eq!(report.counts().done, 1, "{}", tell(&report));
    // No look comes sooner because the lag is gone: up to the promotion each wait is longer than the last.
    let sent = at(&log, "mirrors.promote");
    let mut looks = at(&log, "mirrors.list-all");
    looks.retain(|look| *look <= sent[0]);
    assert_eq!(sent, looks[looks.len() - 1..]);
    assert!(waits_grow(&looks), "{looks:?}");
    // The lag needs two seconds to be gone, and two looks must find it so.
    assert!((3..=12).contains(&looks.len()), "{looks:?}");
    assert!(sent[0] > 2_000, "{sent:?}");
}

/// A mirror topic list without the lags.
pub(super) fn without_lags(path: &str, body: Bytes) -> Bytes {
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
async fn a_lag_that_the_server_does_not_return_does_not_count_as_zero() {
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
            cause: Cause::LagTooHigh {
                lag: Err(LossUnknown::Missing),
                max: 0,
                waited: Duration::from_secs(2),
            },
        }
    );
    assert_eq!(bench.writes(), []);
}
