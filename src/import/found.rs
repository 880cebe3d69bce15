//! What a file of another tool says: [`Found`].

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::filters;
use crate::catalog::{self, Kind, names};
use crate::desired::ClusterKind;
use crate::live::MirrorStatus;

/// What files say about clusters, link objects and mirror topics.
#[derive(Clone, Debug, Default)]
pub struct Found {
    pub(super) clusters: BTreeMap<String, Cluster>,
    pub(super) halves: Vec<Half>,
    pub(super) mirrors: Vec<Mirror>,
    /// What has no counterpart in a spec, and what is missing in the files.
    pub left: Vec<Left>,
    /// What the other tool owns.
    pub owned: Vec<Owned>,
}

/// A cluster, by a name that the files use for it.
#[derive(Clone, Debug, Default)]
pub(super) struct Cluster {
    pub(super) id: Option<String>,
    pub(super) kind: Option<ClusterKind>,
    pub(super) rest: Option<String>,
    pub(super) bootstrap: Option<String>,
    pub(super) auth: Auth,
}

impl Cluster {
    /// Whether its id says that it is on Confluent Cloud, or without one its addresses.
    pub(super) fn is_at_cloud(&self) -> bool {
        let addresses = [&self.rest, &self.bootstrap].into_iter().flatten();
        match &self.id {
            Some(id) => id.starts_with("lkc-"),
            None => addresses
                .into_iter()
                .any(|it| it.contains(".confluent.cloud")),
        }
    }

    /// Whether what is known of two clusters says that they are different: their ids, their kinds, or where they are.
    fn differs(&self, other: &Self) -> bool {
        let known = |id: &Option<String>| id.clone().filter(|id| !is_placeholder(id));
        let ids = (known(&self.id), known(&other.id));
        let are_apart = |a: &Option<String>, b: &Option<String>| {
            let (a, b) = (hosts(a), hosts(b));
            !a.is_empty() && !b.is_empty() && a.is_disjoint(&b)
        };
        matches!(ids, (Some(a), Some(b)) if a != b)
            || matches!((self.kind, other.kind), (Some(a), Some(b)) if a != b)
            || are_apart(&self.bootstrap, &other.bootstrap)
            || are_apart(&self.rest, &other.rest)
    }
}

/// The hosts of addresses. On one machine only the port is a difference.
fn hosts(addresses: &Option<String>) -> BTreeSet<String> {
    let known = addresses.as_deref().filter(|it| !is_placeholder(it));
    let bare = known.map(catalog::bare_addresses).unwrap_or_default();
    let hosts = bare.split(',').map(str::trim).filter(|it| !it.is_empty());
    hosts.map(host).collect()
}

/// The host of an address; with its port where the host says nothing.
pub(super) fn host(address: &str) -> String {
    let address = address.trim_end_matches('/');
    let (host, port) = address.rsplit_once(':').unwrap_or((address, ""));
    let says_nothing =
        host == "localhost" || host.bytes().all(|it| it.is_ascii_digit() || it == b'.');
    match says_nothing && !port.is_empty() {
        true => format!("{host}-{port}"),
        false => host.to_owned(),
    }
}

/// How the other tool authenticates to a cluster's REST API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Auth {
    /// With a user name and a password, or an API key.
    #[default]
    Basic,
    /// With a token.
    Bearer,
    /// With a certificate.
    Mtls,
    /// Not at all.
    None,
}

/// A link object.
#[derive(Clone, Debug)]
pub(super) struct Half {
    pub(super) link: String,
    pub(super) cluster: String,
    pub(super) other: String,
    pub(super) mode: Mode,
    pub(super) inbound: bool,
    pub(super) configs: BTreeMap<String, Setting>,
    /// What says so, for people.
    pub(super) from: String,
}

impl Half {
    /// Whether it and another link object can be the two of one link.
    fn completes(&self, other: &Self) -> bool {
        match (self.mode, other.mode) {
            (Mode::Bidirectional, Mode::Bidirectional) => true,
            (Mode::Source, Mode::Destination) => other.inbound,
            (Mode::Destination, Mode::Source) => self.inbound,
            _ => false,
        }
    }
}

/// `link.mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Destination,
    Source,
    Bidirectional,
}

impl Mode {
    pub(super) fn of(word: &str) -> Option<Self> {
        match word.trim().to_ascii_uppercase().as_str() {
            "" | "DESTINATION" => Some(Self::Destination),
            "SOURCE" => Some(Self::Source),
            "BIDIRECTIONAL" => Some(Self::Bidirectional),
            _ => None,
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Destination => "DESTINATION",
            Self::Source => "SOURCE",
            Self::Bidirectional => "BIDIRECTIONAL",
        }
    }
}

