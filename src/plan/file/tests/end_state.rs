//! What is done of a saved plan, after a run that ended early or something else that happened.

use super::{altered, left, read};
use crate::address::Address;
use crate::desired::{MirrorState, RetireMirrors};
use crate::diff::switchover::SwitchoverFinding;
use crate::diff::tests::World;
use crate::diff::{Effect, Finding, FindingKind};
use crate::live::MirrorStatus::{self, Active, LinkPaused, Paused, Stopped};
use crate::live::{Reading, Unread, UnreadKind};
use crate::plan::Plan;
use crate::plan::file::{Moved, Saved};
use crate::plan::tests::{pair, planned, topic};

/// What is done of a saved plan by what a world shows, or how it has moved.
fn done(saved: &Saved, fresh: &Plan, world: &World) -> Result<Vec<String>, Vec<String>> {
    match saved.remainder(fresh, &world.live, "spec") {
        Ok(left) => {
            let unchanged = left.unchanged.iter();
            Ok(unchanged
                .map(|(address, word)| format!("{word} {address}"))
                .collect())
        }
        Err(moved) => Err(moved.iter().map(ToString::to_string).collect()),
    }
}

/// The fresh plan of a world has nothing to do any more.
fn nothing_to_do(world: &World) -> Plan {
    let mut fresh = planned(world);
    fresh.operations.clear();
    fresh.edges.clear();
    fresh.waves.clear();
    fresh
}

fn gone(operation: &str, address: &str) -> String {
    format!("{address}: {operation} is no longer planned, and what it was to do is not done")
}

/// A mirror topic is created and paused.
fn paused_from_nothing() -> World {
    let mut world = World::new();
    world.declare("dr", &[]);
    world.link("west", "dr", &[]);
    world.topics("west", &[]);
    world.topics("east", &["orders"]);
    world.mirror("dr", "orders", MirrorState::Paused);
    world
}

#[test]
fn what_an_operation_is_decided_from_may_change_only_with_what_is_done_at_its_address() {
    // A status that no run has brought about.
    let decided = Moved::Changed {
        address: "west/dr/orders".to_owned(),
        operation: "failover-mirror".to_owned(),
        what: vec!["expectations"],
    };
    let saved = read(&altered(Active));
    assert_eq!(
        left(&saved, &altered(MirrorStatus::Failed)),
        Err(vec![decided])
    );

    let mut world = paused_from_nothing();
    let saved = read(&planned(&world));
    assert_eq!(saved.count(), 2);
    world.live_mirror("west", "dr", "orders", Active);
    let mut fresh = planned(&world);
    let created = Ok(vec!["create-mirror west/dr/orders".to_owned()]);
    assert_eq!(done(&saved, &fresh, &world), created);
    // It is done, and yet the other operation brings something else along.
    fresh.operations[0].effects.push(Effect::BecomesWritable);
    let changed = "west/dr/orders: pause-mirror differs in its expectations, effects".to_owned();
    assert_eq!(done(&saved, &fresh, &world), Err(vec![changed]));
}

/// A link is retired while a mirror topic is active.
fn retired() -> World {
    let mut world = World::new();
    world.link("west", "old", &[]);
    world.live_mirror("west", "old", "orders", Active);
    world.retire("west", "old", RetireMirrors::Promote);
    world
}

#[test]
fn what_was_to_be_done_before_a_link_is_deleted_is_over_when_the_link_is_gone_and_not_before() {
    let world = retired();
    let saved = read(&planned(&world));
    let steps = [
        "promote-mirror west/old/orders",
        "archive-history west/old",
        "delete-link west/old",
    ];

    let mut stopped = world.clone();
    stopped.live_mirror("west", "old", "orders", Stopped);
    let promoted = Ok(vec![steps[0].to_owned()]);
    assert_eq!(done(&saved, &planned(&stopped), &stopped), promoted);

    let mut deleted = world.clone();
    let west = deleted.cluster("west");
    (west.links, west.mirrors) = (Reading::Read([].into()), Reading::Read([].into()));
    west.configs.clear();
    let everything = Ok(steps.map(str::to_owned).to_vec());
    assert_eq!(done(&saved, &planned(&deleted), &deleted), everything);

    // Nothing is planned, for whatever reason, and the link is there.
    let none = Err(vec![
        gone("archive-history", "west/old"),
        gone("delete-link", "west/old"),
        gone("promote-mirror", "west/old/orders"),
    ]);
    assert_eq!(done(&saved, &nothing_to_do(&world), &world), none);
}

/// A link is altered and a mirror topic on it failed over, both of which is done.
fn carried_out() -> (Saved, World) {
    let mut world = World::new();
    world.declare("dr", &[("acl.sync.ms", "9000")]);
    world.link("west", "dr", &[("acl.sync.ms", "9000")]);
    world.live_mirror("west", "dr", "orders", Stopped);
    world.mirror("dr", "orders", MirrorState::FailedOver);
    (read(&altered(Active)), world)
}

#[test]
fn an_alteration_is_done_where_the_configs_of_a_link_that_is_there_were_read() {
    let (saved, world) = carried_out();
    let both = ["alter-link west/dr", "failover-mirror west/dr/orders"];
    let both = Ok(both.map(str::to_owned).to_vec());
    assert_eq!(done(&saved, &planned(&world), &world), both);

    let altered = || gone("alter-link", "west/dr");
    let mut unread = world.clone();
    let configs = &mut unread.cluster("west").configs;
    configs.insert("dr".into(), Reading::NotAsked);
    assert_eq!(
        done(&saved, &nothing_to_do(&unread), &unread),
        Err(vec![altered()])
    );

    // Someone has deleted the link: it was not to go.
    let mut deleted = world;
    let west = deleted.cluster("west");
    (west.links, west.mirrors) = (Reading::Read([].into()), Reading::Read([].into()));
    let none = Err(vec![altered(), gone("failover-mirror", "west/dr/orders")]);
    assert_eq!(done(&saved, &nothing_to_do(&deleted), &deleted), none);
}

