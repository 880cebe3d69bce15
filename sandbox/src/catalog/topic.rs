//! The topic-config catalogue: defaults, and how a link treats each key.
//!
//! The three categories (always synced, synced when included, independent) are those a third-party
//! disaster-recovery script restates from the documentation.

/// `topic.config.sync.include` when it was not set, as recorded on Confluent Platform 7.5: what is
/// always synced, and these five. The order is the recorded one.
pub(crate) const DEFAULT_INCLUDE: &str = "min.compaction.lag.ms,max.compaction.lag.ms,\
    message.timestamp.difference.max.ms,max.message.bytes,retention.bytes,retention.ms,\
    delete.retention.ms,cleanup.policy,message.timestamp.type";

/// The same, if it were everything that can be synced.
pub(crate) const WHOLE_INCLUDE: &str = "cleanup.policy,compression.type,delete.retention.ms,\
    file.delete.delay.ms,flush.messages,flush.ms,index.interval.bytes,max.compaction.lag.ms,\
    max.message.bytes,message.downconversion.enable,message.timestamp.after.max.ms,\
    message.timestamp.before.max.ms,message.timestamp.difference.max.ms,message.timestamp.type,\
    min.cleanable.dirty.ratio,min.compaction.lag.ms,min.insync.replicas,preallocate,\
    retention.bytes,retention.ms,segment.bytes,segment.index.bytes,segment.jitter.ms,segment.ms,\
    unclean.leader.election.enable";

/// How a link treats a topic config.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sync {
    /// Copied to every mirror; cannot be changed there.
    AlwaysSynced,
    /// Copied when `topic.config.sync.include` names it.
    Included,
    /// Never copied; refused in `topic.config.sync.include`.
    Independent,
}

/// One topic config.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TopicKey {
    pub(crate) name: &'static str,
    pub(crate) default: Option<&'static str>,
    pub(crate) sync: Sync,
    /// Largest accepted number, where a message about it is documented.
    pub(crate) maximum: Option<i64>,
}

const fn always(name: &'static str, default: &'static str) -> TopicKey {
    TopicKey {
        name,
        default: Some(default),
        sync: Sync::AlwaysSynced,
        maximum: None,
    }
}

const fn included(name: &'static str, default: &'static str) -> TopicKey {
    TopicKey {
        name,
        default: Some(default),
        sync: Sync::Included,
        maximum: None,
    }
}

const fn independent(name: &'static str, default: Option<&'static str>) -> TopicKey {
    TopicKey {
        name,
        default,
        sync: Sync::Independent,
        maximum: None,
    }
}

/// Every known topic config, sorted by name.
pub(crate) const TOPIC_KEYS: &[TopicKey] = &[
    always("cleanup.policy", "delete"),
    included("compression.type", "producer"),
    independent("confluent.key.schema.validation", Some("false")),
    independent(
        "confluent.key.subject.name.strategy",
        Some(TOPIC_NAME_STRATEGY),
    ),
    independent("confluent.placement.constraints", Some("")),
    independent("confluent.tier.enable", Some("true")),
    independent("confluent.tier.local.hotset.bytes", Some("-1")),
    independent("confluent.tier.local.hotset.ms", Some("86400000")),
    independent("confluent.value.schema.validation", Some("false")),
    independent(
        "confluent.value.subject.name.strategy",
        Some(TOPIC_NAME_STRATEGY),
    ),
    included("delete.retention.ms", "86400000"),
    included("file.delete.delay.ms", "60000"),
    included("flush.messages", "9223372036854775807"),
    included("flush.ms", "9223372036854775807"),
    independent("follower.replication.throttled.replicas", Some("")),
    included("index.interval.bytes", "4096"),
    independent("leader.replication.throttled.replicas", Some("")),
    included("max.compaction.lag.ms", "9223372036854775807"),
    TopicKey {
        name: "max.message.bytes",
        default: Some("2097164"),
        sync: Sync::AlwaysSynced,
        maximum: Some(20_971_520),
    },
    included("message.downconversion.enable", "true"),
    independent("message.format.version", Some("3.0-IV1")),
    included("message.timestamp.after.max.ms", "9223372036854775807"),
    included("message.timestamp.before.max.ms", "9223372036854775807"),
    always("message.timestamp.difference.max.ms", "9223372036854775807"),
    always("message.timestamp.type", "CreateTime"),
    included("min.cleanable.dirty.ratio", "0.5"),
    included("min.compaction.lag.ms", "0"),
    included("min.insync.replicas", "2"),
    included("preallocate", "false"),
    included("retention.bytes", "-1"),
    included("retention.ms", "604800000"),
    included("segment.bytes", "104857600"),
    included("segment.index.bytes", "10485760"),
    included("segment.jitter.ms", "0"),
    included("segment.ms", "604800000"),
    included("unclean.leader.election.enable", "false"),
];

const TOPIC_NAME_STRATEGY: &str = "io.confluent.kafka.serializers.subject.TopicNameStrategy";

/// The key of a name.
pub(crate) fn find(name: &str) -> Option<&'static TopicKey> {
    TOPIC_KEYS
        .binary_search_by(|key| key.name.cmp(name))
        .ok()
        .map(|index| &TOPIC_KEYS[index])
}

/// Whether a link with this `topic.config.sync.include` copies the key.
pub(crate) fn is_synced(name: &str, include: &str) -> bool {
    match find(name).map(|key| key.sync) {
        Some(Sync::AlwaysSynced) => true,
        Some(Sync::Included) => include.split(',').any(|item| item.trim() == name),
        Some(Sync::Independent) | None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(
            TOPIC_KEYS
                .windows(2)
                .all(|pair| pair[0].name < pair[1].name)
        );
    }

    #[test]
    fn an_include_list_frees_what_it_leaves_out() {
        assert!(is_synced("retention.ms", DEFAULT_INCLUDE));
        assert!(!is_synced("min.insync.replicas", DEFAULT_INCLUDE));
        assert!(!is_synced(
            "retention.ms",
            "cleanup.policy,max.message.bytes"
        ));
        assert!(is_synced("cleanup.policy", ""));
        assert!(!is_synced("confluent.tier.enable", DEFAULT_INCLUDE));
    }

    #[test]
    fn the_whole_list_is_everything_that_can_be_synced() {
        let whole: Vec<&str> = TOPIC_KEYS
            .iter()
            .filter(|key| key.sync != Sync::Independent)
            .map(|key| key.name)
            .collect();
        assert_eq!(WHOLE_INCLUDE, whole.join(","));
        for name in DEFAULT_INCLUDE.split(',') {
            assert!(whole.contains(&name), "{name}");
        }
    }
}
