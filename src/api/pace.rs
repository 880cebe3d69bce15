//! As fast as a cluster allows, and no faster: [`Pace`], one per cluster.
//!
//! Nothing is known of a cluster at first. Requests start eight at a time, and the number under way doubles
//! for each round that is answered. What slows them down is what the server answers:
//!
//! | the server | then |
//! |---|---|
//! | says what is left (`X-RateLimit-Remaining`) | no more are sent than are left, then as fast as more is let in |
//! | answers 429 | requests go one by one, at a rate measured from what was let in between two 429s |
//! | names a wait (`Retry-After`) | nothing goes before it is over |
//! | fails or does not answer | half as many are under way |
//! | answers a whole round much more slowly | a tenth fewer are under way |
//! | answers well | a little more: one more under way per round, a percent more per second |
//!
//! A limiter that counts requests is at zero whenever it answers 429. So whatever passed between two 429s,
//! divided by the time between them, is its rate: one refused request measures it, and the rate is not guessed
//! by halving.

mod allowance;
#[cfg(test)]
mod simulated;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use linkwright_clock::Clock;
use tokio::sync::Notify;

use self::allowance::{Rate, Window};
use super::request::Urgency;
use super::retry::{Quota, random};

/// When the next request to a cluster may go out, and which one.
#[derive(Debug)]
pub(super) struct Pace {
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    under_way: usize,
    /// How many have been sent.
    sent: usize,
    window: Window,
    rate: Rate,
    /// Nothing is sent before, because the server asked for it.
    held_until: Instant,
    /// When the cluster last answered anything but 429.
    let_in_at: Instant,
    /// Who waits, the most urgent first and then by arrival.
    waiting: BTreeMap<(Urgency, u64), Arc<Notify>>,
    arrived: u64,
    random: u64,
}

/// What became of a request.
pub(super) enum Ended {
    /// The server let it in, and may have said what is left.
    Answered(Option<Quota>),
    /// It was one too many.
    TooMany {
        /// How long the server asks to wait.
        asked: Option<Duration>,
        /// What it says is left.
        quota: Option<Quota>,
    },
    /// The server failed or did not answer.
    Failed {
        /// How long the server asks to wait.
        asked: Option<Duration>,
    },
}

impl Pace {
    /// At most `most_under_way` at once and `most_per_second`. Zero counts as one.
    pub(super) fn new(
        clock: Clock,
        most_under_way: usize,
        most_per_second: u32,
        seed: u64,
    ) -> Self {
        let now = clock.now();
        Self {
            clock,
            state: Mutex::new(State {
                under_way: 0,
                sent: 0,
                window: Window::new(most_under_way, now),
                rate: Rate::new(most_per_second, now),
                held_until: now,
                let_in_at: now,
                waiting: BTreeMap::new(),
                arrived: 0,
                random: seed,
            }),
        }
    }

    /// Waits until a request may go out.
    pub(super) async fn turn(&self, urgency: Urgency) -> Turn<'_> {
        let (ticket, wake) = self.queue(urgency);
        loop {
            let next = {
                let mut state = self.state();
                let now = self.clock.now();
                match state.next(ticket.key, now) {
                    Next::Now => {
                        state.under_way += 1;
                        state.sent += 1;
                        state.window.sent(now);
                        let number = state.sent;
                        drop(state);
                        drop(ticket);
                        return Turn {
                            pace: self,
                            sent_at: now,
                            number,
                        };
                    }
                    next => next,
                }
            };
            match next {
                Next::At(time) => tokio::select! {
                    () = self.clock.sleep_until(time) => {}
                    () = wake.notified() => {}
                },
                Next::Now | Next::NotYet => wake.notified().await,
            }
        }
    }

    /// How long the cluster has let nothing in.
    pub(super) fn shut_for(&self) -> Duration {
        let since = self.state().let_in_at;
        self.clock.since(since)
    }

    /// How long nothing is sent because the server asked for a wait.
    pub(super) fn held_for(&self) -> Duration {
        let until = self.state().held_until;
        until.saturating_duration_since(self.clock.now())
    }

    /// The rate that the server was found to allow, in requests per second.
    pub(super) fn found(&self) -> Option<f64> {
        self.state().rate.found()
    }

    fn queue(&self, urgency: Urgency) -> (Ticket<'_>, Arc<Notify>) {
        let wake = Arc::new(Notify::new());
        let mut state = self.state();
        state.arrived += 1;
        let key = (urgency, state.arrived);
        state.waiting.insert(key, wake.clone());
        (Ticket { pace: self, key }, wake)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing in here panics half-way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in the queue. Dropped, it is given up.
struct Ticket<'a> {
    pace: &'a Pace,
    key: (Urgency, u64),
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        let mut state = self.pace.state();
        state.waiting.remove(&self.key);
        state.wake_first();
    }
}

/// A request that goes out. Dropped, it is no longer under way.
pub(super) struct Turn<'a> {
    pace: &'a Pace,
    sent_at: Instant,
    number: usize,
}

impl Turn<'_> {
    /// Takes in what became of the request.
    pub(super) fn ended(self, ended: Ended) {
        let now = self.pace.clock.now();
        let mut state = self.pace.state();
        state.end(self.sent_at, self.number, now, ended);
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = self.pace.state();
        state.under_way = state.under_way.saturating_sub(1);
        state.wake_first();
    }
}

/// When the first in the queue may go.
enum Next {
    Now,
    At(Instant),
    /// When another is over.
    NotYet,
}

