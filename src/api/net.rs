//! The transport over the network: [`Net`], on reqwest and rustls.

use std::error::Error;
use std::sync::OnceLock;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, TryFutureExt, stream};
use secrecy::{ExposeSecret, SecretString};

use super::transport::{Silence, Transport, TransportError, causes};

#[cfg(not(any(feature = "ring", feature = "aws-lc")))]
compile_error!("TLS needs one of the features `ring` (the default) and `aws-lc`");

/// HTTP over TCP, with connections kept and shared by everyone who holds it.
pub struct Net {
    client: reqwest::Client,
    idle: Duration,
    largest_body: usize,
}

/// How to reach servers and whom to trust.
#[derive(Clone, Debug)]
pub struct NetSettings {
    /// Which certificate authorities are trusted.
    pub roots: Roots,
    /// Our own certificate and private key, PEM, one after the other: for servers that ask for one.
    pub identity: Option<SecretString>,
    /// Whether there is a proxy.
    pub proxy: ProxyChoice,
    /// How long to wait for a connection.
    pub connect_timeout: Duration,
    /// How long the server may be silent, where a request does not say it.
    pub idle_timeout: Duration,
    /// The largest answer to hold, in bytes, decompressed.
    pub largest_body: usize,
}

impl Default for NetSettings {
    fn default() -> Self {
        Self {
            roots: Roots::System,
            identity: None,
            proxy: ProxyChoice::Environment,
            connect_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(20),
            largest_body: 256 << 20,
        }
    }
}

/// Which certificate authorities are trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Roots {
    /// Those of the operating system. Without any installed, no client can be built at all.
    System,
    /// Those of the operating system and these, PEM.
    SystemAnd(Vec<u8>),
    /// These only, PEM.
    Only(Vec<u8>),
    /// None: for `http://` endpoints, also on machines that have no authorities installed.
    None,
}

impl Roots {
    /// A client that trusts them.
    ///
    /// # Errors
    /// When the PEM cannot be read or has no certificate.
    pub fn trusted_by(
        &self,
        client: reqwest::ClientBuilder,
    ) -> Result<reqwest::ClientBuilder, TransportError> {
        Ok(match self {
            Self::System => client,
            Self::None => client.tls_certs_only([]),
            Self::Only(pem) => client.tls_certs_only(authorities(pem)?),
            Self::SystemAnd(pem) => client.tls_certs_merge(authorities(pem)?),
        })
    }
}

/// Whether there is a proxy.
#[derive(Clone, Debug)]
pub enum ProxyChoice {
    /// As `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say.
    Environment,
    /// None.
    Direct,
    /// This one for everything. The URL may hold a password.
    Url(SecretString),
}

impl Net {
    /// A transport of its own connections.
    ///
    /// # Errors
    /// [`TransportError::Tls`] when a certificate or key cannot be used or the system has no
    /// certificate authorities, [`TransportError::Invalid`] when the proxy is no URL.
    pub fn new(settings: &NetSettings) -> Result<Self, TransportError> {
        let NetSettings {
            roots,
            identity,
            proxy,
            connect_timeout,
            idle_timeout,
            largest_body,
        } = settings;
        install_tls();
        let tls = |what: &str, error: &reqwest::Error| TransportError::Tls {
            why: format!("{what}: {}", causes(error)),
        };
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("linkwright/", env!("CARGO_PKG_VERSION")))
            // A redirect would carry the credentials to another host.
            .redirect(reqwest::redirect::Policy::none())
            // Retrying is the client's decision alone.
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(*connect_timeout)
            // Servers hang up idle connections after 30 s and more. A request that goes out on one
            // just then may have arrived or not, so ours are hung up first.
            .pool_idle_timeout(Duration::from_secs(15))
            .gzip(true);
        builder = roots.trusted_by(builder)?;
        if let Some(pem) = identity {
            let identity = reqwest::Identity::from_pem(pem.expose_secret().as_bytes())
                .map_err(|error| tls("the client certificate and key cannot be used", &error))?;
            builder = builder.identity(identity);
        }
        builder = match proxy {
            ProxyChoice::Environment => builder,
            ProxyChoice::Direct => builder.no_proxy(),
            ProxyChoice::Url(url) => {
                let proxy = reqwest::Proxy::all(url.expose_secret()).map_err(|_| {
                    TransportError::Invalid {
                        why: "the proxy's address is not a URL".to_owned(),
                    }
                })?;
                builder.proxy(proxy)
            }
        };
        let client = builder
            .build()
            .map_err(|error| tls("cannot set up TLS", &error))?;
        Ok(Self {
            client,
            idle: *idle_timeout,
            largest_body: *largest_body,
        })
    }

    async fn exchange(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let silence = Silence::of(&request).unwrap_or(Silence {
            first: self.idle,
            next: self.idle,
        });
        let request =
            reqwest::Request::try_from(request).map_err(|error| TransportError::Invalid {
                why: causes(&error.without_url()),
            })?;
        let clock = self.clock();
        let answer = self.client.execute(request).map_err(translate);
        let mut answer = silence.first(&clock, answer).await?;

        let mut response = http::Response::new(Bytes::new());
        *response.status_mut() = answer.status();
        *response.version_mut() = answer.version();
        *response.headers_mut() = std::mem::take(answer.headers_mut());

        let limit = self.largest_body;
        let announced = answer.content_length().unwrap_or(0);
        let announced = usize::try_from(announced).unwrap_or(usize::MAX);
        if announced > limit {
            return Err(TransportError::TooLarge { limit });
        }
        let parts = stream::try_unfold(answer, |mut answer| async move {
            let part = answer.chunk().await.map_err(translate)?;
            Ok(part.map(|part| (part, answer)))
        });
        *response.body_mut() = silence.whole(&clock, limit, announced, parts).await?;
        Ok(response)
    }
}

