//! Spec → [`Desired`]: [`lower`] fills defaults, applies prefixes, spells halves out, and turns every
//! typed field into its link configs.
//!
//! It is total: what a valid spec cannot hold is left out here, since validation has reported it.

mod credentials;
mod settings;
mod topics;

use std::collections::BTreeMap;

use super::{
    BlastRadius, CLOUD_ENDPOINT, CallPolicy, ClientAuthentication, Cluster, ConfluentCloud,
    Desired, DesiredConfig, Exception, FailoverPolicy, Half, Link, Lost, MirrorRules, Peer, Policy,
    PromotePolicy, RestAuth, RestEndpoint, RetireMirrors, Retired, Role, Undeclared,
};
use crate::address::HalfAddress;
use crate::catalog::names;
use crate::spec::{self, LinkObject, Located, Settings, Spec};

/// The desired state that a spec declares. Call it on a spec without errors.
#[must_use]
pub fn lower(spec: &Spec) -> Desired {
    Desired {
        clusters: spec
            .clusters
            .iter()
            .map(|(name, written)| (name.as_str().into(), cluster(name, written)))
            .collect(),
        cloud: spec.confluent_cloud.as_ref().map(cloud),
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
        store: text(spec.store.as_ref()),
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
        lost: written.lost.as_ref().map(|lost| Lost {
            reason: lost.reason.value.clone(),
            until: lost.until.value.0,
            place: lost.place.clone(),
        }),
        place: name.place.clone(),
    }
}

fn cloud(written: &spec::ConfluentCloud) -> ConfluentCloud {
    let url = text(written.endpoint.as_ref());
    ConfluentCloud {
        url: url.unwrap_or_else(|| CLOUD_ENDPOINT.to_owned()),
        api_key: written.api_key.0.clone(),
        api_secret: written.api_secret.0.clone(),
        environments: (written.environments.iter())
            .map(|environment| environment.value.clone())
            .collect(),
        place: written.place.clone(),
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
    let mut halves: Vec<Half> = spec::link_objects(key, written)
        .iter()
        .map(|object| half(spec, object))
        .collect::<Option<_>>()
        .unwrap_or_default();
    of_the_other(spec, &mut halves);
    let topics = (!written.topics.is_empty()).then(|| topics::rules(&written.topics));
    for half in halves.iter_mut().filter(|_| topics.is_some()) {
        topics::auto_create(topics.as_ref(), half);
    }
    // Inbound before outbound: the outbound half connects to, and takes the id of, the inbound one.
    halves.sort_by_key(|half| half.role.connects());
    Link {
        key: key.value.as_str().into(),
        name: spec::name_of(key, written).as_str().into(),
        halves,
        protect: written
            .protect
            .as_ref()
            .is_some_and(|protect| protect.value),
        hold: written.hold.as_ref().map(settings::hold),
        move_together: written
            .move_together
            .iter()
            .map(|(name, patterns)| {
                let patterns = patterns.iter().map(|pattern| pattern.0.value.clone());
                (name.value.clone(), patterns.collect())
            })
            .collect(),
        topics,
        place: key.place.clone(),
    }
}

/// Fills in which values each half may have from the other.
fn of_the_other(spec: &Spec, halves: &mut [Half]) {
    let configs: Vec<_> = halves.iter().map(|half| half.configs.clone()).collect();
    for (index, half) in halves.iter_mut().enumerate() {
        let peer = spec.clusters.get(half.peer.cluster.as_str());
        let bootstrap = peer.and_then(|peer| text(peer.bootstrap_servers.as_ref()));
        let bootstrap = bootstrap.map(|it| (names::BOOTSTRAP_SERVERS.to_owned(), it));
        let others = configs.iter().enumerate().filter(|(at, _)| *at != index);
        let others = others
            .flat_map(|(_, configs)| configs)
            .filter_map(|(name, it)| {
                match &it.value {
                    // The other half's address is the one by which it reaches this half.
                    super::DesiredValue::Value(value) if name != names::BOOTSTRAP_SERVERS => {
                        Some((name.clone(), value.clone()))
                    }
                    _ => None,
                }
            });
        let values = others
            .chain(bootstrap)
            .filter(|(name, _)| !half.has_effect(name));
        let values: BTreeMap<_, _> = values.collect();
        half.of_the_other = values;
    }
}

type End<'a> = (&'a Located<String>, &'a spec::Cluster);

fn named<'a>(spec: &'a Spec, name: &str) -> Option<End<'a>> {
    let entry = spec.clusters.entry(name)?;
    Some((&entry.name, entry.value.as_ref()?))
}

