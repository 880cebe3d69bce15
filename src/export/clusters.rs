//! The clusters that exported links are about: [`Known`].

use crate::catalog::names;
use std::collections::{BTreeMap, BTreeSet};

use super::join::{Logical, Shape};
use super::variables::Variables;
use super::yaml::{Entry, Node};
use crate::address::{ClusterId, ClusterName};
use crate::catalog;
use crate::desired::{ClientAuthentication, Cluster, ClusterKind, RestAuth};
use crate::secret::{Part, Reference, Template};

/// A cluster as it will be declared.
#[derive(Clone, Debug)]
struct Declared<'a> {
    id: &'a ClusterId,
    /// What was given; none for a cluster that only links speak of.
    given: Option<&'a Cluster>,
    bootstrap: Option<&'a str>,
}

/// Every cluster by its name in the spec.
#[derive(Clone, Debug)]
pub(super) struct Known<'a> {
    clusters: BTreeMap<ClusterName, Declared<'a>>,
    /// The source's name of each destination-initiated link, by the link's key.
    sources: BTreeMap<String, ClusterName>,
}

impl<'a> Known<'a> {
    /// Gives every cluster a name and the bootstrap servers that the links to it use. A source that
    /// is reached at several addresses is declared several times.
    pub(super) fn new(given: &'a BTreeMap<ClusterName, Cluster>, links: &[Logical<'a>]) -> Self {
        let mut known = Self {
            clusters: given
                .iter()
                .map(|(name, cluster)| {
                    let declared = Declared {
                        id: &cluster.id,
                        given: Some(cluster),
                        bootstrap: cluster.bootstrap_servers.as_deref(),
                    };
                    (name.clone(), declared)
                })
                .collect(),
            sources: BTreeMap::new(),
        };
        // Both halves of a pair name the same two clusters, so pairs come first.
        for link in links {
            match link.shape {
                Shape::Destination { .. } => {}
                Shape::Source { inbound, outbound } => {
                    known.reached_at(inbound.cluster, outbound.value(names::BOOTSTRAP_SERVERS));
                }
                Shape::Bidirectional { first, second } => {
                    for (own, other) in [(first, second), (second, first)] {
                        if own.connects() {
                            known.reached_at(other.cluster, own.value(names::BOOTSTRAP_SERVERS));
                        }
                    }
                }
            }
        }
        // Some tools write the other cluster's address on a half that does not connect too.
        for link in links {
            let (a, b) = match link.shape {
                Shape::Destination { .. } => continue,
                Shape::Source { inbound, outbound } => (inbound, outbound),
                Shape::Bidirectional { first, second } => (first, second),
            };
            for (own, other) in [(a, b), (b, a)] {
                known.reached_at(other.cluster, own.value(names::BOOTSTRAP_SERVERS));
            }
        }
        // The address that most links use is the cluster's own.
        let mut sources: Vec<_> = links
            .iter()
            .filter_map(|link| match link.shape {
                Shape::Destination { half, source } => {
                    Some((link, source, half.value(names::BOOTSTRAP_SERVERS)))
                }
                _ => None,
            })
            .collect();
        let mut uses: BTreeMap<(&ClusterId, Option<&str>), usize> = BTreeMap::new();
        for (_, source, bootstrap) in &sources {
            *uses.entry((*source, *bootstrap)).or_default() += 1;
        }
        sources.sort_by_key(|(link, source, bootstrap)| {
            let uses = uses.get(&(*source, *bootstrap)).copied();
            (std::cmp::Reverse(uses), link.key.as_str())
        });
        for (link, source, bootstrap) in sources {
            let name = known.source(source, bootstrap);
            known.sources.insert(link.key.clone(), name);
        }
        known
    }

    /// The bootstrap servers that a cluster is declared with.
    pub(super) fn bootstrap_of(&self, name: &ClusterName) -> Option<&'a str> {
        self.clusters.get(name)?.bootstrap
    }

    fn reached_at(&mut self, name: &ClusterName, bootstrap: Option<&'a str>) {
        if let Some(cluster) = self.clusters.get_mut(name) {
            cluster.bootstrap = cluster.bootstrap.or(bootstrap);
        }
    }

    fn source(&mut self, id: &'a ClusterId, bootstrap: Option<&'a str>) -> ClusterName {
        let same = |a: Option<&str>, b: Option<&str>| match (a, b) {
            (Some(a), Some(b)) => catalog::same_value(catalog::Kind::Addresses, a, b),
            _ => true,
        };
        let of_id: Vec<ClusterName> = self
            .clusters
            .iter()
            .filter(|(_, cluster)| cluster.id == id)
            .map(|(name, _)| name.clone())
            .collect();
        for name in &of_id {
            let Some(cluster) = self.clusters.get_mut(name) else {
                continue;
            };
            if same(cluster.bootstrap, bootstrap) {
                cluster.bootstrap = cluster.bootstrap.or(bootstrap);
                return name.clone();
            }
        }
        let base = of_id.first().map_or(id.as_str(), |name| name.as_str());
        let mut name = ClusterName::from(base);
        let mut number = 2;
        while self.clusters.contains_key(&name) {
            name = format!("{base}-{number}").into();
            number += 1;
        }
        let declared = Declared {
            id,
            given: None,
            bootstrap,
        };
        self.clusters.insert(name.clone(), declared);
        name
    }

    /// The name of a destination-initiated link's source.
    pub(super) fn source_of(&self, key: &str) -> Option<&ClusterName> {
        self.sources.get(key)
    }

    /// The names of the clusters that a link is about.
    pub(super) fn of_link(&self, link: &Logical<'a>) -> BTreeSet<ClusterName> {
        let halves = link.shape.halves();
        let holders = halves.iter().map(|half| half.cluster.clone());
        holders.chain(self.source_of(&link.key).cloned()).collect()
    }

    /// Whether a cluster runs on Confluent Cloud, as far as its id shows.
    pub(super) fn is_cloud(&self, name: &ClusterName) -> bool {
        self.clusters
            .get(name)
            .is_some_and(|cluster| match cluster.given {
                Some(given) => given.kind == ClusterKind::ConfluentCloud,
                None => cluster.id.as_str().starts_with("lkc-"),
            })
    }

    /// The entry of a cluster; none for one that is not known.
    pub(super) fn entry(&self, name: &ClusterName, variables: &mut Variables) -> Option<Entry> {
        let cluster = self.clusters.get(name)?;
        let mut same = self
            .clusters
            .iter()
            .filter(|(other, known)| known.id == cluster.id && *other < name);
        let first = same.next().filter(|_| cluster.given.is_none());
        let mut id = Entry::new("id", Node::text(cluster.id.as_str()));
        if first.is_some() {
            id = id.above("linkwright:allow LW044 links connect to both addresses");
        }
        let mut below = vec![id];
        match cluster.given {
            Some(given) => {
                let kind = match given.kind {
                    ClusterKind::ConfluentCloud => None,
                    ClusterKind::ConfluentPlatform => Some("confluent-platform"),
                    ClusterKind::ApacheKafka => Some("apache-kafka"),
                };
                below.extend(kind.map(|kind| Entry::new("kind", Node::word(kind))));
            }
            None if !self.is_cloud(name) => below.push(
                Entry::new("kind", Node::word("apache-kafka"))
                    .comment("or confluent-platform: the export cannot detect which"),
            ),
            None => {}
        }
        let text = |key: &str, text: &str| Entry::new(key, Node::text(text));
        if let Some(given) = cluster.given {
            let organization = given.organization.as_deref();
            below.extend(organization.map(|name| text("organization", name)));
            below.extend(
                given
                    .rest
                    .as_ref()
                    .map(|rest| text("rest_endpoint", &rest.url)),
            );
        }
        below.extend(
            cluster
                .bootstrap
                .map(|servers| text("bootstrap_servers", &catalog::bare_addresses(servers))),
        );
        if let Some(rest) = cluster.given.and_then(|given| given.rest.as_ref()) {
            below.push(Entry::new("rest_auth", auth(&rest.auth, name, variables)));
        }
        let mut entry = Entry::new(name.as_str(), Node::Map(below));
        if let Some((other, _)) = first {
            entry = entry.above(format!(
                "The same cluster as {other}, with another address that some links use."
            ));
        } else if cluster.given.is_none() {
            entry = entry.above(
                "This cluster is known from links only; its name is its id until you rename it.",
            );
        }
        Some(entry)
    }

    /// Every name, those given first.
    pub(super) fn names(&self) -> impl Iterator<Item = &ClusterName> {
        self.clusters.keys()
    }
}

