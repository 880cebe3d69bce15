//! Where the links of a plan come from and go to, for those who draw them: [`LinkEnds`].

use std::collections::{BTreeMap, BTreeSet};

use super::operation::Operation;
use crate::address::{ClusterId, ClusterName, HalfAddress};
use crate::desired::{Desired, Half, LinkMode};
use crate::diff::Changes;
use crate::live::loss::loss;
use crate::live::{self, LinkFact, MirrorLoss, MirrorStatus, Reading, Snapshot};

/// The two ends of a link.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct LinkEnds {
    /// Where data comes from.
    pub source: ClusterName,
    /// The destination.
    pub destination: ClusterName,
    /// Whether data flows in one direction or both.
    pub direction: Direction,
    /// The id of the cluster where data comes from, as far as it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_id: Option<ClusterId>,
    /// What is before the names of its mirror topics.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// How many mirror topics it has, and how far the worst of them is behind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mirrors: Option<MirrorFacts>,
}

/// The mirror topics of a link when the plan was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct MirrorFacts {
    /// How many there are.
    pub count: usize,
    /// The lag of the one that is furthest behind; stopped ones do not count.
    pub worst: Option<MirrorLoss>,
}

/// The direction in which data flows.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub enum Direction {
    /// From source to destination.
    One,
    /// Both directions: the link is bidirectional.
    Both,
}

/// The ends of every declared half, and of those that operations and findings are about, as far as they are
/// known.
pub(super) fn of(
    desired: &Desired,
    live: &Snapshot,
    changes: &Changes,
    operations: &[Operation],
) -> BTreeMap<HalfAddress, LinkEnds> {
    let mut ends = named_ends(desired, changes, operations);
    let found = changes.findings.iter();
    for half in found.filter_map(|finding| finding.address.half()) {
        if !ends.contains_key(half)
            && let Some(found) = unmanaged(half, desired, live)
        {
            ends.insert(half.clone(), found);
        }
    }
    for (half, ends) in &mut ends {
        let source = desired.clusters.get(&ends.source);
        ends.source_id = source.map(|cluster| cluster.id.clone());
        ends.mirrors = mirrors(half, live);
    }
    ends
}

/// The ends of a half that no file declares, as its row gives them.
fn unmanaged(half: &HalfAddress, desired: &Desired, live: &Snapshot) -> Option<LinkEnds> {
    let cluster = live.clusters.get(&half.cluster)?;
    let row = cluster.links.read()?.get(&half.link)?;
    let nothing = BTreeMap::new();
    let configs = cluster.configs.get(&half.link).and_then(Reading::read);
    let mode = row.mode(configs.unwrap_or(&nothing))?;
    of_row(&half.cluster, row, &mode, desired)
}

/// The ends of a half by its row.
fn of_row(
    here: &ClusterName,
    row: &LinkFact,
    mode: &live::LinkMode,
    desired: &Desired,
) -> Option<LinkEnds> {
    let there = named(desired, row.other_end(mode)?);
    let mode = match mode {
        live::LinkMode::Destination => LinkMode::Destination,
        live::LinkMode::Source => LinkMode::Source,
        live::LinkMode::Bidirectional => LinkMode::Bidirectional,
        live::LinkMode::Other(_) => return None,
    };
    Some(ends(here, &there, mode))
}

/// The mirror topics of a half, where they were read.
fn mirrors(half: &HalfAddress, live: &Snapshot) -> Option<MirrorFacts> {
    let cluster = live.clusters.get(&half.cluster)?;
    let row = cluster.links.read()?.get(&half.link)?;
    let rows = cluster.mirrors.read()?.get(&half.link);
    let rows = || rows.into_iter().flat_map(BTreeMap::values);
    let lags = rows()
        .filter(|row| row.status != MirrorStatus::Stopped)
        .map(|mirror| loss(mirror, Some(row), mirror.earlier.sampled()));
    Some(MirrorFacts {
        count: rows().count(),
        worst: lags.max_by_key(|loss| (loss.least, loss.unknown().is_some())),
    })
}

fn named_ends(
    desired: &Desired,
    changes: &Changes,
    operations: &[Operation],
) -> BTreeMap<HalfAddress, LinkEnds> {
    let found = changes.findings.iter();
    let halves: BTreeSet<&HalfAddress> = operations
        .chunk_by(|a, b| a.half() == b.half())
        .map(|of_half| of_half[0].half())
        .chain(found.filter_map(|finding| finding.address.half()))
        .collect();
    let declared = desired
        .halves()
        .map(|(_, half)| (half.address.clone(), declared(half)));
    let retired = changes
        .retirements
        .iter()
        .filter(|retired| halves.contains(&retired.address))
        .filter_map(|retired| {
            let here = &retired.address.cluster;
            let ends = of_row(here, &retired.link, &retired.mode, desired)?;
            Some((retired.address.clone(), ends))
        });
    declared.chain(retired).collect()
}

fn declared(half: &Half) -> LinkEnds {
    LinkEnds {
        prefix: half.prefix.clone(),
        ..ends(
            &half.address.cluster,
            &half.peer.cluster,
            half.role.link_mode(),
        )
    }
}

fn ends(here: &ClusterName, there: &ClusterName, mode: LinkMode) -> LinkEnds {
    let (source, destination, direction) = match mode {
        LinkMode::Destination => (there, here, Direction::One),
        LinkMode::Source => (here, there, Direction::One),
        // Both halves of a pair have the same ends.
        LinkMode::Bidirectional => (here.min(there), here.max(there), Direction::Both),
    };
    LinkEnds {
        source: source.clone(),
        destination: destination.clone(),
        direction,
        source_id: None,
        prefix: None,
        mirrors: None,
    }
}

/// A cluster's name in the spec, or its id when the spec does not know it.
fn named(desired: &Desired, id: &ClusterId) -> ClusterName {
    desired.cluster_of(id).map_or_else(
        || ClusterName::from(id.as_str()),
        |cluster| cluster.name.clone(),
    )
}
