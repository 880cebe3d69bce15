//! Replies of Confluent Cloud and Platform, read through the typed calls.

use crate::support::generated::generated;
use linkwright::address::TopicName;
use linkwright::api::{
    ApiError, ConfigChange, Deleted, Mode, NewLink, NewMirror, RemoteCheck, Verb,
};
use proptest::prelude::*;

use super::server::{Answer, Server, reply, reply_text};
use crate::support::bench::stepped;

fn topic(name: &str) -> TopicName {
    name.into()
}

#[tokio::test(start_paused = true)]
async fn links_of_confluent_cloud() {
    let links = Server::script([reply("cloud/links.json")])
        .client()
        .list_links()
        .await
        .unwrap();
    let [dr, both, outward] = links.as_slice() else {
        panic!("{links:?}")
    };
    assert_eq!(dr.link_name, "orders-dr");
    assert_eq!(dr.source_cluster_id.as_deref(), Some("lkc-east"));
    assert_eq!(
        dr.cluster_link_id.as_deref(),
        Some("eEBkTffYSESld6EO898x3w")
    );
    assert_eq!(dr.topic_count, 3);
    assert_eq!(dr.link_state.as_deref(), Some("ACTIVE"));
    assert_eq!(dr.link_error_message, None);
    assert_eq!(dr.tasks, None);
    assert_eq!(both.remote_cluster_id.as_deref(), Some("lkc-north"));
    assert_eq!(both.link_error.as_deref(), Some("AUTHENTICATION_ERROR"));
    assert_eq!(outward.destination_cluster_id.as_deref(), Some("lkc-south"));
    assert_eq!(outward.link_state.as_deref(), Some("SOME_LATER_STATE"));
}

#[tokio::test(start_paused = true)]
async fn links_of_an_old_platform_with_a_remnant() {
    let links = Server::script([reply("platform/links.json")])
        .client_called("xyRl4oQPSSqF8Fz3vDLNBw")
        .list_links()
        .await
        .unwrap();
    assert_eq!(links[0].link_name, "from-east");
    assert_eq!(links[0].link_state, None);
    assert_eq!(links[0].source_cluster_id, None);
    assert_eq!(links[1].link_name, "");
    assert_eq!(links[1].link_state.as_deref(), Some("UNMANAGED_SOURCE"));
    assert_eq!(links[1].topic_count, 0, "null counts as none");
}

#[tokio::test(start_paused = true)]
async fn configs_in_both_dialects() {
    let link = "orders-dr".into();
    let configs = Server::script([reply("cloud/link-configs.json")])
        .client()
        .list_configs(&link)
        .await
        .unwrap()
        .unwrap();
    let find = |name: &str| configs.iter().find(|config| config.name == name).unwrap();
    let jaas = find("sasl.jaas.config");
    assert!(jaas.is_sensitive() && !jaas.is_default() && jaas.value.is_none());
    assert!(find("local.sasl.jaas.config").is_default());
    assert_eq!(find("cluster.link.prefix").value, None);
    assert!(!find("cluster.link.prefix").is_read_only());
    assert!(find("num.cluster.link.fetchers").is_read_only());
    assert_eq!(find("link.mode").source.as_deref(), Some("DEFAULT_CONFIG"));

    let platform = Server::script([reply("platform/link-configs.json")]);
    let configs = platform
        .client_called("xyRl4oQPSSqF8Fz3vDLNBw")
        .list_configs(&link)
        .await
        .unwrap()
        .unwrap();
    let find = |name: &str| configs.iter().find(|config| config.name == name).unwrap();
    assert!(!find("bootstrap.servers").is_default());
    assert!(find("sasl.jaas.config").is_sensitive());
    assert!(find("link.mode").is_read_only());
    assert!(find("acl.sync.ms").is_default(), "both names at once");
    assert!(
        find("metadata.max.age.ms").is_default(),
        "from its source alone"
    );
    assert!(!find("metadata.max.age.ms").is_sensitive());
}

