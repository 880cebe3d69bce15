//! The handbook tells the truth: its curl session runs, and its switches are those of the code.

use crate::common::world;
use linkwright_sandbox::{Options, Profile, Sandbox, serve, switches::Switches};
use serde_json::Value;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Stdio;

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/sandbox.md")
}

fn text() -> String {
    std::fs::read_to_string(path()).unwrap()
}

#[tokio::test]
async fn the_curl_session_runs() {
    let text = text();
    let session = text
        .split("```sh session\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    assert!(session.lines().count() > 40);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let clock = Some(linkwright_sandbox::ClockMode::Manual);
    let sandbox = Sandbox::with_options(
        world("quickstart"),
        Options {
            clock,
            ..Options::default()
        },
    );
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(serve(listener, sandbox.clone(), async {
        let _ = stopped.await;
    }));
    // `set -x` shows the line that failed.
    let script = format!("set -eux\ncommand -v curl\n{session}");
    let output = tokio::task::spawn_blocking(move || {
        std::process::Command::new("bash")
            .arg("-o")
            .arg("pipefail")
            .arg("-c")
            .arg(script)
            .env("SANDBOX", address.to_string())
            .stdin(Stdio::null())
            .output()
    })
    .await
    .unwrap()
    .expect("bash runs the session");
    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
    assert!(
        output.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(sandbox.harms(), []);
}

/// The table of switches, from their own descriptions.
fn switches() -> String {
    let schema = serde_json::to_value(schemars::schema_for!(Switches)).unwrap();
    let mut table = String::from("| switch | asks | values |\n|---|---|---|\n");
    let line = |value: &Value| {
        value["description"]
            .as_str()
            .unwrap_or_default()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    for (name, field) in schema["properties"].as_object().unwrap() {
        let reference = field["$ref"].as_str().unwrap();
        let kind = schema.pointer(reference.trim_start_matches('#')).unwrap();
        let mut values = String::new();
        for (index, value) in kind["oneOf"].as_array().unwrap().iter().enumerate() {
            let between = if index == 0 { "" } else { "<br>" };
            write!(
                values,
                "{between}`{}`: {}",
                value["const"].as_str().unwrap(),
                line(value)
            )
            .unwrap();
        }
        writeln!(table, "| `{name}` | {} | {values} |", line(kind)).unwrap();
    }
    table
}

/// The table of profiles, from the code.
fn profiles() -> String {
    let names = Profile::ALL.map(|profile| format!("`{}`", profile.name()));
    let mut table = format!(
        "| what | {} |\n|---{}|\n",
        names.join(" | "),
        "|---".repeat(6)
    );
    for row in Profile::table() {
        writeln!(table, "| {} | {} |", row.says, row.cells.join(" | ")).unwrap();
    }
    table
}

#[test]
fn the_generated_tables_are_current() {
    let mut wanted = text();
    for (name, from, table) in [
        ("profiles", "code", profiles()),
        ("switches", "schema", switches()),
    ] {
        let start = format!(
            "<!-- {name}: generated from the {from}; run the docs test with UPDATE_GENERATED=1 -->\n"
        );
        let end = format!("<!-- end of {name} -->");
        let (before, rest) = wanted.split_once(&start).unwrap();
        let (_, after) = rest.split_once(&end).unwrap();
        wanted = format!("{before}{start}{table}{end}{after}");
    }
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(path(), &wanted).unwrap();
    }
    assert!(
        text() == wanted,
        "a table in docs/sandbox.md is stale: run this test with UPDATE_GENERATED=1"
    );
}
