//! What the Switchover service does over time: it checks new pairs, and drives failovers topic by topic
//! with the verbs of the mirrors.

use super::verb::{self, Verb};
use super::verdict::Verdict;
use super::{agenda, contact};
use crate::clock::Millis;
use crate::state::State;
use crate::state::event::Event;
use crate::state::key::{HalfKey, MirrorKey};
use crate::state::link::Task;
use crate::state::switchover::{Condition, Failover, FailoverType, Member, Pair};
use crate::switches::{
    SwitchoverLink, SwitchoverPrefixes, SwitchoverScope, SwitchoverSeveralLinks,
    SwitchoverSyncConfigs,
};
use crate::vocabulary::{LinkMode, MirrorStatus};

/// Why a failover is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refused {
    /// There is no such pair.
    Missing,
    /// The request cannot be carried out as it is, or not in this phase.
    Conflict(String),
}

/// Queues the next look at a pair and makes earlier ones void.
pub(crate) fn plan_step(state: &mut State, id: &str, delay: Millis) {
    let Some(pair) = state.switchover.pairs.get_mut(id) else {
        return;
    };
    pair.epoch += 1;
    let (pair, epoch) = (id.to_owned(), pair.epoch);
    state.schedule(delay, Event::PairStep { pair, epoch });
}

fn set_phase(state: &mut State, id: &str, phase: &str) {
    let now = state.now;
    if let Some(pair) = state.switchover.pairs.get_mut(id) {
        phase.clone_into(&mut pair.phase);
        pair.updated = now;
        pair.epoch += 1;
    }
}

/// Takes up a pair that was just created.
pub(crate) fn begin(state: &mut State, id: &str) {
    set_phase(state, id, "PROVISIONING");
    let delay = 2 * Millis::from(state.timings.switchover_step_ms);
    plan_step(state, id, delay);
}

/// Sets a phase from outside: whatever was under way is not driven any more.
pub(crate) fn force_phase(state: &mut State, id: &str, phase: &str) -> bool {
    let Some(pair) = state.switchover.pairs.get_mut(id) else {
        return false;
    };
    pair.underway = None;
    set_phase(state, id, phase);
    true
}

/// Lets a pair go; it disappears a little later.
pub(crate) fn delete(state: &mut State, id: &str) {
    set_phase(state, id, "DEPROVISIONING");
    let delay = Millis::from(state.timings.switchover_step_ms);
    plan_step(state, id, delay);
}

/// Takes up an endpoint that was just created.
pub(crate) fn begin_endpoint(state: &mut State, id: &str) {
    let delay = Millis::from(state.timings.switchover_step_ms);
    state.schedule(delay, Event::EndpointReady(id.to_owned()));
}

/// Lets an endpoint go; it disappears a little later.
pub(crate) fn delete_endpoint(state: &mut State, id: &str) {
    let (now, delay) = (state.now, Millis::from(state.timings.switchover_step_ms));
    if let Some(endpoint) = state.switchover.endpoints.get_mut(id) {
        "DEPROVISIONING".clone_into(&mut endpoint.phase);
        endpoint.updated = now;
        state.schedule(delay, Event::EndpointGone(id.to_owned()));
    }
}

/// A new endpoint can be used.
pub(crate) fn endpoint_ready(state: &mut State, id: &str) {
    let now = state.now;
    if let Some(endpoint) = state.switchover.endpoints.get_mut(id)
        && endpoint.phase == "PROVISIONING"
    {
        "READY".clone_into(&mut endpoint.phase);
        endpoint.updated = now;
    }
}

/// A due look at a pair.
pub(crate) fn step(state: &mut State, id: &str, epoch: u64) {
    let Some(pair) = state.switchover.pairs.get(id) else {
        return;
    };
    if pair.epoch != epoch {
        return;
    }
    match (pair.phase.as_str(), &pair.underway) {
        ("PROVISIONING", _) => provision(state, id),
        ("DEPROVISIONING", _) => {
            state.switchover.pairs.remove(id);
        }
        ("UPDATING", Some(_)) => drive(state, id),
        _ => {}
    }
}

/// Whether a due failover of the world file begins.
pub(crate) fn scheduled(state: &mut State, id: &str, kind: FailoverType, target: Option<&str>) {
    // One that cannot begin then does not begin at all.
    drop(fail_over(state, id, kind, target));
}

