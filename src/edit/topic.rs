//! What the entry of a topic of a bidirectional link is to say → the keys that change: [`Wanted::keys`].

use super::covering::entry;
use super::files::New;
use super::value::Value;
use crate::spec::{Topic, Topics};

/// What the entry is to say; what is left out stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// The cluster that the topic is written on.
    pub primary: Option<&'a str>,
    /// Whether the other cluster has a mirror topic of it.
    pub copy: Option<bool>,
    /// Whether that mirror topic is paused.
    pub paused: Option<bool>,
}

impl Wanted<'_> {
    /// The keys that change for a topic: of its own entry, or of one like the pattern that governs it. None where no key
    /// covers the topic.
    #[must_use]
    pub fn keys_of(self, topics: &Topics, topic: &str) -> Option<Vec<(&'static str, New)>> {
        let entry = entry(topics, topic)?;
        Some(self.keys(entry.value, entry.is_own))
    }

    /// The keys of an entry that change, and what they are to be. What has no effect without a mirror topic goes with
    /// it. `is_own` is false where the entry is a pattern and the topic gets one of its own: only a pattern creates
    /// mirror topics.
    #[must_use]
    pub(super) fn keys(self, entry: &Topic, is_own: bool) -> Vec<(&'static str, New)> {
        let word = |word: &str| New::Value(Value::text(word));
        let mut keys = Vec::new();
        if let Some(primary) = self.primary.filter(|it| *it != entry.primary.as_str()) {
            keys.push(("primary", word(primary)));
        }
        let copy = self.copy.filter(|copy| *copy != entry.has_copy());
        if let Some(copy) = copy {
            keys.push(("copy", word(if copy { "mirror" } else { "none" })));
        }
        let is_alone = copy == Some(false);
        match self.paused.filter(|paused| *paused != entry.is_paused()) {
            _ if is_alone && entry.state.is_some() => keys.push(("state", New::Removed)),
            Some(paused) if !is_alone => {
                keys.push(("state", word(if paused { "paused" } else { "mirroring" })));
            }
            _ => {}
        }
        if (is_alone || !is_own && !keys.is_empty()) && entry.auto_create.is_some() {
            keys.push(("auto_create", New::Removed));
        }
        if is_alone && !entry.configs.is_empty() {
            keys.push(("configs", New::Removed));
        }
        keys
    }
}
