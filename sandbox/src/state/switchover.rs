//! Switchover pairs and endpoints, as data.

use super::key::MirrorKey;
use crate::clock::Millis;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything that the Switchover service knows.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Switchover {
    pub(crate) pairs: BTreeMap<String, Pair>,
    pub(crate) endpoints: BTreeMap<String, Endpoint>,
    /// How many of both were created by requests: their ids come from it.
    pub(crate) created: u64,
}

impl Switchover {
    /// An id that nothing had before.
    pub(crate) fn new_id(&mut self, prefix: &str) -> String {
        self.created += 1;
        format!("{prefix}-{:06x}", self.created)
    }
}

/// Two clusters of which one is active.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Pair {
    pub(crate) id: String,
    pub(crate) organization: String,
    pub(crate) environment: String,
    pub(crate) display_name: String,
    /// Always two.
    pub(crate) members: Vec<Member>,
    /// Name of the member that is written to.
    pub(crate) active: String,
    pub(crate) first_active: String,
    /// The last failover, once there was one.
    pub(crate) last: Option<FailoverType>,
    /// On the wire the enumeration is open, so that any word can be set from outside.
    pub(crate) phase: String,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) created: Millis,
    pub(crate) updated: Millis,
    /// Raised with every phase, so that an event about an older one is ignored.
    pub(crate) epoch: u64,
    /// The failover that is under way.
    pub(crate) underway: Option<Failover>,
}

impl Pair {
    /// The member of this name.
    pub(crate) fn member(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.name == name)
    }

    /// The member that is not of this name.
    pub(crate) fn other(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.name != name)
    }

    /// Whether these two clusters are its members.
    pub(crate) fn joins(&self, one: &str, other: &str) -> bool {
        one != other
            && [one, other]
                .iter()
                .all(|id| self.members.iter().any(|member| member.cluster == **id))
    }
}

/// One of the two clusters of a pair.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Member {
    pub(crate) name: String,
    /// As it was sent.
    pub(crate) crn: String,
    /// The cluster's id, taken from it.
    pub(crate) cluster: String,
}

/// What a failover does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum FailoverType {
    Planned,
    Unplanned,
    Restore,
}

impl FailoverType {
    /// The name on the wire.
    pub(crate) fn name(self) -> &'static str {
        match self {
            FailoverType::Planned => "PLANNED",
            FailoverType::Unplanned => "UNPLANNED",
            FailoverType::Restore => "RESTORE",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<FailoverType> {
        let all = [
            FailoverType::Planned,
            FailoverType::Unplanned,
            FailoverType::Restore,
        ];
        all.into_iter().find(|kind| kind.name() == name)
    }

    /// The condition that shows how it goes.
    pub(crate) fn condition(self) -> &'static str {
        match self {
            FailoverType::Planned => "ResourcePlannedFailoverComplete",
            FailoverType::Unplanned => "ResourceUnplannedFailoverComplete",
            FailoverType::Restore => "ResourceRestoreComplete",
        }
    }
}

/// A failover that is under way.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Failover {
    pub(crate) kind: FailoverType,
    /// Name of the member that will be active.
    pub(crate) target: String,
    /// The rows that it acts on; of a restore, the rows that it makes.
    pub(crate) topics: Vec<MirrorKey>,
}

/// What is said of a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Condition {
    pub(crate) member: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) status: String,
    pub(crate) reason: String,
    pub(crate) message: String,
}

/// A stable address for the clients of a pair.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Endpoint {
    pub(crate) id: String,
    pub(crate) pair: String,
    pub(crate) display_name: String,
    /// Two, by the names of the pair's members.
    pub(crate) entries: Vec<EndpointEntry>,
    pub(crate) phase: String,
    pub(crate) created: Millis,
    pub(crate) updated: Millis,
}

/// Where an endpoint leads while one member is active.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct EndpointEntry {
    pub(crate) name: String,
    /// As it was sent: type, and the network or the access point.
    pub(crate) filter: serde_json::Value,
}
