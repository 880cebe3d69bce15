//! Reading mirror topics. The list of a whole cluster can be long, so rows are written straight
//! from the state, without a tree of values in between.

use super::Call;
use super::error::ApiError;
use super::links::{is_shown, visible};
use super::reply::{Metadata, Reply};
use crate::engine::position;
use crate::state::State;
use crate::state::link::{Half, Mirror, TaskError};
use crate::vocabulary::MirrorStatus;
use serde::Serialize;

/// One partition's lag.
#[derive(Debug, Serialize)]
pub(crate) struct MirrorLag {
    partition: usize,
    lag: i64,
    last_source_fetch_offset: i64,
}

#[derive(Debug, Serialize)]
struct MirrorData<'a> {
    kind: &'static str,
    metadata: Metadata,
    link_name: &'a str,
    mirror_topic_name: &'a str,
    source_topic_name: &'a str,
    num_partitions: usize,
    mirror_lags: Vec<MirrorLag>,
    mirror_status: &'static str,
    mirror_topic_error: &'static str,
    state_time_ms: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    mirror_state_transition_errors: Option<&'a [TaskError]>,
}

/// The lags of a mirror, partition by partition.
pub(crate) fn lags(state: &State, half: &Half, mirror: &Mirror) -> Vec<MirrorLag> {
    (0..mirror.fetched.len())
        .map(|partition| {
            let place = position::position(state, half, mirror, partition);
            MirrorLag {
                partition,
                lag: place.lag(),
                last_source_fetch_offset: if mirror.ever_fetched {
                    place.fetched
                } else {
                    -1
                },
            }
        })
        .collect()
}

fn body<'a>(
    state: &State,
    links_url: &str,
    half: &'a Half,
    name: &'a str,
    mirror: &'a Mirror,
    with_errors: bool,
) -> MirrorData<'a> {
    let (link, topic) = (super::path::encode(&half.name), super::path::encode(name));
    MirrorData {
        kind: "KafkaMirrorData",
        metadata: Metadata::new(format!("{links_url}/{link}/mirrors/{topic}")),
        link_name: &half.name,
        mirror_topic_name: name,
        source_topic_name: &mirror.source_topic,
        num_partitions: mirror.fetched.len(),
        mirror_lags: lags(state, half, mirror),
        mirror_status: mirror.status.name(),
        mirror_topic_error: mirror.error.name(),
        state_time_ms: mirror.state_time,
        mirror_state_transition_errors: with_errors.then_some(mirror.transition_errors.as_slice()),
    }
}

fn wanted_status(call: &Call<'_>) -> Result<Option<MirrorStatus>, ApiError> {
    match call.query.get("mirror_status") {
        None => Ok(None),
        Some(text) => MirrorStatus::parse(&text.to_ascii_uppercase())
            .map(Some)
            .ok_or_else(|| {
                ApiError::bad_request(format!(
                    "Query parameter 'mirror_status' has no value '{text}'."
                ))
            }),
    }
}

/// `GET /links/{link}/mirrors`.
pub(crate) fn list(state: &State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let wanted = wanted_status(call)?;
    let half = visible(state, call, call.name(0))?;
    let links = call.url("/links");
    let rows: Vec<MirrorData<'_>> = half
        .mirrors
        .iter()
        .filter(|(_, row)| is_shown(state, row.status))
        .filter(|(_, row)| wanted.is_none_or(|wanted| row.status == wanted))
        .map(|(name, row)| body(state, &links, half, name, row, false))
        .collect();
    let url = format!("{links}/{}/mirrors", super::path::encode(&half.name));
    Ok(Reply::list("KafkaMirrorDataList", &url, &rows))
}

/// `GET /links/-/mirrors`.
pub(crate) fn list_all(state: &State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let wanted = wanted_status(call)?;
    let links = call.url("/links");
    let rows: Vec<MirrorData<'_>> = call
        .cluster(state)?
        .halves
        .values()
        .filter(|half| half.visible_at <= state.now)
        .flat_map(|half| {
            half.mirrors
                .iter()
                .filter(|(_, row)| is_shown(state, row.status))
                .filter(|(_, row)| wanted.is_none_or(|wanted| row.status == wanted))
                .map(|(name, row)| body(state, &links, half, name, row, false))
        })
        .collect();
    Ok(Reply::list(
        "KafkaMirrorDataList",
        &format!("{links}/-/mirrors"),
        &rows,
    ))
}

/// `GET /links/{link}/mirrors/{mirror}`.
pub(crate) fn get(state: &State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let with_errors = call.query.flag("include_state_transition_errors", false)?;
    let half = visible(state, call, call.name(0))?;
    let name = call.name(1);
    let row = half
        .mirrors
        .get_key_value(name)
        .filter(|(_, row)| is_shown(state, row.status))
        .ok_or_else(|| ApiError::missing(format!("Mirror topic '{name}' does not exist.")))?;
    let links = call.url("/links");
    Ok(Reply::json(
        200,
        &body(state, &links, half, row.0, row.1, with_errors),
    ))
}

/// Remembers that somebody read the rows of stopped mirrors: their history may be deleted then.
pub(crate) fn note_read(state: &mut State, call: &Call<'_>, route: &str) {
    let now = state.now;
    let hides_stopped = call
        .query
        .get("mirror_status")
        .is_some_and(|status| !status.eq_ignore_ascii_case("STOPPED"));
    let Some(cluster) = state.clusters.get_mut(&call.cluster) else {
        return;
    };
    match route {
        "mirrors.list-all" if !hides_stopped => {
            for half in cluster.halves.values_mut() {
                half.listed_at = Some(now);
            }
        }
        "mirrors.list" if !hides_stopped => {
            if let Some(half) = cluster.halves.get_mut(call.name(0)) {
                half.listed_at = Some(now);
            }
        }
        "mirrors.get" => {
            let half = cluster.halves.get_mut(call.name(0));
            if let Some(row) = half.and_then(|half| half.mirrors.get_mut(call.name(1)))
                && row.status == MirrorStatus::Stopped
            {
                row.history_read = true;
            }
        }
        _ => {}
    }
}
