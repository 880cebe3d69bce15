//! What counts in the digests of operations, and what changes by itself.

use super::altered;
use crate::address::Address;
use crate::desired::MirrorState;
use crate::diff::tests::World;
use crate::diff::{ConfigTarget, ConfigValue, Cut};
use crate::live::MirrorStatus;
use crate::plan::file::{ClearText, OperationDigests, Scope, digests};
use crate::plan::tests::{pair, planned, topic};
use crate::plan::{CallSeen, IdleGroups, OperationKind, Plan, ReverseGate};
use crate::secret::{Clear, Part, Quoting, Template};

/// A mirror topic is promoted.
fn promoted() -> Plan {
    let mut world = World::new();
    world.declare("dr", &[]);
    world.link("west", "dr", &[]);
    world.live_mirror("west", "dr", "orders", MirrorStatus::Active);
    world.mirror("dr", "orders", MirrorState::Promoted);
    planned(&world)
}

/// The digests of the operations of a plan after this was done to their kinds.
fn digests_after(plan: &Plan, change: impl Fn(&mut OperationKind)) -> Vec<OperationDigests> {
    let mut plan = plan.clone();
    plan.operations
        .iter_mut()
        .for_each(|op| change(&mut op.kind));
    digests(&plan, &Scope::default()).unwrap().operations
}

#[test]
fn what_is_looked_up_again_before_a_topic_is_turned_does_not_count_but_what_is_sent_does() {
    let turns = |status: MirrorStatus| {
        let mut world = pair();
        topic(&mut world, "orders", "west");
        world.live_mirror("west", "dr", "orders", status);
        planned(&world)
    };
    let reversal = turns(MirrorStatus::Active);
    let restore = turns(MirrorStatus::Stopped);
    for (plan, word) in [(&reversal, "reverse-mirror"), (&restore, "restore-mirror")] {
        let words: Vec<_> = plan.operations.iter().map(|op| op.kind.word()).collect();
        assert_eq!(words, [word]);
        let as_planned = digests_after(plan, |_| {});
        let probed = digests_after(plan, |kind| match kind {
            OperationKind::ReverseMirror { call, .. } => *call = CallSeen::Present,
            OperationKind::RestoreMirror { call, cut, .. } => {
                *call = CallSeen::Present;
                *cut = Cut::NoFigures;
            }
            _ => {}
        });
        assert_eq!(probed, as_planned, "{word}");
        let elsewhere = digests_after(plan, |kind| match kind {
            OperationKind::ReverseMirror { other, .. }
            | OperationKind::RestoreMirror { other, .. } => other.cluster = "north".into(),
            _ => {}
        });
        assert_ne!(elsewhere, as_planned, "{word}");
    }
    let as_planned = digests_after(&reversal, |_| {});
    let changes: [fn(&mut bool, &mut ReverseGate, &mut Vec<String>); 3] = [
        |paused, _, _| *paused = true,
        |_, gate, _| gate.compare = None,
        |_, _, together| together.push("billing".to_owned()),
    ];
    for change in changes {
        let changed = digests_after(&reversal, |kind| {
            if let OperationKind::ReverseMirror {
                paused,
                gate,
                together,
                ..
            } = kind
            {
                change(paused, gate, together);
            }
        });
        assert_ne!(changed, as_planned);
    }
}

#[test]
fn consumer_groups_that_come_and_go_do_not_make_another_promotion_but_its_sets_do() {
    let promotion = promoted();
    let as_planned = digests_after(&promotion, |_| {});
    let groups = digests_after(&promotion, |kind| {
        if let OperationKind::PromoteMirror { idle, .. } = kind {
            let not_synced = vec!["app".into()];
            *idle = Some(IdleGroups { not_synced });
        }
    });
    assert_eq!(groups, as_planned);
    let sets = digests_after(&promotion, |kind| {
        if let OperationKind::PromoteMirror { together, .. } = kind {
            together.push("billing".to_owned());
        }
    });
    assert_ne!(sets, as_planned);
    let lag = digests_after(&promotion, |kind| {
        if let OperationKind::PromoteMirror { gate, .. } = kind {
            gate.max_lag += 1;
        }
    });
    assert_ne!(lag, as_planned);
}

#[test]
fn a_plaintext_secret_has_no_digest() {
    let clear = Part::Clear(Clear::new("hunter2"), Quoting::Plain);
    let secret = |parts| ConfigTarget::Set(ConfigValue::Secret(Template::from_parts(parts)));
    let with = |target: ConfigTarget| {
        let mut plan = altered(MirrorStatus::Active);
        for op in &mut plan.operations {
            if let OperationKind::AlterLink { changes, .. } = &mut op.kind {
                changes[0].target = target.clone();
            }
        }
        digests(&plan, &Scope::default()).map(|_| ())
    };
    let refused = ClearText {
        address: Address::parse("west/dr").unwrap(),
        config: "acl.sync.ms".to_owned(),
    };
    assert_eq!(with(secret(vec![clear])), Err(refused));
    assert_eq!(with(secret(vec![Part::Text("user".to_owned())])), Ok(()));
    assert_eq!(with(ConfigTarget::Reset), Ok(()));
}
