//! What `plan --rehearse` says that restores delete, against what they delete: worlds by the seed, with topics of
//! which the old primary has records that were not copied, or has none. `LINKWRIGHT_PREVIEWS` says how many,
//! `LINKWRIGHT_PROOF_SEED` from which seed on.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use linkwright::address::{LinkName, TopicName};
use linkwright::api::{Mode, Verb};
use linkwright::apply::rehearse::rehearse;
use linkwright::apply::{Settings, Verdict};
use linkwright::desired::{Desired, Risk};
use linkwright::plan::{Cut, OperationKind, PartitionCut, Plan};
use linkwright_sandbox::Reach;

use super::choices::Choices;
use super::proof::setting;
use crate::support::bench::{Bench, everything_allowed, read, show, stepped, tell};

const SPEC: &str = r#"
version: 1
clusters:
  a:
    id: lkc-a
    rest_endpoint: https://a.example:443
    bootstrap_servers: a.example:9092
    rest_auth: { basic: { username: "${env:KEY}", password: "${env:SECRET}" } }
  b:
    id: lkc-b
    rest_endpoint: https://b.example:443
    bootstrap_servers: b.example:9092
    rest_auth: { basic: { username: "${env:KEY}", password: "${env:SECRET}" } }
links:
  both:
    mode: bidirectional
    halves:
      a: { credentials: &link { sasl_plain: { username: "${env:LINK_KEY}", password: "${env:LINK_SECRET}" } } }
      b: { credentials: *link }
    topics: { "*": { primary: PRIMARY } }
"#;

/// A world of two clusters of which the first is written to.
fn world(c: &mut Choices, topics: usize) -> String {
    let (mut own, mut mirrors) = (String::new(), String::new());
    for topic in 0..topics {
        let (partitions, records) = (c.below(4) + 1, c.below(50));
        let _ = write!(
            own,
            "{{ name: t{topic}, partitions: {partitions}, records: {records} }}, "
        );
        let _ = write!(mirrors, "{{ source_topic: t{topic} }}, ");
    }
    let listed = c.pick(&["listed", "left-out"]);
    format!(
        "version: 1
clock: {{ mode: {{ auto: {{ speed: 1.0 }} }} }}
switches: {{ partitions_without_cut: {listed} }}
timings: {{ restore_setup_ms: 200, restore_ms: 200 }}
clusters:
  - id: lkc-a
    name: a
    bootstrap_servers: a.example:9092
    topics: [{own}]
    links: [{{ name: both, remote: lkc-b, mode: BIDIRECTIONAL, cluster_link_id: pair, configs: &configs {CONFIGS} }}]
  - id: lkc-b
    name: b
    bootstrap_servers: b.example:9092
    links: [{{ name: both, remote: lkc-a, mode: BIDIRECTIONAL, cluster_link_id: pair, configs: *configs, mirrors: [{mirrors}] }}]
"
    )
}

/// What makes the world as the spec wants it.
const CONFIGS: &str = "{ security.protocol: SASL_SSL, sasl.mechanism: PLAIN, sasl.jaas.config: 'org.apache.kafka.common.security.plain.PlainLoginModule required username=\"u\" password=\"p\";' }";

/// The end offsets of every topic of a cluster.
fn ends(bench: &Bench, id: &str) -> BTreeMap<TopicName, Vec<i64>> {
    let world = bench.sandbox.snapshot();
    let topics = world["clusters"][id]["topics"].as_object().unwrap();
    let of = |ends: &serde_json::Value| {
        let ends = ends.as_array().unwrap().iter();
        ends.map(|end| end.as_i64().unwrap()).collect()
    };
    topics
        .iter()
        .map(|(name, topic)| (TopicName::from(name.as_str()), of(&topic["ends"])))
        .collect()
}

fn produce(bench: &Bench, c: &mut Choices, id: &str, topics: usize) {
    for topic in 0..topics {
        if c.chance(60) {
            let records = c.below(30) as u64;
            assert!(bench.sandbox.produce(id, &format!("t{topic}"), records));
        }
    }
    bench.sandbox.advance(Duration::from_secs(400));
}

/// Makes a call on all topics, and waits for what comes of it.
async fn calls(bench: &Bench, at: &str, verb: Verb) {
    let names: Vec<TopicName> = ends(bench, &format!("lkc-{at}")).into_keys().collect();
    let link = LinkName::from("both");
    let items = bench.clients[at].alter_mirrors(&link, verb, &names, Mode::Perform);
    assert!(items.await.unwrap().iter().all(|it| it.accepted().is_ok()));
    bench.sandbox.advance(Duration::from_secs(400));
}

