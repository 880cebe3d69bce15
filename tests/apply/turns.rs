//! Topics of a bidirectional link that are reversed and restored: judged by both halves, probed, previewed, and
//! settled through every pending status.

use std::borrow::Cow;
use std::time::Duration;

use linkwright::address::{Address, ClusterName, HalfAddress, LinkName, TopicName};
use linkwright::apply::{Cause, Interrupts, Outcome, Reason, Report, Verdict};
use linkwright::desired::{Risk, Risks};
use linkwright::live::MirrorStatus::{Active, LinkPaused, Paused, Stopped};
use linkwright::plan::{
    Because, CallSeen, Cut, Expect, FailoverGate, OpId, Operation, OperationKind, PartitionCut,
    Plan, ReverseGate, Settle, TurnedTopic,
};
use linkwright::report::apply_text;
use linkwright::report::style::Style;
use linkwright_sandbox::switches::Switches;
use linkwright_sandbox::{
    Activity, ClusterKind, FaultAction, Options, Profile, Reach, Sandbox, World,
};

use super::desired::nothing;
use crate::support::bench::{Bench, tell};

const TOPICS: [&str; 2] = ["orders", "payments"];

/// East is written to, west mirrors it and gets the offsets of `billing`.
const WORLD: &str = r#"
version: 1
clock: { mode: { auto: { speed: 1.0 } } }
clusters:
  - id: lkc-east
    name: east
    bootstrap_servers: east:9092
    topics:
      - { name: orders, partitions: 2, records: 200 }
      - { name: payments, partitions: 1, records: 50 }
    groups: [{ id: billing, offsets: { orders: 120, payments: 20 } }]
    links:
      - name: both
        remote: lkc-west
        mode: BIDIRECTIONAL
        cluster_link_id: pair
        configs: &sync
          consumer.offset.sync.enable: "true"
          consumer.offset.group.filters: '{"groupFilters":[{"name":"*","patternType":"LITERAL","filterType":"INCLUDE"}]}'
  - id: lkc-west
    name: west
    bootstrap_servers: west:9092
    links:
      - name: both
        remote: lkc-east
        mode: BIDIRECTIONAL
        cluster_link_id: pair
        configs: *sync
        mirrors: [{ source_topic: orders }, { source_topic: payments }]
"#;

fn bench() -> Bench {
    bench_under(Switches::default())
}

fn bench_under(switches: Switches) -> Bench {
    let options = Options {
        switches: Some(switches),
        ..Options::default()
    };
    let bench = Bench::around(Sandbox::with_options(
        World::from_yaml(WORLD).unwrap(),
        options,
    ));
    bench.sandbox.advance(Duration::from_secs(60));
    bench
}

fn half(cluster: &str) -> HalfAddress {
    HalfAddress {
        cluster: ClusterName::from(cluster),
        link: LinkName::from("both"),
    }
}

fn other(cluster: &str) -> &'static str {
    if cluster == "east" { "west" } else { "east" }
}

fn id(cluster: &str) -> String {
    format!("lkc-{cluster}")
}

