//! Live mirror topics → `mirrors`.

use crate::catalog::names;
use std::collections::BTreeMap;

use super::Handle;
use super::join::LiveHalf;
use super::yaml::{Entry, Node};
use crate::address::TopicName;
use crate::catalog::filters::{FilterType, NameFilters, NamePattern, Subject};
use crate::live::{MirrorFact, MirrorStatus};
use crate::spec::parse_pattern;

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

/// The mirrors of a half. Those that auto-creation selects and that mirror are governed by its own
/// patterns; the others stand by their names.
pub(super) fn mirrors(half: LiveHalf<'_>, off: &BTreeMap<Handle, String>) -> Option<Entry> {
    let rows = half.mirrors?;
    let patterns = patterns(half, rows, off);
    let mut below: Vec<Entry> = patterns
        .iter()
        .map(|pattern| Entry::new(pattern.to_string(), Node::nothing()))
        .collect();
    let mut stopped = false;
    for row in rows.values() {
        let governed = patterns
            .iter()
            .any(|pattern| pattern.matches(row.source_topic.as_str()));
        let handle = handle(half, &row.source_topic);
        let entry = match declared(row) {
            Declared::As(None) if governed => continue,
            Declared::As(None) => Entry::new(row.source_topic.as_str(), Node::nothing()),
            Declared::As(Some(state)) => Entry::new(
                row.source_topic.as_str(),
                Node::Inline(vec![("state", Node::word(state))]),
            ),
            Declared::Not(why) => Entry::new(row.source_topic.as_str(), Node::nothing()).off(why),
        };
        let entry = entry.of(handle.clone()).unless(off.get(&handle));
        stopped |= row.status == MirrorStatus::Stopped && !entry.is_off;
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

pub(super) fn handle(half: LiveHalf<'_>, source: &TopicName) -> Handle {
    Handle::Mirror(half.cluster.clone(), source.clone())
}

/// The include patterns of auto-creation, where one key may speak for all that they select: as long
/// as everything they match has a status that the key is right about.
fn patterns(
    half: LiveHalf<'_>,
    rows: &BTreeMap<TopicName, MirrorFact>,
    off: &BTreeMap<Handle, String>,
) -> Vec<NamePattern> {
    if !half.is_on(names::AUTO_CREATE_MIRROR_TOPICS_ENABLE) {
        return Vec::new();
    }
    let text = half
        .value(names::AUTO_CREATE_MIRROR_TOPICS_FILTERS)
        .unwrap_or_default();
    let Ok(filters) = NameFilters::parse_json(Subject::Topics, text) else {
        return Vec::new();
    };
    let includes = filters
        .0
        .into_iter()
        .filter(|filter| filter.filter_type == FilterType::Include);
    let patterns: Vec<NamePattern> = includes
        .map(|filter| filter.pattern)
        .filter(|pattern| pattern.is_everything() || pattern.to_string().ends_with('*'))
        .filter(|pattern| parse_pattern(&pattern.to_string()).as_ref() == Ok(pattern))
        .collect();
    let spoken_of = |row: &&MirrorFact| {
        let source = row.source_topic.as_str();
        patterns.iter().any(|pattern| pattern.matches(source))
    };
    let is_wrong = |row: &MirrorFact| {
        matches!(declared(row), Declared::Not(_))
            || off.contains_key(&handle(half, &row.source_topic))
    };
    if rows.values().filter(spoken_of).any(is_wrong) {
        return Vec::new();
    }
    patterns
}
