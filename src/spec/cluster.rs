//! Clusters, and how Linkwright authenticates to them.

use super::decode::{choice, record};
use super::governance::Lost;
use super::located::Located;
use super::reference::{Secret, Text};
use super::version::PlatformVersion;

choice! {
    "a kind of cluster"
    /// The software that a cluster runs.
    pub enum ClusterKind {
        /// Confluent Cloud.
        ConfluentCloud = "confluent-cloud",
        /// Confluent Platform (Confluent Server).
        ConfluentPlatform = "confluent-platform",
        /// Apache Kafka, MSK or another cluster without cluster links: a source only.
        ApacheKafka = "apache-kafka",
    }
}

choice! {
    "a client authentication method"
    /// How the client id and secret are sent to the identity provider; the names are those of
    /// OpenID Connect.
    pub enum ClientAuthentication {
        /// In the posted form.
        Post = "client_secret_post",
        /// As HTTP Basic authentication.
        Basic = "client_secret_basic",
    }
}

record! {
    "a cluster"
    /// A Kafka cluster that links connect.
    pub struct Cluster {
        /// The cluster's own id: `lkc-…` on Confluent Cloud, 22 characters elsewhere.
        #[schemars(extend("examples" = ["lkc-east01", "0gXf5xg8Sp2G4FlxNriNaA"]))]
        pub id: Located<String>,
        /// The kind of cluster; `confluent-cloud` when left out.
        pub kind: Option<Located<ClusterKind>>,
        /// The version of Confluent Platform, such as `8.0`: the REST API does not tell it. What
        /// depends on it is checked and written as for the newest known version when it is left out.
        pub version: Option<Located<PlatformVersion>>,
        /// The Confluent Cloud organization. `validate` uses it to check `acl_sync`: ACLs are
        /// synced within one organization only.
        pub organization: Option<Located<String>>,
        /// The URL of the cluster's REST API. Required for a cluster that holds a link half.
        #[schemars(extend("examples" = ["https://pkc-1.us-east-1.aws.confluent.cloud:443"]))]
        pub rest_endpoint: Option<Located<String>>,
        /// Where Kafka clients connect: `host:port`, several separated by commas. Required for a
        /// cluster that a link connects to.
        #[schemars(extend("examples" = ["pkc-1.us-east-1.aws.confluent.cloud:9092"]))]
        pub bootstrap_servers: Option<Located<String>>,
        /// Only while the cluster is lost: it is not read, and bidirectional links can fail over without
        /// it. Remove it when the cluster is back.
        pub lost: Option<Lost>,
        /// How Linkwright authenticates to this cluster's REST API.
        pub rest_auth: Option<RestAuth>,
    }
}

impl Cluster {
    /// The version of Confluent Platform, if it is given.
    #[must_use]
    pub fn version(&self) -> Option<PlatformVersion> {
        self.version.as_ref().map(|version| version.value)
    }

    /// The kind of cluster, with the default filled in.
    #[must_use]
    pub fn kind(&self) -> ClusterKind {
        self.kind
            .as_ref()
            .map_or(ClusterKind::ConfluentCloud, |kind| kind.value)
    }
}

record! {
    "REST API authentication"
    /// How Linkwright authenticates to a cluster's REST API: exactly one of these.
    #[schemars(extend("oneOf" = [
        {"required": ["basic"]}, {"required": ["bearer"]}, {"required": ["oauth"]},
        {"required": ["mtls"]}, {"required": ["mds"]}, {"required": ["none"]},
    ]))]
    pub struct RestAuth {
        /// HTTP Basic. On Confluent Cloud: an API key of this cluster, not a Cloud API key.
        pub basic: Option<BasicAuth>,
        /// A bearer token that you obtained elsewhere.
        pub bearer: Option<BearerAuth>,
        /// OAuth 2.0 client credentials.
        pub oauth: Option<OAuth>,
        /// A TLS client certificate.
        pub mtls: Option<MtlsAuth>,
        /// A token of Confluent Platform's metadata service.
        pub mds: Option<MdsAuth>,
        /// No authentication: write `none: {}`.
        pub none: Option<Nothing>,
    }
}

impl RestAuth {
    /// Whether exactly one kind is written.
    #[must_use]
    pub fn has_one_kind(&self) -> bool {
        let kinds = [
            self.basic.is_some(),
            self.bearer.is_some(),
            self.oauth.is_some(),
            self.mtls.is_some(),
            self.mds.is_some(),
            self.none.is_some(),
        ];
        kinds.into_iter().filter(|is_there| *is_there).count() == 1
    }
}

record! {
    "basic authentication"
    /// HTTP Basic.
    pub struct BasicAuth {
        /// The API key or user name.
        pub username: Located<Text>,
        /// The API secret or password.
        pub password: Located<Secret>,
    }
}

record! {
    "bearer authentication"
    /// A bearer token.
    pub struct BearerAuth {
        /// The token.
        pub token: Located<Secret>,
        /// The identity pool to act as, on Confluent Cloud.
        pub identity_pool: Option<Located<String>>,
    }
}

record! {
    "OAuth authentication"
    /// OAuth 2.0 client credentials.
    pub struct OAuth {
        /// The identity provider's token endpoint.
        pub token_url: Located<String>,
        /// The client's id.
        pub client_id: Located<Text>,
        /// The client's secret.
        pub client_secret: Located<Secret>,
        /// The scope to request.
        pub scope: Option<Located<String>>,
        /// The identity pool to act as, on Confluent Cloud.
        pub identity_pool: Option<Located<String>>,
        /// How the client id and secret are sent; `client_secret_post` when left out.
        pub client_authentication: Option<Located<ClientAuthentication>>,
    }
}

record! {
    "mTLS authentication"
    /// A TLS client certificate.
    pub struct MtlsAuth {
        /// The certificate chain, PEM.
        pub certificate: Located<Text>,
        /// The private key, PEM.
        pub key: Located<Secret>,
        /// The CA certificates to trust instead of the system's, PEM.
        pub ca: Option<Located<Text>>,
    }
}

record! {
    "metadata service authentication"
    /// Confluent Platform's metadata service (MDS), which issues tokens.
    pub struct MdsAuth {
        /// Its base URL.
        pub url: Located<String>,
        /// The user's name.
        pub username: Located<Text>,
        /// The user's password.
        pub password: Located<Secret>,
    }
}

record! {
    "an empty mapping"
    /// An empty mapping: `{}`.
    pub struct Nothing {
    }
}
