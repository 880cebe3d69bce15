//! Whether a live link config has a value that was planned: [`reads_back`] and [`reads_as`].
//!
//! These are the only judgements on a config that executing a plan needs. They compare by meaning,
//! as the diff does, so that what the plan wrote is what the next plan finds.

use crate::diff::{ConfigChange, ConfigTarget, ConfigValue, default_of, is_unset, same};
use crate::live::ConfigFact;

/// Whether a live config is as a change leaves it; `None` when it is a secret, whose value is never
/// returned, and is set.
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
        ConfigTarget::Reset => Some(fact.is_none_or(|fact| is_unset(&change.name, fact))),
    }
}

/// Whether a live config has this value; `None` means one that is not set or never returned.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::tests::place;
    use crate::secret::Template;

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
        let switch = "acl.sync.enable";
        assert!(reads_as(switch, Some("TRUE"), Some(&fact(Some("true")))));
        assert!(reads_as(switch, Some("false"), None));
        assert!(!reads_as(switch, Some("true"), None));
        assert!(reads_as("no.such.key", None, Some(&fact(None))));
        assert!(!reads_as("no.such.key", None, Some(&fact(Some("x")))));
        assert!(reads_as("no.such.key", Some("x"), Some(&fact(Some("x")))));
        assert!(!reads_as("no.such.key", Some("x"), Some(&fact(Some("y")))));
    }

    #[test]
    fn a_change_reads_back_as_far_as_is_known() {
        let text = |text: &str| ConfigTarget::Set(ConfigValue::Text(text.to_owned()));
        let secret = || ConfigTarget::Set(ConfigValue::Secret(Template::from_parts(Vec::new())));
        let default = |value| ConfigFact {
            is_default: true,
            ..fact(value)
        };
        let hidden = ConfigFact {
            is_sensitive: true,
            ..fact(None)
        };
        let rows = [
            (text("true"), Some(fact(Some("TRUE"))), Some(true)),
            (text("true"), Some(fact(Some("false"))), Some(false)),
            (secret(), Some(hidden.clone()), None),
            (secret(), Some(default(None)), Some(false)),
            (secret(), None, Some(false)),
            (ConfigTarget::Reset, None, Some(true)),
            (ConfigTarget::Reset, Some(default(Some("true"))), Some(true)),
            (ConfigTarget::Reset, Some(fact(None)), Some(true)),
            (ConfigTarget::Reset, Some(fact(Some("false"))), Some(true)),
            (ConfigTarget::Reset, Some(fact(Some("true"))), Some(false)),
            (ConfigTarget::Reset, Some(hidden), Some(false)),
        ];
        for (target, fact, expected) in rows {
            let change = ConfigChange {
                name: "acl.sync.enable".to_owned(),
                before: None,
                hidden: false,
                target,
                place: place(1),
            };
            let read = reads_back(&change, fact.as_ref());
            assert_eq!(read, expected, "{change:?} {fact:?}");
        }
    }
}
