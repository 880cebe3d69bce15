//! Reversals and restores are judged by what is read at both halves.
//!
//! An observation of the half that is called holds one of the other half, read at the same time.

use std::collections::BTreeSet;

use super::cause::Cause;
use super::observation::{NotSeen, Observation, ObservationRequest, known};
use crate::address::{Address, GroupName, HalfAddress, TopicName};
use crate::live::{GroupOffsets, LinkFact, MirrorFact, MirrorStatus, Reading};
use crate::plan::{Expect, Operation, OperationKind, ReverseGate, TurnedTopic};

/// Whether a topic has turned.
pub(super) enum Turned {
    /// It has.
    Yes,
    /// Not yet: what was seen.
    NotYet(Cause),
    /// It will not.
    Never(Cause),
}

/// The other half of an operation that turns a topic.
pub(super) fn other(op: &Operation) -> Option<&HalfAddress> {
    match &op.kind {
        OperationKind::ReverseMirror { other, .. } | OperationKind::RestoreMirror { other, .. } => {
            Some(other)
        }
        _ => None,
    }
}

/// What must be read at both halves before a topic is turned, or while it turns.
pub(super) fn need(op: &Operation, before: bool, need: &mut ObservationRequest) {
    let Some(other) = other(op) else {
        return;
    };
    let restores = matches!(op.kind, OperationKind::RestoreMirror { .. });
    need.links = true;
    need.mirrors.insert(op.half().link.clone());
    need.topics |= before && restores;
    let there = need.others.entry(other.cluster.clone()).or_default();
    there.links = true;
    there.is_narrow = true;
    there.mirrors.insert(other.link.clone());
    there.topics |= before && !restores;
    if let (true, true, Some(topic)) = (before, restores, op.address.mirror()) {
        there.by_name.insert((other.link.clone(), topic.clone()));
    }
    if let OperationKind::ReverseMirror { gate, .. } = &op.kind
        && let (true, Some(groups)) = (before, &gate.compare)
    {
        there.groups.extend(groups.iter().cloned());
        need.groups.extend(groups.iter().cloned());
    }
}

/// What was seen at a half.
fn at<'a>(
    half: &HalfAddress,
    op: &Operation,
    observation: &'a Observation,
) -> Result<&'a Observation, NotSeen> {
    if half.cluster == op.half().cluster {
        return Ok(observation);
    }
    let seen = observation.others.get(&half.cluster);
    seen.ok_or(NotSeen::NotRead)
}

/// The row of the operation's topic at a half.
fn row<'a>(
    half: &HalfAddress,
    op: &Operation,
    observation: &'a Observation,
) -> Result<Option<&'a MirrorFact>, NotSeen> {
    let rows = known(&at(half, op, observation)?.mirrors)?.get(&half.link);
    Ok(rows
        .zip(op.address.mirror())
        .and_then(|(rows, topic)| rows.get(topic)))
}

fn link<'a>(
    half: &HalfAddress,
    op: &Operation,
    observation: &'a Observation,
) -> Result<Option<&'a LinkFact>, NotSeen> {
    Ok(known(&at(half, op, observation)?.links)?.get(&half.link))
}

fn is_live(row: Option<&MirrorFact>) -> bool {
    row.is_some_and(|row| row.status != MirrorStatus::Stopped)
}

/// Whether the topic has turned, or is turning.
pub(super) fn goal(op: &Operation, observation: &Observation) -> Result<bool, NotSeen> {
    let Some(other) = other(op) else {
        return Ok(false);
    };
    let here = row(op.half(), op, observation)?;
    let there = row(other, op, observation)?;
    Ok(match &op.kind {
        OperationKind::ReverseMirror { .. } => {
            let drains = |row: Option<&MirrorFact>| {
                row.is_some_and(|row| {
                    matches!(
                        row.status,
                        MirrorStatus::PendingSynchronize | MirrorStatus::PendingStopped
                    )
                })
            };
            // Which half shows it differs between servers.
            drains(here) || drains(there) || !is_live(here) && is_live(there)
        }
        _ => is_live(here) && !is_live(there),
    })
}

