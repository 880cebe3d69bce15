//! One function for each call of the API, from what it is about to the [`Request`].

use std::time::Duration;

use http::Method;
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Class, ConfigChange, Mode, NewLink, NewMirror, RemoteCheck, Request, Scope, Segment, Urgency,
    Verb, below, config_array, get, link_path, write,
};
use crate::address::{ClusterId, GroupName, LinkName, TopicName};

/// `GET …/clusters`: on Confluent Server the one cluster it belongs to.
#[must_use]
pub fn list_clusters() -> Request {
    Request {
        scope: Scope::Root,
        ..get(vec![Segment::Word("clusters")])
    }
}

/// `GET …/links`.
#[must_use]
pub fn list_links() -> Request {
    get(vec![Segment::Word("links")])
}

/// `GET …/links/{link}?include_tasks=true`.
#[must_use]
pub fn get_link(link: &LinkName) -> Request {
    get(link_path(link)).asking("include_tasks", "true")
}

/// `POST …/links?link_name=…`.
#[must_use]
pub fn create_link(link: &NewLink, check: RemoteCheck, mode: Mode) -> Request {
    #[derive(Serialize)]
    struct CreateLink<'a> {
        #[serde(skip_serializing_if = "Option::is_none")]
        source_cluster_id: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        destination_cluster_id: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        remote_cluster_id: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cluster_link_id: Option<&'a str>,
        configs: Value,
    }
    let NewLink {
        name,
        source,
        destination,
        remote,
        link_id,
        configs,
    } = link;
    let body = json!(CreateLink {
        source_cluster_id: source.as_ref().map(ClusterId::as_str),
        destination_cluster_id: destination.as_ref().map(ClusterId::as_str),
        remote_cluster_id: remote.as_ref().map(ClusterId::as_str),
        cluster_link_id: link_id.as_deref(),
        configs: config_array(configs),
    });
    let mut request = write(
        Method::POST,
        vec![Segment::Word("links")],
        Class::Once,
        mode,
    )
    .asking("link_name", name.as_str());
    if check == RemoteCheck::Skip {
        request = request.asking("validate_link", "false");
    } else {
        // The server answers once it has reached the other cluster itself.
        request.may_take = Duration::from_secs(90);
    }
    request
        .sending(&body)
        .hiding(configs.iter().map(|config| &config.value))
}

/// `DELETE …/links/{link}`. What `force` does to attached mirrors is not documented, so it is never
/// sent.
#[must_use]
pub fn delete_link(link: &LinkName, mode: Mode) -> Request {
    write(Method::DELETE, link_path(link), Class::Idempotent, mode)
}

/// `GET …/links/{link}/configs`.
#[must_use]
pub fn list_configs(link: &LinkName) -> Request {
    get(below(link, [Segment::Word("configs")]))
}

/// `GET …/links/{link}/configs/{name}`.
#[must_use]
pub fn get_config(link: &LinkName, name: &str) -> Request {
    get(below(
        link,
        [Segment::Word("configs"), Segment::Name(name.to_owned())],
    ))
}

/// `PUT …/links/{link}/configs:alter`. (The batch call of *topics* is a POST; this one is not.)
#[must_use]
pub fn alter_configs(link: &LinkName, changes: &[ConfigChange], mode: Mode) -> Request {
    let data: Vec<Value> = changes
        .iter()
        .map(|change| match change {
            ConfigChange::Set { name, value } => {
                json!({"name": name, "value": value.expose(), "operation": "SET"})
            }
            ConfigChange::Delete { name } => {
                json!({"name": name, "value": null, "operation": "DELETE"})
            }
        })
        .collect();
    write(
        Method::PUT,
        below(link, [Segment::Word("configs:alter")]),
        Class::Idempotent,
        mode,
    )
    .sending(&json!({ "data": data }))
    .hiding(changes.iter().filter_map(|change| match change {
        ConfigChange::Set { value, .. } => Some(value),
        ConfigChange::Delete { .. } => None,
    }))
}

/// The same as [`alter_configs`], as one `PUT` or `DELETE …/links/{link}/configs/{name}` for each
/// change, for servers without the batch call. These have no `validate_only` form.
///
/// What is switched off comes first and what is switched on last: a feature that is switched on
/// without its filter fails, and switching one off clears its filter.
#[must_use]
pub fn alter_configs_one_by_one(link: &LinkName, changes: &[ConfigChange]) -> Vec<Request> {
    let mut changes: Vec<&ConfigChange> = changes.iter().collect();
    changes.sort_by_key(|change| match change {
        ConfigChange::Set { name, value } if name.ends_with(".enable") => {
            match value.expose().eq_ignore_ascii_case("true") {
                true => 2,
                false => 0,
            }
        }
        ConfigChange::Delete { name } if name.ends_with(".enable") => 0,
        ConfigChange::Set { .. } | ConfigChange::Delete { .. } => 1,
    });
    let call = |method, name: &str| {
        let path = below(
            link,
            [Segment::Word("configs"), Segment::Name(name.to_owned())],
        );
        write(method, path, Class::Idempotent, Mode::Perform)
    };
    changes
        .into_iter()
        .map(|change| match change {
            ConfigChange::Set { name, value } => call(Method::PUT, name)
                .sending(&json!({ "value": value.expose() }))
                .hiding(std::iter::once(value)),
            ConfigChange::Delete { name } => call(Method::DELETE, name),
        })
        .collect()
}

