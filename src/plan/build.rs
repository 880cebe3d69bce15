//! Changes into operations: what to send, what to expect, when it has settled, how risky it is.

mod mirror;
mod turn;

use crate::catalog::names;
use std::collections::BTreeMap;
use std::time::Duration;

use super::operation::{
    AlterPurpose, ArchiveContent, Because, CreationOrder, Expect, IdleGroups, Operation,
    OperationKind, Settle, Validation,
};
use crate::address::{Address, ClusterId, HalfAddress, LinkKey};
use crate::desired::{
    ConnectionMode, Desired, Half, Link, MirrorState, OffsetSyncOrder, Risk, Risks,
};
use crate::diff::{
    Changes, ConfigChange, ConfigTarget, ConfigValue, Effect, Feature, HalfChange, HalfChangeKind,
    MirrorChange, Names, Retirement, Verb,
};
use crate::live::{LinkMode, MirrorFact, MirrorStatus, Snapshot};

/// How long the server gets for what it usually does in seconds. The Terraform provider gives
/// status changes five minutes and deletions an hour.
const USUAL: Duration = Duration::from_secs(300);
const DELETION: Duration = Duration::from_secs(3600);
/// What the server uses when the spec says nothing: `consumer.offset.sync.ms`.
const DEFAULT_OFFSET_INTERVAL: Duration = Duration::from_secs(30);

/// All operations, in no particular order. The changes of mirror topics become part of theirs: there may be a
/// hundred thousand.
pub(super) fn operations(
    desired: &Desired,
    live: &Snapshot,
    changes: &mut Changes,
) -> Vec<Operation> {
    let halves: BTreeMap<&HalfAddress, (&Link, &Half)> = desired
        .halves()
        .map(|(link, half)| (&half.address, (link, half)))
        .collect();
    let of_mirrors = changes.mirrors.iter().map(|change| change.verbs.len());
    let mut operations = Vec::with_capacity(of_mirrors.sum());
    for change in &changes.halves {
        if let Some((link, half)) = halves.get(&change.address) {
            let order = desired.policy.promote.offset_sync;
            half_operations(change, link, half, live, changes, order, &mut operations);
        }
    }
    let of_halves = operations.len();
    let mut mirrors = std::mem::take(&mut changes.mirrors).into_iter().peekable();
    while let Some(MirrorChange { half: address, .. }) = mirrors.peek() {
        let address = address.clone();
        let context = halves.get(&address).map(|(link, half)| mirror::Context {
            link,
            half,
            desired,
            live,
            blocking: changes.blocking_groups.get(&address),
            idle: must_be_idle(&address, link, desired, live, &operations[..of_halves]),
        });
        while let Some(change) = mirrors.next_if(|change| change.half == address) {
            if let Some(context) = &context {
                mirror::operations(change, context, &mut operations);
            }
        }
    }
    for retirement in &changes.retirements {
        retirement_operations(retirement, desired, changes, &mut operations);
    }
    operations
}

/// Whether synced consumer groups must be idle right before promotions on this half: offset sync stays on
/// during them, by `final_sync` or because nothing turns it off while sets move together.
fn must_be_idle(
    address: &HalfAddress,
    link: &Link,
    desired: &Desired,
    live: &Snapshot,
    operations: &[Operation],
) -> Option<IdleGroups> {
    let turns_off = operations.iter().find_map(|op| match &op.kind {
        OperationKind::AlterLink { purpose, .. } if op.half() == address => match purpose {
            AlterPurpose::StopOffsetSync | AlterPurpose::StopOffsetSyncLast => Some(*purpose),
            _ => None,
        },
        _ => None,
    });
    let stays_on = match turns_off {
        Some(purpose) => purpose == AlterPurpose::StopOffsetSyncLast,
        None => !link.move_together.is_empty(),
    };
    let not_synced = stays_on.then(|| crate::diff::not_synced(address, desired, live))??;
    Some(IdleGroups { not_synced })
}

/// An operation with what most of them have in common.
fn operation(
    address: Address,
    cluster_id: &ClusterId,
    link: &LinkKey,
    kind: OperationKind,
    because: Because,
) -> Operation {
    Operation {
        address,
        cluster_id: cluster_id.clone(),
        link: link.clone(),
        kind,
        because,
        expects: Vec::new(),
        settle: Settle::AtOnce,
        risks: Risks::from([Risk::Reversible]),
        effects: Vec::new(),
        deadline: USUAL,
        unchecked: Vec::new(),
        place: None,
    }
}

