//! Every kind of fault, in-process and over TCP.

use crate::common::{Answer, Client, send, world};
use linkwright_clock::Clock;
use linkwright_sandbox::{Activity, ConnectionReset, FaultSpec, RouteKind, Sandbox, serve};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const USER: &str = "WESTKEY:west-secret";

fn fault(text: &str) -> FaultSpec {
    serde_yaml::from_str(text).unwrap()
}

fn start() -> (Sandbox, Client) {
    let sandbox = Sandbox::new(world("quickstart"));
    let west = Client::new(&sandbox, "lkc-west01", USER);
    (sandbox, west)
}

async fn create_topic(west: &Client, name: &str) -> Answer {
    west.post("/topics", json!({ "topic_name": name })).await
}

#[tokio::test(start_paused = true)]
async fn canned_answers_by_route_and_count() {
    let (sandbox, west) = start();
    sandbox.add_fault(fault(
        "{ on: { route: links.list }, skip: 1, times: 2, do: { status: { code: 429, retry_after_s: 7 } } }",
    ));
    sandbox.add_fault(fault(
        "{ on: { route: 'topics.*', method: GET }, do: { status: { code: 503 } } }",
    ));
    let unharmed = west.get("/links").await;
    assert_eq!(unharmed.status, 200);
    for _ in 0..2 {
        let limited = west.get("/links").await;
        assert_eq!(
            (limited.status, limited.retry_after.as_deref()),
            (429, Some("7"))
        );
        assert!(
            limited.content_type.starts_with("text/html"),
            "{}",
            limited.content_type
        );
        assert!(limited.text.contains("HTTP ERROR 429 Too Many Requests"));
    }
    assert_eq!(west.get("/links").await.status, 200);
    let down = west.get("/topics").await;
    assert_eq!(
        (down.status, &down.json["error_code"]),
        (503, &json!(50302))
    );
    assert_eq!(create_topic(&west, "a").await.status, 201);
    let log = sandbox.requests();
    assert_eq!(log.len(), 6);
    assert_eq!(log.iter().filter(|request| request.faulted).count(), 3);
    assert_eq!(log[5].kind, RouteKind::Write);
    assert_eq!(
        (log[5].route.as_str(), log[5].cluster.as_str()),
        ("topics.create", "lkc-west01")
    );
}

#[tokio::test(start_paused = true)]
async fn a_json_429_has_no_retry_after_unless_asked() {
    let (sandbox, west) = start();
    sandbox.add_fault(fault(
        "{ do: { status: { code: 429, body: json } }, times: 1 }",
    ));
    let limited = west.get("/links").await;
    assert_eq!((limited.status, limited.retry_after.clone()), (429, None));
    assert_eq!(limited.json["error_code"], 42901);
    sandbox.add_fault(fault(
        "{ do: { status: { code: 502, body: empty } }, times: 1 }",
    ));
    let empty = west.get("/links").await;
    assert_eq!((empty.status, empty.text.as_str()), (502, ""));
}

#[tokio::test(start_paused = true)]
async fn latency_is_wall_time() {
    let (sandbox, west) = start();
    sandbox.add_fault(fault("{ do: { latency: { ms: 1500 } }, times: 1 }"));
    let before = Clock::wall().now();
    assert_eq!(west.get("/links").await.status, 200);
    assert_eq!(Clock::wall().since(before), Duration::from_millis(1500));
}

#[tokio::test(start_paused = true)]
async fn a_reset_says_whether_it_had_its_effect() {
    let (sandbox, west) = start();
    sandbox.add_fault(fault(
        "{ on: { route: topics.create }, times: 1, do: reset-before-effect }",
    ));
    let lost = create_topic(&west, "a").await;
    assert_eq!(
        lost.reset,
        Some(ConnectionReset {
            effect_applied: false
        })
    );
    assert_eq!(west.get("/topics/a").await.status, 404);
    sandbox.add_fault(fault(
        "{ on: { route: topics.create }, times: 1, do: reset-after-effect }",
    ));
    let done = create_topic(&west, "a").await;
    assert_eq!(
        done.reset,
        Some(ConnectionReset {
            effect_applied: true
        })
    );
    assert_eq!(west.get("/topics/a").await.status, 200);
    assert_eq!(
        sandbox.requests()[0].status,
        0,
        "a dropped request has no status"
    );
}

