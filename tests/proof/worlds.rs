//! Worlds of any kind: every mode, prefix, status, filter; clusters that cannot be reached; links that
//! nobody declared; values that no version knows.

use std::collections::{BTreeMap, BTreeSet};

use linkwright_sandbox::switches::Switches;
use linkwright_sandbox::{Maker, Profile};
use serde_json::{Value, json};

use crate::choices::Choices;

/// A world, as the sandbox takes it and as specs are made for it.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) clusters: Vec<Cluster>,
    pub(crate) links: Vec<Link>,
    /// Statuses that the API shows instead of the real ones, by mirror topic.
    pub(crate) odd: BTreeMap<String, String>,
    pub(crate) switches: Value,
}

#[derive(Clone, Debug)]
pub(crate) struct Cluster {
    pub(crate) name: &'static str,
    pub(crate) id: &'static str,
    pub(crate) is_cloud: bool,
    pub(crate) profile: Profile,
    pub(crate) is_reachable: bool,
    pub(crate) has_principals: bool,
    pub(crate) topics: Vec<String>,
    pub(crate) busy: Vec<String>,
    pub(crate) groups: Vec<(&'static str, bool)>,
    pub(crate) acls: Vec<Value>,
    /// How many requests it lets in, and what it says about that.
    pub(crate) rate_limit: Option<Value>,
}

/// Which halves a link has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Destination,
    Source,
    /// Both connect.
    Meeting,
    /// The second half waits.
    Waiting,
}

#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) name: String,
    /// The halves that are there, by cluster: the destination first.
    pub(crate) halves: Vec<Half>,
}

#[derive(Clone, Debug)]
pub(crate) struct Half {
    pub(crate) cluster: usize,
    pub(crate) peer: usize,
    pub(crate) mode: &'static str,
    pub(crate) connection: &'static str,
    pub(crate) prefix: &'static str,
    pub(crate) maker: Option<Maker>,
    pub(crate) configs: BTreeMap<&'static str, String>,
    pub(crate) mirrors: Vec<Mirror>,
}

#[derive(Clone, Debug)]
pub(crate) struct Mirror {
    pub(crate) source: String,
    pub(crate) status: &'static str,
    pub(crate) lag: u64,
    pub(crate) error: Option<&'static str>,
}

pub(crate) const STATUSES: [&str; 12] = [
    "ACTIVE",
    "PAUSED",
    "STOPPED",
    "PENDING_STOPPED",
    "PENDING_MIRROR",
    "SOURCE_UNAVAILABLE",
    "LINK_PAUSED",
    "LINK_FAILED",
    "FAILED",
    "PENDING_SYNCHRONIZE",
    "PENDING_SETUP_FOR_RESTORE",
    "PENDING_RESTORE",
];

pub(crate) const TOPICS: [&str; 9] = [
    "orders",
    "orders.eu",
    "payments",
    "billing.v1",
    "clicks",
    "audit-log",
    "2024.sums",
    "no",
    "Q_in",
];

pub(crate) const GROUPS: [&str; 4] = ["billing", "orders-app", "orders-canary", "reports"];

const PLACES: [(&str, &str, bool); 4] = [
    ("ash", "lkc-ash01", true),
    ("birch", "lkc-birch", true),
    ("cedar", "CedarCedarCedarCedar01", false),
    ("delta", "DeltaDeltaDeltaDelta02", false),
];

impl World {
    /// Any world.
    pub(crate) fn any(c: &mut Choices) -> Self {
        let mut places = PLACES.to_vec();
        let count = 2 + c.below(3);
        while places.len() > count {
            let out = c.below(places.len());
            places.remove(places.len() - 1 - out);
        }
        let clusters: Vec<Cluster> = places
            .into_iter()
            .map(|(name, id, is_cloud)| Cluster::any(name, id, is_cloud, c))
            .collect();
        let mut world = Self {
            clusters,
            links: Vec::new(),
            odd: BTreeMap::new(),
            switches: json!({}),
        };
        let mut names = Names::of(&world);
        for number in 0..c.below(4) {
            world.link(number, &mut names, c);
        }
        if c.chance(10) {
            let mirrors = world.links.iter().flat_map(|link| &link.halves);
            let topics: Vec<String> = mirrors
                .flat_map(|half| half.mirrors.iter().map(|mirror| half.mirror_name(mirror)))
                .collect();
            for topic in c.some(&topics, 30) {
                world.odd.insert(topic, "TELEPORTING".to_owned());
            }
        }
        if c.chance(50) {
            let all = Switches::variations();
            let (_, switches) = &all[c.below(all.len())];
            world.switches = serde_json::to_value(switches).unwrap();
        }
        world
    }

