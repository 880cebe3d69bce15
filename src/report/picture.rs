//! What a picture of a plan shows: boxes and arrows, with what is many in one box.

use std::collections::{BTreeMap, BTreeSet};

use super::group::{Group, groups};
use super::view::first_names;
use super::view::plan::shown_risks;
use super::words::{self, Action};
use crate::address::{Address, ClusterId, ClusterName, HalfAddress};
use crate::desired::{Risk, Risks};
use crate::live::LinkMode;
use crate::plan::{Direction, LinkEnds, OpId, Operation, Plan};
use crate::report::words::Weight;

/// More operations than this are shown together; more boxes of these by cluster, and then by what is done.
const MAX_BOXES: usize = 30;
/// Clusters that are named where links are shown together; the rest is counted.
const MAX_SOURCES: usize = 3;

/// Boxes and arrows.
pub(crate) struct Picture<'a> {
    /// The boxes, by wave and then address.
    pub(crate) boxes: Vec<Card<'a>>,
    /// Which box waits for which, and by which rules.
    pub(crate) arrows: Vec<Arrow>,
    /// Where they are.
    pub(crate) topology: Topology,
}

/// Clusters and the links between them, each with how much there is to tell of it.
pub(crate) struct Topology {
    /// What is counted: `operation`.
    pub(crate) noun: &'static str,
    /// What the colours of links mean.
    pub(crate) meaning: Meaning,
    /// The clusters at the ends of the links, and those that have something of their own.
    pub(crate) clusters: Vec<ClusterCard>,
    /// The links that there is something to tell of, those with the same ends together.
    pub(crate) links: Vec<LinkCard>,
}

/// What the colours of links mean.
#[derive(Clone, Copy)]
pub(crate) struct Meaning {
    pub(crate) danger: &'static str,
    pub(crate) caution: &'static str,
}

/// A link, and how much there is to tell of it.
#[derive(Default)]
pub(crate) struct LinkTally {
    pub(crate) count: usize,
    /// The worst of it.
    pub(crate) weight: Option<Weight>,
    /// Mode, prefix, mirror topics and lag, as far as they are known.
    pub(crate) facts: String,
    /// Its mode, if it is known.
    pub(crate) mode: Option<LinkMode>,
    /// Its prefix, if it has one.
    pub(crate) prefix: Option<String>,
}

/// One or several operations.
pub(crate) struct Card<'a> {
    pub(crate) ids: Vec<OpId>,
    pub(crate) first: &'a Operation,
    pub(crate) action: Action,
    pub(crate) wave: usize,
    /// How far the operations extend.
    pub(crate) extent: Extent,
    /// What is done.
    pub(crate) order: String,
    /// To what.
    pub(crate) subject: String,
}

/// How far operations that are shown together extend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// They are on one link.
    Link,
    /// They are on one cluster.
    Cluster,
    /// They are on several clusters.
    All,
}

/// A box waits for another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Arrow {
    pub(crate) before: usize,
    pub(crate) after: usize,
    /// The rules' names, each with why.
    pub(crate) rules: BTreeMap<&'static str, &'static str>,
}

/// A cluster.
pub(crate) struct ClusterCard {
    pub(crate) name: ClusterName,
    /// Its own id, if it is known.
    pub(crate) id: Option<String>,
    /// How much there is to tell of it.
    pub(crate) count: usize,
}

impl ClusterCard {
    /// Its name, with its id where that is known.
    pub(crate) fn title(&self) -> String {
        match &self.id {
            Some(id) => format!("{} ({id})", self.name),
            None => self.name.to_string(),
        }
    }
}

/// Links with the same ends.
pub(crate) struct LinkCard {
    /// The cluster that data comes from, if it is known.
    pub(crate) source: Option<usize>,
    /// The cluster that data goes to, or that holds the link where the ends are not known.
    pub(crate) destination: usize,
    pub(crate) direction: Direction,
    /// Their names, each with how much there is to tell of it.
    pub(crate) links: BTreeMap<String, LinkTally>,
}

