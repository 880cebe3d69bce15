//! Links that Confluent's Switchover service manages: which these are ([`LinkPeers`]), the direction that its
//! active member gives them (`follow`), and one finding for each in place of many (`report`).

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::Changes;
use super::finding::{Class, Finding, FindingKind};
use super::mirror::MirrorChange;
pub use super::pair_finding::{PairShown, SwitchoverFinding};
use crate::address::{Address, ClusterId, ClusterName, HalfAddress, LinkName};
use crate::catalog::names;
use crate::desired::{ClusterKind, Desired, DesiredValue, Half, Link, LinkMode, TopicRules};
use crate::live::switchover::{Manager, Pair, PairPhase, Switchover};
use crate::live::{LinkFact, Snapshot};

/// The clusters of each link half that a pair may manage: those of links between clusters of Confluent Cloud.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkPeers(BTreeMap<HalfAddress, (ClusterId, Option<ClusterId>)>);

/// What both halves of a link have in common: its name and its two clusters, in order.
pub type LinkId = (LinkName, ClusterId, Option<ClusterId>);

impl LinkPeers {
    /// Those of the spec's links and retired links. Where a retired link leads, only live state shows. Empty
    /// without a Cloud API key.
    #[must_use]
    pub fn of(desired: &Desired, live: &Snapshot) -> Self {
        if desired.cloud.is_none() {
            return Self::default();
        }
        let may_be_member = |id: &ClusterId| {
            let declared = desired.cluster_of(id);
            declared.is_none_or(|cluster| cluster.kind == ClusterKind::ConfluentCloud)
        };
        let declared = desired.halves().map(|(_, half)| {
            let peer = Some(half.peer.id.clone());
            (half.address.clone(), (half.cluster_id.clone(), peer))
        });
        let retired = desired.retired.iter().map(|retired| {
            let host = live.clusters.get(&retired.address.cluster);
            let links = host.and_then(|host| host.links.read());
            let row = links.and_then(|links| links.get(&retired.address.link));
            let peer = row.and_then(|row| other_end(row, &retired.cluster_id));
            let ends = (retired.cluster_id.clone(), peer.cloned());
            (retired.address.clone(), ends)
        });
        let concerned = declared.chain(retired).filter(|(_, (own, peer))| {
            may_be_member(own) && peer.as_ref().is_none_or(may_be_member)
        });
        Self(concerned.collect())
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The link of a half that a pair may manage.
    #[must_use]
    pub fn link(&self, half: &HalfAddress) -> Option<LinkId> {
        let (own, peer) = self.0.get(half)?;
        let (first, second) = match peer {
            Some(peer) => (own.min(peer), Some(own.max(peer))),
            None => (own, None),
        };
        Some((half.link.clone(), first.clone(), second.cloned()))
    }

    /// Who manages a half's link, by what was read.
    #[must_use]
    pub fn manager<'a>(&self, half: &HalfAddress, seen: &'a Switchover) -> Manager<'a> {
        match self.0.get(half) {
            None => Manager::NoPair,
            Some((own, peer)) => seen.manager(own, peer.as_ref()),
        }
    }
}

/// The cluster at the other end of a live link.
fn other_end<'a>(row: &'a LinkFact, own: &ClusterId) -> Option<&'a ClusterId> {
    let ends = [&row.remote, &row.source, &row.destination];
    ends.into_iter().flatten().find(|id| *id != own)
}

/// The one pair that manages a link with two declared halves.
fn pair_of<'a>(link: &Link, peers: &LinkPeers, seen: &'a Switchover) -> Option<&'a Pair> {
    let half = link.halves.first()?;
    match peers.manager(&half.address, seen) {
        Manager::Pairs(pairs) => pairs.first().copied(),
        Manager::NoPair | Manager::Unknown(_) => None,
    }
}

/// The cluster of a pair's active member, where it holds a half of the link.
fn active_cluster<'a>(link: &'a Link, pair: &Pair) -> Option<&'a ClusterName> {
    let active = pair.active_cluster()?;
    let mut halves = link.halves.iter();
    let on_active = halves.find(|half| half.cluster_id == *active)?;
    Some(&on_active.address.cluster)
}

/// Whether the spec wants topics of a link written elsewhere than on the active member.
fn is_turned(link: &Link, active: &ClusterName, is_failed_over: bool) -> bool {
    let by_topics = |rules: &TopicRules| {
        let patterns = rules.patterns.iter().map(|(_, declared)| declared);
        let mut all = rules.literal.values().chain(patterns);
        all.any(|declared| declared.primary != *active)
    };
    let has_mirrors = |half: &&Half| {
        let mirrors = &half.mirrors;
        !mirrors.literal.is_empty() || !mirrors.patterns.is_empty() || half.auto_create().is_some()
    };
    match &link.topics {
        Some(rules) => by_topics(rules),
        None => {
            let (on_active, elsewhere): (Vec<&Half>, Vec<&Half>) = (link.halves.iter())
                .filter(has_mirrors)
                .partition(|half| half.address.cluster == *active);
            // With mirrors on both, the spec has no direction of its own.
            !on_active.is_empty() && (elsewhere.is_empty() || is_failed_over)
        }
    }
}

