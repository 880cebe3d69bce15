//! A snapshot without the names that its spec does not say: [`SnapshotV1::hide`].
//!
//! [`each`] is where every name of a snapshot is found. It goes over it twice: names are collected, and then
//! replaced.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::names::{Key, Renames, SaidNamesV1, digest, shown_of};
use super::said::{Said, SaidV1, host};
use super::switchover;
use super::{SnapshotV1, is_configs};
use crate::address::ClusterId;
use crate::api::TransportError;
use crate::api::recording::{Answer, Failed, Recording};
use crate::api::request::escape;
use crate::catalog::{self, Kind, names};

/// What a text of a snapshot is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name<'a> {
    /// The name of a topic, of a consumer group or of anything else that an ACL is for: a filter may be for all of them.
    Whole,
    /// What such names begin with.
    Prefix,
    Principal,
    /// Addresses, with commas between them.
    Addresses,
    /// The one host that an ACL is for: an IPv6 address has colons and no port.
    Host,
    /// Of a switchover pair or one of its members.
    Pair,
    /// The value of a config of this name.
    Value(&'a str),
    /// The prefix of a link.
    LinkPrefix,
    /// What a server says in words.
    Words,
}

/// What is done with each text.
type Visit<'a> = &'a mut dyn FnMut(Name<'_>, &mut String);

impl SnapshotV1 {
    /// Replaces the names of topics, consumer groups and principals and the addresses that the spec does not say, and leaves
    /// out what servers say in words. Of the names nothing can be read but the beginnings that the spec or a link's prefix says,
    /// without the key, which must be forgotten.
    ///
    /// # Errors
    /// When no names can be found that take their place.
    pub fn hide(&mut self, said: &Said, key: &Key) -> Result<(), CannotHide> {
        let ids: BTreeSet<&str> = self.clusters.values().map(|it| it.id.as_str()).collect();
        if let Some(cloud) = &mut self.confluent_cloud {
            switchover::keep_those_of(&ids, cloud);
        }
        let mut found = Found::default();
        each(self, &mut |name, text| found.add(name, text));
        let mut links = said.links.clone();
        links.extend(found.links);
        links.remove("");
        let both = said.names.topics.with(&said.names.groups);
        let renames = Renames::of(key, &both, &links, &found.names, &found.prefixes);
        let hider = Hider {
            key,
            said,
            renames: renames.ok_or(CannotHide)?,
        };
        each(self, &mut |name, text| *text = hider.new_text(name, text));
        self.sort();
        self.hidden = Some(said.names.clone());
        Ok(())
    }

    /// What the cluster of this id answered, for a spec that says these names. A list that may have one of them under a name that
    /// is hidden is not among it: it is unknown.
    #[must_use]
    pub fn answers_for(&self, id: &ClusterId, said: &Said) -> Option<Recording> {
        let mut answers = self.answers(id)?.clone();
        let Some(new) = self.not_seen(said) else {
            return Some(answers);
        };
        let has_topics = new.topics != SaidNamesV1::default();
        let has_groups = new.groups != SaidNamesV1::default();
        answers.0.retain(|call, answer| match parts(call)[..] {
            ["topics"] => !has_topics,
            ["links", _, "mirrors"] => !self.may_have(answer, &new.topics),
            ["consumer-groups"] => !has_groups,
            ["acls"] => !has_topics && !has_groups && new.principals.is_empty(),
            _ => true,
        });
        Some(answers)
    }

    /// Whether a mirror topic that is hidden may be one of these, or begin with one.
    fn may_have(&self, list: &Answer, new: &SaidNamesV1) -> bool {
        let Answer::Read(Value::Array(rows)) = list else {
            return false;
        };
        let names = rows
            .iter()
            .filter_map(|row| row.get("mirror_topic_name")?.as_str());
        let known = self.hidden.as_ref();
        let hidden = names.filter(|name| known.is_none_or(|known| !known.says(name)));
        hidden.filter_map(shown_of).any(|shown| {
            let mut prefixes = new.prefixes.iter();
            new.names.iter().any(|name| name.starts_with(shown))
                || prefixes.any(|it| it.starts_with(shown) || shown.starts_with(it.as_str()))
        })
    }

    /// Rows by what they now say: the order in which servers list them is that of the names.
    fn sort(&mut self) {
        let clusters = self.clusters.values_mut().map(|it| &mut it.answers);
        for recording in clusters.chain(&mut self.confluent_cloud) {
            for (call, answer) in &mut recording.0 {
                if let Answer::Read(Value::Array(rows)) = answer
                    && !is_configs(call)
                {
                    rows.sort_by_cached_key(names_in);
                }
            }
        }
    }

    /// The names and prefixes that a spec says and the spec of the snapshot did not say, where names are hidden: whether they
    /// are there cannot be seen.
    #[must_use]
    pub fn not_seen(&self, said: &Said) -> Option<SaidV1> {
        let hidden = self.hidden.as_ref()?;
        let names = &said.names;
        let new = SaidV1 {
            topics: names.topics.without(&hidden.topics),
            groups: names.groups.without(&hidden.groups),
            principals: (names.principals.difference(&hidden.principals))
                .cloned()
                .collect(),
        };
        (new != SaidV1::default()).then_some(new)
    }
}

/// No names were found that could take the place of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "no names can be found that take the place of others: those of the spec begin like all of them"
)]
pub struct CannotHide;

