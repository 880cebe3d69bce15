//! ACL filters as they are written. The words are those of the server, which `catalog` has.

use super::decode::{known_words, record};
use super::located::Located;
use super::members::Json;
use super::named::Named;
use crate::catalog::filters::{self, AclPatternType, Operation, Permission, ResourceType};

known_words! {
    "a resource type" ResourceType,
    "a resource type" AclPatternType,
    "a resource type" Operation,
    "a resource type" Permission,
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
        /// Members of the server's filter that have no field here, each as JSON, by their names in the
        /// filter: `accessFilter.host: '"10.0.0.1"'`. `export` writes them.
        #[schemars(default)]
        pub members: Named<Located<Json>>,
    }
}

impl AclFilter {
    /// The filter as the server knows it.
    #[must_use]
    pub fn filter(&self) -> filters::AclFilter {
        let text = |field: &Option<Located<String>>| {
            field
                .as_ref()
                .map(|text| text.value.clone())
                .filter(|text| !text.is_empty())
        };
        let any = filters::AclFilter::everything();
        filters::AclFilter {
            resource_type: word(self.resource_type.as_ref(), any.resource_type),
            pattern_type: word(self.pattern_type.as_ref(), any.pattern_type),
            name: text(&self.name),
            principal: text(&self.principal),
            operation: word(self.operation.as_ref(), any.operation),
            permission: word(self.permission.as_ref(), any.permission),
            members: super::members::of(&self.members),
        }
    }
}

fn word<T: Copy>(written: Option<&Located<T>>, any: T) -> T {
    written.map_or(any, |field| field.value)
}
