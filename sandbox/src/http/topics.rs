//! Topics: list, create, read, grow, delete, partitions.

use super::Call;
use super::error::ApiError;
use super::link_create::ConfigData;
use super::path::encode;
use super::reply::{Reply, related};
use super::topic_rules::{check_config, check_replication, check_topic_name};
use crate::acls::{Operation, Resource};
use crate::engine::{agenda, deletion, mirror, position};
use crate::state::State;
use crate::state::link::Task;
use crate::state::topic::Topic;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Partitions of a topic whose creator names no number.
const DEFAULT_PARTITIONS: i64 = 6;
/// More partitions than this are refused.
const MOST_PARTITIONS: i64 = 10_000;

fn body(call: &Call<'_>, name: &str, topic: &Topic) -> Value {
    let url = call.url(&format!("/topics/{}", encode(name)));
    json!({
        "kind": "KafkaTopic",
        "metadata": {
            "self": url,
            "resource_name": format!("crn:///kafka={}/topic={name}", call.cluster),
        },
        "cluster_id": call.cluster,
        "topic_name": name,
        "is_internal": Topic::is_internal(name),
        "replication_factor": topic.replication_factor,
        "partitions_count": topic.ends.len(),
        "partitions": related(format!("{url}/partitions")),
        "configs": related(format!("{url}/configs")),
        "partition_reassignments": related(format!("{url}/partitions/-/reassignments")),
        "authorized_operations": [],
    })
}

/// `GET /topics`. Nothing in a row says whether it is a mirror.
pub(crate) fn list(state: &State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let cluster = call.cluster(state)?;
    let rows: Vec<Value> = cluster
        .topics
        .iter()
        .filter(|(name, _)| call.sees(cluster, name))
        .map(|(name, topic)| body(call, name, topic))
        .collect();
    Ok(Reply::list("KafkaTopicList", &call.url("/topics"), &rows))
}

