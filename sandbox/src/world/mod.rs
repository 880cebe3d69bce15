//! The world file: the clusters, topics and links that exist when the sandbox starts.
//!
//! [`World`] is what a person writes in YAML. It is parsed strictly: an unknown field, a duplicate
//! key or a `no` where text is meant is an error with a line and column.

mod cluster;
mod switchover;

pub use cluster::{
    AclSpec, BasicCredential, BearerCredential, ClusterSpec, GroupSpec, LinkPrincipal, LinkSpec,
    MirrorSpec, PartitionLag, Records, RestAuth, TopicSpec,
};

pub use switchover::{
    EndpointSpec, FailoverSpec, FailoverTypeSpec, PairMemberSpec, PairSpec, SwitchoverSpec,
};

use crate::clock::ClockSpec;
use crate::fault::FaultSpec;
use crate::switches::Switches;
use crate::timings::Timings;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A world file that was parsed and found consistent.
#[derive(Debug, Clone)]
pub struct World(pub(crate) WorldFile);

impl JsonSchema for World {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "World".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        WorldFile::json_schema(generator)
    }
}

/// The simulated clusters, what is on them, and how the simulation behaves.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WorldFile {
    /// Version of this format: 1.
    pub(crate) version: u32,
    /// What this world is for, in a sentence.
    #[serde(default)]
    pub(crate) description: Option<String>,
    /// Seed of everything random: link ids and fault probabilities.
    #[serde(default = "default_seed")]
    pub(crate) seed: u64,
    /// How virtual time moves.
    #[serde(default)]
    pub(crate) clock: ClockSpec,
    /// Answers to the questions no one can answer from outside the real service.
    #[serde(default)]
    pub(crate) switches: Switches,
    /// How long the simulated service takes.
    #[serde(default)]
    pub(crate) timings: Timings,
    /// The Cloud API keys that may call Confluent Cloud's own API (`/cmk/v2`, `/switchover/v1`). Left
    /// out: anyone may.
    #[serde(default)]
    pub(crate) cloud_api_keys: Option<Vec<BasicCredential>>,
    /// The clusters.
    pub(crate) clusters: Vec<ClusterSpec>,
    /// Switchover pairs and their endpoints.
    #[serde(default)]
    pub(crate) switchover: SwitchoverSpec,
    /// Faults that are armed from the start.
    #[serde(default)]
    pub(crate) faults: Vec<FaultSpec>,
}

fn default_seed() -> u64 {
    1
}

/// Why a world file or a saved state cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WorldError {
    /// The text is not a valid world file. The message has line, column and a snippet.
    #[error("the world file does not parse: {0}")]
    Parse(String),
    /// The text parses, but contradicts itself.
    #[error("the world contradicts itself: {0}")]
    Contradiction(String),
    /// The saved state is not one of ours.
    #[error("the saved state cannot be read: {0}")]
    Saved(String),
}
