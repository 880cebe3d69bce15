//! Filters as the server knows them: [`NameFilters`] for topics and consumer groups, and
//! [`AclFilters`]; both are sets that are written to and read from the JSON text of a link config.
//!
//! Equality is by meaning: order, spaces and letter case of keywords do not count.

mod acl;
mod names;

pub use acl::{AclFilter, AclFilters, AclPatternType, Operation, Permission, ResourceType};
pub use names::{
    FilterType, NameFilter, NameFilters, NamePattern, PatternType, Subject, TopicTypes,
};

use std::collections::BTreeMap;

/// Members of a filter entry that are not known, by name, each as its JSON text. Servers add some; what
/// is not known is kept and sent back.
pub type Members = BTreeMap<String, String>;

/// Why a filter text could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// It is not JSON.
    #[error("not JSON: {0}")]
    Json(String),
    /// It is JSON of another shape.
    #[error("{0}")]
    Shape(String),
}

/// Declares a closed enumeration of the server's words, read without regard to case and to `_`. Where specs
/// have the words too, `in specs` says how they write them.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident {
        $($(#[$vdoc:meta])* $variant:ident = $word:literal, in specs $written:literal),+ $(,)?
    }) => {
        words! {
            #[derive(schemars::JsonSchema)]
            $(#[$doc])*
            $name { $($(#[$vdoc])* #[schemars(rename = $written)] $variant = $word),+ }
        }

        impl $name {
            /// The words as specs write them, in the order of [`Self::ALL`].
            pub const IN_SPECS: &'static [&'static str] = &[$($written),+];

            /// The word as specs write it.
            #[must_use]
            pub const fn in_specs(self) -> &'static str {
                match self { $(Self::$variant => $written),+ }
            }
        }
    };
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word that is sent to the server.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// Reads a word in any letter case.
            #[must_use]
            pub fn read(text: &str) -> Option<Self> {
                let plain = |text: &str| text.replace('_', "").to_ascii_lowercase();
                let text = plain(text);
                Self::ALL.iter().copied().find(|value| plain(value.word()) == text)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <String as serde::Deserialize>::deserialize(deserializer)?;
                Self::read(&word)
                    .ok_or_else(|| serde::de::Error::custom(format!("unknown word `{word}`")))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.word())
            }
        }
    };
}
use words;

/// The entries under `wrapper` of a filter text. An empty text is an empty list.
fn entries(text: &str, wrapper: &str) -> Result<Vec<serde_json::Value>, FilterError> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let value: serde_json::Value =
        serde_json::from_str(text).map_err(|error| FilterError::Json(error.to_string()))?;
    let serde_json::Value::Object(mut object) = value else {
        return Err(FilterError::Shape(format!(
            "expected an object with `{wrapper}`"
        )));
    };
    let list = object.remove(wrapper);
    if let Some(other) = object.keys().next() {
        return Err(FilterError::Shape(format!(
            "unexpected `{other}` next to `{wrapper}`"
        )));
    }
    match list {
        None | Some(serde_json::Value::Null) => Ok(Vec::new()),
        Some(serde_json::Value::Array(list)) => Ok(list),
        Some(_) => Err(FilterError::Shape(format!("`{wrapper}` is not a list"))),
    }
}

/// A text member of a filter entry; null and empty count as absent.
fn member<'a>(value: &'a serde_json::Value, name: &str) -> Result<Option<&'a str>, FilterError> {
    match value.get(name) {
        None | Some(serde_json::Value::Null) => Ok(None),
        Some(serde_json::Value::String(text)) if text.is_empty() => Ok(None),
        Some(serde_json::Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(FilterError::Shape(format!("`{name}` is not text"))),
    }
}

/// The members of an entry besides those that are known. Null and empty count as absent.
fn other_members(value: &serde_json::Value, known: &[&str]) -> Members {
    let members = value.as_object().into_iter().flatten();
    members
        .filter(|(name, value)| {
            let is_absent = value.is_null() || value.as_str() == Some("");
            !known.contains(&name.as_str()) && !is_absent
        })
        .map(|(name, value)| (name.clone(), sorted(value)))
        .collect()
}

/// A value's JSON text, members sorted and without spaces.
#[must_use]
pub fn sorted(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Object(members) => {
            let members: BTreeMap<&str, String> = members
                .iter()
                .map(|(name, value)| (name.as_str(), sorted(value)))
                .collect();
            object(&members)
        }
        serde_json::Value::Array(items) => {
            let items: Vec<String> = items.iter().map(sorted).collect();
            format!("[{}]", items.join(","))
        }
        other => other.to_string(),
    }
}

/// An object of members that are JSON already.
fn object(members: &BTreeMap<&str, String>) -> String {
    let members: Vec<String> = members
        .iter()
        .map(|(name, value)| format!("{}:{value}", serde_json::Value::from(*name)))
        .collect();
    format!("{{{}}}", members.join(","))
}
