//! What a world file says about one cluster.

use crate::limiter::RateLimit;
use crate::profile::Profile;
use crate::vocabulary::{
    ClusterKind, ConnectionMode, LinkMode, LinkPermission, Maker, MirrorStatus, Role, Tier,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One cluster and all that is on it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClusterSpec {
    /// The id in REST paths: `lkc-…` on Cloud, 22 characters of base64url elsewhere.
    pub id: String,
    /// A short name for people; shown, never used in paths.
    #[serde(default)]
    pub name: Option<String>,
    /// What software it runs.
    #[serde(default)]
    pub kind: ClusterKind,
    /// Which servers it answers like: their fields, nulls, orders, key list and error texts. Left
    /// out: `cc-2026` on Cloud, `cp-8` elsewhere.
    #[serde(default)]
    pub profile: Option<Profile>,
    /// The Cloud cluster type; ignored elsewhere.
    #[serde(default)]
    pub tier: Tier,
    /// The Cloud organization; ACL sync works inside one only.
    #[serde(default)]
    pub organization: Option<String>,
    /// `host:port` that links use to reach it. Left out: `<id>.sandbox.invalid:9092`.
    #[serde(default)]
    pub bootstrap_servers: Option<String>,
    /// `address:port` where `linkwright sandbox` serves this cluster alone, as a server of its own
    /// would, in addition to the address that all clusters share.
    #[serde(default)]
    pub listen: Option<std::net::SocketAddr>,
    /// Who may call its REST API. Left out: anyone may do anything.
    #[serde(default)]
    pub rest_auth: Option<RestAuth>,
    /// The principals links may use against this cluster. Left out: any is accepted.
    #[serde(default)]
    pub link_principals: Option<Vec<LinkPrincipal>>,
    /// Whether links can reach it when the world starts.
    #[serde(default = "yes")]
    pub reachable: bool,
    /// Whether ACLs are enforced and listed; without, ACL calls answer "Security features are
    /// disabled".
    #[serde(default = "yes")]
    pub authorizer: bool,
    /// How many requests its REST API answers. Left out: all. The real limits are not published.
    #[serde(default)]
    pub rate_limit: Option<RateLimit>,
    /// How many ACLs it may hold.
    #[serde(default)]
    pub acl_limit: Option<usize>,
    /// How many links it may hold. The real limits are not published.
    #[serde(default)]
    pub link_limit: Option<usize>,
    /// How many mirrors one link may hold. The real limits are not published.
    #[serde(default)]
    pub mirror_limit: Option<usize>,
    /// Brokers, the largest possible replication factor outside Cloud.
    #[serde(default = "three")]
    pub brokers: u16,
    /// Numeric ids of service accounts by resource id (`sa-abc123: 12345`). One that is not listed
    /// gets a number made from its name.
    #[serde(default)]
    pub service_accounts: BTreeMap<String, u64>,
    /// Ordinary topics.
    #[serde(default)]
    pub topics: Vec<TopicSpec>,
    /// ACLs.
    #[serde(default)]
    pub acls: Vec<AclSpec>,
    /// Consumer groups.
    #[serde(default)]
    pub groups: Vec<GroupSpec>,
    /// Link halves that live on this cluster.
    #[serde(default)]
    pub links: Vec<LinkSpec>,
}

fn yes() -> bool {
    true
}

fn three() -> u16 {
    3
}

/// Who may call the REST API.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RestAuth {
    /// API keys or users for HTTP Basic.
    pub basic: Vec<BasicCredential>,
    /// Tokens for `Authorization: Bearer`.
    pub bearer: Vec<BearerCredential>,
}

/// A user name (API key) and password (API secret).
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BasicCredential {
    /// User name or API key.
    pub username: String,
    /// Password or API secret.
    pub password: String,
    /// What it may do.
    #[serde(default)]
    pub role: Role,
    /// Whose ACLs on this cluster decide what it may do, in place of `role`: `User:name` or `User:sa-…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<String>,
}

/// A bearer token.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BearerCredential {
    /// The token.
    pub token: String,
    /// What it may do.
    #[serde(default)]
    pub role: Role,
    /// Whose ACLs on this cluster decide what it may do, in place of `role`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<String>,
}

/// A principal that a link may use against this cluster.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkPrincipal {
    /// User name, API key, client id or Kerberos principal in the link's JAAS line; of a link that
    /// authenticates with a certificate, `ssl.keystore.certificate.chain`.
    pub username: String,
    /// Password, API secret, client secret or path of the key table in the link's JAAS line; of a link that
    /// authenticates with a certificate, `ssl.keystore.key`.
    pub password: String,
    /// What it may read. Left out: everything.
    #[serde(default = "all_permissions")]
    pub may: Vec<LinkPermission>,
    /// Whose ACLs on this cluster decide what it may do, in place of `may`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<String>,
}

fn all_permissions() -> Vec<LinkPermission> {
    LinkPermission::ALL.to_vec()
}

/// Records in a topic: one number spread evenly, or one per partition.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Records {
    /// For the whole topic.
    Total(u64),
    /// Per partition.
    PerPartition(Vec<u64>),
}

impl Default for Records {
    fn default() -> Self {
        Records::Total(0)
    }
}

