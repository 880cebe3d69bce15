//! How links and mirror topics do: [`Health`], the facts rolled up link by link, and what exceeds a
//! threshold ([`exceeded`]) or misses an objective of the spec ([`objectives()`]). `status` shows it ([`Selection`] says how much and in which order, [`problems()`]
//! what is wrong), and [`drift`](crate::drift) reports what exceeds.
//! No words for people here.

mod objectives;
pub mod past;
mod problems;
mod select;
mod thresholds;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

pub use objectives::objectives;
pub use past::PastFailover;
pub use problems::{Cause, Problem, problems};
pub use select::{LinkRow, Rows, Selection, Shown, Sort, TopicRow};
pub use thresholds::{Exceeded, Thresholds, exceeded};

use crate::address::{GroupName, HalfAddress, TopicName};
use crate::desired::{Desired, Objectives};
use crate::diff::{self, MirrorFault, Names, Outage};
use crate::live::loss::loss;
use crate::live::{
    Estimate, LinkFact, LossEstimate, MirrorFact, MirrorLoss, MirrorStatus, Pace, Reading,
    Snapshot, TaskFact, TaskState, Unread, UnreadKind, estimate,
};

/// What is live, link by link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Every link that was listed, in address order.
    pub links: Vec<LinkHealth>,
    /// Declared link halves that do not exist, in address order.
    pub missing: Vec<HalfAddress>,
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
    /// What is known of the outage, where it cannot reach its source and mirror topics follow it.
    pub outage: Option<Outage>,
    /// The declared other half, where the two do not know each other.
    pub unpaired: Option<HalfAddress>,
    /// Its mirror topics by their own names; none when they could not be read.
    pub mirrors: Option<BTreeMap<TopicName, MirrorFact>>,
    /// Its tasks, where they were asked for.
    pub tasks: Option<Vec<TaskFact>>,
    /// The consumer groups on the holding cluster that are active and whose offsets the link writes:
    /// they hold up a promotion. None where that is not known or was not asked for.
    pub active_groups: Option<Vec<GroupName>>,
    /// The time between this read of its mirror topics and the earlier one, where there was one.
    pub sampled: Option<Duration>,
    /// What the spec wants of a failover to it.
    pub objectives: Option<Objectives>,
}

/// Whether a link is ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ownership {
    /// A file declares or retires it.
    Managed,
    /// No file speaks of it.
    Unmanaged,
}

/// Mirror topics with the same problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faulty<'a> {
    /// What keeps them from mirroring.
    pub fault: MirrorFault,
    /// Their status.
    pub status: &'a MirrorStatus,
    /// Their names.
    pub topics: Vec<&'a TopicName>,
}

impl Health {
    /// How everything that was read does. A link is managed if the spec declares or retires it.
    #[must_use]
    pub fn of(live: &Snapshot, desired: &Desired) -> Self {
        let declared = desired.links.values().flat_map(|link| &link.halves);
        let retired = desired.retired.iter().map(|retired| &retired.address);
        let managed: BTreeSet<&HalfAddress> =
            declared.map(|half| &half.address).chain(retired).collect();
        let with = desired.halves();
        let with = with.filter_map(|(_, half)| Some((&half.address, half.objectives.as_ref()?)));
        let objectives: BTreeMap<&HalfAddress, &Objectives> = with.collect();
        let mut health = Self::default();
        let unpaired: BTreeMap<HalfAddress, HalfAddress> = diff::unpaired(desired, live)
            .into_iter()
            .flat_map(|(half, other, _)| [(half.clone(), other.clone()), (other, half)])
            .collect();
        for (name, cluster) in &live.clusters {
            let whole = [
                cluster.links.unread(),
                cluster.mirrors.unread(),
                cluster.groups.unread(),
            ];
            health.unread.extend(whole.into_iter().flatten().cloned());
            for (link, row) in cluster.links.read().into_iter().flatten() {
                let address = HalfAddress {
                    cluster: name.clone(),
                    link: link.clone(),
                };
                let tasks = cluster.tasks.get(link);
                // A server that reports no tasks at all will never do so.
                let unread_tasks = tasks
                    .and_then(Reading::unread)
                    .filter(|why| why.kind != UnreadKind::NotReported);
                health.unread.extend(unread_tasks.cloned());
                health.links.push(LinkHealth {
                    ownership: if managed.contains(&address) {
                        Ownership::Managed
                    } else {
                        Ownership::Unmanaged
                    },
                    row: row.clone(),
                    outage: diff::outage(&address, desired, live),
                    unpaired: unpaired.get(&address).cloned(),
                    mirrors: cluster
                        .mirrors
                        .read()
                        .map(|all| all.get(link).cloned().unwrap_or_default()),
                    tasks: tasks.and_then(Reading::read).cloned(),
                    active_groups: active_groups(&address, live, desired, &mut health.unread),
                    sampled: cluster.sampled,
                    objectives: objectives.get(&address).map(|it| (*it).clone()),
                    address,
                });
            }
        }
        health.links.sort_by(|a, b| a.address.cmp(&b.address));
        let halves = desired.halves().map(|(_, half)| &half.address);
        let is_missing = |half: &&HalfAddress| {
            let cluster = live.clusters.get(&half.cluster);
            let links = cluster.and_then(|cluster| cluster.links.read());
            links.is_some_and(|links| !links.contains_key(&half.link))
        };
        health.missing = halves.filter(is_missing).cloned().collect();
        health.missing.sort();
        health
    }

