//! Changes to the world from outside the REST API: producers, consumers, outages, credentials.

use super::{agenda, position, row, turning};
use crate::state::State;
use crate::state::key::{HalfKey, MirrorKey};
use crate::state::link::Task;
use crate::state::topic::spread;
use crate::vocabulary::{LinkPermission, MirrorError, MirrorStatus};
use crate::world::{LinkPrincipal, Records};

/// Writes down where a topic and its mirrors stand, before its rate or end changes.
fn settle(state: &mut State, cluster: &str, topic: &str) -> bool {
    let known = state.topic(cluster, topic);
    if known.is_none_or(|topic| topic.mirror_of.is_some()) {
        return false; // A mirror is read-only for producers.
    }
    position::settle_followers(state, cluster, topic);
    let now = state.now;
    if let Some(data) = state.topic_mut(cluster, topic) {
        data.ends = (0..data.ends.len())
            .map(|partition| data.end(partition, now))
            .collect();
        data.since = now;
    }
    true
}

/// Sets how many records per second are written.
pub(crate) fn set_rate(state: &mut State, cluster: &str, topic: &str, per_second: f64) -> bool {
    let usable = per_second.is_finite() && per_second >= 0.0;
    if !usable || !settle(state, cluster, topic) {
        return false;
    }
    if let Some(data) = state.topic_mut(cluster, topic) {
        data.rate = per_second;
    }
    true
}

/// Writes records at once, spread over the partitions.
pub(crate) fn produce(state: &mut State, cluster: &str, topic: &str, records: u64) -> bool {
    if !settle(state, cluster, topic) {
        return false;
    }
    if let Some(data) = state.topic_mut(cluster, topic) {
        let more = spread(&Records::Total(records), data.ends.len());
        for (end, more) in data.ends.iter_mut().zip(more) {
            *end = end.saturating_add(more);
        }
    }
    agenda::wake_followers(state, cluster, Task::ConsumerOffsetSync);
    true
}

/// Starts or stops a group's consumers. Stopping commits where they are.
pub(crate) fn set_group(
    state: &mut State,
    cluster: &str,
    group: &str,
    topics: &[String],
    active: bool,
) -> bool {
    let Some(owner) = state.clusters.get(cluster) else {
        return false;
    };
    if topics.iter().any(|topic| !owner.topics.contains_key(topic)) {
        return false;
    }
    let mut names: Vec<String> = topics.to_vec();
    if let Some(known) = owner.groups.get(group) {
        names.extend(known.offsets.keys().cloned());
    }
    let was_active = owner.groups.get(group).is_some_and(|group| group.active);
    let ends: Vec<(String, Vec<i64>)> = names
        .into_iter()
        .map(|topic| {
            let partitions = owner.topics.get(&topic).map_or(0, |data| data.ends.len());
            let ends = (0..partitions)
                .map(|index| position::end(state, cluster, &topic, index))
                .collect();
            (topic, ends)
        })
        .collect();
    let Some(owner) = state.clusters.get_mut(cluster) else {
        return false;
    };
    let data = owner.groups.entry(group.to_owned()).or_default();
    for (topic, ends) in ends {
        // Members that run, or ran until now, have committed; others have only subscribed.
        if active || was_active || !data.offsets.contains_key(&topic) {
            data.synced.remove(&topic);
            data.offsets.insert(topic, ends);
        }
    }
    data.active = active;
    agenda::wake_around(state, cluster, Task::ConsumerOffsetSync);
    true
}

/// Cuts a cluster off from the links that read it, or joins it again.
pub(crate) fn set_reachable(state: &mut State, cluster: &str, reachable: bool) -> bool {
    let Some(owner) = state.clusters.get_mut(cluster) else {
        return false;
    };
    owner.reachable = reachable;
    true
}

/// Makes one mirror's source topic reachable or not, while its link is in contact.
pub(crate) fn set_mirror_available(state: &mut State, key: &MirrorKey, available: bool) -> bool {
    let Some(mirror) = state.mirror_mut(key) else {
        return false;
    };
    mirror.unavailable = !available;
    row::refresh(state, key);
    true
}

/// Fails a mirror for good, or takes the failure back.
pub(crate) fn fail_mirror(state: &mut State, key: &MirrorKey, error: MirrorError) -> bool {
    let Some(mirror) = state.mirror_mut(key) else {
        return false;
    };
    if !mirror.is_live() {
        return false;
    }
    mirror.error = error;
    mirror.underway = None;
    mirror.epoch += 1;
    turning::withdraw(state, key);
    position::set_fetching(state, key, false);
    if error == MirrorError::NoError {
        row::set_status(state, key, MirrorStatus::Active);
        row::refresh(state, key);
    } else {
        row::set_status(state, key, MirrorStatus::Failed);
    }
    true
}

/// Puts a link into FAILED, or takes that back.
pub(crate) fn fail_link(state: &mut State, key: &HalfKey, failed: bool) -> bool {
    let Some(half) = state.half_mut(key) else {
        return false;
    };
    half.failed = failed;
    row::refresh_all(state, key);
    true
}

/// Adds a principal that links may use against a cluster.
pub(crate) fn add_principal(
    state: &mut State,
    cluster: &str,
    username: &str,
    password: &str,
) -> bool {
    let Some(owner) = state.clusters.get_mut(cluster) else {
        return false;
    };
    let principals = owner.link_principals.get_or_insert_with(Vec::new);
    principals.retain(|known| known.username != username);
    principals.push(LinkPrincipal {
        username: username.to_owned(),
        password: password.to_owned(),
        may: LinkPermission::ALL.to_vec(),
        principal: None,
    });
    true
}

/// Deletes a principal; links that use it lose contact.
pub(crate) fn remove_principal(state: &mut State, cluster: &str, username: &str) -> bool {
    let Some(owner) = state.clusters.get_mut(cluster) else {
        return false;
    };
    let Some(principals) = &mut owner.link_principals else {
        return false;
    };
    let before = principals.len();
    principals.retain(|known| known.username != username);
    principals.len() < before
}
