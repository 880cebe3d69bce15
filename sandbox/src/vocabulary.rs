//! Words of the real service that appear on the wire, in world files and in the saved state.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What software a cluster runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ClusterKind {
    /// Confluent Cloud.
    #[default]
    ConfluentCloud,
    /// Confluent Platform (Confluent Server).
    ConfluentPlatform,
    /// Apache Kafka: can be the source of a link, holds no link itself.
    ApacheKafka,
}

/// The Cloud cluster type. Basic and Standard cannot be destinations and cannot initiate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Tier {
    /// Basic.
    Basic,
    /// Standard.
    Standard,
    /// Enterprise.
    Enterprise,
    /// Freight: links neither lead to it nor from it, unless the switch `freight` says so.
    Freight,
    /// Dedicated.
    #[default]
    Dedicated,
}

/// `link.mode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LinkMode {
    /// The half on the cluster that holds the mirrors.
    #[default]
    Destination,
    /// The half on the source of a source-initiated link.
    Source,
    /// Either half of a bidirectional link.
    Bidirectional,
}

impl LinkMode {
    /// The name on the wire.
    pub(crate) fn name(self) -> &'static str {
        match self {
            LinkMode::Destination => "DESTINATION",
            LinkMode::Source => "SOURCE",
            LinkMode::Bidirectional => "BIDIRECTIONAL",
        }
    }
}

/// `connection.mode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConnectionMode {
    /// This half connects to the other cluster.
    #[default]
    Outbound,
    /// The other half connects to this one.
    Inbound,
}

impl ConnectionMode {
    /// The name on the wire.
    pub(crate) fn name(self) -> &'static str {
        match self {
            ConnectionMode::Outbound => "OUTBOUND",
            ConnectionMode::Inbound => "INBOUND",
        }
    }
}

/// `mirror_status`: the twelve values of the OpenAPI document.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MirrorStatus {
    /// Mirroring.
    Active,
    /// Can mirror no more.
    Failed,
    /// The link has failed.
    LinkFailed,
    /// The link is paused.
    LinkPaused,
    /// Paused by a call on this topic.
    Paused,
    /// Promote or failover accepted, not finished.
    PendingStopped,
    /// The source cannot be reached.
    SourceUnavailable,
    /// An ordinary writable topic; the row is history.
    Stopped,
    /// Being set up.
    PendingMirror,
    /// A reverse operation drains the last records.
    PendingSynchronize,
    /// truncate-and-restore, first phase: finding what to cut.
    PendingSetupForRestore,
    /// truncate-and-restore, second phase: cutting.
    PendingRestore,
}

impl MirrorStatus {
    /// All values, in the order of the OpenAPI document.
    pub const ALL: [MirrorStatus; 12] = [
        MirrorStatus::Active,
        MirrorStatus::Failed,
        MirrorStatus::LinkFailed,
        MirrorStatus::LinkPaused,
        MirrorStatus::Paused,
        MirrorStatus::PendingStopped,
        MirrorStatus::SourceUnavailable,
        MirrorStatus::Stopped,
        MirrorStatus::PendingMirror,
        MirrorStatus::PendingSynchronize,
        MirrorStatus::PendingSetupForRestore,
        MirrorStatus::PendingRestore,
    ];

    /// The name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            MirrorStatus::Active => "ACTIVE",
            MirrorStatus::Failed => "FAILED",
            MirrorStatus::LinkFailed => "LINK_FAILED",
            MirrorStatus::LinkPaused => "LINK_PAUSED",
            MirrorStatus::Paused => "PAUSED",
            MirrorStatus::PendingStopped => "PENDING_STOPPED",
            MirrorStatus::SourceUnavailable => "SOURCE_UNAVAILABLE",
            MirrorStatus::Stopped => "STOPPED",
            MirrorStatus::PendingMirror => "PENDING_MIRROR",
            MirrorStatus::PendingSynchronize => "PENDING_SYNCHRONIZE",
            MirrorStatus::PendingSetupForRestore => "PENDING_SETUP_FOR_RESTORE",
            MirrorStatus::PendingRestore => "PENDING_RESTORE",
        }
    }

    /// The status of a wire name.
    #[must_use]
    pub fn parse(name: &str) -> Option<MirrorStatus> {
        MirrorStatus::ALL
            .into_iter()
            .find(|status| status.name() == name)
    }

    /// The `state_category` under which a link counts the mirror.
    #[must_use]
    pub(crate) fn category(self) -> &'static str {
        match self {
            MirrorStatus::Active => "ACTIVE",
            MirrorStatus::Paused | MirrorStatus::LinkPaused => "PAUSED",
            MirrorStatus::Failed | MirrorStatus::LinkFailed | MirrorStatus::SourceUnavailable => {
                "IN_ERROR"
            }
            MirrorStatus::PendingStopped
            | MirrorStatus::PendingMirror
            | MirrorStatus::PendingSynchronize
            | MirrorStatus::PendingSetupForRestore
            | MirrorStatus::PendingRestore => "PENDING",
            MirrorStatus::Stopped => "NOT_APPLICABLE",
        }
    }
}

/// `link_state`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LinkState {
    /// In contact.
    Active,
    /// Failed for good.
    Failed,
    /// No contact for longer than the availability checks allow.
    Unavailable,
    /// `cluster.link.paused` is true.
    Paused,
    /// Not known yet.
    Unknown,
}

impl LinkState {
    /// The name on the wire.
    pub(crate) fn name(self) -> &'static str {
        match self {
            LinkState::Active => "ACTIVE",
            LinkState::Failed => "FAILED",
            LinkState::Unavailable => "UNAVAILABLE",
            LinkState::Paused => "PAUSED",
            LinkState::Unknown => "UNKNOWN",
        }
    }
}

