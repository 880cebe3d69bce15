//! What each call sends.

use super::*;

fn line(request: &Request) -> String {
    format!("{} {}", request.method, request.target())
}

fn body(request: &Request) -> Value {
    serde_json::from_slice(&request.body.clone().unwrap().bytes()).unwrap()
}

fn link() -> LinkName {
    "orders-dr".into()
}

#[test]
fn reads_have_the_paths_of_the_api() {
    let topic = TopicName::from("payments");
    for (request, expected) in [
        (list_clusters(), "GET clusters"),
        (list_links(), "GET links"),
        (get_link(&link()), "GET links/orders-dr?include_tasks=true"),
        (list_configs(&link()), "GET links/orders-dr/configs"),
        (
            get_config(&link(), "acl.filters"),
            "GET links/orders-dr/configs/acl.filters",
        ),
        (list_mirrors(), "GET links/-/mirrors"),
        (
            list_mirrors_of(&link(), None),
            "GET links/orders-dr/mirrors",
        ),
        (
            list_mirrors_of(&link(), Some("PENDING_STOPPED")),
            "GET links/orders-dr/mirrors?mirror_status=PENDING_STOPPED",
        ),
        (
            get_mirror(&link(), &topic),
            "GET links/orders-dr/mirrors/payments?include_state_transition_errors=true",
        ),
        (list_topics(), "GET topics"),
        (list_acls(None), "GET acls"),
        (
            list_acls(Some("UserV2:*")),
            "GET acls?principal=UserV2%3A%2A",
        ),
        (list_groups(), "GET consumer-groups"),
        (get_group(&"a/b".into()), "GET consumer-groups/a%2Fb"),
    ] {
        assert_eq!(line(&request), expected);
        assert_eq!(request.class, Class::Safe);
        assert!(request.body.is_none());
    }
}

#[test]
fn creating_a_link_sends_the_ids_of_its_mode_and_all_its_configs() {
    let new = NewLink {
        name: "west to east/1".into(),
        source: Some("lkc-1".into()),
        destination: None,
        remote: None,
        link_id: None,
        configs: vec![
            NewConfig {
                name: "bootstrap.servers".to_owned(),
                value: "a:9092".into(),
            },
            NewConfig {
                name: "sasl.jaas.config".to_owned(),
                value: SecretString::from("password=\"hush\";").into(),
            },
        ],
    };
    let request = create_link(&new, RemoteCheck::Connect, Mode::Perform);
    assert_eq!(line(&request), "POST links?link_name=west%20to%20east%2F1");
    assert_eq!(request.class, Class::Once);
    assert_eq!(
        body(&request),
        json!({"source_cluster_id": "lkc-1", "configs": [
            {"name": "bootstrap.servers", "value": "a:9092"},
            {"name": "sasl.jaas.config", "value": "password=\"hush\";"},
        ]})
    );
    assert!(!format!("{request:?} {new:?}").contains("hush"));

    let request = create_link(&new, RemoteCheck::Skip, Mode::Rehearse);
    assert_eq!(
        request.target(),
        "links?validate_only=true&link_name=west%20to%20east%2F1&validate_link=false"
    );
    assert_eq!(request.class, Class::Safe);
}

#[test]
fn altering_configs_says_set_or_delete_of_each() {
    let changes = [
        ConfigChange::Set {
            name: "acl.sync.ms".to_owned(),
            value: "6000".into(),
        },
        ConfigChange::Delete {
            name: "topic.config.sync.ms".to_owned(),
        },
    ];
    let request = alter_configs(&link(), &changes, Mode::Perform);
    assert_eq!(line(&request), "PUT links/orders-dr/configs:alter");
    assert_eq!(request.class, Class::Idempotent);
    assert_eq!(
        body(&request),
        json!({"data": [
            {"name": "acl.sync.ms", "value": "6000", "operation": "SET"},
            {"name": "topic.config.sync.ms", "value": null, "operation": "DELETE"},
        ]})
    );
    let request = alter_configs(&link(), &changes, Mode::Rehearse);
    assert_eq!(
        line(&request),
        "PUT links/orders-dr/configs:alter?validate_only=true"
    );
}

