//! What is left to the Switchover service: taken out of a plan, and said once for each link.

use super::{alter, half, mirror, op, promote};
use crate::desired::ConfluentCloud;
use crate::diff::switchover::{PairShown, SwitchoverFinding};
use crate::diff::tests::{World, place};
use crate::diff::{Finding, FindingKind};
use crate::live::Reading;
use crate::live::switchover::{Pair, PairMember, PairPhase};
use crate::plan::switchover::withhold;
use crate::plan::{AlterPurpose, Operation};
use crate::secret::Template;

/// Two links from east to west, and the pairs of these clusters.
fn world(pairs: &[Pair]) -> World {
    let mut world = World::new();
    world.desired.cloud = Some(ConfluentCloud {
        url: "https://api.confluent.cloud".to_owned(),
        api_key: Template::default(),
        api_secret: Template::default(),
        environments: vec!["env-1".to_owned()],
        place: place(1),
    });
    world.declare("dr", &[]).place = place(20);
    world.declare("other", &[]).place = place(30);
    let read = Reading::Read(pairs.to_vec());
    let pairs = &mut world.live.switchover.pairs;
    pairs.insert("env-1".to_owned(), read);
    world
}

fn pair(id: &str, phase: PairPhase) -> Pair {
    let members = ["east", "west"].map(|cluster| PairMember {
        name: cluster.to_owned(),
        cluster: Some(format!("lkc-{cluster}").into()),
    });
    Pair {
        id: id.to_owned(),
        name: String::new(),
        environment: "env-1".to_owned(),
        members: members.into(),
        active: "east".to_owned(),
        first_active: "east".to_owned(),
        last_failover: None,
        phase,
        updated_at: None,
        problems: Vec::new(),
    }
}

fn finding(link: &str, kind: FindingKind) -> Finding {
    Finding {
        address: half("west", link),
        kind,
        place: Some(place(40)),
    }
}

fn about_pair(link: &str, found: SwitchoverFinding) -> Finding {
    finding(link, FindingKind::Switchover(Box::new(found)))
}

/// What is kept of a promotion on a link and an alteration of it, and what is found with what was found before.
fn withheld(world: &World, link: &str, earlier: &[Finding]) -> (Vec<Operation>, Vec<Finding>) {
    let operations = vec![
        op(half("west", link), alter(AlterPurpose::Settings)),
        op(mirror("west", link, "orders"), promote()),
    ];
    let mut findings = earlier.to_vec();
    let kept = withhold(&world.desired, &world.live, operations, &mut findings);
    (kept, findings)
}

#[test]
fn what_a_pair_forbids_is_said_in_place_of_what_was_already_said_of_it_and_of_nothing_else() {
    let busy = pair("sw-1", PairPhase::Updating);
    let world = world(std::slice::from_ref(&busy));
    let shown = || PairShown::of(&busy, &world.desired, &world.live.switchover);
    let not_ready = |folded| SwitchoverFinding::NotReady {
        pair: shown(),
        folded,
    };
    let others = [
        finding("dr", FindingKind::RetiredGone),
        about_pair("other", not_ready(5)),
    ];
    let earlier = [&others[..], &[about_pair("dr", not_ready(3))]].concat();
    let (kept, findings) = withheld(&world, "dr", &earlier);
    assert_eq!(kept, []);
    let refused = about_pair(
        "dr",
        SwitchoverFinding::Refused {
            pair: shown(),
            folded: 3,
            operations: vec![
                (half("west", "dr"), "alter-link".into()),
                (mirror("west", "dr", "orders"), "promote-mirror".into()),
            ],
        },
    );
    assert_eq!(findings, [&others[..], &[refused]].concat());
}

#[test]
fn of_several_pairs_the_one_that_is_busy_is_named_where_the_spec_declares_the_half() {
    let ready = pair("sw-1", PairPhase::ReadyToFailover);
    let busy = pair("sw-2", PairPhase::Updating);
    for (pairs, named) in [
        (vec![ready.clone(), busy.clone()], "sw-2"),
        (vec![busy, ready.clone()], "sw-2"),
        (vec![ready], "sw-1"),
    ] {
        let (_, findings) = withheld(&world(&pairs), "other", &[]);
        let [found] = &findings[..] else {
            panic!("{findings:?}");
        };
        assert_eq!(found.address, half("west", "other"));
        assert_eq!(found.place, Some(place(30)));
        let FindingKind::Switchover(found) = &found.kind else {
            panic!("{found:?}");
        };
        let SwitchoverFinding::Refused { pair, folded, .. } = &**found else {
            panic!("{found:?}");
        };
        assert_eq!((pair.pair.id.as_str(), *folded), (named, 0));
    }
}

#[test]
fn a_ready_pair_leaves_settings_to_the_spec_and_the_end_of_mirror_topics_to_the_service() {
    let ready = pair("sw-1", PairPhase::ReadyToFailover);
    let (kept, findings) = withheld(&world(&[ready]), "dr", &[]);
    let kept: Vec<_> = kept.iter().map(|op| op.kind.word()).collect();
    assert_eq!(kept, ["alter-link"]);
    assert_eq!(findings.len(), 1);
    let (kept, findings) = withheld(&world(&[]), "dr", &[]);
    assert_eq!((kept.len(), findings.len()), (2, 0));
}
