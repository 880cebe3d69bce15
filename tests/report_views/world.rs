//! Small worlds by hand: what is desired, what is live, and the plan that follows.

use std::collections::BTreeMap;
use std::sync::Arc;

use linkwright::address::{Address, ClusterName, HalfAddress, LinkName, TopicName};
use linkwright::desired::{
    Cluster, ClusterKind, Desired, DesiredConfig, DesiredMirror, DesiredValue, Exception, Half,
    Hold, Link, MirrorRules, MirrorState, Peer, RetireMirrors, Retired, Role, Undeclared,
};
use linkwright::diagnostic::Place;
use linkwright::diff::{Options, diff};
use linkwright::live::{
    AclFact, ClusterSnapshot, ConfigFact, LinkError, LinkFact, LinkState, MirrorFact, MirrorStatus,
    PartitionLag, Reading, Snapshot,
};
use linkwright::plan::{Allow, Allowances, Plan, plan};
use linkwright::secret::{Part, Quoting, Reference, Template};

/// 2026-11-01T10:00:00Z.
pub(crate) const THEN: i64 = 1_793_527_200_000;

pub(crate) fn place(line: u32) -> Place {
    Place {
        file: Arc::from("links.yaml"),
        span: (0, 1),
        line,
        column: 3,
    }
}

pub(crate) fn half_address(cluster: &str, link: &str) -> HalfAddress {
    HalfAddress {
        cluster: cluster.into(),
        link: link.into(),
    }
}

/// Desired and live state, to be planned.
#[derive(Clone, Debug, Default)]
pub(crate) struct World {
    pub(crate) desired: Desired,
    pub(crate) live: Snapshot,
    pub(crate) options: Options,
    pub(crate) allowances: Allowances,
}

impl World {
    /// Two clusters that answer: east with topics, west with nothing.
    pub(crate) fn new(topics: &[&str]) -> Self {
        let mut world = Self::default();
        for name in ["east", "west"] {
            world.desired.clusters.insert(
                name.into(),
                Cluster {
                    lost: None,
                    name: name.into(),
                    id: format!("lkc-{name}01").into(),
                    kind: ClusterKind::ConfluentCloud,
                    organization: None,
                    rest: None,
                    bootstrap_servers: None,
                    place: place(1),
                },
            );
            world.live.clusters.insert(
                name.into(),
                ClusterSnapshot {
                    links: Reading::Read(BTreeMap::new()),
                    mirrors: Reading::Read(BTreeMap::new()),
                    topics: Reading::Read(Default::default()),
                    acls: Reading::Read(Default::default()),
                    groups: Reading::Read(Default::default()),
                    ..Default::default()
                },
            );
        }
        world.cluster("east").topics =
            Reading::Read(topics.iter().map(|topic| (*topic).into()).collect());
        world
    }

    pub(crate) fn cluster(&mut self, name: &str) -> &mut ClusterSnapshot {
        self.live
            .clusters
            .entry(ClusterName::from(name))
            .or_default()
    }

    /// Declares a destination-initiated link from east to west.
    pub(crate) fn declare(&mut self, key: &str, configs: &[(&str, &str)]) -> &mut Half {
        let configs = configs
            .iter()
            .map(|(name, value)| {
                let value = match *value {
                    "(default)" => DesiredValue::Default,
                    "(secret)" => DesiredValue::Secret(secret()),
                    value => DesiredValue::Value(value.to_owned()),
                };
                let desired = DesiredConfig {
                    value,
                    place: place(20),
                };
                ((*name).to_owned(), desired)
            })
            .collect();
        let half = Half {
            address: half_address("west", key),
            cluster_id: "lkc-west01".into(),
            role: Role::Destination,
            peer: Peer {
                cluster: "east".into(),
                id: "lkc-east01".into(),
            },
            prefix: None,
            configs,
            undeclared: Undeclared::Report,
            of_the_other: BTreeMap::new(),
            objectives: None,
            generation: None,
            mirrors: MirrorRules::default(),
            place: place(14),
        };
        let link = Link {
            topics: None,
            key: key.into(),
            name: key.into(),
            halves: vec![half],
            protect: false,
            hold: None,
            move_together: BTreeMap::new(),
            place: place(12),
        };
        self.desired.links.insert(key.to_owned(), link);
        self.half(key)
    }

    pub(crate) fn half(&mut self, key: &str) -> &mut Half {
        &mut self.desired.links.get_mut(key).unwrap().halves[0]
    }

    /// Declares a mirror topic by its source topic's name.
    pub(crate) fn mirror(&mut self, key: &str, topic: impl Into<TopicName>, state: MirrorState) {
        let count = self.half(key).mirrors.literal.len() as u32;
        let desired = DesiredMirror {
            hold: None,
            state,
            configs: BTreeMap::new(),
            place: place(30 + count),
        };
        self.half(key).mirrors.literal.insert(topic.into(), desired);
    }

