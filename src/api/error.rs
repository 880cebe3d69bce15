//! What came instead of an answer: [`ApiError`], and every judgement about it.
//!
//! Whether something can be tried again, is absent, or exists already is decided here and nowhere
//! else, because the servers' own codes contradict each other; each judgement names its evidence.

use std::time::Duration;

use http::StatusCode;

use super::transport::TransportError;
use super::wire;

/// Why a call failed. Its text is complete in itself: it names the call, and
/// holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// The server answered with an error.
    #[error("{call}: {}", refusal(*.status, *.code, .message, .needs))]
    Refused {
        /// The call, such as `GET …/links of west`.
        call: String,
        /// The HTTP status.
        status: StatusCode,
        /// The API's own code; `None` when the answer is not the API's (a proxy's, a gateway's).
        code: Option<i64>,
        /// The server's words; may be empty.
        message: String,
        /// What the call needs permission for, such as `DESCRIBE on the cluster`.
        needs: &'static str,
        /// How long the server asks to wait.
        retry_after: Option<Duration>,
    },
    /// No answer came, and the call did nothing or changes nothing.
    #[error("{call}: {error}")]
    Transport {
        /// The call.
        call: String,
        /// What went wrong.
        error: TransportError,
    },
    /// A write may have been done or not: look before repeating it.
    #[error("{call}: the outcome is unknown: {reason}")]
    Ambiguous {
        /// The call.
        call: String,
        /// Why that is not known.
        reason: String,
    },
    /// An answer came that is not of the API's shape.
    #[error("{call}: cannot parse the response: {reason}")]
    Unintelligible {
        /// The call.
        call: String,
        /// What is wrong with it.
        reason: String,
    },
    /// An answer came that names another cluster than was asked.
    #[error("{call}: {}", other_cluster(.own, .other))]
    OtherCluster {
        /// The call.
        call: String,
        /// The id of the cluster that was asked.
        own: String,
        /// The id that the answer names.
        other: String,
    },
    /// No token could be had, so the call was not made.
    #[error("{call}: cannot get an access token from {issuer}: {reason}")]
    Token {
        /// The call.
        call: String,
        /// Who was asked, without anything secret.
        issuer: String,
        /// What went wrong there.
        reason: String,
        /// Whether the issuer refused the credentials, or could not be asked.
        refused: bool,
    },
    /// The client answers from a recording, which has no answer to this call.
    #[error("{call}: {NOT_RECORDED}")]
    NotRecorded {
        /// The call.
        call: String,
    },
    /// A write that was not sent, because it may not be sent now ([`WriteGate`](super::WriteGate)).
    #[error("{call}: not sent: {why}")]
    Withheld {
        /// The call.
        call: String,
        /// Why.
        why: String,
    },
    /// A name that no path can carry; the call was not made.
    #[error("{call}: the API cannot address the name `{name}`")]
    Unaddressable {
        /// The call.
        call: String,
        /// The name.
        name: String,
    },
}

const NOT_RECORDED: &str = "the snapshot has no answer to this call";

fn other_cluster(own: &str, other: &str) -> String {
    format!("the response is of cluster {other}, not of {own}")
}

/// `409 Conflict (code 40902): A cluster link already exists`.
fn refusal(status: StatusCode, code: Option<i64>, message: &str, needs: &str) -> String {
    let mut words = status.to_string();
    if let Some(code) = code.filter(|code| *code != i64::from(status.as_u16())) {
        words.push_str(&format!(" (code {code})"));
    }
    if !message.is_empty() {
        words.push_str(": ");
        words.push_str(message);
    }
    if is_about_permissions(status, code, message) && !needs.is_empty() {
        words.push_str(&format!(" (the call needs {needs})"));
    }
    if status == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
        words.push_str(
            " (this is the response of a proxy, not of the cluster: put its user name and password into \
             HTTPS_PROXY or HTTP_PROXY, or list the host in NO_PROXY)",
        );
    }
    if code.is_none() && status == StatusCode::NOT_FOUND {
        words.push_str(
            " (this is not a response of the Kafka REST API; check the REST endpoint: it has /kafka/v3 on \
             Confluent Cloud and Confluent Server, /v3 on the REST Proxy)",
        );
    }
    words
}

