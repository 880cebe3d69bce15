//! What a snapshot says in place of the clusters: the same, in every scenario.

use std::collections::BTreeMap;
use std::path::Path;

use linkwright::address::ClusterName;
use linkwright::api::{Auth, Client, Endpoint, Flavour, Limits, Settings};
use linkwright::desired::{Cluster, ClusterKind};
use linkwright::drift::{Drift, Input};
use linkwright::health::{Health, Selection, Thresholds};
use linkwright::plan::{Allow, Allowances};
use linkwright::refresh::{self, Asked, Depth, Sources, refresh};
use linkwright::report::drift::DriftView;
use linkwright::report::plan_json::About;
use linkwright::report::{drift, plan_json, status};
use linkwright::snapshot::{DeclaredClusterV1, RecordedClusterV1, SnapshotV1};

use super::setup::Setup;
use super::{Command, Step, folders, read, scenario};
use crate::support::bench::stepped;

fn allowances(allow: &[&str]) -> Allowances {
    let allow = allow.iter().filter_map(|word| Allow::from_word(word));
    allow.collect()
}

/// The plan as JSON.
pub(super) async fn planned(
    setup: &Setup,
    clients: &BTreeMap<ClusterName, Client>,
    allow: &[&str],
) -> String {
    let (options, allow) = (setup.options(), allowances(allow));
    let sources = Sources::from(clients);
    let seen = refresh(&setup.desired, sources, &options, &allow, &[], Depth::Plan);
    let mut plan = Vec::new();
    plan_json::write(&mut plan, &seen.await.unwrap().plan, &About::default()).unwrap();
    String::from_utf8(plan).unwrap()
}

/// What the commands print as JSON: the plan, drift, and the links' health.
async fn told(
    setup: &Setup,
    clients: &BTreeMap<ClusterName, Client>,
    allow: &[&str],
) -> [String; 3] {
    let plan = planned(setup, clients, allow).await;
    let desired = &setup.desired;
    let (options, allow) = (setup.options(), allowances(allow));
    let sources = Sources::from(clients);
    let seen = refresh(desired, sources, &options, &allow, &[], Depth::Drift);
    let seen = seen.await.unwrap();
    let found = Drift::of(&Input {
        plan: &seen.plan,
        live: &seen.live,
        desired,
        thresholds: Thresholds::default(),
        now: setup.bench.now(),
    });
    let mut drift = Vec::new();
    drift::json::write(&mut drift, &DriftView::of(&found, None), None).unwrap();
    let health: Health = refresh::health(
        desired,
        clients,
        Asked::All,
        &linkwright::live::Sample::Once,
    )
    .await;
    let mut status = Vec::new();
    status::json::write(&mut status, &health, &Selection::default(), None, None).unwrap();
    let [drift, status] = [drift, status].map(|text| String::from_utf8(text).unwrap());
    [plan, drift, status]
}

/// What the clusters of a bench say, as a file says it.
pub(super) async fn snapshot(setup: &Setup) -> String {
    let clients = &setup.bench.clients;
    clients.values().for_each(Client::record);
    let sources = Sources::from(clients);
    let options = setup.options();
    let read = refresh::everything(&setup.desired, sources, &options, 100);
    drop(read.await.unwrap());
    let clusters = clients.iter().map(|(name, client)| {
        let recorded = RecordedClusterV1 {
            id: setup.desired.clusters[name].id.clone(),
            declared: declared(&setup.desired.clusters[name]),
            answers: client.recording(),
        };
        (name.clone(), recorded)
    });
    let snapshot = SnapshotV1::new(setup.bench.now(), true, clusters.collect(), None);
    serde_json::to_string(&snapshot).unwrap()
}

fn declared(cluster: &Cluster) -> DeclaredClusterV1 {
    DeclaredClusterV1 {
        kind: Some(cluster.kind.word().to_owned()),
        organization: cluster.organization.clone(),
        bootstrap_servers: cluster.bootstrap_servers.clone(),
    }
}

