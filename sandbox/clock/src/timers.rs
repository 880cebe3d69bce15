//! Virtual time: [`Timers`], who waits for what, and [`Timer`], one wait.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

/// A time that does not move until it is set to jump.
#[derive(Debug)]
pub(crate) struct Timers(Mutex<State>);

#[derive(Debug)]
struct State {
    began: Instant,
    now: Instant,
    /// How long the machine has slept in all.
    slept: Duration,
    /// The waits under way, by their end and by when they began.
    waiting: BTreeMap<(Instant, u64), Waker>,
    begun: u64,
    /// Who is woken by every jump.
    pump: Option<Waker>,
}

impl Timers {
    /// It begins now: instants have no zero.
    pub(crate) fn new() -> Self {
        let now = Instant::now();
        Self(Mutex::new(State {
            began: now,
            now,
            slept: Duration::ZERO,
            waiting: BTreeMap::new(),
            begun: 0,
            pump: None,
        }))
    }

    pub(crate) fn now(&self) -> Instant {
        self.state().now
    }

    /// How long it has run, with the time that the machine slept.
    pub(crate) fn passed(&self) -> Duration {
        let state = self.state();
        state.now.saturating_duration_since(state.began) + state.slept
    }

    /// The machine sleeps: no wait gets nearer to its end meanwhile.
    pub(crate) fn sleep(&self, time: Duration) {
        self.state().slept += time;
    }

    /// Goes to the end of the earliest wait and wakes everyone whose wait ends then. Time does not move
    /// when no one waits.
    pub(crate) fn jump(&self) {
        let (ended, pump) = {
            let mut state = self.state();
            let Some(&(next, _)) = state.waiting.keys().next() else {
                return;
            };
            state.now = state.now.max(next);
            let later = state.waiting.split_off(&(next, u64::MAX));
            let ended = std::mem::replace(&mut state.waiting, later);
            (ended, state.pump.take())
        };
        // Without the lock: to wake one may be to drop another, which takes it.
        ended.into_values().chain(pump).for_each(Waker::wake);
    }

    /// A task that never ends and that every jump wakes. Whoever waited may not be polled any more by its owner; then
    /// nothing would run, and time would not jump again.
    pub(crate) async fn pump(self: Arc<Self>) {
        std::future::poll_fn(|context| {
            self.state().pump = Some(context.waker().clone());
            Poll::<()>::Pending
        })
        .await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing in here panics half-way.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One wait. Dropped, it is forgotten.
#[derive(Debug)]
pub(crate) struct Timer {
    timers: Arc<Timers>,
    end: Instant,
    number: Option<u64>,
}

impl Timer {
    pub(crate) fn new(timers: Arc<Timers>, end: Instant) -> Self {
        Self {
            timers,
            end,
            number: None,
        }
    }
}

impl Future for Timer {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        let mut state = this.timers.state();
        if state.now >= this.end {
            return Poll::Ready(());
        }
        let number = *this.number.get_or_insert_with(|| {
            state.begun += 1;
            state.begun
        });
        let waker = context.waker().clone();
        state.waiting.insert((this.end, number), waker);
        Poll::Pending
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(number) = self.number {
            let waker = self.timers.state().waiting.remove(&(self.end, number));
            // After the lock is free: a waker may hold the last handle of a task with waits of its own.
            drop(waker);
        }
    }
}
