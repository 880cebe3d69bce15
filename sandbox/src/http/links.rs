//! Reading and deleting links.

use super::Call;
use super::error::ApiError;
use super::reply::{Metadata, Reply};
use crate::engine::{agenda, deletion};
use crate::profile::{Trait, arbitrary};
use crate::random::dashed;
use crate::state::key::HalfKey;
use crate::state::link::{Half, Task, TaskError};
use crate::state::{Cluster, DeletedHalfRow, State};
use crate::switches::{
    DeleteAttachedOnCloud, DeleteWhilePendingStopped, ForceDelete, InitialLinkState,
    LinkDeleteStatus, StoppedInTopicNames, StoppedRow, TasksAndCounts,
};
use crate::vocabulary::{ClusterKind, ConnectionMode, LinkMode, LinkState, MirrorStatus};
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A link as the API shows it, its fields in the recorded order.
#[derive(Debug, Serialize)]
struct LinkData<'a> {
    kind: &'static str,
    metadata: Metadata,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_cluster_id: Option<Option<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    destination_cluster_id: Option<Option<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remote_cluster_id: Option<&'a str>,
    link_name: &'a str,
    link_id: String,
    cluster_link_id: &'a str,
    topic_names: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    link_error: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    link_error_message: Option<Option<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    link_state: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tasks: Option<Option<Vec<TaskData<'a>>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    category_counts: Option<Option<Vec<CategoryCount>>>,
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
pub(crate) fn is_shown(state: &State, cluster: &Cluster, status: MirrorStatus) -> bool {
    status != MirrorStatus::Stopped
        || state.switches.on(cluster.kind).stopped_row == StoppedRow::Kept
}

/// Whether a read of this one mirror row shows it.
pub(crate) fn is_shown_by_name(state: &State, cluster: &Cluster, status: MirrorStatus) -> bool {
    is_shown(state, cluster, status)
        || state.switches.on(cluster.kind).stopped_row == StoppedRow::Unlisted
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
        .ok_or_else(|| ApiError::no_link(cluster.profile, name))
}

/// Partitions of mirror topics by category: what the Confluent CLI prints as such.
fn counts(state: &State, cluster: &Cluster, half: &Half) -> Vec<CategoryCount> {
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    for row in half
        .mirrors
        .values()
        .filter(|row| is_shown(state, cluster, row.status))
    {
        *counts.entry(row.status.category()).or_default() += row.fetched.len();
    }
    counts
        .into_iter()
        .map(|(state_category, count)| CategoryCount {
            state_category,
            count,
        })
        .collect()
}

/// What a link row is for: profiles show less in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    List,
    Get { tasks: bool },
}

/// A field that the profile has: as the switch says, or as it is specified.
fn unrecorded<T>(state: &State, value: impl FnOnce() -> T) -> Option<Option<T>> {
    match state.switches.tasks_and_counts {
        TasksAndCounts::AsSpecified => Some(Some(value())),
        TasksAndCounts::Null => Some(None),
        TasksAndCounts::Absent => None,
    }
}

fn task<'a>(state: &State, cluster: &Cluster, half: &'a Half, task: Task) -> TaskData<'a> {
    let key = HalfKey::new(&cluster.id, &half.name);
    let lonely = half.connection == ConnectionMode::Inbound && state.peer(&key).is_none();
    if lonely && agenda::is_enabled(half, task) {
        return TaskData {
            task_name: task.name(),
            state: "IN_ERROR",
            errors: Cow::Owned(vec![TaskError::new(
                "REMOTE_LINK_NOT_FOUND_ERROR",
                "The other half of the cluster link does not exist.",
            )]),
        };
    }
    let shown = agenda::shown_state(half, task, initial_state(state));
    let record = half.tasks.get(&task).filter(|_| shown == "IN_ERROR");
    TaskData {
        task_name: task.name(),
        state: shown,
        errors: Cow::Borrowed(record.map_or(&[], |record| record.errors.as_slice())),
    }
}

/// The names of a half's mirrors, in the order in which its cluster lists them.
fn topic_names<'a>(state: &'a State, cluster: &Cluster, half: &'a Half) -> Vec<&'a str> {
    let mut names: Vec<&str> = half
        .mirrors
        .iter()
        .filter(|(_, row)| is_shown(state, cluster, row.status))
        .filter(|(_, row)| {
            row.is_live() || state.switches.stopped_in_topic_names == StoppedInTopicNames::Listed
        })
        .map(|(name, _)| name.as_str())
        .collect();
    let of = arbitrary(state.seed, &[&cluster.id, &half.name]);
    cluster
        .profile
        .arrange(Trait::UnsortedNames, &mut names, of);
    names
}

