//! Runs a page's blocks in a folder of their own, with `linkwright` on PATH, and compares what they print.
//! `UPDATE_GENERATED=1` writes what was printed into the page instead; elide it by hand then.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use tempfile::TempDir;

use super::compare;
use super::names::pages;
use super::page::{Block, Kind, Page};
use crate::support::workspace::BINARY;

/// Where the documents' sandboxes listen; each page gets a free port instead.
const ADDRESS: &str = "127.0.0.1:8090";
const MARK: &str = "\u{1e}block ";

fn variable(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.into_string().unwrap())
}

/// A copy of what the documents use.
fn workspace(address: &str) -> TempDir {
    let workspace = tempfile::tempdir().unwrap();
    for folder in ["examples", "fixtures/import", "fixtures/worlds", "schemas"] {
        copy(Path::new(folder), &workspace.path().join(folder), address);
    }
    fs::create_dir(workspace.path().join(".bin")).unwrap();
    std::os::unix::fs::symlink(BINARY, workspace.path().join(".bin/linkwright")).unwrap();
    workspace
}

fn copy(from: &Path, to: &Path, address: &str) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            copy(&path, &to.join(name), address);
        } else if !name.ends_with(".state.json") {
            let text = fs::read_to_string(&path).unwrap();
            fs::write(to.join(name), text.replace(ADDRESS, address)).unwrap();
        }
    }
}

/// An address that is free, below the ports that systems give to whoever asks for any: between this and the page's own
/// server, another test may ask.
fn free_address() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = 20_000 + (std::process::id() + number) % 10_000;
        let address = format!("127.0.0.1:{port}");
        if std::net::TcpListener::bind(&address).is_ok() {
            return address;
        }
    }
}

/// The page as one script; a mark on a line of its own stands before each block's output.
fn script(page: &Page, workspace: &Path) -> String {
    let mut script = String::from(
        "set -euo pipefail\nexec 2>&1\ntrap 'trap - TERM; kill 0' EXIT\n\
         # In a clone, `cargo run --` is how linkwright is called before it is installed.\n\
         cargo() { test \"$1 $2\" = 'run --' && shift 2 && linkwright \"$@\"; }\n",
    );
    for (number, block) in page.blocks.iter().enumerate() {
        let text = &block.text;
        let run = match &block.kind {
            Kind::Run { exit: 0 } => text.clone(),
            Kind::Run { exit } => format!(
                "set +e\n{text}code=$?\nset -e\nif [ $code != {exit} ]; then echo \"(exit $code)\"; exit 1; fi\n"
            ),
            Kind::Background => format!(
                "{{ {text}}} >.server 2>&1 &\n\
                 for try in $(seq 200); do grep -q listening .server && break; sleep 0.05; done\n\
                 grep -q listening .server || {{ cat .server; exit 1; }}\n"
            ),
            Kind::File(name) => {
                let file = workspace.join(format!(".block-{number}"));
                fs::write(file, text).unwrap();
                format!("mkdir -p \"$(dirname '{name}')\"; cp .block-{number} '{name}'\n")
            }
            // The shell function `change` runs the test below.
            Kind::Change(name) => {
                fs::write(workspace.join(format!(".block-{number}")), text).unwrap();
                format!("change '{name}' .block-{number}\n")
            }
            Kind::NotRun(_) | Kind::Output | Kind::Other => continue,
        };
        script.push_str(&format!("printf '{MARK}{number}\\n'\n{run}"));
    }
    script.push_str(&format!("printf '{MARK}end\\n'\n"));
    script
}

/// What was printed without the lines about what is waited for, which only a busy machine prints.
fn without_waits(printed: &str) -> String {
    let is_wait = |line: &&str| line.starts_with("waiting for ") && line.contains(" s: ");
    printed
        .split_inclusive('\n')
        .filter(|line| !is_wait(line))
        .collect()
}

/// Runs a page and gives each block's output, or says where it ended.
fn run(page: &Page) -> Result<Vec<(usize, String)>, String> {
    let address = free_address();
    let workspace = workspace(&address);
    let here = |text: &str| text.replace(ADDRESS, &address);
    let script = here(&script(page, workspace.path()));
    for entry in fs::read_dir(workspace.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            fs::write(&path, here(&fs::read_to_string(&path).unwrap())).unwrap();
        }
    }
    let path = variable("PATH").unwrap();
    let mut command = Command::new("setsid");
    command
        .args(["--wait", "bash", "-c"])
        .arg(format!("{CHANGE}{script}"))
        .current_dir(workspace.path())
        .env_clear()
        .env(
            "PATH",
            format!("{}:{path}", workspace.path().join(".bin").display()),
        )
        .env("HOME", workspace.path())
        .env("CHANGE", std::env::current_exe().unwrap());
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).replace(&address, ADDRESS);
    let mut blocks = Vec::new();
    let mut ended = false;
    for part in text.split(MARK).skip(1) {
        let (number, printed) = part.split_once('\n').unwrap_or((part, ""));
        match number.parse() {
            Ok(number) => blocks.push((number, without_waits(printed))),
            Err(_) => ended = true,
        }
    }
    if ended {
        return Ok(blocks);
    }
    let (number, printed) = blocks.pop().unwrap_or((0, text));
    let line = page.blocks.get(number).map_or(0, |block| block.line);
    Err(format!(
        "{}:{line}: the block failed:\n{printed}",
        page.path.display()
    ))
}

