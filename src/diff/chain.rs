//! Chains A → B → C: mirror topics whose source topic is not there yet and that the same plan makes.
//!
//! What makes it is another mirror topic that the plan creates on the source cluster, or auto-create
//! of a declared link there, whose filter selects it: a *predicted* mirror topic, which the plan
//! waits for. Where neither does, the source topic is missing.

use std::collections::{BTreeMap, BTreeSet};

use super::Changes;
use super::effect::is_internal;
use super::finding::{Class, Finding, FindingKind};
use super::mirror::{MirrorChange, Verb};
use crate::address::{Address, ClusterId, ClusterName, HalfAddress, TopicName};
use crate::catalog::filters::NameFilters;
use crate::desired::{Desired, Half, MirrorState};
use crate::diagnostic::Place;
use crate::live::{Reading, Snapshot};

/// A topic on a cluster. A spec may know one cluster by several names, so ids count.
type At = (ClusterId, TopicName);

/// Halves that the spec has auto-create on, by the id of the cluster that holds them.
pub(super) struct AutoCreates<'a>(BTreeMap<&'a ClusterId, Vec<AutoCreate<'a>>>);

struct AutoCreate<'a> {
    half: &'a Half,
    filters: NameFilters,
    place: &'a Place,
}

impl AutoCreate<'_> {
    /// The source topic that it would make this mirror topic of.
    fn source_of(&self, topic: &TopicName) -> Option<TopicName> {
        let prefix = self.half.prefix.as_deref().unwrap_or_default();
        let source = topic.as_str().strip_prefix(prefix)?;
        let selected = self.filters.selects(source) && !is_internal(source);
        let source = TopicName::from(source);
        (selected && !self.half.mirrors.literal.contains_key(&source)).then_some(source)
    }
}

impl<'a> AutoCreates<'a> {
    pub(super) fn of(desired: &'a Desired) -> Self {
        let mut by_cluster: BTreeMap<&ClusterId, Vec<AutoCreate<'_>>> = BTreeMap::new();
        for half in desired.links.values().flat_map(|link| &link.halves) {
            if let Some((filters, place)) = half.auto_create() {
                by_cluster
                    .entry(&half.cluster_id)
                    .or_default()
                    .push(AutoCreate {
                        half,
                        filters,
                        place,
                    });
            }
        }
        Self(by_cluster)
    }

    fn on(&self, cluster: &ClusterId) -> &[AutoCreate<'a>] {
        self.0.get(cluster).map_or(&[], Vec::as_slice)
    }

    /// The clusters whose topics tell whether auto-create will make this one: the sources of the
    /// links that select it, and theirs.
    pub(super) fn sources(&self, cluster: &ClusterId, topic: &TopicName) -> BTreeSet<ClusterName> {
        let mut names = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![(cluster.clone(), topic.clone())];
        while let Some(at) = open.pop() {
            for auto in self.on(&at.0) {
                if let Some(source) = auto.source_of(&at.1) {
                    names.insert(auto.half.peer.cluster.clone());
                    let next = (auto.half.peer.id.clone(), source);
                    if seen.insert(next.clone()) {
                        open.push(next);
                    }
                }
            }
        }
        names
    }
}

