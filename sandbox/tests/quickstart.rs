//! The quickstart world from the first link to failover and deletion, under paused time.

use crate::common::{Client, world};
use linkwright_clock::Clock;
use linkwright_sandbox::Sandbox;
use serde_json::json;
use std::time::Duration;

fn link_body() -> serde_json::Value {
    json!({
        "source_cluster_id": "lkc-east01",
        "configs": [
            { "name": "bootstrap.servers", "value": "pkc-1.us-east-1.aws.confluent.cloud:9092" },
            { "name": "security.protocol", "value": "SASL_SSL" },
            { "name": "sasl.mechanism", "value": "PLAIN" },
            { "name": "sasl.jaas.config", "value": "X required username=\"K\" password=\"planted\";" },
        ],
    })
}

#[tokio::test(start_paused = true)]
async fn a_link_is_created_used_failed_over_and_deleted() {
    let sandbox = Sandbox::new(world("quickstart"));
    let west = Client::new(&sandbox, "lkc-west01", "WESTKEY:west-secret");
    let created = west.post("/links?link_name=dr", link_body()).await;
    assert_eq!((created.status, created.text.as_str()), (201, ""));
    assert_eq!(
        west.post("/links?link_name=dr", link_body()).await.status,
        409
    );
    let early = west
        .post(
            "/links/dr/mirrors",
            json!({ "source_topic_name": "orders.placed" }),
        )
        .await;
    assert_eq!(early.status, 404);
    assert!(
        early
            .text
            .contains("Unable to resolve cluster link information for dr")
    );

    Clock::wall().sleep(Duration::from_secs(1)).await; // 20 s of virtual time
    let link = west.get("/links/dr").await;
    assert_eq!(link.json["link_state"], "ACTIVE");
    assert_eq!(link.json["source_cluster_id"], "lkc-east01");
    let configs = west.get("/links/dr/configs").await;
    assert_eq!(configs.json["data"].as_array().unwrap().len(), 56);
    assert!(!configs.text.contains("planted"));

    let body = json!({ "source_topic_name": "orders.placed" });
    assert_eq!(west.post("/links/dr/mirrors", body).await.status, 201);
    Clock::wall().sleep(Duration::from_secs(1)).await;
    let mirror = west.get("/links/dr/mirrors/orders.placed").await;
    assert_eq!(mirror.json["mirror_status"], "ACTIVE");
    let lags = mirror.json["mirror_lags"].as_array().unwrap();
    assert!(
        lags.contains(&json!({
            "partition": 0, "lag": 0, "last_source_fetch_offset": 20000
        })),
        "{lags:?}"
    );

    assert_eq!(west.delete("/links/dr").await.status, 403);
    let names = json!({ "mirror_topic_names": ["orders.placed", "nope"] });
    let verdict = west.post("/links/dr/mirrors:promote", names.clone()).await;
    assert_eq!(verdict.status, 200);
    // Sorted by name, whatever the order of the request.
    assert_eq!(verdict.json["data"][0]["error_code"], 404);
    assert_eq!(verdict.json["data"][1]["error_code"], json!(null));
    let mirror = west.get("/links/dr/mirrors/orders.placed").await;
    assert_eq!(mirror.json["mirror_status"], "PENDING_STOPPED");
    Clock::wall().sleep(Duration::from_millis(500)).await;
    let mirror = west.get("/links/dr/mirrors/orders.placed").await;
    assert_eq!(mirror.json["mirror_status"], "STOPPED");
    let again = west.post("/links/dr/mirrors:promote", names).await;
    assert_eq!(
        again.json["data"][1]["error_message"],
        "Topic 'orders.placed' has already stopped its mirror from 'dr'"
    );

    let saved = sandbox.save();
    let restored = Sandbox::restore(&saved).unwrap();
    assert_eq!(
        restored.save(),
        saved,
        "saving what was restored changes nothing"
    );

    assert_eq!(west.delete("/links/dr").await.status, 204);
    Clock::wall().sleep(Duration::from_secs(1)).await;
    assert_eq!(west.get("/links/dr").await.status, 404);
    assert_eq!(west.get("/topics/orders.placed").await.status, 200);
    assert_eq!(sandbox.harms(), []);
}