fn half_operations(
    change: &HalfChange,
    link: &Link,
    half: &Half,
    live: &Snapshot,
    changes: &Changes,
    order: OffsetSyncOrder,
    operations: &mut Vec<Operation>,
) {
    let new = |kind, because| Operation {
        place: Some(change.place.clone()),
        ..operation(
            Address::Half(half.address.clone()),
            &half.cluster_id,
            &link.key,
            kind,
            because,
        )
    };
    match &change.kind {
        HalfChangeKind::Create {
            remote,
            configs,
            effects,
        } => {
            let other_half_exists = link
                .halves
                .iter()
                .filter(|other| other.address != half.address)
                .all(|other| is_live(live, &other.address));
            let turn = turn(link, half, other_half_exists);
            let kind = OperationKind::CreateLink {
                role: half.role,
                turn,
                validation: validation(half, turn),
                remote: remote.clone(),
                configs: configs.clone(),
            };
            operations.push(Operation {
                expects: vec![Expect::LinkAbsent],
                // A first half cannot be healthy until the second is there.
                settle: if turn == CreationOrder::First {
                    Settle::LinkReadable
                } else {
                    Settle::LinkHealthy
                },
                risks: risks_of(effects, Risk::Reversible),
                effects: effects.clone(),
                ..new(kind, Because::Missing)
            });
        }
        HalfChangeKind::Alter {
            connection,
            rotation,
            settings,
            effects,
        } => {
            let link_is = Expect::LinkIs {
                link_id: live_link(live, &half.address).and_then(|row| row.link_id.clone()),
            };
            let alter = |purpose, changes: Vec<ConfigChange>, because| Operation {
                expects: vec![link_is.clone(), configs_were(&changes)],
                settle: Settle::ConfigsTaken,
                ..new(OperationKind::AlterLink { purpose, changes }, because)
            };
            if !connection.is_empty() {
                let because = match rotation {
                    Some(reason) => Because::Rotation(*reason),
                    None => Because::Differs,
                };
                operations.push(Operation {
                    settle: Settle::LinkHealthy,
                    risks: risks_of_connection(connection),
                    ..alter(
                        AlterPurpose::Connection(*rotation),
                        connection.clone(),
                        because,
                    )
                });
            }
            let (offsets, others) = split_offset_sync(half, settings, effects, changes, order);
            if !offsets.is_empty() {
                let purpose = match order {
                    OffsetSyncOrder::OffFirst => AlterPurpose::StopOffsetSync,
                    OffsetSyncOrder::FinalSync => AlterPurpose::StopOffsetSyncLast,
                };
                if order == OffsetSyncOrder::OffFirst {
                    let wait = 2 * offset_interval(&half.address, live);
                    operations.push(Operation {
                        settle: Settle::Elapsed(wait),
                        deadline: wait + USUAL,
                        ..new(OperationKind::DrainOffsets { wait }, Because::Promotion)
                    });
                }
                operations.push(Operation {
                    risks: Risks::from([Risk::Disruptive]),
                    effects: effects
                        .iter()
                        .filter(|effect| is_about_offsets(effect))
                        .cloned()
                        .collect(),
                    ..alter(purpose, offsets, Because::Differs)
                });
            }
            if !others.is_empty() {
                let effects: Vec<Effect> = effects
                    .iter()
                    .filter(|effect| others.len() == settings.len() || !is_about_offsets(effect))
                    .cloned()
                    .collect();
                operations.push(Operation {
                    risks: match removes_hidden(&others) {
                        true => risks_of(&effects, Risk::Irreversible),
                        false => risks_of(&effects, Risk::Reversible),
                    },
                    effects,
                    ..alter(AlterPurpose::Settings, others, Because::Differs)
                });
            }
        }
    }
}

fn turn(link: &Link, half: &Half, other_half_exists: bool) -> CreationOrder {
    match link.halves.as_slice() {
        [_] => CreationOrder::Only,
        _ if other_half_exists => CreationOrder::Second,
        [first, ..] if first.address == half.address => CreationOrder::First,
        _ => CreationOrder::Second,
    }
}

/// An inbound half cannot reach its peer, and a first half has no peer yet.
fn validation(half: &Half, turn: CreationOrder) -> Validation {
    if half.role.connection_mode() == ConnectionMode::Inbound || turn == CreationOrder::First {
        Validation::Skip
    } else {
        Validation::Connect
    }
}

