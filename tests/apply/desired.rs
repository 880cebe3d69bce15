//! Desired state written by hand, without a spec.

use std::collections::BTreeMap;
use std::sync::Arc;

use linkwright::address::{ClusterName, HalfAddress, LinkName, TopicName};
use linkwright::desired::{
    Cluster, ClusterKind, ConnectionMode, Desired, DesiredConfig, DesiredMirror, DesiredValue,
    Half, Link, MirrorRules, MirrorState, Peer, Policy, RetireMirrors, Retired, Role, Undeclared,
};
use linkwright::diagnostic::Place;
use linkwright::secret::{Part, Quoting, Reference, Template};

pub(crate) fn place() -> Place {
    Place {
        file: Arc::from("spec.yaml"),
        span: (0, 1),
        line: 1,
        column: 1,
    }
}

/// Two clusters, `east` and `west`, and nothing else.
pub(crate) fn nothing() -> Desired {
    let clusters = ["east", "west"]
        .into_iter()
        .map(|name| {
            let cluster = Cluster {
                lost: None,
                name: name.into(),
                id: id(name).as_str().into(),
                kind: ClusterKind::ConfluentCloud,
                organization: None,
                rest: None,
                bootstrap_servers: Some(format!("{}.sandbox.invalid:9092", id(name))),
                place: place(),
            };
            (ClusterName::from(name), cluster)
        })
        .collect();
    Desired {
        clusters,
        policy: Policy::default(),
        ..Desired::default()
    }
}

fn id(cluster: &str) -> String {
    format!("lkc-{cluster}")
}

/// A value that is found in an environment variable.
pub(crate) fn secret(variable: &str) -> Template {
    let value = Template::from_parts(vec![Part::Reference(
        Reference::Env {
            name: variable.to_owned(),
            default: None,
        },
        Quoting::Plain,
    )]);
    Template::new()
        .text(
            "org.apache.kafka.common.security.plain.PlainLoginModule required \
             username=\"east-key\" password=\"",
        )
        .quoted(&value, Quoting::Jaas)
        .text("\";")
}

/// A link from east to west, held by west.
pub(crate) struct LinkBuilder(Link);

impl LinkBuilder {
    pub(crate) fn link(name: &str) -> Self {
        let mut configs = BTreeMap::new();
        for (name, value) in [
            ("bootstrap.servers", "lkc-east.sandbox.invalid:9092"),
            ("security.protocol", "SASL_SSL"),
            ("sasl.mechanism", "PLAIN"),
        ] {
            configs.insert(
                name.to_owned(),
                declared(DesiredValue::Value(value.to_owned())),
            );
        }
        configs.insert(
            "sasl.jaas.config".to_owned(),
            declared(DesiredValue::Secret(secret("EAST_SECRET"))),
        );
        let half = Half {
            address: half("west", name),
            cluster_id: id("west").as_str().into(),
            role: Role::Destination,
            peer: Peer {
                cluster: "east".into(),
                id: id("east").as_str().into(),
            },
            prefix: None,
            configs,
            undeclared: Undeclared::Report,
            of_the_other: BTreeMap::new(),
            objectives: None,
            generation: None,
            mirrors: MirrorRules::default(),
            place: place(),
        };
        Self(Link {
            topics: None,
            key: name.into(),
            name: LinkName::from(name),
            halves: vec![half],
            protect: false,
            hold: None,
            move_together: BTreeMap::new(),
            place: place(),
        })
    }

    pub(crate) fn prefix(mut self, prefix: &str) -> Self {
        self.0.halves[0].prefix = Some(prefix.to_owned());
        self
    }

