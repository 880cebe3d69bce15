//! The entries themselves, sorted by name.

use super::names;
use super::{Entry, Kind, Mutability, Owner, Where};

/// The Terraform provider's recorded reply of a Confluent Cloud cluster, and its list of what can be edited.
const TF: &str = "terraform-provider-confluent (test fixture and allow-list)";
/// "Configure and Manage Cluster Links on Confluent Cloud".
const CLOUD_DOC: &str = "Confluent Cloud documentation";
/// Confluent's migration tool, whose comments say what was observed on Confluent Server.
const KCP: &str = "confluentinc/kcp";
/// Confluent for Kubernetes examples.
const CFK: &str = "confluent-kubernetes-examples";
/// The Confluent CLI's source.
const CLI: &str = "confluentinc/cli";
/// Public demonstrations of Confluent Platform.
const DEMOS: &str = "Confluent Platform demonstrations";

/// A whole number of which no source states a bound.
const NUMBER: Kind = Kind::Int { min: None };
/// A sync interval: the server refuses less than a second.
const INTERVAL: Kind = Kind::Int { min: Some(1000) };
const PROTOCOL: Kind = Kind::Choice(&["PLAINTEXT", "SASL_PLAINTEXT", "SASL_SSL", "SSL"]);
const STORE: Kind = Kind::Choice(&["JKS", "PEM", "PKCS12"]);

const fn key(name: &'static str, kind: Kind, source: &'static str, summary: &'static str) -> Entry {
    Entry {
        name,
        kind,
        default: None,
        mutability: Mutability::Settable,
        sensitive: false,
        place: Where::Both,
        owner: Owner::None,
        summary,
        source,
    }
}

impl Entry {
    const fn default(mut self, value: &'static str) -> Self {
        self.default = Some(value);
        self
    }

    const fn when(mut self, mutability: Mutability) -> Self {
        self.mutability = mutability;
        self
    }

    const fn secret(mut self) -> Self {
        self.sensitive = true;
        self
    }

    const fn platform(mut self) -> Self {
        self.place = Where::PlatformOnly;
        self
    }

    const fn owned(mut self, field: &'static str) -> Self {
        self.owner = Owner::Typed(field);
        self
    }
}

