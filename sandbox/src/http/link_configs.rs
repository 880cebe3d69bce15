//! Reading and changing link configs.

use super::config_values::{Change, Moment, Place, apply, check_together, clear_disabled};
use super::error::ApiError;
use super::reply::{Metadata, Reply};
use super::{Call, links};
use crate::catalog::link::{KEYS, Key, find};
use crate::engine::{agenda, contact, row};
use crate::profile::Trait;
use crate::state::link::{Half, Task};
use crate::state::{Cluster, State};
use crate::switches::{AlterAtomicity, AlterOperationAbsent, ConfigFieldNames, LinkConfigBatch};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Serialize, Serializer};

/// One config as the API shows it, its fields in the recorded order.
struct ConfigRow<'a> {
    metadata: Metadata,
    cluster: &'a str,
    link: &'a str,
    key: &'static Key,
    value: Option<&'a str>,
    is_default: bool,
    is_read_only: bool,
    source: &'static str,
    /// What its flags are called: default, read-only, sensitive.
    flags: [&'static str; 3],
}

impl Serialize for ConfigRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let [default, read_only, sensitive] = self.flags;
        let mut row = serializer.serialize_map(None)?;
        row.serialize_entry("kind", "KafkaLinkConfigData")?;
        row.serialize_entry("metadata", &self.metadata)?;
        row.serialize_entry("cluster_id", self.cluster)?;
        row.serialize_entry("name", self.key.name)?;
        row.serialize_entry("value", &self.value)?;
        row.serialize_entry(read_only, &self.is_read_only)?;
        row.serialize_entry(sensitive, &self.key.is_sensitive())?;
        row.serialize_entry("source", self.source)?;
        row.serialize_entry("synonyms", &[(); 0])?;
        row.serialize_entry("link_name", self.link)?;
        row.serialize_entry(default, &self.is_default)?;
        row.end()
    }
}

/// A secret shows that it was set, never what to.
fn body<'a>(
    state: &State,
    call: &'a Call<'_>,
    cluster: &Cluster,
    half: &'a Half,
    key: &'static Key,
) -> ConfigRow<'a> {
    let set = half.configs.get(key.name);
    let value = match set {
        _ if key.is_sensitive() => None,
        Some(value) => Some(value.as_str()),
        None => cluster.profile.default_of(key, &state.switches),
    };
    let source = if set.is_some() {
        "DYNAMIC_CLUSTER_LINK_CONFIG"
    } else {
        "DEFAULT_CONFIG"
    };
    let url = call.url(&format!(
        "/links/{}/configs/{}",
        super::path::encode(&half.name),
        super::path::encode(key.name)
    ));
    let is_names = match state.switches.config_field_names {
        ConfigFieldNames::ByProfile => cluster.profile.has(Trait::IsNames),
        ConfigFieldNames::Cloud => true,
        ConfigFieldNames::Platform => false,
    };
    ConfigRow {
        metadata: Metadata::new(&state.switches, url),
        cluster: &call.cluster,
        link: &half.name,
        key,
        value,
        is_default: set.is_none(),
        is_read_only: key.is_read_only(cluster.kind),
        source,
        flags: if is_names {
            ["is_default", "is_read_only", "is_sensitive"]
        } else {
            ["default", "read_only", "sensitive"]
        },
    }
}

/// `GET /links/{link}/configs`.
pub(crate) fn list(state: &State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let half = links::visible(state, call, call.name(0))?;
    let cluster = call.cluster(state)?;
    let rows: Vec<ConfigRow<'_>> = KEYS
        .iter()
        .filter(|key| {
            half.configs.contains_key(key.name) || cluster.profile.lists(key, &state.switches)
        })
        .map(|key| body(state, call, cluster, half, key))
        .collect();
    let url = call.url(&format!(
        "/links/{}/configs",
        super::path::encode(&half.name)
    ));
    Ok(Reply::list("KafkaLinkConfigDataList", &url, &rows))
}

fn known(name: &str) -> Result<&'static Key, ApiError> {
    find(name).ok_or_else(|| ApiError::bad_request("Invalid Config Name."))
}

