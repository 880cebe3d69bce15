//! The network transport against real sockets: connections that break, TLS, redirects, proxies.
//!
//! These run in real time, and so wait for nothing longer than a moment.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use linkwright::api::{Net, NetSettings, ProxyChoice, Roots, Transport, TransportError};
use secrecy::SecretString;

/// What a connection does with a request that was read whole.
type Serve = dyn Fn(&str, &mut dyn Write) + Send + Sync;

/// A server of one answer per connection, with TLS or without.
pub(crate) struct Listener {
    pub(crate) address: SocketAddr,
    pub(crate) seen: Arc<Mutex<Vec<String>>>,
}

impl Listener {
    pub(crate) fn plain(serve: impl Fn(&str, &mut dyn Write) + Send + Sync + 'static) -> Self {
        Self::start(None, Arc::new(serve))
    }

    fn tls(config: rustls::ServerConfig) -> Self {
        Self::start(
            Some(Arc::new(config)),
            Arc::new(|_: &str, stream: &mut dyn Write| ok(stream, "{\"data\":[]}")),
        )
    }

    fn start(tls: Option<Arc<rustls::ServerConfig>>, serve: Arc<Serve>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let all_seen = seen.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (tls, serve, seen) = (tls.clone(), serve.clone(), all_seen.clone());
                std::thread::spawn(move || match tls {
                    None => converse(stream, &*serve, &seen),
                    Some(config) => {
                        let connection = rustls::ServerConnection::new(config).unwrap();
                        let mut stream = rustls::StreamOwned::new(connection, stream);
                        converse(&mut stream, &*serve, &seen);
                        stream.conn.send_close_notify();
                        let _ = stream.flush();
                    }
                });
            }
        });
        Self { address, seen }
    }

    pub(crate) fn url(&self, scheme: &str, path: &str) -> String {
        format!("{scheme}://localhost:{}{path}", self.address.port())
    }
}

fn converse(mut stream: impl Read + Write, serve: &Serve, seen: &Mutex<Vec<String>>) {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return,
            Ok(count) => request.extend_from_slice(&buffer[..count]),
        }
        let text = String::from_utf8_lossy(&request);
        let Some(end) = text.find("\r\n\r\n") else {
            continue;
        };
        let length = text
            .to_ascii_lowercase()
            .split("content-length: ")
            .nth(1)
            .and_then(|rest| rest.split("\r\n").next()?.parse::<usize>().ok())
            .unwrap_or(0);
        if request.len() >= end + 4 + length {
            break;
        }
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    seen.lock().unwrap().push(request.clone());
    serve(&request, &mut stream);
    let _ = stream.flush();
}

pub(crate) fn ok(stream: &mut dyn Write, body: &str) {
    let _ = write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
}

pub(crate) fn net_settings() -> NetSettings {
    NetSettings {
        roots: Roots::None,
        proxy: ProxyChoice::Direct,
        connect_timeout: Duration::from_secs(2),
        // A busy machine may leave a server waiting for seconds.
        idle_timeout: Duration::from_secs(30),
        largest_body: 64 * 1024,
        ..NetSettings::default()
    }
}

async fn get(net: &Net, url: &str) -> Result<http::Response<Bytes>, TransportError> {
    let request = http::Request::get(url)
        .header("authorization", "Basic abc")
        .body(Bytes::new())
        .unwrap();
    net.send(request).await
}

fn plain_net() -> Net {
    Net::new(&net_settings()).unwrap()
}

/// One that waits this long for the next byte.
fn waiting(idle_timeout: Duration) -> Net {
    Net::new(&NetSettings {
        idle_timeout,
        ..net_settings()
    })
    .unwrap()
}

