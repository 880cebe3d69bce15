//! The clusters of the twin, those that were not read among them: [`Deployment`].

mod contents;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};

use super::facts::Facts;
use super::links::{self, MOST_PARTITIONS};
use super::rates::{Pace, Rates};
use super::world::{Clock, Cluster, Fault, Link, Switches, World};
use super::{Assumed, profile, switchover};
use crate::api::recording::Failed;
use crate::api::wire;
use crate::catalog::names;
use crate::snapshot::{DeclaredClusterV1, SnapshotV1};

/// Everything that a snapshot says, and what of it is missing.
pub(super) struct Deployment {
    clusters: BTreeMap<String, Known>,
    pub(super) assumed: Vec<Assumed>,
}

/// What is known of a cluster.
struct Known {
    /// Its name in the spec; none for a cluster that only a link or a pair names.
    name: Option<String>,
    declared: DeclaredClusterV1,
    facts: Facts,
}

impl Known {
    fn is_cloud(&self, id: &str) -> bool {
        self.kind(id) == "confluent-cloud"
    }

    fn kind(&self, id: &str) -> &'static str {
        match self.declared.kind.as_deref() {
            Some("confluent-cloud") => "confluent-cloud",
            Some("apache-kafka") => "apache-kafka",
            Some(_) => "confluent-platform",
            None if id.starts_with("lkc-") => "confluent-cloud",
            None => "confluent-platform",
        }
    }

    /// What people call it.
    fn words<'a>(&'a self, id: &'a str) -> &'a str {
        self.name.as_deref().unwrap_or(id)
    }
}

impl Deployment {
    pub(super) fn read(snapshot: &SnapshotV1) -> Self {
        let clusters = snapshot.clusters.iter().map(|(name, recorded)| {
            let known = Known {
                name: Some(name.to_string()),
                declared: recorded.declared.clone(),
                facts: Facts::of(recorded),
            };
            (recorded.id.to_string(), known)
        });
        Self {
            clusters: clusters.collect(),
            assumed: Vec::new(),
        }
    }

    /// Whether any cluster said anything.
    pub(super) fn has_any(&self) -> bool {
        self.clusters.values().any(|known| known.facts.has_any())
    }

    fn assume(&mut self, unknown: impl Into<String>, instead: impl Into<String>) {
        self.assumed.push(Assumed {
            unknown: unknown.into(),
            instead: instead.into(),
        });
    }

    pub(super) fn world(
        &mut self,
        snapshot: &SnapshotV1,
        has_config: &dyn Fn(&str) -> bool,
    ) -> World {
        let (switchover, left_out) = switchover::of(snapshot.confluent_cloud.as_ref());
        if left_out > 0 {
            self.assume(
                format!("answers, pairs and endpoints of the Switchover service that cannot be used ({left_out})"),
                "the twin does not have them",
            );
        }
        let members = switchover.pairs.iter().flat_map(|pair| &pair.members);
        let mut named: BTreeSet<String> = members.map(|member| member.cluster.clone()).collect();
        let halves = self.halves();
        named.extend(halves.iter().map(|half| half.remote.clone()));
        self.add_unread(named);
        let faults = self.faults(&halves);
        let mut made: BTreeMap<String, Cluster> = BTreeMap::new();
        for id in self.clusters.keys() {
            made.insert(id.clone(), self.empty(id, &halves));
        }
        for half in &halves {
            let reached = made.get(&half.remote);
            let reached = reached.and_then(|it| it.bootstrap_servers.clone());
            let sampled = snapshot.sampled();
            let link = self.link(half, reached.as_deref(), has_config, sampled);
            if let Some(cluster) = made.get_mut(&half.cluster) {
                cluster.links.push(link);
            }
        }
        for (remote, peer) in self.peers(&halves) {
            if let Some(cluster) = made.get_mut(&remote) {
                cluster.links.push(peer);
            }
        }
        let (ends, copied) = (self.ends(&halves), self.copied(&halves));
        let rates = snapshot
            .sampled()
            .map(|between| self.rates(&halves, between));
        for (id, cluster) in &mut made {
            self.fill(id, cluster, &ends, &copied, rates.as_ref());
        }
        let simulated = match snapshot.simulated {
            true => " of simulated clusters",
            false => "",
        };
        let tasks = |wanted| {
            let mut all = self.clusters.values();
            all.any(|known| known.facts.tasks == Some(wanted))
        };
        let is_newest = |cluster: &Cluster| matches!(cluster.profile, Some("cp-8"));
        // One switch is for the whole world: where some servers report tasks, the twin's do.
        let reports_none = made.values().any(is_newest) && tasks(false) && !tasks(true);
        World {
            version: 1,
            switches: reports_none.then_some(Switches {
                tasks_and_counts: "absent",
            }),
            description: format!(
                "The twin of a snapshot{simulated} that Linkwright {} took at {}",
                snapshot.linkwright, snapshot.taken_at
            ),
            clock: Clock {
                start: snapshot.taken_at.clone(),
            },
            clusters: made.into_values().collect(),
            switchover,
            faults,
        }
    }

