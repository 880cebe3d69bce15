//! SIGKILL after every request of a plan of more than twenty operations, over a real socket: the next
//! run finds what is left and does it.
//!
//! The plan is that of `tests/apply`, less the bidirectional link and the changed connection: a second half and a new
//! connection are watched for ten seconds of wall time and more by design, and the same kills are tried there on
//! stepped time.

use std::net::SocketAddr;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use linkwright::apply::report_file::{ReportV1, VerdictV1};
use linkwright_clock::Clock;
use linkwright_sandbox::{Sandbox, World};
use serde_json::Value;

use crate::support::workspace::Workspace;
use crate::support::world::state;

/// Virtual time goes on with every request and not by itself, so that every run is the same. A mirror topic is set up
/// within four looks at it.
const STEP: Duration = Duration::from_secs(2);

const WORLD: &str = r#"version: 1
clock: { mode: manual }
timings: { mirror_setup_ms: 6000 }
clusters:
  - id: lkc-east01
    name: east
    bootstrap_servers: east.example:9092
    topics:
      - { name: orders, partitions: 2, records: 100 }
      - { name: payments, partitions: 2, records: 100 }
      - { name: refunds, partitions: 1, records: 10 }
      - { name: returns, partitions: 1, records: 10 }
      - { name: late, partitions: 1, records: 10 }
      - { name: new-a, partitions: 1, records: 10 }
      - { name: new-b, partitions: 1, records: 10 }
      - { name: old-a, partitions: 1, records: 10 }
      - { name: old-b, partitions: 1, records: 10 }
      - { name: old-c, partitions: 1, records: 10 }
      - { name: stock, partitions: 1, records: 10 }
    groups:
      - { id: billing, offsets: { orders: 50 } }
  - id: lkc-west01
    name: west
    bootstrap_servers: west.example:9092
    links:
      - name: dr
        remote: lkc-east01
        configs:
          bootstrap.servers: east.example:9092
          security.protocol: SASL_SSL
          sasl.mechanism: PLAIN
          sasl.jaas.config: x
          consumer.offset.sync.enable: "true"
          consumer.offset.sync.ms: "1000"
          consumer.offset.group.filters: '{"groupFilters":[{"name":"*","patternType":"LITERAL","filterType":"INCLUDE"}]}'
        mirrors:
          - { source_topic: orders }
          - { source_topic: payments }
          - { source_topic: refunds, status: PAUSED }
          - { source_topic: returns, lag: 5 }
          - { source_topic: late, status: PENDING_MIRROR }
      - name: old
        remote: lkc-east01
        configs:
          auto.create.mirror.topics.enable: "true"
          auto.create.mirror.topics.filters: '{"topicFilters":[{"name":"old-","patternType":"PREFIXED","filterType":"INCLUDE"}]}'
          cluster.link.prefix: "o."
        mirrors:
          - { source_topic: old-a }
          - { source_topic: old-b, status: PAUSED }
          - { source_topic: old-c, auto_created: true }
"#;

fn spec(server: SocketAddr) -> String {
    let credentials = r#"{ sasl_plain: { username: "${env:KEY}", password: "${env:SECRET}" } }"#;
    format!(
        r#"version: 1
clusters:
  east:
    id: lkc-east01
    rest_endpoint: http://{server}
    bootstrap_servers: east.example:9092
    rest_auth: {{ basic: {{ username: "${{env:KEY}}", password: "${{env:SECRET}}" }} }}
  west:
    id: lkc-west01
    rest_endpoint: http://{server}
    bootstrap_servers: west.example:9092
    rest_auth: {{ basic: {{ username: "${{env:KEY}}", password: "${{env:SECRET}}" }} }}
links:
  dr:
    source: east
    destination: west
    credentials: {credentials}
    topic_config_sync: {{ interval: 7s }}
    mirrors:
      orders: {{ state: promoted }}
      payments: {{ state: paused }}
      refunds: {{}}
      returns: {{ state: failed-over }}
      late: {{ state: paused }}
  fresh:
    source: east
    destination: west
    credentials: {credentials}
    prefix: o.
    mirrors:
      new-a: {{}}
      new-b: {{ state: paused }}
  pushed:
    mode: source-initiated
    source: east
    destination: west
    credentials: {credentials}
    local_credentials: {credentials}
    mirrors:
      stock: {{}}
retired:
  - {{ link: old, cluster: west, mirrors: failover, reason: moved }}
policy:
  allow: [reversible, disruptive, irreversible, data-loss]
  blast_radius: {{ max_percent: 100, from: 100 }}
  # A busy machine may leave a server waiting for seconds.
  timeouts: {{ silence: 90s }}
"#
    )
}

