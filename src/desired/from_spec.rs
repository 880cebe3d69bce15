//! Spec → [`Desired`]: [`lower`] fills defaults, applies prefixes, spells halves out, and turns every
//! typed field into its link configs.
//!
//! It is total: what a valid spec cannot hold is left out here, since validation has reported it.

mod credentials;
mod settings;

use super::{
    BlastRadius, ClientAuthentication, Cluster, Desired, Exception, FailoverPolicy, Half, Link,
    MirrorRules, Peer, Policy, PromotePolicy, RestAuth, RestEndpoint, RetireMirrors, Retired, Role,
    Undeclared,
};
use crate::address::HalfAddress;
use crate::spec::{self, Connection, Located, Mode, Settings, Spec};

/// The desired state that a spec declares. Call it on a spec without errors.
#[must_use]
pub fn lower(spec: &Spec) -> Desired {
    Desired {
        clusters: spec
            .clusters
            .iter()
            .map(|(name, written)| (name.as_str().into(), cluster(name, written)))
            .collect(),
        links: spec
            .links
            .iter()
            .map(|(key, written)| (key.value.clone(), link(spec, key, written)))
            .collect(),
        retired: spec
            .retired
            .iter()
            .filter_map(|written| retired(spec, written))
            .collect(),
        exceptions: spec.exceptions.iter().map(exception).collect(),
        policy: spec.policy.as_ref().map(policy).unwrap_or_default(),
    }
}

fn cluster(name: &Located<String>, written: &spec::Cluster) -> Cluster {
    Cluster {
        name: name.as_str().into(),
        id: written.id.as_str().into(),
        kind: written.kind(),
        organization: text(written.organization.as_ref()),
        rest: written.rest_endpoint.as_ref().map(|url| RestEndpoint {
            url: url.value.clone(),
            auth: written.rest_auth.as_ref().map_or(RestAuth::None, rest_auth),
        }),
        bootstrap_servers: text(written.bootstrap_servers.as_ref()),
        place: name.place.clone(),
    }
}

fn text(written: Option<&Located<String>>) -> Option<String> {
    written.map(|text| text.value.clone())
}

fn rest_auth(written: &spec::RestAuth) -> RestAuth {
    if let Some(basic) = &written.basic {
        return RestAuth::Basic {
            username: basic.username.0.clone(),
            password: basic.password.0.clone(),
        };
    }
    if let Some(bearer) = &written.bearer {
        return RestAuth::Bearer {
            token: bearer.token.0.clone(),
            identity_pool: text(bearer.identity_pool.as_ref()),
        };
    }
    if let Some(oauth) = &written.oauth {
        return RestAuth::OAuth {
            token_url: oauth.token_url.value.clone(),
            client_id: oauth.client_id.0.clone(),
            client_secret: oauth.client_secret.0.clone(),
            scope: text(oauth.scope.as_ref()),
            identity_pool: text(oauth.identity_pool.as_ref()),
            client_authentication: (oauth.client_authentication.as_ref())
                .map_or(ClientAuthentication::Post, |it| it.value),
        };
    }
    if let Some(mtls) = &written.mtls {
        return RestAuth::Mtls {
            certificate: mtls.certificate.0.clone(),
            key: mtls.key.0.clone(),
            ca: mtls.ca.as_ref().map(|ca| ca.0.clone()),
        };
    }
    if let Some(mds) = &written.mds {
        return RestAuth::Mds {
            url: mds.url.value.clone(),
            username: mds.username.0.clone(),
            password: mds.password.0.clone(),
        };
    }
    RestAuth::None
}

fn link(spec: &Spec, key: &Located<String>, written: &spec::Link) -> Link {
    let name = spec::name_of(key, written);
    let mut halves = match written.mode() {
        Mode::DestinationInitiated => destination_initiated(spec, name, written),
        Mode::SourceInitiated => source_initiated(spec, name, written),
        Mode::Bidirectional => bidirectional(spec, name, written),
    };
    // Inbound before outbound: the outbound half connects to, and takes the id of, the inbound one.
    halves.sort_by_key(|half| half.role.connection_mode() != super::ConnectionMode::Inbound);
    Link {
        key: key.value.as_str().into(),
        name: name.as_str().into(),
        halves,
        protect: written
            .protect
            .as_ref()
            .is_some_and(|protect| protect.value),
        place: key.place.clone(),
    }
}

fn destination_initiated(spec: &Spec, name: &str, written: &spec::Link) -> Vec<Half> {
    let Some((source, destination)) = ends(spec, written) else {
        return Vec::new();
    };
    let half = HalfParts {
        name,
        holder: destination,
        peer: source,
        role: Role::Destination,
        settings: &written.settings,
        raw: Some(&written.settings),
        place: &written.place,
    };
    vec![half.build()]
}

fn source_initiated(spec: &Spec, name: &str, written: &spec::Link) -> Vec<Half> {
    let Some((source, destination)) = ends(spec, written) else {
        return Vec::new();
    };
    let inbound = HalfParts {
        name,
        holder: destination,
        peer: source,
        role: Role::InboundDestination,
        settings: &written.settings,
        raw: Some(&written.settings),
        place: &written.place,
    };
    let own = written.halves.get(&source.0.value);
    let outbound = HalfParts {
        name,
        holder: source,
        peer: destination,
        role: Role::OutboundSource,
        settings: &written.settings,
        raw: own.map(|half| &half.settings),
        place: own.map_or(&written.place, |half| &half.place),
    };
    vec![inbound.build(), outbound.build()]
}

