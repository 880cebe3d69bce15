//! What clusters answered, so that it can be asked again without them: [`Recording`].
//!
//! A client that [records](super::Client::record) keeps what came of each call that reads; one that is made of a
//! [recording](super::Client::of_recording) answers from it, and calls nothing. Only what Linkwright takes from an answer is
//! kept, as text without secrets: fields that it does not know never get into a recording.

use std::collections::BTreeMap;
use std::sync::Mutex;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::transport::TransportError;

/// What one cluster answered, by call: path and query below the cluster, such as `links/dr/configs`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Recording(pub BTreeMap<String, Answer>);

/// What came of a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// The rows of a list, one object, or null where there is none of that name.
    Read(Value),
    /// No answer, or an error.
    Failed(Failed),
}

/// Why a call was not answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Failed {
    /// The server answered with an error.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The API's own code, if the answer was the API's.
        code: Option<i64>,
        /// The server's words.
        message: String,
    },
    /// No answer came.
    Unanswered {
        /// What went wrong.
        error: TransportError,
    },
    /// The answer was not of the API's shape.
    Unintelligible {
        /// What is wrong with it.
        reason: String,
    },
    /// The answer was of another cluster.
    OtherCluster {
        /// The id that it names.
        other: String,
    },
    /// There was no access token.
    Token {
        /// Who was asked.
        issuer: String,
        /// What went wrong there.
        reason: String,
        /// Whether the credentials were refused.
        refused: bool,
    },
}

/// What a client does with answers.
pub(super) enum Tape {
    /// It keeps them.
    Write(Mutex<Recording>),
    /// It has these and no others.
    Read(Recording),
}
