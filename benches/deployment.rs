//! A whole `plan` of a deployment against mere downloading.
//!
//! `cargo bench --bench deployment` (or `cargo bench --bench deployment -- CLUSTERS LINKS MIRRORS`). The
//! simulated clusters run in a process of their own, so that this one is a client and nothing else.
//! It goes the way of the command: the spec is parsed and lowered, the clusters are read, compared and
//! planned, and the plan is written as text; once with nothing to do and once with every mirror topic
//! to be failed over. What that is compared with is a bare loop over the same requests, one by one and
//! with as many under way at once as ours may have. All sides begin without connections, rounds alternate, and
//! the median of each counts. Peak memory is read after the first plan, before the bare loops have held
//! anything. Processor time is this process's own: it tells how much of a time on the clock is other
//! work on the machine.

#![expect(clippy::print_stdout, reason = "printing figures is what it is for")]

mod shared;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use linkwright::desired::{Desired, Risk, lower};
use linkwright::diff::Options;
use linkwright::plan::{Allow, Allowances};
use linkwright::refresh::{Depth, refresh};
use linkwright::report::plan_text;
use linkwright::report::style::Style;
use linkwright::spec;
use linkwright_clock::Clock;
use linkwright_sandbox::{Sandbox, World};
use shared::{Size, bare_client, clients, download, link_name, median, peak_memory};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

const ROUNDS: usize = 5;
/// As `Limits::default` has it.
const UNDER_WAY_PER_CLUSTER: usize = 64;
/// The argument that makes this program the server.
const SERVE: &str = "--serve";

/// How long something took by the clock, and in processor time of this process.
type Took = (Duration, Duration);

/// What the spec says of every mirror topic.
#[derive(Clone, Copy)]
enum EndState {
    Mirroring,
    FailedOver,
}

impl EndState {
    fn word(self) -> &'static str {
        match self {
            Self::Mirroring => "mirroring",
            Self::FailedOver => "failed-over",
        }
    }

    fn operations(self, size: &Size) -> usize {
        match self {
            Self::Mirroring => 0,
            Self::FailedOver => size.mirrors,
        }
    }
}

fn spec_text(size: &Size, end_state: EndState) -> String {
    let mut text =
        "version: 1\nclusters:\n  source: { id: lkc-source, bootstrap_servers: 'source:9092' }\n"
            .to_owned();
    for cluster in 0..size.clusters {
        text.push_str(&format!("  cluster-{cluster}: {{ id: lkc-{cluster} }}\n"));
    }
    text.push_str("links:\n");
    for cluster in 0..size.clusters {
        for link in 0..size.links_each() {
            text.push_str(&format!(
                "  c{cluster}-{link}:\n    name: {}\n    source: source\n    destination: \
                 cluster-{cluster}\n    credentials: {{ plaintext: {{}} }}\n    mirrors: {{ \"*\": {{ state: {} }} }}\n",
                link_name(link),
                end_state.word()
            ));
        }
    }
    text
}

fn desired(text: &str) -> Desired {
    let files = [(Arc::from("links.yaml"), Arc::from(text))];
    let (spec, problems) = spec::parse(&files);
    assert!(problems.is_empty(), "{problems:?}");
    lower(&spec)
}

/// One plan, from the spec's text to the plan's text.
async fn plan(size: &Size, base: &str, text: &str, end_state: EndState) -> Took {
    let clients = clients(size, base);
    let allowed: Allowances = [
        Allow::BlastRadius,
        Allow::Risk(Risk::Irreversible),
        Allow::Risk(Risk::DataLoss),
    ]
    .into();
    let (started, busy) = (Clock::wall().now(), processor_time());
    let desired = desired(text);
    let looked = refresh(
        &desired,
        &clients,
        &Options::default(),
        &allowed,
        &[],
        Depth::Plan,
    )
    .await
    .expect("an order");
    let mut page = Vec::new();
    plan_text::write(&mut page, &looked.plan, &Style::default()).expect("memory takes it");
    let took = (Clock::wall().since(started), processor_time() - busy);
    assert_eq!(looked.plan.operations.len(), end_state.operations(size));
    assert_eq!(looked.plan.compared.mirrors, size.mirrors);
    let requests: u64 = clients.values().map(|client| client.counts().reads).sum();
    assert_eq!(requests as usize, size.paths().len(), "2C + L");
    took
}

/// The same requests in a bare loop, one after the other.
async fn download_in_turn(size: &Size, base: &str) -> Took {
    let http = bare_client();
    let (started, busy) = (Clock::wall().now(), processor_time());
    let _ = download(&http, base, &size.paths()).await;
    (Clock::wall().since(started), processor_time() - busy)
}

