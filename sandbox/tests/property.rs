//! Arbitrary requests and arbitrary stories: nothing panics, nothing answers 5xx, errors have their
//! shape, and the world never contradicts itself.

use crate::common::send;
use linkwright_sandbox::switches::{StoppedInTopicNames, Switches};
use linkwright_sandbox::{Options, Sandbox, World};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::time::Duration;

const WORLD: &str = r#"
version: 1
clock: { mode: manual }
clusters:
  - id: lkc-east
    organization: acme
    bootstrap_servers: "east:9092"
    topics:
      - { name: orders, partitions: 2, records: 60, produce_per_s: 10 }
      - { name: payments, partitions: 1, records: 5 }
      - { name: extra, partitions: 1 }
    acls: [{ resource_type: TOPIC, resource_name: orders, principal: "User:sa-1", operation: READ }]
    groups: [{ id: g, offsets: { orders: 6 }, active: true }]
    links: [{ name: aa, remote: lkc-west, mode: BIDIRECTIONAL }]
  - id: lkc-west
    organization: acme
    bootstrap_servers: "west:9092"
    links:
      - { name: dr, remote: lkc-east, mirrors: [{ source_topic: orders }] }
      - { name: aa, remote: lkc-east, mode: BIDIRECTIONAL, mirrors: [{ source_topic: payments }] }
  - id: PlatformA-0123456789AB
    kind: confluent-platform
    bootstrap_servers: "x:9092"
"#;

/// A service that takes no time at all.
const NO_DELAYS: &str = "
timings:
  { link_visible_ms: 0, link_resolvable_ms: 0, peer_visible_ms: 0, first_contact_ms: 0,
    error_visible_ms: 0, recover_ms: 0, mirror_setup_ms: 0, verb_ms: 0, stop_ms: 0, recheck_ms: 0,
    restore_setup_ms: 0, restore_ms: 0, link_delete_ms: 0, topic_delete_ms: 0, source_check_ms: 0,
    task_start_ms: 0, fetch_latency_ms: 0, fetch_records_per_s: 0 }
";

const CLUSTERS: [&str; 3] = ["lkc-east", "lkc-west", "PlatformA-0123456789AB"];
const LINKS: [&str; 4] = ["dr", "aa", "new", "-"];
const TOPICS: [&str; 4] = ["orders", "payments", "extra", "fresh"];
const VERBS: [&str; 7] = [
    "promote",
    "failover",
    "pause",
    "resume",
    "reverse-and-start-mirror",
    "reverse-and-pause-mirror",
    "truncate-and-restore",
];
const CONFIGS: [(&str, &str); 12] = [
    ("cluster.link.paused", "true"),
    ("cluster.link.paused", "false"),
    ("auto.create.mirror.topics.enable", "true"),
    ("auto.create.mirror.topics.enable", "false"),
    (
        "auto.create.mirror.topics.filters",
        r#"{"topicFilters":[{"name":"*","patternType":"LITERAL","filterType":"INCLUDE"}]}"#,
    ),
    ("consumer.offset.sync.enable", "true"),
    (
        "consumer.offset.group.filters",
        r#"{"groupFilters":[{"name":"g","patternType":"LITERAL","filterType":"INCLUDE"}]}"#,
    ),
    ("acl.sync.enable", "true"),
    (
        "acl.filters",
        r#"{"aclFilters":[{"resourceFilter":{"resourceType":"any","patternType":"any"},"accessFilter":{"operation":"any","permissionType":"any"}}]}"#,
    ),
    ("sasl.jaas.config", "planted-secret"),
    ("bootstrap.servers", "nowhere:9092"),
    ("bootstrap.servers", "east:9092"),
];

/// One event of a story.
#[derive(Debug, Clone)]
enum Act {
    Advance(u32),
    CreateLink(usize, usize, usize),
    DeleteLink(usize, usize, bool),
    CreateMirror(usize, usize, usize),
    Verb(usize, usize, usize, usize),
    Configure(usize, usize, usize),
    CreateTopic(usize, usize),
    DeleteTopic(usize, usize),
    Produce(usize, usize, u32),
    Group(usize, bool),
    Reach(usize, bool),
}

