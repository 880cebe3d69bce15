//! Reading and deleting links.

use super::Call;
use super::error::ApiError;
use super::reply::{Metadata, Reply};
use crate::engine::{deletion, tasks};
use crate::random::dashed;
use crate::state::link::{Half, Task, TaskError};
use crate::state::{Cluster, Remnant, State};
use crate::vocabulary::{ClusterKind, ConnectionMode, LinkMode, LinkState, MirrorStatus};
use crate::world::switches::{
    DeleteAttachedOnCloud, DeleteWhilePendingStopped, ForceDelete, InitialLinkState,
    LinkDeleteStatus, StoppedRow,
};
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A link as the API shows it.
#[derive(Debug, Serialize)]
struct LinkData<'a> {
    kind: &'static str,
    metadata: Metadata,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_cluster_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    destination_cluster_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remote_cluster_id: Option<&'a str>,
    link_name: &'a str,
    link_id: String,
    cluster_link_id: &'a str,
    topic_names: Vec<&'a str>,
    link_state: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    link_error: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    link_error_message: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tasks: Option<Vec<TaskData<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    category_counts: Option<Vec<CategoryCount>>,
}

#[derive(Debug, Serialize)]
struct TaskData<'a> {
    task_name: &'static str,
    state: &'static str,
    errors: Cow<'a, [TaskError]>,
}

#[derive(Debug, Serialize)]
struct CategoryCount {
    state_category: &'static str,
    count: usize,
}

/// What `link_state` says before the first contact.
pub(crate) fn initial_state(state: &State) -> LinkState {
    match state.switches.initial_link_state {
        InitialLinkState::Unknown => LinkState::Unknown,
        InitialLinkState::Unavailable => LinkState::Unavailable,
    }
}

/// Whether reads show a mirror row: stopped ones may be hidden by a switch.
pub(crate) fn is_shown(state: &State, status: MirrorStatus) -> bool {
    status != MirrorStatus::Stopped || state.switches.stopped_row == StoppedRow::Kept
}

/// A link that reads can see.
pub(crate) fn visible<'a>(
    state: &'a State,
    call: &Call<'_>,
    name: &str,
) -> Result<&'a Half, ApiError> {
    let cluster = call.cluster(state)?;
    cluster
        .halves
        .get(name)
        .filter(|half| half.visible_at <= state.now)
        .ok_or_else(|| ApiError::no_link(name))
}

fn counts(state: &State, half: &Half) -> Vec<CategoryCount> {
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    for row in half
        .mirrors
        .values()
        .filter(|row| is_shown(state, row.status))
    {
        *counts.entry(row.status.category()).or_default() += 1;
    }
    counts
        .into_iter()
        .map(|(state_category, count)| CategoryCount {
            state_category,
            count,
        })
        .collect()
}

fn body<'a>(
    state: &'a State,
    call: &Call<'_>,
    cluster: &'a Cluster,
    half: &'a Half,
    with_tasks: bool,
) -> LinkData<'a> {
    let initial = initial_state(state);
    let remote = half.remote.as_deref();
    let id = |field: &str| remote.filter(|_| half.id_field() == field);
    let lonely =
        half.connection == ConnectionMode::Inbound && state.peer(&cluster.id, &half.name).is_none();
    let task = |task: Task| {
        if lonely && tasks::is_enabled(half, task) {
            return TaskData {
                task_name: task.name(),
                state: "IN_ERROR",
                errors: Cow::Owned(vec![TaskError::new(
                    "REMOTE_LINK_NOT_FOUND_ERROR",
                    "The other half of the cluster link does not exist.",
                )]),
            };
        }
        let shown = tasks::shown_state(half, task, initial);
        let record = half.tasks.get(&task).filter(|_| shown == "IN_ERROR");
        TaskData {
            task_name: task.name(),
            state: shown,
            errors: Cow::Borrowed(record.map_or(&[], |record| record.errors.as_slice())),
        }
    };
    LinkData {
        kind: "KafkaLinkData",
        metadata: Metadata::new(call.url(&format!("/links/{}", super::path::encode(&half.name)))),
        source_cluster_id: id("source_cluster_id"),
        destination_cluster_id: id("destination_cluster_id"),
        // Confluent Cloud names the other end of a plain destination link twice (recorded in 2024).
        remote_cluster_id: match half.mode {
            LinkMode::Destination if cluster.kind == ClusterKind::ConfluentCloud => remote,
            _ => id("remote_cluster_id"),
        },
        link_name: &half.name,
        link_id: dashed(&half.cluster_link_id),
        cluster_link_id: &half.cluster_link_id,
        topic_names: half
            .mirrors
            .iter()
            .filter(|(_, row)| is_shown(state, row.status))
            .map(|(name, _)| name.as_str())
            .collect(),
        link_state: half.state(initial).name(),
        link_error: Some(half.error.map_or("NO_ERROR", |error| error.name())),
        link_error_message: half.error.map(|error| error.message()),
        tasks: with_tasks.then(|| Task::ALL.into_iter().map(task).collect()),
        category_counts: (cluster.kind == ClusterKind::ConfluentCloud).then(|| counts(state, half)),
    }
}

