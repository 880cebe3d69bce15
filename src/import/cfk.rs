//! Resources of Confluent for Kubernetes → [`Found`]: ClusterLink, with what KafkaRestClass and Kafka say of clusters.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};

use super::Files;
use super::NotRead;
use super::found::{self, Auth, Found, Half, Mirror, Mode, Owned, OwnedKind, Setting};
use super::found::{UNKNOWN_CONNECTION, UNKNOWN_MODE, is_placeholder, scalar, set, text_of};
use crate::catalog::names;
use crate::live::MirrorStatus;

/// Reads files of Kubernetes manifests.
pub(super) fn read(files: &Files, found: &mut Found) -> Result<(), NotRead> {
    let mut resources = Vec::new();
    for (file, text) in files {
        resources.extend(documents(file, text)?);
    }
    let classes = Classes::of(&resources);
    // What resources say of their clusters first: links may name them by their ids.
    for resource in resources.iter().filter(|it| kind(it) == "KafkaRestClass") {
        classes.declare(resource, found);
    }
    for resource in resources
        .iter()
        .filter(|it| kind(it) == "ClusterLink" && is_confluents(it))
    {
        link(resource, &classes, found);
    }
    for resource in &resources {
        match kind(resource) {
            "ClusterLink" if !is_confluents(resource) => found.leave(
                format!("ClusterLink {}", address(resource)),
                "it is a resource of another operator",
            ),
            "ClusterLink" | "KafkaRestClass" | "Kafka" | "Secret" => {}
            "KafkaTopic" => found.leave(
                format!("KafkaTopic {}", address(resource)),
                "ordinary topics stay with CFK; a mirror topic is never a KafkaTopic",
            ),
            "" => {}
            other => found.leave(format!("{other} {}", address(resource)), "stays with CFK"),
        }
    }
    Ok(())
}

/// The resources of a file: its documents, and the items of lists.
fn documents(file: &Arc<str>, text: &Arc<str>) -> Result<Vec<Value>, NotRead> {
    let options = serde_yaml::options! {
        budget: serde_yaml::budget! { max_depth: 64, max_nodes: 2_000_000 },
    };
    let documents: Vec<Value> = serde_yaml::from_multiple_with_options(text, options)
        .map_err(|error| NotRead::new(file, words_of(&error)))?;
    let mut resources = Vec::new();
    for document in documents {
        match document.get("items").and_then(Value::as_array) {
            Some(items) => resources.extend(items.iter().cloned()),
            None => resources.push(document),
        }
    }
    Ok(resources)
}

/// What is wrong with a file, and where. The library's own message quotes lines, which may be those of a Secret.
fn words_of(error: &serde_yaml::Error) -> String {
    let error = error.without_snippet();
    let place = match error.location() {
        Some(place) => format!(" at line {}, column {}", place.line(), place.column()),
        None => String::new(),
    };
    format!("invalid YAML{place}: expected the manifests of Kubernetes resources")
}

/// Which KafkaRestClass is which cluster.
struct Classes<'a> {
    /// Names that two namespaces have, for different clusters.
    ambiguous: BTreeSet<String>,
    /// The ids of Kafka resources, by namespace and name.
    kafkas: BTreeMap<(&'a str, &'a str), &'a str>,
}

impl<'a> Classes<'a> {
    fn of(resources: &'a [Value]) -> Self {
        let mut ids: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut ambiguous = BTreeSet::new();
        for resource in resources {
            if kind(resource) == "KafkaRestClass"
                && let Some(id) = text(resource, "/spec/kafkaRest/kafkaClusterID")
            {
                ids.entry(name(resource)).or_default().insert(id);
            }
            if kind(resource) == "ClusterLink" {
                let ends = ENDS.map(|end| {
                    let spec = resource.pointer(&format!("/spec/{end}/kafkaRestClassRef"))?;
                    Some((text(spec, "/name")?, text(spec, "/namespace")))
                });
                if let [Some((a, in_a)), Some((b, in_b))] = ends
                    && a == b
                    && in_a != in_b
                {
                    ambiguous.insert(a.to_owned());
                }
            }
        }
        let several = ids.into_iter().filter(|(_, ids)| ids.len() > 1);
        ambiguous.extend(several.map(|(name, _)| name.to_owned()));
        let kafkas = resources.iter().filter(|it| kind(it) == "Kafka");
        let kafkas = kafkas.filter_map(|kafka| {
            let id = text(kafka, "/status/clusterID")?;
            Some(((namespace(kafka), name(kafka)), id))
        });
        Self {
            ambiguous,
            kafkas: kafkas.collect(),
        }
    }

