//! Desired state against live state, in small worlds made by hand: [`World`], which the tests of `plan` use as well.

mod chain;
mod config;
mod effect;
mod finding;
mod half;
mod health;
mod held;
mod mirror;
mod needs;
mod pair;
mod pairing;
mod promotion;
mod retire;
mod switchover;

use std::collections::BTreeMap;

use super::{Changes, Effect, Finding, FindingKind, HalfChangeKind, Options, TopicFinding, diff};
use crate::address::HalfAddress;
use crate::catalog::Feature;
use crate::catalog::filters::{
    FilterType, Members, NameFilter, NameFilters, NamePattern, Subject, TopicTypes,
};
use crate::desired::{
    Cluster, ClusterKind, Desired, DesiredConfig, DesiredMirror, DesiredTopic, DesiredValue, Half,
    Link, MirrorRules, MirrorState, Peer, RetireMirrors, Retired, Role, Undeclared,
};
use crate::diagnostic::Place;
use crate::live::{
    ClusterSnapshot, ConfigFact, GroupFact, LinkFact, MirrorFact, MirrorStatus, Reading, Snapshot,
    Unread, UnreadKind,
};
use crate::secret::{Part, Template};

pub(crate) fn place(line: u32) -> Place {
    Place {
        file: "links.yaml".into(),
        span: (0, 1),
        line,
        column: 1,
    }
}

pub(crate) fn half(cluster: &str, link: &str) -> HalfAddress {
    HalfAddress {
        cluster: cluster.into(),
        link: link.into(),
    }
}

/// What a link has filters for: the switch, the config of the filters, and some filters.
fn features() -> [(&'static str, &'static str, String); 3] {
    Feature::ALL.map(|feature| {
        let filters = match feature {
            Feature::AclSync => {
                r#"{"aclFilters":[{"resourceFilter":{"resourceType":"topic"}}]}"#.to_owned()
            }
            Feature::AutoCreateMirrors => filters(Subject::Topics, &["orders."]),
            Feature::ConsumerOffsetSync => filters(Subject::Groups, &["app-"]),
        };
        (feature.switch(), feature.filters(), filters)
    })
}

/// That the topics of a cluster are not known.
fn not_known(cluster: &str, why: Unread, topics: &[&str]) -> FindingKind {
    FindingKind::Topic(TopicFinding::NotKnown {
        cluster: cluster.into(),
        why,
        topics: topics.iter().map(|&topic| topic.into()).collect(),
    })
}

fn mirror(state: MirrorState) -> DesiredMirror {
    DesiredMirror {
        hold: None,
        state,
        configs: BTreeMap::new(),
        place: place(4),
    }
}

fn unread(kind: UnreadKind) -> Unread {
    Unread {
        what: "a list".to_owned(),
        reason: "it did not come".to_owned(),
        kind,
    }
}

/// The text of filters that take the names with these prefixes in, or all names by `*`.
pub(crate) fn filters(subject: Subject, prefixes: &[&str]) -> String {
    let filters: NameFilters = prefixes
        .iter()
        .map(|prefix| NameFilter {
            filter_type: FilterType::Include,
            pattern: match *prefix {
                "*" => NamePattern::literal("*"),
                prefix => NamePattern::prefixed(prefix),
            },
            topic_types: TopicTypes::default(),
            members: Members::new(),
        })
        .collect();
    filters.to_json(subject)
}

/// A config that is set; `(secret)` for one whose value is not returned.
fn set(value: &str) -> ConfigFact {
    let is_sensitive = value == "(secret)";
    ConfigFact {
        value: (!is_sensitive).then(|| value.to_owned()),
        is_default: false,
        is_read_only: false,
        is_sensitive,
    }
}

/// Desired and live state: `west`, which holds the links, and `east`, their source. All of west is read
/// but its lists that only some plans need.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) desired: Desired,
    pub(crate) live: Snapshot,
}

impl World {
    pub(crate) fn new() -> Self {
        let mut world = Self {
            desired: Desired::default(),
            live: Snapshot::default(),
        };
        world.add_cluster("east");
        world.add_cluster("west");
        world
    }

