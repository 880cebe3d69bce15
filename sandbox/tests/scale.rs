//! A cluster with many links of 500 mirrors each: it starts, lists and moves on.
//!
//! How long that takes is printed and not asserted; the figures in the handbook come from
//! `LINKS=200 cargo test --release -p linkwright-sandbox --test all scale -- --nocapture`.

use crate::common::Client;
use linkwright_clock::Clock;
use linkwright_sandbox::{Sandbox, World};
use serde_json::json;
use std::fmt::Write as _;
use std::time::Duration;

const MIRRORS: usize = 500;

/// How many links: 20, or as many as `LINKS` says when it is built.
fn link_count() -> usize {
    option_env!("LINKS").map_or(20, |links| links.parse().expect("LINKS is a number"))
}

fn world() -> String {
    let mut text = format!(
        "version: 1
clock: {{ mode: manual }}
clusters:
  - id: lkc-east
    topics: [{{ name: 't-{{n}}', count: {MIRRORS}, partitions: 6, records: 6000, produce_per_s: 60 }}]
  - id: lkc-west
    links:
"
    );
    for link in 0..link_count() {
        writeln!(
            text,
            "      - {{ name: l{link}, remote: lkc-east, configs: {{ cluster.link.prefix: 'p{link}.' }}, \
             mirrors: [{{ source_topic: 't-{{n}}', count: {MIRRORS} }}] }}"
        )
        .expect("a text takes more text");
    }
    text
}

/// Resident memory of this process in MB, where the system tells.
fn resident_mb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}

#[tokio::test]
async fn many_mirrors_start_list_and_move_on() {
    let before = resident_mb();
    let start = Clock::wall().now();
    let world = World::from_yaml(&world()).unwrap();
    let sandbox = Sandbox::new(world);
    let started = Clock::wall().since(start);
    let memory = resident_mb()
        .zip(before)
        .map(|(after, before)| after.saturating_sub(before));

    let west = Client::new(&sandbox, "lkc-west", "");
    let start = Clock::wall().now();
    let listed = sandbox_list(&west).await;
    let listing = Clock::wall().since(start);
    let start = Clock::wall().now();
    assert_eq!(west.get("/links").await.status, 200);
    let links = Clock::wall().since(start);

    let start = Clock::wall().now();
    sandbox.advance(Duration::from_secs(3600));
    let hour = Clock::wall().since(start);

    let start = Clock::wall().now();
    let pattern = json!({ "mirror_topic_name_pattern": ".*" });
    let answer = west.post("/links/l7/mirrors:failover", pattern).await;
    assert_eq!(answer.json["data"].as_array().unwrap().len(), MIRRORS);
    sandbox.advance(Duration::from_secs(10));
    let failover = Clock::wall().since(start);
    let stopped = west.get("/links/-/mirrors?mirror_status=STOPPED").await;
    assert_eq!(stopped.json["data"].as_array().unwrap().len(), MIRRORS);

    eprintln!(
        "{} mirrors: start {started:?}, {memory:?} MB, list {listing:?} for {} MB, links {links:?}, \
         an hour of virtual time {hour:?}, failover of {MIRRORS} {failover:?}",
        link_count() * MIRRORS,
        listed / 1_000_000,
    );
}

/// Lists every mirror and returns the length of the answer.
async fn sandbox_list(west: &Client) -> usize {
    use tower::ServiceExt as _;
    let request = http::Request::get(format!("{}/links/-/mirrors", west.base))
        .body(axum::body::Body::empty())
        .unwrap();
    let response = west.sandbox.router().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX)
        .await
        .unwrap();
    bytes.len()
}