fn body<'a>(
    state: &'a State,
    call: &Call<'_>,
    cluster: &'a Cluster,
    half: &'a Half,
    view: View,
) -> LinkData<'a> {
    let has = |wanted| cluster.profile.has(wanted);
    let remote = half.remote.as_deref();
    let field = match half.mode {
        LinkMode::Source if has(Trait::DestinationIdAsSource) => "source_cluster_id",
        LinkMode::Source => "destination_cluster_id",
        LinkMode::Destination => "source_cluster_id",
        LinkMode::Bidirectional => "remote_cluster_id",
    };
    let id = |name: &str| match remote.filter(|_| field == name) {
        Some(id) => Some(Some(id)),
        None => has(Trait::NullIds).then_some(None),
    };
    let state_word = half.state(initial_state(state)).name();
    let healthy = has(Trait::EmptyErrorMessage).then_some("");
    let with_tasks = view == View::Get { tasks: true } && has(Trait::Tasks);
    let all_tasks = || {
        let row = |of| task(state, cluster, half, of);
        Task::ALL.into_iter().map(row).collect()
    };
    LinkData {
        kind: "KafkaLinkData",
        metadata: Metadata::new(
            &state.switches,
            call.url(&format!("/links/{}", super::path::encode(&half.name))),
        ),
        source_cluster_id: id("source_cluster_id"),
        destination_cluster_id: id("destination_cluster_id"),
        remote_cluster_id: remote.filter(|_| {
            field == "remote_cluster_id"
                || (half.mode == LinkMode::Destination && has(Trait::RemoteIdOnDestinations))
        }),
        link_name: &half.name,
        link_id: dashed(&half.cluster_link_id),
        cluster_link_id: &half.cluster_link_id,
        topic_names: topic_names(state, cluster, half),
        link_state: has(match view {
            View::List => Trait::StateInList,
            View::Get { .. } => Trait::StateInGet,
        })
        .then_some(state_word),
        link_error: has(Trait::LinkError)
            .then(|| half.error.map_or("NO_ERROR", |error| error.name())),
        link_error_message: has(Trait::LinkError)
            .then(|| half.error.map(|error| error.message()).or(healthy)),
        tasks: with_tasks.then(|| unrecorded(state, all_tasks)).flatten(),
        category_counts: has(Trait::CategoryCounts)
            .then(|| unrecorded(state, || counts(state, cluster, half)))
            .flatten(),
    }
}

fn deleted_half_row<'a>(
    state: &State,
    call: &Call<'_>,
    deleted_half_row: &'a DeletedHalfRow,
) -> LinkData<'a> {
    LinkData {
        kind: "KafkaLinkData",
        metadata: Metadata::new(&state.switches, call.url("/links/")),
        source_cluster_id: Some(Some(&deleted_half_row.remote)),
        destination_cluster_id: None,
        remote_cluster_id: None,
        link_name: "",
        link_id: dashed(&deleted_half_row.cluster_link_id),
        cluster_link_id: &deleted_half_row.cluster_link_id,
        topic_names: Vec::new(),
        link_state: Some("UNMANAGED_SOURCE"),
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
        .map(|half| body(state, call, cluster, half, View::List))
        .collect();
    let of = arbitrary(state.seed, &[&cluster.id, "links"]);
    cluster.profile.arrange(Trait::UnsortedNames, &mut rows, of);
    rows.extend(
        cluster
            .deleted_half_rows
            .iter()
            .map(|row| deleted_half_row(state, call, row)),
    );
    Ok(Reply::list("KafkaLinkDataList", &call.url("/links"), &rows))
}

/// `GET /links/{link}`.
pub(crate) fn get(state: &State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let view = View::Get {
        tasks: call.query.flag("include_tasks", false)?,
    };
    let half = visible(state, call, call.name(0))?;
    Ok(Reply::json(
        200,
        &body(state, call, call.cluster(state)?, half, view),
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
        deletion::delete_link(state, &call.half());
    }
    Ok(Reply::empty(status))
}
