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
        patterns.sort_by(|(a, _), (b, _)| rank(b).cmp(&rank(a)).then_with(|| a.cmp(b)));
        Self { literal, patterns }
    }

    /// What is wanted of a topic: by its own key, else the longest matching prefix, else `*`, else none
    /// (it is unmanaged). The time it takes grows with the number of lengths that patterns have, not with the
    /// number of patterns.
    #[must_use]
    pub fn of(&self, topic: &TopicName) -> Option<&T> {
        self.literal
            .get(topic)
            .or_else(|| self.by_pattern(topic.as_str()))
    }

    fn by_pattern(&self, topic: &str) -> Option<&T> {
        let mut rest = self.patterns.as_slice();
        while let Some((longest, _)) = rest.first() {
            let length = rank(longest);
            let (of_length, shorter) =
                rest.split_at(rest.partition_point(|(pattern, _)| rank(pattern) == length));
            rest = shorter;
            let found = match (length, topic.get(..length)) {
                (0, _) => (of_length.iter()).find(|(pattern, _)| pattern.matches(topic)),
                (_, Some(beginning)) => (of_length)
                    .binary_search_by(|(pattern, _)| pattern.name.as_str().cmp(beginning))
                    .ok()
                    .map(|at| &of_length[at]),
                (_, None) => None,
            };
            if let Some((_, declared)) = found {
                return Some(declared);
            }
        }
        None
    }
}

/// The length of a prefix; `*` comes after all prefixes.
fn rank(pattern: &NamePattern) -> usize {
    match pattern.pattern_type {
        PatternType::Prefixed => pattern.name.len(),
        PatternType::Literal => 0,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// As if every pattern were tried, the longest first.
        #[test]
        fn the_longest_prefix_governs(
            prefixes in prop::collection::btree_set("[abé]{0,4}", 0..30),
            everything in any::<bool>(),
            topics in prop::collection::vec("[abé]{0,6}", 1..20),
        ) {
            let mut patterns: Vec<_> = prefixes.into_iter().map(NamePattern::prefixed).collect();
            patterns.extend(everything.then(|| NamePattern::literal("*")));
            let named = patterns.iter().map(|pattern| (pattern.clone(), pattern.clone()));
            let rules = Rules::new(BTreeMap::new(), named.collect());
            for topic in topics {
                let longest = (patterns.iter().filter(|pattern| pattern.matches(&topic)))
                    .max_by_key(|pattern| rank(pattern))
                    .map(rank);
                let found = rules.of(&topic.as_str().into());
                prop_assert_eq!(found.map(rank), longest);
                prop_assert!(found.is_none_or(|pattern| pattern.matches(&topic)));
            }
        }
    }
}
