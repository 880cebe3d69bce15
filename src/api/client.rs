//! Calls to one cluster: [`Client`], with its pace, its retries and its credentials.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, StatusCode};
use linkwright_clock::Clock;

use super::auth::{Auth, Authenticator};
use super::endpoint::Endpoint;
use super::error::{ApiError, is_transient};
use super::extract::explain;
use super::pace::{Ended, Pace};
use super::recording::Tape;
use super::request::{Class, Request, Scope, escape};
use super::retry::{FullJitter, RetryBudget, again, asked_wait, may_be_done, quota, settle};
use super::scrub::Scrubber;
use super::transport::{Silence, Transport, TransportError};
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
    /// Requests under way at once, at most. It starts with eight and finds out how many do well.
    pub under_way: usize,
    /// Requests per second, at most. How many the server allows is found out.
    pub per_second: u32,
    /// How long a call is made again while the server lets nothing in (429).
    pub throttled: Duration,
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
    /// How long the cluster may be silent while an answer is awaited, and how long a call without an
    /// answer is made again.
    pub silence: Duration,
    /// Where the waits' randomness starts.
    pub jitter_seed: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            under_way: 64,
            per_second: 10_000,
            throttled: Duration::from_secs(180),
            attempts: 6,
            connect_attempts: 3,
            first_wait: Duration::from_millis(250),
            longest_wait: Duration::from_secs(10),
            longest_asked_wait: Duration::from_secs(90),
            silence: Duration::from_secs(20),
            jitter_seed: 0,
        }
    }
}

/// How long one attempt of a write may take, from its first byte to the last of the answer. After that it has
/// ended for us, and a read shows what became of it.
pub const WRITE_ATTEMPT: Duration = Duration::from_secs(20);

/// Says right before each attempt of a write whether it may be sent.
pub trait WriteGate: Send + Sync {
    /// Whether a write may be sent now.
    ///
    /// # Errors
    /// Why not.
    fn may_write(&self) -> Result<(), String>;

    /// What became of a write that was sent is not known: it may still be under way.
    fn unanswered(&self);
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
    pace: Pace,
    counts: Counts,
    /// When the cluster was last found silent, until it answers.
    silent: Mutex<Option<(Instant, TransportError)>>,
    /// The calls that are not over, by number.
    pending: Mutex<BTreeMap<u64, PendingCall>>,
    /// The secrets that were sent so far. A server may quote one in the answer to a later call.
    sent: Mutex<Scrubber>,
    /// Where answers are kept, or come from.
    tape: OnceLock<Tape>,
    /// Asked before each write.
    gate: Mutex<Option<Arc<dyn WriteGate>>>,
}

/// For so long, reads of a cluster that was silent are not tried again.
const SILENCE_HOLDS: Duration = Duration::from_secs(5);

/// What is waited for at a cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct Waits {
    /// The call that has been waited for the longest, such as `GET …/links`.
    pub call: String,
    /// How many calls are waited for.
    pub calls: usize,
    /// For how long the first of them has been.
    pub since: Duration,
    /// Why one of them was made again.
    pub problem: Option<String>,
    /// How long nothing is sent because the server asked for it.
    pub held: Option<Duration>,
    /// Requests per second that the server was found to allow.
    pub rate: Option<f64>,
}

struct PendingCall {
    label: String,
    began: Instant,
    problem: Option<String>,
}

/// A call that is not over. Dropped, it is.
struct Pending<'a> {
    client: &'a Client,
    number: u64,
}

impl<'a> Pending<'a> {
    fn new(client: &'a Client, number: u64, request: &Request) -> Self {
        let call = PendingCall {
            label: request.label(),
            began: client.0.clock.now(),
            problem: None,
        };
        let this = Self { client, number };
        this.all().insert(number, call);
        this
    }

