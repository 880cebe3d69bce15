//! Waiting until live says so: whether an operation has settled ([`Settled`]), and how often to look
//! ([`Pace`]).

use crate::catalog::TASKS;
use std::time::{Duration, Instant};

use super::cause::Cause;
use super::observation::{Observation, ObservationRequest};
use super::turn::{self, Turned};
use crate::live::{LinkFact, MirrorStatus, Reading, TaskFact, TaskState};
use crate::plan::{AlterPurpose, Operation, OperationKind, Settle, reads_back};

/// How long the server may take to show what it was asked for, beyond each operation's deadline.
///
/// Reads trail writes, and some problems show late: a wrong secret is noticed when the link
/// authenticates again, a sync without its filter when its task runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patience {
    /// How long a link whose connection was altered must stay healthy.
    pub connection: Duration,
    /// How long a task that was switched on or given a filter must stay healthy.
    pub task: Duration,
    /// How long a task may be in error until that counts.
    pub task_error: Duration,
    /// How long a link may report an error until that counts.
    pub link_error: Duration,
    /// How long a link that was just created may be invisible to other calls.
    pub visibility: Duration,
    /// How long the first half of a bidirectional link must have been there before the second is
    /// created: until then the second may get another id. The Terraform provider waits ten seconds
    /// after every create.
    pub pairing: Duration,
    /// How long to wait for more mirror topics that are ready to be promoted in the same request.
    pub gather: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connection: Duration::from_secs(15),
            task: Duration::from_secs(5),
            task_error: Duration::from_secs(20),
            link_error: Duration::from_secs(60),
            visibility: Duration::from_secs(30),
            pairing: Duration::from_secs(10),
            gather: Duration::from_secs(5),
        }
    }
}

/// How often a cluster is read: at once, then less and less often until something ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pace {
    /// The first wait.
    pub first: Duration,
    /// The longest wait.
    pub longest: Duration,
    /// Each wait is so many tenths of the one before: 20 doubles it. What must last for a known time is
    /// read again at its end, whatever the pace.
    pub tenths: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            first: Duration::from_millis(100),
            longest: Duration::from_secs(10),
            tenths: 20,
        }
    }
}

impl Pace {
    /// The wait that follows one.
    pub(super) fn after(&self, wait: Duration) -> Duration {
        (wait * self.tenths / 10).min(self.longest)
    }
}

/// What an operation that settles has shown so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Watch {
    /// When its request was answered, or its waiting began. Only later reads count.
    pub(super) since: Instant,
    /// When it gives up.
    pub(super) until: Instant,
    /// Since when every read has shown the link healthy.
    pub(super) well_since: Option<Instant>,
    /// Since when every read has shown the link in error.
    pub(super) wrong_since: Option<Instant>,
    /// Since when every read has shown the link's tasks healthy.
    pub(super) tasks_well_since: Option<Instant>,
    /// Since when one of the link's tasks has been in error.
    pub(super) tasks_wrong_since: Option<Instant>,
    /// Whether its main condition was met, so that only the link's tasks are left to be seen.
    pub(super) met: bool,
    /// Whether its mirror topic is no longer listed.
    pub(super) missing: bool,
    /// When what must last will have lasted long enough, if it goes on.
    pub(super) lasts_until: Option<Instant>,
    /// What was seen last, for when it gives up.
    pub(super) last: Option<Cause>,
}

impl Watch {
    pub(super) fn new(since: Instant, deadline: Duration) -> Self {
        Self {
            since,
            until: since + deadline,
            well_since: None,
            wrong_since: None,
            tasks_well_since: None,
            tasks_wrong_since: None,
            met: false,
            missing: false,
            lasts_until: None,
            last: None,
        }
    }

    /// When a read is due at the latest.
    pub(super) fn read_due(&self) -> Instant {
        self.lasts_until
            .map_or(self.until, |due| due.min(self.until))
    }
}

/// Whether an operation has settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Settled {
    /// It has.
    Yes,
    /// Not yet.
    NotYet,
    /// It will not.
    Never(Cause),
}

