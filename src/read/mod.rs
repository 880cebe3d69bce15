//! One look at the clusters: [`read`] and [`extend`] make a [`Snapshot`].
//!
//! A run costs **two calls per cluster and one per link half**: the links, the mirror topics of all
//! links, and the configs of each half that was asked for and exists. No call is made per mirror
//! topic. ExtraReads (topics, ACLs, groups, tasks) are asked for once, when a plan needs them.
//!
//! Nothing fails here. What could not be read is [`Reading::Unread`] with its reason, and the rest
//! is read all the same: with the source down, a failover plan comes out of the destination alone.

mod agree;
mod cloud;
mod convert;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

pub use cloud::Cloud;
use tokio::task::JoinSet;

use crate::address::{ClusterName, GroupName, HalfAddress, LinkName, TopicName};
use crate::api::{ApiError, Client, wire};
use crate::live::{
    AclFact, ClusterSnapshot, ConfigFact, GroupFact, GroupOffsets, LinkFact, MirrorFact, Reading,
    Snapshot, TaskFact, Unread, UnreadKind,
};

/// What to read, by cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadRequest {
    /// The clusters to read, and what of each.
    pub clusters: BTreeMap<ClusterName, ClusterRequest>,
}

/// What to read of one cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClusterRequest {
    /// Whether the links and the mirror topics of all links are wanted.
    pub links: bool,
    /// The links whose configs are wanted.
    pub configs: BTreeSet<LinkName>,
    /// The links whose tasks are wanted.
    pub tasks: BTreeSet<LinkName>,
    /// Whether the topics' names are wanted.
    pub topics: bool,
    /// Whether the ACLs are wanted.
    pub acls: bool,
    /// Whether the consumer groups are wanted.
    pub groups: bool,
    /// The consumer groups whose committed offsets are wanted: one call each.
    pub group_offsets: BTreeSet<GroupName>,
}

impl ReadRequest {
    /// What is asked of a cluster that holds links, to be added to: its links and mirrors, to begin
    /// with.
    pub fn of(&mut self, cluster: &ClusterName) -> &mut ClusterRequest {
        let asked = self.extras_of(cluster);
        asked.links = true;
        asked
    }

    /// What is asked of a cluster, to be added to. Its links and mirrors are not asked for here.
    pub fn extras_of(&mut self, cluster: &ClusterName) -> &mut ClusterRequest {
        self.clusters.entry(cluster.clone()).or_default()
    }
}

/// Reads everything asked for, all at once; each client bounds what is under way at its cluster.
///
/// A link that does not exist has no entry among `configs` and `tasks`; the list of links says so. A cluster
/// whose lists disagree is read again before that counts.
pub async fn read(clients: &BTreeMap<ClusterName, Client>, ask: &ReadRequest) -> Snapshot {
    let mut snapshot = Snapshot::default();
    extend(&mut snapshot, clients, ask).await;
    let doubtful = agree::doubtful(&snapshot);
    if let Some(client) = doubtful.first().and_then(|name| clients.get(name)) {
        client.clock().sleep(MOMENT).await;
        let mut again = ReadRequest::default();
        for name in &doubtful {
            snapshot.clusters.remove(name);
            let asked = ask.clusters.get(name).cloned();
            again
                .clusters
                .extend(asked.map(|asked| (name.clone(), asked)));
        }
        extend(&mut snapshot, clients, &again).await;
        agree::conclude(&mut snapshot, &doubtful);
    }
    snapshot
}

/// So long after lists that disagree they are read again.
const MOMENT: Duration = Duration::from_secs(1);

