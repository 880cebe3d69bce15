//! The request log, for tests that assert what was called.

use crate::fault::RouteKind;
use serde::{Deserialize, Serialize};

/// One request that reached a cluster's REST API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedRequest {
    /// Its number, from 1, in order of arrival.
    pub number: u64,
    /// Virtual time, milliseconds since 1970.
    pub at_ms: i64,
    /// Method.
    pub method: String,
    /// Path as sent.
    pub path: String,
    /// Query as sent, without the question mark; empty if there was none.
    pub query: String,
    /// Cluster id in the path; empty if there was none.
    pub cluster: String,
    /// Route name, such as `links.create`; `unknown` for a path that is none.
    pub route: String,
    /// Whether the route only reads.
    pub kind: RouteKind,
    /// Status of the answer; 0 if the connection was dropped instead.
    pub status: u16,
    /// Whether a fault changed or delayed the answer.
    pub faulted: bool,
}
