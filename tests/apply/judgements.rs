//! What a run does when things are not as planned: stale, so already, stuck, broken.

use std::collections::BTreeMap;
use std::time::Duration;

use linkwright::address::TopicName;
use linkwright::api::{Mode, Verb};
use linkwright::apply::ledger::{Ledger, LedgerUse};
use linkwright::apply::{Interrupts, Outcome, Reason, Report, Verdict};
use linkwright::desired::MirrorState;
use linkwright::report::words;
use linkwright_clock::Clock;
use linkwright_sandbox::Activity;

use super::desired::{LinkBuilder, half, nothing};
use super::everything;
use crate::support::bench::{Bench, tell};
use crate::support::tap::Moment;

/// The outcome of one operation.
fn outcome<'r>(report: &'r Report, verb: &str, address: &str) -> &'r Outcome {
    &report
        .operations
        .iter()
        .find(|operation| operation.verb == verb && operation.address.to_string() == address)
        .unwrap_or_else(|| panic!("no {verb} {address} in\n{}", tell(report)))
        .outcome
}

fn failed(report: &Report, verb: &str, address: &str) -> (Reason, String) {
    match outcome(report, verb, address) {
        Outcome::Failed { reason, cause } => (*reason, words::cause(cause)),
        other => panic!("{other:?} in\n{}", tell(report)),
    }
}

/// Somebody does it by hand, and it is done.
async fn by_hand(bench: &Bench, verb: Verb, topic: &str) {
    let topics: [TopicName; 1] = [topic.into()];
    let items = bench.clients["west"]
        .alter_mirrors(&"dr".into(), verb, &topics, Mode::Perform)
        .await
        .unwrap();
    items[0].accepted().unwrap();
    bench.sandbox.advance(Duration::from_secs(10));
}

#[tokio::test(start_paused = true)]
async fn what_moved_since_the_plan_is_stale_and_the_rest_is_done() {
    let bench = Bench::new(everything::WORLD);
    let plan = bench.plan(&everything::desired_state()).await;
    by_hand(&bench, Verb::Pause, "orders").await;
    let report = bench.apply(&plan).await;
    assert_eq!(report.verdict(), Verdict::Stale);
    let (reason, words) = failed(&report, "promote-mirror", "west/dr/orders");
    assert_eq!(reason, Reason::Stale);
    assert_eq!(words, "west/dr/orders is PAUSED; expected ACTIVE");
    assert_eq!(report.counts().failed, 1, "{}", tell(&report));
    assert_eq!(report.counts().blocked, 0, "{}", tell(&report));
}

#[tokio::test(start_paused = true)]
async fn what_is_so_already_is_not_sent_again() {
    let bench = Bench::new(everything::WORLD);
    let plan = bench.plan(&everything::desired_state()).await;
    by_hand(&bench, Verb::Pause, "payments").await;
    by_hand(&bench, Verb::Failover, "returns").await;
    let report = bench.apply(&plan).await;
    assert_eq!(report.verdict(), Verdict::Complete, "{}", tell(&report));
    for (verb, address) in [
        ("pause-mirror", "west/dr/payments"),
        ("failover-mirror", "west/dr/returns"),
    ] {
        assert_eq!(outcome(&report, verb, address), &Outcome::Unchanged);
    }
    // The same plan once more: the link it would take away is gone, the rest is so.
    bench.sandbox.clear_requests();
    let report = bench.apply(&plan).await;
    assert_eq!(report.verdict(), Verdict::Stale);
    for operation in &report.operations {
        let address = operation.address.to_string();
        // The new link takes the old one's prefix and so waits for it.
        let is_gone = address.starts_with("west/old") || address.starts_with("west/fresh");
        let waits_only = ["drain-offsets", "await-mirror"].contains(&operation.verb);
        let so = operation.outcome == Outcome::Unchanged;
        assert!(so == (!is_gone && !waits_only), "{}", tell(&report));
    }
    assert_eq!(bench.writes(), []);
}

