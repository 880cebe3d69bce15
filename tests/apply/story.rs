//! The story of a bidirectional link, told by its spec alone: steady, a cluster is lost, failover, writes on the
//! other, the cluster is back, restore, reverse, steady again.

use std::collections::BTreeMap;
use std::time::Duration;

use linkwright::apply::rehearse::rehearse;
use linkwright::apply::{Cause, Interrupts, Outcome, Report, Verdict};
use linkwright::desired::Desired;
use linkwright::plan::{Allow, Allowances, CallSeen, Cut, OperationKind, PartitionCut, Plan};
use linkwright::report::plan_text;
use linkwright::report::style::Style;
use linkwright_sandbox::{
    ClusterKind, FaultAction, FaultMatch, FaultSpec, Profile, Reach, Sandbox, StatusFault,
};

use crate::support::bench::{self, Bench, Calls, Vault, show, tell};
use crate::support::tap::Moment;

/// Where and by what server the story takes place.
#[derive(Clone)]
struct Stage {
    profile: Profile,
    switches: String,
}

impl Stage {
    fn cloud() -> Self {
        Self::under(Profile::Cc2026, "")
    }

    fn under(profile: Profile, switches: &str) -> Self {
        Self {
            profile,
            switches: switches.to_owned(),
        }
    }

    fn kind(&self) -> &'static str {
        match self.profile.kind() {
            ClusterKind::ConfluentCloud => "confluent-cloud",
            _ => "confluent-platform",
        }
    }

    /// Ids of Platform have 22 characters.
    fn id(&self, cluster: &str) -> String {
        match self.profile.kind() {
            ClusterKind::ConfluentCloud => format!("lkc-{cluster}"),
            _ => format!("{cluster}-{}", "A".repeat(21 - cluster.len())),
        }
    }

    /// East is written to, and west mirrors it.
    fn world(&self) -> String {
        let cluster = |name: &str, other: &str, topics: &str, mirrors: &str| {
            format!(
                r#"
  - id: {id}
    name: {name}
    kind: {kind}
    profile: {profile}
    bootstrap_servers: {name}.example:9092
    link_principals: [{{ username: sandbox-link, password: sandbox-link-secret }}]
    topics: [{topics}]
    groups: []
    links:
      - name: orders
        remote: {remote}
        mode: BIDIRECTIONAL
        connection: OUTBOUND
        cluster_link_id: pair
        configs:
          security.protocol: SASL_SSL
          sasl.mechanism: PLAIN
          sasl.jaas.config: 'org.apache.kafka.common.security.plain.PlainLoginModule required username="sandbox-link" password="sandbox-link-secret";'
        mirrors: [{mirrors}]
"#,
                id = self.id(name),
                kind = self.kind(),
                profile = self.profile.name(),
                remote = self.id(other),
            )
        };
        let east = cluster(
            "east",
            "west",
            "{ name: payments, partitions: 2, records: 1100 }, { name: refunds, partitions: 1, records: 40 }",
            "",
        );
        let west = cluster(
            "west",
            "east",
            "",
            "{ source_topic: payments }, { source_topic: refunds }",
        );
        format!(
            "version: 1\nclock: {{ mode: {{ auto: {{ speed: 1.0 }} }} }}\nclusters:\n{east}{west}switches: {{ {} }}\n",
            self.switches
        )
    }

    fn spec(&self, primary: &str, lost: Option<&str>) -> Desired {
        let cluster = |name: &str| {
            let lost = match lost {
                Some(it) if it == name => {
                    "\n    lost: { reason: \"region down, INC-4711\", until: 2099-01-01 }"
                }
                _ => "",
            };
            format!(
                r#"
  {name}:
    id: {id}
    kind: {kind}{lost}
    rest_endpoint: https://{name}.example:443
    bootstrap_servers: {name}.example:9092
    rest_auth: {{ basic: {{ username: "${{env:KEY}}", password: "${{env:SECRET}}" }} }}
"#,
                id = self.id(name),
                kind = self.kind(),
            )
        };
        let half = r#"{ credentials: { sasl_plain: { username: "${env:LINK_KEY:-sandbox-link}", password: "${env:LINK_SECRET:-sandbox-link-secret}" } } }"#;
        let text = format!(
            r#"version: 1
clusters:{east}{west}
policy: {{ blast_radius: {{ max_percent: 100 }} }}
links:
  orders:
    mode: bidirectional
    halves:
      east: {half}
      west: {half}
    topics:
      payments: {{ primary: {primary} }}
      refunds: {{ primary: {primary} }}
"#,
            east = cluster("east"),
            west = cluster("west"),
        );
        bench::read(&[("pair.yaml", &text)]).unwrap_or_else(|problems| panic!("{problems:#?}"))
    }

    fn open(&self) -> Told {
        self.around(Bench::new(&self.world()))
    }

    fn again(&self, saved: &str) -> Told {
        self.around(Bench::around(Sandbox::restore(saved).unwrap()))
    }

    fn around(&self, bench: Bench) -> Told {
        let mut bench = bench.calling_those_of(&self.spec("east", None), &Calls::default());
        bench.secrets = Vault {
            values: BTreeMap::new(),
            or_names: true,
        };
        bench.sandbox.advance(Duration::from_secs(60));
        Told {
            stage: self.clone(),
            bench,
            applies: 0,
        }
    }
}

