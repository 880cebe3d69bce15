//! Changes of mirror topics into operations.

use super::turn::{self, restore, reverse};
use std::borrow::Cow;
use std::time::Duration;

use crate::address::{Address, GroupName};
use crate::desired::{Desired, Half, Link, LinkMode, Risk, Risks};
use crate::diff::{Effect, MirrorChange, MirrorNow, Names, RetiredMirror, Verb};
use crate::live::MirrorStatus::{self, Active, LinkPaused, Paused, PendingStopped, Stopped};
use crate::live::{LinkFact, Snapshot};
use crate::plan::operation::{
    Because, Expect, FailoverGate, IdleGroups, LagGate, Operation, OperationKind, Settle,
};

/// How long auto-create gets for a mirror topic. It reads the source every `metadata.max.age.ms`,
/// five minutes by default.
const AUTO_CREATE: Duration = Duration::from_secs(900);

/// What the mirrors of one half have in common.
pub(super) struct Context<'a> {
    pub(super) link: &'a Link,
    pub(super) half: &'a Half,
    pub(super) desired: &'a Desired,
    pub(super) live: &'a Snapshot,
    /// The consumer groups that may hold promotions up.
    pub(super) blocking: Option<&'a Names<GroupName>>,
    /// What the read before a promotion must show of consumer groups, where offset sync stays on.
    pub(super) idle: Option<IdleGroups>,
}

/// What brings one mirror to its desired state.
pub(super) fn operations(
    change: MirrorChange,
    context: &Context<'_>,
    operations: &mut Vec<Operation>,
) {
    let Some((last, before)) = change.verbs.split_last() else {
        return;
    };
    for (index, verb) in before.iter().enumerate() {
        operations.push(operation(change.clone(), *verb, index == 0, context));
    }
    operations.push(operation(change, *last, before.is_empty(), context));
}

/// One operation of a change. After another one on it, the mirror is no longer what it is now.
fn operation(
    mut change: MirrorChange,
    verb: Verb,
    is_first: bool,
    context: &Context<'_>,
) -> Operation {
    let Context {
        link,
        half,
        desired,
        live,
        blocking,
        idle,
    } = context;
    let because = because(&change, verb);
    let kind = match verb {
        Verb::Create => OperationKind::CreateMirror {
            source: change.source,
            source_cluster: half.peer.id.clone(),
            configs: change.configs,
        },
        Verb::Await => wait(change.live.as_ref()),
        Verb::Pause => OperationKind::PauseMirror,
        Verb::Resume => OperationKind::ResumeMirror,
        Verb::Promote => promote(desired, link.sets_of(&change.source), idle.as_ref()),
        Verb::Failover => failover(desired, change.live.as_mut()),
        Verb::Reverse | Verb::ReverseAndPause => reverse(
            &change,
            verb == Verb::ReverseAndPause,
            desired,
            live,
            link.sets_of(&change.source),
        ),
        Verb::Restore => restore(&change),
    };
    let mut made = super::operation(
        Address::Mirror(change.half, change.topic),
        &half.cluster_id,
        &link.key,
        kind,
        because,
    );
    made.place = Some(change.place);
    if matches!(verb, Verb::Create | Verb::Await) {
        made.unchecked = change.unchecked.iter().map(ToString::to_string).collect();
    }
    let now = change.live.as_ref();
    complete(&mut made, now.filter(|_| is_first), *blocking);
    // A restore needs equal names on both clusters.
    if half.role.link_mode() == LinkMode::Bidirectional && half.prefix.is_none() {
        turn::can_return(&mut made);
    }
    if let Some(turn) = &change.turn {
        let is_only = change.verbs.len() == 1;
        turn::complete(&mut made, now, is_only, turn, *blocking);
    }
    made
}

fn because(change: &MirrorChange, verb: Verb) -> Because {
    match verb {
        Verb::Await if change.live.is_none() => Because::Predicted {
            source: change.source.clone(),
        },
        Verb::Reverse | Verb::ReverseAndPause | Verb::Restore | Verb::Failover
            if change.turn.is_some() =>
        {
            direction(change)
        }
        Verb::Resume | Verb::Promote if turns(change) => direction(change),
        _ => Because::State {
            live: change.live.as_ref().map(|now| now.status.clone()),
            wanted: change.wanted,
        },
    }
}

/// What stops one mirror of a link that is deleted.
pub(super) fn stopping(
    mirror: &RetiredMirror,
    link: &LinkFact,
    desired: &Desired,
    blocking: Option<&Names<GroupName>>,
    new: impl Fn(OperationKind) -> Operation,
    operations: &mut Vec<Operation>,
) {
    let mut now = MirrorNow::of(&mirror.live, Some(link));
    for (index, verb) in mirror.verbs.iter().enumerate() {
        let kind = match verb {
            Verb::Await => wait(Some(&now)),
            Verb::Promote => promote(desired, Vec::new(), None),
            Verb::Failover => failover(desired, Some(&mut now)),
            // None of these stops anything, and `diff` asks for none.
            Verb::Create
            | Verb::Pause
            | Verb::Resume
            | Verb::Reverse
            | Verb::ReverseAndPause
            | Verb::Restore => continue,
        };
        let now = (index == 0).then_some(&now);
        let mut made = new(kind);
        complete(&mut made, now, blocking);
        operations.push(made);
    }
}

