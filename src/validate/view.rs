//! The spec as rules see it: with the link objects of every link.

use super::Context;
use crate::spec::{self, Cluster, Filter, LinkObject, Located, Pattern, Secret, Spec};

/// What a rule is given.
pub(super) struct Check<'a> {
    pub(super) spec: &'a Spec,
    pub(super) context: &'a Context,
    /// Every link object, in the order of the file.
    pub(super) sites: Vec<LinkObject<'a>>,
}

impl<'a> Check<'a> {
    pub(super) fn new(spec: &'a Spec, context: &'a Context) -> Self {
        Self {
            spec,
            context,
            sites: spec
                .links
                .iter()
                .flat_map(|(key, link)| spec::link_objects(key, link))
                .collect(),
        }
    }

    pub(super) fn cluster(&self, name: Option<&Located<String>>) -> Option<&'a Cluster> {
        self.spec.clusters.get(name?)
    }

    pub(super) fn holder(&self, site: &LinkObject<'a>) -> Option<&'a Cluster> {
        self.cluster(site.holder)
    }

    pub(super) fn peer(&self, site: &LinkObject<'a>) -> Option<&'a Cluster> {
        self.cluster(site.peer)
    }

    /// The objects that hold mirrors.
    pub(super) fn hosts(&self) -> impl Iterator<Item = &LinkObject<'a>> {
        self.sites.iter().filter(|site| site.role.holds_mirrors())
    }
}

/// The name filters of an object, each with the field that holds its patterns.
pub(super) fn filters_of<'a>(
    site: &LinkObject<'a>,
) -> impl Iterator<Item = (&'static str, &'a Filter)> {
    let settings = site.settings;
    let groups = settings
        .consumer_offset_sync
        .as_ref()
        .and_then(|sync| sync.groups.as_ref());
    let topics = settings
        .auto_create_mirrors
        .as_ref()
        .and_then(|auto| auto.topics.as_ref());
    [("groups", groups), ("topics", topics)]
        .into_iter()
        .filter_map(|(what, filter)| Some((what, filter?)))
}

/// The JAAS configurations of an object, for either cluster.
pub(super) fn jaas_lines<'a>(site: &LinkObject<'a>) -> impl Iterator<Item = &'a Located<Secret>> {
    [&site.settings.credentials, &site.settings.local_credentials]
        .into_iter()
        .flatten()
        .filter_map(|credentials| credentials.sasl_jaas.as_ref()?.jaas.as_ref())
}

/// As many patterns of two filters are compared with one another.
const MAX_COMPARED_PATTERNS: usize = 200;

/// The patterns that are compared with one another. Real lists are shorter; a hostile one must not
/// cost the square of its length.
pub(super) fn take_at_most<T>(list: &[T], most: usize) -> &[T] {
    list.get(..most).unwrap_or(list)
}

/// Two includes, one of each filter, that select some name that neither filter excludes, and of which
/// `counts` holds.
pub(super) fn meeting_includes<'a>(
    a: &'a Filter,
    b: &'a Filter,
    counts: impl Fn(&Pattern, &Pattern) -> bool,
) -> Option<(&'a Pattern, &'a Pattern)> {
    take_at_most(&a.include, MAX_COMPARED_PATTERNS)
        .iter()
        .find_map(|first| {
            take_at_most(&b.include, MAX_COMPARED_PATTERNS)
                .iter()
                .find_map(|second| {
                    let (x, y) = (&first.0.value, &second.0.value);
                    let narrow = if x.covers(y) { y } else { x };
                    let excluded = |filter: &Filter| {
                        take_at_most(&filter.exclude, MAX_COMPARED_PATTERNS)
                            .iter()
                            .any(|exclude| exclude.0.value.covers(narrow))
                    };
                    let meet = x.overlaps(y) && !excluded(a) && !excluded(b);
                    (meet && counts(first, second)).then_some((first, second))
                })
        })
}
