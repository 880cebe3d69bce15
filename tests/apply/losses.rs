//! Every lossy request is judged by the read before it, and the report says what was lost.

use std::time::Duration;

use bytes::Bytes;
use linkwright::apply::{Cause, Interrupts, Outcome, Reason, Verdict};
use linkwright::desired::{Desired, MirrorState, Risk};
use linkwright::diff::{Effect, Options};
use linkwright::live::{Loss, LossUnknown, Sample};
use linkwright::plan::{Allow, Plan};
use linkwright::report::style::Style;
use linkwright::report::{apply_text, plan_text};
use linkwright_clock::Clock;
use linkwright_sandbox::{FaultAction, Reach};

use super::paces::{each_second, only, timed, wanted, world};
use crate::support::bench::{Bench, tell};
use crate::support::world::call;

fn failed_over(max_lag: Option<u64>) -> Desired {
    let mut desired = wanted(&[MirrorState::FailedOver]);
    desired.policy.failover.max_lag = max_lag;
    desired
}

async fn sleep(seconds: u64) {
    Clock::wall().sleep(Duration::from_secs(seconds)).await;
}

/// The source gets more than the mirror can copy.
async fn falls_behind(bench: &Bench) {
    assert!(bench.sandbox.set_produce_rate("lkc-east", "t-0", 100_000.0));
    sleep(5).await;
}