#[tokio::test]
async fn an_answer_of_any_status_is_an_answer() {
    let server = Listener::plain(|request, stream| {
        let status = if request.starts_with("GET /missing") {
            "404 Not Found"
        } else {
            "200 OK"
        };
        let _ = write!(
            stream,
            "HTTP/1.1 {status}\r\ncontent-length: 2\r\nx-request-id: 7\r\n\r\n{{}}"
        );
    });
    for (path, status) in [("/there", 200), ("/missing", 404)] {
        let answer = get(&plain_net(), &server.url("http", path)).await.unwrap();
        assert_eq!(answer.status().as_u16(), status);
        assert_eq!(answer.headers()["x-request-id"], "7");
        assert_eq!(answer.body().as_ref(), b"{}");
    }
    let seen = server.seen.lock().unwrap();
    assert!(seen[0].contains("user-agent: linkwright/"), "{}", seen[0]);
}

#[tokio::test]
async fn escaped_names_survive_the_url_parser() {
    let server = Listener::plain(|_, stream| ok(stream, "{}"));
    let path = "/v3/clusters/c/links/a%2Fb%20c%25%C5%BC/configs?principal=UserV2%3A%2A";
    get(&plain_net(), &server.url("http", path)).await.unwrap();
    assert!(server.seen.lock().unwrap()[0].starts_with(&format!("GET {path} HTTP/1.1\r\n")));
}

#[tokio::test]
async fn a_refused_connection_means_nothing_was_sent() {
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    for url in [
        format!("http://127.0.0.1:{}/", free.port()),
        "http://no-such-host.invalid/".to_owned(),
    ] {
        let error = get(&plain_net(), &url).await.unwrap_err();
        assert!(matches!(error, TransportError::Connect { .. }), "{error:?}");
        assert!(!error.may_have_arrived());
    }
}