/// The value of a link config.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Setting {
    Text(String),
    /// It is set, and its value is a secret, or may be one, and is not kept.
    Hidden,
}

impl Setting {
    /// The setting for a value that a file has in plain text. A value is kept only where the catalogue says that it is
    /// no secret, and where it has no user name in front of a host: a name that the catalogue does not have says
    /// nothing about its value. With a `=` it is more than a value, as where a line end is missing; names in filters may
    /// have one, so a text of filters is kept only where all of it is known.
    pub(super) fn of(name: &str, value: &str) -> Self {
        let is_one = match catalog::lookup(name).map(|entry| entry.kind) {
            Some(kind @ (Kind::TopicFilters | Kind::GroupFilters | Kind::AclFilters)) => {
                filters::are_known(kind, value)
            }
            _ => !value.contains('='),
        };
        match is_one && catalog::may_be_kept(name, value) {
            true => Self::Text(value.to_owned()),
            false => Self::Hidden,
        }
    }
}

const HAS_USER: &str = "a user name, a password or a query is part of the address, so it was not imported: write the address without it";

/// The address of a REST API without a user name and a password in front of its host.
fn without_user(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("//")?;
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (_, host) = authority.rsplit_once('@')?;
    (!path.contains(['@', '?']) && !host.is_empty()).then(|| format!("{scheme}//{host}{path}"))
}

/// Whether a text is the name of a link config: one of the catalogue, or one that looks like those. A piece of a value
/// that was broken across lines is none.
pub(super) fn is_name(text: &str) -> bool {
    let is_letter = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || b"._-".contains(&it);
    let looks_like_one = text.len() <= 100
        && text.contains('.')
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(is_letter);
    looks_like_one || catalog::lookup(text).is_some()
}

/// A mirror topic.
#[derive(Clone, Debug)]
pub(super) struct Mirror {
    pub(super) link: String,
    pub(super) cluster: String,
    pub(super) topic: String,
    pub(super) source: Option<String>,
    pub(super) status: MirrorStatus,
}

/// What a spec does not take over.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Left {
    /// What it is.
    pub what: String,
    /// Why it is left, and what to do.
    pub why: String,
    /// Whether the spec lacks something because of it: it does not say all that the files say.
    pub is_gap: bool,
}

/// What the other tool owns, and what it does to it when the resource is destroyed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Owned {
    /// Its address in the other tool: `confluent_cluster_link.dr`, or `namespace/name`.
    pub address: String,
    /// What it is.
    pub kind: OwnedKind,
    /// What it is on the clusters: `west/orders-dr`, `west/orders-dr/orders`.
    pub object: String,
    /// Whether a saved plan of the other tool is about to destroy it.
    pub is_doomed: bool,
}

/// The kinds of objects that a spec takes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OwnedKind {
    /// A link object.
    Link,
    /// A mirror topic.
    Mirror,
}

impl Found {
    /// The names of the clusters.
    pub fn clusters(&self) -> impl Iterator<Item = &str> {
        self.clusters.keys().map(String::as_str)
    }

    /// Whether the files say where the REST API of a cluster is.
    #[must_use]
    pub fn has_endpoint(&self, name: &str) -> bool {
        let cluster = self.clusters.get(name);
        cluster.is_some_and(|cluster| cluster.rest.is_some())
    }

    /// The cluster of this name, which is added if there is none.
    pub(super) fn cluster(&mut self, name: &str) -> &mut Cluster {
        self.clusters.entry(name.to_owned()).or_default()
    }

    /// The name of the cluster that has this id.
    pub(super) fn named(&self, id: &str) -> Option<&str> {
        let mut clusters = self.clusters.iter();
        let (name, _) = clusters.find(|(_, cluster)| cluster.id.as_deref() == Some(id))?;
        Some(name)
    }

    pub(super) fn leave(&mut self, what: impl Into<String>, why: impl Into<String>) {
        self.left.push(Left {
            what: what.into(),
            why: why.into(),
            is_gap: false,
        });
    }

    /// Something that the spec lacks.
    pub(super) fn lack(&mut self, what: impl Into<String>, why: impl Into<String>) {
        self.left.push(Left {
            what: what.into(),
            why: why.into(),
            is_gap: true,
        });
    }