fn remnant<'a>(call: &Call<'_>, remnant: &'a Remnant) -> LinkData<'a> {
    LinkData {
        kind: "KafkaLinkData",
        metadata: Metadata::new(call.url("/links/")),
        source_cluster_id: Some(&remnant.remote),
        destination_cluster_id: None,
        remote_cluster_id: None,
        link_name: "",
        link_id: dashed(&remnant.cluster_link_id),
        cluster_link_id: &remnant.cluster_link_id,
        topic_names: Vec::new(),
        link_state: "UNMANAGED_SOURCE",
        link_error: None,
        link_error_message: None,
        tasks: None,
        category_counts: None,
    }
}

/// `GET /links`.
pub(crate) fn list(state: &State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let cluster = call.cluster(state)?;
    let mut rows: Vec<LinkData<'_>> = cluster
        .halves
        .values()
        .filter(|half| half.visible_at <= state.now)
        .map(|half| body(state, call, cluster, half, false))
        .collect();
    rows.extend(cluster.remnants.iter().map(|row| remnant(call, row)));
    Ok(Reply::list("KafkaLinkDataList", &call.url("/links"), &rows))
}

/// `GET /links/{link}`.
pub(crate) fn get(state: &State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let with_tasks = call.query.flag("include_tasks", false)?;
    let half = visible(state, call, call.name(0))?;
    Ok(Reply::json(
        200,
        &body(state, call, call.cluster(state)?, half, with_tasks),
    ))
}

/// `DELETE /links/{link}`.
pub(crate) fn delete(state: &mut State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let force = call.query.flag("force", false)?;
    let validate_only = call.query.flag("validate_only", false)?;
    let name = call.name(0);
    let half = visible(state, call, name)?;
    let cluster = call.cluster(state)?;
    let refuse_pending =
        state.switches.delete_while_pending_stopped == DeleteWhilePendingStopped::Refused;
    let attached = half.mirrors.values().any(|row| match row.status {
        MirrorStatus::Stopped => false,
        MirrorStatus::PendingStopped => refuse_pending,
        _ => true,
    });
    let forced = force && state.switches.force_delete == ForceDelete::Detaches;
    if attached && !forced {
        let status = match (cluster.kind, state.switches.delete_attached_on_cloud) {
            (ClusterKind::ConfluentCloud, DeleteAttachedOnCloud::BadRequest) => 400,
            (ClusterKind::ConfluentCloud, DeleteAttachedOnCloud::Conflict) => 409,
            _ => 403,
        };
        let message = format!(
            "Cluster link '{name}' cannot be deleted while mirror topics are attached to it."
        );
        return Err(ApiError::new(status, i32::from(status), message));
    }
    let status = match state.switches.link_delete_status {
        LinkDeleteStatus::NoContent => 204,
        LinkDeleteStatus::Ok => 200,
    };
    if !validate_only && !half.deleting {
        deletion::delete_link(state, &call.cluster, name);
    }
    Ok(Reply::empty(status))
}
