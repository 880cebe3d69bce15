//! The link-config catalogue: every key that a list of a link's configs was seen to have, and the
//! keys that are accepted but shown only once set.
//!
//! Names, defaults and flags are those of two recorded lists, which `fixtures/recorded` holds: of
//! Confluent Cloud in 2022 (56 keys) and of Confluent Platform 7.5 (140 keys). The shorter is part of
//! the longer, and no default differs.

use super::topic::DEFAULT_INCLUDE;
use crate::switches::{CloudLinkPaused, Switches};
use crate::vocabulary::ClusterKind;
use Access::{CreateOnly, ReadOnlyOnCloud, Settable};
use Kind::{
    AclFilters, Bool, Choice, GroupFilters, Int, List, Prefix, StartOffset, Text, TopicFilters,
    TopicKeys,
};
use Shown::{Cloud, Newer, OnceSet, Platform};

/// When a key may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// At any time.
    Settable,
    /// In the create request. A later write of another value is refused, although the API reports
    /// the key as not read-only.
    CreateOnly,
    /// Never on Cloud (reported read-only there); at any time on Platform.
    ReadOnlyOnCloud,
    /// Accepted at any time, and without effect.
    Dropped,
}

/// The shortest list of configs that shows the key although it was not set. Longer lists have all
/// that shorter ones have; a profile says which list it sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Shown {
    /// That of Confluent Cloud, and so every list.
    Cloud,
    /// That of Confluent Platform 7.5.
    Platform,
    /// That of Confluent Platform 8. Such keys were seen in use, and are not in the list of 7.5.
    Newer,
    /// None: it is there when it was set.
    OnceSet,
}

/// What values a key takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `true` or `false`.
    Bool,
    /// A whole number, at least this.
    Int(i64),
    /// Any text.
    Text,
    /// Comma-separated texts.
    List,
    /// One of these.
    Choice(&'static [&'static str]),
    /// A secret: written, never read back.
    Secret,
    /// A mirror name prefix: at most 12 characters of a topic name.
    Prefix,
    /// `earliest`, `latest` or an ISO 8601 time.
    StartOffset,
    /// `{"topicFilters": […]}`.
    TopicFilters,
    /// `{"groupFilters": […]}`.
    GroupFilters,
    /// `{"aclFilters": […]}`.
    AclFilters,
    /// Comma-separated topic configs, which must contain the ones that are always synced.
    TopicKeys,
}

/// One key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) default: Option<&'static str>,
    pub(crate) kind: Kind,
    pub(crate) access: Access,
    pub(crate) shown: Shown,
}

const fn key(
    name: &'static str,
    default: Option<&'static str>,
    kind: Kind,
    access: Access,
    shown: Shown,
) -> Key {
    Key {
        name,
        default,
        kind,
        access,
        shown,
    }
}

const PROTOCOLS: &[&str] = &["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"];
const LINK_MODES: &[&str] = &["DESTINATION", "SOURCE", "BIDIRECTIONAL"];
const CONNECTION_MODES: &[&str] = &["OUTBOUND", "INBOUND"];

