//! Which records a log holds, and which of them exist nowhere else.

use super::position::{end, position};
use crate::state::State;
use crate::state::history::{Span, Spans, clip, open, without};
use crate::state::key::MirrorKey;
use crate::state::link::{Half, Mirror};
use crate::state::topic::Topic;

/// Chains of mirrors longer than this are cut off.
const DEEPEST_CHAIN: u8 = 8;

/// The row whose mirror a topic is.
fn row_of<'a>(state: &'a State, cluster: &str, name: &str) -> Option<(&'a Half, &'a Mirror)> {
    let owner = state.clusters.get(cluster)?;
    let link = owner.topics.get(name)?.mirror_of.as_deref()?;
    let half = owner.halves.get(link)?;
    Some((half, half.mirrors.get(name)?))
}

fn own(topic: &Topic, partition: usize, mirrored: bool) -> Spans {
    match topic.history.get(partition) {
        Some(spans) => spans.clone(),
        None if mirrored => Vec::new(),
        None => vec![open(topic.number, 0)],
    }
}

fn spans_at(state: &State, cluster: &str, name: &str, partition: usize, depth: u8) -> Spans {
    let Some(topic) = state.topic(cluster, name) else {
        return Vec::new();
    };
    let Some((half, row)) = row_of(state, cluster, name) else {
        let end = topic.end(partition, state.now);
        return clip(&own(topic, partition, false), 0, end);
    };
    let joined = row.joined.get(partition).copied().unwrap_or(0);
    let fetched = position(state, half, row, partition).fetched;
    let mut spans = clip(&own(topic, partition, true), 0, joined.min(fetched));
    if depth < DEEPEST_CHAIN
        && let Some(remote) = half.remote.as_deref()
    {
        let source = spans_at(state, remote, &row.source_topic, partition, depth + 1);
        spans.extend(clip(&source, joined, fetched));
    }
    spans
}

/// The records in the log of one partition.
pub(crate) fn spans(state: &State, cluster: &str, name: &str, partition: usize) -> Spans {
    spans_at(state, cluster, name, partition, 0)
}

/// The records of all partitions, before the topic changes its role.
pub(crate) fn all_spans(state: &State, cluster: &str, name: &str) -> Vec<Spans> {
    let partitions = state.topic(cluster, name).map_or(0, |topic| {
        let row = row_of(state, cluster, name);
        row.map_or(topic.ends.len(), |(_, row)| row.fetched.len())
    });
    (0..partitions)
        .map(|partition| spans(state, cluster, name, partition))
        .collect()
}

/// Writes down what the mirrors of a topic hold, before that topic is cut or deleted.
pub(crate) fn freeze_followers(state: &mut State, source: &str, topic: &str) {
    for half in state.followers(source) {
        let names: Vec<MirrorKey> = state
            .half(&half)
            .into_iter()
            .flat_map(|half| &half.mirrors)
            .filter(|(_, row)| row.source_topic == topic && row.is_live())
            .map(|(name, _)| half.mirror(name))
            .collect();
        for key in names {
            freeze(state, &key);
        }
    }
}

fn freeze(state: &mut State, key: &MirrorKey) {
    let history = all_spans(state, &key.half.cluster, &key.name);
    let Some((half, row)) = state.mirror(key) else {
        return;
    };
    let joined: Vec<i64> = (0..row.fetched.len())
        .map(|partition| position(state, half, row, partition).fetched)
        .collect();
    if let Some(row) = state.mirror_mut(key) {
        row.joined = joined;
    }
    if let Some(topic) = state.topic_mut(&key.half.cluster, &key.name) {
        topic.history = history;
    }
}

/// The records from an offset to the end of a partition that no other topic holds.
pub(crate) fn nowhere_else(
    state: &State,
    cluster: &str,
    name: &str,
    partition: usize,
    from: i64,
) -> Vec<Span> {
    let to = end(state, cluster, name, partition);
    let mut left = clip(&spans(state, cluster, name, partition), from, to);
    for owner in state.clusters.values() {
        for other in owner.topics.keys() {
            // A mirror is called as its source, with or without a prefix.
            let related = other.ends_with(name) || name.ends_with(other.as_str());
            let itself = owner.id == cluster && other == name;
            if left.is_empty() {
                return left;
            }
            if related && !itself {
                left = without(&left, &spans(state, &owner.id, other, partition));
            }
        }
    }
    left
}
