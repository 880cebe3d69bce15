//! What a change of a spec does to the desired state: [`effects`].

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::path::Path;
use crate::address::{Address, ClusterName, HalfAddress, TopicName};
use crate::desired::{Desired, Half, Rules};
use crate::spec::{self, Spec};

/// Something whose desired state differs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// A cluster, a half of a link or a mirror topic.
    Of(Address),
    /// Every mirror topic of an address whose source topic a pattern matches.
    Pattern(Address, String),
    /// The topics of a link that a key covers, by the link's key and theirs.
    Topics(String, String),
    /// The links to delete, the exceptions or the policy.
    Rest(&'static str),
}

/// What differs between two desired states, whatever moved in the files.
#[must_use]
pub fn effects(before: &Desired, after: &Desired) -> BTreeSet<Effect> {
    let mut found = BTreeSet::new();
    let names: BTreeSet<&ClusterName> = before
        .clusters
        .keys()
        .chain(after.clusters.keys())
        .collect();
    for name in names {
        if differ(before.clusters.get(name), after.clusters.get(name)) {
            found.insert(Effect::Of(Address::Cluster(name.clone())));
        }
    }
    let keys: BTreeSet<&String> = before.links.keys().chain(after.links.keys()).collect();
    for key in keys {
        link(key, before, after, &mut found);
    }
    let rest = [
        (
            "retired",
            differ(Some(&before.retired), Some(&after.retired)),
        ),
        (
            "exceptions",
            differ(Some(&before.exceptions), Some(&after.exceptions)),
        ),
        ("policy", differ(Some(&before.policy), Some(&after.policy))),
        (
            "confluent_cloud",
            differ(before.cloud.as_ref(), after.cloud.as_ref()),
        ),
        ("store", differ(before.store.as_ref(), after.store.as_ref())),
    ];
    let rest = rest.into_iter().filter(|(_, differs)| *differs);
    found.extend(rest.map(|(name, _)| Effect::Rest(name)));
    found
}

fn link(key: &str, before: &Desired, after: &Desired, found: &mut BTreeSet<Effect>) {
    let (one, other) = (before.links.get(key), after.links.get(key));
    let halves = |desired: Option<&crate::desired::Link>| -> Vec<Half> {
        desired.map(|link| link.halves.clone()).unwrap_or_default()
    };
    let (halves_before, halves_after) = (halves(one), halves(other));
    let addresses: BTreeSet<_> = halves_before
        .iter()
        .chain(&halves_after)
        .map(|half| half.address.clone())
        .collect();
    // What concerns the whole link is shown at each of its halves.
    let is_link_other = match (one, other) {
        (Some(one), Some(other)) => {
            let bare = |link: &crate::desired::Link| {
                let mut link = link.clone();
                link.halves = Vec::new();
                link.topics = None;
                link
            };
            differ(Some(&bare(one)), Some(&bare(other)))
        }
        _ => true,
    };
    for address in addresses {
        let of = |halves: &[Half]| halves.iter().find(|half| half.address == address).cloned();
        let (one, other) = (of(&halves_before), of(&halves_after));
        let bare = |half: &Option<Half>| {
            let mut half = half.clone()?;
            half.mirrors = Rules::default();
            Some(half)
        };
        if is_link_other || differ(bare(&one).as_ref(), bare(&other).as_ref()) {
            found.insert(Effect::Of(Address::Half(address.clone())));
        }
        let name = |half: &Half, source: &TopicName| -> TopicName {
            format!("{}{source}", half.prefix.as_deref().unwrap_or_default()).into()
        };
        let literal = |half: &Option<Half>| -> Vec<(TopicName, Json)> {
            let half = half.iter();
            half.flat_map(|half| {
                half.mirrors
                    .literal
                    .iter()
                    .map(|(source, it)| (name(half, source), json(it)))
            })
            .collect()
        };
        let mirror = |topic: TopicName| Effect::Of(Address::Mirror(address.clone(), topic));
        found.extend(unequal(literal(&one), literal(&other)).map(mirror));
        let patterns = |half: &Option<Half>| -> Vec<(String, Json)> {
            let half = half.iter();
            half.flat_map(|half| &half.mirrors.patterns)
                .map(|(pattern, it)| (pattern.to_string(), json(it)))
                .collect()
        };
        let pattern = |pattern| Effect::Pattern(Address::Half(address.clone()), pattern);
        found.extend(unequal(patterns(&one), patterns(&other)).map(pattern));
    }
    let topics = |desired: Option<&crate::desired::Link>| -> Vec<(String, Json)> {
        let rules = desired.and_then(|link| link.topics.as_ref());
        let literal = rules.into_iter().flat_map(|rules| &rules.literal);
        let patterns = rules.into_iter().flat_map(|rules| &rules.patterns);
        literal
            .map(|(name, it)| (name.to_string(), json(it)))
            .chain(patterns.map(|(pattern, it)| (pattern.to_string(), json(it))))
            .collect()
    };
    let topic = |name| Effect::Topics(key.to_owned(), name);
    found.extend(unequal(topics(one), topics(other)).map(topic));
}