/// `GET /topics/{topic}`.
pub(crate) fn get(state: &State, call: &Call<'_>) -> Result<Reply, ApiError> {
    call.query.flag("include_authorized_operations", false)?;
    let name = call.name(0);
    Ok(Reply::json(
        200,
        &body(call, name, call.topic(state, name)?),
    ))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateBody {
    topic_name: String,
    #[serde(default)]
    partitions_count: Option<i64>,
    #[serde(default)]
    replication_factor: Option<i32>,
    #[serde(default)]
    configs: Vec<ConfigData>,
    #[serde(default)]
    validate_only: Option<bool>,
}

/// `POST /topics`.
pub(crate) fn create(state: &mut State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let wanted: CreateBody = call.json()?;
    let name = wanted.topic_name.as_str();
    check_topic_name(name)?;
    let cluster = call.cluster(state)?;
    let creates = |resource| call.may(cluster, Operation::Create, resource);
    if !creates(Resource::Topic(name)) && !creates(Resource::Cluster) {
        return Err(ApiError::forbidden());
    }
    if cluster.topics.contains_key(name) {
        return Err(ApiError::kafka(format!("Topic '{name}' already exists.")));
    }
    let partitions = match wanted.partitions_count.unwrap_or(DEFAULT_PARTITIONS) {
        -1 => DEFAULT_PARTITIONS,
        count @ 1..=MOST_PARTITIONS => count,
        ..=0 => {
            return Err(ApiError::kafka(
                "Number of partitions must be larger than 0.",
            ));
        }
        _ => {
            return Err(ApiError::kafka(format!(
                "No more than {MOST_PARTITIONS} partitions."
            )));
        }
    };
    check_replication(cluster.kind, cluster.brokers, wanted.replication_factor)?;
    let replication_factor = match wanted.replication_factor {
        Some(factor) if factor > 0 => u16::try_from(factor).unwrap_or(3),
        _ => cluster.replication_factor(),
    };
    let mut configs = BTreeMap::new();
    for config in &wanted.configs {
        if let Some(value) = &config.value {
            check_config(&config.name, value)?;
            configs.insert(config.name.clone(), value.clone());
        } else if crate::catalog::topic::find(&config.name).is_none() {
            return Err(ApiError::kafka(format!(
                "Unknown topic config name: {}",
                config.name
            )));
        }
    }
    let topic = Topic {
        number: state.number(),
        replication_factor,
        configs,
        ends: vec![0; usize::try_from(partitions).unwrap_or(1)],
        since: state.now,
        rate: 0.0,
        mirror_of: None,
        deleting: false,
        history: Vec::new(),
    };
    let shown = body(call, name, &topic);
    if wanted.validate_only.unwrap_or(false) {
        return Ok(Reply::json(200, &shown));
    }
    call.cluster_mut(state)?
        .topics
        .insert(name.to_owned(), topic);
    mirror::source_changed(state, &call.cluster, name);
    agenda::wake_followers(state, &call.cluster, Task::AutoCreateMirror);
    Ok(Reply::json(201, &shown))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PatchBody {
    partitions_count: i64,
}

/// `PATCH /topics/{topic}`: more partitions, never fewer, and not on a mirror.
pub(crate) fn grow(state: &mut State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let name = call.name(0);
    let topic = call.topic(state, name)?;
    let wanted: PatchBody = call.json()?;
    let have = topic.ends.len();
    if topic.mirror_of.is_some() {
        return Err(ApiError::kafka(format!(
            "Cannot change the partition count of mirror topic '{name}'."
        )));
    }
    if wanted.partitions_count > MOST_PARTITIONS {
        return Err(ApiError::kafka(format!(
            "No more than {MOST_PARTITIONS} partitions."
        )));
    }
    let count = usize::try_from(wanted.partitions_count).unwrap_or(0);
    if count == have {
        return Err(ApiError::kafka(format!(
            "Topic already has {have} partitions."
        )));
    }
    if count < have {
        return Err(ApiError::kafka(format!(
            "The topic {name} currently has {have} partition(s); {} would not be an increase.",
            wanted.partitions_count
        )));
    }
    position::settle_followers(state, &call.cluster, name);
    let now = state.now;
    if let Some(topic) = call.cluster_mut(state)?.topics.get_mut(name) {
        topic.ends = (0..have)
            .map(|partition| topic.end(partition, now))
            .collect();
        topic.ends.resize(count, 0);
        topic.since = now;
    }
    agenda::wake_followers(state, &call.cluster, Task::TopicConfigsSync);
    Ok(Reply::json(
        200,
        &body(call, name, call.topic(state, name)?),
    ))
}

/// `DELETE /topics/{topic}`. Deletes a mirror as well as an ordinary topic.
pub(crate) fn delete(state: &mut State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let name = call.name(0);
    if call.topic(state, name)?.deleting {
        return Err(ApiError::no_topic());
    }
    deletion::delete_topic(state, &call.cluster, name);
    Ok(Reply::empty(204))
}

fn partition_body(call: &Call<'_>, name: &str, partition: usize) -> Value {
    let url = call.url(&format!("/topics/{}/partitions/{partition}", encode(name)));
    json!({
        "kind": "KafkaPartition",
        "metadata": {
            "self": url,
            "resource_name":
                format!("crn:///kafka={}/topic={name}/partition={partition}", call.cluster),
        },
        "cluster_id": call.cluster,
        "topic_name": name,
        "partition_id": partition,
        "leader": related(format!("{url}/replicas/1")),
        "replicas": related(format!("{url}/replicas")),
        "reassignment": related(format!("{url}/reassignment")),
    })
}

/// The partition that the path names.
fn partition_of<'a>(state: &'a State, call: &Call<'_>) -> Result<(&'a Topic, usize), ApiError> {
    let topic = call.topic(state, call.name(0))?;
    let number = call.name(1).parse::<usize>().ok();
    match number.filter(|number| *number < topic.ends.len()) {
        Some(number) => Ok((topic, number)),
        None => Err(ApiError::no_topic()),
    }
}

/// `GET /topics/{topic}/partitions`.
pub(crate) fn partitions(state: &State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let name = call.name(0);
    let topic = call.topic(state, name)?;
    let url = call.url(&format!("/topics/{}/partitions", encode(name)));
    let rows: Vec<Value> = (0..topic.ends.len())
        .map(|partition| partition_body(call, name, partition))
        .collect();
    Ok(Reply::list("KafkaPartitionList", &url, &rows))
}

/// `GET /topics/{topic}/partitions/{partition}`.
pub(crate) fn partition(state: &State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let (_, number) = partition_of(state, call)?;
    Ok(Reply::json(
        200,
        &partition_body(call, call.name(0), number),
    ))
}

/// `GET /topics/{topic}/partitions/{partition}/replicas`: all in sync, broker 1 leads.
pub(crate) fn replicas(state: &State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let (topic, number) = partition_of(state, call)?;
    let name = call.name(0);
    let url = call.url(&format!(
        "/topics/{}/partitions/{number}/replicas",
        encode(name)
    ));
    let rows: Vec<Value> = (1..=topic.replication_factor)
        .map(|broker| {
            json!({
                "kind": "KafkaReplica",
                "metadata": {
                    "self": format!("{url}/{broker}"),
                    "resource_name": format!(
                        "crn:///kafka={}/topic={name}/partition={number}/replica={broker}",
                        call.cluster
                    ),
                },
                "cluster_id": call.cluster,
                "topic_name": name,
                "partition_id": number,
                "broker_id": broker,
                "is_leader": broker == 1,
                "is_in_sync": true,
                "broker": related(call.url(&format!("/brokers/{broker}"))),
            })
        })
        .collect();
    Ok(Reply::list("KafkaReplicaList", &url, &rows))
}
