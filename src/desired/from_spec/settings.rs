//! Typed settings → link configs. A section that is left out means the feature's default, so
//! that removing it from the spec turns it off.

use crate::catalog::names;
use std::collections::BTreeMap;
use std::time::Duration;

use super::super::{
    DesiredConfig, DesiredMirror, DesiredValue, Hold, MirrorRules, Objective, Objectives, Rules,
};
use crate::catalog;
use crate::catalog::filters::{PatternType, Subject};
use crate::diagnostic::Place;
use crate::secret::{Clear, Part, Quoting, Template};
use crate::spec::{self, Located, Plain, Settings};

/// Adds a desired value for every config that a typed field of a mirror-holding half owns.
pub(super) fn typed(
    settings: &Settings,
    place: &Place,
    configs: &mut BTreeMap<String, DesiredConfig>,
) {
    // Destructured so that a new field must be thought of here.
    let Settings {
        place: _,
        broken: _,
        credentials: _,
        local_credentials: _,
        prefix: _,
        mirror_start_offset,
        topic_config_sync,
        consumer_offset_sync,
        acl_sync,
        auto_create_mirrors,
        mirrors: _,
        objectives: _,
        configs: _,
        undeclared_configs: _,
    } = settings;
    let mut declare = |name: &str, value: Option<String>, at: Option<&Place>| {
        configs.insert(
            name.to_owned(),
            DesiredConfig {
                value: value.map_or(DesiredValue::Default, DesiredValue::Value),
                place: at.unwrap_or(place).clone(),
            },
        );
    };

    let offset = mirror_start_offset.as_ref();
    declare(
        names::MIRROR_START_OFFSET_SPEC,
        offset.map(|offset| offset.value.to_string()),
        offset.map(|offset| &offset.place),
    );

    let topics = topic_config_sync.as_ref();
    let section = topics.map(|sync| &sync.place);
    interval(
        &mut declare,
        names::TOPIC_CONFIG_SYNC_MS,
        topics.and_then(|sync| sync.interval.as_ref()),
        section,
    );
    let include = topics.and_then(|sync| sync.include.as_ref());
    declare(
        names::TOPIC_CONFIG_SYNC_INCLUDE,
        include.map(|names| {
            let names: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
            names.join(",")
        }),
        section,
    );

    let offsets = consumer_offset_sync.as_ref();
    let section = offsets.map(|sync| &sync.place);
    let on = offsets.is_some_and(spec::ConsumerOffsetSync::is_on);
    declare(names::CONSUMER_OFFSET_SYNC_ENABLE, switch(on), section);
    interval(
        &mut declare,
        names::CONSUMER_OFFSET_SYNC_MS,
        offsets.and_then(|sync| sync.interval.as_ref()),
        section,
    );
    declare(
        names::CONSUMER_OFFSET_GROUP_FILTERS,
        offsets
            .and_then(|sync| sync.groups.as_ref())
            .map(|groups| groups.filters().to_json(Subject::Groups))
            .filter(|text| !text.is_empty()),
        section,
    );
    let prefixed = offsets
        .and_then(|sync| sync.prefix_groups.as_ref())
        .is_some_and(|prefix| prefix.value);
    declare(
        names::CONSUMER_GROUP_PREFIX_ENABLE,
        switch(prefixed),
        section,
    );

    let acls = acl_sync.as_ref();
    let section = acls.map(|sync| &sync.place);
    let on = acls.is_some_and(spec::AclSync::is_on);
    declare(names::ACL_SYNC_ENABLE, switch(on), section);
    interval(
        &mut declare,
        names::ACL_SYNC_MS,
        acls.and_then(|sync| sync.interval.as_ref()),
        section,
    );
    declare(
        names::ACL_FILTERS,
        acls.map(|sync| {
            sync.filters
                .iter()
                .map(spec::AclFilter::filter)
                .collect::<catalog::filters::AclFilters>()
                .to_json()
        })
        .filter(|text| !text.is_empty()),
        section,
    );

    let auto = auto_create_mirrors.as_ref();
    let section = auto.map(|auto| &auto.place);
    let on = auto.is_some_and(spec::AutoCreateMirrors::is_on);
    declare(names::AUTO_CREATE_MIRROR_TOPICS_ENABLE, switch(on), section);
    declare(
        names::AUTO_CREATE_MIRROR_TOPICS_FILTERS,
        auto.and_then(|auto| auto.topics.as_ref())
            .map(|topics| topics.filters().to_json(Subject::Topics))
            .filter(|text| !text.is_empty()),
        section,
    );
}

