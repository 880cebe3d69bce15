//! Creating mirror topics.

use super::Call;
use super::error::ApiError;
use super::link_create::{ConfigData, created, resolvable};
use super::reply::Reply;
use super::topic_rules::{check_config, check_replication, check_topic_name};
use crate::acls::{Operation, Resource};
use crate::catalog::topic::{self, is_synced};
use crate::engine::mirror::{Origin, add};
use crate::engine::principal::reader_permissions;
use crate::engine::reach::problem;
use crate::state::State;
use crate::switches::{MirrorNameWithPrefix, MirrorWithoutPeer, SyncedMirrorConfig};
use crate::vocabulary::LinkMode;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    source_topic_name: String,
    #[serde(default)]
    mirror_topic_name: Option<String>,
    #[serde(default)]
    replication_factor: Option<i32>,
    #[serde(default)]
    configs: Vec<ConfigData>,
}

/// `POST /links/{link}/mirrors`.
pub(crate) fn create(state: &mut State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let key = call.half();
    let link = &key.link;
    let half = resolvable(state, call, link)?;
    let body: Body = call.json()?;
    let cluster = call.cluster(state)?;
    if half.mode == LinkMode::Source {
        return Err(ApiError::kafka(format!(
            "Mirror topics cannot be created on the source half of cluster link '{link}'."
        )));
    }
    let expected = format!("{}{}", half.prefix(), body.source_topic_name);
    let name = match (
        &body.mirror_topic_name,
        state.switches.mirror_name_with_prefix,
    ) {
        (Some(name), _) => name.clone(),
        (None, MirrorNameWithPrefix::Derived) => expected.clone(),
        (None, MirrorNameWithPrefix::Required) => body.source_topic_name.clone(),
    };
    if name != expected {
        return Err(ApiError::new(
            400,
            40035,
            "Topic renaming for mirroring not yet supported.",
        ));
    }
    check_topic_name(&name)?;
    let creates = |resource| call.may(cluster, Operation::Create, resource);
    if !creates(Resource::Topic(&name)) && !creates(Resource::Cluster) {
        return Err(ApiError::forbidden());
    }
    if cluster.topics.contains_key(&name) {
        return Err(ApiError::kafka(format!("Topic '{name}' already exists.")));
    }
    if cluster
        .mirror_limit
        .is_some_and(|limit| half.mirrors.len() >= limit)
    {
        return Err(ApiError::kafka(format!(
            "Cluster link '{link}' holds no more mirror topics."
        )));
    }
    check_replication(cluster.kind, cluster.brokers, body.replication_factor)?;
    let lonely = state.peer(&key).is_none();
    if half.mode == LinkMode::Bidirectional
        && lonely
        && state.switches.mirror_without_peer == MirrorWithoutPeer::Refused
    {
        return Err(ApiError::kafka(format!(
            "Cluster link '{link}' does not exist on the remote cluster."
        )));
    }
    let problem_of_link = problem(state, &call.cluster, half);
    let remote = half.remote.as_deref().and_then(|id| state.clusters.get(id));
    let (Some(remote), None) = (remote, problem_of_link) else {
        return Err(ApiError::new(
            408,
            408,
            "Timed out waiting for a node assignment.",
        ));
    };
    let reader = reader_permissions(state, &key);
    if reader.is_some_and(|may| !may.mirrors(&body.source_topic_name)) {
        return Err(ApiError::forbidden());
    }
    let source = remote.topics.get(&body.source_topic_name);
    if source.is_none_or(|topic| topic.deleting) {
        return Err(ApiError::new(
            404,
            40403,
            format!(
                "Topic '{}' does not exist on the source cluster.",
                body.source_topic_name
            ),
        ));
    }
    let configs = own_configs(state, state.sync_include(cluster, half), &body.configs)?;
    let source = body.source_topic_name;
    add(state, &key.mirror(&name), &source, configs, Origin::Created);
    Ok(created(state))
}

/// The configs a mirror may have of its own: those its link does not copy.
fn own_configs(
    state: &State,
    include: &str,
    wanted: &[ConfigData],
) -> Result<BTreeMap<String, String>, ApiError> {
    let mut own = BTreeMap::new();
    for config in wanted {
        if topic::find(&config.name).is_none() {
            return Err(ApiError::kafka(format!(
                "Unknown topic config name: {}",
                config.name
            )));
        }
        let Some(value) = &config.value else { continue };
        check_config(&config.name, value)?;
        if !is_synced(&config.name, include) {
            own.insert(config.name.clone(), value.clone());
        } else if state.switches.synced_mirror_config == SyncedMirrorConfig::Refused {
            return Err(ApiError::kafka(format!(
                "Config '{}' is synced from the source topic and cannot be set on a mirror topic.",
                config.name
            )));
        }
    }
    Ok(own)
}
