//! Worlds that say exactly how clusters were: positions, times, histories, links that have just lost contact.

use crate::common::Client;
use linkwright_sandbox::{Sandbox, World};

const WORLD: &str = r#"
version: 1
clock: { mode: manual, start: "2026-11-02T08:00:00Z" }
clusters:
  - id: lkc-c
    links:
      - name: second
        remote: lkc-b
        only_configs: true
        configs: { link.mode: DESTINATION, bootstrap.servers: "b:9092" }
        # A mirror of a mirror that stands further down.
        mirrors: [{ source_topic: orders }]
  - id: lkc-b
    bootstrap_servers: "b:9092"
    links:
      - name: first
        remote: lkc-a
        mirrors:
          - { source_topic: orders, lag: [3, 0], offsets: [7, 9], status: PAUSED, since: "2026-11-01T08:00:00Z" }
          - { source_topic: gone, offsets: [5], status: PAUSED }
          - { source_topic: moved, status: STOPPED }
      - name: later
        remote: lkc-a
        mirrors: [{ source_topic: moved }]
      - name: cut
        remote: lkc-d
        contact_lost: true
        mirrors: [{ source_topic: orders }]
        configs: { cluster.link.prefix: d. }
  - id: lkc-a
    topics: [{ name: orders, partitions: 2, records: [10, 9] }, { name: moved, partitions: 1 }]
  - id: lkc-d
    reachable: false
    topics: [{ name: orders, partitions: 1 }]
"#;

#[tokio::test(start_paused = true)]
async fn a_world_says_exactly_how_clusters_were() {
    let sandbox = Sandbox::new(World::from_yaml(WORLD).unwrap());
    let b = Client::new(&sandbox, "lkc-b", "");
    let row = async |path: &str| b.get(path).await.json;
    let orders = row("/links/first/mirrors/orders").await;
    assert_eq!(orders["mirror_status"], "PAUSED");
    assert_eq!(orders["state_time_ms"], 1_793_520_000_000_i64);
    let mut lags = orders["mirror_lags"].as_array().unwrap().clone();
    lags.sort_by_key(|lag| lag["partition"].as_i64());
    let of = |key: &str| -> Vec<i64> {
        let numbers = lags.iter().filter_map(|lag| lag[key].as_i64());
        numbers.collect()
    };
    assert_eq!(of("lag"), [3, 0]);
    assert_eq!(of("last_source_fetch_offset"), [7, 9]);
    assert_eq!(row("/links/first/mirrors/gone").await["num_partitions"], 1);
    let moved = row("/links/later/mirrors/moved").await;
    assert_eq!(moved["mirror_status"], "ACTIVE");
    let moved = row("/links/first/mirrors/moved").await;
    assert_eq!(moved["mirror_status"], "STOPPED");
    let cut = row("/links/cut").await;
    assert_eq!(cut["link_state"], "ACTIVE");
    assert_eq!(cut["link_error"], "BOOTSTRAP_TCP_CONNECTION_FAILED_ERROR");
    sandbox.advance(std::time::Duration::from_secs(600));
    assert_eq!(row("/links/cut").await["link_state"], "UNAVAILABLE");
    let c = Client::new(&sandbox, "lkc-c", "");
    let second = c.get("/links/second/mirrors/orders").await.json;
    assert_eq!(second["mirror_status"], "ACTIVE");
    let configs = c.get("/links/second/configs").await.json;
    let set = configs["data"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["is_default"] == false);
    assert_eq!(set.count(), 2);
}

#[test]
fn what_cannot_be_is_refused() {
    let wrong = |from: &str, to: &str| {
        assert!(WORLD.contains(from), "{from}");
        let error = World::from_yaml(&WORLD.replacen(from, to, 1)).unwrap_err();
        error.to_string()
    };
    let error = wrong("2026-11-01T08:00:00Z", "yesterday");
    assert!(
        error.contains("`yesterday` is not an RFC 3339 time"),
        "{error}"
    );
    let error = wrong("offsets: [5]", "offsets: []");
    assert!(error.contains("has 0 partitions"), "{error}");
    let error = wrong(
        "{ source_topic: moved, status: STOPPED }",
        "{ source_topic: moved }",
    );
    assert!(error.contains("the name is taken"), "{error}");
    let error = wrong(
        "{ source_topic: gone, offsets: [5],",
        "{ source_topic: gone,",
    );
    assert!(error.contains("`lkc-a` has no such topic"), "{error}");
}

#[test]
fn an_ordinary_topic_of_the_file_is_not_replaced_by_a_mirror() {
    let world = r"
version: 1
clusters:
  - { id: lkc-a, topics: [{ name: orders, partitions: 1 }] }
  - id: lkc-b
    topics: [{ name: orders, partitions: 4 }]
    links:
      - { name: old, remote: lkc-a, mirrors: [{ source_topic: orders, status: STOPPED }] }
      - { name: new, remote: lkc-a, mirrors: [{ source_topic: orders }] }
";
    let error = World::from_yaml(world).unwrap_err().to_string();
    assert!(error.contains("the name is taken"), "{error}");
}