    /// The link objects that clusters list.
    fn halves(&mut self) -> Vec<Half> {
        let (mut halves, mut assumed) = (Vec::new(), Vec::new());
        for (id, known) in &self.clusters {
            let rows = known.facts.links.iter().flatten();
            let nameless = rows.clone().filter(|row| row.link_name.is_empty()).count();
            if nameless > 0 {
                assumed.push((
                    format!(
                        "{nameless} link objects without a name on {}, which nothing can address",
                        known.words(id)
                    ),
                    "the twin does not have them",
                ));
            }
            let mut seen = BTreeSet::new();
            for row in rows.filter(|row| !row.link_name.is_empty()) {
                if !seen.insert(&row.link_name) {
                    continue;
                }
                let other = || self.other_half(id, row);
                let remote = links::remote(row).map(str::to_owned).or_else(other);
                let remote = remote.unwrap_or_else(|| {
                    let made = format!("unknown-remote-of-{}", row.link_name);
                    assumed.push((
                        format!(
                            "the other cluster of link {} on {}",
                            row.link_name,
                            known.words(id)
                        ),
                        "an empty cluster",
                    ));
                    made.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-")
                });
                halves.push(Half {
                    cluster: id.clone(),
                    remote,
                    error: links::error(row),
                    row: row.clone(),
                });
            }
        }
        for (unknown, instead) in assumed {
            self.assume(unknown, instead);
        }
        halves
    }

    /// The cluster that holds the other half of a link, by the id that both share.
    fn other_half(&self, own: &str, row: &wire::Link) -> Option<String> {
        let shared = row.cluster_link_id.as_ref().filter(|id| !id.is_empty())?;
        let others = self.clusters.iter().filter(|(id, _)| *id != own);
        let mut holding = others.filter(|(_, known)| {
            let mut rows = known.facts.links.iter().flatten();
            rows.any(|it| it.cluster_link_id.as_ref() == Some(shared))
        });
        holding.next().map(|(id, _)| id.clone())
    }

    /// Adds the clusters that links and pairs name and that the snapshot does not have.
    fn add_unread(&mut self, named: BTreeSet<String>) {
        for id in named {
            if self.clusters.contains_key(&id) {
                continue;
            }
            let known = Known {
                name: None,
                declared: DeclaredClusterV1::default(),
                facts: Facts::of(&crate::snapshot::RecordedClusterV1::default()),
            };
            let kind = known.kind(&id);
            self.assume(
                format!("what kind of cluster {id} is, which the spec does not declare"),
                kind,
            );
            self.clusters.insert(id, known);
        }
        let unread = self.clusters.iter().filter_map(|(id, known)| {
            let facts = &known.facts;
            let lists = [
                ("topics", facts.topics.is_none()),
                ("groups", facts.groups.is_none()),
                ("link objects", facts.links.is_none()),
            ];
            let names = lists.iter().filter(|(_, is_unread)| *is_unread);
            let names: Vec<&str> = names.map(|(name, _)| *name).collect();
            (!names.is_empty()).then(|| (names.join(", "), known.words(id).to_owned()))
        });
        let unread: Vec<(String, String)> = unread.collect();
        for (lists, words) in unread {
            self.assume(
                format!("the {lists} of {words}, which were not read"),
                "what others mirror from it, and the link objects that theirs need",
            );
        }
    }

