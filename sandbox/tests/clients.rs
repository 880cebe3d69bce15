//! What real clients ask, row by row, and what they must read in the answer: the files in
//! `fixtures/clients`, each played on a world of its own, every cluster at an address of its own.

use crate::common::scenario::covers;
use axum::Router;
use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use linkwright_sandbox::{Sandbox, World};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;
use tower::ServiceExt as _;

/// Rows that are replayed at least.
const ROWS: usize = 120;

/// One file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Client {
    /// Its name.
    client: String,
    /// A file in `fixtures/clients/worlds`.
    world: String,
    rows: Vec<Step>,
    /// The harms that were done in the end, by kind.
    harms: Vec<String>,
}

/// A request, or what happens between requests.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Step {
    Row(Box<Row>),
    Wait(Wait),
    Control(Control),
}

/// Seconds of virtual time.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wait {
    wait: u64,
}

/// A call of the control API, `METHOD path`; `/sandbox/v1/` goes before the path.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Control {
    control: String,
    body: Value,
}

/// One request of a client.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    /// What the client does.
    does: String,
    /// Where its source says so.
    from: String,
    /// The cluster whose own address is asked, by name; left out, the address of all.
    #[serde(default)]
    at: Option<String>,
    /// `user:password` or `Bearer token`.
    #[serde(rename = "as")]
    user: String,
    /// `METHOD path?query`.
    send: String,
    #[serde(default)]
    body: Option<Value>,
    status: u16,
    /// A part of the answer: objects may have more fields, lists must have the same length.
    #[serde(default)]
    reads: Option<Value>,
    /// Items of `data` that must be there.
    #[serde(default)]
    finds: Vec<Value>,
    /// Items of `data` that must not be there.
    #[serde(default)]
    misses: Vec<Value>,
    /// A part of the text.
    #[serde(default)]
    holds: Option<String>,
    /// A text that must not be in the answer.
    #[serde(default)]
    lacks: Option<String>,
    /// Fields whose text later rows name in braces.
    #[serde(default)]
    keep: BTreeMap<String, String>,
    /// A field that must be a JWT with a number as `exp`.
    #[serde(default)]
    jwt: Option<String>,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fixtures/clients")
}

fn clients() -> Vec<(String, Client)> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "yaml"))
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&path).unwrap();
            let client: Client = serde_yaml::from_str(&text)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (name, client)
        })
        .collect()
}

fn sandbox(world: &str) -> Sandbox {
    let path = folder().join(format!("worlds/{world}.yaml"));
    let text = std::fs::read_to_string(path).unwrap();
    Sandbox::new(World::from_yaml(&text).unwrap())
}

/// Fills in what earlier rows have kept.
fn filled(text: &str, kept: &BTreeMap<String, String>) -> String {
    kept.iter().fold(text.to_owned(), |text, (name, value)| {
        text.replace(&format!("{{{name}}}"), value)
    })
}

async fn ask(
    router: Router,
    host: &str,
    user: Option<&str>,
    call: &str,
    body: Option<&Value>,
) -> (u16, String) {
    let (method, path) = call.split_once(' ').unwrap();
    let mut request = http::Request::builder()
        .method(method)
        .uri(path)
        .header("host", host);
    if let Some(user) = user {
        let header = if user.starts_with("Bearer ") {
            user.to_owned()
        } else {
            format!("Basic {}", STANDARD.encode(user))
        };
        request = request.header("authorization", header);
    }
    if body.is_some() {
        request = request.header("content-type", "application/json");
    }
    let body = body.map(Value::to_string).unwrap_or_default();
    let response = router
        .oneshot(request.body(Body::from(body)).unwrap())
        .await
        .unwrap();
    let status = response.status().as_u16();
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX)
        .await
        .unwrap();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

