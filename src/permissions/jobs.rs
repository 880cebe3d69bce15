//! What the keys of jobs need: those that only read, and the one that applies.

use super::needs::{Key, Needs};
use super::rules::{auto_created, is_on, mirror_rules, topic_rules};
use super::{Also, Purpose, Resource};
use crate::address::ClusterName;
use crate::catalog::Feature;
use crate::catalog::filters::{NamePattern, Operation, PatternType};
use crate::desired::{ClusterKind, Desired, Half, Link, MirrorState, RetireMirrors};

/// Whether the spec has mirror topics that a disaster could make someone fail over.
pub(super) fn may_fail_over(desired: &Desired) -> bool {
    desired.halves().any(|(link, half)| {
        link.topics.is_some() || mirror_rules(half).any(|(_, state)| runs(state))
    })
}

pub(super) fn add(desired: &Desired, also: Also, needs: &mut Needs) {
    let called = |name: &ClusterName| {
        let cluster = desired.clusters.get(name);
        cluster.filter(|cluster| cluster.rest.is_some())
    };
    for cluster in desired.clusters.values() {
        if called(&cluster.name).is_some() && cluster.kind != ClusterKind::ApacheKafka {
            describe_cluster(needs, &cluster.name, &Key::Reader, Purpose::ReadLinks);
        }
    }
    for (link, half) in desired.halves() {
        let holder = &half.address.cluster;
        if called(holder).is_none() {
            continue;
        }
        let ends: Vec<&ClusterName> = [holder, &half.peer.cluster]
            .into_iter()
            .filter(|name| called(name).is_some())
            .collect();
        for key in [Key::Reader, Key::Writer] {
            reads(link, half, &ends, &key, needs);
        }
        writes(link, half, also, needs);
    }
    for retired in &desired.retired {
        let cluster = &retired.address.cluster;
        for key in [Key::Reader, Key::Writer] {
            describe_cluster(needs, cluster, &key, Purpose::ReadLinks);
            let every = Resource::every_topic();
            needs.add(
                cluster,
                &key,
                Operation::Describe,
                every,
                Purpose::ListTopics,
            );
        }
        alter_cluster(needs, cluster, Purpose::WriteLinks);
        if retired.mirrors != RetireMirrors::MustBeStopped {
            stop(needs, cluster, Resource::every_topic());
        }
    }
}

/// What both kinds of jobs read of a half and its other end.
fn reads(link: &Link, half: &Half, ends: &[&ClusterName], key: &Key, needs: &mut Needs) {
    let holder = &half.address.cluster;
    describe_cluster(needs, holder, key, Purpose::ReadLinks);
    for end in ends {
        for topics in listed(link, half, *end == holder, key) {
            let list = Purpose::ListTopics;
            needs.add(
                end,
                key,
                Operation::Describe,
                Resource::Topics(topics),
                list,
            );
        }
    }
    for end in ends {
        if is_on(half, Feature::ConsumerOffsetSync) {
            let every = Resource::every_group();
            needs.add(end, key, Operation::Describe, every, Purpose::ListGroups);
        }
        if is_on(half, Feature::AclSync) {
            describe_cluster(needs, end, key, Purpose::ReadAcls);
        }
    }
}

/// The topics that a job lists at one end of a half. The job that applies needs those that it works on; one that
/// only reads reports others too.
fn listed(link: &Link, half: &Half, is_holder: bool, key: &Key) -> Vec<NamePattern> {
    let auto_created = auto_created(half);
    let creates = !half.mirrors.literal.is_empty() || !auto_created.is_empty();
    let rules: Vec<NamePattern> = mirror_rules(half).map(|(pattern, _)| pattern).collect();
    let of_pair = link.topics.iter().flat_map(topic_rules);
    let of_pair: Vec<NamePattern> = of_pair.map(|(pattern, _)| pattern).collect();
    let lists = creates || is_holder && !rules.is_empty() || !of_pair.is_empty();
    match (key, is_holder) {
        _ if !lists => Vec::new(),
        (Key::Writer, true) => {
            let mirrors = rules.into_iter().map(|pattern| prefixed(half, pattern));
            mirrors.chain(of_pair).collect()
        }
        (Key::Writer, false) => [rules, auto_created, of_pair].concat(),
        _ => vec![NamePattern::literal("*")],
    }
}

/// What only the job that applies does with a half.
fn writes(link: &Link, half: &Half, also: Also, needs: &mut Needs) {
    let cluster = &half.address.cluster;
    alter_cluster(needs, cluster, Purpose::WriteLinks);
    for (pattern, state) in mirror_rules(half) {
        let mirrors = Resource::Topics(prefixed(half, pattern));
        if runs(state) {
            write_mirrors(needs, cluster, mirrors.clone(), &Purpose::WriteMirrors);
        }
        if !runs(state) || also.failover {
            stop(needs, cluster, mirrors);
        }
    }
    for (pattern, topic) in link.topics.iter().flat_map(topic_rules) {
        if !topic.copy {
            continue;
        }
        let topics = Resource::Topics(pattern);
        write_mirrors(needs, cluster, topics.clone(), &Purpose::WriteMirrors);
        write_mirrors(needs, cluster, topics.clone(), &Purpose::TurnMirrors);
        if also.failover {
            stop(needs, cluster, topics);
        }
    }
}

fn runs(state: MirrorState) -> bool {
    matches!(state, MirrorState::Mirroring | MirrorState::Paused)
}

/// The names of the mirrors of these source topics.
fn prefixed(half: &Half, pattern: NamePattern) -> NamePattern {
    match &half.prefix {
        None => pattern,
        Some(prefix) if pattern.is_everything() => NamePattern::prefixed(prefix.clone()),
        Some(prefix) => match pattern.pattern_type {
            PatternType::Literal => NamePattern::literal(format!("{prefix}{}", pattern.name)),
            PatternType::Prefixed => NamePattern::prefixed(format!("{prefix}{}", pattern.name)),
        },
    }
}

fn describe_cluster(needs: &mut Needs, cluster: &ClusterName, key: &Key, purpose: Purpose) {
    needs.add(
        cluster,
        key,
        Operation::Describe,
        Resource::Cluster,
        purpose,
    );
}

fn alter_cluster(needs: &mut Needs, cluster: &ClusterName, purpose: Purpose) {
    let alter = Operation::Alter;
    needs.add(cluster, &Key::Writer, alter, Resource::Cluster, purpose);
}

fn write_mirrors(needs: &mut Needs, cluster: &ClusterName, mirrors: Resource, purpose: &Purpose) {
    alter_cluster(needs, cluster, purpose.clone());
    for (operation, resource) in [
        (Operation::AlterConfigs, Resource::Cluster),
        (Operation::Create, mirrors),
    ] {
        needs.add(cluster, &Key::Writer, operation, resource, purpose.clone());
    }
}

fn stop(needs: &mut Needs, cluster: &ClusterName, mirrors: Resource) {
    let purpose = Purpose::StopMirrors;
    needs.add(cluster, &Key::Writer, Operation::Alter, mirrors, purpose);
}
