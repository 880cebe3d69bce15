//! Topics of a bidirectional link that are turned.

use std::borrow::Cow;

use super::{pair, planned, topic};
use crate::catalog::filters::Subject;
use crate::desired::Lost;
use crate::diff::Effect;
use crate::diff::tests::{World, filters, place};
use crate::live::MirrorStatus::{
    Active, LinkPaused, Paused, PendingMirror, PendingRestore, PendingSetupForRestore, Stopped,
};
use crate::live::{GroupFact, MirrorStatus, Reading};
use crate::plan::{Operation, OperationKind, Settle};

#[test]
fn before_a_reversal_the_offsets_of_up_to_fifty_consumer_groups_are_compared() {
    for (count, is_compared) in [(0, true), (1, true), (50, true), (51, false)] {
        let mut world = pair();
        topic(&mut world, "orders", "west");
        world.live_mirror("west", "dr", "orders", Active);
        let all = filters(Subject::Groups, &["*"]);
        world.link(
            "west",
            "dr",
            &[
                ("consumer.offset.sync.enable", "true"),
                ("consumer.offset.group.filters", &all),
            ],
        );
        let groups = (0..count).map(|number| {
            let state = "EMPTY".to_owned();
            (format!("app-{number}").as_str().into(), GroupFact { state })
        });
        world.cluster("west").groups = Reading::Read(groups.collect());
        let operations = planned(&world).operations;
        let [reversal] = &operations[..] else {
            panic!("{operations:?}");
        };
        let OperationKind::ReverseMirror { gate, .. } = &reversal.kind else {
            panic!("{reversal:?}");
        };
        let compared = gate.compare.as_ref().map(Vec::len);
        assert_eq!(compared, is_compared.then_some(count), "{count} groups");
    }
}

/// The only operation on a topic whose mirror, which is on this cluster, has this status.
fn only(world: &mut World, cluster: &str, status: MirrorStatus) -> Operation {
    topic(world, "orders", "west");
    world.live_mirror(cluster, "dr", "orders", status);
    let mut operations = planned(world).operations;
    assert_eq!(operations.len(), 1, "{operations:?}");
    operations.remove(0)
}

#[test]
fn a_failover_in_the_middle_of_a_restore_says_whether_the_topic_was_cut_for_it() {
    for (status, was_cut) in [
        (PendingRestore, Some(true)),
        (PendingSetupForRestore, Some(false)),
        (Active, None),
    ] {
        let mut world = pair();
        let east = world.desired.clusters.get_mut("east").unwrap();
        east.lost = Some(Lost {
            reason: "fire".to_owned(),
            until: jiff::civil::date(2030, 1, 1),
            place: place(7),
        });
        let failover = only(&mut world, "west", status.clone());
        assert_eq!(failover.kind.word(), "failover-mirror");
        let said = failover.effects.iter().find_map(|effect| match effect {
            Effect::CutByRestore { at, is_cut } => Some((at.as_str(), *is_cut)),
            _ => None,
        });
        assert_eq!(said, was_cut.map(|is_cut| ("west", is_cut)), "{status}");
    }
}

#[test]
fn what_only_waits_is_over_when_the_topic_has_stopped_and_what_something_waits_for_is_not() {
    let mut world = pair();
    let alone = only(&mut world, "east", PendingMirror);
    let anything = Cow::Borrowed(&[Active, Paused, LinkPaused, Stopped][..]);
    assert_eq!(alone.settle, Settle::MirrorIn(anything));
    topic(&mut world, "orders", "west").paused = true;
    let operations = planned(&world).operations;
    let words: Vec<_> = operations.iter().map(|op| op.kind.word()).collect();
    assert_eq!(words, ["await-mirror", "pause-mirror"]);
    let running = Cow::Borrowed(&[Active, Paused, LinkPaused][..]);
    assert_eq!(operations[0].settle, Settle::MirrorIn(running));
}
