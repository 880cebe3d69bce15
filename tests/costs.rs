//! What reading a spec, diff and plan cost in instructions, and plans and runs in memory, against
//! `tests/costs.json`.
//!
//! `cargo test --test costs -- --ignored --test-threads=1` runs these tests, as `.ci/run` does; with
//! `UPDATE_GENERATED=1` it writes the figures. They need a process each: Callgrind counts instructions, and the
//! peak of memory is the process's, so it includes the simulated clusters. Instruction counts change with the
//! compiler, so they are compared with the recorded ones only if the compiler is the one that they were
//! recorded with. How they grow with the number of mirror topics is checked in any case.

#![expect(clippy::unwrap_used, reason = "a test ends with what went wrong")]

#[expect(dead_code, reason = "the costs need a part of it")]
mod support {
    pub(crate) mod bench;
    pub(crate) mod one_link;
    pub(crate) mod tap;
    pub(crate) mod world;
}

use std::collections::BTreeMap;
use std::process::Command;

use linkwright::desired::Desired;
use linkwright::diff::diff;
use linkwright::plan::plan;
use peak_alloc::PeakAlloc;
use serde::{Deserialize, Serialize};

use support::bench::{Bench, everything_allowed, read, stepped, tell};
use support::one_link::one_link;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Mirror topics where instructions are counted, which takes fifty times as long as it takes otherwise.
const COUNTED_SIZES: [usize; 2] = [250, 1_000];
/// Mirror topics where memory is measured.
const SIZES: [usize; 2] = [1_000, 4_000];

/// The recorded figures.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Costs {
    /// The compiler that the instructions were counted with.
    compiler: String,
    /// By what was done.
    instructions: BTreeMap<String, u64>,
    /// Bytes at the peak, by what was done.
    peak_memory: BTreeMap<String, u64>,
}

impl Costs {
    const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/costs.json");

    fn recorded() -> Self {
        serde_json::from_str(&std::fs::read_to_string(Self::PATH).unwrap()).unwrap()
    }

    /// Changes what is recorded, if that is asked for.
    fn update(change: impl FnOnce(&mut Self)) -> bool {
        let asked = std::env::var_os("UPDATE_GENERATED").is_some();
        if asked {
            let mut costs = Self::recorded();
            change(&mut costs);
            let text = serde_json::to_string_pretty(&costs).unwrap();
            std::fs::write(Self::PATH, text + "\n").unwrap();
        }
        asked
    }
}

/// Fails for each figure that is more than a tenth over the recorded one.
fn within_budget(what: &str, figures: &BTreeMap<String, u64>, recorded: &BTreeMap<String, u64>) {
    assert!(figures.keys().eq(recorded.keys()), "{figures:#?}");
    let over: Vec<String> = figures
        .iter()
        .filter(|(name, figure)| **figure > recorded[*name] + recorded[*name] / 10)
        .map(|(name, figure)| format!("{name}: {figure} {what}, recorded {}", recorded[name]))
        .collect();
    assert!(over.is_empty(), "over budget:\n{}", over.join("\n"));
}

/// Fails for what grows faster than in proportion: for four times the size, `n^1.15` is 4.9 times as much.
fn grows_in_proportion(figures: &BTreeMap<String, u64>, [small, large]: [usize; 2]) {
    for (name, &many) in figures {
        let Some(what) = name.strip_suffix(&format!(" {large}")) else {
            continue;
        };
        let few = figures[&format!("{what} {small}")];
        let exponent = (many as f64 / few as f64).log(large as f64 / small as f64);
        assert!(
            exponent <= 1.15,
            "{what} costs n^{exponent:.2}: {few} for {small} and {many} for {large} mirror topics"
        );
    }
}

/// A spec of the link with so many mirror topics in a state.
fn spec(mirrors: usize, state: &str) -> String {
    let mut text = r#"
version: 1
clusters:
  east: { id: lkc-east, bootstrap_servers: "lkc-east.sandbox.invalid:9092" }
  west:
    id: lkc-west
    rest_endpoint: https://west.example.com
    rest_auth: { basic: { username: "${env:KEY}", password: "${env:SECRET}" } }
links:
  dr:
    source: east
    destination: west
    credentials: { sasl_plain: { username: "${env:LINK_KEY}", password: "${env:LINK_SECRET}" } }
    mirrors:
"#
    .to_owned();
    for number in 0..mirrors {
        text += &format!("      t-{number}: {{ state: {state} }}\n");
    }
    text
}

fn declared(mirrors: usize, state: &str) -> Desired {
    read(&[("links.yaml", &spec(mirrors, state))]).unwrap()
}

/// The part of a test whose instructions count.
#[inline(never)]
fn counted_by_callgrind<T>(work: impl FnOnce() -> T) -> T {
    work()
}

