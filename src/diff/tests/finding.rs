//! How urgent findings are, and what they leave as it is.

use super::half;
use crate::diff::{FindingKind, Keeps, MirrorFault};

#[test]
fn what_is_about_a_whole_link_is_said_before_what_may_recover() {
    let faulty = FindingKind::MirrorFaulty;
    let link = FindingKind::LinkUnhealthy {
        state: None,
        error: None,
        message: None,
        outage: None,
        lost: None,
    };
    let not_paired = FindingKind::HalvesNotPaired {
        other: half("east", "dr"),
    };
    let task = FindingKind::TaskInError {
        task: "AclSync".to_owned(),
        problems: Vec::new(),
    };
    let in_order = [
        link,
        faulty(MirrorFault::Failed(None)),
        faulty(MirrorFault::LinkFailed),
        faulty(MirrorFault::SourceUnavailable),
        not_paired,
        FindingKind::StoppedWithLag { not_copied: 1 },
        faulty(MirrorFault::UnknownStatus("TELEPORTING".to_owned())),
        task,
        faulty(MirrorFault::LinkPaused),
    ];
    assert!(
        in_order.is_sorted_by(|a, b| a.urgency() < b.urgency()),
        "{:?}",
        in_order.each_ref().map(FindingKind::urgency)
    );
}

#[test]
fn a_hold_that_keeps_refusals_off_may_be_about_everything_under_it() {
    for (refused, all) in [(0, false), (1, true), (2, true)] {
        let held = FindingKind::Held {
            reason: "migration".to_owned(),
            until: jiff::civil::date(2026, 3, 31),
            operations: Vec::new(),
            refused,
        };
        let operations = &[];
        assert_eq!(held.keeps(), Some(Keeps::Held { operations, all }));
    }
}
