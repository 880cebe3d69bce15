//! Which facts a run must read: [`first_reads`] before anything is known, [`extra_reads`] for
//! what only some changes need.

use std::collections::{BTreeMap, BTreeSet};

use super::Changes;
use super::chain::AutoCreates;
use super::effect::{Effect, MAX_COMPARED, Names, NotCompared};
use super::finding::{FindingKind, MirrorRefusal};
use super::half::HalfChangeKind;
use super::mirror::Verb;
use super::{pair, promotion};
use crate::address::{ClusterName, GroupName, HalfAddress, LinkName, TopicName};
use crate::catalog::Feature;
use crate::desired::{Desired, DesiredValue};
use crate::live::Snapshot;

/// For each cluster that holds a declared or retired half: the links whose configs to read.
#[must_use]
pub fn first_reads(desired: &Desired) -> BTreeMap<ClusterName, BTreeSet<LinkName>> {
    let mut links: BTreeMap<ClusterName, BTreeSet<LinkName>> = BTreeMap::new();
    let declared = desired.halves().map(|(_, half)| &half.address);
    let retired = desired.retired.iter().map(|retired| &retired.address);
    let is_read = |address: &&HalfAddress| !desired.is_lost(&address.cluster);
    for address in declared.chain(retired).filter(is_read) {
        links
            .entry(address.cluster.clone())
            .or_default()
            .insert(address.link.clone());
    }
    links
}

/// Lists that only some plans need; each is asked for once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExtraReads {
    /// Clusters whose links and mirror topics to list: another half of a retired link is there.
    pub links: BTreeSet<ClusterName>,
    /// Clusters whose topics to list.
    pub topics: BTreeSet<ClusterName>,
    /// Clusters whose ACLs to list.
    pub acls: BTreeSet<ClusterName>,
    /// Clusters whose consumer groups to list.
    pub groups: BTreeSet<ClusterName>,
    /// Halves whose mirror topics that are being stopped to ask what holds them up.
    pub transitions: BTreeSet<HalfAddress>,
    /// Mirror topics to ask for by name: their server may not list them.
    pub rows: BTreeSet<(HalfAddress, TopicName)>,
}

impl ExtraReads {
    /// Whether nothing more is needed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.links.is_empty()
            && self.topics.is_empty()
            && self.acls.is_empty()
            && self.groups.is_empty()
            && self.transitions.is_empty()
            && self.rows.is_empty()
    }

    /// What is not in `asked`.
    #[must_use]
    pub fn without(mut self, asked: &Self) -> Self {
        self.links.retain(|it| !asked.links.contains(it));
        self.topics.retain(|it| !asked.topics.contains(it));
        self.acls.retain(|it| !asked.acls.contains(it));
        self.groups.retain(|it| !asked.groups.contains(it));
        self.transitions
            .retain(|it| !asked.transitions.contains(it));
        self.rows.retain(|it| !asked.rows.contains(it));
        self
    }

    /// Adds what is asked too.
    pub fn add(&mut self, other: Self) {
        self.links.extend(other.links);
        self.topics.extend(other.topics);
        self.acls.extend(other.acls);
        self.groups.extend(other.groups);
        self.transitions.extend(other.transitions);
        self.rows.extend(other.rows);
    }
}

