//! Where the links of a plan come from and go to, for those who draw them: [`LinkEnds`].

use std::collections::{BTreeMap, BTreeSet};

use super::operation::Operation;
use crate::address::{ClusterId, ClusterName, HalfAddress};
use crate::desired::{Desired, Half, LinkMode};
use crate::diff::Changes;
use crate::live;

/// The two ends of a link.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct LinkEnds {
    /// Where data comes from.
    pub source: ClusterName,
    /// The destination.
    pub destination: ClusterName,
    /// Whether data flows in one direction or both.
    pub direction: Direction,
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

/// The ends of the halves that operations and findings are about, as far as they are known.
pub(super) fn of(
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
        .filter(|(_, half)| halves.contains(&half.address))
        .map(|(_, half)| (half.address.clone(), declared(half)));
    let retired = changes
        .retirements
        .iter()
        .filter(|retired| halves.contains(&retired.address))
        .filter_map(|retired| {
            let here = &retired.address.cluster;
            let there = named(desired, retired.link.other_end(&retired.mode)?);
            let mode = match retired.mode {
                live::LinkMode::Destination => LinkMode::Destination,
                live::LinkMode::Source => LinkMode::Source,
                live::LinkMode::Bidirectional => LinkMode::Bidirectional,
                live::LinkMode::Other(_) => return None,
            };
            Some((retired.address.clone(), ends(here, &there, mode)))
        });
    declared.chain(retired).collect()
}

fn declared(half: &Half) -> LinkEnds {
    ends(
        &half.address.cluster,
        &half.peer.cluster,
        half.role.link_mode(),
    )
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
    }
}

/// A cluster's name in the spec, or its id when the spec does not know it.
fn named(desired: &Desired, id: &ClusterId) -> ClusterName {
    desired.cluster_of(id).map_or_else(
        || ClusterName::from(id.as_str()),
        |cluster| cluster.name.clone(),
    )
}
