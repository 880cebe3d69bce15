//! Digests and what they leave out, on plans of a small world.

mod approval;
mod digest;
mod end_state;
mod origin;

use serde_json::json;

use super::{
    FORMAT_VERSION, Made, Moved, OriginV1, Remainder, Saved, Scope, digests, is_sealed, saved,
    sealed,
};
use crate::desired::MirrorState;
use crate::diff::tests::{World, place};
use crate::diff::{Effect, diff};
use crate::live::{Loss, LossUnknown, MirrorLoss, MirrorStatus, PartitionLag, Reading, Snapshot};
use crate::plan::{Allowances, Edge, OpId, OperationKind, Plan, RULES, Settle, plan};

/// A link is altered, and a mirror topic with this status is failed over.
fn altered(status: MirrorStatus) -> Plan {
    let mut world = World::new();
    world.declare("dr", &[("acl.sync.ms", "9000")]);
    world.link("west", "dr", &[]);
    world.live_mirror("west", "dr", "orders", status);
    world.mirror("dr", "orders", MirrorState::FailedOver);
    let changes = diff(&world.desired, &world.live, &Default::default());
    plan(&world.desired, &world.live, changes, &Allowances::default()).unwrap()
}

/// The plan as it is read back, of a document that has only what counts; `report` writes the whole.
fn read(plan: &Plan) -> Saved {
    read_of(plan, OriginV1::default())
}

/// The same, of a plan from there.
fn read_of(plan: &Plan, origin: OriginV1) -> Saved {
    Saved::read(&document(plan, origin)).unwrap()
}

/// The text of a saved plan.
fn document(plan: &Plan, origin: OriginV1) -> String {
    let made = Made {
        spec_digest: "spec".to_owned(),
        origin,
        ..Made::default()
    };
    let digests = digests(plan, &made.scope).unwrap();
    let operations = plan.operations.iter().zip(&digests.operations);
    let operations = operations.map(|(op, digests)| {
        let words = |statuses: &[MirrorStatus]| -> Vec<String> {
            statuses.iter().map(ToString::to_string).collect()
        };
        let settles = match &op.settle {
            Settle::MirrorIn(statuses) => {
                json!({"condition": "mirror-in", "statuses": words(statuses)})
            }
            Settle::Turned(it) => json!({"condition": "turned", "statuses": words(&it.statuses)}),
            Settle::AtOnce => json!({"condition": "at-once"}),
            Settle::LinkReadable => json!({"condition": "link-readable"}),
            Settle::LinkHealthy => json!({"condition": "link-healthy"}),
            Settle::LinkGone => json!({"condition": "link-gone"}),
            Settle::ConfigsTaken => json!({"condition": "configs-taken"}),
            Settle::Elapsed(_) => json!({"condition": "elapsed"}),
        };
        let action = match &op.kind {
            OperationKind::ReverseMirror { other, .. }
            | OperationKind::RestoreMirror { other, .. } => {
                json!({"kind": op.kind.word(), "other": other.to_string()})
            }
            kind => json!({"kind": kind.word()}),
        };
        json!({
            "address": op.address.to_string(),
            "action": action,
            "settles": settles,
            "digests": digests,
        })
    });
    let document = json!({
        "format_version": FORMAT_VERSION,
        "digest": digests.plan,
        "operations": operations.collect::<Vec<_>>(),
        "saved": saved(plan, &made).unwrap(),
    });
    sealed(&serde_json::to_string_pretty(&document).unwrap())
}

/// The same operations.
fn all() -> Remainder {
    Remainder::default()
}

/// Of what is left when nothing is live.
fn left(saved: &Saved, fresh: &Plan) -> Result<Remainder, Vec<Moved>> {
    saved.remainder(fresh, &Snapshot::default(), "spec")
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
    assert_eq!(left(&read(&plan), &moved), Ok(all()));
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
        left(&read(&plan), &other)
    };
    let loses = Effect::Loses {
        loss: MirrorLoss {
            loss: Loss::Unknown(LossUnknown::Partial),
            least: 77,
            lagging: 7,
            never_fetched: 0,
        },
        as_of_ms: Some(7),
        stale: true,
    };
    assert_eq!(with(&[Effect::BecomesWritable, loses.clone()]), Ok(all()));
    let changed = Moved::Changed {
        address: "west/dr/orders".to_owned(),
        operation: "failover-mirror".to_owned(),
        what: vec!["effects"],
    };
    assert_eq!(with(&[loses]), Err(vec![changed]));
}

