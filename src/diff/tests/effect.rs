//! What a change of configs brings along.

use super::{World, filters};
use crate::catalog::filters::{
    AclFilter, AclPatternType, Operation, Permission, ResourceType, Subject,
};
use crate::diff::effect::acl_matches;
use crate::diff::{Effect, Feature, Names, NotCompared, offset_reads};
use crate::live::{AclFact, MirrorStatus, Reading};

const SWITCH: &str = "auto.create.mirror.topics.enable";
const TOPICS: &str = "auto.create.mirror.topics.filters";

fn acl(pattern: &str, name: &str) -> AclFact {
    AclFact {
        resource_type: "TOPIC".to_owned(),
        resource_name: name.to_owned(),
        pattern_type: pattern.to_owned(),
        principal: "User:a".to_owned(),
        host: "*".to_owned(),
        operation: "READ".to_owned(),
        permission: "ALLOW".to_owned(),
    }
}

#[test]
fn an_acl_is_taken_by_its_pattern_and_name() {
    use AclPatternType::{Any, Literal, Match, Prefixed};
    let orders = Some("orders");
    let rows = [
        (None, Any, acl("LITERAL", "orders"), true),
        (None, Any, acl("PREFIXED", "orders"), true),
        (None, Match, acl("LITERAL", "orders"), true),
        (None, Match, acl("PREFIXED", "orders"), true),
        (None, Literal, acl("LITERAL", "orders"), true),
        (None, Literal, acl("literal", "orders"), true),
        (None, Literal, acl("PREFIXED", "orders"), false),
        (None, Prefixed, acl("PREFIXED", "orders"), true),
        (None, Prefixed, acl("LITERAL", "orders"), false),
        (orders, Any, acl("LITERAL", "orders"), true),
        (orders, Any, acl("PREFIXED", "orders"), true),
        (orders, Any, acl("LITERAL", "other"), false),
        (orders, Literal, acl("LITERAL", "orders"), true),
        (orders, Literal, acl("LITERAL", "other"), false),
        (orders, Literal, acl("PREFIXED", "orders"), false),
        (orders, Prefixed, acl("PREFIXED", "orders"), true),
        (orders, Prefixed, acl("PREFIXED", "other"), false),
        (orders, Prefixed, acl("LITERAL", "orders"), false),
        (orders, Match, acl("LITERAL", "orders"), true),
        (orders, Match, acl("LITERAL", "*"), true),
        (orders, Match, acl("LITERAL", "ord"), false),
        (orders, Match, acl("PREFIXED", "ord"), true),
        (orders, Match, acl("PREFIXED", "orders.placed"), false),
    ];
    for (name, pattern_type, acl, taken) in rows {
        let filter = AclFilter {
            name: name.map(str::to_owned),
            pattern_type,
            ..AclFilter::everything()
        };
        assert_eq!(acl_matches(&filter, &acl), taken, "{filter:?} {acl:?}");
    }
}

#[test]
fn an_acl_is_taken_only_if_everything_else_fits_too() {
    let everything = AclFilter::everything;
    let of_resource = |resource_type| AclFilter {
        resource_type,
        ..everything()
    };
    let of_principal = |principal: &str| AclFilter {
        principal: Some(principal.to_owned()),
        ..everything()
    };
    let of_operation = |operation| AclFilter {
        operation,
        ..everything()
    };
    let of_permission = |permission| AclFilter {
        permission,
        ..everything()
    };
    let rows = [
        (everything(), true),
        (of_resource(ResourceType::Topic), true),
        (of_resource(ResourceType::Group), false),
        (of_principal("User:a"), true),
        (of_principal("User:b"), false),
        (of_operation(Operation::Read), true),
        (of_operation(Operation::Write), false),
        (of_permission(Permission::Allow), true),
        (of_permission(Permission::Deny), false),
    ];
    for (filter, taken) in rows {
        assert_eq!(
            acl_matches(&filter, &acl("LITERAL", "orders")),
            taken,
            "{filter:?}"
        );
    }
}

#[test]
fn a_topic_filter_that_changes_shows_what_it_selects_and_no_longer_selects() {
    let mut world = World::new();
    let (old, new) = (
        filters(Subject::Topics, &["old."]),
        filters(Subject::Topics, &["new."]),
    );
    world.declare("dr", &[(SWITCH, "true"), (TOPICS, &new)]);
    world.link("west", "dr", &[(SWITCH, "true"), (TOPICS, &old)]);
    world.topics(
        "east",
        &[
            "new.free",
            "new.mirrored",
            "new.taken",
            "old.mirrored",
            "old.unmirrored",
        ],
    );
    world.topics("west", &["new.mirrored", "new.taken", "old.mirrored"]);
    for topic in ["new.mirrored", "old.mirrored"] {
        world.live_mirror("west", "dr", topic, MirrorStatus::Active);
    }
    let names = |name: &str| Names::Known(vec![name.into()]);
    assert_eq!(
        world.effects(),
        [
            Effect::WillMirror(names("new.free")),
            Effect::NoLongerSelected(names("old.mirrored")),
            Effect::Collides(names("new.taken")),
        ]
    );
}

#[test]
fn internal_topics_are_never_mirrored_by_themselves() {
    let mut world = World::new();
    let all = filters(Subject::Topics, &["*"]);
    world.declare("dr", &[(SWITCH, "true"), (TOPICS, &all)]);
    world.link("west", "dr", &[]);
    world.topics(
        "east",
        &["__consumer_offsets", "_confluent-command", "_own", "orders"],
    );
    let topics = ["_own", "orders"].map(Into::into).to_vec();
    assert_eq!(world.effects(), [Effect::WillMirror(Names::Known(topics))]);
}