    /// What goes wrong: calls that failed, and links that are in error.
    fn faults(&mut self, halves: &[Half]) -> Vec<Fault> {
        let (mut faults, mut reasons) = (Vec::new(), BTreeSet::new());
        for (id, known) in &self.clusters {
            let words = known.words(id);
            if known.facts.is_silent {
                faults.push(Fault {
                    name: format!("no-answer-{id}"),
                    on: [("cluster", id.clone())].into(),
                    action: json!("reset-before-effect"),
                });
                reasons.insert(format!("why {words} gave no answer"));
                continue;
            }
            for (route, link, failed) in &known.facts.failures {
                let is_disabled = matches!(failed, Failed::Refused { message, .. }
                    if *route == "acls.list" && message.contains(NO_AUTHORIZER));
                // A fault is for all groups: where some were read it would refuse those too.
                let is_of_some = *route == "groups.lags" && !known.facts.commits.is_empty();
                let of = link.as_ref().map(|link| format!("-{link}"));
                let name = format!("unread-{route}-{id}{}", of.unwrap_or_default());
                if is_disabled || is_of_some || faults.iter().any(|it| it.name == name) {
                    continue;
                }
                let mut on = BTreeMap::from([("cluster", id.clone()), ("route", (*route).into())]);
                on.extend(link.clone().map(|link| ("link", link)));
                faults.push(Fault {
                    name,
                    on,
                    action: action(failed),
                });
                reasons.insert(format!("what {words} would have answered to `{route}`"));
            }
            let unlisted: BTreeSet<&str> = known
                .facts
                .unlisted
                .iter()
                .map(|row| row.mirror_topic_name.as_str())
                .collect();
            if !unlisted.is_empty() {
                faults.push(Fault {
                    name: format!("unlisted-{id}"),
                    on: [
                        ("cluster", id.clone()),
                        ("route", "mirrors.list-all".to_owned()),
                    ]
                    .into(),
                    action: json!({ "omit-rows": { "names": unlisted } }),
                });
            }
        }
        for half in halves {
            let Some(error) = half.error else { continue };
            let link = &half.row.link_name;
            faults.push(Fault {
                name: format!("link-error-{link}-{}", half.cluster),
                on: BTreeMap::new(),
                action: json!({
                    "link-error": { "cluster": half.cluster, "link": link, "error": error }
                }),
            });
            let words = self
                .clusters
                .get(&half.cluster)
                .map_or("", |it| it.words(&half.cluster));
            reasons.insert(format!("why link {link} on {words} is in error"));
        }
        for unknown in reasons {
            self.assume(
                unknown,
                "a fault of the world that holds until it is cleared",
            );
        }
        faults
    }

