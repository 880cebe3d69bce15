//! The link that the Switchover service makes for a pair that none joins, where servers do.

use super::mirror::{self, Origin};
use super::{agenda, contact};
use crate::state::State;
use crate::state::key::HalfKey;
use crate::state::link::Half;
use crate::state::switchover::{Member, Pair};
use crate::vocabulary::{ConnectionMode, LinkMode};
use std::collections::BTreeMap;

/// Makes both halves, and a mirror on the passive side of every topic that the active side has.
pub(super) fn create(state: &mut State, pair: &Pair) {
    let [one, other] = pair.members.as_slice() else {
        return;
    };
    let both = [one, other].map(|member| state.clusters.get(&member.cluster));
    if both.iter().any(Option::is_none) {
        return;
    }
    let name = format!("switchover-{}", pair.id);
    let link_id = state.random.link_id();
    for (home, remote) in [(one, other), (other, one)] {
        let half = half(state, &name, &link_id, remote);
        if let Some(cluster) = state.clusters.get_mut(&home.cluster) {
            cluster.halves.insert(name.clone(), half);
        }
    }
    contact::refresh_all(state);
    let (Some(active), Some(passive)) = (pair.member(&pair.active), pair.other(&pair.active))
    else {
        return;
    };
    let topics = state.clusters.get(&active.cluster).map(|cluster| {
        let ordinary = cluster.topics.iter();
        let ordinary = ordinary.filter(|(_, topic)| topic.mirror_of.is_none());
        ordinary
            .map(|(topic, _)| topic.clone())
            .collect::<Vec<String>>()
    });
    let home = HalfKey::new(&passive.cluster, &name);
    for topic in topics.unwrap_or_default() {
        if state.topic(&passive.cluster, &topic).is_none() {
            let key = home.mirror(&topic);
            mirror::add(state, &key, &topic, BTreeMap::new(), Origin::Created);
        }
    }
    for member in [one, other] {
        agenda::wake_all(state, &HalfKey::new(&member.cluster, &name));
    }
}

fn half(state: &State, name: &str, link_id: &str, remote: &Member) -> Half {
    let now = state.now;
    let cluster = state.clusters.get(&remote.cluster);
    let mut configs = BTreeMap::from([
        ("link.mode".to_owned(), "BIDIRECTIONAL".to_owned()),
        ("connection.mode".to_owned(), "OUTBOUND".to_owned()),
    ]);
    if let Some(cluster) = cluster {
        configs.insert("bootstrap.servers".to_owned(), cluster.bootstrap.clone());
        let principals = cluster.link_principals.iter().flatten();
        // The service authenticates by itself; here, as one that may.
        if let Some(known) = principals.into_iter().next() {
            let line = format!(
                "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"{}\" password=\"{}\";",
                known.username, known.password
            );
            configs.insert("sasl.jaas.config".to_owned(), line);
        }
    }
    Half {
        remote: Some(remote.cluster.clone()),
        configs,
        ..Half::new(
            name,
            link_id,
            (LinkMode::Bidirectional, ConnectionMode::Outbound),
            now,
        )
    }
}
