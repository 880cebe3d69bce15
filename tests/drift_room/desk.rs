//! A folder with a spec and a world in it, the hands of an operator, and a webhook.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use linkwright_sandbox::Sandbox;
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt;

pub(crate) struct Desk {
    folder: TempDir,
}

pub(crate) struct Run {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) code: i32,
}

const WORLD: &str = r#"version: 1
clock: { mode: { auto: { speed: 20 } }, start: "2026-11-02T08:00:00Z" }
clusters:
  - id: lkc-east01
    organization: acme
    bootstrap_servers: east:9092
    rest_auth: { basic: [{ username: EAST, password: east-secret }] }
    link_principals:
      - { username: LINK, password: link-secret, may: [topics, groups, acls] }
    topics:
      - { name: orders.placed, partitions: 3, records: 900 }
      - { name: payments, partitions: 3, records: 900 }
      - { name: audit.log, partitions: 1, records: 10 }
  - id: lkc-west01
    organization: acme
    bootstrap_servers: west:9092
    rest_auth: { basic: [{ username: WEST, password: west-secret }] }
"#;

/// The spec; what `exceptions` says follows.
pub(crate) const SPEC: &str = r#"version: 1
clusters:
  east:
    id: lkc-east01
    organization: acme
    rest_endpoint: https://east.example:443
    bootstrap_servers: east:9092
    rest_auth: { basic: { username: EAST, password: "${env:EAST:-sandbox}" } }
  west:
    id: lkc-west01
    organization: acme
    rest_endpoint: https://west.example:443
    bootstrap_servers: west:9092
    rest_auth: { basic: { username: WEST, password: "${env:WEST:-sandbox}" } }
links:
  orders-dr:
    source: east
    destination: west
    credentials: { sasl_plain: { username: LINK, password: "${env:LINK_SECRET}" } }
    auto_create_mirrors: { topics: { include: ["orders.*", "returns.*"] } }
    mirrors: { orders.placed: {}, payments: {} }
  audit-dr:
    source: east
    destination: west
    prefix: audit.
    credentials: { sasl_plain: { username: LINK, password: "${env:LINK_SECRET}" } }
"#;

impl Desk {
    /// With the spec applied, and everything settled.
    pub(crate) fn applied() -> Self {
        let desk = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        std::fs::create_dir(desk.path("w")).unwrap();
        desk.write("w/world.yaml", WORLD);
        desk.write("links.yaml", SPEC);
        let run = desk.run(&["apply", "--auto-approve"]);
        assert_eq!(run.code, 0, "{}{}", run.out, run.err);
        desk
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_linkwright"));
        command
            .env_clear()
            .env("LINK_SECRET", "link-secret")
            .current_dir(self.folder.path())
            .args(args)
            .args(["--sandbox", "w/world.yaml"]);
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Run {
        Run::of(&mut self.command(args))
    }

    /// Drift as JSON, without when it was looked at.
    pub(crate) fn drift(&self) -> (Value, i32) {
        let run = self.run(&["drift", "-o", "json"]);
        let mut report: Value = serde_json::from_str(&run.out).expect(&run.err);
        report.as_object_mut().unwrap().remove("generated_at");
        (report, run.code)
    }

    /// Works on the clusters by hand, and lets virtual time pass.
    pub(crate) fn by_hand(&self, work: impl AsyncFnOnce(&Hands)) {
        let state = self.path("w/world.state.json");
        let hands = Hands(Sandbox::restore(&std::fs::read_to_string(&state).unwrap()).unwrap());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        runtime.block_on(work(&hands));
        std::fs::write(state, hands.0.save()).unwrap();
    }
}

impl Run {
    pub(crate) fn of(command: &mut Command) -> Self {
        let output = command.output().unwrap();
        Self {
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code().unwrap(),
        }
    }
}

/// Somebody with the API key of the west and a shell.
pub(crate) struct Hands(Sandbox);

impl Hands {
    /// A call on the cluster in the west.
    pub(crate) async fn call(&self, method: &str, path: &str, body: &str) {
        use base64::Engine as _;
        let key = base64::engine::general_purpose::STANDARD.encode("WEST:west-secret");
        let request = http::Request::builder()
            .method(method)
            .uri(format!("http://west/kafka/v3/clusters/lkc-west01/{path}"))
            .header("authorization", format!("Basic {key}"))
            .header("content-type", "application/json")
            .body(axum::body::Body::new(Full::from(body.to_owned())))
            .unwrap();
        let answer = self.0.router().oneshot(request).await.unwrap();
        let status = answer.status();
        let words = answer.into_body().collect().await.unwrap().to_bytes();
        assert!(
            status.is_success() && !words.windows(14).any(|at| at == b"\"error_code\":4"),
            "{status}: {}",
            String::from_utf8_lossy(&words)
        );
    }

    pub(crate) fn wait(&self, time: Duration) {
        self.0.advance(time);
    }
}

/// A webhook that answers from a list of statuses, the last one for ever.
pub(crate) struct Receiver {
    pub(crate) url: String,
    bodies: Arc<Mutex<Vec<Value>>>,
    statuses: Arc<Mutex<Vec<u16>>>,
}

pub(crate) const TOKEN: &str = "T0psecretT0ken";

impl Receiver {
    pub(crate) fn new(statuses: &[u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let receiver = Self {
            url: format!("http://{}/services/{TOKEN}", listener.local_addr().unwrap()),
            bodies: Arc::default(),
            statuses: Arc::new(Mutex::new(statuses.to_vec())),
        };
        let (bodies, statuses) = (receiver.bodies.clone(), receiver.statuses.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mut reader = BufReader::new(stream);
                let mut length = 0;
                loop {
                    let mut line = String::new();
                    reader.read_line(&mut line).unwrap();
                    let line = line.to_ascii_lowercase();
                    if let Some(n) = line.strip_prefix("content-length:") {
                        length = n.trim().parse().unwrap();
                    }
                    if line.trim().is_empty() {
                        break;
                    }
                }
                let mut body = vec![0; length];
                reader.read_exact(&mut body).unwrap();
                bodies
                    .lock()
                    .unwrap()
                    .push(serde_json::from_slice(&body).unwrap());
                let mut left = statuses.lock().unwrap();
                let status = match left.len() {
                    1 => left[0],
                    _ => left.remove(0),
                };
                // It repeats what it was asked, as some do.
                let words = format!("no such hook: /services/{TOKEN}");
                let _ = write!(
                    reader.into_inner(),
                    "HTTP/1.1 {status} Whatever\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{words}",
                    words.len()
                );
            }
        });
        receiver
    }

    /// From now on it answers so.
    pub(crate) fn answers(&self, status: u16) {
        *self.statuses.lock().unwrap() = vec![status];
    }

    /// What has come since the last time.
    pub(crate) fn taken(&self) -> Vec<Value> {
        std::mem::take(&mut self.bodies.lock().unwrap())
    }
}
