//! Topics of a bidirectional link whose primary is declared.

use super::{World, half, not_known, place, set, unread};
use crate::address::Address;
use crate::desired::Exception;
use crate::diff::{
    Changes, FindingKind, MirrorFault, MirrorRefusal, Options, Refused, TopicFinding, Verb, diff,
};
use crate::live::{MirrorError, MirrorStatus, Reading, UnreadKind};

/// The bidirectional link `dr`, with the topic `orders` that is written on east.
fn world() -> World {
    let mut world = World::new();
    world.pair("dr");
    world.topic("dr", "orders", "east");
    world
}

/// `orders` was written on west, and its mirror on east is running: it is to be reversed.
fn to_reverse() -> World {
    let mut world = world();
    world.live_mirror("east", "dr", "orders", MirrorStatus::Active);
    world.topics("west", &["orders"]);
    world
}

fn at(cluster: &str) -> Address {
    Address::Mirror(half(cluster, "dr"), "orders".into())
}

fn verbs(changes: &Changes) -> Vec<&'static [Verb]> {
    changes.mirrors.iter().map(|it| it.verbs).collect()
}

/// What is found, and where.
fn found(world: &World) -> Vec<(Address, FindingKind)> {
    let findings = world.changes().findings.into_iter();
    findings.map(|it| (it.address, it.kind)).collect()
}

fn why_refused(world: &World) -> Vec<(Address, Refused)> {
    let found = found(world).into_iter();
    let refused = found.filter_map(|(address, kind)| match kind {
        FindingKind::Topic(TopicFinding::Refused { why, .. }) => Some((address, why)),
        _ => None,
    });
    refused.collect()
}

#[test]
fn nothing_is_done_to_topics_while_either_half_is_refused() {
    let (name, fixed) = ("reconnect.backoff.ms", "1");
    for cluster in ["east", "west"] {
        let mut world = to_reverse();
        assert_eq!(verbs(&world.changes()), [[Verb::Reverse]]);
        world.config(cluster, "dr", name, fixed);
        let mut read_only = set("2");
        read_only.is_read_only = true;
        let configs = world.configs_at(cluster, "dr");
        configs.insert(name.to_owned(), read_only);
        let live = Some("2".to_owned());
        let name = name.to_owned();
        let refused = FindingKind::FixedConfig { name, live };
        assert_eq!(world.found(), [refused]);
        assert!(world.changes().mirrors.is_empty(), "refused at {cluster}");
    }
}

#[test]
fn a_refusal_of_another_link_or_a_finding_about_a_half_keeps_no_topic() {
    let mut world = to_reverse();
    world.declare("other", &[]);
    world.link("west", "other", &[]).source = Some("lkc-far".into());
    let undeclared = ("reconnect.backoff.ms".to_owned(), set("2"));
    world.configs("dr").extend([undeclared]);
    let codes = world.found().into_iter().map(|it| it.code().0);
    assert_eq!(codes.collect::<Vec<_>>(), ["LW250", "LW201"]);
    assert_eq!(verbs(&world.changes()), [[Verb::Reverse]]);
}

#[test]
fn what_keeps_a_mirror_from_following_its_primary_is_said_of_the_mirror() {
    let deleted = MirrorError::SourceTopicMayBeDeleted;
    for (status, fault) in [
        (
            MirrorStatus::SourceUnavailable,
            MirrorFault::PrimaryUnavailable,
        ),
        (MirrorStatus::LinkFailed, MirrorFault::PairFailed),
        (MirrorStatus::LinkPaused, MirrorFault::LinkPaused),
        (
            MirrorStatus::Failed,
            MirrorFault::Failed(Some(deleted.clone())),
        ),
    ] {
        let mut world = world();
        world.live_mirror("west", "dr", "orders", status);
        world.row("west", "dr", "orders").error = Some(deleted.clone());
        let expected = (at("west"), FindingKind::MirrorFaulty(fault));
        assert_eq!(found(&world), [expected]);
        assert!(world.changes().mirrors.is_empty());
    }
}