/// The names of a snapshot.
#[derive(Debug, Default)]
struct Found {
    names: BTreeSet<String>,
    prefixes: BTreeSet<String>,
    links: BTreeSet<String>,
}

impl Found {
    fn add(&mut self, name: Name<'_>, text: &str) {
        let into = match name {
            Name::Whole => &mut self.names,
            Name::Prefix => &mut self.prefixes,
            Name::LinkPrefix => &mut self.links,
            Name::Principal
            | Name::Addresses
            | Name::Host
            | Name::Pair
            | Name::Value(_)
            | Name::Words => return,
        };
        into.insert(text.to_owned());
    }
}

/// What is written in place of each text.
struct Hider<'a> {
    key: &'a Key,
    said: &'a Said,
    renames: Renames,
}

impl Hider<'_> {
    fn new_text(&self, name: Name<'_>, text: &str) -> String {
        match name {
            Name::Whole | Name::Prefix => self.renames.new_name(text),
            Name::Principal => self.principal(text),
            Name::Addresses => {
                let addresses = text.split(',').map(|address| self.address(address.trim()));
                addresses.collect::<Vec<_>>().join(",")
            }
            Name::Host => self.host(text),
            Name::Pair => match text {
                "" => String::new(),
                _ => self.hidden("pair", text),
            },
            Name::Value(config) => self.value(config, text),
            Name::LinkPrefix => text.to_owned(),
            Name::Words => words(text).to_owned(),
        }
    }

    /// In place of a text of a kind: those of two kinds that are equal are not seen to be.
    fn hidden(&self, kind: &str, text: &str) -> String {
        format!("hidden-{}", digest(self.key, &format!("{kind}\0{text}")))
    }

    /// `User:name`, of which the name is hidden.
    fn principal(&self, text: &str) -> String {
        if self.said.names.principals.contains(text) {
            return text.to_owned();
        }
        match text.split_once(':') {
            Some((_, "*")) => text.to_owned(),
            Some((kind, name)) => format!("{kind}:{}", self.hidden("principal", name)),
            None => self.hidden("principal", text),
        }
    }

    fn host(&self, host: &str) -> String {
        let lower = host.to_ascii_lowercase();
        if matches!(host, "" | "*") || self.said.hosts.contains(&lower) {
            return host.to_owned();
        }
        format!("{}.invalid", self.hidden("host", &lower))
    }

    fn address(&self, address: &str) -> String {
        let (before, host, after) = host(address);
        if self.host(host) == host {
            return address.to_owned();
        }
        let port = after.split('/').next().unwrap_or_default();
        format!("{before}{}{port}", self.host(host))
    }

    /// The value of a config. What is one of the server's own words stays.
    fn value(&self, config: &str, value: &str) -> String {
        let entry = catalog::lookup(config);
        let is_default = entry.is_some_and(|entry| entry.default == Some(value));
        let is_said = value.is_empty() || self.said.values.contains(value);
        let is_of_kafka = || OF_KAFKA.iter().any(|package| value.starts_with(package));
        if is_default
            || is_said
            || (config.ends_with(".class") && is_of_kafka())
            || PUBLIC.iter().any(|end| config.ends_with(end))
        {
            return value.to_owned();
        }
        match value.split_once("://") {
            Some((scheme, rest)) => format!("{scheme}://{}.invalid", self.hidden("value", rest)),
            None => self.hidden("value", value),
        }
    }
}

/// The ends of the names of configs of which the value is one of a few words, and no one's name.
const PUBLIC: &[&str] = &[
    "cluster.link.id",
    ".mechanism",
    ".algorithm",
    ".protocol",
    ".provider",
    ".implementation",
    ".jitter",
    ".factor",
];

