//! From live clusters to what commands work on: [`refresh`] reads, compares, reads what only these
//! changes need, compares again and plans. [`health`] and [`inventory`] read for commands that plan
//! nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::address::{Address, ClusterName, HalfAddress};
use crate::api::Client;
use crate::desired::{ClusterKind, Desired};
use crate::diff::{self, Changes, ExtraReads, Options};
use crate::health::{Health, is_called};
use crate::live::switchover::Switchover;
use crate::live::{Earlier, MirrorStatus, Reading, Sample, Snapshot, Unread, UnreadKind};
use crate::plan::{self, Allowances, CycleError, Plan};
use crate::read::{self, Cloud, ReadRequest};

/// As many mirror topics of one link are asked what holds them up.
const MAX_TRANSITIONS: usize = 20;

/// What one refresh led to.
pub struct Observation {
    /// The facts.
    pub live: Snapshot,
    /// The plan.
    pub plan: Plan,
}

/// Who is asked.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// The clusters.
    pub clients: &'a BTreeMap<ClusterName, Client>,
    /// Confluent Cloud's own API.
    pub cloud: Option<&'a Cloud>,
}

impl<'a> From<&'a BTreeMap<ClusterName, Client>> for Sources<'a> {
    fn from(clients: &'a BTreeMap<ClusterName, Client>) -> Self {
        Self {
            clients,
            cloud: None,
        }
    }
}

/// As many mirror topics that a server may not list are asked for by name.
const MAX_ROWS: usize = 50;

/// How long a cluster that is declared lost gets to answer.
const LOST_ANSWER: Duration = Duration::from_secs(2);

/// How much to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// What a plan needs: two calls per cluster and one per link half.
    Plan,
    /// What drift reports too: the links' tasks, one more call per link half; and the links of clusters
    /// without a declared half, two calls for each.
    Drift,
}

/// Reads what is needed, first what every run needs and then what only these changes need, and plans,
/// for the targets only if there are any; see [`plan::plan_only`]. The Switchover service is asked once, at the
/// same time as the clusters.
///
/// # Errors
/// When the ordering rules contradict each other.
pub async fn refresh<'a>(
    desired: &Desired,
    sources: impl Into<Sources<'a>>,
    options: &Options,
    allowances: &Allowances,
    targets: &[Address],
    depth: Depth,
) -> Result<Observation, CycleError> {
    let Sources { clients, cloud } = sources.into();
    let part = plan::part(desired, targets);
    let desired = &*part.desired;
    let mut request = ReadRequest::default();
    for (cluster, links) in diff::first_reads(desired) {
        let of_cluster = request.of(&cluster);
        if depth == Depth::Drift {
            of_cluster.tasks.extend(links.iter().cloned());
        }
        of_cluster.configs.extend(links);
    }
    let are_read = |name: &&ClusterName| !desired.is_lost(name);
    if depth == Depth::Drift {
        for name in holders(desired, clients).filter(|name| part.clusters.contains(*name)) {
            request.of(name);
        }
    }
    // A target may be on a cluster where the spec has nothing.
    for target in targets.iter().map(Address::cluster).filter(are_read) {
        if clients.contains_key(target) {
            request.of(target);
        }
    }
    let (mut live, answers, switchover) = futures_util::future::join3(
        read::read(clients, &request),
        lost_that_answer(desired, clients),
        switchover(desired, cloud),
    )
    .await;
    live.answers = answers;
    live.switchover = switchover;
    sample(&mut live, clients, &options.sample).await;
    let changes = compare(desired, &mut live, clients, options).await;
    let plan = plan::plan_only(desired, &live, changes, allowances, targets)?;
    Ok(Observation { live, plan })
}

/// The clusters that are read and may hold links: Apache Kafka holds none.
fn holders<'a>(
    desired: &'a Desired,
    clients: &'a BTreeMap<ClusterName, Client>,
) -> impl Iterator<Item = &'a ClusterName> {
    clients.keys().filter(|name| {
        let cluster = desired.clusters.get(*name);
        let holds_links = cluster.is_some_and(|it| it.kind != ClusterKind::ApacheKafka);
        holds_links && !desired.is_lost(name)
    })
}

