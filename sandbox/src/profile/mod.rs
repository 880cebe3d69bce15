//! Profiles: how servers of one time and kind answer, as a table.
//!
//! A row of [`TABLE`] is one thing in which servers differ, a column is a profile, a cell says
//! whether the profile has it and how that is known. The code that answers asks [`Profile::has`]
//! and never which profile it is.

use crate::catalog::link::{Key, Kind, Shown};
use crate::catalog::topic;
use crate::random::{Random, stable_number};
use crate::switches::{ClampOffsetsDefault, CloudConfigList, Switches, SyncIncludeDefault};
use crate::vocabulary::ClusterKind;
use Cell::{Guessed as G, Lacking as N, Recorded as R, Specified as S};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which servers a cluster answers like.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema,
)]
pub enum Profile {
    /// Confluent Cloud as recorded in 2022: 56 link configs, no `link_error`, no
    /// `remote_cluster_id`, a list of links without their states.
    #[serde(rename = "cc-2022")]
    Cc2022,
    /// Confluent Cloud as recorded around New Year 2024.
    #[serde(rename = "cc-2024")]
    Cc2024,
    /// Confluent Cloud today: as in 2024, with the fields that the OpenAPI document has beyond the
    /// recordings.
    #[default]
    #[serde(rename = "cc-2026")]
    Cc2026,
    /// Confluent Platform 7.5: the link configs are recorded (140 on a link that Confluent for
    /// Kubernetes made), the rest follows the document for Platform.
    #[serde(rename = "cp-7.5")]
    Cp75,
    /// Confluent Platform 8.
    #[serde(rename = "cp-8")]
    Cp8,
    /// Confluent Platform before 7.1.
    #[serde(rename = "cp-old")]
    CpOld,
}

/// How a cell of the table is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cell {
    /// In a recording of such a server.
    Recorded,
    /// Only in a specification.
    Specified,
    /// Inferred.
    Guessed,
    /// The profile does not have it.
    Lacking,
}

/// One thing in which servers differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trait {
    RemoteIdOnDestinations,
    NullIds,
    DestinationIdAsSource,
    StateInList,
    StateInGet,
    LinkError,
    EmptyErrorMessage,
    Tasks,
    CategoryCounts,
    MirrorError,
    TransitionErrors,
    StateTime,
    UnsortedNames,
    UnsortedLags,
    IdleOffsets,
    AlterRepliesAsRecorded,
    Truncation,
    IsNames,
    EmptyFilters,
    MissingLinkNamed,
    TakenLinkNamed,
    Bidirectional,
    TimestampDifference,
}

/// A row: what, in words, and which profiles have it.
struct Row {
    of: Trait,
    says: &'static str,
    cells: [Cell; 6],
}

const fn row(of: Trait, says: &'static str, cells: [Cell; 6]) -> Row {
    Row { of, says, cells }
}

/// The columns of [`TABLE`].
const COLUMNS: [(Profile, &str, ClusterKind); 6] = [
    (Profile::Cc2022, "cc-2022", ClusterKind::ConfluentCloud),
    (Profile::Cc2024, "cc-2024", ClusterKind::ConfluentCloud),
    (Profile::Cc2026, "cc-2026", ClusterKind::ConfluentCloud),
    (Profile::Cp75, "cp-7.5", ClusterKind::ConfluentPlatform),
    (Profile::Cp8, "cp-8", ClusterKind::ConfluentPlatform),
    (Profile::CpOld, "cp-old", ClusterKind::ConfluentPlatform),
];