impl Transport for Net {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        self.exchange(request).boxed()
    }
}

/// Chooses the cryptography for the process, once. Without it reqwest panics.
pub fn install_tls() {
    static INSTALLED: OnceLock<()> = OnceLock::new();
    INSTALLED.get_or_init(|| {
        #[cfg(feature = "ring")]
        let provider = rustls::crypto::ring::default_provider();
        #[cfg(all(feature = "aws-lc", not(feature = "ring")))]
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        // An error means that the process has one already, which serves as well.
        let _already_there = provider.install_default();
    });
}

fn authorities(pem: &[u8]) -> Result<Vec<reqwest::Certificate>, TransportError> {
    let found =
        reqwest::Certificate::from_pem_bundle(pem).map_err(|error| TransportError::Tls {
            why: format!(
                "cannot read the certificate authorities: {}",
                causes(&error)
            ),
        })?;
    if found.is_empty() {
        return Err(TransportError::Tls {
            why: "the file of certificate authorities contains no certificate".to_owned(),
        });
    }
    Ok(found)
}

fn translate(error: reqwest::Error) -> TransportError {
    let error = error.without_url();
    let why = causes(&error);
    if let Some(failure) = handshake_failure(&error) {
        let why = describe(failure).map_or(why, |words| format!("{words} ({failure})"));
        TransportError::Tls { why }
    } else if error.is_connect() {
        let why = proxy_failure(&why).unwrap_or(why);
        TransportError::Connect { why }
    } else if error.is_builder() {
        TransportError::Invalid { why }
    } else {
        // hyper does not say how far a request got, so it may have arrived.
        TransportError::Reset { sent: true, why }
    }
}

/// A failure to connect through a proxy, with the proxy named. Its type is not public; its text is stable.
fn proxy_failure(why: &str) -> Option<String> {
    let (_, why) = why.split_once("tunnel error: ")?;
    Some(if why.starts_with("proxy authorization required") {
        "the proxy, not the cluster, requires a user name and password (407 Proxy Authentication Required): \
         write them in HTTPS_PROXY, as http://USER:PASSWORD@HOST:PORT, or list the cluster's host in NO_PROXY"
            .to_owned()
    } else if let Some(why) = why.strip_prefix("failed to create underlying connection") {
        format!(
            "the proxy of HTTPS_PROXY or ALL_PROXY cannot be reached{why}; correct the variable, or list the \
             cluster's host in NO_PROXY"
        )
    } else {
        format!(
            "the proxy of HTTPS_PROXY or ALL_PROXY did not connect to the cluster ({why}): it may not permit \
             the host, or may not be an HTTP proxy; correct the variable, or list the cluster's host in NO_PROXY"
        )
    })
}

