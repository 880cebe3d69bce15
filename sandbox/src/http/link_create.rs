//! Creating links: modes, ids, the order of halves, and validation against the other side.

use super::config_values::{
    Change, Moment, Place, apply, check_together, clear_disabled, is_name_letter,
};
use super::error::ApiError;
use super::reply::Reply;
use super::{Call, links};
use crate::clock::Millis;
use crate::engine::principal::principal_permissions;
use crate::engine::reach::{by_bootstrap, is_reachable};
use crate::engine::{agenda, contact};
use crate::harm::HarmKind;
use crate::profile::Trait;
use crate::state::key::HalfKey;
use crate::state::link::Half;
use crate::state::{Cluster, State};
use crate::switches::{
    CreateStatus, FirstHalfValidation, InboundHalfId, LinkExists, LinkNameRule,
    OutboundBeforeInboundOnCloud,
};
use crate::vocabulary::{ClusterKind, ConnectionMode, LinkMode};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Body of the create call.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Body {
    source_cluster_id: Option<String>,
    destination_cluster_id: Option<String>,
    remote_cluster_id: Option<String>,
    cluster_link_id: Option<String>,
    configs: Vec<ConfigData>,
}

/// A config of a create call.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfigData {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) value: Option<String>,
}

/// The status of a successful create.
pub(crate) fn created(state: &State) -> Reply {
    Reply::empty(match state.switches.create_status {
        CreateStatus::Created => 201,
        CreateStatus::NoContent => 204,
        CreateStatus::Ok => 200,
    })
}

/// Refuses a name that no link may have.
fn check_name(state: &State, name: &str) -> Result<(), ApiError> {
    let good = match state.switches.link_name_rule {
        LinkNameRule::TopicLike => {
            name.len() <= 249 && name.chars().all(is_name_letter) && ![".", ".."].contains(&name)
        }
        LinkNameRule::Lenient => !name
            .chars()
            .any(|letter| letter.is_control() || letter == '/'),
    };
    if good && !name.is_empty() && name != "-" {
        Ok(())
    } else {
        Err(ApiError::bad_request("Invalid Cluster Link Name."))
    }
}

/// The new half's shape, read from its configs.
struct Shape {
    mode: LinkMode,
    connection: ConnectionMode,
    configs: BTreeMap<String, String>,
}

fn shape(state: &State, cluster: &Cluster, changes: &[Change]) -> Result<Shape, ApiError> {
    let requested = |name: &str| {
        changes
            .iter()
            .rev()
            .find(|change| change.name == name)
            .and_then(|change| change.value.clone())
    };
    let mode = match requested("link.mode").as_deref() {
        None | Some("DESTINATION") => LinkMode::Destination,
        Some("SOURCE") => LinkMode::Source,
        Some("BIDIRECTIONAL") if cluster.profile.has(Trait::Bidirectional) => {
            LinkMode::Bidirectional
        }
        Some(other) => {
            return Err(ApiError::kafka(format!(
                "Invalid value {other} for configuration link.mode"
            )));
        }
    };
    let connection = match requested("connection.mode").as_deref() {
        None | Some("OUTBOUND") => ConnectionMode::Outbound,
        Some("INBOUND") => ConnectionMode::Inbound,
        Some(other) => {
            return Err(ApiError::kafka(format!(
                "Invalid value {other} for configuration connection.mode"
            )));
        }
    };
    if mode == LinkMode::Source && connection == ConnectionMode::Inbound {
        return Err(ApiError::kafka(
            "The cluster link has an invalid configuration: a link with link.mode SOURCE must \
             have connection.mode OUTBOUND.",
        ));
    }
    let mut configs = BTreeMap::new();
    let place = Place {
        state,
        cluster,
        mode,
        remote: None,
    };
    for change in changes {
        apply(place, &mut configs, change, Moment::Create)?;
    }
    clear_disabled(place, &mut configs, changes);
    Ok(Shape {
        mode,
        connection,
        configs,
    })
}