/// Reads the links and mirror topics of every cluster, two calls for each, so that the figures of a later read can be put
/// next to them.
pub async fn figures(desired: &Desired, clients: &BTreeMap<ClusterName, Client>) -> Snapshot {
    let mut request = ReadRequest::default();
    for name in holders(desired, clients) {
        request.of(name);
    }
    read::read(clients, &request).await
}

/// Plans again for another spec, from what was read, for the targets only if there are any: only what its changes need in
/// addition is read.
///
/// # Errors
/// When the ordering rules contradict each other.
pub async fn again<'a>(
    desired: &Desired,
    seen: &Snapshot,
    sources: impl Into<Sources<'a>>,
    options: &Options,
    allowances: &Allowances,
    targets: &[Address],
) -> Result<Observation, CycleError> {
    let part = plan::part(desired, targets);
    let desired = &*part.desired;
    let mut live = seen.clone();
    let changes = compare(desired, &mut live, sources.into().clients, options).await;
    let plan = plan::plan_only(desired, &live, changes, allowances, targets)?;
    Ok(Observation { live, plan })
}

/// Compares, and reads what only the changes need that are found: each thing once.
async fn compare(
    desired: &Desired,
    live: &mut Snapshot,
    clients: &BTreeMap<ClusterName, Client>,
    options: &Options,
) -> Changes {
    let mut changes = diff::diff(desired, live, options);
    // What was read may show a change that needs more: that a topic of a pair is to be reversed is known once its
    // topics are, and only then consumer groups matter.
    let mut asked = ExtraReads::default();
    loop {
        let extra = diff::extra_reads(desired, live, &changes).without(&asked);
        if extra.is_empty() {
            break;
        }
        let mut request = ReadRequest::default();
        for cluster in &extra.links {
            request.of(cluster);
        }
        for cluster in &extra.topics {
            request.extras_of(cluster).topics = true;
        }
        for cluster in &extra.acls {
            request.extras_of(cluster).acls = true;
        }
        for cluster in &extra.groups {
            request.extras_of(cluster).groups = true;
        }
        read::extend(live, clients, &request).await;
        let most = MAX_ROWS.saturating_sub(asked.rows.len());
        read::rows(live, clients, &extra.rows, most).await;
        for half in &extra.transitions {
            read::transitions(live, clients, half, MAX_TRANSITIONS).await;
        }
        asked.add(extra);
        changes = diff::diff(desired, live, options);
    }
    let offsets = diff::offset_reads(desired, &changes);
    if !offsets.is_empty() {
        let mut request = ReadRequest::default();
        for (cluster, groups) in offsets {
            request.extras_of(&cluster).group_offsets = groups;
        }
        read::extend(live, clients, &request).await;
        changes = diff::diff(desired, live, options);
    }
    changes
}

/// The clusters that are declared lost and answer even so. Each is asked once, and an answer of a proxy or a
/// server that fails (5xx) is none.
async fn lost_that_answer(
    desired: &Desired,
    clients: &BTreeMap<ClusterName, Client>,
) -> BTreeSet<ClusterName> {
    let lost = clients.iter().filter(|(name, _)| desired.is_lost(name));
    let asked = lost.map(async |(name, client)| {
        let answers = client.answers(LOST_ANSWER).await;
        answers.then(|| name.clone())
    });
    let found = futures_util::future::join_all(asked).await;
    found.into_iter().flatten().collect()
}

/// What the Switchover service says, where the spec has a Cloud API key.
async fn switchover(desired: &Desired, cloud: Option<&Cloud>) -> Switchover {
    match (&desired.cloud, cloud) {
        (None, _) => Switchover::default(),
        (Some(_), Some(cloud)) => cloud.switchover().await,
        (Some(declared), None) => {
            let why = Unread {
                what: "the switchover pairs".to_owned(),
                reason: "there is no client for Confluent Cloud's API".to_owned(),
                kind: UnreadKind::NoEndpoint,
            };
            let all = declared.environments.iter();
            let pairs = all.map(|name| (name.clone(), Reading::Unread(why.clone())));
            Switchover {
                pairs: pairs.collect(),
                ..Switchover::default()
            }
        }
    }
}

