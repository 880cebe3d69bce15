//! Digests and what they leave out, on plans of a small world.

use super::{EdgeV1, Moved, ReadError, Saved, Scope, ScopeV1, digest, live_digest, save, saved};
use crate::desired::MirrorState;
use crate::diff::tests::{World, place};
use crate::diff::{Effect, diff};
use crate::live::MirrorStatus;
use crate::plan::{Allowances, OperationKind, Plan, plan};

/// A link is altered, and a mirror topic with this status is failed over.
fn altered(status: MirrorStatus) -> Plan {
    let mut world = World::new();
    world.wish("dr", &[("acl.sync.ms", "9000")]);
    world.link("west", "dr", &[]);
    world.live_mirror("west", "dr", "orders", status);
    world.mirror("dr", "orders", MirrorState::FailedOver);
    let changes = diff(&world.desired, &world.live, &Default::default());
    plan(&world.desired, &world.live, changes, &Allowances::default()).unwrap()
}

fn read(plan: &Plan) -> Saved {
    Saved::read(&save(plan, "spec", &Scope::default()).unwrap()).unwrap()
}

#[test]
fn where_the_spec_asks_for_it_does_not_count() {
    let plan = altered(MirrorStatus::Active);
    let mut moved = plan.clone();
    for op in &mut moved.operations {
        op.place = Some(place(900));
        if let OperationKind::AlterLink { changes, .. } = &mut op.kind {
            changes[0].place = place(901);
        }
    }
    assert_ne!(moved, plan);
    assert_eq!(read(&plan).still_holds(&moved, "spec"), Ok(()));
}

#[test]
fn what_an_operation_brings_along_counts_but_not_its_lag() {
    let plan = altered(MirrorStatus::Active);
    let failover = plan
        .operations
        .iter()
        .position(|op| op.effects.len() == 2)
        .unwrap();
    let with = |effects: &[Effect]| {
        let mut other = plan.clone();
        other.operations[failover].effects = effects.to_vec();
        read(&plan).still_holds(&other, "spec")
    };
    let loses = Effect::Loses {
        messages: 77,
        partitions: 7,
        as_of_ms: 7,
        stale: true,
    };
    assert_eq!(with(&[Effect::BecomesWritable, loses.clone()]), Ok(()));
    let changed = Moved::Changed {
        address: "west/dr/orders".to_owned(),
        operation: "failover-mirror".to_owned(),
        what: vec!["effects"],
    };
    assert_eq!(with(&[loses]), Err(vec![changed]));
}

#[test]
fn a_status_that_was_decided_from_is_a_live_fact() {
    let of = |status| {
        let mut plan = altered(status);
        for op in &mut plan.operations {
            op.expects.clear();
        }
        live_digest(&saved(&plan, "spec", ScopeV1::default()).unwrap().operations)
    };
    assert_eq!(of(MirrorStatus::Active), of(MirrorStatus::Active));
    assert_ne!(of(MirrorStatus::Active), of(MirrorStatus::Failed));
}

#[test]
fn the_digest_of_a_plan_is_the_one_in_its_file() {
    let (one, other) = (altered(MirrorStatus::Active), altered(MirrorStatus::Failed));
    let scope = Scope::default();
    let digests = [&one, &other].map(|plan| digest(plan, &scope).unwrap());
    assert_eq!(digests[0], read(&one).file().digests.plan);
    assert_eq!(digests[1], read(&other).file().digests.plan);
    assert_ne!(digests[0], digests[1]);
}

#[test]
fn a_number_without_an_operation_is_a_contradiction() {
    let plan = altered(MirrorStatus::Active);
    assert_eq!(plan.operations.len(), 2);
    let file = saved(&plan, "spec", ScopeV1::default()).unwrap();
    for (before, after, missing) in [
        (1, 2, None),
        (0, 2, Some(0)),
        (1, 3, Some(3)),
        (4, 2, Some(4)),
    ] {
        let mut file = file.clone();
        file.edges = vec![EdgeV1 {
            before,
            after,
            rule: "connection-first".to_owned(),
        }];
        let read = Saved { file }.plan().map(|plan| plan.edges.len());
        let expected = match missing {
            None => Ok(1),
            Some(number) => Err(ReadError::Contradiction(format!(
                "there is no operation #{number}"
            ))),
        };
        assert_eq!(read, expected, "{before} → {after}");
    }
}
