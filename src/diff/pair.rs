//! Links of two halves, of which only one is to be deleted: its mirror topics on the other cluster
//! must have stopped as well.
//!
//! A source-initiated link has its mirror topics on its inbound half, a bidirectional one on both. Without
//! its partner a half copies nothing more, and its mirror topics stay read-only for ever, with no way to
//! promote them.

use std::collections::BTreeSet;

use super::Changes;
use super::config;
use super::finding::{Finding, FindingKind};
use super::retire::Retirement;
use crate::address::{ClusterId, HalfAddress, TopicName};
use crate::desired::Desired;
use crate::live::{LinkMode, MirrorStatus, Reading, Snapshot, UnreadKind};

/// The retired halves whose partners may have mirror topics, each with the other cluster and the partner,
/// where the spec knows that cluster. A partner that is retired by the same spec is ordered among the
/// plan's operations instead.
pub(super) fn partners<'a>(
    desired: &'a Desired,
    changes: &'a Changes,
) -> impl Iterator<Item = (&'a Retirement, &'a ClusterId, Option<HalfAddress>)> {
    let all: BTreeSet<_> = changes.retirements.iter().map(|it| &it.address).collect();
    changes.retirements.iter().filter_map(move |retired| {
        // In the direction of its source a link has no mirror topics.
        if retired.mode == LinkMode::Destination {
            return None;
        }
        let id = retired.link.other_end(&retired.mode)?;
        let partner = desired.cluster_of(id).map(|cluster| HalfAddress {
            cluster: cluster.name.clone(),
            link: retired.address.link.clone(),
        });
        let together = partner.as_ref().is_some_and(|half| all.contains(half));
        (!together).then_some((retired, id, partner))
    })
}

/// Takes back the retirements that would leave mirror topics of the other half without their partner.
pub(super) fn withdraw_unsafe_retirements(
    desired: &Desired,
    live: &Snapshot,
    changes: &mut Changes,
) {
    let mut findings = Vec::new();
    let mut held = BTreeSet::new();
    for (retired, cluster, partner) in partners(desired, changes) {
        let here = desired.clusters.get(&retired.address.cluster);
        let mirrors = partner.as_ref().map_or(Reading::NotAsked, |half| {
            running(live, half, retired, here.map(|here| &here.id))
        });
        let kind = match (partner, mirrors) {
            (Some(partner), Reading::Read(mirrors)) if !mirrors.is_empty() => {
                FindingKind::PartnerMirrorsRunning { partner, mirrors }
            }
            (Some(_), Reading::Read(_) | Reading::NotAsked) => continue,
            (Some(_), Reading::Unread(why)) if why.kind != UnreadKind::NoEndpoint => {
                FindingKind::Unknown(why)
            }
            (Some(_), Reading::Unread(_)) | (None, _) => FindingKind::PartnerNotSeen {
                cluster: cluster.clone(),
            },
        };
        if !matches!(kind, FindingKind::PartnerNotSeen { .. }) {
            held.insert(retired.address.clone());
        }
        findings.push(Finding::new(
            config::half_address(&retired.address),
            kind,
            Some(retired.place.clone()),
        ));
    }
    changes
        .retirements
        .retain(|retired| !held.contains(&retired.address));
    changes.findings.append(&mut findings);
}

/// The mirror topics of a half that have not stopped; none when it is another cluster's link of that name, or
/// one that does not know the retired half: bidirectional halves with unequal link ids are two links.
fn running(
    live: &Snapshot,
    half: &HalfAddress,
    retired: &Retirement,
    other_end: Option<&ClusterId>,
) -> Reading<Vec<(TopicName, MirrorStatus)>> {
    let Some(cluster) = live.clusters.get(&half.cluster) else {
        return Reading::NotAsked;
    };
    let row = cluster.links.read().and_then(|links| links.get(&half.link));
    let end = row.and_then(|row| row.remote.as_ref().or(row.source.as_ref()));
    let ids = (
        row.and_then(|row| row.link_id.as_ref()),
        &retired.link.link_id,
    );
    let is_other_link = retired.mode == LinkMode::Bidirectional
        && matches!(ids, (Some(one), Some(other)) if one != other);
    match &cluster.mirrors {
        Reading::Read(_) if is_other_link => Reading::Read(Vec::new()),
        Reading::Read(_) if end.is_some() && end != other_end => Reading::Read(Vec::new()),
        Reading::Read(links) => Reading::Read(
            links
                .get(&half.link)
                .into_iter()
                .flatten()
                .filter(|(_, row)| row.status != MirrorStatus::Stopped)
                .map(|(topic, row)| (topic.clone(), row.status.clone()))
                .collect(),
        ),
        Reading::Unread(why) => Reading::Unread(why.clone()),
        Reading::NotAsked => Reading::NotAsked,
    }
}
