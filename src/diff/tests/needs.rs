//! Which lists the changes ask for.

use std::collections::BTreeSet;

use super::{World, features, filters, half};
use crate::address::ClusterName;
use crate::catalog::filters::Subject;
use crate::desired::MirrorState;
use crate::diff::{ExtraReads, extra_reads};
use crate::live::MirrorStatus;

fn asked(world: &World) -> ExtraReads {
    extra_reads(&world.desired, &world.live, &world.changes())
}

fn clusters(names: &[&str]) -> BTreeSet<ClusterName> {
    names.iter().map(|&name| name.into()).collect()
}

/// What is asked for by a feature: ACLs, topics or groups of both clusters.
fn of_feature(enable: &str) -> ExtraReads {
    let both = clusters(&["east", "west"]);
    let mut extras = ExtraReads::default();
    match enable {
        "acl.sync.enable" => extras.acls = both,
        "auto.create.mirror.topics.enable" => extras.topics = both,
        _ => extras.groups = both,
    }
    extras
}

#[test]
fn nothing_more_is_needed_only_when_no_list_is() {
    assert!(ExtraReads::default().is_empty());
    let lists: [fn(&mut ExtraReads) -> &mut BTreeSet<ClusterName>; 4] = [
        |extras| &mut extras.links,
        |extras| &mut extras.topics,
        |extras| &mut extras.acls,
        |extras| &mut extras.groups,
    ];
    for list in lists {
        let mut extras = ExtraReads::default();
        list(&mut extras).insert("west".into());
        assert!(!extras.is_empty(), "{extras:?}");
    }
}

#[test]
fn a_mirror_to_stop_that_is_not_there_asks_whether_a_topic_is() {
    let mut world = World::new();
    world.declare("dr", &[]);
    world.link("west", "dr", &[("by.hand", "1")]);
    assert_eq!(
        asked(&world),
        ExtraReads::default(),
        "another finding asks for nothing"
    );
    world.mirror("dr", "orders", MirrorState::Promoted);
    let topics = clusters(&["west"]);
    assert_eq!(
        asked(&world),
        ExtraReads {
            topics,
            ..ExtraReads::default()
        }
    );
}

#[test]
fn a_promotion_asks_for_the_groups_of_both_clusters_until_they_are_read() {
    let mut world = World::new();
    world.declare("dr", &[]);
    let groups = filters(Subject::Groups, &["app-"]);
    let sync = [
        ("consumer.offset.sync.enable", "true"),
        ("consumer.offset.group.filters", &groups),
    ];
    world.link("west", "dr", &sync);
    world.live_mirror("west", "dr", "orders", MirrorStatus::Active);
    world.mirror("dr", "orders", MirrorState::Promoted);
    assert_eq!(asked(&world), of_feature("consumer.offset.sync.enable"));
    world.groups("west", &[("app-1", "STABLE")]);
    assert_eq!(world.changes().blocking_groups.len(), 1);
    assert_eq!(asked(&world), ExtraReads::default());
}

#[test]
fn a_feature_asks_for_its_lists_when_they_tell_what_it_does() {
    for (enable, key, filters) in features() {
        let filters = filters.as_str();
        let all = of_feature(enable);
        let none = ExtraReads::default();
        let let_go = match enable {
            "consumer.offset.sync.enable" => all.clone(),
            _ => none.clone(),
        };
        let on = [(enable, "true"), (key, filters)];
        let (wider, off) = ([(enable, "true"), (key, "")], [(enable, "false")]);
        let back_to_default = [(enable, "(default)")];
        let other = [on[0], on[1], ("acl.sync.ms", "9000")];
        let rows = [
            ("created with it", on.as_slice(), false, false, &all),
            ("created without it", &off, false, false, &none),
            ("given other filters", &wider, true, false, &all),
            ("turned off", &off, true, false, &let_go),
            (
                "left to its default",
                &back_to_default,
                true,
                false,
                &let_go,
            ),
            ("left as it is", &other, true, false, &none),
            // A cluster that is lost must not hold a failover up.
            ("turned off in a failover", &off, true, true, &none),
        ];
        for (what, declared, is_live, fails_over, expected) in rows {
            let mut world = World::new();
            world.declare("dr", declared);
            if is_live {
                world.link("west", "dr", &on);
            }
            if fails_over {
                world.live_mirror("west", "dr", "orders", MirrorStatus::Active);
                world.mirror("dr", "orders", MirrorState::FailedOver);
            }
            assert_eq!(asked(&world), *expected, "{enable} {what}");
        }
    }
}

#[test]
fn what_was_asked_for_is_not_asked_for_again() {
    let all_of = |cluster: &str| ExtraReads {
        links: clusters(&[cluster]),
        topics: clusters(&[cluster]),
        acls: clusters(&[cluster]),
        groups: clusters(&[cluster]),
        transitions: [half(cluster, "dr")].into(),
        rows: [(half(cluster, "dr"), "orders".into())].into(),
    };
    let (east, west) = (all_of("east"), all_of("west"));
    let mut both = east.clone();
    both.add(west.clone());
    assert_eq!(both.clone().without(&east), west);
    assert_eq!(both.clone().without(&ExtraReads::default()), both);
    assert!(both.clone().without(&both).is_empty());
}