#[tokio::test(start_paused = true)]
async fn mirrors_of_confluent_cloud() {
    let mirrors = Server::script([reply("cloud/mirrors.json")])
        .client()
        .list_mirrors::<Vec<_>>()
        .await
        .unwrap();
    assert_eq!(mirrors.len(), 4);
    assert_eq!(mirrors[0].num_partitions, 2);
    assert_eq!(mirrors[0].mirror_lags[1].lag, 12);
    assert_eq!(mirrors[0].mirror_lags[1].last_source_fetch_offset, 998);
    assert_eq!(
        mirrors[1].mirror_state_transition_errors[0].error_code,
        "CONSUMER_GROUP_IN_USE_ERROR"
    );
    assert_eq!(mirrors[2].mirror_lags[0].lag, i64::MAX);
    assert_eq!(mirrors[2].mirror_lags[0].last_source_fetch_offset, -1);
    assert_eq!(
        mirrors[2].mirror_topic_error.as_deref(),
        Some("SOURCE_TOPIC_ID_CHANGED")
    );
    assert_eq!(mirrors[3].mirror_status, "SOME_LATER_STATUS");
    assert_eq!(mirrors[3].source_topic_name.as_str(), "events");
}

#[tokio::test(start_paused = true)]
async fn a_batch_answers_topic_by_topic() {
    let answers = Server::script([reply("platform/alter-mirrors.json")])
        .client_called("xyRl4oQPSSqF8Fz3vDLNBw")
        .alter_mirrors(
            &"from-east".into(),
            Verb::Promote,
            &["orders", "payments", "refunds", "zero"].map(topic),
            Mode::Perform,
        )
        .await
        .unwrap();
    let accepted: Vec<_> = answers.iter().map(|answer| answer.accepted()).collect();
    assert_eq!(accepted[0], Ok(()));
    let stopped = accepted[1].clone().unwrap_err();
    assert!(stopped.is_already_stopped());
    assert_eq!(stopped.code, 400);
    let refused = accepted[2].clone().unwrap_err();
    assert_eq!(
        refused.to_string(),
        "Not authorized (the call needs DESCRIBE on the cluster and ALTER on the topic) (code 401)"
    );
    assert!(!refused.is_already_stopped());
    assert_eq!(accepted[3], Ok(()));
}

#[tokio::test(start_paused = true)]
async fn what_was_cut_off_is_reported_by_partition() {
    let server = Server::script([reply("cloud/alter-mirrors-truncate.json")]);
    let answers = server
        .client_called("xyRl4oQPSSqF8Fz3vDLNBw")
        .alter_mirrors(
            &"from-east".into(),
            Verb::TruncateAndRestore,
            &[topic("restored"), topic("uncut")],
            Mode::Perform,
        )
        .await
        .unwrap();
    assert_eq!(answers[0].messages_truncated, Some(12));
    let cut = answers[0].partition_level_truncation_data[0];
    assert_eq!((cut.partition_id, cut.offset_truncated_to), (0, 988));
    assert_eq!(answers[1].messages_truncated, Some(-1));
    assert!(answers[1].partition_level_truncation_data.is_empty());
}

#[tokio::test(start_paused = true)]
async fn topics_acls_groups_clusters() {
    let client = |name| Server::script([reply(name)]).client();
    let topics = client("cloud/topics.json").list_topics().await.unwrap();
    assert_eq!(topics[0].topic_name, "_confluent-telemetry");
    assert!(topics[0].is_internal);
    assert_eq!(topics[1].partitions_count, 2);
    let acls = client("cloud/acls.json").list_acls().await.unwrap();
    assert_eq!(acls[0].principal, "User:sa-12345");
    assert_eq!(acls[1].pattern_type, "PREFIXED");
    let groups = client("cloud/groups.json").list_groups().await.unwrap();
    assert_eq!(groups[1].state, "EMPTY");
    let clusters = client("platform/clusters.json")
        .list_clusters()
        .await
        .unwrap();
    assert_eq!(clusters[0].cluster_id, "xyRl4oQPSSqF8Fz3vDLNBw");
}

