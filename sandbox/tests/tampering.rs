//! Answers that are not the server's own: gateways, caches and replicas, as faults of a world.

use crate::common::{Client, world};
use linkwright_sandbox::{FaultSpec, Sandbox};
use serde_json::{Value, json};
use std::time::Duration;

fn fault(sandbox: &Sandbox, text: &str) {
    let fault: FaultSpec = serde_yaml::from_str(text).unwrap();
    sandbox.clear_fault("one");
    sandbox.add_fault(FaultSpec {
        name: Some(String::from("one")),
        ..fault
    });
}

/// A link with three mirrors.
async fn mirrored() -> (Sandbox, Client) {
    let sandbox = Sandbox::new(world("quickstart"));
    let west = Client::new(&sandbox, "lkc-west01", "WESTKEY:west-secret");
    let body = json!({ "source_cluster_id": "lkc-east01", "configs": [
        { "name": "bootstrap.servers", "value": "pkc-1.us-east-1.aws.confluent.cloud:9092" },
    ]});
    assert_eq!(west.post("/links?link_name=dr", body).await.status, 201);
    sandbox.advance(Duration::from_secs(20));
    for topic in ["legacy", "orders.placed", "payments"] {
        let body = json!({ "source_topic_name": topic });
        assert_eq!(west.post("/links/dr/mirrors", body).await.status, 201);
    }
    sandbox.advance(Duration::from_secs(20));
    (sandbox, west)
}

fn names(list: &Value, key: &str) -> Vec<String> {
    let rows = list["data"].as_array().unwrap();
    rows.iter()
        .map(|row| row[key].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(start_paused = true)]
async fn validate_only_can_be_dropped() {
    let (sandbox, west) = mirrored().await;
    let all = json!({ "mirror_topic_names": ["payments"] });
    let path = "/links/dr/mirrors:pause?validate_only=true";
    let status = async || {
        let row = west.get("/links/dr/mirrors/payments").await;
        row.json["mirror_status"].clone()
    };
    assert_eq!(west.post(path, all.clone()).await.status, 200);
    assert_eq!(status().await, "ACTIVE");
    fault(&sandbox, "{ do: drop-validate-only }");
    assert_eq!(west.post(path, all).await.status, 200);
    sandbox.advance(Duration::from_secs(5));
    assert_eq!(status().await, "PAUSED");
    // In the body too.
    let body = json!({ "topic_name": "new", "validate_only": true });
    assert_eq!(west.post("/topics", body).await.status, 201);
    assert_eq!(west.get("/topics/new").await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn lists_can_disagree() {
    let (sandbox, west) = mirrored().await;
    let mirrors = "/links/-/mirrors";
    fault(
        &sandbox,
        "{ on: { route: mirrors.list-all }, do: { omit-rows: { names: [payments] } } }",
    );
    let short = west.get(mirrors).await.json;
    assert_eq!(
        names(&short, "mirror_topic_name"),
        ["legacy", "orders.placed"]
    );
    let links = west.get("/links").await.json;
    assert_eq!(links["data"][0]["topic_names"].as_array().unwrap().len(), 3);
    assert_eq!(west.get("/links/dr/mirrors/payments").await.status, 200);
    fault(&sandbox, "{ do: { omit-rows: {} } }");
    let half = west.get(mirrors).await.json;
    assert_eq!(names(&half, "mirror_topic_name"), ["legacy", "payments"]);
    fault(&sandbox, "{ do: repeat-rows }");
    let twice = west.get(mirrors).await.json;
    assert_eq!(names(&twice, "mirror_topic_name").len(), 6);
}

#[tokio::test(start_paused = true)]
async fn configs_and_keys_can_disappear_and_words_can_be_new() {
    let (sandbox, west) = mirrored().await;
    let configs = "/links/dr/configs";
    let all = names(&west.get(configs).await.json, "name");
    fault(&sandbox, "{ do: { omit-rows: { names: [link.mode] } } }");
    let without = names(&west.get(configs).await.json, "name");
    assert_eq!(without.len() + 1, all.len());
    fault(&sandbox, "{ do: { omit-keys: { keys: [link_state] } } }");
    for path in ["/links", "/links/dr"] {
        let answer = west.get(path).await.json;
        let row = if path == "/links" {
            &answer["data"][0]
        } else {
            &answer
        };
        assert!(row.get("link_name").is_some() && row.get("link_state").is_none());
    }
    fault(
        &sandbox,
        "{ do: { set-key: { key: link_state, value: HIBERNATING } } }",
    );
    let links = west.get("/links").await.json;
    assert_eq!(links["data"][0]["link_state"], "HIBERNATING");
    // An error stays what it is.
    assert_eq!(west.get("/links/none").await.status, 404);
}

#[tokio::test(start_paused = true)]
async fn an_answer_can_be_another_clusters_or_a_portals_page() {
    let (sandbox, west) = mirrored().await;
    fault(
        &sandbox,
        "{ do: { another-cluster: { cluster: lkc-east01 } } }",
    );
    let topics = west.get("/topics").await.json;
    assert_eq!(topics["data"][0]["cluster_id"], "lkc-east01");
    assert!(
        topics["metadata"]["self"]
            .as_str()
            .unwrap()
            .contains("/lkc-east01/")
    );
    fault(&sandbox, "{ do: html-success }");
    let page = west.post("/topics", json!({ "topic_name": "made" })).await;
    assert_eq!(
        (page.status, page.content_type.as_str()),
        (200, "text/html;charset=utf-8")
    );
    assert!(page.text.contains("<title>Company portal</title>"));
    fault(&sandbox, "{ do: { status: { code: 200, body: html } } }");
    let page = west
        .post("/topics", json!({ "topic_name": "not-made" }))
        .await;
    assert_eq!(page.status, 200);
    sandbox.clear_fault("one");
    assert_eq!(west.get("/topics/made").await.status, 200);
    assert_eq!(west.get("/topics/not-made").await.status, 404);
}
