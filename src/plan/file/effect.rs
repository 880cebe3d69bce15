//! Effects in a saved plan.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fact::{AclV1, UnreadV1};
use crate::diff::{Effect, Feature, Names};

/// A consequence of an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "effect", rename_all = "kebab-case", deny_unknown_fields)]
pub enum EffectV1 {
    /// Turning a feature off clears its filters.
    ClearsFilters {
        /// The feature.
        feature: FeatureV1,
        /// The filters as they are now.
        filters: String,
    },
    /// A feature that was on stops.
    StopsFeature {
        /// The feature.
        feature: FeatureV1,
    },
    /// These source topics will be mirrored.
    WillMirror {
        /// The topics.
        topics: NamesV1<String>,
    },
    /// The filter no longer selects these topics.
    NoLongerSelected {
        /// The topics.
        topics: NamesV1<String>,
    },
    /// The mirrors' names of these topics are taken.
    Collides {
        /// The topics.
        topics: NamesV1<String>,
    },
    /// Offsets of these groups begin to be copied.
    GroupsEnter {
        /// The groups.
        groups: NamesV1<String>,
    },
    /// Offsets of these groups are no longer copied.
    GroupsLeave {
        /// The groups.
        groups: NamesV1<String>,
    },
    /// ACL sync will copy these.
    AclsCopied {
        /// The bindings.
        acls: NamesV1<AclV1>,
    },
    /// ACL sync will delete these from the destination.
    AclsDeleted {
        /// The bindings.
        acls: NamesV1<AclV1>,
    },
    /// The promotion may wait until these groups stop.
    HeldUpBy {
        /// The groups.
        groups: NamesV1<String>,
    },
    /// The history of these mirrors is erased.
    ErasesHistory {
        /// The mirrors.
        mirrors: Vec<String>,
    },
    /// The topic becomes writable.
    BecomesWritable,
    /// Messages are lost.
    Loses {
        /// How many.
        messages: u64,
        /// Over how many partitions.
        partitions: usize,
        /// As of when: milliseconds since 1970.
        as_of_ms: i64,
        /// Whether the figures stopped moving then.
        stale: bool,
    },
}

/// A feature with filters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FeatureV1 {
    /// `acl_sync`.
    AclSync,
    /// `auto_create_mirrors`.
    AutoCreateMirrors,
    /// `consumer_offset_sync`.
    ConsumerOffsetSync,
}

impl FeatureV1 {
    fn from_plan(feature: Feature) -> Self {
        match feature {
            Feature::AclSync => Self::AclSync,
            Feature::AutoCreateMirrors => Self::AutoCreateMirrors,
            Feature::ConsumerOffsetSync => Self::ConsumerOffsetSync,
        }
    }

    fn to_plan(self) -> Feature {
        match self {
            Self::AclSync => Feature::AclSync,
            Self::AutoCreateMirrors => Feature::AutoCreateMirrors,
            Self::ConsumerOffsetSync => Feature::ConsumerOffsetSync,
        }
    }
}

/// Names, or why they are not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NamesV1<T> {
    /// All of them, in order.
    Known(Vec<T>),
    /// They could not be read.
    Unknown(Option<UnreadV1>),
}

impl<T> NamesV1<T> {
    fn from_plan<U>(names: &Names<U>, convert: impl Fn(&U) -> T) -> Self {
        match names {
            Names::Known(names) => Self::Known(names.iter().map(convert).collect()),
            Names::Unknown(why) => Self::Unknown(why.as_ref().map(UnreadV1::from_plan)),
        }
    }

    fn to_plan<U>(&self, convert: impl Fn(&T) -> U) -> Names<U> {
        match self {
            Self::Known(names) => Names::Known(names.iter().map(convert).collect()),
            Self::Unknown(why) => Names::Unknown(why.as_ref().map(UnreadV1::to_plan)),
        }
    }

    /// Whether names are known counts; the words of a failure do not.
    pub(super) fn without_reason(self) -> Self {
        match self {
            Self::Known(names) => Self::Known(names),
            Self::Unknown(_) => Self::Unknown(None),
        }
    }
}