/// An ordinary topic, or a thousand of them.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TopicSpec {
    /// Its name. With `count`, `{n}` in the name becomes the number, from 0.
    pub name: String,
    /// How many topics to make of this entry.
    #[serde(default)]
    pub count: Option<u32>,
    /// Partitions.
    #[serde(default = "six")]
    pub partitions: u32,
    /// Records it holds at the start.
    #[serde(default)]
    pub records: Records,
    /// Records written per second of virtual time, over all partitions.
    #[serde(default)]
    pub produce_per_s: f64,
    /// Configs that differ from the defaults.
    #[serde(default)]
    pub configs: BTreeMap<String, String>,
}

fn six() -> u32 {
    6
}

/// One ACL binding.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct AclSpec {
    /// TOPIC, GROUP, CLUSTER, TRANSACTIONAL_ID or DELEGATION_TOKEN.
    pub resource_type: String,
    /// Name of the resource; `kafka-cluster` for CLUSTER.
    pub resource_name: String,
    /// LITERAL or PREFIXED.
    #[serde(default = "literal")]
    pub pattern_type: String,
    /// `User:name` or `User:sa-…`.
    pub principal: String,
    /// `*` or an address.
    #[serde(default = "any_host")]
    pub host: String,
    /// READ, WRITE, …
    pub operation: String,
    /// ALLOW or DENY.
    #[serde(default = "allow")]
    pub permission: String,
}

fn literal() -> String {
    String::from("LITERAL")
}

fn any_host() -> String {
    String::from("*")
}

fn allow() -> String {
    String::from("ALLOW")
}

/// A consumer group.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupSpec {
    /// Its id.
    pub id: String,
    /// Committed offsets by topic.
    #[serde(default)]
    pub offsets: BTreeMap<String, Records>,
    /// Whether members are consuming now. An active group keeps up with its topics.
    #[serde(default)]
    pub active: bool,
}

/// A link half that exists at the start, settled and in contact.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkSpec {
    /// The link's name.
    pub name: String,
    /// Id of the other cluster.
    pub remote: String,
    /// `link.mode`.
    #[serde(default)]
    pub mode: LinkMode,
    /// `connection.mode`.
    #[serde(default)]
    pub connection: ConnectionMode,
    /// The id both halves share. Left out: made from the seed, the same for halves of one name
    /// that point at each other.
    #[serde(default)]
    pub cluster_link_id: Option<String>,
    /// Which client made it: the half has the configs that this client sends, whether they differ
    /// from the defaults or not. Left out: `link.mode`, `connection.mode` and what connecting needs.
    #[serde(default)]
    pub made_by: Option<Maker>,
    /// Other link configs. They win over those that the maker sends. `bootstrap.servers` is filled in
    /// for halves that connect.
    #[serde(default)]
    pub configs: BTreeMap<String, String>,
    /// Whether a half that cannot reach the other cluster has noticed it only now, so that its state is still that of a
    /// link in contact. Left out: so long ago that it is unavailable.
    #[serde(default)]
    pub contact_lost: bool,
    /// Whether `configs` is all that was set on it, so that nothing is filled in.
    #[serde(default)]
    pub only_configs: bool,
    /// Mirrors on this half.
    #[serde(default)]
    pub mirrors: Vec<MirrorSpec>,
}

/// A mirror topic that exists at the start.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MirrorSpec {
    /// The source topic. With `count`, `{n}` in the name becomes the number, from 0.
    pub source_topic: String,
    /// How many mirrors to make of this entry.
    #[serde(default)]
    pub count: Option<u32>,
    /// Its state.
    #[serde(default = "active")]
    pub status: MirrorStatus,
    /// Records not copied yet: a number for each partition, or one per partition. Left out: 0.
    #[serde(default)]
    pub lag: PartitionLag,
    /// The next offset to copy, per partition. Left out: the end of the source topic less `lag`. With it, the source
    /// topic may be missing.
    #[serde(default)]
    pub offsets: Option<Vec<u64>>,
    /// When it took its state, RFC 3339. Left out: when the world starts.
    #[serde(default)]
    pub since: Option<String>,
    /// What is wrong with it, shown as `mirror_topic_error`.
    #[serde(default)]
    pub error: crate::vocabulary::MirrorError,
    /// Whether the link's auto-create made it.
    #[serde(default)]
    pub auto_created: bool,
    /// Records that it copies per second at most, over all partitions. Left out: as `timings` say.
    #[serde(default)]
    pub copies_per_s: Option<f64>,
}

/// Records not copied yet.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum PartitionLag {
    /// In each partition.
    Each(u64),
    /// Per partition.
    PerPartition(Vec<u64>),
}

impl Default for PartitionLag {
    fn default() -> Self {
        PartitionLag::Each(0)
    }
}

impl PartitionLag {
    /// In one partition.
    pub(crate) fn of(&self, partition: usize) -> i64 {
        let lag = match self {
            PartitionLag::Each(lag) => *lag,
            PartitionLag::PerPartition(lags) => lags.get(partition).copied().unwrap_or(0),
        };
        i64::try_from(lag).unwrap_or(i64::MAX)
    }
}

fn active() -> MirrorStatus {
    MirrorStatus::Active
}
