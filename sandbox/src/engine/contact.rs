//! Whether a link half is in contact with the other cluster, and what follows when that changes.

use super::{Event, mirror, schedule, tasks};
use crate::clock::Millis;
use crate::fault::FaultAction;
use crate::state::link::{Contact, Half};
use crate::state::{Cluster, State};
use crate::vocabulary::{ClusterKind, ConnectionMode, LinkError, LinkMode, LinkPermission, Role};

/// The cluster whose bootstrap address a half names, if the world has it.
pub(crate) fn by_bootstrap<'a>(state: &'a State, bootstrap: &str) -> Option<&'a Cluster> {
    let wanted: Vec<&str> = addresses(bootstrap).collect();
    state
        .clusters
        .values()
        .find(|cluster| addresses(&cluster.bootstrap).any(|address| wanted.contains(&address)))
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
    let cut = |fault: &crate::fault::Fault| {
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
    if principal_permissions(remote, &half.configs, "").is_none() {
        return Some(LinkError::AuthenticationError);
    }
    if half.mode == LinkMode::Source && state.peer(cluster, &half.name).is_none() {
        return Some(LinkError::Unknown);
    }
    None
}

fn inbound_problem(state: &State, cluster: &str, half: &Half) -> Option<LinkError> {
    let remote = half.remote.as_deref().and_then(|id| state.clusters.get(id));
    if remote.is_some_and(|remote| !is_reachable(state, remote)) {
        return Some(LinkError::TimeoutError);
    }
    match state.peer(cluster, &half.name) {
        None => Some(LinkError::Unknown),
        Some((_, peer)) if peer.connection == ConnectionMode::Inbound => {
            Some(LinkError::TimeoutError)
        }
        Some((owner, peer)) => problem(state, &owner.id, peer),
    }
}

/// What the principal in a half's configs may read on a cluster; `None` when it cannot authenticate.
/// `family` is `""` for the remote side's keys and `"local."` for the own side's.
pub(crate) fn principal_permissions(
    remote: &Cluster,
    configs: &std::collections::BTreeMap<String, String>,
    family: &str,
) -> Option<Vec<LinkPermission>> {
    let Some(principals) = &remote.link_principals else {
        return Some(vec![
            LinkPermission::Topics,
            LinkPermission::Groups,
            LinkPermission::Acls,
        ]);
    };
    let jaas = configs.get(&format!("{family}sasl.jaas.config"))?;
    let name = option(jaas, "username").or_else(|| option(jaas, "clientId"))?;
    let secret = option(jaas, "password").or_else(|| option(jaas, "clientSecret"))?;
    principals
        .iter()
        .find(|principal| principal.username == name && principal.password == secret)
        .map(|principal| principal.may.clone())
        .or_else(|| api_key_permissions(remote, name, secret))
}

/// What a Cloud API key of the REST API may do as a link's principal: on Cloud both are one key.
fn api_key_permissions(remote: &Cluster, name: &str, secret: &str) -> Option<Vec<LinkPermission>> {
    if remote.kind != ClusterKind::ConfluentCloud {
        return None;
    }
    let known = remote
        .rest_auth
        .as_ref()?
        .basic
        .iter()
        .find(|known| known.username == name && known.password == secret)?;
    Some(match known.role {
        Role::Admin | Role::Operator => vec![
            LinkPermission::Topics,
            LinkPermission::Groups,
            LinkPermission::Acls,
        ],
        // It describes, and does not read.
        Role::Reader => vec![LinkPermission::Groups, LinkPermission::Acls],
        Role::Nobody => Vec::new(),
    })
}

/// The value of an option in a JAAS line, in either kind of quotes or none.
fn option<'a>(jaas: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = jaas;
    loop {
        let at = rest.find(name)?;
        let before = rest[..at].chars().next_back();
        let after = rest[at + name.len()..].trim_start();
        rest = &rest[at + name.len()..];
        if before.is_some_and(|letter| !letter.is_whitespace()) {
            continue;
        }
        let Some(value) = after.strip_prefix('=') else {
            continue;
        };
        let value = value.trim_start();
        return match value.chars().next()? {
            quote @ ('"' | '\'') => value[1..].split(quote).next(),
            _ => value.split([' ', ';']).next(),
        };
    }
}

/// Reads every half again after something changed that may have opened or cut a connection.
pub(crate) fn refresh_all(state: &mut State) {
    for (cluster, link) in state.all_halves() {
        refresh(state, &cluster, &link);
    }
}

