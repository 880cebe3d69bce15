//! The JSON filters inside link configs: topics, groups and ACLs.
//!
//! A filter is stored as the exact text that was sent; this module only reads it.

use crate::switches::{FilterDefaults, GroupTopicTypesAbsent, Switches, UnknownTopicType};
use crate::world::AclSpec;
use serde_json::Value;

/// What a filter text can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FilterKind {
    /// `{"topicFilters": […]}`.
    Topics,
    /// `{"groupFilters": […]}`.
    Groups,
}

impl FilterKind {
    fn field(self) -> &'static str {
        match self {
            FilterKind::Topics => "topicFilters",
            FilterKind::Groups => "groupFilters",
        }
    }

    /// What an entry may have.
    fn members(self) -> &'static [&'static str] {
        match self {
            FilterKind::Topics => &["name", "patternType", "filterType"],
            FilterKind::Groups => &["name", "patternType", "filterType", "topicTypes"],
        }
    }
}

/// A parsed topic or group filter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct NameFilter {
    includes: Vec<Entry>,
    excludes: Vec<Entry>,
}

/// Which topics of a group an entry is about, as seen from the half that has the filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TopicType {
    /// Mirrors on this cluster: offsets come from their sources.
    LocalMirror,
    /// Topics that are mirrored on the other cluster: offsets come back from there.
    RemoteMirror,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    pattern: Pattern,
    types: Vec<TopicType>,
}

impl Entry {
    fn matches(&self, name: &str, of: Option<TopicType>) -> bool {
        self.pattern.matches(name) && of.is_none_or(|of| self.types.contains(&of))
    }
}

/// One way of naming things.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Pattern {
    Everything,
    Literal(String),
    Prefixed(String),
}

impl Pattern {
    fn matches(&self, name: &str) -> bool {
        match self {
            Pattern::Everything => true,
            Pattern::Literal(text) => text == name,
            Pattern::Prefixed(prefix) => name.starts_with(prefix.as_str()),
        }
    }
}

impl NameFilter {
    /// Reads a filter. An empty text is an empty filter, which selects nothing.
    pub(crate) fn parse(
        text: &str,
        kind: FilterKind,
        switches: &Switches,
    ) -> Result<NameFilter, String> {
        if text.trim().is_empty() {
            return Ok(NameFilter::default());
        }
        let field = kind.field();
        let value: Value = serde_json::from_str(text)
            .map_err(|error| format!("the filter is not valid JSON: {error}"))?;
        let object = value.as_object().ok_or("the filter is not a JSON object")?;
        if let Some(other) = object.keys().find(|name| *name != field) {
            return Err(format!(
                "unrecognized field \"{other}\", expected \"{field}\""
            ));
        }
        let entries = object
            .get(field)
            .and_then(Value::as_array)
            .ok_or_else(|| format!("the filter has no list \"{field}\""))?;
        let mut filter = NameFilter::default();
        for entry in entries {
            filter.push(entry, kind, switches)?;
        }
        Ok(filter)
    }

    fn push(&mut self, entry: &Value, kind: FilterKind, switches: &Switches) -> Result<(), String> {
        let entry = entry
            .as_object()
            .ok_or("a filter entry is not a JSON object")?;
        if let Some(other) = entry
            .keys()
            .find(|key| !kind.members().contains(&key.as_str()))
        {
            return Err(format!("unrecognized field \"{other}\" in a filter entry"));
        }
        let text = |field: &str, default: &str| match entry.get(field) {
            Some(Value::String(text)) => Ok(text.to_ascii_uppercase()),
            None | Some(Value::Null)
                if switches.filter_defaults == FilterDefaults::LiteralInclude =>
            {
                Ok(default.to_owned())
            }
            None | Some(Value::Null) => Err(format!("a filter entry has no \"{field}\"")),
            Some(_) => Err(format!("\"{field}\" in a filter entry is not a text")),
        };
        let name = entry
            .get("name")
            .and_then(Value::as_str)
            .ok_or("a filter entry has no \"name\"")?
            .to_owned();
        let pattern = match text("patternType", "LITERAL")?.as_str() {
            "LITERAL" if name == "*" => Pattern::Everything,
            "LITERAL" => Pattern::Literal(name),
            "PREFIXED" => Pattern::Prefixed(name),
            other => return Err(format!("unknown patternType \"{other}\"")),
        };
        let types = topic_types(entry.get("topicTypes"), switches)?;
        let entry = Entry { pattern, types };
        match text("filterType", "INCLUDE")?.as_str() {
            "INCLUDE" => self.includes.push(entry),
            "EXCLUDE" => self.excludes.push(entry),
            other => return Err(format!("unknown filterType \"{other}\"")),
        }
        Ok(())
    }