/// Records for each mirror topic to create whether its source topic is there or will be.
pub(super) fn resolve(desired: &Desired, live: &Snapshot, changes: &mut Changes) {
    let halves: BTreeMap<&HalfAddress, &Half> = desired
        .halves()
        .map(|(_, half)| (&half.address, half))
        .collect();
    let source = |change: &MirrorChange| {
        if !change.verbs.contains(&Verb::Create) {
            return None;
        }
        let half = halves.get(&change.half)?;
        let topics = live.clusters.get(&half.peer.cluster)?.topics.read()?;
        let missing = !topics.contains(&change.source);
        missing.then(|| (half.peer.id.clone(), change.source.clone()))
    };
    if !(changes.mirrors.iter()).any(|change| source(change).is_some()) {
        return;
    }
    let (mut open, there): (Vec<_>, Vec<_>) = std::mem::take(&mut changes.mirrors)
        .into_iter()
        .map(|change| (source(&change), change))
        .partition(|(source, _)| source.is_some());
    changes.mirrors = there.into_iter().map(|(_, change)| change).collect();
    let made = |change: &MirrorChange| {
        let half = halves.get(&change.half)?;
        let creates = change.verbs.contains(&Verb::Create);
        creates.then(|| (half.cluster_id.clone(), change.topic.clone()))
    };
    let mut prediction = Prediction {
        autos: AutoCreates::of(desired),
        live,
        barred: changes
            .findings
            .iter()
            .filter(|finding| matches!(finding.class(), Class::Refusal | Class::Unknown))
            .filter_map(|finding| match &finding.address {
                Address::Half(half) => Some(half.clone()),
                Address::Cluster(_) | Address::Mirror(..) => None,
            })
            .collect(),
        made: changes.mirrors.iter().filter_map(made).collect(),
        waits: Vec::new(),
    };
    loop {
        let (found, rest): (Vec<_>, Vec<_>) = open.into_iter().partition(|(source, _)| {
            let source = source.as_ref();
            source.is_some_and(|at| prediction.is_predicted(at, &mut BTreeSet::new()))
        });
        open = rest;
        if found.is_empty() {
            break;
        }
        for (_, change) in found {
            prediction.made.extend(made(&change));
            changes.mirrors.push(change);
        }
    }
    changes.mirrors.append(&mut prediction.waits);
    for (_, change) in open {
        if let Some(half) = halves.get(&change.half) {
            changes.findings.push(Finding::new(
                Address::Mirror(change.half, change.topic),
                FindingKind::SourceTopicMissing {
                    cluster: half.peer.cluster.clone(),
                    topic: change.source,
                },
                Some(change.place),
            ));
        }
    }
}

/// What this plan makes, and what auto-create will make.
struct Prediction<'a> {
    autos: AutoCreates<'a>,
    live: &'a Snapshot,
    /// Halves that cannot become what the spec says, or could not be read.
    barred: BTreeSet<HalfAddress>,
    made: BTreeSet<At>,
    /// The predicted mirror topics to wait for.
    waits: Vec<MirrorChange>,
}

impl Prediction<'_> {
    /// Whether the plan makes the topic, or auto-create will. `asked` breaks circles.
    fn is_predicted(&mut self, at: &At, asked: &mut BTreeSet<At>) -> bool {
        if self.made.contains(at) {
            return true;
        }
        if !asked.insert(at.clone()) {
            return false;
        }
        for index in 0..self.autos.on(&at.0).len() {
            if let Some(wait) = self.wait(at, index, asked) {
                self.made.insert(at.clone());
                self.waits.push(wait);
                return true;
            }
        }
        false
    }

    /// What to wait for, if this half's auto-create will make the topic.
    fn wait(&mut self, at: &At, index: usize, asked: &mut BTreeSet<At>) -> Option<MirrorChange> {
        let auto = &self.autos.on(&at.0)[index];
        let half = auto.half;
        let source = auto.source_of(&at.1)?;
        let place = auto.place.clone();
        let live = self.live;
        let row = live
            .clusters
            .get(&half.address.cluster)
            .and_then(|host| host.mirrors.read()?.get(&half.address.link)?.get(&at.1));
        // A row without its topic is a mirror that stopped; auto-create makes it no more.
        if row.is_some() || self.barred.contains(&half.address) {
            return None;
        }
        let mut unchecked = Vec::new();
        let origin = live.clusters.get(&half.peer.cluster);
        match origin.and_then(|origin| origin.topics.read()) {
            Some(topics) if topics.contains(&source) => {
                if half.prefix.is_some() && is_prefixed_mirror(live, &half.peer.cluster, &source) {
                    return None;
                }
            }
            Some(_) => {
                let upstream = (half.peer.id.clone(), source.clone());
                if half.prefix.is_some() || !self.is_predicted(&upstream, asked) {
                    return None;
                }
            }
            None => unchecked.push("whether its own source topic exists"),
        }
        Some(MirrorChange {
            half: half.address.clone(),
            topic: at.1.clone(),
            source,
            verbs: &[Verb::Await],
            wanted: MirrorState::Mirroring,
            live: None,
            configs: BTreeMap::new(),
            turn: None,
            unchecked,
            place,
        })
    }
}

/// Auto-create with a prefix does not go on from mirror topics that have one.
fn is_prefixed_mirror(live: &Snapshot, cluster: &ClusterName, topic: &TopicName) -> bool {
    let mirrors = live.clusters.get(cluster).map(|facts| &facts.mirrors);
    let rows = mirrors.and_then(Reading::read).into_iter().flatten();
    rows.filter_map(|(_, rows)| rows.get(topic))
        .any(|row| row.source_topic != *topic)
}
