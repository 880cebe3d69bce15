//! What a half is to do, as the patterns of names that its spec has.

use crate::catalog::filters::{NameFilters, NamePattern, Subject};
use crate::catalog::{Feature, names};
use crate::desired::{DesiredTopic, DesiredValue, Half, MirrorState, TopicRules};

/// Whether a feature is on for a half.
pub(super) fn is_on(half: &Half, feature: Feature) -> bool {
    let config = half.configs.get(feature.switch());
    config.is_some_and(|config| config.value == DesiredValue::Value("true".to_owned()))
}

/// The rules for the mirrors of a half, by the source topics that they are about.
pub(super) fn mirror_rules(half: &Half) -> impl Iterator<Item = (NamePattern, MirrorState)> {
    let literal = half.mirrors.literal.iter();
    let literal = literal.map(|(topic, it)| (NamePattern::literal(topic.as_str()), it.state));
    let patterns = half.mirrors.patterns.iter();
    literal.chain(patterns.map(|(pattern, it)| (pattern.clone(), it.state)))
}

/// The source topics that auto-create selects, if it is on.
pub(super) fn auto_created(half: &Half) -> Vec<NamePattern> {
    match is_on(half, Feature::AutoCreateMirrors) {
        true => includes(
            half,
            names::AUTO_CREATE_MIRROR_TOPICS_FILTERS,
            Subject::Topics,
        ),
        false => Vec::new(),
    }
}

/// What the filter in a config includes.
pub(super) fn includes(half: &Half, config: &str, subject: Subject) -> Vec<NamePattern> {
    let Some(DesiredValue::Value(text)) = half.configs.get(config).map(|it| &it.value) else {
        return Vec::new();
    };
    let filters = NameFilters::parse_json(subject, text).unwrap_or_default();
    filters.includes().cloned().collect()
}

/// The rules for the topics of a bidirectional link.
pub(super) fn topic_rules(
    rules: &TopicRules,
) -> impl Iterator<Item = (NamePattern, &DesiredTopic)> {
    let literal = rules.literal.iter();
    let literal = literal.map(|(topic, it)| (NamePattern::literal(topic.as_str()), it));
    let patterns = rules.patterns.iter();
    literal.chain(patterns.map(|(pattern, it)| (pattern.clone(), it)))
}
