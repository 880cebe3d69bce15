//! A stand-in for GitHub's API, on the loopback address: comments, issues, pull requests of a commit,
//! artefacts, code scanning and releases. Every call needs the token.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post};
use serde::Deserialize;
use serde_json::{Value, json};

pub(crate) const REPOSITORY: &str = "acme/links";
pub(crate) const TOKEN: &str = "ghs_planted-token";
pub(crate) const BOT: &str = "github-actions[bot]";

/// What GitHub remembers.
#[derive(Debug, Default)]
pub(crate) struct Hub {
    pub(crate) comments: Vec<Value>,
    pub(crate) issues: Vec<Value>,
    /// Pull requests by the commit that they were merged as.
    pub(crate) pulls: Vec<Value>,
    pub(crate) artifacts: Vec<Value>,
    pub(crate) archives: Vec<(u64, Vec<u8>)>,
    pub(crate) sarif: Vec<Value>,
    pub(crate) releases: Vec<(String, Vec<u8>)>,
    pub(crate) calls: Vec<String>,
    /// Calls that are answered with 403.
    pub(crate) forbidden: Option<&'static str>,
}

/// The running server.
#[derive(Clone, Debug)]
pub(crate) struct GitHub {
    pub(crate) address: SocketAddr,
    hub: Arc<Mutex<Hub>>,
}

type Shared = State<Arc<Mutex<Hub>>>;

#[derive(Deserialize)]
struct Page {
    page: usize,
    per_page: usize,
}

impl GitHub {
    pub(crate) fn start() -> Self {
        let hub = Arc::new(Mutex::new(Hub::default()));
        let repository = format!("/repos/{REPOSITORY}");
        let api = Router::new()
            .route("/issues/{number}/comments", get(comments).post(new_comment))
            .route("/issues/comments/{id}", patch(edit_comment))
            .route("/issues", get(issues).post(new_issue))
            .route("/issues/{number}", patch(edit_issue))
            .route("/commits/{sha}/pulls", get(pulls))
            .route("/actions/artifacts", get(artifacts))
            .route("/actions/artifacts/{id}/zip", get(artifact))
            .route("/code-scanning/sarifs", post(sarif))
            .layer(axum::middleware::from_fn_with_state(
                Arc::clone(&hub),
                guarded,
            ));
        let app = Router::new()
            .nest(&repository, api)
            .route("/storage/{id}", get(storage))
            .route("/releases/{version}/{file}", get(release))
            .with_state(Arc::clone(&hub));
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                axum::serve(listener, app).await.unwrap();
            });
        });
        Self { address, hub }
    }

    pub(crate) fn hub(&self) -> MutexGuard<'_, Hub> {
        self.hub.lock().unwrap()
    }

    /// A comment that somebody writes by hand.
    pub(crate) fn says(&self, who: &str, body: &str) {
        let mut hub = self.hub();
        let id = 1000 + hub.comments.len();
        hub.comments
            .push(json!({ "id": id, "user": { "login": who }, "body": body }));
    }

    /// The comments of the action itself.
    pub(crate) fn told(&self) -> Vec<String> {
        let hub = self.hub();
        let own = hub.comments.iter().filter(|c| c["user"]["login"] == BOT);
        own.map(|c| c["body"].as_str().unwrap().to_owned())
            .collect()
    }
}

async fn guarded(
    State(hub): Shared,
    headers: HeaderMap,
    request: Request<axum::body::Body>,
    next: Next,
) -> Response {
    let call = format!("{} {}", request.method(), request.uri().path());
    let signed_in = headers
        .get(header::AUTHORIZATION)
        .is_some_and(|value| value == &format!("Bearer {TOKEN}"));
    let forbidden = {
        let mut hub = hub.lock().unwrap();
        hub.calls.push(call.clone());
        hub.forbidden.is_some_and(|part| call.contains(part))
    };
    if !signed_in {
        let body = json!({ "message": "Bad credentials" }).to_string();
        return (StatusCode::UNAUTHORIZED, body).into_response();
    }
    if forbidden {
        let body = json!({ "message": "Resource not accessible by integration" }).to_string();
        return (StatusCode::FORBIDDEN, body).into_response();
    }
    next.run(request).await
}

fn page_of(rows: &[Value], page: &Page) -> String {
    let skipped = (page.page - 1) * page.per_page;
    let rows: Vec<_> = rows.iter().skip(skipped).take(page.per_page).collect();
    serde_json::to_string(&rows).unwrap()
}

