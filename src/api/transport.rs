//! The one door to the network: [`Transport`], and [`TransportError`] for what goes wrong there.
//!
//! [`Net`](super::Net) is the real one. [`InProcess`](super::InProcess) hands requests to a service
//! in this process, so that tests and the embedded sandbox need no socket and can go by virtual time.

use std::error::Error;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::future::BoxFuture;
use futures_util::{Stream, TryStreamExt};
use linkwright_clock::Clock;

/// Carries one request and brings the whole answer, bounded in size.
///
/// A transport neither retries, nor follows redirects, nor adds credentials.
pub trait Transport: Send + Sync {
    /// Sends the request. An answer of any status is an answer; errors are for when none came.
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>>;

    /// The time that the other end lives in. Everything that is timed on this way goes by it: the
    /// pace, timeouts, the waits before retries, and those of a run.
    fn clock(&self) -> Clock {
        Clock::wall()
    }
}

/// How long the other end may be silent; in the extensions of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Silence {
    /// Until the first byte of the answer.
    pub first: Duration,
    /// From one part of the answer to the next. An answer that has come for so long must have come at
    /// [`SLOWEST`] or more.
    pub next: Duration,
}

impl Default for Silence {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(20),
            next: Duration::from_secs(20),
        }
    }
}

/// An answer that comes more slowly than this, in bytes per second, is not waited for.
pub const SLOWEST: f64 = 1000.0;

impl Silence {
    /// What the request says.
    pub(super) fn of(request: &http::Request<Bytes>) -> Option<Self> {
        request.extensions().get().copied()
    }

    /// What an answer begins with, if it begins in time.
    pub(super) async fn first<T>(
        self,
        clock: &Clock,
        answer: impl Future<Output = Result<T, TransportError>>,
    ) -> Result<T, TransportError> {
        let late = |_| TransportError::Timeout {
            after: self.first,
            sent: true,
        };
        clock.timeout(self.first, answer).await.map_err(late)?
    }

    /// The whole body, part by part, if it is no larger than that and comes in time.
    pub(super) async fn whole(
        self,
        clock: &Clock,
        limit: usize,
        announced: usize,
        parts: impl Stream<Item = Result<Bytes, TransportError>> + Send,
    ) -> Result<Bytes, TransportError> {
        let mut parts = std::pin::pin!(parts);
        let began = clock.now();
        let mut whole = BytesMut::with_capacity(announced.min(FIRST_ALLOCATION));
        loop {
            let due = began + Duration::from_secs_f64(whole.len() as f64 / SLOWEST).max(self.next);
            let since = clock.now();
            let wait = due.saturating_duration_since(since).min(self.next);
            let part = match clock.timeout(wait, parts.try_next()).await {
                Ok(part) => part?,
                Err(_) if clock.since(since) < self.next / 2 => {
                    return Err(TransportError::Slow {
                        after: clock.since(began),
                        bytes: whole.len(),
                    });
                }
                Err(_) => {
                    return Err(TransportError::Timeout {
                        after: self.next,
                        sent: true,
                    });
                }
            };
            let Some(part) = part else {
                return Ok(whole.freeze());
            };
            if whole.len() + part.len() > limit {
                return Err(TransportError::TooLarge { limit });
            }
            whole.extend_from_slice(&part);
        }
    }
}

/// What a server announces is believed up to here; more room is made as bytes really come.
const FIRST_ALLOCATION: usize = 32 << 20;

/// Why no answer came.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    thiserror::Error,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(tag = "error", rename_all = "kebab-case")]
pub enum TransportError {
    /// No connection: nothing was sent.
    #[error("cannot connect: {why}")]
    Connect {
        /// The causes, from the outside in.
        why: String,
    },
    /// No trust between the two ends: the server never saw the request.
    #[error("TLS failed: {why}")]
    Tls {
        /// The causes, from the outside in.
        why: String,
    },
    /// No answer in time.
    #[error("no response within {} s", after.as_secs_f64())]
    Timeout {
        /// How long was waited.
        after: Duration,
        /// Whether the server may have seen the request.
        sent: bool,
    },
    /// The answer comes too slowly to wait for.
    #[error(
        "the response was not complete after {} s: {bytes} bytes came, less than 1 kB a second",
        after.as_secs()
    )]
    Slow {
        /// How long it has come.
        after: Duration,
        /// How much of it came.
        bytes: usize,
    },
    /// The connection broke.
    #[error("the connection was lost: {why}")]
    Reset {
        /// Whether the server may have seen the request.
        sent: bool,
        /// The causes, from the outside in.
        why: String,
    },
    /// The answer is larger than we are ready to hold.
    #[error("the response is larger than {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The request itself could not be made into HTTP: nothing was sent.
    #[error("cannot send: {why}")]
    Invalid {
        /// What is wrong with it.
        why: String,
    },
}

impl TransportError {
    /// Whether the server may have seen the request, so that a write may have been done.
    #[must_use]
    pub fn may_have_arrived(&self) -> bool {
        match self {
            Self::Connect { .. } | Self::Tls { .. } | Self::Invalid { .. } => false,
            Self::Timeout { sent, .. } | Self::Reset { sent, .. } => *sent,
            Self::TooLarge { .. } | Self::Slow { .. } => true,
        }
    }
}

/// An error with its causes in one line, each said once, without the library's own wrapping.
pub(super) fn causes(error: &dyn Error) -> String {
    const WRAPPING: [&str; 3] = [
        "error sending request",
        "client error (Connect)",
        "client error (SendRequest)",
    ];
    let mut words = String::new();
    let mut next = Some(error);
    while let Some(cause) = next {
        let cause_words = cause.to_string();
        if !WRAPPING.contains(&cause_words.as_str()) && !words.contains(&cause_words) {
            if !words.is_empty() {
                words.push_str(": ");
            }
            words.push_str(&cause_words);
        }
        next = cause.source();
    }
    if words.is_empty() {
        error.to_string()
    } else {
        words
    }
}
