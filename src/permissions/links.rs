//! What the accounts of links need on the clusters that they read, and on those that they connect to.

use std::collections::BTreeSet;

use super::account::{Identity, of_half};
use super::needs::{Key, Needs};
use super::rules::{auto_created, includes, is_on, mirror_rules, topic_rules};
use super::{Note, Purpose, Resource};
use crate::catalog::filters::{NamePattern, Operation, Subject};
use crate::catalog::{Feature, names};
use crate::desired::{ClusterKind, Desired, Half, Link, LinkMode, MirrorState, Role};

pub(super) fn add(desired: &Desired, needs: &mut Needs, notes: &mut BTreeSet<Note>) {
    for (link, half) in desired.halves() {
        let peer = &half.peer.cluster;
        if half.role == Role::OutboundSource
            && let Some(key) = account(desired, half, half, "", needs)
        {
            let purpose = Purpose::Connect;
            needs.add(peer, &key, Operation::Alter, Resource::Cluster, purpose);
        }
        if !half.role.holds_mirrors() {
            continue;
        }
        let reader = if half.role.connects() {
            account(desired, half, half, "", needs)
        } else {
            let mut halves = link.halves.iter();
            let other = halves.find(|other| other.address != half.address);
            other.and_then(|other| account(desired, other, half, names::LOCAL, needs))
        };
        match reader {
            Some(key) => read(link, half, &key, needs),
            None => {
                notes.insert(Note::ReadByBrokers(half.address.clone()));
            }
        }
    }
}

/// The account that the credentials of one half are for, as which the topics of another are read.
fn account(
    desired: &Desired,
    with: &Half,
    reader: &Half,
    scope: &str,
    needs: &mut Needs,
) -> Option<Key> {
    let cluster = &reader.peer.cluster;
    let kind = desired.clusters.get(cluster).map(|it| it.kind);
    let kind = kind.unwrap_or(ClusterKind::ConfluentCloud);
    let (credentials, identity): (String, Identity) = of_half(with, scope, kind)?;
    Some(needs.link(cluster, credentials, identity, &reader.address))
}

/// What the account needs that reads the source for a half.
fn read(link: &Link, half: &Half, key: &Key, needs: &mut Needs) {
    let source = &half.peer.cluster;
    let mut topics = sources(half);
    for (pattern, topic) in link.topics.iter().flat_map(topic_rules) {
        if topic.copy {
            topics.push(pattern);
        }
    }
    let mut add = |operation, resource, purpose| {
        needs.add(source, key, operation, resource, purpose);
    };
    for pattern in topics {
        let topics = Resource::Topics(pattern);
        add(Operation::Read, topics.clone(), Purpose::Mirror);
        add(Operation::DescribeConfigs, topics, Purpose::Mirror);
    }
    let is_pair = half.role.link_mode() == LinkMode::Bidirectional;
    if is_on(half, Feature::ConsumerOffsetSync) {
        for pattern in includes(half, names::CONSUMER_OFFSET_GROUP_FILTERS, Subject::Groups) {
            let groups = Resource::Groups(pattern);
            add(Operation::Describe, groups, Purpose::SyncOffsets);
        }
        if is_pair {
            let describe = Operation::Describe;
            add(describe, Resource::Cluster, Purpose::SyncOffsets);
        }
    }
    if is_on(half, Feature::AclSync) {
        let describe = Operation::Describe;
        add(describe, Resource::Cluster, Purpose::SyncAcls);
    }
    if link.topics.is_some() {
        add(Operation::Alter, Resource::Cluster, Purpose::Reverse);
    }
}

/// The source topics that a half mirrors: those that it declares and those that auto-create selects.
fn sources(half: &Half) -> Vec<NamePattern> {
    let declared = mirror_rules(half).filter(|(_, state)| *state != MirrorState::FailedOver);
    let mut sources: Vec<NamePattern> = declared.map(|(pattern, _)| pattern).collect();
    sources.extend(auto_created(half));
    sources
}