impl Card<'_> {
    /// Whether what it does is irreversible or may lose data.
    pub(crate) fn is_severe(&self) -> bool {
        words::is_severe(self.first.risks)
    }

    /// The risks worth a word.
    pub(crate) fn risks(&self) -> Vec<&'static str> {
        let risks = shown_risks(self.first.risks);
        risks.into_iter().map(Risk::word).collect()
    }

    /// The numbers of the operations.
    pub(crate) fn numbers(&self) -> String {
        super::group::numbers(&self.ids)
    }
}

/// The picture of a plan.
pub(crate) fn of(plan: &Plan) -> Picture<'_> {
    let mut boxes = Vec::new();
    for (index, wave) in plan.waves.iter().enumerate() {
        if plan.operations.len() <= MAX_BOXES {
            boxes.extend(wave.iter().map(|id| one(plan, *id, index + 1)));
        } else {
            let groups = groups(plan, wave);
            boxes.extend(groups.into_iter().map(|group| several(group, index + 1)));
        }
    }
    if boxes.len() > MAX_BOXES {
        boxes = together(plan, |operation| Some(operation.address.cluster()));
    }
    if boxes.len() > MAX_BOXES {
        boxes = together(plan, |_| None);
    }
    let mut place = vec![0; plan.operations.len()];
    for (index, card) in boxes.iter().enumerate() {
        for id in &card.ids {
            place[id.index()] = index;
        }
    }
    let mut arrows: BTreeMap<(usize, usize), BTreeMap<&'static str, &'static str>> =
        BTreeMap::new();
    for edge in &plan.edges {
        let (before, after) = (place[edge.before.index()], place[edge.after.index()]);
        if before != after {
            arrows
                .entry((before, after))
                .or_default()
                .insert(edge.rule.name, edge.rule.why);
        }
    }
    let about = plan.operations.iter().map(|operation| About {
        address: &operation.address,
        cluster_id: Some(&operation.cluster_id),
        weight: match (
            words::is_severe(operation.risks),
            shown_risks(operation.risks),
        ) {
            (true, _) => Weight::Danger,
            (false, risks) if risks.is_empty() => Weight::Plain,
            (false, _) => Weight::Caution,
        },
    });
    let meaning = Meaning {
        danger: "irreversible or may lose data",
        caution: "disruptive",
    };
    Picture {
        boxes,
        arrows: arrows
            .into_iter()
            .map(|((before, after), rules)| Arrow {
                before,
                after,
                rules,
            })
            .collect(),
        topology: topology(plan, "operation", meaning, about),
    }
}

/// Something to tell of an address.
pub(crate) struct About<'a> {
    pub(crate) address: &'a Address,
    pub(crate) cluster_id: Option<&'a ClusterId>,
    pub(crate) weight: Weight,
}

/// The clusters and links that these addresses are on, as far as the plan knows where links lead.
pub(crate) fn topology<'a>(
    plan: &'a Plan,
    noun: &'static str,
    meaning: Meaning,
    about: impl Iterator<Item = About<'a>>,
) -> Topology {
    let mut here: BTreeMap<&ClusterName, (Option<&ClusterId>, usize)> = BTreeMap::new();
    let mut halves: BTreeMap<&HalfAddress, LinkTally> = BTreeMap::new();
    for one in about {
        let (id, count) = here.entry(one.address.cluster()).or_default();
        *id = id.or(one.cluster_id);
        *count += 1;
        if let Some(half) = one.address.half() {
            let tally = halves.entry(half).or_default();
            tally.count += 1;
            tally.weight = tally.weight.max(Some(one.weight));
        }
    }
    for (half, tally) in &mut halves {
        let Some(ends) = plan.links.get(half) else {
            continue;
        };
        tally.facts = link_facts(half, ends);
        tally.mode = Some(mode_of(half, ends));
        tally.prefix.clone_from(&ends.prefix);
        here.entry(&ends.destination).or_default();
        let (id, _) = here.entry(&ends.source).or_default();
        *id = id.or(ends.source_id.as_ref());
    }
    let clusters: Vec<ClusterCard> = here
        .into_iter()
        .map(|(name, (id, count))| ClusterCard {
            name: name.clone(),
            id: id.map(ToString::to_string),
            count,
        })
        .collect();
    Topology {
        noun,
        meaning,
        links: links(plan, halves, &clusters),
        clusters,
    }
}