/// Begins a failover.
pub(crate) fn fail_over(
    state: &mut State,
    id: &str,
    kind: FailoverType,
    target: Option<&str>,
) -> Result<(), Refused> {
    let pair = state.switchover.pairs.get(id).ok_or(Refused::Missing)?;
    let conflict = |text: String| Err(Refused::Conflict(text));
    let needed = match kind {
        FailoverType::Planned | FailoverType::Unplanned => "READY_TO_FAILOVER",
        FailoverType::Restore => "READY_TO_RESTORE",
    };
    if pair.phase != needed {
        let phase = &pair.phase;
        return conflict(format!(
            "A failover of type {} is not possible while the switchover pair is {phase}.",
            kind.name()
        ));
    }
    let target = match (kind, target) {
        (FailoverType::Restore, _) => pair.active.clone(),
        (_, None) => {
            return conflict(format!("active_member is required for {}.", kind.name()));
        }
        (_, Some(name)) if pair.member(name).is_none() => {
            return conflict(format!("{name} is not a member of the switchover pair."));
        }
        (_, Some(name)) if name == pair.active => {
            return conflict(format!("{name} is already the active member."));
        }
        (_, Some(name)) => name.to_owned(),
    };
    let topics = in_scope(state, pair, kind, &target);
    if let Some(pair) = state.switchover.pairs.get_mut(id) {
        pair.underway = Some(Failover {
            kind,
            target,
            topics,
        });
    }
    set_phase(state, id, "UPDATING");
    drive(state, id);
    Ok(())
}

/// The halves of links that join the members, on this member's cluster.
fn halves_of(state: &State, pair: &Pair, member: &Member) -> Vec<HalfKey> {
    let Some(other) = pair.other(&member.name) else {
        return Vec::new();
    };
    let Some(cluster) = state.clusters.get(&member.cluster) else {
        return Vec::new();
    };
    let halves = cluster.halves.values().filter(|half| {
        half.mode == LinkMode::Bidirectional
            && half.remote.as_deref() == Some(other.cluster.as_str())
            && !half.deleting
    });
    halves
        .map(|half| HalfKey::new(&cluster.id, &half.name))
        .filter(|key| state.peer(key).is_some())
        .collect()
}

/// The rows that a failover acts on.
fn in_scope(state: &State, pair: &Pair, kind: FailoverType, target: &str) -> Vec<MirrorKey> {
    let Some(member) = pair.member(target) else {
        return Vec::new();
    };
    let mut rows = Vec::new();
    for half in halves_of(state, pair, member) {
        let Some(found) = state.half(&half) else {
            continue;
        };
        for (name, row) in &found.mirrors {
            let counts = match (kind, state.switches.switchover_scope) {
                (FailoverType::Restore, _) => row.status == MirrorStatus::Stopped,
                (_, SwitchoverScope::LiveMirrors) => row.is_live(),
                (_, SwitchoverScope::ActiveMirrors) => row.status == MirrorStatus::Active,
            };
            if !counts {
                continue;
            }
            rows.push(match (kind, state.peer(&half), pair.other(target)) {
                // The old active member's topic becomes the mirror.
                (FailoverType::Restore, Some(_), Some(other)) => {
                    HalfKey::new(&other.cluster, &half.link).mirror(&row.source_topic)
                }
                _ => half.mirror(name),
            });
        }
    }
    rows
}

/// Goes on with a failover: what is not under way is begun, and it ends when nothing is left.
fn drive(state: &mut State, id: &str) {
    let Some(pair) = state.switchover.pairs.get(id) else {
        return;
    };
    let Some(underway) = pair.underway.clone() else {
        return;
    };
    let verb = match underway.kind {
        FailoverType::Planned => Verb::ReverseAndStart,
        FailoverType::Unplanned => Verb::Failover,
        FailoverType::Restore => Verb::TruncateAndRestore,
    };
    let mut done = 0;
    for key in &underway.topics {
        if is_done(state, key, underway.kind) {
            done += 1;
        } else if verb::judge(state, key, verb) == Verdict::Accepted {
            verb::apply(state, key, verb);
        }
    }
    tell(state, id, &underway, done);
    if done < underway.topics.len() {
        let delay = Millis::from(state.timings.switchover_step_ms);
        return plan_step(state, id, delay);
    }
    finish(state, id, &underway);
}

fn is_done(state: &State, key: &MirrorKey, kind: FailoverType) -> bool {
    let status = state.mirror(key).map(|(_, row)| row.status);
    match kind {
        FailoverType::Unplanned => status == Some(MirrorStatus::Stopped),
        FailoverType::Restore => {
            matches!(status, Some(MirrorStatus::Active | MirrorStatus::Paused))
        }
        FailoverType::Planned => {
            let live = |source: &str| {
                let (owner, _) = state.peer(&key.half)?;
                let away = HalfKey::new(&owner.id, &key.half.link).mirror(source);
                let (_, row) = state.mirror(&away)?;
                Some(matches!(
                    row.status,
                    MirrorStatus::Active | MirrorStatus::Paused
                ))
            };
            state.mirror(key).is_some_and(|(_, row)| {
                row.status == MirrorStatus::Stopped && live(&row.source_topic) == Some(true)
            })
        }
    }
}

