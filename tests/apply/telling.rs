//! What a run tells, and when: its events, its report on disk, its ledger.

use std::collections::BTreeMap;
use std::time::Duration;

use linkwright::apply::ledger::{Ledger, LedgerUse};
use linkwright::apply::report_file::{OutcomeV1, ReportV1, StateV1};
use linkwright::apply::{
    Counts, Event, EventKind, Interrupts, Outcome, Verdict, Wait, Waiting, rehearse,
};
use linkwright::desired::MirrorState;
use linkwright::live::MirrorStatus;
use linkwright::plan::{Allow, OpId, Rehearsal, Risk};
use linkwright::report::ndjson::planned_again_line;
use linkwright::report::words;
use linkwright_clock::Clock;
use linkwright_sandbox::FaultAction;

use super::desired::{LinkBuilder, half, nothing};
use super::everything;
use super::paces::{each_second, timed, wanted, world};
use crate::support::bench::{Bench, tell};

/// What is told of waiting, with the time in milliseconds.
fn waits(bench: &Bench) -> Vec<(u128, Waiting)> {
    let events = bench.events.lock().unwrap();
    events
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::Waiting(waiting) => Some((event.elapsed.as_millis(), waiting.clone())),
            _ => None,
        })
        .collect()
}

fn on_disk(bench: &Bench) -> ReportV1 {
    let text = std::fs::read_to_string(bench.report_path()).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[tokio::test(start_paused = true)]
async fn every_step_of_an_operation_is_reported_at_its_time() {
    let bench = Bench::new(&world(1, 0));
    let plan = bench.plan(&wanted(&[MirrorState::Paused])).await;
    let (report, _) = timed(&bench, &plan, &each_second(&bench)).await;
    let address = plan.operations[0].address.clone();
    let second = Duration::from_secs(1);
    let verb = "pause-mirror";
    let counts = Counts {
        done: 1,
        ..Counts::default()
    };
    let steps = [
        (Duration::ZERO, EventKind::Started { operations: 1 }),
        (
            Duration::ZERO,
            EventKind::OperationStarted {
                op: OpId(0),
                address: address.clone(),
                verb,
            },
        ),
        (
            Duration::ZERO,
            EventKind::BatchSent {
                half: half("west", "dr"),
                verb,
                topics: 1,
            },
        ),
        (
            second,
            EventKind::OperationFinished {
                op: OpId(0),
                address,
                verb,
                outcome: Outcome::Done,
                outside: None,
                took: second,
            },
        ),
        (
            second,
            EventKind::Finished {
                counts,
                verdict: Verdict::Complete,
            },
        ),
    ];
    let told = bench.events.lock().unwrap();
    assert_eq!(
        *told,
        steps.map(|(elapsed, kind)| Event { elapsed, kind }),
        "{told:#?}"
    );
    assert_eq!(report.operations[0].took, second);
    assert_eq!(report.took, second);
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_lag_is_reported_with_its_figures_and_the_time_that_is_left() {
    let bench = Bench::new(&world(2, 0));
    for (topic, rate) in [("t-0", 1_000.0), ("t-1", 3_000.0)] {
        assert!(bench.sandbox.set_produce_rate("lkc-east", topic, rate));
    }
    Clock::wall().sleep(Duration::from_secs(5)).await;
    let mut desired = wanted(&[MirrorState::Promoted; 2]);
    desired.policy.promote.within = Duration::from_secs(3);
    let plan = bench.plan(&desired).await;
    let (report, _) = timed(&bench, &plan, &each_second(&bench)).await;
    assert_eq!(report.verdict(), Verdict::TimedOut, "{}", tell(&report));
    let waiting = |left| Waiting {
        half: half("west", "dr"),
        verb: "promote-mirror",
        wait: Wait::Lag,
        count: 2,
        statuses: BTreeMap::from([(MirrorStatus::Active, 2)]),
        lag: Some(2_000),
        worst_lag: Some(1_500),
        left: Duration::from_secs(left),
    };
    assert_eq!(
        waits(&bench),
        [(0, waiting(3)), (1000, waiting(2)), (2000, waiting(1))]
    );
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_time_and_one_for_the_server_are_distinguished() {
    let bench = Bench::new(everything::WORLD);
    let mut desired = nothing();
    LinkBuilder::link("dr")
        .set("consumer.offset.sync.enable", "false")
        .mirror("orders", MirrorState::Promoted)
        .mirror("returns", MirrorState::FailedOver)
        .into(&mut desired);
    let plan = bench.plan(&desired).await;
    let (report, _) = timed(&bench, &plan, &each_second(&bench)).await;
    assert_eq!(report.verdict(), Verdict::Complete, "{}", tell(&report));
    let told: Vec<_> = waits(&bench)
        .into_iter()
        .map(|(at, waiting)| (at, waiting.verb, waiting.wait, waiting.left.as_secs()))
        .collect();
    assert_eq!(
        told,
        [
            (0, "drain-offsets", Wait::Time, 4),
            (1000, "drain-offsets", Wait::Time, 3),
            (1000, "failover-mirror", Wait::Settle, 299),
            (2000, "drain-offsets", Wait::Time, 2),
            (5000, "alter-link", Wait::Settle, 299),
            (6000, "promote-mirror", Wait::Lag, 600),
            (8000, "promote-mirror", Wait::Settle, 599),
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn the_report_on_disk_names_a_request_before_it_is_sent() {
    let bench = Bench::new(&world(2, 0));
    let plan = bench.plan(&wanted(&[MirrorState::Paused; 2])).await;
    let slow = FaultAction::Latency { ms: 1_000 };
    bench.fault("mirrors.pause", 0, None, slow);
    let settings = each_second(&bench);
    let run = bench.apply_with(&plan, &settings, Interrupts::none());
    let reader = async {
        Clock::wall().sleep(Duration::from_millis(500)).await;
        on_disk(&bench)
    };
    let (report, during) = tokio::join!(run, reader);
    assert_eq!(report.verdict(), Verdict::Complete, "{}", tell(&report));

    assert_eq!(during.verdict, None);
    assert!(!during.interrupted && !during.timed_out);
    assert_eq!(during.started_at, "2026-11-02T08:00:00Z");
    assert_eq!(during.generated_at, "2026-11-02T08:00:00Z");
    let rows = |report: &ReportV1| {
        report
            .operations
            .iter()
            .map(|row| (row.number, row.state, row.attempts, row.took_ms))
            .collect::<Vec<_>>()
    };
    let in_flight = StateV1::InFlight;
    assert_eq!(
        rows(&during),
        [(1, in_flight, 1, None), (2, in_flight, 1, None)]
    );

    let after = on_disk(&bench);
    assert!(!after.interrupted);
    assert_eq!(after.generated_at, "2026-11-02T08:00:02Z");
    let finished = StateV1::Finished;
    assert_eq!(
        rows(&after),
        [(1, finished, 1, Some(2_000)), (2, finished, 1, Some(2_000))]
    );
    assert_eq!(
        OutcomeV1::of(&Outcome::Blocked { by: OpId(1) }, words::cause),
        OutcomeV1::Blocked { by: 2 }
    );
}

#[tokio::test(start_paused = true)]
async fn a_report_that_can_no_longer_be_written_is_reported_once_and_stops_nothing() {
    let bench = Bench::new(&world(1, 0));
    let plan = bench.plan(&wanted(&[MirrorState::Paused])).await;
    let folder = bench.directory.path().join("kept");
    std::fs::create_dir(&folder).unwrap();
    let path = folder.join("report.json");
    let mut settings = bench.settings();
    settings.report = Some(path.clone());
    bench.tap.set(None);
    bench
        .tap
        .at(0, move || std::fs::remove_dir_all(folder).unwrap());
    let (report, _) = timed(&bench, &plan, &settings).await;
    assert_eq!(report.verdict(), Verdict::Complete, "{}", tell(&report));
    let events = bench.events.lock().unwrap();
    let problems: Vec<String> = events
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::Problem(problem) => Some(words::problem(problem)),
            _ => None,
        })
        .collect();
    let [words] = problems.as_slice() else {
        panic!("{problems:#?}");
    };
    let begin = format!("cannot write the run report {}: ", path.display());
    assert!(words.starts_with(&begin), "{words}");
}

#[tokio::test(start_paused = true)]
async fn the_last_line_says_whether_anything_is_left() {
    let bench = Bench::new(&world(1, 0));
    let plan = bench.plan(&wanted(&[MirrorState::Paused])).await;
    assert_eq!(
        planned_again_line(&plan, 2),
        r#"{"type":"planned-again","changes":true,"unknowns":false,"exit_code":2}"#
    );
    let plan = bench.plan(&wanted(&[MirrorState::Mirroring])).await;
    assert_eq!(
        planned_again_line(&plan, 0),
        r#"{"type":"planned-again","changes":false,"unknowns":false,"exit_code":0}"#
    );
}

#[tokio::test(start_paused = true)]
async fn a_link_that_is_created_is_recorded_with_its_generation() {
    let bench = Bench::new(everything::WORLD);
    let mut desired = nothing();
    LinkBuilder::link("fresh").generation(3).into(&mut desired);
    let plan = bench.plan(&desired).await;
    let at = half("west", "fresh");
    let path = bench.directory.path().join("ledger.json");
    let mut settings = bench.settings();
    settings.ledger = Some(LedgerUse {
        path: path.clone(),
        generations: BTreeMap::from([(at.clone(), 3)]),
    });
    let (report, _) = timed(&bench, &plan, &settings).await;
    assert_eq!(report.verdict(), Verdict::Complete, "{}", tell(&report));
    let ledger = Ledger::read(&path).unwrap();
    assert_eq!(ledger.generations(), BTreeMap::from([(at, 3)]));
}

#[tokio::test(start_paused = true)]
async fn a_rehearsal_does_not_create_what_cannot_be_rehearsed() {
    let bench = Bench::new(&world(0, 0));
    let plan = bench.plan(&wanted(&[MirrorState::Mirroring])).await;
    let said = rehearse::rehearse(
        &plan,
        &bench.clients,
        &bench.secrets,
        &Risk::ALL.map(Allow::Risk).into(),
    )
    .await;
    assert_eq!(said.said, BTreeMap::from([(OpId(0), Rehearsal::NoForm)]));
    assert_eq!(bench.writes(), []);
}
