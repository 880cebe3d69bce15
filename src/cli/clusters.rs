//! From declared clusters to clients that can call them: [`client`].

use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

use super::args::Global;
use super::input;
use super::references::{Missing, References, env};
use crate::address::ClusterName;
use crate::api::auth::{ClientStyle, OAuth};
use crate::api::{
    Auth, Client, Endpoint, EndpointError, Flavour, Limits, Net, NetSettings, RetryBudget, Roots,
    Settings, Transport, TransportError, check_proxy,
};
use crate::desired::{
    CallPolicy, ClientAuthentication, Cluster, ClusterKind, ConfluentCloud, RestAuth,
};
use crate::secret::Template;

/// Retries that a whole run may spend.
const RETRIES: u32 = 200;

/// Why there is no client for a cluster.
#[derive(Debug, thiserror::Error)]
pub(super) enum ConnectError {
    /// A secret is missing.
    #[error("cluster `{cluster}`: {source}")]
    Secret {
        /// The cluster.
        cluster: ClusterName,
        /// What is missing.
        source: Missing,
    },
    /// Its endpoint is not a URL.
    #[error("cluster `{cluster}`: rest_endpoint: {source}")]
    Endpoint {
        /// The cluster.
        cluster: ClusterName,
        /// What is wrong with it.
        source: EndpointError,
    },
    /// TLS or the proxy cannot be set up.
    #[error("cluster `{cluster}`: {source}")]
    Transport {
        /// The cluster.
        cluster: ClusterName,
        /// What is wrong.
        source: TransportError,
    },
    /// A URL of its authentication is not a URL.
    #[error("cluster `{cluster}`: rest_auth: `{text}` is not a URL")]
    AuthUrl {
        /// The cluster.
        cluster: ClusterName,
        /// The text.
        text: String,
    },
    /// A variable names a proxy that cannot be used. Its value may hold a password.
    #[error("{variable}: {why}")]
    Proxy {
        /// The variable.
        variable: &'static str,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A file of certificate authorities cannot be read.
    #[error("{file}: {source}")]
    Authorities {
        /// The file.
        file: String,
        /// Why.
        source: std::io::Error,
    },
}

/// Retries that all clients of a run share.
pub(super) fn budget() -> Arc<RetryBudget> {
    Arc::new(RetryBudget::new(RETRIES))
}

/// Whose API it is.
pub(super) fn flavour(kind: ClusterKind) -> Flavour {
    match kind {
        ClusterKind::ConfluentCloud => Flavour::Cloud,
        ClusterKind::ConfluentPlatform | ClusterKind::ApacheKafka => Flavour::Platform,
    }
}

/// What Confluent Cloud's own API is called in messages, in place of a cluster.
pub(super) const CLOUD: &str = "Confluent Cloud";

/// A client for Confluent Cloud's own API.
///
/// # Errors
/// When a secret is missing or the endpoint or a certificate cannot be used; nothing was called then.
pub(super) fn cloud(
    declared: &ConfluentCloud,
    calls: &CallPolicy,
    global: &Global,
    budget: &Arc<RetryBudget>,
) -> Result<Client, ConnectError> {
    let cluster = || ClusterName::from(CLOUD);
    let endpoint = Endpoint::cloud(&declared.url).map_err(|source| ConnectError::Endpoint {
        cluster: cluster(),
        source,
    })?;
    let secret = |template: &Template| {
        let value = References.resolve(template);
        value.map_err(|source| ConnectError::Secret {
            cluster: cluster(),
            source,
        })
    };
    let auth = Auth::Basic {
        user: secret(&declared.api_key)?.expose_secret().to_owned(),
        password: secret(&declared.api_secret)?,
    };
    let net = Net::new(&NetSettings {
        roots: roots(global, endpoint.is_https())?,
        connect_timeout: calls.connect,
        largest_body: calls.largest_response(),
        ..NetSettings::default()
    });
    let net = net.map_err(|source| ConnectError::Transport {
        cluster: cluster(),
        source,
    })?;
    Ok(Client::new(
        cloud_settings(calls, endpoint, auth),
        Arc::new(net),
        budget.clone(),
    ))
}

/// What a client must know about Confluent Cloud's own API.
pub(super) fn cloud_settings(calls: &CallPolicy, endpoint: Endpoint, auth: Auth) -> Settings {
    Settings {
        cluster: CLOUD.into(),
        id: "".into(),
        endpoint,
        flavour: Flavour::Cloud,
        auth,
        limits: limits(calls),
    }
}

/// A client for a cluster; none when it has no REST endpoint.
///
/// # Errors
/// When a secret is missing or an endpoint or certificate cannot be used; nothing was called then.
pub(super) fn client(
    cluster: &Cluster,
    calls: &CallPolicy,
    global: &Global,
    budget: &Arc<RetryBudget>,
) -> Result<Option<Client>, ConnectError> {
    let Some(rest) = &cluster.rest else {
        return Ok(None);
    };
    check_proxies(&env)?;
    let name = &cluster.name;
    let endpoint = Endpoint::parse(&rest.url).map_err(|source| ConnectError::Endpoint {
        cluster: name.clone(),
        source,
    })?;
    let secret = |template: &Template| {
        References
            .resolve(template)
            .map_err(|source| ConnectError::Secret {
                cluster: name.clone(),
                source,
            })
    };
    let (auth, identity, own_ca) = authentication(name, &rest.auth, &secret)?;
    let roots = match own_ca {
        Some(pem) => Roots::Only(pem.expose_secret().as_bytes().to_vec()),
        None => roots(global, endpoint.is_https())?,
    };
    let net = |roots: Roots, identity| {
        Net::new(&NetSettings {
            roots,
            identity,
            connect_timeout: calls.connect,
            largest_body: calls.largest_response(),
            ..NetSettings::default()
        })
        .map(|net| Arc::new(net) as Arc<dyn Transport>)
        .map_err(|source| ConnectError::Transport {
            cluster: name.clone(),
            source,
        })
    };
    let tokens = match &auth {
        Auth::OAuth(oauth) => {
            let roots = identity_provider_roots(&roots, oauth.token_url.scheme() == "https");
            Some(net(roots, None)?)
        }
        // The metadata service is the cluster's own.
        Auth::Mds { url, .. } if url.scheme() == "https" && roots == Roots::None => {
            Some(net(Roots::System, None)?)
        }
        _ => None,
    };
    let to_cluster = net(roots, identity)?;
    let tokens = tokens.unwrap_or_else(|| to_cluster.clone());
    Ok(Some(Client::with_token_transport(
        settings(cluster, calls, endpoint, auth),
        to_cluster,
        tokens,
        budget.clone(),
    )))
}

/// The variables that name a proxy.
const PROXIES: [&str; 6] = [
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
];

/// Whether those that are set can be used: one that cannot is ignored by the HTTP library without a word.
fn check_proxies(env: &dyn Fn(&str) -> Option<String>) -> Result<(), ConnectError> {
    for variable in PROXIES {
        let Some(value) = env(variable).filter(|value| !value.trim().is_empty()) else {
            continue;
        };
        check_proxy(&value).map_err(|why| ConnectError::Proxy { variable, why })?;
    }
    Ok(())
}

/// Whom to trust at an identity provider, going by whom to trust at the cluster.
///
/// A cluster with a private authority often takes tokens of a public provider, and a company's own
/// provider often has the same private authority as its clusters. So `--ca-file` bounds who may be
/// the cluster; who may be the provider it only widens. The client certificate is for the cluster.
fn identity_provider_roots(cluster: &Roots, is_https: bool) -> Roots {
    match cluster {
        _ if !is_https => Roots::None,
        Roots::System | Roots::None => Roots::System,
        Roots::Only(pem) | Roots::SystemAnd(pem) => Roots::SystemAnd(pem.clone()),
    }
}

/// Whom a store's server may be trusted by: it is no cluster either.
pub(super) fn store_roots(global: &Global) -> Result<Roots, ConnectError> {
    let roots = roots(global, true)?;
    Ok(identity_provider_roots(&roots, true))
}

/// What a client must know about a cluster.
pub(super) fn settings(
    cluster: &Cluster,
    calls: &CallPolicy,
    endpoint: Endpoint,
    auth: Auth,
) -> Settings {
    Settings {
        cluster: cluster.name.clone(),
        id: cluster.id.clone(),
        endpoint,
        flavour: flavour(cluster.kind),
        auth,
        limits: limits(calls),
    }
}

/// How hard a cluster may be pressed.
pub(super) fn limits(calls: &CallPolicy) -> Limits {
    Limits {
        under_way: calls.concurrency as usize,
        per_second: calls.rate,
        silence: calls.silence,
        throttled: calls.silence * 9,
        // Processes that are refused together do not come back together.
        jitter_seed: RandomState::new().hash_one(std::process::id()),
        ..Limits::default()
    }
}

/// The header credentials, the client certificate with its key, and the authorities to trust.
type Authentication = (Auth, Option<SecretString>, Option<SecretString>);

fn authentication(
    cluster: &ClusterName,
    auth: &RestAuth,
    secret: &dyn Fn(&Template) -> Result<SecretString, ConnectError>,
) -> Result<Authentication, ConnectError> {
    let plain = |template: &Template| secret(template).map(|text| text.expose_secret().to_owned());
    let url = |text: &str| {
        url::Url::parse(text).map_err(|_| ConnectError::AuthUrl {
            cluster: cluster.clone(),
            text: text.to_owned(),
        })
    };
    let auth = match auth {
        RestAuth::None => Auth::None,
        RestAuth::Basic { username, password } => Auth::Basic {
            user: plain(username)?,
            password: secret(password)?,
        },
        RestAuth::Bearer {
            token,
            identity_pool,
        } => Auth::Bearer {
            token: secret(token)?,
            identity_pool: identity_pool.clone(),
        },
        RestAuth::OAuth {
            token_url,
            client_id,
            client_secret,
            scope,
            identity_pool,
            client_authentication,
        } => Auth::OAuth(OAuth {
            token_url: url(token_url)?,
            client_id: plain(client_id)?,
            client_secret: secret(client_secret)?,
            scope: scope.clone(),
            identity_pool: identity_pool.clone(),
            style: match client_authentication {
                ClientAuthentication::Post => ClientStyle::Form,
                ClientAuthentication::Basic => ClientStyle::Header,
            },
        }),
        RestAuth::Mds {
            url: address,
            username,
            password,
        } => Auth::Mds {
            url: url(address)?,
            user: plain(username)?,
            password: secret(password)?,
        },
        RestAuth::Mtls {
            certificate,
            key,
            ca,
        } => {
            let pem = format!(
                "{}\n{}",
                secret(certificate)?.expose_secret(),
                secret(key)?.expose_secret()
            );
            let ca = ca.as_ref().map(secret).transpose()?;
            return Ok((Auth::None, Some(SecretString::from(pem)), ca));
        }
    };
    Ok((auth, None, None))
}

/// Which certificate authorities are trusted.
pub(super) fn roots(global: &Global, is_https: bool) -> Result<Roots, ConnectError> {
    let pem = |file: &Path| {
        input::bytes(file, input::SECRET).map_err(|source| ConnectError::Authorities {
            file: file.display().to_string(),
            source,
        })
    };
    let authorities = &global.connection.authorities;
    Ok(match (&authorities.ca_file, &authorities.ca_append) {
        (Some(file), _) => Roots::Only(pem(file)?),
        (None, Some(file)) => Roots::SystemAnd(pem(file)?),
        // A machine without any authorities can still talk to http:// endpoints.
        (None, None) if !is_https => Roots::None,
        (None, None) => Roots::System,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_authority_of_the_cluster_never_shuts_out_the_identity_provider() {
        let pem = || b"pem".to_vec();
        for (cluster, provider) in [
            (Roots::System, Roots::System),
            (Roots::None, Roots::System),
            (Roots::Only(pem()), Roots::SystemAnd(pem())),
            (Roots::SystemAnd(pem()), Roots::SystemAnd(pem())),
        ] {
            assert_eq!(identity_provider_roots(&cluster, true), provider);
            assert_eq!(identity_provider_roots(&cluster, false), Roots::None);
        }
    }

    #[test]
    fn a_variable_that_names_no_proxy_is_named() {
        let with = |value: &'static str| {
            check_proxies(&move |name| (name == "https_proxy").then(|| value.to_owned()))
        };
        for fine in [
            "",
            " ",
            "http://proxy:3128",
            "proxy:3128",
            "https://u:p@proxy.example",
        ] {
            with(fine).unwrap();
        }
        for wrong in [
            "http://u:s3cret@",
            "http//proxy",
            "ht!tp://proxy",
            "socks5://proxy:1080",
            "http://a b",
        ] {
            let error = with(wrong).unwrap_err().to_string();
            assert!(error.starts_with("https_proxy: "), "{wrong}: {error}");
            assert!(!error.contains("s3cret"), "{error}");
        }
    }
}
