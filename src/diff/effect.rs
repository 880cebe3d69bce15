//! What a change brings along without being asked: [`Effect`].
//!
//! The server does these things as a consequence of an operation; they are shown with the operation
//! that causes them, so that a review sees them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::config::{ConfigChange, ConfigTarget, ConfigValue, same};
use crate::address::{Address, ClusterName, GroupName, TopicName};
use crate::catalog::Feature;
use crate::catalog::filters::{AclFilters, NameFilters, Subject};
use crate::desired::Half;
use crate::live::{
    AclFact, ClusterSnapshot, ConfigFact, GroupFact, MirrorLoss, MirrorStatus, Reading, Snapshot,
    Unread,
};

/// A consequence of an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Effect {
    /// Turning a feature off clears its filters from the link.
    ClearsFilters {
        /// The feature.
        feature: Feature,
        /// The filters as they are now, for putting them back by hand.
        filters: String,
    },
    /// A feature that was on stops.
    StopsFeature(Feature),
    /// The topic filter selects these source topics that have no mirror yet.
    WillMirror(Names<TopicName>),
    /// The topic filter no longer selects these; their mirrors stay attached and go on mirroring.
    NoLongerSelected(Names<TopicName>),
    /// These source topics are selected, but their mirror's name is taken by another topic.
    Collides(Names<TopicName>),
    /// Offsets of these groups begin to be copied.
    GroupsEnter(Names<GroupName>),
    /// Offsets of these groups are no longer copied; what was copied stays.
    GroupsLeave(Names<GroupName>),
    /// Offsets of these groups are not written while they are active on the destination: the server
    /// refuses with `CONSUMER_GROUP_IN_USE_ERROR`.
    GroupsInUse(Names<GroupName>),
    /// Groups of the destination are set back to what the source's groups have committed.
    OffsetsSetBack(Vec<OffsetMove>),
    /// The same, forward.
    OffsetsSetForward(Vec<OffsetMove>),
    /// Offsets of groups of the destination may be overwritten, and what is there was not compared.
    OffsetsNotCompared(Box<NotCompared>),
    /// ACL sync will copy these to the destination.
    AclsCopied(Names<AclFact>),
    /// ACL sync will delete these from the destination: they match and are not on the source.
    AclsDeleted(Names<AclFact>),
    /// These groups are active on the cluster that holds the mirror, and the link writes their offsets:
    /// the server may not finish the promotion before they stop.
    HeldUpBy(Names<GroupName>),
    /// Deleting the link erases what it knows of these mirrors.
    ErasesHistory {
        /// The mirrors.
        mirrors: Vec<TopicName>,
        /// Whether the link is bidirectional, so that topics could be restored by what it knows.
        #[serde(default)]
        ends_restore: bool,
    },
    /// The topic becomes writable and no longer follows its source.
    BecomesWritable,
    /// The topic becomes writable on this cluster, and a mirror of it takes its place on the other.
    TurnsWritable(ClusterName),
    /// The topic becomes a mirror, which is read-only, on this cluster.
    TurnsReadOnly(ClusterName),
    /// Records of the topic are deleted on this cluster.
    Cuts {
        /// The cluster.
        at: ClusterName,
        /// Which records.
        cut: Cut,
    },
    /// The topic is being restored on this cluster, and was cut for that, or may have been.
    CutByRestore {
        /// The cluster.
        at: ClusterName,
        /// Whether it is known to be cut.
        is_cut: bool,
    },
    /// These mirror topics of other links have the topic as their source, and their source is cut.
    CutsSourceOf(Vec<Address>),
    /// These mirror topics of other links have the topic as their source, and keep it.
    StaysSourceOf(Vec<Address>),
    /// Messages not yet mirrored are lost.
    Loses {
        /// How many, as far as is known.
        loss: MirrorLoss,
        /// The lag figures are as old as this status: milliseconds since 1970.
        as_of_ms: Option<i64>,
        /// Whether the figures stopped moving then.
        stale: bool,
    },
}

/// Which records a restore deletes.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Cut {
    /// It is not known: the server was not asked to preview it.
    NotPreviewed,
    /// It is not known: the server was asked, and gives no figures, or some that contradict each other.
    NoFigures,
    /// These, as the server previewed it. A partition that is not listed loses nothing.
    Previewed(Vec<PartitionCut>),
}