#[tokio::test(start_paused = true)]
async fn acls_are_asked_for_by_service_account_on_confluent_cloud_only() {
    use linkwright::api::{Auth, Flavour, Limits};
    for (flavour, line) in [
        (
            Flavour::Cloud,
            "GET /kafka/v3/clusters/lkc-c/acls?principal=UserV2%3A%2A",
        ),
        (Flavour::Platform, "GET /kafka/v3/clusters/lkc-c/acls"),
    ] {
        let server = Server::script([Answer::empty_list()]);
        let client = server.client_of("c", flavour, Auth::None, Limits::default());
        client.list_acls().await.unwrap();
        assert_eq!(server.lines(), [line]);
    }
}

/// A cache or a gateway that mixes up clusters: rows or the list's address name another one.
#[tokio::test(start_paused = true)]
async fn an_answer_of_another_cluster_is_not_taken() {
    let body = |list: &str, row: &str| {
        format!(
            r#"{{"metadata":{{"self":"https://h/kafka/v3/clusters/{list}/topics"}},
                "data":[{{"cluster_id":"lkc-west","topic_name":"a"}},{{"cluster_id":"{row}","topic_name":"b"}}]}}"#
        )
    };
    for (list, row) in [("lkc-east", "lkc-west"), ("lkc-west", "lkc-east")] {
        let client = Server::script([Answer::json(200, body(list, row))]).client();
        let error = client.list_topics().await.unwrap_err();
        assert!(matches!(error, ApiError::OtherCluster { .. }), "{error}");
        let words = "the response is of cluster lkc-east, not of lkc-west";
        assert!(error.to_string().contains(words), "{error}");
    }
    let client = Server::script([Answer::json(200, body("lkc-west", "lkc-west"))]).client();
    assert_eq!(client.list_topics().await.unwrap().len(), 2);
    // One row of another cluster among many is enough.
    let row = |cluster: &str, topic: &str| {
        format!(
            r#"{{"metadata":{{"self":"https://h/kafka/v3/clusters/{cluster}/links/l/mirrors/{topic}"}},
                "link_name":"l","mirror_topic_name":"{topic}","mirror_status":"ACTIVE"}}"#
        )
    };
    let rows = format!(
        r#"{{"data":[{},{}]}}"#,
        row("lkc-west", "a"),
        row("lkc-east", "b")
    );
    let client = Server::script([Answer::json(200, rows)]).client();
    let error = client.list_mirrors::<Vec<_>>().await.unwrap_err();
    assert!(matches!(error, ApiError::OtherCluster { .. }), "{error}");
    let one =
        r#"{"metadata":{"self":"https://h/kafka/v3/clusters/lkc-east/links/l"},"link_name":"l"}"#;
    let client = Server::script([Answer::json(200, one)]).client();
    let error = client.get_link(&"l".into()).await.unwrap_err();
    assert!(matches!(error, ApiError::OtherCluster { .. }), "{error}");
}

