//! Auto-create: a mirror for every source topic that the filter selects.

use super::outcome::Run;
use crate::engine::mirror::{Origin, add};
use crate::engine::principal::reader_permissions;
use crate::engine::row::stop;
use crate::filter::{FilterKind, NameFilter};
use crate::state::key::{HalfKey, MirrorKey};
use crate::state::link::TaskError;
use crate::state::topic::Topic;
use crate::state::{Cluster, State};
use crate::switches::{AutoCreateWithoutFilter, NarrowedTopicFilters};
use std::collections::BTreeMap;

/// At most this many errors are listed; the real service suppresses the rest as well.
const LISTED_ERRORS: usize = 10;

pub(super) fn run(state: &mut State, key: &HalfKey) -> Run {
    let Some(half) = state.half(key) else {
        return Run::default();
    };
    let Some(here) = state.clusters.get(&key.cluster) else {
        return Run::default();
    };
    let source = half.remote.as_deref().and_then(|id| state.clusters.get(id));
    let Some(source) = source else {
        return Run::default();
    };
    let text = half
        .config("auto.create.mirror.topics.filters")
        .unwrap_or("");
    let filter = NameFilter::parse(text, FilterKind::Topics, &state.switches).unwrap_or_default();
    if filter.is_empty() {
        return match state.switches.auto_create_without_filter {
            AutoCreateWithoutFilter::Idle => Run::default(),
            // Only the beginning of the text was seen; the rest follows the one of ACL sync.
            AutoCreateWithoutFilter::InError => Run::failed(
                "MISCONFIGURATION_ERROR",
                "auto.create.mirror.topics.enable is set but auto.create.mirror.topics.filters is not \
                 set. Please set auto.create.mirror.topics.filters to proceed.",
            ),
        };
    }
    let prefix = half.prefix().to_owned();
    let may = reader_permissions(state, key);
    let mut errors = Vec::new();
    let mut create = Vec::new();
    for (topic, data) in &source.topics {
        if !filter.selects(topic) || Topic::is_internal(topic) || data.deleting {
            continue;
        }
        if may.as_ref().is_some_and(|may| !may.sees(topic)) {
            continue;
        }
        if !prefix.is_empty() && is_prefixed_mirror(source, topic, data) {
            continue;
        }
        let name = format!("{prefix}{topic}");
        if half.mirrors.contains_key(&name) {
            continue;
        }
        if here.topics.contains_key(&name) {
            errors.push(TaskError::new(
                "TOPIC_EXISTS_ERROR",
                format!("Topic '{name}' already exists on the destination cluster."),
            ));
            continue;
        }
        if here
            .mirror_limit
            .is_some_and(|limit| half.mirrors.len() + create.len() >= limit)
        {
            errors.push(TaskError::new(
                "POLICY_VIOLATION_ERROR",
                format!("No more mirror topics fit on the link: '{name}' is left out."),
            ));
            continue;
        }
        if may.as_ref().is_some_and(|may| !may.mirrors(topic)) {
            errors.push(TaskError::new(
                "AUTHORIZATION_ERROR",
                format!("The link may not read topic '{topic}' and its configs."),
            ));
            continue;
        }
        create.push((key.mirror(&name), topic.clone()));
    }
    let leave: Vec<MirrorKey> = match state.switches.narrowed_topic_filters {
        NarrowedTopicFilters::Keep => Vec::new(),
        NarrowedTopicFilters::Stop => half
            .mirrors
            .iter()
            .filter(|(_, row)| row.auto_created && row.is_live() && row.underway.is_none())
            .filter(|(_, row)| !filter.selects(&row.source_topic))
            .map(|(name, _)| key.mirror(name))
            .collect(),
    };
    for (mirror, topic) in create {
        add(state, &mirror, &topic, BTreeMap::new(), Origin::AutoCreated);
    }
    for mirror in leave {
        stop(state, &mirror);
    }
    let again = !errors.is_empty();
    if errors.len() > LISTED_ERRORS {
        errors.truncate(LISTED_ERRORS);
        errors.push(TaskError::new(
            "SUPPRESSED_ERRORS",
            "There are more errors than are listed.",
        ));
    }
    Run { errors, again }
}

/// Whether a source topic is itself a mirror under a prefix: those are not chained onwards.
fn is_prefixed_mirror(source: &Cluster, name: &str, topic: &Topic) -> bool {
    let link = topic.mirror_of.as_deref();
    link.and_then(|link| source.halves.get(link))
        .is_some_and(|half| !half.prefix().is_empty() && half.mirrors.contains_key(name))
}
