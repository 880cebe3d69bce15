//! Which tests may wait for the wait time, and why. All others run on stepped time, where a wait costs nothing and
//! takes exactly as long as it says.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::support::files::rust_files;

/// The files whose tests may wait, each with its reason.
const MAY_WAIT: &[(&str, &str)] = &[
    (
        "sandbox/tests/docs.rs",
        "the handbook's session runs in bash, with curl, against a sandbox that is served",
    ),
    (
        "sandbox/tests/faults.rs",
        "a connection is reset over TCP, as a client sees it",
    ),
    (
        "sandbox/tests/scale.rs",
        "prints how long a hundred thousand mirror topics take; waits for nothing",
    ),
    (
        "tests/action/examples.rs",
        "pipelines run in their shells, as on a runner",
    ),
    (
        "tests/action/github.rs",
        "a stand-in for GitHub's API is served to the action's scripts",
    ),
    (
        "tests/action/runner.rs",
        "the action's steps run in bash, as on a runner",
    ),
    (
        "tests/action/setup.rs",
        "the clusters that the action works on are served by the binary",
    ),
    (
        "tests/action/stories.rs",
        "releases are packed with the tools of a runner",
    ),
    (
        "tests/api/sandbox.rs",
        "the life of a link over TCP, beside the same in this process",
    ),
    (
        "tests/api/secrets.rs",
        "what is traced of requests that go through a real socket",
    ),
    (
        "tests/api/sockets.rs",
        "TLS, timeouts and broken connections over real sockets",
    ),
    (
        "tests/apply_binary/kill.rs",
        "SIGKILL at every request, with clusters that are served over TCP",
    ),
    (
        "tests/apply_binary/terminal.rs",
        "lines that change in place, on a real terminal",
    ),
    (
        "tests/costs.rs",
        "Callgrind counts the instructions of a process; waits for nothing else",
    ),
    (
        "tests/docs/session.rs",
        "the documents' sessions run in bash, some with a sandbox that is served",
    ),
    (
        "tests/lsp.rs",
        "an editor's session goes through the pipes of the binary",
    ),
    (
        "tests/proof/proof.rs",
        "prints pairs per minute; waits for nothing",
    ),
    (
        "tests/stories.rs",
        "`test --watch` runs until it is ended, and waits for files to change",
    ),
    (
        "tests/support/proxy.rs",
        "a sandbox is served to the binary, behind a proxy that lies",
    ),
    (
        "tests/support/terminal.rs",
        "the binary runs in a terminal, where keys are pressed while it goes on",
    ),
    (
        "tests/support/workspace.rs",
        "runs the binary to its end, as another process with a clock of its own",
    ),
];

/// What shows that a test may wait.
fn signs(text: &str) -> BTreeSet<&'static str> {
    let mut signs = BTreeSet::new();
    let code: Vec<&str> = text
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect();
    let code = code.join("\n");
    let attributes = code.split("#[tokio::test").skip(1);
    for attribute in attributes {
        let attribute = attribute.split(']').next().unwrap_or_default();
        if !attribute.contains("start_paused = true") {
            signs.insert("a tokio test that is not paused");
        }
    }
    for builder in code.split("runtime::Builder::new").skip(1) {
        let builder = builder.split(".build()").next().unwrap_or_default();
        if !builder.contains(".start_paused(true)") {
            signs.insert("a runtime that is not paused");
        }
    }
    for (word, sign) in [
        ("thread::sleep", "a thread that sleeps"),
        ("recv_timeout", "a thread that waits"),
        ("Command::new(", "another process"),
        (".spawn().unwrap()", "another process"),
        ("time::Instant;", "a look at a clock"),
        ("SystemTime::now", "a look at a clock"),
    ] {
        if code.contains(word) {
            signs.insert(sign);
        }
    }
    signs
}

#[test]
fn only_named_tests_may_wait_on_the_wall_clock() {
    let mut found = BTreeSet::new();
    let mut wrong = Vec::new();
    for file in ["tests", "sandbox/tests", "sandbox/clock/tests"]
        .iter()
        .flat_map(|folder| rust_files(Path::new(folder)))
        .filter(|file| !file.ends_with("wall_clock.rs"))
    {
        let signs = signs(&fs::read_to_string(&file).unwrap());
        if signs.is_empty() {
            continue;
        }
        let name = file.to_string_lossy().into_owned();
        if MAY_WAIT.iter().any(|(allowed, _)| *allowed == name) {
            found.insert(name);
        } else {
            wrong.push(format!("{name} may wait on the wall clock: {signs:?}"));
        }
    }
    for (name, _) in MAY_WAIT {
        if !found.contains(*name) {
            wrong.push(format!("{name} is on the list and waits for nothing"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Tests inside the modules wait for nothing at all.
#[test]
fn tests_inside_the_library_and_the_sandbox_are_paused() {
    for folder in ["src", "sandbox/src", "sandbox/clock/src"] {
        for file in rust_files(Path::new(folder)) {
            let signs = signs(&fs::read_to_string(&file).unwrap());
            let is_wrong = signs.contains("a tokio test that is not paused");
            assert!(!is_wrong, "{}: {signs:?}", file.display());
        }
    }
}

#[test]
fn the_list_has_a_reason_for_each_and_is_in_order() {
    assert!(MAY_WAIT.is_sorted_by(|(one, _), (next, _)| one < next));
    assert!(MAY_WAIT.iter().all(|(_, reason)| reason.len() > 20));
}

#[test]
fn signs_are_found() {
    let paused = "#[tokio::test(start_paused = true)]\nfn a() {}";
    assert!(signs(paused).is_empty());
    assert_eq!(signs("#[tokio::test]\nfn a() {}").len(), 1);
    assert_eq!(
        signs("#[tokio::test(flavor = \"multi_thread\")]\nfn a() {}").len(),
        1
    );
    assert_eq!(
        signs("fn a() { std::thread::sleep(SECOND); recv_timeout(SECOND) }").len(),
        2
    );
    let runtime = "tokio::runtime::Builder::new_current_thread().enable_all()";
    assert_eq!(signs(&format!("{runtime}.build()")).len(), 1);
    assert!(signs(&format!("{runtime}.start_paused(true).build()")).is_empty());
    assert!(signs("// Command::new(\"curl\")").is_empty());
}