/// An operation on a topic at a cluster, as the planner makes it.
fn operation(cluster: &str, topic: &str, kind: OperationKind) -> Operation {
    let (own, away) = (half(cluster), half(other(cluster)));
    let paired = Expect::PairedWith {
        other: away.clone(),
        link_id: Some("pair".to_owned()),
    };
    let turned = |mirror: &HalfAddress, plain: &HalfAddress, paused: bool| {
        Settle::Turned(Box::new(TurnedTopic {
            mirror: mirror.clone(),
            plain: plain.clone(),
            statuses: match paused {
                true => Cow::Borrowed(&[Paused]),
                false => Cow::Borrowed(&[Active, LinkPaused]),
            },
        }))
    };
    let (expects, settle) = match &kind {
        OperationKind::ReverseMirror { paused, .. } => (
            vec![
                paired,
                Expect::MirrorIn(Cow::Borrowed(&[Active])),
                Expect::PlainAt(away.clone()),
                Expect::LinkHealthyAt(own.clone()),
                Expect::LinkHealthyAt(away.clone()),
            ],
            turned(&away, &own, *paused),
        ),
        OperationKind::RestoreMirror { .. } => (
            vec![
                paired,
                Expect::PlainAt(own.clone()),
                Expect::StoppedAt(away.clone()),
            ],
            turned(&own, &away, false),
        ),
        _ => (Vec::new(), Settle::MirrorIn(Cow::Borrowed(&[Stopped]))),
    };
    Operation {
        address: Address::Mirror(own, TopicName::from(topic)),
        cluster_id: id(cluster).into(),
        link: "both".into(),
        kind,
        because: Because::Direction {
            primary: ClusterName::from(cluster),
            writer: ClusterName::from(other(cluster)),
        },
        expects,
        settle,
        risks: Risks::from([Risk::Direction]),
        effects: Vec::new(),
        deadline: Duration::from_secs(600),
        unchecked: Vec::new(),
        place: None,
    }
}

fn gate(compare: Option<&[&str]>) -> ReverseGate {
    ReverseGate {
        within: Duration::from_secs(300),
        compare: compare.map(|groups| groups.iter().map(|group| (*group).into()).collect()),
        wait: Duration::from_secs(60),
    }
}

fn reverse(cluster: &str, topic: &str) -> Operation {
    reverse_with(cluster, topic, gate(Some(&["billing"])))
}

fn reverse_with(cluster: &str, topic: &str, gate: ReverseGate) -> Operation {
    let kind = OperationKind::ReverseMirror {
        other: half(other(cluster)),
        paused: false,
        gate: Box::new(gate),
        together: Vec::new(),
        call: CallSeen::NotProbed,
    };
    operation(cluster, topic, kind)
}

fn restore(cluster: &str, topic: &str, cut: Cut) -> Operation {
    let kind = OperationKind::RestoreMirror {
        other: half(other(cluster)),
        cut,
        call: CallSeen::NotProbed,
    };
    operation(cluster, topic, kind)
}

fn failover(cluster: &str, topic: &str) -> Operation {
    let gate = FailoverGate::default();
    operation(cluster, topic, OperationKind::FailoverMirror { gate })
}

/// A plan of operations of which none waits for another.
async fn plan_of(bench: &Bench, operations: Vec<Operation>) -> Plan {
    let mut plan = bench.plan(&nothing()).await;
    plan.refusals.clear();
    plan.edges.clear();
    plan.waves = vec![(0..).map(OpId).take(operations.len()).collect()];
    plan.operations = operations;
    plan
}

async fn apply(bench: &Bench, operations: Vec<Operation>) -> Report {
    let plan = plan_of(bench, operations).await;
    let settings = bench.slow_settings();
    bench.apply_with(&plan, &settings, Interrupts::none()).await
}

/// The status of a topic's row at a cluster, and since when.
fn row(bench: &Bench, cluster: &str, topic: &str) -> Option<(String, i64)> {
    let world = bench.sandbox.snapshot();
    let half = &world["clusters"][id(cluster)]["halves"]["both"];
    let row = half["mirrors"].get(topic)?;
    let status = row["status"].as_str()?.to_owned();
    Some((status, row["state_time"].as_i64()?))
}

fn is_live(row: &Option<(String, i64)>) -> bool {
    row.as_ref().is_some_and(|(status, _)| status != "STOPPED")
}

/// What brings every topic to where `primary` is written and the other side mirrors it, for as long as both sides
/// can be read: the rows of the decision table that a kill can lead to. Topics that are on the way need nothing.
fn towards(bench: &Bench, primary: &str) -> Vec<Operation> {
    let secondary = other(primary);
    let step = |topic: &&str| {
        let (p, q) = (row(bench, primary, topic), row(bench, secondary, topic));
        match (is_live(&p), is_live(&q)) {
            (true, false) if p.as_ref().is_some_and(|(status, _)| status == "ACTIVE") => {
                Some(reverse(primary, topic))
            }
            (false, false) if p.as_ref().map(|row| row.1) > q.as_ref().map(|row| row.1) => {
                Some(restore(secondary, topic, Cut::NotPreviewed))
            }
            _ => None,
        }
    };
    TOPICS.iter().filter_map(step).collect()
}

