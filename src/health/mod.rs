//! How links and mirror topics do: [`Health`], the facts rolled up link by link, and what exceeds a
//! threshold ([`exceeded`]). `status` shows it, and [`drift`](crate::drift) reports what exceeds.
//! No words for people here.

mod thresholds;

use std::collections::{BTreeMap, BTreeSet};

pub use thresholds::{Exceeded, Thresholds, exceeded};

use crate::address::{GroupName, HalfAddress, LinkName, TopicName};
use crate::catalog::filters::{NameFilters, Subject};
use crate::diff::MirrorTrouble;
use crate::live::{
    ClusterSnapshot, LinkFact, MirrorFact, MirrorStatus, Reading, Snapshot, TaskFact, TaskState,
    Unread,
};

/// What is live, link by link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Every link that was listed, in address order.
    pub links: Vec<LinkHealth>,
    /// What could not be read.
    pub unread: Vec<Unread>,
}

/// One link half.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkHealth {
    /// Where it is.
    pub address: HalfAddress,
    /// Whether a file declares or retires it.
    pub ownership: Ownership,
    /// Its row.
    pub row: LinkFact,
    /// Its mirror topics by their own names; none when they could not be read.
    pub mirrors: Option<BTreeMap<TopicName, MirrorFact>>,
    /// Its tasks, where they were asked for.
    pub tasks: Option<Vec<TaskFact>>,
    /// The consumer groups on the holding cluster that are active and whose offsets the link writes:
    /// they hold up a promotion. None where groups and configs were not asked for.
    pub active_groups: Option<Vec<GroupName>>,
}

/// Whether a link is ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ownership {
    /// A file declares or retires it.
    Managed,
    /// No file speaks of it.
    Unmanaged,
}

/// Mirror topics in the same trouble.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Troubled<'a> {
    /// What keeps them from mirroring.
    pub trouble: MirrorTrouble,
    /// Their status.
    pub status: &'a MirrorStatus,
    /// Their names.
    pub topics: Vec<&'a TopicName>,
}

impl Health {
    /// The live picture. `managed` are the halves that the spec declares or retires.
    #[must_use]
    pub fn of(live: &Snapshot, managed: &BTreeSet<HalfAddress>) -> Self {
        let mut health = Self::default();
        for (name, cluster) in &live.clusters {
            let mut unread = |why: Option<&Unread>| health.unread.extend(why.cloned());
            unread(cluster.links.unread());
            unread(cluster.mirrors.unread());
            unread(cluster.groups.unread());
            for (link, row) in cluster.links.read().into_iter().flatten() {
                let address = HalfAddress {
                    cluster: name.clone(),
                    link: link.clone(),
                };
                let tasks = cluster.tasks.get(link);
                unread(tasks.and_then(Reading::unread));
                health.links.push(LinkHealth {
                    ownership: if managed.contains(&address) {
                        Ownership::Managed
                    } else {
                        Ownership::Unmanaged
                    },
                    row: row.clone(),
                    mirrors: cluster
                        .mirrors
                        .read()
                        .map(|all| all.get(link).cloned().unwrap_or_default()),
                    tasks: tasks.and_then(Reading::read).cloned(),
                    active_groups: active_groups(cluster, link),
                    address,
                });
            }
        }
        health.links.sort_by(|a, b| a.address.cmp(&b.address));
        health
    }

    /// Only the links of this name, whichever cluster holds them, or of this address.
    #[must_use]
    pub fn only(mut self, link: &str) -> Self {
        self.links.retain(|one| is_called(&one.address, link));
        self
    }
}

/// Whether a half is meant by a link's name or by `cluster/link`.
#[must_use]
pub fn is_called(half: &HalfAddress, name: &str) -> bool {
    half.link.as_str() == name || half.to_string() == name
}

/// The active groups whose offsets a link writes on the cluster that holds it.
fn active_groups(cluster: &ClusterSnapshot, link: &LinkName) -> Option<Vec<GroupName>> {
    let groups = cluster.groups.read()?;
    let configs = cluster.configs.get(link)?.read()?;
    let value = |name: &str| configs.get(name).and_then(|fact| fact.value.as_deref());
    let is_on = |name: &str| value(name).is_some_and(|on| on.eq_ignore_ascii_case("true"));
    if !is_on("consumer.offset.sync.enable") {
        return Some(Vec::new());
    }
    let filters = value("consumer.offset.group.filters").unwrap_or_default();
    let filters = NameFilters::parse_json(Subject::Groups, filters).ok()?;
    let prefix = match is_on("consumer.group.prefix.enable") {
        true => value("cluster.link.prefix").unwrap_or_default(),
        false => "",
    };
    let written = |group: &GroupName| {
        let source = group.as_str().strip_prefix(prefix);
        source.is_some_and(|source| filters.selects(source))
    };
    Some(
        groups
            .iter()
            .filter(|(group, fact)| fact.is_active() && written(group))
            .map(|(group, _)| group.clone())
            .collect(),
    )
}

impl LinkHealth {
    /// How many mirror topics are in each status; none when they could not be read.
    #[must_use]
    pub fn by_status(&self) -> Option<BTreeMap<&MirrorStatus, usize>> {
        let mut counts = BTreeMap::new();
        for mirror in self.mirrors.as_ref()?.values() {
            *counts.entry(&mirror.status).or_insert(0) += 1;
        }
        Some(counts)
    }

    /// The mirror topic that is furthest behind, with its lag; stopped ones do not count.
    #[must_use]
    pub fn worst_lag(&self) -> Option<(&TopicName, u64)> {
        self.mirrors
            .as_ref()?
            .iter()
            .filter_map(|(topic, mirror)| Some((topic, lag(mirror)?)))
            // The first of several that are equally far behind.
            .reduce(|worst, next| if next.1 > worst.1 { next } else { worst })
    }

    /// The tasks that are in error.
    pub fn tasks_in_error(&self) -> impl Iterator<Item = &TaskFact> {
        self.tasks
            .iter()
            .flatten()
            .filter(|task| task.state == TaskState::InError)
    }

    /// Mirror topics that cannot do their work, by what keeps them from it.
    #[must_use]
    pub fn troubles(&self) -> Vec<Troubled<'_>> {
        let mut troubles: Vec<Troubled<'_>> = Vec::new();
        for (topic, mirror) in self.mirrors.iter().flatten() {
            let trouble = match &mirror.status {
                MirrorStatus::SourceUnavailable => MirrorTrouble::SourceUnavailable,
                MirrorStatus::LinkFailed => MirrorTrouble::LinkFailed,
                MirrorStatus::LinkPaused => MirrorTrouble::LinkPaused,
                MirrorStatus::Failed => MirrorTrouble::Failed(mirror.error.clone()),
                MirrorStatus::Other(word) => MirrorTrouble::UnknownStatus(word.clone()),
                _ => continue,
            };
            match troubles.iter_mut().find(|known| known.trouble == trouble) {
                Some(known) => known.topics.push(topic),
                None => troubles.push(Troubled {
                    trouble,
                    status: &mirror.status,
                    topics: vec![topic],
                }),
            }
        }
        troubles
    }
}

/// The messages that a mirror topic has not copied yet; none for a stopped one, whose last lag has no
/// meaning any more.
#[must_use]
pub fn lag(mirror: &MirrorFact) -> Option<u64> {
    (mirror.status != MirrorStatus::Stopped).then(|| mirror.total_lag())
}