fn live_link<'a>(live: &'a Snapshot, half: &HalfAddress) -> Option<&'a crate::live::LinkFact> {
    live.clusters
        .get(&half.cluster)
        .and_then(|cluster| cluster.links.read())
        .and_then(|links| links.get(&half.link))
}

fn is_live(live: &Snapshot, half: &HalfAddress) -> bool {
    live_link(live, half).is_some()
}

fn configs_were(changes: &[ConfigChange]) -> Expect {
    Expect::ConfigsWere(
        changes
            .iter()
            .map(|change| (change.name.clone(), change.before.clone()))
            .collect(),
    )
}

/// When offset sync is turned off and mirrors are promoted in the same change, turning it off
/// becomes an operation of its own: offsets are drained first, and mirrors are promoted after it; or
/// mirrors are promoted first.
fn split_offset_sync(
    half: &Half,
    settings: &[ConfigChange],
    effects: &[Effect],
    changes: &Changes,
    order: OffsetSyncOrder,
) -> (Vec<ConfigChange>, Vec<ConfigChange>) {
    let turns_off = effects.contains(&Effect::StopsFeature(Feature::ConsumerOffsetSync));
    // A promotion that has started ends with the sync as it is, and copies the last offsets if that is on.
    let is_waited_for = |change: &MirrorChange| {
        order == OffsetSyncOrder::FinalSync
            && change.wanted == MirrorState::Promoted
            && change.live.as_ref().map(|now| &now.status) == Some(&MirrorStatus::PendingStopped)
    };
    let promotes = changes.mirrors.iter().any(|change| {
        change.half == half.address
            && (change.verbs.contains(&Verb::Promote) || is_waited_for(change))
    });
    if !(turns_off && promotes) {
        return (Vec::new(), settings.to_vec());
    }
    settings
        .iter()
        .cloned()
        .partition(|change| Feature::ConsumerOffsetSync.owns(&change.name))
}

fn is_about_offsets(effect: &Effect) -> bool {
    match effect {
        Effect::StopsFeature(feature) | Effect::ClearsFilters { feature, .. } => {
            *feature == Feature::ConsumerOffsetSync
        }
        Effect::GroupsEnter(_)
        | Effect::GroupsLeave(_)
        | Effect::GroupsInUse(_)
        | Effect::OffsetsSetBack(_)
        | Effect::OffsetsSetForward(_)
        | Effect::OffsetsNotCompared(_) => true,
        Effect::WillMirror(_)
        | Effect::NoLongerSelected(_)
        | Effect::Collides(_)
        | Effect::AclsCopied(_)
        | Effect::AclsDeleted(_)
        | Effect::HeldUpBy(_)
        | Effect::ErasesHistory { .. }
        | Effect::BecomesWritable
        | Effect::TurnsWritable(_)
        | Effect::TurnsReadOnly(_)
        | Effect::Cuts { .. }
        | Effect::CutByRestore { .. }
        | Effect::CutsSourceOf(_)
        | Effect::StaysSourceOf(_)
        | Effect::Loses { .. } => false,
    }
}

/// The interval that is live now: it is the one that offsets still travel with.
pub(super) fn offset_interval(half: &HalfAddress, live: &Snapshot) -> Duration {
    live.clusters
        .get(&half.cluster)
        .and_then(|cluster| cluster.configs.get(&half.link))
        .and_then(|configs| configs.read())
        .and_then(|configs| configs.get(names::CONSUMER_OFFSET_SYNC_MS))
        .and_then(|fact| fact.value.as_deref())
        .and_then(|value| value.parse().ok())
        .map_or(DEFAULT_OFFSET_INTERVAL, Duration::from_millis)
}

/// Whether a value is removed that the API does not return, and that no one can put back therefore.
fn removes_hidden(changes: &[ConfigChange]) -> bool {
    changes
        .iter()
        .any(|change| change.hidden && change.target == ConfigTarget::Reset)
}

fn risks_of_connection(changes: &[ConfigChange]) -> Risks {
    let mut risks = Risks::from([Risk::Disruptive]);
    if removes_hidden(changes) {
        risks.insert(Risk::Irreversible);
    }
    risks
}

