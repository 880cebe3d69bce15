//! The sandbox's replies have the structure of the hand-written ones in `fixtures/replies`.

use crate::common::send;
use linkwright_sandbox::{Sandbox, World};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

const WORLD: &str = r#"
version: 1
clock: { mode: manual }
clusters:
  - id: lkc-east
    bootstrap_servers: "east:9092"
    topics: [{ name: orders, records: 60 }]
    links:
      - { name: pair, remote: lkc-west, mode: BIDIRECTIONAL }
      - { name: out, remote: lkc-west, connection: INBOUND }
  - id: lkc-west
    bootstrap_servers: "west:9092"
    topics: [{ name: local, records: 6 }]
    acls: [{ resource_type: TOPIC, resource_name: orders, principal: "User:sa-1", operation: READ }]
    groups: [{ id: g, offsets: { local: 0 }, active: true }]
    links:
      - name: dr
        remote: lkc-east
        configs: { acl.sync.enable: "true", sasl.jaas.config: secret }
        mirrors: [{ source_topic: orders }]
      - { name: pair, remote: lkc-east, mode: BIDIRECTIONAL }
      - { name: out, remote: lkc-east, mode: SOURCE }
      - { name: broken, remote: PlatformC-CCCCCCCCCCCC, configs: { cluster.link.prefix: c. } }
  - id: PlatformA-0123456789AB
    kind: confluent-platform
    bootstrap_servers: "x:9092"
    links: [{ name: dr, remote: lkc-east, mirrors: [{ source_topic: orders }] }]
  - { id: PlatformC-CCCCCCCCCCCC, kind: confluent-platform, reachable: false }
"#;

/// Fixture, method, path after `/kafka/v3/clusters`, body.
const REPLIES: [(&str, &str, &str, &str); 12] = [
    ("cloud/acls", "GET", "/lkc-west/acls?principal=UserV2:*", ""),
    ("cloud/groups", "GET", "/lkc-west/consumer-groups", ""),
    (
        "cloud/link-configs",
        "GET",
        "/lkc-west/links/dr/configs",
        "",
    ),
    (
        "cloud/link-with-tasks",
        "GET",
        "/lkc-west/links/dr?include_tasks=true",
        "",
    ),
    ("cloud/links", "GET", "/lkc-west/links", ""),
    ("cloud/mirrors", "GET", "/lkc-west/links/-/mirrors", ""),
    ("cloud/topics", "GET", "/lkc-west/topics", ""),
    ("platform/clusters", "GET", "", ""),
    (
        "platform/link-configs",
        "GET",
        "/PlatformA-0123456789AB/links/dr/configs",
        "",
    ),
    ("platform/links", "GET", "/PlatformA-0123456789AB/links", ""),
    (
        "platform/mirrors",
        "GET",
        "/PlatformA-0123456789AB/links/dr/mirrors",
        "",
    ),
    (
        "platform/alter-mirrors",
        "POST",
        "/PlatformA-0123456789AB/links/dr/mirrors:promote",
        r#"{"mirror_topic_names":["orders","nothing"]}"#,
    ),
];

/// Where one side has what the other lacks (and all below it), and why that is right.
const ALLOWED: [(&str, &str, &str); 9] = [
    (
        "cloud/link-with-tasks",
        ".category_counts",
        "the hand-written link has no mirrors to count",
    ),
    (
        "cloud/links",
        ".data[].a_later_field",
        "written to try what a client does with news",
    ),
    (
        "cloud/mirrors",
        ".data[].mirror_state_transition_errors",
        "we send them where they are asked for, with one mirror",
    ),
    (
        "platform/link-configs",
        ".data[].is_",
        "seen on some versions only",
    ),
    (
        "platform/link-configs",
        ".data[].default",
        "seen on some versions only",
    ),
    (
        "platform/link-configs",
        ".data[].read_only",
        "seen on some versions only",
    ),
    (
        "platform/link-configs",
        ".data[].sensitive",
        "seen on some versions only",
    ),
    (
        "platform/links",
        ".data[].remote_link_state",
        "seen on some versions only",
    ),
    (
        "platform/mirrors",
        ".data[].mirror_topic_error",
        "optional in the OpenAPI document",
    ),
];

type Shape = BTreeMap<String, BTreeSet<&'static str>>;

/// Which kinds of value are where. Rows of a list are one; null may stand for anything.
fn shape(value: &Value, place: &str, shape_of: &mut Shape) {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "flag",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(items) => {
            for item in items {
                shape(item, &format!("{place}[]"), shape_of);
            }
            "list"
        }
        Value::Object(object) => {
            for (name, value) in object {
                shape(value, &format!("{place}.{name}"), shape_of);
            }
            "object"
        }
    };
    let kinds = shape_of.entry(place.to_owned()).or_default();
    if kind != "null" {
        kinds.insert(kind);
    }
}

#[tokio::test(start_paused = true)]
async fn replies_have_the_structure_of_the_hand_written_ones() {
    let sandbox = Sandbox::new(World::from_yaml(WORLD).unwrap());
    sandbox.advance(Duration::from_secs(30));
    let mut wrong = Vec::new();
    for (fixture, method, path, body) in REPLIES {
        let file = format!(
            "{}/../fixtures/replies/{fixture}.json",
            env!("CARGO_MANIFEST_DIR")
        );
        let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
        let (mut theirs, mut ours) = (Shape::new(), Shape::new());
        shape(&serde_json::from_str(&text).unwrap(), "", &mut theirs);
        let path = format!("/kafka/v3/clusters{path}");
        let body = (!body.is_empty()).then(|| body.to_owned());
        let answer = send(&sandbox, "", method, &path, body).await;
        assert_eq!(answer.status, 200, "{fixture}: {}", answer.text);
        shape(&answer.json, "", &mut ours);
        for place in theirs.keys().chain(ours.keys()).collect::<BTreeSet<_>>() {
            let differs = match (theirs.get(place), ours.get(place)) {
                (Some(one), Some(other)) => {
                    !one.is_empty() && !other.is_empty() && one.is_disjoint(other)
                }
                // What is always null on one side may be left out on the other.
                (Some(only), None) | (None, Some(only)) => !only.is_empty(),
                (None, None) => false,
            };
            let allowed = ALLOWED
                .iter()
                .any(|(f, p, _)| *f == fixture && place.starts_with(p));
            if differs && !allowed {
                wrong.push(json!([fixture, place, theirs.get(place), ours.get(place)]).to_string());
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "fixture, place, hand-written, ours:\n{}",
        wrong.join("\n")
    );
}
