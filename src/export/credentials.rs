//! Security configs → `credentials`. What is secret becomes the name of a variable.

use super::join::LiveHalf;
use super::variables::Variables;
use super::yaml::{Entry, Node};
use crate::catalog::{self, Kind, names};
use std::collections::BTreeSet;

/// The principal that a half uses on one of the two clusters.
pub(super) struct Principal<'a> {
    pub(super) half: LiveHalf<'a>,
    /// Empty, or `local.` for the principal on the half's own cluster.
    pub(super) scope: &'static str,
    /// How variables of it begin: the link's key, and the half's cluster where that is needed.
    pub(super) words: Vec<&'a str>,
    /// Whose principal it is, for people: `link orders-dr to east`.
    pub(super) holder: String,
    /// Whether it authenticates to Confluent Cloud.
    pub(super) is_cloud: bool,
}

impl Principal<'_> {
    fn set(&self, name: &str) -> Option<&str> {
        self.half.set(&format!("{}{name}", self.scope))
    }

    fn is_set(&self, name: &str) -> bool {
        self.half.is_set(&format!("{}{name}", self.scope))
    }

    fn secret(&self, variables: &mut Variables, word: &str, what: &str) -> Node {
        let mut words = vec!["link"];
        words.extend(&self.words);
        words.extend((self.scope == names::LOCAL).then_some("local"));
        words.push(word);
        Node::Text(variables.reference(&words, format!("{what} of {}", self.holder)))
    }

    fn user(&self, variables: &mut Variables) -> [(&'static str, Node); 2] {
        let (key, secret) = if self.is_cloud {
            (("api_key", "the API key"), ("api_secret", "the API secret"))
        } else {
            (("username", "the user name"), ("password", "the password"))
        };
        [
            ("username", self.secret(variables, key.0, key.1)),
            ("password", self.secret(variables, secret.0, secret.1)),
        ]
    }

    /// The value of `credentials` or `local_credentials`. What it writes is covered; the rest is left to
    /// `configs`.
    pub(super) fn node(&self, variables: &mut Variables, covered: &mut BTreeSet<String>) -> Node {
        let mut written = vec![names::SECURITY_PROTOCOL];
        let node = self.written(variables, &mut written);
        covered.extend(written.iter().map(|name| format!("{}{name}", self.scope)));
        node
    }

    /// Whether a config has this value, or is not set where that is the same.
    fn is(&self, name: &str, value: &str) -> bool {
        self.set(name).is_some_and(|live| live.trim() == value)
    }

    fn written(&self, variables: &mut Variables, written: &mut Vec<&'static str>) -> Node {
        let protocol = self.set(names::SECURITY_PROTOCOL).unwrap_or("PLAINTEXT");
        let protocol = protocol.trim().to_ascii_uppercase();
        let mechanism = self.set(names::SASL_MECHANISM).unwrap_or("GSSAPI");
        let mut entries = Vec::new();
        let mut kind = |key: &str, members: Vec<(&'static str, Node)>| {
            entries.push(Entry::new(key, Node::Inline(members)));
        };
        match (protocol.as_str(), mechanism) {
            ("SSL", _)
                if self.is_set(names::SSL_KEYSTORE_KEY)
                    && self.is_set(names::SSL_KEYSTORE_CERTIFICATE_CHAIN)
                    && self.is(names::SSL_KEYSTORE_TYPE, "PEM") =>
            {
                written.extend([
                    names::SSL_KEYSTORE_TYPE,
                    names::SSL_KEYSTORE_CERTIFICATE_CHAIN,
                    names::SSL_KEYSTORE_KEY,
                ]);
                let mut members = vec![
                    (
                        "certificate",
                        self.secret(variables, "certificate", "the PEM certificate chain"),
                    ),
                    ("key", self.secret(variables, "key", "the PEM private key")),
                ];
                if self.is_set(names::SSL_KEY_PASSWORD) {
                    let password =
                        self.secret(variables, "key_password", "the password of the private key");
                    members.push(("key_password", password));
                    written.push(names::SSL_KEY_PASSWORD);
                }
                kind("mtls", members);
            }
            ("SSL", _) => kind("tls", Vec::new()),
            ("PLAINTEXT", _) => kind("plaintext", Vec::new()),
            (_, other) if !self.is_set(names::SASL_JAAS_CONFIG) => {
                written.push(names::SASL_MECHANISM);
                kind("sasl_jaas", vec![("mechanism", Node::text(other))]);
            }
            (_, "PLAIN") => {
                written.extend(SASL);
                kind("sasl_plain", self.user(variables).into());
            }
            (_, "SCRAM-SHA-512") => {
                written.extend(SASL);
                kind("sasl_scram", self.user(variables).into());
            }
            (_, "SCRAM-SHA-256") => {
                written.extend(SASL);
                let mut members = vec![("mechanism", Node::text("SCRAM-SHA-256"))];
                members.extend(self.user(variables));
                kind("sasl_scram", members);
            }
            (_, "OAUTHBEARER") if self.set(TOKEN_URL).is_some() && self.set(HANDLER).is_some() => {
                written.extend(SASL);
                written.extend([TOKEN_URL, HANDLER]);
                // Scope, pool and logical cluster are inside the JAAS line, which is a secret.
                let url = self.set(TOKEN_URL).unwrap_or_default();
                let handler = self.set(HANDLER).unwrap_or_default();
                let own = (!catalog::same_value(Kind::LoginHandler, handler, OAUTH_HANDLER))
                    .then(|| ("login_callback_handler", Node::text(handler)));
                let mut members = vec![
                    ("token_url", Node::text(url)),
                    (
                        "client_id",
                        self.secret(variables, "client_id", "the OAuth client id"),
                    ),
                    (
                        "client_secret",
                        self.secret(variables, "client_secret", "the OAuth client secret"),
                    ),
                ];
                members.extend(own);
                kind("sasl_oauthbearer", members);
            }
            (_, other) => {
                written.extend(SASL);
                kind(
                    "sasl_jaas",
                    vec![
                        ("mechanism", Node::text(other)),
                        (
                            "jaas",
                            self.secret(variables, "jaas", "the whole JAAS configuration"),
                        ),
                    ],
                );
            }
        }
        if self.is_set(names::SSL_TRUSTSTORE_CERTIFICATES)
            && self.is(names::SSL_TRUSTSTORE_TYPE, "PEM")
        {
            written.extend([
                names::SSL_TRUSTSTORE_TYPE,
                names::SSL_TRUSTSTORE_CERTIFICATES,
            ]);
            let ca = self.secret(variables, "ca", "the PEM certificates to trust");
            entries.push(Entry::new("ca", ca));
        }
        if protocol == "SASL_PLAINTEXT" {
            entries.push(Entry::new("encryption", Node::word("none")));
        }
        if mechanism == "OAUTHBEARER"
            && protocol.starts_with("SASL")
            && let Some(first) = entries.first_mut()
        {
            first.above.push(
                "the API does not return scope, identity_pool and logical_cluster: add those that \
                     the link was created with"
                    .to_owned(),
            );
        }
        Node::Map(entries)
    }
}

const TOKEN_URL: &str = names::SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL;
const HANDLER: &str = names::SASL_LOGIN_CALLBACK_HANDLER_CLASS;
const SASL: [&str; 2] = [names::SASL_MECHANISM, names::SASL_JAAS_CONFIG];
/// Kafka's own.
const OAUTH_HANDLER: &str =
    "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler";
