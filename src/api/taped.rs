//! Clients that keep what they are answered, and clients that answer from that: see [`super::recording`].

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::{Method, StatusCode};
use linkwright_clock::Clock;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::client::{Client, Settings};
use super::error::ApiError;
use super::recording::{Answer, Failed, Recording, Tape};
use super::request::Request;
use super::retry::RetryBudget;
use super::transport::{Transport, TransportError};

/// Whether a cluster that is declared lost answers at all.
const ANSWERS: &str = "answers";

impl Client {
    /// Keeps what comes of each call that reads from now on.
    pub fn record(&self) {
        // A client that answers from a recording has nothing to add to it.
        drop(self.tape().set(Tape::Write(Mutex::default())));
    }

    /// What was kept so far; nothing where nothing is.
    #[must_use]
    pub fn recording(&self) -> Recording {
        match self.tape().get() {
            Some(Tape::Write(kept)) => {
                let kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                kept.clone()
            }
            Some(Tape::Read(recording)) => recording.clone(),
            None => Recording::default(),
        }
    }

    /// A client that answers from a recording. A call that is not in it fails with [`ApiError::NotRecorded`], and so
    /// does every write.
    #[must_use]
    pub fn of_recording(settings: Settings, recording: Recording) -> Self {
        let client = Self::new(settings, Arc::new(Nowhere), Arc::new(RetryBudget::new(0)));
        drop(client.tape().set(Tape::Read(recording)));
        client
    }

    /// What comes of a call: from the recording if there is one, otherwise of `call`, which is kept where answers
    /// are.
    pub(super) async fn taped<T: Serialize + DeserializeOwned>(
        &self,
        request: &Request,
        call: impl Future<Output = Result<T, ApiError>>,
    ) -> Result<T, ApiError> {
        // What writes comes to no answer that would hold later.
        let tape = self.tape().get().filter(|_| request.method == Method::GET);
        match tape {
            None => call.await,
            Some(Tape::Read(recording)) => self.answer(request, recording),
            Some(Tape::Write(kept)) => {
                let result = call.await;
                let answer = match &result {
                    Ok(read) => serde_json::to_value(read)
                        .ok()
                        .map(|read| Answer::Read(self.without_secrets(read))),
                    Err(error) => failed(error).map(Answer::Failed),
                };
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(answer) = answer {
                    keep(&mut kept.0, request.target(), answer);
                }
                result
            }
        }
    }

    fn answer<T: DeserializeOwned>(
        &self,
        request: &Request,
        recording: &Recording,
    ) -> Result<T, ApiError> {
        if let Some(name) = request.unaddressable() {
            return Err(ApiError::Unaddressable {
                call: self.call(request),
                name: name.to_owned(),
            });
        }
        match recording.0.get(&request.target()) {
            Some(Answer::Read(read)) => T::deserialize(read)
                .map_err(|error| self.unintelligible(request, error.to_string())),
            Some(Answer::Failed(failed)) => Err(error_of(failed.clone(), self, request)),
            None => Err(self.not_recorded(request)),
        }
    }

    pub(super) fn not_recorded(&self, request: &Request) -> ApiError {
        ApiError::NotRecorded {
            call: self.call(request),
        }
    }

    /// Whether all answers come from a recording.
    pub(super) fn is_recorded(&self) -> bool {
        matches!(self.tape().get(), Some(Tape::Read(_)))
    }

    /// Whether the cluster answered when it was recorded, if this is a recording.
    pub(super) fn recorded_answers(&self) -> Option<bool> {
        match self.tape().get()? {
            Tape::Write(_) => None,
            Tape::Read(recording) => {
                Some(recording.0.get(ANSWERS) == Some(&Answer::Read(Value::Bool(true))))
            }
        }
    }

    pub(super) fn record_answers(&self, answers: bool) {
        if let Some(Tape::Write(kept)) = self.tape().get() {
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            let answer = Answer::Read(Value::Bool(answers));
            kept.0.insert(ANSWERS.to_owned(), answer);
        }
    }

    /// The same without the secrets that were sent: a server may quote one.
    fn without_secrets(&self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.scrub(&text)),
            Value::Array(items) => {
                let items = items.into_iter().map(|item| self.without_secrets(item));
                Value::Array(items.collect())
            }
            Value::Object(fields) => {
                let fields = fields.into_iter();
                let fields = fields.map(|(name, value)| (name, self.without_secrets(value)));
                Value::Object(fields.collect())
            }
            other => other,
        }
    }
}

/// Keeps what came of a call. An answer that was read is better than a later failure of the same call.
fn keep(kept: &mut BTreeMap<String, Answer>, call: String, answer: Answer) {
    let is_read = |answer: &Answer| matches!(answer, Answer::Read(_));
    if is_read(&answer) || !kept.get(&call).is_some_and(is_read) {
        kept.insert(call, answer);
    }
}

/// None for an error that no read ends with, and one that needs no call.
fn failed(error: &ApiError) -> Option<Failed> {
    Some(match error {
        ApiError::Refused {
            status,
            code,
            message,
            ..
        } => Failed::Refused {
            status: status.as_u16(),
            code: *code,
            message: message.clone(),
        },
        ApiError::Transport { error, .. } => Failed::Unanswered {
            error: error.clone(),
        },
        ApiError::Unintelligible { reason, .. } => Failed::Unintelligible {
            reason: reason.clone(),
        },
        ApiError::OtherCluster { other, .. } => Failed::OtherCluster {
            other: other.clone(),
        },
        ApiError::Token {
            issuer,
            reason,
            refused,
            ..
        } => Failed::Token {
            issuer: issuer.clone(),
            reason: reason.clone(),
            refused: *refused,
        },
        ApiError::Ambiguous { .. }
        | ApiError::NotRecorded { .. }
        | ApiError::Withheld { .. }
        | ApiError::Unaddressable { .. } => return None,
    })
}

/// The error that a failed call ends with again.
fn error_of(failed: Failed, client: &Client, request: &Request) -> ApiError {
    let call = client.call(request);
    match failed {
        Failed::Refused {
            status,
            code,
            message,
        } => ApiError::Refused {
            call,
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            code,
            message,
            needs: request.needs,
            retry_after: None,
        },
        Failed::Unanswered { error } => ApiError::Transport { call, error },
        Failed::Unintelligible { reason } => ApiError::Unintelligible { call, reason },
        Failed::OtherCluster { other } => ApiError::OtherCluster {
            call,
            own: client.id().to_string(),
            other,
        },
        Failed::Token {
            issuer,
            reason,
            refused,
        } => ApiError::Token {
            call,
            issuer,
            reason,
            refused,
        },
    }
}

/// The way to nowhere.
struct Nowhere;

impl Transport for Nowhere {
    fn send(
        &self,
        _request: http::Request<bytes::Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<bytes::Bytes>, TransportError>> {
        let why = "a snapshot is no cluster".to_owned();
        async { Err(TransportError::Connect { why }) }.boxed()
    }

    fn clock(&self) -> Clock {
        Clock::wall()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_kept_over_a_later_failure_and_not_the_other_way_round() {
        let failed = || {
            Answer::Failed(Failed::Unintelligible {
                reason: "half of it".to_owned(),
            })
        };
        let read = |value: u8| Answer::Read(value.into());
        let mut kept = BTreeMap::new();
        for (answer, wanted) in [
            (failed(), failed()),
            (read(1), read(1)),
            (failed(), read(1)),
            (read(2), read(2)),
        ] {
            keep(&mut kept, "links".to_owned(), answer);
            assert_eq!(kept["links"], wanted);
        }
    }
}
