//! What accounts must be permitted, as one JSON document. Its schema is `schemas/permissions.schema.json`.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use crate::permissions::{AccountKind, Permissions};
use crate::report::words::permission as words;

/// The version of the document. It rises when a reader would have to change.
pub const FORMAT_VERSION: u32 = 1;

/// What accounts must be permitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "Linkwright permissions")]
pub struct PermissionsDocument {
    /// The version of this document's form: 1.
    pub format_version: u32,
    /// The accounts that need something, by cluster.
    pub accounts: Vec<AccountEntry>,
    /// What to know about them.
    pub notes: Vec<String>,
}

/// One account on one cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AccountEntry {
    /// A name for it that is a shell variable, such as `READ_ON_EAST`. The commands use it.
    pub name: String,
    /// What uses it: `read`, `apply` or `link`.
    pub kind: &'static str,
    /// The same in words.
    pub about: String,
    /// The cluster whose ACLs these are, by its name in the spec.
    pub cluster: String,
    /// The cluster's id.
    pub cluster_id: String,
    /// The cluster that the account is used on. It is another one where ACL sync would delete the same ACLs there
    /// if they were not here.
    pub used_on: String,
    /// The link halves that authenticate as it, as `cluster/link`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub halves: Vec<String>,
    /// The credentials of these halves as the spec names them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credentials: Option<String>,
    /// Its principal, with `$NAME` where it is in an environment variable.
    pub principal: String,
    /// Whether the spec says the principal; otherwise put it into the variable first.
    pub principal_is_known: bool,
    /// The ACLs that it needs.
    pub acls: Vec<AclEntry>,
    /// The roles that Confluent documents for the same. Empty where it documents none.
    pub roles: Vec<&'static str>,
}

/// One ACL, in the words of the REST API. It allows the operation from any host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AclEntry {
    /// `CLUSTER`, `TOPIC` or `GROUP`.
    pub resource_type: &'static str,
    /// The resource's name or prefix, `*` for all.
    pub resource_name: String,
    /// `LITERAL` or `PREFIXED`.
    pub pattern_type: &'static str,
    /// Such as `DESCRIBE`.
    pub operation: String,
    /// What it is for.
    pub because: Vec<String>,
}

/// The document of permissions.
#[must_use]
pub fn document(permissions: &Permissions) -> PermissionsDocument {
    let clusters = permissions.clusters.iter();
    let accounts = clusters.flat_map(|cluster| {
        cluster.accounts.iter().map(move |needs| {
            let account = &needs.account;
            let purposes: Vec<_> = needs.grants.iter().flat_map(|it| &it.purposes).collect();
            let (kind, halves, credentials) = match &account.kind {
                AccountKind::Reader => ("read", Vec::new(), None),
                AccountKind::Writer => ("apply", Vec::new(), None),
                AccountKind::Link {
                    credentials,
                    halves,
                } => {
                    let halves = halves.iter().map(ToString::to_string).collect();
                    ("link", halves, Some(credentials.clone()))
                }
            };
            AccountEntry {
                name: account.name.clone(),
                kind,
                about: words::account(account, &cluster.name),
                cluster: cluster.name.to_string(),
                cluster_id: cluster.id.to_string(),
                used_on: account.cluster.to_string(),
                halves,
                credentials,
                principal: words::principal(account),
                principal_is_known: words::placeholder(account, cluster.kind).is_none(),
                acls: needs.grants.iter().map(acl).collect(),
                roles: words::roles(account, &purposes, cluster.kind),
            }
        })
    });
    PermissionsDocument {
        format_version: FORMAT_VERSION,
        accounts: accounts.collect(),
        notes: permissions.notes.iter().map(words::note).collect(),
    }
}

fn acl(grant: &crate::permissions::Grant) -> AclEntry {
    AclEntry {
        resource_type: grant.resource.type_word(),
        resource_name: grant.resource.name().to_owned(),
        pattern_type: words::pattern_type(&grant.resource),
        operation: words::operation(grant.operation),
        because: grant.purposes.iter().map(words::purpose).collect(),
    }
}

/// Writes the document.
///
/// # Errors
/// When the writer fails.
pub fn write(out: &mut dyn Write, permissions: &Permissions) -> io::Result<()> {
    crate::report::document::write(out, &document(permissions))
}

/// The document's JSON Schema (draft 2020-12).
#[must_use]
pub fn schema() -> serde_json::Value {
    crate::report::document::schema::<PermissionsDocument>()
}
