//! The link-config catalogue: what is known about every cluster link config, as data ([`ENTRIES`]).
//!
//! Validation, comparison and documentation all ask here, so that a fact about a config is written
//! once. Facts come from the Confluent Cloud documentation, from a recorded reply of a real cluster
//! (the Terraform provider's test fixture) and from first-party tools; each entry names its source.
//! What no source says is not in an entry: an unknown bound is no bound.

mod entries;
mod features;
pub mod filters;
pub mod names;
mod nearest;
mod page;
mod same;

pub use entries::ENTRIES;
pub use features::{Feature, TASKS, TaskKind};
pub use nearest::{nearest, nearest_of};
pub use page::page;
pub use same::{bare_addresses, is_default, is_true, is_unset_when_empty, same, same_value};

/// What a value of a config looks like, and thereby how two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `true` or `false`.
    Bool,
    /// A whole number; a bound is given only where a source states it.
    Int {
        /// Smallest accepted value.
        min: Option<i64>,
    },
    /// Any text, compared as it is.
    Text,
    /// Items separated by commas; their order has no meaning.
    List,
    /// Addresses separated by commas. Their order has no meaning, nor has case, nor a protocol in
    /// front: some servers keep `SASL_SSL://` as it was sent, and connect by `security.protocol`.
    Addresses,
    /// One of these words, compared without regard to case.
    Choice(&'static [&'static str]),
    /// The JSON text of topic filters.
    TopicFilters,
    /// The JSON text of consumer group filters.
    GroupFilters,
    /// The JSON text of ACL filters.
    AclFilters,
    /// `earliest`, `latest` or an ISO 8601 time.
    Time,
    /// The class that fetches OAuth tokens. Kafka 3 has it under two names, Kafka 4 under one.
    LoginHandler,
}

/// Whether a config can be written, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutability {
    /// At creation and at any time after.
    Settable,
    /// At creation only; a change means another link. The API does not flag these as read-only.
    CreateOnly,
    /// Never on Confluent Cloud, at any time on Confluent Platform.
    ReadOnlyOnCloud,
    /// Reported by the server from other settings: never a difference.
    Derived,
}

/// Which servers know a config.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// Confluent Cloud and Confluent Platform.
    Both,
    /// Confluent Cloud only.
    CloudOnly,
    /// Confluent Platform only.
    PlatformOnly,
}

/// Whether a field of the spec writes a config, so that `configs:` must not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// No field: it is written through `configs:`.
    None,
    /// The path of the field under a link, such as `acl_sync.interval`.
    Typed(&'static str),
}

/// One config that a cluster link can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name, such as `acl.sync.ms`.
    pub name: &'static str,
    /// The shape of its value.
    pub kind: Kind,
    /// The value that the server uses when none is set; `None` is null or not known.
    pub default: Option<&'static str>,
    /// When it can be written.
    pub mutability: Mutability,
    /// Whether the server never gives its value back.
    pub sensitive: bool,
    /// Which servers know it.
    pub place: Where,
    /// The field of the spec that writes it.
    pub owner: Owner,
    /// What it does, in a sentence or two.
    pub summary: &'static str,
    /// Who says so.
    pub source: &'static str,
}

/// The entry of a config, if it is known.
#[must_use]
pub fn lookup(name: &str) -> Option<&'static Entry> {
    ENTRIES
        .binary_search_by(|entry| entry.name.cmp(name))
        .ok()
        .map(|index| &ENTRIES[index])
}

/// Whether a config decides how a half reaches and authenticates to a cluster.
#[must_use]
pub fn is_connection(name: &str) -> bool {
    [names::BOOTSTRAP_SERVERS, names::SECURITY_PROTOCOL].contains(&name)
        || ["sasl.", "ssl.", names::LOCAL]
            .iter()
            .any(|prefix| name.starts_with(prefix))
}

/// Whether a config decides what is copied to the cluster that holds the half.
#[must_use]
pub fn is_of_mirrors(name: &str) -> bool {
    name == names::MIRROR_START_OFFSET_SPEC
        || ["acl.", "auto.create.", "consumer.", "topic.config.sync."]
            .iter()
            .any(|prefix| name.starts_with(prefix))
}

/// Whether a value may be kept in a file: the catalogue says that it is no secret, and no address in it has a user name, a
/// password or a query. A name that the catalogue does not have says nothing about its value.
#[must_use]
pub fn may_be_kept(name: &str, value: &str) -> bool {
    lookup(name).is_some_and(|entry| entry.is_public() && !has_user(entry.kind, value))
}

/// Whether an address in a value has more than an address: `https://user:password@host`, `https://host/path?key=secret`.
#[must_use]
pub fn has_user(kind: Kind, value: &str) -> bool {
    let from = match kind {
        Kind::Addresses => Some(0),
        _ => value.find("//"),
    };
    from.is_some_and(|from| value[from..].contains(['@', '?']))
}

/// Whether the API never returns a config's value, although it is no secret: set, it reads as null.
#[must_use]
pub fn is_opaque(name: &str) -> bool {
    name.starts_with("config.providers")
}

impl Entry {
    /// Whether its value is no secret, and is returned.
    #[must_use]
    pub fn is_public(&self) -> bool {
        !self.sensitive && !is_opaque(self.name)
    }

    /// The spec field that owns this config.
    #[must_use]
    pub fn owner_field(&self) -> Option<&'static str> {
        match self.owner {
            Owner::Typed(field) => Some(field),
            Owner::None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_sorted_and_each_is_found() {
        for pair in ENTRIES.windows(2) {
            assert!(
                pair[0].name < pair[1].name,
                "{} {}",
                pair[0].name,
                pair[1].name
            );
        }
        for entry in ENTRIES {
            assert_eq!(lookup(entry.name), Some(entry));
            assert!(entry.summary.ends_with('.'), "{}", entry.name);
            assert!(!entry.source.is_empty(), "{}", entry.name);
        }
        assert_eq!(lookup("consumer.offset.sync.filters"), None);
    }

    #[test]
    fn every_default_has_the_shape_of_its_kind() {
        for entry in ENTRIES {
            let Some(default) = entry.default else {
                continue;
            };
            match entry.kind {
                Kind::Bool => assert!(matches!(default, "true" | "false"), "{}", entry.name),
                Kind::Int { min } => {
                    let value: i64 = default.parse().expect(entry.name);
                    assert!(min.is_none_or(|min| min <= value), "{}", entry.name);
                }
                Kind::Choice(words) => assert!(words.contains(&default), "{}", entry.name),
                Kind::Text
                | Kind::List
                | Kind::Addresses
                | Kind::Time
                | Kind::LoginHandler
                | Kind::TopicFilters
                | Kind::GroupFilters
                | Kind::AclFilters => {}
            }
        }
    }

    #[test]
    fn every_config_of_the_documented_reply_is_here() {
        // The behaviour keys that the Terraform provider lets people edit.
        for name in [
            "acl.filters",
            "acl.sync.enable",
            "acl.sync.ms",
            "auto.create.mirror.topics.enable",
            "auto.create.mirror.topics.filters",
            "cluster.link.prefix",
            "consumer.group.prefix.enable",
            "consumer.offset.group.filters",
            "consumer.offset.sync.enable",
            "consumer.offset.sync.ms",
            "mirror.start.offset.spec",
            "topic.config.sync.ms",
            "topic.config.sync.include",
        ] {
            assert!(lookup(name).is_some(), "{name}");
        }
    }
}
