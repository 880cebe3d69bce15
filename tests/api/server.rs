//! A server in this process that answers what a test tells it to.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http_body_util::{BodyExt, Full};
use linkwright::api::{
    Auth, Client, Endpoint, Flavour, InProcess, Limits, RetryBudget, Settings, TransportError,
};
use linkwright_clock::Clock;

/// One answer of the script.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Bytes,
    pub(crate) after: Duration,
    pub(crate) broken: Option<TransportError>,
}

impl Answer {
    pub(crate) fn json(status: u16, body: impl Into<String>) -> Self {
        Self {
            status,
            headers: vec![("content-type", "application/json".to_owned())],
            body: Bytes::from(body.into()),
            after: Duration::ZERO,
            broken: None,
        }
    }

    pub(crate) fn empty_list() -> Self {
        Self::json(200, r#"{"data":[]}"#)
    }

    pub(crate) fn broken(error: TransportError) -> Self {
        Self {
            broken: Some(error),
            ..Self::json(200, "")
        }
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn after(mut self, wait: Duration) -> Self {
        self.after = wait;
        self
    }
}

/// A reply from `fixtures/replies`.
pub(crate) fn reply(name: &str) -> Answer {
    Answer::json(200, reply_text(name))
}

pub(crate) fn reply_text(name: &str) -> String {
    let path = format!("{}/fixtures/replies/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

/// A request as the server saw it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) line: String,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: String,
    /// Since the server was made.
    pub(crate) at: Duration,
}

/// Marks an answer as a broken connection.
#[derive(Clone)]
struct Broken(TransportError);

type Handler = dyn Fn(&Seen) -> Answer + Send + Sync;

/// The server: a handler, and everything it saw.
#[derive(Clone)]
pub(crate) struct Server {
    handler: Arc<Handler>,
    pub(crate) seen: Arc<Mutex<Vec<Seen>>>,
    started: std::time::Instant,
}

impl Server {
    /// Answers by what the request is.
    pub(crate) fn new(handler: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        Self {
            handler: Arc::new(handler),
            seen: Arc::default(),
            started: Clock::wall().now(),
        }
    }

    /// Answers one after the other, whatever is asked; the last one again and again.
    pub(crate) fn script(answers: impl IntoIterator<Item = Answer>) -> Self {
        let answers = Mutex::new(answers.into_iter().collect::<VecDeque<_>>());
        Self::new(move |_| {
            let mut answers = answers.lock().unwrap();
            if answers.len() > 1 {
                answers.pop_front().unwrap()
            } else {
                answers.front().cloned().unwrap()
            }
        })
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        let seen = self.seen.lock().unwrap();
        seen.iter().map(|seen| seen.line.clone()).collect()
    }

    pub(crate) fn times(&self) -> Vec<Duration> {
        let seen = self.seen.lock().unwrap();
        seen.iter().map(|seen| seen.at).collect()
    }

    /// How long it has been up.
    pub(crate) fn age(&self) -> Duration {
        Clock::wall().since(self.started)
    }

    pub(crate) fn transport(&self) -> Arc<dyn linkwright::api::Transport> {
        self.transport_with_limit(1 << 20)
    }

    pub(crate) fn transport_with_limit(&self, limit: usize) -> Arc<dyn linkwright::api::Transport> {
        let server = self.clone();
        let service = tower::service_fn(move |request: http::Request<Full<Bytes>>| {
            let server = server.clone();
            let future: BoxFuture<'static, _> =
                Box::pin(async move { Ok::<_, Infallible>(server.answer(request).await) });
            future
        });
        Arc::new(InProcess::new(
            service,
            |parts| {
                parts
                    .extensions
                    .get::<Broken>()
                    .map(|broken| broken.0.clone())
            },
            limit,
        ))
    }

    async fn answer(&self, request: http::Request<Full<Bytes>>) -> http::Response<Full<Bytes>> {
        let (parts, body) = request.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let seen = Seen {
            line: format!(
                "{} {}",
                parts.method,
                parts.uri.path_and_query().map_or("", |path| path.as_str())
            ),
            headers: parts.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
            at: Clock::wall().since(self.started),
        };
        let answer = (self.handler)(&seen);
        self.seen.lock().unwrap().push(seen);
        Clock::wall().sleep(answer.after).await;
        let mut response = http::Response::builder().status(answer.status);
        for (name, value) in &answer.headers {
            response = response.header(*name, value);
        }
        let mut response = response.body(Full::new(answer.body)).unwrap();
        if let Some(error) = answer.broken {
            response.extensions_mut().insert(Broken(error));
        }
        response
    }

    pub(crate) fn client(&self) -> Client {
        self.client_with(Auth::None, Limits::default())
    }

    /// A client of the cluster with this id.
    pub(crate) fn client_called(&self, id: &str) -> Client {
        let settings = Settings {
            id: id.into(),
            ..settings("west", Flavour::Platform, Auth::None, Limits::default())
        };
        Client::new(settings, self.transport(), Arc::default())
    }

    pub(crate) fn client_with(&self, auth: Auth, limits: Limits) -> Client {
        self.client_of("west", Flavour::Cloud, auth, limits)
    }

    pub(crate) fn client_of(
        &self,
        name: &str,
        flavour: Flavour,
        auth: Auth,
        limits: Limits,
    ) -> Client {
        Client::new(
            settings(name, flavour, auth, limits),
            self.transport(),
            Arc::new(RetryBudget::default()),
        )
    }
}

pub(crate) fn settings(name: &str, flavour: Flavour, auth: Auth, limits: Limits) -> Settings {
    Settings {
        cluster: name.into(),
        id: format!("lkc-{name}").into(),
        endpoint: Endpoint::parse("http://sandbox.test").unwrap(),
        flavour,
        auth,
        limits,
    }
}
