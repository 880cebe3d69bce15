//! Replies of the API under its own names, in both dialects (Confluent Cloud and Platform).
//!
//! Unknown fields are skipped. Fields that real servers leave out or send as null are optional,
//! whatever the OpenAPI documents declare; each says so. A list's `data` is never optional: a reply
//! without it is unintelligible, not empty. What is written of them again, to a snapshot, reads as the same. Sources: the OpenAPI documents of Confluent Cloud and
//! Platform, fixtures of the Terraform provider, comments and tests of kcp.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::tolerant::{count, number, number_or_none, or_default, text_or_none, text_with};
use crate::address::{LinkName, TopicName};

/// A list as the API wraps it, with rows `T` of which `C` keeps what it will.
#[derive(Debug, Deserialize)]
#[serde(bound = "T: DeserializeOwned + OfCluster, C: Default + Extend<T>")]
pub(super) struct List<T, C> {
    data: Rows<T, C>,
    #[serde(default, deserialize_with = "or_default")]
    metadata: ListMetadata,
}

/// An object that may name the cluster it is of.
pub(super) trait OfCluster {
    /// The cluster's id, where the object names one.
    fn cluster_id(&self) -> Option<&str>;
}

/// Where a resource is, `https://HOST/kafka/v3/clusters/ID/links/NAME`: of which only the cluster is kept, since
/// each of a hundred thousand rows has an address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    #[serde(
        default,
        rename = "self",
        deserialize_with = "cluster_in_address",
        serialize_with = "address_of_cluster",
        skip_serializing_if = "Option::is_none"
    )]
    cluster_id: Option<Box<str>>,
}

impl Metadata {
    /// The cluster's id in the address.
    fn cluster_id(&self) -> Option<&str> {
        self.cluster_id.as_deref()
    }
}

fn cluster_in_address<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Box<str>>, D::Error> {
    Ok(text_with(from, |address| cluster_of(address).map(Into::into))?.flatten())
}

fn address_of_cluster<S: Serializer>(id: &Option<Box<str>>, to: S) -> Result<S::Ok, S::Error> {
    let address = id.as_deref().map(|id| format!("/clusters/{id}"));
    address.serialize(to)
}

fn cluster_of(address: &str) -> Option<&str> {
    const BEFORE: &[u8; 10] = b"/clusters/";
    // Addresses are too short for a search that first prepares itself.
    let mut places = address.as_bytes().windows(BEFORE.len());
    let at = places.position(|place| place == BEFORE)?;
    let id = address[at + BEFORE.len()..].split(['/', '?']).next();
    id.filter(|id| !id.is_empty())
}

/// The rows of a list. Each is given away as soon as it is read, since there may be a hundred thousand.
#[derive(Debug)]
struct Rows<T, C> {
    kept: C,
    /// The first two clusters that rows name: when there is one only, all are of it.
    clusters: [Option<Box<str>>; 2],
    row: PhantomData<T>,
}

impl<'de, T: DeserializeOwned + OfCluster, C: Default + Extend<T>> Deserialize<'de> for Rows<T, C> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let rows = Self {
            kept: C::default(),
            clusters: [None, None],
            row: PhantomData,
        };
        deserializer.deserialize_seq(rows)
    }
}

impl<'de, T: DeserializeOwned + OfCluster, C: Extend<T>> Visitor<'de> for Rows<T, C> {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<Self, A::Error> {
        while let Some(row) = list.next_element::<T>()? {
            match (row.cluster_id(), &mut self.clusters) {
                (Some(id), [first @ None, _]) => *first = Some(id.into()),
                (Some(id), [Some(first), other @ None]) if **first != *id => {
                    *other = Some(id.into());
                }
                _ => {}
            }
            self.kept.extend(Some(row));
        }
        Ok(self)
    }
}

impl<T, C> List<T, C> {
    /// What was kept of its rows.
    pub(super) fn kept(self) -> C {
        self.data.kept
    }

    /// A cluster other than this one that the list or a row of it names.
    pub(super) fn of_another(&self, own: &str) -> Option<&str> {
        let rows = self.data.clusters.iter().flatten().map(|id| &**id);
        let mut named = self.metadata.cluster_id().into_iter().chain(rows);
        named.find(|id| *id != own)
    }

