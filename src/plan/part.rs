//! What targets need of a spec: [`part`]. Nothing else is read, called or authenticated to.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::target::covers;
use crate::address::{Address, ClusterId, ClusterName, LinkKey, TopicName};
use crate::desired::{Desired, Half, Link, Retired};

/// The part of a spec that targets need.
#[derive(Clone, Debug)]
pub struct Part<'a> {
    /// The links and retired links concerned, with all clusters and the policy.
    pub desired: Cow<'a, Desired>,
    /// The clusters that are called.
    pub clusters: BTreeSet<ClusterName>,
}

/// What these targets need; everything where there are none. In addition to the links of the targets,
/// that is what an operation on them can have to wait for: the links that make their source topics, and the
/// retired links on the same cluster whose prefix they may take over.
#[must_use]
pub fn part<'a>(desired: &'a Desired, targets: &[Address]) -> Part<'a> {
    let every = || desired.clusters.keys().cloned().collect();
    if targets.is_empty() {
        return Part {
            desired: Cow::Borrowed(desired),
            clusters: every(),
        };
    }
    let links = with_upstream(desired, |half| covers_half(targets, half));
    let takes_prefix = |retired: &Retired| {
        let mut halves = links.values().flat_map(|link| &link.halves);
        halves.any(|half| half.prefix.is_some() && half.address.cluster == retired.address.cluster)
    };
    let names: BTreeSet<_> = desired
        .retired
        .iter()
        .filter(|it| {
            covers(targets, &Address::Half(it.address.clone()))
                || is_under(targets, it)
                || takes_prefix(it)
        })
        .map(|it| it.address.link.clone())
        .collect();
    let retired: Vec<Retired> = (desired.retired.iter())
        .filter(|it| names.contains(&it.address.link))
        .cloned()
        .collect();
    let mut clusters: BTreeSet<ClusterName> = match retired.is_empty() {
        // The other half of a retired link may be anywhere.
        false => every(),
        true => targets
            .iter()
            .map(|target| target.cluster().clone())
            .collect(),
    };
    for half in links.values().flat_map(|link| &link.halves) {
        clusters.insert(half.address.cluster.clone());
        clusters.insert(half.peer.cluster.clone());
    }
    Part {
        desired: Cow::Owned(Desired {
            clusters: desired.clusters.clone(),
            cloud: desired.cloud.clone(),
            links,
            retired,
            exceptions: desired.exceptions.clone(),
            policy: desired.policy.clone(),
            store: desired.store.clone(),
        }),
        clusters,
    }
}

/// Whether a target is a half, its cluster, or a mirror topic of it.
fn covers_half(targets: &[Address], half: &Half) -> bool {
    targets.iter().any(|target| match target {
        Address::Cluster(cluster) => *cluster == half.address.cluster,
        Address::Half(address) | Address::Mirror(address, _) => *address == half.address,
    })
}

/// Whether a target is a mirror topic of a retired link.
fn is_under(targets: &[Address], retired: &Retired) -> bool {
    targets
        .iter()
        .any(|target| target.half() == Some(&retired.address))
}

/// The links with a half that is meant and, again and again, those that make their source topics.
fn with_upstream(desired: &Desired, is_meant: impl Fn(&Half) -> bool) -> BTreeMap<String, Link> {
    let makers = Makers::of(desired);
    let by_key: BTreeMap<&LinkKey, (&String, &Link)> = (desired.links.iter())
        .map(|(key, link)| (&link.key, (key, link)))
        .collect();
    let mut open: Vec<&LinkKey> = (desired.links.values())
        .filter(|link| link.halves.iter().any(&is_meant))
        .map(|link| &link.key)
        .collect();
    let mut found = BTreeMap::new();
    while let Some((key, link)) = open.pop().and_then(|key| by_key.get(key)) {
        if found.insert((*key).clone(), (*link).clone()).is_some() {
            continue;
        }
        for half in &link.halves {
            for source in half.mirrors.literal.keys() {
                open.extend(makers.of_topic(&half.peer.id, source));
            }
        }
    }
    found
}

/// Which links make a topic: a declared mirror topic, or one of auto-create.
struct Makers<'a> {
    literal: BTreeMap<(&'a ClusterId, TopicName), &'a LinkKey>,
    auto:
        BTreeMap<&'a ClusterId, Vec<(&'a Half, crate::catalog::filters::NameFilters, &'a LinkKey)>>,
}

impl<'a> Makers<'a> {
    fn of(desired: &'a Desired) -> Self {
        let mut makers = Self {
            literal: BTreeMap::new(),
            auto: BTreeMap::new(),
        };
        for link in desired.links.values() {
            for half in &link.halves {
                let names = half
                    .mirrors
                    .literal
                    .keys()
                    .map(|source| half.mirror_name(source));
                // The mirror topic of a declared topic is on the one half or the other.
                let topics = link.topics.iter().flat_map(|rules| rules.literal.keys());
                let names = names.chain(topics.cloned());
                makers
                    .literal
                    .extend(names.map(|name| ((&half.cluster_id, name), &link.key)));
                if let Some((filters, _)) = half.auto_create() {
                    let on_cluster = makers.auto.entry(&half.cluster_id).or_default();
                    on_cluster.push((half, filters, &link.key));
                }
            }
        }
        makers
    }

    fn of_topic(&self, cluster: &'a ClusterId, topic: &TopicName) -> Vec<&'a LinkKey> {
        let literal = self.literal.get(&(cluster, topic.clone())).copied();
        let auto = self.auto.get(cluster).into_iter().flatten();
        let auto = auto.filter(|(half, filters, _)| {
            let prefix = half.prefix.as_deref().unwrap_or_default();
            let source = topic.as_str().strip_prefix(prefix);
            source.is_some_and(|source| filters.selects(source))
        });
        literal
            .into_iter()
            .chain(auto.map(|(.., key)| *key))
            .collect()
    }
}
