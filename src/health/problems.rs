//! What is wrong, by cause and the worst first: [`problems()`].

use super::{Health, LinkHealth};
use crate::address::{HalfAddress, TopicName};
use crate::diff::{self, MirrorFault};
use crate::live::{LinkError, LinkState, MirrorFact, MirrorStatus};

/// Why links and mirror topics do not do their work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause<'a> {
    /// The server reports that a link is in error. Its mirror topics that fail for this reason belong to it.
    LinkInError {
        /// The link's state.
        state: Option<&'a LinkState>,
        /// Its error.
        error: Option<&'a LinkError>,
    },
    /// Mirror topics do not mirror.
    Mirrors {
        /// What keeps them from it.
        fault: MirrorFault,
        /// Their status.
        status: &'a MirrorStatus,
    },
    /// A declared link half does not exist.
    Missing,
    /// The two halves of a link are not a pair.
    Unpaired,
    /// A task of a link is in error.
    Task(&'a str),
}

/// A cause, and everything that it concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem<'a> {
    /// What is wrong.
    pub cause: Cause<'a>,
    /// The link halves, in address order.
    pub links: Vec<&'a HalfAddress>,
    /// The mirror topics, in address order.
    pub mirrors: Vec<(&'a HalfAddress, &'a TopicName)>,
}

impl Cause<'_> {
    /// How urgent it is; 0 is the most urgent. A mirror topic that has failed for good comes after a link in
    /// error, which concerns all mirror topics of the link.
    #[must_use]
    pub fn rank(&self) -> usize {
        match self {
            Self::LinkInError { .. } => 0,
            Self::Mirrors { fault, .. } => rank_of_fault(fault),
            Self::Missing => 4,
            Self::Unpaired => 5,
            Self::Task(_) => 7,
        }
    }

    /// Its stable word, for machines.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::LinkInError { .. } => "link-in-error",
            Self::Mirrors { fault, .. } => match fault {
                MirrorFault::Failed(_) => "mirror-failed",
                MirrorFault::LinkFailed | MirrorFault::PairFailed => "link-failed",
                MirrorFault::SourceUnavailable => "source-unavailable",
                MirrorFault::PrimaryUnavailable => "primary-unavailable",
                MirrorFault::UnknownStatus(_) => "unknown-status",
                MirrorFault::LinkPaused => "link-paused",
            },
            Self::Missing => "missing",
            Self::Unpaired => "not-paired",
            Self::Task(_) => "task-in-error",
        }
    }
}

fn rank_of_fault(fault: &MirrorFault) -> usize {
    match fault {
        MirrorFault::Failed(_) => 1,
        MirrorFault::LinkFailed | MirrorFault::PairFailed => 2,
        MirrorFault::SourceUnavailable | MirrorFault::PrimaryUnavailable => 3,
        MirrorFault::UnknownStatus(_) => 6,
        MirrorFault::LinkPaused => 8,
    }
}

/// How urgent a mirror topic is, in the same order as causes: what is wrong, what
/// changes, what is paused, the rest.
pub(super) fn rank_of_mirror(mirror: &MirrorFact) -> usize {
    match (diff::fault(mirror), &mirror.status) {
        (Some(fault), _) => rank_of_fault(&fault),
        (None, status) if status.is_transitional() => 10,
        (None, MirrorStatus::Paused) => 11,
        (None, MirrorStatus::Stopped) => 13,
        (None, _) => 12,
    }
}

/// How urgent a link is: as its worst cause; without one, a link of which the mirror topics are not known comes before
/// one with a mirror topic that changes.
pub(super) fn rank_of_link(link: &LinkHealth) -> usize {
    let worst = of_link(link).iter().map(|(cause, _)| cause.rank()).min();
    let is_moving = |mirror: &MirrorFact| mirror.status.is_transitional();
    match (worst, &link.mirrors) {
        (Some(rank), _) => rank,
        (None, None) => 9,
        (None, Some(mirrors)) if mirrors.values().any(is_moving) => 10,
        (None, Some(_)) => 12,
    }
}

/// What is wrong with one link, with the mirror topics that each cause concerns.
pub(super) fn of_link(link: &LinkHealth) -> Vec<(Cause<'_>, Vec<&TopicName>)> {
    let mut causes = Vec::new();
    let mut because_of_link = Vec::new();
    for faulty in link.faults() {
        let is_of_link = matches!(
            faulty.fault,
            MirrorFault::LinkFailed
                | MirrorFault::PairFailed
                | MirrorFault::SourceUnavailable
                | MirrorFault::PrimaryUnavailable
        );
        if is_of_link && !link.row.is_healthy() {
            because_of_link.extend(faulty.topics);
            continue;
        }
        let cause = Cause::Mirrors {
            fault: faulty.fault,
            status: faulty.status,
        };
        causes.push((cause, faulty.topics));
    }
    if !link.row.is_healthy() {
        because_of_link.sort();
        let cause = Cause::LinkInError {
            state: link.row.state.as_ref(),
            error: link.row.error.as_ref(),
        };
        causes.push((cause, because_of_link));
    }
    if link.unpaired.is_some() {
        causes.push((Cause::Unpaired, Vec::new()));
    }
    for task in link.tasks_in_error() {
        causes.push((Cause::Task(&task.name), Vec::new()));
    }
    causes
}

/// What is wrong with all links, each cause once: the most urgent first, then what concerns more mirror topics
/// and more links.
#[must_use]
pub fn problems(health: &Health) -> Vec<Problem<'_>> {
    let mut problems: Vec<Problem<'_>> = Vec::new();
    let missing = (health.missing.iter()).map(|half| (half, Cause::Missing, Vec::new()));
    let found = health.links.iter().flat_map(|link| {
        let causes = of_link(link).into_iter();
        causes.map(|(cause, topics)| (&link.address, cause, topics))
    });
    for (half, cause, topics) in found.chain(missing) {
        let mirrors = topics.into_iter().map(|topic| (half, topic));
        match problems.iter_mut().find(|known| known.cause == cause) {
            Some(known) => {
                known.links.push(half);
                known.mirrors.extend(mirrors);
            }
            None => problems.push(Problem {
                cause,
                links: vec![half],
                mirrors: mirrors.collect(),
            }),
        }
    }
    problems.sort_by_key(|problem| {
        let extent = (problem.mirrors.len(), problem.links.len());
        (problem.cause.rank(), std::cmp::Reverse(extent))
    });
    problems
}
