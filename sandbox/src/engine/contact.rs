//! What follows when a link half gets or loses contact with the other cluster.

use super::reach::problem;
use super::{agenda, row};
use crate::clock::Millis;
use crate::state::State;
use crate::state::event::Event;
use crate::state::key::HalfKey;
use crate::state::link::{Contact, Half};

/// Reads every half again after something changed that may have opened or cut a connection.
pub(crate) fn refresh_all(state: &mut State) {
    for key in state.all_halves() {
        refresh(state, &key);
    }
}

fn refresh(state: &mut State, key: &HalfKey) {
    let Some(half) = state.half(key) else {
        return;
    };
    let problem_of_link = problem(state, &key.cluster, half);
    let needs_peer = half.needs_peer() && state.peer(key).is_none();
    let availability = half.availability_ms();
    let (contact, shown, recovering) = (half.contact, half.error, half.recovering);
    match (contact, problem_of_link) {
        (Contact::Never, _) if needs_peer || half.tried => {}
        (Contact::Never, _) => {
            let delay = Millis::from(state.timings.first_contact_ms);
            let Some(half) = state.half_mut(key) else {
                return;
            };
            half.tried = true;
            let epoch = half.next_epoch();
            let half = key.clone();
            state.schedule(delay, Event::FirstContact { half, epoch });
        }
        (Contact::Up, None) => {}
        (Contact::Up, Some(_)) => {
            let error_delay = Millis::from(state.timings.error_visible_ms);
            lose(state, key, error_delay);
        }
        (Contact::Lost(_) | Contact::Unavailable(_), None) if !recovering => {
            let delay = Millis::from(state.timings.recover_ms);
            let Some(half) = state.half_mut(key) else {
                return;
            };
            half.recovering = true;
            let epoch = half.next_epoch();
            let half = key.clone();
            state.schedule(delay, Event::ContactBack { half, epoch });
        }
        (Contact::Lost(_) | Contact::Unavailable(_), None) => {}
        (Contact::Lost(since) | Contact::Unavailable(since), Some(error)) => {
            let waited = (state.now - since).max(0);
            let error_delay = Millis::from(state.timings.error_visible_ms);
            let Some(half) = state.half_mut(key) else {
                return;
            };
            if recovering {
                // It failed again before it was back: the outage goes on.
                half.recovering = false;
                let epoch = half.next_epoch();
                schedule_outage(
                    state,
                    key,
                    epoch,
                    (error_delay - waited).max(0),
                    (availability - waited).max(0),
                );
            } else if shown.is_some() {
                half.error = Some(error);
            }
        }
    }
}

/// A half loses contact now, and shows the error after this time.
pub(crate) fn lose(state: &mut State, key: &HalfKey, error_delay: Millis) {
    let now = state.now;
    let Some(half) = state.half_mut(key) else {
        return;
    };
    let availability = half.availability_ms();
    half.contact = Contact::Lost(now);
    half.recovering = false;
    let epoch = half.next_epoch();
    row::refresh_all(state, key);
    schedule_outage(state, key, epoch, error_delay, availability);
}

fn schedule_outage(
    state: &mut State,
    key: &HalfKey,
    epoch: u64,
    error_delay: Millis,
    availability: Millis,
) {
    let half = key.clone();
    state.schedule(error_delay, Event::ErrorVisible { half, epoch });
    let half = key.clone();
    state.schedule(availability, Event::Unavailable { half, epoch });
}

/// The half, if the event is about its present contact.
fn current<'a>(state: &'a State, key: &HalfKey, epoch: u64) -> Option<&'a Half> {
    state.half(key).filter(|half| half.epoch == epoch)
}

/// The first try after a link was created.
pub(crate) fn first(state: &mut State, key: &HalfKey, epoch: u64) {
    let Some(half) = current(state, key, epoch) else {
        return;
    };
    if half.needs_peer() && state.peer(key).is_none() {
        if let Some(half) = state.half_mut(key) {
            half.tried = false;
        }
        return;
    }
    match problem(state, &key.cluster, half) {
        None => up(state, key),
        Some(_) => lose(state, key, 0),
    }
}

/// `link_error` becomes visible.
pub(crate) fn error_visible(state: &mut State, key: &HalfKey, epoch: u64) {
    let Some(half) = current(state, key, epoch) else {
        return;
    };
    let error = problem(state, &key.cluster, half);
    if let Some(half) = state.half_mut(key) {
        half.error = error;
    }
}

/// The availability checks give up on the other side.
pub(crate) fn unavailable(state: &mut State, key: &HalfKey, epoch: u64) {
    let Some(half) = current(state, key, epoch) else {
        return;
    };
    let error = problem(state, &key.cluster, half);
    if let Some(half) = state.half_mut(key) {
        if let Contact::Lost(since) = half.contact {
            half.contact = Contact::Unavailable(since);
        }
        half.error = error;
    }
    row::refresh_all(state, key);
}

/// Contact is back, unless it was lost again meanwhile.
pub(crate) fn back(state: &mut State, key: &HalfKey, epoch: u64) {
    let Some(half) = current(state, key, epoch) else {
        return;
    };
    if problem(state, &key.cluster, half).is_none() {
        up(state, key);
    } else if let Some(half) = state.half_mut(key) {
        half.recovering = false;
    }
}

fn up(state: &mut State, key: &HalfKey) {
    if let Some(half) = state.half_mut(key) {
        half.contact = Contact::Up;
        half.recovering = false;
        half.error = None;
    }
    row::refresh_all(state, key);
    agenda::wake_all(state, key);
}
