//! Topics of a bidirectional link, by where they are written: [`TopicRules`].

use std::collections::BTreeMap;

use super::{Hold, Rules};
use crate::address::ClusterName;
use crate::diagnostic::Place;

/// The topics of a bidirectional link: a name is to exist on both clusters, a pattern governs topics that have
/// a row on a half.
pub type TopicRules = Rules<DesiredTopic>;

/// What is wanted of one topic, or of every one that a pattern matches.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DesiredTopic {
    /// The cluster that it is written on.
    pub primary: ClusterName,
    /// Whether the mirror on the other is paused.
    pub paused: bool,
    /// Whether the other has a mirror at all.
    pub copy: bool,
    /// Whether mirrors of new topics are created automatically.
    pub auto_create: bool,
    /// Keeps operations off it until a day.
    pub hold: Option<Hold>,
    /// Topic configs to create the mirror with.
    pub configs: BTreeMap<String, String>,
    /// Where the spec says so.
    pub place: Place,
}
