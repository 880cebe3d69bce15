//! Topic-config sync: copies the synced configs of every source topic, and its partition count.

use super::Run;
use crate::catalog::topic::is_synced;
use crate::engine::mirror::follow_partitions;
use crate::engine::position::source_topic;
use crate::state::State;
use std::collections::BTreeMap;

pub(super) fn run(state: &mut State, cluster: &str, link: &str) -> Run {
    let Some(half) = state.half(cluster, link) else {
        return Run::default();
    };
    let Some(here) = state.clusters.get(cluster) else {
        return Run::default();
    };
    let include = state.sync_include(here, half);
    let mut changes: Vec<(String, BTreeMap<String, String>)> = Vec::new();
    let mut grown = Vec::new();
    for (name, row) in half.mirrors.iter().filter(|(_, row)| row.is_live()) {
        let (Some(source), Some(topic)) = (source_topic(state, half, row), here.topics.get(name))
        else {
            continue;
        };
        if source.ends.len() > row.fetched.len() {
            grown.push(name.clone());
        }
        let synced = |(key, _): &(&String, &String)| is_synced(key, include);
        let kept = topic
            .configs
            .iter()
            .filter(|(key, _)| !is_synced(key, include));
        let wanted: BTreeMap<String, String> = source
            .configs
            .iter()
            .filter(synced)
            .chain(kept)
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        if wanted != topic.configs {
            changes.push((name.clone(), wanted));
        }
    }
    if let Some(here) = state.clusters.get_mut(cluster) {
        for (name, configs) in changes {
            if let Some(topic) = here.topics.get_mut(&name) {
                topic.configs = configs;
            }
        }
    }
    for name in grown {
        follow_partitions(state, cluster, link, &name);
    }
    Run::default()
}