/// `change FILE DIFF`, by way of the test below.
const CHANGE: &str = r#"change() {
    FILE=$1 DIFF=$2 "$CHANGE" --exact docs::session::a_change_is_made --nocapture >.change 2>&1 &&
        grep -q '^test result: ok. 1 passed' .change || { cat .change; exit 1; }
}
"#;

/// Makes the change that a page's session asks for; without a session there is nothing to make.
#[test]
fn a_change_is_made() {
    let (Some(file), Some(diff)) = (variable("FILE"), variable("DIFF")) else {
        return;
    };
    let text = fs::read_to_string(&file).unwrap();
    let changed = compare::change(&text, &fs::read_to_string(diff).unwrap());
    fs::write(&file, changed.unwrap()).unwrap();
}

/// How often a run says that it still waits depends on the machine.
fn without_waiting(text: &str) -> String {
    let kept = text.lines().filter(|line| !line.contains("s  waiting  "));
    kept.map(|line| format!("{line}\n")).collect()
}

fn check(page: &Page) -> Result<(), String> {
    let printed = run(page)?;
    let mut text = page.text.clone();
    let mut wrong = String::new();
    let is_update = std::env::var_os("UPDATE_GENERATED").is_some();
    for (number, actual) in printed {
        let Some(Block {
            kind: Kind::Output,
            text: expected,
            line,
        }) = page.blocks.get(number + 1)
        else {
            continue;
        };
        if compare::matches(expected, &without_waiting(&actual)) {
            continue;
        }
        if is_update {
            let fences = |inner: &str| format!("```text\n{inner}```");
            text = text.replacen(&fences(expected), &fences(&actual), 1);
        } else {
            let path = page.path.display();
            wrong += &format!("{path}:{line}: expected\n{expected}\nbut it printed\n{actual}\n");
        }
    }
    if is_update && text != page.text {
        fs::write(&page.path, text).unwrap();
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

#[test]
fn every_command_runs_and_prints_what_the_page_says() {
    // One page alone, while it is written.
    let only = variable("PAGE").unwrap_or_default();
    let pages: Vec<Page> = pages()
        .iter()
        .filter(|path| path.display().to_string().contains(&only))
        .map(|path| Page::read(path))
        .filter(Page::runs)
        .collect();
    assert!(
        !only.is_empty() || pages.len() >= 10,
        "only {} pages run",
        pages.len()
    );
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let runs: Vec<_> = pages
            .iter()
            .map(|page| scope.spawn(|| check(page)))
            .collect();
        let ended = runs.into_iter().map(|run| run.join().unwrap());
        ended.filter_map(Result::err).collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is not run is known, page by page, and why.
#[test]
fn every_block_that_is_not_run_is_known() {
    let mut found = Vec::new();
    for path in pages() {
        for block in Page::read(&path).blocks {
            if let Kind::NotRun(why) = block.kind {
                found.push(format!("{} {why}", path.display()));
            }
        }
    }
    assert_eq!(found, NOT_RUN);
}

const NOT_RUN: [&str; 24] = [
    "CONTRIBUTING.md build",
    "CONTRIBUTING.md build",
    "CONTRIBUTING.md build",
    "CONTRIBUTING.md build",
    "CONTRIBUTING.md build",
    "CONTRIBUTING.md build",
    "CONTRIBUTING.md build",
    "README.md build",
    "docs/ci.md keys",
    "docs/ci.md keys",
    "docs/packages.md machine",
    "docs/packages.md machine",
    "docs/sandbox.md client",
    "docs/sandbox.md elsewhere",
    "docs/sandbox.md elsewhere",
    "docs/store.md elsewhere",
    "docs/store.md elsewhere",
    "docs/store.md elsewhere",
    "docs/store.md elsewhere",
    "docs/store.md elsewhere",
    "docs/store.md elsewhere",
    "docs/store.md elsewhere",
    "docs/terraform-on-the-sandbox.md client",
    "docs/terraform-on-the-sandbox.md client",
];
