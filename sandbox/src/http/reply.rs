//! Replies, and the envelope that every resource and list has.

use crate::limiter::ShownLimit;
use crate::switches::{ResourceName, Switches};
use bytes::Bytes;
use serde::Serialize;
use serde_json::{Value, json};

/// A status and a body.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: Option<&'static str>,
    pub(crate) body: Bytes,
    pub(crate) retry_after_s: Option<u64>,
    /// What it says about the rate limit.
    pub(crate) limit: Option<ShownLimit>,
    /// Where what was created is.
    pub(crate) location: Option<String>,
}

impl Reply {
    /// A JSON body.
    pub(crate) fn json(status: u16, body: &impl Serialize) -> Reply {
        match serde_json::to_vec(body) {
            Ok(bytes) => Reply {
                status,
                content_type: Some("application/json"),
                body: Bytes::from(bytes),
                retry_after_s: None,
                limit: None,
                location: None,
            },
            Err(error) => Reply::text(500, "text/plain", error.to_string()),
        }
    }

    /// No body.
    pub(crate) fn empty(status: u16) -> Reply {
        Reply {
            status,
            content_type: None,
            body: Bytes::new(),
            retry_after_s: None,
            limit: None,
            location: None,
        }
    }

    /// Some other text.
    pub(crate) fn text(status: u16, content_type: &'static str, body: String) -> Reply {
        Reply {
            status,
            content_type: Some(content_type),
            body: Bytes::from(body),
            retry_after_s: None,
            limit: None,
            location: None,
        }
    }

    /// The same, with a `Location`.
    pub(crate) fn at(self, location: String) -> Reply {
        Reply {
            location: Some(location),
            ..self
        }
    }

    /// A list. There is no paging: `next` is always null.
    pub(crate) fn list(kind: &str, url: &str, data: &impl Serialize) -> Reply {
        Reply::json(
            200,
            &List {
                kind,
                metadata: ListMetadata { url, next: None },
                data,
            },
        )
    }
}

#[derive(Serialize)]
struct List<'a, T: Serialize> {
    kind: &'a str,
    metadata: ListMetadata<'a>,
    data: &'a T,
}

#[derive(Serialize)]
struct ListMetadata<'a> {
    #[serde(rename = "self")]
    url: &'a str,
    next: Option<&'a str>,
}

/// `metadata` of one resource.
#[derive(Debug, Serialize)]
pub(crate) struct Metadata {
    #[serde(rename = "self")]
    pub(crate) url: String,
    /// Always null where it is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) resource_name: Option<()>,
}

impl Metadata {
    /// That of a link, a link config or a mirror.
    pub(crate) fn new(switches: &Switches, url: String) -> Metadata {
        Metadata {
            url,
            resource_name: match switches.resource_name {
                ResourceName::Absent => None,
                ResourceName::Null => Some(()),
            },
        }
    }
}

/// `{"related": …}`.
pub(crate) fn related(url: String) -> Value {
    json!({ "related": url })
}