    /// The same, with clusters that let every request in.
    pub(crate) fn has_limiters(&self) -> bool {
        self.clusters.iter().any(|it| it.rate_limit.is_some())
    }

    fn link(&mut self, number: usize, names: &mut Names, c: &mut Choices) {
        const LINKS: [&str; 6] = ["dr", "orders-dr", "dr.2", "Active_Active", "old", "on"];
        let name = LINKS[(number + c.below(3)) % LINKS.len()].to_owned();
        let destination = c.below(self.clusters.len());
        let source = (destination + 1 + c.below(self.clusters.len() - 1)) % self.clusters.len();
        let mut shapes = vec![Shape::Destination, Shape::Destination, Shape::Source];
        // Old servers have no bidirectional links.
        let ends = [&self.clusters[destination], &self.clusters[source]];
        if ends.iter().all(|cluster| cluster.pairs()) {
            shapes.extend([Shape::Meeting, Shape::Waiting]);
        }
        let shape = c.pick(&shapes);
        let kinds: &[(usize, usize, &str, &str)] = match shape {
            Shape::Destination => &[(destination, source, "DESTINATION", "OUTBOUND")],
            Shape::Source => &[
                (destination, source, "DESTINATION", "INBOUND"),
                (source, destination, "SOURCE", "OUTBOUND"),
            ],
            Shape::Meeting => &[
                (destination, source, "BIDIRECTIONAL", "OUTBOUND"),
                (source, destination, "BIDIRECTIONAL", "OUTBOUND"),
            ],
            Shape::Waiting => &[
                (destination, source, "BIDIRECTIONAL", "OUTBOUND"),
                (source, destination, "BIDIRECTIONAL", "INBOUND"),
            ],
        };
        let is_free = |(cluster, ..): &(usize, usize, &str, &str)| {
            !names.links.contains(&(*cluster, name.clone()))
        };
        if !kinds.iter().all(is_free) {
            return;
        }
        let mut halves = Vec::new();
        for &(cluster, peer, mode, connection) in kinds {
            names.links.insert((cluster, name.clone()));
            halves.push(self.half(cluster, peer, mode, connection, shape, names, c));
        }
        // Now and then one half is missing.
        if halves.len() == 2 && c.chance(5) {
            halves.remove(c.below(2));
        }
        self.links.push(Link { name, halves });
    }

    #[expect(clippy::too_many_arguments, reason = "each is one fact of the half")]
    fn half(
        &self,
        cluster: usize,
        peer: usize,
        mode: &'static str,
        connection: &'static str,
        shape: Shape,
        names: &mut Names,
        c: &mut Choices,
    ) -> Half {
        let holds = mode != "SOURCE";
        let mut prefix = "";
        if holds {
            prefix = c.pick(&["", "", "east.", "p-"]);
            // The server lets one link a cluster have a prefix.
            if !prefix.is_empty() && !names.prefixes.insert((cluster, prefix)) {
                prefix = "";
            }
        }
        let mut makers = vec![None; 4];
        makers.extend(Maker::ALL.map(Some));
        let on_cloud = self.clusters[cluster].is_cloud;
        let mut half = Half {
            cluster,
            peer,
            mode,
            connection,
            prefix,
            maker: c.pick(&makers),
            configs: BTreeMap::new(),
            mirrors: Vec::new(),
        };
        if connection == "OUTBOUND" && half.maker.is_none() {
            let other = &self.clusters[peer];
            if !other.has_principals {
                half.configs.extend(security(other.is_cloud, "", c));
            }
            if mode == "SOURCE" || shape == Shape::Waiting {
                let own = &self.clusters[cluster];
                half.configs.extend(local(own));
            }
        }
        if holds {
            let is_alike = self.clusters[cluster].is_cloud == self.clusters[peer].is_cloud;
            half.features(shape, is_alike, on_cloud, c);
            for source in c.some(&self.clusters[peer].topics, 45) {
                let mirror = Mirror::any(source, c);
                let name = half.mirror_name(&mirror);
                if names.topics.insert((cluster, name)) {
                    half.mirrors.push(mirror);
                }
            }
        }
        if c.chance(15) {
            half.set("replica.socket.receive.buffer.bytes", "65536");
        }
        if c.chance(5) {
            half.set(
                "client.dns.lookup",
                "resolve_canonical_bootstrap_servers_only",
            );
        }
        if !self.clusters[cluster].is_cloud && c.chance(15) {
            half.set("metadata.max.age.ms", "60000");
        }
        half
    }

