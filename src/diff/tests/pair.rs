//! One half of a link is retired, and the other has mirror topics or may have.

use super::{World, half, unread};
use crate::desired::RetireMirrors;
use crate::diff::{ExtraReads, FindingKind, extra_reads};
use crate::live::MirrorStatus::{Active, Paused, PendingStopped, Stopped};
use crate::live::{MirrorStatus, Reading, UnreadKind};

/// West's half of `pair`, the one to east, is retired.
fn retired(partner: &[(&str, MirrorStatus)]) -> World {
    let mut world = World::new();
    let west = world.link("west", "pair", &[]);
    (west.destination, west.source) = (Some("lkc-east".into()), None);
    world.link("east", "pair", &[]).source = Some("lkc-west".into());
    for (topic, status) in partner {
        world.live_mirror("east", "pair", topic, status.clone());
    }
    world.retire("west", "pair", RetireMirrors::MustBeStopped);
    world
}

/// The links that go, and what is found of west's.
fn outcome(world: &World) -> (Vec<String>, Vec<FindingKind>) {
    let changes = world.changes();
    let gone = changes.retirements.iter().map(|it| it.address.to_string());
    let found = changes
        .findings
        .iter()
        .filter(|it| it.address.cluster().as_str() == "west");
    (gone.collect(), found.map(|it| it.kind.clone()).collect())
}

#[track_caller]
fn goes(world: &World) {
    assert_eq!(outcome(world), (vec!["west/pair".to_owned()], vec![]));
}

#[track_caller]
fn stays(world: &World, why: FindingKind) {
    assert_eq!(outcome(world), (vec![], vec![why]));
}

fn running(mirrors: &[(&str, MirrorStatus)]) -> FindingKind {
    let mirrors = mirrors
        .iter()
        .map(|(topic, status)| ((*topic).into(), status.clone()));
    FindingKind::PartnerMirrorsRunning {
        partner: half("east", "pair"),
        mirrors: mirrors.collect(),
    }
}

#[test]
fn it_goes_once_the_partner_has_stopped_mirrors_only() {
    goes(&retired(&[]));
    goes(&retired(&[("a", Stopped), ("b", Stopped)]));
}

#[test]
fn it_stays_while_a_mirror_of_the_partner_has_not_stopped() {
    let statuses = [
        ("a", Active),
        ("b", Stopped),
        ("c", PendingStopped),
        ("d", Paused),
    ];
    let not_stopped = [("a", Active), ("c", PendingStopped), ("d", Paused)];
    stays(&retired(&statuses), running(&not_stopped));
}

#[test]
fn a_bidirectional_half_has_a_partner_too() {
    let mut world = retired(&[("a", Active)]);
    let west = world.link("west", "pair", &[("link.mode", "BIDIRECTIONAL")]);
    (west.destination, west.remote) = (None, Some("lkc-east".into()));
    let east = world.link("east", "pair", &[]);
    (east.source, east.remote) = (None, Some("lkc-west".into()));
    stays(&world, running(&[("a", Active)]));
}

#[test]
fn bidirectional_halves_with_unequal_link_ids_are_two_links() {
    let with_ids = |mode: &str, west_id: &str, east_id: Option<&str>| {
        let mut world = retired(&[("a", Active)]);
        let west = world.link("west", "pair", &[("link.mode", mode)]);
        if mode == "BIDIRECTIONAL" {
            (west.destination, west.remote) = (None, Some("lkc-east".into()));
        }
        west.link_id = Some(west_id.to_owned());
        let east = world.link("east", "pair", &[]);
        (east.source, east.remote) = (None, Some("lkc-west".into()));
        east.link_id = east_id.map(str::to_owned);
        world
    };
    goes(&with_ids("BIDIRECTIONAL", "one", Some("other")));
    stays(
        &with_ids("BIDIRECTIONAL", "one", Some("one")),
        running(&[("a", Active)]),
    );
    // An id that is not known is not another one.
    stays(
        &with_ids("BIDIRECTIONAL", "one", None),
        running(&[("a", Active)]),
    );
    stays(
        &with_ids("SOURCE", "one", Some("other")),
        running(&[("a", Active)]),
    );
}

