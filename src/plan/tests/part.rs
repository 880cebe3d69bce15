//! Part of a plan: what is asked for, what that waits for, and what is reported with it.

use super::{archive, create_link, delete, half, mirror, op, promote};
use crate::address::Address;
use crate::desired::{MirrorState, RetireMirrors};
use crate::diff::tests::World;
use crate::live::{MirrorStatus, Reading};
use crate::plan::target::with_prerequisites;
use crate::plan::{Allowances, CreationOrder, Plan, is_known, part as part_of, plan_only};

#[test]
fn a_target_is_known_if_the_spec_or_a_cluster_knows_it() {
    let mut world = World::new();
    world.declare("dr", &[]).prefix = Some("e.".to_owned());
    world.mirror("dr", "orders", MirrorState::Mirroring);
    world.declare("second", &[]);
    world.retire("west", "old", RetireMirrors::Promote);
    world.link("west", "loose", &[]);
    world.live_mirror("west", "loose", "by-hand", MirrorStatus::Active);
    for (target, known) in [
        ("west", true),
        ("north", false),
        ("west/dr", true),
        ("west/old", true),
        ("west/loose", true),
        ("west/typo", false),
        ("east/dr", false),
        ("west/dr/e.orders", true),
        ("west/dr/orders", false),
        ("west/dr/by-hand", false),
        ("west/second/e.orders", false),
        ("west/second/orders", false),
        ("west/loose/by-hand", true),
        ("west/loose/typo", false),
        ("west/typo/by-hand", false),
    ] {
        let address = Address::parse(target).unwrap();
        assert_eq!(
            is_known(&address, &world.desired, &world.live),
            known,
            "{target}"
        );
    }
    // What could not be read may be there.
    world.cluster("west").mirrors = Reading::NotAsked;
    for (target, known) in [("west/loose/typo", true), ("west/typo/by-hand", false)] {
        let address = Address::parse(target).unwrap();
        assert_eq!(
            is_known(&address, &world.desired, &world.live),
            known,
            "{target}"
        );
    }
}

#[test]
fn what_is_asked_for_brings_everything_it_waits_for_however_far() {
    let create = || {
        op(
            half("west", "new"),
            create_link(CreationOrder::Only, Some("dr.")),
        )
    };
    let operations = vec![
        create(),
        op(half("west", "old"), delete(true, Some("dr."))),
        op(half("west", "old"), archive()),
        op(mirror("west", "old", "a"), promote()),
        op(mirror("west", "old", "b"), promote()),
        op(
            half("west", "third"),
            create_link(CreationOrder::Only, None),
        ),
    ];
    let part = |target: &str| -> Vec<String> {
        let targets = [Address::parse(target).unwrap()];
        let part = with_prerequisites(operations.clone(), &targets);
        part.iter()
            .map(|op| format!("{} {}", op.kind.word(), op.address))
            .collect()
    };
    let old = [
        "delete-link west/old",
        "archive-history west/old",
        "promote-mirror west/old/a",
        "promote-mirror west/old/b",
    ];
    assert_eq!(part("west/old/b"), [old[3]]);
    assert_eq!(part("west/old"), old);
    let new = ["create-link west/new", old[0], old[1], old[2], old[3]];
    assert_eq!(part("west/new"), new);
    assert_eq!(part("west").len(), operations.len());
    assert_eq!(part("east"), [""; 0]);
}

/// A part of the plan: its operations' addresses and the codes and addresses of its findings.
fn part(world: &World, targets: &[&str]) -> (Plan, Vec<String>, Vec<String>) {
    let targets: Vec<Address> = targets
        .iter()
        .map(|it| Address::parse(it).unwrap())
        .collect();
    let none = Allowances::default();
    let plan = plan_only(
        &world.desired,
        &world.live,
        world.changes(),
        &none,
        &targets,
    )
    .unwrap();
    let operations = plan
        .operations
        .iter()
        .map(|op| op.address.to_string())
        .collect();
    let findings = plan.findings.iter();
    let findings = findings
        .map(|it| format!("{} {}", it.kind.code(), it.address))
        .collect();
    (plan, operations, findings)
}

