//! What a link selects: filters of topics, groups and ACLs, and exceptions from what they select.

use super::*;

#[test]
fn of_two_patterns_the_one_that_adds_nothing_is_told() {
    let auto = |topics: &str| {
        link(&format!(
            "auto_create_mirrors: {{ topics: {{ {topics} }} }}"
        ))
    };
    let acls = |filters: &str| link(&format!("acl_sync: {{ filters: [{filters}] }}"));
    let user = r#"{ principal: "User:a" }"#;
    exactly(&[
        ("two names", auto("include: [a, b]"), &[]),
        (
            "the wide one first",
            auto("include: [a*, ab]"),
            &["LW057 ab"],
        ),
        (
            "the narrow one first",
            auto("include: [ab, a*]"),
            &["LW057 ab"],
        ),
        ("the same twice", auto("include: [a, 'a']"), &["LW057 'a'"]),
        (
            "among the excludes",
            auto("include: ['*'], exclude: [ab, a*]"),
            &["LW057 ab"],
        ),
        (
            "two ACL filters",
            acls(r#"{ principal: "User:b" }, { principal: "User:a" }"#),
            &[],
        ),
        (
            "all ACLs first",
            acls(&format!("{{}}, {user}")),
            &["LW066 { principal: \"User:a\" }"],
        ),
        (
            "all ACLs last",
            acls(&format!("{user}, {{}}")),
            &["LW066 { principal: \"User:a\" }"],
        ),
        (
            "the same ACLs twice",
            acls(&format!(r#"{user}, {{ principal: 'User:a' }}"#)),
            &["LW066 { principal: 'User:a' }"],
        ),
    ]);
}

#[test]
fn a_star_stands_for_itself_but_in_the_pattern_for_everything() {
    let long = |name: &str, pattern_type: &str| {
        let pattern = format!("{{ name: '{name}', pattern_type: {pattern_type} }}");
        link(&format!(
            "auto_create_mirrors: {{ topics: {{ include: [{pattern}] }} }}"
        ))
    };
    exactly(&[
        ("everything", long("*", "literal"), &[]),
        ("a name", long("a*", "literal"), &["LW059 'a*'"]),
        ("a beginning", long("a*", "prefixed"), &["LW059 'a*'"]),
        ("a star alone", long("*", "prefixed"), &["LW059 '*'"]),
    ]);
    assert_eq!(
        words(&long("a*", "literal")),
        "the `*` in `a*` is matched literally; write `a` with `pattern_type: prefixed`, or \"a*\" \
             alone"
    );
    assert_eq!(
        words(&long("*", "prefixed")),
        "the `*` in `*` is matched literally; write \"*\" alone to select everything"
    );
}

#[test]
fn what_is_on_selects_something() {
    let groups = |groups: &str| link(&format!("consumer_offset_sync: {{ {groups} }}"));
    let auto = |topics: &str| link(&format!("auto_create_mirrors: {{ {topics} }}"));
    let acls = |filters: &str| link(&format!("acl_sync: {{ {filters} }}"));
    exactly(&[
        ("no groups", groups(""), &["LW053 consumer_offset_sync"]),
        (
            "an empty filter",
            groups("groups: {}"),
            &["LW053 consumer_offset_sync"],
        ),
        (
            "only excludes",
            groups("groups: { exclude: [a] }"),
            &["LW055 a"],
        ),
        (
            "a filter that is misspelt",
            groups("group: {}"),
            &["LW005 group"],
        ),
        (
            "a pattern that is misspelt",
            groups("groups: { includes: [a] }"),
            &["LW005 includes"],
        ),
        ("no topics", auto(""), &["LW053 auto_create_mirrors"]),
        (
            "an empty filter",
            auto("topics: {}"),
            &["LW053 auto_create_mirrors"],
        ),
        (
            "topics that are misspelt",
            auto("topic: {}"),
            &["LW005 topic"],
        ),
        ("no ACLs", acls(""), &["LW053 acl_sync"]),
        (
            "ACLs that are misspelt",
            acls("filter: []"),
            &["LW005 filter"],
        ),
        ("what is off", auto("enabled: false"), &[]),
    ]);
}

#[test]
fn what_flows_both_ways_is_told_once() {
    let all = "consumer_offset_sync: { groups: { include: ['*'] } }";
    let off = "consumer_offset_sync: { enabled: false, groups: { include: ['*'] } }";
    let prefixed =
        "prefix: w.\nconsumer_offset_sync: { prefix_groups: true, groups: { include: ['*'] } }";
    let signed = |mirrors: &str| format!("credentials: *credentials, mirrors: {{ {mirrors} }}");
    let both = |east: &str, west: &str| halves(&signed(east), &signed(west), "");
    exactly(&[
        ("groups", there_and_back(all, all), &["LW089 '*'"]),
        ("off one way", there_and_back(all, off), &["LW054 groups"]),
        ("prefixed one way", there_and_back(all, prefixed), &[]),
        ("a topic", both("a: {}", "a: {}"), &["LW091 a"]),
        ("whatever is there", both("'*': {}", "'*': {}"), &[]),
        (
            "ended one way",
            both("a: {}", "a: { state: promoted }"),
            &[],
        ),
        (
            "ended the other way",
            both("a: { state: failed-over }", "a: {}"),
            &[],
        ),
    ]);
}

#[test]
fn acls_are_synced_within_one_kind_of_cluster() {
    let synced = |source: &str, destination: &str| {
        let plain =
            r#"credentials: { sasl_plain: { username: "${env:K}", password: "${env:S}" } }"#;
        link_from(
            source,
            destination,
            &format!("{plain}\nacl_sync: {{ filters: [{{}}] }}"),
        )
    };
    let told: &[&str] = &["LW065 acl_sync"];
    exactly(&[
        ("Cloud to Cloud", synced("east", "west"), &[]),
        ("Cloud to Platform", synced("east", "onprem"), told),
        ("Platform to Cloud", synced("onprem", "west"), told),
        ("Kafka to Platform", synced("oldkafka", "onprem"), &[]),
    ]);
}

#[test]
fn an_exception_matches_something_that_is_managed() {
    let except = |address: &str, field: &str| {
        link(
            "mirrors: { payments: {}, pay-*: {} }\nprefix: p.\n\
             auto_create_mirrors: { topics: { include: [orders.*], exclude: [orders.tmp.*] } }",
        ) + &format!(
            "retired:\n  - {{ link: old, cluster: west, reason: moved }}\nexceptions:\n  \
               - {{ address: {address}, field: {field}, reason: known, until: 2026-12-01 }}\n"
        )
    };
    for address in [
        "west",
        "west/dr",
        "west/dr/p.payments",
        "west/dr/p.pay-1",
        "west/dr/p.orders.1",
        "west/old",
        "west/old/any",
    ] {
        exactly(&[(address, except(address, "state"), &[])]);
    }
    for address in [
        "south",
        "east/dr",
        "west/none",
        "east/old",
        "west/dr/payments",
        "west/dr/p.payment",
        "west/dr/p.orders.tmp.1",
    ] {
        let told = format!("LW104 {address}");
        exactly(&[(address, except(address, "state"), &[&told])]);
    }
    for field in [
        "state",
        "prefix",
        "source",
        "acl.sync.ms",
        "confluent.new.config",
    ] {
        exactly(&[(field, except("west/dr", field), &[])]);
    }
    exactly(&[("stat", except("west/dr", "stat"), &["LW104 stat"])]);
}