/// A half, if both clusters are declared.
fn half(spec: &Spec, object: &LinkObject<'_>) -> Option<Half> {
    let (cluster, holder) = named(spec, object.holder?)?;
    let (other, peer) = named(spec, object.peer?)?;
    let (role, settings) = (object.role, object.settings);
    let mirrors = role.holds_mirrors();
    let generation = [&settings.credentials, &settings.local_credentials]
        .into_iter()
        .flatten()
        .filter_map(|credentials| credentials.generation.as_ref())
        .map(|generation| generation.value)
        .max();
    Some(Half {
        address: HalfAddress {
            cluster: cluster.as_str().into(),
            link: object.name.as_str().into(),
        },
        cluster_id: holder.id.as_str().into(),
        role,
        peer: Peer {
            cluster: other.as_str().into(),
            id: peer.id.as_str().into(),
        },
        prefix: Some(object.prefix())
            .filter(|prefix| mirrors && !prefix.is_empty())
            .map(str::to_owned),
        configs: configs(object, holder, peer),
        undeclared: object.raw.map_or(Undeclared::Report, undeclared),
        of_the_other: BTreeMap::new(),
        generation: generation.filter(|_| role.connects()),
        mirrors: match mirrors {
            true => settings::mirrors(settings),
            false => MirrorRules::default(),
        },
        objectives: (settings.objectives.as_ref())
            .filter(|_| mirrors)
            .and_then(settings::objectives),
        place: object.place.clone(),
    })
}

fn configs(
    object: &LinkObject<'_>,
    holder: &spec::Cluster,
    peer: &spec::Cluster,
) -> BTreeMap<String, DesiredConfig> {
    let (role, settings) = (object.role, object.settings);
    let mut configs = BTreeMap::new();
    if role.holds_mirrors() {
        settings::typed(settings, object.place, &mut configs);
    }
    if role.connects() {
        credentials::remote(settings, peer, holder, object.place, &mut configs);
    }
    if role.connects() && role != Role::Destination {
        credentials::local(settings, holder, &mut configs);
    }
    configs.extend(object.raw.into_iter().flat_map(settings::raw));
    configs
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
            offset_sync: promote
                .and_then(|promote| promote.offset_sync.as_ref())
                .map_or(default.promote.offset_sync, |order| order.value),
        },
        failover: FailoverPolicy {
            max_lag: written
                .failover
                .as_ref()
                .and_then(|failover| failover.max_lag.as_ref())
                .map(|lag| lag.value),
        },
        calls: calls(written),
    }
}

fn calls(written: &spec::Policy) -> CallPolicy {
    let default = CallPolicy::default();
    let timeouts = written.timeouts.as_ref();
    let time = |field: Option<&Located<spec::Duration>>, default| {
        field.map_or(default, |field| {
            std::time::Duration::from_millis(field.as_millis())
        })
    };
    CallPolicy {
        rate: written
            .rate
            .as_ref()
            .map_or(default.rate, |rate| rate.value),
        concurrency: written
            .concurrency
            .as_ref()
            .map_or(default.concurrency, |most| most.value),
        max_response_mib: written
            .max_response_mib
            .as_ref()
            .map_or(default.max_response_mib, |most| most.value),
        connect: time(
            timeouts.and_then(|timeouts| timeouts.connect.as_ref()),
            default.connect,
        ),
        silence: time(
            timeouts.and_then(|timeouts| timeouts.silence.as_ref()),
            default.silence,
        ),
    }
}
