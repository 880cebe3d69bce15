//! reverse-and-start and reverse-and-pause: the topic that holds the mirror becomes the source,
//! and the former source becomes the mirror, with nothing lost.
//!
//! Needs both halves of a bidirectional link. The call goes to the cluster that holds the mirror.

use super::history::all_spans;
use super::principal::{principal_permissions, reader_permissions};
use super::row::{plan_step, refresh, stop};
use super::turning::{away, ends};
use super::verdict::Obstacle;
use crate::clock::Millis;
use crate::state::event::Event;
use crate::state::key::{HalfKey, MirrorKey};
use crate::state::link::{Half, Mirror, Underway};
use crate::state::{Cluster, State};
use crate::switches::{ReverseWithPrefix, ReversedRow, ReversedSourceRow};
use crate::vocabulary::{LinkMode, MirrorStatus};

/// The two halves of a pair and the other cluster, or why no topic can turn on them.
pub(crate) fn pair<'a>(
    state: &'a State,
    home: &HalfKey,
) -> Result<(&'a Half, &'a Cluster, &'a Half), Obstacle> {
    let link = &home.link;
    let Some(half) = state.half(home) else {
        let text = format!("Cluster link '{link}' does not exist.");
        return Err(Obstacle::new(404, "LINK_NOT_FOUND_ERROR", text));
    };
    if half.mode != LinkMode::Bidirectional {
        let text = format!("Cluster link '{link}' is not bidirectional.");
        return Err(Obstacle::new(400, "INVALID_REQUEST_ERROR", text));
    }
    let Some((owner, peer)) = state.peer(home) else {
        let text = format!("Cluster link '{link}' does not exist on the remote cluster.");
        return Err(Obstacle::new(400, "REMOTE_LINK_NOT_FOUND_ERROR", text));
    };
    let may = |remote: &str, half: &Half| {
        let remote = state.clusters.get(remote);
        let may = remote.and_then(|remote| principal_permissions(remote, &half.configs, ""));
        !half.connects() || may.is_none_or(|may| may.mirrors_some() && may.alters_cluster())
    };
    if !may(&owner.id, half) || !may(&home.cluster, peer) {
        return Err(not_authorized());
    }
    Ok((half, owner, peer))
}

fn not_authorized() -> Obstacle {
    Obstacle::new(401, "AUTHORIZATION_ERROR", "Not authorized")
}

/// Whether each half may read the topic that it mirrors now or then.
fn may_mirror(state: &State, home: &HalfKey, here: &str, owner: &Cluster, there: &str) -> bool {
    let away = HalfKey::new(&owner.id, &home.link);
    let may = |key: &HalfKey, topic: &str| {
        reader_permissions(state, key).is_none_or(|may| may.mirrors(topic))
    };
    may(home, there) && may(&away, here)
}

/// Why a mirror cannot be reversed, or `None` if it can.
pub(crate) fn obstacle(state: &State, key: &MirrorKey) -> Option<Obstacle> {
    let MirrorKey { half: home, name } = key;
    let link = &home.link;
    let (half, owner, peer) = match pair(state, home) {
        Ok(found) => found,
        Err(obstacle) => return Some(obstacle),
    };
    if !half.contact.is_up() || !peer.contact.is_up() {
        let text = format!("Cluster link '{link}' is not active on both clusters.");
        return Some(Obstacle::new(400, "INVALID_REQUEST_ERROR", text));
    }
    let prefixed = !half.prefix().is_empty() || !peer.prefix().is_empty();
    if prefixed && state.switches.reverse_with_prefix == ReverseWithPrefix::Refused {
        let text = format!("Topic '{name}' is mirrored by a link with a prefix.");
        return Some(Obstacle::new(400, "INVALID_REQUEST_ERROR", text));
    }
    let source = &half.mirrors.get(name)?.source_topic;
    if !may_mirror(state, home, name, owner, source) {
        return Some(not_authorized());
    }
    match owner.topics.get(source) {
        None => {
            let text = format!("The source of topic '{name}' does not exist.");
            Some(Obstacle::new(400, "UNKNOWN_TOPIC_OR_PARTITION_ERROR", text))
        }
        Some(topic) if topic.mirror_of.is_some() => {
            let text = format!("The source of topic '{name}' is not an ordinary topic.");
            Some(Obstacle::new(400, "INVALID_REQUEST_ERROR", text))
        }
        Some(_) => None,
    }
}

/// The last record is copied: both topics change roles.
pub(crate) fn swap(state: &mut State, key: &MirrorKey, verb: Underway) {
    let now = state.now;
    let MirrorKey { half: home, name } = key;
    let Some(away) = away(state, key) else {
        return;
    };
    let source = away.name.clone();
    let history = all_spans(state, &away.half.cluster, &source);
    stop(state, key);
    let Some(topic) = state.topic(&home.cluster, name) else {
        return;
    };
    let number = topic.number;
    let at_once = state.switches.reversed_source_row == ReversedSourceRow::Active;
    let mut row = Mirror {
        paused: verb == Underway::ReverseAndPause,
        ever_fetched: true,
        ..Mirror::set_up(name, number, ends(state, &home.cluster, name), now)
    };
    if at_once {
        row.underway = None;
        row.status = MirrorStatus::LinkPaused; // left at once: refresh decides for what
    }
    let second = state.switches.reversed_row == ReversedRow::Second;
    let Some(there) = state.clusters.get_mut(&away.half.cluster) else {
        return;
    };
    if let Some(topic) = there.topics.get_mut(&source) {
        topic.mirror_of = Some(home.link.clone());
        topic.rate = 0.0;
        topic.history = history;
    }
    if let Some(peer) = there.halves.get_mut(&home.link) {
        let before = peer.mirrors.insert(source.clone(), row);
        if second {
            peer.former
                .extend(before.map(|before| (source.clone(), before)));
        }
    }
    refresh(state, &away);
    if !at_once {
        let delay = Millis::from(state.timings.mirror_setup_ms);
        plan_step(state, &away, delay);
    }
    let later = Millis::from(state.timings.source_check_ms);
    state.schedule(later, Event::SourceCheck(away));
}