#[tokio::test]
async fn connections_that_break_may_have_carried_the_request() {
    let closes = Listener::plain(|_, _| {});
    let half = Listener::plain(|_, stream| {
        let _ = write!(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{{\"da"
        );
    });
    let nonsense = Listener::plain(|_, stream| {
        let _ = stream.write_all(b"\x15\x03\x01 not http at all\r\n\r\n");
    });
    for server in [closes, half, nonsense] {
        let error = get(&plain_net(), &server.url("http", "/"))
            .await
            .unwrap_err();
        assert!(
            matches!(error, TransportError::Reset { sent: true, .. }),
            "{error:?}"
        );
        assert!(error.may_have_arrived());
    }
}

#[tokio::test]
async fn silence_is_a_timeout_and_a_slow_drip_is_not() {
    let impatient = waiting(Duration::from_millis(300));
    let silent = Listener::plain(|_, _| std::thread::park());
    let error = get(&impatient, &silent.url("http", "/")).await.unwrap_err();
    assert_eq!(
        error,
        TransportError::Timeout {
            after: Duration::from_millis(300),
            sent: true
        }
    );
    let stalls = Listener::plain(|_, stream| {
        let _ = write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{{");
        let _ = stream.flush();
        std::thread::park();
    });
    let error = get(&impatient, &stalls.url("http", "/")).await.unwrap_err();
    assert!(matches!(error, TransportError::Timeout { .. }), "{error:?}");
    // Signs of life come within the idle time; the client bounds the whole by its own limit.
    let drips = Listener::plain(|_, stream| {
        let _ = write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n");
        for _ in 0..8 {
            let _ = stream.write_all(b"x");
            let _ = stream.flush();
            // Real time passes on purpose: this is the slow server.
            let (_keep, timer) = std::sync::mpsc::channel::<()>();
            let _ = timer.recv_timeout(Duration::from_millis(400));
        }
    });
    // The whole takes longer than any silence may.
    let patient = waiting(Duration::from_secs(3));
    let answer = get(&patient, &drips.url("http", "/")).await.unwrap();
    assert_eq!(answer.body().len(), 8);
}

#[tokio::test]
async fn too_much_is_refused_whether_announced_or_not() {
    let announced = Listener::plain(|_, stream| {
        let _ = write!(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n"
        );
    });
    let endless = Listener::plain(|_, stream| {
        let _ = write!(stream, "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n");
        while stream.write_all(&[b'x'; 4096]).is_ok() {}
    });
    // A gzip bomb: 1 MiB of zeros in about a kilobyte.
    let bomb = Listener::plain(|_, stream| {
        let body = bomb();
        let _ = write!(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let _ = stream.write_all(&body);
    });
    for server in [announced, endless, bomb] {
        let error = get(&plain_net(), &server.url("http", "/"))
            .await
            .unwrap_err();
        assert_eq!(error, TransportError::TooLarge { limit: 64 * 1024 });
    }
}

/// 1 MiB of zeros, gzipped: deflate blocks written by hand, each a fixed-Huffman run.
fn bomb() -> Vec<u8> {
    let mut bits = Bits::default();
    bits.put(0b1, 1); // last block
    bits.put(0b01, 2); // fixed codes
    bits.code(0b0011_0000, 8); // literal 0
    for _ in 0..(1 << 20) / 258 {
        bits.code(0b1100_0101, 8); // length 258
        bits.code(0b0_0000, 5); // distance 1
    }
    bits.code(0b000_0000, 7); // end of block
    let mut gzip = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    gzip.extend(bits.bytes());
    gzip.extend([0; 8]);
    gzip
}

#[derive(Default)]
struct Bits {
    bits: Vec<bool>,
}

impl Bits {
    fn put(&mut self, value: u32, count: u32) {
        self.bits
            .extend((0..count).map(|bit| value >> bit & 1 == 1));
    }

    /// Huffman codes go most significant bit first.
    fn code(&mut self, value: u32, count: u32) {
        self.bits
            .extend((0..count).rev().map(|bit| value >> bit & 1 == 1));
    }

    fn bytes(&self) -> Vec<u8> {
        self.bits
            .chunks(8)
            .map(|byte| {
                byte.iter()
                    .enumerate()
                    .fold(0, |byte, (at, bit)| byte | u8::from(*bit) << at)
            })
            .collect()
    }
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_not_followed() {
    let elsewhere = Listener::plain(|_, stream| ok(stream, "{\"data\":[]}"));
    let to = elsewhere.url("http", "/kafka/v3/stolen");
    let server = Listener::plain(move |_, stream| {
        let _ = write!(
            stream,
            "HTTP/1.1 307 Temporary Redirect\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n"
        );
    });
    let client = linkwright::api::Client::new(
        linkwright::api::Settings {
            endpoint: linkwright::api::Endpoint::parse(&server.url("http", "")).unwrap(),
            ..super::server::settings(
                "west",
                linkwright::api::Flavour::Cloud,
                linkwright::api::Auth::None,
                linkwright::api::Limits::default(),
            )
        },
        Arc::new(plain_net()),
        Arc::default(),
    );
    let error = client.list_links().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "GET …/links of west: 307 Temporary Redirect: the server redirects to localhost; \
         Linkwright does not follow redirects, because they would send the credentials there"
    );
    assert!(elsewhere.seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_proxy_is_used_when_named() {
    let proxy = Listener::plain(|_, stream| ok(stream, "{}"));
    let settings = NetSettings {
        proxy: ProxyChoice::Url(SecretString::from(proxy.url("http", ""))),
        ..net_settings()
    };
    let net = Net::new(&settings).unwrap();
    get(&net, "http://pkc-1.confluent.test/kafka/v3/clusters")
        .await
        .unwrap();
    let seen = proxy.seen.lock().unwrap();
    assert!(seen[0].starts_with("GET http://pkc-1.confluent.test/kafka/v3/clusters HTTP/1.1"));
}

/// What a proxy answers to CONNECT, and what must be said of it.
#[tokio::test]
async fn a_proxy_that_does_not_connect_is_named_as_one() {
    let answers: [(&'static str, &str); 5] = [
        (
            "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
            "requires a user name and password (407",
        ),
        (
            "HTTP/1.1 403 Forbidden\r\n\r\n",
            "did not connect to the cluster",
        ),
        (
            "HTTP/1.1 502 Bad Gateway\r\n\r\n",
            "did not connect to the cluster",
        ),
        (
            "\u{1}\u{2} nonsense\r\n\r\n",
            "did not connect to the cluster",
        ),
        ("", "did not connect to the cluster"),
    ];
    for (answer, words) in answers {
        let proxy = Listener::plain(move |_, stream| {
            let _ = stream.write_all(answer.as_bytes());
        });
        let error = through(&proxy.url("http", "")).await;
        let TransportError::Connect { why } = &error else {
            panic!("{answer}: {error:?}");
        };
        assert!(
            why.contains(words) && why.contains("HTTPS_PROXY"),
            "{answer}: {why}"
        );
        assert!(!error.may_have_arrived());
    }
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let error = through(&format!("http://{free}")).await.to_string();
    assert!(
        error.contains("HTTPS_PROXY or ALL_PROXY cannot be reached"),
        "{error}"
    );
}

/// The error of a request to a cluster through a proxy.
async fn through(proxy: &str) -> TransportError {
    let settings = NetSettings {
        proxy: ProxyChoice::Url(SecretString::from(proxy.to_owned())),
        ..net_settings()
    };
    let net = Net::new(&settings).unwrap();
    get(&net, "https://pkc-1.confluent.test/kafka/v3/clusters")
        .await
        .unwrap_err()
}

struct Authority {
    issuer: rcgen::Issuer<'static, rcgen::KeyPair>,
    pem: String,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        params
            .distinguished_name
            .push(rcgen::DnType::CommonName, name);
        let key = rcgen::KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self {
            issuer: rcgen::Issuer::new(params, key),
            pem,
        }
    }

    fn issue(&self, name: &str) -> (rcgen::Certificate, rcgen::KeyPair) {
        let params = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
        let key = rcgen::KeyPair::generate().unwrap();
        (params.signed_by(&key, &self.issuer).unwrap(), key)
    }

    fn server(&self, clients: Option<&Self>) -> Listener {
        let (certificate, key) = self.issue("localhost");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = rustls::ServerConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .unwrap();
        let builder = match clients {
            None => builder.with_no_client_auth(),
            Some(authority) => {
                use rustls::pki_types::pem::PemObject;
                let mut roots = rustls::RootCertStore::empty();
                let root =
                    rustls::pki_types::CertificateDer::from_pem_slice(authority.pem.as_bytes());
                roots.add(root.unwrap()).unwrap();
                builder.with_client_cert_verifier(
                    rustls::server::WebPkiClientVerifier::builder_with_provider(
                        Arc::new(roots),
                        provider,
                    )
                    .build()
                    .unwrap(),
                )
            }
        };
        let key = rustls::pki_types::PrivateKeyDer::Pkcs8(key.serialize_der().into());
        Listener::tls(
            builder
                .with_single_cert(vec![certificate.der().clone()], key)
                .unwrap(),
        )
    }

    fn identity(&self) -> SecretString {
        let (certificate, key) = self.issue("linkwright");
        SecretString::from(format!("{}{}", certificate.pem(), key.serialize_pem()))
    }
}

fn trusting(roots: Roots, identity: Option<SecretString>) -> Net {
    Net::new(&NetSettings {
        roots,
        identity,
        idle_timeout: Duration::from_secs(5),
        ..net_settings()
    })
    .unwrap()
}

#[tokio::test]
async fn our_own_authority_is_trusted_and_another_is_not() {
    let authority = Authority::new("ours");
    let other = Authority::new("another");
    let server = authority.server(None);
    let url = server.url("https", "/kafka/v3/clusters");

    let net = trusting(Roots::Only(authority.pem.clone().into_bytes()), None);
    assert_eq!(get(&net, &url).await.unwrap().status().as_u16(), 200);

    for roots in [Roots::Only(other.pem.clone().into_bytes()), Roots::None] {
        let error = get(&trusting(roots, None), &url).await.unwrap_err();
        let TransportError::Tls { why } = &error else {
            panic!("{error:?}")
        };
        assert!(why.contains("UnknownIssuer"), "{why}");
        assert!(
            why.starts_with("the server's certificate is signed by an unknown"),
            "{why}"
        );
        assert!(!error.may_have_arrived());
    }
    // The name in the certificate must be the host's.
    let by_number = format!("https://127.0.0.1:{}/", server.address.port());
    let error = get(&net, &by_number).await.unwrap_err();
    assert!(
        error.to_string().contains("is not valid for this host"),
        "{error}"
    );

    // Both in one file.
    let both = format!("{}{}", other.pem, authority.pem).into_bytes();
    get(&trusting(Roots::Only(both), None), &url).await.unwrap();
}

/// A server whose certificate is its own authority.
fn self_signed(is_ca: rcgen::IsCa) -> (Listener, Vec<u8>) {
    let mut params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params.is_ca = is_ca;
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            rustls::pki_types::PrivateKeyDer::Pkcs8(key.serialize_der().into()),
        )
        .unwrap();
    (Listener::tls(config), certificate.pem().into_bytes())
}

#[tokio::test]
async fn a_self_signed_certificate_is_trusted_by_itself() {
    for is_ca in [rcgen::IsCa::NoCa, rcgen::IsCa::ExplicitNoCa] {
        let (server, pem) = self_signed(is_ca);
        let answer = get(&trusting(Roots::Only(pem), None), &server.url("https", "/")).await;
        assert_eq!(answer.unwrap().status().as_u16(), 200);
    }
    // As `openssl req -x509` makes them, which curl takes.
    let (server, pem) = self_signed(rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained));
    let error = get(&trusting(Roots::Only(pem), None), &server.url("https", "/")).await;
    let error = error.unwrap_err().to_string();
    for words in ["CA:TRUE", "basicConstraints=critical,CA:FALSE", "--ca-file"] {
        assert!(error.contains(words), "{error}");
    }
}

#[tokio::test]
async fn an_authority_can_be_added_to_the_systems() {
    let authority = Authority::new("ours");
    let server = authority.server(None);
    // On a machine without any authorities of its own, those that are added must do.
    let net = trusting(Roots::SystemAnd(authority.pem.clone().into_bytes()), None);
    get(&net, &server.url("https", "/")).await.unwrap();
}

#[tokio::test]
async fn a_client_certificate_is_shown_where_it_is_asked_for() {
    let authority = Authority::new("ours");
    let server = authority.server(Some(&authority));
    let url = server.url("https", "/");
    let roots = || Roots::Only(authority.pem.clone().into_bytes());

    let net = trusting(roots(), Some(authority.identity()));
    assert_eq!(get(&net, &url).await.unwrap().status().as_u16(), 200);

    let error = get(&trusting(roots(), None), &url).await.unwrap_err();
    let TransportError::Tls { why } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(
        why,
        "the server requires a client certificate (received fatal alert: CertificateRequired)"
    );
    assert!(!error.may_have_arrived());

    let foreign = Authority::new("another").identity();
    let error = get(&trusting(roots(), Some(foreign)), &url)
        .await
        .unwrap_err();
    let words = "the server rejected the client certificate";
    assert!(error.to_string().contains(words), "{error}");
}

#[tokio::test]
async fn https_to_an_http_port_is_reported_and_the_reverse() {
    let plain = Listener::plain(|_, stream| ok(stream, "{}"));
    let authority = Authority::new("ours");
    let net = trusting(Roots::Only(authority.pem.clone().into_bytes()), None);
    // The ClientHello has no end of headers: the server waits, and so do we, no longer than we must.
    let error = get(&net, &plain.url("https", "/")).await.unwrap_err();
    assert!(!error.may_have_arrived(), "{error:?}");
    let server = authority.server(None);
    let error = get(&net, &server.url("http", "/")).await.unwrap_err();
    assert!(matches!(error, TransportError::Reset { .. }), "{error:?}");
}

#[test]
fn invalid_certificates_are_reported_at_once() {
    for (roots, identity) in [
        (Roots::Only(b"no certificate".to_vec()), None),
        (
            Roots::Only(b"-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n".to_vec()),
            None,
        ),
        (Roots::None, Some(SecretString::from("no key"))),
    ] {
        let settings = NetSettings {
            roots,
            identity,
            ..net_settings()
        };
        let error = Net::new(&settings).map(drop).unwrap_err();
        assert!(matches!(error, TransportError::Tls { .. }), "{error:?}");
    }
}
