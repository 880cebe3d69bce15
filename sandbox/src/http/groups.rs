//! Consumer groups and their lag.

use super::Call;
use super::error::ApiError;
use super::path::encode;
use super::reply::{Reply, related};
use crate::acls::{Operation, Resource};
use crate::engine::position;
use crate::state::topic::Group;
use crate::state::{Cluster, State};
use crate::vocabulary::{ClusterKind, Tier};
use serde_json::{Value, json};

fn body(call: &Call<'_>, name: &str, group: &Group) -> Value {
    let url = call.url(&format!("/consumer-groups/{}", encode(name)));
    json!({
        "kind": "KafkaConsumerGroup",
        "metadata": {
            "self": url,
            "resource_name": format!("crn:///kafka={}/consumer-group={name}", call.cluster),
        },
        "cluster_id": call.cluster,
        "consumer_group_id": name,
        "is_simple": false,
        "partition_assignor": if group.active { "range" } else { "" },
        "state": if group.active { "STABLE" } else { "EMPTY" },
        "type": "CLASSIC",
        "is_mixed_consumer_group": false,
        "coordinator": related(call.url("/brokers/1")),
        "consumers": related(format!("{url}/consumers")),
        "lag_summary": related(format!("{url}/lag-summary")),
    })
}

fn describes(call: &Call<'_>, cluster: &Cluster, group: &str) -> bool {
    call.may(cluster, Operation::Describe, Resource::Group(group))
}

fn existing<'a>(state: &'a State, call: &Call<'_>) -> Result<&'a Group, ApiError> {
    let cluster = call.cluster(state)?;
    cluster
        .groups
        .get(call.name(0))
        .filter(|_| describes(call, cluster, call.name(0)))
        .ok_or_else(|| {
            ApiError::new(
                404,
                40403,
                format!("Consumer group {} cannot be found.", call.name(0)),
            )
        })
}

/// `GET /consumer-groups`.
pub(crate) fn list(state: &State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let cluster = call.cluster(state)?;
    let rows: Vec<Value> = cluster
        .groups
        .iter()
        .filter(|(name, _)| describes(call, cluster, name))
        .map(|(name, group)| body(call, name, group))
        .collect();
    Ok(Reply::list(
        "KafkaConsumerGroupList",
        &call.url("/consumer-groups"),
        &rows,
    ))
}

/// `GET /consumer-groups/{group}`.
pub(crate) fn get(state: &State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let group = existing(state, call)?;
    Ok(Reply::json(200, &body(call, call.name(0), group)))
}

/// `GET /consumer-groups/{group}/consumers`: one member while the group is active.
pub(crate) fn consumers(state: &State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let group = existing(state, call)?;
    let name = call.name(0);
    let url = call.url(&format!("/consumer-groups/{}/consumers", encode(name)));
    let member = format!("{name}-1");
    let row = json!({
        "kind": "KafkaConsumer",
        "metadata": {
            "self": format!("{url}/{}", encode(&member)),
            "resource_name":
                format!("crn:///kafka={}/consumer-group={name}/consumer={member}", call.cluster),
        },
        "cluster_id": call.cluster,
        "consumer_group_id": name,
        "consumer_id": member,
        "instance_id": Value::Null,
        "client_id": name,
        "assignments": related(format!("{url}/{}/assignments", encode(&member))),
    });
    let rows: Vec<Value> = group.active.then_some(row).into_iter().collect();
    Ok(Reply::list("KafkaConsumerList", &url, &rows))
}

/// One partition of a group.
struct Lag {
    topic: String,
    partition: usize,
    current: i64,
    end: i64,
    /// The member that reads it; an EMPTY group has none.
    member: String,
    client: String,
}

impl Lag {
    fn behind(&self) -> i64 {
        (self.end - self.current).max(0)
    }