fn act() -> impl Strategy<Value = Act> {
    let (cluster, link, topic) = (0..3usize, 0..LINKS.len(), 0..TOPICS.len());
    prop_oneof![
        4 => (0..400_000u32).prop_map(Act::Advance),
        1 => (cluster.clone(), link.clone(), 0..4usize).prop_map(|(c, l, m)| Act::CreateLink(c, l, m)),
        1 => (cluster.clone(), link.clone(), any::<bool>()).prop_map(|(c, l, f)| Act::DeleteLink(c, l, f)),
        2 => (cluster.clone(), link.clone(), topic.clone()).prop_map(|(c, l, t)| Act::CreateMirror(c, l, t)),
        5 => (cluster.clone(), link.clone(), topic.clone(), 0..VERBS.len())
            .prop_map(|(c, l, t, v)| Act::Verb(c, l, t, v)),
        3 => (cluster.clone(), link, 0..CONFIGS.len()).prop_map(|(c, l, k)| Act::Configure(c, l, k)),
        1 => (cluster.clone(), topic.clone()).prop_map(|(c, t)| Act::CreateTopic(c, t)),
        1 => (cluster.clone(), topic.clone()).prop_map(|(c, t)| Act::DeleteTopic(c, t)),
        1 => (cluster.clone(), topic, 0..3_000u32).prop_map(|(c, t, r)| Act::Produce(c, t, r)),
        1 => (cluster.clone(), any::<bool>()).prop_map(|(c, a)| Act::Group(c, a)),
        1 => (cluster, any::<bool>()).prop_map(|(c, r)| Act::Reach(c, r)),
    ]
}