fn bidirectional(spec: &Spec, name: &str, written: &spec::Link) -> Vec<Half> {
    let halves: Vec<_> = written.halves.iter().collect();
    let [(first, a), (second, b)] = halves.as_slice() else {
        return Vec::new();
    };
    let (Some(first), Some(second)) = (named(spec, first), named(spec, second)) else {
        return Vec::new();
    };
    let role = |own: &spec::Half, other: &spec::Half| match own.connection() {
        Connection::Inbound => Role::BidirectionalInbound,
        Connection::Outbound => Role::BidirectionalOutbound {
            peer_inbound: other.connection() == Connection::Inbound,
        },
    };
    [(first, second, *a, *b), (second, first, *b, *a)]
        .into_iter()
        .map(|(holder, peer, own, other)| {
            HalfParts {
                name,
                holder,
                peer,
                role: role(own, other),
                settings: &own.settings,
                raw: Some(&own.settings),
                place: &own.place,
            }
            .build()
        })
        .collect()
}

type End<'a> = (&'a Located<String>, &'a spec::Cluster);

/// The source and the destination of a link that copies one way.
fn ends<'a>(spec: &'a Spec, written: &spec::Link) -> Option<(End<'a>, End<'a>)> {
    Some((
        named(spec, written.source.as_ref()?)?,
        named(spec, written.destination.as_ref()?)?,
    ))
}

fn named<'a>(spec: &'a Spec, name: &str) -> Option<End<'a>> {
    let entry = spec.clusters.entry(name)?;
    Some((&entry.name, entry.value.as_ref()?))
}

/// What a half is made from.
struct HalfParts<'a> {
    name: &'a str,
    holder: End<'a>,
    peer: End<'a>,
    role: Role,
    settings: &'a Settings,
    /// Where the configs by their own name stand.
    raw: Option<&'a Settings>,
    place: &'a crate::diagnostic::Place,
}

impl HalfParts<'_> {
    fn build(&self) -> Half {
        let mirrors = self.role.holds_mirrors();
        let generation = [&self.settings.credentials, &self.settings.local_credentials]
            .into_iter()
            .flatten()
            .filter_map(|credentials| credentials.generation.as_ref())
            .map(|generation| generation.value)
            .max();
        let connects = self.role.connection_mode() == super::ConnectionMode::Outbound;
        Half {
            address: HalfAddress {
                cluster: self.holder.0.as_str().into(),
                link: self.name.into(),
            },
            cluster_id: self.holder.1.id.as_str().into(),
            role: self.role,
            peer: Peer {
                cluster: self.peer.0.as_str().into(),
                id: self.peer.1.id.as_str().into(),
            },
            prefix: text(self.settings.prefix.as_ref())
                .filter(|prefix| mirrors && !prefix.is_empty()),
            configs: self.configs(connects, mirrors),
            undeclared: self.raw.map(undeclared).map_or(Undeclared::Report, |it| it),
            generation: generation.filter(|_| connects),
            mirrors: if mirrors {
                settings::mirrors(self.settings)
            } else {
                MirrorRules::default()
            },
            place: self.place.clone(),
        }
    }

    fn configs(
        &self,
        connects: bool,
        mirrors: bool,
    ) -> std::collections::BTreeMap<String, super::DesiredConfig> {
        let mut configs = std::collections::BTreeMap::new();
        if mirrors {
            settings::typed(self.settings, self.place, &mut configs);
        }
        if connects {
            credentials::remote(self.settings, self.peer.1, self.place, &mut configs);
        }
        if connects && self.role != Role::Destination {
            credentials::local(self.settings, self.holder.1, &mut configs);
        }
        configs.extend(self.raw.into_iter().flat_map(settings::raw));
        configs
    }
}

fn undeclared(settings: &Settings) -> Undeclared {
    (settings.undeclared_configs.as_ref()).map_or(Undeclared::Report, |field| field.value)
}

fn retired(spec: &Spec, written: &spec::Retired) -> Option<Retired> {
    let (cluster, holder) = named(spec, &written.cluster)?;
    Some(Retired {
        address: HalfAddress {
            cluster: cluster.as_str().into(),
            link: written.link.as_str().into(),
        },
        cluster_id: holder.id.as_str().into(),
        mirrors: (written.mirrors.as_ref())
            .map_or(RetireMirrors::MustBeStopped, |field| field.value),
        reason: text(written.reason.as_ref()),
        place: written.link.place.clone(),
    })
}

fn exception(written: &spec::Exception) -> Exception {
    Exception {
        address: written.address.value.clone(),
        field: text(written.field.as_ref()),
        reason: written.reason.value.clone(),
        until: written.until.0,
        place: written.address.place.clone(),
    }
}

fn policy(written: &spec::Policy) -> Policy {
    let default = Policy::default();
    let number = |field: Option<&Located<u32>>, default| field.map_or(default, |field| field.value);
    let blast = written.blast_radius.as_ref();
    let promote = written.promote.as_ref();
    Policy {
        allow: match &written.allow {
            None => default.allow,
            Some(risks) => risks.iter().map(|written| written.value).collect(),
        },
        blast_radius: BlastRadius {
            max_percent: number(
                blast.and_then(|blast| blast.max_percent.as_ref()),
                default.blast_radius.max_percent,
            ),
            from: number(
                blast.and_then(|blast| blast.from.as_ref()),
                default.blast_radius.from,
            ),
        },
        promote: PromotePolicy {
            max_lag: promote
                .and_then(|promote| promote.max_lag.as_ref())
                .map_or(default.promote.max_lag, |lag| lag.value),
            within: promote
                .and_then(|promote| promote.within.as_ref())
                .map_or(default.promote.within, |within| {
                    std::time::Duration::from_millis(within.as_millis())
                }),
        },
        failover: FailoverPolicy {
            max_lag: written
                .failover
                .as_ref()
                .and_then(|failover| failover.max_lag.as_ref())
                .map(|lag| lag.value),
        },
    }
}
