//! Calls to one cluster: [`Client`], with its pace, its retries and its credentials.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use backon::Retryable;
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, LOCATION};
use http::{HeaderMap, HeaderValue, StatusCode};
use linkwright_clock::Clock;
use tokio::sync::Semaphore;

use super::auth::{Auth, Authenticator};
use super::endpoint::Endpoint;
use super::error::ApiError;
use super::extract::explain;
use super::pace::Pace;
use super::request::{Class, Request, Scope, escape};
use super::retry::{FullJitter, RetryBudget, again, asked_wait, settle};
use super::scrub::Scrubber;
use super::transport::{Transport, TransportError};
use crate::address::{ClusterId, ClusterName};

/// What a client must know about its cluster.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The cluster's name in the spec, for messages.
    pub cluster: ClusterName,
    /// The cluster's own id, for paths.
    pub id: ClusterId,
    /// Where its API is.
    pub endpoint: Endpoint,
    /// Whose cluster it is; the API differs in places.
    pub flavour: Flavour,
    /// Who we are to it.
    pub auth: Auth,
    /// How hard it may be pressed.
    pub limits: Limits,
}

/// Whose cluster it is; the API differs in places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flavour {
    /// Confluent Cloud.
    Cloud,
    /// Confluent Platform, or another that runs its REST API.
    Platform,
}

/// How hard a cluster may be pressed, and how patient we are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Requests under way at once.
    pub concurrency: usize,
    /// Requests per second in the long run. The open-source REST Proxy allows 50 per cluster where
    /// its limiter is on; Confluent Cloud publishes no figure for these calls.
    pub per_second: u32,
    /// Requests that may go ahead of that pace, with no more of them under way at once than
    /// `concurrency`. It is enough to read a hub of 200 links without waiting. A server that answers
    /// 429 gets no burst any more, so that one with a limiter refuses a few requests once and is then
    /// asked more slowly than it allows.
    pub burst: u32,
    /// How often a call is made at most.
    pub attempts: u32,
    /// How often a call is made at most when there is no connection: waiting long for a cluster that
    /// is down would keep a failover plan waiting.
    pub connect_attempts: u32,
    /// The first wait before a retry is at most this long; the bound doubles from there.
    pub first_wait: Duration,
    /// No wait of our own choice is longer.
    pub longest_wait: Duration,
    /// The longest wait to grant a server that asks for one. If it asks for more, the call fails.
    pub longest_asked_wait: Duration,
    /// How long one attempt may take, its whole answer included.
    pub attempt_timeout: Duration,
    /// Where the waits' randomness starts.
    pub jitter_seed: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            concurrency: 8,
            per_second: 40,
            burst: 256,
            attempts: 6,
            connect_attempts: 3,
            first_wait: Duration::from_millis(250),
            longest_wait: Duration::from_secs(10),
            longest_asked_wait: Duration::from_secs(90),
            attempt_timeout: Duration::from_secs(300),
            jitter_seed: 0,
        }
    }
}

impl Limits {
    /// For a server in this very process, which no one else uses: no pace.
    #[must_use]
    pub fn in_process() -> Self {
        Self {
            concurrency: 64,
            per_second: 1_000_000,
            burst: 1_000_000,
            ..Self::default()
        }
    }
}

/// How many requests went out, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RequestCounts {
    /// Requests that only read.
    pub reads: u64,
    /// Requests that rehearse a write (`validate_only`).
    pub rehearsals: u64,
    /// Requests that write.
    pub writes: u64,
    /// How many of all these were made again.
    pub retries: u64,
    /// Requests for access tokens are not among them: they go elsewhere.
    pub tokens_renewed: u64,
}

/// Calls to one cluster. Clones share everything: connections, pace, tokens and counts.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    cluster: ClusterName,
    id: ClusterId,
    endpoint: Endpoint,
    flavour: Flavour,
    limits: Limits,
    clock: Clock,
    transport: Arc<dyn Transport>,
    token_transport: Arc<dyn Transport>,
    authenticator: Authenticator,
    budget: Arc<RetryBudget>,
    slots: Semaphore,
    pace: Pace,
    counts: Counts,
    /// The secrets that were sent so far. A server may quote one in the answer to a later call.
    sent: Mutex<Scrubber>,
}

#[derive(Default)]
struct Counts {
    reads: AtomicU64,
    rehearsals: AtomicU64,
    writes: AtomicU64,
    retries: AtomicU64,
    tokens_renewed: AtomicU64,
    calls: AtomicU64,
}

impl Client {
    /// A client of one cluster. All clients of a run share one `budget`.
    #[must_use]
    pub fn new(
        settings: Settings,
        transport: Arc<dyn Transport>,
        budget: Arc<RetryBudget>,
    ) -> Self {
        Self::with_token_transport(settings, transport.clone(), transport, budget)
    }

