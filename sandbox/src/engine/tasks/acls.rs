//! ACL sync: makes the destination's ACLs equal to the source's, as far as the filter goes. It
//! adds, and it deletes.

use super::outcome::Run;
use crate::engine::principal::reader_permissions;
use crate::filter::AclFilter;
use crate::harm::HarmKind;
use crate::state::key::HalfKey;
use crate::state::{Cluster, State};
use crate::switches::NarrowedAclFilters;
use crate::vocabulary::ClusterKind;
use crate::world::AclSpec;
use std::collections::BTreeSet;

/// Whether two clusters can sync ACLs at all: Cloud to Cloud in one organization, or Platform to
/// Platform.
pub(crate) fn can_sync(source: &Cluster, destination: &Cluster) -> bool {
    match (source.kind, destination.kind) {
        (ClusterKind::ConfluentCloud, ClusterKind::ConfluentCloud) => {
            source.organization == destination.organization
        }
        (ClusterKind::ConfluentPlatform, ClusterKind::ConfluentPlatform) => true,
        _ => false,
    }
}

pub(super) fn run(state: &mut State, key: &HalfKey) -> Run {
    let Some(half) = state.half(key) else {
        return Run::default();
    };
    let Some(here) = state.clusters.get(&key.cluster) else {
        return Run::default();
    };
    let source = half.remote.as_deref().and_then(|id| state.clusters.get(id));
    let Some(source) = source else {
        return Run::default();
    };
    let filter = AclFilter::parse(half.config("acl.filters").unwrap_or("")).unwrap_or_default();
    if filter.is_empty() {
        return Run::failed(
            "MISCONFIGURATION_ERROR",
            "ACL migration is enabled but acl.filters is not set. Please set acl.filters to proceed \
             with ACL migration.",
        );
    }
    if !half.prefix().is_empty() {
        return Run::failed(
            "MISCONFIGURATION_ERROR",
            "ACL sync cannot be used with a prefix.",
        );
    }
    if !can_sync(source, here) {
        return Run::failed(
            "AUTHORIZATION_ERROR",
            "ACL sync works between clusters of one organization only.",
        );
    }
    if !source.authorizer || !here.authorizer {
        return Run::failed("SECURITY_DISABLED_ERROR", "No authorizer is configured.");
    }
    if reader_permissions(state, key).is_some_and(|may| !may.describes_cluster()) {
        return Run::failed(
            "AUTHORIZATION_ERROR",
            "The link may not describe the source's ACLs.",
        );
    }
    let wanted: BTreeSet<AclSpec> = source
        .acls
        .iter()
        .filter(|acl| filter.selects(acl))
        .cloned()
        .collect();
    let narrowed = state.switches.narrowed_acl_filters == NarrowedAclFilters::Remove;
    let gone: Vec<AclSpec> = here
        .acls
        .iter()
        .filter(|acl| {
            let in_scope = filter.selects(acl) || (narrowed && half.copied_acls.contains(*acl));
            in_scope && !wanted.contains(*acl)
        })
        .cloned()
        .collect();
    let new: Vec<AclSpec> = wanted.difference(&here.acls).cloned().collect();
    let room = here.acl_limit.map_or(usize::MAX, |limit| {
        limit.saturating_sub(here.acls.len().saturating_sub(gone.len()))
    });
    let own: Vec<AclSpec> = gone
        .iter()
        .filter(|acl| !half.copied_acls.contains(*acl))
        .cloned()
        .collect();
    for acl in own {
        let text = format!(
            "ACL sync of link '{}' deleted an ACL made here: {} may {} {} on {} {}.",
            key.link,
            acl.principal,
            acl.permission,
            acl.operation,
            acl.resource_type,
            acl.resource_name
        );
        state.harm(
            HarmKind::DestinationAclDeleted,
            &key.cluster,
            &acl.resource_name,
            text,
        );
    }
    let over = new.len() > room;
    if let Some(here) = state.clusters.get_mut(&key.cluster) {
        for acl in &gone {
            here.acls.remove(acl);
        }
        let added: Vec<AclSpec> = new.into_iter().take(room).collect();
        here.acls.extend(added.iter().cloned());
        if let Some(half) = here.halves.get_mut(&key.link) {
            half.copied_acls.retain(|acl| !gone.contains(acl));
            half.copied_acls.extend(added);
        }
    }
    if over {
        return Run::failed(
            "ACL_LIMIT_EXCEEDED",
            "The destination cluster holds no more ACLs.",
        );
    }
    Run::default()
}
