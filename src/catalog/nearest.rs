//! The nearest known name to one that is not known.

use super::ENTRIES;

/// Slips seen in documentation and in the field, with the name that was meant.
const SLIPS: &[(&str, &str)] = &[
    ("acl.sync.filters", "acl.filters"),
    (
        "auto.create.mirror.topics",
        "auto.create.mirror.topics.enable",
    ),
    (
        "auto.create.topics.filters",
        "auto.create.mirror.topics.filters",
    ),
    ("cluster.link.mode", "link.mode"),
    ("consumer.group.prefix", "consumer.group.prefix.enable"),
    ("consumer.offset.filters", "consumer.offset.group.filters"),
    (
        "consumer.offset.sync.filters",
        "consumer.offset.group.filters",
    ),
    ("link.connection.mode", "connection.mode"),
    ("mirror.start.offset", "mirror.start.offset.spec"),
    ("topic.configs.sync.ms", "topic.config.sync.ms"),
];

/// The known config that `name` most probably means.
#[must_use]
pub fn nearest(name: &str) -> Option<&'static str> {
    if let Some((_, meant)) = SLIPS.iter().find(|(slip, _)| *slip == name) {
        return Some(meant);
    }
    nearest_of(name, ENTRIES.iter().map(|entry| entry.name))
}

/// The candidate nearest to `name`, if one is near enough to be worth a suggestion.
#[must_use]
pub fn nearest_of<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    // A name longer than any real one is not a slip of one, and comparing costs its length.
    if name.len() > 256 {
        return None;
    }
    let name = name.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| {
            let lower = candidate.to_lowercase();
            let distance = strsim::osa_distance(&name, &lower);
            (distance, lower.len(), candidate)
        })
        .filter(|(distance, length, _)| *distance <= 1.max((*length).min(name.len()) / 3))
        .min_by_key(|(distance, _, candidate)| (*distance, *candidate))
        .map(|(_, _, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_slips_and_typing_errors_find_what_was_meant() {
        for (slip, meant) in SLIPS {
            assert_eq!(nearest(slip), Some(*meant));
            assert!(super::super::lookup(meant).is_some(), "{meant}");
            assert!(super::super::lookup(slip).is_none(), "{slip}");
        }
        assert_eq!(nearest("acl.sync.mss"), Some("acl.sync.ms"));
        assert_eq!(nearest("Metadata.Max.Age"), Some("metadata.max.age.ms"));
        assert_eq!(nearest("flux.capacitor"), None);
        assert_eq!(nearest(&"x".repeat(100_000)), None);
    }

    #[test]
    fn short_names_are_not_matched_with_anything() {
        assert_eq!(nearest_of("wets", ["east", "west"]), Some("west"));
        assert_eq!(nearest_of("ab", ["xy"]), None);
    }
}
