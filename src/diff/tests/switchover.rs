//! Links that a switchover pair manages: which these are, and what is said in place of many differences.

use super::{World, filters, half, mirror, not_known, place, unread};
use crate::catalog::filters::{NamePattern, Subject};
use crate::desired::{ClusterKind, ConfluentCloud, Lost, MirrorState, RetireMirrors};
use crate::diff::switchover::LinkPeers;
use crate::diff::{FindingKind, MirrorFault, Verb};
use crate::live::switchover::{Pair, PairMember, PairPhase};
use crate::live::{MirrorStatus, Reading, UnreadKind};
use crate::secret::Template;

/// The bidirectional link `dr`, and a pair that had `first` as its active member and has `active`.
fn managed(first: &str, active: &str, phase: PairPhase) -> World {
    let mut world = World::new();
    world.pair("dr");
    world.desired.cloud = Some(ConfluentCloud {
        url: "https://cloud.test".to_owned(),
        api_key: Template::from_parts(Vec::new()),
        api_secret: Template::from_parts(Vec::new()),
        environments: vec!["env-1".to_owned()],
        place: place(1),
    });
    let pair = Pair {
        id: "sw-1".to_owned(),
        name: String::new(),
        environment: "env-1".to_owned(),
        members: ["east", "west"]
            .map(|name| PairMember {
                name: name.to_owned(),
                cluster: Some(format!("lkc-{name}").into()),
            })
            .into(),
        active: active.to_owned(),
        first_active: first.to_owned(),
        last_failover: None,
        phase,
        updated_at: None,
        problems: Vec::new(),
    };
    let pairs = Reading::Read(vec![pair]);
    let pairs = [("env-1".to_owned(), pairs)];
    world.live.switchover.pairs = pairs.into();
    world
}

/// What is said of pairs: where, the code, and how many differences are not listed.
fn said(world: &World) -> Vec<String> {
    let findings = world.changes().findings.into_iter();
    let said = findings.filter_map(|finding| match &finding.kind {
        FindingKind::Switchover(it) => {
            let (code, folded) = (finding.kind.code(), it.folded());
            Some(format!("{} {code} {folded}", finding.address))
        }
        _ => None,
    });
    said.collect()
}

/// What else is found: where, and the code.
fn listed(world: &World) -> Vec<String> {
    let findings = world.changes().findings.into_iter();
    let others = findings.filter(|it| !matches!(it.kind, FindingKind::Switchover(_)));
    others
        .map(|it| format!("{} {}", it.address, it.kind.code()))
        .collect()
}

/// Mirror topics that are acted on.
fn acted_on(world: &World) -> Vec<String> {
    let mirrors = world.changes().mirrors.into_iter();
    mirrors
        .map(|change| format!("{} {}: {:?}", change.half, change.topic, change.verbs))
        .collect()
}

fn peers(world: &World) -> LinkPeers {
    LinkPeers::of(&world.desired, &world.live)
}

#[test]
fn a_pair_may_manage_links_between_clusters_of_confluent_cloud_only() {
    let world = managed("east", "east", PairPhase::ReadyToFailover);
    assert!(!peers(&world).is_empty());
    for cluster in ["east", "west"] {
        let mut world = world.clone();
        world.declared_cluster(cluster).kind = ClusterKind::ConfluentPlatform;
        assert!(peers(&world).is_empty(), "{cluster} is another kind");
        assert_eq!(peers(&world).link(&half("west", "dr")), None);
    }
    let mut without_key = world;
    without_key.desired.cloud = None;
    assert!(peers(&without_key).is_empty());
}

#[test]
fn both_halves_are_of_one_link_and_its_clusters_are_in_order() {
    let mut world = managed("east", "east", PairPhase::ReadyToFailover);
    let both = ("dr".into(), "lkc-east".into(), Some("lkc-west".into()));
    for cluster in ["east", "west"] {
        let link = peers(&world).link(&half(cluster, "dr"));
        assert_eq!(link, Some(both.clone()), "{cluster}");
    }
    assert_eq!(peers(&world).link(&half("west", "other")), None);
    // Of a retired link only live state shows where it leads, which need not be to a cluster of the spec.
    world.retire("west", "old", RetireMirrors::MustBeStopped);
    let alone = ("old".into(), "lkc-west".into(), None);
    assert_eq!(peers(&world).link(&half("west", "old")), Some(alone));
    world.link("west", "old", &[]).source = Some("lkc-far".into());
    let far = ("old".into(), "lkc-far".into(), Some("lkc-west".into()));
    assert_eq!(peers(&world).link(&half("west", "old")), Some(far));
}