    fn add_cluster(&mut self, name: &str) {
        let cluster = Cluster {
            lost: None,
            name: name.into(),
            id: format!("lkc-{name}").into(),
            kind: ClusterKind::ConfluentCloud,
            organization: None,
            rest: None,
            bootstrap_servers: None,
            place: place(1),
        };
        self.desired.clusters.insert(name.into(), cluster);
        let answers = ClusterSnapshot {
            links: Reading::Read(BTreeMap::new()),
            mirrors: Reading::Read(BTreeMap::new()),
            ..ClusterSnapshot::default()
        };
        self.live.clusters.insert(name.into(), answers);
    }

    fn declared_cluster(&mut self, name: &str) -> &mut Cluster {
        self.desired.clusters.get_mut(name).unwrap()
    }

    pub(crate) fn cluster(&mut self, name: &str) -> &mut ClusterSnapshot {
        self.live.clusters.entry(name.into()).or_default()
    }

    /// Declares a link from east to west.
    pub(crate) fn declare(&mut self, link: &str, configs: &[(&str, &str)]) -> &mut Half {
        self.declare_between(link, "east", "west", configs)
    }

    /// Declares a link from one cluster to another, which holds it.
    fn declare_between(
        &mut self,
        link: &str,
        source: &str,
        holder: &str,
        configs: &[(&str, &str)],
    ) -> &mut Half {
        let configs = configs.iter().map(|&(name, value)| {
            let value = match value {
                "(default)" => DesiredValue::Default,
                "(secret)" => {
                    DesiredValue::Secret(Template::from_parts(vec![Part::Text("s".into())]))
                }
                value => DesiredValue::Value(value.to_owned()),
            };
            let place = place(3);
            (name.to_owned(), DesiredConfig { value, place })
        });
        let half = Half {
            address: half(holder, link),
            cluster_id: format!("lkc-{holder}").into(),
            role: Role::Destination,
            peer: Peer {
                cluster: source.into(),
                id: format!("lkc-{source}").into(),
            },
            prefix: None,
            configs: configs.collect(),
            of_the_other: BTreeMap::new(),
            undeclared: Undeclared::Report,
            objectives: None,
            generation: None,
            mirrors: MirrorRules::default(),
            place: place(2),
        };
        let declared = Link {
            topics: None,
            key: link.into(),
            name: link.into(),
            halves: vec![half],
            protect: false,
            hold: None,
            move_together: BTreeMap::new(),
            place: place(2),
        };
        self.desired.links.insert(link.to_owned(), declared);
        &mut self.declared_link(link).halves[0]
    }

    /// Declares a bidirectional link between east and west, in this order, and makes both halves live.
    pub(crate) fn pair(&mut self, link: &str) {
        self.declare(link, &[]);
        let west = self.declared_link(link).halves.remove(0);
        let east = Half {
            address: half("east", link),
            cluster_id: "lkc-east".into(),
            peer: Peer {
                cluster: "west".into(),
                id: "lkc-west".into(),
            },
            ..west.clone()
        };
        for half in [east, west] {
            let row = self.link(
                half.address.cluster.as_str(),
                link,
                &[("link.mode", "BIDIRECTIONAL")],
            );
            (row.source, row.remote) = (None, Some(half.peer.id.clone()));
            let role = Role::BidirectionalOutbound {
                peer_inbound: false,
            };
            let halves = &mut self.declared_link(link).halves;
            halves.push(Half { role, ..half });
        }
    }

    /// The declared half of a link on a cluster.
    fn half(&mut self, cluster: &str, link: &str) -> &mut Half {
        let halves = self.declared_link(link).halves.iter_mut();
        let mut here = halves.filter(|half| half.address.cluster.as_str() == cluster);
        here.next().unwrap()
    }

    /// Declares where a topic of a bidirectional link is written.
    pub(crate) fn topic(&mut self, link: &str, topic: &str, primary: &str) -> &mut DesiredTopic {
        let declared = DesiredTopic {
            primary: primary.into(),
            paused: false,
            copy: true,
            auto_create: false,
            hold: None,
            configs: BTreeMap::new(),
            place: place(4),
        };
        let rules = &mut self.declared_link(link).topics;
        let topics = &mut rules.get_or_insert_default().literal;
        topics.entry(topic.into()).or_insert(declared)
    }

    /// Declares a config of a half.
    fn config(&mut self, cluster: &str, link: &str, name: &str, value: &str) {
        let value = DesiredValue::Value(value.to_owned());
        let place = place(3);
        let configs = &mut self.half(cluster, link).configs;
        configs.insert(name.to_owned(), DesiredConfig { value, place });
    }

    pub(crate) fn declared_link(&mut self, link: &str) -> &mut Link {
        self.desired.links.get_mut(link).unwrap()
    }