/// What must be read to see whether an operation has settled.
pub(super) fn need(op: &Operation, watch: &Watch, need: &mut ObservationRequest) {
    let link = &op.half().link;
    match &op.settle {
        Settle::AtOnce | Settle::Elapsed(_) => {}
        Settle::LinkReadable | Settle::LinkGone => need.links = true,
        Settle::LinkHealthy => {
            need.links = true;
            if watch.met {
                need.tasks.insert(link.clone());
            }
        }
        Settle::ConfigsTaken => {
            if watch.met {
                need.tasks.insert(link.clone());
            } else {
                need.configs.insert(link.clone());
            }
        }
        Settle::Turned(_) => turn::need(op, false, need),
        Settle::MirrorIn(_) => {
            need.mirrors.insert(link.clone());
            need.topics |= watch.missing;
        }
    }
}

/// When an operation settles by time alone.
pub(super) fn settles_at(op: &Operation, watch: &Watch) -> Option<Instant> {
    match op.settle {
        Settle::AtOnce => Some(watch.since),
        Settle::Elapsed(wait) => Some(watch.since + wait),
        _ => None,
    }
}

/// Whether the operation has settled, going by this observation. Remembers what it saw in `watch`.
pub(super) fn settled(
    op: &Operation,
    watch: &mut Watch,
    observation: &Observation,
    patience: &Patience,
) -> Settled {
    if observation.began < watch.since {
        return Settled::NotYet;
    }
    watch.lasts_until = None;
    match &op.settle {
        Settle::AtOnce => Settled::Yes,
        Settle::Elapsed(wait) => match observation.began >= watch.since + *wait {
            true => Settled::Yes,
            false => Settled::NotYet,
        },
        Settle::LinkReadable => match row(op, observation) {
            Ok(Some(_)) => Settled::Yes,
            Ok(None) => unmet(watch, Cause::LinkNotListed { is_new: true }),
            Err(why) => unmet(watch, why),
        },
        Settle::LinkGone => match row(op, observation) {
            Ok(None) => Settled::Yes,
            Ok(Some(_)) => unmet(watch, Cause::LinkStillListed),
            Err(why) => unmet(watch, why),
        },
        Settle::LinkHealthy => link_healthy(op, watch, observation, patience),
        Settle::ConfigsTaken => configs_taken(op, watch, observation, patience),
        Settle::MirrorIn(statuses) => mirror_in(op, statuses, watch, observation),
        Settle::Turned(it) => match turn::settled(op, it, observation) {
            Turned::Yes => Settled::Yes,
            Turned::NotYet(cause) => unmet(watch, cause),
            Turned::Never(cause) => Settled::Never(cause),
        },
    }
}

fn unmet(watch: &mut Watch, cause: Cause) -> Settled {
    watch.last = Some(cause);
    Settled::NotYet
}

fn row<'a>(op: &Operation, observation: &'a Observation) -> Result<Option<&'a LinkFact>, Cause> {
    match &observation.links {
        Reading::Read(rows) => Ok(rows.get(&op.half().link)),
        Reading::Unread(why) => Err(Cause::Unread(why.clone())),
        Reading::NotAsked => Err(Cause::LinksNotRead),
    }
}

/// Whether something has been so for a while; the time starts again whenever it is not.
fn lasting(
    since: &mut Option<Instant>,
    until: &mut Option<Instant>,
    observation: &Observation,
    span: Duration,
) -> bool {
    let since = since.get_or_insert(observation.began);
    *until = Some(*since + span);
    observation.began.duration_since(*since) >= span
}