/// What of `mirrors` is declared on a half.
fn declare_mirrors(world: &mut World, at: &str, what: &str) {
    let declared = mirror(MirrorState::Mirroring);
    match what {
        "a name" => world.mirror_at(at, "dr", "orders", MirrorState::Mirroring),
        "a pattern" => {
            let patterns = &mut world.half(at, "dr").mirrors.patterns;
            patterns.push((NamePattern::prefixed("orders"), declared));
        }
        _ => {
            let all = filters(Subject::Topics, &["*"]);
            let switch = "auto.create.mirror.topics.enable";
            world.config(at, "dr", switch, "true");
            world.config(at, "dr", "auto.create.mirror.topics.filters", &all);
        }
    }
}

#[test]
fn mirrors_of_any_kind_on_the_active_member_are_against_the_direction_of_the_pair() {
    for what in ["a name", "a pattern", "auto-create"] {
        for (at, active, against) in [
            ("west", "west", true),
            ("east", "east", true),
            ("west", "east", false),
            ("east", "west", false),
        ] {
            let mut world = managed(active, active, PairPhase::ReadyToFailover);
            declare_mirrors(&mut world, at, what);
            let found = said(&world);
            let expected = format!("{active}/dr LW550 ");
            match against {
                true => assert!(
                    matches!(&found[..], [one] if one.starts_with(&expected)),
                    "{what} at {at}, active {active}: {found:?}"
                ),
                false => assert_eq!(found, [""; 0], "{what} at {at}, active {active}"),
            }
        }
    }
}

#[test]
fn without_mirrors_or_with_some_on_both_the_spec_has_no_direction_of_its_own() {
    let mut world = managed("west", "west", PairPhase::ReadyToFailover);
    assert_eq!(said(&world), [""; 0]);
    world.mirror_at("east", "dr", "orders", MirrorState::Mirroring);
    world.mirror_at("west", "dr", "payments", MirrorState::Mirroring);
    assert_eq!(said(&world), [""; 0]);
    assert_eq!(acted_on(&world).len(), 2, "and they are compared");
    // Once the pair has failed over, those on the new active member are what it turned.
    let mut world = managed("east", "west", PairPhase::ReadyToFailover);
    world.mirror_at("east", "dr", "orders", MirrorState::Mirroring);
    world.mirror_at("west", "dr", "payments", MirrorState::Mirroring);
    assert_eq!(said(&world), ["west/dr LW550 2"]);
    assert_eq!(acted_on(&world), [""; 0]);
}

#[test]
fn a_failover_back_to_the_direction_of_the_spec_hides_nothing() {
    let mut world = managed("west", "east", PairPhase::ReadyToFailover);
    world.mirror("dr", "orders", MirrorState::Mirroring);
    world.live_mirror("west", "dr", "orders", MirrorStatus::Paused);
    world.live_mirror("west", "dr", "by.hand", MirrorStatus::Active);
    assert_eq!(said(&world), ["east/dr LW550 0"]);
    assert_eq!(acted_on(&world), ["west/dr orders: [Resume]"]);
    assert_eq!(listed(&world), ["west/dr/by.hand LW262"]);
}

/// Mirror topics on west, which is active now: one was reversed, one has failed, one is paused, and the link has
/// a config that no one declares.
fn turned(phase: PairPhase) -> World {
    let mut world = managed("east", "west", phase);
    for (topic, status) in [
        ("audit", MirrorStatus::Failed),
        ("orders", MirrorStatus::Stopped),
        ("payments", MirrorStatus::Paused),
    ] {
        world.mirror("dr", topic, MirrorState::Mirroring);
        world.live_mirror("west", "dr", topic, status);
    }
    world.live_mirror("east", "dr", "orders", MirrorStatus::Active);
    let undeclared = ("acl.sync.ms".to_owned(), super::set("9000"));
    world.configs("dr").extend([undeclared]);
    world
}

#[test]
fn mirrors_that_were_turned_are_counted_and_what_is_unhealthy_is_listed_while_the_pair_is_ready() {
    let world = turned(PairPhase::ReadyToFailover);
    assert_eq!(said(&world), ["west/dr LW550 3"]);
    assert_eq!(listed(&world), ["west/dr LW250", "west/dr/audit LW245"]);
    assert_eq!(acted_on(&world), [""; 0]);
}

