//! Facts about link halves: [`LinkFact`], their configs and their tasks.

use crate::catalog::names;
use std::collections::BTreeMap;

use super::open_words;
use crate::address::{ClusterId, LinkName};

/// A link object as the cluster that holds it lists it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct LinkFact {
    /// Its name; empty for `UNMANAGED_SOURCE` remnants.
    pub name: LinkName,
    /// The link's UUID, shared by both halves of a pair.
    pub link_id: Option<String>,
    /// Set when the holding cluster is the destination. Old servers may leave it out.
    pub source: Option<ClusterId>,
    /// Set when the holding cluster is the source of a source-initiated link.
    pub destination: Option<ClusterId>,
    /// Set for bidirectional links. Confluent Cloud sets it on one-way links too, so that it says nothing
    /// about the mode.
    pub remote: Option<ClusterId>,
    /// May pass through several values before `ACTIVE`, and `PAUSED` can be deliberate: health is
    /// judged by `error`. Old servers leave it out.
    pub state: Option<LinkState>,
    /// What is wrong with the connection. Old servers leave it out, which counts as healthy.
    pub error: Option<LinkError>,
    /// The server's text for `error`.
    pub error_message: Option<String>,
    /// How many mirror topics the link has.
    pub topic_count: usize,
}

impl LinkFact {
    /// Whether the server reports nothing wrong with the connection: no error, or `NO_ERROR`.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        matches!(self.error, None | Some(LinkError::NoError))
            && !matches!(
                self.state,
                Some(LinkState::Failed | LinkState::Unavailable | LinkState::UnmanagedSource)
            )
    }
}

impl LinkFact {
    /// Its mode: its config `link.mode`, and where the server does not show that, which of the ids of
    /// source and destination it gives. `None` where it gives neither.
    #[must_use]
    pub fn mode(&self, configs: &BTreeMap<String, ConfigFact>) -> Option<LinkMode> {
        let shown = configs
            .get(names::LINK_MODE)
            .and_then(|fact| fact.value.as_deref())
            .map(str::trim)
            .filter(|word| !word.is_empty());
        match (shown, &self.source, &self.destination) {
            (Some(word), ..) => Some(LinkMode::from_word(&word.to_ascii_uppercase())),
            (None, Some(_), None) => Some(LinkMode::Destination),
            (None, None, Some(_)) => Some(LinkMode::Source),
            (None, ..) => None,
        }
    }

    /// The cluster at the other end of a link of this mode, where the server names it.
    #[must_use]
    pub fn other_end(&self, mode: &LinkMode) -> Option<&ClusterId> {
        match mode {
            LinkMode::Destination => self.source.as_ref(),
            // Before Confluent Platform 7.1 the destination's id was where the source's is.
            LinkMode::Source => self.destination.as_ref().or(self.source.as_ref()),
            LinkMode::Bidirectional => self.remote.as_ref(),
            LinkMode::Other(_) => None,
        }
    }
}

open_words! {
    /// Which way the data of a link half goes.
    LinkMode {
        /// To the cluster that holds the half.
        Destination = "DESTINATION",
        /// From it.
        Source = "SOURCE",
        /// Both ways.
        Bidirectional = "BIDIRECTIONAL",
    }
}

open_words! {
    /// The state of a link half.
    LinkState {
        /// It works.
        Active = "ACTIVE",
        /// It has failed.
        Failed = "FAILED",
        /// The other cluster has not been reached for some minutes.
        Unavailable = "UNAVAILABLE",
        /// Someone paused it.
        Paused = "PAUSED",
        /// The server does not know.
        Unknown = "UNKNOWN",
        /// A remnant on Confluent Platform after the other half was deleted.
        UnmanagedSource = "UNMANAGED_SOURCE",
    }
}

open_words! {
    /// What is wrong with a link half's connection.
    LinkError {
        /// The server does not know.
        Unknown = "UNKNOWN",
        /// Nothing.
        NoError = "NO_ERROR",
        /// The credentials were refused.
        Authentication = "AUTHENTICATION_ERROR",
        /// The bootstrap name does not resolve.
        UnresolvableBootstrap = "UNRESOLVABLE_BOOTSTRAP_ERROR",
        /// The bootstrap address is an internal endpoint.
        InvalidBootstrapInternalEndpoint = "INVALID_BOOTSTRAP_INTERNAL_ENDPOINT_ERROR",
        /// No TCP connection.
        BootstrapTcpConnectionFailed = "BOOTSTRAP_TCP_CONNECTION_FAILED_ERROR",
        /// No answer in time.
        Timeout = "TIMEOUT_ERROR",
    }
}

