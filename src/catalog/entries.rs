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
/// A recorded reply of Confluent Platform 7.5.
const CP75: &str = "Confluent Platform 7.5 (recorded reply)";
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
    key(names::ACL_FILTERS, Kind::AclFilters, CLOUD_DOC, "Which ACLs are copied from the source cluster. Deleted by the server when ACL sync is turned off.").default("").owned("acl_sync.filters"),
    key(names::ACL_SYNC_ENABLE, Kind::Bool, CLOUD_DOC, "Copies ACLs from the source and deletes matching ACLs that the source does not have. Turning it off deletes acl.filters.").default("false").owned("acl_sync.enabled"),
    key(names::ACL_SYNC_MS, INTERVAL, CLOUD_DOC, "How often ACLs are copied, in milliseconds.").default("5000").owned("acl_sync.interval"),
    key(names::AUTO_CREATE_MIRROR_TOPICS_ENABLE, Kind::Bool, CLOUD_DOC, "Creates a mirror topic for each source topic that the filters select. Turning it off deletes the filters.").default("false").owned("auto_create_mirrors.enabled"),
    key(names::AUTO_CREATE_MIRROR_TOPICS_FILTERS, Kind::TopicFilters, CLOUD_DOC, "Which source topics get a mirror topic automatically. Internal topics are always skipped.").default("").owned("auto_create_mirrors.topics"),
    key("availability.check.consecutive.failure.threshold", NUMBER, DEMOS, "How many checks must fail in a row before mirror topics become SOURCE_UNAVAILABLE.").default("5").platform(),
    key("availability.check.ms", NUMBER, DEMOS, "How often the link checks that the source cluster can be reached, in milliseconds.").default("60000").platform(),
    key(names::BOOTSTRAP_SERVERS, Kind::Addresses, TF, "Where the link connects to the other cluster. Not used on a half that waits for connections.").owned("clusters.NAME.bootstrap_servers"),
    key("client.dns.lookup", Kind::Choice(&["resolve_canonical_bootstrap_servers_only", "use_all_dns_ips"]), TF, "How host names of the other cluster are resolved.").default("use_all_dns_ips"),
    key("cluster.link.id", Kind::Text, CFK, "On a half that waits for connections: the id of the other cluster (not of the link, despite the name).").when(Mutability::CreateOnly).platform(),
    key("cluster.link.paused", Kind::Bool, DEMOS, "Pauses the whole link: its mirror topics become LINK_PAUSED and its tasks stop.").default("false").platform(),
    key(names::CLUSTER_LINK_PREFIX, Kind::Text, CLOUD_DOC, "Put before the name of every mirror topic; at most 12 characters. It cannot be changed after creation, though the API does not flag it as read-only.").when(Mutability::CreateOnly).owned("prefix"),
    key("cluster.link.retry.timeout.ms", NUMBER, TF, "How long the link retries before a mirror topic fails for good, in milliseconds.").default("300000").when(Mutability::ReadOnlyOnCloud),
    key("config.providers", Kind::Text, CP75, "Providers that brokers take parts of other configs from, such as `file`. The API does not return the value."),
    key("config.providers.file.class", Kind::Text, CP75, "The class of the provider `file`. The API does not return the value."),
    key("confluent.replica.fetch.backoff.max.ms", NUMBER, CP75, "Longest pause after failed fetches, in milliseconds.").default("1000").platform(),
    key(names::CONNECTION_MODE, Kind::Choice(&["INBOUND", "OUTBOUND"]), TF, "Whether this half opens connections (OUTBOUND) or waits for them (INBOUND).").default("OUTBOUND").when(Mutability::CreateOnly).owned("halves.CLUSTER.connection"),
    key("connections.max.idle.ms", NUMBER, TF, "Closes connections that were idle this long, in milliseconds.").default("600000").when(Mutability::ReadOnlyOnCloud),
    key(names::CONSUMER_GROUP_PREFIX_ENABLE, Kind::Bool, CLOUD_DOC, "Puts the link's prefix before consumer group names too. Requires a prefix; rejected on bidirectional links.").default("false").owned("consumer_offset_sync.prefix_groups"),
    key(names::CONSUMER_OFFSET_GROUP_FILTERS, Kind::GroupFilters, CLOUD_DOC, "Which consumer groups have their offsets copied. Empty means none. Deleted by the server when offset sync is turned off.").default("").owned("consumer_offset_sync.groups"),
    key("consumer.offset.sync.clamp.offsets", Kind::Bool, DEMOS, "Sets synced offsets that lie past the end of the mirror topic to its end.").platform(),
    key(names::CONSUMER_OFFSET_SYNC_ENABLE, Kind::Bool, CLOUD_DOC, "Copies committed offsets of consumer groups. Turning it off deletes consumer.offset.group.filters.").default("false").owned("consumer_offset_sync.enabled"),
    key(names::CONSUMER_OFFSET_SYNC_MS, INTERVAL, CLOUD_DOC, "How often committed offsets are copied, in milliseconds. A copied offset can be this old.").default("30000").owned("consumer_offset_sync.interval"),
    key("default.api.timeout.ms", NUMBER, KCP, "Default timeout of the link's admin calls to the other cluster, in milliseconds.").platform(),
    key("link.fetcher.enforce.max.lagging.partitions.ms", NUMBER, CP75, "How long before the limit of lagging partitions is enforced, in milliseconds.").default("300000").platform(),
    key("link.fetcher.lagging.partition.ms", NUMBER, CP75, "After how long a partition counts as lagging, in milliseconds.").default("300000").platform(),
    key("link.fetcher.max.lagging.partitions", NUMBER, CP75, "Largest number of lagging partitions that are fetched at a time; -1 is no limit.").default("-1").platform(),
    key(names::LINK_MODE, Kind::Choice(&["BIDIRECTIONAL", "DESTINATION", "SOURCE"]), TF, "Which end of the link this object is. It cannot be changed after creation.").default("DESTINATION").when(Mutability::CreateOnly).owned("mode"),
    key("link.prefix", Kind::Text, KCP, "The prefix as the server reports it. A write is silently ignored.").when(Mutability::Derived).platform(),
    key("local.bootstrap.servers", Kind::Addresses, DEMOS, "Where the half connects to its own cluster, when not through its own listener.").platform(),
    key("local.listener", Kind::Text, CLI, "The listener through which the half connects to its own cluster, as the Confluent CLI sends it. Servers do not list it."),
    key("local.listener.name", Kind::Text, CLI, "The listener through which the half connects to its own cluster.").platform(),
    key("local.sasl.client.callback.handler.class", Kind::Text, CP75, "As sasl.client.callback.handler.class, for the cluster that holds this half.").platform(),
    key("local.sasl.jaas.config", Kind::Text, TF, "As sasl.jaas.config, for the cluster that holds this half.").secret().owned("local_credentials"),
    key("local.sasl.kerberos.kinit.cmd", Kind::Text, CP75, "As sasl.kerberos.kinit.cmd, for the cluster that holds this half.").default("/usr/bin/kinit").platform(),
    key("local.sasl.kerberos.min.time.before.relogin", NUMBER, CP75, "As sasl.kerberos.min.time.before.relogin, for the cluster that holds this half.").default("60000").platform(),
    key("local.sasl.kerberos.service.name", Kind::Text, CP75, "As sasl.kerberos.service.name, for the cluster that holds this half.").platform(),
    key("local.sasl.kerberos.ticket.renew.jitter", Kind::Text, CP75, "As sasl.kerberos.ticket.renew.jitter, for the cluster that holds this half.").default("0.05").platform(),
    key("local.sasl.kerberos.ticket.renew.window.factor", Kind::Text, CP75, "As sasl.kerberos.ticket.renew.window.factor, for the cluster that holds this half.").default("0.8").platform(),
    key("local.sasl.login.callback.handler.class", Kind::LoginHandler, TF, "As sasl.login.callback.handler.class, for the cluster that holds this half.").owned("local_credentials"),
    key("local.sasl.login.class", Kind::Text, CP75, "As sasl.login.class, for the cluster that holds this half.").platform(),
    key("local.sasl.login.connect.timeout.ms", NUMBER, CP75, "As sasl.login.connect.timeout.ms, for the cluster that holds this half.").platform(),
    key("local.sasl.login.read.timeout.ms", NUMBER, CP75, "As sasl.login.read.timeout.ms, for the cluster that holds this half.").platform(),
    key("local.sasl.login.refresh.buffer.seconds", NUMBER, CP75, "As sasl.login.refresh.buffer.seconds, for the cluster that holds this half.").default("300").platform(),
    key("local.sasl.login.refresh.min.period.seconds", NUMBER, CP75, "As sasl.login.refresh.min.period.seconds, for the cluster that holds this half.").default("60").platform(),
    key("local.sasl.login.refresh.window.factor", Kind::Text, CP75, "As sasl.login.refresh.window.factor, for the cluster that holds this half.").default("0.8").platform(),
    key("local.sasl.login.refresh.window.jitter", Kind::Text, CP75, "As sasl.login.refresh.window.jitter, for the cluster that holds this half.").default("0.05").platform(),
    key("local.sasl.login.retry.backoff.max.ms", NUMBER, CP75, "As sasl.login.retry.backoff.max.ms, for the cluster that holds this half.").default("10000").platform(),
    key("local.sasl.login.retry.backoff.ms", NUMBER, CP75, "As sasl.login.retry.backoff.ms, for the cluster that holds this half.").default("100").platform(),
    key("local.sasl.mechanism", Kind::Text, TF, "As sasl.mechanism, for the cluster that holds this half.").default("GSSAPI").owned("local_credentials"),
    key("local.sasl.oauthbearer.clock.skew.seconds", NUMBER, CP75, "As sasl.oauthbearer.clock.skew.seconds, for the cluster that holds this half.").default("30"),
    key("local.sasl.oauthbearer.expected.audience", Kind::Text, CP75, "As sasl.oauthbearer.expected.audience, for the cluster that holds this half."),
    key("local.sasl.oauthbearer.expected.issuer", Kind::Text, CP75, "As sasl.oauthbearer.expected.issuer, for the cluster that holds this half."),
    key("local.sasl.oauthbearer.jwks.endpoint.refresh.ms", NUMBER, CP75, "As sasl.oauthbearer.jwks.endpoint.refresh.ms, for the cluster that holds this half.").default("3600000"),
    key("local.sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms", NUMBER, CP75, "As sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms, for the cluster that holds this half.").default("10000"),
    key("local.sasl.oauthbearer.jwks.endpoint.retry.backoff.ms", NUMBER, CP75, "As sasl.oauthbearer.jwks.endpoint.retry.backoff.ms, for the cluster that holds this half.").default("100"),
    key("local.sasl.oauthbearer.jwks.endpoint.url", Kind::Text, CP75, "As sasl.oauthbearer.jwks.endpoint.url, for the cluster that holds this half."),
    key("local.sasl.oauthbearer.scope.claim.name", Kind::Text, CP75, "As sasl.oauthbearer.scope.claim.name, for the cluster that holds this half.").default("scope"),
    key("local.sasl.oauthbearer.sub.claim.name", Kind::Text, CP75, "As sasl.oauthbearer.sub.claim.name, for the cluster that holds this half.").default("sub"),
    key("local.sasl.oauthbearer.token.endpoint.url", Kind::Text, TF, "As sasl.oauthbearer.token.endpoint.url, for the cluster that holds this half.").owned("local_credentials"),
    key("local.security.protocol", PROTOCOL, TF, "As security.protocol, for the cluster that holds this half.").default("PLAINTEXT").owned("local_credentials"),
    key("local.ssl.cipher.suites", Kind::List, TF, "As ssl.cipher.suites, for the cluster that holds this half."),
    key("local.ssl.enabled.protocols", Kind::List, TF, "As ssl.enabled.protocols, for the cluster that holds this half.").default("TLSv1.2,TLSv1.3"),
    key("local.ssl.endpoint.identification.algorithm", Kind::Text, TF, "As ssl.endpoint.identification.algorithm, for the cluster that holds this half.").default("https"),
    key("local.ssl.engine.factory.class", Kind::Text, CP75, "As ssl.engine.factory.class, for the cluster that holds this half.").platform(),
    key("local.ssl.key.password", Kind::Text, TF, "As ssl.key.password, for the cluster that holds this half.").secret().owned("local_credentials.mtls.key_password"),
    key("local.ssl.keymanager.algorithm", Kind::Text, CLOUD_DOC, "As ssl.keymanager.algorithm, for the cluster that holds this half.").default("SunX509"),
    key("local.ssl.keystore.certificate.chain", Kind::Text, TF, "As ssl.keystore.certificate.chain, for the cluster that holds this half.").secret().owned("local_credentials.mtls.certificate"),
    key("local.ssl.keystore.key", Kind::Text, TF, "As ssl.keystore.key, for the cluster that holds this half.").secret().owned("local_credentials.mtls.key"),
    key("local.ssl.keystore.location", Kind::Text, CLOUD_DOC, "As ssl.keystore.location, for the cluster that holds this half.").platform(),
    key("local.ssl.keystore.password", Kind::Text, CLOUD_DOC, "As ssl.keystore.password, for the cluster that holds this half.").secret().platform(),
    key("local.ssl.keystore.type", STORE, TF, "As ssl.keystore.type, for the cluster that holds this half.").default("JKS").owned("local_credentials"),
    key("local.ssl.protocol", Kind::Text, TF, "As ssl.protocol, for the cluster that holds this half.").default("TLSv1.3"),
    key("local.ssl.provider", Kind::Text, CLOUD_DOC, "As ssl.provider, for the cluster that holds this half."),
    key("local.ssl.secure.random.implementation", Kind::Text, CP75, "As ssl.secure.random.implementation, for the cluster that holds this half.").platform(),
    key("local.ssl.trustmanager.algorithm", Kind::Text, CP75, "As ssl.trustmanager.algorithm, for the cluster that holds this half.").default("PKIX").platform(),
    key("local.ssl.truststore.certificates", Kind::Text, TF, "As ssl.truststore.certificates, for the cluster that holds this half.").secret().owned("local_credentials.KIND.ca"),
    key("local.ssl.truststore.location", Kind::Text, KCP, "As ssl.truststore.location, for the cluster that holds this half.").platform(),
    key("local.ssl.truststore.password", Kind::Text, KCP, "As ssl.truststore.password, for the cluster that holds this half.").secret().platform(),
    key("local.ssl.truststore.type", STORE, TF, "As ssl.truststore.type, for the cluster that holds this half.").default("JKS").owned("local_credentials"),
    key("metadata.max.age.ms", NUMBER, TF, "How often the source's metadata is read again, in milliseconds. New topics and partitions are found at this interval.").default("300000").when(Mutability::ReadOnlyOnCloud),
    key(names::MIRROR_START_OFFSET_SPEC, Kind::Time, TF, "Where new mirror topics start copying: earliest, latest or a time. Existing mirrors are not affected.").default("earliest").owned("mirror_start_offset"),
    key("num.cluster.link.fetchers", NUMBER, TF, "Fetcher threads per source broker.").default("1").when(Mutability::ReadOnlyOnCloud),
    key("reconnect.backoff.max.ms", NUMBER, CP75, "Longest pause before another connection attempt, in milliseconds.").default("10000").platform(),
    key("reconnect.backoff.ms", NUMBER, CP75, "Pause before another connection attempt, in milliseconds.").default("50").platform(),
    key(names::REMOTE_LINK_CONNECTION_MODE, Kind::Choice(&["INBOUND", "OUTBOUND"]), TF, "On the outbound half of a bidirectional link: the connection mode of the other half. Set at creation, never compared.").when(Mutability::Derived),
    key("replica.fetch.backoff.ms", NUMBER, TF, "Pause after a failed fetch, in milliseconds.").default("1000").when(Mutability::ReadOnlyOnCloud),
    key("replica.fetch.max.bytes", NUMBER, TF, "Largest number of bytes fetched for one partition at a time.").default("5242880").when(Mutability::ReadOnlyOnCloud),
    key("replica.fetch.min.bytes", NUMBER, TF, "Smallest number of bytes that a fetch waits for.").default("1").when(Mutability::ReadOnlyOnCloud),
    key("replica.fetch.response.max.bytes", NUMBER, TF, "Largest number of bytes in one fetch response.").default("10485760").when(Mutability::ReadOnlyOnCloud),
    key("replica.fetch.wait.max.ms", NUMBER, TF, "Longest wait for the smallest number of bytes, in milliseconds.").default("500").when(Mutability::ReadOnlyOnCloud),
    key("replica.socket.receive.buffer.bytes", NUMBER, TF, "Receive buffer of the link's connections; -1 leaves it to the operating system.").default("-1"),
    key("replica.socket.timeout.ms", NUMBER, TF, "Timeout of fetch requests, in milliseconds.").default("30000").when(Mutability::ReadOnlyOnCloud),
    key("request.timeout.ms", NUMBER, TF, "Timeout of a request to the other cluster, in milliseconds.").default("30000").when(Mutability::ReadOnlyOnCloud),
    key("retry.backoff.ms", NUMBER, TF, "Pause before a failed request is repeated, in milliseconds.").default("100").when(Mutability::ReadOnlyOnCloud),
    key("reverse.connection.setup.timeout.ms", NUMBER, CP75, "Timeout for a connection that the other half opens, in milliseconds.").default("60000").platform(),
    key("sasl.client.callback.handler.class", Kind::Text, CLOUD_DOC, "A class that answers the client's SASL callbacks."),
    key(names::SASL_JAAS_CONFIG, Kind::Text, TF, "The login module and its secrets, as one JAAS configuration.").secret().owned("credentials"),
    key("sasl.kerberos.kinit.cmd", Kind::Text, CLOUD_DOC, "Path of kinit.").default("/usr/bin/kinit"),
    key("sasl.kerberos.min.time.before.relogin", NUMBER, CLOUD_DOC, "Shortest time between Kerberos logins, in milliseconds.").default("60000"),
    key("sasl.kerberos.service.name", Kind::Text, CLOUD_DOC, "The Kerberos principal name of the other cluster's brokers."),
    key("sasl.kerberos.ticket.renew.jitter", Kind::Text, CLOUD_DOC, "Share of random delay added to ticket renewal.").default("0.05"),
    key("sasl.kerberos.ticket.renew.window.factor", Kind::Text, CLOUD_DOC, "Share of a ticket's lifetime after which it is renewed.").default("0.8"),
    key(names::SASL_LOGIN_CALLBACK_HANDLER_CLASS, Kind::LoginHandler, TF, "The class that fetches OAuth tokens.").owned("credentials"),
    key("sasl.login.class", Kind::Text, CLOUD_DOC, "A class that does the SASL login."),
    key("sasl.login.connect.timeout.ms", NUMBER, CP75, "Timeout of a connection to the identity provider, in milliseconds.").platform(),
    key("sasl.login.read.timeout.ms", NUMBER, CP75, "Timeout of reads from the identity provider, in milliseconds.").platform(),
    key("sasl.login.refresh.buffer.seconds", NUMBER, CLOUD_DOC, "How long before it expires a login is refreshed, in seconds.").default("300"),
    key("sasl.login.refresh.min.period.seconds", NUMBER, CLOUD_DOC, "Shortest time between login refreshes, in seconds.").default("60"),
    key("sasl.login.refresh.window.factor", Kind::Text, CLOUD_DOC, "Share of a login's lifetime after which it is refreshed.").default("0.8"),
    key("sasl.login.refresh.window.jitter", Kind::Text, CLOUD_DOC, "Share of random delay added to login refresh.").default("0.05"),
    key("sasl.login.retry.backoff.max.ms", NUMBER, CP75, "Longest pause between login attempts, in milliseconds.").default("10000").platform(),
    key("sasl.login.retry.backoff.ms", NUMBER, CP75, "Pause between login attempts, in milliseconds.").default("100").platform(),
    key(names::SASL_MECHANISM, Kind::Text, TF, "The SASL mechanism, such as PLAIN, SCRAM-SHA-512 or OAUTHBEARER.").default("GSSAPI").owned("credentials"),
    key("sasl.oauthbearer.clock.skew.seconds", NUMBER, CP75, "How far clocks may differ when tokens are checked, in seconds.").default("30"),
    key("sasl.oauthbearer.expected.audience", Kind::Text, CP75, "The audience that tokens must be for."),
    key("sasl.oauthbearer.expected.issuer", Kind::Text, CP75, "The issuer that tokens must be from."),
    key("sasl.oauthbearer.jwks.endpoint.refresh.ms", NUMBER, CP75, "How often the provider's keys are read again, in milliseconds.").default("3600000"),
    key("sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms", NUMBER, CP75, "Longest pause between attempts to read the provider's keys, in milliseconds.").default("10000"),
    key("sasl.oauthbearer.jwks.endpoint.retry.backoff.ms", NUMBER, CP75, "Pause between attempts to read the provider's keys, in milliseconds.").default("100"),
    key("sasl.oauthbearer.jwks.endpoint.url", Kind::Text, CP75, "Where the provider's keys are."),
    key("sasl.oauthbearer.scope.claim.name", Kind::Text, CP75, "The claim that holds the scope.").default("scope"),
    key("sasl.oauthbearer.sub.claim.name", Kind::Text, CP75, "The claim that holds the subject.").default("sub"),
    key(names::SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL, Kind::Text, TF, "Where the link fetches its OAuth token.").owned("credentials"),
    key(names::SECURITY_PROTOCOL, PROTOCOL, TF, "How the connection is encrypted and authenticated.").default("PLAINTEXT").owned("credentials"),
    key("socket.connection.setup.timeout.max.ms", NUMBER, TF, "Largest setup timeout after repeated failures, in milliseconds.").default("30000").when(Mutability::ReadOnlyOnCloud),
    key("socket.connection.setup.timeout.ms", NUMBER, TF, "Timeout of a connection's first setup attempt, in milliseconds.").default("10000").when(Mutability::ReadOnlyOnCloud),
    key("ssl.cipher.suites", Kind::List, TF, "Cipher suites to offer; the platform's own when unset."),
    key("ssl.enabled.protocols", Kind::List, TF, "TLS versions to offer.").default("TLSv1.2,TLSv1.3"),
    key("ssl.endpoint.identification.algorithm", Kind::Text, TF, "How the server's name is checked against its certificate; empty turns the check off.").default("https"),
    key("ssl.engine.factory.class", Kind::Text, CLOUD_DOC, "A class that builds TLS engines."),
    key(names::SSL_KEY_PASSWORD, Kind::Text, TF, "Password of the private key.").secret().owned("credentials.mtls.key_password"),
    key("ssl.keymanager.algorithm", Kind::Text, CLOUD_DOC, "The key manager's algorithm.").default("SunX509"),
    key(names::SSL_KEYSTORE_CERTIFICATE_CHAIN, Kind::Text, TF, "The client's certificate chain, as PEM text. The API returns null although it is public.").secret().owned("credentials.mtls.certificate"),
    key(names::SSL_KEYSTORE_KEY, Kind::Text, TF, "The client's private key, as PEM text.").secret().owned("credentials.mtls.key"),
    key("ssl.keystore.location", Kind::Text, CLOUD_DOC, "Path of a keystore on the broker. Does not work on Confluent Cloud: use PEM text instead.").platform(),
    key("ssl.keystore.password", Kind::Text, CLOUD_DOC, "Password of the keystore at ssl.keystore.location.").secret().platform(),
    key(names::SSL_KEYSTORE_TYPE, STORE, TF, "Format of the keystore; PEM for inline text.").default("JKS").owned("credentials"),
    key("ssl.protocol", Kind::Text, TF, "The TLS version to start from.").default("TLSv1.3"),
    key("ssl.provider", Kind::Text, CLOUD_DOC, "The security provider for TLS."),
    key("ssl.secure.random.implementation", Kind::Text, CP75, "The random number generator for TLS.").platform(),
    key("ssl.trustmanager.algorithm", Kind::Text, CP75, "The trust manager's algorithm.").default("PKIX").platform(),
    key(names::SSL_TRUSTSTORE_CERTIFICATES, Kind::Text, TF, "The trusted certificates, as PEM text. The API returns null although they are public.").secret().owned("credentials.KIND.ca"),
    key("ssl.truststore.location", Kind::Text, KCP, "Path of a truststore on the broker. Does not work on Confluent Cloud: use PEM text instead.").platform(),
    key("ssl.truststore.password", Kind::Text, KCP, "Password of the truststore at ssl.truststore.location.").secret().platform(),
    key(names::SSL_TRUSTSTORE_TYPE, STORE, TF, "Format of the truststore; PEM for inline text.").default("JKS").owned("credentials"),
    key(names::TOPIC_CONFIG_SYNC_INCLUDE, Kind::List, TF, "Which topic configs are copied to mirror topics. Must contain the ones that are always copied; the server's own list when left out.").default("min.compaction.lag.ms,max.compaction.lag.ms,message.timestamp.difference.max.ms,max.message.bytes,retention.bytes,retention.ms,delete.retention.ms,cleanup.policy,message.timestamp.type").owned("topic_config_sync.include"),
    key(names::TOPIC_CONFIG_SYNC_MS, NUMBER, CLOUD_DOC, "How often topic configs are copied, in milliseconds.").default("5000").owned("topic_config_sync.interval"),
];
