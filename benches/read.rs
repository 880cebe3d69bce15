//! How long a snapshot takes against merely downloading the same bytes, in the same run.
//!
//! `cargo bench --bench read [-- CLUSTERS LINKS MIRRORS]`; by default 10 clusters, 200 links and
//! 100,000 mirror topics of three partitions. A server in this process, on the loopback, sends
//! prepared answers; it takes its share of the cores from both sides alike. Rounds alternate, and
//! the median of each side counts.

#![expect(clippy::print_stdout, reason = "printing figures is what it is for")]

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use linkwright::address::ClusterName;
use linkwright::api::{
    Auth, Client, Endpoint, Flavour, Limits, Net, NetSettings, ProxyChoice, RetryBudget, Roots,
    Settings,
};
use linkwright::read::{Ask, read};
use serde_json::json;
use tokio::time::Instant;

const ROUNDS: usize = 9;

struct World {
    clusters: usize,
    links: usize,
    mirrors: usize,
}

impl World {
    fn paths(&self) -> impl Iterator<Item = (String, String)> {
        let (links, mirrors) = (self.links / self.clusters, self.mirrors / self.clusters);
        (0..self.clusters).flat_map(move |cluster| {
            let base = format!("/kafka/v3/clusters/lkc-{cluster}");
            let configs = (0..links).map({
                let base = base.clone();
                move |link| {
                    let name = link_name(link);
                    (
                        format!("{base}/links/{name}/configs"),
                        configs(cluster, &name),
                    )
                }
            });
            [
                (format!("{base}/links"), link_list(cluster, links, mirrors)),
                (
                    format!("{base}/links/-/mirrors"),
                    mirror_list(cluster, links, mirrors),
                ),
            ]
            .into_iter()
            .chain(configs)
        })
    }
}

fn link_name(link: usize) -> String {
    format!("link-{link:03}-orders-dr")
}

fn topic_name(topic: usize) -> String {
    format!("team-{:02}.domain-events.{topic:06}.v1", topic % 40)
}

fn meta(cluster: usize, rest: &str) -> serde_json::Value {
    json!({
        "self": format!(
            "https://pkc-00000.eu-west-1.aws.confluent.cloud/kafka/v3/clusters/lkc-{cluster}/{rest}"
        ),
        "resource_name": null
    })
}

fn list(kind: &str, data: Vec<serde_json::Value>) -> String {
    json!({"kind": kind, "metadata": {"self": "https://x", "next": null}, "data": data}).to_string()
}

fn link_list(cluster: usize, links: usize, mirrors: usize) -> String {
    let rows = (0..links).map(|link| {
        let topics: Vec<String> = (0..mirrors)
            .filter(|topic| topic % links == link)
            .map(topic_name)
            .collect();
        json!({
            "kind": "KafkaLinkData", "metadata": meta(cluster, "links/x"),
            "source_cluster_id": "lkc-source", "destination_cluster_id": null,
            "remote_cluster_id": null, "link_name": link_name(link),
            "link_id": "7840644d-f7d8-4844-a577-a10ef3df31df",
            "cluster_link_id": "eEBkTffYSESld6EO898x3w", "topic_names": topics,
            "link_error": "NO_ERROR", "link_error_message": null, "link_state": "ACTIVE",
        })
    });
    list("KafkaLinkDataList", rows.collect())
}

fn mirror_list(cluster: usize, links: usize, mirrors: usize) -> String {
    let rows = (0..mirrors).map(|topic| {
        let lags: Vec<_> = (0..3)
            .map(|partition| {
                json!({"partition": partition, "lag": topic % 7,
                       "last_source_fetch_offset": 1_000_000 + topic})
            })
            .collect();
        json!({
            "kind": "KafkaMirrorData",
            "metadata": meta(cluster, &format!("links/{}/mirrors/{}", link_name(topic % links), topic_name(topic))),
            "link_name": link_name(topic % links), "mirror_topic_name": topic_name(topic),
            "source_topic_name": topic_name(topic), "num_partitions": 3, "mirror_lags": lags,
            "mirror_status": "ACTIVE", "mirror_topic_error": "NO_ERROR",
            "state_time_ms": 1_763_856_000_000_i64,
        })
    });
    list("KafkaMirrorDataList", rows.collect())
}

fn configs(cluster: usize, link: &str) -> String {
    let rows = (0..56).map(|number| {
        json!({
            "kind": "KafkaLinkConfigData",
            "metadata": meta(cluster, &format!("links/{link}/configs/some.config.{number}")),
            "cluster_id": format!("lkc-{cluster}"), "name": format!("some.config.{number}"),
            "value": "30000", "is_default": true, "is_read_only": false, "is_sensitive": false,
            "source": "DEFAULT_CONFIG", "synonyms": [], "link_name": link,
        })
    });
    list("KafkaLinkConfigDataList", rows.collect())
}

