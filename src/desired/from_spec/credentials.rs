//! Credentials → security configs: protocol, mechanism, JAAS line, PEM texts.
//!
//! Every config that credentials own gets a desired value, those that the kind does not use the default, so
//! that a change of kind leaves nothing of the old one behind.

use crate::catalog::{self, names};
use std::collections::BTreeMap;

use super::super::{DesiredConfig, DesiredValue};
use crate::diagnostic::Place;
use crate::secret::{Quoting, Template};
use crate::spec::{self, Credentials, CredentialsKind as Kind, Settings};

const PLAIN: &str = "org.apache.kafka.common.security.plain.PlainLoginModule";
const SCRAM: &str = "org.apache.kafka.common.security.scram.ScramLoginModule";
const OAUTH: &str = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule";
/// The class that fetches OAuth tokens, as Kafka 4 and Confluent Cloud have it. Platform 7.4 to 7.9
/// know it under both names.
const OAUTH_CALLBACK: &str =
    "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler";
/// Its only name before Platform 7.4.
const OLD_OAUTH_CALLBACK: &str =
    "org.apache.kafka.common.security.oauthbearer.secured.OAuthBearerLoginCallbackHandler";

/// The configs that credentials own, for either cluster.
const OWNED: [&str; 12] = [
    names::SECURITY_PROTOCOL,
    names::SASL_MECHANISM,
    names::SASL_JAAS_CONFIG,
    names::SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL,
    names::SASL_LOGIN_CALLBACK_HANDLER_CLASS,
    names::SSL_KEYSTORE_TYPE,
    names::SSL_KEYSTORE_CERTIFICATE_CHAIN,
    names::SSL_KEYSTORE_KEY,
    names::SSL_KEY_PASSWORD,
    names::SSL_TRUSTSTORE_TYPE,
    names::SSL_TRUSTSTORE_CERTIFICATES,
    names::BOOTSTRAP_SERVERS,
];

/// How the half connects and authenticates to the other cluster.
pub(super) fn remote(
    settings: &Settings,
    peer: &spec::Cluster,
    holder: &spec::Cluster,
    place: &Place,
    configs: &mut BTreeMap<String, DesiredConfig>,
) {
    if let Some(credentials) = &settings.credentials {
        write("", credentials, peer, holder, configs);
    }
    bootstrap(peer, place, configs);
}

/// How the half authenticates to the cluster that holds it.
pub(super) fn local(
    settings: &Settings,
    holder: &spec::Cluster,
    configs: &mut BTreeMap<String, DesiredConfig>,
) {
    if let Some(credentials) = &settings.local_credentials {
        write(names::LOCAL, credentials, holder, holder, configs);
    }
}

fn bootstrap(peer: &spec::Cluster, place: &Place, configs: &mut BTreeMap<String, DesiredConfig>) {
    if let Some(servers) = &peer.bootstrap_servers {
        let declared = DesiredConfig {
            value: DesiredValue::Value(catalog::bare_addresses(servers)),
            place: place.clone(),
        };
        configs.insert(names::BOOTSTRAP_SERVERS.to_owned(), declared);
    }
}

