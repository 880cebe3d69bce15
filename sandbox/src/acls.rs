//! What ACLs permit, decided as Kafka's own authorizer does: what no ACL allows is denied, a DENY wins, and
//! some operations include others.

use crate::state::Cluster;
use crate::world::AclSpec;

/// What an operation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resource<'a> {
    /// The cluster itself.
    Cluster,
    /// A topic.
    Topic(&'a str),
    /// A consumer group.
    Group(&'a str),
}

impl<'a> Resource<'a> {
    fn parts(self) -> (&'static str, &'a str) {
        match self {
            Resource::Cluster => ("CLUSTER", "kafka-cluster"),
            Resource::Topic(name) => ("TOPIC", name),
            Resource::Group(name) => ("GROUP", name),
        }
    }
}

/// The operations that the sandbox checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Read,
    Create,
    Delete,
    Alter,
    Describe,
    AlterConfigs,
    DescribeConfigs,
}

impl Operation {
    fn name(self) -> &'static str {
        match self {
            Operation::Read => "READ",
            Operation::Create => "CREATE",
            Operation::Delete => "DELETE",
            Operation::Alter => "ALTER",
            Operation::Describe => "DESCRIBE",
            Operation::AlterConfigs => "ALTER_CONFIGS",
            Operation::DescribeConfigs => "DESCRIBE_CONFIGS",
        }
    }

    /// The operations whose permission includes this one.
    fn included_in(self) -> &'static [&'static str] {
        match self {
            Operation::Describe => &["READ", "WRITE", "DELETE", "ALTER"],
            Operation::DescribeConfigs => &["ALTER_CONFIGS"],
            _ => &[],
        }
    }
}

/// Whether the ACLs of a cluster let a principal do something there.
pub(crate) fn permit(
    cluster: &Cluster,
    principal: &str,
    operation: Operation,
    resource: Resource<'_>,
) -> bool {
    if !cluster.authorizer {
        return true;
    }
    let (kind, name) = resource.parts();
    let about: Vec<&AclSpec> = cluster
        .acls
        .iter()
        .filter(|acl| acl.resource_type == kind && is_about(acl, name))
        .filter(|acl| acl.principal == principal || acl.principal == "User:*")
        .filter(|acl| acl.host == "*")
        .collect();
    let has = |permission: &str, operations: &[&str]| {
        about.iter().any(|acl| {
            acl.permission == permission
                && (acl.operation == "ALL" || operations.contains(&acl.operation.as_str()))
        })
    };
    let own = [operation.name()];
    !has("DENY", &own) && (has("ALLOW", &own) || has("ALLOW", operation.included_in()))
}

fn is_about(acl: &AclSpec, name: &str) -> bool {
    match acl.pattern_type.as_str() {
        "PREFIXED" => name.starts_with(&acl.resource_name),
        _ => acl.resource_name == name || acl.resource_name == "*",
    }
}