/// Why the value of `HTTPS_PROXY` and its like names no proxy that can be used. It may hold a password and
/// is not quoted.
///
/// # Errors
/// When it is not an address, or of a kind of proxy that is not supported.
pub fn check_proxy(value: &str) -> Result<(), &'static str> {
    const NOT_AN_ADDRESS: &str = "it is not the address of a proxy: write http://HOST:PORT";
    let uri: http::Uri = value.trim().parse().map_err(|_| NOT_AN_ADDRESS)?;
    match uri.scheme_str() {
        None | Some("http" | "https") => {}
        Some(scheme) if scheme.starts_with("socks") => {
            return Err("SOCKS proxies are not supported: use an HTTP proxy");
        }
        Some(_) => return Err(NOT_AN_ADDRESS),
    }
    let host = uri.authority().map(http::uri::Authority::host);
    match host.is_some_and(|host| !host.is_empty()) {
        true => Ok(()),
        false => Err(NOT_AN_ADDRESS),
    }
}

/// Why the two ends could not agree to trust each other, if that is what went wrong.
///
/// With TLS 1.3 a server that wants a client certificate complains only after its part of the
/// handshake, so this can come as a failed read; nevertheless it has seen no request.
fn handshake_failure(error: &reqwest::Error) -> Option<&rustls::Error> {
    use rustls::AlertDescription as Alert;

    rustls_error(error).filter(|error| {
        // With these the peer ends a connection that was good until then.
        !matches!(
            error,
            rustls::Error::AlertReceived(
                Alert::CloseNotify | Alert::UserCanceled | Alert::InternalError
            )
        )
    })
}

/// What the common failures mean, without the terms of TLS.
fn describe(error: &rustls::Error) -> Option<&'static str> {
    use rustls::{AlertDescription as Alert, CertificateError as Bad, Error};

    Some(match error {
        Error::InvalidCertificate(Bad::UnknownIssuer) => {
            "the server's certificate is signed by an unknown authority: give that authority's certificate with \
             --ca-file or --ca-append"
        }
        Error::InvalidCertificate(Bad::NotValidForName | Bad::NotValidForNameContext { .. }) => {
            "the server's certificate is not valid for this host: its subjectAltName must have the host, its \
             common name does not count"
        }
        Error::InvalidCertificate(Bad::Expired | Bad::ExpiredContext { .. }) => {
            "the server's certificate has expired"
        }
        Error::InvalidCertificate(Bad::Other(why)) if is(why, "CaUsedAsEndEntity") => {
            "the server's certificate is one of an authority (CA:TRUE), as `openssl req -x509` makes it: curl \
             --cacert accepts that for a server, Linkwright does not. Make the server's certificate with \
             `openssl req -x509 -addext basicConstraints=critical,CA:FALSE -addext subjectAltName=DNS:HOST ...` \
             and give it with --ca-file, or have it signed by an authority and give the authority's"
        }
        Error::InvalidCertificate(Bad::Other(why)) if is(why, "UnsupportedCertVersion") => {
            "the server's certificate is of X.509 version 1: make it with a subjectAltName, which makes it \
             version 3, and give the new one with --ca-file"
        }
        Error::InvalidCertificate(_) => "the server's certificate is not valid",
        Error::AlertReceived(Alert::CertificateRequired) => {
            "the server requires a client certificate"
        }
        Error::AlertReceived(
            Alert::BadCertificate
            | Alert::UnknownCA
            | Alert::CertificateExpired
            | Alert::CertificateRevoked
            | Alert::CertificateUnknown
            | Alert::UnsupportedCertificate
            | Alert::DecryptError,
        ) => "the server rejected the client certificate",
        Error::InvalidMessage(_) => "the server does not use TLS on this port",
        _ => return None,
    })
}

/// Whether the error of the certificate verifier is of this kind.
fn is(error: &rustls::OtherError, kind: &str) -> bool {
    format!("{error:?}").contains(kind)
}

/// The TLS library's error among the causes. I/O errors wrap others without naming them as source.
fn rustls_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    if let Some(found) = error.downcast_ref() {
        return Some(found);
    }
    let wrapped = error
        .downcast_ref::<std::io::Error>()
        .and_then(|error| error.get_ref());
    match wrapped {
        Some(wrapped) => rustls_error(wrapped),
        None => rustls_error(error.source()?),
    }
}