fn write(
    scope: &str,
    credentials: &Credentials,
    peer: &spec::Cluster,
    holder: &spec::Cluster,
    configs: &mut BTreeMap<String, DesiredConfig>,
) {
    let Some(kind) = credentials.kind() else {
        return;
    };
    let mut values: BTreeMap<&str, DesiredValue> = OWNED
        .into_iter()
        .filter(|name| *name != names::BOOTSTRAP_SERVERS)
        .map(|name| (name, DesiredValue::Default))
        .collect();
    let value = |text: &str| DesiredValue::Value(text.to_owned());
    values.insert(names::SECURITY_PROTOCOL, value(protocol(kind, credentials)));
    match kind {
        Kind::SaslPlain(plain) => {
            values.insert(names::SASL_MECHANISM, value("PLAIN"));
            values.insert(
                names::SASL_JAAS_CONFIG,
                jaas(
                    PLAIN,
                    &[
                        ("username", &plain.username.0),
                        ("password", &plain.password.0),
                    ],
                ),
            );
        }
        Kind::SaslScram(scram) => {
            let mechanism = scram
                .mechanism
                .as_ref()
                .map_or(spec::ScramMechanism::Sha512, |mechanism| mechanism.value);
            values.insert(names::SASL_MECHANISM, value(mechanism.word()));
            values.insert(
                names::SASL_JAAS_CONFIG,
                jaas(
                    SCRAM,
                    &[
                        ("username", &scram.username.0),
                        ("password", &scram.password.0),
                    ],
                ),
            );
        }
        Kind::SaslOauthbearer(oauth) => {
            values.insert(names::SASL_MECHANISM, value("OAUTHBEARER"));
            values.insert(
                names::SASL_LOGIN_CALLBACK_HANDLER_CLASS,
                match &oauth.login_callback_handler {
                    Some(class) => value(class),
                    // It runs on the brokers that hold the half.
                    None if holder
                        .version()
                        .is_some_and(|it| it < spec::PlatformVersion(7, 4)) =>
                    {
                        value(OLD_OAUTH_CALLBACK)
                    }
                    None => value(OAUTH_CALLBACK),
                },
            );
            values.insert(
                names::SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL,
                value(&oauth.token_url),
            );
            values.insert(names::SASL_JAAS_CONFIG, oauth_jaas(oauth, peer));
        }
        Kind::SaslJaas(raw) => {
            values.insert(names::SASL_MECHANISM, value(&raw.mechanism));
            if let Some(jaas) = &raw.jaas {
                values.insert(
                    names::SASL_JAAS_CONFIG,
                    DesiredValue::Secret(jaas.0.clone()),
                );
            }
        }
        Kind::Mtls(mtls) => {
            values.insert(names::SSL_KEYSTORE_TYPE, value("PEM"));
            values.insert(
                names::SSL_KEYSTORE_CERTIFICATE_CHAIN,
                DesiredValue::Secret(mtls.certificate.0.clone()),
            );
            values.insert(
                names::SSL_KEYSTORE_KEY,
                DesiredValue::Secret(mtls.key.0.clone()),
            );
            if let Some(password) = &mtls.key_password {
                values.insert(
                    names::SSL_KEY_PASSWORD,
                    DesiredValue::Secret(password.0.clone()),
                );
            }
        }
        Kind::Tls | Kind::Plaintext => {}
    }
    if let Some(ca) = &credentials.ca {
        values.insert(names::SSL_TRUSTSTORE_TYPE, value("PEM"));
        values.insert(
            names::SSL_TRUSTSTORE_CERTIFICATES,
            DesiredValue::Secret(ca.0.clone()),
        );
    }
    for (name, value) in values {
        let place = credentials.place.clone();
        configs.insert(format!("{scope}{name}"), DesiredConfig { value, place });
    }
}

fn protocol(kind: Kind<'_>, credentials: &Credentials) -> &'static str {
    match kind {
        Kind::Mtls(_) | Kind::Tls => "SSL",
        Kind::Plaintext => "PLAINTEXT",
        _ if credentials.encrypted() => "SASL_SSL",
        _ => "SASL_PLAINTEXT",
    }
}

fn oauth_jaas(oauth: &spec::SaslOauthbearer, peer: &spec::Cluster) -> DesiredValue {
    let text = |text: &str| Template::new().text(text);
    let on_cloud = peer.kind() == spec::ClusterKind::ConfluentCloud;
    let cluster = match &oauth.logical_cluster {
        Some(cluster) => Some(text(cluster)),
        None if on_cloud => Some(text(&peer.id)),
        None => None,
    };
    let scope = oauth.scope.as_ref().map(|scope| text(scope));
    let pool = oauth.identity_pool.as_ref().map(|pool| text(pool));
    let mut members = vec![
        ("clientId", &oauth.client_id.0),
        ("clientSecret", &oauth.client_secret.0),
    ];
    members.extend(scope.as_ref().map(|scope| ("scope", scope)));
    members.extend(
        cluster
            .as_ref()
            .map(|cluster| ("extension_logicalCluster", cluster)),
    );
    members.extend(pool.as_ref().map(|pool| ("extension_identityPoolId", pool)));
    jaas(OAUTH, &members)
}

/// `Module required name="value" …;`
fn jaas(module: &str, members: &[(&str, &Template)]) -> DesiredValue {
    let mut line = Template::new().text(format!("{module} required"));
    for (name, value) in members {
        line = line
            .text(format!(" {name}=\""))
            .quoted(value, Quoting::Jaas)
            .text("\"");
    }
    DesiredValue::Secret(line.text(";"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    #[test]
    fn what_credentials_write_is_what_the_catalogue_says_they_own() {
        for scope in ["", names::LOCAL] {
            for name in OWNED {
                let name = format!("{scope}{name}");
                if name == "local.bootstrap.servers" {
                    continue;
                }
                let entry = catalog::lookup(&name).unwrap();
                assert!(entry.owner_field().is_some(), "{name}");
            }
        }
    }
}
