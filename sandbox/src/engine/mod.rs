//! What happens over time: the loop that works off the event queue.
//!
//! Nothing runs in the background. Whoever reads the world first calls [`advance_to`], which
//! carries out every event that was due, in order. Positions in logs are not events: they are
//! computed from rates when someone asks (see [`position`]).

pub(crate) mod agenda;
pub(crate) mod contact;
pub(crate) mod deletion;
pub(crate) mod history;
pub(crate) mod interference;
pub(crate) mod mirror;
pub(crate) mod outside;
pub(crate) mod position;
pub(crate) mod principal;
pub(crate) mod reach;
pub(crate) mod restore;
pub(crate) mod reverse;
pub(crate) mod row;
pub(crate) mod step;
pub(crate) mod switchover;
mod switchover_link;
pub(crate) mod tasks;
pub(crate) mod turning;
pub(crate) mod verb;
pub(crate) mod verdict;

use crate::clock::Millis;
use crate::state::State;
use crate::state::event::Event;

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
        Event::FirstContact { half, epoch } => contact::first(state, &half, epoch),
        Event::ErrorVisible { half, epoch } => contact::error_visible(state, &half, epoch),
        Event::Unavailable { half, epoch } => contact::unavailable(state, &half, epoch),
        Event::ContactBack { half, epoch } => contact::back(state, &half, epoch),
        Event::MirrorStep { mirror, epoch } => step::step(state, &mirror, epoch),
        Event::SourceCheck(key) => mirror::check_source(state, &key),
        Event::RetriesOver(key) => mirror::retries_over(state, &key),
        Event::TaskRun { half, task } => tasks::run(state, &half, task),
        Event::TopicGone { cluster, topic } => deletion::topic_gone(state, &cluster, &topic),
        Event::LinkGone(half) => deletion::link_gone(state, &half),
        Event::PairStep { pair, epoch } => switchover::step(state, &pair, epoch),
        Event::PairFailover { pair, kind, target } => {
            switchover::scheduled(state, &pair, kind, target.as_deref());
        }
        Event::EndpointReady(id) => switchover::endpoint_ready(state, &id),
        Event::EndpointGone(id) => {
            state.switchover.endpoints.remove(&id);
        }
    }
}
