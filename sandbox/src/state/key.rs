//! What a function is about: one half of a link, or one mirror on it.

use serde::{Deserialize, Serialize};

/// One half of a link.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct HalfKey {
    /// Id of the cluster that holds it.
    pub(crate) cluster: String,
    /// Name of the link.
    pub(crate) link: String,
}

/// One mirror.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct MirrorKey {
    #[serde(flatten)]
    pub(crate) half: HalfKey,
    /// Name of the mirror topic.
    #[serde(rename = "mirror")]
    pub(crate) name: String,
}

impl HalfKey {
    pub(crate) fn new(cluster: &str, link: &str) -> HalfKey {
        HalfKey {
            cluster: cluster.to_owned(),
            link: link.to_owned(),
        }
    }

    /// A mirror on this half.
    pub(crate) fn mirror(&self, name: &str) -> MirrorKey {
        MirrorKey {
            half: self.clone(),
            name: name.to_owned(),
        }
    }
}
