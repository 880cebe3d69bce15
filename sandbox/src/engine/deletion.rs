//! Topics and links that go away, and what goes with them.

use super::contact;
use super::history::freeze_followers;
use super::mirror::source_changed;
use super::row::stop;
use super::turning::take_down;
use crate::clock::Millis;
use crate::harm::HarmKind;
use crate::state::event::Event;
use crate::state::key::{HalfKey, MirrorKey};
use crate::state::{DeletedHalfRow, State};
use crate::switches::RemnantRows;
use crate::vocabulary::{ClusterKind, ConnectionMode, LinkMode, MirrorStatus};

/// A topic's delete was accepted.
pub(crate) fn delete_topic(state: &mut State, cluster: &str, topic: &str) {
    let stopped = state
        .clusters
        .get(cluster)
        .into_iter()
        .flat_map(|owner| owner.halves.values())
        .find(|half| {
            half.mirrors
                .get(topic)
                .is_some_and(|row| row.status == MirrorStatus::Stopped)
        });
    if let Some(half) = stopped {
        let text = format!(
            "Topic '{topic}' was deleted after its mirror on link '{}' had stopped: it was an \
             ordinary topic with data of its own.",
            half.name
        );
        state.harm(HarmKind::StoppedTopicDeleted, cluster, topic, text);
    }
    let live = state.clusters.get(cluster).and_then(|owner| {
        let link = owner.topics.get(topic)?.mirror_of.as_deref()?;
        let row = owner.halves.get(link)?.mirrors.get(topic)?;
        (row.is_live() && row.status != MirrorStatus::Failed).then(|| (link.to_owned(), row.status))
    });
    if let Some((link, status)) = live {
        let text = format!(
            "Topic '{topic}' was deleted while it was a mirror on link '{link}', {}: what it had \
             copied is gone.",
            status.name()
        );
        state.harm(HarmKind::MirrorTopicDeleted, cluster, topic, text);
    }
    let delay = Millis::from(state.timings.topic_delete_ms);
    if let Some(data) = state.topic_mut(cluster, topic) {
        data.deleting = true;
    }
    let event = Event::TopicGone {
        cluster: cluster.to_owned(),
        topic: topic.to_owned(),
    };
    state.schedule(delay, event);
}

/// The topic is gone, and with it any mirror row of that name.
pub(crate) fn topic_gone(state: &mut State, cluster: &str, topic: &str) {
    if state
        .topic(cluster, topic)
        .is_none_or(|data| !data.deleting)
    {
        return;
    }
    freeze_followers(state, cluster, topic);
    let Some(owner) = state.clusters.get_mut(cluster) else {
        return;
    };
    owner.topics.remove(topic);
    for half in owner.halves.values_mut() {
        half.mirrors.remove(topic);
    }
    for group in owner.groups.values_mut() {
        group.offsets.remove(topic);
    }
    source_changed(state, cluster, topic);
}

/// A link's delete was accepted. Records the harms it does.
pub(crate) fn delete_link(state: &mut State, key: &HalfKey) {
    let Some(half) = state.half(key) else {
        return;
    };
    let pending: Vec<&str> = half
        .mirrors
        .iter()
        .filter(|(_, row)| row.status == MirrorStatus::PendingStopped)
        .map(|(name, _)| name.as_str())
        .collect();
    let unread: Vec<&str> = half
        .mirrors
        .iter()
        .filter(|(_, row)| row.status == MirrorStatus::Stopped)
        .filter(|(_, row)| !row.history_read && half.listed_at.is_none_or(|at| at < row.state_time))
        .map(|(name, _)| name.as_str())
        .collect();
    let live: Vec<MirrorKey> = half
        .mirrors
        .iter()
        .filter(|(_, row)| row.is_live() && row.status != MirrorStatus::PendingStopped)
        .map(|(name, _)| key.mirror(name))
        .collect();
    let mut found = Vec::new();
    if !pending.is_empty() {
        let text = format!(
            "The link was deleted while PENDING_STOPPED: {}.",
            pending.join(", ")
        );
        found.push((HarmKind::LinkDeletedWhilePendingStopped, text));
    }
    if !unread.is_empty() {
        let text = format!(
            "The link was deleted and no one had read these mirrors after they stopped: {}.",
            unread.join(", ")
        );
        found.push((HarmKind::HistoryLost, text));
    }
    if !live.is_empty() {
        let names: Vec<&str> = live.iter().map(|mirror| mirror.name.as_str()).collect();
        let text = format!(
            "The link was deleted with force under: {}.",
            names.join(", ")
        );
        found.push((HarmKind::MirrorsDetachedByForce, text));
    }
    for (kind, text) in found {
        state.harm(kind, &key.cluster, &key.link, text);
    }
    for mirror in live {
        stop(state, &mirror);
    }
    if let Some(half) = state.half_mut(key) {
        half.deleting = true;
    }
    let delay = Millis::from(state.timings.link_delete_ms);
    state.schedule(delay, Event::LinkGone(key.clone()));
}

/// The link is gone. A mirror that was still pending is left with what it had copied.
pub(crate) fn link_gone(state: &mut State, key: &HalfKey) {
    let HalfKey { cluster, link } = key;
    let shows_remnants = match state.switches.remnant_rows {
        RemnantRows::Never => false,
        RemnantRows::Always => true,
        RemnantRows::Platform => state
            .clusters
            .get(cluster)
            .is_some_and(|owner| owner.kind == ClusterKind::ConfluentPlatform),
    };
    let peer = state.half(key).and_then(|half| {
        let remote = state.clusters.get(half.remote.as_deref()?)?;
        let peer = remote.halves.get(link)?;
        (peer.cluster_link_id == half.cluster_link_id).then(|| DeletedHalfRow {
            link: link.clone(),
            cluster_link_id: half.cluster_link_id.clone(),
            remote: remote.id.clone(),
        })
    });
    let pending: Vec<MirrorKey> = state
        .half(key)
        .into_iter()
        .flat_map(|half| &half.mirrors)
        .filter(|(_, row)| row.is_live())
        .map(|(name, _)| key.mirror(name))
        .collect();
    for mirror in pending {
        if !take_down(state, &mirror) {
            stop(state, &mirror);
        }
    }
    let Some(owner) = state.clusters.get_mut(cluster) else {
        return;
    };
    let Some(half) = owner.halves.remove(link) else {
        return;
    };
    let two_halves = half.mode == LinkMode::Source || half.connection == ConnectionMode::Inbound;
    if two_halves
        && shows_remnants
        && let Some(deleted_half_row) = peer
    {
        owner.deleted_half_rows.push(deleted_half_row);
    }
    // The other side's row of this pair goes once both halves are gone.
    for other in state.clusters.values_mut() {
        other.deleted_half_rows.retain(|deleted_half_row| {
            !(deleted_half_row.cluster_link_id == half.cluster_link_id
                && deleted_half_row.remote == *cluster)
        });
    }
    contact::refresh_all(state);
}
