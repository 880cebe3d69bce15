//! Operations that turn a topic of a bidirectional link: reverse and restore, and what stops its mirror.

use std::borrow::Cow;

use crate::address::{GroupName, HalfAddress};
use crate::desired::{Desired, Risk, Risks};
use crate::diff::{Cut, Effect, MirrorChange, MirrorNow, Names, Turn};
use crate::live::{
    MirrorStatus::{
        self, Active, LinkPaused, Paused, PendingRestore, PendingSetupForRestore, Stopped,
    },
    Snapshot,
};
use crate::plan::CallSeen;
use crate::plan::operation::{Expect, Operation, OperationKind, ReverseGate, Settle, TurnedTopic};

/// So many consumer groups are compared before a reversal, at most.
const MAX_COMPARED: usize = 50;

/// The reversal of the mirror that the change is called at.
pub(super) fn reverse(
    change: &MirrorChange,
    paused: bool,
    desired: &Desired,
    live: &Snapshot,
    together: Vec<String>,
) -> OperationKind {
    let groups = change.turn.as_ref().map(|turn| &turn.groups);
    OperationKind::ReverseMirror {
        other: other(change),
        paused,
        gate: Box::new(ReverseGate {
            within: desired.policy.promote.within,
            compare: match groups {
                Some(Names::Known(groups)) if groups.len() <= MAX_COMPARED => Some(groups.clone()),
                _ => None,
            },
            wait: 2 * super::offset_interval(&change.half, live),
        }),
        together,
        call: CallSeen::NotProbed,
    }
}

/// The restoration of the topic that the change is called at.
pub(super) fn restore(change: &MirrorChange) -> OperationKind {
    OperationKind::RestoreMirror {
        other: other(change),
        cut: Cut::NotPreviewed,
        call: CallSeen::NotProbed,
    }
}

fn other(change: &MirrorChange) -> HalfAddress {
    let turn = change.turn.as_ref();
    turn.map_or_else(|| change.half.clone(), |turn| turn.other.clone())
}

/// A topic that stops on a bidirectional link can become a mirror again, and the other side a copy of it.
pub(super) fn can_return(made: &mut Operation) {
    let here = made.half().cluster.clone();
    for effect in &mut made.effects {
        if *effect == Effect::BecomesWritable {
            *effect = Effect::TurnsWritable(here.clone());
        }
    }
}

/// Fills in what an operation on such a topic expects, settles with, risks and brings along. `now` is what the
/// mirror was when the change was found; `is_only`: the change has no other operation.
pub(super) fn complete(
    made: &mut Operation,
    now: Option<&MirrorNow>,
    is_only: bool,
    turn: &Turn,
    blocking: Option<&Names<GroupName>>,
) {
    let own = made.half().clone();
    let (here, there) = (own.cluster.clone(), turn.other.cluster.clone());
    let paired = Expect::PairedWith {
        other: turn.other.clone(),
        link_id: turn.link_id.clone(),
    };
    let turned = |mirror: &HalfAddress, plain: &HalfAddress, statuses: &'static [MirrorStatus]| {
        Settle::Turned(Box::new(TurnedTopic {
            mirror: mirror.clone(),
            plain: plain.clone(),
            statuses: Cow::Borrowed(statuses),
        }))
    };
    let held_up = blocking.cloned().map(Effect::HeldUpBy);
    match &made.kind {
        OperationKind::ReverseMirror { paused, gate, .. } => {
            made.deadline = gate.within;
            made.expects = vec![
                paired,
                Expect::MirrorIn(Cow::Borrowed(&[Active])),
                Expect::PlainAt(turn.other.clone()),
                Expect::LinkHealthyAt(own.clone()),
                Expect::LinkHealthyAt(turn.other.clone()),
            ];
            made.settle = turned(
                &turn.other,
                &own,
                match paused {
                    true => &[Paused],
                    false => &[Active, LinkPaused],
                },
            );
            made.risks = Risks::from([Risk::Direction]);
            made.effects = vec![Effect::TurnsWritable(here), Effect::TurnsReadOnly(there)];
            made.effects.extend(held_up);
            if !turn.readers.is_empty() {
                made.effects
                    .push(Effect::StaysSourceOf(turn.readers.clone()));
            }
        }
        OperationKind::RestoreMirror { cut, .. } => {
            made.expects = vec![
                paired,
                Expect::PlainAt(own.clone()),
                Expect::StoppedAt(turn.other.clone()),
            ];
            made.settle = turned(&own, &turn.other, &[Active, LinkPaused]);
            made.risks = Risks::from([Risk::Direction, Risk::DataLoss]);
            made.effects = vec![
                Effect::TurnsReadOnly(here.clone()),
                Effect::Cuts {
                    at: here,
                    cut: cut.clone(),
                },
            ];
            made.effects.extend(held_up);
            if !turn.readers.is_empty() {
                made.effects
                    .push(Effect::CutsSourceOf(turn.readers.clone()));
            }
        }
        OperationKind::FailoverMirror { .. } => {
            let is_cut = match now.map(|now| &now.status) {
                Some(PendingRestore) => true,
                Some(PendingSetupForRestore) => false,
                _ => return,
            };
            made.effects.push(Effect::CutByRestore { at: here, is_cut });
        }
        // What it turns into, the next plan sees.
        OperationKind::AwaitMirror { status: Some(_) } if is_only => {
            made.settle = Settle::MirrorIn(Cow::Borrowed(&[Active, Paused, LinkPaused, Stopped]));
        }
        _ => {}
    }
}
