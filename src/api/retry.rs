//! Whether, when and how often a call is made again.
//!
//! | what came | [`Class::Safe`] | [`Class::Idempotent`] | [`Class::Once`] |
//! |---|---|---|---|
//! | no connection, no token | again | again | again |
//! | 429 | again | again | again |
//! | 408, 5xx (not 501) | again | again | ambiguous |
//! | timeout or broken connection after sending | again | ambiguous | ambiguous |
//! | answer too large, unintelligible, or of another cluster | error | ambiguous | ambiguous |
//! | anything else | error | error | error |
//!
//! A 429 costs time and nothing else: the [pace](super::pace) decides when the call is made again.
//!
//! *Ambiguous* goes to the caller, who reads before repeating. A write that was repeated without success
//! after a 5xx ends as ambiguous too.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use jiff::fmt::rfc2822::DateTimeParser;

use super::error::{ApiError, is_transient};
use super::request::Class;
use super::transport::TransportError;

/// Retries that are left for a whole run, shared by all its clients.
///
/// A server with problems must not be met with many times the traffic: each retry takes a token, each
/// success gives a tenth of one back.
#[derive(Debug)]
pub struct RetryBudget {
    tenths: AtomicI64,
    most: i64,
}

impl RetryBudget {
    /// A budget of so many retries.
    #[must_use]
    pub fn new(retries: u32) -> Self {
        let most = i64::from(retries) * 10;
        Self {
            tenths: AtomicI64::new(most),
            most,
        }
    }

    /// Takes one retry, if one is left.
    pub(super) fn take(&self) -> bool {
        self.tenths
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                (left >= 10).then_some(left - 10)
            })
            .is_ok()
    }

    /// A call succeeded.
    pub(super) fn give_back(&self) {
        // An error means that the budget is full.
        let _full = self
            .tenths
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                (left < self.most).then_some(left + 1)
            });
    }
}

impl Default for RetryBudget {
    /// A hundred retries.
    fn default() -> Self {
        Self::new(100)
    }
}

/// Whether the table says that a call of this class is made again after this error.
pub(super) fn again(class: Class, error: &ApiError) -> bool {
    match error {
        ApiError::Refused { status, .. } => match class {
            Class::Safe | Class::Idempotent => is_transient(*status),
            Class::Once => *status == StatusCode::TOO_MANY_REQUESTS,
        },
        ApiError::Transport { error, .. } => match error {
            TransportError::Connect { .. } => true,
            TransportError::Timeout { sent, .. } | TransportError::Reset { sent, .. } => {
                class == Class::Safe || !sent
            }
            TransportError::Slow { .. } => class == Class::Safe,
            TransportError::Tls { .. }
            | TransportError::TooLarge { .. }
            | TransportError::Invalid { .. } => false,
        },
        ApiError::Token { refused, .. } => !refused,
        ApiError::OtherCluster { .. }
        | ApiError::Ambiguous { .. }
        | ApiError::Withheld { .. }
        | ApiError::Unintelligible { .. }
        | ApiError::NotRecorded { .. }
        | ApiError::Unaddressable { .. } => false,
    }
}

/// Whether a call may have been done, or may still be, although this came of it.
pub(super) fn may_be_done(class: Class, error: &ApiError) -> bool {
    class != Class::Safe
        && match error {
            ApiError::Refused { status, .. } => {
                is_transient(*status) && *status != StatusCode::TOO_MANY_REQUESTS
            }
            ApiError::Transport { error, .. } => error.may_have_arrived(),
            ApiError::Unintelligible { .. } | ApiError::OtherCluster { .. } => true,
            ApiError::Ambiguous { .. }
            | ApiError::Withheld { .. }
            | ApiError::Token { .. }
            | ApiError::NotRecorded { .. }
            | ApiError::Unaddressable { .. } => false,
        }
}

/// The error as the caller gets it: for a write that may have been done, [`ApiError::Ambiguous`].
pub(super) fn settle(class: Class, error: ApiError) -> ApiError {
    if may_be_done(class, &error) {
        ApiError::Ambiguous {
            call: error.call().to_owned(),
            reason: error.reason(),
        }
    } else {
        error
    }
}

