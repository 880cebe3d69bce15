//! How far a mirror has copied: computed from rates when asked, never ticked.
//!
//! A fetching mirror advances to its source's end at `timings.fetch_records_per_s` per partition.
//! A source that is being written to stays ahead by what arrives within
//! `timings.fetch_latency_ms`, so its lag never settles at 0; a quiet one is caught up with.

use crate::clock::Millis;
use crate::state::State;
use crate::state::key::MirrorKey;
use crate::state::link::{Half, Mirror};
use crate::state::topic::Topic;

/// Chains of mirrors longer than this are cut off. Real chains have two or three links.
const DEEPEST_CHAIN: u8 = 8;

/// The position of one partition of a mirror.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    /// Next offset to fetch.
    pub(crate) fetched: i64,
    /// End of the source partition, as far as known.
    pub(crate) end: i64,
}

impl Position {
    pub(crate) fn lag(self) -> i64 {
        (self.end - self.fetched).max(0)
    }
}

/// The topic a mirror copies from, if it exists and the source cluster is known.
pub(crate) fn source_topic<'a>(
    state: &'a State,
    half: &Half,
    mirror: &Mirror,
) -> Option<&'a Topic> {
    state
        .clusters
        .get(half.remote.as_deref()?)?
        .topics
        .get(&mirror.source_topic)
}

/// End offset of one partition of any topic, ordinary or mirrored.
pub(crate) fn end(state: &State, cluster: &str, topic: &str, partition: usize) -> i64 {
    end_at_depth(state, cluster, topic, partition, 0)
}

fn end_at_depth(state: &State, cluster: &str, topic: &str, partition: usize, depth: u8) -> i64 {
    let Some(owner) = state.clusters.get(cluster) else {
        return 0;
    };
    let Some(data) = owner.topics.get(topic) else {
        return 0;
    };
    let mirrored = data.mirror_of.as_ref().and_then(|link| {
        let half = owner.halves.get(link)?;
        Some((half, half.mirrors.get(topic)?))
    });
    match mirrored {
        Some((half, mirror)) if depth < DEEPEST_CHAIN => {
            position_at_depth(state, half, mirror, partition, depth + 1).fetched
        }
        _ => data.end(partition, state.now),
    }
}

/// Position of one partition.
pub(crate) fn position(state: &State, half: &Half, mirror: &Mirror, partition: usize) -> Position {
    position_at_depth(state, half, mirror, partition, 0)
}

fn position_at_depth(
    state: &State,
    half: &Half,
    mirror: &Mirror,
    partition: usize,
    depth: u8,
) -> Position {
    let fetched = mirror.fetched.get(partition).copied().unwrap_or(0);
    let seen = mirror.seen_end.get(partition).copied().unwrap_or(fetched);
    let stale = Position {
        fetched,
        end: seen.max(fetched),
    };
    if !mirror.fetching {
        return stale;
    }
    let (Some(remote), Some(source)) = (half.remote.as_deref(), source_topic(state, half, mirror))
    else {
        return stale;
    };
    if partition >= source.ends.len() {
        return stale;
    }
    let end = end_at_depth(state, remote, &mirror.source_topic, partition, depth);
    let trail = if source.mirror_of.is_some() || source.rate <= 0.0 {
        0
    } else {
        let latency = f64::from(state.timings.fetch_latency_ms) / 1000.0;
        (source.partition_rate() * latency).ceil() as i64
    };
    let elapsed = (state.now - mirror.since).max(0);
    let copied = match mirror.copies_per_s {
        None => elapsed.saturating_mul(Millis::from(state.timings.fetch_records_per_s)) / 1000,
        Some(rate) => {
            let of_partition = rate / mirror.fetched.len().max(1) as f64;
            (of_partition * elapsed as f64 / 1000.0) as i64
        }
    };
    let reach = fetched
        .saturating_add(copied)
        .min(end.saturating_sub(trail));
    Position {
        fetched: reach.max(fetched),
        end: end.max(fetched),
    }
}

/// Positions of all partitions.
pub(crate) fn positions(state: &State, half: &Half, mirror: &Mirror) -> Vec<Position> {
    (0..mirror.fetched.len())
        .map(|index| position(state, half, mirror, index))
        .collect()
}

/// Whether the mirror has everything and nothing more is coming.
pub(crate) fn is_caught_up(state: &State, half: &Half, mirror: &Mirror) -> bool {
    let quiet = source_topic(state, half, mirror).is_some_and(|topic| topic.rate <= 0.0);
    quiet
        && positions(state, half, mirror)
            .iter()
            .all(|position| position.lag() == 0)
}

/// Writes the current position down and starts or stops fetching from there.
pub(crate) fn set_fetching(state: &mut State, key: &MirrorKey, fetching: bool) {
    let now = state.now;
    let Some((half, row)) = state.mirror(key) else {
        return;
    };
    let places = positions(state, half, row);
    let Some(row) = state.mirror_mut(key) else {
        return;
    };
    row.fetched = places.iter().map(|place| place.fetched).collect();
    row.seen_end = places.iter().map(|place| place.end).collect();
    row.since = now;
    row.fetching = fetching;
    row.ever_fetched |= fetching;
}

/// Writes down the position of every mirror that copies a topic, before the topic's rate or end
/// changes.
pub(crate) fn settle_followers(state: &mut State, source: &str, topic: &str) {
    for key in state.followers(source) {
        let Some(half) = state.half(&key) else {
            continue;
        };
        let fetching: Vec<MirrorKey> = half
            .mirrors
            .iter()
            .filter(|(_, mirror)| mirror.source_topic == topic && mirror.fetching)
            .map(|(name, _)| key.mirror(name))
            .collect();
        for mirror in fetching {
            set_fetching(state, &mirror, true);
        }
    }
}
