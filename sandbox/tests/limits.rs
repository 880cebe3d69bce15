//! Limits that a world file sets, since the real ones are not published.

use crate::common::Client;
use linkwright_sandbox::{Sandbox, World};
use serde_json::json;
use std::time::Duration;

const WORLD: &str = r#"
version: 1
clock: { mode: manual }
clusters:
  - id: lkc-east
    bootstrap_servers: "east:9092"
    topics: [{ name: a }, { name: b }]
    acls:
      - { resource_type: TOPIC, resource_name: a, principal: "User:x", operation: READ }
      - { resource_type: TOPIC, resource_name: b, principal: "User:x", operation: READ }
  - { id: lkc-west, link_limit: 1, mirror_limit: 1, acl_limit: 1 }
  - { id: lkc-insecure, authorizer: false }
"#;

fn link() -> serde_json::Value {
    let any = r#"{"aclFilters":[{"resourceFilter":{"resourceType":"any","patternType":"any"},"accessFilter":{"operation":"any","permissionType":"any"}}]}"#;
    json!({ "source_cluster_id": "lkc-east", "configs": [
        { "name": "bootstrap.servers", "value": "east:9092" },
        { "name": "acl.sync.enable", "value": "true" },
        { "name": "acl.filters", "value": any },
    ]})
}

#[tokio::test(start_paused = true)]
async fn links_mirrors_and_acls_have_limits() {
    let sandbox = Sandbox::new(World::from_yaml(WORLD).unwrap());
    let west = Client::new(&sandbox, "lkc-west", "");
    assert_eq!(west.post("/links?link_name=one", link()).await.status, 201);
    assert_eq!(west.post("/links?link_name=two", link()).await.status, 400);
    sandbox.advance(Duration::from_secs(20));
    let mirror = |topic: &str| json!({ "source_topic_name": topic });
    assert_eq!(
        west.post("/links/one/mirrors", mirror("a")).await.status,
        201
    );
    assert_eq!(
        west.post("/links/one/mirrors", mirror("b")).await.status,
        400
    );
    let tasks = west.get("/links/one?include_tasks=true").await;
    assert_eq!(
        tasks.json["tasks"][0]["errors"][0]["error_code"],
        "ACL_LIMIT_EXCEEDED"
    );
    assert_eq!(
        west.get("/acls").await.json["data"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    let acl = json!({
        "resource_type": "TOPIC", "resource_name": "c", "pattern_type": "LITERAL",
        "principal": "User:x", "host": "*", "operation": "READ", "permission": "ALLOW",
    });
    assert_eq!(
        west.post("/acls", acl.clone()).await.json["error_code"],
        40002
    );

    let insecure = Client::new(&sandbox, "lkc-insecure", "");
    assert_eq!(insecure.post("/acls", acl).await.json["error_code"], 40002);
    assert_eq!(
        insecure.post("/links?link_name=one", link()).await.status,
        201
    );
    sandbox.advance(Duration::from_secs(20));
    let tasks = insecure.get("/links/one?include_tasks=true").await;
    assert_eq!(
        tasks.json["tasks"][0]["errors"][0]["error_code"],
        "SECURITY_DISABLED_ERROR"
    );
}

#[tokio::test(start_paused = true)]
async fn the_control_api_lists_itself_and_refuses_nonsense() {
    let sandbox = Sandbox::new(World::from_yaml(WORLD).unwrap());
    let call = |method: &'static str, path: &'static str, body: &'static str| {
        let body = (!body.is_empty()).then(|| body.to_owned());
        let sandbox = sandbox.clone();
        async move {
            crate::common::send(&sandbox, "", method, &format!("/sandbox/v1/{path}"), body).await
        }
    };
    let help = call("GET", "", "").await;
    let calls = help.json.as_array().map_or(0, Vec::len);
    assert!(calls > 20, "only {calls} calls");
    assert_eq!(
        call("POST", "clock/advance", r#"{"ms":5000}"#).await.json["now"],
        "2026-11-02T08:00:05Z"
    );
    assert_eq!(
        call("POST", "clock/advance", r#"{"ms":-1}"#).await.status,
        400
    );
    assert_eq!(
        call("POST", "clock/mode", r#"{"auto":{"speed":-2}}"#)
            .await
            .status,
        400
    );
    assert_eq!(
        call("PUT", "switches", r#"{"create_status":"no-content"}"#)
            .await
            .status,
        200
    );
    let west = Client::new(&sandbox, "lkc-west", "");
    assert_eq!(west.post("/links?link_name=one", link()).await.status, 204);
    let fault = call(
        "POST",
        "faults",
        r#"{"name":"f","do":"reset-after-effect"}"#,
    )
    .await;
    assert_eq!((fault.status, &fault.json["id"]), (201, &json!("f")));
    assert_eq!(call("GET", "faults", "").await.json[0]["acted"], 0);
    assert_eq!(call("DELETE", "faults/f", "").await.status, 200);
    assert_eq!(call("DELETE", "faults/f", "").await.status, 404);
    assert_eq!(
        call("POST", "faults", r#"{"do":"nothing"}"#).await.status,
        400
    );
    assert_eq!(
        call("POST", "produce", r#"{"cluster":"lkc-east","topic":"x"}"#)
            .await
            .status,
        404
    );
    assert_eq!(call("GET", "nothing", "").await.status, 404);
    assert_eq!(call("PATCH", "clock", "").await.status, 405);
    assert_eq!(
        call("GET", "requests?since=0", "")
            .await
            .json
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    assert_eq!(call("DELETE", "requests", "").await.status, 200);
    assert!(sandbox.requests().is_empty());
    let saved = call("GET", "save", "").await;
    assert!(Sandbox::restore(&saved.text).is_ok());
}
