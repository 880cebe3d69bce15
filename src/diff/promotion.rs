//! What may hold a promotion up: consumer groups that are active where they will be cut over to.
//!
//! A promotion waits until the offsets of the synced groups are final, and the server does not write
//! offsets under a group that is consuming (`CONSUMER_GROUP_IN_USE_ERROR`). Failing over waits for no
//! group, so nothing is asked for it.

use super::config::{is_on, live_prefix};
use super::effect::{Effect, Feature, Names};
use super::half::HalfChangeKind;
use super::mirror::Verb;
use super::retire::Retirement;
use super::{Changes, HalfChange};
use crate::address::{ClusterName, GroupName, HalfAddress};
use crate::catalog::filters::{NameFilters, Subject};
use crate::desired::Desired;
use crate::live::{Reading, Snapshot, Unread, UnreadKind};

/// Notes for every half with mirrors to promote which groups may hold them up.
pub(super) fn look(desired: &Desired, live: &Snapshot, changes: &mut Changes) {
    let promotes = |verbs: &[Verb]| verbs.contains(&Verb::Promote);
    let declared = changes
        .mirrors
        .chunk_by(|a, b| a.half == b.half)
        .filter(|of_half| of_half.iter().any(|change| promotes(change.verbs)))
        .map(|of_half| &of_half[0].half)
        .filter(|address| !changes.halves.iter().any(|half| stops_sync(half, address)));
    let retired = changes
        .retirements
        .iter()
        .filter(|retired| retired.mirrors.iter().any(|mirror| promotes(mirror.verbs)))
        .map(|Retirement { address, .. }| address);
    let in_the_way: Vec<_> = declared
        .chain(retired)
        .filter_map(|address| {
            let half = desired
                .halves()
                .map(|(_, half)| half)
                .find(|half| half.address == *address);
            let peer = half.map(|half| &half.peer.cluster);
            Some((address.clone(), groups_in_use(address, peer, live)?))
        })
        .collect();
    changes.in_the_way.extend(in_the_way);
}

/// Offset sync that this change turns off is off before anything is promoted.
fn stops_sync(change: &HalfChange, address: &HalfAddress) -> bool {
    match &change.kind {
        HalfChangeKind::Alter { effects, .. } => {
            change.address == *address
                && effects.contains(&Effect::StopsFeature(Feature::ConsumerOffsetSync))
        }
        HalfChangeKind::Create { .. } => false,
    }
}

/// The active groups whose offsets the half writes; none when it is known that there are none.
fn groups_in_use(
    address: &HalfAddress,
    peer: Option<&ClusterName>,
    live: &Snapshot,
) -> Option<Names<GroupName>> {
    let host = live.clusters.get(&address.cluster)?;
    let configs = match host.configs.get(&address.link)? {
        Reading::Read(configs) => configs,
        Reading::Unread(why) => return Some(Names::Unknown(Some(why.clone()))),
        Reading::NotAsked => return None,
    };
    if !is_on(configs, "consumer.offset.sync.enable") {
        return None;
    }
    let filters = configs
        .get("consumer.offset.group.filters")
        .and_then(|fact| fact.value.as_deref())
        .unwrap_or_default();
    let Ok(filters) = NameFilters::parse_json(Subject::Groups, filters) else {
        return Some(Names::Unknown(Some(Unread {
            what: format!("consumer.offset.group.filters of {address}"),
            reason: "it is not a filter that Linkwright understands".to_owned(),
            kind: UnreadKind::Unintelligible,
        })));
    };
    filters.includes().next()?;
    let groups = match &host.groups {
        Reading::Read(groups) => groups,
        Reading::Unread(why) => return Some(Names::Unknown(Some(why.clone()))),
        Reading::NotAsked => return Some(Names::Unknown(None)),
    };
    let prefix = match is_on(configs, "consumer.group.prefix.enable") {
        true => live_prefix(configs).unwrap_or_default(),
        false => "",
    };
    // Where the source's groups cannot be read, every group that the filter selects may be synced.
    let at_source = peer
        .and_then(|peer| live.clusters.get(peer))
        .and_then(|source| source.groups.read());
    let is_synced = |group: &GroupName| {
        group.as_str().strip_prefix(prefix).is_some_and(|name| {
            filters.selects(name) && at_source.is_none_or(|groups| groups.contains_key(name))
        })
    };
    let active: Vec<GroupName> = groups
        .iter()
        .filter(|(name, group)| group.is_active() && is_synced(name))
        .map(|(name, _)| name.clone())
        .collect();
    (!active.is_empty()).then_some(Names::Known(active))
}