fn auth(auth: &RestAuth, cluster: &ClusterName, variables: &mut Variables) -> Node {
    let mut text =
        |template: &Template, field: &str| Node::Text(written(template, cluster, field, variables));
    let (kind, members) = match auth {
        RestAuth::None => ("none", Vec::new()),
        RestAuth::Basic { username, password } => (
            "basic",
            vec![
                ("username", text(username, "API key")),
                ("password", text(password, "API secret")),
            ],
        ),
        RestAuth::Bearer {
            token,
            identity_pool,
        } => {
            let mut members = vec![("token", text(token, "token"))];
            let pool = identity_pool.as_ref();
            members.extend(pool.map(|pool| ("identity_pool", Node::text(pool))));
            ("bearer", members)
        }
        RestAuth::OAuth {
            token_url,
            client_id,
            client_secret,
            scope,
            identity_pool,
            client_authentication,
        } => {
            let mut members = vec![
                ("token_url", Node::text(token_url)),
                ("client_id", text(client_id, "client id")),
                ("client_secret", text(client_secret, "client secret")),
            ];
            members.extend(scope.as_ref().map(|scope| ("scope", Node::text(scope))));
            let pool = identity_pool.as_ref();
            members.extend(pool.map(|pool| ("identity_pool", Node::text(pool))));
            if *client_authentication == ClientAuthentication::Basic {
                members.push(("client_authentication", Node::text("client_secret_basic")));
            }
            ("oauth", members)
        }
        RestAuth::Mtls {
            certificate,
            key,
            ca,
        } => {
            let mut members = vec![
                ("certificate", text(certificate, "certificate")),
                ("key", text(key, "key")),
            ];
            members.extend(ca.as_ref().map(|ca| ("ca", text(ca, "ca"))));
            ("mtls", members)
        }
        RestAuth::Mds {
            url,
            username,
            password,
        } => (
            "mds",
            vec![
                ("url", Node::text(url)),
                ("username", text(username, "username")),
                ("password", text(password, "password")),
            ],
        ),
    };
    Node::Map(vec![Entry::new(kind, Node::Inline(members))])
}

/// A template as it is written in a spec. Plaintext secrets in it, and a reference's default,
/// which may be a secret, are left behind.
fn written(
    template: &Template,
    cluster: &ClusterName,
    field: &str,
    variables: &mut Variables,
) -> String {
    let holds = format!("the {field} of cluster {cluster}");
    let mut text = String::new();
    for part in template.parts() {
        match part {
            Part::Text(plain) => text.push_str(&plain.replace("${", "$${")),
            Part::Clear(..) => {
                text.push_str(&variables.reference(&[cluster.as_str(), field], &holds));
            }
            Part::Reference(Reference::Env { name, .. }, _) => {
                variables.known(name, &holds);
                text.push_str(&format!("${{env:{name}}}"));
            }
            Part::Reference(reference @ Reference::File { .. }, _) => {
                text.push_str(&reference.to_string());
            }
        }
    }
    text
}