#[test]
fn while_the_pair_is_changed_what_is_unhealthy_is_counted_too() {
    let world = turned(PairPhase::Updating);
    assert_eq!(said(&world), ["west/dr LW550 4"]);
    assert_eq!(listed(&world), ["west/dr LW250"]);
    // In the direction of the spec, operations stay: the plan says which of them are refused.
    let mut world = managed("east", "east", PairPhase::Updating);
    world.mirror("dr", "orders", MirrorState::Mirroring);
    world.live_mirror("west", "dr", "orders", MirrorStatus::Paused);
    world.live_mirror("west", "dr", "by.hand", MirrorStatus::Active);
    assert_eq!(said(&world), ["east/dr LW553 1"]);
    assert_eq!(listed(&world), [""; 0]);
    assert_eq!(acted_on(&world), ["west/dr orders: [Resume]"]);
}

#[test]
fn differences_of_other_links_are_not_folded() {
    let mut world = turned(PairPhase::ReadyToFailover);
    // Between the same clusters, and one-way: there is no direction that the service could have changed.
    world.declare("plain", &[]);
    world.link("west", "plain", &[]);
    world.mirror("plain", "sales", MirrorState::Mirroring);
    world.live_mirror("west", "plain", "sales", MirrorStatus::Paused);
    world.live_mirror("west", "plain", "by.hand", MirrorStatus::Active);
    assert_eq!(said(&world), ["west/dr LW550 3", "west/plain LW550 0"]);
    assert_eq!(acted_on(&world), ["west/plain sales: [Resume]"]);
    let of_plain = "west/plain/by.hand LW262";
    assert!(listed(&world).contains(&of_plain.to_owned()));
}

#[test]
fn topics_follow_the_active_member_whatever_their_primary_is() {
    let mut world = managed("east", "west", PairPhase::ReadyToFailover);
    world.topic("dr", "orders", "east");
    world.topic("dr", "payments", "east");
    world.live_mirror("east", "dr", "orders", MirrorStatus::Active);
    world.live_mirror("east", "dr", "payments", MirrorStatus::Paused);
    world.live_mirror("east", "dr", "by.hand", MirrorStatus::Active);
    // Compared with west as their primary, they are listed as ever.
    assert_eq!(said(&world), ["west/dr LW550 0"]);
    assert_eq!(acted_on(&world), ["east/dr payments: [Resume]"]);
    assert_eq!(listed(&world), ["east/dr/by.hand LW262"]);
    // With the primaries that the pair has, and never failed over, there is nothing to say of it.
    let mut world = managed("east", "east", PairPhase::ReadyToFailover);
    world.topic("dr", "orders", "east");
    world.live_mirror("west", "dr", "orders", MirrorStatus::Paused);
    assert_eq!(said(&world), [""; 0]);
    assert_eq!(world.changes().mirrors[0].verbs, [Verb::Resume]);
}

#[test]
fn what_is_not_known_of_topics_is_listed_while_the_pair_is_changed() {
    let mut world = managed("east", "east", PairPhase::Updating);
    world.topic("dr", "orders", "east");
    world.topics("west", &["orders"]);
    let why = unread(UnreadKind::Forbidden);
    world.cluster("east").topics = Reading::Unread(why.clone());
    assert_eq!(said(&world), ["east/dr LW553 0"]);
    assert!(world.found().contains(&not_known("east", why, &["orders"])));
}

#[test]
fn what_is_said_of_topics_together_counts_as_one_difference_while_the_pair_is_changed() {
    let mut world = managed("east", "east", PairPhase::Updating);
    for topic in ["orders", "payments"] {
        world.topic("dr", topic, "east");
        world.live_mirror("west", "dr", topic, MirrorStatus::Active);
    }
    world.declared_cluster("east").lost = Some(Lost {
        reason: "burnt".to_owned(),
        until: jiff::civil::date(2026, 1, 31),
        place: place(1),
    });
    // The loss of the cluster itself is no topic's.
    assert_eq!(said(&world), ["east/dr LW553 1"]);
    assert_eq!(listed(&world), ["east LW286"]);
}

#[test]
fn a_fault_of_a_mirror_in_the_direction_of_the_pair_is_listed() {
    let mut world = managed("east", "east", PairPhase::ReadyToFailover);
    world.mirror("dr", "orders", MirrorState::Mirroring);
    world.live_mirror("west", "dr", "orders", MirrorStatus::SourceUnavailable);
    let fault = FindingKind::MirrorFaulty(MirrorFault::SourceUnavailable);
    assert_eq!(world.found(), [fault]);
}
