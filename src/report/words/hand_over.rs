//! What goes over when mirror topics stop, in words.

use super::More;
use super::configs::{Shown, shown};
use super::number::{duration, quantity};
use crate::catalog::names;
use crate::plan::{HandOver, HandOverOffsets};

/// How many names a line lists.
const MAX_NAMES: usize = 20;

/// What no link carries over; said once.
pub const NOT_CARRIED: &str =
    "schemas, connectors, and ACLs that the link does not sync are not carried over";

/// Whether mirror topics are still to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandOverTime {
    /// A plan says what will go over.
    Planned,
    /// A run says what has gone over.
    Done,
}

/// What goes over from one half: each line after its label.
#[must_use]
pub fn hand_over(it: &HandOver, time: HandOverTime) -> Vec<(&'static str, String)> {
    let here = &it.half.cluster;
    let known = |servers: &Option<String>| match servers {
        Some(servers) => servers.clone(),
        None => "not in the spec".to_owned(),
    };
    let source = match &it.source {
        Some(source) => source.to_string(),
        None => "the source".to_owned(),
    };
    let mut lines = vec![
        (
            "writable at",
            match time {
                HandOverTime::Planned => {
                    format!("{here}, once they are STOPPED: {}", listed(&it.topics))
                }
                HandOverTime::Done => format!("{here}: {}", listed(&it.topics)),
            },
        ),
        (
            "read-only at",
            match (it.reversed.len(), it.topics.len()) {
                (0, _) => format!(
                    "no cluster: the topics on {source} stay writable, so keep their producers stopped"
                ),
                (reversed, all) if reversed == all => {
                    format!("{source}, as mirror topics: {}", listed(&it.reversed))
                }
                _ => format!(
                    "{source}, as mirror topics: {}; its other topics stay writable, so keep their \
                     producers stopped",
                    listed(&it.reversed)
                ),
            },
        ),
        (
            "bootstrap servers",
            match (&it.source_bootstrap, &it.bootstrap) {
                (None, None) => "not in the spec".to_owned(),
                (before, after) => format!("{} becomes {}", known(before), known(after)),
            },
        ),
    ];
    if let Some(prefix) = &it.prefix {
        lines.push(("names", format!("the topics begin with {prefix} on {here}")));
    }
    lines.push((
        "consumer groups",
        match &it.offsets {
            HandOverOffsets::Synced {
                filters,
                groups,
                interval,
            } => {
                let selected = match shown(names::CONSUMER_OFFSET_GROUP_FILTERS, filters) {
                    Shown::Entries(entries) => entries.join(", "),
                    Shown::Text(text) => text,
                };
                let groups = match groups {
                    Some(groups) => listed(groups),
                    None => "names not read".to_owned(),
                };
                format!(
                    "start those that offset sync selects ({selected}) from their synced offsets, up to {} old when the source was last reached: {groups}; others have no synced offset",
                    duration(*interval)
                )
            }
            HandOverOffsets::NotSynced => format!(
                "offset sync is off: groups start from what they have committed on {here}, or where their `auto.offset.reset` says"
            ),
            HandOverOffsets::Unknown => {
                "whether their offsets were synced is unknown: the link's configs were not read".to_owned()
            }
        },
    ));
    lines
}

/// The title of what goes over from one half.
#[must_use]
pub fn hand_over_title(it: &HandOver) -> String {
    format!("{}: {}", it.half, quantity(it.topics.len(), "mirror topic"))
}

fn listed<T: ToString>(names: &[T]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    let few: Vec<String> = names
        .iter()
        .take(MAX_NAMES)
        .map(ToString::to_string)
        .collect();
    match More::of(names.len().saturating_sub(MAX_NAMES)) {
        None => few.join(", "),
        Some(more) => format!("{} {more}", few.join(", ")),
    }
}
