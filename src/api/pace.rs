//! Not too many requests at once, nor too fast: [`Pace`], one per cluster.
//!
//! It runs on `tokio::time`, so simulated time drives it.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// A token bucket, kept as the time at which it will be full again.
#[derive(Debug)]
pub(super) struct Pace {
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
    pub(super) fn new(per_second: u32, burst: u32) -> Self {
        let gap = Duration::from_secs(1) / per_second.max(1);
        let now = Instant::now();
        Self {
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
            tokio::time::sleep_until(at).await;
            // The server may have asked for a pause while we waited.
            let held_until = self.state().held_until;
            if held_until <= Instant::now() {
                return;
            }
            at = held_until;
        }
    }

    /// Sends nothing for a while: a server that is asked too much is asked by all of us.
    pub(super) fn hold(&self, pause: Duration) {
        let until = Instant::now() + pause;
        let mut state = self.state();
        state.held_until = state.held_until.max(until);
    }

    /// Allows no burst from now on: a server that was asked too much is asked at the pace of the long
    /// run for as long as we talk to it.
    pub(super) fn end_bursts(&self) {
        let now = Instant::now();
        let mut state = self.state();
        state.tolerance = Duration::ZERO;
        // What the burst was ahead of the pace is forgiven: otherwise nothing would go for a while.
        state.full_at = state.full_at.min(now + self.gap);
    }

    fn reserve(&self) -> Instant {
        let now = Instant::now();
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

    #[tokio::test(start_paused = true)]
    async fn a_burst_goes_at_once_and_the_rest_at_the_pace() {
        let pace = Pace::new(10, 3);
        let start = Instant::now();
        let mut at = Vec::new();
        for _ in 0..6 {
            pace.turn().await;
            at.push(start.elapsed().as_millis());
        }
        assert_eq!(at, [0, 0, 0, 100, 200, 300]);
        tokio::time::sleep(Duration::from_secs(10)).await;
        let start = Instant::now();
        for _ in 0..3 {
            pace.turn().await;
        }
        assert_eq!(start.elapsed(), Duration::ZERO, "the burst has grown back");
    }

    #[tokio::test(start_paused = true)]
    async fn no_burst_goes_after_the_server_had_too_much() {
        let pace = Pace::new(10, 100);
        let start = Instant::now();
        for _ in 0..50 {
            pace.turn().await;
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
        pace.end_bursts();
        let mut at = Vec::new();
        for _ in 0..3 {
            pace.turn().await;
            at.push(start.elapsed().as_millis());
        }
        assert_eq!(at, [100, 200, 300]);
        tokio::time::sleep(Duration::from_secs(60)).await;
        let start = Instant::now();
        for _ in 0..3 {
            pace.turn().await;
        }
        assert_eq!(start.elapsed().as_millis(), 200, "nor after a rest");
    }

    #[tokio::test(start_paused = true)]
    async fn a_hold_stops_those_who_wait_already() {
        let pace = std::sync::Arc::new(Pace::new(10, 1));
        let start = Instant::now();
        pace.turn().await;
        let waiting = tokio::spawn({
            let pace = pace.clone();
            async move { pace.turn().await }
        });
        tokio::time::sleep(Duration::from_millis(50)).await;
        pace.hold(Duration::from_secs(5));
        waiting.await.unwrap();
        assert_eq!(start.elapsed(), Duration::from_millis(5050));
    }
}
