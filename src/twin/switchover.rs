//! Pairs of the Switchover service and their endpoints.

use super::world::{Endpoint, Member, Pair, Switchover};
use crate::api::Recording;
use crate::api::cloud::{SwitchoverEndpoint, SwitchoverPair};
use crate::api::recording::Answer;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// What Confluent Cloud's own API answered, and how much of it a world cannot have: answers, pairs and endpoints.
pub(super) fn of(recording: Option<&Recording>) -> (Switchover, usize) {
    let (rows_of_pairs, mut left_out) = rows::<SwitchoverPair>(recording, "switchover-pairs");
    let pairs: Vec<Pair> = rows_of_pairs.iter().filter_map(pair).collect();
    left_out += rows_of_pairs.len() - pairs.len();
    let (endpoints, unread) = rows::<SwitchoverEndpoint>(recording, "switchover-endpoints");
    left_out += unread + endpoints.len();
    let endpoints = endpoints.into_iter().filter_map(|endpoint| {
        let pair = part(&endpoint.spec.parent_resource_crn, "switchover-pair")?;
        pairs
            .iter()
            .any(|known| known.id == pair)
            .then(|| Endpoint {
                id: endpoint.id.clone(),
                pair: pair.to_owned(),
                phase: endpoint.status.phase.clone(),
            })
    });
    let endpoints: Vec<Endpoint> = endpoints.collect();
    left_out -= endpoints.len();
    (Switchover { endpoints, pairs }, left_out)
}

/// What the answers to a collection list, and how many of them say nothing.
fn rows<T: DeserializeOwned>(recording: Option<&Recording>, collection: &str) -> (Vec<T>, usize) {
    let answers = recording.into_iter().flat_map(|recording| &recording.0);
    let lists = answers.filter(|(call, _)| {
        let path = call.split('?').next().unwrap_or_default();
        path.ends_with(collection)
    });
    let lists = lists.map(|(_, answer)| match answer {
        Answer::Read(read) => Vec::<T>::deserialize(read).ok(),
        Answer::Failed(_) => None,
    });
    let (read, unread): (Vec<_>, Vec<_>) = lists.partition(Option::is_some);
    (read.into_iter().flatten().flatten().collect(), unread.len())
}

/// A part of the name of a resource, such as `env-1` of `environment=env-1`.
fn part<'a>(crn: &'a str, name: &str) -> Option<&'a str> {
    let mut parts = crn.split('/');
    parts.find_map(|part| part.strip_prefix(name)?.strip_prefix('='))
}

fn pair(row: &SwitchoverPair) -> Option<Pair> {
    let members = row.spec.members.iter().map(|member| {
        Some(Member {
            name: member.name.clone(),
            cluster: member.cluster()?.to_owned(),
            environment: part(&member.member_crn, "environment")?.to_owned(),
        })
    });
    let members: Vec<Member> = members.collect::<Option<_>>()?;
    let first = row.spec.members.first()?;
    let failover_type = match row.spec.failover_type.as_str() {
        "PLANNED" => Some("PLANNED"),
        "UNPLANNED" => Some("UNPLANNED"),
        "RESTORE" => Some("RESTORE"),
        _ => None,
    };
    let first_active = row.spec.first_active.clone();
    Some(Pair {
        id: row.id.clone(),
        display_name: row.spec.display_name.clone(),
        environment: members.first()?.environment.clone(),
        organization: part(&first.member_crn, "organization")?.to_owned(),
        active: row.spec.active_member.clone(),
        first_active: (!first_active.is_empty()).then_some(first_active),
        failover_type,
        phase: row.status.phase.clone(),
        members,
    })
}
