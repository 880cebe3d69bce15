//! Live facts and names in a saved plan.

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::address::{Address, HalfAddress};
use crate::diagnostic::Place;
use crate::live::{
    AclFact, LinkError, LinkFact, LinkState, MirrorError, MirrorFact, MirrorStatus, PartitionLag,
    Unread, UnreadKind,
};

/// What an operation is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddressV1 {
    /// The holding cluster's name in the spec.
    pub cluster: String,
    /// The link.
    pub link: String,
    /// The mirror topic, if one is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mirror: Option<String>,
}

impl AddressV1 {
    pub(super) fn from_plan(address: &Address) -> Self {
        let (cluster, link) = match address.half() {
            Some(half) => (&half.cluster, half.link.to_string()),
            None => (address.cluster(), String::new()),
        };
        Self {
            cluster: cluster.to_string(),
            link,
            mirror: address.mirror().map(ToString::to_string),
        }
    }

    pub(super) fn to_plan(&self) -> Address {
        let half = HalfAddress {
            cluster: self.cluster.as_str().into(),
            link: self.link.as_str().into(),
        };
        match &self.mirror {
            None => Address::Half(half),
            Some(mirror) => Address::Mirror(half, mirror.as_str().into()),
        }
    }
}

impl fmt::Display for AddressV1 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.to_plan(), f)
    }
}

/// A place in the spec.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceV1 {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// First byte and one past the last byte.
    pub span: (usize, usize),
}

impl PlaceV1 {
    pub(super) fn from_plan(place: &Place) -> Self {
        let Place {
            file,
            span,
            line,
            column,
        } = place;
        Self {
            file: file.to_string(),
            line: *line,
            column: *column,
            span: *span,
        }
    }

    pub(super) fn to_plan(&self) -> Place {
        Place {
            file: Arc::from(self.file.as_str()),
            span: self.span,
            line: self.line,
            column: self.column,
        }
    }
}

/// A link's row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkV1 {
    /// Its name.
    pub name: String,
    /// Its UUID.
    pub link_id: Option<String>,
    /// The source cluster's id.
    pub source: Option<String>,
    /// The destination cluster's id.
    pub destination: Option<String>,
    /// The other cluster's id.
    pub remote: Option<String>,
    /// Its state.
    pub state: Option<String>,
    /// Its error.
    pub error: Option<String>,
    /// The server's words for it.
    pub error_message: Option<String>,
    /// How many mirror topics it has.
    pub topic_count: usize,
}

impl LinkV1 {
    pub(super) fn from_plan(row: &LinkFact) -> Self {
        let LinkFact {
            name,
            link_id,
            source,
            destination,
            remote,
            state,
            error,
            error_message,
            topic_count,
        } = row;
        Self {
            name: name.to_string(),
            link_id: link_id.clone(),
            source: source.as_ref().map(ToString::to_string),
            destination: destination.as_ref().map(ToString::to_string),
            remote: remote.as_ref().map(ToString::to_string),
            state: state.as_ref().map(ToString::to_string),
            error: error.as_ref().map(ToString::to_string),
            error_message: error_message.clone(),
            topic_count: *topic_count,
        }
    }

    pub(super) fn to_plan(&self) -> LinkFact {
        LinkFact {
            name: self.name.as_str().into(),
            link_id: self.link_id.clone(),
            source: self.source.as_deref().map(Into::into),
            destination: self.destination.as_deref().map(Into::into),
            remote: self.remote.as_deref().map(Into::into),
            state: self.state.as_deref().map(LinkState::from_word),
            error: self.error.as_deref().map(LinkError::from_word),
            error_message: self.error_message.clone(),
            topic_count: self.topic_count,
        }
    }
}

/// A mirror topic's row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MirrorV1 {
    /// The link it is on.
    pub link: String,
    /// Its own name.
    pub topic: String,
    /// Its source topic.
    pub source_topic: String,
    /// How many partitions it has.
    pub partitions: u32,
    /// Its status.
    pub status: String,
    /// When it took that status: milliseconds since 1970.
    pub since_ms: i64,
    /// Why it failed.
    pub error: Option<String>,
    /// Lag by partition.
    pub lags: Vec<LagV1>,
}

/// The lag of one partition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LagV1 {
    /// The partition.
    pub partition: i32,
    /// Messages behind.
    pub lag: i64,
    /// The last source offset fetched.
    pub last_source_fetch_offset: i64,
}