/// Waits of full jitter: each a random part of a bound that doubles from one to the next.
///
/// The randomness is seeded, so that a run can be repeated.
#[derive(Clone, Debug)]
pub(super) struct FullJitter {
    bound: Duration,
    longest: Duration,
    left: u32,
    random: u64,
}

impl FullJitter {
    /// Waits between `attempts` attempts, the first at most `first` long and none over `longest`.
    pub(super) fn new(first: Duration, longest: Duration, attempts: u32, seed: u64) -> Self {
        Self {
            bound: first,
            longest,
            left: attempts.saturating_sub(1),
            random: seed,
        }
    }
}

/// SplitMix64, as a part of one: good enough to keep clients apart, and the same everywhere.
pub(super) fn random(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

impl Iterator for FullJitter {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        self.left = self.left.checked_sub(1)?;
        let bound = self.bound.min(self.longest);
        self.bound = self.bound.saturating_mul(2);
        Some(bound.mul_f64(random(&mut self.random)))
    }
}

/// How long the server asks to wait: `Retry-After` in seconds or as a date, else
/// `X-RateLimit-Reset` in seconds from now (Confluent Cloud's documentation).
///
/// A date is taken against the answer's own `Date`, so no clock is needed and a wrong one does no
/// harm; without that header it says nothing.
pub(super) fn asked_wait(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    if let Some(value) = text("retry-after") {
        if let Some(seconds) = seconds(value) {
            return Some(seconds);
        }
        let parser = DateTimeParser::new();
        let until = parser.parse_timestamp(value).ok()?;
        let now = parser.parse_timestamp(text("date")?).ok()?;
        let wait = until.duration_since(now);
        return Some(Duration::try_from(wait).unwrap_or(Duration::ZERO));
    }
    seconds(text("x-ratelimit-reset")?).filter(|wait| *wait <= LONGEST_RESET)
}

/// What a server says it still lets in: `X-RateLimit-Limit`, `-Remaining` and `-Reset`, the last in seconds
/// from now (Confluent Cloud's documentation).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Quota {
    /// How many in all.
    pub(super) limit: f64,
    /// How many are left.
    pub(super) remaining: f64,
    /// When all of them are let in again.
    pub(super) reset: Duration,
}

/// What an answer says is left.
pub(super) fn quota(headers: &HeaderMap) -> Option<Quota> {
    let number = |name: &str| -> Option<f64> {
        let number: f64 = headers.get(name)?.to_str().ok()?.trim().parse().ok()?;
        (number.is_finite() && number >= 0.0).then_some(number)
    };
    let reset = Duration::try_from_secs_f64(number("x-ratelimit-reset")?).ok()?;
    Some(Quota {
        limit: number("x-ratelimit-limit")?,
        remaining: number("x-ratelimit-remaining")?,
        reset: (reset <= LONGEST_RESET).then_some(reset)?,
    })
}

/// A greater `X-RateLimit-Reset` is a date of some other convention.
const LONGEST_RESET: Duration = Duration::from_secs(3600);