    /// A client that asks for its tokens by another way than it makes its calls: an identity
    /// provider is rarely trusted through the certificate authority of a private cluster.
    #[must_use]
    pub fn with_token_transport(
        settings: Settings,
        transport: Arc<dyn Transport>,
        token_transport: Arc<dyn Transport>,
        budget: Arc<RetryBudget>,
    ) -> Self {
        let Settings {
            cluster,
            id,
            endpoint,
            flavour,
            auth,
            limits,
        } = settings;
        let clock = transport.clock();
        Self(Arc::new(Inner {
            cluster,
            id,
            endpoint,
            flavour,
            transport,
            token_transport,
            authenticator: Authenticator::new(auth, clock.clone()),
            budget,
            slots: Semaphore::new(limits.concurrency.max(1)),
            pace: Pace::new(clock.clone(), limits.per_second, limits.burst),
            clock,
            limits,
            counts: Counts::default(),
            sent: Mutex::default(),
        }))
    }

    /// The cluster's name in the spec.
    #[must_use]
    pub fn cluster(&self) -> &ClusterName {
        &self.0.cluster
    }

    /// Whose cluster it is.
    #[must_use]
    pub fn flavour(&self) -> Flavour {
        self.0.flavour
    }

    /// The time that its cluster lives in, and that waits for it go by.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// How many requests went out so far.
    #[must_use]
    pub fn counts(&self) -> RequestCounts {
        let Counts {
            reads,
            rehearsals,
            writes,
            retries,
            tokens_renewed,
            calls: _,
        } = &self.0.counts;
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        RequestCounts {
            reads: get(reads),
            rehearsals: get(rehearsals),
            writes: get(writes),
            retries: get(retries),
            tokens_renewed: get(tokens_renewed),
        }
    }

    /// What people call a request to this cluster: `GET …/links of west`.
    #[must_use]
    pub fn call(&self, request: &Request) -> String {
        format!("{} of {}", request.label(), self.0.cluster)
    }

    /// Makes a call, again where the retry table allows, and returns the body of a success.
    ///
    /// # Errors
    /// Whatever the last attempt came to; for a write that may have been done,
    /// [`ApiError::Ambiguous`].
    pub async fn send(&self, request: &Request) -> Result<Bytes, ApiError> {
        let inner = &*self.0;
        if let Some(name) = request.unaddressable() {
            return Err(ApiError::Unaddressable {
                call: self.call(request),
                name: name.to_owned(),
            });
        }
        let limits = &inner.limits;
        let call_number = inner.counts.calls.fetch_add(1, Ordering::Relaxed);
        let waits = FullJitter::new(
            limits.first_wait,
            limits.longest_wait,
            limits.attempts,
            limits.jitter_seed ^ call_number.wrapping_mul(0xA24B_AED4_963E_E407),
        );
        let mut made = 0_u32;
        let attempt = || {
            made += 1;
            if made > 1 {
                inner.counts.retries.fetch_add(1, Ordering::Relaxed);
            }
            self.attempt(request)
        };
        let clock = inner.clock.clone();
        let mut failed = 0_u32;
        let result = attempt
            .retry(waits)
            .sleep(move |wait| {
                let clock = clock.clone();
                async move { clock.sleep(wait).await }
            })
            .when(|error| {
                failed += 1;
                again(request.class, error)
                    && (failed < limits.connect_attempts || !is_connect(error))
            })
            .adjust(|error, wait| {
                // None: no attempt is left, whatever the server asks for.
                let ours = wait?;
                if error.is_too_many() {
                    inner.pace.end_bursts();
                }
                let wait = match error.retry_after() {
                    Some(asked) if asked > limits.longest_asked_wait => return None,
                    Some(asked) => {
                        inner.pace.hold(asked);
                        asked.max(ours)
                    }
                    None => ours,
                };
                inner.budget.take().then_some(wait)
            })
            .notify(|error, wait| {
                tracing::debug!(
                    cluster = %inner.cluster,
                    call = request.label(),
                    wait_ms = wait.as_millis(),
                    reason = error.reason(),
                    "retrying"
                );
            })
            .await;
        match result {
            Ok(body) => {
                inner.budget.give_back();
                Ok(body)
            }
            Err(error) => Err(settle(request.class, error)),
        }
    }

    /// One attempt, and one more with a new token if the first was refused for its token.
    async fn attempt(&self, request: &Request) -> Result<Bytes, ApiError> {
        let inner = &*self.0;
        let _slot = inner.slots.acquire().await;
        if !request.scrubber.is_empty() {
            self.sent().add_all(&request.scrubber);
        }
        let mut headers = HeaderMap::new();
        let mut answer = self.exchange(request, &mut headers).await?;
        if answer.status() == StatusCode::UNAUTHORIZED && inner.authenticator.renew(&headers).await
        {
            inner.counts.tokens_renewed.fetch_add(1, Ordering::Relaxed);
            answer = self.exchange(request, &mut headers).await?;
        }
        if answer.status().is_success() {
            return Ok(answer.into_body());
        }
        Err(self.refusal(request, &answer))
    }

