//! [`Found`] → the clusters and the live state that the files describe, for `export`: [`Described`].

use std::collections::BTreeMap;
use std::sync::Arc;

use super::found::{Auth, Cluster, Found, Half, Mode, Setting};
use super::found::{is_placeholder, text_of, word_of};
use crate::address::{ClusterName, LinkName, TopicName};
use crate::catalog::names;
use crate::desired::{self, ClusterKind, RestAuth, RestEndpoint};
use crate::diagnostic::Place;
use crate::export::variable_name;
use crate::live::{
    ClusterSnapshot, ConfigFact, Lags, LinkFact, LinkState, MirrorFact, Reading, Snapshot,
};
use crate::secret::{Part, Quoting, Reference, Template};

/// What the files describe.
#[derive(Clone, Debug, Default)]
pub struct Described {
    /// The clusters, by name.
    pub clusters: BTreeMap<ClusterName, desired::Cluster>,
    /// What they hold.
    pub live: Snapshot,
    /// What the files do not say: the placeholder that is in the spec, and what is to be in its place.
    pub unknown: Vec<(String, String)>,
}

/// What else is known of a cluster: from its endpoint, or from the command line.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Its id.
    pub id: Option<String>,
    /// Its kind.
    pub kind: Option<ClusterKind>,
    /// Its REST API.
    pub rest: Option<RestEndpoint>,
}

impl Found {
    /// The world that the files describe, with what else is known of its clusters.
    ///
    /// # Errors
    /// When the files have no cluster of a name that something is known of, or another id for it.
    pub fn world(&self, known: &BTreeMap<ClusterName, Known>) -> Result<Described, String> {
        for (name, known) in known {
            let Some(cluster) = self.clusters.get(name.as_str()) else {
                let names: Vec<&str> = self.clusters().collect();
                return Err(format!(
                    "the files have no cluster {name}; they have {}",
                    names.join(", ")
                ));
            };
            if let (Some(own), Some(other)) = (&cluster.id, &known.id)
                && own != other
            {
                return Err(format!(
                    "the files say that cluster {name} has the id {own}, and its endpoint or the command line says \
                     {other}"
                ));
            }
        }
        let nothing = Known::default();
        let mut described = Described::default();
        for (name, cluster) in &self.clusters {
            let known = known.get(name.as_str()).unwrap_or(&nothing);
            let holds = self.halves.iter().any(|half| half.cluster == *name);
            let cluster = declared(name, cluster, known, holds, &mut described.unknown);
            described.clusters.insert(name.as_str().into(), cluster);
        }
        for half in &self.halves {
            described.add(self, half);
        }
        described.unknown.sort();
        described.unknown.dedup();
        Ok(described)
    }
}

impl Described {
    fn add(&mut self, found: &Found, half: &Half) {
        let Some(other) = self
            .clusters
            .get(half.other.as_str())
            .map(|it| it.id.clone())
        else {
            return;
        };
        let link = LinkName::from(half.link.as_str());
        let mirrors: BTreeMap<TopicName, MirrorFact> = found
            .mirrors
            .iter()
            .filter(|mirror| mirror.link == half.link && mirror.cluster == half.cluster)
            .map(|mirror| {
                let fact = fact(mirror, half, &link);
                (fact.topic.clone(), fact)
            })
            .collect();
        let row = LinkFact {
            name: link.clone(),
            link_id: None,
            source: (half.mode == Mode::Destination).then(|| other.clone()),
            destination: (half.mode == Mode::Source).then(|| other.clone()),
            remote: (half.mode == Mode::Bidirectional).then(|| other.clone()),
            state: Some(LinkState::Active),
            error: None,
            error_message: None,
            topic_count: mirrors.len(),
        };
        let mut configs = half.configs.clone();
        if !half.inbound {
            let servers = self.reached_at(half, configs.get(names::BOOTSTRAP_SERVERS));
            configs.insert(names::BOOTSTRAP_SERVERS.to_owned(), Setting::Text(servers));
        }
        let configs = configs.iter().map(|(name, setting)| {
            let fact = ConfigFact {
                value: match setting {
                    Setting::Text(value) => Some(value.clone()),
                    Setting::Hidden => None,
                },
                is_default: false,
                is_read_only: false,
                is_sensitive: *setting == Setting::Hidden,
            };
            (name.clone(), fact)
        });
        let name = ClusterName::from(half.cluster.as_str());
        self.live.answers.insert(name.clone());
        let facts = self
            .live
            .clusters
            .entry(name)
            .or_insert_with(|| ClusterSnapshot {
                links: Reading::Read(BTreeMap::new()),
                mirrors: Reading::Read(BTreeMap::new()),
                ..ClusterSnapshot::default()
            });
        if let Reading::Read(links) = &mut facts.links {
            links.insert(link.clone(), row);
        }
        if let Reading::Read(all) = &mut facts.mirrors {
            all.insert(link.clone(), mirrors);
        }
        facts.configs.insert(link, Reading::Read(configs.collect()));
    }
}