async fn comments(State(hub): Shared, Query(page): Query<Page>) -> String {
    page_of(&hub.lock().unwrap().comments, &page)
}

async fn new_comment(State(hub): Shared, body: Bytes) -> Response {
    let mut hub = hub.lock().unwrap();
    let body: Value = serde_json::from_slice(&body).unwrap();
    // GitHub's own limit.
    assert!(body["body"].as_str().unwrap().chars().count() <= 65_536);
    let id = 1000 + hub.comments.len();
    let comment = json!({ "id": id, "user": { "login": BOT }, "body": body["body"] });
    hub.comments.push(comment.clone());
    (StatusCode::CREATED, comment.to_string()).into_response()
}

async fn edit_comment(State(hub): Shared, Path(id): Path<u64>, body: Bytes) -> Response {
    let mut hub = hub.lock().unwrap();
    let body: Value = serde_json::from_slice(&body).unwrap();
    let comment = hub.comments.iter_mut().find(|c| c["id"] == id).unwrap();
    comment["body"] = body["body"].clone();
    comment.to_string().into_response()
}

async fn issues(State(hub): Shared, Query(page): Query<Page>) -> String {
    let hub = hub.lock().unwrap();
    let open = hub.issues.iter().filter(|issue| issue["state"] == "open");
    page_of(&open.cloned().collect::<Vec<_>>(), &page)
}

async fn new_issue(State(hub): Shared, body: Bytes) -> Response {
    let mut hub = hub.lock().unwrap();
    let mut issue: Value = serde_json::from_slice(&body).unwrap();
    issue["number"] = json!(40 + hub.issues.len());
    issue["state"] = json!("open");
    issue["user"] = json!({ "login": BOT });
    hub.issues.push(issue.clone());
    (StatusCode::CREATED, issue.to_string()).into_response()
}

async fn edit_issue(State(hub): Shared, Path(number): Path<u64>, body: Bytes) -> Response {
    let mut hub = hub.lock().unwrap();
    let changes: Value = serde_json::from_slice(&body).unwrap();
    let issue = hub.issues.iter_mut().find(|i| i["number"] == number);
    let issue = issue.unwrap().as_object_mut().unwrap();
    issue.extend(changes.as_object().unwrap().clone());
    json!(issue).to_string().into_response()
}

async fn pulls(State(hub): Shared, Path(sha): Path<String>) -> String {
    let hub = hub.lock().unwrap();
    let of_commit = hub.pulls.iter().filter(|p| p["merge_commit_sha"] == *sha);
    serde_json::to_string(&of_commit.collect::<Vec<_>>()).unwrap()
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

async fn artifacts(State(hub): Shared, Query(wanted): Query<Named>) -> String {
    let hub = hub.lock().unwrap();
    let found = hub.artifacts.iter().filter(|a| a["name"] == *wanted.name);
    json!({ "artifacts": found.collect::<Vec<_>>() }).to_string()
}

/// As GitHub does: to a store on another host, which must not be shown the token.
async fn artifact(Path(id): Path<u64>, request: Request<axum::body::Body>) -> Response {
    let port = request.headers()[header::HOST].to_str().unwrap();
    let port = port.rsplit(':').next().unwrap();
    let place = format!("http://localhost:{port}/storage/{id}");
    (StatusCode::FOUND, [(header::LOCATION, place)]).into_response()
}

async fn storage(State(hub): Shared, headers: HeaderMap, Path(id): Path<u64>) -> Response {
    if headers.contains_key(header::AUTHORIZATION) {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let hub = hub.lock().unwrap();
    let archive = hub.archives.iter().find(|(own, _)| *own == id);
    archive.unwrap().1.clone().into_response()
}

async fn sarif(State(hub): Shared, body: Bytes) -> Response {
    let body = serde_json::from_slice(&body).unwrap();
    hub.lock().unwrap().sarif.push(body);
    (StatusCode::ACCEPTED, json!({ "id": "1" }).to_string()).into_response()
}

async fn release(State(hub): Shared, Path((version, file)): Path<(String, String)>) -> Response {
    let hub = hub.lock().unwrap();
    let wanted = format!("{version}/{file}");
    match hub.releases.iter().find(|(name, _)| *name == wanted) {
        Some((_, bytes)) => bytes.clone().into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
