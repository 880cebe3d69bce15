//! What a picture of a plan shows: boxes and arrows, with what is many in one box.

use std::collections::{BTreeMap, BTreeSet};

use super::group::{Group, groups};
use super::view::plan::shown_risks;
use super::words::{self, Action};
use crate::address::{Address, ClusterId, ClusterName, HalfAddress};
use crate::desired::{Risk, Risks};
use crate::plan::{Direction, OpId, Operation, Plan};

/// More operations than this are shown together.
pub(crate) const MAX_OPERATIONS: usize = 150;

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
    /// The clusters at the ends of the links, and those that have something of their own.
    pub(crate) clusters: Vec<ClusterCard>,
    /// The links that there is something to tell of, those with the same ends together.
    pub(crate) links: Vec<LinkCard>,
}

/// One or several operations.
pub(crate) struct Card<'a> {
    pub(crate) ids: Vec<OpId>,
    pub(crate) first: &'a Operation,
    pub(crate) action: Action,
    pub(crate) wave: usize,
    /// What is done.
    pub(crate) order: String,
    /// To what.
    pub(crate) subject: String,
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
    pub(crate) links: BTreeMap<String, usize>,
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
        if plan.operations.len() <= MAX_OPERATIONS {
            boxes.extend(wave.iter().map(|id| one(plan, *id, index + 1)));
        } else {
            let groups = groups(plan, wave);
            boxes.extend(groups.into_iter().map(|group| several(group, index + 1)));
        }
    }
    if boxes.len() > 4 * MAX_OPERATIONS {
        boxes = by_cluster(plan);
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
    let about = plan
        .operations
        .iter()
        .map(|operation| (&operation.address, Some(&operation.cluster_id)));
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
        topology: topology(plan, "operation", about),
    }
}

/// The clusters and links that these addresses are on, as far as the plan knows where links lead.
pub(crate) fn topology<'a>(
    plan: &'a Plan,
    noun: &'static str,
    about: impl Iterator<Item = (&'a Address, Option<&'a ClusterId>)>,
) -> Topology {
    let mut here: BTreeMap<&ClusterName, (Option<&ClusterId>, usize)> = BTreeMap::new();
    let mut halves: BTreeMap<&HalfAddress, usize> = BTreeMap::new();
    for (address, cluster_id) in about {
        let (id, count) = here.entry(address.cluster()).or_default();
        *id = id.or(cluster_id);
        *count += 1;
        if let Some(half) = address.half() {
            *halves.entry(half).or_default() += 1;
        }
    }
    for ends in halves.keys().filter_map(|half| plan.links.get(half)) {
        here.entry(&ends.source).or_default();
        here.entry(&ends.destination).or_default();
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
        links: links(plan, &halves, &clusters),
        clusters,
    }
}

fn one(plan: &Plan, id: OpId, wave: usize) -> Card<'_> {
    let first = plan.operation(id);
    Card {
        ids: vec![id],
        first,
        action: Action::of(first),
        wave,
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
        order,
        subject,
    }
}

/// One box for each wave, cluster and action, when even links are too many to draw.
fn by_cluster(plan: &Plan) -> Vec<Card<'_>> {
    let mut cards: BTreeMap<(usize, &ClusterName, Action, Risks), Vec<OpId>> = BTreeMap::new();
    for (index, wave) in plan.waves.iter().enumerate() {
        for id in wave {
            let operation = plan.operation(*id);
            let key = (
                index + 1,
                operation.address.cluster(),
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
                subject: cluster.to_string(),
                ids,
                first,
                action,
                wave,
            })
        })
        .collect()
}

fn links(
    plan: &Plan,
    halves: &BTreeMap<&HalfAddress, usize>,
    clusters: &[ClusterCard],
) -> Vec<LinkCard> {
    let place = |name: &ClusterName| clusters.iter().position(|cluster| cluster.name == *name);
    let mut cards: BTreeMap<(Option<usize>, usize, Direction), BTreeMap<String, usize>> =
        BTreeMap::new();
    for (&half, count) in halves {
        let (source, destination, direction) = match plan.links.get(half) {
            Some(ends) => (place(&ends.source), &ends.destination, ends.direction),
            None => (None, &half.cluster, Direction::One),
        };
        let Some(destination) = place(destination) else {
            continue;
        };
        let links = cards.entry((source, destination, direction)).or_default();
        *links.entry(half.link.to_string()).or_default() += count;
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