/// What the names of classes begin with that come with a server.
const OF_KAFKA: &[&str] = &["org.apache.kafka.", "io.confluent."];

/// What is kept of a server's words: what Linkwright concludes something from.
fn words(text: &str) -> &'static str {
    const DISABLED: &str = "Security features are disabled.";
    match text {
        "" => "",
        _ if text.contains(DISABLED.trim_end_matches('.')) => DISABLED,
        _ if text.to_ascii_lowercase().contains("authoriz") => "not authorized",
        _ => "(left out of the snapshot: it may have names)",
    }
}

/// Every name of a snapshot, and every text in which a server may write one.
fn each(snapshot: &mut SnapshotV1, visit: Visit<'_>) {
    for cluster in snapshot.clusters.values_mut() {
        recording(&mut cluster.answers, visit);
        if let Some(earlier) = &mut cluster.earlier {
            earlier.rename(&mut |topic| visit(Name::Whole, topic));
        }
    }
    if let Some(cloud) = &mut snapshot.confluent_cloud {
        recording(cloud, visit);
    }
}

fn recording(recording: &mut Recording, visit: Visit<'_>) {
    let answers = std::mem::take(&mut recording.0);
    let answers = answers.into_iter().map(|(mut call, mut answer)| {
        match &mut answer {
            Answer::Read(read) => {
                let rows = match read {
                    Value::Array(rows) => rows.as_mut_slice(),
                    one => std::slice::from_mut(one),
                };
                rows.iter_mut().for_each(|row| of_row(&call, row, visit));
            }
            Answer::Failed(failed) => of_failure(failed, visit),
        }
        of_call(&mut call, visit);
        (call, answer)
    });
    recording.0 = answers.collect::<BTreeMap<_, _>>();
}

/// The path of a call without its query, part by part.
fn parts(call: &str) -> Vec<&str> {
    let path = call.split('?').next().unwrap_or_default();
    path.split('/').collect()
}

/// The name that a call is about.
fn of_call(call: &mut String, visit: Visit<'_>) {
    let parts = parts(call);
    let at = match parts[..] {
        ["links", _, "mirrors", _, ..] => 3,
        ["consumer-groups", _, ..] => 1,
        _ => return,
    };
    let written = parts[at];
    let (read, _) = url::form_urlencoded::parse(written.as_bytes())
        .next()
        .unwrap_or_default();
    let mut text = read.into_owned();
    visit(Name::Whole, &mut text);
    let mut new: Vec<&str> = parts.clone();
    let escaped = escape(&text);
    new[at] = &escaped;
    let query = call.find('?').map_or("", |from| &call[from..]);
    *call = format!("{}{query}", new.join("/"));
}

fn of_failure(failed: &mut Failed, visit: Visit<'_>) {
    let texts = match failed {
        Failed::Refused { message, .. } => vec![message],
        Failed::Unanswered { error } => match error {
            TransportError::Connect { why }
            | TransportError::Tls { why }
            | TransportError::Reset { why, .. }
            | TransportError::Invalid { why } => vec![why],
            TransportError::Timeout { .. }
            | TransportError::Slow { .. }
            | TransportError::TooLarge { .. } => Vec::new(),
        },
        Failed::Unintelligible { reason } => vec![reason],
        Failed::OtherCluster { .. } => Vec::new(),
        Failed::Token { issuer, reason, .. } => vec![issuer, reason],
    };
    for text in texts {
        visit(Name::Words, text);
    }
}

/// The names in a row of what a call was answered.
fn of_row(call: &str, row: &mut Value, visit: Visit<'_>) {
    if is_configs(call) {
        return of_config(row, visit);
    }
    match parts(call)[..] {
        ["links"] | ["links", _] => of_text(row, "link_error_message", Name::Words, visit),
        ["links", _, "mirrors", ..] => {
            of_text(row, "mirror_topic_name", Name::Whole, visit);
            of_text(row, "source_topic_name", Name::Whole, visit);
        }
        ["topics", ..] => of_text(row, "topic_name", Name::Whole, visit),
        ["acls"] => of_acl(row, visit),
        ["consumer-groups", ..] => {
            of_text(row, "consumer_group_id", Name::Whole, visit);
            of_text(row, "topic_name", Name::Whole, visit);
        }
        [.., "switchover-pairs" | "switchover-endpoints"] => {
            switchover::names(row, &mut |text| visit(Name::Pair, text));
        }
        _ => {}
    }
    of_problems(row, visit);
}