    /// A link that is live on west, with its configs.
    pub(crate) fn link(&mut self, name: &str, configs: &[(&str, &str)]) {
        let row = LinkFact {
            name: name.into(),
            link_id: Some(format!("uuid-of-{name}")),
            source: Some("lkc-east01".into()),
            destination: None,
            remote: None,
            state: Some(LinkState::Active),
            error: Some(LinkError::NoError),
            error_message: None,
            topic_count: 0,
        };
        let west = self.cluster("west");
        let Reading::Read(links) = &mut west.links else {
            panic!("west answers");
        };
        links.insert(name.into(), row);
        let facts = configs
            .iter()
            .map(|(name, value)| {
                let secret = *value == "(secret)";
                let fact = ConfigFact {
                    value: (!secret).then(|| (*value).to_owned()),
                    is_default: false,
                    is_read_only: false,
                    is_sensitive: secret,
                };
                ((*name).to_owned(), fact)
            })
            .collect();
        west.configs.insert(name.into(), Reading::Read(facts));
    }

    pub(crate) fn link_row(&mut self, name: &str) -> &mut LinkFact {
        let Reading::Read(links) = &mut self.cluster("west").links else {
            panic!("west answers");
        };
        links.get_mut(&LinkName::from(name)).unwrap()
    }

    /// A mirror topic that is live on west.
    pub(crate) fn live_mirror(&mut self, link: &str, topic: &str, status: MirrorStatus, lag: i64) {
        let fact = MirrorFact {
            earlier: Default::default(),
            link: link.into(),
            topic: topic.into(),
            source_topic: topic.into(),
            partitions: 2,
            status,
            since_ms: Some(THEN),
            error: None,
            transition_problems: Vec::new(),
            lags: vec![
                PartitionLag {
                    partition: 0,
                    lag,
                    last_source_fetch_offset: 1000,
                },
                PartitionLag {
                    partition: 1,
                    lag: 0,
                    last_source_fetch_offset: 2000,
                },
            ]
            .into(),
        };
        let Reading::Read(mirrors) = &mut self.cluster("west").mirrors else {
            panic!("west answers");
        };
        mirrors
            .entry(link.into())
            .or_default()
            .insert(topic.into(), fact);
    }

    pub(crate) fn retire(&mut self, link: &str, mirrors: RetireMirrors) {
        self.desired.retired.push(Retired {
            address: half_address("west", link),
            cluster_id: "lkc-west01".into(),
            mirrors,
            reason: Some("cut over in October, KAFKA-123".to_owned()),
            place: place(60),
        });
    }

    pub(crate) fn allow(&mut self, words: &[&str]) {
        self.allowances
            .extend(words.iter().map(|word| Allow::from_word(word).unwrap()));
    }

    /// Has an exception hold back the change of a field.
    pub(crate) fn hold_back(&mut self, address: &str, field: &str) {
        self.options.hold_back = Some(jiff::civil::date(2026, 11, 1));
        self.desired.exceptions.push(Exception {
            address: Address::parse(address).unwrap(),
            field: Some(field.to_owned()),
            reason: "paused by on-call, INC-42".to_owned(),
            until: jiff::civil::date(2026, 12, 1),
            place: place(61),
        });
    }

    /// Holds a link, or one mirror topic of it, until the first day of a month; today is the first of November.
    pub(crate) fn hold(&mut self, link: &str, topic: Option<&str>, month: i8) {
        self.options.today = Some(jiff::civil::date(2026, 11, 1));
        let hold = Some(Hold {
            reason: "cutover with kcp, KAFKA-7".to_owned(),
            until: jiff::civil::date(2026, month, 1),
            place: place(13),
        });
        match topic {
            None => self.desired.links.get_mut(link).unwrap().hold = hold,
            Some(topic) => {
                let mirrors = &mut self.half(link).mirrors.literal;
                mirrors.get_mut(&TopicName::from(topic)).unwrap().hold = hold;
            }
        }
    }

    pub(crate) fn plan(&self) -> Plan {
        let changes = diff(&self.desired, &self.live, &self.options);
        plan(&self.desired, &self.live, changes, &self.allowances).unwrap()
    }
}

pub(crate) fn secret() -> Template {
    Template::from_parts(vec![
        Part::Text("PlainLoginModule required password=\"".to_owned()),
        Part::Reference(
            Reference::Env {
                name: "LINK_SECRET".to_owned(),
                default: None,
            },
            Quoting::Jaas,
        ),
        Part::Text("\";".to_owned()),
    ])
}

pub(crate) fn acl(principal: &str, topic: &str) -> AclFact {
    AclFact {
        resource_type: "TOPIC".to_owned(),
        resource_name: topic.to_owned(),
        pattern_type: "LITERAL".to_owned(),
        principal: principal.to_owned(),
        host: "*".to_owned(),
        operation: "READ".to_owned(),
        permission: "ALLOW".to_owned(),
    }
}

/// The JSON text of topic or group filters: `orders-*`, `!orders-tmp`.
pub(crate) fn filters(subject: &str, patterns: &[&str]) -> String {
    let entries: Vec<serde_json::Value> = patterns
        .iter()
        .map(|pattern| {
            let (kind, pattern) = match pattern.strip_prefix('!') {
                Some(rest) => ("EXCLUDE", rest),
                None => ("INCLUDE", *pattern),
            };
            let (name, compared) = match pattern.strip_suffix('*') {
                Some(prefix) if !prefix.is_empty() => (prefix, "PREFIXED"),
                _ => (pattern, "LITERAL"),
            };
            serde_json::json!({ "name": name, "patternType": compared, "filterType": kind })
        })
        .collect();
    serde_json::json!({ subject: entries }).to_string()
}
