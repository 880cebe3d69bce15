//! Whether two values of a config mean the same: servers give filters back as the text that was
//! sent, whatever its spaces and order, so comparing texts shows differences that are none.

use std::collections::BTreeSet;

use super::filters::{AclFilters, NameFilters, Subject};
use super::{Entry, Kind, names};

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
        Kind::LoginHandler => login_handler(a) == login_handler(b),
        Kind::Time => {
            a.trim().eq_ignore_ascii_case(b.trim())
                || equal_ok(
                    a.trim().parse::<jiff::Timestamp>(),
                    b.trim().parse::<jiff::Timestamp>(),
                )
        }
    }
}

/// Kafka 3 moved the class out of the package `secured`, and kept the old name until Kafka 4.
fn login_handler(class: &str) -> String {
    class
        .trim()
        .replace(".oauthbearer.secured.", ".oauthbearer.")
}

/// Whether a value is what the server uses when none is set.
#[must_use]
pub fn is_default(entry: &Entry, value: &str) -> bool {
    let is = |default: &str| same(entry, value, default);
    entry.default.is_some_and(is)
        // Kafka 4 has one config less.
        || (entry.name == names::TOPIC_CONFIG_SYNC_INCLUDE && is(SYNC_INCLUDE_KAFKA_4))
}

/// Whether an empty value is as good as none. It is a value of its own where it turns the host name check
/// of TLS off.
#[must_use]
pub fn is_unset_when_empty(entry: &Entry) -> bool {
    !(entry.name).ends_with("ssl.endpoint.identification.algorithm")
}

/// The topic configs that are copied as long as a link has no list of its own, on Kafka 4.
const SYNC_INCLUDE_KAFKA_4: &str = "min.compaction.lag.ms,max.compaction.lag.ms,max.message.bytes,\
     retention.bytes,retention.ms,delete.retention.ms,cleanup.policy,message.timestamp.type";

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
    fn both_names_of_the_login_handler_are_one() {
        let key = "sasl.login.callback.handler.class";
        let short = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler";
        let long = short.replace(".oauthbearer.", ".oauthbearer.secured.");
        assert!(same_of(key, short, &long));
        assert!(same_of(&format!("local.{key}"), &long, short));
        assert!(!same_of(
            key,
            short,
            "io.confluent.TokenUserLoginCallbackHandler"
        ));
    }

    #[test]
    fn the_default_list_of_synced_configs_is_a_set_and_follows_the_version() {
        let entry = lookup("topic.config.sync.include").unwrap();
        let nine = entry.default.unwrap();
        let mut shuffled: Vec<&str> = nine.split(',').collect();
        shuffled.reverse();
        assert!(is_default(entry, &shuffled.join(", ")));
        shuffled.retain(|name| *name != "message.timestamp.difference.max.ms");
        assert_eq!(shuffled.len(), 8);
        assert!(is_default(entry, &shuffled.join(",")));
        shuffled.pop();
        assert!(!is_default(entry, &shuffled.join(",")));
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