/// Every known link config, sorted by name.
pub static ENTRIES: &[Entry] = &[
    key(names::ACL_FILTERS, Kind::AclFilters, CLOUD_DOC, "Which ACLs are copied from the source cluster. Cleared by the server when ACL sync is turned off.").default("").owned("acl_sync.filters"),
    key(names::ACL_SYNC_ENABLE, Kind::Bool, CLOUD_DOC, "Copies ACLs from the source and deletes matching ACLs that the source does not have. Turning it off clears acl.filters.").default("false").owned("acl_sync.enabled"),
    key(names::ACL_SYNC_MS, INTERVAL, CLOUD_DOC, "How often ACLs are copied, in milliseconds.").default("5000").owned("acl_sync.interval"),
    key(names::AUTO_CREATE_MIRROR_TOPICS_ENABLE, Kind::Bool, CLOUD_DOC, "Creates a mirror topic for each source topic that the filters select. Turning it off clears the filters.").default("false").owned("auto_create_mirrors.enabled"),
    key(names::AUTO_CREATE_MIRROR_TOPICS_FILTERS, Kind::TopicFilters, CLOUD_DOC, "Which source topics get a mirror topic by themselves. Internal topics are always skipped.").default("").owned("auto_create_mirrors.topics"),
    key("availability.check.consecutive.failure.threshold", NUMBER, DEMOS, "How many checks must fail in a row before mirror topics become SOURCE_UNAVAILABLE.").platform(),
    key("availability.check.ms", NUMBER, DEMOS, "How often the link checks that the source cluster can be reached, in milliseconds.").default("60000").platform(),
    key(names::BOOTSTRAP_SERVERS, Kind::Addresses, TF, "Where the link reaches the other cluster. Of no use on a half that waits for connections.").owned("clusters.NAME.bootstrap_servers"),
    key("client.dns.lookup", Kind::Choice(&["resolve_canonical_bootstrap_servers_only", "use_all_dns_ips"]), TF, "How host names of the other cluster are resolved.").default("use_all_dns_ips"),
    key("cluster.link.id", Kind::Text, CFK, "On a half that waits for connections: the id of the other cluster (not of the link, whatever its name says).").when(Mutability::CreateOnly).platform(),
    key("cluster.link.paused", Kind::Bool, DEMOS, "Pauses the whole link: its mirror topics become LINK_PAUSED and its tasks stop.").default("false").platform(),
    key(names::CLUSTER_LINK_PREFIX, Kind::Text, CLOUD_DOC, "Put before the name of every mirror topic; at most 12 characters. It cannot change after creation, though the API does not flag it as read-only.").when(Mutability::CreateOnly).owned("prefix"),
    key("cluster.link.retry.timeout.ms", NUMBER, TF, "How long the link retries before a mirror topic fails for good, in milliseconds.").default("300000").when(Mutability::ReadOnlyOnCloud),
    key(names::CONNECTION_MODE, Kind::Choice(&["INBOUND", "OUTBOUND"]), TF, "Whether this half opens connections (OUTBOUND) or waits for them (INBOUND).").default("OUTBOUND").when(Mutability::CreateOnly).owned("halves.CLUSTER.connection"),
    key("connections.max.idle.ms", NUMBER, TF, "Closes connections that were idle this long, in milliseconds.").default("600000").when(Mutability::ReadOnlyOnCloud),
    key(names::CONSUMER_GROUP_PREFIX_ENABLE, Kind::Bool, CLOUD_DOC, "Puts the link's prefix before consumer group names too. Needs a prefix; refused on bidirectional links.").default("false").owned("consumer_offset_sync.prefix_groups"),
    key(names::CONSUMER_OFFSET_GROUP_FILTERS, Kind::GroupFilters, CLOUD_DOC, "Which consumer groups have their offsets copied. Empty means none. Cleared by the server when offset sync is turned off.").default("").owned("consumer_offset_sync.groups"),
    key(names::CONSUMER_OFFSET_SYNC_ENABLE, Kind::Bool, CLOUD_DOC, "Copies committed offsets of consumer groups. Turning it off clears consumer.offset.group.filters.").default("false").owned("consumer_offset_sync.enabled"),
    key(names::CONSUMER_OFFSET_SYNC_MS, INTERVAL, CLOUD_DOC, "How often committed offsets are copied, in milliseconds. A copied offset may trail the source by this much.").default("30000").owned("consumer_offset_sync.interval"),
    key("default.api.timeout.ms", NUMBER, KCP, "Default time limit of the link's admin calls to the other cluster, in milliseconds.").platform(),
    key(names::LINK_MODE, Kind::Choice(&["BIDIRECTIONAL", "DESTINATION", "SOURCE"]), TF, "Which end of the link this object is. It cannot change after creation.").default("DESTINATION").when(Mutability::CreateOnly).owned("mode"),
    key("link.prefix", Kind::Text, KCP, "The prefix as the server reports it. A write is silently ignored.").when(Mutability::Derived).platform(),
    key("local.bootstrap.servers", Kind::Addresses, DEMOS, "Where the half reaches its own cluster, when not through its own listener.").platform(),
    key("local.listener.name", Kind::Text, CLI, "The listener through which the half reaches its own cluster.").platform(),
    key("local.sasl.jaas.config", Kind::Text, TF, "As sasl.jaas.config, towards the cluster that holds this half.").secret().owned("local_credentials"),
    key("local.sasl.login.callback.handler.class", Kind::Text, TF, "As sasl.login.callback.handler.class, towards the cluster that holds this half.").owned("local_credentials"),
    key("local.sasl.mechanism", Kind::Text, TF, "As sasl.mechanism, towards the cluster that holds this half.").default("GSSAPI").owned("local_credentials"),
    key("local.sasl.oauthbearer.token.endpoint.url", Kind::Text, TF, "As sasl.oauthbearer.token.endpoint.url, towards the cluster that holds this half.").owned("local_credentials"),
    key("local.security.protocol", PROTOCOL, TF, "As security.protocol, towards the cluster that holds this half.").default("PLAINTEXT").owned("local_credentials"),
    key("local.ssl.cipher.suites", Kind::List, TF, "As ssl.cipher.suites, towards the cluster that holds this half."),
    key("local.ssl.enabled.protocols", Kind::List, TF, "As ssl.enabled.protocols, towards the cluster that holds this half.").default("TLSv1.2,TLSv1.3"),
    key("local.ssl.endpoint.identification.algorithm", Kind::Text, TF, "As ssl.endpoint.identification.algorithm, towards the cluster that holds this half.").default("https"),
    key("local.ssl.key.password", Kind::Text, TF, "As ssl.key.password, towards the cluster that holds this half.").secret().owned("local_credentials.mtls.key_password"),
    key("local.ssl.keymanager.algorithm", Kind::Text, CLOUD_DOC, "As ssl.keymanager.algorithm, towards the cluster that holds this half."),
    key("local.ssl.keystore.certificate.chain", Kind::Text, TF, "As ssl.keystore.certificate.chain, towards the cluster that holds this half.").secret().owned("local_credentials.mtls.certificate"),
    key("local.ssl.keystore.key", Kind::Text, TF, "As ssl.keystore.key, towards the cluster that holds this half.").secret().owned("local_credentials.mtls.key"),
    key("local.ssl.keystore.location", Kind::Text, CLOUD_DOC, "As ssl.keystore.location, towards the cluster that holds this half.").platform(),
    key("local.ssl.keystore.password", Kind::Text, CLOUD_DOC, "As ssl.keystore.password, towards the cluster that holds this half.").secret().platform(),
    key("local.ssl.keystore.type", STORE, TF, "As ssl.keystore.type, towards the cluster that holds this half.").default("JKS").owned("local_credentials"),
    key("local.ssl.protocol", Kind::Text, TF, "As ssl.protocol, towards the cluster that holds this half.").default("TLSv1.3"),
    key("local.ssl.provider", Kind::Text, CLOUD_DOC, "As ssl.provider, towards the cluster that holds this half."),
    key("local.ssl.truststore.certificates", Kind::Text, TF, "As ssl.truststore.certificates, towards the cluster that holds this half.").secret().owned("local_credentials.KIND.ca"),
    key("local.ssl.truststore.location", Kind::Text, KCP, "As ssl.truststore.location, towards the cluster that holds this half.").platform(),
    key("local.ssl.truststore.password", Kind::Text, KCP, "As ssl.truststore.password, towards the cluster that holds this half.").secret().platform(),
    key("local.ssl.truststore.type", STORE, TF, "As ssl.truststore.type, towards the cluster that holds this half.").default("JKS").owned("local_credentials"),
    key("metadata.max.age.ms", NUMBER, TF, "How often the source's metadata is read again, in milliseconds. New topics and partitions are noticed at this pace.").default("300000").when(Mutability::ReadOnlyOnCloud),
    key(names::MIRROR_START_OFFSET_SPEC, Kind::Time, TF, "Where new mirror topics start copying: earliest, latest or a time. Mirrors that exist are not affected.").default("earliest").owned("mirror_start_offset"),
    key("num.cluster.link.fetchers", NUMBER, TF, "Fetcher threads per source broker.").default("1").when(Mutability::ReadOnlyOnCloud),
    key(names::REMOTE_LINK_CONNECTION_MODE, Kind::Choice(&["INBOUND", "OUTBOUND"]), TF, "On the outbound half of a bidirectional link: the connection mode of the other half. Set at creation, never compared.").when(Mutability::Derived),
    key("replica.fetch.backoff.ms", NUMBER, TF, "Pause after a failed fetch, in milliseconds.").default("1000").when(Mutability::ReadOnlyOnCloud),
    key("replica.fetch.max.bytes", NUMBER, TF, "Most bytes fetched for one partition at a time.").default("5242880").when(Mutability::ReadOnlyOnCloud),
    key("replica.fetch.min.bytes", NUMBER, TF, "Fewest bytes that a fetch waits for.").default("1").when(Mutability::ReadOnlyOnCloud),
    key("replica.fetch.response.max.bytes", NUMBER, TF, "Most bytes of one fetch reply.").default("10485760").when(Mutability::ReadOnlyOnCloud),
    key("replica.fetch.wait.max.ms", NUMBER, TF, "Longest wait for the fewest bytes, in milliseconds.").default("500").when(Mutability::ReadOnlyOnCloud),
    key("replica.socket.receive.buffer.bytes", NUMBER, TF, "Receive buffer of the link's connections; -1 leaves it to the operating system.").default("-1"),
    key("replica.socket.timeout.ms", NUMBER, TF, "Time limit of fetch requests, in milliseconds.").default("30000").when(Mutability::ReadOnlyOnCloud),
    key("request.timeout.ms", NUMBER, TF, "Time limit of a request to the other cluster, in milliseconds.").default("30000").when(Mutability::ReadOnlyOnCloud),
    key("retry.backoff.ms", NUMBER, TF, "Pause before a failed request is repeated, in milliseconds.").default("100").when(Mutability::ReadOnlyOnCloud),
    key("sasl.client.callback.handler.class", Kind::Text, CLOUD_DOC, "A class that answers the client's SASL callbacks."),
    key(names::SASL_JAAS_CONFIG, Kind::Text, TF, "The login module and its secrets, as one JAAS line.").secret().owned("credentials"),
    key("sasl.kerberos.kinit.cmd", Kind::Text, CLOUD_DOC, "Path of kinit."),
    key("sasl.kerberos.min.time.before.relogin", NUMBER, CLOUD_DOC, "Shortest time between Kerberos logins, in milliseconds."),
    key("sasl.kerberos.service.name", Kind::Text, CLOUD_DOC, "The Kerberos principal name of the other cluster's brokers."),
    key("sasl.kerberos.ticket.renew.jitter", Kind::Text, CLOUD_DOC, "Share of random delay added to ticket renewal."),
    key("sasl.kerberos.ticket.renew.window.factor", Kind::Text, CLOUD_DOC, "Share of a ticket's life after which it is renewed."),
    key(names::SASL_LOGIN_CALLBACK_HANDLER_CLASS, Kind::Text, TF, "The class that fetches OAuth tokens.").owned("credentials"),
    key("sasl.login.class", Kind::Text, CLOUD_DOC, "A class that does the SASL login."),
    key("sasl.login.refresh.buffer.seconds", NUMBER, CLOUD_DOC, "How long before its end a login is refreshed, in seconds."),
    key("sasl.login.refresh.min.period.seconds", NUMBER, CLOUD_DOC, "Shortest time between login refreshes, in seconds."),
    key("sasl.login.refresh.window.factor", Kind::Text, CLOUD_DOC, "Share of a login's life after which it is refreshed."),
    key("sasl.login.refresh.window.jitter", Kind::Text, CLOUD_DOC, "Share of random delay added to login refresh."),
    key(names::SASL_MECHANISM, Kind::Text, TF, "The SASL mechanism, such as PLAIN, SCRAM-SHA-512 or OAUTHBEARER.").default("GSSAPI").owned("credentials"),
    key(names::SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL, Kind::Text, TF, "Where the link fetches its OAuth token.").owned("credentials"),
    key(names::SECURITY_PROTOCOL, PROTOCOL, TF, "How the connection is secured and who signs in.").default("PLAINTEXT").owned("credentials"),
    key("socket.connection.setup.timeout.max.ms", NUMBER, TF, "Largest set-up time limit after repeated failures, in milliseconds.").default("30000").when(Mutability::ReadOnlyOnCloud),
    key("socket.connection.setup.timeout.ms", NUMBER, TF, "Time limit of a connection's first set-up attempt, in milliseconds.").default("10000").when(Mutability::ReadOnlyOnCloud),
    key("ssl.cipher.suites", Kind::List, TF, "Cipher suites to offer; the platform's own when unset."),
    key("ssl.enabled.protocols", Kind::List, TF, "TLS versions to offer.").default("TLSv1.2,TLSv1.3"),
    key("ssl.endpoint.identification.algorithm", Kind::Text, TF, "How the server's name is checked against its certificate; empty turns the check off.").default("https"),
    key("ssl.engine.factory.class", Kind::Text, CLOUD_DOC, "A class that builds TLS engines."),
    key(names::SSL_KEY_PASSWORD, Kind::Text, TF, "Password of the private key.").secret().owned("credentials.mtls.key_password"),
    key("ssl.keymanager.algorithm", Kind::Text, CLOUD_DOC, "The key manager's algorithm."),
    key(names::SSL_KEYSTORE_CERTIFICATE_CHAIN, Kind::Text, TF, "The client's certificate chain, as PEM text. It reads back as null although it is public.").secret().owned("credentials.mtls.certificate"),
    key(names::SSL_KEYSTORE_KEY, Kind::Text, TF, "The client's private key, as PEM text.").secret().owned("credentials.mtls.key"),
    key("ssl.keystore.location", Kind::Text, CLOUD_DOC, "Path of a key store on the broker. Cannot work on Confluent Cloud: give PEM text instead.").platform(),
    key("ssl.keystore.password", Kind::Text, CLOUD_DOC, "Password of the key store at ssl.keystore.location.").secret().platform(),
    key(names::SSL_KEYSTORE_TYPE, STORE, TF, "Format of the key store; PEM for inline text.").default("JKS").owned("credentials"),
    key("ssl.protocol", Kind::Text, TF, "The TLS version to start from.").default("TLSv1.3"),
    key("ssl.provider", Kind::Text, CLOUD_DOC, "The security provider for TLS."),
    key(names::SSL_TRUSTSTORE_CERTIFICATES, Kind::Text, TF, "The trusted certificates, as PEM text. They read back as null although they are public.").secret().owned("credentials.KIND.ca"),
    key("ssl.truststore.location", Kind::Text, KCP, "Path of a trust store on the broker. Cannot work on Confluent Cloud: give PEM text instead.").platform(),
    key("ssl.truststore.password", Kind::Text, KCP, "Password of the trust store at ssl.truststore.location.").secret().platform(),
    key(names::SSL_TRUSTSTORE_TYPE, STORE, TF, "Format of the trust store; PEM for inline text.").default("JKS").owned("credentials"),
    key(names::TOPIC_CONFIG_SYNC_INCLUDE, Kind::List, TF, "Which topic configs are copied to mirror topics. Must contain the ones that are always copied; the server's own list when left out.").owned("topic_config_sync.include"),
    key(names::TOPIC_CONFIG_SYNC_MS, NUMBER, CLOUD_DOC, "How often topic configs are copied, in milliseconds.").default("5000").owned("topic_config_sync.interval"),
];