    /// A cluster without what is on it.
    fn empty(&self, id: &str, halves: &[Half]) -> Cluster {
        let Some(known) = self.clusters.get(id) else {
            return Cluster::default();
        };
        let facts = &known.facts;
        let rows = facts.links.as_deref().unwrap_or_default();
        let kind = known.kind(id);
        let profile = match kind {
            "apache-kafka" => None,
            _ => profile::of(
                known.is_cloud(id),
                rows,
                facts.tasks,
                facts.lists(profile::OF_EIGHT),
            ),
        };
        // Where the spec and the links say that it is reached.
        let mut addresses: Vec<String> = Vec::new();
        let declared = known.declared.bootstrap_servers.iter().map(String::as_str);
        let of_links = halves.iter().filter(|half| half.remote == id);
        let of_links = of_links.filter(|half| half.error.is_none());
        let of_links = of_links.filter_map(|half| {
            let holder = self.clusters.get(&half.cluster)?;
            holder
                .facts
                .config(&half.row.link_name, names::BOOTSTRAP_SERVERS)
        });
        for list in declared.chain(of_links) {
            for address in list.split(',').map(str::trim) {
                let bare = address.split_once("://").map_or(address, |(_, bare)| bare);
                if !bare.is_empty() && !addresses.iter().any(|it| it.eq_ignore_ascii_case(bare)) {
                    addresses.push(bare.to_owned());
                }
            }
        }
        let is_disabled = |failed: &Failed| matches!(failed, Failed::Refused { message, .. } if message.contains(NO_AUTHORIZER));
        Cluster {
            id: id.to_owned(),
            name: known.name.clone(),
            kind: kind.to_owned(),
            profile,
            organization: known.declared.organization.clone(),
            bootstrap_servers: (!addresses.is_empty()).then(|| addresses.join(",")),
            authorizer: !facts
                .failures
                .iter()
                .any(|(route, _, failed)| *route == "acls.list" && is_disabled(failed)),
            ..Cluster::default()
        }
    }

    fn link(
        &mut self,
        half: &Half,
        reached: Option<&str>,
        has_config: &dyn Fn(&str) -> bool,
        sampled: Option<Duration>,
    ) -> Link {
        let Some(known) = self.clusters.get(&half.cluster) else {
            return Link::default();
        };
        let facts = &known.facts;
        let (mut link, left_out) = links::link(facts, &half.row, &half.remote, reached, has_config);
        let prefix = link.configs.get(names::CLUSTER_LINK_PREFIX);
        let prefix = prefix.cloned().unwrap_or_default();
        let place = format!("link {} on {}", link.name, known.words(&half.cluster));
        let mut assumed = Vec::new();
        if !left_out.is_empty() {
            assumed.push((
                format!(
                    "what the configs {} of {place} do, which the sandbox does not know",
                    left_out.join(", ")
                ),
                "the link does not have them".to_owned(),
            ));
        }
        if !facts.configs.contains_key(&half.row.link_name) {
            assumed.push((
                format!("the configs of {place}, which were not read"),
                "what a link needs to connect".to_owned(),
            ));
        }
        let mut seen = BTreeSet::new();
        for row in facts
            .rows()
            .filter(|row| row.link_name.as_str() == link.name)
        {
            if !seen.insert(&row.mirror_topic_name) {
                continue;
            }
            match links::mirror(row, &prefix) {
                Ok(mut mirror) => {
                    let pace = sampled.map(|between| Pace::of(facts, &half.row, row, between));
                    let slow = pace.and_then(Result::ok).filter(|pace| !pace.keeps_up());
                    mirror.copies_per_s = slow.map(|pace| pace.copied);
                    link.mirrors.push(mirror);
                }
                Err(why) => assumed.push((
                    format!("mirror topic {} of {place}: {why}", row.mirror_topic_name),
                    "the twin does not have it".to_owned(),
                )),
            }
            if row.mirror_status == "PENDING_STOPPED" {
                assumed.push((
                    format!(
                        "whether {} of {place} is being promoted or failed over",
                        row.mirror_topic_name
                    ),
                    "promoted".to_owned(),
                ));
            }
        }
        for (unknown, instead) in assumed {
            self.assume(unknown, instead);
        }
        link
    }

    /// Halves that others need to be in contact, on clusters whose link objects were not read.
    fn peers(&self, halves: &[Half]) -> Vec<(String, Link)> {
        let mut peers = Vec::new();
        for half in halves.iter().filter(|half| half.error.is_none()) {
            let (Some(own), Some(other)) = (
                self.clusters.get(&half.cluster),
                self.clusters.get(&half.remote),
            ) else {
                continue;
            };
            let mode = links::mode(&own.facts, &half.row);
            let connection = links::connection(&own.facts, &half.row);
            let (mode, connection) = match (mode, connection) {
                ("SOURCE", _) => ("DESTINATION", "INBOUND"),
                ("DESTINATION", "INBOUND") => ("SOURCE", "OUTBOUND"),
                ("BIDIRECTIONAL", "INBOUND") => ("BIDIRECTIONAL", "OUTBOUND"),
                _ => continue,
            };
            if other.facts.links.is_none() {
                let peer = Link {
                    name: half.row.link_name.clone(),
                    remote: half.cluster.clone(),
                    mode,
                    connection,
                    cluster_link_id: half.row.cluster_link_id.clone().filter(|id| !id.is_empty()),
                    ..Link::default()
                };
                peers.push((half.remote.clone(), peer));
            }
        }
        peers
    }

