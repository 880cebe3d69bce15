//! `topics` of a bidirectional link → [`TopicRules`], and the auto-create filters that follow from them.

use super::super::{DesiredConfig, DesiredTopic, DesiredValue, Half, TopicRules};
use super::settings;
use crate::catalog::filters::{
    FilterType, NameFilter, NameFilters, NamePattern, Subject, TopicTypes,
};
use crate::catalog::names;
use crate::diagnostic::Place;
use crate::spec::{self, Located};

/// The rules: literal keys create, patterns govern what is there.
pub(super) fn rules(written: &spec::Topics) -> TopicRules {
    let declared = |(name, topic): (&Located<String>, &spec::Topic)| {
        let declared = DesiredTopic {
            primary: topic.primary.as_str().into(),
            paused: topic.is_paused(),
            copy: topic.has_copy(),
            auto_create: topic.auto_creates(),
            hold: topic.hold.as_ref().map(settings::hold),
            configs: settings::topic_configs(&topic.configs),
            place: name.place.clone(),
        };
        (name.clone(), declared)
    };
    settings::rules(written.iter().map(declared))
}

/// Puts the auto-create filters on a half: those of the patterns whose topics are written at the other end.
/// What a more specific key wants otherwise is excluded.
pub(super) fn auto_create(rules: Option<&TopicRules>, half: &mut Half) {
    let Some(rules) = rules else { return };
    let is_own = |declared: &DesiredTopic| {
        declared.auto_create && declared.copy && declared.primary == half.peer.cluster
    };
    let included: Vec<&(NamePattern, DesiredTopic)> = (rules.patterns.iter())
        .filter(|(_, declared)| is_own(declared))
        .collect();
    let mut filters = NameFilters::default();
    let mut add = |pattern: &NamePattern, filter_type| {
        filters.0.insert(NameFilter {
            pattern: pattern.clone(),
            filter_type,
            topic_types: TopicTypes::default(),
            members: Default::default(),
        });
    };
    for (pattern, _) in &included {
        add(pattern, FilterType::Include);
    }
    let covered = |pattern: &NamePattern| included.iter().any(|(it, _)| it.covers(pattern));
    for (name, declared) in &rules.literal {
        let pattern = NamePattern::literal(name.as_str());
        let is_elsewhere = declared.primary != half.peer.cluster || !declared.copy;
        if is_elsewhere && covered(&pattern) {
            add(&pattern, FilterType::Exclude);
        }
    }
    for (pattern, declared) in &rules.patterns {
        if !is_own(declared) && covered(pattern) {
            add(pattern, FilterType::Exclude);
        }
    }
    let place: Option<Place> = included.first().map(|(_, declared)| declared.place.clone());
    let mut declare = |name: &str, value: Option<String>| {
        if let Some(config) = half.configs.get_mut(name) {
            let place = place.clone().unwrap_or_else(|| config.place.clone());
            let value = value.map_or(DesiredValue::Default, DesiredValue::Value);
            *config = DesiredConfig { value, place };
        }
    };
    let on = !included.is_empty();
    declare(
        names::AUTO_CREATE_MIRROR_TOPICS_ENABLE,
        on.then(|| "true".to_owned()),
    );
    declare(
        names::AUTO_CREATE_MIRROR_TOPICS_FILTERS,
        on.then(|| filters.to_json(Subject::Topics)),
    );
}
