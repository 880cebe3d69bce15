//! Cluster-wide broker configs: read only.
//!
//! A server lists what was set for all brokers. Cloud sets the few that a user of a Dedicated cluster
//! may change; on other clusters nothing is set.

use super::Call;
use super::error::ApiError;
use super::path::encode;
use super::reply::Reply;
use crate::state::State;
use crate::vocabulary::ClusterKind;
use serde_json::{Value, json};

/// What a Cloud cluster has set, sorted by name.
const ON_CLOUD: [(&str, &str); 5] = [
    ("auto.create.topics.enable", "false"),
    ("log.cleaner.max.compaction.lag.ms", "9223372036854775807"),
    ("log.retention.ms", "604800000"),
    ("num.partitions", "6"),
    ("ssl.cipher.suites", ""),
];

fn set_on(
    state: &State,
    call: &Call<'_>,
) -> Result<&'static [(&'static str, &'static str)], ApiError> {
    Ok(match call.cluster(state)?.kind {
        ClusterKind::ConfluentCloud => &ON_CLOUD,
        ClusterKind::ConfluentPlatform | ClusterKind::ApacheKafka => &[],
    })
}

fn body(call: &Call<'_>, name: &str, value: &str) -> Value {
    const SOURCE: &str = "DYNAMIC_DEFAULT_BROKER_CONFIG";
    json!({
        "kind": "KafkaClusterConfig",
        "metadata": {
            "self": call.url(&format!("/broker-configs/{}", encode(name))),
            "resource_name": format!("crn:///kafka={}/broker-config={name}", call.cluster),
        },
        "cluster_id": call.cluster,
        "config_type": "BROKER",
        "name": name,
        "value": value,
        "is_default": false,
        "is_read_only": false,
        "is_sensitive": false,
        "source": SOURCE,
        "synonyms": [{ "name": name, "value": value, "source": SOURCE }],
    })
}

/// `GET /broker-configs`.
pub(crate) fn list(state: &State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let rows: Vec<Value> = set_on(state, call)?
        .iter()
        .map(|(name, value)| body(call, name, value))
        .collect();
    let url = call.url("/broker-configs");
    Ok(Reply::list("KafkaClusterConfigList", &url, &rows))
}

/// `GET /broker-configs/{name}`.
pub(crate) fn get(state: &State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let set = set_on(state, call)?;
    match set.iter().find(|(name, _)| *name == call.name(0)) {
        Some((name, value)) => Ok(Reply::json(200, &body(call, name, value))),
        None => Err(ApiError::missing(format!(
            "Config {} cannot be found for cluster {}.",
            call.name(0),
            call.cluster
        ))),
    }
}