#[tokio::test(start_paused = true)]
async fn a_link_whose_history_cannot_be_kept_is_not_deleted() {
    let bench = Bench::new(everything::WORLD);
    let desired = everything::desired_state();
    let plan = bench.plan(&desired).await;
    let mut settings = bench.settings();
    // A file where the directory should be.
    settings.archive = bench.directory.path().join("archive");
    std::fs::write(&settings.archive, "").unwrap();
    let report = bench.apply_with(&plan, &settings, Interrupts::none()).await;
    let (reason, _) = failed(&report, "archive-history", "west/old");
    assert_eq!(reason, Reason::Local);
    for (verb, address) in [
        ("delete-link", "west/old"),
        ("create-link", "west/fresh"),
        ("create-mirror", "west/fresh/o.new-a"),
        ("pause-mirror", "west/fresh/o.new-b"),
    ] {
        let blocked = outcome(&report, verb, address);
        assert!(
            matches!(blocked, Outcome::Blocked { by } if by.to_string() == "#17"),
            "{}",
            tell(&report)
        );
    }
    assert_eq!(report.verdict(), Verdict::Partial);
    assert!(
        bench
            .writes()
            .iter()
            .all(|request| request.route != "links.delete")
    );
    std::fs::remove_file(&settings.archive).unwrap();
    bench.converge(&desired, 1).await;
    assert_eq!(bench.sandbox.harms(), []);
}

#[tokio::test(start_paused = true)]
async fn a_link_whose_task_is_in_error_is_not_a_success() {
    let bench = Bench::new(everything::WORLD);
    let mut desired = nothing();
    LinkBuilder::link("fresh")
        .set("acl.sync.enable", "true")
        .mirror("new-a", MirrorState::Mirroring)
        .into(&mut desired);
    let plan = bench.plan(&desired).await;
    let report = bench.apply(&plan).await;
    let (reason, words) = failed(&report, "create-link", "west/fresh");
    assert_eq!(reason, Reason::Refused);
    assert!(
        words.contains("AclSync is in error: MISCONFIGURATION_ERROR"),
        "{words}"
    );
    // No secret was written over another.
    assert!(!words.contains("cannot be restored"), "{words}");
    assert!(matches!(
        outcome(&report, "create-mirror", "west/fresh/new-a"),
        Outcome::Blocked { .. }
    ));
}

#[tokio::test(start_paused = true)]
async fn a_secret_that_is_not_there_stops_the_run_before_anything_is_sent() {
    let mut bench = Bench::new(everything::WORLD);
    bench.secrets.values.clear();
    let mut desired = nothing();
    // Nor is what needs no secret done then.
    LinkBuilder::link("fresh").into(&mut desired);
    LinkBuilder::link("dr")
        .mirror("payments", MirrorState::Paused)
        .into(&mut desired);
    let plan = bench.plan(&desired).await;
    let settings = bench.settings();
    let run = bench.try_apply_with(&plan, &settings, Interrupts::none());
    assert_eq!(
        run.await.unwrap_err().to_string(),
        "cannot use the secret ${env:EAST_SECRET}: it is not set"
    );
    assert_eq!(bench.writes(), []);
}