impl Act {
    /// As a request.
    fn request(&self) -> Option<(&'static str, String, Option<Value>)> {
        let at = |cluster: usize, rest: String| {
            format!("/kafka/v3/clusters/{}{rest}", CLUSTERS[cluster])
        };
        Some(match *self {
            Act::Advance(_) => return None,
            Act::CreateLink(c, l, mode) => {
                let remote = CLUSTERS[(c + 1) % 2];
                let boot = ["east:9092", "west:9092"][(c + 1) % 2];
                let config = |name: &str, value: &str| json!({ "name": name, "value": value });
                let body = match mode {
                    0 => {
                        json!({ "source_cluster_id": remote, "configs": [config("bootstrap.servers", boot)] })
                    }
                    1 => {
                        json!({ "source_cluster_id": remote, "configs": [config("connection.mode", "INBOUND")] })
                    }
                    2 => json!({ "destination_cluster_id": remote, "configs": [
                        config("link.mode", "SOURCE"), config("bootstrap.servers", boot)] }),
                    _ => json!({ "remote_cluster_id": remote, "configs": [
                        config("link.mode", "BIDIRECTIONAL"), config("bootstrap.servers", boot)] }),
                };
                (
                    "POST",
                    at(c, format!("/links?link_name={}", LINKS[l])),
                    Some(body),
                )
            }
            Act::DeleteLink(c, l, force) => (
                "DELETE",
                at(c, format!("/links/{}?force={force}", LINKS[l])),
                None,
            ),
            Act::CreateMirror(c, l, t) => (
                "POST",
                at(c, format!("/links/{}/mirrors", LINKS[l])),
                Some(json!({ "source_topic_name": TOPICS[t] })),
            ),
            Act::Verb(c, l, t, v) => (
                "POST",
                at(c, format!("/links/{}/mirrors:{}", LINKS[l], VERBS[v])),
                Some(json!({ "mirror_topic_names": [TOPICS[t]] })),
            ),
            Act::Configure(c, l, k) => (
                "PUT",
                at(c, format!("/links/{}/configs/{}", LINKS[l], CONFIGS[k].0)),
                Some(json!({ "value": CONFIGS[k].1 })),
            ),
            Act::CreateTopic(c, t) => (
                "POST",
                at(c, "/topics".into()),
                Some(json!({ "topic_name": TOPICS[t], "partitions_count": 1 })),
            ),
            Act::DeleteTopic(c, t) => ("DELETE", at(c, format!("/topics/{}", TOPICS[t])), None),
            Act::Produce(c, t, rate) => (
                "POST",
                "/sandbox/v1/produce".into(),
                Some(
                    json!({ "cluster": CLUSTERS[c], "topic": TOPICS[t], "records": rate, "per_s": rate / 2 }),
                ),
            ),
            Act::Group(c, active) => (
                "POST",
                "/sandbox/v1/groups".into(),
                Some(json!({ "cluster": CLUSTERS[c], "group": "g", "active": active })),
            ),
            Act::Reach(c, reachable) => (
                "POST",
                "/sandbox/v1/reach".into(),
                Some(json!({ "cluster": CLUSTERS[c], "reachable": reachable })),
            ),
        })
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap()
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// What must hold in every world.
fn contradictions(sandbox: &Sandbox) -> Vec<String> {
    let world = sandbox.snapshot();
    let mut wrong = Vec::new();
    for (id, cluster) in world["clusters"].as_object().unwrap() {
        for (name, half) in cluster["halves"].as_object().unwrap() {
            for (topic, row) in half["mirrors"].as_object().unwrap() {
                let place = format!("{id}/{name}/{topic}");
                let data = &cluster["topics"][topic];
                let status = row["status"].as_str().unwrap();
                let ours = data["mirror_of"] == **name;
                if data.is_null() {
                    wrong.push(format!("{place}: a row without a topic"));
                } else if (status == "STOPPED") == ours {
                    wrong.push(format!(
                        "{place}: {status}, but mirror_of is {}",
                        data["mirror_of"]
                    ));
                }
                if data["ends"].as_array().map(Vec::len) != row["fetched"].as_array().map(Vec::len)
                {
                    wrong.push(format!("{place}: partitions differ"));
                }
                let fetches = row["fetching"] == true;
                let may = ["ACTIVE", "PENDING_STOPPED", "PENDING_SYNCHRONIZE"].contains(&status);
                if fetches && !may {
                    wrong.push(format!("{place}: {status} and fetching"));
                }
                if row["state_time"].as_i64() > world["now"].as_i64() {
                    wrong.push(format!("{place}: a status from the future"));
                }
                if status.starts_with("PENDING") && row["underway"].is_null() {
                    wrong.push(format!("{place}: {status} and nothing under way"));
                }
            }
        }
        for (topic, data) in cluster["topics"].as_object().unwrap() {
            if let Some(link) = data["mirror_of"].as_str()
                && cluster["halves"][link]["mirrors"][topic].is_null()
            {
                wrong.push(format!(
                    "{id}/{topic}: mirrored by {link}, which has no such row"
                ));
            }
        }
    }
    wrong
}

/// What every client may rely on in what it reads.
async fn bad_reads(sandbox: &Sandbox, switches: Switches) -> Vec<String> {
    let mut wrong = Vec::new();
    for cluster in CLUSTERS {
        let get = |path: &str| {
            let path = format!("/kafka/v3/clusters/{cluster}{path}");
            async move { send(sandbox, "", "GET", &path, None).await }
        };
        let links = get("/links").await;
        let all = get("/links/-/mirrors").await;
        for row in all.json["data"].as_array().unwrap() {
            for lag in row["mirror_lags"].as_array().unwrap() {
                if lag["lag"].as_i64() < Some(0)
                    || lag["last_source_fetch_offset"].as_i64() < Some(-1)
                {
                    wrong.push(format!("{cluster}: {row}"));
                }
            }
        }
        for link in links.json["data"].as_array().unwrap() {
            let name = link["link_name"].as_str().unwrap();
            if name.is_empty() {
                continue;
            }
            let configs = get(&format!("/links/{name}/configs")).await;
            if configs.text.contains("planted-secret") {
                wrong.push(format!("{cluster}/{name}: a secret came back"));
            }
            let count = all.json["data"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|row| row["link_name"] == name)
                .filter(|row| {
                    switches.stopped_in_topic_names == StoppedInTopicNames::Listed
                        || row["mirror_status"] != "STOPPED"
                })
                .count();
            if link["topic_names"].as_array().unwrap().len() != count {
                wrong.push(format!("{cluster}/{name}: topic_names and mirrors differ"));
            }
        }
    }
    wrong
}

#[test]
fn no_story_makes_the_world_contradict_itself() {
    let runtime = runtime();
    let variations = Switches::variations();
    proptest!(config(150), |(story in prop::collection::vec(act(), 1..40), switch in 0..2 * variations.len(), patient in any::<bool>())| {
        // Half of the stories under the default switches, half under some other one.
        let switches = variations.get(switch).map(|(_, switches)| *switches);
        let options = Options { switches, ..Options::default() };
        let text = if patient { WORLD.to_owned() } else { format!("{WORLD}{NO_DELAYS}") };
        let sandbox = Sandbox::with_options(World::from_yaml(&text).unwrap(), options);
        for act in &story {
            if let Act::Advance(ms) = act {
                sandbox.advance(Duration::from_millis(u64::from(*ms)));
            }
            if let Some((method, path, body)) = act.request() {
                let body = body.map(|body| body.to_string());
                let answer = runtime.block_on(send(&sandbox, "", method, &path, body));
                prop_assert!(answer.status < 500, "{method} {path}: {}", answer.text);
            }
            let wrong = contradictions(&sandbox);
            prop_assert!(wrong.is_empty(), "after {act:?}: {wrong:#?}");
        }
        let wrong = runtime.block_on(bad_reads(&sandbox, switches.unwrap_or_default()));
        prop_assert!(wrong.is_empty(), "{wrong:#?}");
        let saved = sandbox.save();
        let restored = Sandbox::restore(&saved).unwrap();
        prop_assert_eq!(restored.save(), saved);
        // The same story goes on the same way after a restart.
        for world in [&sandbox, &restored] {
            world.advance(Duration::from_secs(600));
        }
        prop_assert_eq!(restored.snapshot(), sandbox.snapshot());
    });
}

/// Any JSON, not too deep.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    let names = prop_oneof![
        prop::sample::select(vec![
            "configs",
            "name",
            "value",
            "data",
            "operation",
            "mirror_topic_names",
            "topic_name",
            "mirror_topic_name_pattern",
            "source_topic_name",
            "source_cluster_id",
            "partitions_count",
        ])
        .prop_map(str::to_owned),
        ".{0,6}",
    ];
    leaf.prop_recursive(3, 24, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(names.clone(), inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn any_path() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "kafka",
        "v3",
        "clusters",
        "lkc-west",
        "lkc-east",
        "links",
        "dr",
        "aa",
        "-",
        "mirrors",
        "mirrors:promote",
        "mirrors:truncate-and-restore",
        "configs",
        "configs:alter",
        "topics",
        "orders",
        "acls",
        "acls:batch",
        "consumer-groups",
        "g",
        "acl.sync.ms",
        "",
        "%",
        "%00",
        "%C3%BC",
        "..",
        "retention.ms",
        "sandbox",
        "v1",
        "faults",
        "clock",
        "advance",
        "lags",
    ])
    .prop_map(str::to_owned);
    let segment = prop_oneof![9 => known, 1 => "[a-zA-Z0-9._~:-]{0,12}"];
    let start = prop_oneof![
        6 => Just(String::from("/kafka/v3/clusters/lkc-west")),
        1 => Just(String::from("/v3/clusters/PlatformA-0123456789AB")),
        1 => Just(String::from("/sandbox/v1")),
        1 => Just(String::new()),
    ];
    (
        start,
        prop::collection::vec(segment, 0..5),
        "[a-z_=&%0-9A-Z+-]{0,30}",
    )
        .prop_map(|(start, segments, query)| {
            let path = format!("{start}/{}", segments.join("/"));
            if query.is_empty() {
                path
            } else {
                format!("{path}?{query}")
            }
        })
}

#[test]
fn no_request_brings_the_server_down() {
    let runtime = runtime();
    let methods = prop::sample::select(vec![
        "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS",
    ]);
    let bodies = prop_oneof![
        1 => Just(None),
        3 => any_json().prop_map(|json| Some(json.to_string())),
        1 => ".{0,30}".prop_map(Some),
    ];
    let requests = prop::collection::vec((methods, any_path(), bodies), 1..20);
    proptest!(config(400), |(requests in requests)| {
        let sandbox = Sandbox::new(World::from_yaml(WORLD).unwrap());
        for (method, path, body) in requests {
            if path.parse::<http::Uri>().is_err() {
                continue;
            }
            let answer = runtime.block_on(send(&sandbox, "", method, &path, body.clone()));
            prop_assert!(answer.status < 500, "{method} {path} {body:?}: {}", answer.text);
            if answer.status >= 400 && method != "HEAD" {
                prop_assert!(answer.json["error_code"].is_i64(), "{method} {path}: {}", answer.text);
                prop_assert!(answer.json["message"].is_string(), "{method} {path}: {}", answer.text);
            }
        }
        let wrong = contradictions(&sandbox);
        prop_assert!(wrong.is_empty(), "{wrong:#?}");
    });
}