impl Described {
    /// Where an outbound half connects to.
    fn reached_at(&mut self, half: &Half, own: Option<&Setting>) -> String {
        if let Some(Setting::Text(servers)) = own
            && !is_placeholder(servers)
        {
            return servers.clone();
        }
        let other = self.clusters.get(half.other.as_str());
        if let Some(servers) = other.and_then(|other| other.bootstrap_servers.clone()) {
            return servers;
        }
        let servers = format!("unknown-address-of-{}.invalid:9092", word_of(&half.other));
        let what = format!("the bootstrap servers of cluster {}", half.other);
        self.unknown.push((servers.clone(), what));
        servers
    }
}

fn fact(mirror: &super::found::Mirror, half: &Half, link: &LinkName) -> MirrorFact {
    let prefix = text_of(&half.configs, names::CLUSTER_LINK_PREFIX);
    let source = mirror.source.as_deref().or_else(|| {
        let rest = mirror.topic.strip_prefix(prefix)?;
        (!rest.is_empty()).then_some(rest)
    });
    MirrorFact {
        link: link.clone(),
        topic: mirror.topic.as_str().into(),
        source_topic: source.unwrap_or(&mirror.topic).into(),
        partitions: 1,
        status: mirror.status.clone(),
        since_ms: None,
        error: None,
        transition_problems: Vec::new(),
        lags: Lags::default(),
        earlier: Default::default(),
    }
}

/// A cluster as a spec declares it. What the files do not say is a placeholder.
fn declared(
    name: &str,
    cluster: &Cluster,
    known: &Known,
    holds_links: bool,
    unknown: &mut Vec<(String, String)>,
) -> desired::Cluster {
    let of_id = known.id.as_deref().map(|id| match id.starts_with("lkc-") {
        true => ClusterKind::ConfluentCloud,
        false => ClusterKind::ConfluentPlatform,
    });
    let kind = known.kind.or(of_id).or(cluster.kind);
    let kind = kind.unwrap_or(ClusterKind::ConfluentPlatform);
    let word = word_of(name);
    let id = known.id.clone().or_else(|| cluster.id.clone());
    let id = id.unwrap_or_else(|| {
        let id = match kind {
            ClusterKind::ConfluentCloud => format!("lkc-unknown-{word}"),
            _ => format!("unknown-id-of-{word}"),
        };
        unknown.push((id.clone(), format!("the id of cluster {name}")));
        id
    });
    let rest = known.rest.clone().or_else(|| {
        let url = cluster.rest.clone().or_else(|| {
            holds_links.then(|| {
                let url = format!("https://unknown-rest-endpoint-of-{word}.invalid");
                unknown.push((url.clone(), format!("the REST endpoint of cluster {name}")));
                url
            })
        })?;
        let auth = auth(name, cluster.auth);
        Some(RestEndpoint { url, auth })
    });
    desired::Cluster {
        name: name.into(),
        id: id.as_str().into(),
        kind,
        organization: None,
        rest,
        bootstrap_servers: cluster.bootstrap.clone(),
        lost: None,
        place: Place {
            file: Arc::from(name),
            span: (0, 0),
            line: 1,
            column: 1,
        },
    }
}

/// References to what authenticates, by the names that `export` uses.
fn auth(cluster: &str, auth: Auth) -> RestAuth {
    let variable = |what: &str| {
        let name = variable_name(&[cluster, what]);
        let reference = Reference::Env {
            name,
            default: None,
        };
        Template::from_parts(vec![Part::Reference(reference, Quoting::Plain)])
    };
    match auth {
        Auth::None => RestAuth::None,
        Auth::Basic => RestAuth::Basic {
            username: variable("API_KEY"),
            password: variable("API_SECRET"),
        },
        Auth::Bearer => RestAuth::Bearer {
            token: variable("TOKEN"),
            identity_pool: None,
        },
        Auth::Mtls => RestAuth::Mtls {
            certificate: variable("CERTIFICATE"),
            key: variable("KEY"),
            ca: Some(variable("CA")),
        },
    }
}
