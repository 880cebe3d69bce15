//! A client for tests: sends requests through the router and reads JSON.

pub(crate) mod openapi;
pub(crate) mod scenario;

use axum::body::Body;
use base64::Engine as _;
use linkwright_sandbox::{ConnectionReset, Sandbox, World};
use serde_json::Value;
use tower::ServiceExt as _;

/// The text of a world in `fixtures/worlds`.
pub(crate) fn world_text(name: &str) -> String {
    let path = format!(
        "{}/../fixtures/worlds/{name}.yaml",
        env!("CARGO_MANIFEST_DIR")
    );
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A world in `fixtures/worlds`.
pub(crate) fn world(name: &str) -> World {
    World::from_yaml(&world_text(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The text of a world in `tests/worlds`.
pub(crate) fn world_file(name: &str) -> String {
    let path = format!("{}/tests/worlds/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) retry_after: Option<String>,
    pub(crate) text: String,
    pub(crate) json: Value,
    pub(crate) reset: Option<ConnectionReset>,
}

/// Sends one request with HTTP Basic, or none if `user` is empty.
pub(crate) async fn send(
    sandbox: &Sandbox,
    user: &str,
    method: &str,
    path: &str,
    body: Option<String>,
) -> Answer {
    let mut request = http::Request::builder()
        .method(method)
        .uri(path)
        .header("host", "test.local");
    if !user.is_empty() {
        let encoded = base64::engine::general_purpose::STANDARD.encode(user);
        request = request.header("authorization", format!("Basic {encoded}"));
    }
    if body.is_some() {
        request = request.header("content-type", "application/json");
    }
    let request = request.body(Body::from(body.unwrap_or_default())).unwrap();
    let response = sandbox.router().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let header = |name: &str| {
        parts
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    Answer {
        status: parts.status.as_u16(),
        content_type: header("content-type").unwrap_or_default(),
        retry_after: header("retry-after"),
        json: serde_json::from_str(&text).unwrap_or(Value::Null),
        text,
        reset: parts.extensions.get::<ConnectionReset>().copied(),
    }
}

/// A client of one cluster.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) sandbox: Sandbox,
    pub(crate) base: String,
    pub(crate) user: String,
}

impl Client {
    pub(crate) fn new(sandbox: &Sandbox, cluster: &str, user: &str) -> Client {
        Client {
            sandbox: sandbox.clone(),
            base: format!("/kafka/v3/clusters/{cluster}"),
            user: user.to_owned(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        send(
            &self.sandbox,
            &self.user,
            "GET",
            &format!("{}{path}", self.base),
            None,
        )
        .await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        send(
            &self.sandbox,
            &self.user,
            "DELETE",
            &format!("{}{path}", self.base),
            None,
        )
        .await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        let path = format!("{}{path}", self.base);
        send(
            &self.sandbox,
            &self.user,
            "POST",
            &path,
            Some(body.to_string()),
        )
        .await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        let path = format!("{}{path}", self.base);
        send(
            &self.sandbox,
            &self.user,
            "PUT",
            &path,
            Some(body.to_string()),
        )
        .await
    }
}