fn link_healthy(
    op: &Operation,
    watch: &mut Watch,
    observation: &Observation,
    patience: &Patience,
) -> Settled {
    let row = match row(op, observation) {
        Ok(Some(row)) => row,
        Ok(None) => {
            watch.well_since = None;
            return unmet(watch, Cause::LinkNotListed { is_new: false });
        }
        Err(why) => return unmet(watch, why),
    };
    if !row.is_healthy() {
        watch.well_since = None;
        watch.met = false;
        let cause = Cause::LinkUnhealthy {
            state: row.state.clone(),
            error: row.error.clone(),
            message: row.error_message.clone(),
        };
        let lasts = lasting(
            &mut watch.wrong_since,
            &mut watch.lasts_until,
            observation,
            patience.link_error,
        );
        return match lasts && row.error.is_some() {
            true => Settled::Never(cause),
            false => unmet(watch, cause),
        };
    }
    watch.wrong_since = None;
    // Before its first contact a link reports neither an error nor that it works.
    if matches!(row.state, Some(crate::live::LinkState::Unknown)) {
        watch.well_since = None;
        return unmet(watch, Cause::LinkNotReached);
    }
    let span = match &op.kind {
        OperationKind::AlterLink {
            purpose: AlterPurpose::Connection(_),
            ..
        } => patience.connection,
        _ => Duration::ZERO,
    };
    if !lasting(
        &mut watch.well_since,
        &mut watch.lasts_until,
        observation,
        span,
    ) {
        return unmet(watch, Cause::LinkHealthyTooBriefly);
    }
    tasks_well(op, watch, observation, patience)
}

fn configs_taken(
    op: &Operation,
    watch: &mut Watch,
    observation: &Observation,
    patience: &Patience,
) -> Settled {
    if watch.met {
        return tasks_well(op, watch, observation, patience);
    }
    let OperationKind::AlterLink { changes, .. } = &op.kind else {
        return Settled::Yes;
    };
    let live = match observation.configs.get(&op.half().link) {
        Some(Reading::Read(live)) => live,
        Some(Reading::Unread(why)) => return unmet(watch, Cause::Unread(why.clone())),
        Some(Reading::NotAsked) | None => return unmet(watch, Cause::ConfigsNotFound),
    };
    let open: Vec<String> = changes
        .iter()
        .filter(|change| reads_back(change, live.get(&change.name)) == Some(false))
        .map(|change| change.name.clone())
        .collect();
    if !open.is_empty() {
        return unmet(watch, Cause::ConfigsNotShown(open));
    }
    tasks_well(op, watch, observation, patience)
}

/// Which of a link's tasks an operation may have harmed or started.
fn concerns(op: &Operation, task: &TaskFact) -> Concern {
    let kind = TASKS.iter().find(|kind| task.name.starts_with(kind.task));
    let feature = kind.and_then(|kind| kind.feature);
    let is_switch = |name: &str| feature.is_some_and(|feature| feature.switch() == name);
    match &op.kind {
        OperationKind::CreateLink { configs, .. } => {
            match configs
                .iter()
                .any(|(name, value)| is_switch(name) && value.turns_on())
            {
                true => Concern::Started,
                false => Concern::Touched,
            }
        }
        OperationKind::AlterLink {
            purpose: AlterPurpose::Connection(_),
            ..
        } => Concern::Touched,
        OperationKind::AlterLink { changes, .. } => {
            let own = |name: &str| kind.is_some_and(|kind| kind.owns(name));
            let off = changes
                .iter()
                .any(|change| is_switch(&change.name) && !change.target.turns_on());
            let is_own = |is_interval: bool| {
                let mut own = changes.iter().filter(|change| own(&change.name));
                own.any(|change| change.name.ends_with(".ms") == is_interval)
            };
            // What a task that is switched off says last is of no concern, and another interval changes
            // nothing of what it does.
            match (off, is_own(false), is_own(true)) {
                (true, _, _) | (false, false, false) => Concern::None,
                (false, true, _) => Concern::Started,
                (false, false, true) => Concern::Touched,
            }
        }
        _ => Concern::None,
    }
}

