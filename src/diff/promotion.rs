//! What may hold a promotion up: consumer groups that are active where they will be cut over to.
//!
//! A promotion waits until the offsets of the synced groups are final, and the server does not write
//! offsets under a group that is consuming (`CONSUMER_GROUP_IN_USE_ERROR`). Failing over waits for no
//! group, so nothing is asked for it. Everything that names such groups asks [`blocking_groups`].

use std::collections::BTreeMap;

use super::effect::{Effect, Names};
use super::half::HalfChangeKind;
use super::mirror::{MirrorChange, Verb};
use super::retire::RetiredMirror;
use super::{Changes, HalfChange};
use crate::address::{ClusterName, GroupName, HalfAddress};
use crate::catalog::Feature;
use crate::desired::{Desired, MirrorState, OffsetSyncOrder, RetireMirrors};
use crate::live::groups::SyncedGroups;
use crate::live::{GroupFact, MirrorStatus, Reading, Snapshot};

/// Notes for every half with mirrors to promote, or in the middle of it, which groups may hold them
/// up.
pub(super) fn check(desired: &Desired, live: &Snapshot, changes: &mut Changes) {
    let is_final_sync = desired.policy.promote.offset_sync == OffsetSyncOrder::FinalSync;
    let declared = changes
        .mirrors
        .chunk_by(|a, b| a.half == b.half)
        .filter(|of_half| of_half.iter().any(is_promoted))
        .map(|of_half| &of_half[0].half)
        .filter(|address| {
            is_final_sync || !changes.halves.iter().any(|half| stops_sync(half, address))
        });
    let retired = changes
        .retirements
        .iter()
        .filter(|retirement| {
            let entry = desired
                .retired
                .iter()
                .find(|entry| entry.address == retirement.address);
            let fails_over = entry.is_some_and(|it| it.mirrors == RetireMirrors::Failover);
            !fails_over && retirement.mirrors.iter().any(is_promoted_for_good)
        })
        .map(|retirement| &retirement.address);
    let found: Vec<_> = declared
        .chain(retired)
        .filter_map(|address| Some((address.clone(), blocking_groups(address, desired, live)?)))
        .filter(|(_, groups)| *groups != Names::Known(Vec::new()))
        .collect();
    changes.blocking_groups.extend(found);
}

/// Whether a mirror is to be promoted, or is PENDING_STOPPED and declared as promoted.
fn is_promoted(change: &MirrorChange) -> bool {
    let status = change.live.as_ref().map(|now| &now.status);
    let syncs = |verb: &Verb| {
        matches!(
            verb,
            Verb::Promote | Verb::Reverse | Verb::ReverseAndPause | Verb::Restore
        )
    };
    change.verbs.iter().any(syncs)
        || change.wanted == MirrorState::Promoted && status == Some(&MirrorStatus::PendingStopped)
}

/// The same of a mirror of a retired link.
fn is_promoted_for_good(mirror: &RetiredMirror) -> bool {
    mirror.verbs.contains(&Verb::Promote) || mirror.live.status == MirrorStatus::PendingStopped
}

/// Whether this change turns the half's offset sync off: before anything is promoted, unless the policy
/// says `final_sync`.
fn stops_sync(change: &HalfChange, address: &HalfAddress) -> bool {
    match &change.kind {
        HalfChangeKind::Alter { effects, .. } => {
            change.address == *address
                && effects.contains(&Effect::StopsFeature(Feature::ConsumerOffsetSync))
        }
        HalfChangeKind::Create { .. } => false,
    }
}

