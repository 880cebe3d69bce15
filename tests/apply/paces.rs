//! When and how often a run looks and sends: its paces, waits and limits. What is asserted are counts, orders and
//! bounds, so that the paces can be tuned.

use std::time::Duration;

use linkwright::apply::{Interrupts, Outcome, Pace, Reason, Report, Settings};
use linkwright::desired::{Desired, MirrorState};
use linkwright::plan::Plan;
use linkwright_sandbox::{FaultAction, StatusFault};

use super::desired::{LinkBuilder, nothing};
use super::everything;
use crate::support::bench::{Bench, tell};

/// A link of west with mirrors of `t-0`, `t-1`, …; `setup_ms` is how long a new mirror takes.
pub(crate) fn world(mirrors: usize, setup_ms: u32) -> String {
    let rows = match mirrors {
        0 => String::new(),
        count => format!("mirrors: [{{ source_topic: 't-{{n}}', count: {count} }}]"),
    };
    format!(
        r"
version: 1
clock: {{ mode: {{ auto: {{ speed: 1.0 }} }} }}
timings: {{ mirror_setup_ms: {setup_ms} }}
clusters:
  - id: lkc-east
    name: east
    topics:
      - {{ name: 't-{{n}}', count: 20, partitions: 1, records: 10 }}
  - id: lkc-west
    name: west
    links:
      - name: dr
        remote: lkc-east
        configs: {{ security.protocol: SASL_SSL, sasl.mechanism: PLAIN, sasl.jaas.config: x }}
        {rows}
"
    )
}

/// The mirrors `t-0`, `t-1`, … in these states.
pub(crate) fn wanted(states: &[MirrorState]) -> Desired {
    let mut desired = nothing();
    let mut link = LinkBuilder::link("dr");
    for (number, state) in states.iter().enumerate() {
        link = link.mirror(&format!("t-{number}"), *state);
    }
    link.into(&mut desired);
    desired
}

pub(crate) fn status(code: u16) -> FaultAction {
    FaultAction::Status(StatusFault {
        code,
        body: None,
        error_code: None,
        message: None,
        retry_after_s: None,
    })
}

/// Carries a plan out; returns every request with its time since the start.
pub(crate) async fn timed(
    bench: &Bench,
    plan: &Plan,
    settings: &Settings,
) -> (Report, Vec<String>) {
    bench.sandbox.clear_requests();
    let start = bench.sandbox.now_ms();
    let report = bench.apply_with(plan, settings, Interrupts::none()).await;
    (report, bench.log(start))
}

/// When requests of a route were made.
pub(crate) fn at(log: &[String], route: &str) -> Vec<u64> {
    log.iter()
        .map(|line| line.split(' ').collect::<Vec<_>>())
        .filter(|words| words[1] == route)
        .map(|words| words[0].parse().unwrap())
        .collect()
}