/// What the changes found so far need to be decided and explained in full.
#[must_use]
pub fn extra_reads(desired: &Desired, live: &Snapshot, changes: &Changes) -> ExtraReads {
    let mut extras = ExtraReads {
        topics: changes.topics_needed.clone(),
        rows: changes.rows_needed.clone(),
        ..ExtraReads::default()
    };
    let halves: BTreeMap<_, _> = desired
        .halves()
        .map(|(_, half)| (&half.address, half))
        .collect();
    let partners = pair::partners(desired, changes).filter_map(|(_, _, partner)| partner);
    extras.links.extend(partners.map(|half| half.cluster));
    let autos = AutoCreates::of(desired);
    for change in &changes.mirrors {
        if change.verbs.contains(&Verb::Create) {
            extras.topics.insert(change.half.cluster.clone());
            if let Some(half) = halves.get(&change.half) {
                extras.topics.insert(half.peer.cluster.clone());
                let before = autos.sources(&half.peer.id, &change.source);
                extras.topics.extend(before);
            }
        }
    }
    for finding in &changes.findings {
        // A topic that exists has another reason than one that does not.
        if finding.kind == FindingKind::MirrorRefused(MirrorRefusal::NothingToStop) {
            extras.topics.insert(finding.address.cluster().clone());
        }
        if let FindingKind::PromotionWithoutSource { .. } = finding.kind {
            extras.transitions.extend(finding.address.half().cloned());
        }
    }
    for (address, groups) in &changes.blocking_groups {
        if *groups == Names::Unknown(None) {
            extras.groups.insert(address.cluster.clone());
            extras
                .groups
                .extend(promotion::peer(address, desired, live).cloned());
        }
    }
    let failing_over: BTreeSet<_> = changes
        .mirrors
        .iter()
        .filter(|change| change.verbs.contains(&Verb::Failover))
        .map(|change| &change.half)
        .collect();
    for change in &changes.halves {
        let Some(half) = halves.get(&change.address) else {
            continue;
        };
        let names: Vec<&str> = match &change.kind {
            HalfChangeKind::Create { configs, .. } => {
                configs.iter().map(|(name, _)| name.as_str()).collect()
            }
            HalfChangeKind::Alter { settings, .. } => {
                settings.iter().map(|change| change.name.as_str()).collect()
            }
        };
        let both = [half.address.cluster.clone(), half.peer.cluster.clone()];
        for feature in Feature::ALL {
            let (enable, filters) = (feature.switch(), feature.filters());
            // A feature that will be off lets nothing in; only which groups it lets go is in a list,
            // and a cluster that is lost for good must not hold a failover up over that.
            let declared = half.configs.get(enable).map(|declared| &declared.value);
            let on = DesiredValue::Value("true".to_owned());
            let off = match &change.kind {
                HalfChangeKind::Create { .. } => declared != Some(&on),
                HalfChangeKind::Alter { .. } => declared.is_some_and(|declared| *declared != on),
            };
            let lets_go = matches!(&change.kind, HalfChangeKind::Alter { .. })
                && feature == Feature::ConsumerOffsetSync
                && !failing_over.contains(&change.address);
            if off && !lets_go || !names.iter().any(|name| [enable, filters].contains(name)) {
                continue;
            }
            match feature {
                Feature::AclSync => extras.acls.extend(both.clone()),
                Feature::AutoCreateMirrors => extras.topics.extend(both.clone()),
                Feature::ConsumerOffsetSync => extras.groups.extend(both.clone()),
            }
        }
    }
    for lists in [
        &mut extras.links,
        &mut extras.topics,
        &mut extras.acls,
        &mut extras.groups,
    ] {
        lists.retain(|cluster| !desired.is_lost(cluster));
    }
    extras
}

/// The groups whose committed offsets to read, by cluster: those that offset sync begins to write, as long as
/// they are few. Their names are known only after [`extra_reads`].
#[must_use]
pub fn offset_reads(
    desired: &Desired,
    changes: &Changes,
) -> BTreeMap<ClusterName, BTreeSet<GroupName>> {
    let mut reads: BTreeMap<ClusterName, BTreeSet<GroupName>> = BTreeMap::new();
    let halves: BTreeMap<_, _> = desired
        .halves()
        .map(|(_, half)| (&half.address, half))
        .collect();
    for change in &changes.halves {
        let (HalfChangeKind::Create { effects, .. } | HalfChangeKind::Alter { effects, .. }) =
            &change.kind;
        let Some(half) = halves.get(&change.address) else {
            continue;
        };
        let prefix = half.group_prefix();
        for effect in effects {
            let Effect::OffsetsNotCompared(it) = effect else {
                continue;
            };
            let NotCompared {
                groups: Names::Known(groups),
                why: None,
            } = it.as_ref()
            else {
                continue;
            };
            if groups.len() > MAX_COMPARED {
                continue;
            }
            let at_source = groups.iter().filter_map(|group| {
                let name = group.as_str().strip_prefix(prefix)?;
                Some(GroupName::from(name))
            });
            reads
                .entry(half.peer.cluster.clone())
                .or_default()
                .extend(at_source);
            reads
                .entry(half.address.cluster.clone())
                .or_default()
                .extend(groups.iter().cloned());
        }
    }
    reads
}