    /// What is known of the ends of topics, per partition: what is copied and what is behind, and what groups have
    /// committed.
    fn ends(&self, halves: &[Half]) -> BTreeMap<(String, String), Vec<i64>> {
        let mut ends: BTreeMap<(String, String), Vec<i64>> = BTreeMap::new();
        let mut raise = |cluster: &str, topic: &str, partition: usize, end: i64| {
            let all = ends
                .entry((cluster.to_owned(), topic.to_owned()))
                .or_default();
            if partition >= all.len() {
                all.resize(partition + 1, 0);
            }
            all[partition] = all[partition].max(end);
        };
        for half in halves {
            let Some(known) = self.clusters.get(&half.cluster) else {
                continue;
            };
            let rows = known.facts.rows();
            for row in rows.filter(|row| row.link_name.as_str() == half.row.link_name) {
                for (partition, (next, lag)) in links::positions(row).into_iter().enumerate() {
                    let end = next.saturating_add(lag);
                    raise(&half.remote, row.source_topic_name.as_str(), partition, end);
                }
            }
        }
        for (id, known) in &self.clusters {
            for commit in known.facts.commits.values().flatten() {
                if let Some(partition) = partition(commit) {
                    raise(id, &commit.topic_name, partition, commit.current_offset);
                }
            }
        }
        ends
    }

    /// The topics that a mirror topic of another cluster copies.
    fn copied(&self, halves: &[Half]) -> BTreeSet<(String, String)> {
        let mut copied = BTreeSet::new();
        for half in halves {
            let rows = self.clusters.get(&half.cluster).into_iter();
            let rows = rows.flat_map(|known| known.facts.rows());
            let rows = rows.filter(|row| {
                row.link_name.as_str() == half.row.link_name && row.mirror_status != STOPPED
            });
            copied.extend(rows.map(|row| (half.remote.clone(), row.source_topic_name.to_string())));
        }
        copied
    }

    /// How fast topics are written, as two reads of their mirror topics show it.
    fn rates(&self, halves: &[Half], between: Duration) -> Rates {
        let mut rates = Rates::default();
        for half in halves {
            if let Some(known) = self.clusters.get(&half.cluster) {
                rates.add(&known.facts, &half.row, &half.remote, between);
            }
        }
        rates
    }
}

/// A link object that a cluster lists.
struct Half {
    cluster: String,
    remote: String,
    error: Option<&'static str>,
    row: wire::Link,
}

/// The status of a mirror topic that has become a topic.
const STOPPED: &str = "STOPPED";

/// A partition that a topic can have.
fn partition(commit: &wire::GroupLag) -> Option<usize> {
    let partition = usize::try_from(commit.partition_id).ok()?;
    (partition < MOST_PARTITIONS && commit.current_offset >= 0).then_some(partition)
}

/// What a cluster without an authorizer says of ACLs.
const NO_AUTHORIZER: &str = "Security features are disabled";

/// The fault that answers as the cluster did.
fn action(failed: &Failed) -> Value {
    match failed {
        Failed::Refused {
            status,
            code,
            message,
        } => {
            let code = code.and_then(|code| i32::try_from(code).ok());
            json!({ "status": { "code": status, "error_code": code, "message": message } })
        }
        Failed::Unanswered { .. } => json!("reset-before-effect"),
        Failed::Unintelligible { .. } => json!("html-success"),
        Failed::OtherCluster { .. } | Failed::Token { .. } => {
            json!({ "status": { "code": 401, "error_code": null, "message": null } })
        }
    }
}
