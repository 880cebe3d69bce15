//! Read, assert, act: whether an operation may act on what was just read, [`Readiness`].
//!
//! The goal is asked for first: what is so already needs no request, and a plan is not stale because
//! an earlier run, cut short, has carried out part of it.

use std::collections::BTreeMap;

use super::cause::Cause;
use super::execute::sends;
use super::idle::idle;
use super::observation::{NotSeen, Observation, ObservationRequest, known};
use super::turn;
use crate::address::{ClusterId, LinkName, TopicName};
use crate::live::{ConfigFact, LinkFact, MirrorFact, MirrorStatus, Unread};
use crate::plan::{
    ConfigValue, Expect, Operation, OperationKind, RemoteField, Settle, reads_as, reads_back,
};

/// Whether an operation is ready to act, going by what was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Readiness {
    /// What it expects is so: it may act.
    Act,
    /// Its goal is reached, or is being reached: only waiting is left.
    UnderWay,
    /// What it expects is not so.
    Stale(Cause),
    /// What it must know could not be read.
    Unread(Unread),
    /// What it must know was not read.
    NotRead,
}

impl From<NotSeen> for Readiness {
    fn from(why: NotSeen) -> Self {
        match why {
            NotSeen::Unread(why) => Self::Unread(why),
            NotSeen::NotRead => Self::NotRead,
        }
    }
}

/// What an operation that is ready must know before it acts.
pub(super) fn need(op: &Operation, need: &mut ObservationRequest) {
    let link = &op.half().link;
    match &op.kind {
        OperationKind::CreateLink { .. } | OperationKind::AlterLink { .. } => {
            need.links = true;
            need.configs.insert(link.clone());
        }
        OperationKind::CreateMirror { .. }
        | OperationKind::PauseMirror
        | OperationKind::ResumeMirror => {
            need.mirrors.insert(link.clone());
        }
        // What is lost of a mirror whose link is in error is not known.
        OperationKind::PromoteMirror { .. } | OperationKind::FailoverMirror { .. } => {
            need.links = true;
            need.mirrors.insert(link.clone());
            if idle(op).is_some() {
                need.configs.insert(link.clone());
                need.group_states = true;
            }
        }
        OperationKind::ReverseMirror { .. } | OperationKind::RestoreMirror { .. } => {
            turn::need(op, true, need);
        }
        OperationKind::ArchiveHistory { .. } => {
            need.links = true;
            need.mirrors.insert(link.clone());
            need.configs.insert(link.clone());
        }
        OperationKind::DeleteLink { .. } => {
            need.links = true;
            need.mirrors.insert(link.clone());
        }
        OperationKind::DrainOffsets { .. } | OperationKind::AwaitMirror { .. } => {}
    }
}

/// Whether the operation is ready to act.
pub(super) fn readiness(op: &Operation, observation: &Observation) -> Readiness {
    if !sends(&op.kind) {
        return Readiness::Act;
    }
    match goal(op, observation).and_then(|under_way| match under_way {
        true => Ok(Readiness::UnderWay),
        false => {
            for expect in &op.expects {
                if let Some(cause) = unmet_precondition(expect, op, observation)? {
                    return Ok(Readiness::Stale(cause));
                }
            }
            Ok(Readiness::Act)
        }
    }) {
        Ok(readiness) | Err(readiness) => readiness,
    }
}

/// Whether the goal is reached or being reached.
fn goal(op: &Operation, observation: &Observation) -> Result<bool, Readiness> {
    Ok(match &op.kind {
        OperationKind::CreateLink {
            remote, configs, ..
        } => match link(op, observation)? {
            None => false,
            Some(row) => is_to(row, remote) && is_set_up(configs, link_configs(op, observation)?),
        },
        OperationKind::AlterLink { changes, .. } => {
            if link(op, observation)?.is_none() {
                return Ok(false);
            }
            let live = link_configs(op, observation)?;
            changes
                .iter()
                .all(|change| reads_back(change, live.get(&change.name)) == Some(true))
        }
        OperationKind::DeleteLink { .. } => link(op, observation)?.is_none(),
        OperationKind::CreateMirror { source, .. } => {
            mirror(op, observation)?.is_some_and(|row| row.source_topic == *source)
        }
        OperationKind::FailoverMirror { gate } if gate.overtakes => {
            mirror(op, observation)?.is_some_and(|row| row.status == MirrorStatus::Stopped)
        }
        OperationKind::PromoteMirror { .. } | OperationKind::FailoverMirror { .. } => {
            mirror(op, observation)?.is_some_and(|row| {
                matches!(
                    row.status,
                    MirrorStatus::PendingStopped | MirrorStatus::Stopped
                )
            })
        }
        OperationKind::PauseMirror | OperationKind::ResumeMirror => match &op.settle {
            Settle::MirrorIn(statuses) => {
                mirror(op, observation)?.is_some_and(|row| statuses.contains(&row.status))
            }
            _ => false,
        },
        OperationKind::ReverseMirror { .. } | OperationKind::RestoreMirror { .. } => {
            return turn::goal(op, observation).map_err(Readiness::from);
        }
        OperationKind::DrainOffsets { .. }
        | OperationKind::AwaitMirror { .. }
        | OperationKind::ArchiveHistory { .. } => false,
    })
}

