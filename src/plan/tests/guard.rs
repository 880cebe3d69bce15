//! What must not be done.

use super::{archive, create_link, delete, half, mirror, op};
use crate::desired::BlastRadius;
use crate::diff::tests::{World, half as half_address};
use crate::live::MirrorStatus;
use crate::plan::guard::{RefusalKind, check};
use crate::plan::{Allow, Allowances, CreationOrder, FailoverGate, Operation, OperationKind};

fn refused(world: &World, operations: &[Operation]) -> Vec<RefusalKind> {
    let risks = crate::desired::Risk::ALL.map(Allow::Risk);
    let refusals = check(
        &world.desired,
        &world.live,
        operations,
        &Allowances::from(risks),
    );
    refusals.into_iter().map(|refusal| refusal.kind).collect()
}

#[test]
fn more_than_the_share_of_a_large_cluster_is_refused() {
    // Out of 50: a link and its 49 mirror topics.
    let mut world = World::new();
    world.link("west", "dr", &[]);
    let topics: Vec<String> = (1..50).map(|number| format!("t{number}")).collect();
    for topic in &topics {
        world.live_mirror("west", "dr", topic, MirrorStatus::Active);
    }
    let failover = |topic: &String| {
        op(
            mirror("west", "dr", topic),
            OperationKind::FailoverMirror {
                gate: FailoverGate::default(),
            },
        )
    };
    for (hit, max_percent, from, is_refused) in [
        (5, 10, 50, false),
        (6, 10, 50, true),
        (6, 10, 51, false),
        (6, 12, 50, false),
        (49, 98, 1, false),
        (1, 0, 1, true),
        (0, 0, 1, false),
    ] {
        let bound = BlastRadius { max_percent, from };
        world.desired.policy.blast_radius = bound;
        let operations: Vec<Operation> = topics.iter().take(hit).map(failover).collect();
        let refusal = RefusalKind::BlastRadius {
            cluster: "west".into(),
            hit,
            of: 50,
            bound,
        };
        let expected: Vec<_> = is_refused.then_some(refusal).into_iter().collect();
        assert_eq!(
            refused(&world, &operations),
            expected,
            "{hit} of 50, {bound:?}"
        );
    }
}

/// A cluster with a history of migrations does not get less careful.
#[test]
fn what_stopped_long_ago_does_not_make_a_hit_look_small() {
    let mut world = World::new();
    world.link("west", "dr", &[]);
    for number in 0..90 {
        let topic = format!("old-{number}");
        world.live_mirror("west", "dr", &topic, MirrorStatus::Stopped);
    }
    let mut operations = Vec::new();
    for topic in ["a", "b", "c"] {
        world.live_mirror("west", "dr", topic, MirrorStatus::Active);
        operations.push(op(
            mirror("west", "dr", topic),
            OperationKind::FailoverMirror {
                gate: FailoverGate::default(),
            },
        ));
    }
    let bound = BlastRadius {
        max_percent: 30,
        from: 10,
    };
    world.desired.policy.blast_radius = bound;
    let refusal = RefusalKind::BlastRadius {
        cluster: "west".into(),
        hit: 3,
        of: 4,
        bound,
    };
    assert_eq!(refused(&world, &operations), [refusal]);
    assert_eq!(refused(&world, &operations[..1]), []);
}

#[test]
fn a_prefix_is_taken_until_the_link_that_has_it_is_deleted() {
    let mut world = World::new();
    world.link("west", "old", &[("cluster.link.prefix", "dr.")]);
    world.link("west", "other", &[]);
    world.link("east", "old", &[]);
    let taken = RefusalKind::PrefixTaken {
        by: half_address("west", "old"),
        prefix: "dr.".to_owned(),
    };
    let rows = [
        ("dr.", None, true),
        ("eu.", None, false),
        (
            "dr.",
            Some(op(half("west", "old"), delete(true, Some("dr.")))),
            false,
        ),
        ("dr.", Some(op(half("west", "old"), archive())), true),
        (
            "dr.",
            Some(op(half("west", "other"), delete(true, None))),
            true,
        ),
        (
            "dr.",
            Some(op(half("east", "old"), delete(true, Some("dr.")))),
            true,
        ),
    ];
    for (prefix, comment, is_taken) in rows {
        let said = format!("{prefix} comment {comment:?}");
        let create = op(
            half("west", "new"),
            create_link(CreationOrder::Only, Some(prefix)),
        );
        let operations: Vec<Operation> = comment.into_iter().chain([create]).collect();
        let expected: Vec<_> = is_taken.then(|| taken.clone()).into_iter().collect();
        assert_eq!(refused(&world, &operations), expected, "{said}");
    }
}
