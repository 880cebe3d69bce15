//! Changes into operations.

use std::collections::BTreeSet;

use super::planned;
use crate::catalog::filters::{NamePattern, Subject};
use crate::desired::{MirrorState, OffsetSyncOrder, Risk, Role};
use crate::diff::tests::{World, filters, half};
use crate::diff::{Effect, Feature, Names};
use crate::live::{AclFact, MirrorStatus, Reading};
use crate::plan::{AlterPurpose, CreationOrder, Operation, OperationKind, Settle, Validation};

#[test]
fn halves_are_created_with_what_each_can_prove_in_its_turn() {
    use CreationOrder::{First, Only, Second};
    use Role::{BidirectionalInbound, BidirectionalOutbound, InboundDestination, OutboundSource};
    use Settle::{LinkHealthy, LinkReadable};
    use Validation::{Connect, Skip};
    let outbound = |peer_inbound| BidirectionalOutbound { peer_inbound };
    let alone = [Role::Destination].as_slice();
    let pushed = &[InboundDestination, OutboundSource];
    let waiting = &[BidirectionalInbound, outbound(true)];
    let both = &[outbound(false), outbound(false)];
    // The first half is on west, the second on east.
    let rows = [
        (alone, "", vec![(Only, Connect, LinkHealthy)]),
        (
            pushed,
            "",
            vec![(First, Skip, LinkReadable), (Second, Connect, LinkHealthy)],
        ),
        (
            waiting,
            "",
            vec![(First, Skip, LinkReadable), (Second, Connect, LinkHealthy)],
        ),
        (
            both,
            "",
            vec![(First, Skip, LinkReadable), (Second, Connect, LinkHealthy)],
        ),
        (pushed, "east", vec![(Second, Skip, LinkHealthy)]),
        (pushed, "west", vec![(Second, Connect, LinkHealthy)]),
    ];
    for (roles, live, expected) in rows {
        let mut world = World::new();
        let first = world.declare("dr", &[]).clone();
        let halves = ["west", "east"].iter().zip(roles).map(|(cluster, role)| {
            let mut made = first.clone();
            (made.address, made.role) = (half(cluster, "dr"), *role);
            made
        });
        world.declared_link("dr").halves = halves.collect();
        if !live.is_empty() {
            world.link(live, "dr", &[]);
        }
        let created = planned(&world)
            .operations
            .into_iter()
            .filter_map(|op| match op.kind {
                OperationKind::CreateLink {
                    turn, validation, ..
                } => Some((turn, validation, op.settle)),
                _ => None,
            });
        assert_eq!(
            created.collect::<Vec<_>>(),
            expected,
            "{roles:?}, {live:?} is there"
        );
    }
}

#[test]
fn creating_a_link_is_as_risky_as_what_it_brings_along() {
    let mut world = World::new();
    world.declare("plain", &[]);
    let everything = r#"{"aclFilters":[{"resourceFilter":{}}]}"#;
    world.declare(
        "syncs",
        &[("acl.sync.enable", "true"), ("acl.filters", everything)],
    );
    let acl = AclFact {
        resource_type: "TOPIC".to_owned(),
        resource_name: "orders".to_owned(),
        pattern_type: "LITERAL".to_owned(),
        principal: "User:west".to_owned(),
        host: "*".to_owned(),
        operation: "READ".to_owned(),
        permission: "ALLOW".to_owned(),
    };
    world.cluster("east").acls = Reading::Read(BTreeSet::new());
    world.cluster("west").acls = Reading::Read([acl.clone()].into());
    let plan = planned(&world);
    let brings: Vec<_> = plan
        .operations
        .iter()
        .map(|op| (&op.effects, &op.risks))
        .collect();
    let deletes = vec![Effect::AclsDeleted(Names::Known(vec![acl]))];
    let nothing = Vec::new();
    assert_eq!(
        brings,
        [
            (&nothing, &[Risk::Reversible].into()),
            (&deletes, &[Risk::Reversible, Risk::DataLoss].into()),
        ]
    );
}

