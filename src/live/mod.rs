//! What the clusters said: [`Snapshot`], types only.
//!
//! A snapshot holds facts and says of each whether it was read. What could not be read is
//! [`Reading::Unread`] with its reason, never an empty list: a plan drawn from a hole in the facts
//! would delete or promote what it cannot see.

mod earlier;
pub mod estimate;
pub mod groups;
mod link;
pub mod loss;
mod mirror;
mod pace;
#[cfg(test)]
mod samples;
pub mod switchover;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

pub use earlier::{LagsV1, Reader, RecordedLags, Sample};
pub use estimate::{Estimate, EstimateUnknown, LossEstimate, Verdict};
pub use link::{
    ConfigFact, LinkError, LinkFact, LinkMode, LinkState, TaskErrorCode, TaskFact, TaskProblem,
    TaskState,
};
pub use loss::{Loss, LossUnknown, MirrorLoss};
pub use mirror::{
    Earlier, Lags, MirrorError, MirrorFact, MirrorStatus, PartitionLag, TransitionProblem,
};
pub use pace::{CatchUp, Pace};

use crate::address::{ClusterName, GroupName, LinkName, TopicName};

/// Declares an open enumeration: the names known today, and any other kept as it came.
///
/// The API's enumerations grow; a name we do not know must be shown and not acted upon.
macro_rules! open_words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)+
            /// A name that this version does not know, as the server sent it.
            Other(String),
        }

        impl $name {
            /// Every name known, for tables and tests.
            pub const KNOWN: &'static [Self] = &[$(Self::$variant),+];

            /// Reads the API's word, in any case.
            #[must_use]
            pub fn from_word(word: &str) -> Self {
                match word.to_ascii_uppercase().as_str() {
                    $($word => Self::$variant,)+
                    _ => Self::Other(word.to_owned()),
                }
            }

            /// The API's name.
            #[must_use]
            pub fn word(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Other(word) => word,
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.word())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <String as serde::Deserialize>::deserialize(deserializer)?;
                Ok(Self::from_word(&word))
            }
        }
    };
}
pub(crate) use open_words;

/// Everything that a run needs, read over a short time.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// What each cluster said, by the cluster's name in the spec.
    pub clusters: BTreeMap<ClusterName, ClusterSnapshot>,
    /// Clusters that are declared lost and were not read, and answered the one request that was made.
    pub answers: BTreeSet<ClusterName>,
    /// What Confluent Cloud's Switchover service said; empty where it was not asked.
    pub switchover: switchover::Switchover,
}

/// What one cluster said.
#[derive(Clone, Debug, Default)]
pub struct ClusterSnapshot {
    /// Every link object the cluster holds. Rows without a name are in `nameless_links`.
    pub links: Reading<BTreeMap<LinkName, LinkFact>>,
    /// Rows of the link list with an empty name (`UNMANAGED_SOURCE` remnants on Confluent
    /// Platform). They cannot be addressed.
    pub nameless_links: Vec<LinkFact>,
    /// Every mirror topic of the cluster, by link and then by its own (mirror) name. A name can
    /// stand under two links: as history under the one it was stopped on, and live under another.
    pub mirrors: Reading<BTreeMap<LinkName, BTreeMap<TopicName, MirrorFact>>>,
    /// Links and mirror topics that a list has more than once, each time with the same content.
    pub repeated: BTreeSet<(LinkName, Option<TopicName>)>,
    /// The configs of each link that was asked for.
    pub configs: BTreeMap<LinkName, Reading<BTreeMap<String, ConfigFact>>>,
    /// The tasks of each link that was asked for with `include_tasks`.
    pub tasks: BTreeMap<LinkName, Reading<Vec<TaskFact>>>,
    /// The topics' names, mirrors among them.
    pub topics: Reading<BTreeSet<TopicName>>,
    /// The cluster's ACLs.
    pub acls: Reading<BTreeSet<AclFact>>,
    /// The consumer groups.
    pub groups: Reading<BTreeMap<GroupName, GroupFact>>,
    /// Mirror topics that were not listed and were asked for by name: none where the server answered, and
    /// those that exist are among `mirrors`; otherwise why it is not known.
    pub asked_rows: BTreeMap<(LinkName, TopicName), Option<Unread>>,
    /// What each group that was asked for has committed.
    pub group_offsets: BTreeMap<GroupName, Reading<GroupOffsets>>,
    /// The time between this read of its mirror topics and the earlier one, where there was one (`--sample`).
    pub sampled: Option<std::time::Duration>,
}