/// The risks that follow from what an alteration or creation brings along.
fn risks_of(effects: &[Effect], least: Risk) -> Risks {
    let mut risks = Risks::from([least]);
    for effect in effects {
        match effect {
            Effect::StopsFeature(_)
            | Effect::ClearsFilters { .. }
            | Effect::NoLongerSelected(_)
            | Effect::OffsetsSetBack(_)
            | Effect::OffsetsNotCompared(_)
            | Effect::GroupsLeave(_) => {
                risks.insert(Risk::Disruptive);
            }
            // Not knowing what ACL sync would delete is no better than knowing that it deletes.
            Effect::AclsDeleted(Names::Known(_) | Names::Unknown(_)) => {
                risks.insert(Risk::DataLoss);
            }
            Effect::ErasesHistory { .. } | Effect::BecomesWritable => {
                risks.insert(Risk::Irreversible);
            }
            Effect::Loses { .. } | Effect::Cuts { .. } | Effect::CutsSourceOf(_) => {
                risks.insert(Risk::DataLoss);
            }
            Effect::TurnsReadOnly(_) => {
                risks.insert(Risk::Direction);
            }
            Effect::WillMirror(_)
            | Effect::Collides(_)
            | Effect::GroupsEnter(_)
            | Effect::GroupsInUse(_)
            | Effect::OffsetsSetForward(_)
            | Effect::AclsCopied(_)
            | Effect::HeldUpBy(_)
            | Effect::TurnsWritable(_)
            | Effect::CutByRestore { .. }
            | Effect::StaysSourceOf(_) => {}
        }
    }
    risks
}

fn retirement_operations(
    retirement: &Retirement,
    desired: &Desired,
    changes: &Changes,
    operations: &mut Vec<Operation>,
) {
    let because = || Because::Retired {
        reason: retirement.reason.clone(),
    };
    let Some(cluster) = desired.clusters.get(&retirement.address.cluster) else {
        return;
    };
    let link = LinkKey::from(retirement.address.link.as_str());
    let new = |address, kind| Operation {
        place: Some(retirement.place.clone()),
        ..operation(address, &cluster.id, &link, kind, because())
    };
    let half = || Address::Half(retirement.address.clone());
    let link_is = Expect::LinkIs {
        link_id: retirement.link.link_id.clone(),
    };
    if let Some(filters) = &retirement.auto_create {
        let changes = vec![ConfigChange {
            name: names::AUTO_CREATE_MIRROR_TOPICS_ENABLE.to_owned(),
            before: Some("true".to_owned()),
            hidden: false,
            target: ConfigTarget::Set(ConfigValue::Text("false".to_owned())),
            place: retirement.place.clone(),
        }];
        let mut effects = vec![Effect::StopsFeature(Feature::AutoCreateMirrors)];
        if !filters.is_empty() {
            effects.push(Effect::ClearsFilters {
                feature: Feature::AutoCreateMirrors,
                filters: filters.clone(),
            });
        }
        operations.push(Operation {
            expects: vec![link_is.clone(), configs_were(&changes)],
            settle: Settle::ConfigsTaken,
            risks: Risks::from([Risk::Disruptive]),
            effects,
            ..new(
                half(),
                OperationKind::AlterLink {
                    purpose: AlterPurpose::StopAutoCreate,
                    changes,
                },
            )
        });
    }
    for mirror in &retirement.mirrors {
        let address = || Address::Mirror(retirement.address.clone(), mirror.topic.clone());
        let new = |kind| new(address(), kind);
        let blocking = changes.blocking_groups.get(&retirement.address);
        let link = &retirement.link;
        mirror::stopping(mirror, link, desired, blocking, new, operations);
    }
    let mirrors: Vec<MirrorFact> = retirement
        .mirrors
        .iter()
        .map(|mirror| mirror.live.clone())
        .collect();
    let erased = mirrors.iter().map(|mirror| mirror.topic.clone()).collect();
    operations.push(new(
        half(),
        OperationKind::ArchiveHistory {
            content: Box::new(ArchiveContent {
                link: retirement.link.clone(),
                configs: retirement.configs.clone(),
                mirrors,
                reason: retirement.reason.clone(),
            }),
        },
    ));
    operations.push(Operation {
        expects: vec![link_is, Expect::AllMirrorsStopped],
        settle: Settle::LinkGone,
        risks: Risks::from([Risk::Irreversible]),
        effects: vec![Effect::ErasesHistory {
            mirrors: erased,
            ends_restore: retirement.mode == LinkMode::Bidirectional && retirement.prefix.is_none(),
        }],
        deadline: DELETION,
        ..new(
            half(),
            OperationKind::DeleteLink {
                outbound: retirement.outbound,
                pair: retirement
                    .link
                    .link_id
                    .clone()
                    .unwrap_or_else(|| retirement.address.link.to_string()),
                prefix: retirement.prefix.clone(),
            },
        )
    });
}
