//! Whether a link half reaches the other cluster, asked of the world as it is.

use super::principal::principal_permissions;
use crate::fault::{Fault, FaultAction};
use crate::state::key::HalfKey;
use crate::state::link::Half;
use crate::state::{Cluster, State};
use crate::vocabulary::{ConnectionMode, LinkError, LinkMode};

/// The cluster whose bootstrap address a half names, if the world has it.
pub(crate) fn by_bootstrap<'a>(state: &'a State, bootstrap: &str) -> Option<&'a Cluster> {
    // Names of hosts have no case.
    let names = |own: &str| addresses(bootstrap).any(|address| address.eq_ignore_ascii_case(own));
    state
        .clusters
        .values()
        .find(|cluster| addresses(&cluster.bootstrap).any(names))
}

/// The addresses of a list, without a `SASL_SSL://` in front.
fn addresses(list: &str) -> impl Iterator<Item = &str> {
    list.split(',')
        .map(str::trim)
        .map(|address| address.split_once("://").map_or(address, |(_, rest)| rest))
        .filter(|address| !address.is_empty())
}

/// Whether links can reach a cluster: neither the world file nor a fault has cut it off.
pub(crate) fn is_reachable(state: &State, cluster: &Cluster) -> bool {
    let cut = |fault: &Fault| {
        matches!(&fault.spec.action,
            FaultAction::SourceUnreachable { cluster: id } if *id == cluster.id)
    };
    cluster.reachable && !state.faults.iter().any(cut)
}

/// Why a half cannot reach its other side right now, or `None` if it can.
pub(crate) fn problem(state: &State, cluster: &str, half: &Half) -> Option<LinkError> {
    let forced = state
        .faults
        .iter()
        .find_map(|fault| match &fault.spec.action {
            FaultAction::LinkError {
                cluster: id,
                link,
                error,
            } if id == cluster && *link == half.name => Some(*error),
            _ => None,
        });
    if forced.is_some() {
        return forced;
    }
    if half.connection == ConnectionMode::Inbound {
        return inbound_problem(state, cluster, half);
    }
    let remote = by_bootstrap(state, half.config("bootstrap.servers").unwrap_or(""));
    let Some(remote) = remote else {
        return Some(LinkError::UnresolvableBootstrapError);
    };
    if !is_reachable(state, remote) {
        return Some(LinkError::BootstrapTcpConnectionFailedError);
    }
    if half.remote.as_deref().is_some_and(|id| id != remote.id) {
        return Some(LinkError::Unknown);
    }
    let Some(may) = principal_permissions(remote, &half.configs, "") else {
        return Some(LinkError::AuthenticationError);
    };
    if half.mode == LinkMode::Source && !may.accepts_links() {
        return Some(LinkError::Unknown);
    }
    if half.mode == LinkMode::Source && state.peer(&HalfKey::new(cluster, &half.name)).is_none() {
        return Some(LinkError::Unknown);
    }
    None
}

fn inbound_problem(state: &State, cluster: &str, half: &Half) -> Option<LinkError> {
    let remote = half.remote.as_deref().and_then(|id| state.clusters.get(id));
    if remote.is_some_and(|remote| !is_reachable(state, remote)) {
        return Some(LinkError::TimeoutError);
    }
    match state.peer(&HalfKey::new(cluster, &half.name)) {
        None => Some(LinkError::Unknown),
        Some((_, peer)) if peer.connection == ConnectionMode::Inbound => {
            Some(LinkError::TimeoutError)
        }
        Some((owner, peer)) => problem(state, &owner.id, peer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lose_their_protocol() {
        let all: Vec<_> = addresses("SASL_SSL://a:9092, b:9092,").collect();
        assert_eq!(all, ["a:9092", "b:9092"]);
    }
}