#[test]
fn one_by_one_a_filter_comes_before_the_switch_that_needs_it_and_after_the_one_that_clears_it() {
    let set = |name: &str, value: &str| ConfigChange::Set {
        name: name.to_owned(),
        value: value.into(),
    };
    let changes = [
        set("auto.create.mirror.topics.enable", "true"),
        set("auto.create.mirror.topics.filters", "{}"),
        ConfigChange::Delete {
            name: "acl.sync.ms".to_owned(),
        },
        set("consumer.offset.sync.enable", "false"),
    ];
    let requests = alter_configs_one_by_one(&link(), &changes);
    let lines: Vec<String> = requests.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "PUT links/orders-dr/configs/consumer.offset.sync.enable",
            "PUT links/orders-dr/configs/auto.create.mirror.topics.filters",
            "DELETE links/orders-dr/configs/acl.sync.ms",
            "PUT links/orders-dr/configs/auto.create.mirror.topics.enable",
        ]
    );
    assert_eq!(body(&requests[0]), json!({"value": "false"}));
    assert!(
        requests
            .iter()
            .all(|request| request.class == Class::Idempotent)
    );
}

#[test]
fn deleting_a_link_never_forces() {
    let request = delete_link(&link(), Mode::Perform);
    assert_eq!(line(&request), "DELETE links/orders-dr");
    assert_eq!(request.class, Class::Idempotent);
    let request = delete_link(&link(), Mode::Rehearse);
    assert_eq!(line(&request), "DELETE links/orders-dr?validate_only=true");
    assert_eq!(request.class, Class::Safe);
}

#[test]
fn creating_a_mirror_leaves_out_what_is_not_given() {
    let mut mirror = NewMirror {
        source_topic: "payments".into(),
        mirror_topic: None,
        configs: Vec::new(),
    };
    let request = create_mirror(&link(), &mirror);
    assert_eq!(line(&request), "POST links/orders-dr/mirrors");
    assert_eq!(body(&request), json!({"source_topic_name": "payments"}));
    mirror.mirror_topic = Some("west.payments".into());
    mirror.configs.push(NewConfig {
        name: "retention.ms".to_owned(),
        value: "1".into(),
    });
    assert_eq!(
        body(&create_mirror(&link(), &mirror)),
        json!({"source_topic_name": "payments", "mirror_topic_name": "west.payments",
               "configs": [{"name": "retention.ms", "value": "1"}]})
    );
}

#[test]
fn every_verb_names_its_topics() {
    let topics = ["a".into(), "b b".into()];
    let lines: Vec<String> = Verb::ALL
        .iter()
        .map(|verb| {
            let request = alter_mirrors(&link(), *verb, &topics, Mode::Perform);
            assert_eq!(request.class, Class::Once);
            assert_eq!(body(&request), json!({"mirror_topic_names": ["a", "b b"]}));
            line(&request)
        })
        .collect();
    assert_eq!(
        lines,
        [
            "POST links/orders-dr/mirrors:promote",
            "POST links/orders-dr/mirrors:failover",
            "POST links/orders-dr/mirrors:pause",
            "POST links/orders-dr/mirrors:resume",
            "POST links/orders-dr/mirrors:reverse-and-start-mirror",
            "POST links/orders-dr/mirrors:reverse-and-pause-mirror",
            "POST links/orders-dr/mirrors:truncate-and-restore\
             ?include_partition_level_truncation_data=true",
        ]
    );
    let rehearsal = alter_mirrors(&link(), Verb::Promote, &topics, Mode::Rehearse);
    assert_eq!(
        line(&rehearsal),
        "POST links/orders-dr/mirrors:promote?validate_only=true"
    );
    assert_eq!(rehearsal.class, Class::Safe);
}

#[test]
fn names_are_escaped_in_paths() {
    for (name, escaped) in [
        ("with space", "with%20space"),
        ("a/b", "a%2Fb"),
        ("100%", "100%25"),
        ("a?b#c", "a%3Fb%23c"),
        ("a:b+c", "a%3Ab%2Bc"),
        ("żółć", "%C5%BC%C3%B3%C5%82%C4%87"),
        ("dots.and_under-scores~", "dots.and_under-scores~"),
    ] {
        let request = list_configs(&name.into());
        assert_eq!(request.target(), format!("links/{escaped}/configs"));
        assert_eq!(request.label(), format!("GET …/links/{name}/configs"));
        assert_eq!(request.unaddressable(), None);
    }
}

#[test]
fn names_that_would_change_the_path_are_found() {
    for name in ["", ".", "..", "-"] {
        let request = delete_link(&name.into(), Mode::Perform);
        assert_eq!(request.unaddressable(), Some(name));
    }
    assert_eq!(list_mirrors().unaddressable(), None);
}