    /// The name of the cluster of a class.
    fn name_of(&self, class: &str, namespace: &str) -> String {
        match self.ambiguous.contains(class) && !namespace.is_empty() {
            true => format!("{namespace}-{class}"),
            false => class.to_owned(),
        }
    }

    fn declare(&self, class: &'a Value, found: &mut Found) {
        let auth = match text(class, "/spec/kafkaRest/authentication/type") {
            Some("bearer" | "oauth") => Auth::Bearer,
            Some("mtls") => Auth::Mtls,
            Some("basic") | None => Auth::Basic,
            Some("none") => Auth::None,
            Some(_) => {
                let what = format!("authentication of KafkaRestClass {}", address(class));
                let why =
                    "it is of a kind that is not known, so the spec has none: write `rest_auth`";
                found.lack(what, why);
                Auth::None
            }
        };
        let cluster = found.cluster(&self.name_of(name(class), namespace(class)));
        let id = text(class, "/spec/kafkaRest/kafkaClusterID")
            .or_else(|| text(class, "/status/kafkaClusterID"))
            .or_else(|| {
                let kafka = text(class, "/spec/kafkaClusterRef/name")?;
                let of = text(class, "/spec/kafkaClusterRef/namespace");
                let of = of.unwrap_or_else(|| namespace(class));
                self.kafkas.get(&(of, kafka)).copied()
            });
        cluster.id = cluster.id.take().or(id.map(str::to_owned));
        let endpoint = text(class, "/spec/kafkaRest/endpoint");
        let endpoint = endpoint.or_else(|| text(class, "/status/endpoint"));
        cluster.rest = cluster.rest.take().or(endpoint.map(str::to_owned));
        cluster.auth = auth;
    }

    /// The cluster at one end of a link: its name.
    fn end(&self, link: &Value, end: &str, status: &str, found: &mut Found) -> String {
        let spec = link
            .pointer(&format!("/spec/{end}"))
            .unwrap_or(&Value::Null);
        let id = text(spec, "/clusterID").filter(|id| !is_placeholder(id));
        let id = id.or_else(|| text(link, &format!("/status/{status}")));
        let class = text(spec, "/kafkaRestClassRef/name").map(|class| {
            let of = text(spec, "/kafkaRestClassRef/namespace");
            self.name_of(class, of.unwrap_or_else(|| namespace(link)))
        });
        let name = match (class, id) {
            (Some(class), _) => class,
            (None, Some(id)) => found.named(id).unwrap_or(id).to_owned(),
            (None, None) => format!("{end}-of-{}", link_name(link)).replace("KafkaCluster", ""),
        };
        let bootstrap = text(spec, "/bootstrapEndpoint").filter(|it| !it.contains("placeholder"));
        let cluster = found.cluster(&name);
        cluster.id = cluster.id.take().or(id.map(str::to_owned));
        cluster.bootstrap = cluster.bootstrap.take().or(bootstrap.map(str::to_owned));
        name
    }
}

const ENDS: [&str; 2] = ["sourceKafkaCluster", "destinationKafkaCluster"];