/// Success comes as 200, 201 and 204, with a body and without.
#[tokio::test(start_paused = true)]
async fn every_success_of_a_write_is_one() {
    for (status, body) in [
        (200, ""),
        (201, ""),
        (204, ""),
        (200, "{}"),
        (202, " \n"),
        (202, "null"),
    ] {
        let client = Server::script([Answer::json(status, body)]).client();
        let link = NewLink {
            name: "l".into(),
            source: None,
            destination: None,
            remote: None,
            link_id: None,
            configs: Vec::new(),
        };
        client
            .create_link(&link, RemoteCheck::Connect, Mode::Perform)
            .await
            .unwrap();
        let mirror = NewMirror {
            source_topic: topic("t"),
            mirror_topic: None,
            configs: Vec::new(),
        };
        client.create_mirror(&link.name, &mirror).await.unwrap();
        let changes = [ConfigChange::Delete {
            name: "acl.sync.ms".to_owned(),
        }];
        client
            .alter_configs(&link.name, &changes, Mode::Perform)
            .await
            .unwrap();
        let deleted = client.delete_link(&link.name, Mode::Perform).await;
        assert_eq!(deleted.unwrap(), Deleted::Accepted);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_absent_is_none_and_gone() {
    let absent = r#"{"error_code":404,"message":"The cluster link doesn't exist: Cluster link 'X' does not exist."}"#;
    let client = Server::script([Answer::json(404, absent)]).client();
    let link = "X".into();
    assert_eq!(client.get_link(&link).await.unwrap(), None);
    assert_eq!(client.list_configs(&link).await.unwrap(), None);
    assert_eq!(client.get_config(&link, "acl.sync.ms").await.unwrap(), None);
    assert_eq!(client.get_mirror(&link, &topic("t")).await.unwrap(), None);
    assert_eq!(client.get_group(&"g".into()).await.unwrap(), None);
    let deleted = client.delete_link(&link, Mode::Perform).await.unwrap();
    assert_eq!(deleted, Deleted::AlreadyGone);
    assert!(client.list_links().await.unwrap_err().is_not_found());
}

/// A 404 of a proxy, or of a wrong prefix, says nothing about a link.
#[tokio::test(start_paused = true)]
async fn a_404_that_is_not_the_apis_is_an_error() {
    let page = Answer::json(404, "<html><title>Error 404 Not Found</title></html>");
    let client = Server::script([page]).client();
    let link = "X".into();
    let error = client.get_link(&link).await.unwrap_err();
    assert!(!error.is_not_found());
    assert!(error.to_string().contains("/kafka/v3"), "{error}");
    client.delete_link(&link, Mode::Perform).await.unwrap_err();
}

#[tokio::test(start_paused = true)]
async fn a_list_is_whole_or_an_error() {
    for body in [
        "",
        "{}",
        "null",
        "[]",
        r#"{"data":null}"#,
        r#"{"data":{}}"#,
        r#"{"data":[],"metadata":{"next":"https://pkc/next"}}"#,
        r#"{"data":[{"link_name":{}}]}"#,
        "<html><title>Sign in</title></html>",
    ] {
        let client = Server::script([Answer::json(200, body)]).client();
        let error = client.list_links().await.unwrap_err();
        assert!(
            matches!(error, ApiError::Unintelligible { .. }),
            "{body}: {error}"
        );
    }
    let null_metadata = r#"{"data":[],"metadata":null,"kind":"KafkaLinkDataList"}"#;
    let client = Server::script([Answer::json(200, null_metadata)]).client();
    assert_eq!(client.list_links().await.unwrap(), []);
}

/// The server did something; what it did to each topic is not known.
#[tokio::test(start_paused = true)]
async fn a_write_whose_answer_makes_no_sense_is_ambiguous() {
    let client = Server::script([Answer::json(200, "<html>")]).client();
    let error = client
        .alter_mirrors(&"l".into(), Verb::Promote, &[topic("t")], Mode::Perform)
        .await
        .unwrap_err();
    assert!(error.is_ambiguous(), "{error}");
    let error = client
        .alter_mirrors(&"l".into(), Verb::Promote, &[topic("t")], Mode::Rehearse)
        .await
        .unwrap_err();
    assert!(!error.is_ambiguous(), "{error}");
}

/// A page that a proxy answers with 200 is no success of a write, even where a success says nothing.
#[tokio::test(start_paused = true)]
async fn a_page_in_answer_to_a_write_is_not_understood() {
    for body in ["<html>sign in</html>", "whatever", "{\"a\":"] {
        let client = Server::script([Answer::json(200, body)]).client();
        let changes = [ConfigChange::Delete {
            name: "acl.sync.ms".to_owned(),
        }];
        let link = "l".into();
        let altered = client.alter_configs(&link, &changes, Mode::Perform).await;
        assert!(altered.unwrap_err().is_ambiguous(), "{body}");
        let deleted = client.delete_link(&link, Mode::Perform).await;
        assert!(deleted.unwrap_err().is_ambiguous(), "{body}");
        let rehearsed = client.alter_configs(&link, &changes, Mode::Rehearse).await;
        let error = rehearsed.unwrap_err();
        assert!(matches!(error, ApiError::Unintelligible { .. }), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_proxy_that_wants_a_password_is_named_as_one() {
    let client = Server::script([Answer::json(407, "")]).client();
    let error = client.list_links().await.unwrap_err().to_string();
    assert!(error.contains("HTTPS_PROXY"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn numbers_are_taken_as_they_come() {
    let body = r#"{"data":[{"link_name":"l","mirror_topic_name":"t","mirror_status":"ACTIVE",
        "num_partitions":"3","state_time_ms":1.5e300,
        "mirror_lags":[{"partition":99999999999,"lag":18446744073709551615,"last_source_fetch_offset":null}]}]}"#;
    let server = Server::script([Answer::json(200, body)]);
    let mirrors = server.client().list_mirrors::<Vec<_>>().await.unwrap();
    assert_eq!(mirrors[0].num_partitions, 3);
    assert_eq!(mirrors[0].state_time_ms, i64::MAX);
    assert_eq!(mirrors[0].mirror_lags[0].lag, i64::MAX);
    let linkwright::live::Reading::Read(facts) = linkwright::read::mirrors(&server.client()).await
    else {
        panic!("read before")
    };
    let fact = &facts["l"]["t"];
    assert_eq!(fact.lags[0].partition, i32::MAX);
    let loss = linkwright::live::loss::loss(fact, None, &[]);
    assert_eq!(loss.least, u64::try_from(i64::MAX).unwrap());
}

#[tokio::test(start_paused = true)]
async fn deep_nesting_is_an_error_and_no_overflow() {
    let body = format!(r#"{{"data":[{{"a":{}"#, "[".repeat(200_000));
    let client = Server::script([Answer::json(200, body)]).client();
    client.list_mirrors::<Vec<_>>().await.unwrap_err();
}

/// Any JSON at all, built around the names that matter.
fn hostile_json() -> impl Strategy<Value = serde_json::Value> {
    let names = prop::sample::select(vec![
        "data",
        "metadata",
        "next",
        "link_name",
        "topic_names",
        "tasks",
        "errors",
        "error_code",
        "mirror_topic_name",
        "mirror_status",
        "mirror_lags",
        "lag",
        "partition",
        "name",
        "value",
        "is_default",
        "default",
        "message",
        "state_time_ms",
        "num_partitions",
    ]);
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        ".{0,8}".prop_map(Into::into),
    ];
    leaf.prop_recursive(5, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::vec((names.clone(), inner), 0..6).prop_map(|entries| {
                entries
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect::<serde_json::Map<_, _>>()
                    .into()
            }),
        ]
    })
}

fn survives(status: u16, body: String) {
    stepped(async {
        let server = Server::script([Answer::json(status, body)]);
        let client = server.client();
        let link = "l".into();
        // Reading must end in a fact or an error, and in nothing else.
        let _ = linkwright::read::links(&client).await;
        let _ = linkwright::read::mirrors(&client).await;
        let _ = linkwright::read::configs(&client, &link).await;
        let _ = linkwright::read::tasks(&client, &link).await;
        let _ = client.list_acls().await;
        let _ = client.list_groups().await;
        let _ = client
            .alter_mirrors(&link, Verb::Pause, &[topic("t")], Mode::Perform)
            .await
            .map(|answers| answers.iter().map(|a| a.accepted()).collect::<Vec<_>>());
    });
}

proptest! {
    #![proptest_config(generated(64))]

    #[test]
    fn hostile_replies_are_errors_at_worst(value in hostile_json(), status in prop::sample::select(vec![200_u16, 400, 404])) {
        survives(status, value.to_string());
    }

    #[test]
    fn broken_replies_are_errors_at_worst(cut in 0_usize..3000, flip in 0_usize..3000, with: u8) {
        let mut bytes = reply_text("cloud/mirrors.json").into_bytes();
        let flip = flip % bytes.len();
        bytes[flip] = with;
        bytes.truncate(cut.max(1));
        survives(200, String::from_utf8_lossy(&bytes).into_owned());
    }
}