/// How many links and mirror topics a cluster has, as far as they could be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Objects {
    /// Without mirror topics that have stopped: history does not get any smaller, so that it must not make
    /// what is hit seem little.
    pub running: usize,
    /// With them.
    pub all: usize,
}

impl ClusterSnapshot {
    /// How many links and mirror topics it has.
    #[must_use]
    pub fn objects(&self) -> Objects {
        let links = self.links.read().map_or(0, BTreeMap::len);
        let mirrors = self.mirrors.read().into_iter().flat_map(BTreeMap::values);
        let mut objects = Objects {
            running: links,
            all: links,
        };
        for row in mirrors.flat_map(BTreeMap::values) {
            objects.all += 1;
            objects.running += usize::from(row.status != MirrorStatus::Stopped);
        }
        objects
    }
}

/// What a consumer group has committed, by topic and partition.
pub type GroupOffsets = BTreeMap<(TopicName, i32), i64>;

/// A fact, or why there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reading<T> {
    /// What was read.
    Read(T),
    /// It was asked for and could not be read.
    Unread(Unread),
    /// It was not requested.
    #[default]
    NotAsked,
}

impl<T> Reading<T> {
    /// The fact, if it was read.
    #[must_use]
    pub fn read(&self) -> Option<&T> {
        match self {
            Self::Read(fact) => Some(fact),
            Self::Unread(_) | Self::NotAsked => None,
        }
    }

    /// The fact to change, if it was read.
    pub fn read_mut(&mut self) -> Option<&mut T> {
        match self {
            Self::Read(fact) => Some(fact),
            Self::Unread(_) | Self::NotAsked => None,
        }
    }

    /// Why there is no fact, if it was requested without success.
    #[must_use]
    pub fn unread(&self) -> Option<&Unread> {
        match self {
            Self::Unread(why) => Some(why),
            Self::Read(_) | Self::NotAsked => None,
        }
    }
}

/// Why something could not be read.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Unread {
    /// What was asked for, such as `GET …/links of cluster west`.
    pub what: String,
    /// What came instead, in words that stand alone: the server's own where it gave any.
    pub reason: String,
    /// What kind of failure it was, for those who must tell them apart.
    pub kind: UnreadKind,
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.reason)
    }
}

/// The kinds of failure to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum UnreadKind {
    /// No connection, or no answer in time.
    Unreachable,
    /// The credentials were refused (401).
    Unauthenticated,
    /// The principal may not read it (403).
    Forbidden,
    /// The server failed or asked to slow down for longer than we may wait (429, 5xx).
    ServerFailure,
    /// There is no cluster of this id at the endpoint (404).
    NoSuchCluster,
    /// The answer could not be understood.
    Unintelligible,
    /// The server does not report it at all.
    NotReported,
    /// A snapshot was asked, and does not have it.
    NotInSnapshot,
    /// The answer is of another cluster.
    OtherCluster,
    /// The answers of the cluster contradict each other, also when they are read again.
    Disagreeing,
    /// The spec gives no REST endpoint for the cluster.
    NoEndpoint,
}

impl UnreadKind {
    /// Whether reading again may succeed with nothing else changed: a timeout, a 429, a 503.
    #[must_use]
    pub fn may_pass(self) -> bool {
        matches!(
            self,
            Self::Unreachable | Self::ServerFailure | Self::OtherCluster | Self::Disagreeing
        )
    }
}

/// An ACL binding as a cluster lists it, in the API's upper-case words.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct AclFact {
    /// `TOPIC`, `GROUP`, `CLUSTER`, `TRANSACTIONAL_ID`, …
    pub resource_type: String,
    /// The resource's name or prefix.
    pub resource_name: String,
    /// `LITERAL` or `PREFIXED`.
    pub pattern_type: String,
    /// Such as `User:sa-12345`.
    pub principal: String,
    /// `*` for any.
    pub host: String,
    /// `READ`, `WRITE`, …
    pub operation: String,
    /// `ALLOW` or `DENY`.
    pub permission: String,
}

/// A consumer group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupFact {
    /// The API's name: `STABLE`, `EMPTY`, `DEAD`, …
    pub state: String,
}

impl GroupFact {
    /// Whether members of the group may be consuming: anything but `EMPTY` and `DEAD`.
    #[must_use]
    pub fn is_active(&self) -> bool {
        !matches!(self.state.as_str(), "EMPTY" | "DEAD")
    }
}