fn link(link: &Value, classes: &Classes<'_>, found: &mut Found) {
    let from = format!("ClusterLink {}", address(link));
    let word = text(link, "/spec/sourceInitiatedLink/linkMode").unwrap_or_default();
    let Some(mode) = Mode::of(word) else {
        found.lack(from, UNKNOWN_MODE);
        return;
    };
    let connection = text(link, "/spec/sourceInitiatedLink/connectionMode").unwrap_or_default();
    let is_inbound = connection.eq_ignore_ascii_case("inbound");
    if !is_inbound && !connection.is_empty() && !connection.eq_ignore_ascii_case("outbound") {
        found.lack(from, UNKNOWN_CONNECTION);
        return;
    }
    let is_source_initiated = link.pointer("/spec/sourceInitiatedLink").is_some();
    let source = classes.end(link, ENDS[0], "sourceKafkaClusterID", found);
    let destination = classes.end(link, ENDS[1], "destinationKafkaClusterID", found);
    // A half of a bidirectional link is on its `destinationKafkaCluster`.
    let (own, other, own_end, other_end) = match mode {
        Mode::Source => (source, destination, ENDS[0], ENDS[1]),
        _ => (destination, source, ENDS[1], ENDS[0]),
    };
    let inbound = match mode {
        Mode::Destination => is_source_initiated,
        Mode::Source => false,
        Mode::Bidirectional => is_inbound,
    };
    let mut configs = BTreeMap::new();
    if !inbound {
        let at = |end: &str| {
            link.pointer(&format!("/spec/{end}"))
                .unwrap_or(&Value::Null)
        };
        if let Some(servers) = text(at(other_end), "/bootstrapEndpoint") {
            set(&mut configs, &[(names::BOOTSTRAP_SERVERS, servers)], "");
        }
        let mut ends = vec![(at(other_end), "")];
        if mode != Mode::Destination && at(own_end).get("authentication").is_some() {
            ends.push((at(own_end), names::LOCAL));
        }
        for (end, scope) in ends {
            if !security(end, scope, &mut configs) {
                let why = "it is of a kind that is not known: the spec assumes SASL/PLAIN";
                found.lack(format!("authentication of {from}"), why);
            }
        }
    }
    settings(link, &from, &mut configs, found);
    unread(link, &from, found);
    let name = link_name(link).to_owned();
    found.owned.push(Owned {
        address: address(link),
        kind: OwnedKind::Link,
        object: format!("{own}/{name}"),
        is_doomed: link.pointer("/metadata/deletionTimestamp").is_some(),
    });
    mirrors(link, (&own, &other), &from, &configs, found);
    found.add_half(Half {
        link: name,
        cluster: own,
        other,
        mode,
        inbound,
        configs,
        from,
    });
}

/// Lists the fields of a link that are not read.
fn unread(link: &Value, from: &str, found: &mut Found) {
    const LINK: &[&str] = &[
        "aclFilters",
        "configs",
        "consumerGroupFilters",
        "destinationKafkaCluster",
        "mirrorTopicOptions",
        "mirrorTopics",
        "name",
        "sourceInitiatedLink",
        "sourceKafkaCluster",
    ];
    const END: &[&str] = &[
        "authentication",
        "bootstrapEndpoint",
        "clusterID",
        "kafkaRestClassRef",
        "tls",
    ];
    const MIRROR: &[&str] = &[
        "configs",
        "direction",
        "name",
        "replicationFactor",
        "sourceTopicName",
        "state",
    ];
    const NAME_FILTER: &[&str] = &["filterType", "name", "patternType"];
    // `*` is each item of a list.
    let parts: [(&str, &[&str]); 10] = [
        ("", LINK),
        ("sourceInitiatedLink", &["connectionMode", "linkMode"]),
        (ENDS[0], END),
        (ENDS[1], END),
        ("mirrorTopics/*", MIRROR),
        ("mirrorTopicOptions", &["autoCreateTopics", "prefix"]),
        (
            "mirrorTopicOptions/autoCreateTopics",
            &["enabled", "topicFilters"],
        ),
        (
            "mirrorTopicOptions/autoCreateTopics/topicFilters/*",
            NAME_FILTER,
        ),
        ("consumerGroupFilters/*", NAME_FILTER),
        ("aclFilters/*", ACL_PARTS),
    ];
    let spec = link.get("spec").unwrap_or(&Value::Null);
    for (path, read) in parts {
        let (at, is_list) = match path.strip_suffix("/*") {
            Some(at) => (at, true),
            None => (path, false),
        };
        let pointer = if at.is_empty() {
            String::new()
        } else {
            format!("/{at}")
        };
        let Some(value) = spec.pointer(&pointer).filter(|it| !it.is_null()) else {
            continue;
        };
        let place = match at.replace('/', ".") {
            at if at.is_empty() => from.to_owned(),
            at => format!("{from}: {at}"),
        };
        match value {
            Value::Array(items) if is_list => {
                for item in items {
                    unread_of(item, read, &place, found);
                }
            }
            Value::Object(_) if !is_list => unread_of(value, read, &place, found),
            _ => found.lack(place, OTHER_SHAPE),
        }
    }
    let acls = spec.get("aclFilters").and_then(Value::as_array);
    for acl in acls.into_iter().flatten() {
        for (part, read) in [(ACL_PARTS[1], ACL_RESOURCE), (ACL_PARTS[0], ACL_ACCESS)] {
            if let Some(part_of) = acl.get(part) {
                unread_of(part_of, read, &format!("{from}: aclFilters.{part}"), found);
            }
        }
    }
}

