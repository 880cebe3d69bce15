//! What is live and wrong, or live and unmanaged: findings that lead to no change.

use std::collections::BTreeSet;

use super::Changes;
use super::finding::{AnswerFinding, Finding, FindingKind};
use super::outage::outage;
use crate::address::{Address, ClusterName, HalfAddress};
use crate::desired::Desired;
use crate::diagnostic::Place;
use crate::live::{ClusterSnapshot, LinkFact, LinkState, Reading, Snapshot, TaskState, UnreadKind};

/// The second half of each declared link whose two halves are there with different link ids, and the
/// first.
pub(crate) fn unpaired(
    desired: &Desired,
    live: &Snapshot,
) -> Vec<(HalfAddress, HalfAddress, Place)> {
    let id = |half: &HalfAddress| {
        let links = live.clusters.get(&half.cluster)?.links.read()?;
        links.get(&half.link)?.link_id.as_ref()
    };
    let links = desired.links.values();
    links
        .filter_map(|link| {
            let [first, second] = link.halves.as_slice() else {
                return None;
            };
            let (one, other) = (id(&first.address)?, id(&second.address)?);
            let address = |half: &crate::desired::Half| half.address.clone();
            (one != other).then(|| (address(second), address(first), second.place.clone()))
        })
        .collect()
}

/// The cluster at the other end of a half, if it is declared lost.
fn lost_peer(address: &HalfAddress, desired: &Desired) -> Option<ClusterName> {
    let (_, half) = desired.half(address)?;
    let peer = &half.peer.cluster;
    desired.is_lost(peer).then(|| peer.clone())
}

/// Checks every cluster that was read.
pub(super) fn check(desired: &Desired, live: &Snapshot, changes: &mut Changes) {
    let declared: std::collections::BTreeMap<&HalfAddress, &Place> = desired
        .halves()
        .map(|(_, half)| (&half.address, &half.place))
        .collect();
    let retired: BTreeSet<&HalfAddress> = desired
        .retired
        .iter()
        .map(|retired| &retired.address)
        .collect();
    let ours: BTreeSet<&ClusterName> = declared
        .keys()
        .copied()
        .chain(retired.iter().copied())
        .map(|half| &half.cluster)
        .collect();
    for (half, other, place) in unpaired(desired, live) {
        changes.findings.push(Finding::new(
            Address::Half(half),
            FindingKind::HalvesNotPaired { other },
            Some(place),
        ));
    }
    for (name, cluster) in &live.clusters {
        // What is live on other clusters is none of the spec's business.
        if !ours.contains(name) {
            continue;
        }
        for row in &cluster.nameless_links {
            changes.findings.push(Finding::new(
                Address::Cluster(name.clone()),
                FindingKind::NamelessLink {
                    state: row.state.clone(),
                },
                None,
            ));
        }
        repeated(name, cluster, changes);
        for (link, row) in cluster.links.read().into_iter().flatten() {
            let address = HalfAddress {
                cluster: name.clone(),
                link: link.clone(),
            };
            if retired.contains(&address) {
                continue;
            }
            let Some(place) = declared.get(&address) else {
                changes.findings.push(Finding::new(
                    Address::Half(address),
                    FindingKind::UnmanagedLink {
                        mirrors: row.topic_count,
                    },
                    None,
                ));
                continue;
            };
            let odd = odd_answers(cluster, row).map(FindingKind::Answer);
            changes.findings.extend(odd.map(|kind| {
                Finding::new(Address::Half(address.clone()), kind, Some((*place).clone()))
            }));
            if !row.is_healthy() {
                changes.findings.push(Finding::new(
                    Address::Half(address.clone()),
                    FindingKind::LinkUnhealthy {
                        state: row.state.clone(),
                        error: row.error.clone(),
                        message: row.error_message.clone(),
                        outage: outage(&address, desired, live).map(Box::new),
                        lost: lost_peer(&address, desired),
                    },
                    Some((*place).clone()),
                ));
            }
            let tasks = match cluster.tasks.get(link) {
                Some(Reading::Read(tasks)) => tasks,
                // A server that reports no tasks at all will never do so.
                Some(Reading::Unread(why)) if why.kind != UnreadKind::NotReported => {
                    changes.findings.push(Finding::new(
                        Address::Half(address.clone()),
                        FindingKind::Unknown(why.clone()),
                        Some((*place).clone()),
                    ));
                    continue;
                }
                Some(Reading::Unread(_) | Reading::NotAsked) | None => continue,
            };
            for task in tasks.iter().filter(|task| task.state == TaskState::InError) {
                changes.findings.push(Finding::new(
                    Address::Half(address.clone()),
                    FindingKind::TaskInError {
                        task: task.name.clone(),
                        problems: task.problems.clone(),
                    },
                    Some((*place).clone()),
                ));
            }
        }
    }
}

/// What a list of the cluster has more than once.
fn repeated(name: &ClusterName, cluster: &ClusterSnapshot, changes: &mut Changes) {
    for (link, topic) in &cluster.repeated {
        let half = HalfAddress {
            cluster: name.clone(),
            link: link.clone(),
        };
        let address = match topic {
            Some(topic) => Address::Mirror(half, topic.clone()),
            None => Address::Half(half),
        };
        let kind = FindingKind::Answer(AnswerFinding::Repeated);
        changes.findings.push(Finding::new(address, kind, None));
    }
}

/// What is odd about what the cluster says of a link.
fn odd_answers(cluster: &ClusterSnapshot, row: &LinkFact) -> impl Iterator<Item = AnswerFinding> {
    let state = match &row.state {
        Some(LinkState::Other(word)) => Some(AnswerFinding::UnknownLinkState {
            state: word.clone(),
        }),
        _ => None,
    };
    let rows = cluster.mirrors.read().map(|all| all.get(&row.name));
    let listed = rows.map(|rows| rows.map_or(0, std::collections::BTreeMap::len));
    let named = row.topic_count;
    let missing = listed
        .filter(|listed| named > *listed)
        .map(|listed| AnswerFinding::MirrorsNotListed { named, listed });
    state.into_iter().chain(missing)
}