#[rustfmt::skip] // one trait, one line
const TABLE: &[Row] = &[
    row(Trait::RemoteIdOnDestinations, "`remote_cluster_id` is filled on destination links too, next to `source_cluster_id`", [N, R, R, N, N, N]),
    row(Trait::NullIds, "cluster ids that do not apply are null, not absent", [R, R, R, G, G, N]),
    row(Trait::DestinationIdAsSource, "the source half shows the destination's id as `source_cluster_id`", [N, N, N, N, N, S]),
    row(Trait::StateInList, "`link_state` in the list of links", [N, R, R, G, G, N]),
    row(Trait::StateInGet, "`link_state` when one link is read", [R, R, R, G, G, N]),
    row(Trait::LinkError, "`link_error`, NO_ERROR when healthy, and `link_error_message`", [N, R, R, G, R, N]),
    row(Trait::EmptyErrorMessage, "`link_error_message` of a healthy link is an empty text, not null", [N, R, R, N, G, N]),
    row(Trait::Tasks, "`tasks` when they are asked for", [N, N, S, N, G, N]),
    row(Trait::CategoryCounts, "`category_counts`", [N, N, S, N, N, N]),
    row(Trait::MirrorError, "`mirror_topic_error`, NO_ERROR when healthy", [N, R, R, G, G, N]),
    row(Trait::TransitionErrors, "`mirror_state_transition_errors` when they are asked for", [N, G, S, G, G, N]),
    row(Trait::StateTime, "`state_time_ms` is a time, not 0", [R, R, R, G, G, N]),
    row(Trait::UnsortedNames, "lists of links and of mirrors, and `topic_names`, are in no order", [R, R, R, G, G, G]),
    row(Trait::UnsortedLags, "`mirror_lags` are in no order", [N, R, R, G, G, G]),
    row(Trait::IdleOffsets, "`last_source_fetch_offset` is -1 for some partitions without records", [R, R, R, G, R, G]),
    row(Trait::AlterRepliesAsRecorded, "verbs answer with `KafkaAlterMirrorsDataList`, the address of the mirrors and items sorted by name; otherwise `KafkaPromoteMirror`, the address of the verb and the order of the request", [G, R, R, N, G, N]),
    row(Trait::Truncation, "`messages_truncated` and `partition_level_truncation_data` in what verbs answer", [N, N, S, N, G, N]),
    row(Trait::IsNames, "flags of a link config are called `is_default`, `is_read_only`, `is_sensitive`; otherwise `default`, `read_only`, `sensitive`", [R, R, R, R, G, N]),
    row(Trait::EmptyFilters, "filters that are not set read as an empty text, not null", [R, R, R, R, G, N]),
    row(Trait::MissingLinkNamed, "the 404 of a link names it after \"The cluster link doesn't exist: \"", [N, N, N, G, R, G]),
    row(Trait::TakenLinkNamed, "the refusal of a second link of one name says the name", [N, N, N, G, G, N]),
    row(Trait::Bidirectional, "bidirectional links", [G, G, S, S, R, N]),
    row(Trait::TimestampDifference, "`message.timestamp.difference.max.ms`, which Kafka 4 does not have, must be in `topic.config.sync.include`", [G, G, N, G, N, G]),
];

/// A row of the table as documentation shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRow {
    /// What the row is about.
    pub says: &'static str,
    /// Per profile, in the order of [`Profile::ALL`]: `recorded`, `specified`, `guessed` or empty.
    pub cells: [&'static str; 6],
}

impl Profile {
    /// All profiles, in the order of the table's columns.
    pub const ALL: [Profile; 6] = [
        Profile::Cc2022,
        Profile::Cc2024,
        Profile::Cc2026,
        Profile::Cp75,
        Profile::Cp8,
        Profile::CpOld,
    ];