fn summary(report: &linkwright::apply::Report, again: &Plan) -> String {
    let mut text = Vec::new();
    apply_text::summary(&mut text, report, again, &Style::default()).unwrap();
    String::from_utf8(text).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_bound_that_is_exceeded_between_plan_and_act_blocks_the_failover() {
    let bench = Bench::new(&world(1, 0));
    let plan = bench.plan(&failed_over(Some(5))).await;
    assert!(plan.refusals.is_empty());
    falls_behind(&bench).await;
    let (report, _) = timed(&bench, &plan, &each_second(&bench)).await;
    let (outcome, attempts) = only(&report);
    assert_eq!(attempts, 0);
    let Outcome::Failed {
        reason: Reason::Moved,
        cause: Cause::LossAboveBound { loss, max: 5 },
    } = outcome
    else {
        panic!("{}", tell(&report));
    };
    assert!(loss.least > 5);
    assert_eq!(report.verdict(), Verdict::Partial);
    assert_eq!(bench.writes(), []);
    assert_eq!(report.operations[0].lost, None);
}

#[tokio::test(start_paused = true)]
async fn figures_that_go_missing_between_plan_and_act_keep_no_bound() {
    let bench = Bench::new(&world(1, 0));
    let plan = bench.plan(&failed_over(Some(5))).await;
    bench.tap.edit(super::gates::without_lags);
    let (report, _) = timed(&bench, &plan, &each_second(&bench)).await;
    assert!(
        matches!(
            only(&report).0,
            Outcome::Failed {
                reason: Reason::Moved,
                cause: Cause::LossAboveBound { loss, .. },
            } if loss.loss == Loss::Unknown(LossUnknown::Missing)
        ),
        "{}",
        tell(&report)
    );
    assert_eq!(bench.writes(), []);
}

#[tokio::test(start_paused = true)]
async fn without_a_bound_what_is_unknown_was_allowed_and_the_report_says_so() {
    let bench = Bench::new(&world(1, 0));
    let plan = bench.plan(&failed_over(None)).await;
    bench.tap.edit(super::gates::without_lags);
    let (report, _) = timed(&bench, &plan, &each_second(&bench)).await;
    assert_eq!(*only(&report).0, Outcome::Done, "{}", tell(&report));
    let lost = report.operations[0].lost.clone().unwrap();
    assert_eq!(lost.loss.loss, Loss::Unknown(LossUnknown::Missing));
    bench.tap.edit(|_, body| body);
    let again = bench.plan(&failed_over(None)).await;
    let text = summary(&report, &again);
    let line = "Lost: west/dr/t-0: how many messages were not copied is unknown: the server reports no lag";
    assert!(text.contains(line), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_mirror_that_was_seen_to_fetch_loses_a_known_number() {
    let bench = Bench::new(&world(1, 0));
    assert!(bench.sandbox.set_produce_rate("lkc-east", "t-0", 50.0));
    sleep(5).await;
    let plan = bench.plan(&failed_over(None)).await;
    sleep(10).await;
    let (report, _) = timed(&bench, &plan, &each_second(&bench)).await;
    assert_eq!(*only(&report).0, Outcome::Done, "{}", tell(&report));
    let lost = report.operations[0].lost.clone().unwrap();
    assert!(lost.loss.loss.is_known(), "{lost:?}");
    assert!(lost.offsets[&0] > 10, "{lost:?}");
}

#[tokio::test(start_paused = true)]
async fn a_plan_that_reads_twice_knows_what_a_mirror_that_fetches_loses() {
    let bench = Bench::new(&world(1, 0));
    assert!(bench.sandbox.set_produce_rate("lkc-east", "t-0", 50.0));
    sleep(5).await;
    let desired = failed_over(None);
    let allow = [Risk::Irreversible, Risk::DataLoss].map(Allow::Risk).into();
    let effect = |plan: &Plan| {
        let mut effects = plan.operations[0].effects.iter();
        let loss = effects.find_map(|effect| match effect {
            Effect::Loses { loss, .. } => Some(*loss),
            _ => None,
        });
        loss.unwrap()
    };
    for (seconds, is_known) in [(None, false), (Some(10), true)] {
        bench.sandbox.clear_requests();
        let options = Options {
            sample: seconds.map_or(Sample::Once, |seconds| {
                Sample::After(Duration::from_secs(seconds))
            }),
            ..Options::default()
        };
        let plan = bench.plan_with(&desired, &options, &allow).await;
        assert_eq!(effect(&plan).loss.is_known(), is_known);
        // Two reads of links and mirror topics where it samples, and the configs of the half once.
        let reads = bench.sandbox.requests().len();
        assert_eq!(reads, if is_known { 5 } else { 3 });
    }
    // Nothing is produced: nothing moves, and nothing is proved.
    assert!(bench.sandbox.set_produce_rate("lkc-east", "t-0", 0.0));
    sleep(5).await;
    let options = Options {
        sample: Sample::After(Duration::from_secs(10)),
        ..Options::default()
    };
    let plan = bench.plan_with(&desired, &options, &allow).await;
    assert_eq!(effect(&plan).loss, Loss::AtLeast(0));
}

#[tokio::test(start_paused = true)]
async fn a_mirror_that_stood_still_loses_at_least_its_lag() {
    let bench = Bench::new(&world(1, 0));
    let plan = bench.plan(&failed_over(None)).await;
    sleep(10).await;
    let (report, _) = timed(&bench, &plan, &each_second(&bench)).await;
    let lost = report.operations[0].lost.clone().unwrap();
    assert_eq!(lost.loss.loss, Loss::AtLeast(0));
    let again = bench.plan(&failed_over(None)).await;
    let text = summary(&report, &again);
    let line = "Lost: west/dr/t-0: at least 0 messages were not copied; last source offsets by partition: 0: 10";
    assert!(text.contains(line), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_mirror_that_another_client_stops_while_its_gate_waits_was_not_promoted() {
    let bench = Bench::new(&world(1, 0));
    falls_behind(&bench).await;
    let mut desired = wanted(&[MirrorState::Promoted]);
    desired.policy.promote.within = Duration::from_secs(60);
    let plan = bench.plan(&desired).await;
    let sandbox = bench.sandbox.clone();
    tokio::spawn(async move {
        sleep(3).await;
        let line = "POST /kafka/v3/clusters/lkc-west/links/dr/mirrors:failover";
        let body = serde_json::json!({ "mirror_topic_names": ["t-0"] });
        call(&sandbox, None, line, &body).await.unwrap();
    });
    let (report, _) = timed(&bench, &plan, &each_second(&bench)).await;
    let (outcome, attempts) = only(&report);
    assert_eq!(attempts, 0);
    let Outcome::Failed {
        reason: Reason::Moved,
        cause: Cause::StoppedOutside { loss: Some(loss) },
    } = outcome
    else {
        panic!("{}", tell(&report));
    };
    assert!(loss.least > 0);
    assert_eq!(report.verdict(), Verdict::Partial);
    // And what is left does not pass for promoted.
    let again = bench.plan(&desired).await;
    let codes: Vec<_> = again.findings.iter().map(|it| it.kind.code().0).collect();
    assert_eq!(codes, ["LW249"]);
    let text = summary(&report, &again);
    assert!(
        text.contains("Lost: west/dr/t-0: stopped outside this run; at least "),
        "{text}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_mirror_that_another_client_fails_over_first_is_reported_with_its_lag() {
    for (max_lag, verdict) in [(None, Verdict::Complete), (Some(5), Verdict::Partial)] {
        let bench = Bench::new(&world(1, 0));
        let desired = failed_over(max_lag);
        let plan = bench.plan(&desired).await;
        falls_behind(&bench).await;
        let line = "POST /kafka/v3/clusters/lkc-west/links/dr/mirrors:failover";
        let body = serde_json::json!({ "mirror_topic_names": ["t-0"] });
        call(&bench.sandbox, None, line, &body).await.unwrap();
        sleep(5).await;
        let (report, _) = timed(&bench, &plan, &each_second(&bench)).await;
        let (outcome, attempts) = only(&report);
        assert_eq!((attempts, report.verdict()), (0, verdict));
        assert_eq!(outcome.is_reached(), max_lag.is_none(), "{}", tell(&report));
        let events = bench.events.lock().unwrap().clone();
        let mut lines = apply_text::Lines::new(&plan, Style::default());
        let lines: Vec<_> = events.iter().filter_map(|event| lines.of(event)).collect();
        let words = format!("{lines:?}");
        assert!(
            words.contains("stopped outside this run; at least "),
            "{words}"
        );
        assert!(!words.contains("unchanged"), "{words}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_promotion_whose_source_died_says_what_it_waits_for_and_how_to_go_on() {
    let world = format!("switches: {{ promote_unavailable: waits }}{}", world(1, 0));
    let bench = Bench::new(&world);
    falls_behind(&bench).await;
    assert!(bench.sandbox.set_reachable("lkc-east", Reach::Cut));
    sleep(600).await;
    let line = "POST /kafka/v3/clusters/lkc-west/links/dr/mirrors:promote";
    let body = serde_json::json!({ "mirror_topic_names": ["t-0"] });
    call(&bench.sandbox, None, line, &body).await.unwrap();
    sleep(5).await;
    let plan = bench.plan(&wanted(&[MirrorState::Promoted])).await;
    let verbs: Vec<_> = plan.operations.iter().map(|op| op.kind.word()).collect();
    assert_eq!(verbs, ["await-mirror"]);
    let found = plan
        .findings
        .iter()
        .find(|finding| finding.kind.code().0 == "LW233");
    let words = linkwright::report::words::finding(found.unwrap());
    for (text, part) in [
        (&words.summary, "waits for its source"),
        (&words.why, "messages are not copied"),
        (&words.help, "`state: failed-over`"),
    ] {
        assert!(text.contains(part), "{words:?}");
    }
    let (report, _) = timed(&bench, &plan, &each_second(&bench)).await;
    assert_eq!(report.verdict(), Verdict::TimedOut);
    let Outcome::Unknown { cause } = only(&report).0 else {
        panic!("{}", tell(&report));
    };
    let words = linkwright::report::words::cause(cause);
    assert!(words.contains("it waits for its source, and"), "{words}");
}

#[tokio::test(start_paused = true)]
async fn a_promotion_whose_source_died_is_failed_over_where_the_server_takes_that() {
    for (word, accepted) in [("accepted", true), ("refused", false)] {
        let world = format!(
            "switches: {{ promote_unavailable: waits, failover_while_pending_stopped: {word} }}{}",
            world(1, 0)
        );
        let bench = Bench::new(&world);
        falls_behind(&bench).await;
        assert!(bench.sandbox.set_reachable("lkc-east", Reach::Cut));
        sleep(600).await;
        let line = "POST /kafka/v3/clusters/lkc-west/links/dr/mirrors:promote";
        let body = serde_json::json!({ "mirror_topic_names": ["t-0"] });
        call(&bench.sandbox, None, line, &body).await.unwrap();
        sleep(5).await;
        let plan = bench.plan(&failed_over(None)).await;
        let verbs: Vec<_> = plan.operations.iter().map(|op| op.kind.word()).collect();
        assert_eq!(verbs, ["failover-mirror"]);
        let (report, _) = timed(&bench, &plan, &each_second(&bench)).await;
        let (outcome, _) = only(&report);
        let asked = bench.writes().len();
        if accepted {
            assert_eq!(*outcome, Outcome::Done, "{}", tell(&report));
            assert_eq!(asked, 2, "asked with validate_only, then sent");
            let lost = report.operations[0].lost.clone().unwrap();
            assert!(lost.loss.least > 0 && lost.loss.unknown().is_some());
        } else {
            assert_eq!(asked, 1, "only asked with validate_only");
            let Outcome::Unknown {
                cause: cause @ Cause::NotSettled { .. },
            } = outcome
            else {
                panic!("{}", tell(&report));
            };
            let words = linkwright::report::words::cause(cause);
            assert!(
                words.contains("does not fail it over while it is being promoted"),
                "{words}"
            );
            assert!(
                words.contains("it waits for its source, and the link reports"),
                "{words}"
            );
            assert_eq!(report.verdict(), Verdict::TimedOut);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_plan_that_is_refused_is_not_carried_out() {
    let bench = Bench::new(&world(1, 0));
    let (desired, options) = (failed_over(None), Options::default());
    let nothing = std::collections::BTreeSet::new();
    let plan = bench.plan_with(&desired, &options, &nothing).await;
    assert!(plan.is_refused());
    let error = bench
        .try_apply_with(
            &plan,
            &each_second(&bench),
            linkwright::apply::Interrupts::none(),
        )
        .await
        .unwrap_err();
    assert!(matches!(error, linkwright::apply::RunError::Refused));
    assert_eq!(bench.writes(), []);
}

/// The words of a failover plan in the five situations that figures can be in, in `fixtures/views/loss.txt`.
#[tokio::test(start_paused = true)]
async fn the_words_of_a_failover_plan_in_five_situations() {
    let mut page = String::new();
    for situation in [
        "steady: two reads show that the mirror fetches",
        "standing: nothing moves between two reads",
        "never fetched: the fetch offset is -1",
        "link in error: the mirror is ACTIVE still",
        "source lost: the mirror is SOURCE_UNAVAILABLE",
    ] {
        let bench = Bench::new(&world(1, 0));
        if situation.starts_with("never") {
            bench.tap.edit(|path, body| {
                if !path.ends_with("/mirrors") {
                    return body;
                }
                let mut list: serde_json::Value = serde_json::from_slice(&body).unwrap();
                for row in list["data"].as_array_mut().into_iter().flatten() {
                    row["mirror_lags"][0]["last_source_fetch_offset"] = (-1).into();
                }
                Bytes::from(list.to_string())
            });
        }
        if situation.starts_with("steady") {
            assert!(bench.sandbox.set_produce_rate("lkc-east", "t-0", 50.0));
            sleep(5).await;
        }
        let wait = match situation.split(':').next() {
            Some("link in error") => 60,
            Some("source lost") => 600,
            _ => 0,
        };
        if wait > 0 {
            falls_behind(&bench).await;
            assert!(bench.sandbox.set_reachable("lkc-east", Reach::Cut));
            sleep(wait).await;
        }
        let options = Options {
            sample: Sample::After(Duration::from_secs(10)),
            ..Options::default()
        };
        let allow = [Risk::Irreversible, Risk::DataLoss].map(Allow::Risk).into();
        let plan = bench.plan_with(&failed_over(None), &options, &allow).await;
        let mut text = Vec::new();
        plan_text::write(&mut text, &plan, &Style::default()).unwrap();
        let text = String::from_utf8(text).unwrap();
        page.push_str(&format!("# {situation}\n\n{text}\n"));
    }
    crate::report_views::golden::same("loss.txt", &page);
}

/// In a disaster the answers that the first write waits for, one after the other, are the time that is lost.
#[tokio::test(start_paused = true)]
async fn a_failover_is_sent_after_at_most_four_answers_one_after_the_other() {
    const ANSWER: u64 = 1_000;
    let world = world(20, 0).replace(
        "    name: west\n",
        "    name: west\n    groups: [{ id: billing, active: true, offsets: { t-0: 5 } }]\n",
    );
    let world = world.replace(
        "sasl.jaas.config: x",
        "sasl.jaas.config: x, consumer.offset.sync.enable: 'true', acl.sync.enable: 'true'",
    );
    let bench = Bench::new(&world);
    bench.fault("*", 0, None, FaultAction::Latency { ms: ANSWER });
    let began = bench.sandbox.now_ms();
    let plan = bench.plan(&wanted(&[MirrorState::FailedOver; 20])).await;
    let report = bench
        .apply_with(&plan, &bench.settings(), Interrupts::none())
        .await;
    assert_eq!(report.counts().done, 20, "{}", tell(&report));
    let writes = bench.writes();
    let waited = u64::try_from(writes[0].at_ms - began).unwrap();
    assert!(
        (2..=4).contains(&(waited / ANSWER)),
        "{waited} ms: {:#?}",
        bench.log(began)
    );
}
