//! Plans in small worlds and operations made by hand.

mod build;
mod ends;
mod guard;
mod hindered;
mod hold;
mod operation;
mod order;
mod part;
mod rehearsal;
mod switchover;
mod turn;

use std::time::Duration;

use super::operation::{
    AlterPurpose, ArchiveContent, Because, CreationOrder, LagGate, Operation, OperationKind,
    Settle, Validation,
};
use super::{Allowances, CallSeen, Plan, ReverseGate, plan};
use crate::address::{Address, HalfAddress};
use crate::desired::{DesiredTopic, Risk, Risks, Role, TopicRules};
use crate::diff::tests::{World, half as half_address};
use crate::diff::{ConfigValue, Cut, RemoteField};
use crate::live::{LinkFact, Reading};

/// The whole plan of a world.
pub(super) fn planned(world: &World) -> Plan {
    let nothing = Allowances::default();
    plan(&world.desired, &world.live, world.changes(), &nothing).unwrap()
}

/// A bidirectional link that is live on both clusters and declares its topics by where they are written.
pub(super) fn pair() -> World {
    let mut world = World::new();
    world.pair("dr");
    world.declared_link("dr").topics = Some(TopicRules::default());
    for cluster in ["west", "east"] {
        world.topics(cluster, &[]);
    }
    world
}

/// Declares a topic of the pair, which both clusters have.
pub(super) fn topic<'a>(world: &'a mut World, name: &str, primary: &str) -> &'a mut DesiredTopic {
    for cluster in ["west", "east"] {
        let Reading::Read(topics) = &mut world.cluster(cluster).topics else {
            panic!("its topics are read");
        };
        topics.insert(name.into());
    }
    world.topic("dr", name, primary)
}

fn half(cluster: &str, link: &str) -> Address {
    Address::Half(HalfAddress {
        cluster: cluster.into(),
        link: link.into(),
    })
}

fn mirror(cluster: &str, link: &str, topic: &str) -> Address {
    Address::Mirror(
        HalfAddress {
            cluster: cluster.into(),
            link: link.into(),
        },
        topic.into(),
    )
}

fn op(address: Address, kind: OperationKind) -> Operation {
    let link = address.half().unwrap().link.as_str().into();
    Operation {
        cluster_id: address.cluster().as_str().into(),
        address,
        link,
        kind,
        because: Because::Missing,
        expects: Vec::new(),
        settle: Settle::AtOnce,
        risks: Risks::from([Risk::Reversible]),
        effects: Vec::new(),
        deadline: Duration::from_secs(1),
        unchecked: Vec::new(),
        place: None,
    }
}

fn create_link(turn: CreationOrder, prefix: Option<&str>) -> OperationKind {
    OperationKind::CreateLink {
        role: Role::Destination,
        turn,
        validation: Validation::Connect,
        remote: RemoteField::Source("lkc-1".into()),
        configs: prefix
            .map(|prefix| {
                (
                    "cluster.link.prefix".to_owned(),
                    ConfigValue::Text(prefix.to_owned()),
                )
            })
            .into_iter()
            .collect(),
    }
}

fn alter(purpose: AlterPurpose) -> OperationKind {
    OperationKind::AlterLink {
        purpose,
        changes: Vec::new(),
    }
}

fn promote() -> OperationKind {
    OperationKind::PromoteMirror {
        gate: LagGate {
            max_lag: 0,
            within: Duration::from_secs(1),
        },
        together: Vec::new(),
        idle: None,
    }
}

fn reverse() -> OperationKind {
    OperationKind::ReverseMirror {
        other: half_address("east", "dr"),
        paused: false,
        gate: Box::new(ReverseGate {
            within: Duration::from_secs(1),
            compare: None,
            wait: Duration::from_secs(1),
        }),
        together: Vec::new(),
        call: CallSeen::NotProbed,
    }
}

fn restore() -> OperationKind {
    OperationKind::RestoreMirror {
        other: half_address("east", "dr"),
        cut: Cut::NotPreviewed,
        call: CallSeen::NotProbed,
    }
}

fn create_mirror() -> OperationKind {
    OperationKind::CreateMirror {
        source: "t".into(),
        source_cluster: "elsewhere".into(),
        configs: std::collections::BTreeMap::new(),
    }
}

fn archive() -> OperationKind {
    OperationKind::ArchiveHistory {
        content: Box::new(ArchiveContent {
            link: LinkFact {
                name: "l".into(),
                link_id: Some("pair".to_owned()),
                source: None,
                destination: None,
                remote: None,
                state: None,
                error: None,
                error_message: None,
                topic_count: 0,
            },
            configs: std::collections::BTreeMap::new(),
            mirrors: Vec::new(),
            reason: None,
        }),
    }
}

fn delete(outbound: bool, prefix: Option<&str>) -> OperationKind {
    OperationKind::DeleteLink {
        outbound,
        pair: "pair".to_owned(),
        prefix: prefix.map(str::to_owned),
    }
}