fn reads(mirrors: usize) {
    let text = spec(mirrors, "mirroring");
    let desired = counted_by_callgrind(|| read(&[("links.yaml", &text)]));
    assert_eq!(desired.unwrap().links.len(), 1);
}

fn compares(mirrors: usize) {
    let desired = declared(mirrors, "failed-over");
    let bench = Bench::new(&one_link(mirrors, mirrors, ""));
    let live = stepped(bench.observe(&desired)).live;
    let changes = counted_by_callgrind(|| diff(&desired, &live, &bench.options));
    assert_eq!(changes.mirrors.len(), mirrors);
}

fn plans(mirrors: usize) {
    let desired = declared(mirrors, "failed-over");
    let bench = Bench::new(&one_link(mirrors, mirrors, ""));
    let live = stepped(bench.observe(&desired)).live;
    let changes = diff(&desired, &live, &bench.options);
    let allow = everything_allowed();
    let plan = counted_by_callgrind(|| plan(&desired, &live, changes, &allow));
    assert_eq!(plan.unwrap().operations.len(), mirrors);
}

/// A piece of work on so many mirror topics.
type Work = fn(usize);

/// What Callgrind runs, each in a process of its own.
const COUNTED: [(&str, Work); 3] = [
    ("read a spec of", reads),
    ("diff of", compares),
    ("plan of", plans),
];

/// The variable that names what to run in the process that Callgrind watches.
const WORK: &str = "LINKWRIGHT_COUNTED";

#[test]
#[ignore = "Callgrind runs it, see `what_reading_diff_and_plan_cost`"]
fn counted() {
    let Some(work) = std::env::var_os(WORK) else {
        return;
    };
    let work = work.into_string().unwrap();
    let (what, size) = work.rsplit_once(' ').unwrap();
    let (_, run) = COUNTED.iter().find(|(name, _)| *name == what).unwrap();
    run(size.parse().unwrap());
}

/// How many instructions a piece of work takes.
fn instructions(work: &str) -> u64 {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .args([
            "--collect-atstart=no",
            "--toggle-collect=*counted_by_callgrind*",
        ])
        .arg(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "counted"])
        .env(WORK, work)
        .output()
        .expect("valgrind is installed");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{work}: {said}");
    let collected = said
        .lines()
        .find_map(|line| line.split("Collected :").nth(1))
        .unwrap();
    let count = collected.trim().parse().unwrap();
    assert!(count > 1_000_000, "{work}: {count} instructions");
    count
}

fn compiler() -> String {
    let output = Command::new("rustc").arg("--version").output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
#[ignore = "needs valgrind; .ci/run installs it and runs this"]
fn what_reading_diff_and_plan_cost() {
    let figures: BTreeMap<String, u64> = COUNTED
        .iter()
        .flat_map(|(what, _)| COUNTED_SIZES.map(|size| format!("{what} {size}")))
        .map(|work| (work.clone(), instructions(&work)))
        .collect();
    grows_in_proportion(&figures, COUNTED_SIZES);
    let compiler = compiler();
    if Costs::update(|costs| {
        costs.compiler.clone_from(&compiler);
        costs.instructions.clone_from(&figures);
    }) {
        return;
    }
    let recorded = Costs::recorded();
    if recorded.compiler == compiler {
        within_budget("instructions", &figures, &recorded.instructions);
    } else {
        eprintln!(
            "instructions were recorded with {} and counted with {compiler}: only their growth is compared",
            recorded.compiler
        );
    }
}

/// The most memory that a piece of work holds at once, beyond what was held before.
async fn peak<T>(work: impl Future<Output = T>) -> (T, u64) {
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let done = work.await;
    (done, (MEMORY.peak_usage() - before) as u64)
}

#[test]
#[ignore = "must be alone in its process; .ci/run runs this"]
fn what_plans_and_runs_hold_in_memory() {
    let mut figures = BTreeMap::new();
    for size in SIZES {
        for (what, state, there) in [
            ("creations", "mirroring", 0),
            ("failovers", "failed-over", size),
        ] {
            stepped(async {
                let desired = declared(size, state);
                let bench = Bench::new(&one_link(there, size, ""));
                let (plan, planned) = peak(bench.plan(&desired)).await;
                assert_eq!(plan.operations.len(), size);
                let (report, applied) = peak(bench.apply(&plan)).await;
                assert_eq!(report.counts().done, size, "{:.600}", tell(&report));
                figures.insert(format!("plan {what} {size}"), planned);
                figures.insert(format!("apply {what} {size}"), applied);
            });
        }
    }
    grows_in_proportion(&figures, SIZES);
    if !Costs::update(|costs| costs.peak_memory.clone_from(&figures)) {
        within_budget("bytes", &figures, &Costs::recorded().peak_memory);
    }
}