async fn run(bench: &Bench, plan: &Plan) -> linkwright::apply::Report {
    let settings = Settings {
        report: None,
        ..bench.slow_settings()
    };
    let interrupts = linkwright::apply::Interrupts::none();
    let report = bench.apply_with(plan, &settings, interrupts).await;
    assert_eq!(report.verdict(), Verdict::Complete, "{}", tell(&report));
    bench.sandbox.advance(Duration::from_secs(400));
    report
}

/// What each restore of a plan deletes, as it says.
fn planned(plan: &Plan) -> BTreeMap<TopicName, Cut> {
    let restores = plan.operations.iter().filter_map(|op| match &op.kind {
        OperationKind::RestoreMirror { cut, .. } => {
            Some((op.address.mirror()?.clone(), cut.clone()))
        }
        _ => None,
    });
    restores.collect()
}

/// What is beyond the end at which the other side stopped.
fn beyond(ends: &[i64], stops: &[i64]) -> Cut {
    let parts = (0..).zip(ends.iter().zip(stops));
    let cut = |(partition, (end, stop)): (i32, (&i64, &i64))| {
        let records = u64::try_from(end - stop).unwrap_or(0);
        (records > 0).then_some(PartitionCut {
            partition,
            from: *stop,
            records,
        })
    };
    Cut::Previewed(parts.filter_map(cut).collect())
}

/// One disaster and its restore; how many topics lost something, and how many nothing.
async fn play(c: &mut Choices, specs: &BTreeMap<&str, Desired>) -> (u64, u64) {
    let topics = c.below(3) + 1;
    let bench = Bench::new(&world(c, topics));
    bench.sandbox.advance(Duration::from_secs(60));
    // Which side has the tail, and which takes over.
    let [old, new] = c.pick(&[["a", "b"], ["b", "a"]]);
    let id = |name: &str| format!("lkc-{name}");
    if old == "b" {
        calls(&bench, "b", Verb::ReverseAndStart).await;
        produce(&bench, c, "lkc-b", topics);
    }
    bench.sandbox.set_reachable(&id(old), Reach::Cut);
    produce(&bench, c, &id(old), topics);
    calls(&bench, new, Verb::Failover).await;
    let stops = ends(&bench, &id(new));
    produce(&bench, c, &id(new), topics);
    bench.sandbox.set_reachable(&id(old), Reach::Reachable);
    bench.sandbox.advance(Duration::from_secs(400));

    let spec = &specs[new];
    let mut plan = bench.plan(spec).await;
    let allowed = everything_allowed();
    let said = rehearse(&plan, &bench.clients, &bench.secrets, &allowed).await;
    plan.take_in(said);
    let before = ends(&bench, &id(old));
    let expected: BTreeMap<TopicName, Cut> = (before.iter())
        .map(|(topic, ends)| (topic.clone(), beyond(ends, &stops[topic])))
        .collect();
    assert_eq!(planned(&plan), expected, "{}", show(&plan));
    for op in &plan.operations {
        let loses = op
            .address
            .mirror()
            .is_some_and(|it| !expected[it].is_nothing());
        assert_eq!(op.risks.contains(Risk::DataLoss), loses, "{}", op.address);
    }
    let report = run(&bench, &plan).await;
    for operation in &report.operations {
        let topic = operation.address.mirror().unwrap();
        assert_eq!(operation.cut.as_ref(), Some(&expected[topic]), "{topic}");
    }
    // What the world lost is what was said.
    let total: u64 = expected.values().filter_map(Cut::records).sum();
    let lost: u64 = (bench.sandbox.harms().iter())
        .map(|harm| {
            let rest = harm.message.split(" cut ").nth(1).unwrap();
            rest.split(' ').next().unwrap().parse::<u64>().unwrap()
        })
        .sum();
    assert_eq!(lost, total);
    let cut = expected.values().filter(|cut| !cut.is_nothing()).count() as u64;
    (cut, expected.len() as u64 - cut)
}

#[test]
fn a_previewed_cut_is_what_is_cut() {
    let cases = setting("LINKWRIGHT_PREVIEWS", 200);
    let first = setting("LINKWRIGHT_PROOF_SEED", 1);
    let specs: BTreeMap<&str, Desired> = ["a", "b"]
        .map(|name| {
            let text = SPEC.replace("PRIMARY", name);
            (name, read(&[("spec.yaml", &text)]).unwrap())
        })
        .into();
    let (mut with, mut without) = (0, 0);
    for seed in first..first + cases {
        let played =
            std::panic::catch_unwind(|| stepped(play(&mut Choices::of_seed(seed), &specs)));
        let (cut, nothing) = played.unwrap_or_else(|_| panic!("seed {seed}"));
        (with, without) = (with + cut, without + nothing);
    }
    println!("{cases} restores: {with} topics that lost records, {without} that lost none");
    assert!(
        cases < 100 || with > cases / 4 && without > cases / 4,
        "{with} {without}"
    );
}