/// The id of the other cluster that the body gives, in the field its mode asks for.
fn given_remote(state: &State, body: &Body, shape: &Shape) -> Result<Option<String>, ApiError> {
    let either = state.switches.inbound_half_id == InboundHalfId::Either
        && shape.connection == ConnectionMode::Inbound;
    let (expected, other) = match shape.mode {
        LinkMode::Destination if either && body.source_cluster_id.is_none() => {
            (&body.destination_cluster_id, &body.remote_cluster_id)
        }
        LinkMode::Destination => (&body.source_cluster_id, &body.destination_cluster_id),
        LinkMode::Source => (&body.destination_cluster_id, &body.source_cluster_id),
        LinkMode::Bidirectional => (&body.remote_cluster_id, &body.source_cluster_id),
    };
    if expected.is_none() && other.is_some() {
        return Err(ApiError::bad_request(format!(
            "The cluster id is given in the wrong field for link.mode {}.",
            shape.mode.name()
        )));
    }
    Ok(expected.clone().filter(|id| !id.is_empty()))
}

/// `POST /links`.
pub(crate) fn create(state: &mut State, call: &Call<'_>) -> Result<Reply, ApiError> {
    let name = call
        .query
        .get("link_name")
        .ok_or_else(|| ApiError::bad_request("Query parameter 'link_name' is required."))?
        .to_owned();
    check_name(state, &name)?;
    let validate_only = call.query.flag("validate_only", false)?;
    let validate_link = call.query.flag("validate_link", true)?;
    let body: Body = call.json_or_default()?;
    let cluster = call.cluster(state)?;
    let changes: Vec<Change> = body
        .configs
        .iter()
        .map(|config| Change {
            name: config.name.clone(),
            value: config.value.clone(),
        })
        .collect();
    check_name_and_count(state, cluster, &name)?;
    let shape = shape(state, cluster, &changes)?;
    let bootstrap = shape
        .configs
        .get("bootstrap.servers")
        .map_or("", String::as_str);
    let reached = by_bootstrap(state, bootstrap);
    let given = given_remote(state, &body, &shape)?;
    let outbound = shape.connection == ConnectionMode::Outbound;
    if outbound && bootstrap.is_empty() {
        return Err(ApiError::kafka(
            "Missing required configuration \"bootstrap.servers\" which has no default value.",
        ));
    }
    let remote = match (&given, reached) {
        (Some(id), _) => Some(id.clone()),
        (None, Some(cluster)) if outbound => Some(cluster.id.clone()),
        _ if outbound => None,
        _ => {
            return Err(ApiError::bad_request(
                "The id of the remote cluster is required for a link with connection.mode INBOUND.",
            ));
        }
    };
    if remote.as_deref() == Some(call.cluster.as_str()) {
        return Err(ApiError::kafka(
            "A cluster link cannot lead to its own cluster.",
        ));
    }
    check_tier(state, cluster, &shape, remote.as_deref())?;
    check_prefix(cluster, &shape)?;
    if let Some(expected) = shape.configs.get("cluster.link.id")
        && remote.as_deref().is_some_and(|remote| remote != expected)
    {
        return Err(ApiError::kafka("Remote cluster id mismatch."));
    }
    let place = Place {
        state,
        cluster,
        mode: shape.mode,
        remote: remote.as_deref(),
    };
    check_together(place, &shape.configs)?;
    if outbound && validate_link {
        validate(state, cluster, &shape, reached, remote.as_deref())?;
    }
    let lone = Pairing {
        name: &name,
        remote: remote.as_deref(),
        validate_link,
    };
    let (adopted, split) = pair(state, call, &body, &shape, lone)?;
    if validate_only {
        return Ok(created(state));
    }
    insert(state, call, &name, shape, remote, adopted);
    if split {
        let text = format!(
            "The halves of link '{name}' were created so close together that each got an id of \
             its own: they will never pair."
        );
        state.harm(HarmKind::HalvesSplit, &call.cluster, &name, text);
    }
    Ok(created(state))
}

/// Refuses a name that is taken, and a link too many.
fn check_name_and_count(state: &State, cluster: &Cluster, name: &str) -> Result<(), ApiError> {
    if !cluster.can_hold_links() {
        return Err(ApiError::no_path());
    }
    if cluster.halves.contains_key(name) {
        let text = if cluster.profile.has(Trait::TakenLinkNamed) {
            format!("Cluster link '{name}' already exists.")
        } else {
            String::from("A cluster link already exists with the provided link name.")
        };
        return Err(match state.switches.link_exists {
            LinkExists::Conflict => ApiError::new(409, 40902, text),
            LinkExists::BadRequestCode404 => ApiError::new(400, 404, text),
        });
    }
    if cluster
        .link_limit
        .is_some_and(|limit| cluster.halves.len() >= limit)
    {
        return Err(ApiError::kafka("The cluster holds no more cluster links."));
    }
    Ok(())
}