#[test]
fn a_pause_that_the_spec_asks_for_is_no_fault_of_its_topics() {
    let name = "cluster.link.paused";
    let paused = |cluster: &str| {
        let mut world = world();
        world.live_mirror("west", "dr", "orders", MirrorStatus::LinkPaused);
        world.config(cluster, "dr", name, "true");
        let configs = world.configs_at(cluster, "dr");
        configs.insert(name.to_owned(), set("true"));
        world.found()
    };
    assert_eq!(paused("west"), []);
    // Only the half that holds a mirror topic pauses it.
    let fault = FindingKind::MirrorFaulty(MirrorFault::LinkPaused);
    assert_eq!(paused("east"), [fault]);
}

/// An exception for `orders` on a half, until a day.
fn except(world: &mut World, cluster: &str, field: Option<&str>) {
    world.desired.exceptions.push(Exception {
        address: at(cluster),
        field: field.map(str::to_owned),
        reason: "migration".to_owned(),
        until: jiff::civil::date(2026, 3, 31),
        place: place(9),
    });
}

fn until_then(world: &World, day: i8) -> Changes {
    let options = Options {
        hold_back: Some(jiff::civil::date(2026, 3, day)),
        ..Options::default()
    };
    diff(&world.desired, &world.live, &options)
}

#[test]
fn an_exception_on_either_half_holds_back_a_refusal_and_an_operation() {
    let mut refused = world();
    for cluster in ["east", "west"] {
        refused.live_mirror(cluster, "dr", "orders", MirrorStatus::Stopped);
        refused.topics(cluster, &["orders"]);
    }
    assert_eq!(
        why_refused(&refused),
        [(at("east"), Refused::WriterUnknown)]
    );
    for (world, field, is_refused) in [
        (refused.clone(), None, true),
        (refused, Some("state"), true),
        (to_reverse(), Some("state"), false),
    ] {
        for cluster in ["east", "west"] {
            let mut world = world.clone();
            except(&mut world, cluster, field);
            let changes = until_then(&world, 30);
            assert!(changes.mirrors.is_empty());
            let [finding] = &changes.findings[..] else {
                panic!("{:?}", changes.findings);
            };
            assert_eq!(finding.address, at(cluster));
            let FindingKind::HeldBack { is_refused: it, .. } = &finding.kind else {
                panic!("{finding:?}");
            };
            assert_eq!(*it, is_refused);
            // On the day itself it holds back nothing any more.
            let changes = until_then(&world, 31);
            let held = |kind: &FindingKind| matches!(kind, FindingKind::HeldBack { .. });
            assert!(!changes.findings.iter().any(|it| held(&it.kind)));
            assert_eq!(changes.mirrors.len(), usize::from(!is_refused));
        }
    }
}

#[test]
fn a_refusal_is_said_where_its_reason_is() {
    let mut by_another_client = world();
    by_another_client.live_mirror("west", "dr", "orders", MirrorStatus::PendingStopped);
    let why = Refused::ByAnotherClient(MirrorStatus::PendingStopped);
    assert_eq!(why_refused(&by_another_client), [(at("west"), why)]);
    let mut failed = world();
    failed.live_mirror("east", "dr", "orders", MirrorStatus::Failed);
    failed.topics("west", &["orders"]);
    assert_eq!(why_refused(&failed), [(at("east"), Refused::Failed)]);
}

/// `orders` was failed over to east, and west is to become its mirror again.
fn to_restore() -> World {
    let mut world = world();
    world.live_mirror("east", "dr", "orders", MirrorStatus::Stopped);
    world.topics("east", &["orders"]);
    world
}

#[test]
fn a_mirror_of_another_link_is_not_restored_over() {
    let mut world = to_restore();
    world.topics("west", &["orders"]);
    assert_eq!(verbs(&world.changes()), [[Verb::Restore]]);
    // What another link stopped mirroring is an ordinary topic.
    world.live_mirror("west", "other", "orders", MirrorStatus::Stopped);
    assert_eq!(verbs(&world.changes()), [[Verb::Restore]]);
    world.live_mirror("west", "other", "orders", MirrorStatus::Paused);
    assert!(world.changes().mirrors.is_empty());
    let taken = FindingKind::MirrorRefused(MirrorRefusal::MirrorOf("other".into()));
    assert_eq!(found(&world), [(at("west"), taken)]);
}