    /// Adds a link object, unless it is there already.
    pub(super) fn add_half(&mut self, half: Half) {
        let is_same = |other: &&Half| other.link == half.link && other.cluster == half.cluster;
        if let Some(earlier) = self.halves.iter().find(is_same) {
            let why = format!(
                "{} declares it already on {}; only that was read",
                earlier.from, half.cluster
            );
            let what = format!("{} (link {})", half.from, half.link);
            self.lack(what, why);
            return;
        }
        self.halves.push(half);
    }

    /// Adds a mirror topic, unless it is there already.
    pub(super) fn add_mirror(&mut self, mirror: Mirror, from: &str) {
        let is_same = |other: &&Mirror| {
            (&other.cluster, &other.link, &other.topic)
                == (&mirror.cluster, &mirror.link, &mirror.topic)
        };
        let Some(earlier) = self.mirrors.iter().find(is_same) else {
            self.mirrors.push(mirror);
            return;
        };
        if earlier.status != mirror.status || earlier.source != mirror.source {
            let Mirror {
                cluster,
                link,
                topic,
                ..
            } = &mirror;
            let what = format!("{from} (mirror topic {cluster}/{link}/{topic})");
            self.lack(what, "the files declare it already, with another state or source; only the first was read");
        }
    }

    /// Two names of one cluster, of which one has only its id and the other only its address, become one: the two
    /// objects of a link say that they are the same. What contradicts that is listed, and they stay two.
    fn unify(&mut self) {
        let mut refused = BTreeSet::new();
        loop {
            let pairs = self.same();
            let next = pairs.into_iter().find(|pair| !refused.contains(pair));
            let Some(pair) = next else {
                break;
            };
            let (a, b, link) = &pair;
            if let Some(why) = self.contradiction(a, b, link) {
                let what = format!("the other end of link {link}: cluster {a} or {b}");
                self.lack(what, why);
                refused.insert(pair);
                continue;
            }
            // A name that is only the id gives way.
            let is_id = self.clusters.get(a).and_then(|it| it.id.as_ref()) == Some(a);
            let (kept, gone) = if is_id { (b, a) } else { (a, b) };
            self.rename(&gone.clone(), &kept.clone());
        }
    }

    /// Pairs of names that the two objects of a link use for one cluster, with the link.
    fn same(&self) -> Vec<(String, String, String)> {
        let mut same = Vec::new();
        for own in &self.halves {
            let others = self.halves.iter().filter(|other| {
                other.link == own.link
                    && other.cluster == own.other
                    && other.other != own.cluster
                    && own.completes(other)
            });
            for other in others {
                same.push((own.cluster.clone(), other.other.clone(), own.link.clone()));
            }
        }
        same
    }