/// Whether a refusal says that a permission is missing. Confluent Platform also answers 403 to deleting a link
/// that has mirrors (kcp), with another code.
fn is_about_permissions(status: StatusCode, code: Option<i64>, message: &str) -> bool {
    status == StatusCode::FORBIDDEN
        && (code == Some(40_301) || message.to_ascii_lowercase().contains("authoriz"))
}

impl ApiError {
    /// The call that was made, such as `GET …/links of west`.
    #[must_use]
    pub fn call(&self) -> &str {
        match self {
            Self::Refused { call, .. }
            | Self::Transport { call, .. }
            | Self::Ambiguous { call, .. }
            | Self::Unintelligible { call, .. }
            | Self::OtherCluster { call, .. }
            | Self::Token { call, .. }
            | Self::NotRecorded { call }
            | Self::Withheld { call, .. }
            | Self::Unaddressable { call, .. } => call,
        }
    }

    /// The error without the call it happened in.
    #[must_use]
    pub fn reason(&self) -> String {
        match self {
            Self::Refused {
                status,
                code,
                message,
                needs,
                ..
            } => refusal(*status, *code, message, needs),
            Self::Transport { error, .. } => error.to_string(),
            Self::Ambiguous { reason, .. } => format!("the outcome is unknown: {reason}"),
            Self::Unintelligible { reason, .. } => {
                format!("cannot parse the response: {reason}")
            }
            Self::OtherCluster { own, other, .. } => other_cluster(own, other),
            Self::Token { issuer, reason, .. } => {
                format!("cannot get an access token from {issuer}: {reason}")
            }
            Self::NotRecorded { .. } => NOT_RECORDED.to_owned(),
            Self::Withheld { why, .. } => format!("not sent: {why}"),
            Self::Unaddressable { name, .. } => {
                format!("the API cannot address the name `{name}`")
            }
        }
    }

