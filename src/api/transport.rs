//! The one door to the network: [`Transport`], and [`TransportError`] for what goes wrong there.
//!
//! [`Net`](super::Net) is the real one. [`InProcess`](super::InProcess) hands requests to a service
//! in this process, so that tests and the embedded sandbox need no socket and can go by virtual time.

use std::error::Error;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
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

/// Why no answer came.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
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
            Self::TooLarge { .. } => true,
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