    /// Whether some include matches the name and no exclude does.
    pub(crate) fn selects(&self, name: &str) -> bool {
        self.decides(name, None)
    }

    /// The same, for one type of a group's topics.
    pub(crate) fn selects_for(&self, name: &str, of: TopicType) -> bool {
        self.decides(name, Some(of))
    }

    fn decides(&self, name: &str, of: Option<TopicType>) -> bool {
        self.includes.iter().any(|entry| entry.matches(name, of))
            && !self.excludes.iter().any(|entry| entry.matches(name, of))
    }

    /// Whether it can select nothing at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.includes.is_empty()
    }
}

/// The `topicTypes` of a group filter's entry.
fn topic_types(value: Option<&Value>, switches: &Switches) -> Result<Vec<TopicType>, String> {
    let words = match value {
        None | Some(Value::Null) => {
            return Ok(match switches.group_topic_types_absent {
                GroupTopicTypesAbsent::Both => {
                    vec![TopicType::LocalMirror, TopicType::RemoteMirror]
                }
                GroupTopicTypesAbsent::LocalMirror => vec![TopicType::LocalMirror],
            });
        }
        Some(Value::Array(words)) => words,
        Some(_) => {
            return Err(String::from(
                "\"topicTypes\" in a filter entry is not a list",
            ));
        }
    };
    let mut types = Vec::new();
    for word in words {
        match (word.as_str(), switches.unknown_topic_type) {
            (Some("LOCAL_MIRROR"), _) => types.push(TopicType::LocalMirror),
            (Some("REMOTE_MIRROR"), _) => types.push(TopicType::RemoteMirror),
            (Some(_), UnknownTopicType::Ignored) => {}
            (Some(other), UnknownTopicType::Refused) => {
                return Err(format!("unknown topicTypes value \"{other}\""));
            }
            (None, _) => return Err(String::from("a topicTypes value is not a text")),
        }
    }
    Ok(types)
}

/// A parsed ACL filter: a binding is selected when one entry matches it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct AclFilter {
    entries: Vec<AclEntry>,
}

/// `None` means "any".
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct AclEntry {
    resource_type: Option<String>,
    pattern_type: Option<String>,
    name: Option<String>,
    principal: Option<String>,
    operation: Option<String>,
    permission: Option<String>,
}

impl AclFilter {
    /// Reads a filter. An empty text is an empty filter, which selects nothing.
    pub(crate) fn parse(text: &str) -> Result<AclFilter, String> {
        if text.trim().is_empty() {
            return Ok(AclFilter::default());
        }
        let value: Value = serde_json::from_str(text)
            .map_err(|error| format!("the filter is not valid JSON: {error}"))?;
        let object = value.as_object().ok_or("the filter is not a JSON object")?;
        if let Some(other) = object.keys().find(|name| *name != "aclFilters") {
            return Err(format!(
                "unrecognized field \"{other}\", expected \"aclFilters\""
            ));
        }
        let entries = object
            .get("aclFilters")
            .and_then(Value::as_array)
            .ok_or("the filter has no list \"aclFilters\"")?;
        let entries = entries
            .iter()
            .map(acl_entry)
            .collect::<Result<_, String>>()?;
        Ok(AclFilter { entries })
    }