/// Whether every topic is written at `primary` and mirrored at the other side.
fn is_at(bench: &Bench, primary: &str) -> bool {
    TOPICS.iter().all(|topic| {
        let mirror = row(bench, other(primary), topic);
        !is_live(&row(bench, primary, topic))
            && mirror.is_some_and(|(status, _)| status == "ACTIVE")
    })
}

fn deletions(bench: &Bench) -> usize {
    let writes = bench.writes();
    let deletes = writes.iter().filter(|request| request.method == "DELETE");
    deletes.count()
}

/// The disaster, up to where the lost side is back: west was failed over and is written to. Returns how many
/// records were lost to nobody: none.
async fn failed_over(bench: &Bench) {
    bench.sandbox.set_reachable("lkc-east", Reach::Cut);
    bench.sandbox.advance(Duration::from_secs(600));
    let report = apply(bench, TOPICS.map(|topic| failover("west", topic)).into()).await;
    assert_eq!(report.verdict(), Verdict::Complete, "{}", tell(&report));
    assert!(bench.sandbox.produce("lkc-west", "orders", 30));
    bench.sandbox.set_reachable("lkc-east", Reach::Reachable);
    bench.sandbox.advance(Duration::from_secs(600));
}

async fn story(bench: &Bench) {
    failed_over(bench).await;
    for step in ["west", "east"] {
        let operations = towards(bench, step);
        assert_eq!(operations.len(), TOPICS.len());
        let report = apply(bench, operations).await;
        assert_eq!(report.verdict(), Verdict::Complete, "{}", tell(&report));
        bench.sandbox.advance(Duration::from_secs(600));
        assert!(is_at(bench, step));
    }
    assert_eq!(deletions(bench), 0);
    assert_eq!(bench.sandbox.harms(), []);
}

#[tokio::test(start_paused = true)]
async fn disaster_restore_and_return_take_three_applies_and_delete_nothing() {
    let bench = bench();
    story(&bench).await;
    let verbs: Vec<String> = bench
        .writes()
        .iter()
        .map(|request| {
            format!(
                "{} {}",
                request.route,
                request.query.contains("validate_only")
            )
        })
        .collect();
    // Both topics go into one request: a probe, a preview where something is cut, and the verb itself.
    assert_eq!(
        verbs,
        [
            "mirrors.failover false",
            "mirrors.truncate-and-restore true",
            "mirrors.truncate-and-restore true",
            "mirrors.truncate-and-restore false",
            "mirrors.reverse-and-start true",
            "mirrors.reverse-and-start false",
        ]
    );
}

/// The pair as servers of a profile have it.
fn bench_of(profile: Profile, switches: &str) -> Bench {
    let mut text = WORLD.to_owned();
    for name in ["east", "west"] {
        let kind = match profile.kind() {
            ClusterKind::ConfluentCloud => "confluent-cloud",
            _ => "confluent-platform",
        };
        let more = format!(
            "name: {name}\n    kind: {kind}\n    profile: {}\n",
            profile.name()
        );
        text = text.replacen(&format!("name: {name}\n"), &more, 1);
    }
    text.push_str(&format!("switches: {{ {switches} }}\n"));
    let bench = Bench::new(&text);
    bench.sandbox.advance(Duration::from_secs(60));
    bench
}

