//! Whether two values of a config mean the same: servers give filters back as the text that was
//! sent, whatever its spaces and order, so comparing texts shows differences that are none.

use std::collections::BTreeSet;

use super::filters::{AclFilters, NameFilters, Subject};
use super::{Entry, Kind};

/// Whether two values of this config mean the same.
#[must_use]
pub fn same(entry: &Entry, a: &str, b: &str) -> bool {
    same_value(entry.kind, a, b)
}

/// Whether the value of a switch turns it on.
#[must_use]
pub fn is_true(value: &str) -> bool {
    same_value(Kind::Bool, value, "true")
}

/// Whether two values of this kind mean the same. Values that are not of the kind compare as text.
#[must_use]
pub fn same_value(kind: Kind, a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    match kind {
        Kind::Text => false,
        Kind::Bool | Kind::Choice(_) => a.trim().eq_ignore_ascii_case(b.trim()),
        Kind::Int { .. } => match (a.trim().parse::<i64>(), b.trim().parse::<i64>()) {
            (Ok(a), Ok(b)) => a == b,
            _ => false,
        },
        Kind::List => items(a) == items(b),
        Kind::Addresses => addresses(a) == addresses(b),
        Kind::TopicFilters => equal_ok(
            NameFilters::parse_json(Subject::Topics, a),
            NameFilters::parse_json(Subject::Topics, b),
        ),
        Kind::GroupFilters => equal_ok(
            NameFilters::parse_json(Subject::Groups, a),
            NameFilters::parse_json(Subject::Groups, b),
        ),
        Kind::AclFilters => equal_ok(AclFilters::parse_json(a), AclFilters::parse_json(b)),
        Kind::Time => {
            a.trim().eq_ignore_ascii_case(b.trim())
                || equal_ok(
                    a.trim().parse::<jiff::Timestamp>(),
                    b.trim().parse::<jiff::Timestamp>(),
                )
        }
    }
}

fn items(list: &str) -> BTreeSet<&str> {
    list.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .collect()
}

fn addresses(list: &str) -> BTreeSet<String> {
    items(list)
        .into_iter()
        .map(|item| without_protocol(item).to_ascii_lowercase())
        .collect()
}

fn without_protocol(address: &str) -> &str {
    address.split_once("://").map_or(address, |(_, rest)| rest)
}

/// A list of addresses as specs have it: without a protocol in front of each.
#[must_use]
pub fn bare_addresses(list: &str) -> String {
    let bare: Vec<&str> = list
        .split(',')
        .map(|item| without_protocol(item.trim()))
        .filter(|item| !item.is_empty())
        .collect();
    bare.join(",")
}

fn equal_ok<T: PartialEq, E>(a: Result<T, E>, b: Result<T, E>) -> bool {
    matches!((a, b), (Ok(a), Ok(b)) if a == b)
}

#[cfg(test)]
mod tests {
    use super::super::lookup;
    use super::*;

    fn same_of(name: &str, a: &str, b: &str) -> bool {
        same(lookup(name).unwrap(), a, b)
    }

    #[test]
    fn values_compare_by_meaning() {
        assert!(same_of("acl.sync.enable", "true", "TRUE"));
        assert!(!same_of("acl.sync.enable", "true", "false"));
        assert!(same_of("acl.sync.ms", "5000", " 5000"));
        assert!(same_of("link.mode", "destination", "DESTINATION"));
        assert!(same_of("topic.config.sync.include", "a, b", "b,a"));
        assert!(same_of(
            "mirror.start.offset.spec",
            "2026-01-01T00:00:00Z",
            "2026-01-01T01:00:00+01:00"
        ));
        assert!(!same_of("sasl.mechanism", "PLAIN", "plain"));
    }

    #[test]
    fn addresses_compare_without_protocol_order_and_case() {
        let key = "bootstrap.servers";
        assert!(same_of(
            key,
            "SASL_SSL://pkc-1.example:9092",
            "PKC-1.example:9092"
        ));
        assert!(same_of(key, "a:9092, b:9092", "SSL://b:9092,SSL://a:9092"));
        assert!(!same_of(key, "a:9092", "a:9093"));
        assert!(!same_of(key, "a:9092", ""));
        assert_eq!(
            bare_addresses("SASL_SSL://a:9092, SASL_SSL://B:9092,"),
            "a:9092,B:9092"
        );
    }

    #[test]
    fn filters_compare_as_sets_and_an_empty_text_is_no_filter() {
        let key = "consumer.offset.group.filters";
        let a = r#"{"groupFilters":[{"name":"*","patternType":"LITERAL","filterType":"INCLUDE"}]}"#;
        let b = r#"{ "groupFilters": [ {"filterType":"include","patternType":"literal","name":"*"} ] }"#;
        assert!(same_of(key, a, b));
        assert!(same_of(key, "", r#"{"groupFilters":[]}"#));
        assert!(!same_of(key, a, ""));
        assert!(!same_of(key, "not json", "{}"));
    }
}