/// The links, the retired halves and the called clusters that a target needs.
fn needed(world: &World, targets: &[&str]) -> [String; 3] {
    let targets: Vec<Address> = targets
        .iter()
        .map(|it| Address::parse(it).unwrap())
        .collect();
    let part = part_of(&world.desired, &targets);
    let links: Vec<_> = part.desired.links.keys().cloned().collect();
    let retired = part.desired.retired.iter();
    let retired: Vec<_> = retired.map(|it| it.address.to_string()).collect();
    let clusters: Vec<_> = part.clusters.iter().map(ToString::to_string).collect();
    [links, retired, clusters].map(|names| names.join(" "))
}

#[test]
fn a_part_needs_the_retired_links_that_are_asked_for_or_may_have_a_prefix_that_it_takes() {
    let mut world = World::new();
    for cluster in ["north", "south"] {
        let mut declared = world.desired.clusters["east"].clone();
        declared.name = cluster.into();
        world.desired.clusters.insert(cluster.into(), declared);
    }
    world.declare("plain", &[]);
    world.declare("renames", &[]).prefix = Some("e.".to_owned());
    for (cluster, link) in [("west", "old"), ("north", "old"), ("north", "gone")] {
        world.retire(cluster, link, RetireMirrors::Promote);
    }
    let every = "east north south west";
    let both = "west/old north/old";
    for (targets, expected) in [
        (
            &[][..],
            ["plain renames", "west/old north/old north/gone", every],
        ),
        // Its new mirror topics have no prefix that could be taken.
        (&["west/plain"], ["plain", "", "east west"]),
        (&["west/plain/orders"], ["plain", "", "east west"]),
        // A prefix on west may be that of a link that is retired there, whose other half goes with it.
        (&["west/renames"], ["renames", both, every]),
        (&["west/renames/e.orders"], ["renames", both, every]),
        (&["west/old"], ["", both, every]),
        (&["west/old/orders"], ["", both, every]),
        (&["north/gone/orders"], ["", "north/gone", every]),
        (&["north"], ["", "west/old north/old north/gone", every]),
        (&["south"], ["", "", "south"]),
    ] {
        assert_eq!(needed(&world, targets), expected, "{targets:?}");
    }
}

#[test]
fn what_is_found_elsewhere_is_left_out_of_a_part() {
    let mut world = World::new();
    for link in ["dr", "other"] {
        world.declare(link, &[]);
        world.link("west", link, &[("reconnect.backoff.ms", "1")]);
    }
    for (topic, status) in [
        ("active-1", MirrorStatus::Active),
        ("active-2", MirrorStatus::Active),
        ("failed-1", MirrorStatus::Failed),
        ("failed-2", MirrorStatus::Failed),
    ] {
        world.live_mirror("west", "dr", topic, status);
        world.mirror("dr", topic, MirrorState::Paused);
    }
    let (all, operations, findings) = part(&world, &[]);
    assert_eq!(operations, ["west/dr/active-1", "west/dr/active-2"]);
    let link = "LW250 west/dr";
    let failed = ["LW245 west/dr/failed-1", "LW245 west/dr/failed-2"];
    let other = "LW250 west/other";
    assert_eq!(findings, [link, other, failed[0], failed[1]]);
    assert_eq!(all.left_out, 0);

    let (one, operations, findings) = part(&world, &["west/dr/active-1", "west/dr/failed-2"]);
    assert_eq!(operations, ["west/dr/active-1"]);
    assert_eq!(findings, [link, failed[1]]);
    assert_eq!(one.left_out, 1);

    let (none, operations, findings) = part(&world, &["west/other"]);
    assert_eq!(operations, [""; 0]);
    assert_eq!(findings, [other]);
    assert_eq!(none.left_out, 2);
}