#[tokio::test(start_paused = true)]
async fn the_story_ends_alike_under_every_profile_or_stops_before_the_call_that_is_missing() {
    for profile in Profile::ALL {
        // These have no bidirectional links at all.
        if profile == Profile::CpOld {
            continue;
        }
        story(&bench_of(profile, "platform_truncate: present")).await;
        if profile.kind() != ClusterKind::ConfluentPlatform {
            continue;
        }
        let unlisted = "platform_truncate: present, stopped_row: unlisted";
        story(&bench_of(profile, unlisted)).await;
        let bench = bench_of(profile, "");
        failed_over(&bench).await;
        let before = bench.state();
        let report = apply(&bench, towards(&bench, "west")).await;
        let causes = report.operations.iter().map(|it| match &it.outcome {
            Outcome::Failed { cause, .. } => cause.code(),
            _ => "",
        });
        assert!(causes.into_iter().all(|code| code == "call-missing"));
        assert_eq!(bench.state(), before);
        assert_eq!(bench.sandbox.harms(), []);
    }
}

#[tokio::test(start_paused = true)]
async fn the_story_ends_alike_under_every_switch_that_has_the_calls() {
    for (name, switches) in Switches::variations() {
        let concerns = [
            "reverse",
            "restore",
            "refused_turn",
            "failover_pending",
            "offsets_past",
        ];
        let concerns = concerns.iter().any(|start| name.starts_with(start));
        if concerns || name.contains("truncat") || name.contains("without_cut") {
            story(&bench_under(switches)).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_restore_says_what_it_cut_and_is_blocked_when_more_would_be_cut_than_planned() {
    let bench = bench();
    failed_over(&bench).await;
    assert!(bench.sandbox.produce("lkc-east", "orders", 10));
    let cut = |records| {
        let part = |partition| PartitionCut {
            partition,
            from: 100,
            records,
        };
        Cut::Previewed(vec![part(0), part(1)])
    };
    let plan = plan_of(&bench, vec![restore("east", "orders", cut(4))]).await;
    bench.sandbox.clear_requests();
    let report = bench.apply(&plan).await;
    let Outcome::Failed {
        reason: Reason::Moved,
        cause: Cause::CutAbovePlan { planned, now },
    } = &report.operations[0].outcome
    else {
        panic!("{}", tell(&report));
    };
    assert_eq!((planned, now), (&cut(4), &cut(5)));
    assert!(
        tell(&report).contains(
            "10 messages (partition 0: offsets 100 to 104, partition 1: offsets 100 to 104) would be deleted"
        ),
        "{}",
        tell(&report)
    );
    let sent = bench.writes();
    assert!(
        sent.iter()
            .all(|it| it.query.contains("validate_only=true"))
    );
    assert_eq!(report.verdict(), Verdict::Partial);

    let report = apply(&bench, vec![restore("east", "orders", cut(5))]).await;
    assert_eq!(
        report.operations[0].outcome,
        Outcome::Done,
        "{}",
        tell(&report)
    );
    assert_eq!(report.operations[0].cut, Some(cut(5)));
    let again = bench.plan(&nothing()).await;
    let mut text = Vec::new();
    apply_text::summary(&mut text, &report, &again, &Style::default()).unwrap();
    let text = String::from_utf8(text).unwrap();
    for line in [
        "Lost: east/both/orders: 10 messages (partition 0: offsets 100 to 104, \
         partition 1: offsets 100 to 104) were deleted",
        "Writable at west, read-only at east: orders",
    ] {
        assert!(text.contains(line), "{text}");
    }
    let harms = bench.sandbox.harms();
    assert!(harms[0].message.contains("cut 10 records"), "{harms:?}");
}

#[tokio::test(start_paused = true)]
async fn a_server_without_the_call_is_found_by_a_request_that_can_do_nothing() {
    let text = WORLD.replace(
        "    name: east\n",
        "    name: east\n    kind: confluent-platform\n",
    );
    let text = text.replace("lkc-east", "ServerEast-AAAAAAAAAAA");
    let bench = Bench::new(&text);
    bench.sandbox.advance(Duration::from_secs(60));
    let fails = apply(&bench, vec![failover("west", "orders")]).await;
    assert_eq!(fails.verdict(), Verdict::Complete);
    let report = apply(&bench, vec![restore("east", "orders", Cut::NotPreviewed)]).await;
    let Outcome::Failed {
        reason: Reason::Refused,
        cause: Cause::CallMissing { verb },
    } = report.operations[0].outcome
    else {
        panic!("{}", tell(&report));
    };
    assert_eq!(verb, "truncate-and-restore");
    let asked = bench.writes().last().cloned().unwrap();
    assert!(asked.query.contains("validate_only=true"));
}

#[tokio::test(start_paused = true)]
async fn each_topic_of_a_batch_stands_alone() {
    let bench = bench();
    bench.fault(
        "mirrors.reverse-and-start",
        1,
        None,
        FaultAction::FailItems {
            topics: vec!["payments".to_owned()],
            error_code: 401,
            message: "Not authorized".to_owned(),
        },
    );
    let report = apply(&bench, towards(&bench, "west")).await;
    let outcomes: Vec<bool> = report
        .operations
        .iter()
        .map(|it| it.outcome == Outcome::Done)
        .collect();
    assert_eq!(outcomes, [true, false], "{}", tell(&report));
    bench.sandbox.clear_fault("mirrors.reverse-and-start");
    let again = towards(&bench, "west");
    assert_eq!(again.len(), 1);
    let report = apply(&bench, again).await;
    assert_eq!(report.verdict(), Verdict::Complete, "{}", tell(&report));
    assert!(is_at(&bench, "west"));
}

#[tokio::test(start_paused = true)]
async fn a_reverse_waits_for_the_offsets_of_the_groups() {
    let bench = bench();
    // Committed at the source: it arrives with the next sync.
    let topics = ["orders"];
    for activity in [Activity::Consuming, Activity::Idle] {
        assert!(
            bench
                .sandbox
                .set_group_active("lkc-east", "billing", &topics, activity)
        );
    }
    let start = bench.sandbox.now_ms();
    let report = apply(&bench, vec![reverse("west", "orders")]).await;
    assert_eq!(report.verdict(), Verdict::Complete, "{}", tell(&report));
    let requests = bench.sandbox.requests();
    let sent = requests
        .iter()
        .find(|it| it.route == "mirrors.reverse-and-start");
    let waited = sent.unwrap().at_ms - start;
    assert!((2_000..60_000).contains(&waited), "{waited}");
    let lags = requests.iter().filter(|it| it.route == "groups.lags");
    assert!(lags.count() >= 6);
    assert_eq!(bench.sandbox.harms(), []);
}

#[tokio::test(start_paused = true)]
async fn offsets_that_do_not_become_equal_end_the_wait_and_nothing_is_sent() {
    let bench = bench();
    let topics = ["orders"];
    assert!(
        bench
            .sandbox
            .set_group_active("lkc-west", "only-west", &topics, Activity::Consuming)
    );
    assert!(
        bench
            .sandbox
            .set_group_active("lkc-west", "only-west", &topics, Activity::Idle)
    );
    let mut other = reverse_with("west", "orders", gate(Some(&["billing", "only-west"])));
    other.deadline = Duration::from_secs(60);
    let bench = bench_with_sync_off(bench).await;
    let report = apply(&bench, vec![other]).await;
    let Outcome::Failed {
        reason: Reason::TimedOut,
        cause: Cause::OffsetsDiffer { groups, .. },
    } = &report.operations[0].outcome
    else {
        panic!("{}", tell(&report));
    };
    assert_eq!(groups, &["only-west".into()]);
    assert_eq!(report.verdict(), Verdict::TimedOut);
    let routes = bench.writes();
    assert!(
        routes
            .iter()
            .all(|it| !it.route.starts_with("mirrors.reverse"))
    );
}

/// Offsets committed at west stay there.
async fn bench_with_sync_off(bench: Bench) -> Bench {
    let body = serde_json::json!({ "data": [
        { "name": "consumer.offset.sync.enable", "value": "false", "operation": "SET" }
    ] });
    for cluster in ["lkc-east", "lkc-west"] {
        let path = format!("PUT /kafka/v3/clusters/{cluster}/links/both/configs:alter");
        let said: Result<String, String> =
            crate::support::world::call(&bench.sandbox, None, &path, &body).await;
        said.unwrap();
    }
    bench
}

#[tokio::test(start_paused = true)]
async fn where_offsets_are_not_compared_they_get_time_to_arrive() {
    let bench = bench();
    let start = bench.sandbox.now_ms();
    let report = apply(&bench, vec![reverse_with("west", "orders", gate(None))]).await;
    assert_eq!(report.verdict(), Verdict::Complete, "{}", tell(&report));
    let requests = bench.sandbox.requests();
    let sent = requests
        .iter()
        .find(|it| it.route == "mirrors.reverse-and-start");
    assert!(sent.unwrap().at_ms - start >= 60_000);
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_dies_during_a_reverse_leaves_it_open_and_the_next_run_ends_it() {
    let bench = bench();
    bench.fault(
        "mirrors.reverse-and-start",
        0,
        Some(1),
        FaultAction::PeerDies,
    );
    let mut operations = towards(&bench, "west");
    for operation in &mut operations {
        operation.deadline = Duration::from_secs(60);
    }
    let report = apply(&bench, operations).await;
    assert_eq!(report.verdict(), Verdict::TimedOut, "{}", tell(&report));
    assert!(bench.sandbox.clear_fault("peer-died"));
    bench.sandbox.advance(Duration::from_secs(600));
    let report = apply(&bench, towards(&bench, "west")).await;
    assert_eq!(report.verdict(), Verdict::Complete, "{}", tell(&report));
    assert!(is_at(&bench, "west"));
    assert_eq!(bench.sandbox.harms(), []);
}

#[tokio::test(start_paused = true)]
async fn a_group_that_comes_alive_during_a_restore_is_named() {
    let bench = bench();
    failed_over(&bench).await;
    let starts = FaultAction::GroupStarts {
        group: "billing".to_owned(),
        topics: Vec::new(),
    };
    bench.fault("mirrors.truncate-and-restore", 0, Some(1), starts);
    let mut operations = towards(&bench, "west");
    for operation in &mut operations {
        operation.deadline = Duration::from_secs(60);
    }
    let report = apply(&bench, operations).await;
    assert_eq!(report.verdict(), Verdict::TimedOut);
    assert!(
        tell(&report).contains("CONSUMER_GROUP_IN_USE_ERROR: Consumer group 'billing'"),
        "{}",
        tell(&report)
    );
    assert!(
        bench
            .sandbox
            .set_group_active("lkc-east", "billing", &[], Activity::Idle)
    );
    bench.sandbox.advance(Duration::from_secs(600));
    assert!(is_at(&bench, "west"));
    assert_eq!(bench.sandbox.harms(), []);
}

#[tokio::test(start_paused = true)]
async fn what_changed_at_the_other_half_since_the_plan_blocks_a_turn() {
    let bench = bench();
    failed_over(&bench).await;
    let plan = plan_of(&bench, towards(&bench, "west")).await;
    // Someone else restores one of them first.
    let first = apply(&bench, vec![restore("east", "orders", Cut::NotPreviewed)]).await;
    assert_eq!(first.verdict(), Verdict::Complete);
    bench.sandbox.clear_requests();
    let report = bench.apply(&plan).await;
    let outcomes: Vec<&Outcome> = report.operations.iter().map(|it| &it.outcome).collect();
    assert_eq!(outcomes[0], &Outcome::Unchanged, "{}", tell(&report));
    let late = plan_of(&bench, vec![restore("west", "orders", Cut::NotPreviewed)]).await;
    let report = bench.apply(&late).await;
    assert!(bench.writes().iter().all(|it| it.cluster == "lkc-east"));
    assert_eq!(report.verdict(), Verdict::Stale, "{}", tell(&report));
}