/// Refuses what the cluster types cannot do: Basic and Standard clusters are sources of
/// destination-initiated links and nothing else.
fn check_tier(
    state: &State,
    cluster: &Cluster,
    shape: &Shape,
    remote: Option<&str>,
) -> Result<(), ApiError> {
    let outside = |cluster: &Cluster| cluster.is_outside_linking(&state.switches);
    if cluster.is_source_only_tier() || outside(cluster) {
        return Err(ApiError::kafka(
            "Cluster linking is disabled in this cluster.",
        ));
    }
    let remote = remote.and_then(|id| state.clusters.get(id));
    let simple =
        shape.mode == LinkMode::Destination && shape.connection == ConnectionMode::Outbound;
    match remote {
        Some(remote) if (!simple && remote.is_source_only_tier()) || outside(remote) => Err(
            ApiError::kafka("Cluster linking is disabled in the remote cluster."),
        ),
        Some(remote) if !simple && remote.kind == ClusterKind::ApacheKafka => Err(ApiError::kafka(
            "The remote cluster does not support source-initiated or bidirectional links.",
        )),
        _ => Ok(()),
    }
}

/// Two links on one cluster cannot share a prefix.
fn check_prefix(cluster: &Cluster, shape: &Shape) -> Result<(), ApiError> {
    let prefix = shape
        .configs
        .get("cluster.link.prefix")
        .map_or("", String::as_str);
    let taken = !prefix.is_empty() && cluster.halves.values().any(|half| half.prefix() == prefix);
    if taken {
        return Err(ApiError::kafka(
            "A cluster link with the provided prefix already exists.",
        ));
    }
    Ok(())
}

/// Connects to the remote cluster, as `validate_link=true` asks.
fn validate(
    state: &State,
    cluster: &Cluster,
    shape: &Shape,
    reached: Option<&Cluster>,
    remote: Option<&str>,
) -> Result<(), ApiError> {
    let Some(reached) = reached else {
        return Err(ApiError::kafka(
            "Unable to validate cluster link: No resolvable bootstrap urls given in \
             bootstrap.servers.",
        ));
    };
    if !is_reachable(state, reached) {
        return Err(ApiError::new(
            408,
            408,
            "Unable to validate cluster link: Timed out waiting for a node assignment.",
        ));
    }
    if remote.is_some_and(|remote| remote != reached.id) {
        return Err(ApiError::kafka(format!(
            "Unable to validate cluster link: Remote cluster id mismatch, found {}.",
            reached.id
        )));
    }
    let Some(may) = principal_permissions(reached, &shape.configs, "") else {
        return Err(ApiError::kafka(
            "Unable to validate cluster link: authentication with the remote cluster failed.",
        ));
    };
    if !may.mirrors_some() {
        return Err(ApiError::kafka(
            "Unable to validate cluster link: the link's principal is not authorized to read \
             topics of the remote cluster.",
        ));
    }
    if shape.mode == LinkMode::Source && !may.accepts_links() {
        return Err(ApiError::forbidden());
    }
    // Without `local.` credentials Confluent Server goes through its inter-broker listener.
    let own_listener = cluster.kind == ClusterKind::ConfluentPlatform
        && !shape.configs.contains_key("local.sasl.jaas.config");
    if shape.mode == LinkMode::Source
        && !own_listener
        && principal_permissions(cluster, &shape.configs, "local.").is_none()
    {
        return Err(ApiError::kafka(
            "Unable to validate cluster link: authentication with the local cluster failed.",
        ));
    }
    Ok(())
}

/// What decides which id a new half gets.
struct Pairing<'a> {
    name: &'a str,
    remote: Option<&'a str>,
    validate_link: bool,
}

