//! What should be: [`Desired`], the spec with everything spelled out.
//!
//! Defaults are filled, prefixes applied, each link's halves written down one by one, and every
//! typed section lowered to its link configs, so that the diff compares like with like. Secrets
//! stay references. Nothing here knows live state: desired state and live state never share a
//! field.

mod cloud;
mod from_spec;
mod link;
mod policy;
mod risks;
mod rules;
mod topics;

use std::collections::{BTreeMap, BTreeSet};

pub use cloud::{CLOUD_ENDPOINT, ConfluentCloud};
pub use from_spec::lower;
pub use link::{
    DesiredConfig, DesiredMirror, DesiredValue, Half, Hold, Link, MirrorRules, Objective,
    Objectives, Peer,
};
pub use policy::{BlastRadius, CallPolicy, FailoverPolicy, Policy, PromotePolicy};
pub use risks::Risks;
pub use rules::Rules;
pub use topics::{DesiredTopic, TopicRules};

// Words that mean the same in a spec and here.
pub use crate::spec::{
    ClientAuthentication, ClusterKind, ConnectionMode, LinkMode, MirrorState, OffsetSyncOrder,
    RetireMirrors, Risk, Role, UndeclaredConfigs as Undeclared,
};

use crate::address::{Address, ClusterId, ClusterName, HalfAddress};
use crate::diagnostic::Place;
use crate::secret::{Reference, Template};

/// The desired state: everything that the spec declares.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Desired {
    /// The clusters, by their name in the spec.
    pub clusters: BTreeMap<ClusterName, Cluster>,
    /// Confluent Cloud's own API, if the spec has a key for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cloud: Option<ConfluentCloud>,
    /// The links, by their key in the spec.
    pub links: BTreeMap<String, Link>,
    /// The links to delete, in the order written.
    pub retired: Vec<Retired>,
    /// Known drift.
    pub exceptions: Vec<Exception>,
    /// What apply may do, and within which limits.
    pub policy: Policy,
    /// The URL of the shared store, if the spec names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<String>,
}

impl Desired {
    /// The cluster with this id, if the spec knows it.
    #[must_use]
    pub fn cluster_of(&self, id: &ClusterId) -> Option<&Cluster> {
        self.clusters.values().find(|cluster| cluster.id == *id)
    }

    /// Whether a cluster is declared lost.
    #[must_use]
    pub fn is_lost(&self, cluster: &ClusterName) -> bool {
        let declared = self.clusters.get(cluster);
        declared.is_some_and(|it| it.lost.is_some())
    }

    /// Whether anything is held, or was.
    #[must_use]
    pub fn has_holds(&self) -> bool {
        self.halves().any(|(link, half)| {
            let literal = half.mirrors.literal.values();
            let patterns = half.mirrors.patterns.iter().map(|(_, declared)| declared);
            link.hold.is_some()
                || link.topic_holds().next().is_some()
                || literal.chain(patterns).any(|it| it.hold.is_some())
        })
    }

    /// The references in how Linkwright authenticates to these clusters and to Confluent Cloud's own API.
    #[must_use]
    pub fn references_of_rest(&self, called: &BTreeSet<ClusterName>) -> BTreeSet<&Reference> {
        let clusters = self.clusters.values();
        let rest = clusters
            .filter(|cluster| called.contains(&cluster.name))
            .filter_map(|cluster| cluster.rest.as_ref());
        let templates = rest.flat_map(|rest| rest.auth.templates());
        let cloud = self.cloud.iter().flat_map(ConfluentCloud::templates);
        let templates = templates.chain(cloud);
        templates.flat_map(Template::references).collect()
    }

    /// The hold that covers an address, with what it is on: the half of a link, or the mirror topic. A topic of
    /// `topics` is held on both halves.
    #[must_use]
    pub fn hold_of(&self, address: &Address) -> Option<(Address, &Hold)> {
        let (link, half) = self
            .links
            .values()
            .flat_map(|link| link.halves.iter().map(move |half| (link, half)))
            .find(|(_, half)| Some(&half.address) == address.half())?;
        if let Some(hold) = &link.hold {
            return Some((Address::Half(half.address.clone()), hold));
        }
        if let Some(rules) = &link.topics {
            let topic = address.mirror()?;
            let declared = rules.of(topic)?;
            // Whichever half is called for it, it is held where it is mirrored as declared.
            let mut halves = link.halves.iter().map(|half| &half.address);
            let holder = halves.find(|half| half.cluster != declared.primary)?;
            let holder = Address::Mirror(holder.clone(), topic.clone());
            return Some((holder, declared.hold.as_ref()?));
        }
        let topic = address.mirror()?.as_str();
        let source = topic.strip_prefix(half.prefix.as_deref().unwrap_or_default())?;
        let declared = half.mirrors.of(&source.into())?;
        Some((address.clone(), declared.hold.as_ref()?))
    }