fn refresh(state: &mut State, cluster: &str, link: &str) {
    let Some(half) = state.half(cluster, link) else {
        return;
    };
    let problem_of_link = problem(state, cluster, half);
    let needs_peer = half.needs_peer() && state.peer(cluster, link).is_none();
    let availability = half.availability_ms();
    let (contact, shown, recovering) = (half.contact, half.error, half.recovering);
    match (contact, problem_of_link) {
        (Contact::Never, _) if needs_peer || half.tried => {}
        (Contact::Never, _) => {
            let delay = Millis::from(state.timings.first_contact_ms);
            let Some(epoch) = next_epoch(state, cluster, link) else {
                return;
            };
            if let Some(half) = state.half_mut(cluster, link) {
                half.tried = true;
            }
            let (cluster, link) = (cluster.to_owned(), link.to_owned());
            schedule(
                state,
                delay,
                Event::FirstContact {
                    cluster,
                    link,
                    epoch,
                },
            );
        }
        (Contact::Up, None) => {}
        (Contact::Up, Some(_)) => {
            let error_delay = Millis::from(state.timings.error_visible_ms);
            lose(state, cluster, link, error_delay, availability);
        }
        (Contact::Lost(_) | Contact::Unavailable(_), None) if !recovering => {
            let delay = Millis::from(state.timings.recover_ms);
            let Some(epoch) = next_epoch(state, cluster, link) else {
                return;
            };
            if let Some(half) = state.half_mut(cluster, link) {
                half.recovering = true;
            }
            let (cluster, link) = (cluster.to_owned(), link.to_owned());
            schedule(
                state,
                delay,
                Event::ContactBack {
                    cluster,
                    link,
                    epoch,
                },
            );
        }
        (Contact::Lost(_) | Contact::Unavailable(_), None) => {}
        (Contact::Lost(since) | Contact::Unavailable(since), Some(error)) => {
            if recovering {
                // It failed again before it was back: the outage goes on.
                let waited = (state.now - since).max(0);
                let error_delay = Millis::from(state.timings.error_visible_ms);
                let Some(epoch) = next_epoch(state, cluster, link) else {
                    return;
                };
                if let Some(half) = state.half_mut(cluster, link) {
                    half.recovering = false;
                }
                schedule_outage(
                    state,
                    cluster,
                    link,
                    epoch,
                    (error_delay - waited).max(0),
                    (availability - waited).max(0),
                );
            } else if shown.is_some()
                && shown != Some(error)
                && let Some(half) = state.half_mut(cluster, link)
            {
                half.error = Some(error);
            }
        }
    }
}

fn next_epoch(state: &mut State, cluster: &str, link: &str) -> Option<u64> {
    let half = state.half_mut(cluster, link)?;
    half.epoch += 1;
    Some(half.epoch)
}

fn lose(state: &mut State, cluster: &str, link: &str, error_delay: Millis, availability: Millis) {
    let now = state.now;
    let Some(epoch) = next_epoch(state, cluster, link) else {
        return;
    };
    if let Some(half) = state.half_mut(cluster, link) {
        half.contact = Contact::Lost(now);
        half.recovering = false;
    }
    mirror::refresh_all(state, cluster, link);
    schedule_outage(state, cluster, link, epoch, error_delay, availability);
}

fn schedule_outage(
    state: &mut State,
    cluster: &str,
    link: &str,
    epoch: u64,
    error_delay: Millis,
    availability: Millis,
) {
    let (cluster, link) = (cluster.to_owned(), link.to_owned());
    let visible = Event::ErrorVisible {
        cluster: cluster.clone(),
        link: link.clone(),
        epoch,
    };
    schedule(state, error_delay, visible);
    schedule(
        state,
        availability,
        Event::Unavailable {
            cluster,
            link,
            epoch,
        },
    );
}

/// The half, if the event is about its present contact.
fn current<'a>(state: &'a State, cluster: &str, link: &str, epoch: u64) -> Option<&'a Half> {
    state.half(cluster, link).filter(|half| half.epoch == epoch)
}

/// The first try after a link was created.
pub(crate) fn first(state: &mut State, cluster: &str, link: &str, epoch: u64) {
    let Some(half) = current(state, cluster, link, epoch) else {
        return;
    };
    if half.needs_peer() && state.peer(cluster, link).is_none() {
        if let Some(half) = state.half_mut(cluster, link) {
            half.tried = false;
        }
        return;
    }
    let availability = half.availability_ms();
    match problem(state, cluster, half) {
        None => up(state, cluster, link),
        Some(_) => lose(state, cluster, link, 0, availability),
    }
}

/// `link_error` becomes visible.
pub(crate) fn error_visible(state: &mut State, cluster: &str, link: &str, epoch: u64) {
    let Some(half) = current(state, cluster, link, epoch) else {
        return;
    };
    let error = problem(state, cluster, half);
    if let Some(half) = state.half_mut(cluster, link) {
        half.error = error;
    }
}

/// The availability checks give up on the other side.
pub(crate) fn unavailable(state: &mut State, cluster: &str, link: &str, epoch: u64) {
    let Some(half) = current(state, cluster, link, epoch) else {
        return;
    };
    let error = problem(state, cluster, half);
    if let Some(half) = state.half_mut(cluster, link) {
        if let Contact::Lost(since) = half.contact {
            half.contact = Contact::Unavailable(since);
        }
        half.error = error;
    }
    mirror::refresh_all(state, cluster, link);
}

/// Contact is back, unless it was lost again meanwhile.
pub(crate) fn back(state: &mut State, cluster: &str, link: &str, epoch: u64) {
    let Some(half) = current(state, cluster, link, epoch) else {
        return;
    };
    if problem(state, cluster, half).is_none() {
        up(state, cluster, link);
    } else if let Some(half) = state.half_mut(cluster, link) {
        half.recovering = false;
    }
}

fn up(state: &mut State, cluster: &str, link: &str) {
    if let Some(half) = state.half_mut(cluster, link) {
        half.contact = Contact::Up;
        half.recovering = false;
        half.error = None;
    }
    mirror::refresh_all(state, cluster, link);
    tasks::wake_all(state, cluster, link);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_of_a_jaas_line_are_found_in_any_quotes() {
        let line = "org.apache.kafka.common.security.plain.PlainLoginModule required \
                    username=\"KEY\" password='S3 cret';";
        assert_eq!(option(line, "username"), Some("KEY"));
        assert_eq!(option(line, "password"), Some("S3 cret"));
        assert_eq!(
            option("x required clientId=abc clientSecret=def;", "clientSecret"),
            Some("def")
        );
        assert_eq!(option(line, "clientId"), None);
    }

    #[test]
    fn addresses_lose_their_protocol() {
        let all: Vec<_> = addresses("SASL_SSL://a:9092, b:9092,").collect();
        assert_eq!(all, ["a:9092", "b:9092"]);
    }
}