    /// Whether the list goes on elsewhere. No list we ask for is known to; one that did must not
    /// pass for the whole.
    pub(super) fn goes_on(&self) -> bool {
        self.metadata
            .next
            .as_deref()
            .is_some_and(|next| !next.is_empty())
    }
}

#[derive(Debug, Default, Deserialize)]
struct ListMetadata {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    #[serde(flatten)]
    place: Metadata,
}

impl ListMetadata {
    fn cluster_id(&self) -> Option<&str> {
        self.place.cluster_id()
    }
}

/// `KafkaCluster`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cluster {
    /// `lkc-…` on Confluent Cloud, 22 base64url characters elsewhere.
    pub cluster_id: String,
}

/// `KafkaLinkData`: a link half as its holder lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Where it is, which names the cluster.
    #[serde(default, deserialize_with = "or_default")]
    pub metadata: Metadata,
    /// Empty for remnants (`UNMANAGED_SOURCE`) on Confluent Platform.
    #[serde(default, deserialize_with = "or_default")]
    pub link_name: String,
    /// Set on the destination. Old servers leave it out; before Confluent Platform 7.1 the source
    /// half of a source-initiated link has the destination's id here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_cluster_id: Option<String>,
    /// Set on the source half of a source-initiated link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination_cluster_id: Option<String>,
    /// Set on bidirectional links.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remote_cluster_id: Option<String>,
    /// The link's UUID, 22 base64url characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster_link_id: Option<String>,
    /// How many mirror topics the link names (`topic_names`); the names are in the mirror list.
    #[serde(default, rename = "topic_names", deserialize_with = "count")]
    pub topic_count: usize,
    /// Old servers leave it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link_state: Option<String>,
    /// Old servers leave it out, and that counts as healthy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link_error: Option<String>,
    /// The server's words for `link_error`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link_error_message: Option<String>,
    /// Only with `include_tasks=true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tasks: Option<Vec<Task>>,
}

/// A background task of a link half.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Such as `AclSync`.
    #[serde(default, deserialize_with = "or_default")]
    pub task_name: String,
    /// Such as `ACTIVE`.
    #[serde(default, deserialize_with = "or_default")]
    pub state: String,
    /// What is wrong.
    #[serde(default, deserialize_with = "or_default")]
    pub errors: Vec<Problem>,
}

/// An error of a task, or of a mirror topic's transition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Such as `AUTHORIZATION_ERROR`.
    #[serde(default, deserialize_with = "or_default")]
    pub error_code: String,
    /// The server's words.
    #[serde(default, deserialize_with = "or_default")]
    pub error_message: String,
}

/// `KafkaLinkConfigData`: one config of a link.
///
/// Confluent Cloud says `is_default`, `is_read_only` and `is_sensitive`, Confluent Platform
/// `default`, `read_only` and `sensitive`, and some servers both; the methods read either.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config {
    /// The cluster that it is of. Old servers may leave it out.
    #[serde(
        default,
        deserialize_with = "text_or_none",
        skip_serializing_if = "Option::is_none"
    )]
    pub cluster_id: Option<String>,
    /// The config's name.
    pub name: String,
    /// Null for a sensitive config and for one that is not set, though declared a string.
    #[serde(
        default,
        deserialize_with = "text_or_none",
        skip_serializing_if = "Option::is_none"
    )]
    pub value: Option<String>,
    /// `DYNAMIC_CLUSTER_LINK_CONFIG` where it was set, `DEFAULT_CONFIG` where not; other words may
    /// come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    is_default: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    default: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    is_read_only: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    read_only: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    is_sensitive: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sensitive: Option<bool>,
}

impl Config {
    /// Whether it has its default. Where the server does not say, its `source` does.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.is_default
            .or(self.default)
            .unwrap_or_else(|| self.source.as_deref() == Some("DEFAULT_CONFIG"))
    }

    /// Whether the server takes no change of it.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.is_read_only.or(self.read_only).unwrap_or(false)
    }

    /// Whether it is a secret, so that its value is never sent.
    #[must_use]
    pub fn is_sensitive(&self) -> bool {
        self.is_sensitive.or(self.sensitive).unwrap_or(false)
    }
}

