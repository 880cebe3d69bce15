//! Clusters that hold no declared or retired link object: what is live there is information.

use std::collections::BTreeSet;

use super::{DriftClass, DriftFinding, DriftKind, Input};
use crate::address::{Address, ClusterName, HalfAddress};
use crate::diff::FindingKind;
use crate::live::{ClusterSnapshot, Reading};

/// Those of them that were read, or could not be.
pub(super) fn clusters<'a>(input: &Input<'a>) -> BTreeSet<&'a ClusterName> {
    let declared = input.desired.halves().map(|(_, half)| &half.address);
    let retired = input.desired.retired.iter().map(|retired| &retired.address);
    let ours: BTreeSet<&ClusterName> = declared.chain(retired).map(|half| &half.cluster).collect();
    input
        .live
        .clusters
        .iter()
        .filter(|(name, facts)| !ours.contains(name) && !matches!(facts.links, Reading::NotAsked))
        .map(|(name, _)| name)
        .collect()
}

/// Each link there by its name. That a cluster could not be read is unknown, as everywhere; but of one
/// at the other end of a declared link, that link's own health says whether it is there, and a lost
/// source must not hide it.
pub(super) fn findings(input: &Input<'_>, clusters: &BTreeSet<&ClusterName>) -> Vec<DriftFinding> {
    let halves = input.desired.halves();
    let peers: BTreeSet<&ClusterName> = halves.map(|(_, half)| &half.peer.cluster).collect();
    let mut findings = Vec::new();
    for (name, facts) in &input.live.clusters {
        if clusters.contains(name) {
            let unread = match peers.contains(name) {
                true => DriftClass::Information,
                false => DriftClass::Unknown,
            };
            of_cluster(name, facts, unread, &mut findings);
        }
    }
    findings
}

fn of_cluster(
    name: &ClusterName,
    facts: &ClusterSnapshot,
    unread: DriftClass,
    findings: &mut Vec<DriftFinding>,
) {
    let mut found = |class, address, kind| {
        findings.push(DriftFinding::new(class, address, DriftKind::Found(kind)));
    };
    if let Some(why) = facts.links.unread() {
        let address = Address::Cluster(name.clone());
        found(unread, address, FindingKind::Unknown(why.clone()));
    }
    for (link, row) in facts.links.read().into_iter().flatten() {
        let address = HalfAddress {
            cluster: name.clone(),
            link: link.clone(),
        };
        let mirrors = row.topic_count;
        let kind = FindingKind::UnmanagedLink { mirrors };
        found(DriftClass::Information, Address::Half(address), kind);
    }
    for row in &facts.nameless_links {
        let state = row.state.clone();
        let kind = FindingKind::NamelessLink { state };
        found(
            DriftClass::Information,
            Address::Cluster(name.clone()),
            kind,
        );
    }
}
