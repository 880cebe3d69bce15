//! What accounts must be permitted so that a spec can be planned, applied and kept to: [`of`], from the desired
//! state alone.
//!
//! There are three kinds of accounts on a cluster: the key of jobs that only read, the key of the job that
//! applies, and what links authenticate as. The lists are the smallest that do: a permission that another one
//! includes is left out.

mod account;
mod jobs;
mod links;
mod needs;
mod rules;
mod sync;

use std::collections::BTreeSet;
use std::fmt;

pub use account::{Account, AccountKind, Identity};

use crate::address::{ClusterId, ClusterName, HalfAddress};
use crate::catalog::filters::{NamePattern, Operation, PatternType};
use crate::desired::{ClusterKind, Desired};
use needs::Needs;

/// What is asked for in addition to what the spec needs as it is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Also {
    /// What promoting and failing over the declared mirror topics needs.
    pub failover: bool,
}

/// Everything that a spec needs, by cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Permissions {
    /// The clusters, in order of name. One on which nothing is needed is left out.
    pub clusters: Vec<OnCluster>,
    /// What to know about them.
    pub notes: Vec<Note>,
}

/// What is needed on one cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnCluster {
    /// The cluster's name in the spec.
    pub name: ClusterName,
    /// Its id.
    pub id: ClusterId,
    /// The kind of cluster.
    pub kind: ClusterKind,
    /// Where Kafka clients connect.
    pub bootstrap_servers: Option<String>,
    /// The accounts and what each needs.
    pub accounts: Vec<AccountNeeds>,
}

/// What one account needs on one cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountNeeds {
    /// The account.
    pub account: Account,
    /// What it must be permitted, in order.
    pub grants: Vec<Grant>,
}

impl AccountNeeds {
    /// The permissions, those on one resource together.
    #[must_use]
    pub fn by_resource(&self) -> Vec<&[Grant]> {
        let same = |a: &Grant, b: &Grant| a.resource == b.resource;
        self.grants.chunk_by(same).collect()
    }
}

/// One ACL that allows something from any host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// What it is about.
    pub resource: Resource,
    /// The operation.
    pub operation: Operation,
    /// What it is for.
    pub purposes: BTreeSet<Purpose>,
}

/// What a permission is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resource {
    /// The cluster itself.
    Cluster,
    /// Topics.
    Topics(NamePattern),
    /// Consumer groups.
    Groups(NamePattern),
}

impl Resource {
    fn every_topic() -> Self {
        Self::Topics(NamePattern::literal("*"))
    }

    fn every_group() -> Self {
        Self::Groups(NamePattern::literal("*"))
    }

    /// The API's word for its type.
    #[must_use]
    pub fn type_word(&self) -> &'static str {
        match self {
            Self::Cluster => "CLUSTER",
            Self::Topics(_) => "TOPIC",
            Self::Groups(_) => "GROUP",
        }
    }

    /// The name in an ACL.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Cluster => "kafka-cluster",
            Self::Topics(pattern) | Self::Groups(pattern) => &pattern.name,
        }
    }

    /// The pattern type in an ACL.
    #[must_use]
    pub fn pattern_type(&self) -> PatternType {
        match self {
            Self::Cluster => PatternType::Literal,
            Self::Topics(pattern) | Self::Groups(pattern) => pattern.pattern_type,
        }
    }

    fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Cluster, Self::Cluster) => true,
            (Self::Topics(own), Self::Topics(other)) | (Self::Groups(own), Self::Groups(other)) => {
                own.covers(other)
            }
            _ => false,
        }
    }
}

/// `the cluster`, `topic orders`, `topics orders.*`.
impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (one, many, pattern) = match self {
            Self::Cluster => return f.write_str("the cluster"),
            Self::Topics(pattern) => ("topic", "topics", pattern),
            Self::Groups(pattern) => ("consumer group", "consumer groups", pattern),
        };
        let is_one = pattern.pattern_type == PatternType::Literal && pattern.name != "*";
        write!(f, "{} {pattern}", if is_one { one } else { many })
    }
}

/// What a permission is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// To read links, their configs and tasks, and mirror topics.
    ReadLinks,
    /// To read ACLs, before ACL sync is turned on.
    ReadAcls,
    /// To list topics and mirror topics: a list shows only what may be described.
    ListTopics,
    /// To list consumer groups and what they have committed.
    ListGroups,
    /// To create, change and delete links.
    WriteLinks,
    /// To create, pause and resume mirror topics.
    WriteMirrors,
    /// To reverse and restore mirror topics.
    TurnMirrors,
    /// To promote mirror topics and fail them over.
    StopMirrors,
    /// To copy topics with their configs.
    Mirror,
    /// To sync consumer offsets.
    SyncOffsets,
    /// To sync ACLs.
    SyncAcls,
    /// To let a mirror topic and its source trade places.
    Reverse,
    /// To open a link from the source to the destination.
    Connect,
    /// Not to be deleted on the destination by the ACL sync of this link, which makes the ACLs there equal to
    /// those of the source.
    KeepOn(HalfAddress),
}

/// Something to know about what is needed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Note {
    /// ACL sync of this link deletes ACLs that Linkwright's own accounts need on the destination, unless the
    /// source has them too.
    DeletedBySync(HalfAddress),
    /// Nothing is known of the account that reads the source for this half: the brokers connect as themselves.
    ReadByBrokers(HalfAddress),
    /// To promote or fail over mirror topics later, more is needed.
    FailoverNeedsMore,
}

/// Everything that a spec needs.
#[must_use]
pub fn of(desired: &Desired, also: Also) -> Permissions {
    let mut needs = Needs::default();
    let mut notes = BTreeSet::new();
    jobs::add(desired, also, &mut needs);
    links::add(desired, &mut needs, &mut notes);
    needs.reduce();
    sync::add(desired, &mut needs, &mut notes);
    if !also.failover && jobs::may_fail_over(desired) {
        notes.insert(Note::FailoverNeedsMore);
    }
    Permissions {
        clusters: needs.into_clusters(desired),
        notes: notes.into_iter().collect(),
    }
}