    async fn exchange(
        &self,
        request: &Request,
        headers: &mut HeaderMap,
    ) -> Result<http::Response<Bytes>, ApiError> {
        let inner = &*self.0;
        inner.pace.turn().await;
        headers.clear();
        inner
            .authenticator
            .sign(headers, &*inner.token_transport)
            .await
            .map_err(|failure| ApiError::Token {
                call: self.call(request),
                issuer: failure.issuer,
                reason: failure.reason,
                refused: failure.refused,
            })?;
        let http_request = self.http_request(request, headers)?;
        let counter = match (request.class, request.method == http::Method::GET) {
            (_, true) => &inner.counts.reads,
            (Class::Safe, false) => &inner.counts.rehearsals,
            (Class::Idempotent | Class::Once, false) => &inner.counts.writes,
        };
        counter.fetch_add(1, Ordering::Relaxed);

        let started = inner.clock.now();
        let timeout = inner.limits.attempt_timeout;
        let result = inner
            .clock
            .timeout(timeout, inner.transport.send(http_request))
            .await
            .unwrap_or(Err(TransportError::Timeout {
                after: timeout,
                sent: true,
            }));
        let elapsed_ms = inner.clock.since(started).as_millis();
        match result {
            Ok(answer) => {
                tracing::debug!(
                    cluster = %inner.cluster,
                    method = %request.method,
                    target = request.target(),
                    status = answer.status().as_u16(),
                    elapsed_ms,
                    bytes = answer.body().len(),
                    request_id = request_id(answer.headers()),
                    "answered"
                );
                Ok(answer)
            }
            Err(error) => {
                let error = self.scrub_transport(error);
                tracing::debug!(
                    cluster = %inner.cluster,
                    method = %request.method,
                    target = request.target(),
                    elapsed_ms,
                    %error,
                    "no response"
                );
                Err(ApiError::Transport {
                    call: self.call(request),
                    error,
                })
            }
        }
    }

    fn http_request(
        &self,
        request: &Request,
        headers: &HeaderMap,
    ) -> Result<http::Request<Bytes>, ApiError> {
        let inner = &*self.0;
        let base = inner.endpoint.base();
        let target = request.target();
        let url = match request.scope {
            Scope::Root => format!("{base}/{target}"),
            Scope::Cluster => format!("{base}/clusters/{}/{target}", escape(inner.id.as_str())),
        };
        let mut http_request = http::Request::builder()
            .method(request.method.clone())
            .uri(url)
            .body(
                request
                    .body
                    .as_ref()
                    .map(|body| body.bytes())
                    .unwrap_or_default(),
            )
            .map_err(|error| ApiError::Transport {
                call: self.call(request),
                error: TransportError::Invalid {
                    why: error.to_string(),
                },
            })?;
        *http_request.headers_mut() = headers.clone();
        let json = HeaderValue::from_static("application/json");
        if request.body.is_some() {
            http_request
                .headers_mut()
                .insert(CONTENT_TYPE, json.clone());
        }
        http_request.headers_mut().insert(ACCEPT, json);
        Ok(http_request)
    }

    fn refusal(&self, request: &Request, answer: &http::Response<Bytes>) -> ApiError {
        let status = answer.status();
        let (code, mut message) = explain(answer.body(), |text| self.scrub(text));
        if status.is_redirection() {
            let host = answer
                .headers()
                .get(LOCATION)
                .and_then(|to| to.to_str().ok())
                .and_then(|to| url::Url::parse(to).ok())
                .and_then(|to| to.host_str().map(str::to_owned))
                .unwrap_or_else(|| "another address".to_owned());
            message = format!(
                "the server redirects to {host}; Linkwright does not follow redirects, because they \
                 would send the credentials there"
            );
        }
        ApiError::Refused {
            call: self.call(request),
            status,
            code,
            message: self.scrub(&message),
            retry_after: asked_wait(answer.headers()),
        }
    }

    /// The text without the secrets that were sent so far and our own.
    pub(super) fn scrub(&self, text: &str) -> String {
        let text = self.sent().scrub(text);
        self.0.authenticator.scrub(&text)
    }

    fn sent(&self) -> MutexGuard<'_, Scrubber> {
        self.0.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn scrub_transport(&self, error: TransportError) -> TransportError {
        let scrub = |why: String| self.scrub(&why);
        match error {
            TransportError::Connect { why } => TransportError::Connect { why: scrub(why) },
            TransportError::Tls { why } => TransportError::Tls { why: scrub(why) },
            TransportError::Reset { sent, why } => TransportError::Reset {
                sent,
                why: scrub(why),
            },
            TransportError::Invalid { why } => TransportError::Invalid { why: scrub(why) },
            other @ (TransportError::Timeout { .. } | TransportError::TooLarge { .. }) => other,
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("cluster", &self.0.cluster)
            .field("id", &self.0.id)
            .field("endpoint", &self.0.endpoint)
            .field("auth", &self.0.authenticator)
            .finish_non_exhaustive()
    }
}

fn is_connect(error: &ApiError) -> bool {
    matches!(
        error,
        ApiError::Transport {
            error: TransportError::Connect { .. },
            ..
        }
    )
}

fn request_id(headers: &HeaderMap) -> &str {
    ["x-request-id", "x-confluent-request-id", "request-id"]
        .iter()
        .find_map(|name| headers.get(*name)?.to_str().ok())
        .unwrap_or("-")
}