/// The records of one partition that a restore deletes.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub struct PartitionCut {
    /// The partition.
    pub partition: i32,
    /// The first offset that is deleted.
    pub from: i64,
    /// How many records.
    pub records: u64,
}

impl Cut {
    /// How many records are deleted, if that was previewed.
    #[must_use]
    pub fn records(&self) -> Option<u64> {
        match self {
            Self::NotPreviewed | Self::NoFigures => None,
            Self::Previewed(partitions) => Some(
                partitions
                    .iter()
                    .map(|it| it.records)
                    .fold(0, u64::saturating_add),
            ),
        }
    }

    /// Whether it is known to delete nothing, on every partition.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.records() == Some(0)
    }
}

/// A committed offset that offset sync overwrites.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct OffsetMove {
    /// The group, as the destination calls it.
    pub group: GroupName,
    /// The topic, as the destination calls it.
    pub topic: TopicName,
    /// The partition.
    pub partition: i32,
    /// What is committed at the destination.
    pub from: i64,
    /// What is committed at the source.
    pub to: i64,
}

/// Offsets that may be overwritten and were not compared.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct NotCompared {
    /// The groups, as the destination calls them; unknown if they could not be listed.
    pub groups: Names<GroupName>,
    /// Why their offsets were not compared; `None` where they are too many, or not read yet.
    pub why: Option<Unread>,
}

/// So many groups are compared, at one call each on either cluster.
pub(super) const MAX_COMPARED: usize = 50;

/// Names an effect is about, or why they are not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Names<T> {
    /// All of them, in order.
    Known(Vec<T>),
    /// They could not be read. Digests leave the words of the failure out.
    Unknown(Option<Box<Unread>>),
}

/// The value a config would have after these changes.
fn after<'a>(
    name: &str,
    changes: &'a [ConfigChange],
    live: &'a BTreeMap<String, ConfigFact>,
) -> &'a str {
    match changes.iter().find(|change| change.name == name) {
        Some(ConfigChange {
            target: ConfigTarget::Set(ConfigValue::Text(value)),
            ..
        }) => value,
        Some(_) => "",
        None => live
            .get(name)
            .and_then(|fact| fact.value.as_deref())
            .unwrap_or_default(),
    }
}

/// What altering (or creating, with no live configs) a half brings along.
pub(super) fn of_configs(
    half: &Half,
    changes: &[ConfigChange],
    live: &BTreeMap<String, ConfigFact>,
    snapshot: &Snapshot,
) -> Vec<Effect> {
    let mut effects = Vec::new();
    for feature in Feature::ALL {
        let (enable, filters) = (feature.switch(), feature.filters());
        let before = |name: &str| {
            live.get(name)
                .and_then(|fact| fact.value.as_deref())
                .unwrap_or_default()
        };
        let touched = |name: &str| changes.iter().any(|change| change.name == name);
        if !touched(enable) && !touched(filters) {
            continue;
        }
        let was_on = same(enable, before(enable), "true");
        let is_on = same(enable, after(enable, changes, live), "true");
        if was_on && !is_on {
            effects.push(Effect::StopsFeature(feature));
        }
        if touched(enable) && !is_on && !before(filters).is_empty() {
            effects.push(Effect::ClearsFilters {
                feature,
                filters: before(filters).to_owned(),
            });
        }
        let old = if was_on { before(filters) } else { "" };
        if !is_on {
            match feature {
                Feature::AutoCreateMirrors => {
                    left_to_themselves(half, old, snapshot, &mut effects);
                }
                Feature::ConsumerOffsetSync => groups_left(half, old, snapshot, &mut effects),
                Feature::AclSync => {}
            }
            continue;
        }
        let new = after(filters, changes, live);
        match feature {
            Feature::AutoCreateMirrors => topics(half, old, new, snapshot, &mut effects),
            Feature::ConsumerOffsetSync => {
                groups(half, old, new, snapshot, &mut effects);
                overwritten(half, old, new, snapshot, &mut effects);
            }
            Feature::AclSync => acls(half, new, snapshot, &mut effects),
        }
    }
    effects
}

