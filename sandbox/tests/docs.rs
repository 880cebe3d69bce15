//! The handbook tells the truth: its curl session runs, and its switches are those of the code.

use crate::common::world;
use linkwright_sandbox::{Options, Profile, Sandbox, serve, serve_cluster, switches::Switches};
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

/// The session blocks, in order: how other clients ask, and a link's whole life.
fn sessions() -> Vec<String> {
    let text = text();
    let blocks = text.split("```sh session\n").skip(1);
    blocks
        .map(|rest| rest.split("```").next().unwrap().to_owned())
        .collect()
}

/// Runs a session on a world; `own` names variables that hold the own addresses of clusters.
async fn run(world_name: &str, session: String, own: &[(&str, &str)]) {
    let clock = Some(linkwright_sandbox::ClockMode::Manual);
    let sandbox = Sandbox::with_options(
        world(world_name),
        Options {
            clock,
            ..Options::default()
        },
    );
    let (stop, stopped) = tokio::sync::watch::channel(());
    let until = |mut stopped: tokio::sync::watch::Receiver<()>| async move {
        drop(stopped.changed().await);
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut variables = vec![(
        String::from("SANDBOX"),
        listener.local_addr().unwrap().to_string(),
    )];
    let mut servers = vec![tokio::spawn(serve(
        listener,
        sandbox.clone(),
        until(stopped.clone()),
    ))];
    for (variable, cluster) in own {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        variables.push(((*variable).to_owned(), address));
        let (sandbox, cluster) = (sandbox.clone(), (*cluster).to_owned());
        let until = until(stopped.clone());
        servers.push(tokio::spawn(async move {
            serve_cluster(listener, sandbox, &cluster, until).await
        }));
    }
    // `set -x` shows the line that failed.
    let script = format!("set -eux\ncommand -v curl\n{session}");
    let output = tokio::task::spawn_blocking(move || {
        std::process::Command::new("bash")
            .arg("-o")
            .arg("pipefail")
            .arg("-c")
            .arg(script)
            .envs(variables)
            .stdin(Stdio::null())
            .output()
    })
    .await
    .unwrap()
    .expect("bash runs the session");
    drop(stop);
    for server in servers {
        server.await.unwrap().unwrap();
    }
    assert!(
        output.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(sandbox.harms(), []);
}

#[tokio::test]
async fn the_curl_session_runs() {
    let session = sessions().swap_remove(1);
    assert!(session.lines().count() > 40);
    run("quickstart", session, &[]).await;
}

#[tokio::test]
async fn every_form_of_client_is_answered_as_the_handbook_says() {
    let session = sessions().swap_remove(0);
    for client in ["Terraform", "CLI, Cloud", "CLI, Platform", "kcp"] {
        assert!(session.contains(client), "{client} is not in the session");
    }
    let own = [("WEST", "lkc-west01"), ("SERVER", "4sMoAJ9TQ5y0Zyn4m6E9Jw")];
    run("clients", session, &own).await;
}

/// What holds a line of the table of clients' needs: a row of a client's file, or a scenario.
fn exists(reference: &str) -> bool {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    match reference.split_once(": ") {
        Some((client, does)) => {
            let file = here.join(format!("../fixtures/clients/{client}.yaml"));
            let text = std::fs::read_to_string(file).unwrap_or_default();
            let rows = text.lines().map(|line| line.trim_start_matches([' ', '-']));
            rows.into_iter().any(|row| row == format!("does: {does}"))
        }
        None => here
            .join(format!("tests/scenarios/{reference}.yaml"))
            .exists(),
    }
}

#[test]
fn every_need_of_a_client_is_held_by_something_that_exists() {
    let text = text();
    let table = text.split("### What these clients need").nth(1).unwrap();
    let table = table.split("\n## ").next().unwrap();
    let mut lines = 0;
    for line in table.lines() {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").collect();
        let [number, _, _, held_by] = cells.as_slice() else {
            continue;
        };
        if number.trim().parse::<u32>().is_err() {
            continue;
        }
        lines += 1;
        let references: Vec<&str> = held_by.split('`').skip(1).step_by(2).collect();
        assert!(!references.is_empty(), "{line}");
        for reference in references {
            assert!(exists(reference), "{number}: there is no {reference}");
        }
    }
    assert_eq!(lines, 19);
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