impl Row {
    /// Sends it and says what is wrong with the answer.
    async fn play(
        &self,
        sandbox: &Sandbox,
        kept: &mut BTreeMap<String, String>,
    ) -> Result<(), String> {
        let (router, host) = match &self.at {
            None => (sandbox.router(), String::from("sandbox.test")),
            Some(name) => {
                let clusters = sandbox.clusters();
                let cluster = clusters
                    .iter()
                    .find(|cluster| cluster.name.as_ref() == Some(name))
                    .ok_or_else(|| format!("the world has no cluster {name}"))?;
                (sandbox.router_of(&cluster.id), format!("{name}.test"))
            }
        };
        let user = filled(&self.user, kept);
        let (status, text) = ask(router, &host, Some(&user), &self.send, self.body.as_ref()).await;
        let json: Value = serde_json::from_str(&text).unwrap_or_default();
        self.judge(status, &text, &json, kept)
            .map_err(|why| format!("{why}\n    got {status} {text}"))?;
        for (name, field) in &self.keep {
            let value = json[field].as_str().ok_or("nothing to keep")?;
            kept.insert(name.clone(), value.to_owned());
        }
        Ok(())
    }

    fn judge(
        &self,
        status: u16,
        text: &str,
        json: &Value,
        kept: &BTreeMap<String, String>,
    ) -> Result<(), String> {
        if status != self.status {
            return Err(format!("the status is {status}, not {}", self.status));
        }
        if let Some(reads) = &self.reads {
            let reads: Value = serde_json::from_str(&filled(&reads.to_string(), kept)).unwrap();
            covers(json, &reads, "$")?;
        }
        let there = |item: &Value| {
            let rows = json["data"].as_array();
            rows.is_some_and(|rows| rows.iter().any(|row| covers(row, item, "$").is_ok()))
        };
        if let Some(item) = self.finds.iter().find(|item| !there(item)) {
            return Err(format!("there is no {item}"));
        }
        if let Some(item) = self.misses.iter().find(|item| there(item)) {
            return Err(format!("there is {item}"));
        }
        if self.holds.as_ref().is_some_and(|part| !text.contains(part)) {
            return Err(format!("the text lacks {:?}", self.holds));
        }
        if self.lacks.as_ref().is_some_and(|part| text.contains(part)) {
            return Err(format!("the text has {:?}", self.lacks));
        }
        match &self.jwt {
            None => Ok(()),
            Some(field) => ends(json[field].as_str().unwrap_or_default()),
        }
    }
}

/// Whether a token is one that the Confluent CLI takes: three parts, and an `exp` in the future.
fn ends(token: &str) -> Result<(), String> {
    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, signature] = parts.as_slice() else {
        return Err(String::from("the token has not three parts"));
    };
    let read = |part: &str| -> Option<Value> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
    };
    let header = read(header).ok_or("the header is not JSON")?;
    let claims = read(claims).ok_or("the claims are not JSON")?;
    let later = claims["exp"].as_f64().is_some_and(|exp| exp > 4e9);
    let signed = URL_SAFE_NO_PAD
        .decode(signature)
        .is_ok_and(|bytes| bytes.len() == 256);
    if header["alg"] == "RS256" && later && signed {
        Ok(())
    } else {
        Err(format!("the token is {header} {claims}"))
    }
}