fn names<T>(names: Vec<T>, effect: impl Fn(Names<T>) -> Effect, effects: &mut Vec<Effect>) {
    if !names.is_empty() {
        effects.push(effect(Names::Known(names)));
    }
}

fn unknown<T, U>(reading: Option<&Reading<U>>) -> Names<T> {
    Names::Unknown(reading.and_then(Reading::unread).cloned().map(Box::new))
}

/// Internal topics are never auto-created.
pub(super) fn is_internal(topic: &str) -> bool {
    topic.starts_with("__") || topic.starts_with("_confluent")
}

/// Which mirrors the filter selected that is no longer applied.
fn left_to_themselves(half: &Half, old: &str, snapshot: &Snapshot, effects: &mut Vec<Effect>) {
    let Ok(old) = NameFilters::parse_json(Subject::Topics, old) else {
        return;
    };
    let host = snapshot.clusters.get(&half.address.cluster);
    let mirrors = host
        .and_then(|cluster| cluster.mirrors.read())
        .and_then(|mirrors| mirrors.get(&half.address.link));
    let selected = mirrors
        .into_iter()
        .flat_map(|rows| rows.values())
        .filter(|row| row.status != MirrorStatus::Stopped)
        .map(|row| &row.source_topic)
        .filter(|topic| old.selects(topic.as_str()));
    names(
        selected.cloned().collect(),
        Effect::NoLongerSelected,
        effects,
    );
}

fn topics(half: &Half, old: &str, new: &str, snapshot: &Snapshot, effects: &mut Vec<Effect>) {
    let (Ok(old), Ok(new)) = (
        NameFilters::parse_json(Subject::Topics, old),
        NameFilters::parse_json(Subject::Topics, new),
    ) else {
        return;
    };
    if old == new {
        return;
    }
    let source = snapshot.clusters.get(&half.peer.cluster);
    let Some(topics) = source.and_then(|cluster| cluster.topics.read()) else {
        effects.push(Effect::WillMirror(unknown(
            source.map(|cluster| &cluster.topics),
        )));
        return;
    };
    let host = snapshot.clusters.get(&half.address.cluster);
    let mirrors = host
        .and_then(|cluster| cluster.mirrors.read())
        .and_then(|mirrors| mirrors.get(&half.address.link));
    let taken = host.and_then(|cluster| cluster.topics.read());
    let (mut enter, mut leave, mut collide) = (Vec::new(), Vec::new(), Vec::new());
    for topic in topics.iter().filter(|topic| !is_internal(topic.as_str())) {
        let mirror = half.mirror_name(topic);
        let has_mirror = mirrors.is_some_and(|mirrors| mirrors.contains_key(&mirror));
        match (old.selects(topic.as_str()), new.selects(topic.as_str())) {
            (_, true) if has_mirror => {}
            (_, true) if taken.is_some_and(|taken| taken.contains(&mirror)) => {
                collide.push(topic.clone());
            }
            (false, true) => enter.push(topic.clone()),
            (true, false) if has_mirror => leave.push(topic.clone()),
            (true | false, _) => {}
        }
    }
    names(enter, Effect::WillMirror, effects);
    names(leave, Effect::NoLongerSelected, effects);
    names(collide, Effect::Collides, effects);
}

fn groups(half: &Half, old: &str, new: &str, snapshot: &Snapshot, effects: &mut Vec<Effect>) {
    let (Ok(old), Ok(new)) = (
        NameFilters::parse_json(Subject::Groups, old),
        NameFilters::parse_json(Subject::Groups, new),
    ) else {
        return;
    };
    if old == new {
        return;
    }
    let source = snapshot.clusters.get(&half.peer.cluster);
    let Some(groups) = source.and_then(|cluster| cluster.groups.read()) else {
        effects.push(Effect::GroupsEnter(unknown(
            source.map(|cluster| &cluster.groups),
        )));
        return;
    };
    let (mut enter, mut leave) = (Vec::new(), Vec::new());
    for group in groups.keys() {
        match (old.selects(group.as_str()), new.selects(group.as_str())) {
            (false, true) => enter.push(group.clone()),
            (true, false) => leave.push(group.clone()),
            (true, true) | (false, false) => {}
        }
    }
    names(enter, Effect::GroupsEnter, effects);
    names(leave, Effect::GroupsLeave, effects);
}

