//! Every call of the API we make, as plain data: [`Request`] and the functions that build one.
//!
//! Nothing here does I/O. A request knows its path below the cluster, its body, and whether
//! sending it twice can do harm; the [`Client`](super::Client) adds the endpoint, the cluster's id
//! and the credentials.

use std::fmt;

use bytes::Bytes;
use http::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::{Value, json};

use super::scrub::Scrubber;
use crate::address::{ClusterId, GroupName, LinkName, TopicName};

/// One call, complete but for the endpoint and the credentials.
#[derive(Clone)]
pub struct Request {
    /// The HTTP method.
    pub method: Method,
    /// What the path is below.
    pub scope: Scope,
    /// The path below the scope, unescaped.
    pub path: Vec<Segment>,
    /// The query, unescaped.
    pub query: Vec<(&'static str, String)>,
    /// The JSON body.
    pub body: Option<Body>,
    /// What sending it twice would do.
    pub class: Class,
    /// Secrets in the body, taken out of whatever the server answers.
    pub(crate) scrubber: Scrubber,
}

/// What a request's path is below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The API itself.
    Root,
    /// The client's own cluster.
    Cluster,
}

/// A piece of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// A word of the API's, sent as it is.
    Word(&'static str),
    /// A name, sent percent-escaped.
    Name(String),
}

/// What sending a request twice would do; the retry table goes by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// It changes nothing: reads, and writes with `validate_only`.
    Safe,
    /// A second time leaves the same state: alter configs, delete.
    Idempotent,
    /// A second time answers differently: create, and the mirror verbs (`already stopped`).
    Once,
}

/// A JSON body. It may hold secrets, so it prints as its length.
#[derive(Clone, PartialEq, Eq)]
pub struct Body(Bytes);

impl Body {
    /// The bytes to send.
    #[must_use]
    pub fn bytes(&self) -> Bytes {
        self.0.clone()
    }

    fn json(value: &Value) -> Self {
        Self(Bytes::from(value.to_string()))
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes)", self.0.len())
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("call", &self.label())
            .field("query", &self.query)
            .field("body", &self.body)
            .field("class", &self.class)
            .finish_non_exhaustive()
    }
}

/// Whether a call does its work or only says whether it would (`validate_only`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// Do it.
    Perform,
    /// Have the server check it, and change nothing.
    Rehearse,
}

/// Whether the server tries the connection to the other cluster before it creates a link
/// (`validate_link`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RemoteCheck {
    /// It connects, checks the cluster's id and that it may read topics. The server's default.
    Connect,
    /// It does not, as the first half of a bidirectional pair needs.
    Skip,
}

/// What to do with mirror topics that exist: the API's verbs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    /// Stop mirroring once the mirror has everything.
    Promote,
    /// Stop mirroring now.
    Failover,
    /// Stop copying, stay read-only.
    Pause,
    /// Copy again.
    Resume,
    /// Swap the direction.
    ReverseAndStart,
    /// Swap the direction, the new mirror paused.
    ReverseAndPause,
    /// Cut what diverged and become a mirror again.
    TruncateAndRestore,
}

impl Verb {
    /// Every verb.
    pub const ALL: [Self; 7] = [
        Self::Promote,
        Self::Failover,
        Self::Pause,
        Self::Resume,
        Self::ReverseAndStart,
        Self::ReverseAndPause,
        Self::TruncateAndRestore,
    ];

    /// The API's word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Promote => "promote",
            Self::Failover => "failover",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::ReverseAndStart => "reverse-and-start-mirror",
            Self::ReverseAndPause => "reverse-and-pause-mirror",
            Self::TruncateAndRestore => "truncate-and-restore",
        }
    }

    fn segment(self) -> &'static str {
        match self {
            Self::Promote => "mirrors:promote",
            Self::Failover => "mirrors:failover",
            Self::Pause => "mirrors:pause",
            Self::Resume => "mirrors:resume",
            Self::ReverseAndStart => "mirrors:reverse-and-start-mirror",
            Self::ReverseAndPause => "mirrors:reverse-and-pause-mirror",
            Self::TruncateAndRestore => "mirrors:truncate-and-restore",
        }
    }
}

/// The value of a config that is written.
#[derive(Clone)]
pub enum ConfigValue {
    /// One that may be seen.
    Plain(String),
    /// One that must not be: it is taken out of the server's messages, and never printed.
    Secret(SecretString),
}

impl ConfigValue {
    fn expose(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Secret(secret) => secret.expose_secret(),
        }
    }
}

impl From<&str> for ConfigValue {
    fn from(text: &str) -> Self {
        Self::Plain(text.to_owned())
    }
}

impl From<String> for ConfigValue {
    fn from(text: String) -> Self {
        Self::Plain(text)
    }
}

impl From<SecretString> for ConfigValue {
    fn from(secret: SecretString) -> Self {
        Self::Secret(secret)
    }
}

impl fmt::Debug for ConfigValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(text) => write!(f, "{text:?}"),
            Self::Secret(_) => f.write_str("***"),
        }
    }
}

/// A config of a link or mirror topic that is created.
#[derive(Clone, Debug)]
pub struct NewConfig {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: ConfigValue,
}

