//! Where a saved plan is from: [`OriginV1`]. Whoever approves it sees this; whoever applies it is held to it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Moved;
use crate::desired::Cluster;

/// The version of Linkwright, which is part of every saved plan: digests mean something only to the
/// version that made them.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Where a saved plan is from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OriginV1 {
    /// The version of Linkwright that made it.
    pub linkwright: String,
    /// When it was made (RFC 3339).
    pub made_at: String,
    /// The paths of the spec, as they were given.
    pub paths: Vec<String>,
    /// The environment of the spec, if one was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// The commit that the spec is from.
    pub commit: CommitV1,
    /// The clusters of the spec and where they were called.
    pub clusters: Vec<ClusterV1>,
    /// What must be allowed to apply it, in the words of `--allow`: the risks and limits beyond those that
    /// are allowed where a spec has no policy, and what `plan --allow` allowed.
    pub needs: Vec<String>,
}

impl Default for OriginV1 {
    /// Of this version, and nothing else known.
    fn default() -> Self {
        Self {
            linkwright: VERSION.to_owned(),
            made_at: String::new(),
            paths: Vec::new(),
            environment: None,
            commit: CommitV1::Unknown {
                reason: "not read".to_owned(),
            },
            clusters: Vec::new(),
            needs: Vec::new(),
        }
    }
}

/// The commit that the spec of a saved plan is from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "is", rename_all = "kebab-case", deny_unknown_fields)]
pub enum CommitV1 {
    /// Git was asked.
    Read {
        /// Its id.
        id: String,
        /// Whether the spec's files differ from it.
        changed: bool,
    },
    /// Git could not be asked, and the CI system names it.
    Named {
        /// Its id.
        id: String,
        /// The variable that names it, such as `CI_COMMIT_SHA`.
        by: String,
    },
    /// It is not known.
    Unknown {
        /// Why not.
        reason: String,
    },
}

/// A cluster of a saved plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClusterV1 {
    /// Its name in the spec.
    pub name: String,
    /// Its id.
    pub id: String,
    /// Its REST endpoint as the spec has it; none when the spec has none.
    pub endpoint: Option<String>,
    /// Whether it was a simulated cluster of `--sandbox`.
    pub simulated: bool,
}

impl ClusterV1 {
    /// A declared cluster.
    #[must_use]
    pub fn of(cluster: &Cluster, simulated: bool) -> Self {
        Self {
            name: cluster.name.to_string(),
            id: cluster.id.to_string(),
            endpoint: cluster.rest.as_ref().map(|rest| rest.url.clone()),
            simulated,
        }
    }

    /// Where it is called, for people.
    #[must_use]
    pub fn called_at(&self) -> String {
        match (&self.endpoint, self.simulated) {
            (_, true) => "a simulated cluster".to_owned(),
            (Some(endpoint), false) => endpoint.clone(),
            (None, false) => "no REST endpoint".to_owned(),
        }
    }
}

/// What differs between the clusters of a saved plan and those that it would be applied to.
pub(super) fn compare(planned: &[ClusterV1], now: &[ClusterV1]) -> Vec<Moved> {
    let mut moved = Vec::new();
    for was in planned {
        let mut differs = |what, was_there: &str, is_there: &str| {
            if was_there != is_there {
                moved.push(Moved::Cluster {
                    cluster: was.name.clone(),
                    what,
                    was: was_there.to_owned(),
                    is: is_there.to_owned(),
                });
            }
        };
        match now.iter().find(|is| is.name == was.name) {
            Some(is) => {
                differs("id", &was.id, &is.id);
                differs("REST endpoint", &was.called_at(), &is.called_at());
            }
            None => differs("id", &was.id, "not declared"),
        }
    }
    for is in now {
        if planned.iter().all(|was| was.name != is.name) {
            moved.push(Moved::Cluster {
                cluster: is.name.clone(),
                what: "id",
                was: "not declared".to_owned(),
                is: is.id.clone(),
            });
        }
    }
    moved
}