pub(super) fn answering(setup: &Setup, text: &str) -> BTreeMap<ClusterName, Client> {
    let snapshot = SnapshotV1::parse(text, jiff::Timestamp::UNIX_EPOCH).unwrap();
    let clients = setup.bench.clients.keys().map(|name| {
        let cluster = &setup.desired.clusters[name];
        let settings = Settings {
            cluster: name.clone(),
            id: cluster.id.clone(),
            endpoint: Endpoint::parse("http://snapshot.invalid").unwrap(),
            flavour: match cluster.kind {
                ClusterKind::ConfluentCloud => Flavour::Cloud,
                _ => Flavour::Platform,
            },
            auth: Auth::None,
            limits: Limits::default(),
        };
        let answers = snapshot.answers(&cluster.id).cloned().unwrap();
        (name.clone(), Client::of_recording(settings, answers))
    });
    clients.collect()
}

/// What a link has as its credentials in the scenarios' worlds, as servers never say it.
fn has_secrets(text: &str) -> bool {
    let snapshot: serde_json::Value = serde_json::from_str(text).unwrap();
    let clusters = snapshot["clusters"].as_object().unwrap().values();
    let answers = clusters.flat_map(|cluster| cluster["answers"].as_object().unwrap().values());
    let rows = answers
        .filter_map(|answer| answer["read"].as_array())
        .flatten();
    let mut secret = rows.filter(|row| {
        let name = row["name"].as_str().unwrap_or_default();
        name.contains("jaas") || name.contains("password")
    });
    secret.any(|row| row.get("value").is_some())
}

