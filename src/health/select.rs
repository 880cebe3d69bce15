//! Which links and mirror topics of a status are shown, and in which order: [`Selection`].

use std::cmp::Reverse;

use super::problems::{Cause, rank_of_link, rank_of_mirror};
use super::{Health, LinkHealth};
use crate::address::{HalfAddress, TopicName};
use crate::catalog::filters::NamePattern;
use crate::live::{MirrorFact, MirrorStatus};

/// What is shown of a status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// What is listed.
    pub rows: Rows,
    /// Only mirror topics with one of these statuses; all when empty.
    pub statuses: Vec<MirrorStatus>,
    /// Only mirror topics whose name matches one of these; all when empty.
    pub topics: Vec<NamePattern>,
    /// The order.
    pub sort: Sort,
    /// At most so many.
    pub limit: Option<usize>,
}

/// What is listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rows {
    /// Links.
    #[default]
    Links,
    /// Mirror topics.
    Topics,
}

/// In which order links and mirror topics are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// By address.
    #[default]
    Name,
    /// The furthest behind first.
    Lag,
    /// The latest change of status first.
    Since,
    /// The worst first.
    Status,
}

/// The rows that are shown, of those that match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown<T> {
    /// The rows, in order.
    pub rows: Vec<T>,
    /// How many match.
    pub matching: usize,
    /// How many there are.
    pub total: usize,
}

/// A link half that exists, or a declared one that does not.
#[derive(Clone, Copy, Debug)]
pub enum LinkRow<'a> {
    /// It exists.
    Found(&'a LinkHealth),
    /// It does not.
    Missing(&'a HalfAddress),
}

/// A mirror topic with its link.
#[derive(Clone, Copy, Debug)]
pub struct TopicRow<'a> {
    /// Its link.
    pub link: &'a LinkHealth,
    /// Its name.
    pub topic: &'a TopicName,
    /// Its row.
    pub mirror: &'a MirrorFact,
}

impl<T> Shown<T> {
    fn of(mut rows: Vec<T>, total: usize, limit: Option<usize>) -> Self {
        let matching = rows.len();
        rows.truncate(limit.unwrap_or(usize::MAX));
        Self {
            rows,
            matching,
            total,
        }
    }

    /// How many match and are not shown.
    #[must_use]
    pub fn omitted(&self) -> usize {
        self.matching - self.rows.len()
    }
}

impl Selection {
    /// The links, declared ones that do not exist among them.
    #[must_use]
    pub fn links<'a>(&self, health: &'a Health) -> Shown<LinkRow<'a>> {
        let found = health.links.iter().map(LinkRow::Found);
        let missing = health.missing.iter().map(LinkRow::Missing);
        let mut rows: Vec<LinkRow<'a>> = found.chain(missing).collect();
        let total = rows.len();
        match self.sort {
            Sort::Name | Sort::Since => {}
            Sort::Lag => rows.sort_by_cached_key(|row| Reverse(row.lag())),
            Sort::Status => rows.sort_by_cached_key(|row| (row.severity(), Reverse(row.lag()))),
        }
        Shown::of(rows, total, self.limit)
    }

    /// The mirror topics of all links.
    #[must_use]
    pub fn topics<'a>(&self, health: &'a Health) -> Shown<TopicRow<'a>> {
        self.topics_of(&health.links)
    }

    /// The mirror topics of these links.
    #[must_use]
    pub fn topics_of<'a>(&self, links: &'a [LinkHealth]) -> Shown<TopicRow<'a>> {
        let all = links.iter().flat_map(|link| {
            let mirrors = link.mirrors.iter().flatten();
            mirrors.map(move |(topic, mirror)| TopicRow {
                link,
                topic,
                mirror,
            })
        });
        let mut total = 0;
        let counted = all.inspect(|_| total += 1);
        let mut rows: Vec<TopicRow<'a>> = counted.filter(|row| self.matches(row)).collect();
        match self.sort {
            Sort::Name => {}
            Sort::Lag => rows.sort_by_cached_key(|row| Reverse(row.lag())),
            Sort::Since => rows.sort_by_key(|row| Reverse(row.mirror.since_ms)),
            Sort::Status => rows.sort_by_cached_key(|row| (row.severity(), Reverse(row.lag()))),
        }
        Shown::of(rows, total, self.limit)
    }

    fn matches(&self, row: &TopicRow<'_>) -> bool {
        (self.statuses.is_empty() || self.statuses.contains(&row.mirror.status))
            && (self.topics.is_empty()
                || (self.topics.iter()).any(|pattern| pattern.matches(row.topic.as_str())))
    }
}

impl LinkRow<'_> {
    /// How far its worst mirror topic is behind; one whose lag is not known is further than the same figure.
    fn lag(&self) -> Option<(u64, bool)> {
        let Self::Found(link) = self else { return None };
        let (_, loss) = link.worst_lag()?;
        Some((loss.least, loss.unknown().is_some()))
    }

    /// How bad its worst problem is; 0 is the worst.
    fn severity(&self) -> usize {
        match self {
            Self::Found(link) => rank_of_link(link),
            Self::Missing(_) => Cause::Missing.rank(),
        }
    }
}

impl TopicRow<'_> {
    /// How far it is behind; nothing for one that has stopped.
    fn lag(&self) -> Option<(u64, bool)> {
        if self.mirror.status == MirrorStatus::Stopped {
            return None;
        }
        let loss = self.link.loss(self.mirror);
        Some((loss.least, loss.unknown().is_some()))
    }

    /// How bad its status is; 0 is the worst.
    fn severity(&self) -> usize {
        rank_of_mirror(self.mirror)
    }
}