const OTHER_SHAPE: &str = "it has another shape than is known, and was not read";
const ACL_PARTS: &[&str] = &["accessFilter", "resourceFilter"];
const ACL_RESOURCE: &[&str] = &["resourceType", "patternType", "name"];
const ACL_ACCESS: &[&str] = &["principal", "host", "operation", "permissionType"];

/// Lists the fields of a value that are not read. Their values may be anything, and are not shown.
fn unread_of(value: &Value, read: &[&str], from: &str, found: &mut Found) {
    let Some(fields) = value.as_object() else {
        found.lack(from, OTHER_SHAPE);
        return;
    };
    for name in fields.keys().filter(|name| !read.contains(&name.as_str())) {
        let separator = if from.contains(": ") { "." } else { ": " };
        let what = format!("{from}{separator}{name}");
        found.lack(what, "this field is not known, and was not read");
    }
}

/// How a link object authenticates to a cluster. Secrets are in Kubernetes secrets, so that they are set is all that
/// is known. Whether the kind of it is a known one.
fn security(end: &Value, scope: &str, configs: &mut BTreeMap<String, Setting>) -> bool {
    let is_tls = end.pointer("/tls/enabled") == Some(&Value::Bool(true));
    let kind = text(end, "/authentication/type").unwrap_or_default();
    let kind = kind.to_ascii_lowercase();
    let mut is_known = true;
    let sasl = if is_tls { "SASL_SSL" } else { "SASL_PLAINTEXT" };
    let mechanism = match kind.as_str() {
        "" | "mtls" => None,
        "plain" => Some("PLAIN"),
        "scram" | "scram-sha-512" => Some("SCRAM-SHA-512"),
        "scram-sha-256" => Some("SCRAM-SHA-256"),
        "oauth" | "oauthbearer" => Some("OAUTHBEARER"),
        "kerberos" | "gssapi" => Some("GSSAPI"),
        _ => {
            is_known = false;
            Some("PLAIN")
        }
    };
    match mechanism {
        Some(mechanism) => {
            let protocol = (names::SECURITY_PROTOCOL, sasl);
            set(
                configs,
                &[protocol, (names::SASL_MECHANISM, mechanism)],
                scope,
            );
            found::hide(configs, &[names::SASL_JAAS_CONFIG], scope);
        }
        None if is_tls => set(configs, &[(names::SECURITY_PROTOCOL, "SSL")], scope),
        None => set(configs, &[(names::SECURITY_PROTOCOL, "PLAINTEXT")], scope),
    }
    let token_url = "/authentication/oauthSettings/tokenEndpointUri";
    if let Some(url) = text(end, token_url) {
        let token_url = names::SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL;
        let handler = names::SASL_LOGIN_CALLBACK_HANDLER_CLASS;
        set(
            configs,
            &[(token_url, url), (handler, found::OAUTH_HANDLER)],
            scope,
        );
    }
    // CFK writes PEM text where a secret has it.
    if is_tls && end.pointer("/tls/ignoreTrustStoreConfig") != Some(&Value::Bool(true)) {
        set(configs, &[(names::SSL_TRUSTSTORE_TYPE, "PEM")], scope);
        found::hide(configs, &[names::SSL_TRUSTSTORE_CERTIFICATES], scope);
    }
    if kind == "mtls" {
        set(configs, &[(names::SSL_KEYSTORE_TYPE, "PEM")], scope);
        let secrets = [
            names::SSL_KEYSTORE_CERTIFICATE_CHAIN,
            names::SSL_KEYSTORE_KEY,
        ];
        found::hide(configs, &secrets, scope);
    }
    is_known
}