/// Serves prepared bodies over connections that stay open.
fn serve(bodies: HashMap<String, String>) -> SocketAddr {
    let bodies = Arc::new(bodies);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("its address");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let bodies = bodies.clone();
            std::thread::spawn(move || {
                let _ = stream.set_nodelay(true);
                let mut writer = stream.try_clone().expect("a second handle");
                let mut reader = BufReader::new(stream);
                let mut line = String::new();
                let mut path = String::new();
                loop {
                    line.clear();
                    match reader.read_line(&mut line) {
                        Ok(0) | Err(_) => return,
                        Ok(_) => {}
                    }
                    if let Some(rest) = line.strip_prefix("GET ") {
                        path = rest.split(' ').next().unwrap_or_default().to_owned();
                    }
                    if line != "\r\n" {
                        continue;
                    }
                    let body = bodies.get(&path).map_or("{}", String::as_str);
                    let head = format!(
                        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
                        body.len()
                    );
                    if writer.write_all(head.as_bytes()).is_err()
                        || writer.write_all(body.as_bytes()).is_err()
                    {
                        return;
                    }
                }
            });
        }
    });
    address
}

/// A bare loop: one request after the other, every body held until it has been counted.
async fn download(http: &reqwest::Client, base: &str, paths: &[String]) -> usize {
    let mut bytes = 0;
    for path in paths {
        let answer = http.get(format!("{base}{path}")).send().await;
        let body = answer.expect("an answer").bytes().await.expect("a body");
        bytes += body.len();
    }
    bytes
}

fn clients(world: &World, base: &str) -> BTreeMap<ClusterName, Client> {
    let net = Net::new(&NetSettings {
        roots: Roots::None,
        proxy: ProxyChoice::Direct,
        ..NetSettings::default()
    });
    let net = Arc::new(net.expect("a transport"));
    let budget = Arc::new(RetryBudget::default());
    (0..world.clusters)
        .map(|cluster| {
            let settings = Settings {
                cluster: format!("cluster-{cluster}").into(),
                id: format!("lkc-{cluster}").into(),
                endpoint: Endpoint::parse(base).expect("an endpoint"),
                flavour: Flavour::Cloud,
                auth: Auth::None,
                limits: Limits::default(),
            };
            let client = Client::new(settings, net.clone(), budget.clone());
            (client.cluster().clone(), client)
        })
        .collect()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// `VmHWM` of this process, in MB; 0 where the system does not tell.
fn peak_memory() -> usize {
    std::fs::read_to_string("/proc/self/status")
        .ok()
        .and_then(|status| {
            let line = status
                .lines()
                .find(|line| line.starts_with("VmHWM"))?
                .to_owned();
            line.split_whitespace().nth(1)?.parse::<usize>().ok()
        })
        .unwrap_or(0)
        / 1024
}

fn main() {
    let numbers: Vec<usize> = std::env::args()
        .filter_map(|argument| argument.parse().ok())
        .collect();
    let world = match numbers[..] {
        [clusters, links, mirrors] => World {
            clusters,
            links,
            mirrors,
        },
        _ => World {
            clusters: 10,
            links: 200,
            mirrors: 100_000,
        },
    };
    let bodies: HashMap<String, String> = world.paths().collect();
    let mut paths: Vec<String> = bodies.keys().cloned().collect();
    paths.sort();
    let base = format!("http://{}", serve(bodies));
    let before = peak_memory();

    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let mut ask = Ask::default();
        for cluster in 0..world.clusters {
            let wanted = ask.of(&format!("cluster-{cluster}").into());
            wanted.configs = (0..world.links / world.clusters)
                .map(|link| link_name(link).into())
                .collect();
        }
        let (mut bare, mut ours) = (Vec::new(), Vec::new());
        let mut bytes = 0;
        for _ in 0..ROUNDS {
            // Both sides begin without connections.
            let clients = clients(&world, &base);
            let http = reqwest::Client::builder().no_proxy().tls_certs_only([]);
            let http = http.build().expect("a client");

            let started = Instant::now();
            bytes = download(&http, &base, &paths).await;
            bare.push(started.elapsed());

            let started = Instant::now();
            let snapshot = read(&clients, &ask).await;
            ours.push(started.elapsed());

            let requests: u64 = clients.values().map(|client| client.counts().reads).sum();
            assert_eq!(
                requests as usize,
                2 * world.clusters + world.links,
                "2C + L"
            );
            let mirrors: usize = snapshot
                .clusters
                .values()
                .filter_map(|cluster| cluster.mirrors.read())
                .flat_map(BTreeMap::values)
                .map(BTreeMap::len)
                .sum();
            assert_eq!(mirrors, world.mirrors, "every mirror is there");
        }
        let (bare, ours) = (median(bare), median(ours));
        println!(
            "{} clusters, {} links, {} mirror topics: {} requests, {:.1} MB",
            world.clusters,
            world.links,
            world.mirrors,
            2 * world.clusters + world.links,
            bytes as f64 / 1e6
        );
        println!("bare download  {:>8.1} ms", bare.as_secs_f64() * 1e3);
        println!("snapshot       {:>8.1} ms", ours.as_secs_f64() * 1e3);
        println!(
            "ratio          {:>8.2}",
            ours.as_secs_f64() / bare.as_secs_f64()
        );
        println!(
            "peak memory    {:>8} MB, of which {before} MB before the first request",
            peak_memory()
        );
    });
}
