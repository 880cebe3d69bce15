//! Filters over ACLs. Entries are joined by "or"; there is no exclude.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::{FilterError, Members, entries, member, object, other_members, words};

words! {
    /// The kind of resource that an ACL applies to.
    ResourceType {
        /// Any kind.
        Any = "any", in specs "any",
        /// Topics.
        Topic = "topic", in specs "topic",
        /// Consumer groups.
        Group = "group", in specs "group",
        /// The cluster itself.
        Cluster = "cluster", in specs "cluster",
        /// Transactional ids.
        TransactionalId = "transactionalID", in specs "transactional-id",
    }
}

words! {
    /// How a filter's name is compared with the name on an ACL.
    AclPatternType {
        /// Any of the others.
        Any = "any", in specs "any",
        /// ACLs on exactly this name.
        Literal = "literal", in specs "literal",
        /// ACLs on this prefix.
        Prefixed = "prefixed", in specs "prefixed",
        /// ACLs that apply to this name, be they literal, wildcard or prefixed.
        Match = "match", in specs "match",
    }
}

words! {
    /// What an ACL allows or denies doing.
    Operation {
        /// Any operation.
        Any = "any", in specs "any",
        /// The operation `ALL`.
        All = "all", in specs "all",
        /// Read.
        Read = "read", in specs "read",
        /// Write.
        Write = "write", in specs "write",
        /// Create.
        Create = "create", in specs "create",
        /// Delete.
        Delete = "delete", in specs "delete",
        /// Alter.
        Alter = "alter", in specs "alter",
        /// Describe.
        Describe = "describe", in specs "describe",
        /// Cluster action.
        ClusterAction = "cluster_action", in specs "cluster-action",
        /// Describe configs.
        DescribeConfigs = "describe_configs", in specs "describe-configs",
        /// Alter configs.
        AlterConfigs = "alter_configs", in specs "alter-configs",
        /// Idempotent write.
        IdempotentWrite = "idempotent_write", in specs "idempotent-write",
    }
}

words! {
    /// Whether an ACL allows or denies.
    Permission {
        /// Either.
        Any = "any", in specs "any",
        /// Allows.
        Allow = "allow", in specs "allow",
        /// Denies.
        Deny = "deny", in specs "deny",
    }
}

/// Which ACLs to take. Nothing given means "any".
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AclFilter {
    /// The kind of resource.
    pub resource_type: ResourceType,
    /// How `name` is compared.
    pub pattern_type: AclPatternType,
    /// The resource's name; none is any name.
    pub name: Option<String>,
    /// The principal, such as `User:sa-12345`; none is any principal.
    pub principal: Option<String>,
    /// The operation.
    pub operation: Operation,
    /// Allow or deny.
    pub permission: Permission,
    /// Members that are not known, such as `accessFilter.host`, each as JSON: they are kept.
    pub members: Members,
}

impl AclFilter {
    /// The filter that takes every ACL.
    #[must_use]
    pub const fn everything() -> Self {
        Self {
            resource_type: ResourceType::Any,
            pattern_type: AclPatternType::Any,
            name: None,
            principal: None,
            operation: Operation::Any,
            permission: Permission::Any,
            members: Members::new(),
        }
    }

    /// Whether this filter takes every ACL that `other` takes, as far as can be seen from the text.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        let resource = match (&self.name, self.pattern_type) {
            (None, AclPatternType::Any) => true,
            _ => self.name == other.name && self.pattern_type == other.pattern_type,
        };
        resource
            && self
                .members
                .iter()
                .all(|own| other.members.get(own.0) == Some(own.1))
            && (self.resource_type == ResourceType::Any
                || self.resource_type == other.resource_type)
            && (self.principal.is_none() || self.principal == other.principal)
            && (self.operation == Operation::Any || self.operation == other.operation)
            && (self.permission == Permission::Any || self.permission == other.permission)
    }
}