#[test]
fn auto_create_turned_off_shows_which_running_mirrors_it_had_selected() {
    let mut world = World::new();
    let old = filters(Subject::Topics, &["orders."]);
    world.declare("dr", &[(SWITCH, "false")]);
    world.link("west", "dr", &[(SWITCH, "true"), (TOPICS, &old)]);
    for (topic, status) in [
        ("orders.running", MirrorStatus::Active),
        ("orders.stopped", MirrorStatus::Stopped),
        ("payments", MirrorStatus::Active),
    ] {
        world.live_mirror("west", "dr", topic, status);
    }
    let feature = Feature::AutoCreateMirrors;
    assert_eq!(
        world.effects(),
        [
            Effect::StopsFeature(feature),
            Effect::ClearsFilters {
                feature,
                filters: old
            },
            Effect::NoLongerSelected(Names::Known(vec!["orders.running".into()])),
        ]
    );
}

#[test]
fn a_group_filter_that_changes_shows_which_groups_are_added_and_removed() {
    let (switch, key) = (
        "consumer.offset.sync.enable",
        "consumer.offset.group.filters",
    );
    let old = filters(Subject::Groups, &["old-", "both-"]);
    let new = filters(Subject::Groups, &["new-", "both-"]);
    let mut world = World::new();
    world.declare("dr", &[(switch, "true"), (key, &new)]);
    world.link("west", "dr", &[(switch, "true"), (key, &old)]);
    let groups = ["both-1", "new-1", "neither-1", "old-1"].map(|group| (group, "STABLE"));
    world.groups("east", &groups);
    world.groups("west", &[("old-1", "EMPTY")]);
    assert_eq!(
        world.effects(),
        [
            Effect::GroupsEnter(Names::Known(vec!["new-1".into()])),
            Effect::GroupsLeave(Names::Known(vec!["old-1".into()])),
        ]
    );
}

#[test]
fn offsets_of_many_groups_are_not_compared_and_the_groups_are_named() {
    let (switch, key) = (
        "consumer.offset.sync.enable",
        "consumer.offset.group.filters",
    );
    let all = filters(Subject::Groups, &["app-"]);
    let names: Vec<String> = (0..51).map(|n| format!("app-{n:02}")).collect();
    let mut groups: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "EMPTY")).collect();
    groups[7].1 = "STABLE";
    for count in [51, 50] {
        let mut world = World::new();
        world.declare("dr", &[(switch, "true"), (key, &all)]);
        world.link("west", "dr", &[]);
        world.groups("east", &groups);
        world.groups("west", &groups[..count]);
        let effects = world.effects();
        let [
            Effect::GroupsEnter(_),
            Effect::GroupsInUse(Names::Known(active)),
            Effect::OffsetsNotCompared(not_compared),
        ] = effects.as_slice()
        else {
            panic!("{effects:?}");
        };
        assert_eq!(*active, vec!["app-07".into()]);
        let NotCompared { groups, why } = not_compared.as_ref();
        assert!(why.is_none() && matches!(groups, Names::Known(groups) if groups.len() == count));
        // They are read where they are few enough.
        let changes = world.changes();
        let reads = offset_reads(&world.desired, &changes);
        assert_eq!(reads.len(), if count == 50 { 2 } else { 0 });
    }
}

/// Both clusters have so many groups, each set back from offset 9 to 5.
fn with_offsets(world: &mut World, groups: &[String]) {
    for (cluster, offset) in [("east", 5), ("west", 9)] {
        let states: Vec<_> = groups.iter().map(|name| (name.as_str(), "EMPTY")).collect();
        world.groups(cluster, &states);
        let committed = groups.iter().map(|group| {
            let offsets = [(("orders".into(), 0), offset)].into();
            (group.as_str().into(), Reading::Read(offsets))
        });
        world.cluster(cluster).group_offsets = committed.collect();
    }
}

#[test]
fn offsets_of_fifty_groups_are_compared_and_of_more_they_are_not() {
    let (switch, key) = (
        "consumer.offset.sync.enable",
        "consumer.offset.group.filters",
    );
    let all = filters(Subject::Groups, &["app-"]);
    let names: Vec<String> = (0..52).map(|n| format!("app-{n:02}")).collect();
    for (count, is_compared) in [(1, true), (49, true), (50, true), (51, false), (52, false)] {
        let mut world = World::new();
        world.declare("dr", &[(switch, "true"), (key, &all)]);
        world.link("west", "dr", &[]);
        world.live_mirror("west", "dr", "orders", MirrorStatus::Active);
        with_offsets(&mut world, &names[..count]);
        let effects = world.effects();
        match &effects[..] {
            [Effect::GroupsEnter(_), Effect::OffsetsSetBack(moved)] => {
                assert!(is_compared, "{count}");
                assert_eq!(moved.len(), count);
                assert!(moved.iter().all(|it| (it.from, it.to) == (9, 5)));
            }
            [Effect::GroupsEnter(_), Effect::OffsetsNotCompared(_)] => {
                assert!(!is_compared, "{count}");
            }
            _ => panic!("{effects:?}"),
        }
    }
}

#[test]
fn a_filter_that_selects_no_group_any_more_overwrites_nothing_whatever_is_not_read() {
    let (switch, key) = (
        "consumer.offset.sync.enable",
        "consumer.offset.group.filters",
    );
    let some = filters(Subject::Groups, &["app-"]);
    let mut world = World::new();
    world.declare("dr", &[(switch, "true"), (key, "")]);
    world.link("west", "dr", &[(switch, "true"), (key, &some)]);
    world.groups("east", &[("app-1", "EMPTY")]);
    let left = Names::Known(vec!["app-1".into()]);
    assert_eq!(world.effects(), [Effect::GroupsLeave(left)]);
}
