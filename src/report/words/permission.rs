//! Words for permissions: whom they are for, what they are for, and what to know about them.

use crate::address::ClusterName;
use crate::catalog::filters::{Operation, PatternType};
use crate::desired::ClusterKind;
use crate::permissions::{Account, AccountKind, Identity, Note, Purpose, Resource};

/// Whose account it is.
#[must_use]
pub fn account(account: &Account, on: &ClusterName) -> String {
    let whose = match &account.kind {
        AccountKind::Reader => "the key of jobs that only read: plan, drift, status".to_owned(),
        AccountKind::Writer => "the key of the job that applies".to_owned(),
        AccountKind::Link {
            credentials,
            halves,
        } => {
            let halves: Vec<String> = halves.iter().map(ToString::to_string).collect();
            format!("the account of {} ({credentials})", halves.join(", "))
        }
    };
    match account.cluster == *on {
        true => whose,
        false => format!("{whose}; for cluster {}", account.cluster),
    }
}

/// What is known of its principal: an ACL's principal, in a shell's words.
#[must_use]
pub fn principal(account: &Account) -> String {
    match &account.identity {
        Identity::Known(name) => format!("User:{name}"),
        Identity::InVariable(name) => format!("User:${name}"),
        Identity::Unknown => format!("User:${}", account.name),
    }
}

/// What must be put in its place, where the spec does not say the principal.
#[must_use]
pub fn placeholder(account: &Account, kind: ClusterKind) -> Option<&'static str> {
    match (&account.identity, kind) {
        (Identity::Known(_) | Identity::InVariable(_), _) => None,
        (Identity::Unknown, ClusterKind::ConfluentCloud) => Some("the service account, sa-…"),
        (Identity::Unknown, _) => Some("the user, or the subject of the certificate"),
    }
}

/// The role that Confluent documents for the same, where it documents one.
#[must_use]
pub fn roles(account: &Account, purposes: &[&Purpose], kind: ClusterKind) -> Vec<&'static str> {
    let is_kept = purposes.iter().all(|it| matches!(it, Purpose::KeepOn(_)));
    if kind != ClusterKind::ConfluentCloud || is_kept {
        return Vec::new();
    }
    let has = |wanted: &[Purpose]| purposes.iter().any(|purpose| wanted.contains(purpose));
    match &account.kind {
        AccountKind::Writer if has(&[Purpose::WriteLinks]) => vec!["CloudClusterAdmin"],
        AccountKind::Reader | AccountKind::Writer => vec!["ClusterOperator"],
        AccountKind::Link { .. } if has(&[Purpose::Connect, Purpose::Reverse]) => {
            vec!["CloudClusterAdmin"]
        }
        AccountKind::Link { .. } => {
            let mut roles = Vec::new();
            if has(&[Purpose::Mirror]) {
                roles.push("DeveloperRead and DeveloperManage on these topics");
            }
            if has(&[Purpose::SyncOffsets]) {
                roles.push("DeveloperRead on these consumer groups");
            }
            roles
        }
    }
}

/// What a permission is for.
#[must_use]
pub fn purpose(purpose: &Purpose) -> String {
    match purpose {
        Purpose::ReadLinks => "reads links, their configs and tasks, and mirror topics".to_owned(),
        Purpose::ReadAcls => "reads the ACLs that ACL sync would copy or delete".to_owned(),
        Purpose::ListTopics => "lists topics and mirror topics".to_owned(),
        Purpose::ListGroups => "lists consumer groups".to_owned(),
        Purpose::WriteLinks => "creates, changes and deletes links".to_owned(),
        Purpose::WriteMirrors => "creates, pauses and resumes mirror topics".to_owned(),
        Purpose::TurnMirrors => "reverses and restores mirror topics".to_owned(),
        Purpose::StopMirrors => "promotes mirror topics and fails them over".to_owned(),
        Purpose::Mirror => "copies these topics and their configs".to_owned(),
        Purpose::SyncOffsets => "syncs consumer offsets".to_owned(),
        Purpose::SyncAcls => "syncs ACLs".to_owned(),
        Purpose::Reverse => "reverses mirror topics".to_owned(),
        Purpose::Connect => "opens the link from the source".to_owned(),
        Purpose::KeepOn(half) => {
            format!("ACL sync of {half} deletes it there unless it is here too")
        }
    }
}

/// What to know.
#[must_use]
pub fn note(note: &Note) -> String {
    match note {
        Note::DeletedBySync(half) => format!(
            "ACL sync of {half} makes the ACLs of the destination equal to those of the source, and its filters \
             select ACLs of Linkwright's own accounts. They are listed for the source too, so that they stay. To \
             give no rights on the source, use roles (they are not synced) or narrower filters"
        ),
        Note::ReadByBrokers(half) => format!(
            "the spec has no credentials with which {half} reads its source: the brokers there connect as \
             themselves, and no ACL is listed for it"
        ),
        Note::FailoverNeedsMore => {
            "to promote mirror topics or fail them over later, the applying key needs ALTER on them too: list it with \
             --for-failover, and grant it before it is needed"
                .to_owned()
        }
    }
}

/// An operation in the API's words, such as `DESCRIBE_CONFIGS`.
#[must_use]
pub fn operation(operation: Operation) -> String {
    operation.word().to_ascii_uppercase()
}

/// A pattern type in the API's words.
#[must_use]
pub fn pattern_type(resource: &Resource) -> &'static str {
    match resource.pattern_type() {
        PatternType::Literal => "LITERAL",
        PatternType::Prefixed => "PREFIXED",
    }
}

/// A kind of cluster, as people call it.
#[must_use]
pub fn cluster_kind(kind: ClusterKind) -> &'static str {
    match kind {
        ClusterKind::ConfluentCloud => "Confluent Cloud",
        ClusterKind::ConfluentPlatform => "Confluent Platform",
        ClusterKind::ApacheKafka => "Apache Kafka",
    }
}
