//! Clusters that accept connections and say nothing, or next to nothing, in virtual time.

use std::time::Duration;

use futures_util::future::join_all;
use linkwright::address::ClusterName;
use linkwright::live::Reading;
use linkwright::read::{self, ReadRequest};
use linkwright_clock::Clock;
use linkwright_sandbox::{FaultAction, FaultMatch, FaultSpec};

use crate::support::bench::Bench;

const WORLD: &str = "
version: 1
clusters:
  - { id: lkc-west, name: west, topics: [{ name: 't-{n}', count: 200 }] }
  - { id: lkc-east, name: east, topics: [{ name: 't-{n}', count: 200 }] }
  - { id: lkc-north, name: north, topics: [{ name: 't-{n}', count: 200 }] }
";

fn why<T>(reading: &Reading<T>) -> &str {
    match reading {
        Reading::Unread(why) => &why.reason,
        Reading::Read(_) | Reading::NotAsked => "nothing",
    }
}

fn always(bench: &Bench, cluster: &str, action: FaultAction) {
    bench.sandbox.add_fault(FaultSpec {
        name: Some(format!("{cluster} {action:?}")),
        on: FaultMatch {
            cluster: Some(cluster.to_owned()),
            ..FaultMatch::default()
        },
        skip: 0,
        times: None,
        probability: 1.0,
        action,
    });
}

#[tokio::test(start_paused = true)]
async fn a_silent_peer_and_a_dripping_one_hold_up_a_plan_for_twenty_seconds() {
    let bench = Bench::new(WORLD);
    always(&bench, "lkc-east", FaultAction::BlackHole);
    always(&bench, "lkc-north", FaultAction::Drip { bytes_per_s: 50 });
    let names: Vec<ClusterName> = ["west", "east", "north"].map(Into::into).to_vec();
    let mut request = ReadRequest::default();
    for name in &names {
        let of_cluster = request.of(name);
        of_cluster.configs.insert("dr".into());
        of_cluster.topics = true;
    }
    let began = Clock::wall().now();
    let mut live = read::read(&bench.clients, &request).await;
    // What only some changes need is asked for when the rest is known.
    for name in &names {
        request.extras_of(name).groups = true;
    }
    read::extend(&mut live, &bench.clients, &request).await;
    let took = Clock::wall().since(began);
    assert!(took <= Duration::from_secs(25), "{took:?}");
    let [west, east, north] = ["west", "east", "north"].map(|name| &live.clusters[name]);
    assert!(west.links.read().is_some() && west.topics.read().is_some());
    assert!(west.groups.read().is_some());
    assert_eq!(why(&east.links), "no response within 20 s");
    assert!(why(&north.topics).starts_with("the response was not complete after 20 s"));
    let asked = bench.sandbox.requests();
    let to_east = asked.iter().filter(|line| line.cluster == "lkc-east");
    assert!(to_east.count() <= 4, "it is asked once for everything");
}

#[tokio::test(start_paused = true)]
async fn a_cluster_that_answers_again_is_asked_again() {
    let bench = Bench::new(WORLD);
    always(&bench, "lkc-west", FaultAction::BlackHole);
    let client = &bench.clients["west"];
    let waits = async {
        Clock::wall().sleep(Duration::from_secs(12)).await;
        client.waits().unwrap()
    };
    let (answer, waits) = tokio::join!(client.list_links(), waits);
    assert!(answer.is_err());
    assert_eq!((waits.call.as_str(), waits.calls), ("GET …/links", 1));
    assert_eq!(waits.since, Duration::from_secs(12));
    assert_eq!(client.waits(), None);
    bench.sandbox.clear_fault("lkc-west BlackHole");
    let began = Clock::wall().now();
    assert!(client.list_links().await.is_err(), "a moment later");
    assert_eq!(Clock::wall().since(began), Duration::ZERO);
    Clock::wall().sleep(Duration::from_secs(5)).await;
    assert!(client.list_links().await.is_ok());
    let answers = join_all((0..20).map(|_| client.list_links())).await;
    assert!(answers.iter().all(Result::is_ok));
}
