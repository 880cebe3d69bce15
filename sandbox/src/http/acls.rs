//! ACLs: search, create one or many, delete by filter.

use super::Call;
use super::acl_filter::{RESOURCE_TYPES, Search, Strictness, numeric, resource_id};
use super::error::ApiError;
use super::path::encode;
use super::reply::Reply;
use crate::engine::agenda;
use crate::filter::OPERATIONS;
use crate::state::link::Task;
use crate::state::{Cluster, State};
use crate::world::AclSpec;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AclBody {
    resource_type: String,
    resource_name: String,
    pattern_type: String,
    principal: String,
    host: String,
    operation: String,
    permission: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BatchBody {
    data: Vec<AclBody>,
}

fn body(call: &Call<'_>, acl: &AclSpec, principal: &str) -> Value {
    let url = call.url(&format!(
        "/acls?resource_type={}&resource_name={}&pattern_type={}&principal={}&host={}\
         &operation={}&permission={}",
        acl.resource_type,
        encode(&acl.resource_name),
        acl.pattern_type,
        encode(principal),
        encode(&acl.host),
        acl.operation,
        acl.permission
    ));
    json!({
        "kind": "KafkaAcl",
        "metadata": { "self": url, "resource_name": Value::Null },
        "cluster_id": call.cluster,
        "resource_type": acl.resource_type,
        "resource_name": acl.resource_name,
        "pattern_type": acl.pattern_type,
        "principal": principal,
        "host": acl.host,
        "operation": acl.operation,
        "permission": acl.permission,
    })
}

fn secured<'a>(state: &'a State, call: &Call<'_>) -> Result<&'a Cluster, ApiError> {
    let cluster = call.cluster(state)?;
    if cluster.authorizer {
        Ok(cluster)
    } else {
        Err(ApiError::kafka("Security features are disabled."))
    }
}

/// `GET /acls`, sorted by all fields.
pub(crate) fn list(state: &State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let cluster = secured(state, call)?;
    let search = Search::parse(call, Strictness::List)?;
    let numbers = search.shows_numeric(cluster, state.switches.cloud_acl_principals);
    let rows: Vec<Value> = cluster
        .acls
        .iter()
        .filter(|acl| search.selects(cluster, acl))
        .map(|acl| {
            if numbers {
                body(call, acl, &numeric(cluster, &acl.principal))
            } else {
                body(call, acl, &acl.principal)
            }
        })
        .collect();
    Ok(Reply::list("KafkaAclList", &call.url("/acls"), &rows))
}

fn checked(cluster: &Cluster, acl: AclBody) -> Result<AclSpec, ApiError> {
    let word = |name: &str, value: &str, allowed: &[&str]| match value.to_ascii_uppercase() {
        value if allowed.contains(&value.as_str()) => Ok(value),
        value if ["", "UNKNOWN", "ANY", "MATCH"].contains(&value.as_str()) => Err(
            ApiError::bad_request(format!("{name} cannot be unspecified, {value} or UNKNOWN")),
        ),
        value => Err(ApiError::bad_request(format!(
            "{name} has no value '{value}'."
        ))),
    };
    let acl = AclSpec {
        resource_type: word("resource_type", &acl.resource_type, &RESOURCE_TYPES)?,
        pattern_type: word("pattern_type", &acl.pattern_type, &["LITERAL", "PREFIXED"])?,
        operation: word("operation", &acl.operation, &OPERATIONS[1..])?,
        permission: word("permission", &acl.permission, &["ALLOW", "DENY"])?,
        principal: resource_id(cluster, &acl.principal),
        resource_name: acl.resource_name,
        host: acl.host,
    };
    if acl.resource_type == "CLUSTER" && acl.resource_name != "kafka-cluster" {
        return Err(ApiError::kafka(
            "The only valid name for the CLUSTER resource is kafka-cluster",
        ));
    }
    if !acl.principal.contains(':') {
        return Err(ApiError::kafka(format!(
            "Could not parse principal from `{}`",
            acl.principal
        )));
    }
    Ok(acl)
}

fn add(state: &mut State, call: &Call<'_>, wanted: Vec<AclBody>) -> Result<Reply, ApiError> {
    let cluster = secured(state, call)?;
    let acls = wanted
        .into_iter()
        .map(|acl| checked(cluster, acl))
        .collect::<Result<Vec<_>, _>>()?;
    let new = acls
        .iter()
        .filter(|acl| !cluster.acls.contains(*acl))
        .count();
    if cluster
        .acl_limit
        .is_some_and(|limit| cluster.acls.len() + new > limit)
    {
        return Err(ApiError::kafka(
            "Adding these ACLs would exceed the limit of the cluster.",
        ));
    }
    call.cluster_mut(state)?.acls.extend(acls);
    agenda::wake_around(state, &call.cluster, Task::AclSync);
    Ok(Reply::empty(201))
}

/// `POST /acls`.
pub(crate) fn create(state: &mut State, call: &Call<'_>) -> Result<Reply, ApiError> {
    secured(state, call)?;
    let acl: AclBody = call.json()?;
    add(state, call, vec![acl])
}

/// `POST /acls:batch`.
pub(crate) fn create_many(state: &mut State, call: &Call<'_>) -> Result<Reply, ApiError> {
    secured(state, call)?;
    let body: BatchBody = call.json()?;
    add(state, call, body.data)
}

/// `DELETE /acls`: deletes what the query selects, and lists it without an envelope.
pub(crate) fn delete(state: &mut State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let cluster = secured(state, call)?;
    let search = Search::parse(call, Strictness::Delete)?;
    let gone: Vec<AclSpec> = cluster
        .acls
        .iter()
        .filter(|acl| search.selects(cluster, acl))
        .cloned()
        .collect();
    let rows: Vec<Value> = gone
        .iter()
        .map(|acl| body(call, acl, &acl.principal))
        .collect();
    let cluster = call.cluster_mut(state)?;
    for acl in &gone {
        cluster.acls.remove(acl);
    }
    agenda::wake_around(state, &call.cluster, Task::AclSync);
    Ok(Reply::json(200, &json!({ "data": rows })))
}
