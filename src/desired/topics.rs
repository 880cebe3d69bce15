//! Topics of a bidirectional link, by where they are written: [`TopicRules`].

use std::collections::BTreeMap;

use crate::address::{ClusterName, TopicName};
use crate::catalog::filters::{NamePattern, PatternType};
use crate::diagnostic::Place;

/// The topics of a bidirectional link.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TopicRules {
    /// Topics that should exist on both clusters, by name.
    pub literal: BTreeMap<TopicName, DesiredTopic>,
    /// What is wanted of topics that have a row on a half, the most specific pattern first.
    pub patterns: Vec<(NamePattern, DesiredTopic)>,
}

impl TopicRules {
    /// Rules from both kinds of keys; patterns are put in order: the longest first, `*` last.
    #[must_use]
    pub fn new(
        literal: BTreeMap<TopicName, DesiredTopic>,
        mut patterns: Vec<(NamePattern, DesiredTopic)>,
    ) -> Self {
        let rank = |pattern: &NamePattern| match pattern.pattern_type {
            PatternType::Prefixed => pattern.name.len(),
            PatternType::Literal => 0,
        };
        patterns.sort_by(|(a, _), (b, _)| rank(b).cmp(&rank(a)).then_with(|| a.cmp(b)));
        Self { literal, patterns }
    }

    /// What is wanted of a topic: its own key, else the longest matching pattern; none if nothing speaks of
    /// it.
    #[must_use]
    pub fn of(&self, topic: &TopicName) -> Option<&DesiredTopic> {
        self.literal.get(topic).or_else(|| {
            let mut patterns = self.patterns.iter();
            let found = patterns.find(|(pattern, _)| pattern.matches(topic.as_str()));
            found.map(|(_, declared)| declared)
        })
    }
}

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
    /// Topic configs to create the mirror with.
    pub configs: BTreeMap<String, String>,
    /// Where the spec says so.
    pub place: Place,
}