    /// The world file.
    pub(crate) fn file(&self) -> String {
        let clusters: Vec<Value> = self
            .clusters
            .iter()
            .enumerate()
            .map(|(index, cluster)| {
                let mut value = cluster.file();
                let links = self.links.iter().flat_map(|link| {
                    let halves = link.halves.iter().filter(|half| half.cluster == index);
                    halves.map(|half| half.file(&link.name, self.clusters[half.peer].id))
                });
                value["links"] = links.collect();
                value
            })
            .collect();
        let world = json!({
            "version": 1,
            "clock": { "mode": { "auto": { "speed": 1.0 } } },
            "switches": self.switches,
            "clusters": clusters,
        });
        world.to_string()
    }
}

/// Names that are taken.
struct Names {
    links: BTreeSet<(usize, String)>,
    prefixes: BTreeSet<(usize, &'static str)>,
    topics: BTreeSet<(usize, String)>,
}

impl Names {
    fn of(world: &World) -> Self {
        let topics = world.clusters.iter().enumerate();
        let topics = topics.flat_map(|(index, cluster)| {
            cluster
                .topics
                .iter()
                .map(move |topic| (index, topic.clone()))
        });
        Self {
            links: BTreeSet::new(),
            prefixes: BTreeSet::new(),
            topics: topics.collect(),
        }
    }
}

impl Cluster {
    fn any(name: &'static str, id: &'static str, is_cloud: bool, c: &mut Choices) -> Self {
        let profile = c.pick(if is_cloud {
            &[
                Profile::Cc2026,
                Profile::Cc2026,
                Profile::Cc2024,
                Profile::Cc2022,
            ]
        } else {
            &[Profile::Cp8, Profile::Cp8, Profile::Cp75, Profile::CpOld]
        });
        let topics: Vec<String> = c.some(&TOPICS.map(str::to_owned), 40);
        let busy = c.some(&topics, 10);
        let groups = c
            .some(&GROUPS, 30)
            .into_iter()
            .map(|group| (group, c.chance(10)));
        let groups = groups.collect();
        let mut acls = Vec::new();
        for _ in 0..c.below(3) {
            acls.push(json!({
                "resource_type": "TOPIC",
                "resource_name": c.pick(&TOPICS),
                "pattern_type": c.pick(&["LITERAL", "PREFIXED"]),
                "principal": c.pick(&["User:app", "User:sa-12345"]),
                "operation": c.pick(&["READ", "WRITE"]),
                "permission": c.pick(&["ALLOW", "DENY"]),
            }));
        }
        Self {
            name,
            id,
            is_cloud,
            profile,
            is_reachable: !c.chance(8),
            has_principals: !c.chance(30),
            topics,
            busy,
            groups,
            acls,
            rate_limit: c.chance(15).then(|| limiter(c)),
        }
    }

    /// Whether it takes bidirectional links.
    pub(crate) fn pairs(&self) -> bool {
        self.profile != Profile::CpOld
    }

    /// The principal that links may use.
    pub(crate) fn principal(&self) -> (String, String) {
        (
            format!("{}-key", self.name),
            format!("{}-secret", self.name),
        )
    }