/// The groups of the destination that begin to be written: those that the source has too where its groups
/// are known, and all that the filter selects otherwise. By the source's name and their own.
fn entering(
    half: &Half,
    old: &str,
    new: &str,
    snapshot: &Snapshot,
) -> Names<(GroupName, GroupName)> {
    let (Ok(old), Ok(new)) = (
        NameFilters::parse_json(Subject::Groups, old),
        NameFilters::parse_json(Subject::Groups, new),
    ) else {
        return Names::Known(Vec::new());
    };
    if old == new || new.includes().next().is_none() {
        return Names::Known(Vec::new());
    }
    let host = snapshot.clusters.get(&half.address.cluster);
    let Some(own) = host.and_then(|cluster| cluster.groups.read()) else {
        return unknown(host.map(|cluster| &cluster.groups));
    };
    let source = snapshot.clusters.get(&half.peer.cluster);
    let at_source = source.and_then(|cluster| cluster.groups.read());
    let begins = |name: &GroupName| {
        let source = name.as_str().strip_prefix(half.group_prefix())?;
        let is_new = new.selects(source) && !old.selects(source);
        let is_there = at_source.is_none_or(|groups| groups.contains_key(source));
        (is_new && is_there).then(|| (GroupName::from(source), name.clone()))
    };
    Names::Known(own.keys().filter_map(begins).collect())
}

/// What happens to offsets that are committed at the destination when groups begin to be written.
fn overwritten(half: &Half, old: &str, new: &str, snapshot: &Snapshot, effects: &mut Vec<Effect>) {
    let pairs = match entering(half, old, new, snapshot) {
        Names::Known(pairs) => pairs,
        Names::Unknown(why) => {
            let not_compared = NotCompared {
                why: why.as_deref().cloned(),
                groups: Names::Unknown(why),
            };
            effects.push(Effect::OffsetsNotCompared(Box::new(not_compared)));
            return;
        }
    };
    if pairs.is_empty() {
        return;
    }
    let host = snapshot.clusters.get(&half.address.cluster);
    let source = snapshot.clusters.get(&half.peer.cluster);
    let own = host.and_then(|cluster| cluster.groups.read());
    let is_active = |name: &GroupName| {
        own.and_then(|groups| groups.get(name))
            .is_some_and(GroupFact::is_active)
    };
    let active = pairs
        .iter()
        .map(|(_, name)| name)
        .filter(|name| is_active(name));
    names(active.cloned().collect(), Effect::GroupsInUse, effects);
    let not_compared = |why| {
        let groups = pairs.iter().map(|(_, name)| name.clone()).collect();
        Effect::OffsetsNotCompared(Box::new(NotCompared {
            groups: Names::Known(groups),
            why,
        }))
    };
    if pairs.len() > MAX_COMPARED {
        return effects.push(not_compared(None));
    }
    let mirrors = host
        .and_then(|cluster| cluster.mirrors.read())
        .and_then(|mirrors| mirrors.get(&half.address.link));
    let (mut back, mut forward) = (Vec::new(), Vec::new());
    for (theirs, ours) in &pairs {
        let of = |cluster: Option<&'_ ClusterSnapshot>, group: &GroupName| match cluster
            .and_then(|cluster| cluster.group_offsets.get(group))
        {
            Some(Reading::Read(offsets)) => Ok(offsets.clone()),
            Some(Reading::Unread(why)) => Err(Some(why.clone())),
            Some(Reading::NotAsked) | None => Err(None),
        };
        let (from, to) = match (of(host, ours), of(source, theirs)) {
            (Ok(from), Ok(to)) => (from, to),
            (Err(why), _) | (_, Err(why)) => return effects.push(not_compared(why)),
        };
        for ((topic, partition), to) in to {
            let topic = half.mirror_name(&topic);
            // Only offsets of topics that the link mirrors are written.
            if !mirrors.is_some_and(|rows| rows.contains_key(&topic)) {
                continue;
            }
            let Some(&from) = from.get(&(topic.clone(), partition)) else {
                continue;
            };
            let moved = OffsetMove {
                group: ours.clone(),
                topic,
                partition,
                from,
                to,
            };
            match to.cmp(&from) {
                std::cmp::Ordering::Less => back.push(moved),
                std::cmp::Ordering::Greater => forward.push(moved),
                std::cmp::Ordering::Equal => {}
            }
        }
    }
    if !back.is_empty() {
        effects.push(Effect::OffsetsSetBack(back));
    }
    if !forward.is_empty() {
        effects.push(Effect::OffsetsSetForward(forward));
    }
}

