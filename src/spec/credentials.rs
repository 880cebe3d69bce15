//! How a link half and a cluster authenticate each other.

use super::cluster::Nothing;
use super::decode::{choice, record};
use super::located::Located;
use super::reference::{Secret, Text};
use crate::catalog::names;

record! {
    "credentials"
    /// How a link authenticates: exactly one kind, and settings that apply to every kind.
    #[schemars(extend("oneOf" = [
        {"required": ["sasl_plain"]}, {"required": ["sasl_scram"]},
        {"required": ["sasl_oauthbearer"]}, {"required": ["sasl_jaas"]},
        {"required": ["mtls"]}, {"required": ["tls"]}, {"required": ["plaintext"]},
    ]))]
    pub struct Credentials {
        /// SASL/PLAIN: an API key and its secret on Confluent Cloud.
        pub sasl_plain: Option<SaslPlain>,
        /// SASL/SCRAM.
        pub sasl_scram: Option<SaslScram>,
        /// SASL/OAUTHBEARER with client credentials.
        pub sasl_oauthbearer: Option<SaslOauthbearer>,
        /// Any other SASL mechanism, with its JAAS configuration.
        pub sasl_jaas: Option<SaslJaas>,
        /// A TLS client certificate, as PEM text.
        pub mtls: Option<Mtls>,
        /// TLS without client authentication: write `tls: {}`.
        pub tls: Option<Nothing>,
        /// Neither TLS nor authentication: write `plaintext: {}`.
        pub plaintext: Option<Nothing>,
        /// The CA certificates to trust instead of the system's, PEM.
        pub ca: Option<Located<Text>>,
        /// Whether SASL connections use TLS; `tls` when left out.
        pub encryption: Option<Located<Encryption>>,
        /// Increase it to rotate the credentials: the API does not return secrets, so a changed
        /// value is not detected.
        pub generation: Option<Located<u32>>,
    }
}

choice! {
    "an encryption"
    /// What protects a SASL connection.
    pub enum Encryption {
        /// TLS (`SASL_SSL`).
        Tls = "tls",
        /// Nothing (`SASL_PLAINTEXT`): with PLAIN, the password is sent in plaintext.
        None = "none",
    }
}

record! {
    "SASL/PLAIN credentials"
    /// SASL/PLAIN.
    pub struct SaslPlain {
        /// The API key or user name.
        pub username: Located<Text>,
        /// The API secret or password.
        pub password: Located<Secret>,
    }
}

choice! {
    "a SCRAM mechanism"
    /// A SCRAM mechanism.
    pub enum ScramMechanism {
        /// SCRAM-SHA-256.
        Sha256 = "SCRAM-SHA-256",
        /// SCRAM-SHA-512.
        Sha512 = "SCRAM-SHA-512",
    }
}

record! {
    "SASL/SCRAM credentials"
    /// SASL/SCRAM.
    pub struct SaslScram {
        /// The mechanism; `SCRAM-SHA-512` when left out.
        pub mechanism: Option<Located<ScramMechanism>>,
        /// The user name.
        pub username: Located<Text>,
        /// The password.
        pub password: Located<Secret>,
    }
}

record! {
    "SASL/OAUTHBEARER credentials"
    /// SASL/OAUTHBEARER with client credentials.
    pub struct SaslOauthbearer {
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
        /// The cluster to authenticate to, on Confluent Cloud; that cluster's `id` when left out.
        pub logical_cluster: Option<Located<String>>,
        /// The class that fetches tokens, when it is not Kafka's own.
        pub login_callback_handler: Option<Located<String>>,
    }
}

record! {
    "raw SASL credentials"
    /// Any SASL mechanism with its JAAS configuration.
    pub struct SaslJaas {
        /// The mechanism, such as `GSSAPI`.
        pub mechanism: Located<String>,
        /// The JAAS configuration, ending with `;`. Left out where the brokers' own is used.
        pub jaas: Option<Located<Secret>>,
    }
}

record! {
    "mTLS credentials"
    /// A TLS client certificate. Keystore files do not work on Confluent Cloud.
    pub struct Mtls {
        /// The certificate chain, PEM.
        pub certificate: Located<Text>,
        /// The private key, PEM (PKCS #8).
        pub key: Located<Secret>,
        /// The private key's password.
        pub key_password: Option<Located<Secret>>,
    }
}