/// `KafkaMirrorData`: a mirror topic as its holder lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mirror {
    /// Where it is, which names the cluster.
    #[serde(default, deserialize_with = "or_default")]
    pub metadata: Metadata,
    /// The link it is on.
    #[serde(default, deserialize_with = "or_default")]
    pub link_name: LinkName,
    /// Its name here.
    pub mirror_topic_name: TopicName,
    /// Its name at the source.
    #[serde(default, deserialize_with = "or_default")]
    pub source_topic_name: TopicName,
    /// How many partitions it has.
    #[serde(default, deserialize_with = "number")]
    pub num_partitions: i64,
    /// Lag per partition.
    #[serde(default, deserialize_with = "or_default")]
    pub mirror_lags: Vec<Lag>,
    /// Such as `ACTIVE`.
    pub mirror_status: String,
    /// When it took that status: milliseconds since 1970.
    #[serde(default, deserialize_with = "number")]
    pub state_time_ms: i64,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mirror_topic_error: Option<String>,
    /// Only with `include_state_transition_errors=true`.
    #[serde(default, deserialize_with = "or_default")]
    pub mirror_state_transition_errors: Vec<Problem>,
}

/// The lag of one partition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lag {
    /// The partition.
    #[serde(default, deserialize_with = "number")]
    pub partition: i64,
    /// Messages behind.
    #[serde(default, deserialize_with = "number")]
    pub lag: i64,
    /// The last source offset fetched; -1 when nothing was.
    #[serde(default, deserialize_with = "number")]
    pub last_source_fetch_offset: i64,
}

/// `AlterMirrorsData`: what the server says about one topic of a batch, inside an HTTP 200.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlterMirror {
    /// The mirror topic.
    pub mirror_topic_name: String,
    /// Null or 0: accepted and queued, no more. Anything else refuses this topic.
    #[serde(
        default,
        deserialize_with = "number_or_none",
        skip_serializing_if = "Option::is_none"
    )]
    pub error_code: Option<i64>,
    /// The server's words for `error_code`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
    /// Lag per partition at that moment.
    #[serde(default, deserialize_with = "or_default")]
    pub mirror_lags: Vec<Lag>,
    /// Messages cut off; null or -1 where the verb cuts nothing.
    #[serde(
        default,
        deserialize_with = "number_or_none",
        skip_serializing_if = "Option::is_none"
    )]
    pub messages_truncated: Option<i64>,
    /// What was cut off each partition.
    #[serde(default, deserialize_with = "or_default")]
    pub partition_level_truncation_data: Vec<Truncation>,
}

/// What truncate-and-restore cut off one partition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Truncation {
    /// The partition.
    #[serde(default, deserialize_with = "number")]
    pub partition_id: i64,
    /// Messages cut off.
    #[serde(default, deserialize_with = "number")]
    pub messages_truncated: i64,
    /// The offset the log now ends at.
    #[serde(default, deserialize_with = "number")]
    pub offset_truncated_to: i64,
}

/// `KafkaTopic`. Nothing in it says whether the topic is a mirror.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topic {
    /// The cluster that it is of. Old servers may leave it out.
    #[serde(
        default,
        deserialize_with = "text_or_none",
        skip_serializing_if = "Option::is_none"
    )]
    pub cluster_id: Option<String>,
    /// The topic's name.
    pub topic_name: String,
    /// Whether Kafka made it for itself.
    #[serde(default, deserialize_with = "or_default")]
    pub is_internal: bool,
    /// How many partitions it has.
    #[serde(default, deserialize_with = "number")]
    pub partitions_count: i64,
}

/// `KafkaAcl`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acl {
    /// The cluster that it is of. Old servers may leave it out.
    #[serde(
        default,
        deserialize_with = "text_or_none",
        skip_serializing_if = "Option::is_none"
    )]
    pub cluster_id: Option<String>,
    /// `TOPIC`, `GROUP`, …
    pub resource_type: String,
    /// The resource's name or prefix.
    pub resource_name: String,
    /// `LITERAL` or `PREFIXED`.
    pub pattern_type: String,
    /// Such as `User:sa-12345`.
    pub principal: String,
    /// `*` for any.
    pub host: String,
    /// `READ`, `WRITE`, …
    pub operation: String,
    /// `ALLOW` or `DENY`.
    pub permission: String,
}

