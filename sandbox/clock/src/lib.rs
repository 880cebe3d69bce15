//! One seam for time: whoever waits, and whoever asks how long something took, asks a [`Clock`].
//!
//! [`Clock::wall`] is real time. [`run`] gives its work a clock on virtual time instead: whenever
//! every task waits, time jumps to the end of the earliest wait, so that hours pass in
//! milliseconds, in the same order and with the same durations as they would in real time.
//!
//! ```
//! use std::time::Duration;
//!
//! # fn main() -> std::io::Result<()> {
//! let took = linkwright_clock::run(async |clock| {
//!     let began = clock.now();
//!     clock.sleep(Duration::from_secs(3600)).await;
//!     clock.since(began)
//! })?;
//! assert_eq!(took, Duration::from_secs(3600));
//! # Ok(())
//! # }
//! ```
//!
//! A point in time is a [`std::time::Instant`], compared and added to as usual. Only the clock that
//! it came from knows how long ago it is: never call [`Instant::elapsed`], which asks real time.

#![expect(
    clippy::disallowed_methods,
    reason = "the one place that asks tokio and the operating system for the time"
)]

mod timers;

use std::future::pending;
use std::io;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use timers::{Timer, Timers};

/// What time it is, and waits. Clones show the same time.
#[derive(Clone, Debug, Default)]
pub struct Clock(Kind);

#[derive(Clone, Debug, Default)]
enum Kind {
    #[default]
    Wall,
    Virtual(Arc<Timers>),
}

/// The time was over before the work was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed;

impl Clock {
    /// Real time. It is tokio's, so that a test with paused time steps it.
    #[must_use]
    pub fn wall() -> Self {
        Self::default()
    }

    /// Whether time passes by itself whenever everything waits.
    #[must_use]
    pub fn is_virtual(&self) -> bool {
        matches!(self.0, Kind::Virtual(_))
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Instant {
        match &self.0 {
            Kind::Wall => tokio::time::Instant::now().into_std(),
            Kind::Virtual(timers) => timers.now(),
        }
    }

    /// How long ago that was by this clock; zero for what is still to come.
    #[must_use]
    pub fn since(&self, then: Instant) -> Duration {
        self.now().saturating_duration_since(then)
    }

    /// How long ago it was that this machine started, with the time that it slept: what holds for a minute
    /// must not hold longer because a laptop was closed meanwhile. [`Self::now`] may stand still then.
    #[must_use]
    pub fn boot(&self) -> Duration {
        match &self.0 {
            Kind::Wall => since_boot(),
            Kind::Virtual(timers) => timers.passed(),
        }
    }

    /// The machine sleeps for so long: nothing waits meanwhile, and [`Self::boot`] goes on. Only virtual time can.
    pub fn machine_sleeps(&self, time: Duration) {
        if let Kind::Virtual(timers) = &self.0 {
            timers.sleep(time);
        }
    }

    /// Waits for this long.
    pub async fn sleep(&self, time: Duration) {
        match self.now().checked_add(time) {
            Some(end) => self.sleep_until(end).await,
            None => pending().await,
        }
    }

    /// Waits until then; not at all if that is over.
    pub async fn sleep_until(&self, end: Instant) {
        match &self.0 {
            Kind::Wall => tokio::time::sleep_until(end.into()).await,
            Kind::Virtual(timers) => Timer::new(timers.clone(), end).await,
        }
    }

    /// What the work comes to, if it does within this time by this clock and by [`Self::boot`]: after a machine has slept
    /// for longer, it is not gone on with. Otherwise it is dropped.
    ///
    /// # Errors
    /// When the time is over first.
    pub async fn timeout_with_sleep<T>(
        &self,
        time: Duration,
        work: impl Future<Output = T>,
    ) -> Result<T, Elapsed> {
        /// So soon after it has woken up, a machine finds that the time is over although nothing else happens.
        const LOOK: Duration = Duration::from_secs(1);
        let (end, now) = (self.boot() + time, self.now());
        let mut work = std::pin::pin!(work);
        loop {
            let step = time.saturating_sub(self.since(now)).min(LOOK);
            let going_on = std::future::poll_fn(|context| match self.boot() >= end {
                // Not even polled: whatever it would send now is too late.
                true => Poll::Ready(Err(Elapsed)),
                false => work.as_mut().poll(context).map(Ok),
            });
            tokio::select! {
                biased;
                result = going_on => return result,
                () = self.sleep(step) => {}
            }
            if self.since(now) >= time {
                return Err(Elapsed);
            }
        }
    }

    /// What the work comes to, if it does within this time. Otherwise it is dropped.
    ///
    /// # Errors
    /// When the time is over first.
    pub async fn timeout<T>(
        &self,
        time: Duration,
        work: impl Future<Output = T>,
    ) -> Result<T, Elapsed> {
        tokio::select! {
            biased;
            result = work => Ok(result),
            () = self.sleep(time) => Err(Elapsed),
        }
    }
}

#[cfg(unix)]
fn since_boot() -> Duration {
    // The clock that goes on while the machine sleeps; on Linux the one that is called monotonic does not.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let id = rustix::time::ClockId::Boottime;
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let id = rustix::time::ClockId::Monotonic;
    let time = rustix::time::clock_gettime(id);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// The monotonic clock of Windows goes on while the machine sleeps.
#[cfg(not(unix))]
fn since_boot() -> Duration {
    static FIRST: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    Instant::now().saturating_duration_since(*FIRST.get_or_init(Instant::now))
}

/// Runs work on this thread, in virtual time. The clock that it gets is the one to wait by.
///
/// Time moves only when no task of the work can go on, and then to the end of the earliest wait. What
/// waits for something outside, such as a signal, a socket or another thread, waits in real time, and
/// does not hold up the clock: while there are waits by the clock, time passes meanwhile. Work that must
/// not be overtaken like this belongs on [`Clock::wall`].
///
/// # Errors
/// When the operating system refuses what a runtime needs.
pub fn run<T>(work: impl AsyncFnOnce(&Clock) -> T) -> io::Result<T> {
    let timers = Arc::new(Timers::new());
    let idle = timers.clone();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        // Called when no task can go on. Tasks that are woken here run before the thread sleeps.
        .on_thread_park(move || idle.jump())
        .build()?;
    runtime.spawn(timers.clone().pump());
    Ok(runtime.block_on(work(&Clock(Kind::Virtual(timers)))))
}