#[tokio::test(start_paused = true)]
async fn disabling_a_feature_clears_its_filter() {
    let sandbox = Sandbox::new(world("quickstart"));
    let west = Client::new(&sandbox, "lkc-west01", "WESTKEY:west-secret");
    assert_eq!(
        west.post("/links?link_name=dr", link_body()).await.status,
        201
    );
    Clock::wall().sleep(Duration::from_secs(1)).await;
    let filter = r#"{"topicFilters": [ {"name":"orders.","patternType":"PREFIXED","filterType":"INCLUDE"} ]}"#;
    let on = json!({ "data": [
        { "name": "auto.create.mirror.topics.filters", "value": filter },
        { "name": "auto.create.mirror.topics.enable", "value": "true" },
    ]});
    assert_eq!(west.put("/links/dr/configs:alter", on).await.status, 204);
    let stored = west
        .get("/links/dr/configs/auto.create.mirror.topics.filters")
        .await;
    assert_eq!(stored.json["value"], filter);
    Clock::wall().sleep(Duration::from_secs(1)).await;
    let rows = west.get("/links/-/mirrors?mirror_status=ACTIVE").await;
    let names: Vec<_> = rows.json["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["mirror_topic_name"])
        .collect();
    assert_eq!(
        names,
        ["orders.placed", "orders.shipped", "orders.tmp.scratch"]
    );
    let off = json!({ "value": "false" });
    assert_eq!(
        west.put("/links/dr/configs/auto.create.mirror.topics.enable", off)
            .await
            .status,
        204
    );
    let stored = west
        .get("/links/dr/configs/auto.create.mirror.topics.filters")
        .await;
    assert_eq!(
        (&stored.json["value"], &stored.json["is_default"]),
        (&json!(""), &json!(true))
    );
}

#[tokio::test(start_paused = true)]
async fn strangers_are_turned_away() {
    let sandbox = Sandbox::new(world("quickstart"));
    let code = |user: &'static str, method: &'static str| {
        let client = Client::new(&sandbox, "lkc-west01", user);
        async move {
            let answer = if method == "GET" {
                client.get("/links").await
            } else {
                client.post("/links?link_name=x", json!({})).await
            };
            (
                answer.status,
                answer.json["error_code"].as_i64().unwrap_or(0),
            )
        }
    };
    assert_eq!(code("", "GET").await, (401, 401));
    assert_eq!(code("EASTKEY:east-secret", "GET").await, (401, 40101));
    assert_eq!(code("WESTREADER:west-reader-secret", "GET").await, (200, 0));
    assert_eq!(
        code("WESTREADER:west-reader-secret", "POST").await,
        (403, 40301)
    );
}

#[tokio::test(start_paused = true)]
async fn no_time_passes_between_saving_and_restoring() {
    let sandbox = Sandbox::new(world("quickstart"));
    let west = Client::new(&sandbox, "lkc-west01", "WESTKEY:west-secret");
    assert_eq!(
        west.post("/links?link_name=dr", link_body()).await.status,
        201
    );
    let saved = sandbox.save();
    Clock::wall().sleep(Duration::from_secs(3600)).await;
    let restored = Sandbox::restore(&saved).unwrap();
    assert_eq!(restored.now_ms() + 20 * 3_600_000, sandbox.now_ms());
    let west = Client::new(&restored, "lkc-west01", "WESTKEY:west-secret");
    assert_eq!(
        west.get("/links/dr").await.status,
        404,
        "it is not visible yet"
    );
    assert_eq!(
        restored.requests().len(),
        1,
        "the log is that of this process"
    );
    Clock::wall().sleep(Duration::from_secs(1)).await;
    assert_eq!(west.get("/links/dr").await.json["link_state"], "ACTIVE");
    assert!(Sandbox::restore("{}").is_err());
}
