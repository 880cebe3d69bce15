//! What the server's error words mean, and how to fix them.

use crate::address::LinkName;
use crate::live::{LinkError, MirrorError, TaskErrorCode, TaskProblem};

/// What a link's error means, as a sentence without its end.
#[must_use]
pub fn link_error_words(error: &LinkError) -> String {
    match error {
        LinkError::NoError => "the link is healthy",
        LinkError::Unknown => "the server does not know what is wrong with the link",
        LinkError::Authentication => "the other cluster refuses the link's credentials",
        LinkError::UnresolvableBootstrap => "the link's bootstrap server cannot be resolved",
        LinkError::InvalidBootstrapInternalEndpoint => {
            "the link's bootstrap server is an internal endpoint"
        }
        LinkError::BootstrapTcpConnectionFailed => {
            "the link cannot connect to its bootstrap server (TCP)"
        }
        LinkError::Timeout => "the link's requests to the other cluster time out",
        LinkError::Other(word) => return format!("the link reports {word}"),
    }
    .to_owned()
}

/// How to fix a link's error.
#[must_use]
pub fn link_error_help(error: Option<&LinkError>) -> &'static str {
    match error {
        Some(LinkError::Authentication) => {
            "check that the API key exists and has access to the other cluster, then rotate the credentials: raise `credentials.generation`, or apply with `--rotate LINK`"
        }
        Some(
            LinkError::UnresolvableBootstrap
            | LinkError::InvalidBootstrapInternalEndpoint
            | LinkError::BootstrapTcpConnectionFailed,
        ) => {
            "compare `bootstrap_servers` of the other cluster with what its Kafka clients use, and check the network between the clusters"
        }
        Some(LinkError::Timeout) => {
            "check that the other cluster is up and that the network between the clusters allows the connection"
        }
        Some(LinkError::Unknown | LinkError::NoError | LinkError::Other(_)) | None => {
            "check that the other cluster is up; if the error persists, contact Confluent support with the link's id"
        }
    }
}

/// The help with the link's own name in its commands, if the name can stand in a command as it is.
#[must_use]
pub fn for_link(help: &str, link: &LinkName) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    if link.as_str().starts_with('-') || !link.as_str().chars().all(plain) {
        return help.to_owned();
    }
    help.replace("--rotate LINK", &format!("--rotate {link}"))
        .replace("status LINK", &format!("status {link}"))
}

/// Why a mirror topic failed, as a sentence without its end.
#[must_use]
pub fn mirror_error_words(error: &MirrorError) -> String {
    match error {
        MirrorError::SourceTopicMayBeDeleted => "its source topic may have been deleted",
        MirrorError::SourceTopicIdChanged => "its source topic was deleted and recreated",
        MirrorError::SourcePartitionsDecreased => {
            "its source topic has fewer partitions than before"
        }
        MirrorError::NonMonotonicLogAppendEpoch => "the epochs in its log decreased",
        MirrorError::UnexpectedTruncation => "the source lost records that had already been copied",
        MirrorError::UnsupportedMessageFormat => {
            "the source topic has messages in the old format v0 or v1"
        }
        MirrorError::NonMonotonicSourceEpoch => "the epochs of the source decreased",
        MirrorError::IllegalState => "the server reached an illegal state",
        MirrorError::UnsupportedMirrorState => "the server does not support the requested state",
        MirrorError::Unknown | MirrorError::NotSet | MirrorError::NoError => {
            "the server gives no reason"
        }
        MirrorError::Other(word) => return format!("the server says {word}"),
    }
    .to_owned()
}

/// How to fix a problem of a link's task or of a mirror topic's transition.
#[must_use]
pub fn task_problem_help(problem: &TaskProblem) -> &'static str {
    match problem.code {
        TaskErrorCode::Authentication | TaskErrorCode::BrokerAuthentication => {
            "rotate the link's credentials: raise `credentials.generation`, or apply with `--rotate LINK`"
        }
        TaskErrorCode::Authorization | TaskErrorCode::BrokerAuthorization => {
            "grant the link's principal the ACLs that the feature needs (ACL sync: DESCRIBE on the source cluster and ALTER on the destination)"
        }
        TaskErrorCode::Misconfiguration => {
            "the feature is on and incomplete, usually without filters: add filters to its section"
        }
        TaskErrorCode::ConsumerGroupInUse => {
            "stop the consumers of this group at the destination, or exclude the group from `consumer_offset_sync`"
        }
        TaskErrorCode::RemoteLinkNotFound | TaskErrorCode::LinkNotFound => {
            "the other half of the link is gone: declare both halves, or retire this one"
        }
        TaskErrorCode::SecurityDisabled => {
            "the cluster has no authorizer and so no ACLs: remove `acl_sync`"
        }
        TaskErrorCode::AclLimitExceeded => {
            "narrow the filters of `acl_sync`, or delete unused ACLs on the destination"
        }
        TaskErrorCode::TopicExists => {
            "the mirror topic's name is taken: exclude the topic from `auto_create_mirrors`, or free the name"
        }
        TaskErrorCode::PolicyViolation | TaskErrorCode::InvalidTopic => {
            "the destination does not allow such a topic: exclude it from `auto_create_mirrors`"
        }
        TaskErrorCode::UnknownTopicOrPartition | TaskErrorCode::RemoteMirrorNotFound => {
            "a topic no longer exists: remove it from the spec, or recreate it"
        }
        TaskErrorCode::Unknown
        | TaskErrorCode::NoError
        | TaskErrorCode::Internal
        | TaskErrorCode::LinkCoordinatorNotEnabled
        | TaskErrorCode::SuppressedErrors
        | TaskErrorCode::InvalidRequest
        | TaskErrorCode::Other(_) => {
            "check the link's tasks with `linkwright status LINK`; if the error persists, contact Confluent support"
        }
    }
}

/// What to do about a promotion that waits for lag.
pub const LAG_HOLDS_UP: &str = "stop the producers at the source: a promotion ends when everything is copied; if the source is lost, write `state: failed-over`";

/// What to do about a promotion that waits for consumer groups.
pub const GROUPS_HOLD_UP: &str =
    "stop their consumers until the promotion is done, or exclude them from `consumer_offset_sync`";