    /// Why two names cannot be those of one cluster.
    fn contradiction(&self, a: &str, b: &str, link: &str) -> Option<&'static str> {
        const HALVES: &str = "several objects of this link could be its other one, so the files do not say which cluster \
                              it is: import them apart";
        const DIFFERENT: &str = "the two objects of this link give different ids or addresses for it, so they stay two \
                                 clusters: correct the one that is wrong, and import again";
        let nothing = Cluster::default();
        let of = |name: &str| self.clusters.get(name).unwrap_or(&nothing);
        let (of_a, of_b) = (of(a), of(b));
        let links_of = |name: &str| -> BTreeSet<&str> {
            let halves = self.halves.iter().filter(|half| half.cluster == name);
            halves.map(|half| half.link.as_str()).collect()
        };
        let of_link = self.same().into_iter().filter(|(.., of)| of == link);
        let is_ambiguous = of_link.into_iter().any(|(x, y, _)| (x == a) != (y == b));
        let is_between = |half: &Half| {
            (half.cluster == a && half.other == b) || (half.cluster == b && half.other == a)
        };
        if of_a.differs(of_b) || self.halves.iter().any(is_between) {
            Some(DIFFERENT)
        } else if is_ambiguous || !links_of(a).is_disjoint(&links_of(b)) {
            Some(HALVES)
        } else {
            None
        }
    }

    /// Gives everything of one cluster to another.
    fn rename(&mut self, gone: &str, kept: &str) {
        let from = self.clusters.remove(gone).unwrap_or_default();
        let into = self.cluster(kept);
        into.id = into.id.take().or(from.id);
        into.kind = into.kind.or(from.kind);
        if into.rest.is_none() {
            into.auth = from.auth;
        }
        into.rest = into.rest.take().or(from.rest);
        into.bootstrap = into.bootstrap.take().or(from.bootstrap);
        let named = |name: &mut String| {
            if name == gone {
                kept.clone_into(name);
            }
        };
        for half in &mut self.halves {
            named(&mut half.cluster);
            named(&mut half.other);
        }
        for mirror in &mut self.mirrors {
            named(&mut mirror.cluster);
        }
        for owned in &mut self.owned {
            if let Some((cluster, rest)) = owned.object.split_once('/')
                && cluster == gone
            {
                owned.object = format!("{kept}/{rest}");
            }
        }
    }

    /// Says what of the settings and addresses was not kept, and lets go of what must not be.
    fn hide(&mut self) {
        let mut left = Vec::new();
        for (name, cluster) in &mut self.clusters {
            let has_user = |text: &String| catalog::has_user(Kind::Addresses, text);
            if let Some(text) = cluster.rest.take_if(|it| has_user(it)) {
                cluster.rest = without_user(&text);
                let why = match cluster.rest {
                    Some(_) => "a user name or a password is part of the address, and was left out",
                    None => HAS_USER,
                };
                left.push((format!("REST endpoint of cluster {name}"), why));
            }
            if cluster.bootstrap.take_if(|it| has_user(it)).is_some() {
                left.push((format!("bootstrap servers of cluster {name}"), HAS_USER));
            }
        }
        for half in &self.halves {
            for (name, setting) in &half.configs {
                if *setting != Setting::Hidden {
                    continue;
                }
                let why = match catalog::lookup(name) {
                    None => {
                        "it is not in the catalogue of link configs, so its value may be a secret and was not \
                         imported: the spec refers to an environment variable. Set it, or write the value if it is \
                         no secret, or delete the line"
                    }
                    Some(entry) if entry.is_public() => {
                        "the file marks its value as sensitive, or the value has a user name or a query in an \
                         address, or a second setting, or filters with members that are not known, so it was not \
                         imported"
                    }
                    Some(_) => continue,
                };
                left.push((
                    format!("config {name} of link {}/{}", half.cluster, half.link),
                    why,
                ));
            }
        }
        for (what, why) in left {
            self.leave(what, why);
        }
    }

    /// Lists mirror topics that no cluster has: the name of one is the prefix of its link and the name of its source.
    fn lack_renamed(&mut self) {
        let mirrors = std::mem::take(&mut self.mirrors);
        for mirror in mirrors {
            let mut halves = self.halves.iter();
            let half = halves.find(|it| it.link == mirror.link && it.cluster == mirror.cluster);
            let prefix = half.map_or("", |it| text_of(&it.configs, names::CLUSTER_LINK_PREFIX));
            match mirror.source.as_deref() {
                Some(source) if mirror.topic.strip_prefix(prefix) != Some(source) => {
                    let what = format!(
                        "mirror topic {}/{}/{}",
                        mirror.cluster, mirror.link, mirror.topic
                    );
                    let why = format!(
                        "a mirror topic of source topic {source} is called {prefix}{source} on this link: only a \
                         prefix of the whole link changes names"
                    );
                    self.lack(what, why);
                }
                _ => self.mirrors.push(mirror),
            }
        }
    }

    /// What holds of everything, whichever tool it is from.
    fn finish(&mut self) {
        self.unify();
        self.hide();
        for cluster in self.clusters.values_mut() {
            for text in [&mut cluster.id, &mut cluster.rest, &mut cluster.bootstrap] {
                if text.as_deref().is_some_and(is_placeholder) {
                    *text = None;
                }
            }
            if cluster.kind.is_none() {
                cluster.kind = Some(match cluster.is_at_cloud() {
                    true => ClusterKind::ConfluentCloud,
                    false => ClusterKind::ConfluentPlatform,
                });
            }
        }
        for half in &mut self.halves {
            half.configs
                .entry(names::LINK_MODE.to_owned())
                .or_insert_with(|| Setting::Text(half.mode.word().to_owned()));
            let connection = if half.inbound { "INBOUND" } else { "OUTBOUND" };
            half.configs
                .entry(names::CONNECTION_MODE.to_owned())
                .or_insert_with(|| Setting::Text(connection.to_owned()));
        }
        let known: BTreeSet<(&str, &str)> = self
            .halves
            .iter()
            .map(|half| (half.cluster.as_str(), half.link.as_str()))
            .collect();
        let (kept, orphans): (Vec<Mirror>, Vec<Mirror>) = std::mem::take(&mut self.mirrors)
            .into_iter()
            .partition(|mirror| known.contains(&(mirror.cluster.as_str(), mirror.link.as_str())));
        self.mirrors = kept;
        self.lack_renamed();
        for mirror in orphans {
            let what = format!(
                "mirror topic {}/{}/{}",
                mirror.cluster, mirror.link, mirror.topic
            );
            self.lack(what, "the link that it belongs to is not in the files");
        }
    }

    pub(super) fn finished(mut self) -> Self {
        self.finish();
        self.left.sort();
        self.left.dedup();
        for owned in &mut self.owned {
            // A plan that destroys has ids in place of names.
            if let Some((id, rest)) = owned.object.split_once('/')
                && let Some((name, _)) = self
                    .clusters
                    .iter()
                    .find(|(_, it)| it.id.as_deref() == Some(id))
            {
                owned.object = format!("{name}/{rest}");
            }
        }
        self.owned.sort();
        self.owned.dedup_by(|next, kept| {
            let is_same = next.address == kept.address && next.object == kept.object;
            kept.is_doomed |= is_same && next.is_doomed;
            is_same
        });
        self
    }

    /// Whether there is no link in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.halves.is_empty()
    }

    /// Whether the other tool is about to destroy something that it owns.
    #[must_use]
    pub fn is_about_to_destroy(&self) -> bool {
        self.owned.iter().any(|owned| owned.is_doomed)
    }

    /// Whether something that the files say is not in the spec.
    #[must_use]
    pub fn has_gaps(&self) -> bool {
        self.left.iter().any(|left| left.is_gap)
    }
}