    fn body(&self, call: &Call<'_>) -> Value {
        let name = call.name(0);
        let url = call.url(&format!(
            "/consumer-groups/{}/lags/{}/partitions/{}",
            encode(name),
            encode(&self.topic),
            self.partition
        ));
        json!({
            "kind": "KafkaConsumerLag",
            "metadata": { "self": url, "resource_name": Value::Null },
            "cluster_id": call.cluster,
            "consumer_group_id": name,
            "topic_name": self.topic,
            "partition_id": self.partition,
            "current_offset": self.current,
            "log_end_offset": self.end,
            "lag": self.behind(),
            "consumer_id": self.member,
            "instance_id": Value::Null,
            "client_id": self.client,
        })
    }
}

/// Lag calls exist on Dedicated Cloud clusters, and on Platform.
fn lags_of(state: &State, call: &Call<'_>) -> Result<Vec<Lag>, ApiError> {
    let cluster = call.cluster(state)?;
    if cluster.kind == ClusterKind::ConfluentCloud && cluster.tier != Tier::Dedicated {
        return Err(ApiError::no_path());
    }
    let group = existing(state, call)?;
    let (member, client) = if group.active {
        (format!("{}-1", call.name(0)), call.name(0).to_owned())
    } else {
        (String::new(), String::new())
    };
    let mut lags = Vec::new();
    let seen = |(topic, _): &(&String, &Vec<i64>)| call.sees(cluster, topic);
    for (topic, offsets) in group.offsets.iter().filter(seen) {
        for (partition, offset) in offsets.iter().enumerate() {
            let end = position::end(state, &call.cluster, topic, partition);
            let current = if group.active { end } else { *offset };
            lags.push(Lag {
                topic: topic.clone(),
                partition,
                current,
                end,
                member: member.clone(),
                client: client.clone(),
            });
        }
    }
    Ok(lags)
}

/// `GET /consumer-groups/{group}/lags`.
pub(crate) fn lags(state: &State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let name = call.name(0);
    let url = call.url(&format!("/consumer-groups/{}/lags", encode(name)));
    let rows: Vec<Value> = lags_of(state, call)?
        .iter()
        .map(|lag| lag.body(call))
        .collect();
    Ok(Reply::list("KafkaConsumerLagList", &url, &rows))
}

/// `GET /consumer-groups/{group}/lags/{topic}/partitions/{partition}`.
pub(crate) fn lag(state: &State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let wanted = lags_of(state, call)?
        .into_iter()
        .find(|lag| lag.topic == call.name(1) && lag.partition.to_string() == call.name(2));
    match wanted {
        Some(lag) => Ok(Reply::json(200, &lag.body(call))),
        None => Err(ApiError::new(
            404,
            40403,
            format!(
                "Consumer group {} has no offset for partition {} of topic {}.",
                call.name(0),
                call.name(2),
                call.name(1)
            ),
        )),
    }
}

/// `GET /consumer-groups/{group}/lag-summary`.
pub(crate) fn lag_summary(state: &State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let name = call.name(0);
    let lags = lags_of(state, call)?;
    let total: i64 = lags.iter().map(Lag::behind).sum();
    let worst = lags.iter().max_by_key(|lag| lag.behind());
    let url = call.url(&format!("/consumer-groups/{}/lag-summary", encode(name)));
    let member = worst.map_or("", |lag| lag.member.as_str());
    Ok(Reply::json(
        200,
        &json!({
            "kind": "KafkaConsumerGroupLagSummary",
            "metadata": { "self": url, "resource_name": Value::Null },
            "cluster_id": call.cluster,
            "consumer_group_id": name,
            "max_lag_consumer_id": member,
            "max_lag_instance_id": Value::Null,
            "max_lag_client_id": worst.map_or("", |lag| lag.client.as_str()),
            "max_lag_topic_name": worst.map_or("", |lag| lag.topic.as_str()),
            "max_lag_partition_id": worst.map_or(0, |lag| lag.partition),
            "max_lag": worst.map_or(0, Lag::behind),
            "total_lag": total,
            "max_lag_consumer": related(call.url(&format!("/consumer-groups/{}/consumers/{}", encode(name), encode(member)))),
            "max_lag_partition": related(call.url("/topics")),
        }),
    ))
}