    fn note(&self, error: &ApiError) {
        if let Some(call) = self.all().get_mut(&self.number) {
            call.problem = Some(error.reason());
        }
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<u64, PendingCall>> {
        let pending = &self.client.0.pending;
        pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        self.all().remove(&self.number);
    }
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
            pace: Pace::new(
                clock.clone(),
                limits.under_way,
                limits.per_second,
                limits.jitter_seed,
            ),
            clock,
            limits,
            counts: Counts::default(),
            silent: Mutex::default(),
            pending: Mutex::default(),
            sent: Mutex::default(),
            tape: OnceLock::new(),
            gate: Mutex::default(),
        }))
    }

    /// From now on this is asked before each attempt of a write.
    pub fn guard_writes(&self, gate: Arc<dyn WriteGate>) {
        *self.gate() = Some(gate);
    }

    fn gate(&self) -> MutexGuard<'_, Option<Arc<dyn WriteGate>>> {
        self.0.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The cluster's name in the spec.
    #[must_use]
    pub fn cluster(&self) -> &ClusterName {
        &self.0.cluster
    }

    /// The cluster's own id.
    pub(super) fn id(&self) -> &ClusterId {
        &self.0.id
    }

    pub(super) fn tape(&self) -> &OnceLock<Tape> {
        &self.0.tape
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
        if self.is_recorded() {
            return Err(self.not_recorded(request));
        }
        let limits = &inner.limits;
        let call_number = inner.counts.calls.fetch_add(1, Ordering::Relaxed);
        let mut waits = FullJitter::new(
            limits.first_wait,
            limits.longest_wait,
            limits.attempts,
            limits.jitter_seed ^ call_number.wrapping_mul(0xA24B_AED4_963E_E407),
        );
        let pending = Pending::new(self, call_number, request);
        let began = inner.clock.now();
        let mut failed = 0_u32;
        let mut before = None;
        loop {
            let error = match self.attempt(request).await {
                Ok(body) => {
                    inner.budget.give_back();
                    return Ok(body);
                }
                // What an earlier attempt came to counts: it may have been done.
                Err(error @ ApiError::Withheld { .. }) => {
                    return Err(settle(request.class, before.unwrap_or(error)));
                }
                Err(error) => error,
            };
            let wait = match error.is_too_many() {
                // The pace knows when the next one may go.
                true => self.may_wait_on(&error, began).then_some(Duration::ZERO),
                false => {
                    failed += 1;
                    // What was not answered for so long is not asked for as long again.
                    let is_over = matches!(error, ApiError::Transport { .. })
                        && (inner.clock.since(began) >= limits.silence
                            || self.known_silence(request).is_some());
                    (!is_over)
                        .then(|| self.wait_after(request.class, &error, failed, &mut waits))
                        .flatten()
                }
            };
            let Some(wait) = wait else {
                return Err(settle(request.class, error));
            };
            pending.note(&error);
            tracing::debug!(
                cluster = %inner.cluster,
                call = request.label(),
                wait_ms = wait.as_millis(),
                reason = error.reason(),
                "retrying"
            );
            before = Some(error);
            inner.clock.sleep(wait).await;
            inner.counts.retries.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Whether a call that was one too many waits for its turn again.
    fn may_wait_on(&self, error: &ApiError, began: Instant) -> bool {
        let inner = &*self.0;
        let limits = &inner.limits;
        let asked = error.retry_after().unwrap_or_default();
        let shut_for = inner.pace.shut_for().min(inner.clock.since(began));
        asked <= limits.longest_asked_wait && shut_for < limits.throttled
    }

    /// How long to wait before a call that has failed so often is made again, if it is.
    fn wait_after(
        &self,
        class: Class,
        error: &ApiError,
        failed: u32,
        waits: &mut FullJitter,
    ) -> Option<Duration> {
        let inner = &*self.0;
        let limits = &inner.limits;
        let is_worth_it =
            again(class, error) && (failed < limits.connect_attempts || !is_connect(error));
        let ours = is_worth_it.then(|| waits.next())??;
        let asked = error.retry_after().unwrap_or_default();
        (asked <= limits.longest_asked_wait && inner.budget.take()).then_some(ours.max(asked))
    }

    /// One attempt, and one more with a new token if the first was refused for its token. Who guards writes hears of one
    /// that may have been done, or may still be.
    pub(super) async fn attempt(&self, request: &Request) -> Result<Bytes, ApiError> {
        let came = self.attempted(request).await;
        let is_open = matches!(&came, Err(error) if may_be_done(request.class, error));
        let gate = self.gate().clone().filter(|_| is_open);
        if let Some(gate) = gate {
            gate.unanswered();
        }
        came
    }

    async fn attempted(&self, request: &Request) -> Result<Bytes, ApiError> {
        let inner = &*self.0;
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
        let turn = inner.pace.turn(request.urgency).await;
        if let Some(error) = self.known_silence(request) {
            return Err(ApiError::Transport {
                call: self.call(request),
                error,
            });
        }
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
        let is_write = request.class != Class::Safe;
        let gate = is_write.then(|| self.gate().clone()).flatten();
        if let Some(Err(why)) = gate.as_ref().map(|gate| gate.may_write()) {
            return Err(ApiError::Withheld {
                call: self.call(request),
                why,
            });
        }
        let counter = match (request.class, request.method == http::Method::GET) {
            (_, true) => &inner.counts.reads,
            (Class::Safe, false) => &inner.counts.rehearsals,
            (Class::Idempotent | Class::Once, false) => &inner.counts.writes,
        };
        counter.fetch_add(1, Ordering::Relaxed);

        let started = inner.clock.now();
        let sending = inner.transport.send(http_request);
        let result = match is_write {
            true => within(&inner.clock, sending).await,
            false => sending.await,
        };
        let elapsed_ms = inner.clock.since(started).as_millis();
        self.note_silence(&result);
        turn.ended(match &result {
            Ok(answer) => ended(answer),
            Err(_) => Ended::Failed { asked: None },
        });
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

    /// Why a read is not even tried: the cluster was silent until a moment ago.
    fn known_silence(&self, request: &Request) -> Option<TransportError> {
        let inner = &*self.0;
        let silent = inner.silent.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, error) = silent.as_ref()?;
        let is_new = inner.clock.since(*at) < SILENCE_HOLDS;
        (request.class == Class::Safe && is_new).then(|| error.clone())
    }

    fn note_silence(&self, result: &Result<http::Response<Bytes>, TransportError>) {
        let inner = &*self.0;
        let mut silent = inner.silent.lock().unwrap_or_else(PoisonError::into_inner);
        match result {
            Err(error @ (TransportError::Timeout { .. } | TransportError::Slow { .. })) => {
                let is_new =
                    |(at, _): &(Instant, TransportError)| inner.clock.since(*at) < SILENCE_HOLDS;
                // All that were under way are found silent together.
                if !silent.as_ref().is_some_and(is_new) {
                    *silent = Some((inner.clock.now(), error.clone()));
                }
            }
            Ok(_) => *silent = None,
            Err(_) => {}
        }
    }

    /// What is waited for at this cluster, if anything is.
    #[must_use]
    pub fn waits(&self) -> Option<Waits> {
        let inner = &*self.0;
        let pending = inner.pending.lock().unwrap_or_else(PoisonError::into_inner);
        let first = pending.values().next()?;
        let held = inner.pace.held_for();
        Some(Waits {
            call: first.label.clone(),
            calls: pending.len(),
            since: inner.clock.since(first.began),
            problem: pending.values().find_map(|call| call.problem.clone()),
            held: (held > Duration::ZERO).then_some(held),
            rate: inner.pace.found(),
        })
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
        let silence = inner.limits.silence;
        http_request.extensions_mut().insert(Silence {
            first: match request.class {
                Class::Safe => silence.max(request.may_take),
                Class::Idempotent | Class::Once => silence,
            },
            next: inner.limits.silence,
        });
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
            needs: request.needs,
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
            other @ (TransportError::Timeout { .. }
            | TransportError::Slow { .. }
            | TransportError::TooLarge { .. }) => other,
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

/// One attempt of a write, which ends after [`WRITE_ATTEMPT`] whatever the server still does, and also when this machine
/// slept meanwhile: leases are over by the same clock.
async fn within<T>(
    clock: &Clock,
    sending: impl Future<Output = Result<T, TransportError>>,
) -> Result<T, TransportError> {
    let late = |_| TransportError::Timeout {
        after: WRITE_ATTEMPT,
        sent: true,
    };
    let came = clock.timeout_with_sleep(WRITE_ATTEMPT, sending).await;
    came.map_err(late)?
}

/// What an answer means for the pace.
fn ended(answer: &http::Response<Bytes>) -> Ended {
    let (status, headers) = (answer.status(), answer.headers());
    let asked = asked_wait(headers);
    match status {
        StatusCode::TOO_MANY_REQUESTS => Ended::TooMany {
            asked,
            quota: quota(headers),
        },
        status if is_transient(status) => Ended::Failed {
            asked: headers.contains_key(RETRY_AFTER).then_some(asked).flatten(),
        },
        _ => Ended::Answered(quota(headers)),
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
