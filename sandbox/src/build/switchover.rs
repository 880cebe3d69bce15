//! The switchover pairs of a world file, with every contradiction named.

use super::wrong;
use crate::clock::Millis;
use crate::state::State;
use crate::state::event::Event;
use crate::state::switchover::{Endpoint, EndpointEntry, FailoverType, Member, Pair};
use crate::world::{EndpointSpec, FailoverTypeSpec, PairSpec, WorldError, WorldFile};
use serde_json::json;

/// Adds the pairs and endpoints, and queues the failovers that the file foresees.
pub(super) fn build(state: &mut State, world: &WorldFile) -> Result<(), WorldError> {
    for spec in &world.switchover.pairs {
        let pair = pair(state, spec)?;
        if state
            .switchover
            .pairs
            .insert(spec.id.clone(), pair)
            .is_some()
        {
            return Err(wrong(format!("pair `{}` is there twice", spec.id)));
        }
        for failover in &spec.failovers {
            let event = Event::PairFailover {
                pair: spec.id.clone(),
                kind: failover.kind.into(),
                target: failover.active_member.clone(),
            };
            state.schedule(Millis::from(failover.after_s) * 1000, event);
        }
    }
    for spec in &world.switchover.endpoints {
        let endpoint = endpoint(state, spec)?;
        let endpoints = &mut state.switchover.endpoints;
        if endpoints.insert(spec.id.clone(), endpoint).is_some() {
            return Err(wrong(format!("endpoint `{}` is there twice", spec.id)));
        }
    }
    Ok(())
}

impl From<FailoverTypeSpec> for FailoverType {
    fn from(spec: FailoverTypeSpec) -> FailoverType {
        match spec {
            FailoverTypeSpec::Planned => FailoverType::Planned,
            FailoverTypeSpec::Unplanned => FailoverType::Unplanned,
            FailoverTypeSpec::Restore => FailoverType::Restore,
        }
    }
}

fn pair(state: &State, spec: &PairSpec) -> Result<Pair, WorldError> {
    let id = &spec.id;
    let [one, other] = spec.members.as_slice() else {
        return Err(wrong(format!("pair `{id}` does not have two members")));
    };
    if one.name == other.name || one.cluster == other.cluster {
        return Err(wrong(format!("the members of pair `{id}` are the same")));
    }
    let unknown = spec
        .members
        .iter()
        .find(|member| !state.clusters.contains_key(&member.cluster));
    if let Some(member) = unknown {
        return Err(wrong(format!(
            "pair `{id}` names cluster `{}`: no such cluster",
            member.cluster
        )));
    }
    let first = spec.first_active.as_ref().unwrap_or(&spec.active);
    let failovers = spec.failovers.iter();
    let targets = failovers.filter_map(|failover| failover.active_member.as_ref());
    for name in [&spec.active, first].into_iter().chain(targets) {
        if *name != one.name && *name != other.name {
            return Err(wrong(format!("pair `{id}` has no member `{name}`")));
        }
    }
    let members = spec.members.iter().map(|member| Member {
        name: member.name.clone(),
        crn: format!(
            "crn://confluent.cloud/organization={}/environment={}/cloud-cluster={}",
            spec.organization,
            member.environment.as_ref().unwrap_or(&spec.environment),
            member.cluster
        ),
        cluster: member.cluster.clone(),
    });
    Ok(Pair {
        id: id.clone(),
        organization: spec.organization.clone(),
        environment: spec.environment.clone(),
        display_name: spec.display_name.clone().unwrap_or_else(|| id.clone()),
        members: members.collect(),
        active: spec.active.clone(),
        first_active: first.clone(),
        last: spec.failover_type.map(FailoverType::from),
        phase: spec.phase.clone(),
        conditions: Vec::new(),
        created: state.now,
        updated: state.now,
        epoch: 0,
        underway: None,
    })
}

fn endpoint(state: &State, spec: &EndpointSpec) -> Result<Endpoint, WorldError> {
    let Some(pair) = state.switchover.pairs.get(&spec.pair) else {
        return Err(wrong(format!(
            "endpoint `{}` names pair `{}`: no such pair",
            spec.id, spec.pair
        )));
    };
    let entries = pair.members.iter().map(|member| EndpointEntry {
        name: member.name.clone(),
        filter: json!({ "type": "public" }),
    });
    Ok(Endpoint {
        id: spec.id.clone(),
        pair: spec.pair.clone(),
        display_name: spec.display_name.clone().unwrap_or_else(|| spec.id.clone()),
        entries: entries.collect(),
        phase: spec.phase.clone(),
        created: state.now,
        updated: state.now,
    })
}