/// `GET …/links/-/mirrors`: the mirror topics of all links.
#[must_use]
pub fn list_mirrors() -> Request {
    get(vec![
        Segment::Word("links"),
        Segment::Word("-"),
        Segment::Word("mirrors"),
    ])
}

/// `GET …/links/{link}/mirrors`, of one status (the API's upper-case word) where one is given.
#[must_use]
pub fn list_mirrors_of(link: &LinkName, status: Option<&str>) -> Request {
    let request = get(below(link, [Segment::Word("mirrors")]));
    match status {
        Some(status) => request.asking("mirror_status", status),
        None => request,
    }
}

/// `GET …/links/{link}/mirrors/{topic}`, with what holds up its transition.
#[must_use]
pub fn get_mirror(link: &LinkName, topic: &TopicName) -> Request {
    get(below(
        link,
        [
            Segment::Word("mirrors"),
            Segment::Name(topic.as_str().to_owned()),
        ],
    ))
    .asking("include_state_transition_errors", "true")
}

/// `POST …/links/{link}/mirrors`. The API has no `validate_only` for it. The replication factor is
/// left to the server: Confluent Cloud takes none but 3.
#[must_use]
pub fn create_mirror(link: &LinkName, mirror: &NewMirror) -> Request {
    let NewMirror {
        source_topic,
        mirror_topic,
        configs,
    } = mirror;
    let mut body = json!({ "source_topic_name": source_topic.as_str() });
    if let Some(topic) = mirror_topic {
        body["mirror_topic_name"] = json!(topic.as_str());
    }
    if !configs.is_empty() {
        body["configs"] = config_array(configs);
    }
    write(
        Method::POST,
        below(link, [Segment::Word("mirrors")]),
        Class::Once,
        Mode::Perform,
    )
    .needing(
        "ALTER and ALTER_CONFIGS on the cluster and CREATE on the topic, and the link's own account READ and \
         DESCRIBE_CONFIGS on the source topic",
    )
    .sending(&body)
    .hiding(configs.iter().map(|config| &config.value))
}

/// `POST …/links/{link}/mirrors:{verb}` for the topics named. The pattern form of the API is never
/// used: it would reach topics that no plan has shown.
#[must_use]
pub fn alter_mirrors(link: &LinkName, verb: Verb, topics: &[TopicName], mode: Mode) -> Request {
    let names: Vec<&str> = topics.iter().map(TopicName::as_str).collect();
    let request = write(
        Method::POST,
        below(link, [Segment::Word(verb.segment())]),
        Class::Once,
        mode,
    )
    .needing(verb_needs(verb))
    .sending(&json!({ "mirror_topic_names": names }));
    let request = match (verb, mode) {
        (Verb::Failover, Mode::Perform) => Request {
            urgency: Urgency::First,
            ..request
        },
        _ => request,
    };
    if verb == Verb::TruncateAndRestore {
        request.asking("include_partition_level_truncation_data", "true")
    } else {
        request
    }
}

fn verb_needs(verb: Verb) -> &'static str {
    match verb {
        Verb::Promote | Verb::Failover => "DESCRIBE on the cluster and ALTER on the topic",
        Verb::Pause | Verb::Resume => {
            "ALTER and ALTER_CONFIGS on the cluster and CREATE on the topic"
        }
        Verb::ReverseAndStart | Verb::ReverseAndPause | Verb::TruncateAndRestore => {
            "ALTER and ALTER_CONFIGS on the cluster and CREATE on the topic, and the link's own accounts ALTER on \
             both clusters and READ and DESCRIBE_CONFIGS on the topic"
        }
    }
}

/// `GET …/topics`.
#[must_use]
pub fn list_topics() -> Request {
    get(vec![Segment::Word("topics")]).needing("DESCRIBE on the topics")
}

/// `GET …/acls`, of one principal where one is given.
#[must_use]
pub fn list_acls(principal: Option<&str>) -> Request {
    let request = get(vec![Segment::Word("acls")]);
    match principal {
        Some(principal) => request.asking("principal", principal),
        None => request,
    }
}

/// `GET …/consumer-groups`.
#[must_use]
pub fn list_groups() -> Request {
    get(vec![Segment::Word("consumer-groups")]).needing("DESCRIBE on the consumer groups")
}

/// `GET …/consumer-groups/{group}/lags`: Dedicated clusters of Confluent Cloud, and Confluent Platform.
#[must_use]
pub fn list_group_lags(group: &GroupName) -> Request {
    get(vec![
        Segment::Word("consumer-groups"),
        Segment::Name(group.as_str().to_owned()),
        Segment::Word("lags"),
    ])
    .needing("DESCRIBE on the consumer group and on its topics")
}

/// `GET …/consumer-groups/{group}`.
#[must_use]
pub fn get_group(group: &GroupName) -> Request {
    get(vec![
        Segment::Word("consumer-groups"),
        Segment::Name(group.as_str().to_owned()),
    ])
    .needing("DESCRIBE on the consumer group")
}
