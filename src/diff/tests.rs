//! Desired state against live state, in small worlds made by hand: [`World`], which the tests of `plan` use as well.

mod config;
mod effect;
mod health;
mod needs;
mod pair;
mod promotion;
mod retire;

use std::collections::BTreeMap;

use super::{Changes, Effect, Finding, FindingKind, HalfChangeKind, Options, diff};
use crate::address::HalfAddress;
use crate::catalog::filters::{
    FilterType, Members, NameFilter, NameFilters, NamePattern, Subject, TopicTypes,
};
use crate::desired::{
    Cluster, ClusterKind, Desired, DesiredConfig, DesiredMirror, DesiredValue, Half, Link,
    MirrorRules, MirrorState, Peer, RetireMirrors, Retired, Role, Undeclared,
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
        for name in ["east", "west"] {
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
            world.desired.clusters.insert(name.into(), cluster);
            let answers = ClusterSnapshot {
                links: Reading::Read(BTreeMap::new()),
                mirrors: Reading::Read(BTreeMap::new()),
                ..ClusterSnapshot::default()
            };
            world.live.clusters.insert(name.into(), answers);
        }
        world
    }

    pub(crate) fn cluster(&mut self, name: &str) -> &mut ClusterSnapshot {
        self.live.clusters.entry(name.into()).or_default()
    }

    /// Declares a link from east to west.
    pub(crate) fn declare(&mut self, link: &str, configs: &[(&str, &str)]) -> &mut Half {
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
            address: half("west", link),
            cluster_id: "lkc-west".into(),
            role: Role::Destination,
            peer: Peer {
                cluster: "east".into(),
                id: "lkc-east".into(),
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

    pub(crate) fn declared_link(&mut self, link: &str) -> &mut Link {
        self.desired.links.get_mut(link).unwrap()
    }

    pub(crate) fn mirror(&mut self, link: &str, topic: &str, state: MirrorState) {
        let declared = DesiredMirror {
            hold: None,
            state,
            configs: BTreeMap::new(),
            place: place(4),
        };
        let mirrors = &mut self.declared_link(link).halves[0].mirrors;
        mirrors.literal.insert(topic.into(), declared);
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
        match self.cluster("west").configs.get_mut(link) {
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
        mirrors
            .entry(link.into())
            .or_default()
            .insert(topic.into(), fact);
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
