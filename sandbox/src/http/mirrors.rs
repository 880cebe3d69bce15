//! Reading mirror topics. The list of a whole cluster can be long, so rows are written straight
//! from the state, without a tree of values in between.

use super::Call;
use super::error::ApiError;
use super::links::{is_shown, is_shown_by_name, visible};
use super::path::encode;
use super::reply::{Metadata, Reply};
use crate::engine::position;
use crate::profile::{Trait, arbitrary};
use crate::state::link::{Half, Mirror, TaskError};
use crate::state::{Cluster, State};
use crate::switches::MirrorsOfAbsentLink;
use crate::vocabulary::{ClusterKind, MirrorStatus};
use serde::Serialize;

/// One partition's lag.
#[derive(Debug, Serialize)]
pub(crate) struct MirrorLag {
    pub(crate) partition: usize,
    pub(crate) lag: i64,
    pub(crate) last_source_fetch_offset: i64,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    mirror_topic_error: Option<&'static str>,
    state_time_ms: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    mirror_state_transition_errors: Option<&'a [TaskError]>,
}

/// The lags of a mirror, partition by partition, in the order in which its cluster lists them.
pub(crate) fn lags(
    state: &State,
    cluster: &Cluster,
    half: &Half,
    name: &str,
    mirror: &Mirror,
) -> Vec<MirrorLag> {
    let of = arbitrary(state.seed, &[&cluster.id, &half.name, name]);
    let idle = cluster.profile.has(Trait::IdleOffsets);
    let mut lags: Vec<MirrorLag> = (0..mirror.fetched.len())
        .map(|partition| {
            let place = position::position(state, half, mirror, partition);
            // Of a partition without records, servers do not agree with themselves.
            let unseen = idle && place.fetched == 0 && (of >> (partition % 64)) & 1 == 1;
            MirrorLag {
                partition,
                lag: place.lag(),
                last_source_fetch_offset: if mirror.ever_fetched && !unseen {
                    place.fetched
                } else {
                    -1
                },
            }
        })
        .collect();
    cluster.profile.arrange(Trait::UnsortedLags, &mut lags, of);
    lags
}

/// Where rows are shown.
struct View<'a, 'c> {
    state: &'a State,
    cluster: &'a Cluster,
    call: &'c Call<'c>,
    /// The address of the cluster's links.
    links: String,
    /// Whether transition errors are asked for.
    errors: bool,
}

impl<'a, 'c> View<'a, 'c> {
    fn new(state: &'a State, call: &'c Call<'c>) -> Result<View<'a, 'c>, ApiError> {
        Ok(View {
            state,
            cluster: call.cluster(state)?,
            call,
            links: call.url("/links"),
            errors: false,
        })
    }

    /// The rows of a half that reads show.
    fn rows(
        &self,
        half: &'a Half,
        wanted: Option<MirrorStatus>,
    ) -> impl Iterator<Item = MirrorData<'a>> {
        let former = half.former.iter().map(|(name, row)| (name, row));
        half.mirrors
            .iter()
            .chain(former)
            .filter(|(_, row)| is_shown(self.state, self.cluster, row.status))
            .filter(|(name, _)| self.call.sees(self.cluster, name))
            .filter(move |(_, row)| wanted.is_none_or(|wanted| row.status == wanted))
            .map(move |(name, row)| self.body(half, name, row))
    }

    /// Rows under the name of their link, in the order in which the cluster lists them.
    fn list(&self, link: &str, mut rows: Vec<MirrorData<'_>>) -> Reply {
        let of = arbitrary(self.state.seed, &[&self.cluster.id, link, "mirrors"]);
        self.cluster
            .profile
            .arrange(Trait::UnsortedNames, &mut rows, of);
        let url = format!("{}/{}/mirrors", self.links, encode(link));
        Reply::list("KafkaMirrorDataList", &url, &rows)
    }

    fn body(&self, half: &'a Half, name: &'a str, mirror: &'a Mirror) -> MirrorData<'a> {
        let has = |wanted| self.cluster.profile.has(wanted);
        let (link, topic) = (encode(&half.name), encode(name));
        MirrorData {
            kind: "KafkaMirrorData",
            metadata: Metadata::new(
                &self.state.switches,
                format!("{}/{link}/mirrors/{topic}", self.links),
            ),
            link_name: &half.name,
            mirror_topic_name: name,
            source_topic_name: &mirror.source_topic,
            num_partitions: mirror.fetched.len(),
            mirror_lags: lags(self.state, self.cluster, half, name, mirror),
            mirror_status: mirror.status.name(),
            mirror_topic_error: has(Trait::MirrorError).then(|| mirror.error.name()),
            state_time_ms: if has(Trait::StateTime) {
                mirror.state_time
            } else {
                0
            },
            mirror_state_transition_errors: (self.errors && has(Trait::TransitionErrors))
                .then_some(mirror.transition_errors.as_slice()),
        }
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
    let name = call.name(0);
    let empty = match state.switches.mirrors_of_absent_link {
        MirrorsOfAbsentLink::EmptyOnPlatform => {
            call.cluster(state)?.kind == ClusterKind::ConfluentPlatform
        }
        MirrorsOfAbsentLink::EmptyList => true,
        MirrorsOfAbsentLink::NotFound => false,
    };
    let half = match visible(state, call, name) {
        Err(_) if empty => None,
        half => Some(half?),
    };
    let view = View::new(state, call)?;
    let rows: Vec<MirrorData<'_>> = half
        .into_iter()
        .flat_map(|half| view.rows(half, wanted))
        .collect();
    Ok(view.list(name, rows))
}

/// `GET /links/-/mirrors`.
pub(crate) fn list_all(state: &State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let wanted = wanted_status(call)?;
    let view = View::new(state, call)?;
    let rows: Vec<MirrorData<'_>> = view
        .cluster
        .halves
        .values()
        .filter(|half| half.visible_at <= state.now)
        .flat_map(|half| view.rows(half, wanted))
        .collect();
    Ok(view.list("-", rows))
}

/// `GET /links/{link}/mirrors/{mirror}`.
pub(crate) fn get(state: &State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let errors = call.query.flag("include_state_transition_errors", false)?;
    let cluster = call.cluster(state)?;
    let half = visible(state, call, call.name(0))?;
    let name = call.name(1);
    let (name, row) = half
        .mirrors
        .get_key_value(name)
        .filter(|(_, row)| is_shown_by_name(state, cluster, row.status))
        .filter(|(name, _)| call.sees(cluster, name))
        .ok_or_else(|| ApiError::missing(format!("Mirror topic '{name}' does not exist.")))?;
    let view = View {
        errors,
        ..View::new(state, call)?
    };
    Ok(Reply::json(200, &view.body(half, name, row)))
}

/// Remembers that someone read the rows of stopped mirrors: their history may be deleted then.
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