/// Whether the change moves the topic to where it is declared to be written.
fn turns(change: &MirrorChange) -> bool {
    (change.turn.as_ref()).is_some_and(|turn| turn.primary != turn.writer)
}

fn direction(change: &MirrorChange) -> Because {
    let own = &change.half.cluster;
    let ends = change
        .turn
        .as_ref()
        .map(|turn| (&turn.primary, &turn.writer));
    let (primary, writer) = ends.unwrap_or((own, own));
    Because::Direction {
        primary: primary.clone(),
        writer: writer.clone(),
    }
}

fn wait(now: Option<&MirrorNow>) -> OperationKind {
    OperationKind::AwaitMirror {
        status: now.map(|now| now.status.clone()),
    }
}

fn promote(desired: &Desired, together: Vec<String>, idle: Option<&IdleGroups>) -> OperationKind {
    let policy = desired.policy.promote;
    OperationKind::PromoteMirror {
        gate: LagGate {
            max_lag: policy.max_lag,
            within: policy.within,
        },
        // What this says is about the whole half, so about every promotion on it.
        idle: idle.cloned(),
        together,
    }
}

/// The figures go over to the operation.
fn failover(desired: &Desired, now: Option<&mut MirrorNow>) -> OperationKind {
    OperationKind::FailoverMirror {
        gate: FailoverGate {
            max_lag: desired.policy.failover.max_lag,
            overtakes: (now.as_ref()).is_some_and(|now| now.status == PendingStopped),
            seen: now
                .map(|now| std::mem::take(&mut now.lags))
                .unwrap_or_default(),
        },
    }
}

/// Fills in what a mirror operation expects, settles with, risks and brings along. `now` is what it
/// will meet; none when another operation on the same mirror comes before it.
fn complete(made: &mut Operation, now: Option<&MirrorNow>, blocking: Option<&Names<GroupName>>) {
    let met = |otherwise: &'static [MirrorStatus]| {
        vec![Expect::MirrorIn(match now {
            Some(now) => just(&now.status),
            None => Cow::Borrowed(otherwise),
        })]
    };
    let settles = |statuses: &'static [MirrorStatus]| Settle::MirrorIn(Cow::Borrowed(statuses));
    match &made.kind {
        OperationKind::CreateMirror { .. } => {
            made.expects = vec![Expect::MirrorAbsent];
            made.settle = settles(&[Active, LinkPaused]);
        }
        OperationKind::AwaitMirror { status } => {
            made.settle = settles(match status {
                Some(PendingStopped) => &[Stopped],
                _ => &[Active, Paused, LinkPaused],
            });
            if *status == Some(PendingStopped) {
                made.effects = blocking
                    .cloned()
                    .map(Effect::HeldUpBy)
                    .into_iter()
                    .collect();
            }
            if status.is_none() {
                made.deadline = AUTO_CREATE;
            }
        }
        OperationKind::PauseMirror => {
            made.expects = met(&[Active]);
            made.settle = settles(&[Paused]);
        }
        OperationKind::ResumeMirror => {
            made.expects = met(&[Paused]);
            made.settle = settles(&[Active, LinkPaused]);
        }
        OperationKind::PromoteMirror { gate, .. } => {
            made.deadline = gate.within;
            made.expects = met(&[Active, Paused]);
            made.settle = settles(&[Stopped]);
            made.effects = vec![Effect::BecomesWritable];
            made.effects.extend(blocking.cloned().map(Effect::HeldUpBy));
            made.risks = Risks::from([Risk::Irreversible]);
        }
        OperationKind::FailoverMirror { .. } => {
            made.expects = met(&[Active]);
            made.settle = settles(&[Stopped]);
            // No read proves a mirror current, so that the figures never decide about the risk.
            made.risks = Risks::from([Risk::Irreversible, Risk::DataLoss]);
            made.effects = match now {
                Some(now) => vec![Effect::BecomesWritable, loss(now)],
                None => vec![Effect::BecomesWritable],
            };
        }
        // Operations on a whole half are completed where they are made.
        _ => {}
    }
}

/// This status and no other.
fn just(status: &MirrorStatus) -> Cow<'static, [MirrorStatus]> {
    match MirrorStatus::KNOWN.iter().find(|known| *known == status) {
        Some(known) => Cow::Borrowed(std::slice::from_ref(known)),
        None => Cow::Owned(vec![status.clone()]),
    }
}

/// Lag figures stand still while nothing is fetched, so that they are a lower bound as old as the
/// status.
fn is_stale(now: &MirrorNow) -> bool {
    now.status != Active
}

/// What failing over loses.
fn loss(now: &MirrorNow) -> Effect {
    Effect::Loses {
        loss: now.loss,
        as_of_ms: now.since_ms,
        stale: is_stale(now),
    }
}
