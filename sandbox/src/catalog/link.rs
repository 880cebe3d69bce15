//! The link-config catalogue: every key a Cloud cluster returned for a link (56 of them), and the
//! keys that are accepted but shown only once set.
//!
//! Names, defaults and flags are those of a reply recorded in the Terraform provider's test data.

use crate::vocabulary::ClusterKind;
use Access::{CreateOnly, ReadOnlyOnCloud, Settable};
use Kind::{
    AclFilters, Bool, Choice, GroupFilters, Int, List, Prefix, StartOffset, Text, TopicFilters,
    TopicKeys,
};
use Shown::{Always, OnceSet};

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

/// Whether a list of configs shows the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Always.
    Always,
    /// When it was set.
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
    key("acl.filters", Some(""), AclFilters, Settable, Always),
    key("acl.sync.enable", Some("false"), Bool, Settable, Always),
    key("acl.sync.ms", Some("5000"), Int(1000), Settable, Always),
    key("auto.create.mirror.topics.enable", Some("false"), Bool, Settable, Always),
    key("auto.create.mirror.topics.filters", Some(""), TopicFilters, Settable, Always),
    key("availability.check.consecutive.failure.threshold", Some("5"), Int(1), Settable, OnceSet),
    key("availability.check.ms", Some("60000"), Int(1), Settable, OnceSet),
    key("bootstrap.servers", None, List, Settable, Always),
    key("client.dns.lookup", Some("use_all_dns_ips"), Text, Settable, Always),
    key("cluster.link.id", None, Text, CreateOnly, OnceSet),
    key("cluster.link.paused", Some("false"), Bool, Settable, OnceSet),
    key("cluster.link.prefix", None, Prefix, CreateOnly, Always),
    key("cluster.link.retry.timeout.ms", Some("300000"), Int(-1), ReadOnlyOnCloud, Always),
    key("connection.mode", Some("OUTBOUND"), Choice(CONNECTION_MODES), CreateOnly, Always),
    key("connections.max.idle.ms", Some("600000"), Int(-1), ReadOnlyOnCloud, Always),
    key("consumer.group.prefix.enable", Some("false"), Bool, Settable, Always),
    key("consumer.offset.group.filters", Some(""), GroupFilters, Settable, Always),
    key("consumer.offset.sync.enable", Some("false"), Bool, Settable, Always),
    key("consumer.offset.sync.ms", Some("30000"), Int(1000), Settable, Always),
    key("default.api.timeout.ms", Some("60000"), Int(0), ReadOnlyOnCloud, OnceSet),
    key("link.mode", Some("DESTINATION"), Choice(LINK_MODES), CreateOnly, Always),
    key("link.prefix", None, Text, Access::Dropped, OnceSet),
    key("local.bootstrap.servers", None, List, Settable, OnceSet),
    key("local.listener", None, Text, Settable, OnceSet),
    key("local.listener.name", None, Text, Settable, OnceSet),
    key("local.sasl.jaas.config", None, Kind::Secret, Settable, Always),
    key("local.sasl.mechanism", Some("GSSAPI"), Text, Settable, Always),
    key("local.security.protocol", Some("PLAINTEXT"), Choice(PROTOCOLS), Settable, Always),
    key("local.ssl.cipher.suites", None, List, Settable, Always),
    key("local.ssl.enabled.protocols", Some("TLSv1.2,TLSv1.3"), List, Settable, Always),
    key("local.ssl.endpoint.identification.algorithm", Some("https"), Text, Settable, Always),
    key("local.ssl.key.password", None, Kind::Secret, Settable, Always),
    key("local.ssl.keystore.certificate.chain", None, Kind::Secret, Settable, Always),
    key("local.ssl.keystore.key", None, Kind::Secret, Settable, Always),
    key("local.ssl.keystore.type", Some("JKS"), Text, Settable, Always),
    key("local.ssl.protocol", Some("TLSv1.3"), Text, Settable, Always),
    key("local.ssl.truststore.certificates", None, Kind::Secret, Settable, Always),
    key("local.ssl.truststore.type", Some("JKS"), Text, Settable, Always),
    key("metadata.max.age.ms", Some("300000"), Int(0), ReadOnlyOnCloud, Always),
    key("mirror.start.offset.spec", Some("earliest"), StartOffset, Settable, OnceSet),
    key("num.cluster.link.fetchers", Some("1"), Int(1), ReadOnlyOnCloud, Always),
    key("remote.link.connection.mode", None, Choice(CONNECTION_MODES), CreateOnly, OnceSet),
    key("replica.fetch.backoff.ms", Some("1000"), Int(0), ReadOnlyOnCloud, Always),
    key("replica.fetch.max.bytes", Some("5242880"), Int(0), ReadOnlyOnCloud, Always),
    key("replica.fetch.min.bytes", Some("1"), Int(0), ReadOnlyOnCloud, Always),
    key("replica.fetch.response.max.bytes", Some("10485760"), Int(0), ReadOnlyOnCloud, Always),
    key("replica.fetch.wait.max.ms", Some("500"), Int(0), ReadOnlyOnCloud, Always),
    key("replica.socket.receive.buffer.bytes", Some("-1"), Int(-1), Settable, Always),
    key("replica.socket.timeout.ms", Some("30000"), Int(0), ReadOnlyOnCloud, Always),
    key("request.timeout.ms", Some("30000"), Int(0), ReadOnlyOnCloud, Always),
    key("retry.backoff.ms", Some("100"), Int(0), ReadOnlyOnCloud, Always),
    key("sasl.client.callback.handler.class", None, Text, Settable, OnceSet),
    key("sasl.jaas.config", None, Kind::Secret, Settable, Always),
    key("sasl.kerberos.kinit.cmd", None, Text, Settable, OnceSet),
    key("sasl.kerberos.min.time.before.relogin", None, Text, Settable, OnceSet),
    key("sasl.kerberos.service.name", None, Text, Settable, OnceSet),
    key("sasl.kerberos.ticket.renew.jitter", None, Text, Settable, OnceSet),
    key("sasl.kerberos.ticket.renew.window.factor", None, Text, Settable, OnceSet),
    key("sasl.login.callback.handler.class", None, Text, Settable, OnceSet),
    key("sasl.login.class", None, Text, Settable, OnceSet),
    key("sasl.login.refresh.buffer.seconds", None, Text, Settable, OnceSet),
    key("sasl.login.refresh.min.period.seconds", None, Text, Settable, OnceSet),
    key("sasl.login.refresh.window.factor", None, Text, Settable, OnceSet),
    key("sasl.login.refresh.window.jitter", None, Text, Settable, OnceSet),
    key("sasl.mechanism", Some("GSSAPI"), Text, Settable, Always),
    key("sasl.oauthbearer.token.endpoint.url", None, Text, Settable, OnceSet),
    key("security.protocol", Some("PLAINTEXT"), Choice(PROTOCOLS), Settable, Always),
    key("socket.connection.setup.timeout.max.ms", Some("30000"), Int(0), ReadOnlyOnCloud, Always),
    key("socket.connection.setup.timeout.ms", Some("10000"), Int(0), ReadOnlyOnCloud, Always),
    key("ssl.cipher.suites", None, List, Settable, Always),
    key("ssl.enabled.protocols", Some("TLSv1.2,TLSv1.3"), List, Settable, Always),
    key("ssl.endpoint.identification.algorithm", Some("https"), Text, Settable, Always),
    key("ssl.engine.factory.class", None, Text, Settable, OnceSet),
    key("ssl.key.password", None, Kind::Secret, Settable, Always),
    key("ssl.keymanager.algorithm", None, Text, Settable, OnceSet),
    key("ssl.keystore.certificate.chain", None, Kind::Secret, Settable, Always),
    key("ssl.keystore.key", None, Kind::Secret, Settable, Always),
    key("ssl.keystore.location", None, Text, Settable, OnceSet),
    key("ssl.keystore.password", None, Kind::Secret, Settable, OnceSet),
    key("ssl.keystore.type", Some("JKS"), Text, Settable, Always),
    key("ssl.protocol", Some("TLSv1.3"), Text, Settable, Always),
    key("ssl.provider", None, Text, Settable, OnceSet),
    key("ssl.secure.random.implementation", None, Text, Settable, OnceSet),
    key("ssl.trustmanager.algorithm", None, Text, Settable, OnceSet),
    key("ssl.truststore.certificates", None, Kind::Secret, Settable, Always),
    key("ssl.truststore.location", None, Text, Settable, OnceSet),
    key("ssl.truststore.password", None, Kind::Secret, Settable, OnceSet),
    key("ssl.truststore.type", Some("JKS"), Text, Settable, Always),
    key("topic.config.sync.include", None, TopicKeys, Settable, OnceSet),
    key("topic.config.sync.ms", Some("5000"), Int(1000), Settable, Always),
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

    /// The default shown on this kind of cluster. Platform documents null for the auto-create
    /// filter where Cloud returns an empty text.
    pub(crate) fn default_on(&self, kind: ClusterKind) -> Option<&'static str> {
        if self.kind == TopicFilters && kind != ClusterKind::ConfluentCloud {
            return None;
        }
        self.default
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_a_plain_cloud_link_shows_56_keys() {
        assert!(KEYS.windows(2).all(|pair| pair[0].name < pair[1].name));
        assert_eq!(KEYS.iter().filter(|key| key.shown == Always).count(), 56);
    }

    #[test]
    fn every_feature_names_known_keys() {
        for (enable, filter) in FEATURES {
            assert!(find(enable).is_some() && find(filter).is_some());
        }
    }
}