/// The id of the other half to adopt, if there is one, and whether the two will be split for
/// having been created at once.
fn pair(
    state: &State,
    call: &Call<'_>,
    body: &Body,
    shape: &Shape,
    new: Pairing<'_>,
) -> Result<(Option<String>, bool), ApiError> {
    let bidirectional = shape.mode == LinkMode::Bidirectional;
    let inbound = shape.connection == ConnectionMode::Inbound;
    if bidirectional && inbound && body.cluster_link_id.is_some() {
        return Err(ApiError::kafka(
            "Unexpected cluster link id. Should not be provided for bi-directional cluster link \
             with inbound connections.",
        ));
    }
    if shape.mode == LinkMode::Destination {
        return Ok((None, false));
    }
    let remote = new.remote.and_then(|id| state.clusters.get(id));
    let peer = remote
        .and_then(|remote| remote.halves.get(new.name))
        .filter(|peer| {
            let fits = match shape.mode {
                LinkMode::Source => {
                    peer.mode == LinkMode::Destination && peer.connection == ConnectionMode::Inbound
                }
                _ => peer.mode == LinkMode::Bidirectional,
            };
            fits && !peer.deleting && peer.remote.as_deref().is_none_or(|id| id == call.cluster)
        });
    let seen = peer.filter(|peer| peer.peer_visible_at <= state.now);
    let reachable = remote.is_some_and(|remote| is_reachable(state, remote));
    let timed_out = || ApiError::new(408, 408, "Timed out waiting for a node assignment.");
    if shape.mode == LinkMode::Source {
        if !reachable {
            return Err(timed_out());
        }
        let Some(peer) = seen else {
            return Err(ApiError::kafka(format!(
                "Unable to create cluster link: destination cluster does not have a link named {}.",
                new.name
            )));
        };
        return check_expected(body, Some(peer))
            .map(|()| (Some(peer.cluster_link_id.clone()), false));
    }
    if let Some(peer) = seen
        && (reachable || inbound)
    {
        return check_expected(body, Some(peer))
            .map(|()| (Some(peer.cluster_link_id.clone()), false));
    }
    check_expected(body, None)?;
    if !inbound && peer.is_none() {
        let on_cloud = call.cluster(state)?.kind == ClusterKind::ConfluentCloud;
        let expects_inbound = shape
            .configs
            .get("remote.link.connection.mode")
            .map(String::as_str)
            == Some("INBOUND");
        let accepted = on_cloud
            && state.switches.outbound_before_inbound_on_cloud
                == OutboundBeforeInboundOnCloud::Accepted;
        if expects_inbound && !accepted {
            return Err(timed_out());
        }
        if new.validate_link && state.switches.first_half_validation == FirstHalfValidation::Fails {
            return Err(ApiError::kafka(format!(
                "Unable to validate cluster link: the remote cluster does not have a link named {}.",
                new.name
            )));
        }
    }
    if !inbound
        && let Some(peer) = peer
        && peer.connection == ConnectionMode::Inbound
        && seen.is_none()
    {
        return Err(timed_out());
    }
    Ok((None, peer.is_some()))
}

/// Compares the link id that the caller expects.
fn check_expected(body: &Body, peer: Option<&Half>) -> Result<(), ApiError> {
    match (&body.cluster_link_id, peer) {
        (Some(expected), Some(peer)) if *expected == peer.cluster_link_id => Ok(()),
        (Some(_), _) => Err(ApiError::kafka(
            "Cluster link id mismatch: the remote cluster has no link of the expected id.",
        )),
        (None, _) => Ok(()),
    }
}

fn insert(
    state: &mut State,
    call: &Call<'_>,
    name: &str,
    shape: Shape,
    remote: Option<String>,
    adopted: Option<String>,
) {
    let now = state.now;
    let after = |ms: u32| now + Millis::from(ms);
    let link_id = adopted.unwrap_or_else(|| state.random.link_id());
    let half = Half {
        remote,
        configs: shape.configs,
        visible_at: after(state.timings.link_visible_ms),
        resolvable_at: after(state.timings.link_resolvable_ms),
        peer_visible_at: after(state.timings.peer_visible_ms),
        ..Half::new(name, &link_id, (shape.mode, shape.connection), now)
    };
    // A row of an earlier link of this name ends when the name is used again.
    if let Some(cluster) = state.clusters.get_mut(&call.cluster) {
        cluster
            .deleted_half_rows
            .retain(|deleted_half_row| deleted_half_row.link != name);
        cluster.halves.insert(name.to_owned(), half);
    }
    contact::refresh_all(state);
    agenda::wake_all(state, &HalfKey::new(&call.cluster, name));
}

/// A link that a mirror can be made on: visible everywhere in the cluster.
pub(crate) fn resolvable<'a>(
    state: &'a State,
    call: &Call<'_>,
    name: &str,
) -> Result<&'a Half, ApiError> {
    let cluster = call.cluster(state)?;
    match cluster.halves.get(name) {
        Some(half) if half.resolvable_at > state.now => Err(ApiError::missing(format!(
            "Unable to resolve cluster link information for {name}"
        ))),
        _ => links::visible(state, call, name),
    }
}