#[tokio::test(start_paused = true)]
async fn reads_can_be_stale_after_a_write() {
    let (sandbox, west) = start();
    sandbox.add_fault(fault(
        "{ on: { kind: write }, times: 1, do: { stale-reads: { ms: 4000 } } }",
    ));
    assert_eq!(create_topic(&west, "a").await.status, 201);
    assert_eq!(west.get("/topics/a").await.status, 404);
    assert_eq!(
        create_topic(&west, "a").await.status,
        400,
        "writes see the truth"
    );
    Clock::wall().sleep(Duration::from_millis(250)).await; // 5 s of virtual time
    assert_eq!(west.get("/topics/a").await.status, 200);
}

async fn mirrored() -> (Sandbox, Client) {
    let (sandbox, west) = start();
    let body = json!({ "source_cluster_id": "lkc-east01", "configs": [
        { "name": "bootstrap.servers", "value": "pkc-1.us-east-1.aws.confluent.cloud:9092" },
    ]});
    assert_eq!(west.post("/links?link_name=dr", body).await.status, 201);
    sandbox.advance(Duration::from_secs(20));
    for topic in ["orders.placed", "orders.shipped", "payments"] {
        let body = json!({ "source_topic_name": topic });
        assert_eq!(west.post("/links/dr/mirrors", body).await.status, 201);
    }
    sandbox.advance(Duration::from_secs(20));
    (sandbox, west)
}