/// Whether an operation turns a feature on that a task of the link works for.
fn starts_a_task(op: &Operation) -> bool {
    let is_switch = |name: &str| {
        let mut features = TASKS.iter().filter_map(|kind| kind.feature);
        features.any(|feature| feature.switch() == name)
    };
    match &op.kind {
        OperationKind::CreateLink { configs, .. } => {
            (configs.iter()).any(|(name, value)| is_switch(name) && value.turns_on())
        }
        OperationKind::AlterLink { changes, .. } => changes
            .iter()
            .any(|change| is_switch(&change.name) && change.target.turns_on()),
        _ => false,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Concern {
    /// Nothing of the task's was changed.
    None,
    /// It may be affected.
    Touched,
    /// Its own settings changed: how it does now says little about how it will do.
    Started,
}

/// An operation on a link is done when the link's tasks do well with it: a link can be ACTIVE and
/// its syncs broken (Confluent CLI issue 3072).
fn tasks_well(
    op: &Operation,
    watch: &mut Watch,
    observation: &Observation,
    patience: &Patience,
) -> Settled {
    if !watch.met {
        watch.met = true;
        return unmet(watch, Cause::TasksNotRead);
    }
    let tasks = match observation.tasks.get(&op.half().link) {
        Some(Reading::Read(tasks)) => tasks,
        // Old servers report no tasks. One that starts gets as long as it would be watched elsewhere.
        Some(Reading::Unread(why)) if why.kind == crate::live::UnreadKind::NotReported => {
            return match starts_a_task(op)
                && !lasting(
                    &mut watch.tasks_well_since,
                    &mut watch.lasts_until,
                    observation,
                    patience.task,
                ) {
                true => unmet(watch, Cause::TasksWellTooBriefly),
                false => Settled::Yes,
            };
        }
        Some(Reading::Unread(why)) => return unmet(watch, Cause::Unread(why.clone())),
        Some(Reading::NotAsked) | None => {
            return unmet(watch, Cause::TasksNotRead);
        }
    };
    let mut span = Duration::ZERO;
    for task in tasks {
        let concern = concerns(op, task);
        if concern == Concern::Started {
            span = patience.task;
        }
        if concern != Concern::None && task.state == TaskState::InError {
            let cause = Cause::TaskInError {
                task: task.name.clone(),
                problems: task.problems.clone(),
            };
            watch.tasks_well_since = None;
            return match lasting(
                &mut watch.tasks_wrong_since,
                &mut watch.lasts_until,
                observation,
                patience.task_error,
            ) {
                true => Settled::Never(cause),
                false => unmet(watch, cause),
            };
        }
    }
    watch.tasks_wrong_since = None;
    match lasting(
        &mut watch.tasks_well_since,
        &mut watch.lasts_until,
        observation,
        span,
    ) {
        true => Settled::Yes,
        false => unmet(watch, Cause::TasksWellTooBriefly),
    }
}

fn mirror_in(
    op: &Operation,
    statuses: &[MirrorStatus],
    watch: &mut Watch,
    observation: &Observation,
) -> Settled {
    let rows = match &observation.mirrors {
        Reading::Read(rows) => rows,
        Reading::Unread(why) => return unmet(watch, Cause::Unread(why.clone())),
        Reading::NotAsked => return unmet(watch, Cause::MirrorsNotRead),
    };
    let Some(topic) = op.address.mirror() else {
        return Settled::Yes;
    };
    let Some(row) = rows.get(&op.half().link).and_then(|rows| rows.get(topic)) else {
        // Some servers list a stopped mirror topic no more; its topic is still there.
        let stops = statuses.contains(&MirrorStatus::Stopped);
        if stops
            && watch.missing
            && observation
                .topics
                .read()
                .is_some_and(|names| names.contains(topic))
        {
            return Settled::Yes;
        }
        watch.missing = stops;
        return unmet(watch, Cause::MirrorNotListed);
    };
    watch.missing = false;
    if statuses.contains(&row.status) {
        return Settled::Yes;
    }
    let seen = |error| Cause::MirrorStatus {
        status: row.status.clone(),
        expected: statuses.to_vec(),
        error,
    };
    // A mirror topic that is failed over may still be FAILED for a moment.
    if (row.status == MirrorStatus::Failed
        && !matches!(op.kind, OperationKind::FailoverMirror { .. }))
        || (row.status == MirrorStatus::Stopped && !statuses.contains(&MirrorStatus::Stopped))
    {
        return Settled::Never(seen(row.error.clone()));
    }
    unmet(watch, seen(None))
}

#[cfg(test)]
mod tests;