/// For people: `deny ACLs of User:sa-1 on topics named pineapple for any operation`.
impl fmt::Display for AclFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::everything() {
            return f.write_str("all ACLs");
        }
        match self.permission {
            Permission::Any => f.write_str("ACLs")?,
            permission => write!(f, "{permission} ACLs")?,
        }
        if let Some(principal) = &self.principal {
            write!(f, " of {principal}")?;
        }
        f.write_str(match self.resource_type {
            ResourceType::Any => " on any resource",
            ResourceType::Topic => " on topics",
            ResourceType::Group => " on groups",
            ResourceType::Cluster => " on the cluster",
            ResourceType::TransactionalId => " on transactional ids",
        })?;
        match (&self.name, self.pattern_type) {
            (None, AclPatternType::Any) => {}
            (None, pattern) => write!(f, " with {pattern} patterns")?,
            (Some(name), AclPatternType::Literal) => write!(f, " named {name}")?,
            (Some(name), AclPatternType::Prefixed) => write!(f, " with the prefix {name}")?,
            (Some(name), AclPatternType::Match) => write!(f, " that match {name}")?,
            (Some(name), AclPatternType::Any) => write!(f, " with any pattern {name}")?,
        }
        if self.operation != Operation::Any {
            write!(f, " for {}", self.operation)?;
        }
        for (name, value) in &self.members {
            write!(f, ", {name} {value}")?;
        }
        Ok(())
    }
}

/// A set of ACL filters.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AclFilters(pub BTreeSet<AclFilter>);