fn codes(answer: &Answer) -> Vec<Value> {
    answer.json["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["error_code"].clone())
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_batch_can_fail_in_part() {
    let (sandbox, west) = mirrored().await;
    let all = json!({ "mirror_topic_names": ["orders.placed", "orders.shipped", "payments"] });
    sandbox.add_fault(fault(
        "{ on: { route: mirrors.pause }, times: 1, do: { fail-items: { topics: [payments] } } }",
    ));
    let paused = west.post("/links/dr/mirrors:pause", all.clone()).await;
    assert_eq!(
        (paused.status, codes(&paused)),
        (200, vec![json!(null), json!(null), json!(401)])
    );
    sandbox.advance(Duration::from_secs(5));
    assert_eq!(
        west.get("/links/dr/mirrors/payments").await.json["mirror_status"],
        "ACTIVE"
    );
    sandbox.add_fault(fault(
        "{ on: { link: dr, kind: write }, times: 1, do: { fail-items: {} } }",
    ));
    let failed_over = west.post("/links/dr/mirrors:failover", all).await;
    assert_eq!(codes(&failed_over), [json!(null), json!(401), json!(null)]);
}

#[tokio::test(start_paused = true)]
async fn a_source_can_be_cut_and_a_link_can_lose_its_credentials() {
    let (sandbox, west) = mirrored().await;
    let cut = sandbox.add_fault(fault(
        "{ do: { source-unreachable: { cluster: lkc-east01 } } }",
    ));
    sandbox.advance(Duration::from_secs(30));
    let link = west.get("/links/dr").await.json;
    assert_eq!(
        (&link["link_state"], &link["link_error"]),
        (
            &json!("ACTIVE"),
            &json!("BOOTSTRAP_TCP_CONNECTION_FAILED_ERROR")
        )
    );
    sandbox.advance(Duration::from_secs(300));
    let link = west.get("/links/dr").await.json;
    assert_eq!(link["link_state"], "UNAVAILABLE");
    assert_eq!(
        link["category_counts"],
        json!([{ "state_category": "IN_ERROR", "count": 15 }])
    );
    assert!(sandbox.clear_fault(&cut));
    sandbox.advance(Duration::from_secs(10));
    assert_eq!(west.get("/links/dr").await.json["link_error"], "NO_ERROR");

    sandbox.add_fault(fault(
        "{ do: { link-error: { cluster: lkc-west01, link: dr, error: AUTHENTICATION_ERROR } } }",
    ));
    sandbox.advance(Duration::from_secs(30));
    let link = west.get("/links/dr").await.json;
    assert_eq!(
        link["link_error_message"],
        "Please check your api key and secret"
    );
}

/// Sends a request over TCP and reads until the connection ends.
async fn over_tcp(address: std::net::SocketAddr, request: &str) -> std::io::Result<String> {
    let mut stream = tokio::net::TcpStream::connect(address).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[tokio::test]
async fn over_tcp_a_reset_is_a_reset() {
    let (sandbox, west) = start();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(serve(listener, sandbox.clone(), async {
        let _ = stopped.await;
    }));
    let request = "POST /kafka/v3/clusters/lkc-west01/topics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
        authorization: Basic V0VTVEtFWTp3ZXN0LXNlY3JldA==\r\ncontent-length: 18\r\n\r\n{\"topic_name\":\"a\"}";
    for (kind, effect) in [("before", 404), ("after", 200)] {
        sandbox.add_fault(fault(&format!("{{ times: 1, do: reset-{kind}-effect }}")));
        let error = over_tcp(address, request).await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "{kind}");
        assert_eq!(west.get("/topics/a").await.status, effect, "{kind}");
    }
    let answer = over_tcp(address, request).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_platform_cluster_answers_under_both_prefixes_and_issues_tokens() {
    let text = "
version: 1
clusters:
  - id: PlatformA-AAAAAAAAAAAA
    kind: confluent-platform
    rest_auth: { basic: [{ username: admin, password: pw }], bearer: [{ token: T0K, role: reader }] }
  - { id: lkc-open }
";
    let sandbox = Sandbox::new(linkwright_sandbox::World::from_yaml(text).unwrap());
    let get = |user: &'static str, path: &'static str| {
        let sandbox = sandbox.clone();
        async move { crate::common::send(&sandbox, user, "GET", path, None).await }
    };
    for prefix in [
        "/v3/clusters/PlatformA-AAAAAAAAAAAA",
        "/kafka/v3/clusters/PlatformA-AAAAAAAAAAAA",
    ] {
        assert_eq!(get("admin:pw", prefix).await.status, 200);
    }
    assert_eq!(get("", "/v3/clusters/lkc-open").await.status, 404);
    let listed = get("admin:pw", "/v3/clusters").await;
    assert_eq!(
        listed.json["data"].as_array().unwrap().len(),
        2,
        "the open one and its own"
    );
    let token = get("admin:pw", "/security/1.0/authenticate").await;
    let token = token.json["auth_token"].as_str().unwrap().to_owned();
    for (token, status) in [(token.as_str(), 200), ("T0K", 200), ("nothing", 401)] {
        let request = http::Request::get("/v3/clusters/PlatformA-AAAAAAAAAAAA/links")
            .header("authorization", format!("Bearer {token}"))
            .body(axum::body::Body::empty())
            .unwrap();
        let response = tower::ServiceExt::oneshot(sandbox.router(), request)
            .await
            .unwrap();
        assert_eq!(response.status().as_u16(), status, "{token}");
    }
    assert_eq!(
        get("admin:wrong", "/security/1.0/authenticate")
            .await
            .status,
        401
    );
}

/// A world of one cluster with this rate limit.
fn limited(limit: &str) -> Sandbox {
    let text = format!("{{ version: 1, clusters: [{{ id: lkc-west01, rate_limit: {limit} }}] }}");
    Sandbox::new(linkwright_sandbox::World::from_yaml(&text).unwrap())
}

async fn statuses(client: &Client, requests: usize) -> Vec<u16> {
    let mut statuses = Vec::new();
    for _ in 0..requests {
        statuses.push(client.get("/links").await.status);
    }
    statuses
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_lets_a_burst_through_and_then_its_rate() {
    let sandbox = limited("{ rate: 2, burst: 3, headers: [retry-after] }");
    let west = Client::new(&sandbox, "lkc-west01", "");
    assert_eq!(statuses(&west, 4).await, [200, 200, 200, 429]);
    let refused = west.get("/links").await;
    assert_eq!(refused.retry_after.as_deref(), Some("1"));
    assert!(refused.text.contains("HTTP ERROR 429 Too Many Requests"));
    Clock::wall().sleep(Duration::from_millis(500)).await;
    assert_eq!(statuses(&west, 2).await, [200, 429]);
    let log = sandbox.requests();
    assert_eq!(log.iter().filter(|line| line.status == 429).count(), 3);
    assert!(log.iter().all(|line| !line.faulted), "it is no fault");
}

#[tokio::test(start_paused = true)]
async fn each_key_has_a_limit_of_its_own_where_the_world_says_so() {
    let sandbox = limited("{ rate: 1, per: key, body: json }");
    for user in ["a:x", "b:x"] {
        let west = Client::new(&sandbox, "lkc-west01", user);
        assert_eq!(west.get("/links").await.status, 200);
        let refused = west.get("/links").await;
        assert_eq!(refused.json["error_code"], json!(42901));
        assert_eq!(refused.retry_after, None);
    }
}

#[test]
fn a_rate_limit_that_lets_nothing_through_is_refused() {
    for limit in ["{ rate: 0 }", "{ rate: 1, burst: 0 }", "{ rate: -1 }"] {
        let text = format!("{{ version: 1, clusters: [{{ id: lkc-a, rate_limit: {limit} }}] }}");
        let error = linkwright_sandbox::World::from_yaml(&text).unwrap_err();
        assert!(
            error.to_string().contains("rate limit of `lkc-a`"),
            "{error}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn answers_vanish_drip_and_come_late() {
    let (sandbox, west) = start();
    let clock = Clock::wall();
    sandbox.add_fault(fault("{ on: { method: POST }, times: 1, do: black-hole }"));
    let hour = Duration::from_secs(3600);
    assert!(clock.timeout(hour, create_topic(&west, "a")).await.is_err());
    assert_eq!(west.get("/topics/a").await.status, 404, "it had no effect");
    assert_eq!(sandbox.requests()[0].status, 0);

    sandbox.add_fault(fault("{ times: 1, do: { drip: { bytes_per_s: 10 } } }"));
    let began = clock.now();
    let slow = west.get("/links").await;
    let wanted = slow.text.len().div_ceil(10) - 1;
    assert_eq!(clock.since(began), Duration::from_secs(wanted as u64));
    assert!(slow.json["data"].is_array());

    sandbox.add_fault(fault("{ do: { jitter: { from_ms: 100, to_ms: 900 } } }"));
    let mut waits = Vec::new();
    for _ in 0..20 {
        let began = clock.now();
        assert_eq!(west.get("/links").await.status, 200);
        waits.push(clock.since(began).as_millis());
    }
    assert!(
        waits.iter().all(|wait| (100..900).contains(wait)),
        "{waits:?}"
    );
    waits.sort_unstable();
    waits.dedup();
    assert!(waits.len() > 10, "{waits:?}");
}

fn pair(name: &str) -> (Sandbox, Client, Client) {
    let text = std::fs::read_to_string(format!(
        "{}/tests/worlds/{name}.yaml",
        env!("CARGO_MANIFEST_DIR")
    ));
    let sandbox = Sandbox::new(linkwright_sandbox::World::from_yaml(&text.unwrap()).unwrap());
    let east = Client::new(&sandbox, "lkc-east", "");
    let west = Client::new(&sandbox, "lkc-west", "");
    (sandbox, east, west)
}

#[tokio::test(start_paused = true)]
async fn the_peer_dies_during_a_reverse_and_nothing_is_lost() {
    let (sandbox, _, west) = pair("pair");
    let names = json!({ "mirror_topic_names": ["orders"] });
    sandbox.add_fault(fault(
        "{ on: { route: mirrors.reverse-and-start }, times: 1, do: peer-dies }",
    ));
    let path = "/links/aa/mirrors:reverse-and-start-mirror";
    let preview = west
        .post(&format!("{path}?validate_only=true"), names.clone())
        .await;
    assert_eq!(preview.json["data"][0]["error_code"], Value::Null);
    assert_eq!(
        west.get("/links/aa/mirrors/orders").await.json["mirror_status"],
        "ACTIVE"
    );
    let sent = west.post(path, names).await;
    assert_eq!(sent.json["data"][0]["error_code"], Value::Null);
    sandbox.advance(Duration::from_secs(600));
    let row = west.get("/links/aa/mirrors/orders").await;
    assert_eq!(row.json["mirror_status"], "PENDING_SYNCHRONIZE");
    let dead = send(
        &sandbox,
        "",
        "GET",
        "/kafka/v3/clusters/lkc-east/links",
        None,
    );
    assert!(dead.await.reset.is_some());

    assert!(sandbox.clear_fault("peer-died"));
    sandbox.advance(Duration::from_secs(120));
    let row = west.get("/links/aa/mirrors/orders").await;
    assert_eq!(row.json["mirror_status"], "STOPPED");
    assert!(sandbox.harms().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_group_starts_during_a_restore_which_then_waits() {
    let (sandbox, east, west) = pair("pair");
    let names = json!({ "mirror_topic_names": ["orders"] });
    west.post("/links/aa/mirrors:failover", names.clone()).await;
    sandbox.advance(Duration::from_secs(10));
    sandbox.add_fault(fault(
        "{ on: { route: mirrors.truncate-and-restore }, times: 1, do: { group-starts: { group: g-orders } } }",
    ));
    let path = "/links/aa/mirrors:truncate-and-restore";
    let preview = east
        .post(&format!("{path}?validate_only=true"), names.clone())
        .await;
    assert_eq!(preview.json["data"][0]["messages_truncated"], 0);
    east.post(path, names).await;
    sandbox.advance(Duration::from_secs(120));
    let row = "/links/aa/mirrors/orders?include_state_transition_errors=true";
    let waiting = east.get(row).await.json;
    assert_eq!(waiting["mirror_status"], "PENDING_SETUP_FOR_RESTORE");
    assert_eq!(
        waiting["mirror_state_transition_errors"][0]["error_code"],
        "CONSUMER_GROUP_IN_USE_ERROR"
    );
    assert!(sandbox.set_group_active("lkc-east", "g-orders", &[], Activity::Idle));
    sandbox.advance(Duration::from_secs(120));
    assert_eq!(east.get(row).await.json["mirror_status"], "ACTIVE");
}
