//! Runs that are cut short: by a kill at any request, by one signal, by two.

use std::time::Duration;

use linkwright::apply::report_file::{OperationV1, ReportV1, StateV1};
use linkwright::apply::{Event, EventKind, Interrupt, Interrupts, Outcome, Verdict};
use linkwright_clock::Clock;
use linkwright_sandbox::RouteKind;
use tokio::sync::watch;

use super::everything;
use crate::support::bench::{Bench, Start, tell};
use crate::support::tap::Moment;

fn report_on_disk(bench: &Bench) -> ReportV1 {
    let text = std::fs::read_to_string(bench.report_path()).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn finished_on_disk(report: &ReportV1) -> usize {
    let finished = |operation: &&OperationV1| operation.state == StateV1::Finished;
    report.operations.iter().filter(finished).count()
}

fn finished_events(bench: &Bench) -> usize {
    let events = bench.events.lock().unwrap();
    let finished = |event: &&Event| matches!(event.kind, EventKind::OperationFinished { .. });
    events.iter().filter(finished).count()
}

/// What the world comes to undisturbed, and how many requests that takes.
async fn undisturbed(start: &Start) -> (String, usize) {
    let bench = start.bench();
    let report = bench
        .apply_with(&start.plan, &bench.slow_settings(), Interrupts::none())
        .await;
    assert_eq!(report.verdict(), Verdict::Complete, "{}", tell(&report));
    let requests = bench.tap.count();
    bench.sandbox.advance(Duration::from_secs(60));
    (bench.state(), requests)
}

async fn killed(moment: Moment) {
    let desired = everything::desired_state();
    let start = Start::of(everything::WORLD, &desired).await;
    let (wanted, requests) = undisturbed(&start).await;
    for number in 0..requests {
        let at = format!("killed {moment:?} request {number}");
        let bench = start.bench();
        let plan = &start.plan;
        let settings = bench.slow_settings();
        bench.tap.set(Some((number, moment)));
        let writes_before = bench.writes().len();
        {
            let run = bench.apply_with(plan, &settings, Interrupts::none());
            tokio::select! {
                report = run => panic!("{at}: it ended: {}", tell(&report)),
                () = bench.tap.tripped.notified() => {}
            }
        }
        bench.tap.set(None);
        // The report names whatever may have been sent.
        let report = report_on_disk(&bench);
        assert_eq!(report.verdict, None, "{at}");
        if moment == Moment::Before {
            assert_eq!(finished_on_disk(&report), finished_events(&bench), "{at}");
        }
        let may_be_sent = report
            .operations
            .iter()
            .any(|operation| operation.attempts > 0);
        let sent = bench.writes().len() > writes_before;
        assert!(may_be_sent || !sent, "{at}: {report:#?}");
        let tripped = &bench.sandbox.requests();
        let tripped = tripped.get(number).map(|request| request.kind);
        if moment == Moment::After && tripped == Some(RouteKind::Write) {
            let in_flight = report
                .operations
                .iter()
                .any(|operation| operation.state == StateV1::InFlight);
            assert!(in_flight, "{at}: {report:#?}");
        }
        bench.resume(&start.approved, &desired, 2, &at).await;
        bench.sandbox.advance(Duration::from_secs(60));
        assert_eq!(bench.state(), wanted, "{at}");
        assert_eq!(bench.sandbox.harms(), [], "{at}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_kill_before_any_request_loses_nothing() {
    killed(Moment::Before).await;
}

#[tokio::test(start_paused = true)]
async fn a_kill_after_any_request_loses_nothing() {
    killed(Moment::After).await;
}

#[tokio::test(start_paused = true)]
async fn after_one_signal_nothing_is_begun_and_what_is_in_flight_is_finished() {
    let desired = everything::desired_state();
    let start = Start::of(everything::WORLD, &desired).await;
    let (wanted, requests) = undisturbed(&start).await;
    for number in 0..requests {
        let at = format!("interrupted at request {number}");
        let bench = start.bench();
        let plan = &start.plan;
        let settings = bench.slow_settings();
        let (signal, receiver) = watch::channel(Interrupt::No);
        bench.tap.set(Some((number, Moment::Answered)));
        let run = bench.apply_with(plan, &settings, Interrupts::new(receiver));
        let watcher = async {
            bench.tap.tripped.notified().await;
            // The writes of one round go out together; those are in flight.
            Clock::wall().sleep(Duration::from_millis(1)).await;
            signal.send_replace(Interrupt::Finish);
            let writes = bench.writes().len();
            std::future::pending::<()>().await;
            writes
        };
        let report = tokio::select! {
            report = run => report,
            _ = watcher => unreachable!("it waits for ever"),
        };
        for operation in &report.operations {
            assert!(
                matches!(
                    operation.outcome,
                    Outcome::Done | Outcome::Unchanged | Outcome::Skipped
                ),
                "{at}: {}",
                tell(&report)
            );
            assert!(
                operation.outcome != Outcome::Skipped || operation.attempts == 0,
                "{at}: {}",
                tell(&report)
            );
        }
        let complete = report.counts().skipped == 0;
        let verdict = if complete {
            Verdict::Complete
        } else {
            Verdict::Interrupted
        };
        assert_eq!(report.verdict(), verdict, "{at}");
        bench.converge(&desired, 1).await;
        bench.sandbox.advance(Duration::from_secs(60));
        assert_eq!(bench.state(), wanted, "{at}");
        assert_eq!(bench.sandbox.harms(), [], "{at}");
    }
}

#[tokio::test(start_paused = true)]
async fn after_two_signals_it_returns_and_says_what_it_does_not_know() {
    let bench = Bench::new(everything::WORLD);
    let desired = everything::desired_state();
    let plan = bench.plan(&desired).await;
    let (signal, receiver) = watch::channel(Interrupt::No);
    let settings = bench.settings();
    let run = bench.apply_with(&plan, &settings, Interrupts::new(receiver));
    let stop = async {
        Clock::wall().sleep(Duration::from_millis(100)).await;
        let level = signal.borrow().raised();
        signal.send_replace(level);
        Clock::wall().sleep(Duration::from_millis(100)).await;
        let level = signal.borrow().raised();
        signal.send_replace(level);
    };
    let (report, ()) = tokio::join!(run, stop);
    assert_eq!(report.verdict(), Verdict::Interrupted);
    assert_eq!(report.interrupted, Interrupt::Stop);
    assert!(report.took < Duration::from_secs(1));
    let counts = report.counts();
    assert!(
        counts.unknown > 0 && counts.skipped > 0,
        "{}",
        tell(&report)
    );
    assert_eq!(counts.done, 0, "{}", tell(&report));
    let on_disk = report_on_disk(&bench);
    assert_eq!(on_disk.counts.unknown, counts.unknown);
    assert!(on_disk.interrupted);
    bench.converge(&desired, 1).await;
    assert_eq!(bench.sandbox.harms(), []);
}
