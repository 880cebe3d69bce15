//! Mirror topics that move together: none is promoted before all can be.

use std::time::Duration;

use linkwright::apply::{Outcome, Report};
use linkwright::catalog::filters::{NamePattern, PatternType};
use linkwright::desired::{Desired, MirrorState};
use linkwright::plan::Plan;
use linkwright::report::apply_text;
use linkwright::report::style::Style;
use linkwright_clock::Clock;
use linkwright_sandbox::{FaultAction, FaultMatch, FaultSpec};

use super::paces::{at, each_second, timed, wanted, world};
use crate::support::bench::{Bench, tell};

/// Topics `t-0`, `t-1`, … of which the first two are a set.
fn together(states: &[MirrorState]) -> Desired {
    let mut desired = wanted(states);
    let patterns = ["t-0", "t-1"].map(|name| NamePattern {
        name: name.to_owned(),
        pattern_type: PatternType::Literal,
    });
    let link = desired.links.values_mut().next().unwrap();
    link.move_together
        .insert("shop".to_owned(), patterns.into());
    desired.policy.promote.within = Duration::from_secs(10);
    desired
}

async fn falls_behind(bench: &Bench, topic: &str) {
    assert!(bench.sandbox.set_produce_rate("lkc-east", topic, 100_000.0));
    Clock::wall().sleep(Duration::from_secs(5)).await;
}

fn outcomes(report: &Report) -> Vec<&Outcome> {
    report.operations.iter().map(|it| &it.outcome).collect()
}

fn summary(report: &Report, again: &Plan) -> String {
    let mut text = Vec::new();
    apply_text::summary(&mut text, report, again, &Style::default()).unwrap();
    String::from_utf8(text).unwrap()
}

#[tokio::test(start_paused = true)]
async fn none_of_a_set_is_promoted_while_one_lags() {
    let bench = Bench::new(&world(3, 0));
    falls_behind(&bench, "t-1").await;
    let desired = together(&[MirrorState::Promoted; 3]);
    let plan = bench.plan(&desired).await;
    assert!(plan.refusals.is_empty());
    let (report, _) = timed(&bench, &plan, &each_second(&bench)).await;
    let [
        Outcome::Blocked { by },
        Outcome::Failed { .. },
        Outcome::Done,
    ] = outcomes(&report)[..]
    else {
        panic!("{}", tell(&report));
    };
    assert_eq!(by.0, 1);
    assert_eq!(report.operations[0].attempts, 0);
    let again = bench.plan(&desired).await;
    let text = summary(&report, &again);
    let part = "Set: none of the set shop of west/dr has moved: t-0 (blocked: ";
    assert!(text.contains(part), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_set_moves_in_one_request_when_the_last_of_it_can() {
    let bench = Bench::new(&world(2, 0));
    falls_behind(&bench, "t-1").await;
    let plan = bench.plan(&together(&[MirrorState::Promoted; 2])).await;
    let sandbox = bench.sandbox.clone();
    tokio::spawn(async move {
        Clock::wall().sleep(Duration::from_secs(2)).await;
        sandbox.set_produce_rate("lkc-east", "t-1", 0.0);
    });
    let (report, log) = timed(&bench, &plan, &each_second(&bench)).await;
    assert_eq!(report.counts().done, 2, "{}", tell(&report));
    let sent = at(&log, "mirrors.promote");
    assert!(sent.len() == 1 && sent[0] > 2_000, "{sent:?}");
}

#[tokio::test(start_paused = true)]
async fn a_set_that_the_server_splits_is_reported_topic_by_topic_and_can_be_finished() {
    let bench = Bench::new(&world(2, 0));
    let desired = together(&[MirrorState::Promoted; 2]);
    let plan = bench.plan(&desired).await;
    bench.sandbox.add_fault(FaultSpec {
        name: Some("split".to_owned()),
        on: FaultMatch::default(),
        skip: 0,
        times: None,
        probability: 1.0,
        action: FaultAction::FailItems {
            topics: vec!["t-1".to_owned()],
            error_code: 401,
            message: "Not authorized".to_owned(),
        },
    });
    let (report, _) = timed(&bench, &plan, &each_second(&bench)).await;
    let [Outcome::Done, Outcome::Failed { .. }] = outcomes(&report)[..] else {
        panic!("{}", tell(&report));
    };
    let again = bench.plan(&desired).await;
    let text = summary(&report, &again);
    for part in [
        "Set: the set shop of west/dr has moved in part: moved: t-0; not moved: t-1 (failed: ",
        "Not authorized",
        "run again",
    ] {
        assert!(text.contains(part), "{text}");
    }
    // What has stopped has moved: the rest is planned, and goes.
    bench.sandbox.clear_fault("split");
    assert!(again.refusals.is_empty() && again.operations.len() == 1);
    let (report, _) = timed(&bench, &again, &each_second(&bench)).await;
    assert_eq!(report.counts().done, 1, "{}", tell(&report));
}

#[tokio::test(start_paused = true)]
async fn a_plan_that_moves_a_part_of_a_set_is_refused() {
    let bench = Bench::new(&world(2, 0));
    let desired = together(&[MirrorState::Promoted, MirrorState::Mirroring]);
    let plan = bench.plan(&desired).await;
    let codes: Vec<_> = plan.refusals.iter().map(|it| it.kind.code().0).collect();
    assert_eq!(codes, ["LW307"]);
    let words = linkwright::report::words::refusal(&plan, &plan.refusals[0]);
    assert!(words.summary.contains("t-1 is ACTIVE"), "{words:?}");
}
