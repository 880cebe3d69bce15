//! Which consumer groups may hold a promotion up.

use super::{World, filters, half};
use crate::catalog::filters::Subject;
use crate::desired::{MirrorState, RetireMirrors};
use crate::diff::Names;
use crate::live::MirrorStatus::{self, Active, PendingStopped, Stopped};

const SWITCH: &str = "consumer.offset.sync.enable";

/// Groups at both ends, of which only `app-1` is active, selected by the links' filter and at the source.
fn world() -> World {
    let mut world = World::new();
    world.groups(
        "east",
        &[("app-1", "EMPTY"), ("app-2", "EMPTY"), ("web-1", "EMPTY")],
    );
    world.groups(
        "west",
        &[
            ("app-1", "STABLE"),
            ("app-2", "EMPTY"),
            ("app-of-west", "STABLE"),
            ("web-1", "STABLE"),
        ],
    );
    world
}

/// A link that syncs the offsets of `app-` groups, with mirrors that are to be promoted.
fn promoting(world: &mut World, link: &str, declared: &[(&str, &str)], topics: &[&str]) {
    let groups = filters(Subject::Groups, &["app-"]);
    world.declare(link, declared);
    world.link(
        "west",
        link,
        &[(SWITCH, "true"), ("consumer.offset.group.filters", &groups)],
    );
    for topic in topics {
        world.live_mirror("west", link, topic, Active);
        world.mirror(link, topic, MirrorState::Promoted);
    }
}

fn blocking_groups(world: &World) -> Vec<(String, Names<crate::address::GroupName>)> {
    let changes = world.changes();
    let blocking_groups = changes.blocking_groups.into_iter();
    blocking_groups
        .map(|(half, groups)| (half.to_string(), groups))
        .collect()
}

fn app_1(half: &str) -> (String, Names<crate::address::GroupName>) {
    (half.to_owned(), Names::Known(vec!["app-1".into()]))
}

#[test]
fn it_is_the_active_ones_whose_offsets_the_link_writes() {
    let mut world = world();
    promoting(&mut world, "dr", &[], &["orders"]);
    assert_eq!(blocking_groups(&world), [app_1("west/dr")]);
    world.groups("west", &[("app-1", "EMPTY"), ("web-1", "STABLE")]);
    assert_eq!(blocking_groups(&world), []);
}

#[test]
fn every_link_with_a_promotion_is_looked_at() {
    let mut world = world();
    promoting(&mut world, "a", &[], &["a1", "a2"]);
    promoting(&mut world, "b", &[], &["b1"]);
    promoting(&mut world, "c", &[], &[]);
    assert_eq!(blocking_groups(&world), [app_1("west/a"), app_1("west/b")]);
}

#[test]
fn a_sync_that_the_same_change_turns_off_writes_nothing_any_more() {
    let mut world = world();
    promoting(&mut world, "off", &[(SWITCH, "false")], &["orders"]);
    promoting(&mut world, "on", &[("acl.sync.ms", "9000")], &["payments"]);
    assert_eq!(world.changes().halves.len(), 2, "both are altered");
    assert_eq!(blocking_groups(&world), [app_1("west/on")]);
}

#[test]
fn a_sync_that_is_off_writes_nothing() {
    let mut world = world();
    promoting(&mut world, "dr", &[], &["orders"]);
    world.configs("dr").remove(SWITCH);
    assert_eq!(blocking_groups(&world), []);
}

#[test]
fn a_link_that_goes_may_promote_as_well_and_its_row_names_its_source() {
    let mut world = world();
    promoting(&mut world, "old", &[], &["orders"]);
    world.desired.links.clear();
    world.retire("west", "old", RetireMirrors::Promote);
    assert_eq!(blocking_groups(&world), [app_1("west/old")]);
    // Where the row names no cluster of the spec, every group that the filter selects may be synced.
    world.desired.clusters.remove("east");
    let groups = Names::Known(vec!["app-1".into(), "app-of-west".into()]);
    assert_eq!(
        world.changes().blocking_groups,
        [(half("west", "old"), groups)].into()
    );
    world.desired.retired[0].mirrors = RetireMirrors::Failover;
    assert_eq!(blocking_groups(&world), []);
}

/// A promotion that is under way waits for the same groups as one that is to come.
#[test]
fn a_wait_for_a_promotion_is_held_up_like_the_promotion() {
    let mut world = world();
    promoting(&mut world, "dr", &[], &["orders"]);
    world.live_mirror("west", "dr", "orders", PendingStopped);
    assert_eq!(blocking_groups(&world), [app_1("west/dr")]);
    // A failover waits for no group, and its source may be gone.
    world.mirror("dr", "orders", MirrorState::FailedOver);
    assert_eq!(blocking_groups(&world), []);
}

/// A retired link of which the only mirror topic has this status, next to one that is failed over.
fn retired(how: RetireMirrors, status: MirrorStatus) -> World {
    let mut world = world();
    for (link, how) in [("a", RetireMirrors::Failover), ("old", how)] {
        promoting(&mut world, link, &[], &["orders"]);
        world.retire("west", link, how);
    }
    world.desired.links.clear();
    world.live_mirror("west", "old", "orders", status);
    world
}

#[test]
fn each_link_that_goes_is_promoted_or_failed_over_as_its_own_entry_says() {
    let world = retired(RetireMirrors::Promote, Active);
    assert_eq!(world.changes().retirements.len(), 2);
    assert_eq!(blocking_groups(&world), [app_1("west/old")]);
    assert_eq!(
        blocking_groups(&retired(RetireMirrors::Failover, Active)),
        []
    );
}

#[test]
fn a_link_that_goes_waits_for_groups_only_while_a_promotion_is_under_way() {
    for how in [RetireMirrors::MustBeStopped, RetireMirrors::Promote] {
        let under_way = retired(how, PendingStopped);
        assert_eq!(blocking_groups(&under_way), [app_1("west/old")]);
        let stopped = retired(how, Stopped);
        assert_eq!(stopped.changes().retirements.len(), 2);
        assert_eq!(blocking_groups(&stopped), []);
    }
}
