//! Where a run stops: what it does not send, does not ask, and does not begin after a signal.

use std::time::Duration;

use linkwright::apply::{EventKind, Interrupt, Interrupts, Outcome, Report};
use linkwright::desired::MirrorState;
use linkwright::plan::Plan;
use linkwright::report::words;
use linkwright_clock::Clock;
use linkwright_sandbox::FaultAction;
use tokio::sync::watch;

use super::desired::{LinkBuilder, nothing};
use super::everything;
use super::paces::{at, each_second, only, timed, wanted, world};
use crate::support::bench::{Bench, tell};

/// Carries a plan out and sends one signal after a while.
async fn signalled(bench: &Bench, plan: &Plan, after_ms: u64) -> Report {
    let (signal, receiver) = watch::channel(Interrupt::No);
    let settings = bench.settings();
    bench.sandbox.clear_requests();
    let run = bench.apply_with(plan, &settings, Interrupts::new(receiver));
    let stop = async {
        Clock::wall().sleep(Duration::from_millis(after_ms)).await;
        signal.send_replace(Interrupt::Finish);
    };
    let (report, ()) = tokio::join!(run, stop);
    let events = bench.events.lock().unwrap();
    let signals: Vec<(u128, Interrupt)> = events
        .iter()
        .filter_map(|event| match event.kind {
            EventKind::Interrupted { level, .. } => Some((event.elapsed.as_millis(), level)),
            _ => None,
        })
        .collect();
    assert_eq!(signals, [(u128::from(after_ms), Interrupt::Finish)]);
    report
}

#[tokio::test(start_paused = true)]
async fn a_signal_ends_what_only_waits_at_once() {
    let bench = Bench::new(everything::WORLD);
    let mut desired = nothing();
    LinkBuilder::link("dr")
        .set("consumer.offset.sync.enable", "false")
        .mirror("orders", MirrorState::Promoted)
        .mirror("late", MirrorState::Mirroring)
        .into(&mut desired);
    let plan = bench.plan(&desired).await;
    let report = signalled(&bench, &plan, 100).await;
    let verbs: Vec<&str> = report.operations.iter().map(|said| said.verb).collect();
    assert_eq!(
        verbs,
        [
            "drain-offsets",
            "await-mirror",
            "alter-link",
            "promote-mirror"
        ]
    );
    assert_eq!(report.counts().skipped, 4, "{}", tell(&report));
    assert_eq!(report.took, Duration::from_millis(100));
    assert_eq!(bench.writes(), []);
}

#[tokio::test(start_paused = true)]
async fn a_signal_during_a_look_lets_nothing_be_sent() {
    let bench = Bench::new(&world(1, 0));
    let plan = bench.plan(&wanted(&[MirrorState::Paused])).await;
    bench.fault(
        "mirrors.list-all",
        0,
        None,
        FaultAction::Latency { ms: 1_000 },
    );
    let report = signalled(&bench, &plan, 500).await;
    assert_eq!(only(&report), (&Outcome::Skipped, 0));
    assert_eq!(report.took, Duration::from_millis(500));
    assert_eq!(bench.writes(), []);
}

#[tokio::test(start_paused = true)]
async fn a_signal_lets_what_was_sent_come_to_its_end() {
    let bench = Bench::new(&world(1, 0));
    let plan = bench.plan(&wanted(&[MirrorState::Paused])).await;
    let report = signalled(&bench, &plan, 600).await;
    assert_eq!(only(&report), (&Outcome::Done, 1));
    assert_eq!(report.took, Duration::from_millis(1_600));
}

#[tokio::test(start_paused = true)]
async fn after_a_signal_what_may_have_been_done_is_not_sent_again() {
    let bench = Bench::new(&world(1, 0)).asking_once();
    let plan = bench.plan(&wanted(&[MirrorState::FailedOver])).await;
    bench.fault("mirrors.failover", 0, None, FaultAction::ResetBeforeEffect);
    let report = signalled(&bench, &plan, 500).await;
    let (outcome, attempts) = only(&report);
    assert!(
        matches!(outcome, Outcome::Unknown { cause } if words::cause(cause).contains("the outcome is unknown")),
        "{}",
        tell(&report)
    );
    assert_eq!(attempts, 1);
    assert_eq!(report.took, Duration::from_secs(1));
    assert_eq!(bench.writes().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_server_is_asked_about_ten_stuck_mirror_topics_of_a_half_and_no_more() {
    let bench = Bench::new(&world(0, 3_600_000));
    let plan = bench.plan(&wanted(&[MirrorState::Mirroring; 12])).await;
    let (report, log) = timed(&bench, &plan, &each_second(&bench)).await;
    assert_eq!(report.counts().unknown, 12, "{}", tell(&report));
    assert_eq!(at(&log, "mirrors.get"), [300_000; 10]);
}
