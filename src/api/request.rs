//! Every call of the API we make, as plain data: [`Request`] and the functions that build one.
//!
//! Nothing here does I/O. A request knows its path below the cluster, its body, and whether
//! sending it twice can do harm; the [`Client`](super::Client) adds the endpoint, the cluster's id
//! and the credentials.

mod build;
#[cfg(test)]
mod tests;

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::Method;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

pub use self::build::*;
use super::scrub::Scrubber;
use crate::address::{ClusterId, LinkName, TopicName};

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
    /// Whether it goes before others that wait.
    pub urgency: Urgency,
    /// How long the server may need before it answers, where that is more than usual.
    pub may_take: Duration,
    /// What it needs permission for, in words.
    pub needs: &'static str,
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

/// Whether a request goes before others that wait for their turn at the same cluster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Urgency {
    /// It fails over: it goes before everything else.
    First,
    /// It is part of the work.
    #[default]
    Usual,
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

    fn needing(self, needs: &'static str) -> Self {
        Self { needs, ..self }
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
        urgency: Urgency::Usual,
        may_take: Duration::ZERO,
        needs: "DESCRIBE on the cluster",
        scrubber: Scrubber::default(),
    }
}

fn write(method: Method, path: Vec<Segment>, class: Class, mode: Mode) -> Request {
    let request = Request {
        method,
        class,
        needs: "ALTER on the cluster",
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

/// A name as it is written in a URL.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    escape_into(&mut escaped, text);
    escaped
}