/// The desired state with the direction that pairs give it: topics of a link that a pair manages are written
/// on the active member, whatever the spec says. What auto-create follows is left as it is live meanwhile.
pub(super) fn follow<'a>(desired: &'a Desired, live: &Snapshot) -> Cow<'a, Desired> {
    let peers = LinkPeers::of(desired, live);
    let mut followed = Cow::Borrowed(desired);
    if peers.is_empty() {
        return followed;
    }
    for (key, link) in &desired.links {
        let Some(pair) = pair_of(link, &peers, &live.switchover) else {
            continue;
        };
        let active = active_cluster(link, pair);
        let turned = active.filter(|active| is_turned(link, active, pair.is_failed_over()));
        if let Some(active) = turned.filter(|_| link.topics.is_some())
            && let Some(link) = followed.to_mut().links.get_mut(key)
        {
            turn(link, active, live);
        }
    }
    followed
}

fn turn(link: &mut Link, active: &ClusterName, live: &Snapshot) {
    if let Some(rules) = &mut link.topics {
        let patterns = rules.patterns.iter_mut().map(|(_, declared)| declared);
        for declared in rules.literal.values_mut().chain(patterns) {
            declared.primary = active.clone();
        }
    }
    for half in &mut link.halves {
        let host = live.clusters.get(&half.address.cluster);
        let configs = host.and_then(|host| host.configs.get(&half.address.link)?.read());
        for name in [
            names::AUTO_CREATE_MIRROR_TOPICS_ENABLE,
            names::AUTO_CREATE_MIRROR_TOPICS_FILTERS,
        ] {
            let value = configs.and_then(|configs| configs.get(name)?.value.clone());
            if let Some(config) = half.configs.get_mut(name) {
                config.value = value.map_or(DesiredValue::Default, DesiredValue::Value);
            }
        }
    }
}

/// Folds what follows from a pair into one finding for each link. `desired` is the spec's own.
pub(super) fn report(desired: &Desired, live: &Snapshot, changes: &mut Changes) {
    let peers = LinkPeers::of(desired, live);
    if peers.is_empty() {
        return;
    }
    for link in desired.links.values() {
        if let Some(pair) = pair_of(link, &peers, &live.switchover) {
            of_link(desired, link, pair, live, changes);
        }
    }
    let mut halves = desired.halves().map(|(_, half)| half);
    let unknown = halves.find_map(
        |half| match peers.manager(&half.address, &live.switchover) {
            Manager::Unknown(why) => Some((half, why.clone())),
            Manager::NoPair | Manager::Pairs(_) => None,
        },
    );
    if let Some((half, why)) = unknown {
        let found = SwitchoverFinding::Unknown {
            why,
            operations: Vec::new(),
        };
        changes.findings.push(Finding::new(
            Address::Cluster(half.address.cluster.clone()),
            FindingKind::Switchover(Box::new(found)),
            desired.cloud.as_ref().map(|cloud| cloud.place.clone()),
        ));
    }
}

fn of_link(desired: &Desired, link: &Link, pair: &Pair, live: &Snapshot, changes: &mut Changes) {
    let active = active_cluster(link, pair);
    let turned = active.is_some_and(|active| is_turned(link, active, pair.is_failed_over()));
    let is_ready = pair.phase == PairPhase::ReadyToFailover;
    let is_pair = |half: &Half| half.role.link_mode() == LinkMode::Bidirectional;
    let of_mirrors = link.topics.is_none() && link.halves.iter().any(is_pair);
    let folds = !is_ready || turned && of_mirrors;
    let folded = if folds {
        fold(link, is_ready, turned && of_mirrors, changes)
    } else {
        0
    };
    let shown = || PairShown::of(pair, desired, &live.switchover);
    let found = if turned || pair.is_failed_over() {
        SwitchoverFinding::FailedOver {
            pair: shown(),
            folded,
        }
    } else if !is_ready {
        SwitchoverFinding::NotReady {
            pair: shown(),
            folded,
        }
    } else {
        return;
    };
    let mut halves = link.halves.iter();
    let on_active = halves.find(|half| Some(&half.address.cluster) == active);
    let Some(half) = on_active.or(link.halves.first()) else {
        return;
    };
    changes.findings.push(Finding::new(
        Address::Half(half.address.clone()),
        FindingKind::Switchover(Box::new(found)),
        Some(link.place.clone()),
    ));
}

/// Takes out what is said of single mirror topics of a link, and where the spec's mirrors are turned, what
/// would be done to them. Returns how much it was. What is not known stays, and while the pair is ready what is
/// unhealthy.
fn fold(link: &Link, is_ready: bool, with_changes: bool, changes: &mut Changes) -> usize {
    let is_of = |half: &HalfAddress| link.halves.iter().any(|it| it.address == *half);
    let before = changes.findings.len() + changes.mirrors.len();
    changes.findings.retain(|finding| {
        match finding.class() {
            Class::Unknown => return true,
            Class::Health if is_ready => return true,
            _ => {}
        }
        let is_mirror = matches!(&finding.address, Address::Mirror(half, _) if is_of(half));
        // What is only said of topics together is folded too.
        let is_topics = matches!(&finding.kind, FindingKind::Topic(_))
            && finding.address.half().is_some_and(is_of);
        !is_mirror && !is_topics
    });
    if with_changes {
        let is_kept = |change: &MirrorChange| !is_of(&change.half);
        changes.mirrors.retain(is_kept);
    }
    before - changes.findings.len() - changes.mirrors.len()
}
