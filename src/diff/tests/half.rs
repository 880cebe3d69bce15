//! What becomes of a link object.

use super::{World, unread};
use crate::desired::ClusterKind;
use crate::diff::{Effect, FindingKind, HalfChangeKind, Names};
use crate::live::{Reading, UnreadKind};

const ACLS: &str = r#"{"aclFilters":[{"resourceFilter":{"resourceType":"topic"}}]}"#;

/// A link to create, with ACL sync, while the ACLs of east cannot be read.
fn with_acl_sync(kind: UnreadKind) -> World {
    let mut world = World::new();
    let configs = [
        ("acl.filters", ACLS),
        ("acl.sync.enable", "true"),
        ("acl.sync.ms", "9000"),
    ];
    world.declare("dr", &configs);
    world.cluster("west").acls = Reading::Read(Default::default());
    world.cluster("east").acls = Reading::Unread(unread(kind));
    world
}

/// The names of the configs that a new link gets, in order.
fn created_with(world: &World) -> Vec<String> {
    let halves = world.changes().halves;
    let [change] = &halves[..] else {
        panic!("{halves:?}");
    };
    match &change.kind {
        HalfChangeKind::Create { configs, .. } => {
            configs.iter().map(|(name, _)| name.clone()).collect()
        }
        HalfChangeKind::Alter { .. } => panic!("{change:?}"),
    }
}

#[test]
fn a_link_is_created_without_acl_sync_while_acls_cannot_be_read_just_now() {
    let world = with_acl_sync(UnreadKind::ServerFailure);
    let fixed = ["acl.sync.ms", "connection.mode", "link.mode"];
    assert_eq!(created_with(&world), fixed);
    assert_eq!(world.effects(), []);
    let why = unread(UnreadKind::ServerFailure);
    assert_eq!(world.found(), [FindingKind::Unknown(why)]);
}

#[test]
fn acl_sync_that_no_one_may_check_is_planned_and_says_that_it_may_delete() {
    let world = with_acl_sync(UnreadKind::Forbidden);
    let all = [
        "acl.filters",
        "acl.sync.ms",
        "connection.mode",
        "link.mode",
        "acl.sync.enable",
    ];
    assert_eq!(created_with(&world), all);
    let why = unread(UnreadKind::Forbidden);
    let unknown = Names::Unknown(Some(Box::new(why)));
    assert_eq!(world.effects(), [Effect::AclsDeleted(unknown)]);
    assert_eq!(world.found(), []);
}

#[test]
fn acl_sync_is_turned_on_only_between_clusters_of_confluent_cloud_or_only_between_others() {
    use ClusterKind::{ConfluentCloud, ConfluentPlatform};
    for (own, other) in [
        (ConfluentCloud, ConfluentCloud),
        (ConfluentPlatform, ConfluentPlatform),
        (ConfluentCloud, ConfluentPlatform),
        (ConfluentPlatform, ConfluentCloud),
    ] {
        let mut world = World::new();
        world.declare("dr", &[("acl.sync.enable", "true")]);
        world.link("west", "dr", &[]);
        world.declared_cluster("west").kind = own;
        world.declared_cluster("east").kind = other;
        let refused = FindingKind::AclSyncBetweenKinds { own, other };
        let is_refused = world.found().contains(&refused);
        assert_eq!(is_refused, own != other, "{own:?} and {other:?}");
    }
}
