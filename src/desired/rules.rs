//! What is wanted of topics, by name or by a pattern over it: [`Rules`].

use std::collections::BTreeMap;

use crate::address::TopicName;
use crate::catalog::filters::{NamePattern, PatternType};

/// What is wanted of topics. A name creates what is not there, a pattern governs what is.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Rules<T> {
    /// By the topic's name.
    pub literal: BTreeMap<TopicName, T>,
    /// By a pattern, the most specific first. They create nothing.
    pub patterns: Vec<(NamePattern, T)>,
}

impl<T> Default for Rules<T> {
    fn default() -> Self {
        Self {
            literal: BTreeMap::new(),
            patterns: Vec::new(),
        }
    }
}

impl<T> Rules<T> {
    /// Rules from both kinds of keys; patterns are put in order: the longest first, `*` last.
    #[must_use]
    pub fn new(literal: BTreeMap<TopicName, T>, mut patterns: Vec<(NamePattern, T)>) -> Self {
        let rank = |pattern: &NamePattern| match pattern.pattern_type {
            PatternType::Prefixed => pattern.name.len(),
            PatternType::Literal => 0,
        };
        patterns.sort_by(|(a, _), (b, _)| rank(b).cmp(&rank(a)).then_with(|| a.cmp(b)));
        Self { literal, patterns }
    }

    /// What is wanted of a topic: by its own key, else the longest matching prefix, else `*`, else none
    /// (it is unmanaged).
    #[must_use]
    pub fn of(&self, topic: &TopicName) -> Option<&T> {
        self.literal.get(topic).or_else(|| {
            let mut patterns = self.patterns.iter();
            let found = patterns.find(|(pattern, _)| pattern.matches(topic.as_str()));
            found.map(|(_, declared)| declared)
        })
    }
}