/// Every known key, sorted by name.
#[rustfmt::skip] // one key, one line
pub(crate) const KEYS: &[Key] = &[
    key("acl.filters", Some(""), AclFilters, Settable, Cloud),
    key("acl.sync.enable", Some("false"), Bool, Settable, Cloud),
    key("acl.sync.ms", Some("5000"), Int(1000), Settable, Cloud),
    key("auto.create.mirror.topics.enable", Some("false"), Bool, Settable, Cloud),
    key("auto.create.mirror.topics.filters", Some(""), TopicFilters, Settable, Cloud),
    key("availability.check.consecutive.failure.threshold", Some("5"), Int(1), Settable, Platform),
    key("availability.check.ms", Some("60000"), Int(1), Settable, Platform),
    key("bootstrap.servers", None, List, Settable, Cloud),
    key("client.dns.lookup", Some("use_all_dns_ips"), Text, Settable, Cloud),
    key("cluster.link.id", None, Text, CreateOnly, Newer),
    key("cluster.link.paused", Some("false"), Bool, Settable, Platform),
    key("cluster.link.prefix", None, Prefix, CreateOnly, Cloud),
    key("cluster.link.retry.timeout.ms", Some("300000"), Int(-1), ReadOnlyOnCloud, Cloud),
    key("config.providers", None, Kind::Secret, Settable, OnceSet),
    key("config.providers.file.class", None, Kind::Secret, Settable, OnceSet),
    key("confluent.replica.fetch.backoff.max.ms", Some("1000"), Int(0), Settable, Platform),
    key("connection.mode", Some("OUTBOUND"), Choice(CONNECTION_MODES), CreateOnly, Cloud),
    key("connections.max.idle.ms", Some("600000"), Int(-1), ReadOnlyOnCloud, Cloud),
    key("consumer.group.prefix.enable", Some("false"), Bool, Settable, Cloud),
    key("consumer.offset.group.filters", Some(""), GroupFilters, Settable, Cloud),
    key("consumer.offset.sync.clamp.offsets", Some("true"), Bool, Settable, Newer),
    key("consumer.offset.sync.enable", Some("false"), Bool, Settable, Cloud),
    key("consumer.offset.sync.ms", Some("30000"), Int(1000), Settable, Cloud),
    key("default.api.timeout.ms", Some("60000"), Int(0), ReadOnlyOnCloud, OnceSet),
    key("link.fetcher.enforce.max.lagging.partitions.ms", Some("300000"), Int(0), Settable, Platform),
    key("link.fetcher.lagging.partition.ms", Some("300000"), Int(0), Settable, Platform),
    key("link.fetcher.max.lagging.partitions", Some("-1"), Int(-1), Settable, Platform),
    key("link.mode", Some("DESTINATION"), Choice(LINK_MODES), CreateOnly, Cloud),
    key("link.prefix", None, Text, Access::Dropped, Newer),
    key("local.bootstrap.servers", None, List, Settable, Newer),
    key("local.listener", None, Text, Settable, Newer),
    key("local.listener.name", None, Text, Settable, Platform),
    key("local.sasl.client.callback.handler.class", None, Text, Settable, Platform),
    key("local.sasl.jaas.config", None, Kind::Secret, Settable, Cloud),
    key("local.sasl.kerberos.kinit.cmd", Some("/usr/bin/kinit"), Text, Settable, Platform),
    key("local.sasl.kerberos.min.time.before.relogin", Some("60000"), Int(0), Settable, Platform),
    key("local.sasl.kerberos.service.name", None, Text, Settable, Platform),
    key("local.sasl.kerberos.ticket.renew.jitter", Some("0.05"), Text, Settable, Platform),
    key("local.sasl.kerberos.ticket.renew.window.factor", Some("0.8"), Text, Settable, Platform),
    key("local.sasl.login.callback.handler.class", None, Text, Settable, Platform),
    key("local.sasl.login.class", None, Text, Settable, Platform),
    key("local.sasl.login.connect.timeout.ms", None, Int(0), Settable, Platform),
    key("local.sasl.login.read.timeout.ms", None, Int(0), Settable, Platform),
    key("local.sasl.login.refresh.buffer.seconds", Some("300"), Int(0), Settable, Platform),
    key("local.sasl.login.refresh.min.period.seconds", Some("60"), Int(0), Settable, Platform),
    key("local.sasl.login.refresh.window.factor", Some("0.8"), Text, Settable, Platform),
    key("local.sasl.login.refresh.window.jitter", Some("0.05"), Text, Settable, Platform),
    key("local.sasl.login.retry.backoff.max.ms", Some("10000"), Int(0), Settable, Platform),
    key("local.sasl.login.retry.backoff.ms", Some("100"), Int(0), Settable, Platform),
    key("local.sasl.mechanism", Some("GSSAPI"), Text, Settable, Cloud),
    key("local.sasl.oauthbearer.clock.skew.seconds", Some("30"), Int(0), Settable, Platform),
    key("local.sasl.oauthbearer.expected.audience", None, Text, Settable, Platform),
    key("local.sasl.oauthbearer.expected.issuer", None, Text, Settable, Platform),
    key("local.sasl.oauthbearer.jwks.endpoint.refresh.ms", Some("3600000"), Int(0), Settable, Platform),
    key("local.sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms", Some("10000"), Int(0), Settable, Platform),
    key("local.sasl.oauthbearer.jwks.endpoint.retry.backoff.ms", Some("100"), Int(0), Settable, Platform),
    key("local.sasl.oauthbearer.jwks.endpoint.url", None, Text, Settable, Platform),
    key("local.sasl.oauthbearer.scope.claim.name", Some("scope"), Text, Settable, Platform),
    key("local.sasl.oauthbearer.sub.claim.name", Some("sub"), Text, Settable, Platform),
    key("local.sasl.oauthbearer.token.endpoint.url", None, Text, Settable, Platform),
    key("local.security.protocol", Some("PLAINTEXT"), Choice(PROTOCOLS), Settable, Cloud),
    key("local.ssl.cipher.suites", None, List, Settable, Cloud),
    key("local.ssl.enabled.protocols", Some("TLSv1.2,TLSv1.3"), List, Settable, Cloud),
    key("local.ssl.endpoint.identification.algorithm", Some("https"), Text, Settable, Cloud),
    key("local.ssl.engine.factory.class", None, Text, Settable, Platform),
    key("local.ssl.key.password", None, Kind::Secret, Settable, Cloud),
    key("local.ssl.keymanager.algorithm", Some("SunX509"), Text, Settable, Platform),
    key("local.ssl.keystore.certificate.chain", None, Kind::Secret, Settable, Cloud),
    key("local.ssl.keystore.key", None, Kind::Secret, Settable, Cloud),
    key("local.ssl.keystore.location", None, Text, Settable, Platform),
    key("local.ssl.keystore.password", None, Kind::Secret, Settable, Platform),
    key("local.ssl.keystore.type", Some("JKS"), Text, Settable, Cloud),
    key("local.ssl.protocol", Some("TLSv1.3"), Text, Settable, Cloud),
    key("local.ssl.provider", None, Text, Settable, Platform),
    key("local.ssl.secure.random.implementation", None, Text, Settable, Platform),
    key("local.ssl.trustmanager.algorithm", Some("PKIX"), Text, Settable, Platform),
    key("local.ssl.truststore.certificates", None, Kind::Secret, Settable, Cloud),
    key("local.ssl.truststore.location", None, Text, Settable, Platform),
    key("local.ssl.truststore.password", None, Kind::Secret, Settable, Platform),
    key("local.ssl.truststore.type", Some("JKS"), Text, Settable, Cloud),
    key("metadata.max.age.ms", Some("300000"), Int(0), ReadOnlyOnCloud, Cloud),
    key("mirror.start.offset.spec", Some("earliest"), StartOffset, Settable, Newer),
    key("num.cluster.link.fetchers", Some("1"), Int(1), ReadOnlyOnCloud, Cloud),
    key("reconnect.backoff.max.ms", Some("10000"), Int(0), Settable, Platform),
    key("reconnect.backoff.ms", Some("50"), Int(0), Settable, Platform),
    key("remote.link.connection.mode", None, Choice(CONNECTION_MODES), CreateOnly, Newer),
    key("replica.fetch.backoff.ms", Some("1000"), Int(0), ReadOnlyOnCloud, Cloud),
    key("replica.fetch.max.bytes", Some("5242880"), Int(0), ReadOnlyOnCloud, Cloud),
    key("replica.fetch.min.bytes", Some("1"), Int(0), ReadOnlyOnCloud, Cloud),
    key("replica.fetch.response.max.bytes", Some("10485760"), Int(0), ReadOnlyOnCloud, Cloud),
    key("replica.fetch.wait.max.ms", Some("500"), Int(0), ReadOnlyOnCloud, Cloud),
    key("replica.socket.receive.buffer.bytes", Some("-1"), Int(-1), Settable, Cloud),
    key("replica.socket.timeout.ms", Some("30000"), Int(0), ReadOnlyOnCloud, Cloud),
    key("request.timeout.ms", Some("30000"), Int(0), ReadOnlyOnCloud, Cloud),
    key("retry.backoff.ms", Some("100"), Int(0), ReadOnlyOnCloud, Cloud),
    key("reverse.connection.setup.timeout.ms", Some("60000"), Int(0), Settable, Platform),
    key("sasl.client.callback.handler.class", None, Text, Settable, Platform),
    key("sasl.jaas.config", None, Kind::Secret, Settable, Cloud),
    key("sasl.kerberos.kinit.cmd", Some("/usr/bin/kinit"), Text, Settable, Platform),
    key("sasl.kerberos.min.time.before.relogin", Some("60000"), Int(0), Settable, Platform),
    key("sasl.kerberos.service.name", None, Text, Settable, Platform),
    key("sasl.kerberos.ticket.renew.jitter", Some("0.05"), Text, Settable, Platform),
    key("sasl.kerberos.ticket.renew.window.factor", Some("0.8"), Text, Settable, Platform),
    key("sasl.login.callback.handler.class", None, Text, Settable, Platform),
    key("sasl.login.class", None, Text, Settable, Platform),
    key("sasl.login.connect.timeout.ms", None, Int(0), Settable, Platform),
    key("sasl.login.read.timeout.ms", None, Int(0), Settable, Platform),
    key("sasl.login.refresh.buffer.seconds", Some("300"), Int(0), Settable, Platform),
    key("sasl.login.refresh.min.period.seconds", Some("60"), Int(0), Settable, Platform),
    key("sasl.login.refresh.window.factor", Some("0.8"), Text, Settable, Platform),
    key("sasl.login.refresh.window.jitter", Some("0.05"), Text, Settable, Platform),
    key("sasl.login.retry.backoff.max.ms", Some("10000"), Int(0), Settable, Platform),
    key("sasl.login.retry.backoff.ms", Some("100"), Int(0), Settable, Platform),
    key("sasl.mechanism", Some("GSSAPI"), Text, Settable, Cloud),
    key("sasl.oauthbearer.clock.skew.seconds", Some("30"), Int(0), Settable, Platform),
    key("sasl.oauthbearer.expected.audience", None, Text, Settable, Platform),
    key("sasl.oauthbearer.expected.issuer", None, Text, Settable, Platform),
    key("sasl.oauthbearer.jwks.endpoint.refresh.ms", Some("3600000"), Int(0), Settable, Platform),
    key("sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms", Some("10000"), Int(0), Settable, Platform),
    key("sasl.oauthbearer.jwks.endpoint.retry.backoff.ms", Some("100"), Int(0), Settable, Platform),
    key("sasl.oauthbearer.jwks.endpoint.url", None, Text, Settable, Platform),
    key("sasl.oauthbearer.scope.claim.name", Some("scope"), Text, Settable, Platform),
    key("sasl.oauthbearer.sub.claim.name", Some("sub"), Text, Settable, Platform),
    key("sasl.oauthbearer.token.endpoint.url", None, Text, Settable, Platform),
    key("security.protocol", Some("PLAINTEXT"), Choice(PROTOCOLS), Settable, Cloud),
    key("socket.connection.setup.timeout.max.ms", Some("30000"), Int(0), ReadOnlyOnCloud, Cloud),
    key("socket.connection.setup.timeout.ms", Some("10000"), Int(0), ReadOnlyOnCloud, Cloud),
    key("ssl.cipher.suites", None, List, Settable, Cloud),
    key("ssl.enabled.protocols", Some("TLSv1.2,TLSv1.3"), List, Settable, Cloud),
    key("ssl.endpoint.identification.algorithm", Some("https"), Text, Settable, Cloud),
    key("ssl.engine.factory.class", None, Text, Settable, Platform),
    key("ssl.key.password", None, Kind::Secret, Settable, Cloud),
    key("ssl.keymanager.algorithm", Some("SunX509"), Text, Settable, Platform),
    key("ssl.keystore.certificate.chain", None, Kind::Secret, Settable, Cloud),
    key("ssl.keystore.key", None, Kind::Secret, Settable, Cloud),
    key("ssl.keystore.location", None, Text, Settable, Platform),
    key("ssl.keystore.password", None, Kind::Secret, Settable, Platform),
    key("ssl.keystore.type", Some("JKS"), Text, Settable, Cloud),
    key("ssl.protocol", Some("TLSv1.3"), Text, Settable, Cloud),
    key("ssl.provider", None, Text, Settable, Platform),
    key("ssl.secure.random.implementation", None, Text, Settable, Platform),
    key("ssl.trustmanager.algorithm", Some("PKIX"), Text, Settable, Platform),
    key("ssl.truststore.certificates", None, Kind::Secret, Settable, Cloud),
    key("ssl.truststore.location", None, Text, Settable, Platform),
    key("ssl.truststore.password", None, Kind::Secret, Settable, Platform),
    key("ssl.truststore.type", Some("JKS"), Text, Settable, Cloud),
    key("topic.config.sync.include", Some(DEFAULT_INCLUDE), TopicKeys, Settable, Platform),
    key("topic.config.sync.ms", Some("5000"), Int(1000), Settable, Cloud),
];

