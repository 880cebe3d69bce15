//! What must not be done.

use super::{archive, create_link, delete, half, mirror, op, promote, reverse};
use crate::catalog::filters::NamePattern;
use crate::desired::BlastRadius;
use crate::diff::tests::{World, half as half_address};
use crate::live::MirrorStatus;
use crate::plan::guard::{Refusal, RefusalKind, check};
use crate::plan::{
    Allow, Allowances, Because, CreationOrder, FailoverGate, MirrorState, OpId, Operation,
    OperationKind,
};

/// What is refused where every risk is allowed.
fn refusals(world: &World, operations: &[Operation], more: &[Allow]) -> Vec<Refusal> {
    let risks = crate::desired::Risk::ALL.map(Allow::Risk);
    let allowed: Allowances = risks.iter().chain(more).copied().collect();
    check(&world.desired, &world.live, operations, &allowed)
}

fn refused(world: &World, operations: &[Operation]) -> Vec<RefusalKind> {
    let refusals = refusals(world, operations, &[]).into_iter();
    refusals.map(|refusal| refusal.kind).collect()
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

#[test]
fn topics_are_not_failed_over_because_of_a_loss_while_the_lost_cluster_answers() {
    let mut world = World::new();
    let away_from = |writer: &str, topic: &str, kind: OperationKind| Operation {
        because: Because::Direction {
            primary: "west".into(),
            writer: writer.into(),
        },
        ..op(mirror("west", "dr", topic), kind)
    };
    let failover = || OperationKind::FailoverMirror {
        gate: FailoverGate::default(),
    };
    let declared = Because::State {
        live: Some(MirrorStatus::Active),
        wanted: MirrorState::FailedOver,
    };
    let operations = [
        away_from("east", "a", failover()),
        away_from("east", "b", reverse()),
        away_from("north", "c", failover()),
        Operation {
            because: declared,
            ..op(mirror("west", "dr", "d"), failover())
        },
    ];
    assert_eq!(refusals(&world, &operations, &[]), []);
    world.live.answers.insert("east".into());
    let answers = Refusal {
        kind: RefusalKind::LostClusterAnswers {
            cluster: "east".into(),
        },
        operations: vec![OpId(0)],
        place: None,
    };
    assert_eq!(refusals(&world, &operations, &[]), [answers]);
    let allowed = [Allow::LostClusterAnswers];
    assert_eq!(refusals(&world, &operations, &allowed), []);
    assert_eq!(refusals(&world, &operations[1..], &[]), []);
}

#[test]
fn a_set_that_would_be_split_refuses_its_own_promotions_and_no_others() {
    let mut world = World::new();
    for link in ["dr", "other"] {
        world.declare(link, &[]);
        world.link("west", link, &[]);
        let sets = [("billing", "b-"), ("shop", "s-")];
        let sets = sets.map(|(set, prefix)| (set.to_owned(), vec![NamePattern::prefixed(prefix)]));
        world.declared_link(link).move_together = sets.into();
    }
    for topic in ["b-1", "b-2", "s-1"] {
        world.live_mirror("west", "dr", topic, MirrorStatus::Active);
    }
    for (topic, status) in [
        ("b-1", MirrorStatus::Active),
        ("b-2", MirrorStatus::Stopped),
    ] {
        world.live_mirror("west", "other", topic, status);
    }
    let moves = |link: &str, topic: &str, set: &str| {
        let mut kind = promote();
        let OperationKind::PromoteMirror { together, .. } = &mut kind else {
            panic!("it is a promotion");
        };
        together.push(set.to_owned());
        op(mirror("west", link, topic), kind)
    };
    let mut operations = vec![
        moves("dr", "b-1", "billing"),
        moves("dr", "s-1", "shop"),
        moves("other", "b-1", "billing"),
    ];
    let split = Refusal {
        kind: RefusalKind::SetSplit {
            half: half_address("west", "dr"),
            set: "billing".to_owned(),
            stay: vec![("b-2".into(), Some(MirrorStatus::Active))],
            groups: None,
        },
        operations: vec![OpId(0)],
        place: Some(world.declared_link("dr").place.clone()),
    };
    assert_eq!(
        refusals(&world, &operations, &[]),
        std::slice::from_ref(&split)
    );
    // To pause it does not move it, nor does what moves a topic of the same name on another link.
    let paused = op(mirror("west", "dr", "b-2"), OperationKind::PauseMirror);
    operations.extend([paused, moves("other", "b-2", "billing")]);
    assert_eq!(refusals(&world, &operations, &[]), [split]);
    operations.push(moves("dr", "b-2", "billing"));
    assert_eq!(refusals(&world, &operations, &[]), []);
}