fn of_text(row: &mut Value, field: &str, name: Name<'_>, visit: Visit<'_>) {
    if let Some(Value::String(text)) = row.get_mut(field) {
        visit(name, text);
    }
}

fn of_acl(row: &mut Value, visit: Visit<'_>) {
    let is = |field: &str, word: &str| {
        let text = row.get(field).and_then(Value::as_str);
        text.is_some_and(|text| text.eq_ignore_ascii_case(word))
    };
    let name = match is("pattern_type", "PREFIXED") {
        true => Name::Prefix,
        false => Name::Whole,
    };
    // The cluster has one name everywhere.
    if !is("resource_type", "CLUSTER") {
        of_text(row, "resource_name", name, visit);
    }
    of_text(row, "principal", Name::Principal, visit);
    of_text(row, "host", Name::Host, visit);
}

/// The names in a row.
fn names_in(row: &Value) -> Vec<String> {
    const FIELDS: [&str; 8] = [
        "link_name",
        "mirror_topic_name",
        "consumer_group_id",
        "topic_name",
        "resource_name",
        "principal",
        "host",
        "id",
    ];
    let text = |field| row.get(field).and_then(Value::as_str);
    let texts = FIELDS.map(|field| text(field).unwrap_or_default().to_owned());
    texts.to_vec()
}

/// What servers say in words, wherever it is.
fn of_problems(value: &mut Value, visit: Visit<'_>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if matches!(name.as_str(), "error_message" | "message") => {
                        visit(Name::Words, text);
                    }
                    other => of_problems(other, visit),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| of_problems(item, visit)),
        _ => {}
    }
}

fn of_config(row: &mut Value, visit: Visit<'_>) {
    let name = row.get("name").and_then(Value::as_str);
    let name = name.unwrap_or_default().to_owned();
    let Some(Value::String(value)) = row.get_mut("value") else {
        return;
    };
    if matches!(
        name.as_str(),
        names::CLUSTER_LINK_PREFIX | names::LINK_PREFIX
    ) {
        return visit(Name::LinkPrefix, value);
    }
    match catalog::lookup(&name).map(|entry| entry.kind) {
        Some(Kind::Bool | Kind::Int { .. } | Kind::Choice(_) | Kind::Time | Kind::List) => {}
        Some(Kind::Addresses) => visit(Name::Addresses, value),
        Some(Kind::TopicFilters | Kind::GroupFilters) => of_filters(value, of_name_filter, visit),
        Some(Kind::AclFilters) => of_filters(value, of_acl_filter, visit),
        Some(Kind::Text | Kind::LoginHandler) | None => visit(Name::Value(&name), value),
    }
}

/// The entries of a filter text. What is no filter is a value like any other.
fn of_filters(text: &mut String, of: fn(&mut Value, Visit<'_>), visit: Visit<'_>) {
    if text.trim().is_empty() {
        return;
    }
    let Ok(Value::Object(mut lists)) = serde_json::from_str(text) else {
        return visit(Name::Value(""), text);
    };
    for list in lists.values_mut() {
        for entry in list.as_array_mut().into_iter().flatten() {
            of(entry, visit);
        }
    }
    *text = in_order(&Value::Object(lists), text);
}

/// The text of JSON, the fields of each object in the order in which they are in another text.
fn in_order(value: &Value, of: &str) -> String {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields
                .iter()
                .map(|(name, value)| (Value::from(name.as_str()).to_string(), value))
                .collect();
            fields.sort_by_key(|(name, _)| of.find(name.as_str()));
            let fields = fields
                .iter()
                .map(|(name, value)| format!("{name}:{}", in_order(value, of)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => {
            let items = items.iter().map(|item| in_order(item, of));
            format!("[{}]", items.collect::<Vec<_>>().join(","))
        }
        other => other.to_string(),
    }
}

fn of_name_filter(entry: &mut Value, visit: Visit<'_>) {
    let kind = entry.get("patternType").and_then(Value::as_str);
    let name = match kind.is_some_and(|kind| kind.eq_ignore_ascii_case("PREFIXED")) {
        true => Name::Prefix,
        false => Name::Whole,
    };
    of_text(entry, "name", name, visit);
}

fn of_acl_filter(entry: &mut Value, visit: Visit<'_>) {
    if let Some(resource) = entry.get_mut("resourceFilter") {
        of_text(resource, "name", Name::Whole, visit);
    }
    if let Some(access) = entry.get_mut("accessFilter") {
        of_text(access, "principal", Name::Principal, visit);
        of_text(access, "host", Name::Host, visit);
    }
}
