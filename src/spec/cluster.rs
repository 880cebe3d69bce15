//! Clusters, and how Linkwright signs in to them.

use super::decode::{choice, record};
use super::located::Located;
use super::reference::{Secret, Text};

choice! {
    "a kind of cluster"
    /// What runs on a cluster.
    pub enum ClusterKind {
        /// Confluent Cloud.
        ConfluentCloud = "confluent-cloud",
        /// Confluent Platform (Confluent Server).
        ConfluentPlatform = "confluent-platform",
        /// Apache Kafka, MSK or another broker that cannot hold links: a source only.
        ApacheKafka = "apache-kafka",
    }
}

choice! {
    "a way of client authentication"
    /// How an identity provider wants the client's id and secret; the names are OpenID Connect's.
    pub enum ClientAuthentication {
        /// In the form that is posted.
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
        /// What runs there; `confluent-cloud` when left out.
        pub kind: Option<Located<ClusterKind>>,
        /// The Confluent Cloud organization. It lets `acl_sync` be checked: ACLs are synced within
        /// one organization only.
        pub organization: Option<Located<String>>,
        /// Where the cluster's REST API is. Needed where a link half lives.
        #[schemars(extend("examples" = ["https://pkc-1.us-east-1.aws.confluent.cloud:443"]))]
        pub rest_endpoint: Option<Located<String>>,
        /// Where Kafka clients connect: `host:port`, several separated by commas. Needed where
        /// another cluster's half connects to.
        #[schemars(extend("examples" = ["pkc-1.us-east-1.aws.confluent.cloud:9092"]))]
        pub bootstrap_servers: Option<Located<String>>,
        /// How Linkwright signs in to this cluster's REST API.
        pub rest_auth: Option<RestAuth>,
    }
}

impl Cluster {
    /// What runs there, the default filled in.
    #[must_use]
    pub fn kind(&self) -> ClusterKind {
        self.kind
            .as_ref()
            .map_or(ClusterKind::ConfluentCloud, |kind| kind.value)
    }
}

record! {
    "the sign-in to a REST API"
    /// How Linkwright signs in to a cluster's REST API: exactly one of these.
    #[schemars(extend("minProperties" = 1, "maxProperties" = 1))]
    pub struct RestAuth {
        /// HTTP Basic. On Confluent Cloud: an API key of this cluster, not a cloud key.
        pub basic: Option<BasicAuth>,
        /// A bearer token that somebody else obtained.
        pub bearer: Option<BearerAuth>,
        /// OAuth 2.0 client credentials.
        pub oauth: Option<OAuth>,
        /// A TLS client certificate.
        pub mtls: Option<MtlsAuth>,
        /// A token of Confluent Platform's metadata service.
        pub mds: Option<MdsAuth>,
        /// No sign-in: write `none: {}`.
        pub none: Option<Nothing>,
    }
}

record! {
    "basic sign-in"
    /// HTTP Basic.
    pub struct BasicAuth {
        /// The API key or user name.
        pub username: Located<Text>,
        /// The API secret or password.
        pub password: Located<Secret>,
    }
}

record! {
    "bearer sign-in"
    /// A bearer token.
    pub struct BearerAuth {
        /// The token.
        pub token: Located<Secret>,
        /// The identity pool to act as, on Confluent Cloud.
        pub identity_pool: Option<Located<String>>,
    }
}

record! {
    "OAuth sign-in"
    /// OAuth 2.0 client credentials.
    pub struct OAuth {
        /// The identity provider's token endpoint.
        pub token_url: Located<String>,
        /// The client's id.
        pub client_id: Located<Text>,
        /// The client's secret.
        pub client_secret: Located<Secret>,
        /// The scope to ask for.
        pub scope: Option<Located<String>>,
        /// The identity pool to act as, on Confluent Cloud.
        pub identity_pool: Option<Located<String>>,
        /// How the identity provider wants id and secret; `client_secret_post` when left out.
        pub client_authentication: Option<Located<ClientAuthentication>>,
    }
}

record! {
    "mTLS sign-in"
    /// A TLS client certificate.
    pub struct MtlsAuth {
        /// The certificate chain, PEM.
        pub certificate: Located<Text>,
        /// The private key, PEM.
        pub key: Located<Secret>,
        /// The authorities to trust instead of the system's, PEM.
        pub ca: Option<Located<Text>>,
    }
}

record! {
    "metadata service sign-in"
    /// Confluent Platform's metadata service (MDS), which gives out tokens.
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
