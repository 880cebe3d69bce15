//! reverse-and-start and reverse-and-pause: the topic that holds the mirror becomes the source,
//! and the former source becomes the mirror, with nothing lost.
//!
//! Needs both halves of a bidirectional link. The call goes to the cluster that holds the mirror.

use super::Event;
use super::mirror::{refresh, stop};
use super::position::end;
use super::schedule;
use crate::clock::Millis;
use crate::state::State;
use crate::state::link::{Mirror, Underway};
use crate::vocabulary::LinkMode;
use crate::world::switches::{ReverseWithPrefix, ReversedRow};

/// Why a mirror cannot be reversed, or `None` if it can.
pub(crate) fn obstacle(state: &State, cluster: &str, link: &str, name: &str) -> Option<String> {
    let half = state.half(cluster, link)?;
    if half.mode != LinkMode::Bidirectional {
        return Some(format!("Cluster link '{link}' is not bidirectional."));
    }
    let Some((owner, peer)) = state.peer(cluster, link) else {
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
pub(crate) fn swap(state: &mut State, cluster: &str, link: &str, name: &str, verb: Underway) {
    let now = state.now;
    let Some(half) = state.half(cluster, link) else {
        return;
    };
    let Some(mirror) = half.mirrors.get(name) else {
        return;
    };
    let source = mirror.source_topic.clone();
    let Some((owner, _)) = state.peer(cluster, link) else {
        return;
    };
    let remote = owner.id.clone();
    stop(state, cluster, link, name);
    let Some(topic) = state
        .clusters
        .get(cluster)
        .and_then(|here| here.topics.get(name))
    else {
        return;
    };
    let (number, partitions) = (topic.number, topic.ends.len());
    let ends: Vec<i64> = (0..partitions)
        .map(|index| end(state, cluster, name, index))
        .collect();
    let paused = verb == Underway::ReverseAndPause;
    let row = Mirror {
        paused,
        ever_fetched: true,
        ..Mirror::set_up(name, number, ends, now)
    };
    let second = state.switches.reversed_row == ReversedRow::Second;
    let Some(there) = state.clusters.get_mut(&remote) else {
        return;
    };
    if let Some(topic) = there.topics.get_mut(&source) {
        topic.mirror_of = Some(link.to_owned());
        topic.rate = 0.0;
    }
    if let Some(peer) = there.halves.get_mut(link) {
        let before = peer.mirrors.insert(source.clone(), row);
        if second {
            peer.former
                .extend(before.map(|before| (source.clone(), before)));
        }
    }
    refresh(state, &remote, link, &source);
    let delay = Millis::from(state.timings.mirror_setup_ms);
    super::mirror::plan_step(state, &remote, link, &source, delay);
    let check = Event::SourceCheck {
        cluster: remote,
        link: link.to_owned(),
        mirror: source,
    };
    let later = Millis::from(state.timings.source_check_ms);
    schedule(state, later, check);
}