    /// Declares a mirror topic on west.
    pub(crate) fn mirror(&mut self, link: &str, topic: &str, state: MirrorState) {
        self.mirror_at("west", link, topic, state);
    }

    fn mirror_at(&mut self, cluster: &str, link: &str, topic: &str, state: MirrorState) {
        let mirrors = &mut self.half(cluster, link).mirrors;
        mirrors.literal.insert(topic.into(), mirror(state));
    }

    pub(crate) fn retire(&mut self, cluster: &str, link: &str, mirrors: RetireMirrors) {
        self.desired.retired.push(Retired {
            address: half(cluster, link),
            cluster_id: format!("lkc-{cluster}").into(),
            mirrors,
            reason: None,
            place: place(5),
        });
    }

    /// A link that is live, from nowhere in particular.
    pub(crate) fn link(
        &mut self,
        cluster: &str,
        link: &str,
        configs: &[(&str, &str)],
    ) -> &mut LinkFact {
        let configs = configs
            .iter()
            .map(|&(name, value)| (name.to_owned(), set(value)));
        let configs = Reading::Read(configs.collect());
        let cluster = self.cluster(cluster);
        cluster.configs.insert(link.into(), configs);
        let Reading::Read(links) = &mut cluster.links else {
            panic!("its links are read");
        };
        links.entry(link.into()).or_insert(LinkFact {
            name: link.into(),
            link_id: Some(format!("uuid-of-{link}")),
            // Where nothing else is said, it is a link to the cluster that holds it.
            source: Some("lkc-east".into()),
            destination: None,
            remote: None,
            state: None,
            error: None,
            error_message: None,
            topic_count: 0,
        })
    }

    /// The configs of a link on west.
    fn configs(&mut self, link: &str) -> &mut BTreeMap<String, ConfigFact> {
        self.configs_at("west", link)
    }

    fn configs_at(&mut self, cluster: &str, link: &str) -> &mut BTreeMap<String, ConfigFact> {
        match self.cluster(cluster).configs.get_mut(link) {
            Some(Reading::Read(configs)) => configs,
            other => panic!("its configs are read: {other:?}"),
        }
    }

    pub(crate) fn live_mirror(
        &mut self,
        cluster: &str,
        link: &str,
        topic: &str,
        status: MirrorStatus,
    ) {
        let fact = MirrorFact {
            earlier: Default::default(),
            link: link.into(),
            topic: topic.into(),
            source_topic: topic.into(),
            partitions: 1,
            status,
            since_ms: None,
            error: None,
            transition_problems: Vec::new(),
            lags: Default::default(),
        };
        let Reading::Read(mirrors) = &mut self.cluster(cluster).mirrors else {
            panic!("its mirrors are read");
        };
        let rows = mirrors.entry(link.into()).or_default();
        rows.insert(topic.into(), fact);
    }

    fn row(&mut self, cluster: &str, link: &str, topic: &str) -> &mut MirrorFact {
        let Reading::Read(mirrors) = &mut self.cluster(cluster).mirrors else {
            panic!("its mirrors are read");
        };
        mirrors.get_mut(link).unwrap().get_mut(topic).unwrap()
    }

    pub(crate) fn topics(&mut self, cluster: &str, topics: &[&str]) {
        self.cluster(cluster).topics = Reading::Read(topics.iter().map(|&it| it.into()).collect());
    }

    /// The consumer groups of a cluster, each with its state.
    fn groups(&mut self, cluster: &str, groups: &[(&str, &str)]) {
        let groups = groups.iter().map(|&(group, state)| {
            let state = state.to_owned();
            (group.into(), GroupFact { state })
        });
        self.cluster(cluster).groups = Reading::Read(groups.collect());
    }

    pub(crate) fn changes(&self) -> Changes {
        diff(&self.desired, &self.live, &Options::default())
    }

    /// What is found, and nothing else.
    fn found(&self) -> Vec<FindingKind> {
        let findings = self.changes().findings.into_iter();
        findings.map(|Finding { kind, .. }| kind).collect()
    }

    /// What the changes of halves bring along.
    fn effects(&self) -> Vec<Effect> {
        let halves = self.changes().halves.into_iter();
        halves
            .flat_map(|half| match half.kind {
                HalfChangeKind::Create { effects, .. } | HalfChangeKind::Alter { effects, .. } => {
                    effects
                }
            })
            .collect()
    }
}