    /// Whether it can select nothing at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether one entry matches the binding.
    pub(crate) fn selects(&self, acl: &AclSpec) -> bool {
        self.entries.iter().any(|entry| entry.matches(acl))
    }
}

const RESOURCE_TYPES: [&str; 6] = [
    "ANY",
    "TOPIC",
    "GROUP",
    "CLUSTER",
    "TRANSACTIONAL_ID",
    "DELEGATION_TOKEN",
];
const PATTERN_TYPES: [&str; 4] = ["ANY", "LITERAL", "PREFIXED", "MATCH"];
const PERMISSIONS: [&str; 3] = ["ANY", "ALLOW", "DENY"];
pub(crate) const OPERATIONS: [&str; 12] = [
    "ANY",
    "ALL",
    "READ",
    "WRITE",
    "CREATE",
    "DELETE",
    "ALTER",
    "DESCRIBE",
    "CLUSTER_ACTION",
    "DESCRIBE_CONFIGS",
    "ALTER_CONFIGS",
    "IDEMPOTENT_WRITE",
];

fn acl_entry(entry: &Value) -> Result<AclEntry, String> {
    let entry = entry
        .as_object()
        .ok_or("an ACL filter entry is not a JSON object")?;
    let part = |name: &str, fields: &[&str]| {
        let object = match entry.get(name) {
            None | Some(Value::Null) => return Ok(serde_json::Map::new()),
            Some(Value::Object(object)) => object.clone(),
            Some(_) => return Err(format!("\"{name}\" is not a JSON object")),
        };
        match object.keys().find(|key| !fields.contains(&key.as_str())) {
            Some(other) => Err(format!("unrecognized field \"{other}\" in \"{name}\"")),
            None => Ok(object),
        }
    };
    if let Some(other) = entry
        .keys()
        .find(|key| *key != "resourceFilter" && *key != "accessFilter")
    {
        return Err(format!(
            "unrecognized field \"{other}\" in an ACL filter entry"
        ));
    }
    let resource = part("resourceFilter", &["resourceType", "patternType", "name"])?;
    let access = part(
        "accessFilter",
        &["principal", "operation", "permissionType"],
    )?;
    Ok(AclEntry {
        resource_type: choice(&resource, "resourceType", &RESOURCE_TYPES)?,
        pattern_type: choice(&resource, "patternType", &PATTERN_TYPES)?,
        name: free(&resource, "name")?,
        principal: free(&access, "principal")?,
        operation: choice(&access, "operation", &OPERATIONS)?,
        permission: choice(&access, "permissionType", &PERMISSIONS)?,
    })
}

type Object = serde_json::Map<String, Value>;

/// An enumerated field, upper case; "any" and a missing field are both `None`.
fn choice(object: &Object, field: &str, allowed: &[&str]) -> Result<Option<String>, String> {
    let Some(text) = free(object, field)? else {
        return Ok(None);
    };
    let text = match text.to_ascii_uppercase().as_str() {
        "TRANSACTIONALID" => String::from("TRANSACTIONAL_ID"),
        other => other.replace('-', "_"),
    };
    if !allowed.contains(&text.as_str()) {
        return Err(format!("unknown {field} \"{text}\""));
    }
    Ok(Some(text).filter(|text| text != "ANY"))
}

fn free(object: &Object, field: &str) -> Result<Option<String>, String> {
    match object.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(format!("\"{field}\" is not a text")),
    }
}

impl AclEntry {
    fn matches(&self, acl: &AclSpec) -> bool {
        let same = |wanted: &Option<String>, actual: &str| {
            wanted.as_deref().is_none_or(|wanted| wanted == actual)
        };
        same(&self.resource_type, &acl.resource_type)
            && same(&self.principal, &acl.principal)
            && same(&self.operation, &acl.operation)
            && same(&self.permission, &acl.permission)
            && pattern_matches(self.pattern_type.as_deref(), self.name.as_deref(), acl)
    }
}