#[test]
fn a_status_that_was_decided_from_counts() {
    let of = |status| {
        let mut plan = altered(status);
        for op in &mut plan.operations {
            op.expects.clear();
        }
        digests(&plan, &Scope::default()).unwrap().operations
    };
    assert_eq!(of(MirrorStatus::Active), of(MirrorStatus::Active));
    let (active, failed) = (of(MirrorStatus::Active), of(MirrorStatus::Failed));
    let differ: Vec<_> = active
        .iter()
        .zip(&failed)
        .flat_map(|(a, b)| a.differences(b))
        .collect();
    assert_eq!(differ, ["expectations"]);
}

#[test]
fn a_saved_plan_is_named_by_the_digest_of_its_text() {
    let text = document(&altered(MirrorStatus::Active), OriginV1::default());
    let saved = Saved::read(&text).unwrap();
    assert!(is_sealed(&text, saved.file_digest()));
    assert_ne!(saved.file_digest(), saved.digest());
}

#[test]
fn edges_and_scope_are_part_of_the_digest_of_a_plan() {
    let plan = altered(MirrorStatus::Active);
    let saved = read(&plan);
    let of = |plan: &Plan, scope: &Scope| digests(plan, scope).unwrap().plan;
    assert_eq!(saved.digest(), of(&plan, &Scope::default()));
    let rotating = Scope {
        rotate: ["dr".into()].into(),
        ..Scope::default()
    };
    assert_ne!(saved.digest(), of(&plan, &rotating));
    let mut other = plan.clone();
    other.edges.push(Edge {
        before: OpId(0),
        after: OpId(1),
        rule: &RULES[0],
    });
    assert_eq!(left(&saved, &other), Err(vec![Moved::Order]));
}

/// What is left of a saved promotion or failover when nothing is planned and its mirror topic is as this
/// says: how many operations are done, or how many are neither done nor planned.
fn stopped(wanted: MirrorState, lag: i64, row: Option<MirrorStatus>) -> Result<usize, usize> {
    let world = |status: Option<MirrorStatus>, lag: i64| {
        let mut world = World::new();
        world.declare("dr", &[]);
        world.link("west", "dr", &[]);
        if let Some(status) = status {
            world.live_mirror("west", "dr", "orders", status);
            let Reading::Read(mirrors) = &mut world.cluster("west").mirrors else {
                panic!("its mirrors are read");
            };
            for row in mirrors.values_mut().flat_map(|rows| rows.values_mut()) {
                row.lags = [PartitionLag {
                    partition: 0,
                    lag,
                    last_source_fetch_offset: 100,
                }]
                .into_iter()
                .collect();
            }
        }
        world.mirror("dr", "orders", wanted);
        world
    };
    let plan_of = |world: &World| {
        let changes = diff(&world.desired, &world.live, &Default::default());
        plan(&world.desired, &world.live, changes, &Allowances::default()).unwrap()
    };
    let saved = read(&plan_of(&world(Some(MirrorStatus::Active), 0)));
    assert_eq!(saved.count(), 1);
    let now = world(row, lag);
    let mut fresh = plan_of(&now);
    fresh.operations.clear();
    match saved.remainder(&fresh, &now.live, "spec") {
        Ok(left) => Ok(left.unchanged.len()),
        Err(moved) => Err(moved.len()),
    }
}

#[test]
fn what_is_missing_is_done_only_if_its_end_state_is_live() {
    use MirrorState::{FailedOver, Promoted};
    use MirrorStatus::{Active, Failed, Stopped};
    assert_eq!(stopped(Promoted, 0, Some(Stopped)), Ok(1));
    assert_eq!(stopped(FailedOver, 7, Some(Stopped)), Ok(1));
    // Someone else failed it over before everything was copied.
    assert_eq!(stopped(Promoted, 7, Some(Stopped)), Err(1));
    for status in [Active, Failed] {
        assert_eq!(stopped(Promoted, 0, Some(status)), Err(1));
    }
    assert_eq!(stopped(Promoted, 0, None), Err(1));
}

#[test]
fn of_several_alike_each_is_compared_with_its_own() {
    let plan = altered(MirrorStatus::Active);
    let mut twice = plan.clone();
    twice.waves.push(vec![OpId(twice.operations.len() as u32)]);
    twice.operations.push(plan.operations[0].clone());
    let about = |moved: fn(String, String) -> Moved| {
        let op = &plan.operations[0];
        Err(vec![moved(
            op.address.to_string(),
            op.kind.word().to_owned(),
        )])
    };
    let appeared = about(|address, operation| Moved::Appeared { address, operation });
    assert_eq!(left(&read(&plan), &twice), appeared);
    let gone = about(|address, operation| Moved::Gone { address, operation });
    assert_eq!(left(&read(&twice), &plan), gone);
}
