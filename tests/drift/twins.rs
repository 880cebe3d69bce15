//! `linkwright twin`, and what is rehearsed on its world.

use serde_json::Value;

use super::applied::{SPEC, applied, by_hand};
use super::hands::four_changes;
use crate::support::workspace::{BINARY, Said, Workspace};

/// A command on the twin, without the sandbox that the others run on.
fn on(workspace: &Workspace, args: &[&str]) -> Said {
    Said::by(&mut workspace.program(BINARY, args))
}

/// A workspace with a snapshot of clusters on which somebody worked by hand.
fn with_snapshot() -> Workspace {
    let workspace = applied();
    by_hand(&workspace, four_changes);
    workspace
        .run(&["snapshot", "--out", "snapshot.json"])
        .exits(0);
    workspace
}

#[test]
fn a_twin_is_planned_as_its_snapshot() {
    let workspace = with_snapshot()
        .env("LINK_SECRET", "link-secret")
        .env("EAST", "e")
        .env("WEST", "w");
    assert!(SPEC.contains("LINK_SECRET"));
    let said = on(&workspace, &["twin", "snapshot.json", "--out", "twin.yaml"])
        .exits(0)
        .says("wrote a world with 2 clusters to twin.yaml, as of ")
        .says("not known: how fast topics are written and copied (the snapshot has one read; `snapshot --sample 30s` takes two); assumed: ")
        .says("not known: the credentials of links and of the REST API (they are secrets); assumed: ");
    let world = workspace.read("twin.yaml");
    for words in said
        .err
        .lines()
        .filter_map(|line| line.strip_prefix("not known: "))
    {
        let comment = format!("# - {}", words.replacen("; assumed: ", ": ", 1));
        assert!(world.contains(&comment), "{comment}\n{world}");
    }
    for secret in ["link-secret", "east-secret", "west-secret"] {
        assert!(!world.contains(secret), "{secret}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let file = std::fs::metadata(workspace.path("twin.yaml")).unwrap();
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
    }
    let operations = |said: &Said| {
        let plan: Value = serde_json::from_str(&said.out).unwrap();
        plan["operations"].clone()
    };
    let recorded = on(
        &workspace,
        &["plan", "-o", "json", "--from", "snapshot.json"],
    )
    .exits(0);
    let twin = ["--sandbox", "twin.yaml"];
    let planned = on(&workspace, &[&["plan", "-o", "json"][..], &twin].concat()).exits(0);
    assert_eq!(operations(&planned), operations(&recorded));
    assert_ne!(operations(&planned), Value::Array(Vec::new()));
}

#[test]
fn what_is_applied_on_a_twin_is_in_place_there() {
    let workspace = Workspace::quickstart().always(&["--sandbox", "w/world.yaml"]);
    workspace
        .run(&["snapshot", "--out", "snapshot.json"])
        .exits(0);
    let twin = ["twin", "snapshot.json", "--out", "twin.yaml"];
    on(&workspace, &twin).exits(0);
    let command = |args: &[&str]| on(&workspace, &[args, &["--sandbox", "twin.yaml"]].concat());
    command(&["plan"]).exits(0).says("Plan: ");
    command(&["apply", "--auto-approve"]).exits(0);
    command(&["plan"]).exits(0).says("No changes");
    // A new world is not begun with while the old one goes on.
    on(&workspace, &twin)
        .exits(0)
        .says("twin.state.json is there: `--sandbox twin.yaml` goes on from it");
}

#[test]
fn of_what_says_nothing_no_twin_is_made() {
    let workspace = with_snapshot();
    let twin = |file: &str| on(&workspace, &["twin", file, "--out", "none.yaml"]);
    twin("nowhere.json").exits(64).says("LW526");
    twin("links.yaml")
        .exits(64)
        .says("links.yaml: not a snapshot: ");
    let snapshot = workspace.read("snapshot.json");
    let newer = snapshot.replacen("\"format_version\":1", "\"format_version\":2", 1);
    workspace.write("newer.json", &newer);
    twin("newer.json").exits(64).says("in format 2");
    let mut silent: Value = serde_json::from_str(&snapshot).unwrap();
    for cluster in silent["clusters"].as_object_mut().unwrap().values_mut() {
        cluster["answers"] = serde_json::json!({});
    }
    workspace.write("silent.json", &silent.to_string());
    twin("silent.json")
        .exits(1)
        .says("LW527")
        .says("no cluster said anything when it was taken");
    let odd = snapshot.replacen(
        "\"topic_name\":\"payments\"",
        "\"topic_name\":\"no\\n# way\"",
        1,
    );
    assert_ne!(odd, snapshot);
    workspace.write("odd.json", &odd);
    on(&workspace, &["twin", "odd.json", "--out", "odd.yaml"]).exits(0);
    let id = snapshot.replacen("\"id\":\"lkc-west01\"", "\"id\":\"lkc west\"", 1);
    workspace.write("id.json", &id);
    twin("id.json").exits(1).says("LW528");
    assert!(!workspace.path("none.yaml").exists());
    twin("snapshot.json").exits(0);
    on(&workspace, &["twin", "snapshot.json"])
        .exits(64)
        .says("--out <FILE>");
}

/// Clusters of which one is written to, with mirror topics that copy and one that is paused.
const BUSY: &str = r#"version: 1
clusters:
  - id: lkc-east01
    bootstrap_servers: east:9092
    topics:
      - { name: orders.placed, partitions: 2, records: 900, produce_per_s: 40 }
      - { name: payments, partitions: 2, records: 90000, produce_per_s: 20 }
      - { name: clicks, partitions: 1, records: 900 }
      - { name: held, partitions: 1, records: 900, produce_per_s: 7 }
      - { name: audit.log, partitions: 1, records: 10, produce_per_s: 7 }
  - id: lkc-west01
    bootstrap_servers: west:9092
    links:
      - name: orders-dr
        remote: lkc-east01
        mirrors:
          - { source_topic: orders.placed, lag: 10 }
          - { source_topic: payments, lag: 2000, copies_per_s: 30 }
          - { source_topic: clicks, lag: 5 }
          - { source_topic: held, lag: 5, status: PAUSED }
"#;

/// The status that a command prints, without when and of what it was read.
fn status(workspace: &Workspace, args: &[&str]) -> Value {
    let said = on(workspace, &[&["status", "-o", "json"], args].concat()).exits(0);
    let mut status: Value = serde_json::from_str(&said.out).unwrap();
    let fields = status.as_object_mut().unwrap();
    fields.remove("generated_at");
    fields.remove("snapshot");
    status
}

#[test]
fn a_topic_that_was_promoted_and_is_copied_back_is_as_it_has_grown_since() {
    let world = r"version: 1
clusters:
  - id: lkc-east01
    bootstrap_servers: east:9092
    topics: [{ name: orders, partitions: 1, records: 900 }]
    links:
      - name: back
        remote: lkc-west01
        configs: { cluster.link.prefix: back. }
        mirrors: [{ source_topic: orders }]
  - id: lkc-west01
    bootstrap_servers: west:9092
    topics: [{ name: orders, partitions: 1, records: 1500, produce_per_s: 5 }]
    links:
      - name: orders-dr
        remote: lkc-east01
        mirrors: [{ source_topic: orders, status: STOPPED, offsets: [900] }]
";
    let workspace = Workspace::with(SPEC, world).env("LINK_SECRET", "s");
    let take = [
        "snapshot",
        "--sample",
        "10s",
        "--out",
        "snapshot.json",
        "--sandbox",
        "w/world.yaml",
    ];
    on(&workspace, &take).exits(0);
    on(&workspace, &["twin", "snapshot.json", "--out", "twin.yaml"])
        .exits(0)
        .says_nothing_of("after their mirror topic had stopped");
    let twin = workspace.read("twin.yaml");
    assert_eq!(twin.matches("produce_per_s: 5").count(), 1, "{twin}");
    assert!(
        twin.contains("status: STOPPED") && twin.contains("- 1550"),
        "{twin}"
    );
    on(
        &workspace,
        &["snapshot", "--out", "again.json", "--sandbox", "twin.yaml"],
    )
    .exits(0);
}

#[test]
fn topics_of_a_twin_are_written_as_fast_as_the_two_reads_of_its_snapshot_show() {
    let workspace = Workspace::with(SPEC, BUSY).env("LINK_SECRET", "s");
    let estate = ["--sandbox", "w/world.yaml"];
    let live = status(&workspace, &[&["--sample", "10s"][..], &estate].concat());
    std::fs::remove_file(workspace.path("w/world.state.json")).unwrap();
    let take = ["snapshot", "--sample", "10s", "--out", "snapshot.json"];
    on(&workspace, &[&take[..], &estate].concat())
        .exits(0)
        .says("mirror topics were read twice, 10s apart");
    let from = ["--from", "snapshot.json"];
    assert_eq!(status(&workspace, &from), live);
    on(
        &workspace,
        &["status", "--mirrors", "--from", "snapshot.json"],
    )
    .exits(0)
    .says("2,400 a minute");

    on(&workspace, &["twin", "snapshot.json", "--out", "twin.yaml"])
        .exits(0)
        .says("not known: how fast topics are written and copied at other times than between the two reads")
        .says("not known: how fast producers write to 1 of the topics of east (without a mirror topic); assumed: nothing is")
        .says("not known: how fast producers write to 1 of the topics of east (without an active mirror topic on a link");
    let world = workspace.read("twin.yaml");
    for (field, count) in [
        ("produce_per_s: 40", 1),
        ("produce_per_s: 20", 1),
        ("produce_per_s", 2),
    ] {
        assert_eq!(world.matches(field).count(), count, "{field}\n{world}");
    }
    // As long as the sample was, and an hour later, the twin is as the clusters are.
    for wait in ["10s", "1h"] {
        let of = |world: &[&str]| status(&workspace, &[&["--sample", wait], world].concat());
        assert_eq!(of(&["--sandbox", "twin.yaml"]), of(&estate), "{wait}");
        std::fs::remove_file(workspace.path("twin.state.json")).unwrap();
    }
}
