//! Part of a plan: what was asked for, and what that waits for.

use super::operation::Operation;
use super::order;
use crate::address::{Address, HalfAddress, TopicName};
use crate::catalog::nearest_of;
use crate::desired::{Desired, Half};
use crate::live::{Reading, Snapshot};

/// Whether an address names anything: in the spec, or on a cluster as far as it could be read. A
/// target that names nothing is a slip, and "nothing to do" would be the wrong answer to it.
#[must_use]
pub fn is_known(target: &Address, desired: &Desired, live: &Snapshot) -> bool {
    match target {
        Address::Cluster(cluster) => desired.clusters.contains_key(cluster),
        Address::Half(half) => is_known_half(half, desired, live),
        Address::Mirror(half, topic) => {
            is_known_half(half, desired, live) && is_known_mirror(half, topic, desired, live)
        }
    }
}

/// The address that was most likely meant by one that names nothing: the link of this name, or one that is
/// written almost the same.
#[must_use]
pub fn meant(target: &Address, desired: &Desired) -> Option<Address> {
    let given = target.to_string();
    let mut known: Vec<Address> = Vec::new();
    for (link, half) in desired.halves() {
        known.push(Address::Half(half.address.clone()));
        let at = |topic: TopicName| Address::Mirror(half.address.clone(), topic);
        let sources = half.mirrors.literal.keys();
        known.extend(sources.map(|source| at(half.mirror_name(source))));
        let topics = link.topics.iter().flat_map(|rules| &rules.literal);
        let mirrored = topics.filter(|(_, topic)| topic.primary != half.address.cluster);
        known.extend(mirrored.map(|(name, _)| at(name.clone())));
    }
    let ends = known.iter().find(|it| {
        let text = it.to_string();
        text.ends_with(&format!("/{given}"))
    });
    if let Some(address) = ends {
        return Some(address.clone());
    }
    known.extend(desired.clusters.keys().cloned().map(Address::Cluster));
    let texts: Vec<String> = known
        .iter()
        .take(MAX_COMPARED)
        .map(ToString::to_string)
        .collect();
    let near = nearest_of(&given, texts.iter().map(String::as_str))?.to_owned();
    known.into_iter().find(|it| it.to_string() == near)
}

/// As many addresses are compared with one that names nothing.
const MAX_COMPARED: usize = 5_000;

fn is_known_half(address: &HalfAddress, desired: &Desired, live: &Snapshot) -> bool {
    let is_live = live
        .clusters
        .get(&address.cluster)
        .and_then(|cluster| cluster.links.read())
        .is_some_and(|links| links.contains_key(&address.link));
    is_live
        || desired.half(address).is_some()
        || desired.retired.iter().any(|it| it.address == *address)
}

fn is_known_mirror(
    address: &HalfAddress,
    topic: &TopicName,
    desired: &Desired,
    live: &Snapshot,
) -> bool {
    let is_declared = desired.half(address).is_some_and(|(link, half)| {
        let mut sources = half.mirrors.literal.keys();
        let topics = link.topics.as_ref();
        sources.any(|source| half.mirror_name(source) == *topic)
            || topics.is_some_and(|rules| rules.literal.contains_key(topic))
    });
    let may_have_row = |half: &HalfAddress| {
        let mirrors = live.clusters.get(&half.cluster).map(|it| &it.mirrors);
        match mirrors {
            Some(Reading::Read(mirrors)) => mirrors
                .get(&half.link)
                .is_some_and(|rows| rows.contains_key(topic)),
            // What could not be read may be there.
            Some(Reading::Unread(_) | Reading::NotAsked) | None => true,
        }
    };
    is_declared
        || may_have_row(address)
        || other_half(address, desired).is_some_and(|other| may_have_row(&other.address))
}

/// The other half of a link that declares its topics by where they are written.
fn other_half<'a>(address: &HalfAddress, desired: &'a Desired) -> Option<&'a Half> {
    let (link, _) = desired.half(address)?;
    link.topics.as_ref()?;
    link.halves.iter().find(|half| half.address != *address)
}

/// The address at the other half that names the same topic, where the topics of the link are declared by where they
/// are written.
#[must_use]
pub fn counterpart(address: &Address, desired: &Desired) -> Option<Address> {
    let Address::Mirror(half, topic) = address else {
        return None;
    };
    let other = other_half(half, desired)?;
    Some(Address::Mirror(other.address.clone(), topic.clone()))
}

/// The targets, with the other address of each topic that has two.
pub(super) fn of_topics(targets: &[Address], desired: &Desired) -> Vec<Address> {
    let others = targets.iter().filter_map(|it| counterpart(it, desired));
    targets.iter().cloned().chain(others).collect()
}

/// Whether one of the targets is this address or something it is under.
#[must_use]
pub fn covers(targets: &[Address], address: &Address) -> bool {
    targets.iter().any(|target| match target {
        Address::Cluster(cluster) => address.cluster() == cluster,
        Address::Half(half) => address.half() == Some(half),
        Address::Mirror(..) => address == target,
    })
}

/// The operations under the targets and, through every edge, those they wait for.
pub(super) fn with_prerequisites(
    operations: Vec<Operation>,
    targets: &[Address],
) -> Vec<Operation> {
    let mut wanted: Vec<bool> = operations
        .iter()
        .map(|op| covers(targets, &op.address))
        .collect();
    let mut before: Vec<Vec<usize>> = vec![Vec::new(); operations.len()];
    for edge in order::edges(&operations) {
        before[edge.after.index()].push(edge.before.index());
    }
    let mut open: Vec<usize> = (0..operations.len()).filter(|&at| wanted[at]).collect();
    while let Some(at) = open.pop() {
        for &earlier in &before[at] {
            if !std::mem::replace(&mut wanted[earlier], true) {
                open.push(earlier);
            }
        }
    }
    operations
        .into_iter()
        .zip(wanted)
        .filter(|(_, wanted)| *wanted)
        .map(|(operation, _)| operation)
        .collect()
}
