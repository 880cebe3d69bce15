//! Changes into operations.

use std::collections::BTreeSet;

use super::planned;
use crate::catalog::filters::Subject;
use crate::desired::{MirrorState, Risk, Role};
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
