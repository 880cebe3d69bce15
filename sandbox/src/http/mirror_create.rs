//! Creating mirror topics.

use super::Call;
use super::config_values::is_name_letter;
use super::error::ApiError;
use super::link_create::{ConfigData, created, resolvable};
use super::reply::Reply;
use crate::catalog::topic::{self, is_synced};
use crate::engine::mirror::{Origin, add};
use crate::state::State;
use crate::vocabulary::{ClusterKind, LinkMode};
use crate::world::switches::{MirrorNameWithPrefix, MirrorWithoutPeer, SyncedMirrorConfig};
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

/// The longest topic name.
const LONGEST_NAME: usize = 249;

/// Refuses a name that no topic may have.
pub(crate) fn check_topic_name(name: &str) -> Result<(), ApiError> {
    if name.is_empty() || name == "." || name == ".." {
        return Err(ApiError::kafka(format!("Topic name '{name}' is illegal.")));
    }
    if name.len() > LONGEST_NAME {
        return Err(ApiError::kafka(format!(
            "Topic name is illegal, it can't be longer than {LONGEST_NAME} characters."
        )));
    }
    if !name.chars().all(is_name_letter) {
        return Err(ApiError::kafka(format!(
            "Topic name '{name}' is illegal, it contains a character other than ASCII \
             alphanumerics, '.', '_' and '-'."
        )));
    }
    Ok(())
}

/// `POST /links/{link}/mirrors`.
pub(crate) fn create(state: &mut State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let link = call.name(0);
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
    let lonely = state.peer(&call.cluster, link).is_none();
    if half.mode == LinkMode::Bidirectional
        && lonely
        && state.switches.mirror_without_peer == MirrorWithoutPeer::Refused
    {
        return Err(ApiError::kafka(format!(
            "Cluster link '{link}' does not exist on the remote cluster."
        )));
    }
    let problem_of_link = crate::engine::contact::problem(state, &call.cluster, half);
    let remote = half.remote.as_deref().and_then(|id| state.clusters.get(id));
    let (Some(remote), None) = (remote, problem_of_link) else {
        return Err(ApiError::new(
            408,
            408,
            "Timed out waiting for a node assignment.",
        ));
    };
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
    add(
        state,
        &call.cluster,
        link,
        &name,
        &source,
        configs,
        Origin::Created,
    );
    Ok(created(state))
}

/// Refuses a replication factor that the cluster does not take.
pub(crate) fn check_replication(
    kind: ClusterKind,
    brokers: u16,
    wanted: Option<i32>,
) -> Result<(), ApiError> {
    match wanted {
        None | Some(-1) => Ok(()),
        Some(3) if kind == ClusterKind::ConfluentCloud => Ok(()),
        Some(_) if kind == ClusterKind::ConfluentCloud => {
            Err(ApiError::kafka("Topic replication factor must be 3"))
        }
        Some(factor) if factor < 1 => {
            Err(ApiError::kafka("Replication factor must be larger than 0."))
        }
        Some(factor) if factor > i32::from(brokers) => Err(ApiError::kafka(format!(
            "Replication factor: {factor} larger than available brokers: {brokers}."
        ))),
        Some(_) => Ok(()),
    }
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
        super::topic_configs::check(&config.name, value)?;
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
