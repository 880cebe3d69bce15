//! Topic-config sync: copies the synced configs of every source topic, and its partition count.

use super::outcome::Run;
use crate::catalog::topic::is_synced;
use crate::engine::mirror::follow_partitions;
use crate::engine::position::source_topic;
use crate::engine::principal::reader_permissions;
use crate::state::State;
use crate::state::key::HalfKey;
use crate::state::link::TaskError;
use std::collections::BTreeMap;

pub(super) fn run(state: &mut State, key: &HalfKey) -> Run {
    let Some(half) = state.half(key) else {
        return Run::default();
    };
    let Some(here) = state.clusters.get(&key.cluster) else {
        return Run::default();
    };
    let include = state.sync_include(here, half);
    let may = reader_permissions(state, key);
    let mut outcome = Run::default();
    let mut changes: Vec<(String, BTreeMap<String, String>)> = Vec::new();
    let mut grown = Vec::new();
    for (name, row) in half.mirrors.iter().filter(|(_, row)| row.is_live()) {
        let (Some(source), Some(topic)) = (source_topic(state, half, row), here.topics.get(name))
        else {
            continue;
        };
        if may
            .as_ref()
            .is_some_and(|may| !may.mirrors(&row.source_topic))
        {
            let text = format!(
                "The link may not read topic '{}' and its configs.",
                row.source_topic
            );
            outcome.again = true;
            outcome
                .errors
                .push(TaskError::new("AUTHORIZATION_ERROR", text));
            continue;
        }
        if source.ends.len() > row.fetched.len() {
            grown.push(key.mirror(name));
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
    if let Some(here) = state.clusters.get_mut(&key.cluster) {
        for (name, configs) in changes {
            if let Some(topic) = here.topics.get_mut(&name) {
                topic.configs = configs;
            }
        }
    }
    for mirror in grown {
        follow_partitions(state, &mirror);
    }
    outcome
}