/// Which groups the filter selected that is no longer applied. None if they were not read: see
/// `needs::extra_reads`.
fn groups_left(half: &Half, old: &str, snapshot: &Snapshot, effects: &mut Vec<Effect>) {
    let Ok(old) = NameFilters::parse_json(Subject::Groups, old) else {
        return;
    };
    let Some(source) = snapshot.clusters.get(&half.peer.cluster) else {
        return;
    };
    if let Some(groups) = source.groups.read() {
        let selected = groups.keys().filter(|group| old.selects(group.as_str()));
        names(selected.cloned().collect(), Effect::GroupsLeave, effects);
    } else if source.groups.unread().is_some() {
        effects.push(Effect::GroupsLeave(unknown(Some(&source.groups))));
    }
}

fn acls(half: &Half, new: &str, snapshot: &Snapshot, effects: &mut Vec<Effect>) {
    let Ok(filters) = AclFilters::parse_json(new) else {
        return;
    };
    if filters.is_empty() {
        return;
    }
    let source = snapshot.clusters.get(&half.peer.cluster);
    let host = snapshot.clusters.get(&half.address.cluster);
    let (Some(theirs), Some(ours)) = (
        source.and_then(|cluster| cluster.acls.read()),
        host.and_then(|cluster| cluster.acls.read()),
    ) else {
        let unread = [host, source]
            .into_iter()
            .flatten()
            .find_map(|cluster| cluster.acls.unread());
        effects.push(Effect::AclsDeleted(Names::Unknown(
            unread.cloned().map(Box::new),
        )));
        return;
    };
    let selected = |acls: &BTreeSet<AclFact>| -> BTreeSet<AclFact> {
        acls.iter()
            .filter(|acl| filters.0.iter().any(|filter| acl_matches(filter, acl)))
            .cloned()
            .collect()
    };
    let (theirs, ours) = (selected(theirs), selected(ours));
    names(
        theirs.difference(&ours).cloned().collect(),
        Effect::AclsCopied,
        effects,
    );
    names(
        ours.difference(&theirs).cloned().collect(),
        Effect::AclsDeleted,
        effects,
    );
}

/// Whether an ACL filter takes this ACL.
pub(super) fn acl_matches(filter: &crate::catalog::filters::AclFilter, acl: &AclFact) -> bool {
    use crate::catalog::filters::{AclPatternType, Operation, Permission, ResourceType};
    let resource = filter.resource_type == ResourceType::Any
        || ResourceType::read(&acl.resource_type) == Some(filter.resource_type);
    let literal = acl.pattern_type.eq_ignore_ascii_case("LITERAL");
    let name = match (&filter.name, filter.pattern_type) {
        (None, AclPatternType::Any | AclPatternType::Match) => true,
        (None, AclPatternType::Literal) => literal,
        (None, AclPatternType::Prefixed) => !literal,
        (Some(name), AclPatternType::Any) => *name == acl.resource_name,
        (Some(name), AclPatternType::Literal) => literal && *name == acl.resource_name,
        (Some(name), AclPatternType::Prefixed) => !literal && *name == acl.resource_name,
        (Some(name), AclPatternType::Match) if literal => {
            *name == acl.resource_name || acl.resource_name == "*"
        }
        (Some(name), AclPatternType::Match) => name.starts_with(acl.resource_name.as_str()),
    };
    let principal = filter
        .principal
        .as_deref()
        .is_none_or(|principal| principal == acl.principal);
    let operation = filter.operation == Operation::Any
        || Operation::read(&acl.operation) == Some(filter.operation);
    let permission = filter.permission == Permission::Any
        || Permission::read(&acl.permission) == Some(filter.permission);
    resource && name && principal && operation && permission
}
