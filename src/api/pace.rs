//! Not too many requests at once, nor too fast: [`Pace`], one per cluster.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use linkwright_clock::Clock;

/// A token bucket, kept as the time at which it will be full again.
#[derive(Debug)]
pub(super) struct Pace {
    clock: Clock,
    /// Between two requests in the long run.
    gap: Duration,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// How far ahead of that pace a burst may run.
    tolerance: Duration,
    /// When the bucket is full again.
    full_at: Instant,
    /// Nothing is sent before, because the server asked for it.
    held_until: Instant,
}

impl Pace {
    /// `per_second` requests in the long run, and `burst` of them at once. Zero counts as one.
    pub(super) fn new(clock: Clock, per_second: u32, burst: u32) -> Self {
        let gap = Duration::from_secs(1) / per_second.max(1);
        let now = clock.now();
        Self {
            clock,
            gap,
            state: Mutex::new(State {
                tolerance: gap * burst.max(1).saturating_sub(1),
                full_at: now,
                held_until: now,
            }),
        }
    }

    /// Waits until a request may go out.
    pub(super) async fn turn(&self) {
        let mut at = self.reserve();
        loop {
            self.clock.sleep_until(at).await;
            // The server may have asked for a pause while we waited.
            let held_until = self.state().held_until;
            if held_until <= self.clock.now() {
                return;
            }
            at = held_until;
        }
    }

    /// Sends nothing for a while: a server that is asked too much is asked by all of us.
    pub(super) fn hold(&self, pause: Duration) {
        let until = self.clock.now() + pause;
        let mut state = self.state();
        state.held_until = state.held_until.max(until);
    }

    /// Allows no burst from now on: a server that was asked too much is asked at the pace of the long
    /// run for as long as we talk to it.
    pub(super) fn end_bursts(&self) {
        let now = self.clock.now();
        let mut state = self.state();
        state.tolerance = Duration::ZERO;
        // What the burst was ahead of the pace is forgiven: otherwise nothing would go for a while.
        state.full_at = state.full_at.min(now + self.gap);
    }

    fn reserve(&self) -> Instant {
        let now = self.clock.now();
        let mut state = self.state();
        let at = state
            .full_at
            .checked_sub(state.tolerance)
            .unwrap_or(now)
            .max(state.held_until)
            .max(now);
        state.full_at = state.full_at.max(at) + self.gap;
        at
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        // The state is two instants: always whole, whoever panicked.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes turns and says when they came, in milliseconds.
    async fn turns(pace: &Pace, count: usize) -> Vec<u128> {
        let began = pace.clock.now();
        let mut at = Vec::new();
        for _ in 0..count {
            pace.turn().await;
            at.push(pace.clock.since(began).as_millis());
        }
        at
    }

    #[test]
    fn a_burst_goes_at_once_and_the_rest_at_the_pace() {
        linkwright_clock::run(async |clock| {
            let pace = Pace::new(clock.clone(), 10, 3);
            assert_eq!(turns(&pace, 6).await, [0, 0, 0, 100, 200, 300]);
            clock.sleep(Duration::from_secs(10)).await;
            assert_eq!(turns(&pace, 3).await, [0, 0, 0], "the burst has grown back");
        })
        .unwrap();
    }

    #[test]
    fn no_burst_goes_after_the_server_had_too_much() {
        linkwright_clock::run(async |clock| {
            let pace = Pace::new(clock.clone(), 10, 100);
            assert_eq!(turns(&pace, 50).await, [0; 50]);
            pace.end_bursts();
            assert_eq!(turns(&pace, 3).await, [100, 200, 300]);
            clock.sleep(Duration::from_secs(60)).await;
            assert_eq!(turns(&pace, 3).await, [0, 100, 200], "nor after a rest");
        })
        .unwrap();
    }

    #[test]
    fn a_hold_stops_those_who_wait_already() {
        linkwright_clock::run(async |clock| {
            let pace = std::sync::Arc::new(Pace::new(clock.clone(), 10, 1));
            let began = clock.now();
            pace.turn().await;
            let waiting = tokio::spawn({
                let pace = pace.clone();
                async move { pace.turn().await }
            });
            clock.sleep(Duration::from_millis(50)).await;
            pace.hold(Duration::from_secs(5));
            waiting.await.unwrap();
            assert_eq!(clock.since(began), Duration::from_millis(5050));
        })
        .unwrap();
    }
}