/// Reads what is asked for and not yet in the snapshot. What was read, or was asked for without success, is
/// not asked for again.
pub async fn extend(
    snapshot: &mut Snapshot,
    clients: &BTreeMap<ClusterName, Client>,
    ask: &ReadRequest,
) {
    // A task of its own for each call: large answers are then taken apart on several cores.
    let mut tasks = JoinSet::new();
    for (name, wanted) in &ask.clusters {
        let cluster = snapshot.clusters.entry(name.clone()).or_default();
        let wanted = missing(cluster, wanted);
        match clients.get(name) {
            None => without_client(name, cluster, &wanted),
            Some(client) => start(&mut tasks, name, client, cluster, wanted),
        }
    }
    while let Some(done) = tasks.join_next().await {
        match done {
            Ok((name, part)) => part.put(snapshot.clusters.entry(name).or_default()),
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            // Cancelled: the runtime is going down, and whoever awaits this with it.
            Err(_) => {}
        }
    }
}

/// The links a cluster holds, and the rows without a name.
pub async fn links(client: &Client) -> (Reading<BTreeMap<LinkName, LinkFact>>, Vec<LinkFact>) {
    match listed_links(client).await {
        Ok(links) => (Reading::Read(links.named), links.nameless),
        Err(why) => (Reading::Unread(why), Vec::new()),
    }
}

async fn listed_links(client: &Client) -> Result<convert::Links, Unread> {
    let rows = client.list_links().await;
    let rows = rows.map_err(|error| convert::unread_list(&error))?;
    let contradiction = |why| convert::disagreeing("the links", client.cluster(), why);
    convert::links(rows).map_err(contradiction)
}

/// The mirror topics of all links of a cluster: one call, whatever their number.
pub async fn mirrors(
    client: &Client,
) -> Reading<BTreeMap<LinkName, BTreeMap<TopicName, MirrorFact>>> {
    match listed_mirrors(client).await {
        Ok((mirrors, _)) => Reading::Read(mirrors),
        Err(why) => Reading::Unread(why),
    }
}

async fn listed_mirrors(client: &Client) -> Result<(convert::Mirrors, convert::Repeated), Unread> {
    let listed = client.list_mirrors().await;
    let listed = listed.map_err(|error| convert::unread_list(&error))?;
    by_link(client, listed)
}

fn by_link(
    client: &Client,
    listed: convert::Listed,
) -> Result<(convert::Mirrors, convert::Repeated), Unread> {
    let contradiction = |why| convert::disagreeing("the mirror topics", client.cluster(), why);
    listed.by_link().map_err(contradiction)
}