/// The same requests with as many under way as ours; each body is held whole, and then let go.
async fn download_at_once(size: &Size, base: &str) -> (Took, usize) {
    let http = bare_client();
    let (started, busy) = (Clock::wall().now(), processor_time());
    let mut under_way = JoinSet::new();
    let per_cluster = 2 + size.links_each();
    for paths in size.paths().chunks(per_cluster) {
        let slots = Arc::new(Semaphore::new(UNDER_WAY_PER_CLUSTER));
        for path in paths {
            let (http, slots, url) = (http.clone(), slots.clone(), format!("{base}{path}"));
            under_way.spawn(async move {
                let _slot = slots.acquire().await.expect("it is never closed");
                let answer = http.get(url).send().await.expect("an answer");
                answer.bytes().await.expect("a body").len()
            });
        }
    }
    let bytes = under_way.join_all().await.into_iter().sum();
    (
        (Clock::wall().since(started), processor_time() - busy),
        bytes,
    )
}

/// The simulated clusters in a process of their own.
struct Server {
    process: Child,
    base: String,
}

impl Server {
    fn start(size: &Size) -> Self {
        let mut process = Command::new(std::env::current_exe().expect("this program"))
            .arg(SERVE)
            .args([size.clusters, size.links, size.mirrors].map(|number| number.to_string()))
            .stdout(Stdio::piped())
            .spawn()
            .expect("a second process");
        let mut base = String::new();
        let out = process.stdout.take().expect("its output");
        BufReader::new(out)
            .read_line(&mut base)
            .expect("its address");
        Self {
            process,
            base: base.trim().to_owned(),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

async fn serve(size: &Size) {
    let sandbox = Sandbox::new(World::from_yaml(&size.world()).expect("a consistent world"));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a free port");
    println!("http://{}", listener.local_addr().expect("its address"));
    let _ = linkwright_sandbox::serve(listener, sandbox, std::future::pending()).await;
}

async fn compare(size: &Size, base: &str) {
    let end_states = [EndState::Mirroring, EndState::FailedOver];
    let texts = end_states.map(|end_state| spec_text(size, end_state));
    // The server computes some things once; no measurement may include that.
    let mut peaks = Vec::new();
    for (end_state, text) in end_states.into_iter().zip(&texts) {
        plan(size, base, text, end_state).await;
        peaks.push(peak_memory());
    }
    let (mut in_turn, mut at_once) = (Vec::new(), Vec::new());
    let mut ours = end_states.map(|_| Vec::new());
    let mut bytes = 0;
    for _ in 0..ROUNDS {
        in_turn.push(download_in_turn(size, base).await);
        let (took, size_of_all) = download_at_once(size, base).await;
        at_once.push(took);
        bytes = size_of_all;
        for ((end_state, text), times) in end_states.into_iter().zip(&texts).zip(&mut ours) {
            times.push(plan(size, base, text, end_state).await);
        }
    }
    println!(
        "{} clusters, {} links, {} mirror topics: {} requests, {:.1} MB",
        size.clusters,
        size.links,
        size.mirrors,
        size.paths().len(),
        bytes as f64 / 1e6
    );
    let (in_turn, at_once) = (medians(in_turn), medians(at_once));
    for (what, (took, busy)) in [
        ("bare loop, one by one", in_turn),
        ("bare loop, 64 at once", at_once),
    ] {
        println!("{what:<26} {took:>6.0} ms by the clock, {busy:>5.0} ms of processor time");
    }
    for ((end_state, times), peak) in end_states.into_iter().zip(ours).zip(peaks) {
        let (took, busy) = medians(times);
        println!(
            "{:<26} {took:>6.0} ms by the clock, {busy:>5.0} ms of processor time; ratios {:.2} and \
             {:.2}; peak memory so far {peak} MB",
            format!("plan of {} operations", end_state.operations(size)),
            took / in_turn.0,
            took / at_once.0
        );
    }
}

/// The processor time that this process has taken so far; none where the system does not tell. Its
/// ticks are a hundredth of a second.
fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The program's name, in parentheses, may hold spaces.
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks = fields.split_whitespace().skip(11).take(2);
    let ticks: u64 = ticks.filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

/// The medians of both, in milliseconds.
fn medians(took: Vec<Took>) -> (f64, f64) {
    let (clock, busy) = took.into_iter().unzip();
    let ms = |times| median(times).as_secs_f64() * 1e3;
    (ms(clock), ms(busy))
}

fn main() {
    let size = Size::asked();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    if std::env::args().any(|argument| argument == SERVE) {
        return runtime.block_on(serve(&size));
    }
    let server = Server::start(&size);
    runtime.block_on(compare(&size, &server.base));
}