/// One entry of a link's configs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigFact {
    /// The value. Always `None` for a sensitive entry, and for one that is not set.
    pub value: Option<String>,
    /// Whether it has its default. A sensitive entry that was set says `false`.
    pub is_default: bool,
    /// Whether the server takes no change of it.
    pub is_read_only: bool,
    /// Whether its value is a secret and never read back.
    pub is_sensitive: bool,
}

/// One background task of a link half.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskFact {
    /// Such as `AclSync`; more may exist than we know.
    pub name: String,
    /// How it does.
    pub state: TaskState,
    /// What is wrong, in the server's words.
    pub problems: Vec<TaskProblem>,
}

/// An error of a task or of a mirror's transition.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TaskProblem {
    /// The server's code.
    pub code: TaskErrorCode,
    /// The server's words.
    pub message: String,
}

open_words! {
    /// The state of a link's task.
    TaskState {
        /// The server does not know.
        Unknown = "UNKNOWN",
        /// It works.
        Active = "ACTIVE",
        /// It fails; its problems say why.
        InError = "IN_ERROR",
        /// Its feature is off.
        NotConfigured = "NOT_CONFIGURED",
        /// The link has failed.
        LinkFailed = "LINK_FAILED",
        /// The other cluster cannot be reached.
        LinkUnavailable = "LINK_UNAVAILABLE",
        /// The link is paused.
        LinkPaused = "LINK_PAUSED",
    }
}

open_words! {
    /// Error codes of tasks and of mirror transitions.
    TaskErrorCode {
        /// The server does not know.
        Unknown = "UNKNOWN",
        /// Nothing is wrong.
        NoError = "NO_ERROR",
        /// A fault of the server.
        Internal = "INTERNAL_ERROR",
        /// The credentials were refused.
        Authentication = "AUTHENTICATION_ERROR",
        /// A broker refused the credentials.
        BrokerAuthentication = "BROKER_AUTHENTICATION_ERROR",
        /// The feature is on and lacks what it needs, such as a filter.
        Misconfiguration = "MISCONFIGURATION_ERROR",
        /// The other half is gone.
        RemoteLinkNotFound = "REMOTE_LINK_NOT_FOUND_ERROR",
        /// This half is gone.
        LinkNotFound = "LINK_NOT_FOUND_ERROR",
        /// A synced group is consuming at the destination.
        ConsumerGroupInUse = "CONSUMER_GROUP_IN_USE_ERROR",
        /// The link's principal lacks a right.
        Authorization = "AUTHORIZATION_ERROR",
        /// The link's principal lacks a right at a broker.
        BrokerAuthorization = "BROKER_AUTHORIZATION_ERROR",
        /// The cluster has no authoriser.
        SecurityDisabled = "SECURITY_DISABLED_ERROR",
        /// The mirror's name is taken.
        TopicExists = "TOPIC_EXISTS_ERROR",
        /// A policy forbids it.
        PolicyViolation = "POLICY_VIOLATION_ERROR",
        /// The server lacks a part it needs.
        LinkCoordinatorNotEnabled = "LINK_COORDINATOR_NOT_ENABLED_ERROR",
        /// The destination holds as many ACLs as it may.
        AclLimitExceeded = "ACL_LIMIT_EXCEEDED",
        /// The mirror on the other cluster is gone.
        RemoteMirrorNotFound = "REMOTE_MIRROR_NOT_FOUND_ERROR",
        /// The topic is gone.
        UnknownTopicOrPartition = "UNKNOWN_TOPIC_OR_PARTITION_ERROR",
        /// The topic's name is not allowed.
        InvalidTopic = "INVALID_TOPIC",
        /// There are more errors than the server reports.
        SuppressedErrors = "SUPPRESSED_ERRORS",
        /// The server refused a request of the task's.
        InvalidRequest = "INVALID_REQUEST_ERROR",
    }
}
