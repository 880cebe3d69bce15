//! How config values are shown: secrets as references, filters as entries, times with units.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::catalog::filters::{AclFilters, NameFilters, Subject};
use crate::catalog::{self, Kind};
use crate::diff::ConfigValue;
use crate::secret::Template;

use super::number::duration;

/// A config value prepared for showing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// A set of entries, in order: filters with the includes first, or a list.
    Entries(Vec<String>),
    /// Anything else, in one piece.
    Text(String),
}

/// Whether a config's value must never be shown, whatever it is.
#[must_use]
pub fn is_secret(name: &str) -> bool {
    match catalog::lookup(name) {
        Some(entry) => entry.sensitive,
        // The server may know configs that we do not: better one value too few than a password.
        None => [
            "password",
            "secret",
            "jaas",
            "token",
            "private",
            "keystore.key",
        ]
        .iter()
        .any(|word| name.to_ascii_lowercase().contains(word)),
    }
}

/// A plain value, prepared for showing.
#[must_use]
pub fn shown(name: &str, value: &str) -> Shown {
    if is_secret(name) {
        return Shown::Text("(secret)".to_owned());
    }
    let entries = match catalog::lookup(name).map(|entry| entry.kind) {
        Some(Kind::TopicFilters) => name_entries(Subject::Topics, value),
        Some(Kind::GroupFilters) => name_entries(Subject::Groups, value),
        Some(Kind::AclFilters) => AclFilters::parse_json(value)
            .ok()
            .map(|filters| filters.0.iter().map(ToString::to_string).collect()),
        Some(Kind::List | Kind::Addresses) => {
            let items: BTreeSet<&str> = value.split(',').map(str::trim).collect();
            let items = items.into_iter().filter(|item| !item.is_empty());
            Some(items.map(str::to_owned).collect())
        }
        Some(
            Kind::Bool
            | Kind::Int { .. }
            | Kind::Text
            | Kind::LoginHandler
            | Kind::Choice(_)
            | Kind::Time,
        )
        | None => None,
    };
    match entries {
        Some(entries) => Shown::Entries(entries),
        None => Shown::Text(with_unit(name, value)),
    }
}

/// A value to be written, prepared for showing.
#[must_use]
pub fn value_words(name: &str, value: &ConfigValue) -> Shown {
    match value {
        ConfigValue::Text(text) => shown(name, text),
        ConfigValue::Secret(template) => Shown::Text(secret(template)),
    }
}

/// Where a secret comes from, never what it is.
fn secret(template: &Template) -> String {
    let mut references: Vec<String> = template.references().map(ToString::to_string).collect();
    references.dedup();
    if template.holds_clear_text() {
        references.push("plaintext".to_owned());
    }
    if references.is_empty() {
        "(secret)".to_owned()
    } else {
        format!("(secret from {})", references.join(", "))
    }
}

fn name_entries(subject: Subject, value: &str) -> Option<Vec<String>> {
    NameFilters::parse_json(subject, value)
        .ok()
        .map(|filters| filters.0.iter().map(ToString::to_string).collect())
}

/// Milliseconds get their meaning next to them: `30000 (30s)`.
fn with_unit(name: &str, value: &str) -> String {
    match value.parse() {
        Ok(millis) if name.ends_with(".ms") && millis >= 1000 => {
            format!("{value} ({})", duration(Duration::from_millis(millis)))
        }
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::{Clear, Fallback, Part, Quoting, Reference};

    #[test]
    fn secrets_are_never_shown() {
        let mut password = Template::from_parts(vec![Part::Reference(
            Reference::Env {
                name: "PW".to_owned(),
                default: Some(Fallback::Text("hunter2".to_owned())),
            },
            Quoting::Plain,
        )]);
        password.push(Part::Clear(Clear::new("hunter3"), Quoting::Plain));
        let words = value_words("sasl.jaas.config", &ConfigValue::Secret(password));
        assert_eq!(
            words,
            Shown::Text("(secret from ${env:PW:-…}, plaintext)".to_owned())
        );
        for name in ["sasl.jaas.config", "some.new.password", "x.client.secret"] {
            assert_eq!(shown(name, "hunter2"), Shown::Text("(secret)".to_owned()));
        }
    }

    #[test]
    fn values_are_shown_by_their_kind() {
        assert_eq!(
            shown("consumer.offset.sync.ms", "30000"),
            Shown::Text("30000 (30s)".to_owned())
        );
        assert_eq!(
            shown("topic.config.sync.include", "b, a"),
            Shown::Entries(vec!["a".to_owned(), "b".to_owned()])
        );
        let filters = r#"{"topicFilters":[{"name":"orders","patternType":"PREFIXED","filterType":"INCLUDE"}]}"#;
        assert_eq!(
            shown("auto.create.mirror.topics.filters", filters),
            Shown::Entries(vec!["include orders*".to_owned()])
        );
        assert_eq!(
            shown("auto.create.mirror.topics.filters", "{nonsense"),
            Shown::Text("{nonsense".to_owned())
        );
    }
}
