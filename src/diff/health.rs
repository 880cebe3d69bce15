//! What is live and wrong, or live and nobody's: findings that lead to no change.

use std::collections::BTreeSet;

use super::Changes;
use super::finding::{Finding, FindingKind};
use crate::address::{Address, HalfAddress};
use crate::desired::Desired;
use crate::diagnostic::Place;
use crate::live::{Reading, Snapshot, TaskState};

/// Looks at every cluster that was read.
pub(super) fn look(desired: &Desired, live: &Snapshot, changes: &mut Changes) {
    let declared: std::collections::BTreeMap<&HalfAddress, &Place> = desired
        .halves()
        .map(|(_, half)| (&half.address, &half.place))
        .collect();
    let retired: BTreeSet<&HalfAddress> = desired
        .retired
        .iter()
        .map(|retired| &retired.address)
        .collect();
    for (name, cluster) in &live.clusters {
        for row in &cluster.nameless_links {
            changes.findings.push(Finding::new(
                Address::Cluster(name.clone()),
                FindingKind::NamelessLink {
                    state: row.state.clone(),
                },
                None,
            ));
        }
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
            if !row.is_healthy() {
                changes.findings.push(Finding::new(
                    Address::Half(address.clone()),
                    FindingKind::LinkUnhealthy {
                        state: row.state.clone(),
                        error: row.error.clone(),
                        message: row.error_message.clone(),
                    },
                    Some((*place).clone()),
                ));
            }
            let Some(Reading::Read(tasks)) = cluster.tasks.get(link) else {
                continue;
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
