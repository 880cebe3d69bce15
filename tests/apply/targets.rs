//! `--target` reads what the targets need, and needs the secrets of that alone.

use std::collections::BTreeSet;

use linkwright::address::Address;
use linkwright::desired::Desired;
use linkwright::diff::Options;
use linkwright::plan;
use linkwright::refresh::{Depth, Observation, refresh};

use crate::support::bench::{Bench, everything_allowed, read, show};

const WORLD: &str = r"
version: 1
clock: { mode: { auto: { speed: 1.0 } } }
clusters:
  - { id: lkc-a, name: a, bootstrap_servers: a.example:9092, topics: [{ name: t, partitions: 1 }] }
  - { id: lkc-b, name: b, bootstrap_servers: b.example:9092 }
  - { id: lkc-c, name: c, bootstrap_servers: c.example:9092 }
  - { id: lkc-d, name: d, bootstrap_servers: d.example:9092, topics: [{ name: u, partitions: 1 }] }
";

/// `a` → `b` → `c` of one topic, and `d` → `b` of another.
fn desired() -> Desired {
    let cluster = |name: &str| {
        let upper = name.to_uppercase();
        format!(
            "  {name}:
    id: lkc-{name}
    rest_endpoint: https://{name}.example:443
    bootstrap_servers: {name}.example:9092
    rest_auth: {{ basic: {{ username: \"${{env:{upper}_KEY}}\", password: \"${{env:{upper}_SECRET}}\" }} }}
"
        )
    };
    let link = |name: &str, from: &str, to: &str, topic: &str| {
        let upper = name.to_uppercase().replace('-', "_");
        format!(
            "  {name}:
    source: {from}
    destination: {to}
    credentials: {{ sasl_plain: {{ username: \"${{env:{upper}_USER}}\", password: \"${{env:{upper}_PASS}}\" }} }}
    mirrors: {{ {topic}: {{}} }}
"
        )
    };
    let clusters = ["a", "b", "c", "d"].map(cluster).concat();
    let links = [
        link("a-b", "a", "b", "t"),
        link("b-c", "b", "c", "t"),
        link("d-b", "d", "b", "u"),
    ];
    let spec = format!(
        "version: 1\nclusters:\n{clusters}links:\n{}",
        links.concat()
    );
    read(&[("spec.yaml", &spec)]).unwrap_or_else(|problems| panic!("{problems:?}"))
}

#[tokio::test(start_paused = true)]
async fn only_what_the_targets_need_is_read_and_only_its_secrets_are_needed() {
    for (target, clusters, variables, operations) in [
        ("b/d-b", "b d", "B_KEY B_SECRET D_KEY D_SECRET", 2),
        ("d", "d", "D_KEY D_SECRET", 0),
        ("b/a-b/t", "a b", "A_KEY A_SECRET B_KEY B_SECRET", 2),
        // What makes its source topic is needed too.
        (
            "c",
            "a b c",
            "A_KEY A_SECRET B_KEY B_SECRET C_KEY C_SECRET",
            4,
        ),
    ] {
        let bench = Bench::new(WORLD);
        let desired = desired();
        let targets: [Address; 1] = [Address::parse(target).unwrap()];
        let part = plan::part(&desired, &targets);
        let needed = part.desired.references_of_rest(&part.clusters);
        let needed: Vec<String> = needed.iter().map(ToString::to_string).collect();
        let wanted: Vec<String> = variables
            .split(' ')
            .map(|it| format!("${{env:{it}}}"))
            .collect();
        assert_eq!(needed, wanted, "{target}");
        let (all, allowed) = (Options::default(), everything_allowed());
        let seen = refresh(
            &desired,
            &bench.clients,
            &all,
            &allowed,
            &targets,
            Depth::Plan,
        );
        let Observation { plan, .. } = seen.await.unwrap();
        assert_eq!(
            plan.operations.len(),
            operations,
            "{target}\n{}",
            show(&plan)
        );
        let called: BTreeSet<String> = bench
            .sandbox
            .requests()
            .into_iter()
            .map(|it| it.cluster.strip_prefix("lkc-").unwrap().to_owned())
            .collect();
        let called: Vec<String> = called.into_iter().collect();
        assert_eq!(called.join(" "), clusters, "{target}");
        // The same operations as in the whole plan.
        let whole = bench.plan(&desired).await;
        let of_whole: BTreeSet<String> = whole
            .operations
            .iter()
            .map(|op| op.address.to_string())
            .collect();
        assert!(
            plan.operations
                .iter()
                .all(|op| of_whole.contains(&op.address.to_string()))
        );
    }
}

/// The topics of a bidirectional link are made by it too, and a lost cluster is not read for a target either.
#[tokio::test(start_paused = true)]
async fn declared_topics_make_the_source_of_a_target_and_a_lost_target_is_asked_once() {
    let text = |lost: &str| {
        let cluster = |name: &str, more: &str| {
            format!(
                "  {name}: {{ id: lkc-{name}, rest_endpoint: 'https://{name}.example:443', \
                 bootstrap_servers: '{name}.example:9092', \
                 rest_auth: {{ basic: {{ username: '${{env:KEY}}', password: '${{env:SECRET}}' }} }}{more} }}\n"
            )
        };
        let keys = "{ sasl_plain: { username: '${env:KEY}', password: '${env:SECRET}' } }";
        format!(
            "version: 1\nclusters:\n{}{}{}links:\n  pair:\n    mode: bidirectional\n    halves: {{ a: {{ credentials: {keys} }}, \
             b: {{ credentials: {keys} }} }}\n    topics: {{ t: {{ primary: a }} }}\n  b-c:\n    source: b\n    \
             destination: c\n    credentials: {keys}\n    mirrors: {{ t: {{}} }}\n",
            cluster("a", lost),
            cluster("b", ""),
            cluster("c", ""),
        )
    };
    let called = async |spec: &str, target: &str| {
        let bench = Bench::new(WORLD);
        let desired = read(&[("spec.yaml", spec)]).unwrap_or_else(|it| panic!("{it:?}"));
        let targets = [Address::parse(target).unwrap()];
        let (all, allowed) = (Options::default(), everything_allowed());
        let seen = refresh(
            &desired,
            &bench.clients,
            &all,
            &allowed,
            &targets,
            Depth::Plan,
        );
        seen.await.unwrap();
        let requests = bench.sandbox.requests();
        let count = |id: &str| requests.iter().filter(|it| it.cluster == id).count();
        ["lkc-a", "lkc-b", "lkc-c"].map(count)
    };
    let [a, b, c] = called(&text(""), "c").await;
    assert!(a > 1 && b > 1 && c > 1, "{a} {b} {c}");
    let lost = ", lost: { reason: gone, until: 2099-01-01 }";
    let [a, b, _] = called(&text(lost), "a").await;
    assert!(a == 1 && b > 1, "{a} {b}");
}
