//! Plans in small worlds and operations made by hand.

mod build;
mod guard;
mod order;
mod part;

use std::time::Duration;

use super::operation::{
    AlterPurpose, ArchiveContent, Because, CreationOrder, LagGate, Operation, OperationKind,
    Settle, Validation,
};
use super::{Allowances, Plan, plan};
use crate::address::{Address, HalfAddress};
use crate::desired::{Risk, Risks, Role};
use crate::diff::tests::World;
use crate::diff::{ConfigValue, RemoteField};
use crate::live::LinkFact;

/// The whole plan of a world.
fn planned(world: &World) -> Plan {
    let nothing = Allowances::default();
    plan(&world.desired, &world.live, world.changes(), &nothing).unwrap()
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
