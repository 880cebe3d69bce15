//! ACL filters as they are written.

use super::decode::{choice, record};
use super::located::Located;
use crate::catalog::filters as server;

choice! {
    "a resource type"
    /// The kind of resource that an ACL applies to.
    pub enum ResourceType {
        /// Any kind.
        Any = "any",
        /// Topics.
        Topic = "topic",
        /// Consumer groups.
        Group = "group",
        /// The cluster itself.
        Cluster = "cluster",
        /// Transactional ids.
        TransactionalId = "transactional-id",
    }
}

choice! {
    "an ACL pattern type"
    /// How a filter's name is compared with the name on an ACL.
    pub enum AclPatternType {
        /// Any of the others.
        Any = "any",
        /// ACLs on exactly this name.
        Literal = "literal",
        /// ACLs on this prefix.
        Prefixed = "prefixed",
        /// ACLs that apply to this name, be they literal, wildcard or prefixed.
        Match = "match",
    }
}

choice! {
    "an operation"
    /// What an ACL allows or denies doing.
    pub enum Operation {
        /// Any operation.
        Any = "any",
        /// The operation `ALL`.
        All = "all",
        /// Read.
        Read = "read",
        /// Write.
        Write = "write",
        /// Create.
        Create = "create",
        /// Delete.
        Delete = "delete",
        /// Alter.
        Alter = "alter",
        /// Describe.
        Describe = "describe",
        /// Cluster action.
        ClusterAction = "cluster-action",
        /// Describe configs.
        DescribeConfigs = "describe-configs",
        /// Alter configs.
        AlterConfigs = "alter-configs",
        /// Idempotent write.
        IdempotentWrite = "idempotent-write",
    }
}

choice! {
    "a permission"
    /// Whether an ACL allows or denies.
    pub enum Permission {
        /// Either.
        Any = "any",
        /// Allows.
        Allow = "allow",
        /// Denies.
        Deny = "deny",
    }
}

record! {
    "an ACL filter"
    /// Which ACLs to copy. A field that is left out means "any"; `{}` matches every ACL.
    pub struct AclFilter {
        /// The kind of resource.
        pub resource_type: Option<Located<ResourceType>>,
        /// How `name` is compared.
        pub pattern_type: Option<Located<AclPatternType>>,
        /// The resource's name.
        pub name: Option<Located<String>>,
        /// The principal, such as `User:sa-12345`.
        #[schemars(extend("examples" = ["User:sa-12345"]))]
        pub principal: Option<Located<String>>,
        /// The operation.
        pub operation: Option<Located<Operation>>,
        /// Allow or deny.
        pub permission: Option<Located<Permission>>,
    }
}

impl AclFilter {
    /// The filter as the server knows it.
    #[must_use]
    pub fn filter(&self) -> server::AclFilter {
        let text = |field: &Option<Located<String>>| {
            field
                .as_ref()
                .map(|text| text.value.clone())
                .filter(|text| !text.is_empty())
        };
        server::AclFilter {
            resource_type: match self.resource_type.as_ref().map(|field| field.value) {
                None | Some(ResourceType::Any) => server::ResourceType::Any,
                Some(ResourceType::Topic) => server::ResourceType::Topic,
                Some(ResourceType::Group) => server::ResourceType::Group,
                Some(ResourceType::Cluster) => server::ResourceType::Cluster,
                Some(ResourceType::TransactionalId) => server::ResourceType::TransactionalId,
            },
            pattern_type: match self.pattern_type.as_ref().map(|field| field.value) {
                None | Some(AclPatternType::Any) => server::AclPatternType::Any,
                Some(AclPatternType::Literal) => server::AclPatternType::Literal,
                Some(AclPatternType::Prefixed) => server::AclPatternType::Prefixed,
                Some(AclPatternType::Match) => server::AclPatternType::Match,
            },
            name: text(&self.name),
            principal: text(&self.principal),
            operation: match self.operation.as_ref().map(|field| field.value) {
                None | Some(Operation::Any) => server::Operation::Any,
                Some(Operation::All) => server::Operation::All,
                Some(Operation::Read) => server::Operation::Read,
                Some(Operation::Write) => server::Operation::Write,
                Some(Operation::Create) => server::Operation::Create,
                Some(Operation::Delete) => server::Operation::Delete,
                Some(Operation::Alter) => server::Operation::Alter,
                Some(Operation::Describe) => server::Operation::Describe,
                Some(Operation::ClusterAction) => server::Operation::ClusterAction,
                Some(Operation::DescribeConfigs) => server::Operation::DescribeConfigs,
                Some(Operation::AlterConfigs) => server::Operation::AlterConfigs,
                Some(Operation::IdempotentWrite) => server::Operation::IdempotentWrite,
            },
            permission: match self.permission.as_ref().map(|field| field.value) {
                None | Some(Permission::Any) => server::Permission::Any,
                Some(Permission::Allow) => server::Permission::Allow,
                Some(Permission::Deny) => server::Permission::Deny,
            },
        }
    }
}