/// Why it must not act, if a precondition about the halves is not met.
pub(super) fn unmet_precondition(
    expect: &Expect,
    op: &Operation,
    observation: &Observation,
) -> Result<Option<Cause>, NotSeen> {
    let topic = |half: &HalfAddress| match op.address.mirror() {
        Some(topic) => Address::Mirror(half.clone(), topic.clone()),
        None => op.address.clone(),
    };
    Ok(match expect {
        Expect::PairedWith { other, link_id } => {
            let ids =
                [op.half(), other].map(|half| link(half, op, observation).map(|row| (half, row)));
            let mut cause = None;
            for found in ids {
                let (half, row) = found?;
                cause = cause.or(match (row, link_id) {
                    (None, _) => Some(Cause::LinkGone(half.clone())),
                    (Some(row), Some(planned))
                        if row.link_id.as_ref().is_some_and(|id| id != planned) =>
                    {
                        Some(Cause::LinkReplaced(half.clone()))
                    }
                    (Some(_), _) => None,
                });
            }
            cause
        }
        Expect::LinkHealthyAt(half) => match link(half, op, observation)? {
            None => Some(Cause::LinkGone(half.clone())),
            Some(row) if row.is_healthy() => None,
            Some(row) => Some(Cause::LinkUnhealthyAt {
                half: half.clone(),
                seen: Box::new(Cause::LinkUnhealthy {
                    state: row.state.clone(),
                    error: row.error.clone(),
                    message: row.error_message.clone(),
                }),
            }),
        },
        Expect::PlainAt(half) => {
            let row = row(half, op, observation)?;
            let topics = known(&at(half, op, observation)?.topics)?;
            let exists = op.address.mirror().is_some_and(|it| topics.contains(it));
            match row.filter(|row| row.status != MirrorStatus::Stopped) {
                Some(row) => Some(Cause::NotOrdinary {
                    address: topic(half),
                    status: Some(row.status.clone()),
                }),
                None => (!exists).then(|| Cause::NotOrdinary {
                    address: topic(half),
                    status: None,
                }),
            }
        }
        Expect::StoppedAt(half) => match row(half, op, observation)? {
            Some(row) if row.status == MirrorStatus::Stopped => None,
            Some(row) => Some(Cause::MirrorStatusChanged {
                address: topic(half),
                status: row.status.clone(),
                expected: vec![MirrorStatus::Stopped],
            }),
            None => Some(Cause::MirrorGone(topic(half))),
        },
        _ => None,
    })
}

/// How the committed offsets of the synced groups compare at both clusters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Offsets {
    /// They are equal.
    Equal,
    /// Those of these groups are not.
    Differ(Vec<GroupName>),
    /// They are not compared, or could not be read.
    NotCompared,
}

/// Compares the offsets of the groups that a reversal waits for.
pub(super) fn offsets(op: &Operation, gate: &ReverseGate, observation: &Observation) -> Offsets {
    let (Some(groups), Some(topic)) = (&gate.compare, op.address.mirror()) else {
        return Offsets::NotCompared;
    };
    let there = other(op).and_then(|other| observation.others.get(&other.cluster));
    let Some(there) = there else {
        return Offsets::NotCompared;
    };
    let mut differ = Vec::new();
    for group in groups {
        let of = |seen: &Observation| match seen.offsets.get(group) {
            Some(Reading::Read(offsets)) => Some(committed(offsets, topic)),
            _ => None,
        };
        match (of(observation), of(there)) {
            (Some(here), Some(there)) if here == there => {}
            (Some(_), Some(_)) => differ.push(group.clone()),
            _ => return Offsets::NotCompared,
        }
    }
    match differ.is_empty() {
        true => Offsets::Equal,
        false => Offsets::Differ(differ),
    }
}

fn committed(offsets: &GroupOffsets, topic: &TopicName) -> BTreeSet<(i32, i64)> {
    let own = offsets.iter().filter(|((of, _), _)| of == topic);
    own.map(|((_, partition), offset)| (*partition, *offset))
        .collect()
}

/// Whether a topic has turned: a mirror at one half, ordinary at the other.
pub(super) fn settled(op: &Operation, end: &TurnedTopic, observation: &Observation) -> Turned {
    let rows = row(&end.mirror, op, observation).and_then(|at_mirror| {
        let at_plain = row(&end.plain, op, observation)?;
        Ok((at_mirror, at_plain))
    });
    let (at_mirror, at_plain) = match rows {
        Ok(rows) => rows,
        Err(NotSeen::Unread(why)) => return Turned::NotYet(Cause::Unread(why)),
        Err(NotSeen::NotRead) => return Turned::NotYet(Cause::MirrorsNotRead),
    };
    if end.is_shown_by(at_mirror, at_plain) {
        return Turned::Yes;
    }
    if let Some(row) = at_plain.filter(|row| row.status != MirrorStatus::Stopped) {
        let cause = Cause::MirrorStatus {
            status: row.status.clone(),
            expected: vec![MirrorStatus::Stopped],
            error: None,
        };
        return Turned::NotYet(cause);
    }
    let Some(row) = at_mirror else {
        return Turned::NotYet(Cause::MirrorNotListed);
    };
    let seen = |error| Cause::MirrorStatus {
        status: row.status.clone(),
        expected: end.statuses.to_vec(),
        error,
    };
    match row.status {
        MirrorStatus::Failed => Turned::Never(seen(row.error.clone())),
        _ => Turned::NotYet(seen(None)),
    }
}
