//! Live mirror topics → `mirrors`.

use crate::catalog::names;
use std::collections::BTreeMap;

use super::Handle;
use super::join::LiveHalf;
use super::yaml::{Entry, Node};
use crate::address::{Address, TopicName};
use crate::catalog::filters::{NameFilters, Subject};
use crate::live::{MirrorFact, MirrorStatus};

/// What a live mirror is declared as.
enum Declared {
    /// With this state; `mirroring` is not written.
    As(Option<&'static str>),
    /// Not at all, and why.
    Not(String),
}

fn declared(row: &MirrorFact) -> Declared {
    use MirrorStatus as S;
    match &row.status {
        S::Active | S::LinkPaused | S::SourceUnavailable | S::LinkFailed | S::Failed => {
            Declared::As(None)
        }
        S::Paused => Declared::As(Some("paused")),
        S::Stopped => Declared::As(Some("promoted")),
        status @ (S::PendingMirror
        | S::PendingStopped
        | S::PendingSynchronize
        | S::PendingSetupForRestore
        | S::PendingRestore) => Declared::Not(format!("{status}: declare it once it has settled")),
        S::Other(word) => Declared::Not(format!(
            "{word}: a status that this version of Linkwright does not know"
        )),
    }
}

/// The mirrors of a half. What a pattern of auto-create selects needs no key as long as it mirrors or
/// is about to; the others are listed by name. What is written as a comment only is `left` out.
pub(super) fn mirrors(
    half: LiveHalf<'_>,
    other: Option<LiveHalf<'_>>,
    off: &BTreeMap<Handle, String>,
    left: &mut Vec<(Address, String)>,
) -> Option<Entry> {
    let rows = half.mirrors?;
    let selected = selected(half);
    let mut below = Vec::new();
    let mut stopped = false;
    for (topic, row) in rows {
        if is_history(topic, row, other) {
            continue;
        }
        let covered = selected(&row.source_topic);
        let handle = handle(half, &row.source_topic);
        let entry = match declared(row) {
            Declared::As(None) if covered => continue,
            Declared::Not(_) if covered && is_on_its_way(&row.status) => continue,
            Declared::As(None) => Entry::new(row.source_topic.as_str(), Node::nothing()),
            Declared::As(Some(state)) => Entry::new(
                row.source_topic.as_str(),
                Node::Inline(vec![("state", Node::word(state))]),
            ),
            Declared::Not(why) => Entry::new(row.source_topic.as_str(), Node::nothing()).off(why),
        };
        let entry = entry.of(handle.clone()).unless(off.get(&handle));
        stopped |= row.status == MirrorStatus::Stopped && !entry.is_off;
        if entry.is_off {
            let why = entry.comment.clone().unwrap_or_default();
            left.push((Address::Mirror(half.address(), topic.clone()), why));
        }
        below.push(entry);
    }
    if below.is_empty() {
        return None;
    }
    let mut entry = Entry::new("mirrors", Node::Map(below));
    if stopped {
        entry = entry.above(
            "Stopped mirrors are declared as promoted: the API does not report whether they were \
                 promoted or failed over, and a plan changes nothing in either case.",
        );
    }
    Some(entry)
}

/// Whether a stopped row is only what a reversal left behind: the other half mirrors the topic.
fn is_history(topic: &TopicName, row: &MirrorFact, other: Option<LiveHalf<'_>>) -> bool {
    let rows = other.and_then(|other| other.mirrors);
    let other = rows.and_then(|rows| rows.get(topic));
    row.status == MirrorStatus::Stopped
        && other.is_some_and(|other| other.status != MirrorStatus::Stopped)
}

pub(super) fn handle(half: LiveHalf<'_>, source: &TopicName) -> Handle {
    Handle::Mirror(half.cluster.clone(), source.clone())
}

/// Whether it will mirror by itself.
fn is_on_its_way(status: &MirrorStatus) -> bool {
    matches!(
        status,
        MirrorStatus::PendingMirror
            | MirrorStatus::PendingSynchronize
            | MirrorStatus::PendingSetupForRestore
            | MirrorStatus::PendingRestore
    )
}

/// Whether a pattern of auto-create selects a source topic. A topic that its filter lists by name keeps
/// its key.
fn selected(half: LiveHalf<'_>) -> impl Fn(&TopicName) -> bool {
    let text = half
        .value(names::AUTO_CREATE_MIRROR_TOPICS_FILTERS)
        .filter(|_| half.is_on(names::AUTO_CREATE_MIRROR_TOPICS_ENABLE))
        .unwrap_or_default();
    let filters = NameFilters::parse_json(Subject::Topics, text).unwrap_or_default();
    move |source| {
        let mut broad = filters
            .includes()
            .filter(|pattern| pattern.is_everything() || pattern.to_string().ends_with('*'));
        filters.selects(source.as_str()) && broad.any(|pattern| pattern.matches(source.as_str()))
    }
}
