//! A sandbox world as data, in the words of its file: [`World`]. The sandbox reads the text and shares no type with this.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

/// A world file.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct World {
    pub(super) version: u32,
    pub(super) description: String,
    pub(super) clock: Clock,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) switches: Option<Switches>,
    pub(super) clusters: Vec<Cluster>,
    #[serde(skip_serializing_if = "Switchover::is_empty")]
    pub(super) switchover: Switchover,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) faults: Vec<Fault>,
}

/// How the servers of the world are where no recording says it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Switches {
    pub(super) tasks_and_counts: &'static str,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct Clock {
    pub(super) start: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct Cluster {
    pub(super) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    pub(super) kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) profile: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) organization: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) bootstrap_servers: Option<String>,
    #[serde(skip_serializing_if = "is_true")]
    pub(super) authorizer: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) topics: Vec<Topic>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) acls: Vec<Acl>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) groups: Vec<Group>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) links: Vec<Link>,
}

fn is_true(value: &bool) -> bool {
    *value
}

fn is_false(value: &bool) -> bool {
    !*value
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct Topic {
    pub(super) name: String,
    pub(super) partitions: usize,
    #[serde(skip_serializing_if = "is_nothing")]
    pub(super) records: Vec<i64>,
    #[serde(skip_serializing_if = "is_still")]
    pub(super) produce_per_s: f64,
}

fn is_still(rate: &f64) -> bool {
    *rate == 0.0
}

fn is_nothing(numbers: &[i64]) -> bool {
    numbers.iter().all(|number| *number == 0)
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct Acl {
    pub(super) resource_type: String,
    pub(super) resource_name: String,
    pub(super) pattern_type: String,
    pub(super) principal: String,
    pub(super) host: String,
    pub(super) operation: String,
    pub(super) permission: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct Group {
    pub(super) id: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) offsets: BTreeMap<String, Vec<i64>>,
    pub(super) active: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct Link {
    pub(super) name: String,
    pub(super) remote: String,
    pub(super) mode: &'static str,
    pub(super) connection: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cluster_link_id: Option<String>,
    #[serde(skip_serializing_if = "is_false")]
    pub(super) contact_lost: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub(super) only_configs: bool,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) configs: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) mirrors: Vec<Mirror>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct Mirror {
    pub(super) source_topic: String,
    pub(super) status: &'static str,
    #[serde(skip_serializing_if = "is_nothing")]
    pub(super) lag: Vec<i64>,
    pub(super) offsets: Vec<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) since: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) copies_per_s: Option<f64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct Switchover {
    pub(super) pairs: Vec<Pair>,
    pub(super) endpoints: Vec<Endpoint>,
}

impl Switchover {
    fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct Pair {
    pub(super) id: String,
    pub(super) display_name: String,
    pub(super) environment: String,
    pub(super) organization: String,
    pub(super) members: Vec<Member>,
    pub(super) active: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) first_active: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) failover_type: Option<&'static str>,
    pub(super) phase: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) cluster: String,
    pub(super) environment: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct Endpoint {
    pub(super) id: String,
    pub(super) pair: String,
    pub(super) phase: String,
}

/// What goes wrong in the world, as it did when the snapshot was taken.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Fault {
    pub(super) name: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) on: BTreeMap<&'static str, String>,
    #[serde(rename = "do")]
    pub(super) action: Value,
}