#[test]
fn offset_sync_goes_off_by_itself_before_a_promotion_with_its_own_effects() {
    let topics = filters(Subject::Topics, &["orders."]);
    let groups = filters(Subject::Groups, &["app-"]);
    let mut world = World::new();
    world.declare(
        "dr",
        &[
            ("auto.create.mirror.topics.enable", "true"),
            ("auto.create.mirror.topics.filters", &topics),
            ("consumer.offset.sync.enable", "false"),
        ],
    );
    world.link(
        "west",
        "dr",
        &[
            ("consumer.offset.sync.enable", "true"),
            ("consumer.offset.group.filters", &groups),
        ],
    );
    world.topics("east", &["orders.new", "payments"]);
    world.live_mirror("west", "dr", "payments", MirrorStatus::Active);
    let altered = |world: &World| -> Vec<(AlterPurpose, Vec<Effect>)> {
        let effects = |op: Operation| match op.kind {
            OperationKind::AlterLink { purpose, .. } => Some((purpose, op.effects)),
            _ => None,
        };
        planned(world)
            .operations
            .into_iter()
            .filter_map(effects)
            .collect()
    };
    let mirrors = Effect::WillMirror(Names::Known(vec!["orders.new".into()]));
    let feature = Feature::ConsumerOffsetSync;
    let stops = [
        Effect::StopsFeature(feature),
        Effect::ClearsFilters {
            feature,
            filters: groups,
        },
    ];
    world.mirror("dr", "payments", MirrorState::Mirroring);
    let together = [vec![mirrors.clone()], stops.to_vec()].concat();
    assert_eq!(altered(&world), [(AlterPurpose::Settings, together)]);
    world.mirror("dr", "payments", MirrorState::Promoted);
    assert_eq!(
        altered(&world),
        [
            (AlterPurpose::Settings, vec![mirrors]),
            (AlterPurpose::StopOffsetSync, stops.to_vec()),
        ]
    );
}

/// The purposes of the alterations of a world that turns offset sync off and has one mirror topic, in the order
/// of the policy.
fn purposes(order: OffsetSyncOrder, wanted: MirrorState, live: MirrorStatus) -> Vec<AlterPurpose> {
    let mut world = World::new();
    world.desired.policy.promote.offset_sync = order;
    world.declare("dr", &[("consumer.offset.sync.enable", "false")]);
    world.link("west", "dr", &[("consumer.offset.sync.enable", "true")]);
    world.live_mirror("west", "dr", "orders", live);
    world.mirror("dr", "orders", wanted);
    let operations = planned(&world).operations.into_iter();
    operations
        .filter_map(|op| match op.kind {
            OperationKind::AlterLink { purpose, .. } => Some(purpose),
            _ => None,
        })
        .collect()
}

#[test]
fn offset_sync_stays_on_until_a_promotion_that_has_started_ends_where_the_policy_wants_that() {
    use AlterPurpose::{Settings, StopOffsetSync, StopOffsetSyncLast};
    use MirrorState::{FailedOver, Mirroring, Promoted};
    use MirrorStatus::{Active, PendingStopped, Stopped};
    use OffsetSyncOrder::{FinalSync, OffFirst};
    for (order, wanted, live, purpose) in [
        (FinalSync, Promoted, PendingStopped, StopOffsetSyncLast),
        (FinalSync, Promoted, Active, StopOffsetSyncLast),
        (OffFirst, Promoted, Active, StopOffsetSync),
        // Off first: there is nothing left to drain for.
        (OffFirst, Promoted, PendingStopped, Settings),
        // A failover copies no offsets.
        (FinalSync, FailedOver, PendingStopped, Settings),
        (OffFirst, FailedOver, PendingStopped, Settings),
        (FinalSync, FailedOver, Active, Settings),
        (FinalSync, Promoted, Stopped, Settings),
        (FinalSync, Mirroring, Active, Settings),
    ] {
        let said = format!("{order:?}, {wanted:?}, {live}");
        assert_eq!(purposes(order, wanted, live), [purpose], "{said}");
    }
}

#[test]
fn a_promotion_waits_for_idle_groups_where_offset_sync_of_its_own_half_stays_on() {
    use OffsetSyncOrder::{FinalSync, OffFirst};
    // Link `a` keeps offset sync on, link `b` turns it off; both promote, `a` with a set or without.
    for (order, has_set, a, b) in [
        (OffFirst, true, true, false),
        (OffFirst, false, false, false),
        (FinalSync, true, true, true),
        (FinalSync, false, false, true),
    ] {
        let mut world = World::new();
        world.desired.policy.promote.offset_sync = order;
        let all = filters(Subject::Groups, &["*"]);
        for (link, sync) in [("a", "true"), ("b", "false")] {
            let declared = [
                ("consumer.offset.sync.enable", sync),
                ("consumer.offset.group.filters", all.as_str()),
            ];
            world.declare(link, &declared);
            let live = [("consumer.offset.sync.enable", "true"), declared[1]];
            world.link("west", link, &live);
            world.live_mirror("west", link, "orders", MirrorStatus::Active);
            world.mirror(link, "orders", MirrorState::Promoted);
        }
        if has_set {
            let set = ("all".to_owned(), vec![NamePattern::literal("*")]);
            world.declared_link("a").move_together = [set].into();
        }
        let operations = planned(&world).operations;
        let waits = operations.iter().filter_map(|op| match &op.kind {
            OperationKind::PromoteMirror { idle, .. } => {
                Some((op.half().link.as_str(), idle.is_some()))
            }
            _ => None,
        });
        let expected = [("a", a), ("b", b)];
        assert_eq!(waits.collect::<Vec<_>>(), expected, "{order:?}, {has_set}");
    }
}
