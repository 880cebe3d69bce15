//! The HTTP side: the router, and serving it over TCP.
//!
//! A connection that a fault drops is really dropped over TCP (the peer sees a reset). In-process,
//! through the router, the response carries a [`ConnectionReset`] that a transport turns into its
//! own error.

use crate::control;
use crate::http::reply::Reply;
use crate::http::request::Request;
use crate::sandbox::Sandbox;
use axum::Router;
use axum::body::{Body, HttpBody as _};
use axum::extract::connect_info::{ConnectInfo, Connected};
use axum::extract::{FromRequestParts as _, State};
use axum::response::Response;
use axum::serve::{IncomingStream, Listener};
use futures_util::stream;
use http::header::{
    AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap, HeaderValue, LOCATION,
    RETRY_AFTER,
};
use linkwright_clock::Clock;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// Longest request body, in bytes.
const LONGEST_BODY: usize = 16 * 1024 * 1024;

/// In a response's extensions: the connection broke instead of carrying this response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionReset {
    /// Whether the request had its effect before the connection broke.
    pub effect_applied: bool,
}

/// What is behind an address.
#[derive(Debug, Clone)]
struct Site {
    sandbox: Sandbox,
    /// The one cluster that is served, unless all are.
    only: Option<String>,
}

impl Sandbox {
    /// All clusters, Confluent Cloud's list of them, and the control API under `/sandbox/v1`. Which
    /// cluster is meant is in the path.
    pub fn router(&self) -> Router {
        router(self.clone(), None)
    }

    /// One cluster, as a server of its own would be: it lists itself, and knows no other.
    pub fn router_of(&self, cluster: &str) -> Router {
        router(self.clone(), Some(cluster.to_owned()))
    }
}

fn router(sandbox: Sandbox, only: Option<String>) -> Router {
    Router::new()
        .fallback(answer)
        .with_state(Site { sandbox, only })
}

async fn answer(State(site): State<Site>, request: http::Request<Body>) -> Response {
    let Site { sandbox, only } = site;
    let (mut parts, body) = request.into_parts();
    let line: Option<ConnectInfo<Line>> = ConnectInfo::<Line>::from_request_parts(&mut parts, &())
        .await
        .ok();
    let Ok(body) = axum::body::to_bytes(body, LONGEST_BODY).await else {
        return respond(Reply::text(
            413,
            "text/plain",
            String::from("The body is too long.\n"),
        ));
    };
    let header = |name: http::HeaderName| text(&parts.headers, &name);
    let authority = parts
        .uri
        .authority()
        .map(|authority| authority.as_str().to_owned());
    let request = Request {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or("").to_owned(),
        host: header(HOST)
            .or(authority)
            .unwrap_or_else(|| String::from("sandbox.invalid")),
        only,
        authorization: header(AUTHORIZATION),
        connection: line
            .as_ref()
            .map(|ConnectInfo(line)| line.name())
            .unwrap_or_default(),
        content_type: header(CONTENT_TYPE),
        body,
    };
    let controls = request.path == "/sandbox/v1" || request.path.starts_with("/sandbox/v1/");
    if controls && request.only.is_none() {
        return respond(control::handle(&sandbox, &request));
    }
    let prepared = sandbox.prepare(&request);
    let latency = prepared.latency_ms();
    if latency > 0 {
        let clock = sandbox.clock();
        clock.sleep(Duration::from_millis(latency)).await;
    }
    let is_swallowed = prepared.is_swallowed();
    let ending = sandbox.carry_out(&request, prepared);
    if is_swallowed {
        std::future::pending::<()>().await;
    }
    let mut response = respond(ending.reply);
    if let Some(bytes_per_s) = ending.drip {
        response = dripping(response, bytes_per_s, &sandbox.clock()).await;
    }
    if request.method == "HEAD" {
        response = headers_only(response);
    }
    if let Some(effect_applied) = ending.reset {
        if let Some(ConnectInfo(line)) = line {
            line.cut();
        }
        response
            .extensions_mut()
            .insert(ConnectionReset { effect_applied });
    }
    response
}