/// Says of the members how far a failover is.
fn tell(state: &mut State, id: &str, underway: &Failover, done: usize) {
    let all = underway.topics.len();
    let is_over = done == all;
    let Some(pair) = state.switchover.pairs.get_mut(id) else {
        return;
    };
    let kind = underway.kind.condition();
    for member in pair.members.iter().map(|member| member.name.clone()) {
        let condition = Condition {
            member,
            kind: kind.to_owned(),
            status: (if is_over { "True" } else { "False" }).to_owned(),
            reason: (if is_over {
                "AllTopicsTransitioned"
            } else {
                "TopicsTransitioning"
            })
            .to_owned(),
            message: format!("{done}/{all} topics completed"),
        };
        set_condition(&mut pair.conditions, condition);
    }
}

fn set_condition(all: &mut Vec<Condition>, condition: Condition) {
    all.retain(|known| known.member != condition.member || known.kind != condition.kind);
    all.push(condition);
}

fn finish(state: &mut State, id: &str, underway: &Failover) {
    let Some(pair) = state.switchover.pairs.get_mut(id) else {
        return;
    };
    pair.active.clone_from(&underway.target);
    pair.last = Some(underway.kind);
    pair.underway = None;
    let pair = pair.clone();
    let phase = match underway.kind {
        FailoverType::Planned | FailoverType::Restore => "READY_TO_FAILOVER",
        FailoverType::Unplanned => "READY_TO_RESTORE",
    };
    set_phase(state, id, phase);
    if state.switches.switchover_sync_configs == SwitchoverSyncConfigs::Kept {
        return;
    }
    let members = pair.members.iter();
    let halves: Vec<HalfKey> = members
        .flat_map(|member| halves_of(state, &pair, member))
        .collect();
    for half in halves {
        for (task, name) in [
            (Task::ConsumerOffsetSync, "consumer.offset.sync.enable"),
            (Task::AclSync, "acl.sync.enable"),
        ] {
            if let Some(found) = state.half_mut(&half).filter(|found| found.flag(name)) {
                found.configs.insert(name.to_owned(), "false".to_owned());
                agenda::restart(state, &half, task);
            }
        }
    }
}

/// Checks a new pair, and makes its link where servers do.
fn provision(state: &mut State, id: &str) {
    let Some(pair) = state.switchover.pairs.get(id).cloned() else {
        return;
    };
    let joined = pair
        .members
        .iter()
        .any(|member| !halves_of(state, &pair, member).is_empty());
    if !joined && state.switches.switchover_link == SwitchoverLink::Created {
        super::switchover_link::create(state, &pair);
    }
    let problem = problem(state, &pair);
    let Some(found) = state.switchover.pairs.get_mut(id) else {
        return;
    };
    for member in &pair.members {
        let (status, reason, message) = match &problem {
            None => ("True", "ValidationSucceeded", "validation complete"),
            Some(problem) => ("False", "ValidationFailed", problem.as_str()),
        };
        let condition = Condition {
            member: member.name.clone(),
            kind: "ResourceValidationComplete".to_owned(),
            status: status.to_owned(),
            reason: reason.to_owned(),
            message: message.to_owned(),
        };
        set_condition(&mut found.conditions, condition);
    }
    let phase = match problem {
        None => "READY_TO_FAILOVER",
        Some(_) => "FAILED",
    };
    set_phase(state, id, phase);
    contact::refresh_all(state);
}

/// Why a new pair cannot be used, if it cannot.
fn problem(state: &State, pair: &Pair) -> Option<String> {
    let missing = pair
        .members
        .iter()
        .find(|member| !state.clusters.contains_key(&member.cluster));
    if let Some(member) = missing {
        return Some(format!("cluster {} does not exist", member.cluster));
    }
    let [one, other] = pair.members.as_slice() else {
        return Some("a pair has two members".to_owned());
    };
    if one.cluster == other.cluster {
        return Some("both members are the same cluster".to_owned());
    }
    let passive = pair.other(&pair.active)?;
    let halves = halves_of(state, pair, passive);
    if halves.is_empty() {
        return Some("no bidirectional cluster link joins the members".to_owned());
    }
    if halves.len() > 1
        && state.switches.switchover_several_links == SwitchoverSeveralLinks::Refused
    {
        return Some("more than one cluster link joins the members".to_owned());
    }
    for key in halves {
        let (half, (owner, peer)) = (state.half(&key)?, state.peer(&key)?);
        let prefixed = !half.prefix().is_empty() || !peer.prefix().is_empty();
        if prefixed && state.switches.switchover_prefixes == SwitchoverPrefixes::Refused {
            return Some("the cluster link has a prefix".to_owned());
        }
        for row in half.mirrors.values().filter(|row| row.is_live()) {
            let source = owner.topics.get(&row.source_topic);
            if source.is_none_or(|topic| topic.mirror_of.is_some()) {
                return Some("topic is not writeable".to_owned());
            }
            if matches!(row.status, MirrorStatus::Failed | MirrorStatus::LinkFailed) {
                return Some("topic is not mirrored".to_owned());
            }
        }
    }
    None
}