impl AclFilters {
    /// Reads the text of a link config. Empty text is an empty set; keywords are read in any case.
    ///
    /// # Errors
    /// When it is no JSON of the filters' shape, or uses a keyword that is not known.
    pub fn parse_json(text: &str) -> Result<Self, FilterError> {
        entries(text, "aclFilters")?
            .iter()
            .map(|entry| {
                let part = |name: &str| entry.get(name).cloned().unwrap_or_default();
                let (resource, access) = (part("resourceFilter"), part("accessFilter"));
                let mut members = other_members(entry, &[RESOURCE, ACCESS]);
                let parts = [
                    (RESOURCE, &resource, RESOURCE_MEMBERS),
                    (ACCESS, &access, ACCESS_MEMBERS),
                ];
                for (part, value, known) in parts {
                    let others = other_members(value, known).into_iter();
                    members.extend(others.map(|(name, json)| (format!("{part}.{name}"), json)));
                }
                let owned = |text: Option<&str>| text.map(str::to_owned);
                Ok(AclFilter {
                    resource_type: word(
                        &resource,
                        "resourceType",
                        ResourceType::Any,
                        ResourceType::read,
                    )?,
                    pattern_type: word(
                        &resource,
                        "patternType",
                        AclPatternType::Any,
                        AclPatternType::read,
                    )?,
                    name: owned(member(&resource, "name")?),
                    principal: owned(member(&access, "principal")?),
                    operation: word(&access, "operation", Operation::Any, Operation::read)?,
                    permission: word(&access, "permissionType", Permission::Any, Permission::read)?,
                    members,
                })
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The text to send: members sorted, no spaces, without the optional members that are absent. An
    /// empty set is the empty text, as the server's default is.
    #[must_use]
    pub fn to_json(&self) -> String {
        if self.0.is_empty() {
            return String::new();
        }
        let entries: Vec<String> = self.0.iter().map(AclFilter::to_json).collect();
        format!(r#"{{"aclFilters":[{}]}}"#, entries.join(","))
    }

    /// Whether there is no filter at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

const RESOURCE: &str = "resourceFilter";
const ACCESS: &str = "accessFilter";
const RESOURCE_MEMBERS: &[&str] = &["resourceType", "patternType", "name"];
const ACCESS_MEMBERS: &[&str] = &["principal", "operation", "permissionType"];

impl AclFilter {
    fn to_json(&self) -> String {
        let text = |text: &str| serde_json::Value::from(text).to_string();
        let mut resource = BTreeMap::from([
            ("resourceType", text(self.resource_type.word())),
            ("patternType", text(self.pattern_type.word())),
        ]);
        resource.extend(self.name.as_ref().map(|name| ("name", text(name))));
        let mut access = BTreeMap::from([
            ("operation", text(self.operation.word())),
            ("permissionType", text(self.permission.word())),
        ]);
        access.extend(
            self.principal
                .as_ref()
                .map(|name| ("principal", text(name))),
        );
        let mut entry = BTreeMap::new();
        for (name, json) in &self.members {
            match name.split_once('.') {
                Some((RESOURCE, name)) => drop(resource.insert(name, json.clone())),
                Some((ACCESS, name)) => drop(access.insert(name, json.clone())),
                _ => drop(entry.insert(name.as_str(), json.clone())),
            }
        }
        entry.insert(RESOURCE, object(&resource));
        entry.insert(ACCESS, object(&access));
        object(&entry)
    }
}

impl FromIterator<AclFilter> for AclFilters {
    fn from_iter<I: IntoIterator<Item = AclFilter>>(filters: I) -> Self {
        Self(filters.into_iter().collect())
    }
}

/// A keyword member; absent means any.
fn word<T>(
    value: &serde_json::Value,
    name: &str,
    any: T,
    read: impl Fn(&str) -> Option<T>,
) -> Result<T, FilterError> {
    match member(value, name)? {
        None => Ok(any),
        Some(text) => read(text)
            .ok_or_else(|| FilterError::Shape(format!("unknown {name} `{text}` in a filter"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pineapple() -> AclFilter {
        AclFilter {
            resource_type: ResourceType::Topic,
            pattern_type: AclPatternType::Literal,
            name: Some("pineapple".to_owned()),
            ..AclFilter::everything()
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        let set: AclFilters = [
            pineapple(),
            AclFilter {
                principal: Some("User:sa-12345".to_owned()),
                operation: Operation::DescribeConfigs,
                permission: Permission::Deny,
                ..AclFilter::everything()
            },
        ]
        .into_iter()
        .collect();
        assert_eq!(AclFilters::parse_json(&set.to_json()).unwrap(), set);
    }

    #[test]
    fn the_documentations_examples_are_read_in_any_case() {
        let text = r#"{ "aclFilters": [ { "resourceFilter": { "resourceType": "TOPIC", "patternType":
            "Literal", "name": "pineapple" }, "accessFilter": { "operation": "ANY",
            "permissionType": "any" } } ] }"#;
        let set = AclFilters::parse_json(text).unwrap();
        assert_eq!(set, [pineapple()].into_iter().collect());
        let all = r#"{"aclFilters":[{"resourceFilter":{"resourceType":"any","patternType":"any"},
            "accessFilter":{"operation":"any","permissionType":"any"}}]}"#;
        assert_eq!(
            AclFilters::parse_json(all).unwrap(),
            [AclFilter::everything()].into_iter().collect()
        );
        assert!(AclFilters::parse_json("{\"aclFilters\":[\u{201c}]}").is_err());
        assert!(AclFilters::parse_json(&text.replace("TOPIC", "PIZZA")).is_err());
    }

    #[test]
    fn members_are_kept_and_written_sorted() {
        let text = r#"{"aclFilters":[{"accessFilter":{"host":"10.0.0.1","operation":"any","permissionType":"any"},"note":1,"resourceFilter":{"patternType":"any","resourceType":"any"}}]}"#;
        let set = AclFilters::parse_json(text).unwrap();
        assert_eq!(set.to_json(), text);
        assert!(!set.0.contains(&AclFilter::everything()));
        assert!(AclFilter::everything().covers(set.0.first().unwrap()));
        assert!(!set.0.first().unwrap().covers(&AclFilter::everything()));
    }

    #[test]
    fn an_entry_reads_like_a_sentence() {
        assert_eq!(pineapple().to_string(), "ACLs on topics named pineapple");
        assert_eq!(AclFilter::everything().to_string(), "all ACLs");
        let denies = AclFilter {
            permission: Permission::Deny,
            ..AclFilter::everything()
        };
        assert_eq!(denies.to_string(), "deny ACLs on any resource");
        assert!(AclFilter::everything().covers(&pineapple()));
        assert!(!pineapple().covers(&denies));
    }
}