#[tokio::test(start_paused = true)]
async fn new_credentials_must_work_before_anything_else_goes_on() {
    let mut bench = Bench::new(everything::WORLD);
    let ledger = bench.directory.path().join("ledger.json");
    let mut desired = nothing();
    LinkBuilder::link("dr")
        .generation(2)
        .default("consumer.offset.sync.ms")
        .mirror("payments", MirrorState::Paused)
        .mirror("returns", MirrorState::FailedOver)
        .into(&mut desired);
    let at = half("west", "dr");
    bench.options.recorded_generations = BTreeMap::from([(at.clone(), 1)]);
    let mut settings = bench.settings();
    settings.ledger = Some(LedgerUse {
        path: ledger.clone(),
        generations: BTreeMap::from([(at.clone(), 2)]),
    });

    bench
        .secrets
        .values
        .insert("EAST_SECRET".to_owned(), "a-wrong-one".to_owned());
    let plan = bench.plan(&desired).await;
    let report = bench.apply_with(&plan, &settings, Interrupts::none()).await;
    let (reason, words) = failed(&report, "alter-link", "west/dr");
    assert_eq!(reason, Reason::Refused, "{}", tell(&report));
    assert!(words.contains("AUTHENTICATION_ERROR"), "{words}");
    assert!(words.contains("cannot be restored"), "{words}");
    assert!(!tell(&report).contains("a-wrong-one"));
    assert!(matches!(
        outcome(&report, "pause-mirror", "west/dr/payments"),
        Outcome::Blocked { .. }
    ));
    // A failover needs no credentials and does not wait for them.
    assert_eq!(
        outcome(&report, "failover-mirror", "west/dr/returns"),
        &Outcome::Done
    );
    assert_eq!(
        Ledger::read(&ledger).unwrap().generations(),
        BTreeMap::new()
    );

    bench
        .secrets
        .values
        .insert("EAST_SECRET".to_owned(), "east-secret-2".to_owned());
    let plan = bench.plan(&desired).await;
    let report = bench.apply_with(&plan, &settings, Interrupts::none()).await;
    assert_eq!(report.verdict(), Verdict::Complete, "{}", tell(&report));
    let recorded = Ledger::read(&ledger).unwrap().generations();
    assert_eq!(recorded, BTreeMap::from([(at, 2)]));
    let text = std::fs::read_to_string(&ledger).unwrap();
    assert!(!text.contains("east-secret"), "{text}");
    bench.options.recorded_generations = recorded;
    assert!(!bench.plan(&desired).await.has_changes());
}

#[tokio::test(start_paused = true)]
async fn a_stuck_promotion_ends_with_the_servers_reason() {
    let bench = Bench::new(everything::WORLD);
    let mut desired = nothing();
    desired.policy.promote.within = Duration::from_secs(60);
    LinkBuilder::link("dr")
        .set("consumer.offset.sync.enable", "true")
        .set("consumer.offset.sync.ms", "2000")
        .set("consumer.offset.group.filters", everything::ALL_GROUPS)
        .mirror("orders", MirrorState::Promoted)
        .into(&mut desired);
    Clock::wall().sleep(Duration::from_secs(10)).await;
    assert!(bench.sandbox.set_group_active(
        "lkc-west",
        "billing",
        &["orders"],
        Activity::Consuming
    ));
    let plan = bench.plan(&desired).await;
    let report = bench.apply(&plan).await;
    let Outcome::Unknown { cause } = outcome(&report, "promote-mirror", "west/dr/orders") else {
        panic!("{}", tell(&report));
    };
    let words = words::cause(cause);
    assert!(
        words.contains("status is PENDING_STOPPED, not STOPPED"),
        "{words}"
    );
    assert!(words.contains("CONSUMER_GROUP_IN_USE_ERROR"), "{words}");
    assert_eq!(report.verdict(), Verdict::TimedOut);
    assert_eq!(bench.writes().len(), 1);
    // The group leaves; the next run waits for what is under way and sends nothing more.
    bench
        .sandbox
        .set_group_active("lkc-west", "billing", &["orders"], Activity::Idle);
    let plan = bench.plan(&desired).await;
    let report = bench.apply(&plan).await;
    assert_eq!(
        outcome(&report, "await-mirror", "west/dr/orders"),
        &Outcome::Done
    );
    assert_eq!(bench.writes().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn topics_that_the_answer_leaves_out_are_looked_at_and_not_sent_twice() {
    let bench = Bench::new(everything::WORLD);
    let mut desired = nothing();
    let mut link = LinkBuilder::link("dr")
        .set("consumer.offset.sync.enable", "true")
        .set("consumer.offset.sync.ms", "2000")
        .set("consumer.offset.group.filters", everything::ALL_GROUPS);
    for topic in ["orders", "payments", "returns"] {
        link = link.mirror(topic, MirrorState::FailedOver);
    }
    link.into(&mut desired);
    let plan = bench.plan(&desired).await;
    // One read of mirrors and links, then the one request for all three.
    bench.tap.set(Some((2, Moment::Halved)));
    let report = bench.apply(&plan).await;
    assert_eq!(report.counts().done, 3, "{}", tell(&report));
    assert_eq!(bench.writes().len(), 1);
}
