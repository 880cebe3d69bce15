//! The entry that covers a topic: [`entry`].

use super::address::governing;
use crate::spec::{Located, Named};

/// An entry that covers a topic: its own, or the pattern that governs it.
pub(super) struct Covering<'a, T> {
    pub(super) name: &'a Located<String>,
    pub(super) value: &'a T,
    /// Whether the entry is the topic's own.
    pub(super) is_own: bool,
}

/// The entry that covers a topic.
pub(super) fn entry<'a, T>(entries: &'a Named<T>, topic: &str) -> Option<Covering<'a, T>> {
    let names: Vec<&str> = entries.names().map(|name| name.as_str()).collect();
    let is_own = names.contains(&topic);
    let key = match is_own {
        true => topic,
        false => governing(&names, topic)?,
    };
    let (name, value) = entries.iter().find(|(name, _)| name.as_str() == key)?;
    Some(Covering {
        name,
        value,
        is_own,
    })
}