/// `link_error`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LinkError {
    /// The server cannot say.
    Unknown,
    /// Wrong key or secret.
    AuthenticationError,
    /// The bootstrap name does not resolve.
    UnresolvableBootstrapError,
    /// The bootstrap address is not one the link may use.
    InvalidBootstrapInternalEndpointError,
    /// The bootstrap address refuses connections.
    BootstrapTcpConnectionFailedError,
    /// The other cluster does not answer.
    TimeoutError,
}

impl LinkError {
    /// The name on the wire.
    pub(crate) fn name(self) -> &'static str {
        match self {
            LinkError::Unknown => "UNKNOWN",
            LinkError::AuthenticationError => "AUTHENTICATION_ERROR",
            LinkError::UnresolvableBootstrapError => "UNRESOLVABLE_BOOTSTRAP_ERROR",
            LinkError::InvalidBootstrapInternalEndpointError => {
                "INVALID_BOOTSTRAP_INTERNAL_ENDPOINT_ERROR"
            }
            LinkError::BootstrapTcpConnectionFailedError => "BOOTSTRAP_TCP_CONNECTION_FAILED_ERROR",
            LinkError::TimeoutError => "TIMEOUT_ERROR",
        }
    }

    /// The text next to it.
    pub(crate) fn message(self) -> &'static str {
        match self {
            LinkError::Unknown => "The cluster link is in an unknown state.",
            LinkError::AuthenticationError => "Please check your api key and secret",
            LinkError::UnresolvableBootstrapError => {
                "Please check your bootstrap servers: no address could be resolved"
            }
            LinkError::InvalidBootstrapInternalEndpointError => {
                "Please check your bootstrap servers: the endpoint is internal"
            }
            LinkError::BootstrapTcpConnectionFailedError => {
                "Unable to connect to the remote cluster's bootstrap servers"
            }
            LinkError::TimeoutError => "Timed out connecting to the remote cluster",
        }
    }
}

/// `mirror_topic_error`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MirrorError {
    /// Nothing is wrong.
    #[default]
    NoError,
    /// The source topic is missing.
    SourceTopicMayBeDeleted,
    /// The source topic was deleted and created again.
    SourceTopicIdChanged,
    /// The source topic has fewer partitions than before.
    SourcePartitionsDecreased,
    /// The source's leader epochs went backwards in its log.
    NonMonotonicLogAppendEpoch,
    /// The source was truncated below what was copied.
    UnexpectedTruncation,
    /// The source holds records in an old format.
    UnsupportedMessageFormat,
    /// The source's leader epochs went backwards.
    NonMonotonicSourceEpoch,
    /// The mirror is in a state it should not be in.
    IllegalState,
    /// The mirror is in a state this server does not support.
    UnsupportedMirrorState,
}

impl MirrorError {
    /// The name on the wire.
    pub(crate) fn name(self) -> &'static str {
        match self {
            MirrorError::NoError => "NO_ERROR",
            MirrorError::SourceTopicMayBeDeleted => "SOURCE_TOPIC_MAY_BE_DELETED",
            MirrorError::SourceTopicIdChanged => "SOURCE_TOPIC_ID_CHANGED",
            MirrorError::SourcePartitionsDecreased => "SOURCE_PARTITIONS_DECREASED",
            MirrorError::NonMonotonicLogAppendEpoch => "NON_MONOTONIC_LOG_APPEND_EPOCH",
            MirrorError::UnexpectedTruncation => "UNEXPECTED_TRUNCATION",
            MirrorError::UnsupportedMessageFormat => "UNSUPPORTED_MESSAGE_FORMAT",
            MirrorError::NonMonotonicSourceEpoch => "NON_MONOTONIC_SOURCE_EPOCH",
            MirrorError::IllegalState => "ILLEGAL_STATE",
            MirrorError::UnsupportedMirrorState => "UNSUPPORTED_MIRROR_STATE",
        }
    }
}

/// What a REST principal may do; the roles of the security documentation, made coarse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Everything (CloudClusterAdmin and above, or ALTER on the cluster).
    #[default]
    Admin,
    /// Reads everything, promotes and fails over (ClusterOperator with ResourceOwner on topics).
    Operator,
    /// Reads everything (DESCRIBE on cluster and topics).
    Reader,
    /// Authenticates and may do nothing.
    Nobody,
}

/// What a link's own principal may read on the remote cluster.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum LinkPermission {
    /// READ and DESCRIBE_CONFIGS on topics: without it nothing is mirrored.
    Topics,
    /// DESCRIBE on groups: needed for offset sync.
    Groups,
    /// DESCRIBE on the cluster: needed for ACL sync.
    Acls,
    /// ALTER on the cluster: needed to reverse and to restore.
    Alter,
}

impl LinkPermission {
    /// All of them.
    pub(crate) const ALL: [LinkPermission; 4] = [
        LinkPermission::Topics,
        LinkPermission::Groups,
        LinkPermission::Acls,
        LinkPermission::Alter,
    ];
}

/// A client that makes links.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Maker {
    /// OpenTofu or Terraform with Confluent's provider.
    Terraform,
    /// The Confluent CLI.
    Cli,
    /// The Cloud Console. Of a recorded link `connection.mode` is not set; what else it sends is not
    /// known, and taken to be the least.
    Console,
    /// Confluent for Kubernetes.
    Cfk,
    /// Confluent's migration tool.
    Kcp,
}

impl Maker {
    /// All of them.
    pub const ALL: [Maker; 5] = [
        Maker::Terraform,
        Maker::Cli,
        Maker::Console,
        Maker::Cfk,
        Maker::Kcp,
    ];
}