/// The times between one and the next.
fn gaps(times: &[u64]) -> Vec<u64> {
    times.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

/// Whether each wait is longer than the one before it.
pub(crate) fn waits_grow(times: &[u64]) -> bool {
    let gaps = gaps(times);
    gaps[0] > 0 && gaps.is_sorted_by(|one, next| one < next)
}

/// The routes in the order of their requests, without times.
fn order(log: &[String]) -> Vec<&str> {
    let line = |line: &'_ String| -> usize { line.find(' ').unwrap() + 1 };
    log.iter().map(|text| &text[line(text)..]).collect()
}

/// A look each second.
pub(crate) fn each_second(bench: &Bench) -> Settings {
    let mut settings = bench.settings();
    settings.pace = Pace {
        first: Duration::from_secs(1),
        longest: Duration::from_secs(1),
        tenths: 10,
    };
    settings
}

/// The only operation's outcome.
pub(crate) fn only(report: &Report) -> (&Outcome, u32) {
    let [operation] = report.operations.as_slice() else {
        panic!("{}", tell(report));
    };
    (&operation.outcome, operation.attempts)
}

#[tokio::test(start_paused = true)]
async fn looks_come_less_often_until_something_is_sent_or_ends() {
    let bench = Bench::new(&world(1, 5_000));
    let plan = bench
        .plan(&wanted(&[MirrorState::FailedOver, MirrorState::Mirroring]))
        .await;
    let (report, log) = timed(&bench, &plan, &bench.settings()).await;
    assert_eq!(report.counts().done, 2, "{}", tell(&report));
    // Within a wait each gap is longer than the last; after something was sent and after an end they begin anew.
    let pace = bench.settings().pace;
    let first = u64::try_from(pace.first.as_millis()).unwrap();
    let longest = u64::try_from(pace.longest.as_millis()).unwrap();
    let looks = at(&log, "mirrors.list-all");
    let gaps = gaps(&looks);
    assert!(
        gaps.iter().all(|gap| (first..=longest).contains(gap)),
        "{gaps:?}"
    );
    let begun = gaps.iter().filter(|&&gap| gap == first).count();
    assert!((2..=3).contains(&begun), "{gaps:?}");
    let shorter = gaps.windows(2).filter(|pair| pair[1] < pair[0]).count();
    assert_eq!(shorter, 1, "{gaps:?}");
    assert!(gaps[gaps.len() - 1] >= 2 * first, "{gaps:?}");
    assert!(looks.len() < 20, "{looks:?}");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_for_now_is_repeated_with_longer_waits_and_then_believed() {
    let bench = Bench::new(&world(1, 0)).asking_once();
    let plan = bench.plan(&wanted(&[MirrorState::Paused])).await;
    bench.fault("mirrors.pause", 0, None, status(429));
    let (report, log) = timed(&bench, &plan, &bench.settings()).await;
    let (outcome, attempts) = only(&report);
    assert!(
        matches!(
            outcome,
            Outcome::Failed {
                reason: Reason::Unreachable,
                ..
            }
        ),
        "{}",
        tell(&report)
    );
    assert_eq!(attempts, 4);
    assert!(report.took < Duration::from_secs(30), "{log:?}");
    assert_eq!(
        order(&log),
        ["mirrors.list-all 200", "mirrors.pause 429"].repeat(4)
    );
    assert!(waits_grow(&at(&log, "mirrors.pause")), "{log:?}");
}

#[tokio::test(start_paused = true)]
async fn what_may_have_been_done_is_sent_again_only_after_a_look_and_not_for_ever() {
    let bench = Bench::new(&world(1, 0)).asking_once();
    let plan = bench.plan(&wanted(&[MirrorState::FailedOver])).await;
    bench.fault("mirrors.failover", 0, None, FaultAction::ResetBeforeEffect);
    let (report, log) = timed(&bench, &plan, &bench.settings()).await;
    let (outcome, attempts) = only(&report);
    assert!(
        matches!(outcome, Outcome::Unknown { .. }),
        "{}",
        tell(&report)
    );
    assert_eq!(attempts, 4);
    assert!(report.took < Duration::from_secs(60), "{log:?}");
    let mut wanted = ["mirrors.list-all 200", "mirrors.failover 0"].repeat(4);
    wanted.push("mirrors.list-all 200");
    // What a failover loses depends on its link too, which is read each time.
    let (links, others): (Vec<&str>, Vec<&str>) = order(&log)
        .into_iter()
        .partition(|call| *call == "links.list 200");
    assert_eq!((links.len(), others), (5, wanted));
    assert!(waits_grow(&at(&log, "mirrors.list-all")), "{log:?}");
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_seen_is_looked_for_four_times() {
    for (code, times) in [(503, 4), (403, 1)] {
        let bench = Bench::new(&world(1, 0)).asking_once();
        let plan = bench.plan(&wanted(&[MirrorState::Paused])).await;
        bench.fault("mirrors.list-all", 0, None, status(code));
        let (report, log) = timed(&bench, &plan, &bench.settings()).await;
        let (outcome, attempts) = only(&report);
        assert!(
            matches!(
                outcome,
                Outcome::Failed {
                    reason: Reason::Unreachable,
                    ..
                }
            ),
            "{}",
            tell(&report)
        );
        assert_eq!(attempts, 0);
        let look = format!("mirrors.list-all {code}");
        assert_eq!(order(&log), vec![look.as_str(); times]);
        let looks = at(&log, "mirrors.list-all");
        assert!(times == 1 || waits_grow(&looks), "{looks:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_link_that_exists_and_is_not_shown_is_waited_for_and_never_sent_again() {
    let bench = Bench::new(&world(0, 0)).asking_once();
    let mut desired = nothing();
    LinkBuilder::link("fresh").into(&mut desired);
    let plan = bench.plan(&desired).await;
    bench.fault("links.create", 0, None, status(409));
    let mut settings = bench.settings();
    settings.patience.visibility = Duration::from_secs(5);
    let (report, log) = timed(&bench, &plan, &settings).await;
    let (outcome, attempts) = only(&report);
    assert!(
        matches!(
            outcome,
            Outcome::Failed {
                reason: Reason::Refused,
                ..
            }
        ),
        "{}",
        tell(&report)
    );
    assert_eq!(attempts, 1);
    assert_eq!(report.operations[0].took, Duration::from_secs(5));
    assert_eq!(order(&log)[..2], ["links.list 200", "links.create 409"]);
    let after = &order(&log)[2..];
    assert!(
        after.iter().all(|line| *line == "links.list 200"),
        "{log:?}"
    );
    assert!((2..=8).contains(&after.len()), "{log:?}");
}

#[tokio::test(start_paused = true)]
async fn no_more_creations_are_under_way_than_there_is_room_for() {
    let bench = Bench::new(&world(0, 0));
    let plan = bench.plan(&wanted(&[MirrorState::Mirroring; 8])).await;
    // Two answer after one second, the next two after three.
    bench.fault(
        "mirrors.create",
        2,
        Some(2),
        FaultAction::Latency { ms: 3_000 },
    );
    bench.sandbox.add_fault(linkwright_sandbox::FaultSpec {
        name: Some("quicker".to_owned()),
        on: linkwright_sandbox::FaultMatch {
            route: Some("mirrors.create".to_owned()),
            ..linkwright_sandbox::FaultMatch::default()
        },
        skip: 0,
        times: Some(2),
        probability: 1.0,
        action: FaultAction::Latency { ms: 1_000 },
    });
    let mut settings = bench.settings();
    settings.singles = 4;
    let (report, log) = timed(&bench, &plan, &settings).await;
    assert_eq!(report.counts().done, 8, "{}", tell(&report));
    assert_eq!(at(&log, "mirrors.create").len(), 8, "{log:?}");
    assert_eq!(bench.tap.most_writes_at_once(), 4, "{log:?}");
    // The two slow ones hold up nothing but themselves: when they are answered, the other six have been.
    assert!(at(&log, "mirrors.create")[5] < 3_000, "{log:?}");
    assert!(at(&log, "mirrors.list-all").len() <= 8, "{log:?}");
}

#[tokio::test(start_paused = true)]
async fn a_slow_look_is_not_repeated_before_it_ends() {
    let bench = Bench::new(&world(2, 0));
    let plan = bench
        .plan(&wanted(&[MirrorState::Paused, MirrorState::Promoted]))
        .await;
    bench.fault(
        "mirrors.list-all",
        0,
        None,
        FaultAction::Latency { ms: 2_000 },
    );
    let (report, log) = timed(&bench, &plan, &bench.settings()).await;
    assert_eq!(report.counts().done, 2, "{}", tell(&report));
    assert_eq!(
        order(&log),
        [
            "links.list 200",
            "mirrors.list-all 200",
            "mirrors.pause 200",
            "links.list 200",
            "mirrors.list-all 200",
            "mirrors.promote 200",
            "mirrors.list-all 200",
        ]
    );
    let apart = gaps(&at(&log, "mirrors.list-all"));
    assert!(apart.iter().all(|gap| *gap > 2_000), "{log:?}");
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_time_calls_for_no_look() {
    let bench = Bench::new(everything::WORLD).asking_once();
    let mut desired = nothing();
    let mut link = LinkBuilder::link("dr")
        .set("consumer.offset.sync.enable", "false")
        .mirror("orders", MirrorState::Promoted)
        .mirror("payments", MirrorState::Paused);
    for topic in ["new-a", "new-b", "old-a", "old-b", "old-c", "stock"] {
        link = link.mirror(topic, MirrorState::Mirroring);
    }
    link.into(&mut desired);
    let plan = bench.plan(&desired).await;
    // The pause is due again after a second. Until the creations are answered there is no room for
    // it, and the wait for the last offsets is no reason to look either.
    bench.fault("mirrors.pause", 0, Some(1), status(429));
    let slow = FaultAction::Latency { ms: 3_000 };
    bench.fault("mirrors.create", 0, Some(4), slow);
    let mut settings = bench.settings();
    settings.singles = 4;
    let (_, log) = timed(&bench, &plan, &settings).await;
    let pauses = at(&log, "mirrors.pause");
    assert_eq!(pauses.len(), 2, "{log:?}");
    assert!(pauses[1] >= 3_000, "{log:?}");
    let looks = at(&log, "mirrors.list-all");
    assert_eq!(looks.iter().filter(|at| **at < 3_000).count(), 1, "{log:?}");
}