/// What goes on.
struct Told {
    stage: Stage,
    bench: Bench,
    applies: usize,
}

fn allowed(words: &str) -> Allowances {
    words.split(',').filter_map(Allow::from_word).collect()
}

fn answers(code: u16) -> FaultAction {
    FaultAction::Status(StatusFault {
        code,
        body: None,
        error_code: None,
        message: None,
        retry_after_s: None,
    })
}

const FAILOVER: &str = "irreversible,data-loss";
const RESTORE: &str = "direction,data-loss";
const REVERSE: &str = "direction";

impl Told {
    /// Links cannot reach the cluster, and its REST API does not answer.
    fn lose(&self, cluster: &str) {
        let id = self.stage.id(cluster);
        self.bench.sandbox.set_reachable(&id, Reach::Cut);
        self.bench.sandbox.add_fault(FaultSpec {
            name: Some("lost".to_owned()),
            on: FaultMatch {
                cluster: Some(id),
                ..FaultMatch::default()
            },
            skip: 0,
            times: None,
            probability: 1.0,
            action: answers(503),
        });
        self.passes();
    }

    fn returns(&self, cluster: &str) {
        self.bench.sandbox.clear_fault("lost");
        let id = self.stage.id(cluster);
        self.bench.sandbox.set_reachable(&id, Reach::Reachable);
        self.passes();
    }

    /// More than five minutes.
    fn passes(&self) {
        self.bench.sandbox.advance(Duration::from_secs(400));
    }

    fn writes(&self, cluster: &str, records: u64) {
        let id = self.stage.id(cluster);
        assert!(self.bench.sandbox.produce(&id, "payments", records));
        self.passes();
    }

    async fn plan(&self, spec: &Desired, allow: &str) -> Plan {
        self.bench.plan_within(spec, &allowed(allow)).await
    }

    async fn rehearsed(&self, spec: &Desired, allow: &str) -> Plan {
        let mut plan = self.plan(spec, allow).await;
        let mut all = allowed(allow);
        all.extend(spec.policy.allow.iter().copied().map(Allow::Risk));
        let said = rehearse(&plan, &self.bench.clients, &self.bench.secrets, &all).await;
        plan.take_in(said);
        plan
    }

    async fn run(&self, plan: &Plan) -> Report {
        let settings = self.bench.slow_settings();
        (self.bench.apply_with(plan, &settings, Interrupts::none())).await
    }