    /// The HTTP status, if the server answered.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Refused { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// The server's words, if it gave any.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        match self {
            Self::Refused { message, .. } if !message.is_empty() => Some(message),
            _ => None,
        }
    }

    /// How long the server asks to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Whether the same call may fare better a little later, and does no harm if it is made again:
    /// too many requests, the server's own failures, no connection.
    ///
    /// An [`ApiError::Ambiguous`] is not: look first.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Refused { status, .. } => is_transient(*status),
            Self::Transport { error, .. } => match error {
                TransportError::Connect { .. }
                | TransportError::Timeout { .. }
                | TransportError::Slow { .. }
                | TransportError::Reset { .. } => true,
                TransportError::Tls { .. }
                | TransportError::TooLarge { .. }
                | TransportError::Invalid { .. } => false,
            },
            Self::Token { refused, .. } => !refused,
            Self::OtherCluster { .. } => true,
            Self::Ambiguous { .. }
            | Self::Unintelligible { .. }
            | Self::NotRecorded { .. }
            | Self::Withheld { .. }
            | Self::Unaddressable { .. } => false,
        }
    }

    /// Whether a write may have been done nevertheless.
    #[must_use]
    pub fn is_ambiguous(&self) -> bool {
        matches!(self, Self::Ambiguous { .. })
    }

    /// Whether what was addressed does not exist: a 404 of the API's own. A 404 without the API's
    /// error body speaks of a wrong endpoint, not of a missing link.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.is_refused_with(StatusCode::NOT_FOUND)
            && matches!(self, Self::Refused { code: Some(_), .. })
            && !self.already_exists()
    }

    /// Whether the server may not know this call at all: a 404 or 405, whoever sent it.
    #[must_use]
    pub fn may_lack_the_call(&self) -> bool {
        self.is_refused_with(StatusCode::NOT_FOUND)
            || self.is_refused_with(StatusCode::METHOD_NOT_ALLOWED)
    }

    /// Whether what was to be created is there: a 409, or any 4xx whose text says so. The OpenAPI
    /// document has a link's "already exists" with error code 404, kcp expects a 409, topics answer
    /// 400/40002. A GET is the judge of whether it is the *wanted* thing that exists.
    ///
    /// "prefix already exists" (kcp) is about another link, and so is not meant.
    #[must_use]
    pub fn already_exists(&self) -> bool {
        match self {
            Self::Refused {
                status, message, ..
            } => {
                let message = message.to_ascii_lowercase();
                !message.contains("prefix already exists")
                    && (*status == StatusCode::CONFLICT
                        || (status.is_client_error() && message.contains("already exist")))
            }
            _ => false,
        }
    }

    /// Whether the call came too soon after a link was created, before every broker knows of it:
    /// kcp saw a 404 "Unable to resolve cluster link information for X" when creating a mirror, and a
    /// 400 "… destination cluster does not have a link named X" when creating the outbound half.
    ///
    /// Both pass within seconds. A caller that did not just create the link must not wait for it.
    #[must_use]
    pub fn is_not_visible_yet(&self) -> bool {
        match self {
            Self::Refused {
                status, message, ..
            } => {
                let message = message.to_ascii_lowercase();
                status.is_client_error()
                    && (message.contains("unable to resolve cluster link information")
                        || message.contains("does not have a link named"))
            }
            _ => false,
        }
    }

    /// Whether the credentials were refused: a 401, or no token for them.
    #[must_use]
    pub fn is_auth(&self) -> bool {
        self.is_refused_with(StatusCode::UNAUTHORIZED)
            || matches!(self, Self::Token { refused: true, .. })
    }

    /// Whether the principal may not do it, or the server forbids it for another reason: Confluent
    /// Platform answers 403 to deleting a link that has mirrors (kcp).
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.is_refused_with(StatusCode::FORBIDDEN)
    }

    /// Whether the server has no such call: it is older than the call, or a proxy bars it.
    #[must_use]
    pub fn is_unsupported(&self) -> bool {
        self.is_refused_with(StatusCode::METHOD_NOT_ALLOWED)
            || self.is_refused_with(StatusCode::NOT_IMPLEMENTED)
    }

    /// Whether the server was asked more than it allows (429).
    #[must_use]
    pub fn is_too_many(&self) -> bool {
        self.is_refused_with(StatusCode::TOO_MANY_REQUESTS)
    }

    fn is_refused_with(&self, wanted: StatusCode) -> bool {
        matches!(self, Self::Refused { status, .. } if *status == wanted)
    }
}

/// Whether a status means a transient error: 429, 408 (the API's timeout) and every 5xx but 501.
pub(super) fn is_transient(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT
    ) || (status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED)
}

/// Why the server refused one topic of a batch.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} (code {code})")]
pub struct TopicRefusal {
    /// The server's code.
    pub code: i64,
    /// The server's words, or ours where it gave none.
    pub message: String,
}

impl TopicRefusal {
    /// Whether the same may fare better a little later: what Kafka calls retriable (50003), a broker that
    /// is not available (50302), a quota (42901), a timeout (REST Proxy's codes).
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(
            self.code,
            408 | 429 | 503 | 40_801 | 42_901 | 50_003 | 50_302
        )
    }

    /// Whether the mirror was stopped before: the OpenAPI document has a 400 "Topic 'x' has already
    /// stopped its mirror from 'y'". For a promote or failover that is an end, not a failure.
    #[must_use]
    pub fn is_already_stopped(&self) -> bool {
        let message = self.message.to_ascii_lowercase();
        message.contains("already stopped")
    }
}

impl wire::AlterMirror {
    /// Whether the server accepted the verb for this topic. Accepted means queued: the mirror status
    /// must be read to know when it is done.
    ///
    /// # Errors
    /// The server's refusal.
    pub fn accepted(&self) -> Result<(), TopicRefusal> {
        match (self.error_code, self.error_message.as_deref()) {
            (None | Some(0), None | Some("")) | (Some(0), Some(_)) => Ok(()),
            (code, message) => Err(TopicRefusal {
                code: code.unwrap_or_default(),
                message: message
                    .filter(|message| !message.is_empty())
                    .unwrap_or("the server gives no reason")
                    .to_owned(),
            }),
        }
    }
}
