//! What the benchmarks that read clusters have in common: a deployment of a size, and clients for it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use linkwright::address::ClusterName;
use linkwright::api::{
    Auth, Client, Endpoint, Flavour, Limits, Net, NetSettings, ProxyChoice, RetryBudget, Roots,
    Settings,
};

/// As the binary has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub(crate) struct Size {
    pub(crate) clusters: usize,
    pub(crate) links: usize,
    pub(crate) mirrors: usize,
}

impl Size {
    /// The size that the command line asks for.
    pub(crate) fn asked() -> Self {
        let numbers: Vec<usize> = std::env::args()
            .filter_map(|argument| argument.parse().ok())
            .collect();
        match numbers[..] {
            [clusters, links, mirrors] => Self {
                clusters,
                links,
                mirrors,
            },
            _ => Self {
                clusters: 10,
                links: 200,
                mirrors: 100_000,
            },
        }
    }

    /// How many links each cluster holds.
    pub(crate) fn links_each(&self) -> usize {
        self.links / self.clusters
    }

    /// A world of that size: one source, whose topics every other cluster mirrors over its links.
    pub(crate) fn world(&self) -> String {
        let links = self.links_each();
        let each = self.mirrors / self.links;
        let mut world = "version: 1\nclock: { mode: manual }\nclusters:\n".to_owned();
        world.push_str("  - id: lkc-source\n    bootstrap_servers: source:9092\n    topics:\n");
        for link in 0..links {
            let name = topic_names(link);
            world.push_str(&format!(
                "      - {{ name: '{name}', count: {each}, partitions: 3, records: 9000 }}\n"
            ));
        }
        for cluster in 0..self.clusters {
            world.push_str(&format!("  - id: lkc-{cluster}\n    links:\n"));
            for link in 0..links {
                let (link_name, name) = (link_name(link), topic_names(link));
                world.push_str(&format!(
                    "      - name: {link_name}\n        remote: lkc-source\n        configs: {{ bootstrap.servers: 'source:9092', \
                     security.protocol: PLAINTEXT }}\n        mirrors: \
                     [{{ source_topic: '{name}', count: {each}, lag: 7 }}]\n"
                ));
            }
        }
        world
    }

    /// What a plan reads: two calls for each cluster and one for each link.
    pub(crate) fn paths(&self) -> Vec<String> {
        (0..self.clusters)
            .flat_map(|cluster| {
                let base = format!("/kafka/v3/clusters/lkc-{cluster}/links");
                let mut paths = vec![base.clone(), format!("{base}/-/mirrors")];
                paths.extend(
                    (0..self.links_each())
                        .map(|link| format!("{base}/{}/configs", link_name(link))),
                );
                paths
            })
            .collect()
    }
}

pub(crate) fn link_name(link: usize) -> String {
    format!("link-{link:03}-orders-dr")
}

fn topic_names(link: usize) -> String {
    format!("team-{link:03}.domain-events.{{n}}.v1")
}

/// A bare loop: one request after the other, every body held whole.
pub(crate) async fn download(http: &reqwest::Client, base: &str, paths: &[String]) -> Vec<Bytes> {
    let mut bodies = Vec::new();
    for path in paths {
        let answer = http.get(format!("{base}{path}")).send().await;
        bodies.push(answer.expect("an answer").bytes().await.expect("a body"));
    }
    bodies
}

pub(crate) fn clients(size: &Size, base: &str) -> BTreeMap<ClusterName, Client> {
    let net = Net::new(&NetSettings {
        roots: Roots::None,
        proxy: ProxyChoice::Direct,
        ..NetSettings::default()
    });
    let net = Arc::new(net.expect("a transport"));
    let budget = Arc::new(RetryBudget::default());
    (0..size.clusters)
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

pub(crate) fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// `VmHWM` of this process, in MB; 0 where the system does not tell.
pub(crate) fn peak_memory() -> usize {
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

/// A client as `clients` makes its own, without connections yet.
pub(crate) fn bare_client() -> reqwest::Client {
    let builder = reqwest::Client::builder().no_proxy().tls_certs_only([]);
    builder.build().expect("a client")
}
