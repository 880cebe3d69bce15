//! `GET /clusters` and `GET /clusters/{id}`.

use super::error::ApiError;
use super::reply::{Reply, related};
use super::{Call, auth};
use crate::state::{Cluster, State};
use serde_json::{Value, json};

fn body(call: &Call<'_>, cluster: &Cluster) -> Value {
    let url = format!(
        "{}/clusters/{}",
        call.base,
        super::path::encode(&cluster.id)
    );
    json!({
        "kind": "KafkaCluster",
        "metadata": {
            "self": url,
            "resource_name": format!("crn:///kafka={}", cluster.id),
        },
        "cluster_id": cluster.id,
        "controller": related(format!("{url}/brokers/1")),
        "acls": related(format!("{url}/acls")),
        "brokers": related(format!("{url}/brokers")),
        "broker_configs": related(format!("{url}/broker-configs")),
        "consumer_groups": related(format!("{url}/consumer-groups")),
        "topics": related(format!("{url}/topics")),
        "partition_reassignments": related(format!("{url}/topics/-/partitions/-/reassignment")),
    })
}

/// One cluster.
pub(crate) fn get(state: &State, call: &Call<'_>) -> Result<Reply, ApiError> {
    Ok(Reply::json(200, &body(call, call.cluster(state)?)))
}

/// The clusters that the caller's credentials open. A real server lists itself only, as an address of
/// one cluster does; the shared address serves all of them, and credentials tell them apart.
pub(crate) fn list(
    state: &State,
    call: &Call<'_>,
    only: Option<&str>,
    header: Option<&str>,
) -> Result<Reply, ApiError> {
    let open: Vec<&Cluster> = state
        .clusters
        .values()
        .filter(|cluster| only.is_none_or(|only| cluster.id == only))
        .filter(|cluster| auth::caller(cluster, header).is_ok())
        .collect();
    if open.is_empty() && !state.clusters.is_empty() {
        return Err(match header {
            None => ApiError::new(401, 401, "Unauthorized"),
            Some(_) => ApiError::new(401, 40101, "Authentication failed"),
        });
    }
    let data: Vec<Value> = open
        .into_iter()
        .map(|cluster| body(call, cluster))
        .collect();
    Ok(Reply::list(
        "KafkaClusterList",
        &format!("{}/clusters", call.base),
        &data,
    ))
}