fn seconds(text: &str) -> Option<Duration> {
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    Duration::try_from_secs_f64(text.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn the_wait_is_read_in_every_form() {
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        let later = "Sun, 06 Nov 1994 08:50:07 GMT";
        for (given, wait) in [
            (vec![], None),
            (vec![("retry-after", "30")], seconds(30)),
            (vec![("retry-after", " 0 ")], seconds(0)),
            (vec![("retry-after", later), ("date", date)], seconds(30)),
            (vec![("retry-after", date), ("date", later)], seconds(0)),
            (vec![("retry-after", later)], None),
            (vec![("retry-after", "soon")], None),
            (vec![("retry-after", "-5")], None),
            (vec![("x-ratelimit-reset", "7")], seconds(7)),
            (vec![("x-ratelimit-reset", "1794355200")], None),
            (
                vec![("retry-after", "2"), ("x-ratelimit-reset", "7")],
                seconds(2),
            ),
        ] {
            assert_eq!(asked_wait(&headers(&given)), wait, "{given:?}");
        }
    }

    #[test]
    fn jitter_stays_in_its_bounds_and_repeats_itself() {
        let waits = |seed| {
            FullJitter::new(Duration::from_millis(250), Duration::from_secs(2), 6, seed)
                .collect::<Vec<_>>()
        };
        assert_eq!(waits(7), waits(7));
        assert_ne!(waits(7), waits(8));
        for seed in 0..200 {
            let bounds = [250, 500, 1000, 2000, 2000];
            let waits = waits(seed);
            assert_eq!(waits.len(), bounds.len());
            for (wait, bound) in waits.iter().zip(bounds) {
                assert!(*wait < Duration::from_millis(bound));
            }
        }
    }

    #[test]
    fn what_is_left_is_read_as_a_whole_or_not_at_all() {
        let three = |limit, remaining, reset| {
            headers(&[
                ("x-ratelimit-limit", limit),
                ("x-ratelimit-remaining", remaining),
                ("x-ratelimit-reset", reset),
            ])
        };
        let read = quota(&three("100", "7", "2")).unwrap();
        assert_eq!((read.limit, read.remaining), (100.0, 7.0));
        assert_eq!(read.reset, Duration::from_secs(2));
        assert_eq!(quota(&headers(&[("x-ratelimit-limit", "100")])), None);
        for wrong in ["-1", "soon", "NaN", "inf"] {
            assert_eq!(quota(&three("100", wrong, "2")), None, "{wrong}");
        }
        // A date of some other convention.
        assert_eq!(quota(&three("100", "7", "1794355200")), None);
    }

    #[test]
    fn a_budget_runs_out_and_grows_back_slowly() {
        let budget = RetryBudget::new(2);
        budget.give_back();
        assert!(budget.take());
        assert!(budget.take());
        assert!(!budget.take());
        for _ in 0..9 {
            budget.give_back();
        }
        assert!(!budget.take());
        budget.give_back();
        assert!(budget.take());
    }

    /// The table of the module's documentation, cell by cell.
    #[test]
    fn the_retry_table() {
        let call = || "POST …/links of west".to_owned();
        let refused = |status: u16| ApiError::Refused {
            call: call(),
            status: StatusCode::from_u16(status).unwrap(),
            code: None,
            message: String::new(),
            needs: "",
            retry_after: None,
        };
        let transport = |error| ApiError::Transport {
            call: call(),
            error,
        };
        let why = String::new;
        let timeout = |sent| {
            transport(TransportError::Timeout {
                after: Duration::ZERO,
                sent,
            })
        };
        let reset = |sent| transport(TransportError::Reset { sent, why: why() });
        let rows = [
            (transport(TransportError::Connect { why: why() }), "aaa"),
            (timeout(false), "aaa"),
            (reset(false), "aaa"),
            (refused(429), "aaa"),
            (refused(408), "aa?"),
            (refused(500), "aa?"),
            (refused(502), "aa?"),
            (refused(503), "aa?"),
            (refused(504), "aa?"),
            (timeout(true), "a??"),
            (reset(true), "a??"),
            (
                transport(TransportError::Slow {
                    after: Duration::ZERO,
                    bytes: 1,
                }),
                "a??",
            ),
            (transport(TransportError::TooLarge { limit: 1 }), "e??"),
            (
                ApiError::Unintelligible {
                    call: call(),
                    reason: why(),
                },
                "e??",
            ),
            (
                ApiError::OtherCluster {
                    call: call(),
                    own: why(),
                    other: why(),
                },
                "e??",
            ),
            (transport(TransportError::Tls { why: why() }), "eee"),
            (transport(TransportError::Invalid { why: why() }), "eee"),
            (refused(400), "eee"),
            (refused(401), "eee"),
            (refused(403), "eee"),
            (refused(404), "eee"),
            (refused(409), "eee"),
            (refused(501), "eee"),
        ];
        for (error, expected) in rows {
            let found: String = [Class::Safe, Class::Idempotent, Class::Once]
                .map(|class| {
                    if again(class, &error) {
                        'a'
                    } else if settle(class, error.clone()).is_ambiguous() {
                        '?'
                    } else {
                        'e'
                    }
                })
                .iter()
                .collect();
            assert_eq!(found, expected, "{error}");
        }
    }
}
