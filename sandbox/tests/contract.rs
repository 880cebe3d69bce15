//! The replies of every scenario, and of requests made from the OpenAPI document's schemas, against
//! that document. Skipped, aloud, where the document is not at hand.

use crate::common::openapi::{Draw, OpenApi, load};
use crate::common::{Answer, scenario, send};
use linkwright_sandbox::switches::Switches;
use linkwright_sandbox::{Sandbox, World};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// A way in which the real service is known to differ from its document, or in which the document
/// says nothing.
struct Divergence {
    /// Method and path start after the cluster id; empty matches everything.
    method: &'static str,
    path: &'static str,
    /// What the complaints begin with.
    complaints: &'static [&'static str],
    why: &'static str,
}

const fn differs(
    method: &'static str,
    path: &'static str,
    complaints: &'static [&'static str],
    why: &'static str,
) -> Divergence {
    Divergence {
        method,
        path,
        complaints,
        why,
    }
}

const KNOWN: &[Divergence] = &[
    differs(
        "POST",
        "/links",
        &["status: 201"],
        "the Terraform provider and kcp report 201 for create",
    ),
    differs(
        "DELETE",
        "/links",
        &["status: 204"],
        "the Confluent CLI's mock and Platform reply 204",
    ),
    differs(
        "",
        "",
        &["status: 404"],
        "the document gives 404 for a missing cluster or topic on topic paths, and for a missing \
         link among its component responses; the other paths share them",
    ),
    differs(
        "DELETE",
        "/links",
        &["status: 403"],
        "Platform refuses to delete a link with mirrors",
    ),
    differs(
        "POST",
        "/links",
        &["status: 409"],
        "kcp expects 409 for a link that exists",
    ),
    differs(
        "POST",
        "/links",
        &["status: 408"],
        "the document's component responses have a 408",
    ),
    differs(
        "GET",
        "/links",
        &["schema: /data/*/value: null", "schema: /value: null"],
        "values of secrets and of unset configs are null in a recorded reply",
    ),
    differs(
        "GET",
        "/links",
        &[
            "schema: /data/*: \"is_",
            "schema: : \"is_",
            "field: /data/*/default is",
            "field: /data/*/read_only is",
            "field: /data/*/sensitive is",
            "field: /default is",
            "field: /read_only is",
            "field: /sensitive is",
        ],
        "Platform's models name the flags of a config without `is_`",
    ),
    differs(
        "GET",
        "/consumer-groups",
        &["path: not in the document"],
        "the lag calls exist on Dedicated clusters; this part of the document leaves them out",
    ),
    differs(
        "GET",
        "/topics",
        &["path: not in the document"],
        "the partitions call exists; this part of the document leaves it out",
    ),
];

/// Statuses that any HTTP server may answer with, whatever a document says.
const SERVERS_OWN: [&str; 3] = ["status: 405", "status: 415", "status: 413"];

fn known(method: &str, path: &str, complaint: &str) -> Option<usize> {
    let rest = path.split_once("/clusters/").map_or("", |(_, rest)| rest);
    let rest = rest.find('/').map_or("", |at| &rest[at..]);
    KNOWN.iter().position(|known| {
        (known.method.is_empty() || known.method == method)
            && rest.starts_with(known.path)
            && known
                .complaints
                .iter()
                .any(|start| complaint.starts_with(start))
    })
}

#[derive(Default)]
struct Findings {
    replies: usize,
    used: BTreeSet<usize>,
    new: BTreeMap<String, String>,
}

impl Findings {
    fn look(&mut self, document: &OpenApi, method: &str, path: &str, answer: &Answer) {
        if !path.starts_with("/kafka/v3/clusters/") {
            return;
        }
        self.replies += 1;
        for complaint in document.complaints(method, path, answer) {
            if SERVERS_OWN.iter().any(|own| complaint.starts_with(own)) {
                continue;
            }
            let refused = matches!(answer.status, 404 | 405);
            if refused && complaint == "path: not in the document" {
                continue; // so it says itself
            }
            match known(method, path, &complaint) {
                Some(index) => {
                    self.used.insert(index);
                }
                None => {
                    let text: String = answer.text.chars().take(300).collect();
                    self.new
                        .insert(format!("{method} {path}: {complaint}"), text);
                }
            }
        }
    }

