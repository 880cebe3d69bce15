//! A sandbox on a socket of its own, behind a proxy that records what comes through and can lie: a
//! gateway that drops queries, a server that changes its answers.
//!
//! Virtual time goes on with every request, so that every run is the same.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode, Uri};
use axum::middleware::Next;
use linkwright_sandbox::{Sandbox, World};
use serde_json::Value;
use tokio::runtime::Runtime;

/// How far virtual time goes on with a request.
const STEP: Duration = Duration::from_millis(500);

/// A request as the client sent it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: String,
    /// The path from `/clusters/` on: `lkc-west01/links/dr/configs`.
    pub(crate) path: String,
    /// The query without its question mark; empty when there is none.
    pub(crate) query: String,
    pub(crate) body: Value,
}

impl Seen {
    /// Whether it may change something when it is taken at its word.
    pub(crate) fn writes(&self) -> bool {
        self.method != "GET" && !self.only_validates()
    }

    /// Whether it asks the server to validate and to change nothing.
    pub(crate) fn only_validates(&self) -> bool {
        self.query.contains("validate_only=true") || self.body["validate_only"] == true
    }

    /// In one line: `POST lkc-west01/links/dr/mirrors:failover?validate_only=true`.
    pub(crate) fn line(&self) -> String {
        let Self {
            method,
            path,
            query,
            ..
        } = self;
        let question_mark = if query.is_empty() { "" } else { "?" };
        format!("{method} {path}{question_mark}{query}")
    }
}

type Answer = Box<dyn Fn(&Seen, &mut Value) + Send + Sync>;
type Instead = Box<dyn Fn(&Seen) -> Option<StatusCode> + Send + Sync>;

/// What the proxy does to what comes through; nothing when it is left at that.
#[derive(Default)]
pub(crate) struct Lies {
    drops_queries: bool,
    answer: Option<Answer>,
    instead: Option<Instead>,
}

impl Lies {
    /// Forwards every request without its query.
    pub(crate) fn drop_queries(mut self) -> Self {
        self.drops_queries = true;
        self
    }

    /// Changes the JSON of answers.
    pub(crate) fn change_answers(
        mut self,
        change: impl Fn(&Seen, &mut Value) + Send + Sync + 'static,
    ) -> Self {
        self.answer = Some(Box::new(change));
        self
    }

    /// Answers some requests with an error itself; they never reach the server.
    pub(crate) fn fail(
        mut self,
        fail: impl Fn(&Seen) -> Option<StatusCode> + Send + Sync + 'static,
    ) -> Self {
        self.instead = Some(Box::new(fail));
        self
    }
}

struct Shared {
    sandbox: Sandbox,
    seen: Mutex<Vec<Seen>>,
    lies: Lies,
}

/// A served sandbox with the proxy before it; it ends when it is dropped.
pub(crate) struct Proxy {
    shared: Arc<Shared>,
    /// `http://127.0.0.1:PORT`.
    pub(crate) url: String,
    _runtime: Runtime,
}

impl Proxy {
    pub(crate) fn serve(world: &str, lies: Lies) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let shared = Arc::new(Shared {
            sandbox: Sandbox::new(World::from_yaml(world).unwrap()),
            seen: Mutex::default(),
            lies,
        });
        let layer = axum::middleware::from_fn_with_state(shared.clone(), pass);
        let router = shared.sandbox.router().layer(layer);
        let listener = runtime
            .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
            .unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self {
            shared,
            url,
            _runtime: runtime,
        }
    }

    pub(crate) fn sandbox(&self) -> &Sandbox {
        &self.shared.sandbox
    }

    /// What came since the last time this was asked.
    pub(crate) fn take_seen(&self) -> Vec<Seen> {
        std::mem::take(&mut *self.shared.seen.lock().unwrap())
    }

    /// The requests that might have changed something, one a line.
    pub(crate) fn take_writes(&self) -> Vec<String> {
        let seen = self.take_seen();
        let writes = seen.iter().filter(|seen| seen.writes());
        writes.map(Seen::line).collect()
    }
}

async fn pass(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response<Body> {
    shared.sandbox.advance(STEP);
    let (mut parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let path = parts.uri.path().to_owned();
    let seen = Seen {
        method: parts.method.to_string(),
        path: match path.split_once("/clusters/") {
            Some((_, rest)) => rest.to_owned(),
            None => path.clone(),
        },
        query: parts.uri.query().unwrap_or_default().to_owned(),
        body: serde_json::from_slice(&body).unwrap_or_default(),
    };
    shared.seen.lock().unwrap().push(seen.clone());
    if let Some(instead) = &shared.lies.instead
        && let Some(status) = instead(&seen)
    {
        return json(
            status,
            &serde_json::json!({ "error_code": status.as_u16(), "message": "the gateway says no" }),
        );
    }
    if shared.lies.drops_queries {
        parts.uri = path.parse::<Uri>().unwrap();
    }
    let answer = next.run(Request::from_parts(parts, Body::from(body))).await;
    let Some(change) = &shared.lies.answer else {
        return answer;
    };
    let status = answer.status();
    let body: Bytes = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    match serde_json::from_slice::<Value>(&body) {
        Ok(mut value) => {
            change(&seen, &mut value);
            json(status, &value)
        }
        Err(_) => Response::builder()
            .status(status)
            .body(Body::from(body))
            .unwrap(),
    }
}

fn json(status: StatusCode, value: &Value) -> Response<Body> {
    Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(Body::from(value.to_string()))
        .unwrap()
}
