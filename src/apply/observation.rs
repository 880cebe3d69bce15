//! One read of one cluster: what is needed ([`ObservationRequest`]) and what was seen ([`Observation`]).
//!
//! All operations of a cluster that are ready or settling share one read: one list of links, one list
//! of mirror topics, one list of configs per half that is altered. No call is made per mirror topic.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use futures_util::future::join_all;

use crate::address::{ClusterName, GroupName, LinkName, TopicName};
use crate::api::Client;
use crate::live::{
    ConfigFact, GroupFact, GroupOffsets, LinkFact, MirrorFact, Reading, TaskFact, Unread,
};
use crate::read;

/// The mirror topics of a cluster, by link and name.
pub(super) type Mirrors = BTreeMap<LinkName, BTreeMap<TopicName, MirrorFact>>;

/// What to read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ObservationRequest {
    /// The list of links.
    pub(super) links: bool,
    /// The list of mirror topics, of these links at least.
    pub(super) mirrors: BTreeSet<LinkName>,
    /// Whether only the mirror topics of these links are listed, link by link.
    pub(super) is_narrow: bool,
    /// The configs of these links, where they exist.
    pub(super) configs: BTreeSet<LinkName>,
    /// The tasks of these links, where they exist.
    pub(super) tasks: BTreeSet<LinkName>,
    /// The names of all topics.
    pub(super) topics: bool,
    /// The committed offsets of these consumer groups.
    pub(super) groups: BTreeSet<GroupName>,
    /// These mirror topics are asked for by name where they are not listed: some servers do not list those
    /// that have stopped.
    pub(super) by_name: BTreeSet<(LinkName, TopicName)>,
    /// What to read of other clusters at the same time.
    pub(super) others: BTreeMap<ClusterName, ObservationRequest>,
    /// The consumer groups and their states.
    pub(super) group_states: bool,
}

/// No more links than this are listed one by one.
const MAX_NARROW: usize = 4;

impl ObservationRequest {
    /// Lists the mirror topics of the links concerned alone, where the cluster's list is more than twice as
    /// long, by what it was before.
    pub(super) fn narrow(&mut self, rows: &BTreeMap<LinkName, usize>) {
        let all: usize = rows.values().sum();
        let concerned: usize = self.mirrors.iter().filter_map(|link| rows.get(link)).sum();
        self.is_narrow = self.mirrors.len() <= MAX_NARROW && concerned * 2 < all;
    }
}

/// What was seen.
#[derive(Debug)]
pub(super) struct Observation {
    /// When the first call went out. Whatever happened later may be missing.
    pub(super) began: Instant,
    pub(super) links: Reading<BTreeMap<LinkName, LinkFact>>,
    pub(super) mirrors: Reading<Mirrors>,
    /// Whether these are the mirror topics of all links.
    pub(super) is_whole: bool,
    /// A link that is asked for and has no entry does not exist.
    pub(super) configs: BTreeMap<LinkName, Reading<BTreeMap<String, ConfigFact>>>,
    pub(super) tasks: BTreeMap<LinkName, Reading<Vec<TaskFact>>>,
    pub(super) topics: Reading<BTreeSet<TopicName>>,
    pub(super) offsets: BTreeMap<GroupName, Reading<GroupOffsets>>,
    /// What was seen at other clusters.
    pub(super) others: BTreeMap<ClusterName, Observation>,
    pub(super) group_states: Reading<BTreeMap<GroupName, GroupFact>>,
}

impl Observation {
    /// An observation that nothing was asked of.
    pub(super) fn at_nothing(began: Instant) -> Self {
        Self {
            began,
            links: Reading::NotAsked,
            mirrors: Reading::NotAsked,
            is_whole: false,
            configs: BTreeMap::new(),
            tasks: BTreeMap::new(),
            topics: Reading::NotAsked,
            offsets: BTreeMap::new(),
            others: BTreeMap::new(),
            group_states: Reading::NotAsked,
        }
    }
}

/// What must be known was not seen.
pub(super) enum NotSeen {
    /// It could not be read.
    Unread(Unread),
    /// It was not read.
    NotRead,
}