    /// Plans and applies one edit of the spec; then nothing is left to do.
    async fn apply(&mut self, primary: &str, lost: Option<&str>, allow: &str) {
        let _report = self.applied(primary, lost, allow).await;
    }

    /// The same, with what the run says.
    async fn applied(&mut self, primary: &str, lost: Option<&str>, allow: &str) -> Report {
        let spec = self.stage.spec(primary, lost);
        let plan = self.plan(&spec, allow).await;
        assert!(!plan.is_refused() && plan.has_changes(), "{}", show(&plan));
        let report = self.run(&plan).await;
        assert_eq!(report.verdict(), Verdict::Complete, "{}", tell(&report));
        self.applies += 1;
        self.rests(&spec).await;
        self.passes();
        self.rests(&spec).await;
        report
    }

    async fn rests(&self, spec: &Desired) {
        let plan = self.plan(spec, "").await;
        assert!(!plan.has_changes() && !plan.is_refused(), "{}", show(&plan));
    }

    /// The row of a topic at a cluster.
    fn status(&self, cluster: &str, topic: &str) -> Option<String> {
        let world = self.bench.sandbox.snapshot();
        let half = &world["clusters"][self.stage.id(cluster)]["halves"]["orders"];
        let row = half["mirrors"].get(topic)?;
        Some(row["status"].as_str()?.to_owned())
    }

    fn unharmed(&self) {
        let deletes = |it: &&linkwright_sandbox::LoggedRequest| it.method == "DELETE";
        assert_eq!(self.bench.writes().iter().filter(deletes).count(), 0);
        assert_eq!(self.bench.sandbox.harms(), []);
    }
}

/// Steady, disaster, failover, writes at west, east is back, restore, reverse, steady.
async fn whole_story(stage: &Stage) {
    let mut told = stage.open();
    told.rests(&stage.spec("east", None)).await;
    told.lose("east");
    // That a cluster cannot be reached says nothing by itself.
    told.rests(&stage.spec("east", Some("east"))).await;
    told.apply("west", Some("east"), FAILOVER).await;
    told.writes("west", 500);
    told.returns("east");
    told.apply("west", None, RESTORE).await;
    told.apply("east", None, REVERSE).await;
    assert_eq!(told.applies, 3);
    for topic in ["payments", "refunds"] {
        assert_eq!(told.status("west", topic).unwrap(), "ACTIVE");
        assert_ne!(told.status("east", topic).as_deref(), Some("ACTIVE"));
    }
    told.unharmed();
}