/// The cluster at the other end of a half, where the spec knows it: as declared or, for a half that is
/// not, by the id in its row.
#[must_use]
pub fn peer<'a>(
    address: &HalfAddress,
    desired: &'a Desired,
    live: &Snapshot,
) -> Option<&'a ClusterName> {
    let halves = desired.links.values().flat_map(|link| &link.halves);
    if let Some(half) = halves.into_iter().find(|half| half.address == *address) {
        return Some(&half.peer.cluster);
    }
    let links = live.clusters.get(&address.cluster)?.links.read()?;
    let row = links.get(&address.link)?;
    let id = row.source.as_ref().or(row.remote.as_ref())?;
    desired.cluster_of(id).map(|cluster| &cluster.name)
}

/// The groups that hold a promotion on a half up: active on its cluster, and their offsets written by
/// the link, as far as the source's groups are known. None when its configs were not asked for.
#[must_use]
pub fn blocking_groups(
    address: &HalfAddress,
    desired: &Desired,
    live: &Snapshot,
) -> Option<Names<GroupName>> {
    groups(address, desired, live, GroupFact::is_active)
}

/// The groups whose offsets the link writes to a half, active or not.
pub(super) fn synced_groups(
    address: &HalfAddress,
    desired: &Desired,
    live: &Snapshot,
) -> Names<GroupName> {
    groups(address, desired, live, |_| true).unwrap_or(Names::Unknown(None))
}

/// The groups of a half's cluster whose offsets the link writes, and that `counts` holds of.
fn groups(
    address: &HalfAddress,
    desired: &Desired,
    live: &Snapshot,
    counts: impl Fn(&GroupFact) -> bool,
) -> Option<Names<GroupName>> {
    let host = live.clusters.get(&address.cluster)?;
    let configs = match host.configs.get(&address.link)? {
        Reading::Read(configs) => configs,
        Reading::Unread(why) => return Some(Names::Unknown(Some(Box::new(why.clone())))),
        Reading::NotAsked => return None,
    };
    let synced = match SyncedGroups::of(address, configs) {
        Ok(Some(synced)) => synced,
        Ok(None) => return Some(Names::Known(Vec::new())),
        Err(why) => return Some(Names::Unknown(Some(Box::new(why)))),
    };
    let groups = match &host.groups {
        Reading::Read(groups) => groups,
        Reading::Unread(why) => return Some(Names::Unknown(Some(Box::new(why.clone())))),
        Reading::NotAsked => return Some(Names::Unknown(None)),
    };
    // Where the source's groups cannot be read, every group that the filter selects may be synced.
    let at_source = groups_of_peer(address, desired, live);
    Some(Names::Known(
        synced
            .selected(groups)
            .filter(|(_, group, _)| counts(group))
            .filter(|(.., name)| at_source.is_none_or(|groups| groups.contains_key(*name)))
            .map(|(name, ..)| name.clone())
            .collect(),
    ))
}

/// What a promotion on a half must know of groups that are active right before it: those that the filter
/// selects and the source does not have do not count. None where offset sync is known to be off.
#[must_use]
pub fn not_synced(
    address: &HalfAddress,
    desired: &Desired,
    live: &Snapshot,
) -> Option<Vec<GroupName>> {
    let host = live.clusters.get(&address.cluster);
    let Some(Reading::Read(configs)) = host.and_then(|host| host.configs.get(&address.link)) else {
        return Some(Vec::new());
    };
    let Ok(synced) = SyncedGroups::of(address, configs) else {
        return Some(Vec::new());
    };
    let synced = synced?;
    let (Some(groups), Some(at_source)) = (
        host.and_then(|host| host.groups.read()),
        groups_of_peer(address, desired, live),
    ) else {
        return Some(Vec::new());
    };
    let others = synced
        .active(groups)
        .filter(|(.., name)| !at_source.contains_key(*name));
    Some(others.map(|(name, ..)| name.clone()).collect())
}

fn groups_of_peer<'a>(
    address: &HalfAddress,
    desired: &Desired,
    live: &'a Snapshot,
) -> Option<&'a BTreeMap<GroupName, GroupFact>> {
    let peer = peer(address, desired, live)?;
    live.clusters.get(peer)?.groups.read()
}
