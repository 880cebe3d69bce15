//! Order, tested on operations made by hand: every rule has an edge, every order respects every
//! edge, and the order of the input does not matter.

use std::collections::BTreeSet;
use std::time::Duration;

use proptest::prelude::*;

use super::{
    alter, archive, create_link, create_mirror, delete, half, mirror, op, promote, restore, reverse,
};
use crate::live::MirrorStatus;
use crate::plan::order::{self, Arranged, RULES};
use crate::plan::{AlterPurpose, CreationOrder, FailoverGate, Operation, OperationKind};

fn arranged(operations: Vec<Operation>) -> Arranged {
    let edges = order::edges(&operations);
    order::arrange(operations, edges).unwrap()
}

/// The order as people would read it: wave, address, and what each waits for.
fn printed(arranged: &Arranged) -> Vec<String> {
    let mut lines = Vec::new();
    for (number, wave) in arranged.waves.iter().enumerate() {
        for id in wave {
            let op = &arranged.operations[id.index()];
            let rules: BTreeSet<&str> = arranged
                .edges
                .iter()
                .filter(|edge| edge.after == *id)
                .map(|edge| edge.rule.name)
                .collect();
            let rules: Vec<&str> = rules.into_iter().collect();
            lines.push(format!("{number} {} [{}]", op.address, rules.join(", ")));
        }
    }
    lines
}

#[test]
fn a_link_is_retired_in_the_full_safe_sequence() {
    let arranged = arranged(vec![
        op(half("west", "a"), delete(true, None)),
        op(half("west", "a"), archive()),
        op(
            mirror("west", "a", "t1"),
            OperationKind::FailoverMirror {
                gate: FailoverGate::default(),
            },
        ),
        op(mirror("west", "a", "t2"), promote()),
        op(
            mirror("west", "a", "t3"),
            OperationKind::AwaitMirror {
                status: Some(MirrorStatus::PendingStopped),
            },
        ),
        op(half("west", "a"), alter(AlterPurpose::StopAutoCreate)),
    ]);
    assert_eq!(
        printed(&arranged),
        [
            "0 west/a []",
            "1 west/a/t1 [auto-create-off-before-stop]",
            "1 west/a/t2 [auto-create-off-before-stop]",
            "1 west/a/t3 [auto-create-off-before-stop]",
            "2 west/a [auto-create-off-before-stop, stopped-before-archive]",
            "3 west/a [archive-before-delete]",
        ]
    );
}

#[test]
fn halves_come_one_after_the_other_and_mirrors_last() {
    let mut second = op(half("east", "a"), create_link(CreationOrder::Second, None));
    second.link = "a".into();
    let arranged = arranged(vec![
        op(mirror("west", "a", "t"), create_mirror()),
        op(mirror("west", "a", "t"), OperationKind::PauseMirror),
        second,
        op(half("west", "a"), create_link(CreationOrder::First, None)),
    ]);
    assert_eq!(
        printed(&arranged),
        [
            "0 west/a []",
            "1 east/a [first-half-first]",
            "2 west/a/t [link-before-mirrors]",
            "3 west/a/t [mirror-exists-first]",
        ]
    );
}

#[test]
fn offsets_are_drained_and_sync_is_off_before_anything_is_promoted() {
    let wait = Duration::from_secs(60);
    let arranged = arranged(vec![
        op(mirror("west", "a", "t"), promote()),
        op(half("west", "a"), alter(AlterPurpose::StopOffsetSync)),
        op(half("west", "a"), OperationKind::DrainOffsets { wait }),
    ]);
    assert_eq!(
        printed(&arranged),
        [
            "0 west/a []",
            "1 west/a [drain-before-offset-sync-off]",
            "2 west/a/t [offset-sync-off-before-promote]",
        ]
    );
}

