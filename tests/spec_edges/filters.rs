//! What a link selects: filters of topics, groups and ACLs, and exceptions from what they select.

use super::*;

#[test]
fn of_two_patterns_the_one_that_adds_nothing_is_reported() {
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
fn a_star_matches_itself_except_in_the_pattern_for_everything() {
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
fn what_flows_both_ways_is_reported_once() {
    let all = "consumer_offset_sync: { groups: { include: ['*'] } }";
    let off = "consumer_offset_sync: { enabled: false, groups: { include: ['*'] } }";
    let prefixed =
        "prefix: w.\nconsumer_offset_sync: { prefix_groups: true, groups: { include: ['*'] } }";
    let signed = |mirrors: &str| format!("credentials: *credentials, mirrors: {{ {mirrors} }}");
    let groups = "consumer_offset_sync: { groups: { include: ['*'] } }";
    let with = |more: &str| format!("{groups}\n{more}");
    let auto = |topics: &str| {
        with(&format!(
            "auto_create_mirrors: {{ topics: {{ {topics} }} }}"
        ))
    };
    let half = |more: &str| format!("credentials: *credentials, {groups}, {more}");
    let both = |east: &str, west: &str| halves(&signed(east), &signed(west), "");
    exactly(&[
        ("groups", there_and_back(all, all), &["LW089 '*'"]),
        ("off one way", there_and_back(all, off), &["LW054 groups"]),
        ("prefixed one way", there_and_back(all, prefixed), &[]),
        (
            "a prefix one way, so that names differ",
            there_and_back(all, &with("prefix: w.")),
            &[],
        ),
        (
            "other topics by name",
            there_and_back(&with("mirrors: { a: {} }"), &with("mirrors: { b: {} }")),
            &[],
        ),
        (
            "a topic that ended one way",
            there_and_back(
                &with("mirrors: { a: {} }"),
                &with("mirrors: { a: { state: promoted } }"),
            ),
            &["LW097 consumer_offset_sync", "LW089 '*'"],
        ),
        (
            "topics of a pattern",
            there_and_back(&with("mirrors: { ab: {} }"), &with("mirrors: { a*: {} }")),
            &["LW089 '*'"],
        ),
        (
            "other topics by filter",
            there_and_back(&auto("include: [a*]"), &auto("include: [b*]")),
            &[],
        ),
        (
            "a topic that the other filter excludes",
            there_and_back(
                &with("mirrors: { ab: {} }"),
                &auto("include: [a*], exclude: [ab]"),
            ),
            &[],
        ),
        (
            "halves of one link, which copy commits on either end of a mirror",
            halves(
                &half("prefix: w., mirrors: { a: {} }"),
                &half("prefix: e., mirrors: { b: {} }"),
                "",
            ),
            &["LW089 '*'"],
        ),
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

#[test]
fn opposite_links_do_not_create_the_same_names_in_each_other() {
    let auto = |topics: &str| format!("auto_create_mirrors: {{ topics: {{ {topics} }} }}");
    let all = auto("include: ['*']");
    let a = auto("include: [a*]");
    let mirrors = |mirrors: &str| format!("mirrors: {{ {mirrors} }}");
    let half = |more: &str| format!("credentials: *credentials, {more}");
    exactly(&[
        ("two filters", there_and_back(&all, &a), &["LW091 a*"]),
        (
            "halves of one link",
            halves(&half(&a), &half(&all), ""),
            &["LW091 '*'"],
        ),
        (
            "filters that select other names",
            there_and_back(&a, &auto("include: [b*]")),
            &[],
        ),
        (
            "filters of which one excludes the other's names",
            there_and_back(&a, &auto("include: ['*'], exclude: [a*]")),
            &[],
        ),
        (
            "one that is off",
            there_and_back(&a, "auto_create_mirrors: { enabled: false }"),
            &[],
        ),
        (
            "a prefix on one",
            there_and_back(&a, &format!("prefix: w.\n{all}")),
            &[],
        ),
        (
            "a name and a filter",
            there_and_back(&mirrors("ab: {}, b: {}"), &a),
            &["LW091 ab"],
        ),
        (
            "a filter and a name",
            there_and_back(&a, &mirrors("b: {}, ab: { state: paused }")),
            &["LW091 ab"],
        ),
        (
            "a name that the filter excludes",
            there_and_back(&mirrors("ab: {}"), &auto("include: [a*], exclude: [ab]")),
            &[],
        ),
        (
            "a name that ended",
            there_and_back(&mirrors("ab: { state: promoted }"), &a),
            &[],
        ),
        (
            "a name that ended on the way of the filter",
            there_and_back(
                &mirrors("ab: {}"),
                &format!("{a}\n{}", mirrors("ab: { state: failed-over }")),
            ),
            &[],
        ),
    ]);
    assert_eq!(
        words(&there_and_back(&all, &a)),
        "`there` and `back` would create the same mirror topics in each other; give them prefixes, \
         or exclude from one what the other selects"
    );
}

#[test]
fn a_mirror_has_no_topic_config_of_its_own_that_its_link_copies() {
    let own = |sync: &str, name: &str| {
        link(&format!(
            "{sync}\nmirrors: {{ orders: {{ configs: {{ {name}: 1 }} }} }}"
        ))
    };
    let always = "cleanup.policy, max.message.bytes, message.timestamp.type, message.timestamp.difference.max.ms";
    let list = |more: &str| format!("topic_config_sync: {{ include: [{always}{more}] }}");
    exactly(&[
        (
            "always",
            own("", "max.message.bytes"),
            &["LW094 max.message.bytes"],
        ),
        (
            "by default",
            own("", "retention.ms"),
            &["LW094 retention.ms"],
        ),
        (
            "by default with another interval",
            own(
                "topic_config_sync: { interval: 10s }",
                "delete.retention.ms",
            ),
            &["LW094 delete.retention.ms"],
        ),
        ("not by default", own("", "min.insync.replicas"), &[]),
        ("a list without it", own(&list(""), "retention.ms"), &[]),
        (
            "a list with it",
            own(&list(", min.insync.replicas"), "min.insync.replicas"),
            &["LW094 min.insync.replicas"],
        ),
        (
            "a list that is no list",
            own(
                "topic_config_sync: { include: retention.ms }",
                "retention.ms",
            ),
            &["LW006 retention.ms"],
        ),
    ]);
}