impl MirrorV1 {
    pub(super) fn from_plan(row: &MirrorFact) -> Self {
        let MirrorFact {
            link,
            topic,
            source_topic,
            partitions,
            status,
            since_ms,
            error,
            // Read for a stuck mirror alone, never for a plan.
            transition_problems: _,
            lags,
        } = row;
        Self {
            link: link.to_string(),
            topic: topic.to_string(),
            source_topic: source_topic.to_string(),
            partitions: *partitions,
            status: status.to_string(),
            since_ms: *since_ms,
            error: error.as_ref().map(ToString::to_string),
            lags: lags
                .iter()
                .map(|lag| LagV1 {
                    partition: lag.partition,
                    lag: lag.lag,
                    last_source_fetch_offset: lag.last_source_fetch_offset,
                })
                .collect(),
        }
    }

    pub(super) fn to_plan(&self) -> MirrorFact {
        MirrorFact {
            link: self.link.as_str().into(),
            topic: self.topic.as_str().into(),
            source_topic: self.source_topic.as_str().into(),
            partitions: self.partitions,
            status: MirrorStatus::from_word(&self.status),
            since_ms: self.since_ms,
            error: self.error.as_deref().map(MirrorError::from_word),
            transition_problems: Vec::new(),
            lags: self
                .lags
                .iter()
                .map(|lag| PartitionLag {
                    partition: lag.partition,
                    lag: lag.lag,
                    last_source_fetch_offset: lag.last_source_fetch_offset,
                })
                .collect(),
        }
    }
}

/// An ACL binding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AclV1 {
    /// The resource's type.
    pub resource_type: String,
    /// The resource's name or prefix.
    pub resource_name: String,
    /// `LITERAL` or `PREFIXED`.
    pub pattern_type: String,
    /// The principal.
    pub principal: String,
    /// The host.
    pub host: String,
    /// The operation.
    pub operation: String,
    /// `ALLOW` or `DENY`.
    pub permission: String,
}

impl AclV1 {
    pub(super) fn from_plan(acl: &AclFact) -> Self {
        let AclFact {
            resource_type,
            resource_name,
            pattern_type,
            principal,
            host,
            operation,
            permission,
        } = acl.clone();
        Self {
            resource_type,
            resource_name,
            pattern_type,
            principal,
            host,
            operation,
            permission,
        }
    }

    pub(super) fn to_plan(&self) -> AclFact {
        let Self {
            resource_type,
            resource_name,
            pattern_type,
            principal,
            host,
            operation,
            permission,
        } = self.clone();
        AclFact {
            resource_type,
            resource_name,
            pattern_type,
            principal,
            host,
            operation,
            permission,
        }
    }
}

/// Why something could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnreadV1 {
    /// What was asked for.
    pub what: String,
    /// What came instead.
    pub reason: String,
    /// The kind of failure.
    pub kind: UnreadKindV1,
}

/// The kinds of failure to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UnreadKindV1 {
    /// No connection, or no answer in time.
    Unreachable,
    /// The credentials were refused.
    Unauthenticated,
    /// The principal may not read it.
    Forbidden,
    /// The server failed.
    ServerFailure,
    /// The answer could not be understood.
    Unintelligible,
    /// The spec gives no REST endpoint.
    NoEndpoint,
}

impl UnreadV1 {
    pub(super) fn from_plan(unread: &Unread) -> Self {
        let Unread { what, reason, kind } = unread;
        Self {
            what: what.clone(),
            reason: reason.clone(),
            kind: match kind {
                UnreadKind::Unreachable => UnreadKindV1::Unreachable,
                UnreadKind::Unauthenticated => UnreadKindV1::Unauthenticated,
                UnreadKind::Forbidden => UnreadKindV1::Forbidden,
                UnreadKind::ServerFailure => UnreadKindV1::ServerFailure,
                UnreadKind::Unintelligible => UnreadKindV1::Unintelligible,
                UnreadKind::NoEndpoint => UnreadKindV1::NoEndpoint,
            },
        }
    }

    pub(super) fn to_plan(&self) -> Unread {
        Unread {
            what: self.what.clone(),
            reason: self.reason.clone(),
            kind: match self.kind {
                UnreadKindV1::Unreachable => UnreadKind::Unreachable,
                UnreadKindV1::Unauthenticated => UnreadKind::Unauthenticated,
                UnreadKindV1::Forbidden => UnreadKind::Forbidden,
                UnreadKindV1::ServerFailure => UnreadKind::ServerFailure,
                UnreadKindV1::Unintelligible => UnreadKind::Unintelligible,
                UnreadKindV1::NoEndpoint => UnreadKind::NoEndpoint,
            },
        }
    }
}
