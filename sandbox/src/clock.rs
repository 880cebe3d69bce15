//! A world's time: runs at a multiple of real time, or moves only on request; or follows a clock on
//! virtual time.
//!
//! A restored sandbox goes on from the saved instant: no time passes between two runs.

use linkwright_clock::Clock;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::time::Instant;

/// Milliseconds since 1970 in virtual time.
pub(crate) type Millis = i64;

/// The clock of a world file.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ClockSpec {
    /// How time moves.
    pub mode: ClockMode,
    /// Virtual time at the start, RFC 3339.
    pub start: String,
}

impl Default for ClockSpec {
    fn default() -> Self {
        ClockSpec {
            mode: ClockMode::default(),
            start: String::from("2026-11-02T08:00:00Z"),
        }
    }
}

/// How virtual time moves.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ClockMode {
    /// Wall time times `speed`.
    Auto {
        /// Virtual seconds per second of wall time.
        speed: f64,
    },
    /// Only when the control API or [`crate::Sandbox::advance`] says so.
    Manual,
}

impl ClockMode {
    /// Whether the speed is a number from 0 up.
    #[must_use]
    pub fn is_usable(self) -> bool {
        match self {
            ClockMode::Manual => true,
            ClockMode::Auto { speed } => speed.is_finite() && speed >= 0.0,
        }
    }
}

impl Default for ClockMode {
    fn default() -> Self {
        ClockMode::Auto { speed: 20.0 }
    }
}

/// The running time of a world.
#[derive(Debug, Clone)]
pub(crate) struct WorldTime {
    clock: Clock,
    mode: ClockMode,
    base: Millis,
    since: Instant,
}

impl WorldTime {
    /// A time that is `base` now and goes by this clock.
    pub(crate) fn new(clock: Clock, mode: ClockMode, base: Millis) -> WorldTime {
        WorldTime {
            since: clock.now(),
            clock,
            mode,
            base,
        }
    }

    /// Virtual time.
    pub(crate) fn now(&self) -> Millis {
        let elapsed = self.clock.since(self.since);
        let passed = match self.mode {
            // Whoever waits by a clock that jumps waits for this world.
            _ if self.clock.is_virtual() => millis(elapsed),
            ClockMode::Manual => 0,
            ClockMode::Auto { speed } => (elapsed.as_secs_f64() * 1000.0 * speed) as Millis,
        };
        self.base.saturating_add(passed)
    }

    /// The clock that it goes by.
    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Moves virtual time forward by hand; works in both modes.
    pub(crate) fn advance(&mut self, by: Millis) {
        self.base = self.base.saturating_add(by.max(0));
    }

    /// The mode it runs in.
    pub(crate) fn mode(&self) -> ClockMode {
        self.mode
    }
}

/// Milliseconds of an RFC 3339 time.
pub(crate) fn parse(text: &str) -> Option<Millis> {
    text.parse::<jiff::Timestamp>()
        .ok()
        .map(|time| time.as_millisecond())
}

/// RFC 3339 of virtual milliseconds.
pub(crate) fn format(at: Millis) -> String {
    jiff::Timestamp::from_millisecond(at).map_or_else(|_| at.to_string(), |time| time.to_string())
}

/// A duration as virtual milliseconds, saturating.
pub(crate) fn millis(duration: std::time::Duration) -> Millis {
    Millis::try_from(duration.as_millis()).unwrap_or(Millis::MAX)
}
