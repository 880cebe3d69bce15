//! Live mirror topics → `mirrors`.

use crate::catalog::names;
use std::collections::{BTreeMap, BTreeSet};

use super::Handle;
use super::join::LiveHalf;
use super::yaml::{Entry, Node};
use crate::address::{Address, TopicName};
use crate::catalog::filters::{FilterType, NameFilter, NameFilters, NamePattern, Subject};
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

/// The topics of a bidirectional link by where they are written; none where that is not known of each, or a
/// topic has another name on the other cluster.
pub(super) fn topics(
    first: LiveHalf<'_>,
    second: LiveHalf<'_>,
    left: &mut Vec<(Address, String)>,
) -> Option<Entry> {
    let halves = [first, second];
    let is_renamed = |half: &LiveHalf<'_>| half.value(names::CLUSTER_LINK_PREFIX).is_some();
    if halves.iter().any(is_renamed) {
        return None;
    }
    let mut below: Vec<Entry> = Vec::new();
    let mut patterns = Vec::new();
    for (half, other) in [(first, second), (second, first)] {
        for pattern in broad(half)? {
            let members = vec![
                ("primary", Node::text(other.cluster.as_str())),
                ("auto_create", Node::word(true)),
            ];
            below.push(Entry::new(pattern.to_string(), Node::Inline(members)));
            patterns.push(pattern);
        }
    }
    let (first_rows, second_rows) = (first.mirrors?, second.mirrors?);
    let names: BTreeSet<&TopicName> = first_rows.keys().chain(second_rows.keys()).collect();
    let mut is_stopped = false;
    for topic in names {
        let rows = [(first, second), (second, first)].map(|(half, other)| {
            let row = half.mirrors.and_then(|rows| rows.get(topic));
            (half, other, row)
        });
        if rows
            .iter()
            .any(|(.., row)| row.is_some_and(|row| row.source_topic != *topic))
        {
            return None;
        }
        let written = Written::of(rows)?;
        is_stopped |= matches!(written, Written::Stopped(_));
        let is_governed = patterns.iter().any(|it| it.matches(topic.as_str()));
        below.extend(written.entry(topic, is_governed, left));
    }
    if below.is_empty() {
        return None;
    }
    let mut entry = Entry::new("topics", Node::Map(below));
    if is_stopped {
        entry = entry.above(
            "Topics whose mirror topic has stopped have no copy: without `copy: none` the plan makes the topic \
             of the other cluster its copy, and deletes what was not copied from it.",
        );
    }
    Some(entry)
}

/// Where a topic is written.
enum Written<'a> {
    /// Opposite this half, which mirrors it.
    Opposite(LiveHalf<'a>, LiveHalf<'a>, &'a MirrorFact),
    /// At this half, whose mirror topic has stopped.
    Stopped(LiveHalf<'a>),
}

impl<'a> Written<'a> {
    fn of(rows: [(LiveHalf<'a>, LiveHalf<'a>, Option<&'a MirrorFact>); 2]) -> Option<Self> {
        let mut known = rows
            .into_iter()
            .filter_map(|(half, other, row)| Some((half, other, row?)));
        let is_stopped = |row: &MirrorFact| row.status == MirrorStatus::Stopped;
        match (known.next(), known.next()) {
            (Some((half, other, row)), None) => Some(match is_stopped(row) {
                true => Self::Stopped(half),
                false => Self::Opposite(half, other, row),
            }),
            (Some((half, other, row)), Some((.., second))) if !is_stopped(row) => {
                is_stopped(second).then_some(Self::Opposite(half, other, row))
            }
            (Some((.., first)), Some((half, other, row))) if !is_stopped(row) => {
                is_stopped(first).then_some(Self::Opposite(half, other, row))
            }
            // Which stopped last decides, and the plan judges that.
            _ => None,
        }
    }

    /// `is_governed` says whether a pattern of either direction would govern it without a key of its own.
    fn entry(
        self,
        topic: &TopicName,
        is_governed: bool,
        left: &mut Vec<(Address, String)>,
    ) -> Option<Entry> {
        let primary = |half: LiveHalf<'_>| ("primary", Node::text(half.cluster.as_str()));
        let (half, other, row) = match self {
            Self::Stopped(half) => {
                let members = vec![primary(half), ("copy", Node::word("none"))];
                let entry = Entry::new(topic.as_str(), Node::Inline(members));
                return Some(entry.of(handle(half, topic)));
            }
            Self::Opposite(half, other, row) => (half, other, row),
        };
        let mut members = vec![primary(other)];
        let covered = selected(half)(topic);
        let entry = match declared(row) {
            Declared::As(None) if covered => return None,
            Declared::Not(_) if covered && is_on_its_way(&row.status) => return None,
            Declared::As(None) => Entry::new(topic.as_str(), Node::Inline(members)),
            // A pattern of the other direction would reverse it once it mirrors.
            Declared::Not(_) if is_governed && is_about_to_mirror(&row.status) => {
                Entry::new(topic.as_str(), Node::Inline(members))
            }
            Declared::As(Some(state)) => {
                members.push(("state", Node::word(state)));
                Entry::new(topic.as_str(), Node::Inline(members))
            }
            Declared::Not(why) => {
                left.push((Address::Mirror(half.address(), topic.clone()), why.clone()));
                Entry::new(topic.as_str(), Node::Inline(members)).off(why)
            }
        };
        Some(entry.of(handle(half, topic)))
    }
}

/// The patterns that auto-create of a half selects by; none where its filter says more than patterns do.
fn broad(half: LiveHalf<'_>) -> Option<Vec<NamePattern>> {
    if !half.is_on(names::AUTO_CREATE_MIRROR_TOPICS_ENABLE) {
        return Some(Vec::new());
    }
    let text = half.value(names::AUTO_CREATE_MIRROR_TOPICS_FILTERS)?;
    let filters = NameFilters::parse_json(Subject::Topics, text).ok()?;
    let is_pattern = |filter: &NameFilter| {
        let text = filter.pattern.to_string();
        filter.filter_type == FilterType::Include
            && (filter.pattern.is_everything() || text.ends_with('*'))
    };
    let all_are = filters.0.iter().all(is_pattern);
    all_are.then(|| filters.includes().cloned().collect())
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

/// Whether it will mirror by itself, where it is or at the other half.
fn is_on_its_way(status: &MirrorStatus) -> bool {
    *status == MirrorStatus::PendingSynchronize || is_about_to_mirror(status)
}

/// Whether it will mirror by itself where it is.
fn is_about_to_mirror(status: &MirrorStatus) -> bool {
    matches!(
        status,
        MirrorStatus::PendingMirror
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