/// The names whose values are not the same in both.
fn unequal<K: Ord + Clone>(one: Vec<(K, Json)>, other: Vec<(K, Json)>) -> impl Iterator<Item = K> {
    let one: std::collections::BTreeMap<K, Json> = one.into_iter().collect();
    let other: std::collections::BTreeMap<K, Json> = other.into_iter().collect();
    let names: BTreeSet<K> = one.keys().chain(other.keys()).cloned().collect();
    names
        .into_iter()
        .filter(move |name| one.get(name) != other.get(name))
}

fn differ<T: serde::Serialize>(one: Option<&T>, other: Option<&T>) -> bool {
    one.map(json) != other.map(json)
}

/// A value without places: where something is written does not change what it is.
fn json<T: serde::Serialize>(value: &T) -> Json {
    let mut json = serde_json::to_value(value).unwrap_or_default();
    without_places(&mut json);
    json
}

fn without_places(json: &mut Json) {
    match json {
        Json::Object(members) => {
            members.remove("place");
            members.values_mut().for_each(without_places);
        }
        Json::Array(items) => items.iter_mut().for_each(without_places),
        _ => {}
    }
}

/// Whether one of these paths names what an effect is about.
#[must_use]
pub fn is_named(effect: &Effect, paths: &[&Path], spec: &Spec) -> bool {
    paths.iter().any(|path| match (effect, path.0.as_slice()) {
        (Effect::Of(Address::Cluster(cluster)), [section, name, ..]) => {
            section == "clusters" && cluster.as_str() == name
        }
        (Effect::Of(Address::Half(half)), [section, key, rest @ ..]) => {
            section == "links" && !is_topic(rest) && prefix_of(spec, key, half).is_some()
        }
        (Effect::Of(Address::Mirror(half, topic)), [section, key, rest @ ..]) => {
            section == "links"
                && topic_of(rest).is_some_and(|name| {
                    let prefix = prefix_of(spec, key, half);
                    prefix.is_some_and(|prefix| topic.as_str() == format!("{prefix}{name}"))
                })
        }
        (Effect::Pattern(Address::Half(half), pattern), [section, key, rest @ ..]) => {
            section == "links"
                && prefix_of(spec, key, half).is_some()
                && topic_of(rest) == Some(pattern)
        }
        (Effect::Topics(link, topic), [section, key, rest @ ..]) => {
            section == "links" && key == link && topic_of(rest) == Some(topic)
        }
        (Effect::Rest(name), [section, ..]) => section == name,
        _ => false,
    })
}

/// The prefix of a link's half, if the link has a half there.
fn prefix_of(spec: &Spec, key: &str, half: &HalfAddress) -> Option<String> {
    let mut links = spec.links.iter();
    let (name, link) = links.find(|(name, _)| name.as_str() == key)?;
    let mut objects = spec::link_objects(name, link).into_iter();
    let object = objects.find(|it| it.holder_name() == Some(half.cluster.as_str()))?;
    Some(object.prefix().to_owned())
}

fn is_topic(keys: &[String]) -> bool {
    topic_of(keys).is_some()
}

/// The key of `mirrors` or `topics` that the rest of a link's path leads to.
fn topic_of(keys: &[String]) -> Option<&String> {
    match keys {
        [section, name, ..] if section == "mirrors" || section == "topics" => Some(name),
        [halves, _, section, name, ..] if halves == "halves" && section == "mirrors" => Some(name),
        _ => None,
    }
}