    fn report(&self) -> String {
        let mut report = String::new();
        for (complaint, body) in self.new.iter().take(20) {
            writeln!(report, "{complaint}\n  {body}").unwrap();
        }
        report
    }
}

#[tokio::test(start_paused = true)]
async fn replies_are_as_documented() {
    let Some(document) = load("replies_are_as_documented") else {
        return;
    };
    let mut findings = Findings::default();
    for (name, scenario) in scenario::all() {
        let watch = |method: &str, path: &str, _: Option<&serde_json::Value>, answer: &Answer| {
            findings.look(&document, method, path, answer);
        };
        scenario
            .run("", Switches::default(), watch)
            .await
            .unwrap_or_else(|why| panic!("{name}: {why}"));
    }
    tour(&document, &mut findings).await;
    assert!(findings.new.is_empty(), "{}", findings.report());
    let unused: Vec<&str> = KNOWN
        .iter()
        .enumerate()
        .filter(|(index, _)| !findings.used.contains(index))
        .map(|(_, known)| known.why)
        .collect();
    assert!(
        unused.is_empty(),
        "known divergences that no longer occur: {unused:#?}"
    );
    eprintln!(
        "{} replies agree with the OpenAPI document",
        findings.replies
    );
}

/// Every read there is, on a Cloud and on a Platform cluster, and some writes no scenario makes.
async fn tour(document: &OpenApi, findings: &mut Findings) {
    let sandbox = Sandbox::new(small_world());
    for cluster in ["lkc-west", "PlatformA-0123456789AB"] {
        for path in [
            "",
            "/links",
            "/links/dr",
            "/links/dr?include_tasks=true",
            "/links/dr/configs",
            "/links/dr/configs/acl.sync.ms",
            "/links/dr/configs/sasl.jaas.config",
            "/links/dr/configs/nothing",
            "/links/dr/mirrors",
            "/links/-/mirrors",
            "/links/dr/mirrors/orders?include_state_transition_errors=true",
            "/links/dr/mirrors/x",
            "/links/x",
            "/topics",
            "/topics/orders",
            "/topics/x",
            "/topics/orders/configs",
            "/topics/orders/configs/retention.ms",
            "/topics/orders/configs/x",
            "/topics/-/configs",
            "/topics/orders/default-configs",
            "/topics/orders/partitions",
            "/acls",
            "/acls?resource_type=TOPIC",
            "/acls?resource_type=WHAT",
            "/consumer-groups",
            "/consumer-groups/g",
            "/consumer-groups/x",
            "/consumer-groups/g/consumers",
            "/consumer-groups/g/lags",
            "/consumer-groups/g/lag-summary",
        ] {
            let path = format!("/kafka/v3/clusters/{cluster}{path}");
            let answer = send(&sandbox, "", "GET", &path, None).await;
            findings.look(document, "GET", &path, &answer);
        }
    }
    for (method, path, body) in [
        (
            "POST",
            "/topics",
            r#"{"topic_name":"new","validate_only":true}"#,
        ),
        (
            "POST",
            "/topics",
            r#"{"topic_name":"new","partitions_count":2}"#,
        ),
        ("PATCH", "/topics/new", r#"{"partitions_count":4}"#),
        ("PATCH", "/topics/nothing", r#"{"partitions_count":4}"#),
        (
            "PUT",
            "/topics/new/configs/retention.ms",
            r#"{"value":"1"}"#,
        ),
        ("DELETE", "/topics/new/configs/retention.ms", ""),
        (
            "POST",
            "/topics/new/configs:alter",
            r#"{"data":[{"name":"retention.ms","value":"5"}]}"#,
        ),
        ("DELETE", "/topics/new", ""),
        (
            "POST",
            "/acls",
            r#"{"resource_type":"TOPIC","resource_name":"a","pattern_type":"LITERAL","principal":"User:x","host":"*","operation":"READ","permission":"ALLOW"}"#,
        ),
        (
            "POST",
            "/acls:batch",
            r#"{"data":[{"resource_type":"TOPIC","resource_name":"b","pattern_type":"LITERAL","principal":"User:x","host":"*","operation":"READ","permission":"ALLOW"}]}"#,
        ),
        (
            "DELETE",
            "/acls?resource_type=TOPIC&pattern_type=ANY&operation=ANY&permission=ANY",
            "",
        ),
        ("DELETE", "/acls", ""),
        ("POST", "/links/dr/configs:alter", "{}"),
    ] {
        let path = format!("/kafka/v3/clusters/lkc-west{path}");
        let body = (!body.is_empty()).then(|| body.to_owned());
        let answer = send(&sandbox, "", method, &path, body).await;
        findings.look(document, method, &path, &answer);
    }
}

fn small_world() -> World {
    World::from_yaml(
        r#"
version: 1
clock: { mode: manual }
clusters:
  - id: lkc-east
    bootstrap_servers: "east:9092"
    topics: [{ name: orders, records: 60 }, { name: extra }]
    groups: [{ id: g, offsets: { orders: 6 }, active: true }]
  - id: lkc-west
    bootstrap_servers: "west:9092"
    topics: [{ name: local }]
    acls: [{ resource_type: TOPIC, resource_name: orders, principal: "User:sa-1", operation: READ }]
    groups: [{ id: g, offsets: { local: 0 }, active: true }]
    links: [{ name: dr, remote: lkc-east, mirrors: [{ source_topic: orders }] }]
  - id: PlatformA-0123456789AB
    kind: confluent-platform
    bootstrap_servers: "x:9092"
    groups: [{ id: g, offsets: {} }]
    links: [{ name: dr, remote: lkc-east, mirrors: [{ source_topic: orders }] }]
"#,
    )
    .unwrap()
}

/// A request made from an operation of the document.
fn request(document: &OpenApi, numbers: &[u32]) -> (String, String, Option<String>) {
    let mut draw = Draw::new(numbers);
    let operation = &document.operations[draw.below(document.operations.len())];
    let fill = |name: &str, draw: &mut Draw<'_>| {
        let usual = match name {
            "{cluster_id}" => "lkc-west",
            "{link_name}" => "dr",
            "{topic_name}" | "{mirror_topic_name}" => "orders",
            "{consumer_group_id}" => "g",
            _ => "acl.sync.ms",
        };
        let word = if draw.chance(5) { draw.word() } else { usual };
        let word = if word.is_empty() { usual } else { word };
        word.replace('%', "%25")
            .replace(' ', "%20")
            .replace('/', "%2F")
            .replace('ü', "%C3%BC")
            .replace('{', "%7B")
            .replace('}', "%7D")
            .replace('"', "%22")
            .replace('\u{0}', "%00")
    };
    let parts: Vec<String> = operation
        .path
        .split('/')
        .map(|part| {
            if part.starts_with('{') {
                fill(part, &mut draw)
            } else {
                part.to_owned()
            }
        })
        .collect();
    let mut path = parts.join("/");
    let mut mark = '?';
    for parameter in &operation.parameters {
        if parameter.required || draw.chance(2) {
            let value = document.value(&parameter.schema, &mut draw);
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            let text: String = text
                .bytes()
                .map(|byte| {
                    if byte.is_ascii_alphanumeric() {
                        (byte as char).to_string()
                    } else {
                        format!("%{byte:02X}")
                    }
                })
                .collect();
            path.push_str(&format!("{mark}{}={text}", parameter.name));
            mark = '&';
        }
    }
    let body = operation
        .body
        .as_ref()
        .map(|schema| document.value(schema, &mut draw).to_string());
    (operation.method.clone(), path, body)
}

#[test]
fn requests_made_from_the_document_get_documented_replies() {
    let test = "requests_made_from_the_document_get_documented_replies";
    let Some(document) = load(test) else { return };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    let config = ProptestConfig {
        cases: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let numbers = prop::collection::vec(prop::collection::vec(any::<u32>(), 1..40), 1..25);
    proptest!(config, |(rows in numbers)| {
        let sandbox = Sandbox::new(small_world());
        for row in rows {
            let (method, path, body) = request(&document, &row);
            let answer = runtime.block_on(send(&sandbox, "", &method, &path, body.clone()));
            prop_assert!(answer.status < 500, "{method} {path} {body:?}: {}", answer.text);
            let mut findings = Findings::default();
            findings.look(&document, &method, &path, &answer);
            prop_assert!(findings.new.is_empty(), "{method} {path} {body:?}\n{}", findings.report());
            sandbox.advance(std::time::Duration::from_secs(u64::from(row[0] % 20)));
        }
    });
}
