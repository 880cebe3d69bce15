//! Filters as a spec has them: [`names`] and [`acl`].

use super::Value;
use crate::catalog::filters::{
    AclFilter, FilterType, Members, NameFilter, NameFilters, NamePattern, PatternType,
};
use crate::spec::parse_pattern;

/// `include`, and `exclude` where there is something to exclude.
#[must_use]
pub fn names(filters: &NameFilters) -> Value {
    let of = |kind: FilterType| -> Vec<Value> {
        let filters = filters.0.iter();
        let filters = filters.filter(|filter| filter.filter_type == kind);
        filters.map(entry).collect()
    };
    let mut members = vec![("include", Value::List(of(FilterType::Include)))];
    let exclude = of(FilterType::Exclude);
    if !exclude.is_empty() {
        members.push(("exclude", Value::List(exclude)));
    }
    map(members)
}

/// `name`, `name*` or `*`; in full where that would be read as something else.
fn pattern(pattern: &NamePattern) -> Value {
    let short = pattern.to_string();
    if parse_pattern(&short).as_ref() == Ok(pattern) {
        return Value::Text(short);
    }
    map(in_full(pattern))
}

/// An ACL filter. What it leaves open is left out.
#[must_use]
pub fn acl(filter: &AclFilter) -> Value {
    let word = |word: &'static str| (word != "any").then(|| Value::text(word));
    let text = |text: &Option<String>| text.as_ref().map(Value::text);
    let members = [
        ("resource_type", word(filter.resource_type.in_specs())),
        ("pattern_type", word(filter.pattern_type.in_specs())),
        ("name", text(&filter.name)),
        ("principal", text(&filter.principal)),
        ("operation", word(filter.operation.in_specs())),
        ("permission", word(filter.permission.in_specs())),
    ];
    let given = |(key, value): (_, Option<Value>)| Some((key, value?));
    let mut members: Vec<_> = members.into_iter().filter_map(given).collect();
    members.extend(others(&filter.members));
    map(members)
}

fn map(members: Vec<(&str, Value)>) -> Value {
    let members = members.into_iter();
    Value::Map(
        members
            .map(|(key, value)| (key.to_owned(), value))
            .collect(),
    )
}

fn entry(filter: &NameFilter) -> Value {
    if filter.topic_types.is_empty() && filter.members.is_empty() {
        return pattern(&filter.pattern);
    }
    let mut members = in_full(&filter.pattern);
    if !filter.topic_types.is_empty() {
        let words = filter.topic_types.0.iter();
        let words = words.map(|word| Value::text(word.to_ascii_lowercase().replace('_', "-")));
        members.push(("topic_types", Value::List(words.collect())));
    }
    members.extend(others(&filter.members));
    map(members)
}

fn in_full(pattern: &NamePattern) -> Vec<(&'static str, Value)> {
    let kind = match pattern.pattern_type {
        PatternType::Literal => "literal",
        PatternType::Prefixed => "prefixed",
    };
    vec![
        ("name", Value::text(&pattern.name)),
        ("pattern_type", Value::text(kind)),
    ]
}

/// Members that have no field.
fn others(members: &Members) -> Option<(&'static str, Value)> {
    let all = members.iter();
    let all = all.map(|(name, json)| (name.as_str(), Value::text(json)));
    (!members.is_empty()).then(|| ("members", map(all.collect())))
}