/// `configs`, the filters, and the options of mirror topics.
fn settings(link: &Value, from: &str, configs: &mut BTreeMap<String, Setting>, found: &mut Found) {
    let filters = |at: &str| link.pointer(at).and_then(Value::as_array);
    let mut names_of = |list: &[Value]| -> Vec<Value> {
        let filters: Vec<Value> = list.iter().filter_map(name_filter).collect();
        if filters.len() < list.len() {
            let why = "it has no name, so it is not known what it selects, and it was left out";
            found.lack(format!("{from}: a filter"), why);
        }
        filters
    };
    if let Some(groups) = filters("/spec/consumerGroupFilters") {
        let text = json!({ "groupFilters": names_of(groups) }).to_string();
        set(
            configs,
            &[(names::CONSUMER_OFFSET_GROUP_FILTERS, &text)],
            "",
        );
    }
    let topics = filters("/spec/mirrorTopicOptions/autoCreateTopics/topicFilters");
    if let Some(topics) = topics {
        let text = json!({ "topicFilters": names_of(topics) }).to_string();
        let name = names::AUTO_CREATE_MIRROR_TOPICS_FILTERS;
        set(configs, &[(name, &text)], "");
    }
    let is_on = link.pointer("/spec/mirrorTopicOptions/autoCreateTopics/enabled");
    if is_on == Some(&Value::Bool(true)) {
        set(
            configs,
            &[(names::AUTO_CREATE_MIRROR_TOPICS_ENABLE, "true")],
            "",
        );
    }
    if let Some(prefix) = text(link, "/spec/mirrorTopicOptions/prefix") {
        set(configs, &[(names::CLUSTER_LINK_PREFIX, prefix)], "");
    }
    if let Some(acls) = filters("/spec/aclFilters") {
        let acls = acls.iter().filter(|it| it.is_object());
        let acls: Vec<Value> = acls.map(acl_filter).collect();
        let text = json!({ "aclFilters": acls }).to_string();
        set(configs, &[(names::ACL_FILTERS, &text)], "");
    }
    let own = link.pointer("/spec/configs").and_then(Value::as_object);
    for (name, value) in own.into_iter().flatten() {
        let Some(value) = scalar(value) else {
            found.lack(format!("{from}: {name}"), "its value is not a text");
            continue;
        };
        configs.insert(name.clone(), Setting::of(name, &value));
    }
}

fn upper(value: Option<&Value>, default: &str) -> String {
    value
        .and_then(Value::as_str)
        .unwrap_or(default)
        .to_ascii_uppercase()
}

/// A filter by name; without a name it is none.
fn name_filter(filter: &Value) -> Option<Value> {
    let name = text(filter, "/name").filter(|name| !name.is_empty())?;
    Some(json!({
        "name": name,
        "patternType": upper(filter.get("patternType"), "LITERAL"),
        "filterType": upper(filter.get("filterType"), "INCLUDE"),
    }))
}