    /// Only the links of this name, whichever cluster holds them, or of this address.
    #[must_use]
    pub fn only(mut self, link: &str) -> Self {
        self.links.retain(|one| is_called(&one.address, link));
        self.missing.retain(|half| is_called(half, link));
        self
    }
}

/// Whether a half is meant by a link's name or by `cluster/link`.
#[must_use]
pub fn is_called(half: &HalfAddress, name: &str) -> bool {
    half.link.as_str() == name || half.to_string() == name
}

/// The groups that hold promotions on a half up. What is not known for a reason goes to `unread`.
fn active_groups(
    half: &HalfAddress,
    live: &Snapshot,
    desired: &Desired,
    unread: &mut Vec<Unread>,
) -> Option<Vec<GroupName>> {
    match diff::blocking_groups(half, desired, live)? {
        Names::Known(groups) => Some(groups),
        Names::Unknown(Some(why)) => {
            if !unread.contains(&why) {
                unread.push(*why);
            }
            None
        }
        Names::Unknown(None) => None,
    }
}

impl LinkHealth {
    /// Whether nothing is wrong with it as far as is known: with the connection, its other half, its
    /// tasks and its mirror topics. That the server calls the link ACTIVE is not enough: it does so
    /// while the other cluster is down, and its mirror topics show it.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        self.row.is_healthy()
            && self.unpaired.is_none()
            && self.tasks_in_error().next().is_none()
            && self.faults().is_empty()
    }

    /// How many mirror topics are in each status; none when they could not be read.
    #[must_use]
    pub fn by_status(&self) -> Option<BTreeMap<&MirrorStatus, usize>> {
        let mut counts = BTreeMap::new();
        for mirror in self.mirrors.as_ref()?.values() {
            *counts.entry(&mirror.status).or_insert(0) += 1;
        }
        Some(counts)
    }

    /// What would be lost of a mirror topic of the link if it stopped now.
    #[must_use]
    pub fn loss(&self, mirror: &MirrorFact) -> MirrorLoss {
        loss(mirror, Some(&self.row), mirror.earlier.sampled())
    }

    /// How fast a mirror topic of the link copies, where there was an earlier read.
    #[must_use]
    pub fn pace(&self, mirror: &MirrorFact) -> Option<Pace> {
        Pace::of(mirror, Some(&self.row), self.sampled)
    }

    /// How far its mirror topics are behind in time, by the estimate of two reads; none where they could not be read.
    #[must_use]
    pub fn behind(&self) -> Option<Estimate<Duration>> {
        let mirrors = self.mirrors.as_ref()?;
        let all = estimate::of_link(&self.row, mirrors, self.sampled, Duration::ZERO);
        let together: LossEstimate = all.into_values().sum();
        Some(together.behind)
    }

    /// How old the record is that the pace of its mirror topics follows from; none where it follows from a record of
    /// no earlier run.
    #[must_use]
    pub fn recorded(&self) -> Option<Duration> {
        let mut mirrors = self.mirrors.iter().flatten();
        let is_recorded = mirrors.any(|(_, mirror)| mirror.earlier.is_recorded());
        self.sampled.filter(|_| is_recorded)
    }

    /// The mirror topic that is furthest behind, with its lag; stopped ones do not count. One whose lag
    /// is unknown is further behind than any figure below its own.
    #[must_use]
    pub fn worst_lag(&self) -> Option<(&TopicName, MirrorLoss)> {
        let rank = |loss: &MirrorLoss| (loss.least, loss.unknown().is_some());
        self.mirrors
            .as_ref()?
            .iter()
            .filter(|(_, mirror)| mirror.status != MirrorStatus::Stopped)
            .map(|(topic, mirror)| (topic, self.loss(mirror)))
            // The first of several that are equally far behind.
            .reduce(|worst, next| if rank(&next.1) > rank(&worst.1) { next } else { worst })
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
    pub fn faults(&self) -> Vec<Faulty<'_>> {
        let mut faults: Vec<Faulty<'_>> = Vec::new();
        for (topic, mirror) in self.mirrors.iter().flatten() {
            let Some(fault) = diff::fault(mirror) else {
                continue;
            };
            match faults.iter_mut().find(|known| known.fault == fault) {
                Some(known) => known.topics.push(topic),
                None => faults.push(Faulty {
                    fault,
                    status: &mirror.status,
                    topics: vec![topic],
                }),
            }
        }
        faults
    }
}
