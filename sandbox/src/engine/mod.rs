//! What happens over time: the event queue and the loop that works it off.
//!
//! Nothing runs in the background. Whoever reads the world first calls [`advance_to`], which
//! carries out every event that was due, in order. Positions in logs are not events: they are
//! computed from rates when someone asks (see [`position`]).

pub(crate) mod contact;
pub(crate) mod deletion;
pub(crate) mod mirror;
pub(crate) mod position;
pub(crate) mod restore;
pub(crate) mod reverse;
pub(crate) mod tasks;
pub(crate) mod verb;

use crate::clock::Millis;
use crate::harm::{Harm, HarmKind};
use crate::state::State;
use crate::state::link::Task;
use serde::{Deserialize, Serialize};

/// An event and when it is due. Ordered by time, then by the order of scheduling.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Scheduled {
    pub(crate) at: Millis,
    pub(crate) number: u64,
    pub(crate) event: Event,
}

/// Something that will happen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Event {
    /// A link tries its other side for the first time.
    FirstContact {
        cluster: String,
        link: String,
        epoch: u64,
    },
    /// `link_error` appears.
    ErrorVisible {
        cluster: String,
        link: String,
        epoch: u64,
    },
    /// The availability checks have failed often enough.
    Unavailable {
        cluster: String,
        link: String,
        epoch: u64,
    },
    /// Contact is back.
    ContactBack {
        cluster: String,
        link: String,
        epoch: u64,
    },
    /// A mirror looks whether its next transition may happen.
    MirrorStep {
        cluster: String,
        link: String,
        mirror: String,
        epoch: u64,
    },
    /// A mirror looks whether its source topic is still the same.
    SourceCheck {
        cluster: String,
        link: String,
        mirror: String,
    },
    /// The retry timeout of a failing mirror has passed.
    RetriesOver {
        cluster: String,
        link: String,
        mirror: String,
    },
    /// A task runs.
    TaskRun {
        cluster: String,
        link: String,
        task: Task,
    },
    /// A deleted topic disappears.
    TopicGone { cluster: String, topic: String },
    /// A deleted link disappears.
    LinkGone { cluster: String, link: String },
}

/// Queues an event `delay` milliseconds from now.
pub(crate) fn schedule(state: &mut State, delay: Millis, event: Event) {
    let number = state.number();
    let at = state.now.saturating_add(delay.max(0));
    state.queue.insert(Scheduled { at, number, event });
}

/// Carries out everything that is due until `target`, then shows that time.
pub(crate) fn advance_to(state: &mut State, target: Millis) {
    while let Some(next) = state.queue.first() {
        if next.at > target {
            break;
        }
        let Some(next) = state.queue.pop_first() else {
            break;
        };
        state.now = state.now.max(next.at);
        happen(state, next.event);
    }
    state.now = state.now.max(target);
}

fn happen(state: &mut State, event: Event) {
    match event {
        Event::FirstContact {
            cluster,
            link,
            epoch,
        } => {
            contact::first(state, &cluster, &link, epoch);
        }
        Event::ErrorVisible {
            cluster,
            link,
            epoch,
        } => {
            contact::error_visible(state, &cluster, &link, epoch);
        }
        Event::Unavailable {
            cluster,
            link,
            epoch,
        } => {
            contact::unavailable(state, &cluster, &link, epoch);
        }
        Event::ContactBack {
            cluster,
            link,
            epoch,
        } => {
            contact::back(state, &cluster, &link, epoch);
        }
        Event::MirrorStep {
            cluster,
            link,
            mirror,
            epoch,
        } => {
            mirror::step(state, &cluster, &link, &mirror, epoch);
        }
        Event::SourceCheck {
            cluster,
            link,
            mirror,
        } => {
            mirror::check_source(state, &cluster, &link, &mirror);
        }
        Event::RetriesOver {
            cluster,
            link,
            mirror,
        } => {
            mirror::retries_over(state, &cluster, &link, &mirror);
        }
        Event::TaskRun {
            cluster,
            link,
            task,
        } => tasks::run(state, &cluster, &link, task),
        Event::TopicGone { cluster, topic } => deletion::topic_gone(state, &cluster, &topic),
        Event::LinkGone { cluster, link } => deletion::link_gone(state, &cluster, &link),
    }
}

/// Remembers a harm.
pub(crate) fn harm(
    state: &mut State,
    kind: HarmKind,
    cluster: &str,
    subject: &str,
    message: String,
) {
    state.harms.push(Harm {
        kind,
        at_ms: state.now,
        cluster: cluster.to_owned(),
        subject: subject.to_owned(),
        message,
    });
}