/// A mode that is none. The text may be anything, so it is not shown.
pub(super) const UNKNOWN_MODE: &str =
    "its link mode is not known: expected DESTINATION, SOURCE or BIDIRECTIONAL";

/// A connection mode that is none. The text may be anything, so it is not shown.
pub(super) const UNKNOWN_CONNECTION: &str =
    "its connection mode is not known: expected INBOUND or OUTBOUND";

/// Whether a text is a placeholder for a value that the file does not have: `<cluster-id>`, `$CLUSTER`, `lkc-xxxxx`.
pub(super) fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    text.is_empty()
        || text.contains(['<', '>', '$', '{', '}'])
        || text.to_ascii_uppercase().contains("PLACEHOLDER")
}

/// The text of a config, or none where it is not set or hidden.
pub(super) fn text_of<'a>(configs: &'a BTreeMap<String, Setting>, name: &str) -> &'a str {
    match configs.get(name) {
        Some(Setting::Text(text)) => text,
        _ => "",
    }
}

/// A value of JSON as the text of a setting; lists and maps are none.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(word) => Some(word.to_string()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Whether a link object waits for the other to connect.
pub(super) fn is_inbound(configs: &BTreeMap<String, Setting>) -> bool {
    text_of(configs, names::CONNECTION_MODE).eq_ignore_ascii_case("INBOUND")
}

/// A name with the characters that ids, host names and names of clusters have.
pub(super) fn word_of(name: &str) -> String {
    let letter = |letter: char| match letter {
        letter if letter.is_ascii_alphanumeric() => letter.to_ascii_lowercase(),
        _ => '-',
    };
    name.chars().map(letter).collect()
}

/// Configs that are hidden: the secrets of a login.
pub(super) fn hide(configs: &mut BTreeMap<String, Setting>, names: &[&str], scope: &str) {
    for name in names {
        configs.insert(format!("{scope}{name}"), Setting::Hidden);
    }
}

/// Configs with these values.
pub(super) fn set(configs: &mut BTreeMap<String, Setting>, values: &[(&str, &str)], scope: &str) {
    for (name, value) in values {
        let name = format!("{scope}{name}");
        let setting = Setting::of(&name, value);
        configs.insert(name, setting);
    }
}

/// Kafka's own, under the name that it has in Kafka 4.
pub(super) const OAUTH_HANDLER: &str =
    "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler";

/// SASL/PLAIN over TLS with an API key, as the clients for Confluent Cloud set it.
pub(super) fn api_key(configs: &mut BTreeMap<String, Setting>, scope: &str) {
    set(
        configs,
        &[
            (names::SECURITY_PROTOCOL, "SASL_SSL"),
            (names::SASL_MECHANISM, "PLAIN"),
        ],
        scope,
    );
    hide(configs, &[names::SASL_JAAS_CONFIG], scope);
}