#[test]
fn plan_drift_and_status_are_the_same_from_a_snapshot() {
    let schema = serde_json::to_value(schemars::schema_for!(SnapshotV1)).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let mut wrong = Vec::new();
    for folder in folders() {
        let scenario = scenario(&folder).unwrap();
        let file = |name: &str| read(&folder.join(name)).unwrap();
        let setup = Setup::open(&file(&scenario.given.world), &file(&scenario.given.spec)).unwrap();
        let allow: Vec<&str> = match &scenario.when[0] {
            Step::Command(line) => match Command::read(line).unwrap() {
                Command::Plan { allow, .. } => allow,
                Command::Apply => Vec::new(),
            },
            Step::Event(_) => Vec::new(),
        };
        let (live, recorded) = stepped(async {
            for call in &scenario.given.events {
                setup.call(call).await.unwrap();
            }
            let live = told(&setup, &setup.bench.clients, &allow).await;
            let text = snapshot(&setup).await;
            let is_valid = schema.is_valid(&serde_json::from_str(&text).unwrap());
            assert!(
                is_valid && !has_secrets(&text),
                "{}: {text}",
                folder.display()
            );
            let recorded = told(&setup, &answering(&setup, &text), &allow).await;
            (live, recorded)
        });
        for (live, recorded) in live.iter().zip(&recorded) {
            if live != recorded {
                let lines = live.lines().zip(recorded.lines());
                let first = lines.into_iter().find(|(live, recorded)| live != recorded);
                wrong.push(format!("{}: {first:?}", folder.display()));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn what_a_snapshot_does_not_have_is_unknown() {
    let file = |name: &str| read(&Path::new("tests/scenarios/nothing-to-do").join(name)).unwrap();
    let setup = Setup::open(&file("world.yaml"), &file("spec.yaml")).unwrap();
    let [whole, less] = stepped(async {
        let text = snapshot(&setup).await;
        let mut snapshot: serde_json::Value = serde_json::from_str(&text).unwrap();
        for cluster in snapshot["clusters"].as_object_mut().unwrap().values_mut() {
            let answers = cluster["answers"].as_object_mut().unwrap();
            answers.retain(|call, _| !call.ends_with("/configs"));
        }
        let whole = told(&setup, &answering(&setup, &text), &[]).await;
        let less = told(&setup, &answering(&setup, &snapshot.to_string()), &[]).await;
        [whole, less]
    });
    assert!(!whole[0].contains("LW250"), "{}", whole[0]);
    assert!(less[0].contains("\"has_unknowns\": true"), "{}", less[0]);
    let words = "the snapshot has no answer to this call";
    assert!(
        less[0].contains(words) && less[1].contains(words),
        "{less:?}"
    );
}

#[test]
fn a_secret_that_a_server_sends_is_left_out() {
    let row = |name: &str, mark: &str| format!(r#"{{"name":"{name}","value":"s3cret"{mark}}}"#);
    let rows = [
        row("sasl.jaas.config", ""),
        row("ssl.key.password", ""),
        row("anything.new", r#","is_sensitive":true"#),
        row("anything.newer", r#","sensitive":true"#),
        row("a.name.that.nobody.knows", ""),
    ];
    let answers = format!(r#"{{"links/dr/configs":{{"read":[{}]}}}}"#, rows.join(","));
    let cluster = RecordedClusterV1 {
        id: "lkc-1".into(),
        declared: DeclaredClusterV1::default(),
        answers: serde_json::from_str(&answers).unwrap(),
    };
    let clusters = BTreeMap::from([("west".into(), cluster)]);
    let snapshot = SnapshotV1::new(jiff::Timestamp::UNIX_EPOCH, false, clusters, None);
    let text = serde_json::to_string(&snapshot).unwrap();
    assert!(
        !text.contains("s3cret") && text.contains("anything.newer"),
        "{text}"
    );
    assert!(!format!("{snapshot:?}").contains("s3cret"));
    let cluster = |answers: &str| RecordedClusterV1 {
        id: "lkc-1".into(),
        declared: DeclaredClusterV1::default(),
        answers: serde_json::from_str(answers).unwrap(),
    };
    let quoting = [
        r#"{"links/dr/configs":{"read":[{"name":"sasl.oauthbearer.token.endpoint.url","value":"https://u:s3cret@idp/token"}]}}"#,
        r#"{"links/dr/configs":{"read":[{"name":"sasl.oauthbearer.token.endpoint.url","value":"https://idp/token?key=s3cret"}]}}"#,
        r#"{"links":{"read":[{"link_name":"dr","link_error_message":"wrong jaas: password=\"s3cret\""}]}}"#,
        r#"{"links/dr":{"read":{"tasks":[{"errors":[{"error_message":"client_secret: s3cret refused"}]}]}}}"#,
    ];
    for answers in quoting {
        let clusters = BTreeMap::from([("west".into(), cluster(answers))]);
        let snapshot = SnapshotV1::new(jiff::Timestamp::UNIX_EPOCH, false, clusters, None);
        let text = serde_json::to_string(&snapshot).unwrap();
        assert!(!text.contains("s3cret"), "{text}");
    }
}

#[test]
fn other_files_are_no_snapshots() {
    let now: jiff::Timestamp = "2026-11-02T09:00:00Z".parse().unwrap();
    let wrong = |text: &str| SnapshotV1::parse(text, now).unwrap_err().to_string();
    for text in ["", "{}", "[1]", r#"{"format_version":1}"#] {
        let error = wrong(text);
        assert!(error.starts_with("not a snapshot: "), "{error}");
    }
    let of = |format: u32, time: &str| {
        format!(
            r#"{{"format_version":{format},"linkwright":"9.0.0","taken_at":"2026-11-02T{time}Z","clusters":{{}}}}"#
        )
    };
    let newer = wrong(&of(2, "08:00:00"));
    assert!(
        newer.starts_with("written by Linkwright 9.0.0, in format 2"),
        "{newer}"
    );
    let none = wrong(&of(0, "08:00:00"));
    assert!(none.starts_with("in format 0"), "{none}");
    // The clocks of two machines differ a little.
    assert!(SnapshotV1::parse(&of(1, "09:04:59"), now).is_ok());
    let later = wrong(&of(1, "09:06:00"));
    assert_eq!(
        later,
        "taken at 2026-11-02T09:06:00Z, and it is 2026-11-02T09:00:00Z: how old it is is not known"
    );
}