#[test]
fn the_connection_is_fixed_first_but_failing_over_does_not_wait_for_it() {
    let arranged = arranged(vec![
        op(mirror("west", "a", "t1"), promote()),
        op(
            mirror("west", "a", "t2"),
            OperationKind::FailoverMirror {
                gate: FailoverGate::default(),
            },
        ),
        op(mirror("west", "a", "t3"), create_mirror()),
        op(half("west", "a"), alter(AlterPurpose::Settings)),
        op(half("west", "a"), alter(AlterPurpose::Connection(None))),
    ]);
    assert_eq!(
        printed(&arranged),
        [
            "0 west/a []",
            "0 west/a/t2 []",
            "1 west/a [connection-first]",
            "1 west/a/t1 [connection-first]",
            "2 west/a/t3 [connection-first, settings-before-mirrors]",
        ]
    );
}

#[test]
fn a_topic_is_restored_after_the_settings_and_then_paused_or_reversed() {
    let arranged = arranged(vec![
        op(mirror("west", "a", "t1"), OperationKind::PauseMirror),
        op(mirror("west", "a", "t1"), restore()),
        op(mirror("west", "a", "t2"), reverse()),
        op(mirror("west", "a", "t2"), OperationKind::ResumeMirror),
        op(half("west", "a"), alter(AlterPurpose::Settings)),
        op(half("west", "b"), alter(AlterPurpose::Settings)),
    ]);
    assert_eq!(
        printed(&arranged),
        [
            "0 west/a []",
            "0 west/b []",
            "0 west/a/t2 []",
            "1 west/a/t1 [settings-before-restore]",
            "1 west/a/t2 [runs-before-reverse]",
            "2 west/a/t1 [restored-before-pause]",
        ]
    );
}

#[test]
fn neither_half_of_a_pair_goes_before_the_mirrors_of_both_have_stopped() {
    let arranged = arranged(vec![
        op(half("east", "pair"), archive()),
        op(half("east", "pair"), delete(true, None)),
        op(mirror("west", "pair", "t"), promote()),
        op(half("west", "pair"), archive()),
        op(half("west", "pair"), delete(false, None)),
    ]);
    assert_eq!(
        printed(&arranged),
        [
            "0 east/pair []",
            "0 west/pair/t []",
            "1 west/pair [stopped-before-archive]",
            "2 east/pair [archive-before-delete, pair-stopped-first]",
            "3 west/pair [archive-before-delete, outbound-deleted-first, pair-stopped-first]",
        ]
    );
}

#[test]
fn a_prefix_is_freed_and_the_outbound_half_goes_first() {
    let arranged = arranged(vec![
        op(
            half("west", "new"),
            create_link(CreationOrder::Only, Some("dr.")),
        ),
        op(half("west", "old"), delete(false, Some("dr."))),
        op(half("east", "old"), delete(true, None)),
    ]);
    assert_eq!(
        printed(&arranged),
        [
            "0 east/old []",
            "1 west/old [outbound-deleted-first]",
            "2 west/new [prefix-freed-first]",
        ]
    );
}

#[test]
fn a_cycle_is_an_error_that_names_its_members_and_no_others() {
    // What the circle waits for, the circle, what waits for it, and one apart.
    let operations = vec![
        op(half("west", "a"), alter(AlterPurpose::StopAutoCreate)),
        op(mirror("west", "a", "t"), promote()),
        op(half("west", "a"), archive()),
        op(half("west", "a"), delete(true, None)),
        op(half("east", "b"), alter(AlterPurpose::Settings)),
    ];
    let mut edges = order::edges(&operations);
    let mut back = edges
        .iter()
        .find(|edge| edge.rule.name == "stopped-before-archive")
        .unwrap()
        .clone();
    std::mem::swap(&mut back.before, &mut back.after);
    edges.push(back);
    let Err(error) = order::arrange(operations, edges) else {
        panic!("a circle was arranged");
    };
    let circle = [
        "west/a/t before west/a (stopped-before-archive)",
        "west/a before west/a/t (stopped-before-archive)",
    ];
    assert_eq!(error.members, circle);
    let words = error.to_string();
    assert!(words.ends_with(&circle.join(" → ")), "{words}");
}

