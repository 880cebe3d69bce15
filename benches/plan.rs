//! How long diff and plan take on a deployment of 10 clusters, 200 links and 100,000 mirror topics.
//!
//! `cargo bench --bench plan`. The budget is 300 ms for both together on two cores.

use std::collections::BTreeMap;
use std::sync::Arc;

use linkwright::address::{ClusterName, HalfAddress, LinkName, TopicName};
use linkwright::catalog::filters::NamePattern;
use linkwright::desired::{
    Cluster, ClusterKind, Desired, DesiredConfig, DesiredMirror, DesiredValue, Half, Link,
    MirrorRules, MirrorState, Peer, Role, Undeclared,
};
use linkwright::diagnostic::Place;
use linkwright::diff::{Options, diff};
use linkwright::live::{
    ClusterSnapshot, ConfigFact, LinkFact, LinkState, MirrorFact, MirrorStatus, PartitionLag,
    Reading, Snapshot,
};
use linkwright::plan::{Allow, plan};

/// As the binary has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const CLUSTERS: usize = 10;
const LINKS: usize = 200;
const MIRRORS_PER_LINK: usize = 500;

fn main() {
    divan::main();
}

fn place() -> Place {
    Place {
        file: Arc::from("links.yaml"),
        span: (0, 1),
        line: 1,
        column: 1,
    }
}

/// What the spec says of every mirror of a link.
#[derive(Clone, Copy)]
enum EndState {
    /// As they are.
    Mirroring,
    /// All to be failed over.
    FailedOver,
}

fn deployment(end_state: EndState) -> (Desired, Snapshot) {
    let mut desired = Desired::default();
    let mut live = Snapshot::default();
    for number in 0..CLUSTERS {
        let name = ClusterName::from(format!("c{number}"));
        desired.clusters.insert(
            name.clone(),
            Cluster {
                lost: None,
                name: name.clone(),
                id: format!("lkc-{number}").into(),
                kind: ClusterKind::ConfluentCloud,
                organization: None,
                rest: None,
                bootstrap_servers: None,
                place: place(),
            },
        );
        live.clusters.insert(
            name,
            ClusterSnapshot {
                links: Reading::Read(BTreeMap::new()),
                mirrors: Reading::Read(BTreeMap::new()),
                ..ClusterSnapshot::default()
            },
        );
    }
    for number in 0..LINKS {
        link(number, end_state, &mut desired, &mut live);
    }
    (desired, live)
}

fn link(number: usize, end_state: EndState, desired: &mut Desired, live: &mut Snapshot) {
    let host = ClusterName::from(format!("c{}", number % CLUSTERS));
    let peer = (number + 1) % CLUSTERS;
    let name = LinkName::from(format!("link-{number}"));
    let mut literal = BTreeMap::new();
    let mut rows = BTreeMap::new();
    for topic in 0..MIRRORS_PER_LINK {
        let topic = TopicName::from(format!("l{number}.topic.{topic:05}"));
        literal.insert(
            topic.clone(),
            DesiredMirror {
                hold: None,
                state: match end_state {
                    EndState::Mirroring => MirrorState::Mirroring,
                    EndState::FailedOver => MirrorState::FailedOver,
                },
                configs: BTreeMap::new(),
                place: place(),
            },
        );
        rows.insert(topic.clone(), row(&name, topic));
    }
    let mut configs = BTreeMap::new();
    let mut facts = BTreeMap::new();
    for key in ["acl.sync.ms", "consumer.offset.sync.ms"] {
        configs.insert(
            key.to_owned(),
            DesiredConfig {
                value: DesiredValue::Value("5000".to_owned()),
                place: place(),
            },
        );
        facts.insert(
            key.to_owned(),
            ConfigFact {
                value: Some("5000".to_owned()),
                is_default: false,
                is_read_only: false,
                is_sensitive: false,
            },
        );
    }
    let address = HalfAddress {
        cluster: host.clone(),
        link: name.clone(),
    };
    desired.links.insert(
        name.to_string(),
        Link {
            topics: None,
            key: name.as_str().into(),
            name: name.clone(),
            halves: vec![Half {
                address,
                cluster_id: format!("lkc-{}", number % CLUSTERS).into(),
                role: Role::Destination,
                peer: Peer {
                    cluster: format!("c{peer}").into(),
                    id: format!("lkc-{peer}").into(),
                },
                prefix: None,
                configs,
                of_the_other: BTreeMap::new(),
                undeclared: Undeclared::Report,
                objectives: None,
                generation: None,
                mirrors: MirrorRules::new(
                    literal,
                    vec![(
                        NamePattern::literal("*"),
                        DesiredMirror {
                            hold: None,
                            state: MirrorState::Mirroring,
                            configs: BTreeMap::new(),
                            place: place(),
                        },
                    )],
                ),
                place: place(),
            }],
            protect: false,
            hold: None,
            move_together: BTreeMap::new(),
            place: place(),
        },
    );
    let cluster = live.clusters.get_mut(&host).expect("the host is there");
    let Reading::Read(links) = &mut cluster.links else {
        unreachable!("links were read");
    };
    links.insert(
        name.clone(),
        LinkFact {
            name: name.clone(),
            link_id: Some(format!("id-{number}")),
            source: Some(format!("lkc-{peer}").into()),
            destination: None,
            remote: None,
            state: Some(LinkState::Active),
            error: None,
            error_message: None,
            topic_count: MIRRORS_PER_LINK,
        },
    );
    let Reading::Read(mirrors) = &mut cluster.mirrors else {
        unreachable!("mirrors were read");
    };
    mirrors.insert(name.clone(), rows);
    cluster.configs.insert(name, Reading::Read(facts));
}

fn row(link: &LinkName, topic: TopicName) -> MirrorFact {
    MirrorFact {
        earlier: Default::default(),
        link: link.clone(),
        source_topic: topic.clone(),
        topic,
        partitions: 6,
        status: MirrorStatus::Active,
        since_ms: Some(1_700_000_000_000),
        error: None,
        transition_problems: Vec::new(),
        lags: (0..6)
            .map(|partition| PartitionLag {
                partition,
                lag: 3,
                last_source_fetch_offset: 1000,
            })
            .collect(),
    }
}

/// A pull-request check on a deployment where nothing moved.
#[divan::bench(sample_count = 10)]
fn nothing_to_do(bencher: divan::Bencher<'_, '_>) {
    let (desired, live) = deployment(EndState::Mirroring);
    bencher.bench_local(|| {
        let changes = diff(&desired, &live, &Options::default());
        plan(&desired, &live, changes, &Default::default())
    });
}

/// A disaster: every mirror of every link is failed over.
#[divan::bench(sample_count = 10)]
fn fail_over_everything(bencher: divan::Bencher<'_, '_>) {
    let (desired, live) = deployment(EndState::FailedOver);
    let allowed = [
        Allow::BlastRadius,
        Allow::Risk(linkwright::desired::Risk::Irreversible),
        Allow::Risk(linkwright::desired::Risk::DataLoss),
    ];
    bencher.bench_local(|| {
        let changes = diff(&desired, &live, &Options::default());
        plan(&desired, &live, changes, &allowed.iter().copied().collect())
    });
}