/// On is said; off is the default of every feature.
fn switch(on: bool) -> Option<String> {
    on.then(|| "true".to_owned())
}

fn interval(
    declare: &mut impl FnMut(&str, Option<String>, Option<&Place>),
    name: &str,
    written: Option<&Located<spec::Duration>>,
    section: Option<&Place>,
) {
    declare(
        name,
        written.map(|interval| interval.as_millis().to_string()),
        written.map(|interval| &interval.place).or(section),
    );
}

/// The configs under `configs:`.
pub(super) fn raw(settings: &Settings) -> impl Iterator<Item = (String, DesiredConfig)> {
    settings.configs.iter().map(|(name, value)| {
        let desired = match value {
            None => DesiredValue::Default,
            Some(value) => raw_value(name, value),
        };
        let place = value.as_ref().map_or(&name.place, |value| &value.place);
        let place = place.clone();
        (
            name.value.clone(),
            DesiredConfig {
                value: desired,
                place,
            },
        )
    })
}

fn raw_value(name: &str, value: &spec::Raw) -> DesiredValue {
    let sensitive = catalog::lookup(name).is_some_and(|entry| entry.sensitive);
    match value.literal() {
        Some(text) if !sensitive => DesiredValue::Value(text),
        _ => DesiredValue::Secret(if sensitive {
            guarded(&value.0)
        } else {
            value.0.clone()
        }),
    }
}

/// The same text with all plaintext marked as a secret.
fn guarded(template: &Template) -> Template {
    Template::from_parts(
        template
            .parts()
            .iter()
            .map(|part| match part {
                Part::Text(text) => Part::Clear(Clear::new(text.as_str()), Quoting::Plain),
                Part::Clear(..) | Part::Reference(..) => part.clone(),
            })
            .collect(),
    )
}

/// What a failover must keep to, where the spec says anything.
pub(super) fn objectives(written: &spec::Objectives) -> Option<Objectives> {
    let objective = |written: Option<&Located<spec::Duration>>| {
        let written = written?;
        Some(Objective {
            most: Duration::from_millis(written.as_millis()),
            place: written.place.clone(),
        })
    };
    let objectives = Objectives {
        rpo: objective(written.rpo.as_ref()),
        rto: objective(written.rto.as_ref()),
    };
    (objectives != Objectives::default()).then_some(objectives)
}

/// The mirrors: literal keys create, pattern keys govern.
pub(super) fn hold(written: &spec::Hold) -> Hold {
    Hold {
        reason: written.reason.value.clone(),
        until: written.until.0,
        place: written.place.clone(),
    }
}

pub(super) fn mirrors(settings: &Settings) -> MirrorRules {
    let declared = |(name, declared): (&Located<String>, &spec::Declared)| {
        let mirror = &declared.0;
        let declared = DesiredMirror {
            state: mirror.state(),
            configs: topic_configs(&mirror.configs),
            hold: mirror.hold.as_ref().map(hold),
            place: name.place.clone(),
        };
        (name.clone(), declared)
    };
    rules(settings.mirrors.iter().map(declared))
}

/// Rules by their keys. A key that is neither a name nor a pattern was reported when it was read.
pub(super) fn rules<T>(written: impl Iterator<Item = (Located<String>, T)>) -> Rules<T> {
    let mut literal = BTreeMap::new();
    let mut patterns = Vec::new();
    for (name, declared) in written {
        match spec::parse_pattern(&name) {
            Ok(pattern)
                if pattern.pattern_type == PatternType::Literal && !pattern.is_everything() =>
            {
                literal.insert(pattern.name.as_str().into(), declared);
            }
            Ok(pattern) => patterns.push((pattern, declared)),
            Err(_) => {}
        }
    }
    Rules::new(literal, patterns)
}

/// Topic configs as they are sent.
pub(super) fn topic_configs(written: &spec::Named<Located<Plain>>) -> BTreeMap<String, String> {
    (written.iter())
        .map(|(key, value)| (key.value.clone(), value.text().to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clear_text_in_a_sensitive_config_is_guarded() {
        let template = guarded(&Template::new().text("hunter2"));
        assert!(template.holds_clear_text());
        assert_eq!(template.to_string(), "***");
    }
}
