//! What ACL sync would take away again: it makes the destination's ACLs equal to the source's, those of
//! Linkwright's own accounts among them.

use std::collections::BTreeSet;

use super::account::Identity;
use super::needs::{Key, Needs, Wanted};
use super::{Note, Purpose, Resource};
use crate::address::ClusterName;
use crate::catalog::filters::{
    AclFilter, AclFilters, AclPatternType, Operation, PatternType, Permission, ResourceType,
};
use crate::catalog::{Feature, names};
use crate::desired::{Desired, DesiredValue, Half};

/// Adds to the source of each link with ACL sync what it needs on its destination and would delete there.
pub(super) fn add(desired: &Desired, needs: &mut Needs, notes: &mut BTreeSet<Note>) {
    for (_, half) in desired.halves() {
        if !super::rules::is_on(half, Feature::AclSync) {
            continue;
        }
        let filters = filters(half);
        let there: Vec<_> = of_cluster(needs, &half.address.cluster)
            .filter(|(_, _, selected)| filters.0.iter().any(|filter| filter.covers(selected)))
            .map(|(key, grant, _)| (key, grant))
            .collect();
        if !there.is_empty() {
            notes.insert(Note::DeletedBySync(half.address.clone()));
        }
        for (key, grant) in there {
            keep(needs, half, key, grant);
        }
    }
}

fn keep(needs: &mut Needs, half: &Half, key: Key, (resource, operation): (Resource, Operation)) {
    let purpose = Purpose::KeepOn(half.address.clone());
    let guest = Key::Guest(half.address.cluster.clone(), Box::new(key));
    needs.add(&half.peer.cluster, &guest, operation, resource, purpose);
}

/// The permissions of jobs on a cluster, each as the filter that selects only its ACL.
fn of_cluster<'a>(
    needs: &'a Needs,
    cluster: &'a ClusterName,
) -> impl Iterator<Item = (Key, (Resource, Operation), AclFilter)> + 'a {
    let own = needs.0.iter();
    let own = own.filter(move |((name, key), _)| name == cluster && !key.is_guest());
    own.flat_map(|((_, key), wanted)| {
        let grants = wanted.grants.keys();
        grants.map(move |grant| (key.clone(), grant.clone(), as_filter(grant, wanted)))
    })
}

fn as_filter((resource, operation): &(Resource, Operation), wanted: &Wanted) -> AclFilter {
    AclFilter {
        resource_type: match resource {
            Resource::Cluster => ResourceType::Cluster,
            Resource::Topics(_) => ResourceType::Topic,
            Resource::Groups(_) => ResourceType::Group,
        },
        pattern_type: match resource.pattern_type() {
            PatternType::Literal => AclPatternType::Literal,
            PatternType::Prefixed => AclPatternType::Prefixed,
        },
        name: Some(resource.name().to_owned()),
        principal: wanted.identity().and_then(|identity| match identity {
            Identity::Known(name) => Some(format!("User:{name}")),
            Identity::InVariable(_) | Identity::Unknown => None,
        }),
        operation: *operation,
        permission: Permission::Allow,
        ..AclFilter::everything()
    }
}

fn filters(half: &Half) -> AclFilters {
    match half.configs.get(names::ACL_FILTERS).map(|it| &it.value) {
        Some(DesiredValue::Value(text)) => AclFilters::parse_json(text).unwrap_or_default(),
        _ => AclFilters::default(),
    }
}