/// Why it must not act, if the precondition is not met.
fn unmet_precondition(
    expect: &Expect,
    op: &Operation,
    observation: &Observation,
) -> Result<Option<Cause>, Readiness> {
    let half = || op.half().clone();
    Ok(match expect {
        Expect::LinkAbsent => link(op, observation)?.map(|_| Cause::LinkExists(half())),
        Expect::LinkIs { link_id } => match (link(op, observation)?, link_id) {
            (None, _) => Some(Cause::LinkGone(half())),
            (Some(row), Some(planned)) if row.link_id.as_ref().is_some_and(|id| id != planned) => {
                Some(Cause::LinkReplaced(half()))
            }
            (Some(_), _) => None,
        },
        Expect::ConfigsWere(before) => {
            let live = link_configs(op, observation)?;
            let names: Vec<String> = before
                .iter()
                .filter(|(name, before)| {
                    let fact = live.get(*name);
                    // A request that was cut short may have changed some of them.
                    !reads_as(name, before.as_deref(), fact) && !is_as_planned(op, name, fact)
                })
                .map(|(name, _)| name.clone())
                .collect();
            (!names.is_empty()).then(|| Cause::ConfigsChanged {
                half: half(),
                names,
            })
        }
        Expect::MirrorAbsent => mirror(op, observation)?.map(|row| Cause::MirrorExists {
            address: op.address.clone(),
            source: row.source_topic.clone(),
        }),
        Expect::MirrorIn(statuses) => match mirror(op, observation)? {
            None => Some(Cause::MirrorGone(op.address.clone())),
            Some(row) if statuses.contains(&row.status) => None,
            Some(row) => Some(Cause::MirrorStatusChanged {
                address: op.address.clone(),
                status: row.status.clone(),
                expected: statuses.to_vec(),
            }),
        },
        Expect::PairedWith { .. }
        | Expect::LinkHealthyAt(_)
        | Expect::PlainAt(_)
        | Expect::StoppedAt(_) => {
            return turn::unmet_precondition(expect, op, observation).map_err(Readiness::from);
        }
        Expect::AllMirrorsStopped => {
            let mut running = mirrors_of(op, observation)?
                .values()
                .filter(|row| row.status != MirrorStatus::Stopped);
            running.next().map(|first| Cause::MirrorsRunning {
                half: half(),
                first: first.topic.clone(),
                status: first.status.clone(),
                more: running.count(),
            })
        }
    })
}

fn is_as_planned(op: &Operation, name: &str, fact: Option<&ConfigFact>) -> bool {
    let OperationKind::AlterLink { changes, .. } = &op.kind else {
        return false;
    };
    changes
        .iter()
        .any(|change| change.name == name && reads_back(change, fact) != Some(false))
}

/// Whether a link goes where it should. Ids that an old server leaves out prove nothing.
fn is_to(row: &LinkFact, remote: &RemoteField) -> bool {
    let is = |live: &Option<ClusterId>, wanted| live.as_ref().is_none_or(|id| id == wanted);
    match remote {
        RemoteField::Source(id) => is(&row.source, id),
        RemoteField::Destination(id) => is(&row.destination, id),
        RemoteField::Remote(id) => is(&row.remote, id),
    }
}

/// Whether a link has the configs it would be created with, as far as they are reported.
fn is_set_up(configs: &[(String, ConfigValue)], live: &BTreeMap<String, ConfigFact>) -> bool {
    configs.iter().all(|(name, value)| match value {
        ConfigValue::Text(text) => {
            // Some servers tell only part of what a link was created with.
            !live.contains_key(name) || reads_as(name, Some(text), live.get(name))
        }
        ConfigValue::Secret(_) => true,
    })
}

fn link<'a>(
    op: &Operation,
    observation: &'a Observation,
) -> Result<Option<&'a LinkFact>, Readiness> {
    Ok(known(&observation.links)?.get(&op.half().link))
}

/// The configs of a link that is listed. If they are not found, the link is just appearing or
/// disappearing.
fn link_configs<'a>(
    op: &Operation,
    observation: &'a Observation,
) -> Result<&'a BTreeMap<String, ConfigFact>, Readiness> {
    match observation.configs.get(&op.half().link) {
        Some(reading) => Ok(known(reading)?),
        None => Err(Readiness::NotRead),
    }
}

fn mirrors_of<'a>(
    op: &Operation,
    observation: &'a Observation,
) -> Result<&'a BTreeMap<TopicName, MirrorFact>, Readiness> {
    static NONE: BTreeMap<TopicName, MirrorFact> = BTreeMap::new();
    let link: &LinkName = &op.half().link;
    Ok(known(&observation.mirrors)?.get(link).unwrap_or(&NONE))
}

fn mirror<'a>(
    op: &Operation,
    observation: &'a Observation,
) -> Result<Option<&'a MirrorFact>, Readiness> {
    let Some(topic) = op.address.mirror() else {
        return Ok(None);
    };
    Ok(mirrors_of(op, observation)?.get(topic))
}
