//! One read of one cluster: what is needed ([`ObservationRequest`]) and what was seen ([`Observation`]).
//!
//! All operations of a cluster that are ready or settling share one read: one list of links, one list
//! of mirror topics, one list of configs per half that is altered. No call is made per mirror topic.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use futures_util::future::join_all;

use crate::address::{LinkName, TopicName};
use crate::api::Client;
use crate::live::{ConfigFact, LinkFact, MirrorFact, Reading, TaskFact};
use crate::read;

/// The mirror topics of a cluster, by link and name.
pub(super) type Mirrors = BTreeMap<LinkName, BTreeMap<TopicName, MirrorFact>>;

/// What to read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ObservationRequest {
    /// The list of links.
    pub(super) links: bool,
    /// The list of mirror topics.
    pub(super) mirrors: bool,
    /// The configs of these links, where they exist.
    pub(super) configs: BTreeSet<LinkName>,
    /// The tasks of these links, where they exist.
    pub(super) tasks: BTreeSet<LinkName>,
    /// The names of all topics.
    pub(super) topics: bool,
}

/// What was seen.
#[derive(Debug)]
pub(super) struct Observation {
    /// When the first call went out. Whatever happened later may be missing.
    pub(super) began: Instant,
    pub(super) links: Reading<BTreeMap<LinkName, LinkFact>>,
    pub(super) mirrors: Reading<Mirrors>,
    /// A link that is asked for and has no entry does not exist.
    pub(super) configs: BTreeMap<LinkName, Reading<BTreeMap<String, ConfigFact>>>,
    pub(super) tasks: BTreeMap<LinkName, Reading<Vec<TaskFact>>>,
    pub(super) topics: Reading<BTreeSet<TopicName>>,
}

impl Observation {
    /// An observation that nothing was asked of.
    pub(super) fn at_nothing(began: Instant) -> Self {
        Self {
            began,
            links: Reading::NotAsked,
            mirrors: Reading::NotAsked,
            configs: BTreeMap::new(),
            tasks: BTreeMap::new(),
            topics: Reading::NotAsked,
        }
    }
}

/// Reads. What cannot be read is in the observation, with its reason.
pub(super) async fn observe(client: &Client, need: ObservationRequest) -> Observation {
    let ObservationRequest {
        links,
        mirrors,
        configs,
        tasks,
        topics,
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
        match mirrors {
            true => read::mirrors(client).await,
            false => Reading::NotAsked,
        }
    };
    let topics = async {
        match topics {
            true => read::topics(client).await,
            false => Reading::NotAsked,
        }
    };
    let ((links, configs, tasks), mirrors, topics) = tokio::join!(halves, mirrors, topics);
    observation.links = links;
    observation.configs = configs.into_iter().flatten().collect();
    observation.tasks = tasks.into_iter().flatten().collect();
    observation.mirrors = mirrors;
    observation.topics = topics;
    observation
}