/// The same, with a body of which so many bytes come each second. The first come at once.
async fn dripping(response: Response, bytes_per_s: u64, clock: &Clock) -> Response {
    let (parts, body) = response.into_parts();
    let whole = axum::body::to_bytes(body, usize::MAX)
        .await
        .unwrap_or_default();
    let part = usize::try_from(bytes_per_s.max(1)).unwrap_or(usize::MAX);
    let stream = stream::unfold((whole, clock.clone(), false), move |state| async move {
        let (mut left, clock, has_begun) = state;
        if left.is_empty() {
            return None;
        }
        if has_begun {
            clock.sleep(Duration::from_secs(1)).await;
        }
        let now = left.split_to(part.min(left.len()));
        Some((Ok::<_, io::Error>(now), (left, clock, true)))
    });
    Response::from_parts(parts, Body::from_stream(stream))
}

/// The answer to HEAD: it says how long the body would be, and has none.
fn headers_only(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    if let Some(length) = body.size_hint().exact().filter(|length| *length > 0) {
        parts
            .headers
            .insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    Response::from_parts(parts, Body::empty())
}

fn text(headers: &HeaderMap, name: &http::HeaderName) -> Option<String> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned)
}

fn respond(reply: Reply) -> Response {
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() =
        http::StatusCode::from_u16(reply.status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    if let Some(kind) = reply.content_type {
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    if let Some(location) = reply.location
        && let Ok(location) = HeaderValue::try_from(location)
    {
        response.headers_mut().insert(LOCATION, location);
    }
    if let Some(seconds) = reply.retry_after_s {
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Some(shown) = reply.limit {
        for (name, value) in [
            ("x-ratelimit-limit", shown.limit),
            ("x-ratelimit-remaining", shown.remaining),
            ("x-ratelimit-reset", shown.reset_s),
        ] {
            response
                .headers_mut()
                .insert(name, HeaderValue::from(value));
        }
    }
    response
}

/// Serves a sandbox until `shutdown` is ready; requests under way are finished.
///
/// # Errors
///
/// What the listener reports.
pub async fn serve(
    listener: TcpListener,
    sandbox: Sandbox,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    serve_router(listener, sandbox.router(), shutdown).await
}

/// Serves one cluster of a sandbox at an address of its own, until `shutdown` is ready.
///
/// # Errors
///
/// What the listener reports.
pub async fn serve_cluster(
    listener: TcpListener,
    sandbox: Sandbox,
    cluster: &str,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    sandbox.served_at(cluster, listener.local_addr()?);
    serve_router(listener, sandbox.router_of(cluster), shutdown).await
}

async fn serve_router(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let service = router.into_make_service_with_connect_info::<Line>();
    axum::serve(Cuttable(listener), service)
        .with_graceful_shutdown(shutdown)
        .await
}

/// A listener whose connections can be cut from a handler.
#[derive(Debug)]
struct Cuttable(TcpListener);

impl Listener for Cuttable {
    type Io = CuttableStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (CuttableStream, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        // Small answers should not wait for company.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "the connection keeps its delay");
        }
        (
            CuttableStream {
                stream,
                line: Line::default(),
            },
            address,
        )
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// The end of a connection that a handler holds.
#[derive(Debug, Clone, Default)]
struct Line(Arc<AtomicBool>);

impl Line {
    fn cut(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// A name that no other open connection has.
    fn name(&self) -> String {
        format!("{:p}", Arc::as_ptr(&self.0))
    }

    fn is_cut(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

impl Connected<IncomingStream<'_, Cuttable>> for Line {
    fn connect_info(stream: IncomingStream<'_, Cuttable>) -> Line {
        stream.io().line.clone()
    }
}

/// A connection that breaks at the first write after it was cut.
#[derive(Debug)]
struct CuttableStream {
    stream: TcpStream,
    line: Line,
}

impl CuttableStream {
    fn check(&self) -> io::Result<()> {
        if !self.line.is_cut() {
            return Ok(());
        }
        // Without lingering, closing sends a reset instead of an orderly end.
        if let Err(error) = self.stream.set_zero_linger() {
            tracing::debug!(%error, "the connection ends without a reset");
        }
        Err(io::Error::from(io::ErrorKind::ConnectionReset))
    }
}

impl AsyncRead for CuttableStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for CuttableStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write_vectored(context, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