/// The one kind that credentials hold.
#[derive(Clone, Copy, Debug)]
pub enum Kind<'a> {
    /// SASL/PLAIN.
    SaslPlain(&'a SaslPlain),
    /// SASL/SCRAM.
    SaslScram(&'a SaslScram),
    /// SASL/OAUTHBEARER.
    SaslOauthbearer(&'a SaslOauthbearer),
    /// Another SASL mechanism.
    SaslJaas(&'a SaslJaas),
    /// A TLS client certificate.
    Mtls(&'a Mtls),
    /// TLS without authentication.
    Tls,
    /// Nothing.
    Plaintext,
}

impl Kind<'_> {
    /// Its key in a spec.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::SaslPlain(_) => "sasl_plain",
            Self::SaslScram(_) => "sasl_scram",
            Self::SaslOauthbearer(_) => "sasl_oauthbearer",
            Self::SaslJaas(_) => "sasl_jaas",
            Self::Mtls(_) => "mtls",
            Self::Tls => "tls",
            Self::Plaintext => "plaintext",
        }
    }

    /// Whether it is a SASL mechanism.
    #[must_use]
    pub const fn is_sasl(&self) -> bool {
        matches!(
            self,
            Self::SaslPlain(_) | Self::SaslScram(_) | Self::SaslOauthbearer(_) | Self::SaslJaas(_)
        )
    }
}

impl Credentials {
    /// Every kind that was written, in the order of the declaration. There should be one.
    #[must_use]
    pub fn kinds(&self) -> Vec<Kind<'_>> {
        let mut kinds = Vec::new();
        kinds.extend(self.sasl_plain.as_ref().map(Kind::SaslPlain));
        kinds.extend(self.sasl_scram.as_ref().map(Kind::SaslScram));
        kinds.extend(self.sasl_oauthbearer.as_ref().map(Kind::SaslOauthbearer));
        kinds.extend(self.sasl_jaas.as_ref().map(Kind::SaslJaas));
        kinds.extend(self.mtls.as_ref().map(Kind::Mtls));
        kinds.extend(self.tls.as_ref().map(|_| Kind::Tls));
        kinds.extend(self.plaintext.as_ref().map(|_| Kind::Plaintext));
        kinds
    }

    /// The kind, when there is exactly one.
    #[must_use]
    pub fn kind(&self) -> Option<Kind<'_>> {
        match self.kinds().as_slice() {
            [kind] => Some(*kind),
            _ => None,
        }
    }

    /// The link configs that they set, without `local.`: `configs` must not set them too.
    #[must_use]
    pub fn writes(&self) -> Vec<&'static str> {
        let mut written = vec![names::SECURITY_PROTOCOL];
        match self.kind() {
            None | Some(Kind::Tls | Kind::Plaintext) => {}
            Some(Kind::SaslPlain(_) | Kind::SaslScram(_)) => {
                written.extend([names::SASL_MECHANISM, names::SASL_JAAS_CONFIG]);
            }
            Some(Kind::SaslJaas(raw)) => {
                written.push(names::SASL_MECHANISM);
                written.extend(raw.jaas.as_ref().map(|_| names::SASL_JAAS_CONFIG));
            }
            Some(Kind::SaslOauthbearer(_)) => written.extend([
                names::SASL_MECHANISM,
                names::SASL_JAAS_CONFIG,
                names::SASL_LOGIN_CALLBACK_HANDLER_CLASS,
                names::SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL,
            ]),
            Some(Kind::Mtls(mtls)) => {
                written.extend([
                    names::SSL_KEYSTORE_TYPE,
                    names::SSL_KEYSTORE_CERTIFICATE_CHAIN,
                    names::SSL_KEYSTORE_KEY,
                ]);
                written.extend(mtls.key_password.as_ref().map(|_| names::SSL_KEY_PASSWORD));
            }
        }
        if self.ca.is_some() {
            written.extend([
                names::SSL_TRUSTSTORE_TYPE,
                names::SSL_TRUSTSTORE_CERTIFICATES,
            ]);
        }
        written
    }

    /// Whether SASL connections use TLS.
    #[must_use]
    pub fn encrypted(&self) -> bool {
        self.encryption
            .as_ref()
            .is_none_or(|encryption| encryption.value == Encryption::Tls)
    }
}