    /// Every half of every link, in address order.
    pub fn halves(&self) -> impl Iterator<Item = (&Link, &Half)> {
        let mut halves: Vec<_> = self
            .links
            .values()
            .flat_map(|link| link.halves.iter().map(move |half| (link, half)))
            .collect();
        halves.sort_by(|a, b| a.1.address.cmp(&b.1.address));
        halves.into_iter()
    }

    /// The declared half of an address, with its link.
    #[must_use]
    pub fn half(&self, address: &HalfAddress) -> Option<(&Link, &Half)> {
        let links = self.links.values();
        let mut halves = links.flat_map(|link| link.halves.iter().map(move |half| (link, half)));
        halves.find(|(_, half)| half.address == *address)
    }
}

/// A cluster that the spec declares.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Cluster {
    /// Its name in the spec.
    pub name: ClusterName,
    /// Its own id.
    pub id: ClusterId,
    /// The kind of cluster.
    pub kind: ClusterKind,
    /// The Confluent Cloud organization, if the spec has it.
    pub organization: Option<String>,
    /// Its REST API, if Linkwright calls it.
    pub rest: Option<RestEndpoint>,
    /// Where Kafka clients connect.
    pub bootstrap_servers: Option<String>,
    /// That it is lost, if the spec says so.
    pub lost: Option<Lost>,
    /// Where the spec declares it.
    pub place: Place,
}

/// A cluster that is declared lost: it is not read, and topics may be failed over without it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Lost {
    /// The reason that the spec gives.
    pub reason: String,
    /// The day on which the declaration must be checked again.
    pub until: jiff::civil::Date,
    /// Its place in the spec.
    pub place: Place,
}

/// A cluster's REST endpoint and how to authenticate to it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RestEndpoint {
    /// The base URL as written, with or without the `/kafka/v3` or `/v3` prefix.
    pub url: String,
    /// How to authenticate.
    pub auth: RestAuth,
}

/// How Linkwright authenticates to a REST endpoint.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum RestAuth {
    /// Not at all.
    None,
    /// HTTP Basic: a cluster-scoped API key and secret on Confluent Cloud.
    Basic {
        /// The API key or user name.
        username: Template,
        /// The API secret or password.
        password: Template,
    },
    /// A bearer token that was obtained elsewhere.
    Bearer {
        /// The token.
        token: Template,
        /// The identity pool to act as, on Confluent Cloud.
        identity_pool: Option<String>,
    },
    /// OAuth 2.0 client credentials.
    OAuth {
        /// The identity provider's token endpoint.
        token_url: String,
        /// The client's id.
        client_id: Template,
        /// The client's secret.
        client_secret: Template,
        /// The scope to request.
        scope: Option<String>,
        /// The identity pool to act as, on Confluent Cloud.
        identity_pool: Option<String>,
        /// How the client id and secret are sent.
        client_authentication: ClientAuthentication,
    },
    /// A TLS client certificate.
    Mtls {
        /// The certificate chain, PEM.
        certificate: Template,
        /// The private key, PEM.
        key: Template,
        /// The CA certificates to trust instead of the system's, PEM.
        ca: Option<Template>,
    },
    /// A token of Confluent Platform's metadata service.
    Mds {
        /// The metadata service's base URL.
        url: String,
        /// The user's name.
        username: Template,
        /// The user's password.
        password: Template,
    },
}

impl RestAuth {
    /// The texts that may hold references.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        let all: [Option<&Template>; 3] = match self {
            Self::None => [None; 3],
            Self::Basic { username, password }
            | Self::Mds {
                username, password, ..
            } => [Some(username), Some(password), None],
            Self::Bearer { token, .. } => [Some(token), None, None],
            Self::OAuth {
                client_id,
                client_secret,
                ..
            } => [Some(client_id), Some(client_secret), None],
            Self::Mtls {
                certificate,
                key,
                ca,
            } => [Some(certificate), Some(key), ca.as_ref()],
        };
        all.into_iter().flatten()
    }
}

/// A link half to delete. Nothing else deletes a link.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Retired {
    /// The half.
    pub address: HalfAddress,
    /// The holding cluster's id.
    pub cluster_id: ClusterId,
    /// What happens to the mirrors that are not stopped yet.
    pub mirrors: RetireMirrors,
    /// The reason that the spec gives.
    pub reason: Option<String>,
    /// Its place in the spec.
    pub place: Place,
}

/// Known drift, until a date.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Exception {
    /// What it is about.
    pub address: Address,
    /// The field, such as `state` or a link config's name; every field when left out.
    pub field: Option<String>,
    /// The reason that the spec gives.
    pub reason: String,
    /// The day on which it expires.
    pub until: jiff::civil::Date,
    /// Its place in the spec.
    pub place: Place,
}
