//! ACL search: what the query parameters of list and delete select, and how principals are shown.

use super::Call;
use super::error::ApiError;
use crate::filter::{OPERATIONS, pattern_matches};
use crate::random::stable_number;
use crate::state::Cluster;
use crate::switches::CloudAclPrincipals;
use crate::vocabulary::ClusterKind;
use crate::world::AclSpec;

pub(crate) const RESOURCE_TYPES: [&str; 5] = [
    "TOPIC",
    "GROUP",
    "CLUSTER",
    "TRANSACTIONAL_ID",
    "DELEGATION_TOKEN",
];

/// The search of a request; `None` means any.
#[derive(Debug)]
pub(crate) struct Search {
    resource_type: Option<String>,
    resource_name: Option<String>,
    pattern_type: Option<String>,
    principal: Option<String>,
    host: Option<String>,
    operation: Option<String>,
    permission: Option<String>,
}

/// Which parameters may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strictness {
    /// All: list.
    List,
    /// Only names, principal and host: delete.
    Delete,
}

fn choice(
    call: &Call<'_>,
    name: &str,
    allowed: &[&str],
    strictness: Strictness,
) -> Result<Option<String>, ApiError> {
    let value = call.query.get(name).map(str::to_ascii_uppercase);
    match value.as_deref() {
        None if strictness == Strictness::List => Ok(None),
        Some("UNKNOWN") if strictness == Strictness::List => {
            Err(ApiError::bad_request(format!("{name} cannot be UNKNOWN")))
        }
        None | Some("UNKNOWN") => Err(ApiError::bad_request(format!(
            "{name} cannot be unspecified or UNKNOWN"
        ))),
        Some("ANY") => Ok(None),
        Some(other) if allowed.contains(&other) => Ok(value),
        Some(other) => Err(ApiError::bad_request(format!(
            "Query parameter '{name}' has no value '{other}'."
        ))),
    }
}

impl Search {
    pub(crate) fn parse(call: &Call<'_>, strictness: Strictness) -> Result<Search, ApiError> {
        let free = |name: &str| call.query.get(name).map(str::to_owned);
        Ok(Search {
            resource_type: choice(call, "resource_type", &RESOURCE_TYPES, strictness)?,
            resource_name: free("resource_name"),
            pattern_type: choice(
                call,
                "pattern_type",
                &["MATCH", "LITERAL", "PREFIXED"],
                strictness,
            )?,
            principal: free("principal"),
            host: free("host"),
            operation: choice(call, "operation", &OPERATIONS, strictness)?,
            permission: choice(call, "permission", &["ALLOW", "DENY"], strictness)?,
        })
    }

    pub(crate) fn selects(&self, cluster: &Cluster, acl: &AclSpec) -> bool {
        let same = |wanted: &Option<String>, actual: &str| {
            wanted.as_deref().is_none_or(|wanted| wanted == actual)
        };
        same(&self.resource_type, &acl.resource_type)
            && same(&self.host, &acl.host)
            && same(&self.operation, &acl.operation)
            && same(&self.permission, &acl.permission)
            && pattern_matches(
                self.pattern_type.as_deref(),
                self.resource_name.as_deref(),
                acl,
            )
            && self.principal.as_deref().is_none_or(|wanted| {
                wanted == "UserV2:*"
                    || wanted
                        .strip_prefix("UserV2:")
                        .is_some_and(|id| acl.principal == format!("User:{id}"))
                    || wanted == acl.principal
                    || wanted == numeric(cluster, &acl.principal)
            })
    }

    /// Whether the caller asked for numeric ids by naming no principal.
    pub(crate) fn shows_numeric(&self, cluster: &Cluster, switch: CloudAclPrincipals) -> bool {
        cluster.kind == ClusterKind::ConfluentCloud
            && self.principal.is_none()
            && switch == CloudAclPrincipals::Numeric
    }
}

/// A service account's principal with its numeric id; any other principal as it is.
pub(crate) fn numeric(cluster: &Cluster, principal: &str) -> String {
    let Some(id) = principal
        .strip_prefix("User:")
        .filter(|id| id.starts_with("sa-"))
    else {
        return principal.to_owned();
    };
    let number = cluster
        .service_accounts
        .get(id)
        .copied()
        .unwrap_or_else(|| 1_000_000 + stable_number(id) % 9_000_000);
    format!("User:{number}")
}

/// A principal with the resource id that belongs to its number, if the cluster knows one.
pub(crate) fn resource_id(cluster: &Cluster, principal: &str) -> String {
    let principal = principal
        .strip_prefix("UserV2:")
        .map_or_else(|| principal.to_owned(), |id| format!("User:{id}"));
    let number = principal
        .strip_prefix("User:")
        .and_then(|id| id.parse::<u64>().ok());
    let known = number.and_then(|number| {
        cluster
            .service_accounts
            .iter()
            .find(|(_, known)| **known == number)
            .map(|(id, _)| id)
    });
    known.map_or(principal, |id| format!("User:{id}"))
}