/// Whether a binding's resource matches a pattern type and name of a filter (`None`: any).
/// MATCH selects the literal, wildcard and prefixed bindings that would apply to the name.
pub(crate) fn pattern_matches(kind: Option<&str>, name: Option<&str>, acl: &AclSpec) -> bool {
    let applies = |name: &str| match acl.pattern_type.as_str() {
        "PREFIXED" => name.starts_with(&acl.resource_name),
        _ => acl.resource_name == name || acl.resource_name == "*",
    };
    match (kind, name) {
        (None | Some("MATCH"), None) => true,
        (Some("MATCH"), Some(name)) => applies(name),
        (None, Some(name)) => acl.resource_name == name,
        (Some(kind), name) => {
            acl.pattern_type == kind && name.is_none_or(|name| acl.resource_name == name)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Result<NameFilter, String> {
        NameFilter::parse(text, FilterKind::Topics, &Switches::default())
    }

    #[test]
    fn topic_types_narrow_a_group_filter() {
        let filter = NameFilter::parse(
            r#"{"groupFilters":[{"name":"*","topicTypes":["LOCAL_MIRROR"]},{"name":"app"}]}"#,
            FilterKind::Groups,
            &Switches::default(),
        )
        .unwrap();
        assert!(filter.selects_for("other", TopicType::LocalMirror));
        assert!(!filter.selects_for("other", TopicType::RemoteMirror));
        assert!(filter.selects_for("app", TopicType::RemoteMirror));
        assert!(names(r#"{"topicFilters":[{"name":"*","topicTypes":[]}]}"#).is_err());
    }

    #[test]
    fn an_exclude_wins_over_an_include() {
        let filter = names(
            r#"{"topicFilters":[{"name":"orders.","patternType":"PREFIXED","filterType":"INCLUDE"},
                {"name":"orders.tmp","patternType":"LITERAL","filterType":"EXCLUDE"}]}"#,
        )
        .unwrap();
        assert!(filter.selects("orders.placed"));
        assert!(!filter.selects("orders.tmp"));
        assert!(!filter.selects("payments"));
    }

    #[test]
    fn a_literal_star_is_everything_and_a_prefixed_star_is_a_prefix() {
        let star = |kind: &str| {
            names(&format!(r#"{{"topicFilters":[{{"name":"*","patternType":"{kind}","filterType":"INCLUDE"}}]}}"#)).unwrap()
        };
        assert!(star("LITERAL").selects("x"));
        assert!(!star("PREFIXED").selects("x"));
        assert!(star("PREFIXED").selects("*x"));
    }

    #[test]
    fn mistakes_are_refused() {
        for text in [
            "{",
            "[]",
            r#"{"groupFilters":[]}"#,
            r#"{"topicFilters":[{"nam":"x"}]}"#,
        ] {
            assert!(names(text).is_err(), "{text}");
        }
        let curly = "{“aclFilters”: []}";
        assert!(AclFilter::parse(curly).is_err());
    }

    #[test]
    fn acl_filters_ignore_case_and_missing_means_any() {
        let filter = AclFilter::parse(
            r#"{"aclFilters":[{"resourceFilter":{"resourceType":"Topic","patternType":"any"},
                "accessFilter":{"operation":"ANY","permissionType":"any"}}]}"#,
        )
        .unwrap();
        let acl = |kind: &str| AclSpec {
            resource_type: kind.into(),
            resource_name: "a".into(),
            pattern_type: "LITERAL".into(),
            principal: "User:x".into(),
            host: "*".into(),
            operation: "READ".into(),
            permission: "ALLOW".into(),
        };
        assert!(filter.selects(&acl("TOPIC")));
        assert!(!filter.selects(&acl("GROUP")));
    }
}