/// The mirror topics of these links: one call each.
pub async fn mirrors_of(
    client: &Client,
    links: impl IntoIterator<Item = LinkName>,
) -> Reading<BTreeMap<LinkName, BTreeMap<TopicName, MirrorFact>>> {
    let calls = links.into_iter().map(|link| async move {
        match client.list_mirrors_of(&link, None).await {
            Ok(rows) => Ok(rows),
            // A link that is not there has none.
            Err(error) if error.is_not_found() => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    });
    match futures_util::future::try_join_all(calls).await {
        Ok(rows) => {
            let mut listed = convert::Listed::default();
            listed.extend(rows.into_iter().flatten());
            match by_link(client, listed) {
                Ok((mirrors, _)) => Reading::Read(mirrors),
                Err(why) => Reading::Unread(why),
            }
        }
        Err(error) => Reading::Unread(convert::unread_list(&error)),
    }
}

/// The configs of a link; `None` when there is no such link.
pub async fn configs(
    client: &Client,
    link: &LinkName,
) -> Option<Reading<BTreeMap<String, ConfigFact>>> {
    let reply = client.list_configs(link).await.transpose()?;
    Some(reading(reply, convert::configs))
}

/// The tasks of a link; `None` when there is no such link.
pub async fn tasks(client: &Client, link: &LinkName) -> Option<Reading<Vec<TaskFact>>> {
    match client.get_link(link).await {
        Ok(Some(wire::Link {
            tasks: Some(tasks), ..
        })) => Some(Reading::Read(convert::tasks(tasks))),
        Ok(Some(_)) => Some(Reading::Unread(Unread {
            what: format!("the tasks of link {link} of {}", client.cluster()),
            reason: "the server does not report a link's tasks".to_owned(),
            kind: UnreadKind::NotReported,
        })),
        Ok(None) => None,
        Err(error) => Some(Reading::Unread(convert::unread(&error))),
    }
}

/// The names of a cluster's topics, mirror topics among them.
pub async fn topics(client: &Client) -> Reading<BTreeSet<TopicName>> {
    reading(client.list_topics().await, convert::topics)
}

/// The consumer groups of a cluster and their states.
pub async fn groups(client: &Client) -> Reading<BTreeMap<GroupName, GroupFact>> {
    reading(client.list_groups().await, convert::groups)
}

/// The fact of one mirror topic that was read alone, with what holds up its transition.
#[must_use]
pub fn mirror_fact(mirror: wire::Mirror) -> MirrorFact {
    convert::mirror(mirror)
}

/// Asks for what holds up the mirror topics of one link that are in a transitional status, one call each
/// for the first `most` of them. The list of mirror topics does not tell it.
pub async fn transitions(
    snapshot: &mut Snapshot,
    clients: &BTreeMap<ClusterName, Client>,
    half: &HalfAddress,
    most: usize,
) {
    let Some(client) = clients.get(&half.cluster) else {
        return;
    };
    let cluster = snapshot.clusters.entry(half.cluster.clone()).or_default();
    let Reading::Read(links) = &mut cluster.mirrors else {
        return;
    };
    let passing = links
        .get_mut(&half.link)
        .into_iter()
        .flatten()
        .filter(|(_, row)| row.status.is_transitional());
    for (topic, row) in passing.take(most) {
        // What was listed stays as it is when there is no more to know.
        if let Ok(Some(reply)) = client.get_mirror(&half.link, topic).await {
            row.transition_problems = mirror_fact(reply).transition_problems;
        }
    }
}

/// Asks for mirror topics by name that their server did not list, for at most so many, all at once. Of the others
/// it is not known whether they exist.
pub async fn rows(
    snapshot: &mut Snapshot,
    clients: &BTreeMap<ClusterName, Client>,
    wanted: &BTreeSet<(HalfAddress, TopicName)>,
    most: usize,
) {
    // Both halves of a topic together: one alone would not tell what becomes of it.
    let mut wanted: Vec<&(HalfAddress, TopicName)> = wanted.iter().collect();
    wanted.sort_by_key(|(half, topic)| (&half.link, topic, &half.cluster));
    let asked = wanted
        .iter()
        .enumerate()
        .map(async |(index, (half, topic))| {
            match clients.get(&half.cluster).filter(|_| index < most) {
                Some(client) => {
                    let reply = client.get_mirror(&half.link, topic).await;
                    reply.map_err(|error| convert::unread(&error))
                }
                None => Err(Unread {
                    what: format!("mirror topic {topic} of {half}"),
                    reason: format!(
                        "more than {most} mirror topics would have to be asked for by name"
                    ),
                    kind: UnreadKind::Unintelligible,
                }),
            }
        });
    let answers = futures_util::future::join_all(asked).await;
    for ((half, topic), answer) in wanted.into_iter().zip(answers) {
        let cluster = snapshot.clusters.entry(half.cluster.clone()).or_default();
        let why = match answer {
            Ok(reply) => {
                if let (Some(reply), Reading::Read(links)) = (reply, &mut cluster.mirrors) {
                    let rows = links.entry(half.link.clone()).or_default();
                    rows.insert(topic.clone(), mirror_fact(reply));
                }
                None
            }
            Err(why) => Some(why),
        };
        let row = (half.link.clone(), topic.clone());
        cluster.asked_rows.insert(row, why);
    }
}

/// Turns what a call came to into a reading.
fn reading<W, T>(result: Result<W, ApiError>, convert: impl FnOnce(W) -> T) -> Reading<T> {
    match result {
        Ok(reply) => Reading::Read(convert(reply)),
        Err(error) => Reading::Unread(convert::unread(&error)),
    }
}

/// A part of a cluster's snapshot, as it comes in.
enum Part {
    Links {
        links: Reading<BTreeMap<LinkName, LinkFact>>,
        nameless: Vec<LinkFact>,
        repeated: convert::Repeated,
        halves: Vec<Half>,
    },
    Halves(Vec<Half>),
    Mirrors(Result<(convert::Mirrors, convert::Repeated), Unread>),
    Topics(Reading<BTreeSet<TopicName>>),
    Acls(Reading<BTreeSet<AclFact>>),
    Groups(Reading<BTreeMap<GroupName, GroupFact>>),
    GroupOffsets(Vec<(GroupName, Reading<GroupOffsets>)>),
}

/// What was read of one link half.
enum Half {
    Configs(LinkName, Option<Reading<BTreeMap<String, ConfigFact>>>),
    Tasks(LinkName, Option<Reading<Vec<TaskFact>>>),
}

impl Part {
    fn put(self, cluster: &mut ClusterSnapshot) {
        match self {
            Self::Links {
                links,
                nameless,
                repeated,
                halves,
            } => {
                cluster.links = links;
                cluster.nameless_links = nameless;
                cluster.repeated.extend(repeated);
                halves.into_iter().for_each(|half| half.put(cluster));
            }
            Self::Halves(halves) => halves.into_iter().for_each(|half| half.put(cluster)),
            Self::Mirrors(Ok((mirrors, repeated))) => {
                cluster.mirrors = Reading::Read(mirrors);
                cluster.repeated.extend(repeated);
            }
            Self::Mirrors(Err(why)) => cluster.mirrors = Reading::Unread(why),
            Self::Topics(topics) => cluster.topics = topics,
            Self::Acls(acls) => cluster.acls = acls,
            Self::Groups(groups) => cluster.groups = groups,
            Self::GroupOffsets(offsets) => cluster.group_offsets.extend(offsets),
        }
    }
}

impl Half {
    fn put(self, cluster: &mut ClusterSnapshot) {
        match self {
            Self::Configs(link, Some(configs)) => {
                cluster.configs.insert(link, configs);
            }
            Self::Tasks(link, Some(tasks)) => {
                cluster.tasks.insert(link, tasks);
            }
            Self::Configs(_, None) | Self::Tasks(_, None) => {}
        }
    }
}

/// What is asked for and not in the snapshot yet.
struct MissingReads {
    links: bool,
    mirrors: bool,
    configs: BTreeSet<LinkName>,
    tasks: BTreeSet<LinkName>,
    topics: bool,
    acls: bool,
    groups: bool,
    group_offsets: BTreeSet<GroupName>,
}

fn missing(cluster: &ClusterSnapshot, ask: &ClusterRequest) -> MissingReads {
    let ClusterRequest {
        links,
        configs,
        tasks,
        topics,
        acls,
        groups,
        group_offsets,
    } = ask;
    fn unasked<T>(reading: &Reading<T>) -> bool {
        matches!(reading, Reading::NotAsked)
    }
    let new = |links: &BTreeSet<LinkName>, known: &dyn Fn(&LinkName) -> bool| {
        links.iter().filter(|link| !known(link)).cloned().collect()
    };
    MissingReads {
        links: *links && unasked(&cluster.links),
        mirrors: *links && unasked(&cluster.mirrors),
        configs: new(configs, &|link| cluster.configs.contains_key(link)),
        tasks: new(tasks, &|link| cluster.tasks.contains_key(link)),
        topics: *topics && unasked(&cluster.topics),
        acls: *acls && unasked(&cluster.acls),
        groups: *groups && unasked(&cluster.groups),
        group_offsets: group_offsets
            .iter()
            .filter(|group| !cluster.group_offsets.contains_key(*group))
            .cloned()
            .collect(),
    }
}

fn without_client(name: &ClusterName, cluster: &mut ClusterSnapshot, wanted: &MissingReads) {
    let MissingReads {
        links,
        mirrors,
        configs,
        tasks,
        topics,
        acls,
        groups,
        group_offsets,
    } = wanted;
    let unread = |what: &str| Unread {
        what: format!("{what} of {name}"),
        reason: "the cluster has no REST endpoint in the spec".to_owned(),
        kind: UnreadKind::NoEndpoint,
    };
    if *links {
        cluster.links = Reading::Unread(unread("the links"));
    }
    if *mirrors {
        cluster.mirrors = Reading::Unread(unread("the mirror topics"));
    }
    for link in configs {
        let why = unread(&format!("the configs of link {link}"));
        cluster.configs.insert(link.clone(), Reading::Unread(why));
    }
    for link in tasks {
        let why = unread(&format!("the tasks of link {link}"));
        cluster.tasks.insert(link.clone(), Reading::Unread(why));
    }
    if *topics {
        cluster.topics = Reading::Unread(unread("the topics"));
    }
    if *acls {
        cluster.acls = Reading::Unread(unread("the ACLs"));
    }
    if *groups {
        cluster.groups = Reading::Unread(unread("the consumer groups"));
    }
    for group in group_offsets {
        let why = unread(&format!("the offsets of consumer group {group}"));
        let offsets = Reading::Unread(why);
        cluster.group_offsets.insert(group.clone(), offsets);
    }
}

fn start(
    running: &mut JoinSet<(ClusterName, Part)>,
    name: &ClusterName,
    client: &Client,
    cluster: &ClusterSnapshot,
    wanted: MissingReads,
) {
    let MissingReads {
        links: want_links,
        mirrors: want_mirrors,
        configs,
        tasks,
        topics: want_topics,
        acls,
        groups,
        group_offsets,
    } = wanted;
    if want_mirrors {
        let (name, client) = (name.clone(), client.clone());
        running.spawn(async move { (name, Part::Mirrors(listed_mirrors(&client).await)) });
    }
    if want_links {
        let (name, client) = (name.clone(), client.clone());
        running.spawn(async move {
            let (links, nameless, repeated) = match listed_links(&client).await {
                Ok(links) => (Reading::Read(links.named), links.nameless, links.repeated),
                Err(why) => (Reading::Unread(why), Vec::new(), convert::Repeated::new()),
            };
            let halves = halves(&client, &links, configs, tasks).await;
            let part = Part::Links {
                links,
                nameless,
                repeated,
                halves,
            };
            (name, part)
        });
    } else if !configs.is_empty() || !tasks.is_empty() {
        let (name, client, links) = (name.clone(), client.clone(), cluster.links.clone());
        running.spawn(async move {
            let halves = halves(&client, &links, configs, tasks).await;
            (name, Part::Halves(halves))
        });
    }
    if want_topics {
        let (name, client) = (name.clone(), client.clone());
        running.spawn(async move { (name, Part::Topics(topics(&client).await)) });
    }
    if acls {
        let (name, client) = (name.clone(), client.clone());
        running.spawn(async move {
            let acls = reading(client.list_acls().await, convert::acls);
            (name, Part::Acls(acls))
        });
    }
    if groups {
        let (name, client) = (name.clone(), client.clone());
        running.spawn(async move {
            let groups = self::groups(&client).await;
            (name, Part::Groups(groups))
        });
    }
    if !group_offsets.is_empty() {
        let (name, client) = (name.clone(), client.clone());
        running.spawn(async move {
            let offsets = offsets_of(&client, group_offsets).await;
            (name, Part::GroupOffsets(offsets))
        });
    }
}

/// What these groups have committed, each asked for. A group that the cluster does not have has committed
/// nothing; where it has none of them, nothing shows that it has the call.
pub async fn offsets_of_each(
    client: &Client,
    groups: BTreeSet<GroupName>,
) -> BTreeMap<GroupName, Reading<GroupOffsets>> {
    let ask = |group: GroupName| async {
        let reply = client.list_group_lags(&group).await;
        let is_absent = matches!(&reply, Err(error) if error.is_not_found());
        (group, is_absent, reading(reply, convert::group_offsets))
    };
    let said = futures_util::future::join_all(groups.into_iter().map(ask)).await;
    let has_call = said.iter().any(|(_, _, reading)| reading.read().is_some());
    said.into_iter()
        .map(|(group, is_absent, reading)| match is_absent && has_call {
            true => (group, Reading::Read(GroupOffsets::new())),
            false => (group, reading),
        })
        .collect()
}

/// What these groups have committed. Many clusters do not have this call: where the first fails, the others
/// are not made.
async fn offsets_of(
    client: &Client,
    groups: BTreeSet<GroupName>,
) -> Vec<(GroupName, Reading<GroupOffsets>)> {
    let mut groups = groups.into_iter();
    let Some(first) = groups.next() else {
        return Vec::new();
    };
    let ask = |group: GroupName| async {
        let reply = client.list_group_lags(&group).await;
        (group, reading(reply, convert::group_offsets))
    };
    let first = ask(first).await;
    let others = match &first.1 {
        Reading::Unread(why) => groups
            .map(|group| (group, Reading::Unread(why.clone())))
            .collect(),
        Reading::Read(_) | Reading::NotAsked => {
            futures_util::future::join_all(groups.map(ask)).await
        }
    };
    std::iter::once(first).chain(others).collect()
}

/// Reads the configs and tasks of the links that exist.
///
/// Where the list of links could not be read, nothing is known of any link, and a cluster that did
/// not answer one call is not pressed with as many more as there are links. Where no one asked for
/// the list, each link is asked for, and the answer shows whether it exists.
async fn halves(
    client: &Client,
    links: &Reading<BTreeMap<LinkName, LinkFact>>,
    wanted_configs: BTreeSet<LinkName>,
    wanted_tasks: BTreeSet<LinkName>,
) -> Vec<Half> {
    if let Reading::Unread(why) = links {
        let configs = wanted_configs
            .into_iter()
            .map(|link| Half::Configs(link, Some(Reading::Unread(why.clone()))));
        let tasks = wanted_tasks
            .into_iter()
            .map(|link| Half::Tasks(link, Some(Reading::Unread(why.clone()))));
        return configs.chain(tasks).collect();
    }
    let listed = links.read();
    let may_exist = |link: &LinkName| listed.is_none_or(|listed| listed.contains_key(link));
    let configs = wanted_configs
        .into_iter()
        .filter(may_exist)
        .map(|link| async {
            let reading = configs(client, &link).await;
            let reading = reading.or_else(|| listed.map(|_| vanished(client, &link)));
            Half::Configs(link, reading)
        });
    let tasks = wanted_tasks
        .into_iter()
        .filter(may_exist)
        .map(|link| async {
            let reading = tasks(client, &link).await;
            let reading = reading.or_else(|| listed.map(|_| vanished(client, &link)));
            Half::Tasks(link, reading)
        });
    let (mut configs, tasks) = tokio::join!(
        futures_util::future::join_all(configs),
        futures_util::future::join_all(tasks)
    );
    configs.extend(tasks);
    configs
}

/// A link that was listed a moment ago and is not found now is being created or deleted.
fn vanished<T>(client: &Client, link: &LinkName) -> Reading<T> {
    Reading::Unread(Unread {
        what: format!(
            "the configs and tasks of link {link} of {}",
            client.cluster()
        ),
        reason: "the link was listed and then not found: it is being created or deleted".to_owned(),
        kind: UnreadKind::ServerFailure,
    })
}