#[test]
fn nothing_is_mirrored_from_a_topic_that_another_link_mirrors() {
    let mut world = world();
    world.topics("east", &["orders"]);
    world.topics("west", &[]);
    assert_eq!(verbs(&world.changes()), [[Verb::Create]]);
    world.live_mirror("east", "other", "orders", MirrorStatus::Active);
    assert!(world.changes().mirrors.is_empty());
    let why = Refused::PrimaryIsMirrorOf("other".into());
    assert_eq!(why_refused(&world), [(at("east"), why)]);
}

#[test]
fn topics_are_listed_only_where_they_decide() {
    let needed = |world: &World| -> Vec<String> {
        let needed = world.changes().topics_needed.into_iter();
        needed.map(|cluster| cluster.to_string()).collect()
    };
    let mut world = world();
    world.topics("east", &["orders"]);
    assert_eq!(needed(&world), ["west"], "which may have one too");
    // A live mirror topic is there, whichever link it is of.
    world.live_mirror("west", "other", "orders", MirrorStatus::Active);
    assert_eq!(needed(&world), [""; 0]);
    assert_eq!(why_refused(&world), [(at("east"), Refused::WriterUnknown)]);
    world.live_mirror("west", "other", "orders", MirrorStatus::Stopped);
    assert_eq!(needed(&world), ["west"]);
    world.live_mirror("west", "dr", "orders", MirrorStatus::Active);
    assert_eq!(needed(&world), [""; 0]);
    assert_eq!(found(&world), []);
}

#[test]
fn a_list_of_topics_that_is_older_than_a_live_mirror_changes_nothing() {
    for status in [MirrorStatus::Active, MirrorStatus::Paused] {
        for (east, west) in [("orders", ""), ("", "")] {
            let mut world = world();
            world.live_mirror("west", "dr", "orders", status.clone());
            let without = world.changes();
            world.topics("east", &[east]);
            world.topics("west", &[west]);
            assert_eq!(world.changes(), without, "{status}");
        }
    }
}

#[test]
fn a_side_that_could_not_be_read_is_not_known_and_nothing_is_done() {
    let mut world = to_reverse();
    let why = unread(UnreadKind::Unreachable);
    world.cluster("east").mirrors = Reading::Unread(why.clone());
    assert!(world.changes().mirrors.is_empty());
    assert!(world.found().contains(&not_known("east", why, &["orders"])));
}

#[test]
fn a_reversal_names_the_mirrors_of_other_links_that_read_what_becomes_a_mirror() {
    let mut world = to_reverse();
    world.add_cluster("north");
    world.declare_between("fan", "west", "north", &[]);
    world.declare_between("from-east", "east", "north", &[]);
    for (link, source) in [("fan", "lkc-west"), ("from-east", "lkc-east")] {
        world.link("north", link, &[]).source = Some(source.into());
    }
    for (link, topic, source, status) in [
        ("fan", "orders", "orders", MirrorStatus::Active),
        ("fan", "w.orders", "orders", MirrorStatus::Paused),
        ("fan", "old.orders", "orders", MirrorStatus::Stopped),
        ("fan", "payments", "payments", MirrorStatus::Active),
        ("from-east", "e.orders", "orders", MirrorStatus::Active),
    ] {
        world.live_mirror("north", link, topic, status);
        world.row("north", link, topic).source_topic = source.into();
    }
    let changes = world.changes();
    assert_eq!(verbs(&changes), [[Verb::Reverse]]);
    let turn = changes.mirrors[0].turn.as_ref().unwrap();
    let reader = |topic: &str| Address::Mirror(half("north", "fan"), topic.into());
    assert_eq!(turn.readers, [reader("orders"), reader("w.orders")]);
    assert_eq!(turn.writer.as_str(), "west");
    assert_eq!(turn.primary.as_str(), "east");
}