/// Which links' health is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked<'a> {
    /// That of all links.
    All,
    /// That of one link, by its name or `cluster/link`.
    Link(&'a str),
    /// The same, with what may hold up its mirror topics.
    InDepth(&'a str),
}

/// Reads how links do: two calls for each cluster and one for each half, and for one link in depth
/// what may hold up its mirror topics.
pub async fn health(
    desired: &Desired,
    clients: &BTreeMap<ClusterName, Client>,
    asked: Asked<'_>,
    sampled: &Sample,
) -> Health {
    let only = match asked {
        Asked::All => None,
        Asked::Link(link) | Asked::InDepth(link) => Some(link),
    };
    let mut request = ReadRequest::default();
    let all = diff::first_reads(desired);
    let is_meant = |half: &HalfAddress| only.is_none_or(|link| is_called(half, link));
    let halves = all.iter().flat_map(|(cluster, links)| {
        links.iter().map(|link| HalfAddress {
            cluster: cluster.clone(),
            link: link.clone(),
        })
    });
    for half in halves.filter(is_meant) {
        request.of(&half.cluster).tasks.insert(half.link);
    }
    if request.clusters.is_empty() {
        // No file speaks of the link, so that it may be anywhere.
        for cluster in all.keys() {
            request.of(cluster);
        }
    }
    let mut live = read::read(clients, &request).await;
    sample(&mut live, clients, sampled).await;
    if let Asked::InDepth(link) = asked {
        read_link_details(&mut live, desired, clients, link).await;
    }
    let health = Health::of(&live, desired);
    match only {
        Some(link) => health.only(link),
        None => health,
    }
}

/// Puts earlier figures next to those of the mirror topics.
async fn sample(live: &mut Snapshot, clients: &BTreeMap<ClusterName, Client>, sample: &Sample) {
    match sample {
        Sample::Once => {}
        Sample::After(wait) => read_again(live, clients, *wait).await,
        Sample::Recorded(recorded) => {
            for (name, cluster) in &mut live.clusters {
                if let Some(record) = recorded.clusters.get(name) {
                    record.put_next_to(cluster, recorded.now, recorded.reader);
                }
            }
        }
    }
}

/// Reads links and mirror topics of every cluster that was read again after a while, two more calls for
/// each: a mirror topic that has fetched in between is current as far as its figures go. What cannot be
/// read this time stays as it was, and proves nothing.
async fn read_again(live: &mut Snapshot, clients: &BTreeMap<ClusterName, Client>, wait: Duration) {
    let Some(client) = clients.values().next() else {
        return;
    };
    let clock = client.clock();
    let first = clock.now();
    clock.sleep(wait).await;
    let mut request = ReadRequest::default();
    for (name, cluster) in &live.clusters {
        if cluster.links.read().is_some() && cluster.mirrors.read().is_some() {
            request.of(name);
        }
    }
    let again = read::read(clients, &request).await;
    let between = clock.since(first);
    for (name, seen) in again.clusters {
        let Some(cluster) = live.clusters.get_mut(&name) else {
            continue;
        };
        let (Reading::Read(links), Reading::Read(mut mirrors)) = (seen.links, seen.mirrors) else {
            continue;
        };
        for (link, rows) in &mut mirrors {
            let before = cluster.mirrors.read().and_then(|all| all.get(link));
            for (topic, row) in rows {
                if let Some(earlier) = before.and_then(|rows| rows.get(topic)) {
                    row.earlier = Earlier::Sampled(Box::new(earlier.lags.clone()));
                }
            }
        }
        cluster.sampled = Some(between);
        cluster.links = Reading::Read(links);
        cluster.mirrors = Reading::Read(mirrors);
        cluster.nameless_links = seen.nameless_links;
    }
}

/// Reads what may hold up a link's mirror topics: its tasks even if no file declares it and, where a
/// promotion is under way, what the server says about it, the groups at both ends, and the filters
/// that concern them.
async fn read_link_details(
    live: &mut Snapshot,
    desired: &Desired,
    clients: &BTreeMap<ClusterName, Client>,
    link: &str,
) {
    let mut request = ReadRequest::default();
    let mut passing = Vec::new();
    for (name, cluster) in &live.clusters {
        for found in cluster.links.read().into_iter().flatten().map(|row| row.0) {
            let half = HalfAddress {
                cluster: name.clone(),
                link: found.clone(),
            };
            if !is_called(&half, link) {
                continue;
            }
            let of_cluster = request.extras_of(name);
            of_cluster.tasks.insert(found.clone());
            let rows = cluster.mirrors.read().and_then(|all| all.get(found));
            let statuses: BTreeSet<&MirrorStatus> = rows
                .into_iter()
                .flatten()
                .map(|row| &row.1.status)
                .collect();
            if statuses.contains(&MirrorStatus::PendingStopped) {
                of_cluster.groups = true;
                of_cluster.configs.insert(found.clone());
                let peer = diff::peer(&half, desired, live);
                if let Some(peer) = peer.filter(|peer| clients.contains_key(*peer)) {
                    request.extras_of(peer).groups = true;
                }
            }
            if statuses.iter().any(|status| status.is_transitional()) {
                passing.push(half);
            }
        }
    }
    read::extend(live, clients, &request).await;
    for half in passing {
        read::transitions(live, clients, &half, MAX_TRANSITIONS).await;
    }
}

/// Reads everything that a plan, drift or status may ask of these clusters, and keeps none of it: the clients
/// [record](Client::record). First what this spec needs is read, as `drift` reads it; then the topics, ACLs and
/// consumer groups of each cluster, with the committed offsets of at most so many groups: one call each.
///
/// # Errors
/// When the ordering rules contradict each other.
pub async fn everything(
    desired: &Desired,
    sources: Sources<'_>,
    options: &Options,
    most_groups: usize,
) -> Result<Snapshot, CycleError> {
    let Sources { clients, .. } = sources;
    let none = Allowances::default();
    let seen = refresh(desired, sources, options, &none, &[], Depth::Drift).await?;
    let mut live = seen.live;
    let mut request = ReadRequest::default();
    for (name, cluster) in &live.clusters {
        let links: BTreeSet<_> = cluster
            .links
            .read()
            .into_iter()
            .flatten()
            .map(|(link, _)| link.clone())
            .collect();
        let asked = request.extras_of(name);
        (asked.topics, asked.acls, asked.groups) = (true, true, true);
        asked.configs.clone_from(&links);
        asked.tasks = links;
    }
    read::extend(&mut live, clients, &request).await;
    let mut request = ReadRequest::default();
    let mut passing = Vec::new();
    for (name, cluster) in &live.clusters {
        let groups = cluster.groups.read().into_iter().flatten();
        let groups = groups.map(|(group, _)| group.clone()).take(most_groups);
        request.extras_of(name).group_offsets = groups.collect();
        for (link, rows) in cluster.mirrors.read().into_iter().flatten() {
            if rows.values().any(|row| row.status.is_transitional()) {
                passing.push(HalfAddress {
                    cluster: name.clone(),
                    link: link.clone(),
                });
            }
        }
    }
    read::extend(&mut live, clients, &request).await;
    for half in passing {
        read::transitions(&mut live, clients, &half, MAX_TRANSITIONS).await;
    }
    Ok(live)
}

/// Reads every link of every cluster: two calls for each cluster, and one for each link.
pub async fn inventory(clients: &BTreeMap<ClusterName, Client>) -> Snapshot {
    let mut request = ReadRequest::default();
    for name in clients.keys() {
        request.of(name);
    }
    let mut live = read::read(clients, &request).await;
    for (name, facts) in &live.clusters {
        let links = facts.links.read().into_iter().flatten();
        request.of(name).configs = links.map(|(link, _)| link.clone()).collect();
    }
    read::extend(&mut live, clients, &request).await;
    live
}