fn mode_of(half: &HalfAddress, ends: &LinkEnds) -> LinkMode {
    match ends.direction {
        Direction::Both => LinkMode::Bidirectional,
        Direction::One if half.cluster == ends.source => LinkMode::Source,
        Direction::One => LinkMode::Destination,
    }
}

/// Mode, prefix, mirror topics and lag of a link: `BIDIRECTIONAL, prefix west., 12 mirror topics, worst lag 9+`.
pub(crate) fn link_facts(half: &HalfAddress, ends: &LinkEnds) -> String {
    let mut facts = vec![mode_of(half, ends).to_string()];
    if let Some(prefix) = &ends.prefix {
        facts.push(format!("prefix {prefix}"));
    }
    if let Some(mirrors) = &ends.mirrors {
        facts.push(words::quantity(mirrors.count, "mirror topic"));
        if let Some(worst) = mirrors.worst.filter(|worst| worst.least > 0) {
            facts.push(format!("worst lag {}", words::lag(&worst)));
        }
    }
    facts.join(", ")
}

/// Several links: `3 links from east (lkc-east01), 12 mirror topics, worst lag 9+`.
pub(crate) fn facts_together(plan: &Plan, cards: &[&Card<'_>]) -> String {
    let ids = cards.iter().flat_map(|card| &card.ids);
    let halves: BTreeSet<&HalfAddress> = ids.map(|id| plan.operation(*id).half()).collect();
    let mut facts = vec![words::quantity(halves.len(), "link")];
    let ends: Vec<&LinkEnds> = (halves.iter())
        .filter_map(|half| plan.links.get(*half))
        .collect();
    let sources: BTreeMap<&ClusterName, Option<&ClusterId>> = (ends.iter())
        .map(|ends| (&ends.source, ends.source_id.as_ref()))
        .collect();
    let named: Vec<String> = (sources.iter())
        .map(|(name, id)| id.map_or_else(|| name.to_string(), |id| format!("{name} ({id})")))
        .collect();
    if !named.is_empty() {
        facts[0].push_str(&format!(" from {}", first_names(&named, MAX_SOURCES)));
    }
    let mirrors: Vec<_> = ends.iter().filter_map(|ends| ends.mirrors).collect();
    if !mirrors.is_empty() {
        let count = mirrors.iter().map(|mirrors| mirrors.count).sum();
        facts.push(words::quantity(count, "mirror topic"));
    }
    let worst = mirrors.iter().filter_map(|mirrors| mirrors.worst);
    let worst = worst.max_by_key(|worst| (worst.least, worst.unknown().is_some()));
    if let Some(worst) = worst.filter(|worst| worst.least > 0) {
        facts.push(format!("worst lag {}", words::lag(&worst)));
    }
    facts.join(", ")
}

fn one(plan: &Plan, id: OpId, wave: usize) -> Card<'_> {
    let first = plan.operation(id);
    Card {
        ids: vec![id],
        first,
        action: Action::of(first),
        wave,
        extent: Extent::Link,
        order: Action::order(first),
        subject: first.address.to_string(),
    }
}