impl State {
    /// When the request of this place may go out. It has taken its turn if that is now.
    fn next(&mut self, key: (Urgency, u64), now: Instant) -> Next {
        let is_first = self
            .waiting
            .first_key_value()
            .is_some_and(|(first, _)| *first == key);
        if !is_first {
            return Next::NotYet;
        }
        if !self.window.has_room(self.under_way, now) {
            return match self.window.opens_at() {
                Some(time) if time > now => Next::At(time),
                _ => Next::NotYet,
            };
        }
        if self.held_until > now {
            return Next::At(self.held_until);
        }
        match self.rate.take(now) {
            None => Next::Now,
            Some(time) => Next::At(time),
        }
    }

    /// A part of one.
    fn random(&mut self) -> f64 {
        random(&mut self.random)
    }

    fn wake_first(&self) {
        if let Some(first) = self.waiting.values().next() {
            first.notify_one();
        }
    }

    fn end(&mut self, sent_at: Instant, number: usize, now: Instant, ended: Ended) {
        let asked = match &ended {
            Ended::Answered(_) => None,
            Ended::TooMany { asked, .. } | Ended::Failed { asked } => *asked,
        };
        if let Some(asked) = asked {
            // Those who were told the same do not come back in the same moment.
            let later = (asked / 10)
                .min(Duration::from_secs(1))
                .mul_f64(self.random());
            self.held_until = self.held_until.max(now + asked + later);
        }
        match ended {
            Ended::Answered(quota) => {
                self.let_in_at = now;
                self.window
                    .answered(now.saturating_duration_since(sent_at), now);
                self.rate.answered(sent_at, now);
                if let Some(quota) = quota {
                    // Those under way, and those that went later, may have been counted already, or not.
                    let others = self.under_way.saturating_sub(1) + (self.sent - number);
                    self.rate.shown(quota, others, false, now);
                }
            }
            Ended::TooMany { quota, .. } => {
                // Once its rate is known, that is what slows requests down.
                if !self.rate.is_measured() {
                    self.window.shrink(sent_at, now);
                }
                let longer = self.random();
                self.rate.refused(sent_at, now, longer);
                if let Some(quota) = quota {
                    self.rate.shown(quota, 0, true, now);
                }
            }
            Ended::Failed { .. } => {
                self.window.shrink(sent_at, now);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(clock: &Clock, most: usize, per_second: u32) -> Pace {
        Pace::new(clock.clone(), most, per_second, 1)
    }

    #[test]
    fn our_own_bound_is_kept_to() {
        linkwright_clock::run(async |clock| {
            let pace = pace(clock, 64, 10);
            let began = clock.now();
            let mut times = Vec::new();
            for _ in 0..4 {
                let turn = pace.turn(Urgency::Usual).await;
                times.push(clock.since(began).as_millis());
                turn.ended(Ended::Answered(None));
            }
            assert_eq!(times, [0, 100, 200, 300]);
        })
        .unwrap();
    }

    #[test]
    fn a_wait_that_the_server_asks_for_stops_those_who_wait_already() {
        linkwright_clock::run(async |clock| {
            let pace = Arc::new(pace(clock, 64, 10));
            let began = clock.now();
            let first = pace.turn(Urgency::Usual).await;
            let waiting = tokio::spawn({
                let pace = pace.clone();
                async move { pace.turn(Urgency::Usual).await.ended(Ended::Answered(None)) }
            });
            clock.sleep(Duration::from_millis(50)).await;
            first.ended(Ended::TooMany {
                asked: Some(Duration::from_secs(5)),
                quota: None,
            });
            assert!(pace.held_for() >= Duration::from_secs(5));
            waiting.await.unwrap();
            let took = clock.since(began).as_millis();
            assert!((5050..=5600).contains(&took), "{took}");
        })
        .unwrap();
    }

    #[test]
    fn the_most_urgent_goes_first_and_who_gives_up_is_forgotten() {
        linkwright_clock::run(async |clock| {
            let pace = Arc::new(pace(clock, 1, 10_000));
            let order = Arc::new(Mutex::new(Vec::new()));
            let busy = pace.turn(Urgency::Usual).await;
            let mut tasks = Vec::new();
            for (number, urgency) in [
                (1, Urgency::Usual),
                (2, Urgency::Usual),
                (3, Urgency::Usual),
                (4, Urgency::First),
            ] {
                let (pace, order, time) = (pace.clone(), order.clone(), clock.clone());
                tasks.push(tokio::spawn(async move {
                    let turn = pace.turn(urgency).await;
                    order.lock().unwrap().push(number);
                    time.sleep(Duration::from_millis(1)).await;
                    turn.ended(Ended::Answered(None));
                }));
                clock.sleep(Duration::from_millis(1)).await;
            }
            tasks[1].abort();
            clock.sleep(Duration::from_millis(1)).await;
            busy.ended(Ended::Answered(None));
            clock.sleep(Duration::from_secs(1)).await;
            assert_eq!(*order.lock().unwrap(), [4, 1, 3]);
        })
        .unwrap();
    }

    /// Eight processes that are refused in the same moment.
    #[test]
    fn processes_that_are_refused_together_do_not_come_back_together() {
        linkwright_clock::run(async |clock| {
            let mut back = Vec::new();
            for seed in 0..8 {
                let pace = Pace::new(clock.clone(), 64, 10_000, seed);
                let began = clock.now();
                pace.turn(Urgency::Usual).await.ended(Ended::TooMany {
                    asked: None,
                    quota: None,
                });
                drop(pace.turn(Urgency::Usual).await);
                back.push(clock.since(began).as_millis());
            }
            back.sort_unstable();
            let apart = back.windows(2).filter(|pair| pair[1] > pair[0]).count();
            assert!(apart >= 6, "{back:?}");
            assert!(back[7] - back[0] >= 40, "{back:?}");
        })
        .unwrap();
    }
}
