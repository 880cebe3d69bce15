//! What keeps a mirror topic as it is that was asked for by its address.

use super::{half, mirror, op, promote};
use crate::address::Address;
use crate::diff::{Finding, FindingKind, MirrorFault, TopicFinding};
use crate::plan::{Plan, changed, hindered};

/// Whether this finding hinders what is asked for, in a plan that changes these mirror topics.
fn hinders(address: &str, kind: FindingKind, target: &str, changes: &[Address]) -> bool {
    let parse = |text| Address::parse(text).unwrap();
    let finding = Finding {
        address: parse(address),
        kind,
        place: None,
    };
    let operations = changes.iter().map(|it| op(it.clone(), promote()));
    let plan = Plan {
        operations: operations.collect(),
        findings: vec![finding],
        ..Plan::default()
    };
    !hindered(&plan, &[parse(target)]).is_empty()
}

#[test]
fn a_faulty_mirror_topic_hinders_who_asks_for_it_or_its_link_unless_it_is_changed() {
    let faulty = || FindingKind::MirrorFaulty(MirrorFault::LinkPaused);
    let changes = [mirror("west", "dr", "orders")];
    for (target, is_asked) in [
        ("west/dr/orders", true),
        ("west/dr", true),
        ("west/dr/payments", false),
        ("west/other", false),
        ("east/dr", false),
        ("west", false),
    ] {
        let at = "west/dr/orders";
        assert_eq!(hinders(at, faulty(), target, &[]), is_asked, "{target}");
        assert!(!hinders(at, faulty(), target, &changes), "{target}");
    }
}

#[test]
fn topics_that_stay_as_they_are_hinder_who_asks_for_one_of_them_on_either_half() {
    let found = || {
        FindingKind::Topic(TopicFinding::NotCopiedInTime {
            cluster: "east".into(),
            topics: vec!["orders".into()],
        })
    };
    for (target, is_asked) in [
        ("west/dr/orders", true),
        ("east/dr/orders", true),
        ("west/dr/payments", false),
        ("west/other/orders", false),
        ("west/dr", false),
        ("west", false),
    ] {
        let hindered = |changes: &[Address]| hinders("west/dr", found(), target, changes);
        assert_eq!(hindered(&[]), is_asked, "{target}");
        let other = mirror("west", "dr", "payments");
        assert_eq!(hindered(&[other]), is_asked, "{target}");
        let own = Address::parse(target).unwrap();
        if own.mirror().is_some() {
            assert!(!hindered(&[own]), "{target} is changed");
        }
    }
}

fn held(operations: &[Address], refused: usize) -> FindingKind {
    let operations = operations.iter();
    FindingKind::Held {
        reason: "migration".to_owned(),
        until: jiff::civil::date(2030, 1, 1),
        operations: operations
            .map(|it| (it.clone(), "promote-mirror".into()))
            .collect(),
        refused,
    }
}

#[test]
fn a_hold_hinders_who_asks_for_what_it_keeps_off() {
    let kept = [mirror("west", "dr", "orders"), half("west", "dr")];
    for (target, is_asked) in [
        ("west/dr/orders", true),
        ("west/dr", true),
        ("west/dr/payments", false),
        ("west/other", false),
    ] {
        let found = hinders("west/dr", held(&kept, 0), target, &[]);
        assert_eq!(found, is_asked, "{target}");
    }
    // No mirror topic is kept: what is held of the link was not asked for.
    assert!(!hinders("west/dr", held(&kept[1..], 0), "west/dr", &[]));
}

#[test]
fn a_hold_that_keeps_refusals_off_hinders_everything_under_its_address() {
    for (hold, target, is_under) in [
        ("west/dr", "west/dr", true),
        ("west/dr", "west/dr/orders", true),
        ("west/dr", "west/other", false),
        ("west/dr", "west/other/orders", false),
        ("west/dr", "west", false),
        ("west/dr/orders", "west/dr/orders", true),
        ("west/dr/orders", "west/dr", true),
        ("west/dr/orders", "west/dr/payments", false),
        ("west/dr/orders", "west/other", false),
        ("west/dr/orders", "east/dr/orders", false),
    ] {
        let what = format!("{hold}, asked for {target}");
        assert_eq!(hinders(hold, held(&[], 1), target, &[]), is_under, "{what}");
        assert!(!hinders(hold, held(&[], 0), target, &[]), "{what}");
    }
}

#[test]
fn what_is_changed_of_what_was_asked_for_is_mirror_topics() {
    let operations = [
        half("west", "dr"),
        mirror("west", "dr", "orders"),
        mirror("west", "dr", "payments"),
        mirror("west", "other", "orders"),
    ];
    let plan = Plan {
        operations: operations
            .iter()
            .map(|it| op(it.clone(), promote()))
            .collect(),
        ..Plan::default()
    };
    let changed = |target: &str| -> Vec<String> {
        let targets = [Address::parse(target).unwrap()];
        changed(&plan, &targets).map(ToString::to_string).collect()
    };
    assert_eq!(changed("west/dr"), ["west/dr/orders", "west/dr/payments"]);
    assert_eq!(changed("west/dr/orders"), ["west/dr/orders"]);
    assert_eq!(changed("west"), [""; 0]);
}