#[tokio::test(start_paused = true)]
async fn the_whole_story_from_the_spec_takes_three_applies_under_every_profile_with_the_calls() {
    for profile in Profile::ALL {
        match profile.kind() {
            // No bidirectional links: see below.
            _ if profile == Profile::CpOld => {}
            ClusterKind::ConfluentCloud => whole_story(&Stage::under(profile, "")).await,
            _ => {
                for rows in ["kept", "unlisted"] {
                    let switches = format!("platform_truncate: present, stopped_row: {rows}");
                    whole_story(&Stage::under(profile, &switches)).await;
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_without_a_call_stops_the_story_right_before_it_and_plan_rehearse_says_so() {
    for profile in [Profile::Cp75, Profile::Cp8] {
        let stage = Stage::under(profile, "platform_truncate: missing");
        let mut told = stage.open();
        told.lose("east");
        told.apply("west", Some("east"), FAILOVER).await;
        told.writes("west", 500);
        told.returns("east");
        let spec = stage.spec("west", None);
        let before = told.bench.state();
        let plan = told.rehearsed(&spec, RESTORE).await;
        assert!(plan.is_refused());
        assert!(
            text_of(&plan).contains("the server does not have mirrors:truncate-and-restore"),
            "{}",
            text_of(&plan)
        );
        let unasked = told.plan(&spec, RESTORE).await;
        let report = told.run(&unasked).await;
        for operation in &report.operations {
            let is_missing = |cause: &Cause| matches!(cause, Cause::CallMissing { .. });
            assert!(
                matches!(&operation.outcome, Outcome::Failed { cause, .. } if is_missing(cause)),
                "{}",
                tell(&report)
            );
        }
        assert_eq!(told.bench.state(), before);
        told.unharmed();
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_without_bidirectional_links_refuses_the_first_half_and_nothing_has_changed() {
    let stage = Stage::under(Profile::CpOld, "");
    let world = stage.world();
    let links = world.find("    links:").unwrap();
    let second = world
        .find(&format!("\n  - id: {}", stage.id("west")))
        .unwrap();
    let switches = world.find("switches:").unwrap();
    let west = &world[second..switches];
    let west = &west[..west.find("    links:").unwrap()];
    let world = format!("{}{west}{}", &world[..links], &world[switches..]);
    let told = stage.around(Bench::new(&world));
    let before = told.bench.state();
    let plan = told.plan(&stage.spec("east", None), "").await;
    assert!(plan.has_changes());
    let report = told.run(&plan).await;
    assert_eq!(report.verdict(), Verdict::Partial, "{}", tell(&report));
    assert_eq!(told.bench.state(), before);
    told.unharmed();
}

/// What a restore of `payments` cuts, as a plan shows it.
fn cut_of(plan: &Plan, address: &str) -> Cut {
    let mut operations = plan.operations.iter();
    let op = operations.find(|op| op.address.to_string() == address);
    match op.map(|op| &op.kind) {
        Some(OperationKind::RestoreMirror { cut, .. }) => cut.clone(),
        _ => panic!("{address} is not restored:\n{}", show(plan)),
    }
}

fn text_of(plan: &Plan) -> String {
    let mut text = Vec::new();
    plan_text::write(&mut text, plan, &Style::default()).unwrap();
    String::from_utf8(text).unwrap()
}

/// The decision tables are right if the side that took over last is kept, whatever each has that the other has
/// not: 1100 records before the switchover, 500 after it, 300 after the failover.
#[tokio::test(start_paused = true)]
async fn the_side_that_took_over_last_is_never_cut() {
    let stage = Stage::cloud();
    let mut told = stage.open();
    told.apply("west", None, REVERSE).await;
    told.writes("west", 500);
    told.lose("west");
    told.apply("east", Some("west"), FAILOVER).await;
    told.writes("east", 300);
    told.returns("west");
    let spec = stage.spec("east", None);
    let plan = told.rehearsed(&spec, RESTORE).await;
    assert_eq!(
        cut_of(&plan, "west/orders/payments"),
        Cut::Previewed(Vec::new())
    );
    assert!(
        text_of(&plan).contains("deletes no records on west"),
        "{}",
        text_of(&plan)
    );
    // Whoever names the other side is told to let it be restored first: nothing is cut.
    let other = told.plan(&stage.spec("west", None), RESTORE).await;
    assert!(
        other.is_refused() && !other.has_changes(),
        "{}",
        show(&other)
    );
    let report = told.applied("east", None, RESTORE).await;
    for operation in &report.operations {
        assert_eq!(operation.cut.as_ref().and_then(Cut::records), Some(0));
    }
    let world = told.bench.sandbox.snapshot();
    let ends = |cluster: &str| {
        let ends = &world["clusters"][stage.id(cluster)]["topics"]["payments"]["ends"];
        let ends = ends.as_array().unwrap().iter();
        ends.map(|end| end.as_u64().unwrap()).sum::<u64>()
    };
    assert_eq!(ends("east"), 1900);
    told.apply("west", None, REVERSE).await;
    told.unharmed();
}

/// After a failover east has ten records that west never got.
async fn with_a_tail(stage: &Stage) -> Told {
    let mut told = stage.open();
    told.bench
        .sandbox
        .set_reachable(&stage.id("east"), Reach::Cut);
    told.writes("east", 10);
    told.lose("east");
    told.apply("west", Some("east"), FAILOVER).await;
    told.writes("west", 500);
    told.returns("east");
    told
}

fn parts(from: i64, records: u64) -> Cut {
    let part = |partition| PartitionCut {
        partition,
        from,
        records,
    };
    Cut::Previewed(vec![part(0), part(1)])
}

#[tokio::test(start_paused = true)]
async fn a_rehearsal_previews_the_cut_and_a_plain_plan_says_that_it_did_not() {
    let stage = Stage::cloud();
    let told = with_a_tail(&stage).await;
    let spec = stage.spec("west", None);
    told.bench.sandbox.clear_requests();
    let plain = told.plan(&spec, RESTORE).await;
    assert_eq!(told.bench.writes(), []);
    assert_eq!(cut_of(&plain, "east/orders/payments"), Cut::NotPreviewed);
    let text = text_of(&plain);
    assert!(text.contains("cut not previewed"), "{text}");
    assert!(
        text.contains("not probed: whether the server has mirrors:truncate-and-restore"),
        "{text}"
    );

    let before = told.bench.state();
    let plan = told.rehearsed(&spec, RESTORE).await;
    assert_eq!(told.bench.state(), before);
    assert_eq!(cut_of(&plan, "east/orders/payments"), parts(550, 5));
    assert_eq!(
        cut_of(&plan, "east/orders/refunds"),
        Cut::Previewed(Vec::new())
    );
    let lossy = |topic: &str| {
        let mut operations = plan.operations.iter();
        let op = operations
            .find(|op| op.address.to_string().ends_with(topic))
            .unwrap();
        op.risks.contains(linkwright::desired::Risk::DataLoss)
    };
    assert!(lossy("payments") && !lossy("refunds"));
    let text = text_of(&plan);
    for words in [
        "deletes 10 records on east",
        "partition 0: offsets 550 to 554",
        "partition 1: offsets 550 to 554",
        "deletes no records on east, as the server previewed it",
        "the server has mirrors:truncate-and-restore",
    ] {
        assert!(text.contains(words), "{words}:\n{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn without_the_allowances_calls_are_probed_and_no_cut_is_previewed() {
    let stage = Stage::cloud();
    let told = with_a_tail(&stage).await;
    let spec = stage.spec("west", None);
    for allow in ["", "direction", "data-loss"] {
        told.bench.sandbox.clear_requests();
        let plan = told.rehearsed(&spec, allow).await;
        assert!(plan.is_refused());
        assert_eq!(cut_of(&plan, "east/orders/payments"), Cut::NotPreviewed);
        let calls = plan.operations.iter().filter_map(|op| op.kind.call());
        assert_eq!(calls.collect::<Vec<_>>(), [&CallSeen::Present; 2]);
        let sent = told.bench.writes();
        assert_eq!(sent.len(), 1, "{sent:?}");
        assert!(sent[0].query.contains("validate_only=true"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_forbidden_is_unknown() {
    let stage = Stage::cloud();
    let told = with_a_tail(&stage).await;
    told.bench
        .fault("mirrors.truncate-and-restore", 0, None, answers(403));
    let plan = told.rehearsed(&stage.spec("west", None), "").await;
    for op in &plan.operations {
        assert!(matches!(op.kind.call(), Some(CallSeen::Unknown(why)) if why.contains("403")));
    }
    let text = text_of(&plan);
    assert!(
        text.contains("it is unknown whether the server has mirrors:truncate-and-restore"),
        "{text}"
    );
}

/// A gateway that drops the query makes every preview the operation itself.
#[tokio::test(start_paused = true)]
async fn a_server_that_ignores_validate_only_is_not_harmed_by_a_rehearsal() {
    let stage = Stage::cloud();
    let told = with_a_tail(&stage).await;
    let spec = stage.spec("west", None);
    let before = told.bench.state();
    told.bench.tap.drop_queries(true);
    let plan = told.rehearsed(&spec, RESTORE).await;
    told.bench.tap.drop_queries(false);
    assert_eq!(cut_of(&plan, "east/orders/payments"), Cut::NotPreviewed);
    assert_eq!(told.bench.state(), before);
    assert_eq!(told.bench.sandbox.harms(), []);
    let text = text_of(&plan);
    assert!(text.contains("ignored validate_only"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn more_than_was_previewed_is_not_cut() {
    let stage = Stage::cloud();
    let told = with_a_tail(&stage).await;
    let spec = stage.spec("west", None);
    let plan = told.rehearsed(&spec, RESTORE).await;
    // A producer that nobody stopped.
    told.writes("east", 2);
    let fresh = {
        let mut fresh = told.plan(&spec, RESTORE).await;
        fresh.take_cuts_of(&plan);
        fresh
    };
    let report = told.run(&fresh).await;
    let outcome = |topic: &str| {
        let mut all = report.operations.iter();
        let it = all.find(|it| it.address.to_string().ends_with(topic));
        it.map(|it| it.outcome.clone()).unwrap()
    };
    assert!(
        matches!(
            outcome("payments"),
            Outcome::Failed { cause: Cause::CutAbovePlan { ref planned, ref now }, .. }
                if *planned == parts(550, 5) && *now == parts(550, 6)
        ),
        "{}",
        tell(&report)
    );
    assert_eq!(outcome("refunds"), Outcome::Done);
    assert_eq!(told.bench.sandbox.harms(), []);
}

/// A saved plan carries its figures, and a restore that cuts nothing needs no `data-loss` when it is applied.
#[tokio::test(start_paused = true)]
async fn a_restore_that_cuts_nothing_needs_no_data_loss_once_it_was_previewed() {
    let stage = Stage::cloud();
    let mut told = stage.open();
    told.lose("east");
    told.apply("west", Some("east"), FAILOVER).await;
    told.returns("east");
    let spec = stage.spec("west", None);
    let planned = told.rehearsed(&spec, RESTORE).await;
    let mut fresh = told.plan(&spec, REVERSE).await;
    assert!(fresh.is_refused());
    fresh.take_cuts_of(&planned);
    assert!(!fresh.is_refused(), "{}", text_of(&fresh));
    let report = told.run(&fresh).await;
    assert_eq!(report.verdict(), Verdict::Complete, "{}", tell(&report));
    told.unharmed();
}

/// Wherever a run is cut short, the next plans of the same spec lead to the same end.
async fn cut_short(start: &Told, primary: &str, lost: Option<&str>, allow: &str) {
    let saved = start.bench.sandbox.save();
    let spec = start.stage.spec(primary, lost);
    let open = || {
        let told = start.stage.again(&saved);
        if let Some(lost) = lost {
            told.lose(lost);
        }
        told
    };
    let whole = open();
    let plan = whole.plan(&spec, allow).await;
    whole.bench.tap.set(None);
    let report = whole.run(&plan).await;
    assert_eq!(report.verdict(), Verdict::Complete, "{}", tell(&report));
    let requests = whole.bench.tap.count();
    assert!(requests >= 4, "{requests}");
    for (number, moment) in (0..requests)
        .flat_map(|number| [Moment::Before, Moment::After].map(|moment| (number, moment)))
    {
        let at = format!("killed {moment:?} request {number} on the way to {primary}");
        let told = open();
        let plan = told.plan(&spec, allow).await;
        told.bench.tap.set(Some((number, moment)));
        tokio::select! {
            report = told.run(&plan) => assert_eq!(report.verdict(), Verdict::Complete, "{at}"),
            () = told.bench.tap.tripped.notified() => {}
        }
        told.bench.tap.set(None);
        for _ in 0..3 {
            told.bench.sandbox.advance(Duration::from_secs(120));
            let plan = told.plan(&spec, allow).await;
            assert!(!plan.is_refused(), "{at}: {}", text_of(&plan));
            if plan.has_changes() {
                let _report = told.run(&plan).await;
            }
        }
        told.rests(&spec).await;
        for topic in ["payments", "refunds"] {
            let (here, there) = (
                told.status(primary, topic),
                match primary {
                    "east" => told.status("west", topic),
                    _ => told.status("east", topic),
                },
            );
            assert!(here.is_none_or(|it| it == "STOPPED"), "{at}");
            assert!(lost.is_some() || there.as_deref() == Some("ACTIVE"), "{at}");
        }
        told.unharmed();
    }
}

#[tokio::test(start_paused = true)]
async fn a_kill_at_any_request_of_failover_restore_and_reverse_converges() {
    let stage = Stage::cloud();
    let mut told = stage.open();
    cut_short(&told, "west", Some("east"), FAILOVER).await;
    told.lose("east");
    told.apply("west", Some("east"), FAILOVER).await;
    told.writes("west", 500);
    told.returns("east");
    cut_short(&told, "west", None, RESTORE).await;
    told.apply("west", None, RESTORE).await;
    cut_short(&told, "east", None, REVERSE).await;
}

/// Confluent Platform does not list what has stopped: each is asked for by its name, all at once, and of more than
/// fifty nothing is claimed.
#[tokio::test(start_paused = true)]
async fn rows_that_are_not_listed_are_asked_for_by_name_at_most_fifty_at_once() {
    let stage = Stage::under(
        Profile::Cp8,
        "platform_truncate: present, stopped_row: unlisted",
    );
    let names: Vec<String> = (10..40).map(|number| format!("t{number}")).collect();
    let list = |item: &dyn Fn(&String) -> String| names.iter().map(item).collect::<Vec<_>>();
    let topics = list(&|name| format!("{{ name: {name}, partitions: 1, records: 5 }}")).join(", ");
    let mirrors = list(&|name| format!("{{ source_topic: {name} }}")).join(", ");
    let world = stage.world();
    let mut lines: Vec<&str> = world.lines().collect();
    let (own, copies) = (
        format!("    topics: [{topics}]"),
        format!("        mirrors: [{mirrors}]"),
    );
    for line in &mut lines {
        if line.starts_with("    topics: [{ name: payments") {
            *line = &own;
        } else if line.starts_with("        mirrors: [{ source_topic: payments") {
            *line = &copies;
        }
    }
    let told = stage.around(Bench::new(&lines.join("\n")));
    let mut spec = stage.spec("west", None);
    let rules = spec
        .links
        .values_mut()
        .next()
        .unwrap()
        .topics
        .as_mut()
        .unwrap();
    let one = rules.literal.values().next().unwrap().clone();
    rules.literal = names
        .iter()
        .map(|name| (name.as_str().into(), one.clone()))
        .collect();
    let all: Vec<linkwright::address::TopicName> =
        names.iter().map(|name| name.as_str().into()).collect();
    let verb = linkwright::api::Verb::Failover;
    let mode = linkwright::api::Mode::Perform;
    let link = linkwright::address::LinkName::from("orders");
    let west = &told.bench.clients["west"];
    west.alter_mirrors(&link, verb, &all, mode).await.unwrap();
    told.passes();
    told.bench.sandbox.clear_requests();
    told.bench
        .fault("mirrors.get", 0, None, FaultAction::Latency { ms: 1_000 });
    let start = told.bench.sandbox.now_ms();
    let plan = told.plan(&spec, RESTORE).await;
    let took = told.bench.sandbox.now_ms() - start;
    let requests = told.bench.sandbox.requests();
    let asked = requests
        .iter()
        .filter(|it| it.route == "mirrors.get")
        .count();
    assert_eq!(asked, 50);
    assert!((1_000..10_000).contains(&took), "{took}");
    // Two halves each: of 25 topics both are known.
    assert_eq!(plan.operations.len(), 25, "{}", show(&plan));
    assert!(plan.has_unknowns());
}