/// The key of a name.
pub(crate) fn find(name: &str) -> Option<&'static Key> {
    KEYS.binary_search_by(|key| key.name.cmp(name))
        .ok()
        .map(|index| &KEYS[index])
}

/// The three features whose filter is cleared when the feature is switched off: enable key, filter
/// key.
pub(crate) const FEATURES: [(&str, &str); 3] = [
    ("acl.sync.enable", "acl.filters"),
    (
        "auto.create.mirror.topics.enable",
        "auto.create.mirror.topics.filters",
    ),
    (
        "consumer.offset.sync.enable",
        "consumer.offset.group.filters",
    ),
];

impl Key {
    /// Whether the key is never read back.
    pub(crate) fn is_sensitive(&self) -> bool {
        self.kind == Kind::Secret
    }

    /// Whether the API reports the key as read-only on this kind of cluster.
    pub(crate) fn is_read_only(&self, kind: ClusterKind) -> bool {
        self.access == ReadOnlyOnCloud && kind == ClusterKind::ConfluentCloud
    }

    /// Whether Cloud does not take the key.
    pub(crate) fn is_refused_on_cloud(&self, switches: &Switches) -> bool {
        self.name == "cluster.link.paused" && switches.cloud_link_paused == CloudLinkPaused::Refused
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(KEYS.windows(2).all(|pair| pair[0].name < pair[1].name));
    }

    #[test]
    fn every_feature_names_known_keys() {
        for (enable, filter) in FEATURES {
            assert!(find(enable).is_some() && find(filter).is_some());
        }
    }
}
