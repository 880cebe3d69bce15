//! What a world file says about switchover pairs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The pairs and endpoints of Confluent Cloud's Switchover service.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SwitchoverSpec {
    /// The pairs.
    pub pairs: Vec<PairSpec>,
    /// The endpoints.
    pub endpoints: Vec<EndpointSpec>,
}

/// Two clusters of which one is active.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PairSpec {
    /// Its id, `sw-…`.
    pub id: String,
    /// Its display name. Left out: its id.
    #[serde(default)]
    pub display_name: Option<String>,
    /// The environment that it is in.
    #[serde(default = "environment")]
    pub environment: String,
    /// The organization of its environment.
    #[serde(default = "organization")]
    pub organization: String,
    /// Its two members.
    pub members: Vec<PairMemberSpec>,
    /// Name of the member that is written to.
    pub active: String,
    /// Name of the member that was written to first. Left out: the active one.
    #[serde(default)]
    pub first_active: Option<String>,
    /// The last failover. Left out: there was none.
    #[serde(default)]
    pub failover_type: Option<FailoverTypeSpec>,
    /// Its phase: `READY_TO_FAILOVER`, or another word of the API; an unknown one too.
    #[serde(default = "ready")]
    pub phase: String,
    /// Failovers that begin by themselves.
    #[serde(default)]
    pub failovers: Vec<FailoverSpec>,
}

/// A member of a pair.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PairMemberSpec {
    /// Its name in the pair.
    pub name: String,
    /// Id of its cluster.
    pub cluster: String,
    /// The environment of its cluster. Left out: that of the pair.
    #[serde(default)]
    pub environment: Option<String>,
}

/// A failover that begins by itself.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FailoverSpec {
    /// Seconds of virtual time after the start.
    pub after_s: u32,
    /// What it does.
    #[serde(rename = "type")]
    pub kind: FailoverTypeSpec,
    /// Name of the member that becomes active; left out for RESTORE.
    #[serde(default)]
    pub active_member: Option<String>,
}

/// The kinds of failover.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FailoverTypeSpec {
    /// The topics are reversed: nothing is lost.
    Planned,
    /// The mirrors are failed over at once.
    Unplanned,
    /// The topics of the old active member become mirrors again.
    Restore,
}

/// A stable address for the clients of a pair.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EndpointSpec {
    /// Its id, `se-…`.
    pub id: String,
    /// Id of its pair.
    pub pair: String,
    /// Its display name. Left out: its id.
    #[serde(default)]
    pub display_name: Option<String>,
    /// Its phase.
    #[serde(default = "endpoint_ready")]
    pub phase: String,
}

fn environment() -> String {
    String::from("env-sandbox")
}

fn organization() -> String {
    String::from("sandbox")
}

fn ready() -> String {
    String::from("READY_TO_FAILOVER")
}

fn endpoint_ready() -> String {
    String::from("READY")
}
