//! The live picture: every link with its health, its mirror topics by status, lag and tasks:
//! [`Status`]. Views of it: [`text`] and [`json`].

pub mod json;
pub mod text;

use std::collections::{BTreeMap, BTreeSet};

use crate::address::{HalfAddress, TopicName};
use crate::live::{
    LinkFact, MirrorFact, MirrorStatus, Reading, Snapshot, TaskFact, TaskState, Unread,
};

/// What is live, link by link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Every link that was listed, in address order.
    pub links: Vec<LinkStatus>,
    /// What could not be read.
    pub unread: Vec<Unread>,
}

/// One link half.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkStatus {
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
}

/// Whether a link is ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ownership {
    /// A file declares or retires it.
    Managed,
    /// No file speaks of it.
    Unmanaged,
}

impl Status {
    /// The live picture. `managed` are the halves that the spec declares or retires.
    #[must_use]
    pub fn of(live: &Snapshot, managed: &BTreeSet<HalfAddress>) -> Self {
        let mut status = Self::default();
        for (name, cluster) in &live.clusters {
            let mut unread = |why: Option<&Unread>| status.unread.extend(why.cloned());
            unread(cluster.links.unread());
            unread(cluster.mirrors.unread());
            for (link, row) in cluster.links.read().into_iter().flatten() {
                let address = HalfAddress {
                    cluster: name.clone(),
                    link: link.clone(),
                };
                let tasks = cluster.tasks.get(link);
                unread(tasks.and_then(Reading::unread));
                status.links.push(LinkStatus {
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
                    address,
                });
            }
        }
        status.links.sort_by(|a, b| a.address.cmp(&b.address));
        status
    }

    /// The links of this name, whichever cluster holds them.
    pub fn named<'a>(&'a self, link: &'a str) -> impl Iterator<Item = &'a LinkStatus> {
        self.links
            .iter()
            .filter(move |status| status.address.link.as_str() == link)
    }
}

impl LinkStatus {
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
            .filter(|(_, mirror)| mirror.status != MirrorStatus::Stopped)
            .map(|(topic, mirror)| (topic, mirror.total_lag()))
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
}
