//! The names of link configs that code speaks of, each written once.
//!
//! [`ENTRIES`](super::ENTRIES) says what is known about them.

/// What the names of configs for the cluster that holds a half begin with: `local.sasl.mechanism`.
pub const LOCAL: &str = "local.";

/// `acl.filters`.
pub const ACL_FILTERS: &str = "acl.filters";
/// `acl.sync.enable`.
pub const ACL_SYNC_ENABLE: &str = "acl.sync.enable";
/// `acl.sync.ms`.
pub const ACL_SYNC_MS: &str = "acl.sync.ms";
/// `auto.create.mirror.topics.enable`.
pub const AUTO_CREATE_MIRROR_TOPICS_ENABLE: &str = "auto.create.mirror.topics.enable";
/// `auto.create.mirror.topics.filters`.
pub const AUTO_CREATE_MIRROR_TOPICS_FILTERS: &str = "auto.create.mirror.topics.filters";
/// `bootstrap.servers`.
pub const BOOTSTRAP_SERVERS: &str = "bootstrap.servers";
/// `cluster.link.paused`.
pub const CLUSTER_LINK_PAUSED: &str = "cluster.link.paused";
/// `cluster.link.prefix`.
pub const CLUSTER_LINK_PREFIX: &str = "cluster.link.prefix";
/// The prefix as newer servers report it; a write is ignored.
pub const LINK_PREFIX: &str = "link.prefix";
/// `connection.mode`.
pub const CONNECTION_MODE: &str = "connection.mode";
/// `consumer.group.prefix.enable`.
pub const CONSUMER_GROUP_PREFIX_ENABLE: &str = "consumer.group.prefix.enable";
/// `consumer.offset.group.filters`.
pub const CONSUMER_OFFSET_GROUP_FILTERS: &str = "consumer.offset.group.filters";
/// `consumer.offset.sync.enable`.
pub const CONSUMER_OFFSET_SYNC_ENABLE: &str = "consumer.offset.sync.enable";
/// `consumer.offset.sync.ms`.
pub const CONSUMER_OFFSET_SYNC_MS: &str = "consumer.offset.sync.ms";
/// `link.mode`.
pub const LINK_MODE: &str = "link.mode";
/// `mirror.start.offset.spec`.
pub const MIRROR_START_OFFSET_SPEC: &str = "mirror.start.offset.spec";
/// `remote.link.connection.mode`.
pub const REMOTE_LINK_CONNECTION_MODE: &str = "remote.link.connection.mode";
/// `sasl.jaas.config`.
pub const SASL_JAAS_CONFIG: &str = "sasl.jaas.config";
/// `sasl.login.callback.handler.class`.
pub const SASL_LOGIN_CALLBACK_HANDLER_CLASS: &str = "sasl.login.callback.handler.class";
/// `sasl.mechanism`.
pub const SASL_MECHANISM: &str = "sasl.mechanism";
/// `sasl.oauthbearer.token.endpoint.url`.
pub const SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL: &str = "sasl.oauthbearer.token.endpoint.url";
/// `security.protocol`.
pub const SECURITY_PROTOCOL: &str = "security.protocol";
/// `ssl.key.password`.
pub const SSL_KEY_PASSWORD: &str = "ssl.key.password";
/// `ssl.keystore.certificate.chain`.
pub const SSL_KEYSTORE_CERTIFICATE_CHAIN: &str = "ssl.keystore.certificate.chain";
/// `ssl.keystore.key`.
pub const SSL_KEYSTORE_KEY: &str = "ssl.keystore.key";
/// `ssl.keystore.type`.
pub const SSL_KEYSTORE_TYPE: &str = "ssl.keystore.type";
/// `ssl.truststore.certificates`.
pub const SSL_TRUSTSTORE_CERTIFICATES: &str = "ssl.truststore.certificates";
/// `ssl.truststore.type`.
pub const SSL_TRUSTSTORE_TYPE: &str = "ssl.truststore.type";
/// `topic.config.sync.include`.
pub const TOPIC_CONFIG_SYNC_INCLUDE: &str = "topic.config.sync.include";
/// `topic.config.sync.ms`.
pub const TOPIC_CONFIG_SYNC_MS: &str = "topic.config.sync.ms";
