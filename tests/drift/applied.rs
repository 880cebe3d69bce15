//! Clusters whose spec has been applied, and an operator who works on them by hand.

use std::time::Duration;

use linkwright_sandbox::Sandbox;
use serde_json::Value;

use crate::support::workspace::Workspace;
use crate::support::world;

const WORLD: &str = r#"version: 1
clock: { mode: { auto: { speed: 20 } }, start: "2026-11-02T08:00:00Z" }
clusters:
  - id: lkc-east01
    organization: acme
    bootstrap_servers: east:9092
    rest_auth: { basic: [{ username: EAST, password: east-secret }] }
    link_principals:
      - { username: LINK, password: link-secret, may: [topics, groups, acls] }
    topics:
      - { name: orders.placed, partitions: 3, records: 900 }
      - { name: payments, partitions: 3, records: 900 }
      - { name: audit.log, partitions: 1, records: 10 }
  - id: lkc-west01
    organization: acme
    bootstrap_servers: west:9092
    rest_auth: { basic: [{ username: WEST, password: west-secret }] }
"#;

/// The spec; what `exceptions` says follows.
pub(crate) const SPEC: &str = r#"version: 1
clusters:
  east:
    id: lkc-east01
    organization: acme
    rest_endpoint: https://east.example:443
    bootstrap_servers: east:9092
    rest_auth: { basic: { username: EAST, password: "${env:EAST:-sandbox}" } }
  west:
    id: lkc-west01
    organization: acme
    rest_endpoint: https://west.example:443
    bootstrap_servers: west:9092
    rest_auth: { basic: { username: WEST, password: "${env:WEST:-sandbox}" } }
links:
  orders-dr:
    source: east
    destination: west
    credentials: { sasl_plain: { username: LINK, password: "${env:LINK_SECRET}" } }
    auto_create_mirrors: { topics: { include: ["orders.*", "returns.*"] } }
    mirrors: { orders.placed: {}, payments: {} }
  audit-dr:
    source: east
    destination: west
    prefix: audit.
    credentials: { sasl_plain: { username: LINK, password: "${env:LINK_SECRET}" } }
"#;

/// A folder with the spec applied, and everything settled.
pub(crate) fn applied() -> Workspace {
    let workspace = Workspace::with(SPEC, WORLD)
        .env("LINK_SECRET", "link-secret")
        .always(&["--sandbox", "w/world.yaml"]);
    workspace.run(&["apply", "--auto-approve"]).exits(0);
    workspace
}

/// Drift as JSON, without when it was looked at.
pub(crate) fn drift(workspace: &Workspace) -> (Value, Option<i32>) {
    let run = workspace.run(&["drift", "-o", "json"]);
    let mut report: Value = serde_json::from_str(&run.out).expect(&run.err);
    report.as_object_mut().unwrap().remove("generated_at");
    (report, run.code)
}

/// Works on the clusters by hand, and lets virtual time pass.
pub(crate) fn by_hand(workspace: &Workspace, work: impl AsyncFnOnce(&Hands)) {
    let hands = Hands(workspace.sandbox());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(work(&hands));
    workspace.leave(&hands.0);
}

/// Somebody with the API key of the west and a shell.
pub(crate) struct Hands(Sandbox);

impl Hands {
    /// A call on the cluster in the west.
    pub(crate) async fn call(&self, method: &str, path: &str, body: &str) {
        let call = format!("{method} /kafka/v3/clusters/lkc-west01/{path}");
        let body = serde_json::from_str(body).unwrap();
        let key = Some(("WEST", "west-secret"));
        let words = world::call(&self.0, key, &call, &body).await.unwrap();
        assert!(!words.contains("\"error_code\":4"), "{words}");
    }

    pub(crate) fn wait(&self, time: Duration) {
        self.0.advance(time);
    }
}