/// Any operation on a small world of two clusters, two links and three topics.
fn any_operation() -> impl Strategy<Value = Operation> {
    let place = (
        prop_oneof![Just("east"), Just("west")],
        prop_oneof![Just("a"), Just("b")],
        prop_oneof![Just("t1"), Just("t2"), Just("t3")],
    );
    (place, 0usize..17).prop_map(|((cluster, link, topic), kind)| {
        let half = || half(cluster, link);
        let mirror = || mirror(cluster, link, topic);
        let pending = MirrorStatus::PendingMirror;
        match kind {
            0 => op(half(), create_link(CreationOrder::First, Some("dr."))),
            1 => op(half(), create_link(CreationOrder::Second, None)),
            2 => op(half(), create_link(CreationOrder::Only, None)),
            3 => op(half(), alter(AlterPurpose::Connection(None))),
            4 => op(half(), alter(AlterPurpose::Settings)),
            5 => op(half(), alter(AlterPurpose::StopAutoCreate)),
            6 => op(half(), alter(AlterPurpose::StopOffsetSync)),
            7 => op(
                half(),
                OperationKind::DrainOffsets {
                    wait: Duration::ZERO,
                },
            ),
            8 => op(mirror(), create_mirror()),
            9 => op(
                mirror(),
                OperationKind::AwaitMirror {
                    status: Some(pending),
                },
            ),
            10 => op(mirror(), OperationKind::PauseMirror),
            11 => op(mirror(), OperationKind::ResumeMirror),
            12 => op(mirror(), promote()),
            13 => op(
                mirror(),
                OperationKind::FailoverMirror {
                    gate: FailoverGate::default(),
                },
            ),
            14 => op(half(), archive()),
            15 => op(half(), delete(true, None)),
            _ => op(half(), delete(false, Some("dr."))),
        }
    })
}

proptest! {
    #[test]
    fn every_order_respects_every_edge_and_ignores_the_input_order(
        operations in prop::collection::vec(any_operation(), 0..24),
        seed in any::<u64>(),
    ) {
        let mut unique: Vec<Operation> = Vec::new();
        for operation in operations {
            let same = |other: &Operation| {
                other.address == operation.address
                    && std::mem::discriminant(&other.kind) == std::mem::discriminant(&operation.kind)
            };
            if !unique.iter().any(same) {
                unique.push(operation);
            }
        }
        let mut shuffled = unique.clone();
        let mut state = seed;
        for at in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let other = usize::try_from(state >> 33).unwrap() % (at + 1);
            shuffled.swap(at, other);
        }
        let edges = order::edges(&unique);
        let Ok(first) = order::arrange(unique, edges) else {
            // A deletion that frees what its own pair waits for is a circle; it is reported, and does not hang.
            return Ok(());
        };
        for edge in &first.edges {
            prop_assert!(edge.before < edge.after, "{edge:?}");
        }
        for (number, wave) in first.waves.iter().enumerate() {
            for id in wave {
                for edge in first.edges.iter().filter(|edge| edge.after == *id) {
                    let earlier = first.waves[..number]
                        .iter()
                        .any(|wave| wave.contains(&edge.before));
                    prop_assert!(earlier, "{edge:?}");
                }
            }
        }
        let edges = order::edges(&shuffled);
        let second = order::arrange(shuffled, edges).unwrap();
        prop_assert_eq!(&first.operations, &second.operations);
        prop_assert_eq!(&first.edges, &second.edges);
        prop_assert_eq!(&first.waves, &second.waves);
    }
}

#[test]
fn every_rule_has_a_name_of_its_own_and_a_reason() {
    let names: BTreeSet<&str> = RULES.iter().map(|rule| rule.name).collect();
    assert_eq!(names.len(), RULES.len());
    assert_eq!(format!("{:?}", RULES[0]), RULES[0].name);
    assert_ne!(RULES[0], RULES[1]);
    let documented = include_str!("../../../docs/decisions.md");
    for rule in RULES {
        assert!(rule.why.len() > 20, "{}", rule.name);
        assert!(
            documented.contains(&format!("| {} |", rule.name)),
            "docs/decisions.md does not tell of {}",
            rule.name
        );
    }
}