/// `KafkaConsumerGroup`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// The cluster that it is of. Old servers may leave it out.
    #[serde(
        default,
        deserialize_with = "text_or_none",
        skip_serializing_if = "Option::is_none"
    )]
    pub cluster_id: Option<String>,
    /// The group's id.
    pub consumer_group_id: String,
    /// `STABLE`, `EMPTY`, …
    #[serde(default, deserialize_with = "or_default")]
    pub state: String,
}

/// `KafkaConsumerLag`: what a group has committed for one partition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupLag {
    /// The cluster that it is of. Old servers may leave it out.
    #[serde(
        default,
        deserialize_with = "text_or_none",
        skip_serializing_if = "Option::is_none"
    )]
    pub cluster_id: Option<String>,
    /// The topic.
    pub topic_name: String,
    /// The partition.
    pub partition_id: i32,
    /// The committed offset.
    pub current_offset: i64,
}

/// The API's error body. Both fields are required by the OpenAPI document; neither is by us.
#[derive(Debug, Default, Deserialize)]
pub(super) struct ErrorBody {
    #[serde(default, deserialize_with = "number_or_none")]
    pub(super) error_code: Option<i64>,
    #[serde(default)]
    pub(super) message: Option<String>,
    /// Confluent Cloud's gateway answers in this form.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) errors: Vec<GatewayError>,
    /// OAuth token endpoints answer in this form (RFC 6749, 5.2).
    #[serde(default)]
    pub(super) error_description: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct GatewayError {
    #[serde(default)]
    pub(super) detail: Option<String>,
}

/// The cluster that an object names in a field or in its address.
macro_rules! of_cluster {
    ($($object:ty: $find:expr),+ $(,)?) => {
        $(impl OfCluster for $object {
            fn cluster_id(&self) -> Option<&str> {
                let find: fn(&Self) -> Option<&str> = $find;
                find(self)
            }
        })+
    };
}

of_cluster! {
    Link: |link| link.metadata.cluster_id(),
    Config: |config| config.cluster_id.as_deref(),
    Topic: |topic| topic.cluster_id.as_deref(),
    Acl: |acl| acl.cluster_id.as_deref(),
    Group: |group| group.cluster_id.as_deref(),
    GroupLag: |lag| lag.cluster_id.as_deref(),
    Mirror: |mirror| mirror.metadata.cluster_id(),
    AlterMirror: |_| None,
    // A list of clusters names others by intent.
    Cluster: |_| None,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_its_cluster() {
        let found = cluster_of("https://pkc-1.example:443/kafka/v3/clusters/lkc-1/links/dr");
        assert_eq!(found, Some("lkc-1"));
        assert_eq!(cluster_of("http://h/v3/clusters/x"), Some("x"));
        assert_eq!(cluster_of("/clusters/x?a=/clusters/y"), Some("x"));
        for none in [
            "",
            "https://h/kafka/v3/clusters",
            "https://h/clusters/",
            "https://h/clusters//links",
            "clusters/x",
            "no",
        ] {
            assert_eq!(cluster_of(none), None, "{none}");
        }
    }

    #[test]
    fn rows_of_another_cluster_are_seen_wherever_they_are() {
        let row = |id: &str| {
            format!(
                r#"{{"metadata":{{"self":"https://h/clusters/{id}/links/l"}},"mirror_topic_name":"t","mirror_status":"ACTIVE"}}"#
            )
        };
        let of_another = |ids: &[&str]| {
            let rows: Vec<String> = ids.iter().copied().map(row).collect();
            let list = format!(r#"{{"data":[{}]}}"#, rows.join(","));
            let list: List<Mirror, Vec<Mirror>> = serde_json::from_str(&list).unwrap();
            let another = list.of_another("own").map(str::to_owned);
            assert_eq!(list.kept().len(), ids.len());
            another
        };
        assert_eq!(of_another(&[]), None);
        assert_eq!(of_another(&["own", "", "own"]), None);
        for rows in [&["b", "own", "c"][..], &["own", "own", "", "b", "c"]] {
            assert_eq!(of_another(rows).as_deref(), Some("b"), "{rows:?}");
        }
        serde_json::from_str::<List<Mirror, Vec<Mirror>>>(r#"{"data":null}"#).unwrap_err();
        serde_json::from_str::<List<Mirror, Vec<Mirror>>>("{}").unwrap_err();
    }
}