fn several(group: Group<'_>, wave: usize) -> Card<'_> {
    let (order, subject) = group.headline();
    Card {
        ids: group.ids,
        first: group.first,
        action: group.action,
        wave,
        extent: Extent::Link,
        order,
        subject,
    }
}

/// One box for each wave, cluster and action, when even links are too many to draw; or for each wave and action,
/// when clusters are too many as well.
fn together(plan: &Plan, cluster: impl Fn(&Operation) -> Option<&ClusterName>) -> Vec<Card<'_>> {
    type Key<'a> = (usize, Option<&'a ClusterName>, Action, Risks);
    let mut cards: BTreeMap<Key<'_>, Vec<OpId>> = BTreeMap::new();
    for (index, wave) in plan.waves.iter().enumerate() {
        for id in wave {
            let operation = plan.operation(*id);
            let key = (
                index + 1,
                cluster(operation),
                Action::of(operation),
                operation.risks,
            );
            cards.entry(key).or_default().push(*id);
        }
    }
    cards
        .into_iter()
        .filter_map(|((wave, cluster, action, _), ids)| {
            let first = plan.operation(*ids.first()?);
            Some(Card {
                order: format!(
                    "{} {} on",
                    action.verb(),
                    words::quantity(ids.len(), action.noun())
                ),
                subject: match cluster {
                    Some(cluster) => cluster.to_string(),
                    None => clusters_of(plan, &ids),
                },
                extent: match cluster {
                    Some(_) => Extent::Cluster,
                    None => Extent::All,
                },
                ids,
                first,
                action,
                wave,
            })
        })
        .collect()
}

/// `3 links on 2 clusters`.
fn clusters_of(plan: &Plan, ids: &[OpId]) -> String {
    let halves: BTreeSet<&HalfAddress> = ids.iter().map(|id| plan.operation(*id).half()).collect();
    let clusters: BTreeSet<&ClusterName> = halves.iter().map(|half| &half.cluster).collect();
    format!(
        "{} on {}",
        words::quantity(halves.len(), "link"),
        words::quantity(clusters.len(), "cluster")
    )
}

fn links(
    plan: &Plan,
    halves: BTreeMap<&HalfAddress, LinkTally>,
    clusters: &[ClusterCard],
) -> Vec<LinkCard> {
    let place = |name: &ClusterName| clusters.iter().position(|cluster| cluster.name == *name);
    let mut cards: BTreeMap<(Option<usize>, usize, Direction), BTreeMap<String, LinkTally>> =
        BTreeMap::new();
    for (half, tally) in halves {
        let (source, destination, direction) = match plan.links.get(half) {
            Some(ends) => (place(&ends.source), &ends.destination, ends.direction),
            None => (None, &half.cluster, Direction::One),
        };
        let Some(destination) = place(destination) else {
            continue;
        };
        let links = cards.entry((source, destination, direction)).or_default();
        let link = links.entry(half.link.to_string()).or_default();
        link.count += tally.count;
        link.weight = link.weight.max(tally.weight);
        link.facts = tally.facts;
        link.mode = tally.mode;
        link.prefix = tally.prefix;
    }
    cards
        .into_iter()
        .map(|((source, destination, direction), links)| LinkCard {
            source,
            destination,
            direction,
            links,
        })
        .collect()
}

impl Picture<'_> {
    /// Leaves out arrows that other arrows imply: what waits for the second waits for the first.
    pub(crate) fn reduce(&mut self) {
        let mut next: Vec<Vec<usize>> = vec![Vec::new(); self.boxes.len()];
        for arrow in &self.arrows {
            next[arrow.before].push(arrow.after);
        }
        self.arrows.retain(|arrow| {
            let mut seen = BTreeSet::new();
            let mut stack: Vec<usize> = next[arrow.before]
                .iter()
                .copied()
                .filter(|first| *first != arrow.after)
                .collect();
            while let Some(at) = stack.pop() {
                if at == arrow.after {
                    return false;
                }
                if seen.insert(at) {
                    stack.extend(&next[at]);
                }
            }
            true
        });
    }
}
