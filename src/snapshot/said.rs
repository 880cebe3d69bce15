//! What a spec says of the names on its clusters: [`Said`].

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::names::SaidNamesV1;
use crate::address::TopicName;
use crate::catalog::filters::{AclFilters, NameFilters, NamePattern, PatternType, Subject};
use crate::catalog::{self, Kind};
use crate::desired::{Desired, DesiredValue, Half, Rules};

/// The names that a snapshot does not hide, since the spec says them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SaidV1 {
    /// Topics.
    pub topics: SaidNamesV1,
    /// Consumer groups.
    pub groups: SaidNamesV1,
    /// Principals.
    pub principals: BTreeSet<String>,
}

impl SaidV1 {
    /// Whether a name is one of these.
    pub(super) fn says(&self, name: &str) -> bool {
        let all = [&self.topics, &self.groups];
        all.iter().any(|it| it.names.contains(name))
    }

    /// As people write them: `orders`, `billing-*`, `User:app`.
    #[must_use]
    pub fn patterns(&self) -> Vec<String> {
        // A filter may be for topics and for groups.
        let both = [&self.topics, &self.groups];
        let all = both.into_iter().flat_map(|it| {
            let prefixes = it.prefixes.iter().map(|prefix| format!("{prefix}*"));
            it.names.iter().cloned().chain(prefixes)
        });
        let all: BTreeSet<String> = all.chain(self.principals.iter().cloned()).collect();
        all.into_iter().collect()
    }
}

/// What a spec says of the names on its clusters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Names of topics, groups and principals.
    pub names: SaidV1,
    /// The prefixes of its links.
    pub links: BTreeSet<String>,
    /// The hosts of addresses, in lower case.
    pub hosts: BTreeSet<String>,
    /// The values of its configs.
    pub values: BTreeSet<String>,
}

impl Said {
    /// What a spec says.
    #[must_use]
    pub fn of(desired: &Desired) -> Self {
        let mut said = Self::default();
        for cluster in desired.clusters.values() {
            let servers = cluster.bootstrap_servers.as_deref();
            said.addresses(servers.unwrap_or_default());
        }
        for link in desired.links.values() {
            link.halves.iter().for_each(|half| said.half(half));
            for pattern in link.move_together.values().flatten() {
                said.names.topics.pattern(pattern);
            }
            if let Some(rules) = &link.topics {
                said.rules(rules, "");
            }
        }
        for exception in &desired.exceptions {
            let topic = exception.address.mirror().map(ToString::to_string);
            said.names.topics.names.extend(topic);
        }
        said
    }

    fn half(&mut self, half: &Half) {
        let prefix = half.prefix.as_deref().unwrap_or_default();
        self.links.extend(half.prefix.clone());
        self.rules(&half.mirrors, prefix);
        let declared = half.configs.iter().filter_map(|(name, config)| {
            let DesiredValue::Value(value) = &config.value else {
                return None;
            };
            Some((name, value))
        });
        for (name, value) in declared.chain(&half.of_the_other) {
            self.config(name, value);
        }
    }

    /// Mirror topics, and with the prefix what they are called.
    fn rules<T>(&mut self, rules: &Rules<T>, prefix: &str) {
        let topics = &mut self.names.topics;
        let both = |name: &TopicName| [name.to_string(), format!("{prefix}{name}")];
        topics.names.extend(rules.literal.keys().flat_map(both));
        for (pattern, _) in &rules.patterns {
            topics.pattern(pattern);
        }
    }

    fn config(&mut self, name: &str, value: &str) {
        match catalog::lookup(name).map(|entry| entry.kind) {
            Some(Kind::TopicFilters) => self.names.topics.filters(Subject::Topics, value),
            Some(Kind::GroupFilters) => self.names.groups.filters(Subject::Groups, value),
            Some(Kind::AclFilters) => {
                self.hosts.extend(hosts_of(value));
                let filters = AclFilters::parse_json(value).unwrap_or_default();
                for filter in filters.0 {
                    let names = &mut self.names;
                    names.topics.names.extend(filter.name.clone());
                    names.groups.names.extend(filter.name);
                    names.principals.extend(filter.principal);
                }
            }
            Some(Kind::Addresses) => self.addresses(value),
            _ => drop(self.values.insert(value.to_owned())),
        }
    }

    fn addresses(&mut self, list: &str) {
        let hosts = list.split(',').map(|address| host(address.trim()).1);
        self.hosts.extend(hosts.map(str::to_ascii_lowercase));
    }
}

impl SaidNamesV1 {
    fn pattern(&mut self, pattern: &NamePattern) {
        match pattern.pattern_type {
            PatternType::Literal => self.names.insert(pattern.name.clone()),
            PatternType::Prefixed => self.prefixes.insert(pattern.name.clone()),
        };
    }

    fn filters(&mut self, subject: Subject, text: &str) {
        let filters = NameFilters::parse_json(subject, text).unwrap_or_default();
        for filter in &filters.0 {
            self.pattern(&filter.pattern);
        }
    }

    /// These and others.
    pub(super) fn with(&self, others: &Self) -> Self {
        Self {
            names: self.names.union(&others.names).cloned().collect(),
            prefixes: self.prefixes.union(&others.prefixes).cloned().collect(),
        }
    }

    /// What these say and others do not.
    pub(super) fn without(&self, others: &Self) -> Self {
        let difference = |one: &BTreeSet<String>, other: &BTreeSet<String>| {
            // A star is every name, and is never hidden.
            let new = one.difference(other).filter(|text| *text != "*");
            new.cloned().collect()
        };
        Self {
            names: difference(&self.names, &others.names),
            prefixes: difference(&self.prefixes, &others.prefixes),
        }
    }
}

/// The hosts of a text of ACL filters, in lower case.
fn hosts_of(filters: &str) -> Vec<String> {
    let filters: Value = serde_json::from_str(filters).unwrap_or_default();
    let filters = filters["aclFilters"].as_array();
    let hosts = (filters.into_iter().flatten())
        .filter_map(|filter| filter["accessFilter"]["host"].as_str());
    hosts.map(str::to_ascii_lowercase).collect()
}

/// What an address has before its host, the host, and what follows it.
pub(super) fn host(address: &str) -> (&str, &str, &str) {
    let start = address.find("://").map_or(0, |at| at + 3);
    let rest = &address[start..];
    let end = match rest.strip_prefix('[') {
        // An IPv6 address.
        Some(inner) => inner.find(']').map_or(rest.len(), |at| at + 2),
        None => rest.find([':', '/']).unwrap_or(rest.len()),
    };
    (&address[..start], &rest[..end], &rest[end..])
}