#[tokio::test(start_paused = true)]
async fn every_client_reads_what_it_needs() {
    let mut wrong = Vec::new();
    for (name, client) in clients() {
        let sandbox = sandbox(&client.world);
        let mut kept = BTreeMap::new();
        for step in &client.rows {
            match step {
                Step::Row(row) => {
                    if let Err(why) = row.play(&sandbox, &mut kept).await {
                        wrong.push(format!("{name}, {}: {}\n    {why}", row.does, row.send));
                    }
                }
                Step::Wait(Wait { wait }) => sandbox.advance(Duration::from_secs(*wait)),
                Step::Control(Control { control, body }) => {
                    let call = control.replacen(' ', " /sandbox/v1/", 1);
                    let router = sandbox.router();
                    let (status, text) = ask(router, "sandbox.test", None, &call, Some(body)).await;
                    assert!((200..300).contains(&status), "{control}: {status} {text}");
                }
            }
        }
        let harms: Vec<String> = sandbox
            .harms()
            .iter()
            .map(|harm| serde_json::to_value(harm.kind).unwrap())
            .map(|kind| kind.as_str().unwrap().to_owned())
            .collect();
        if harms != client.harms {
            wrong.push(format!("{name}: the harms are {harms:?}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} rows:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn rows_are_many_and_each_has_a_source() {
    let clients = clients();
    let names: BTreeSet<&str> = clients
        .iter()
        .map(|(_, client)| client.client.as_str())
        .collect();
    assert_eq!(names.len(), clients.len());
    assert!(clients.len() >= 4);
    let rows: Vec<&Row> = clients
        .iter()
        .flat_map(|(_, client)| &client.rows)
        .filter_map(|step| match step {
            Step::Row(row) => Some(row.as_ref()),
            _ => None,
        })
        .collect();
    assert!(rows.len() >= ROWS, "{} rows", rows.len());
    let sources = ["terraform-provider-confluent ", "cli ", "kcp "];
    for row in rows {
        let known = sources.iter().any(|source| row.from.starts_with(source));
        assert!(known, "{}: {}", row.does, row.from);
    }
}

#[tokio::test(start_paused = true)]
async fn the_shared_address_shows_the_own_address_of_a_cluster() {
    let sandbox = sandbox("cloud");
    let shared = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let own = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = own.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::watch::channel(());
    let until = |mut stopped: tokio::sync::watch::Receiver<()>| async move {
        drop(stopped.changed().await);
    };
    let servers = [
        tokio::spawn(linkwright_sandbox::serve(
            shared,
            sandbox.clone(),
            until(stopped.clone()),
        )),
        tokio::spawn({
            let (sandbox, until) = (sandbox.clone(), until(stopped));
            async move { linkwright_sandbox::serve_cluster(own, sandbox, "lkc-west01", until).await }
        }),
    ];
    let expected = format!("http://{address}");
    let mut shown = false;
    for _ in 0..1000 {
        let call = "GET /cmk/v2/clusters/lkc-west01";
        let user = Some("CLOUDKEY:cloud-secret");
        let (_, text) = ask(sandbox.router(), "sandbox.test", user, call, None).await;
        let json: Value = serde_json::from_str(&text).unwrap();
        shown = json["spec"]["http_endpoint"] == expected.as_str();
        if shown {
            break;
        }
        tokio::task::yield_now().await;
    }
    assert!(shown, "the list does not show the cluster at {expected}");
    drop(stop);
    for server in servers {
        server.await.unwrap().unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn an_address_of_one_cluster_has_nothing_else() {
    let sandbox = sandbox("cloud");
    let own = || sandbox.router_of("lkc-west01");
    let user = Some("WESTKEY:west-secret");
    for (call, status) in [
        ("GET /kafka/v3/clusters/lkc-west01", 200),
        ("GET /kafka/v3/clusters/lkc-north1", 404),
        ("GET /cmk/v2/clusters", 404),
        ("GET /sandbox/v1/state", 404),
    ] {
        let (got, text) = ask(own(), "west.test", user, call, None).await;
        assert_eq!(got, status, "{call}: {text}");
    }
    let (status, _) = ask(own(), "west.test", None, "GET /kafka/v3/clusters", None).await;
    assert_eq!(status, 401);
}

#[tokio::test(start_paused = true)]
async fn head_is_get_without_the_body() {
    let sandbox = sandbox("cloud");
    let user = Some("WESTKEY:west-secret");
    for (path, status) in [
        ("/kafka/v3/clusters", 200),
        ("/kafka/v3/clusters/lkc-west01/links/", 200),
        ("/kafka/v3/clusters/lkc-west01/links/absent", 404),
        (
            "/kafka/v3/clusters/lkc-west01/links/absent/mirrors:promote",
            405,
        ),
    ] {
        let (_, whole) = ask(
            sandbox.router(),
            "sandbox.test",
            user,
            &format!("GET {path}"),
            None,
        )
        .await;
        let request = http::Request::builder().method("HEAD").uri(path);
        let user = format!("Basic {}", STANDARD.encode("WESTKEY:west-secret"));
        let request = request
            .header("host", "sandbox.test")
            .header("authorization", user);
        let router = sandbox.router();
        let answer = router.oneshot(request.body(Body::empty()).unwrap());
        let (parts, body) = answer.await.unwrap().into_parts();
        assert_eq!(parts.status.as_u16(), status, "{path}");
        assert_eq!(parts.headers["content-length"], whole.len().to_string());
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        assert!(body.is_empty(), "{path}");
    }
}