/// The members of an ACL filter, as far as they are given.
fn acl_filter(filter: &Value) -> Value {
    let take = |part: &str, members: &[&str]| {
        let part = filter.get(part).and_then(Value::as_object);
        let given = part.into_iter().flatten();
        let given = given.filter(|(name, _)| members.contains(&name.as_str()));
        let given = given.map(|(name, value)| {
            let is_word = !matches!(name.as_str(), "name" | "principal" | "host");
            let value = match (is_word, value) {
                (true, Value::String(word)) => Value::String(word.to_ascii_uppercase()),
                _ => value.clone(),
            };
            (name.clone(), value)
        });
        Value::Object(given.collect())
    };
    json!({
        "resourceFilter": take("resourceFilter", ACL_RESOURCE),
        "accessFilter": take("accessFilter", ACL_ACCESS),
    })
}

fn mirrors(
    link: &Value,
    (own, other): (&str, &str),
    from: &str,
    configs: &BTreeMap<String, Setting>,
    found: &mut Found,
) {
    let prefix = text_of(configs, names::CLUSTER_LINK_PREFIX);
    let name = link_name(link);
    let list = link.pointer("/spec/mirrorTopics").and_then(Value::as_array);
    for entry in list.into_iter().flatten() {
        let Some(topic) = text(entry, "/name") else {
            found.lack(from, "a mirror topic without a name");
            continue;
        };
        let source = text(entry, "/sourceTopicName");
        let topic = match source {
            None if !topic.starts_with(prefix) => format!("{prefix}{topic}"),
            _ => topic.to_owned(),
        };
        let state = upper(entry.get("state"), "ACTIVE");
        let status = match state.as_str() {
            "PAUSE" | "PAUSED" => MirrorStatus::Paused,
            "PROMOTE" | "PROMOTED" | "FAILOVER" | "FAILED_OVER" | "STOPPED" => {
                MirrorStatus::Stopped
            }
            "ACTIVE" | "RESUME" => MirrorStatus::Active,
            _ => {
                let what = format!("state of mirror topic {own}/{name}/{topic}");
                found.lack(what, "it is not known: the spec says that it mirrors");
                MirrorStatus::Active
            }
        };
        let to_source = text(entry, "/direction").is_some_and(|it| it == "toSource");
        let cluster = if to_source { other } else { own };
        for field in ["configs", "replicationFactor"] {
            if entry.get(field).is_some() {
                found.leave(
                    format!("{field} of mirror topic {cluster}/{name}/{topic}"),
                    "topic configs follow the source topic; to create the mirror topic with others, write them under \
                     its `configs`",
                );
            }
        }
        found.owned.push(Owned {
            address: address(link),
            kind: OwnedKind::Mirror,
            object: format!("{cluster}/{name}/{topic}"),
            is_doomed: false,
        });
        let mirror = Mirror {
            link: name.to_owned(),
            cluster: cluster.to_owned(),
            topic,
            source: source.map(str::to_owned),
            status,
        };
        found.add_mirror(mirror, from);
    }
}

/// Whether a resource is one of CFK: other operators have a ClusterLink, too.
fn is_confluents(resource: &Value) -> bool {
    text(resource, "/apiVersion").is_none_or(|it| it.starts_with("platform.confluent.io/"))
}

fn kind(resource: &Value) -> &str {
    text(resource, "/kind").unwrap_or_default()
}

fn name(resource: &Value) -> &str {
    text(resource, "/metadata/name").unwrap_or_default()
}

fn namespace(resource: &Value) -> &str {
    text(resource, "/metadata/namespace").unwrap_or_default()
}

/// The name of the link on its clusters.
fn link_name(link: &Value) -> &str {
    text(link, "/spec/name").unwrap_or_else(|| name(link))
}

/// `namespace/name`.
fn address(resource: &Value) -> String {
    match namespace(resource) {
        "" => name(resource).to_owned(),
        namespace => format!("{namespace}/{}", name(resource)),
    }
}

fn text<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer).and_then(Value::as_str)
}