    fn file(&self) -> Value {
        let (username, password) = self.principal();
        let principals = json!([{ "username": username, "password": password }]);
        let topic = |topic: &String| {
            let rate = if self.busy.contains(topic) { 5.0 } else { 0.0 };
            json!({ "name": topic, "partitions": 2, "records": 40, "produce_per_s": rate })
        };
        json!({
            "id": self.id,
            "name": self.name,
            "kind": if self.is_cloud { "confluent-cloud" } else { "confluent-platform" },
            "profile": self.profile,
            "organization": if self.is_cloud { json!("acme") } else { Value::Null },
            "link_principals": if self.has_principals { principals } else { Value::Null },
            "reachable": self.is_reachable,
            "topics": self.topics.iter().map(topic).collect::<Vec<_>>(),
            "groups": self.groups.iter().map(|(id, active)| json!({ "id": id, "active": active }))
                .collect::<Vec<_>>(),
            "acls": self.acls,
            "rate_limit": self.rate_limit,
        })
    }
}

/// A limiter that refuses some requests of a plan or a run.
fn limiter(c: &mut Choices) -> Value {
    let rate = c.pick(&[40.0, 5.0, 0.5]);
    json!({
        "rate": rate,
        "burst": c.pick(&[None, Some(1), Some(10)]),
        "per": c.pick(&["cluster", "key"]),
        "headers": c.some(&["retry-after", "rate-limit"], 40),
    })
}

fn jaas(cluster: &Cluster) -> String {
    let (username, password) = cluster.principal();
    format!(
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"{username}\" \
         password=\"{password}\";"
    )
}

fn local(own: &Cluster) -> [(&'static str, String); 3] {
    [
        ("local.security.protocol", "SASL_SSL".to_owned()),
        ("local.sasl.mechanism", "PLAIN".to_owned()),
        ("local.sasl.jaas.config", jaas(own)),
    ]
}

/// How a half signs in where any principal is good enough.
fn security(is_cloud: bool, scope: &str, c: &mut Choices) -> Vec<(&'static str, String)> {
    assert!(scope.is_empty());
    let kinds = if is_cloud { 4 } else { 8 };
    let sasl = |protocol: &str, mechanism: &str| {
        vec![
            ("security.protocol", protocol.to_owned()),
            ("sasl.mechanism", mechanism.to_owned()),
            (
                "sasl.jaas.config",
                "Some.Module required a=\"b\";".to_owned(),
            ),
        ]
    };
    match c.below(kinds) {
        0 => sasl("SASL_SSL", "PLAIN"),
        1 => sasl("SASL_SSL", "SCRAM-SHA-256"),
        2 => {
            let mut configs = sasl("SASL_SSL", "OAUTHBEARER");
            configs.push((
                "sasl.login.callback.handler.class",
                "org.apache.kafka.common.security.oauthbearer.secured.OAuthBearerLoginCallbackHandler"
                    .to_owned(),
            ));
            configs.push((
                "sasl.oauthbearer.token.endpoint.url",
                "https://idp.example/token".to_owned(),
            ));
            configs
        }
        3 => vec![
            ("security.protocol", "SSL".to_owned()),
            ("ssl.keystore.type", "PEM".to_owned()),
            ("ssl.keystore.certificate.chain", "-----BEGIN".to_owned()),
            ("ssl.keystore.key", "-----BEGIN".to_owned()),
            ("ssl.truststore.type", "PEM".to_owned()),
            ("ssl.truststore.certificates", "-----BEGIN".to_owned()),
        ],
        4 => sasl("SASL_PLAINTEXT", "SCRAM-SHA-512"),
        5 => sasl("SASL_SSL", "GSSAPI"),
        6 => vec![("security.protocol", "SSL".to_owned())],
        _ => Vec::new(),
    }
}

impl Half {
    pub(crate) fn mirror_name(&self, mirror: &Mirror) -> String {
        format!("{}{}", self.prefix, mirror.source)
    }

    fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.configs.insert(name, value.into());
    }

    fn features(&mut self, shape: Shape, is_alike: bool, on_cloud: bool, c: &mut Choices) {
        if !self.prefix.is_empty() {
            self.set("cluster.link.prefix", self.prefix);
        }
        if c.chance(35) {
            self.set("consumer.offset.sync.enable", "true");
            if !c.chance(5) {
                self.set(
                    "consumer.offset.group.filters",
                    name_filters("groupFilters", &GROUPS, c),
                );
            }
            if !self.prefix.is_empty() && shape == Shape::Destination && c.chance(30) {
                self.set("consumer.group.prefix.enable", "true");
            }
        }
        if c.chance(20) {
            self.set(
                "consumer.offset.sync.ms",
                c.pick(&["30000", "10000", "1500"]),
            );
        }
        // ACLs are synced on Confluent Cloud, or on Confluent Platform, not between the two.
        if self.prefix.is_empty() && (is_alike || c.chance(10)) && c.chance(25) {
            self.set("acl.sync.enable", "true");
            if !c.chance(5) {
                self.set("acl.filters", acl_filters(c));
            }
            if c.chance(50) {
                self.set("acl.sync.ms", c.pick(&["5000", "60000"]));
            }
        }
        if c.chance(30) {
            self.set("auto.create.mirror.topics.enable", "true");
            if !c.chance(5) {
                let filters = name_filters("topicFilters", &TOPICS, c);
                self.set("auto.create.mirror.topics.filters", filters);
            }
        }
        if c.chance(15) {
            self.set("topic.config.sync.ms", c.pick(&["2000", "5000", "3600000"]));
        }
        if c.chance(10) {
            let offset = c.pick(&["latest", "earliest", "2026-01-01T00:00:00Z"]);
            self.set("mirror.start.offset.spec", offset);
        }
        // Pausing a link is for Platform: no recording of Cloud has the config.
        if !on_cloud && c.chance(5) {
            self.set("cluster.link.paused", "true");
        }
    }

    fn file(&self, link: &str, remote: &str) -> Value {
        let mirrors: Vec<Value> = self
            .mirrors
            .iter()
            .map(|mirror| {
                let mut value = json!({
                    "source_topic": mirror.source,
                    "status": mirror.status,
                    "lag": mirror.lag,
                });
                if let Some(error) = mirror.error {
                    value["error"] = json!(error);
                }
                value
            })
            .collect();
        json!({
            "name": link,
            "remote": remote,
            "mode": self.mode,
            "connection": self.connection,
            "made_by": self.maker,
            "configs": self.configs,
            "mirrors": mirrors,
        })
    }
}

impl Mirror {
    fn any(source: String, c: &mut Choices) -> Self {
        let status = match c.below(10) {
            0..4 => "ACTIVE",
            4 => "PAUSED",
            5 => "STOPPED",
            _ => c.pick(&STATUSES),
        };
        let error = (status == "FAILED")
            .then(|| c.pick(&["SOURCE_TOPIC_ID_CHANGED", "UNSUPPORTED_MESSAGE_FORMAT"]));
        Self {
            source,
            status,
            lag: c.pick(&[0, 0, 0, 7, 200_000]),
            error,
        }
    }
}

fn name_filters(wrapper: &str, names: &[&str], c: &mut Choices) -> String {
    let mut filters = Vec::new();
    let mut add = |c: &mut Choices, kind: &str| {
        let name = c.pick(names);
        let filter = match c.below(6) {
            0 => json!({ "name": "*", "patternType": "LITERAL", "filterType": kind }),
            1 | 2 => json!({ "name": name, "patternType": "LITERAL", "filterType": kind }),
            3 => json!({ "name": &name[..2], "patternType": "PREFIXED", "filterType": kind }),
            4 => {
                json!({ "filterType": kind.to_lowercase(), "patternType": "prefixed", "name": "o" })
            }
            _ => {
                json!({ "name": format!("{name}-*"), "patternType": "PREFIXED", "filterType": kind })
            }
        };
        filters.push(filter);
    };
    for _ in 0..=c.below(3) {
        add(c, "INCLUDE");
    }
    if c.chance(30) {
        add(c, "EXCLUDE");
    }
    if c.chance(3) {
        filters.retain(|filter| filter["filterType"] == "EXCLUDE");
    }
    // Servers give filters back as they were sent, spaces and all.
    let text = json!({ wrapper: filters }).to_string();
    if c.chance(20) {
        text.replace(':', " : ")
    } else {
        text
    }
}

fn acl_filters(c: &mut Choices) -> String {
    let mut filters = Vec::new();
    for _ in 0..=c.below(2) {
        let mut resource = json!({
            "resourceType": c.pick(&["any", "topic", "GROUP", "transactionalID", "cluster"]),
            "patternType": c.pick(&["any", "literal", "PREFIXED", "match"]),
        });
        if c.chance(60) {
            resource["name"] = json!(c.pick(&TOPICS));
        }
        let mut access = json!({
            "operation": c.pick(&["any", "read", "describe_configs", "IDEMPOTENT_WRITE"]),
            "permissionType": c.pick(&["any", "allow", "DENY"]),
        });
        if c.chance(40) {
            access["principal"] = json!("User:sa-12345");
        }
        filters.push(json!({ "resourceFilter": resource, "accessFilter": access }));
    }
    json!({ "aclFilters": filters }).to_string()
}
