//! The features of a link that a config switches on and off, and the tasks that carry them out:
//! [`Feature`] and [`TASKS`].

use super::names;

/// A feature with filters that the server clears when it is turned off.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub enum Feature {
    /// `acl_sync`.
    AclSync,
    /// `auto_create_mirrors`.
    AutoCreateMirrors,
    /// `consumer_offset_sync`.
    ConsumerOffsetSync,
}

impl Feature {
    /// Every feature.
    pub const ALL: [Self; 3] = [
        Self::AclSync,
        Self::AutoCreateMirrors,
        Self::ConsumerOffsetSync,
    ];

    /// The section of the spec.
    #[must_use]
    pub const fn section(self) -> &'static str {
        match self {
            Self::AclSync => "acl_sync",
            Self::AutoCreateMirrors => "auto_create_mirrors",
            Self::ConsumerOffsetSync => "consumer_offset_sync",
        }
    }

    /// The config that switches it on; it is off unless that is set.
    #[must_use]
    pub const fn switch(self) -> &'static str {
        match self {
            Self::AclSync => names::ACL_SYNC_ENABLE,
            Self::AutoCreateMirrors => names::AUTO_CREATE_MIRROR_TOPICS_ENABLE,
            Self::ConsumerOffsetSync => names::CONSUMER_OFFSET_SYNC_ENABLE,
        }
    }

    /// Whether a config is one of its settings.
    #[must_use]
    pub fn owns(self, config: &str) -> bool {
        let mut tasks = TASKS.iter().filter(|task| task.feature == Some(self));
        tasks.any(|task| task.owns(config))
    }

    /// The config that holds its filters.
    #[must_use]
    pub const fn filters(self) -> &'static str {
        match self {
            Self::AclSync => names::ACL_FILTERS,
            Self::AutoCreateMirrors => names::AUTO_CREATE_MIRROR_TOPICS_FILTERS,
            Self::ConsumerOffsetSync => names::CONSUMER_OFFSET_GROUP_FILTERS,
        }
    }
}

/// A kind of task of a link, and the configs that concern it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskKind {
    /// How its name begins.
    pub task: &'static str,
    /// How the names of its configs begin.
    pub configs: &'static [&'static str],
    /// The feature that it carries out; none for a task that always runs.
    pub feature: Option<Feature>,
}

impl TaskKind {
    /// Whether a config concerns it.
    #[must_use]
    pub fn owns(&self, config: &str) -> bool {
        self.configs.iter().any(|begin| config.starts_with(begin))
    }
}

/// The tasks that are known.
pub const TASKS: &[TaskKind] = &[
    TaskKind {
        task: "AclSync",
        configs: &["acl."],
        feature: Some(Feature::AclSync),
    },
    TaskKind {
        task: "AutoCreateMirror",
        configs: &["auto.create.mirror.topics."],
        feature: Some(Feature::AutoCreateMirrors),
    },
    TaskKind {
        task: "ConsumerOffsetSync",
        configs: &["consumer.offset.", "consumer.group."],
        feature: Some(Feature::ConsumerOffsetSync),
    },
    TaskKind {
        task: "TopicConfigsSync",
        configs: &["topic.config.sync."],
        feature: None,
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Kind, lookup};

    #[test]
    fn a_feature_has_a_switch_and_filters_that_its_task_owns() {
        for feature in Feature::ALL {
            assert_eq!(lookup(feature.switch()).unwrap().kind, Kind::Bool);
            assert_eq!(lookup(feature.switch()).unwrap().default, Some("false"));
            let task = TASKS.iter().find(|task| task.feature == Some(feature));
            for config in [feature.switch(), feature.filters()] {
                assert!(lookup(config).is_some(), "{config}");
                assert!(task.unwrap().owns(config), "{config}");
            }
        }
    }
}