/// What stands between the binary and the sandbox.
struct Gate {
    sandbox: Sandbox,
    seen: AtomicUsize,
    writes: AtomicUsize,
    /// The signal that the process gets with a write, instead of being killed after a request.
    signal: Option<&'static str>,
    /// The process and the number of the request after which it is killed, from 1.
    victim: Mutex<Option<(Child, Option<usize>)>>,
}

async fn pass(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
    gate.sandbox.advance(STEP);
    let is_write = request.method() != axum::http::Method::GET;
    let number = gate.seen.fetch_add(1, Ordering::SeqCst) + 1;
    let writes = gate
        .writes
        .fetch_add(usize::from(is_write), Ordering::SeqCst)
        + 1;
    let response = next.run(request).await;
    if let Some((child, Some(last))) = &mut *gate.victim.lock().unwrap() {
        match gate.signal {
            None if *last == number => child.kill().unwrap(),
            Some(signal) if is_write && *last == writes => {
                let kill = std::process::Command::new("kill")
                    .args([format!("-{signal}"), child.id().to_string()])
                    .status();
                assert!(kill.unwrap().success());
            }
            None | Some(_) => {}
        }
    }
    response
}

/// A sandbox at a port of its own, and a workspace whose spec points there.
struct Setup {
    gate: Arc<Gate>,
    workspace: Workspace,
}

impl Setup {
    async fn new() -> Self {
        Self::with(None).await
    }

    async fn with(signal: Option<&'static str>) -> Self {
        let gate = Arc::new(Gate {
            signal,
            writes: AtomicUsize::new(0),
            sandbox: Sandbox::new(World::from_yaml(WORLD).unwrap()),
            seen: AtomicUsize::new(0),
            victim: Mutex::new(None),
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let guard = axum::middleware::from_fn_with_state(gate.clone(), pass);
        let router = gate.sandbox.router().layer(guard);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            gate,
            workspace: Workspace::with(&spec(address), WORLD),
        }
    }

    /// Runs `apply`, to its end or until it is killed after a request. Returns its exit code, if it
    /// came to one, and what it said.
    async fn apply(&self, last: Option<usize>) -> (Option<i32>, String) {
        self.gate.seen.store(0, Ordering::SeqCst);
        let log = std::fs::File::create(self.workspace.path("log")).unwrap();
        let mut command = self.workspace.linkwright(&[
            "apply",
            "--auto-approve",
            "--report",
            "report.json",
            "--archive",
            "archive",
            "links.yaml",
        ]);
        command
            .env("KEY", "k")
            .env("SECRET", "s")
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        {
            let mut victim = self.gate.victim.lock().unwrap();
            *victim = Some((command.spawn().unwrap(), last));
        }
        loop {
            if let Some((child, _)) = &mut *self.gate.victim.lock().unwrap()
                && let Some(status) = child.try_wait().unwrap()
            {
                return (status.code(), self.workspace.read("log"));
            }
            Clock::wall().sleep(Duration::from_millis(20)).await;
        }
    }

    /// What is in the world, without what differs from run to run.
    fn state(&self) -> String {
        self.gate.sandbox.advance(Duration::from_secs(60));
        state(&self.gate.sandbox)
    }
}

/// The report that a run left, if it came so far as to leave one.
fn report(workspace: &Workspace, schema: &jsonschema::Validator) -> Option<ReportV1> {
    let path = workspace.path("report.json");
    if !path.exists() {
        return None;
    }
    let value: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let errors: Vec<String> = schema
        .iter_errors(&value)
        .map(|it| it.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
    Some(serde_json::from_value(value).unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_after_any_request_the_next_run_finishes_the_job() {
    let schema: Value =
        serde_json::from_str(&std::fs::read_to_string("schemas/report.schema.json").unwrap())
            .unwrap();
    let schema = Arc::new(jsonschema::validator_for(&schema).unwrap());
    let undisturbed = Setup::new().await;
    let (code, log) = undisturbed.apply(None).await;
    assert_eq!(code, Some(0), "{log}");
    let operations = report(&undisturbed.workspace, &schema)
        .unwrap()
        .operations
        .len();
    assert!(operations >= 20, "{operations} operations\n{log}");
    let wanted = Arc::new(undisturbed.state());

    // Requests are tried in order by many runs side by side (they mostly wait), until one comes to its end unharmed.
    let next = Arc::new(AtomicUsize::new(1));
    let over = Arc::new(AtomicUsize::new(usize::MAX));
    let mut runs = tokio::task::JoinSet::new();
    for _ in 0..48 {
        let (next, over) = (next.clone(), over.clone());
        let (wanted, schema) = (wanted.clone(), schema.clone());
        runs.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::SeqCst);
                if number >= over.load(Ordering::SeqCst) {
                    return;
                }
                if killed_after(number, &wanted, &schema).await {
                    continue;
                }
                over.fetch_min(number, Ordering::SeqCst);
                return;
            }
        });
    }
    while let Some(ended) = runs.join_next().await {
        ended.unwrap();
    }
    let kills = over.load(Ordering::SeqCst) - 1;
    println!("{operations} operations, {kills} kills");
    assert!(kills > 40, "{kills} kills are too few to prove anything");
}

