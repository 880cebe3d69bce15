//! reverse-and-start and reverse-and-pause: the topic that holds the mirror becomes the source,
//! and the former source becomes the mirror, with nothing lost.
//!
//! Needs both halves of a bidirectional link. The call goes to the cluster that holds the mirror.

use super::position::end;
use super::row::{plan_step, refresh, stop};
use crate::clock::Millis;
use crate::state::State;
use crate::state::event::Event;
use crate::state::key::{HalfKey, MirrorKey};
use crate::state::link::{Mirror, Underway};
use crate::switches::{ReverseWithPrefix, ReversedRow};
use crate::vocabulary::LinkMode;

/// Why a mirror cannot be reversed, or `None` if it can.
pub(crate) fn obstacle(state: &State, key: &MirrorKey) -> Option<String> {
    let MirrorKey { half: home, name } = key;
    let link = &home.link;
    let half = state.half(home)?;
    if half.mode != LinkMode::Bidirectional {
        return Some(format!("Cluster link '{link}' is not bidirectional."));
    }
    let Some((owner, peer)) = state.peer(home) else {
        return Some(format!(
            "Cluster link '{link}' does not exist on the remote cluster."
        ));
    };
    if !half.contact.is_up() || !peer.contact.is_up() {
        return Some(format!(
            "Cluster link '{link}' is not active on both clusters."
        ));
    }
    let prefixed = !half.prefix().is_empty() || !peer.prefix().is_empty();
    if prefixed && state.switches.reverse_with_prefix == ReverseWithPrefix::Refused {
        return Some(format!(
            "Topic '{name}' is mirrored by a link with a prefix."
        ));
    }
    let source = &half.mirrors.get(name)?.source_topic;
    if owner
        .topics
        .get(source)
        .is_none_or(|topic| topic.mirror_of.is_some())
    {
        return Some(format!(
            "The source of topic '{name}' is not an ordinary topic."
        ));
    }
    None
}

/// The last record is copied: both topics change roles.
pub(crate) fn swap(state: &mut State, key: &MirrorKey, verb: Underway) {
    let now = state.now;
    let MirrorKey { half: home, name } = key;
    let Some((_, mirror)) = state.mirror(key) else {
        return;
    };
    let source = mirror.source_topic.clone();
    let Some((owner, _)) = state.peer(home) else {
        return;
    };
    let away = HalfKey::new(&owner.id, &home.link).mirror(&source);
    stop(state, key);
    let Some(topic) = state.topic(&home.cluster, name) else {
        return;
    };
    let (number, partitions) = (topic.number, topic.ends.len());
    let ends: Vec<i64> = (0..partitions)
        .map(|index| end(state, &home.cluster, name, index))
        .collect();
    let paused = verb == Underway::ReverseAndPause;
    let row = Mirror {
        paused,
        ever_fetched: true,
        ..Mirror::set_up(name, number, ends, now)
    };
    let second = state.switches.reversed_row == ReversedRow::Second;
    let Some(there) = state.clusters.get_mut(&away.half.cluster) else {
        return;
    };
    if let Some(topic) = there.topics.get_mut(&source) {
        topic.mirror_of = Some(home.link.clone());
        topic.rate = 0.0;
    }
    if let Some(peer) = there.halves.get_mut(&home.link) {
        let before = peer.mirrors.insert(source.clone(), row);
        if second {
            peer.former
                .extend(before.map(|before| (source.clone(), before)));
        }
    }
    refresh(state, &away);
    let delay = Millis::from(state.timings.mirror_setup_ms);
    plan_step(state, &away, delay);
    let later = Millis::from(state.timings.source_check_ms);
    state.schedule(later, Event::SourceCheck(away));
}