    /// Its name in world files.
    #[must_use]
    pub fn name(self) -> &'static str {
        COLUMNS[self as usize].1
    }

    /// What such clusters run.
    #[must_use]
    pub fn kind(self) -> ClusterKind {
        COLUMNS[self as usize].2
    }

    /// What a cluster answers like when the world file does not say.
    #[must_use]
    pub fn usual(kind: ClusterKind) -> Profile {
        match kind {
            ClusterKind::ConfluentCloud => Profile::Cc2026,
            ClusterKind::ConfluentPlatform | ClusterKind::ApacheKafka => Profile::Cp8,
        }
    }

    /// The table of differences, for documentation.
    #[must_use]
    pub fn table() -> Vec<TableRow> {
        let word = |cell: &Cell| match cell {
            R => "recorded",
            S => "specified",
            G => "guessed",
            N => "",
        };
        TABLE
            .iter()
            .map(|row| TableRow {
                says: row.says,
                cells: std::array::from_fn(|column| word(&row.cells[column])),
            })
            .collect()
    }

    /// Whether servers of this profile have the trait.
    pub(crate) fn has(self, wanted: Trait) -> bool {
        TABLE
            .iter()
            .any(|row| row.of == wanted && row.cells[self as usize] != N)
    }

    /// Whether a list of link configs shows a key that was not set.
    pub(crate) fn lists(self, key: &Key, switches: &Switches) -> bool {
        let longest = match self {
            Profile::Cc2022 | Profile::Cc2024 | Profile::CpOld => Shown::Cloud,
            Profile::Cc2026 => match switches.cloud_config_list {
                CloudConfigList::Recorded => Shown::Cloud,
                CloudConfigList::AsPlatform => Shown::Platform,
            },
            Profile::Cp75 => Shown::Platform,
            Profile::Cp8 => Shown::Newer,
        };
        key.shown <= longest
            && !(self.kind() == ClusterKind::ConfluentCloud && key.is_refused_on_cloud(switches))
    }

    /// The value that a link config shows when it was not set.
    pub(crate) fn default_of(self, key: &Key, switches: &Switches) -> Option<&'static str> {
        match (key.name, key.kind) {
            // Recorded on Platform 7.5, and on Cloud for a link that the Console made.
            ("connection.mode", _) => None,
            ("consumer.offset.sync.clamp.offsets", _) => {
                Some(match switches.clamp_offsets_default {
                    ClampOffsetsDefault::True => "true",
                    ClampOffsetsDefault::False => "false",
                })
            }
            ("topic.config.sync.include", _) => match (self, switches.sync_include_default) {
                (Profile::Cp75, _) | (_, SyncIncludeDefault::Nine) => Some(topic::DEFAULT_INCLUDE),
                (_, SyncIncludeDefault::EveryConfigurable) => Some(topic::WHOLE_INCLUDE),
            },
            (_, Kind::TopicFilters | Kind::GroupFilters | Kind::AclFilters)
                if !self.has(Trait::EmptyFilters) =>
            {
                None
            }
            _ => key.default,
        }
    }

    /// Puts a list into the order in which servers of this profile send it, arbitrary if they have
    /// the trait. That order is always the same for one `of`.
    pub(crate) fn arrange<T>(self, unsorted: Trait, list: &mut [T], of: u64) {
        if self.has(unsorted) {
            let mut random = Random(of);
            for last in (1..list.len()).rev() {
                let other = random.next() % (last as u64 + 1);
                list.swap(last, usize::try_from(other).unwrap_or(0));
            }
        }
    }
}

/// A number that is the same for the same things of one world.
pub(crate) fn arbitrary(seed: u64, things: &[&str]) -> u64 {
    // Mixed once more: seeds must not move all things of a world in step.
    Random(seed ^ stable_number(&things.join("\u{0}"))).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_in_the_order_of_the_profiles() {
        for (index, profile) in Profile::ALL.into_iter().enumerate() {
            assert_eq!(COLUMNS[index].0, profile);
            assert_eq!(serde_json::to_value(profile).unwrap(), profile.name());
        }
        assert_eq!(
            Profile::usual(ClusterKind::ConfluentCloud),
            Profile::default()
        );
    }

    #[test]
    fn lists_have_the_recorded_lengths() {
        let switches = Switches::default();
        let count = |profile: Profile| {
            crate::catalog::link::KEYS
                .iter()
                .filter(|key| profile.lists(key, &switches))
                .count()
        };
        assert_eq!(count(Profile::Cc2022), 56);
        assert_eq!(count(Profile::Cc2024), 56);
        // The recorded link has 140: Confluent for Kubernetes set two that no default shows.
        assert_eq!(count(Profile::Cp75), 138);
        assert_eq!(count(Profile::Cp8), 145);
    }

    #[test]
    fn an_arrangement_is_arbitrary_and_lasting() {
        let arranged = |of| {
            let mut list = [0, 1, 2, 3, 4, 5];
            Profile::Cc2024.arrange(Trait::UnsortedNames, &mut list, of);
            list
        };
        assert_eq!(arranged(1), arranged(1));
        assert!((0..20).any(|of| arranged(of) != [0, 1, 2, 3, 4, 5]));
    }
}
