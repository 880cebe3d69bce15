//! On a real terminal, made by `script` of util-linux: consent, and lines that change in place.

use std::io::Write;
use std::process::Stdio;

use linkwright_sandbox::{Sandbox, World};

use super::retired::{WORLD, retired};
use crate::support::terminal::Terminal;
use crate::support::workspace::{BINARY, Said, Workspace};

/// Runs `apply` on a terminal, types `typed`, and then the end of input.
fn apply_typing(workspace: &Workspace, typed: &str, more: &str) -> Said {
    let command = format!("{BINARY} apply --sandbox w/world.yaml {more}");
    let mut script = workspace.program("/usr/bin/script", &["-qec", &command, "/dev/null"]);
    script
        .env("TERM", "xterm")
        .env("LANG", "C.UTF-8")
        .env("SHELL", "/bin/sh")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = script.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(typed.as_bytes()).unwrap();
    drop(stdin);
    Said::from(child.wait_with_output().unwrap())
}

fn is_there(workspace: &Workspace) -> bool {
    workspace.sandbox().snapshot()["clusters"]["lkc-west01"]["halves"]["old"].is_object()
}

#[test]
fn typing_the_links_name_and_yes_deletes_it() {
    let workspace = Workspace::with(&retired(), WORLD);
    let said = apply_typing(&workspace, "old\nyes\n", "").exits(0);
    assert!(
        said.out.contains("irreversible: delete link west/old"),
        "{}",
        said.out
    );
    assert!(said.out.contains("Apply complete"), "{}", said.out);
    assert!(!is_there(&workspace));
    assert_eq!(workspace.sandbox().harms(), []);
}

#[test]
fn anything_else_declines() {
    for typed in [
        "older\n",
        "OLD\nyes\n",
        "old\nno\n",
        "old\ny\n",
        "old\n",
        "\n",
        "",
    ] {
        let workspace = Workspace::with(&retired(), WORLD);
        let said = apply_typing(&workspace, typed, "").exits(7);
        assert!(
            said.out.contains("Apply cancelled. No changes were made."),
            "{typed:?}: {}",
            said.out
        );
        assert!(is_there(&workspace), "{typed:?}");
        assert!(!said.out.contains("Apply complete"), "{typed:?}");
    }
}

#[test]
fn waits_are_lines_that_change_in_place_and_leave_nothing_behind() {
    let world = format!("timings: {{ stop_ms: 60000 }}\n{WORLD}");
    let workspace = Workspace::with(&retired(), &world);
    let said = apply_typing(&workspace, "", "--auto-approve").exits(0);
    let waits = "fail over 1 mirror topic on west/old: 1 PENDING_STOPPED";
    assert!(said.out.contains(waits), "{}", said.out);
    // Drawn again on the same line, not one below the other.
    assert!(said.out.contains("\u{1b}[2K"), "{}", said.out);
    assert!(!said.out.contains("waiting  "), "{}", said.out);
    let summary = said.out.find("Apply complete").unwrap();
    assert!(!said.out[summary..].contains("timeout in"), "{}", said.out);
    let quiet = Workspace::with(&retired(), &world);
    let said = apply_typing(&quiet, "", "--auto-approve -q").exits(0);
    assert!(!said.out.contains("timeout in"), "{}", said.out);
}

/// A server whose time is at a standstill: what is stopped never ends.
fn standing_still() -> (tokio::runtime::Runtime, Workspace) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let world = format!("clock: {{ mode: manual }}\ntimings: {{ stop_ms: 600000 }}\n{WORLD}");
    let sandbox = Sandbox::new(World::from_yaml(&world).unwrap());
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"));
    let listener = listener.unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(async move { axum::serve(listener, sandbox.router()).await });
    let mut spec = retired();
    for cluster in ["east", "west"] {
        let url = format!("https://{cluster}.example:443");
        spec = spec.replace(&url, &format!("http://{address}"));
    }
    (runtime, Workspace::with(&spec, &world))
}

#[test]
fn an_interrupted_run_fits_the_terminal_and_leaves_no_progress_behind() {
    let (_server, workspace) = standing_still();
    let columns = 80;
    let mut terminal = Terminal::of(&workspace, (24, columns), "apply --auto-approve links.yaml");
    let lines = terminal.until(|text| text.contains("timeout in"));
    let overall = lines.iter().find(|line| line.contains("operations, "));
    assert!(overall.unwrap().contains("0/"), "{lines:#?}");
    let wait = lines.iter().find(|line| line.contains("timeout in"));
    let wait = wait.unwrap();
    // One line, which the terminal has not wrapped.
    assert!(
        wait.contains("fail over 1 mirror topic on west/old"),
        "{lines:#?}"
    );
    assert!(wait.chars().count() <= usize::from(columns), "{wait}");
    // The first asks to finish what is in flight, the second to stop.
    terminal.types("\u{3}");
    terminal.until(|text| text.to_lowercase().contains("interrupt"));
    terminal.types("\u{3}");
    let left = terminal.ends();
    assert_eq!(left.code, 130, "{}", left.text);
    assert!(left.is_clean, "{}", left.text);
    assert!(!left.text.contains("timeout in"), "{}", left.text);
    assert!(left.text.contains("Apply interrupted"), "{}", left.text);
}