    pub(crate) fn generation(mut self, generation: u32) -> Self {
        self.0.halves[0].generation = Some(generation);
        self
    }

    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        let value = DesiredValue::Value(value.to_owned());
        self.0.halves[0]
            .configs
            .insert(name.to_owned(), declared(value));
        self
    }

    pub(crate) fn default(mut self, name: &str) -> Self {
        self.0.halves[0]
            .configs
            .insert(name.to_owned(), declared(DesiredValue::Default));
        self
    }

    pub(crate) fn mirror(mut self, source: &str, state: MirrorState) -> Self {
        let declared = DesiredMirror {
            hold: None,
            state,
            configs: BTreeMap::new(),
            place: place(),
        };
        let mut literal = self.0.halves[0].mirrors.literal.clone();
        literal.insert(TopicName::from(source), declared);
        self.0.halves[0].mirrors = MirrorRules::new(literal, Vec::new());
        self
    }

    pub(crate) fn into(self, desired: &mut Desired) {
        desired.links.insert(self.0.key.to_string(), self.0);
    }
}

fn declared(value: DesiredValue) -> DesiredConfig {
    DesiredConfig {
        value,
        place: place(),
    }
}

pub(crate) fn half(cluster: &str, link: &str) -> HalfAddress {
    HalfAddress {
        cluster: cluster.into(),
        link: link.into(),
    }
}

/// A half with what it needs to connect, if it is one that connects.
pub(crate) fn bare_half(at: &str, peer: &str, link: &str, role: Role) -> Half {
    let mut configs = BTreeMap::new();
    if role.connection_mode() == ConnectionMode::Outbound {
        for (name, value) in [
            (
                "bootstrap.servers",
                format!("{}.sandbox.invalid:9092", id(peer)),
            ),
            ("security.protocol", "SASL_SSL".to_owned()),
            ("sasl.mechanism", "PLAIN".to_owned()),
        ] {
            configs.insert(name.to_owned(), declared(DesiredValue::Value(value)));
        }
        configs.insert(
            "sasl.jaas.config".to_owned(),
            declared(DesiredValue::Secret(secret("EAST_SECRET"))),
        );
        if role == Role::OutboundSource {
            for (name, value) in [
                ("local.security.protocol", "SASL_SSL"),
                ("local.sasl.mechanism", "PLAIN"),
            ] {
                configs.insert(
                    name.to_owned(),
                    declared(DesiredValue::Value(value.to_owned())),
                );
            }
            configs.insert(
                "local.sasl.jaas.config".to_owned(),
                declared(DesiredValue::Secret(secret("EAST_SECRET"))),
            );
        }
    }
    Half {
        address: half(at, link),
        cluster_id: id(at).as_str().into(),
        role,
        peer: Peer {
            cluster: peer.into(),
            id: id(peer).as_str().into(),
        },
        prefix: None,
        configs,
        undeclared: Undeclared::Report,
        of_the_other: BTreeMap::new(),
        objectives: None,
        generation: None,
        mirrors: MirrorRules::default(),
        place: place(),
    }
}

/// The same half with a mirror of one topic.
pub(crate) fn mirroring(half: Half, topic: &str) -> Half {
    let declared = DesiredMirror {
        hold: None,
        state: MirrorState::Mirroring,
        configs: BTreeMap::new(),
        place: place(),
    };
    Half {
        mirrors: MirrorRules::new([(topic.into(), declared)].into(), Vec::new()),
        ..half
    }
}

/// A link of these halves.
pub(crate) fn pair_into(desired: &mut Desired, name: &str, halves: Vec<Half>) {
    let link = Link {
        topics: None,
        key: name.into(),
        name: LinkName::from(name),
        halves,
        protect: false,
        hold: None,
        move_together: BTreeMap::new(),
        place: place(),
    };
    desired.links.insert(name.to_owned(), link);
}

/// A link of west to take away.
pub(crate) fn retire(desired: &mut Desired, link: &str, mirrors: RetireMirrors) {
    desired.retired.push(Retired {
        address: half("west", link),
        cluster_id: id("west").as_str().into(),
        mirrors,
        reason: Some("moved".to_owned()),
        place: place(),
    });
}