/// A link half to create. Which of the three cluster ids is given depends on the link mode.
#[derive(Clone, Debug)]
pub struct NewLink {
    /// The link's name.
    pub name: LinkName,
    /// Given on the destination: destination-initiated links, and the destination half of
    /// source-initiated ones.
    pub source: Option<ClusterId>,
    /// Given on the source half of a source-initiated link.
    pub destination: Option<ClusterId>,
    /// Given on both halves of a bidirectional link.
    pub remote: Option<ClusterId>,
    /// The id of a pair's first half, for the server to check. Confluent Platform refuses it on an
    /// inbound bidirectional half (Confluent for Kubernetes examples).
    pub link_id: Option<String>,
    /// All its configs.
    pub configs: Vec<NewConfig>,
}

/// A change of one link config.
#[derive(Clone, Debug)]
pub enum ConfigChange {
    /// Give it a value.
    Set {
        /// The config's name.
        name: String,
        /// Its new value.
        value: ConfigValue,
    },
    /// Give it back its default.
    Delete {
        /// The config's name.
        name: String,
    },
}

/// A mirror topic to create.
#[derive(Clone, Debug)]
pub struct NewMirror {
    /// The topic on the source cluster.
    pub source_topic: TopicName,
    /// Its name here: the link's prefix and the source topic's name, nothing else is taken
    /// (error 40035). `None` leaves it to the server.
    pub mirror_topic: Option<TopicName>,
    /// Topic configs that the link does not sync.
    pub configs: Vec<NewConfig>,
}

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
    .sending(&json!({ "mirror_topic_names": names }));
    if verb == Verb::TruncateAndRestore {
        request.asking("include_partition_level_truncation_data", "true")
    } else {
        request
    }
}

/// `GET …/topics`.
#[must_use]
pub fn list_topics() -> Request {
    get(vec![Segment::Word("topics")])
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
    get(vec![Segment::Word("consumer-groups")])
}

/// `GET …/consumer-groups/{group}`.
#[must_use]
pub fn get_group(group: &GroupName) -> Request {
    get(vec![
        Segment::Word("consumer-groups"),
        Segment::Name(group.as_str().to_owned()),
    ])
}

impl Request {
    /// The path and query below the scope, escaped: `links/a%20b/configs:alter?validate_only=true`.
    #[must_use]
    pub fn target(&self) -> String {
        let mut target = String::new();
        for segment in &self.path {
            if !target.is_empty() {
                target.push('/');
            }
            match segment {
                Segment::Word(word) => target.push_str(word),
                Segment::Name(name) => escape_into(&mut target, name),
            }
        }
        for (index, (key, value)) in self.query.iter().enumerate() {
            target.push(if index == 0 { '?' } else { '&' });
            target.push_str(key);
            target.push('=');
            escape_into(&mut target, value);
        }
        target
    }

    /// What people call it: `GET …/links/orders-dr/configs`, names as they are.
    #[must_use]
    pub fn label(&self) -> String {
        let mut label = format!("{} …", self.method);
        for segment in &self.path {
            label.push('/');
            match segment {
                Segment::Word(word) => label.push_str(word),
                Segment::Name(name) => label.push_str(name),
            }
        }
        label
    }

    /// A name in the path that no URL can carry, if there is one: it is empty, or a URL parser
    /// would take `.` and `..` for a way up, or the API would take `-` for every link.
    #[must_use]
    pub fn unaddressable(&self) -> Option<&str> {
        self.path.iter().find_map(|segment| match segment {
            Segment::Name(name) if matches!(name.as_str(), "" | "." | ".." | "-") => {
                Some(name.as_str())
            }
            Segment::Name(_) | Segment::Word(_) => None,
        })
    }

    fn asking(mut self, key: &'static str, value: &str) -> Self {
        self.query.push((key, value.to_owned()));
        self
    }

    fn sending(mut self, body: &Value) -> Self {
        self.body = Some(Body::json(body));
        self
    }

    fn hiding<'a>(mut self, values: impl Iterator<Item = &'a ConfigValue>) -> Self {
        for value in values {
            if let ConfigValue::Secret(secret) = value {
                self.scrubber.add(secret);
            }
        }
        self
    }
}

fn get(path: Vec<Segment>) -> Request {
    Request {
        method: Method::GET,
        scope: Scope::Cluster,
        path,
        query: Vec::new(),
        body: None,
        class: Class::Safe,
        scrubber: Scrubber::default(),
    }
}

fn write(method: Method, path: Vec<Segment>, class: Class, mode: Mode) -> Request {
    let request = Request {
        method,
        class,
        ..get(path)
    };
    match mode {
        Mode::Perform => request,
        Mode::Rehearse => Request {
            class: Class::Safe,
            ..request
        }
        .asking("validate_only", "true"),
    }
}

fn link_path(link: &LinkName) -> Vec<Segment> {
    below(link, [])
}

fn below<const N: usize>(link: &LinkName, rest: [Segment; N]) -> Vec<Segment> {
    let mut path = vec![
        Segment::Word("links"),
        Segment::Name(link.as_str().to_owned()),
    ];
    path.extend(rest);
    path
}

fn config_array(configs: &[NewConfig]) -> Value {
    configs
        .iter()
        .map(|config| json!({"name": config.name, "value": config.value.expose()}))
        .collect()
}

/// Escapes everything but the unreserved characters of RFC 3986. A space becomes `%20`, which is
/// right in a path and in a query; `+` would be right in a query only.
fn escape_into(target: &mut String, text: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            target.push(char::from(byte));
        } else {
            target.push('%');
            target.push(char::from(HEX[usize::from(byte >> 4)]));
            target.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

/// A name as it stands in a URL.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    escape_into(&mut escaped, text);
    escaped
}

#[cfg(test)]
mod tests {
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
    fn one_by_one_a_filter_comes_before_the_switch_that_needs_it_and_after_the_one_that_clears_it()
    {
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
}
