//! Mirror topics of one half: what is said of them, and what their partners say.

use super::{World, filters, half, mirror};
use crate::catalog::filters::{NamePattern, Subject};
use crate::desired::MirrorState;
use crate::diff::{FindingKind, MirrorFault, MirrorRefusal};
use crate::live::MirrorStatus;

#[test]
fn a_pause_that_the_spec_asks_for_is_no_fault_of_mirrors_that_auto_create_made() {
    let all = filters(Subject::Topics, &["*"]);
    let auto_create = [
        ("auto.create.mirror.topics.enable", "true"),
        ("auto.create.mirror.topics.filters", all.as_str()),
    ];
    let mut paused = auto_create.to_vec();
    paused.push(("cluster.link.paused", "true"));
    for status in [MirrorStatus::LinkPaused, MirrorStatus::SourceUnavailable] {
        let mut world = World::new();
        world.declare("dr", &paused);
        world.link("west", "dr", &paused);
        world.live_mirror("west", "dr", "orders", status.clone());
        let fault = match status {
            MirrorStatus::LinkPaused => None,
            _ => Some(FindingKind::MirrorFaulty(MirrorFault::SourceUnavailable)),
        };
        assert_eq!(world.found(), Vec::from_iter(fault), "{status}");
    }
    // One that someone else paused is.
    let mut world = World::new();
    world.declare("dr", &auto_create);
    world.link("west", "dr", &auto_create);
    world.live_mirror("west", "dr", "orders", MirrorStatus::LinkPaused);
    let fault = FindingKind::MirrorFaulty(MirrorFault::LinkPaused);
    assert_eq!(world.found(), [fault]);
}

/// East has a mirror of the topic that has stopped on west, on its link of the same name.
fn stopped_here_and_live_there(world: &mut World) {
    world.live_mirror("west", "dr", "orders", MirrorStatus::Stopped);
    world.live_mirror("east", "dr", "orders", MirrorStatus::Active);
    let declared = mirror(MirrorState::Mirroring);
    let patterns = &mut world.half("west", "dr").mirrors.patterns;
    patterns.push((NamePattern::literal("*"), declared));
}

#[test]
fn only_halves_of_one_link_reverse_topics() {
    let mut pair = World::new();
    pair.pair("dr");
    stopped_here_and_live_there(&mut pair);
    let of_west = |world: &World| -> Vec<FindingKind> {
        let findings = world.changes().findings.into_iter();
        let of_west = findings.filter(|it| it.address.cluster().as_str() == "west");
        of_west.map(|it| it.kind).collect()
    };
    assert_eq!(of_west(&pair), [], "left by a reversal");
    pair.mirror("dr", "orders", MirrorState::Mirroring);
    let reversed = MirrorRefusal::Reversed(half("east", "dr"));
    assert_eq!(of_west(&pair), [FindingKind::MirrorRefused(reversed)]);

    // Two links in opposite directions that have the same name know nothing of each other.
    let mut one_way = World::new();
    one_way.declare("dr", &[]);
    one_way.link("west", "dr", &[]);
    one_way.link("east", "dr", &[]).source = Some("lkc-west".into());
    stopped_here_and_live_there(&mut one_way);
    let writable = FindingKind::MirrorRefused(MirrorRefusal::Writable);
    assert_eq!(of_west(&one_way), [writable]);
}

#[test]
fn a_mirror_that_has_not_stopped_is_no_history_of_a_reversal() {
    let mut world = World::new();
    world.pair("dr");
    stopped_here_and_live_there(&mut world);
    world.live_mirror("west", "dr", "orders", MirrorStatus::PendingStopped);
    world.live_mirror("east", "dr", "orders", MirrorStatus::PendingSynchronize);
    let refused = FindingKind::MirrorRefused(MirrorRefusal::BecomingWritable);
    assert!(world.found().contains(&refused));
}

#[test]
fn each_mirror_has_the_state_of_its_own_source_whatever_its_name_is() {
    let mut world = World::new();
    world.declare("dr", &[]);
    world.link("west", "dr", &[]);
    for (topic, state) in [
        ("a", MirrorState::Paused),
        ("b", MirrorState::Mirroring),
        ("c", MirrorState::Paused),
    ] {
        world.mirror("dr", topic, state);
        world.live_mirror("west", "dr", topic, MirrorStatus::Active);
    }
    // Names that were chosen by hand: `a` mirrors `c`, and the other way round.
    world.row("west", "dr", "a").source_topic = "b".into();
    world.row("west", "dr", "b").source_topic = "a".into();
    let paused = world.changes().mirrors.into_iter();
    let paused: Vec<_> = paused.map(|it| it.topic.to_string()).collect();
    assert_eq!(paused, ["b", "c"]);
}