/// What was seen, or why it was not.
pub(super) fn known<T>(reading: &Reading<T>) -> Result<&T, NotSeen> {
    match reading {
        Reading::Read(fact) => Ok(fact),
        Reading::Unread(why) => Err(NotSeen::Unread(why.clone())),
        Reading::NotAsked => Err(NotSeen::NotRead),
    }
}

/// No more mirror topics than this are asked for by name.
const MAX_BY_NAME: usize = 50;

/// Asks for mirror topics that are not listed. Of one that cannot be read nothing is known, as if it were not
/// there.
async fn ask_by_name(client: &Client, names: BTreeSet<(LinkName, TopicName)>, rows: &mut Mirrors) {
    let is_missing = |(link, topic): &(LinkName, TopicName)| {
        !rows.get(link).is_some_and(|rows| rows.contains_key(topic))
    };
    let missing = names.into_iter().filter(is_missing).take(MAX_BY_NAME);
    let calls = missing.map(|(link, topic)| async move {
        let row = client.get_mirror(&link, &topic).await.ok().flatten()?;
        Some((link, topic, read::mirror_fact(row)))
    });
    for (link, topic, row) in join_all(calls).await.into_iter().flatten() {
        rows.entry(link).or_default().insert(topic, row);
    }
}

/// Reads one cluster, and at the same time what belongs to it at others. Of a cluster that no client is given
/// for, nothing is seen.
pub(super) async fn observe_with(
    client: &Client,
    clients: &BTreeMap<ClusterName, Client>,
    mut need: ObservationRequest,
) -> Observation {
    let others = std::mem::take(&mut need.others).into_iter();
    let others = others.filter_map(|(name, need)| {
        let client = clients.get(&name)?;
        Some(async move { (name, observe(client, need).await) })
    });
    let (mut observation, others) = tokio::join!(observe(client, need), join_all(others));
    // Whatever is judged by both was seen after the earlier of the two began.
    observation.others = others.into_iter().collect();
    observation
}

/// Reads. What cannot be read is in the observation, with its reason.
pub(super) async fn observe(client: &Client, need: ObservationRequest) -> Observation {
    let ObservationRequest {
        links,
        mirrors,
        is_narrow,
        configs,
        tasks,
        topics,
        groups,
        by_name,
        group_states,
        others: _,
    } = need;
    let mut observation = Observation::at_nothing(client.clock().now());
    let halves = async {
        let links = match links {
            true => read::links(client).await.0,
            false => Reading::NotAsked,
        };
        // A link that is not listed has no configs to ask for.
        let exists = |link: &LinkName| match &links {
            Reading::Read(rows) => rows.contains_key(link),
            Reading::Unread(_) => false,
            Reading::NotAsked => true,
        };
        let configs = configs.into_iter().filter(exists).map(|link| async {
            let reading = read::configs(client, &link).await;
            reading.map(|reading| (link, reading))
        });
        let tasks = tasks.into_iter().filter(exists).map(|link| async {
            let reading = read::tasks(client, &link).await;
            reading.map(|reading| (link, reading))
        });
        let (configs, tasks) = tokio::join!(join_all(configs), join_all(tasks));
        (links, configs, tasks)
    };
    let mirrors = async {
        let mut rows = match (mirrors.is_empty(), is_narrow) {
            (true, _) => Reading::NotAsked,
            (false, true) => read::mirrors_of(client, mirrors).await,
            (false, false) => read::mirrors(client).await,
        };
        if let Reading::Read(rows) = &mut rows {
            ask_by_name(client, by_name, rows).await;
        }
        rows
    };
    let topics = async {
        match topics {
            true => read::topics(client).await,
            false => Reading::NotAsked,
        }
    };
    let offsets = read::offsets_of_each(client, groups);
    let states = async {
        match group_states {
            true => read::groups(client).await,
            false => Reading::NotAsked,
        }
    };
    let ((links, configs, tasks), mirrors, topics, offsets, states) =
        tokio::join!(halves, mirrors, topics, offsets, states);
    observation.offsets = offsets;
    observation.group_states = states;
    observation.links = links;
    observation.configs = configs.into_iter().flatten().collect();
    observation.tasks = tasks.into_iter().flatten().collect();
    observation.is_whole = !is_narrow && mirrors.read().is_some();
    observation.mirrors = mirrors;
    observation.topics = topics;
    observation
}