#[test]
fn the_source_half_of_a_link_is_no_partner_with_mirrors() {
    let mut world = retired(&[("a", Active)]);
    let west = world.link("west", "pair", &[]);
    (west.destination, west.source) = (None, Some("lkc-east".into()));
    goes(&world);
    assert_eq!(
        extra_reads(&world.desired, &world.live, &world.changes()),
        ExtraReads::default()
    );
}

#[test]
fn the_id_of_the_other_end_makes_no_link_bidirectional() {
    let mut world = retired(&[("a", Active)]);
    let west = world.link("west", "pair", &[]);
    (west.destination, west.source) = (None, Some("lkc-east".into()));
    west.remote = Some("lkc-east".into());
    goes(&world);
}

#[test]
fn a_link_of_a_mode_that_is_not_known_stays() {
    let mut world = retired(&[]);
    let west = world.link("west", "pair", &[]);
    (west.destination, west.remote) = (None, Some("lkc-east".into()));
    let (gone, found) = outcome(&world);
    assert!(gone.is_empty(), "{gone:?}");
    assert!(
        matches!(&found[..], [FindingKind::Unknown(why)] if why.what == "the mode of link west/pair"),
        "{found:?}"
    );
    world.link("west", "pair", &[("link.mode", "SIDEWAYS")]);
    assert!(outcome(&world).0.is_empty());
}

#[test]
fn another_clusters_link_of_the_same_name_is_no_partner() {
    let mut world = retired(&[("a", Active)]);
    world.link("east", "pair", &[]).source = Some("lkc-other".into());
    goes(&world);
    let east = world.link("east", "pair", &[]);
    (east.source, east.remote) = (None, Some("lkc-other".into()));
    goes(&world);
    // An old server names no other end, which proves nothing.
    world.link("east", "pair", &[]).remote = None;
    stays(&world, running(&[("a", Active)]));
}

#[test]
fn a_partner_that_could_not_be_read_may_have_mirrors() {
    let mut world = retired(&[]);
    let why = unread(UnreadKind::Unreachable);
    world.cluster("east").mirrors = Reading::Unread(why.clone());
    stays(&world, FindingKind::Unknown(why));
}

#[test]
fn where_the_spec_gives_no_way_to_look_it_goes_and_the_plan_says_so() {
    let mut world = retired(&[("a", Active)]);
    let not_seen = |cluster: &str| FindingKind::PartnerNotSeen {
        cluster: cluster.into(),
    };
    let goes = |found| (vec!["west/pair".to_owned()], vec![found]);
    world.cluster("east").mirrors = Reading::Unread(unread(UnreadKind::NoEndpoint));
    assert_eq!(outcome(&world), goes(not_seen("lkc-east")));
    world.link("west", "pair", &[]).destination = Some("lkc-far".into());
    assert_eq!(outcome(&world), goes(not_seen("lkc-far")));
    let nobody = extra_reads(&world.desired, &world.live, &world.changes());
    assert_eq!(nobody, ExtraReads::default());
}

#[test]
fn a_partner_that_was_not_read_yet_is_requested() {
    let mut world = retired(&[]);
    world.live.clusters.remove("east");
    goes(&world);
    let extras = extra_reads(&world.desired, &world.live, &world.changes());
    let links = ["east".into()].into();
    assert_eq!(
        extras,
        ExtraReads {
            links,
            ..ExtraReads::default()
        }
    );
    world.cluster("east").mirrors = Reading::NotAsked;
    goes(&world);
}

#[test]
fn halves_that_go_together_do_not_hold_each_other_up() {
    let mut world = retired(&[("a", Active)]);
    world.retire("east", "pair", RetireMirrors::Promote);
    let (gone, found) = outcome(&world);
    assert_eq!(
        (gone, found),
        (vec!["east/pair".into(), "west/pair".into()], vec![])
    );
    assert_eq!(
        extra_reads(&world.desired, &world.live, &world.changes()),
        ExtraReads::default()
    );
}

#[test]
fn a_half_whose_partner_is_refused_stays_with_it() {
    let mut world = retired(&[("a", Active)]);
    world.retire("east", "pair", RetireMirrors::MustBeStopped);
    stays(&world, running(&[("a", Active)]));
}