impl EffectV1 {
    pub(super) fn from_plan(effect: &Effect) -> Self {
        match effect {
            Effect::ClearsFilters { feature, filters } => Self::ClearsFilters {
                feature: FeatureV1::from_plan(*feature),
                filters: filters.clone(),
            },
            Effect::StopsFeature(feature) => Self::StopsFeature {
                feature: FeatureV1::from_plan(*feature),
            },
            Effect::WillMirror(names) => Self::WillMirror {
                topics: NamesV1::from_plan(names, ToString::to_string),
            },
            Effect::NoLongerSelected(names) => Self::NoLongerSelected {
                topics: NamesV1::from_plan(names, ToString::to_string),
            },
            Effect::Collides(names) => Self::Collides {
                topics: NamesV1::from_plan(names, ToString::to_string),
            },
            Effect::GroupsEnter(names) => Self::GroupsEnter {
                groups: NamesV1::from_plan(names, ToString::to_string),
            },
            Effect::GroupsLeave(names) => Self::GroupsLeave {
                groups: NamesV1::from_plan(names, ToString::to_string),
            },
            Effect::AclsCopied(names) => Self::AclsCopied {
                acls: NamesV1::from_plan(names, AclV1::from_plan),
            },
            Effect::AclsDeleted(names) => Self::AclsDeleted {
                acls: NamesV1::from_plan(names, AclV1::from_plan),
            },
            Effect::HeldUpBy(names) => Self::HeldUpBy {
                groups: NamesV1::from_plan(names, ToString::to_string),
            },
            Effect::ErasesHistory { mirrors } => Self::ErasesHistory {
                mirrors: mirrors.iter().map(ToString::to_string).collect(),
            },
            Effect::BecomesWritable => Self::BecomesWritable,
            Effect::Loses {
                messages,
                partitions,
                as_of_ms,
                stale,
            } => Self::Loses {
                messages: *messages,
                partitions: *partitions,
                as_of_ms: *as_of_ms,
                stale: *stale,
            },
        }
    }

    pub(super) fn to_plan(&self) -> Effect {
        match self {
            Self::ClearsFilters { feature, filters } => Effect::ClearsFilters {
                feature: feature.to_plan(),
                filters: filters.clone(),
            },
            Self::StopsFeature { feature } => Effect::StopsFeature(feature.to_plan()),
            Self::WillMirror { topics } => {
                Effect::WillMirror(topics.to_plan(|name| name.as_str().into()))
            }
            Self::NoLongerSelected { topics } => {
                Effect::NoLongerSelected(topics.to_plan(|name| name.as_str().into()))
            }
            Self::Collides { topics } => {
                Effect::Collides(topics.to_plan(|name| name.as_str().into()))
            }
            Self::GroupsEnter { groups } => {
                Effect::GroupsEnter(groups.to_plan(|name| name.as_str().into()))
            }
            Self::GroupsLeave { groups } => {
                Effect::GroupsLeave(groups.to_plan(|name| name.as_str().into()))
            }
            Self::AclsCopied { acls } => Effect::AclsCopied(acls.to_plan(AclV1::to_plan)),
            Self::AclsDeleted { acls } => Effect::AclsDeleted(acls.to_plan(AclV1::to_plan)),
            Self::HeldUpBy { groups } => {
                Effect::HeldUpBy(groups.to_plan(|name| name.as_str().into()))
            }
            Self::ErasesHistory { mirrors } => Effect::ErasesHistory {
                mirrors: mirrors.iter().map(|name| name.as_str().into()).collect(),
            },
            Self::BecomesWritable => Effect::BecomesWritable,
            Self::Loses {
                messages,
                partitions,
                as_of_ms,
                stale,
            } => Effect::Loses {
                messages: *messages,
                partitions: *partitions,
                as_of_ms: *as_of_ms,
                stale: *stale,
            },
        }
    }
}