/// Kills a run after its request of that number, and looks what the next runs make of it. False when
/// the run did not make so many requests.
async fn killed_after(number: usize, wanted: &str, schema: &jsonschema::Validator) -> bool {
    let setup = Setup::new().await;
    let (code, log) = setup.apply(Some(number)).await;
    let left = report(&setup.workspace, schema);
    if code == Some(0) {
        return false;
    }
    let at = format!("killed after request {number}");
    assert_eq!(code, None, "{at}: {log}");
    // A run that has ended plans once more; only then may its report say that it is complete.
    if let Some(left) = left.filter(|left| left.verdict.is_some()) {
        assert_eq!(left.verdict, Some(VerdictV1::Complete), "{at}");
        assert_eq!(
            left.counts.done + left.counts.unchanged,
            left.operations.len(),
            "{at}"
        );
        assert_eq!(setup.state(), wanted, "{at}");
    }
    let mut runs = 0;
    loop {
        runs += 1;
        let (code, log) = setup.apply(None).await;
        if code == Some(0) {
            break;
        }
        assert!(runs < 2, "{at}: run {runs} ended with {code:?}: {log}");
    }
    assert_eq!(setup.state(), wanted, "{at}");
    assert_eq!(setup.gate.sandbox.harms(), [], "{at}");
    true
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_hangup_the_run_goes_on_and_its_output_is_in_the_journal() {
    let setup = Setup::with(Some("HUP")).await;
    let (code, log) = setup.apply(Some(2)).await;
    assert_eq!(code, Some(0), "{log}");
    let journal = setup.workspace.read(".linkwright/journal.log");
    assert!(
        journal.contains("the terminal is gone (SIGHUP); the run goes on"),
        "{journal}"
    );
    assert!(journal.contains("Apply complete"), "{journal}");
    // What is no terminal goes on getting what it got.
    assert!(log.contains("Apply complete"), "{log}");
    use std::os::unix::fs::PermissionsExt;
    let file = std::fs::metadata(setup.workspace.path(".linkwright/journal.log")).unwrap();
    assert_eq!(file.permissions().mode() & 0o777, 0o600);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_interrupt_says_what_is_waited_for_and_how_long() {
    let interrupted = async |signal| {
        let setup = Setup::with(Some(signal)).await;
        let (code, log) = setup.apply(Some(1)).await;
        assert_eq!(code, Some(130), "{log}");
        for words in [
            "no new operations start; waiting for ",
            " in progress (",
            " at most; a second interrupt stops at once",
        ] {
            assert!(log.contains(words), "{words}: {log}");
        }
        assert!(!setup.workspace.path(".linkwright/journal.log").exists());
    };
    tokio::join!(interrupted("INT"), interrupted("TERM"));
}
