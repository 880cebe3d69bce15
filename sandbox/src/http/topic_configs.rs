//! Topic configs: read, set, reset, in a batch; on a mirror only the keys its link does not copy.

use super::Call;
use super::error::ApiError;
use super::path::encode;
use super::reply::Reply;
use super::topic_rules::check_config;
use crate::acls::{Operation, Resource};
use crate::catalog::topic::{TOPIC_KEYS, TopicKey, find, is_synced};
use crate::engine::agenda;
use crate::state::State;
use crate::state::key::HalfKey;
use crate::state::link::Task;
use crate::state::topic::Topic;
use serde::Deserialize;
use serde_json::{Value, json};

fn body(call: &Call<'_>, name: &str, topic: Option<&Topic>, key: &TopicKey) -> Value {
    let set = topic.and_then(|topic| topic.configs.get(key.name));
    let mut synonyms = Vec::new();
    if let Some(value) = set {
        synonyms
            .push(json!({ "name": key.name, "value": value, "source": "DYNAMIC_TOPIC_CONFIG" }));
    }
    synonyms.push(json!({ "name": key.name, "value": key.default, "source": "DEFAULT_CONFIG" }));
    json!({
        "kind": "KafkaTopicConfig",
        "metadata": {
            "self": call.url(&format!("/topics/{}/configs/{}", encode(name), key.name)),
            "resource_name":
                format!("crn:///kafka={}/topic={name}/config={}", call.cluster, key.name),
        },
        "cluster_id": call.cluster,
        "topic_name": name,
        "name": key.name,
        "value": set.map(String::as_str).or(key.default),
        "is_default": set.is_none(),
        "is_read_only": false,
        "is_sensitive": false,
        "source": if set.is_some() { "DYNAMIC_TOPIC_CONFIG" } else { "DEFAULT_CONFIG" },
        "synonyms": synonyms,
    })
}

/// `GET /topics/{topic}/configs`.
pub(crate) fn list(state: &State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let name = call.name(0);
    let topic = call.topic(state, name)?;
    let rows: Vec<Value> = TOPIC_KEYS
        .iter()
        .map(|key| body(call, name, Some(topic), key))
        .collect();
    let url = call.url(&format!("/topics/{}/configs", encode(name)));
    Ok(Reply::list("KafkaTopicConfigList", &url, &rows))
}

/// `GET /topics/-/configs`.
pub(crate) fn list_all(state: &State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let cluster = call.cluster(state)?;
    let rows: Vec<Value> = cluster
        .topics
        .iter()
        .filter(|(name, _)| call.may(cluster, Operation::DescribeConfigs, Resource::Topic(name)))
        .flat_map(|(name, topic)| {
            TOPIC_KEYS
                .iter()
                .map(move |key| body(call, name, Some(topic), key))
        })
        .collect();
    Ok(Reply::list(
        "KafkaTopicConfigList",
        &call.url("/topics/-/configs"),
        &rows,
    ))
}

/// `GET /topics/{topic}/default-configs`.
pub(crate) fn defaults(state: &State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let name = call.name(0);
    call.cluster(state)?;
    let rows: Vec<Value> = TOPIC_KEYS
        .iter()
        .map(|key| body(call, name, None, key))
        .collect();
    let url = call.url(&format!("/topics/{}/default-configs", encode(name)));
    Ok(Reply::list("KafkaTopicConfigList", &url, &rows))
}

fn key(call: &Call<'_>) -> Result<&'static TopicKey, ApiError> {
    find(call.name(1)).ok_or_else(|| {
        let text = format!(
            "Config {} cannot be found for TOPIC {}.",
            call.name(1),
            call.name(0)
        );
        ApiError::missing(text)
    })
}

/// `GET /topics/{topic}/configs/{name}`.
pub(crate) fn get(state: &State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let topic = call.topic(state, call.name(0))?;
    Ok(Reply::json(
        200,
        &body(call, call.name(0), Some(topic), key(call)?),
    ))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PutBody {
    #[serde(default)]
    value: Option<String>,
}

/// `PUT /topics/{topic}/configs/{name}`.
pub(crate) fn put(state: &mut State, call: &Call<'_>) -> Result<Reply, ApiError> {
    call.topic(state, call.name(0))?;
    key(call)?;
    let body: PutBody = call.json()?;
    change(
        state,
        call,
        vec![(call.name(1).to_owned(), body.value)],
        false,
    )
}

/// `DELETE /topics/{topic}/configs/{name}`.
pub(crate) fn delete(state: &mut State, call: &Call<'_>) -> Result<Reply, ApiError> {
    call.topic(state, call.name(0))?;
    key(call)?;
    change(state, call, vec![(call.name(1).to_owned(), None)], false)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AlterBody {
    data: Vec<AlterEntry>,
    #[serde(default)]
    validate_only: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AlterEntry {
    name: String,
    #[serde(default)]
    value: Option<String>,
    #[serde(default)]
    operation: Option<String>,
}

/// `POST /topics/{topic}/configs:alter`.
pub(crate) fn alter(state: &mut State, call: &Call<'_>) -> Result<Reply, ApiError> {
    call.topic(state, call.name(0))?;
    let body: AlterBody = call.json()?;
    let mut changes = Vec::with_capacity(body.data.len());
    for entry in body.data {
        let value = match entry.operation.as_deref() {
            None | Some("SET") => entry.value,
            Some("DELETE") => None,
            Some(other) => {
                return Err(ApiError::bad_request(format!(
                    "Unknown operation '{other}'."
                )));
            }
        };
        changes.push((entry.name, value));
    }
    change(state, call, changes, body.validate_only.unwrap_or(false))
}

fn change(
    state: &mut State,
    call: &Call<'_>,
    changes: Vec<(String, Option<String>)>,
    validate_only: bool,
) -> Result<Reply, ApiError> {
    let name = call.name(0);
    let topic = call.topic(state, name)?;
    let link = topic.mirror_of.as_deref();
    let half = link.and_then(|link| state.half(&HalfKey::new(&call.cluster, link)));
    let cluster = call.cluster(state)?;
    let include = half.map(|half| state.sync_include(cluster, half));
    for (key, value) in &changes {
        if find(key).is_none() {
            return Err(ApiError::kafka(format!("Unknown topic config name: {key}")));
        }
        if let Some(value) = value {
            check_config(key, value)?;
        }
        if include.is_some_and(|include| is_synced(key, include)) {
            return Err(ApiError::kafka(format!(
                "Config '{key}' of mirror topic '{name}' is synced from its source topic."
            )));
        }
    }
    if validate_only {
        return Ok(Reply::empty(204));
    }
    if let Some(topic) = call.cluster_mut(state)?.topics.get_mut(name) {
        for (key, value) in changes {
            match value {
                Some(value) => topic.configs.insert(key, value),
                None => topic.configs.remove(&key),
            };
        }
    }
    agenda::wake_followers(state, &call.cluster, Task::TopicConfigsSync);
    Ok(Reply::empty(204))
}
