//! Chains of links: north → east → west, where the plan makes, or auto-create will make, the topic in the middle.

use super::{World, filters};
use crate::catalog::filters::Subject;
use crate::desired::MirrorState;
use crate::diff::{FindingKind, Verb, extra_reads};
use crate::live::MirrorStatus;

const SWITCH: &str = "auto.create.mirror.topics.enable";
const TOPICS: &str = "auto.create.mirror.topics.filters";

/// `north-east` creates mirrors of all topics automatically, with a prefix or without; `dr` is to mirror one of them,
/// which north has and east does not have yet.
fn chain(prefix: Option<&str>) -> World {
    let mut world = World::new();
    world.add_cluster("north");
    let all = filters(Subject::Topics, &["*"]);
    let on = [(SWITCH, "true"), (TOPICS, all.as_str())];
    let first = world.declare_between("north-east", "north", "east", &on);
    first.prefix = prefix.map(str::to_owned);
    let mut live = on.to_vec();
    live.extend(prefix.map(|prefix| ("cluster.link.prefix", prefix)));
    world.link("east", "north-east", &live).source = Some("lkc-north".into());
    world.declare("dr", &[]);
    world.link("west", "dr", &[]);
    let middle = format!("{}orders", prefix.unwrap_or_default());
    world.mirror("dr", &middle, MirrorState::Mirroring);
    world.topics("north", &["orders"]);
    world.topics("east", &[]);
    world.topics("west", &[]);
    world
}

/// What is done, as far as it goes: where, and which verbs.
fn done(world: &World) -> Vec<String> {
    let mirrors = world.changes().mirrors.into_iter();
    mirrors
        .map(|change| format!("{} {}: {:?}", change.half, change.topic, change.verbs))
        .collect()
}

fn is_missing(world: &World) -> bool {
    let missing = |kind: &FindingKind| matches!(kind, FindingKind::SourceTopicMissing { .. });
    world.changes().mirrors.is_empty() && world.found().iter().any(missing)
}

#[test]
fn a_topic_that_auto_create_will_make_is_waited_for() {
    let expected = |middle: &str| {
        let wait = format!("east/north-east {middle}: [Await]");
        [wait, format!("west/dr {middle}: [Create]")]
    };
    assert_eq!(done(&chain(None)), expected("orders"));
    assert_eq!(done(&chain(Some("n."))), expected("n.orders"));
}

#[test]
fn a_mirror_that_stopped_and_lost_its_topic_is_not_made_again() {
    let mut world = chain(None);
    world.live_mirror("east", "north-east", "orders", MirrorStatus::Stopped);
    assert!(is_missing(&world));
}

#[test]
fn a_half_that_is_refused_makes_nothing() {
    let mut world = chain(None);
    world.link("east", "north-east", &[]).source = Some("lkc-far".into());
    assert!(is_missing(&world));
}

/// North has the topic as a mirror of its own, by its source's name there.
fn mirrored_in_north(world: &mut World, source: &str) {
    world.live_mirror("north", "other", "orders", MirrorStatus::Active);
    world.row("north", "other", "orders").source_topic = source.into();
}

#[test]
fn auto_create_with_a_prefix_does_not_go_on_from_mirrors_that_have_one() {
    for (prefix, source, goes_on) in [
        (None, "orders", true),
        (None, "ders", true),
        (Some("n."), "orders", true),
        (Some("n."), "ders", false),
    ] {
        let mut world = chain(prefix);
        mirrored_in_north(&mut world, source);
        let changes = world.changes();
        let creates = |verbs: &[Verb]| verbs.contains(&Verb::Create);
        let created = changes.mirrors.iter().any(|it| creates(it.verbs));
        assert_eq!(created, goes_on, "prefix {prefix:?}, mirror of {source}");
        assert_eq!(is_missing(&world), !goes_on);
    }
}

#[test]
fn the_topics_of_the_whole_chain_are_asked_for() {
    let mut world = chain(None);
    for cluster in ["north", "east", "west"] {
        world.cluster(cluster).topics = Default::default();
    }
    let extras = extra_reads(&world.desired, &world.live, &world.changes());
    let all = ["east", "north", "west"].map(Into::into);
    assert_eq!(extras.topics, all.into());
    // What auto-create does not select is not sought at its source.
    let payments = filters(Subject::Topics, &["payments"]);
    world.config("east", "north-east", TOPICS, &payments);
    let live = world.configs_at("east", "north-east");
    live.insert(TOPICS.to_owned(), super::set(&payments));
    let extras = extra_reads(&world.desired, &world.live, &world.changes());
    assert_eq!(extras.topics, ["east", "west"].map(Into::into).into());
}
