//! Whether a live link config has a value that was planned: [`reads_back`] and [`reads_as`].
//!
//! These are the only judgements on a config that executing a plan needs. They compare by meaning,
//! as the diff does, so that what the plan wrote is what the next plan finds.

use crate::catalog;
use crate::diff::{ConfigChange, ConfigTarget, ConfigValue};
use crate::live::ConfigFact;

/// Whether a live config is as a change leaves it; `None` when it is a secret, whose value is never
/// told, and is set.
#[must_use]
pub fn reads_back(change: &ConfigChange, fact: Option<&ConfigFact>) -> Option<bool> {
    match &change.target {
        ConfigTarget::Set(ConfigValue::Text(wanted)) => {
            Some(reads_as(&change.name, Some(wanted), fact))
        }
        ConfigTarget::Set(ConfigValue::Secret(_)) => match fact {
            Some(fact) if !fact.is_default => None,
            Some(_) | None => Some(false),
        },
        ConfigTarget::Reset => Some(fact.is_none_or(|fact| {
            fact.is_default
                || match (&fact.value, default_of(&change.name)) {
                    (None, _) => !fact.is_sensitive,
                    (Some(value), Some(default)) => same(&change.name, value, default),
                    (Some(_), None) => false,
                }
        })),
    }
}

/// Whether a live config has this value; `None` stands for one that is not set or never told.
#[must_use]
pub fn reads_as(name: &str, value: Option<&str>, fact: Option<&ConfigFact>) -> bool {
    let live = fact.and_then(|fact| fact.value.as_deref());
    match (value, live) {
        (None, None) => true,
        (Some(value), Some(live)) => same(name, value, live),
        // Some servers leave a config out where others name its default, or an empty text.
        (Some(one), None) | (None, Some(one)) => {
            one.is_empty() || default_of(name).is_some_and(|default| same(name, one, default))
        }
    }
}

fn same(name: &str, a: &str, b: &str) -> bool {
    match catalog::lookup(name) {
        Some(entry) => catalog::same(entry, a, b),
        None => a == b,
    }
}

fn default_of(name: &str) -> Option<&'static str> {
    catalog::lookup(name).and_then(|entry| entry.default)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(value: Option<&str>) -> ConfigFact {
        ConfigFact {
            value: value.map(str::to_owned),
            is_default: false,
            is_read_only: false,
            is_sensitive: false,
        }
    }

    #[test]
    fn values_read_back_by_meaning() {
        let filters = "acl.sync.enable";
        assert!(reads_as(filters, Some("TRUE"), Some(&fact(Some("true")))));
        assert!(reads_as(filters, Some("false"), None));
        assert!(!reads_as(filters, Some("true"), None));
        assert!(reads_as("no.such.key", None, Some(&fact(None))));
        assert!(!reads_as("no.such.key", None, Some(&fact(Some("x")))));
    }
}