#[test]
fn what_a_switchover_pair_keeps_off_is_not_done_whatever_is_live() {
    let (saved, world) = carried_out();
    let keeping_off = |address: &str, word: &'static str| {
        let mut fresh = planned(&world);
        let found = SwitchoverFinding::Unknown {
            why: Unread {
                what: "the pairs".to_owned(),
                reason: "503".to_owned(),
                kind: UnreadKind::ServerFailure,
            },
            operations: vec![(Address::parse(address).unwrap(), word.into())],
        };
        fresh.findings.push(Finding {
            address: Address::parse("west/dr").unwrap(),
            kind: FindingKind::Switchover(Box::new(found)),
            place: None,
        });
        done(&saved, &fresh, &world)
    };
    let altered = Err(vec![gone("alter-link", "west/dr")]);
    assert_eq!(keeping_off("west/dr", "alter-link"), altered);
    let failed_over = Err(vec![gone("failover-mirror", "west/dr/orders")]);
    assert_eq!(
        keeping_off("west/dr/orders", "failover-mirror"),
        failed_over
    );
    // Other operations on the same objects are kept off.
    for (address, word) in [("west/dr", "delete-link"), ("west/dr/orders", "alter-link")] {
        assert!(keeping_off(address, word).is_ok(), "{word} {address}");
    }
}

/// What a half shows of `orders` at last.
type Shown = Option<MirrorStatus>;

/// Whether a saved plan for `orders` counts as done where west and east show this.
fn turned(before: &World, west: Shown, east: Shown) -> bool {
    let saved = read(&planned(before));
    assert_eq!(saved.count(), 1);
    let mut world = pair();
    world.desired = before.desired.clone();
    for (cluster, status) in [("west", west), ("east", east)] {
        if let Some(status) = status {
            world.live_mirror(cluster, "dr", "orders", status);
        }
    }
    done(&saved, &nothing_to_do(&world), &world).is_ok()
}

#[test]
fn a_topic_has_turned_when_it_is_a_mirror_on_one_half_and_ordinary_on_the_other() {
    // West is the primary. To be reversed there, or restored on east.
    let world = |paused: bool, west: MirrorStatus| {
        let mut world = pair();
        topic(&mut world, "orders", "west").paused = paused;
        world.live_mirror("west", "dr", "orders", west);
        world
    };
    let reversal = world(false, Active);
    let with_pause = world(true, Active);
    let restore = world(false, Stopped);
    for (before, words) in [
        (&reversal, "reverse-mirror"),
        (&with_pause, "reverse-mirror"),
        (&restore, "restore-mirror"),
    ] {
        let plan = planned(before);
        assert_eq!(plan.operations[0].kind.word(), words);
    }
    for (west, east, is_turned) in [
        (None, Some(Active), true),
        (Some(Stopped), Some(Active), true),
        (Some(Stopped), Some(LinkPaused), true),
        (Some(Stopped), Some(Paused), false),
        (Some(Stopped), Some(Stopped), false),
        (Some(Stopped), None, false),
        (Some(Active), Some(Active), false),
        (Some(Active), None, false),
        (Some(Active), Some(Stopped), false),
    ] {
        let said = format!("{west:?} on west, {east:?} on east");
        for before in [&reversal, &restore] {
            let is_done = turned(before, west.clone(), east.clone());
            assert_eq!(is_done, is_turned, "{said}");
        }
    }
    assert!(turned(&with_pause, Some(Stopped), Some(Paused)));
    assert!(!turned(&with_pause, Some(Stopped), Some(Active)));
}

#[test]
fn what_the_server_is_still_at_is_waited_for_and_not_sent_again() {
    use MirrorStatus::{PendingMirror, PendingRestore, PendingStopped, PendingSynchronize};
    let promotion = |status: MirrorStatus| {
        let mut world = World::new();
        world.declare("dr", &[]);
        world.link("west", "dr", &[]);
        world.live_mirror("west", "dr", "orders", status);
        world.mirror("dr", "orders", MirrorState::Promoted);
        world
    };
    let turn = |west: MirrorStatus, east: Shown| {
        let mut world = pair();
        topic(&mut world, "orders", "west");
        world.live_mirror("west", "dr", "orders", west);
        if let Some(status) = east {
            world.live_mirror("east", "dr", "orders", status);
        }
        world
    };
    let mut creating = paused_from_nothing();
    creating.live_mirror("west", "dr", "orders", PendingMirror);
    for (before, now, words) in [
        (
            promotion(Active),
            promotion(PendingStopped),
            &["await-mirror"][..],
        ),
        (
            paused_from_nothing(),
            creating,
            &["await-mirror", "pause-mirror"],
        ),
        (
            turn(Active, None),
            turn(PendingSynchronize, Some(PendingMirror)),
            &["await-mirror"],
        ),
        (
            turn(Stopped, None),
            turn(Stopped, Some(PendingRestore)),
            &["await-mirror"],
        ),
    ] {
        let fresh = planned(&now);
        let planned_words: Vec<_> = fresh.operations.iter().map(|op| op.kind.word()).collect();
        assert_eq!(planned_words, words);
        let saved = read(&planned(&before));
        assert_eq!(done(&saved, &fresh, &now), Ok(vec![]));
        // Where no operation was approved, it is none of what was.
        let nothing = read(&Plan::default());
        let appeared = done(&nothing, &fresh, &now).unwrap_err();
        assert!(appeared[0].ends_with("await-mirror was not planned"));
    }
}