/// `GET /links/{link}/configs/{name}`.
pub(crate) fn get(state: &State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let half = links::visible(state, call, call.name(0))?;
    let key = known(call.name(1))?;
    Ok(Reply::json(
        200,
        &body(state, call, call.cluster(state)?, half, key),
    ))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PutBody {
    value: String,
}

/// `PUT /links/{link}/configs/{name}`.
pub(crate) fn put(state: &mut State, call: &Call<'_>) -> Result<Reply, ApiError> {
    links::visible(state, call, call.name(0))?;
    let body: PutBody = call.json()?;
    let change = Change {
        name: call.name(1).to_owned(),
        value: Some(body.value),
    };
    change_configs(state, call, &[change], false)?;
    Ok(Reply::empty(204))
}

/// `DELETE /links/{link}/configs/{name}`: back to the default.
pub(crate) fn delete(state: &mut State, call: &Call<'_>) -> Result<Reply, ApiError> {
    links::visible(state, call, call.name(0))?;
    known(call.name(1))?;
    let change = Change {
        name: call.name(1).to_owned(),
        value: None,
    };
    change_configs(state, call, &[change], false)?;
    Ok(Reply::empty(204))
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

impl AlterEntry {
    fn change(&self, absent: AlterOperationAbsent) -> Result<Change, ApiError> {
        let sets = match self.operation.as_deref() {
            Some("SET") => true,
            Some("DELETE") => false,
            Some(other) => {
                return Err(ApiError::bad_request(format!(
                    "Unknown operation '{other}'."
                )));
            }
            None if absent == AlterOperationAbsent::Set => true,
            None => {
                return Err(ApiError::bad_request(format!(
                    "Config '{}' has no operation.",
                    self.name
                )));
            }
        };
        if sets && self.value.is_none() {
            let text = format!(
                "Null value not supported for SET of config '{}'.",
                self.name
            );
            return Err(ApiError::kafka(text));
        }
        Ok(Change {
            name: self.name.clone(),
            value: self.value.clone().filter(|_| sets),
        })
    }
}

/// `PUT /links/{link}/configs:alter`.
pub(crate) fn alter(state: &mut State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let switches = state.switches_on(&call.cluster);
    match switches.link_config_batch {
        LinkConfigBatch::Present => {}
        LinkConfigBatch::MethodNotAllowed => return Err(ApiError::no_method()),
        LinkConfigBatch::Missing => return Err(ApiError::no_path()),
    }
    let by_query = call.query.flag("validate_only", false)?;
    links::visible(state, call, call.name(0))?;
    let body: AlterBody = call.json()?;
    let validate_only = by_query || body.validate_only.unwrap_or(false);
    let changes = body
        .data
        .iter()
        .map(|entry| entry.change(switches.alter_operation_absent))
        .collect::<Result<Vec<_>, _>>()?;
    for (index, change) in changes.iter().enumerate() {
        if changes[..index]
            .iter()
            .any(|earlier| earlier.name == change.name)
        {
            let text = format!("Config '{}' is there twice.", change.name);
            return Err(ApiError::bad_request(text));
        }
    }
    if validate_only || state.switches.alter_atomicity == AlterAtomicity::Atomic {
        change_configs(state, call, &changes, validate_only)?;
    } else {
        for change in &changes {
            change_configs(state, call, std::slice::from_ref(change), false)?;
        }
    }
    Ok(Reply::empty(204))
}

/// Applies all changes or none, and lets what depends on them follow.
fn change_configs(
    state: &mut State,
    call: &Call<'_>,
    changes: &[Change],
    validate_only: bool,
) -> Result<(), ApiError> {
    let key = call.half();
    let half = links::visible(state, call, &key.link)?;
    let place = Place {
        state,
        cluster: call.cluster(state)?,
        mode: half.mode,
        remote: half.remote.as_deref(),
    };
    let mut configs = half.configs.clone();
    for change in changes {
        apply(place, &mut configs, change, Moment::Alter)?;
    }
    clear_disabled(place, &mut configs, changes);
    check_together(place, &configs)?;
    if validate_only {
        return Ok(());
    }
    let restarts: Vec<Task> = Task::ALL
        .into_iter()
        .filter(|task| {
            let concerns = |key: &str| half.configs.get(key) != configs.get(key);
            let filter = task.enable_key().and_then(|enable| {
                crate::catalog::link::FEATURES
                    .iter()
                    .find(|(key, _)| *key == enable)
            });
            task.enable_key().is_some_and(concerns)
                || concerns(task.interval_key())
                || filter.is_some_and(|(_, filter)| concerns(filter))
                || (*task == Task::TopicConfigsSync && concerns("topic.config.sync.include"))
        })
        .collect();
    if let Some(half) = state.half_mut(&key) {
        half.configs = configs;
    }
    contact::refresh_all(state);
    row::refresh_all(state, &key);
    for task in restarts {
        agenda::restart(state, &key, task);
    }
    Ok(())
}
