//! The shared store, as people use it: two runs, a rotation in fresh checkouts, a store that is down, archives and
//! records. In a folder here, and, started by `.ci/stores`, in real simulators of buckets.

mod local;
mod network;

use std::path::Path;

use serde_json::Value;

use crate::apply_binary::retired;
use crate::support::workspace::{Said, Workspace};

const SANDBOX: [&str; 2] = ["--sandbox", "w/world.yaml"];
const HOLDER: &str = "bob/20261127T140501Z-0badcafe";

/// Runs the binary against the sandbox of a workspace.
fn run(workspace: &Workspace, args: &[&str]) -> Said {
    workspace.run(&[args, &SANDBOX].concat())
}

/// One JSON document.
fn json(said: Said) -> Value {
    serde_json::from_str(&said.exits(0).out).unwrap()
}

/// One JSON document that keeps to its schema.
fn of_schema(name: &str, said: Said) -> Value {
    let document = json(said);
    let schema = std::fs::read_to_string(format!("schemas/{name}.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let problems: Vec<_> = schema.iter_errors(&document).collect();
    assert!(problems.is_empty(), "{problems:?}\n{document:#}");
    document
}

/// A store that every run of a workspace uses.
fn with_store(workspace: Workspace, store: &str) -> Workspace {
    workspace.env("LINKWRIGHT_STORE", store)
}

fn folder_of(folder: &Path) -> String {
    format!("file://{}", folder.display())
}

fn lease_of(cluster: &str) -> String {
    format!(
        r#"{{"format_version":1,"cluster_id":"{cluster}","holder":"{HOLDER}","host":"runner-7","run_id":"r",
"nonce":"n","sequence":4,"url":null,"since":"2026-11-27T14:05:01Z","state":"held"}}"#
    )
}

#[test]
fn a_run_that_is_kept_out_writes_nothing_and_names_the_holder() {
    let store = tempfile::tempdir().unwrap();
    let url = folder_of(store.path());
    let workspace = with_store(Workspace::quickstart(), &url);
    run(&workspace, &["plan"]).exits(0);
    workspace
        .run(&["store", "check"])
        .exits(0)
        .says("can be trusted");
    let lease = store.path().join("sandbox/leases/lkc-west01");
    std::fs::create_dir_all(lease.parent().unwrap()).unwrap();
    std::fs::write(&lease, lease_of("lkc-west01")).unwrap();
    let before = workspace.read("w/world.state.json");

    let apply = ["apply", "--auto-approve", "-o", "json"];
    let said = run(&workspace, &apply)
        .exits(1)
        .says(HOLDER)
        .says("runner-7");
    assert!(said.out.contains("\"LW562\""), "{}", said.out);
    let asked = run(&workspace, &["apply", "--auto-approve", "--preempt"]);
    asked.exits(1).says("it was asked to stop");
    assert_eq!(workspace.read("w/world.state.json"), before);
    assert!(
        std::fs::read_to_string(&lease)
            .unwrap()
            .contains("\"yield\"")
    );

    let list = of_schema("leases", workspace.run(&["lease", "list", "-o", "json"]));
    let held = &list["leases"][0];
    assert_eq!(held["cluster_id"], "lkc-west01");
    assert_eq!(held["holder"], HOLDER);
    assert_eq!(held["host"], "runner-7");
    assert_eq!(held["sandbox"], true);
    let release = |holder| workspace.run(&["lease", "release", "lkc-west01", "--holder", holder]);
    release("someone-else").exits(1).says(HOLDER);
    release(HOLDER)
        .exits(0)
        .says("the next run waits, 80 s at most");
    release(HOLDER).exits(1);
    let withdrawn = std::fs::read_to_string(&lease).unwrap();
    assert!(
        withdrawn.contains("\"state\": \"withdrawn\""),
        "{withdrawn}"
    );
    // Its holder notices.
    std::fs::write(&lease, withdrawn.replace("withdrawn", "released")).unwrap();

    run(&workspace, &["apply", "--auto-approve"])
        .exits(0)
        .says("New plan: no changes");
    let list = json(workspace.run(&["lease", "list", "-o", "json"]));
    assert_eq!(list["leases"], Value::Array(Vec::new()));
    let probes = store.path().join("sandbox/probe");
    assert_eq!(probes.read_dir().unwrap().count(), 0);
    // Those that were kept out are on record with the reason.
    let runs = of_schema("runs", workspace.run(&["runs", "-o", "json"]));
    let runs = runs["runs"].as_array().unwrap();
    let mut exits: Vec<u64> = runs
        .iter()
        .map(|it| it["exit_code"].as_u64().unwrap())
        .collect();
    exits.sort_unstable();
    assert_eq!(exits, [0, 1, 1]);
    let kept_out = runs.iter().find(|it| it["exit_code"] == 1).unwrap();
    let id = kept_out["id"].as_str().unwrap();
    workspace
        .run(&["runs", "show", id])
        .exits(0)
        .says("LW562: lkc-west01")
        .says(HOLDER);
}

/// A rehearsal: the store, the clusters' ids and the ledger's path are those of the real thing.
#[test]
fn what_runs_with_a_sandbox_keep_is_apart_from_everything_real() {
    let store = tempfile::tempdir().unwrap();
    let workspace = with_store(checkout(&generation(1), None), &folder_of(store.path()));
    // Someone holds the real cluster, and the real credentials were written.
    for (name, text) in [
        ("leases/lkc-west01", lease_of("lkc-west01")),
        (
            "ledger/lkc-west01",
            r#"{"format_version":1,"cluster_id":"lkc-west01","links":{"orders-dr":
{"generation":1,"run_id":"r","written_at":"2026-11-02T08:00:00Z"}}}"#
                .to_owned(),
        ),
    ] {
        let path = store.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    run(&workspace, &["plan", "--record"]).exits(0);
    run(&workspace, &["apply", "--auto-approve"])
        .exits(0)
        .says("New plan: no changes");
    let mut names: Vec<_> = store.path().read_dir().unwrap().collect();
    names.sort_by_key(|it| it.as_ref().unwrap().file_name());
    let names: Vec<_> = names
        .into_iter()
        .map(|it| it.unwrap().file_name())
        .collect();
    assert_eq!(names, [".lock", "leases", "ledger", "sandbox"]);
    for folder in ["leases", "ledger"] {
        let left = store.path().join(folder).read_dir().unwrap();
        assert_eq!(left.count(), 1, "{folder}");
    }
    for part in [
        "leases/lkc-west01",
        "ledger/lkc-west01",
        "runs/apply",
        "runs/read",
    ] {
        assert!(store.path().join("sandbox").join(part).exists(), "{part}");
    }
    // Operators see both, and which is which.
    let list = json(workspace.run(&["lease", "list", "-o", "json"]));
    assert_eq!(list["leases"][0]["holder"], HOLDER);
    assert_eq!(list["leases"][0]["sandbox"], false);
    let runs = json(workspace.run(&["runs", "-o", "json"]));
    for run in runs["runs"].as_array().unwrap() {
        assert_eq!(run["sandbox"], true);
    }

    // Without a store, the ledger on this disk is another too.
    let none = checkout(&generation(2), Some(&workspace));
    run(&none, &["plan"]).exits(0).says("LW580");
    std::fs::create_dir_all(none.path(".linkwright")).unwrap();
    none.write(
        ".linkwright/ledger.json",
        r#"{"format_version":2,"halves":{"west/orders-dr":{"generation":2}}}"#,
    );
    run(&none, &["plan"]).exits(0).says("LW580");
    run(&none, &["apply", "--auto-approve", "--adopt-generation"]).exits(0);
    run(&none, &["plan"]).exits(0).says("match the spec");
    assert!(
        none.read(".linkwright/ledger.sandbox.json")
            .contains("west/orders-dr")
    );
}

/// Every apply that gets as far as a plan: what it came to is on record, also if it did nothing.
#[test]
fn an_apply_that_is_declined_refused_or_cut_off_is_on_record() {
    let store = tempfile::tempdir().unwrap();
    let workspace = with_store(Workspace::quickstart(), &folder_of(store.path()));
    // No one can be asked.
    run(&workspace, &["apply"]).exits(64);
    // Cut off while it writes, as by a runner that goes away.
    run(&workspace, &["apply", "--auto-approve", "--timeout", "1s"]).exits(1);
    run(&workspace, &["apply", "--dry-run"]).exits(0);
    let runs = of_schema("runs", workspace.run(&["runs", "-o", "json"]));
    let runs = runs["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 2, "{runs:#?}");
    let of = |outcome: &str| {
        let found = runs.iter().find(|it| it["outcome"] == outcome);
        found.unwrap_or_else(|| panic!("{outcome}: {runs:#?}"))
    };
    let unfinished = of("unfinished");
    assert_eq!(unfinished["exit_code"], Value::Null);
    assert_eq!(unfinished["ended_at"], Value::Null);
    let id = unfinished["id"].as_str().unwrap();
    let shown = of_schema("run", workspace.run(&["runs", "show", id, "-o", "json"]));
    assert!(
        shown["plan_digest"]
            .as_str()
            .unwrap()
            .starts_with("sha256:")
    );
    workspace
        .run(&["runs"])
        .exits(0)
        .says("apply  unfinished  ");
    let other = runs.iter().find(|it| it["exit_code"] == 64).unwrap();
    let id = other["id"].as_str().unwrap();
    let shown = json(workspace.run(&["runs", "show", id, "-o", "json"]));
    assert_eq!(shown["report"]["ending"]["exit_code"], 64);
}

#[test]
fn a_store_of_another_layout_is_neither_read_nor_written() {
    let store = tempfile::tempdir().unwrap();
    let workspace = with_store(Workspace::quickstart(), &folder_of(store.path()));
    run(&workspace, &["apply", "--auto-approve", "--store", ""]).exits(0);
    let applied = workspace.read("w/world.state.json");
    std::fs::write(store.path().join("format.json"), "{\"format_version\":2}").unwrap();
    let words = "format.json says `{\"format_version\":2}`, and this version knows 1";
    for args in [
        &["runs"][..],
        &["archive", "list"],
        &["lease", "list"],
        &["store", "check"],
    ] {
        workspace
            .run(args)
            .exits(1)
            .says(words)
            .says("use a newer version of Linkwright, or another prefix");
    }
    // What has nothing to do says that it is not recorded, and leaves nothing.
    run(&workspace, &["apply", "--auto-approve"])
        .exits(0)
        .says(words);
    let spec = workspace
        .read("links.yaml")
        .replace("state: paused", "state: mirroring");
    workspace.write("links.yaml", &spec);
    run(&workspace, &["apply", "--auto-approve"])
        .exits(1)
        .says(words);
    assert_eq!(workspace.read("w/world.state.json"), applied);
    assert_eq!(store.path().read_dir().unwrap().count(), 1);
}

#[test]
fn every_apply_leaves_its_record_and_nothing_secret_is_in_the_store() {
    let store = tempfile::tempdir().unwrap();
    let url = folder_of(store.path());
    let workspace = with_store(Workspace::quickstart(), &url).env("GITHUB_SHA", "0123456789abcdef");
    let workspace = workspace.env("LINK_SECRET", "sandbox-link-secret");
    assert_eq!(
        json(workspace.run(&["runs", "-o", "json"]))["runs"],
        Value::Array(Vec::new())
    );
    run(&workspace, &["apply", "--auto-approve"]).exits(0);
    let runs = of_schema("runs", workspace.run(&["runs", "list", "-o", "json"]));
    let entry = &runs["runs"][0];
    assert_eq!(entry["command"], "apply");
    assert_eq!(entry["commit"], "0123456789abcdef");
    assert_eq!(entry["exit_code"], 0);
    let id = entry["id"].as_str().unwrap();
    let shown = of_schema("run", workspace.run(&["runs", "show", id, "-o", "json"]));
    assert_eq!(shown["id"], id);
    assert_eq!(shown["report"]["verdict"], "complete");
    assert!(shown["events"].as_array().unwrap().len() > 5);
    assert!(
        shown["plan_digest"]
            .as_str()
            .unwrap()
            .starts_with("sha256:")
    );
    workspace
        .run(&["runs", "show", id])
        .exits(0)
        .says("create-link west/orders-dr");
    workspace.run(&["runs", "show", "no-such-run"]).exits(64);
    let mut folders = vec![store.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for secret in ["sandbox-link-secret", "east-secret", "west-secret"] {
                assert!(!text.contains(secret), "{}", path.display());
            }
        }
    }
    workspace
        .run(&["runs", "prune", "--older-than", "1h"])
        .exits(0)
        .says("Deleted 0 records.");
    workspace
        .run(&["runs", "prune", "--older-than", "0s"])
        .exits(0)
        .says("Deleted 1 record.");
}

/// The quickstart with this generation of its credentials.
fn generation(number: u32) -> String {
    let spec = std::fs::read_to_string("examples/quickstart/links.yaml").unwrap();
    let with = format!("    credentials:\n      generation: {number}\n");
    spec.replacen("    credentials:\n", &with, 1)
}

/// A checkout: the spec, and the clusters as the runs before have left them.
fn checkout(spec: &str, before: Option<&Workspace>) -> Workspace {
    let workspace = Workspace::quickstart();
    workspace.write("links.yaml", spec);
    if let Some(before) = before {
        workspace.write("w/world.state.json", &before.read("w/world.state.json"));
    }
    workspace
}

#[test]
fn a_raised_generation_is_written_once_in_whatever_checkout() {
    let store = tempfile::tempdir().unwrap();
    let url = folder_of(store.path());
    let fresh = |number, before| with_store(checkout(&generation(number), before), &url);
    let first = fresh(1, None);
    run(&first, &["apply", "--auto-approve"])
        .exits(0)
        .says("New plan: no changes");
    let second = fresh(1, Some(&first));
    run(&second, &["plan"]).exits(0).says("match the spec");
    let third = fresh(2, Some(&second));
    run(&third, &["plan"])
        .exits(0)
        .says("changed from 1 to 2")
        .says("[disruptive]");
    let fourth = fresh(2, Some(&third));
    run(&fourth, &["apply", "--auto-approve"])
        .exits(0)
        .says("New plan: no changes");
    let fifth = fresh(2, Some(&fourth));
    run(&fifth, &["plan"]).exits(0).says("match the spec");
}

#[test]
fn without_a_record_a_store_writes_and_no_store_does_not_know() {
    let before = checkout(&generation(3), None);
    run(&before, &["apply", "--auto-approve"]).exits(0);
    let fresh = checkout(&generation(3), Some(&before));
    run(&fresh, &["plan"])
        .exits(0)
        .says("Warnings")
        .says("not known")
        .says("LW580")
        .says_nothing_of("match the spec");
    let planned = json(run(&fresh, &["plan", "-o", "json"]));
    let finding = planned["findings"].as_array().unwrap().iter();
    let mut finding = finding.filter(|it| it["code"] == "LW580");
    assert_eq!(finding.next().unwrap()["class"], "warning");
    let adopted = run(&fresh, &["apply", "--auto-approve", "--adopt-generation"]);
    adopted.exits(0).says("recorded generation 3");
    run(&fresh, &["plan"]).exits(0).says("match the spec");

    let store = tempfile::tempdir().unwrap();
    let url = folder_of(store.path());
    let with = |before| with_store(checkout(&generation(3), Some(before)), &url);
    let planned = with(&before);
    run(&planned, &["plan"])
        .exits(0)
        .says("generation 3 is not on record")
        .says("[disruptive]");
    run(
        &with(&planned),
        &["apply", "--auto-approve", "--adopt-generation"],
    )
    .exits(0)
    .says("recorded generation 3");
    run(&with(&planned), &["plan"])
        .exits(0)
        .says("match the spec");
}

#[test]
fn a_store_that_is_down_stops_apply_and_nothing_else() {
    let workspace = Workspace::quickstart()
        .env("LINKWRIGHT_STORE", "s3://example-links/prod")
        .env("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", "k")
        .env("AWS_SECRET_ACCESS_KEY", "s");
    run(&workspace, &["plan"]).exits(0);
    run(&workspace, &["drift"]).exits(2);
    run(&workspace, &["status"]).exits(0);
    let before = workspace.read("w/world.state.json");
    run(&workspace, &["apply", "--auto-approve"])
        .exits(1)
        .says("--without-lease");
    run(
        &workspace,
        &["apply", "--auto-approve", "--without-lease", "down"],
    )
    .exits(3)
    .says("LW564");
    assert_eq!(workspace.read("w/world.state.json"), before);
    workspace.run(&["store", "check"]).exits(1);
}

#[test]
fn only_failovers_pauses_and_reversals_go_on_without_the_store_and_their_records_are_pushed() {
    let first = Workspace::quickstart();
    run(&first, &["apply", "--auto-approve"]).exits(0);
    let spec = std::fs::read_to_string("examples/quickstart/links.yaml").unwrap();
    let spec = spec.replacen("orders.placed: {}", "orders.placed: { state: paused }", 1);
    let workspace = checkout(&spec, Some(&first))
        .env("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", "k")
        .env("AWS_SECRET_ACCESS_KEY", "s");
    let down = ["--store", "s3://example-links/prod"];
    let why = ["--without-lease", "the store is down"];
    let apply = [&["apply", "--auto-approve"][..], &down, &why].concat();
    run(&workspace, &apply).exits(0).says("unsent");
    let store = tempfile::tempdir().unwrap();
    let url = folder_of(store.path());
    let there = ["--store", url.as_str()];
    workspace
        .run(&[&["store", "push"][..], &there].concat())
        .exits(0)
        .says("Copied 1 record");
    workspace
        .run(&[&["store", "push"][..], &there].concat())
        .exits(0)
        .says("Copied 0 records");
    let runs = json(workspace.run(&[&["runs", "-o", "json"][..], &there].concat()));
    let id = runs["runs"][0]["id"].as_str().unwrap();
    let shown = workspace.run(&[&["runs", "show", id][..], &there].concat());
    shown.exits(0).says("the store is down");
}

#[test]
fn the_history_of_a_link_is_in_the_store_before_the_link_is_deleted() {
    let store = tempfile::tempdir().unwrap();
    let url = folder_of(store.path());
    let workspace = with_store(Workspace::with(&retired::retired(), retired::WORLD), &url);
    run(&workspace, &["apply", "--auto-approve"]).exits(0);
    let list = of_schema(
        "archives",
        workspace.run(&["archive", "list", "-o", "json"]),
    );
    let entry = &list["archives"][0];
    assert_eq!(entry["cluster_id"], "lkc-west01");
    assert_eq!(entry["link"], "old");
    let id = entry["id"].as_str().unwrap();
    let shown = of_schema(
        "archive",
        workspace.run(&["archive", "show", id, "-o", "json"]),
    );
    assert_eq!(shown["reason"], "moved");
    workspace
        .run(&["archive", "show", id])
        .exits(0)
        .says("because: moved")
        .says("clusters simulated (--sandbox)");
    assert!(!workspace.path("linkwright-archive").exists());
}

#[test]
fn commands_that_only_read_are_recorded_when_asked_and_the_last_drift_is_compared_with() {
    let store = tempfile::tempdir().unwrap();
    let url = folder_of(store.path());
    let workspace = with_store(Workspace::quickstart(), &url);
    run(&workspace, &["plan"]).exits(0);
    run(&workspace, &["drift"]).exits(2);
    assert!(!store.path().join("sandbox").exists());
    let compared = |args: &[&str]| {
        let args = [&["drift", "--since", "last", "-o", "json"], args].concat();
        let said = run(&workspace, &args).exits(2);
        let found: Value = serde_json::from_str(&said.out).unwrap();
        let count = |name: &str| found["since"][name].as_u64().unwrap();
        (count("new"), count("unchanged"))
    };
    let (new, unchanged) = compared(&["--record"]);
    assert!(
        new > 0 && unchanged == 0,
        "{new} new, {unchanged} unchanged"
    );
    // The last of another scope is not the last of this one.
    run(&workspace, &["drift", "links.yaml", "--record"]).exits(2);
    run(&workspace, &["plan", "--record"]).exits(0);
    run(&workspace, &["status", "--record"]).exits(0);
    assert_eq!(compared(&[]), (0, new));
    run(&workspace, &["apply", "--auto-approve"]).exits(0);
    let drift = ["drift", "--since", "last", "--record"];
    run(&workspace, &drift).exits(0).says("5 resolved");
    let runs = of_schema("runs", workspace.run(&["runs", "-o", "json"]));
    let commands = runs["runs"].as_array().unwrap().iter();
    let mut commands: Vec<&str> = commands.map(|it| it["command"].as_str().unwrap()).collect();
    commands.sort_unstable();
    assert_eq!(
        commands,
        ["apply", "drift", "drift", "drift", "plan", "status"]
    );
    for run in runs["runs"].as_array().unwrap() {
        let id = run["id"].as_str().unwrap();
        of_schema("run", workspace.run(&["runs", "show", id, "-o", "json"]));
    }
}

/// A mirror topic that is behind and copies one record a second, and whose clock stands still.
fn behind() -> Workspace {
    let settings = "clock: { mode: manual }\ntimings: { fetch_records_per_s: 1 }\nclusters:\n";
    let world = retired::WORLD
        .replace("clusters:\n", settings)
        .replace("partitions: 1 }", "partitions: 1, records: 5000 }")
        .replace("{ source_topic: a }", "{ source_topic: a, lag: 4200 }");
    Workspace::with(&retired::retired(), &world)
}

/// Without a second read, the pace of mirror topics follows from what the last run with `--record` has kept.
#[test]
fn how_fast_mirror_topics_copy_is_estimated_from_the_last_record() {
    let store = tempfile::tempdir().unwrap();
    let workspace = with_store(behind(), &folder_of(store.path()));
    let last = ["status", "--mirrors", "--sample", "last"];
    let with = |more: &[&str]| run(&workspace, &[&last[..], more].concat());
    with(&[])
        .exits(0)
        .says("how fast mirror topics copy is not known: no run with --record");
    let drift = |max_lag: &str| {
        let drift = ["drift", "--sample", "last", "--fail-on", "health"];
        let more = ["--metrics-file", "metrics", "--max-lag", max_lag];
        run(&workspace, &[&drift[..], &more].concat())
    };
    // Of what no run has recorded no limit of time is exceeded.
    drift("1m").exits(0);
    run(&workspace, &["status", "--record"]).exits(0);
    // The clock stands still: that record is not from before.
    with(&[])
        .exits(0)
        .says("how fast mirror topics copy is not known: no run with --record before this one");
    let sandbox = workspace.sandbox();
    sandbox.advance(std::time::Duration::from_secs(3_600));
    workspace.leave(&sandbox);

    let said = with(&[]).exits(0).says("60 a minute").says("about 10m");
    // Columns that a program reads are the same whatever the age of the record.
    assert!(said.out.contains("catch-up (estimate)"), "{}", said.out);
    assert!(!said.out.contains("from a record"), "{}", said.out);
    assert!(
        said.err.contains("estimated from a record 1h old"),
        "{}",
        said.err
    );
    let document = of_schema("status", with(&["-o", "json"]));
    let mirror = &document["links"][0]["mirror_topics"][0];
    assert_eq!(mirror["pace"]["recorded"], true, "{document:#}");
    assert_eq!(mirror["pace"]["between_ms"], 3_600_000, "{document:#}");
    // It says nothing of what would be lost now.
    assert_eq!(mirror["figure"], "at-least", "{document:#}");
    with(&["--html-out", "status.html"]).exits(0);
    let page = workspace.read("status.html");
    assert!(page.contains("Catch-up (estimate, from a record 1h old)"));
    drift("20m").exits(0);
    drift("1m")
        .exits(2)
        .says("catches up in about 10m (estimate, from a record 1h old)");
    let metrics = workspace.read("metrics");
    let rate = "linkwright_link_copied_messages_per_minute{cluster=\"west\",link=\"old\"} 60";
    assert!(metrics.contains(rate), "{metrics}");

    // The next record is of this read; one link alone is no record of its cluster.
    let file = store.path().join("sandbox/lags/lkc-west01.json");
    let kept = std::fs::read(&file).unwrap();
    run(&workspace, &["status", "old", "--record"]).exits(0);
    assert_eq!(std::fs::read(&file).unwrap(), kept);
    run(&workspace, &["drift", "--record"]);
    assert_ne!(std::fs::read(&file).unwrap(), kept);
    run(&behind(), &last).exits(64).says("no store is named");
}

#[test]
fn recorded_runs_are_written_as_pages() {
    let store = tempfile::tempdir().unwrap();
    let workspace = with_store(Workspace::quickstart(), &folder_of(store.path()));
    run(&workspace, &["apply", "--auto-approve"]).exits(0);
    run(&workspace, &["drift", "--record"]).exits(0);
    let list = ["runs", "list", "-o", "json", "--html-out", "runs.html"];
    let runs = json(workspace.run(&list));
    // Lines may break after the separators of a name.
    let page = workspace.read("runs.html").replace("<wbr>", "");
    assert!(page.contains("2 runs, none failed."), "{page}");
    assert!(page.contains(&folder_of(store.path())));
    for run in runs["runs"].as_array().unwrap() {
        let command = run["command"].as_str().unwrap();
        let id = run["id"].as_str().unwrap();
        assert!(page.contains(id));
        let show = ["runs", "show", id, "--html-out", "run.html"];
        workspace
            .run(&show)
            .exits(0)
            .says("clusters simulated (--sandbox)");
        let page = workspace.read("run.html");
        for fact in [
            "<dt>Clusters</dt><dd>simulated (--sandbox)</dd>",
            "<dt>Allowed</dt><dd>nothing</dd>",
        ] {
            assert!(page.contains(fact), "{fact} {page}");
        }
        assert!(page.contains(&format!("<dd>{id}</dd>")), "{command}");
        let operation = "data-noun=\"operation\" data-half=\"west/orders-dr\"";
        let has_operations = page.contains(operation);
        assert_eq!(has_operations, command == "apply", "{command}");
    }
    let one = ["runs", "--limit", "1", "--html-out", "one.html"];
    workspace.run(&one).exits(0);
    assert!(workspace.read("one.html").contains("there may be more"));
}

#[test]
fn why_a_recorded_status_failed_is_on_its_page() {
    let store = tempfile::tempdir().unwrap();
    let fault = "faults: [{ on: { route: links.list }, do: { status: { code: 403 } } }]\n";
    let world = format!("{}{fault}", retired::WORLD);
    let workspace = Workspace::with(&retired::retired(), &world);
    let workspace = with_store(workspace, &folder_of(store.path()));
    run(&workspace, &["status", "--record"]).exits(1);
    let runs = json(workspace.run(&["runs", "-o", "json"]));
    let id = runs["runs"][0]["id"].as_str().unwrap();
    let show = ["runs", "show", id, "--html-out", "run.html"];
    workspace.run(&show).exits(0).says("not read: ").says("403");
    let page = workspace.read("run.html");
    assert!(page.contains("Status ended: failed"), "{page}");
    assert!(page.contains("<h2 class=\"danger\""), "{page}");
    assert!(page.contains("403"), "{page}");
}

#[test]
fn a_record_without_its_lags_is_another_note() {
    let store = tempfile::tempdir().unwrap();
    let workspace = with_store(behind(), &folder_of(store.path()));
    std::fs::create_dir(store.path().join("sandbox")).unwrap();
    std::fs::write(store.path().join("sandbox/lags"), "no folder").unwrap();
    run(&workspace, &["status", "--record"])
        .exits(0)
        .says("how far mirror topics were behind was not kept: ")
        .says_nothing_of("was not recorded");
    workspace.run(&["runs"]).exits(0).says("status  done");
}

#[test]
fn a_record_that_cannot_be_written_is_one_note_and_nothing_else() {
    let store = tempfile::tempdir().unwrap();
    let file = store.path().join("file");
    std::fs::write(&file, "no folder").unwrap();
    let workspace = with_store(Workspace::quickstart(), &folder_of(&file));
    run(&workspace, &["plan", "--record"])
        .exits(0)
        .says("this run was not recorded");
    run(&workspace, &["drift", "--record", "--since", "last"])
        .exits(2)
        .says("what is new is not known")
        .says("this run was not recorded");
    let none = Workspace::quickstart();
    run(&none, &["plan", "--record"])
        .exits(64)
        .says("no store is named");
}

#[test]
fn the_spec_names_the_store_and_a_guard_file_does_not_let_it() {
    let store = tempfile::tempdir().unwrap();
    let spec = std::fs::read_to_string("examples/quickstart/links.yaml").unwrap();
    let spec = format!("{spec}\nstore: {}\n", folder_of(store.path()));
    let workspace = checkout(&spec, None);
    let guard = std::fs::read_to_string("examples/ci/guard/linkwright-guard.yaml").unwrap();
    workspace.write("w/guard.yaml", &guard);
    let guarded = ["--guard", "w/guard.yaml"];
    for command in [
        &["plan"][..],
        &["apply", "--auto-approve"],
        &["drift", "--record"],
    ] {
        run(&workspace, &[command, &guarded].concat())
            .exits(3)
            .says("with a guard file a spec does not choose it");
    }
    for command in [
        &["runs"][..],
        &["lease", "list"],
        &["archive", "list"],
        &["store", "check"],
    ] {
        workspace
            .run(&[command, &guarded].concat())
            .exits(3)
            .says("with a guard file a spec does not choose it");
    }
    assert_eq!(store.path().read_dir().unwrap().count(), 0);
    // The command line does.
    let url = folder_of(store.path());
    let named = ["--store", url.as_str()];
    run(&workspace, &[&["plan"][..], &guarded, &named].concat()).exits(0);
    workspace
        .run(&[&["store", "check"][..], &guarded, &named].concat())
        .exits(0);
    // So does the spec where there is no guard file.
    run(&workspace, &["apply", "--auto-approve"]).exits(0);
    assert!(store.path().join("sandbox/leases/lkc-west01").exists());
    workspace.run(&["runs"]).exits(0).says("apply  done");
    let wrong = checkout(&spec.replace("store: file", "store: http"), None);
    run(&wrong, &["plan"]).exits(64).says("LW560");
}

#[test]
fn a_ledger_that_could_not_be_read_is_not_added_to() {
    let store = tempfile::tempdir().unwrap();
    let workspace = with_store(checkout(&generation(3), None), &folder_of(store.path()));
    run(&workspace, &["apply", "--auto-approve", "--store", ""]).exits(0);
    let ledger = store.path().join("sandbox/ledger/lkc-west01");
    std::fs::create_dir_all(ledger.parent().unwrap()).unwrap();
    std::fs::write(&ledger, "no ledger").unwrap();
    let adopt = ["apply", "--auto-approve", "--adopt-generation"];
    run(&workspace, &adopt)
        .exits(1)
        .says("whether something is on record is not known")
        .says_nothing_of("recorded generation");
    assert_eq!(std::fs::read_to_string(&ledger).unwrap(), "no ledger");
    // What is on record stays, also if it is lower.
    let lower = r#"{"format_version":1,"cluster_id":"lkc-west01","links":{"orders-dr":
{"generation":2,"run_id":"r","written_at":"2026-11-02T08:00:00Z"}}}"#;
    std::fs::write(&ledger, lower).unwrap();
    let planned = run(&workspace, &["plan", "--adopt-generation"]);
    planned.exits(0).says("changed from 2 to 3");
}

/// What is recorded is what someone has consented to.
#[test]
fn a_generation_is_adopted_after_consent_and_not_with_a_plan_that_is_refused() {
    let before = checkout(&generation(1), None);
    run(&before, &["apply", "--auto-approve"]).exits(0);
    let paused = generation(3).replacen("orders.placed: {}", "orders.placed: { state: paused }", 1);
    let store = tempfile::tempdir().unwrap();
    let workspace = with_store(checkout(&paused, Some(&before)), &folder_of(store.path()));
    let ledger = store.path().join("sandbox/ledger/lkc-west01");
    // No one can be asked.
    run(&workspace, &["apply", "--adopt-generation"])
        .exits(64)
        .says_nothing_of("recorded generation");
    // Another run writes to the cluster.
    let lease = store.path().join("sandbox/leases/lkc-west01");
    std::fs::create_dir_all(lease.parent().unwrap()).unwrap();
    std::fs::write(&lease, lease_of("lkc-west01")).unwrap();
    let adopt = ["apply", "--auto-approve", "--adopt-generation"];
    run(&workspace, &adopt)
        .exits(1)
        .says_nothing_of("recorded generation");
    assert!(!ledger.exists());
    std::fs::remove_file(&lease).unwrap();
    run(&workspace, &adopt)
        .exits(0)
        .says("recorded generation 3");
    assert!(ledger.exists());
    run(&workspace, &["plan"]).exits(0).says("match the spec");
}

#[test]
fn one_record_that_cannot_be_pushed_does_not_keep_the_others() {
    let store = tempfile::tempdir().unwrap();
    let workspace = with_store(Workspace::quickstart(), &folder_of(store.path()));
    run(&workspace, &["apply", "--auto-approve"]).exits(0);
    let runs = json(workspace.run(&["runs", "-o", "json"]));
    let id = runs["runs"][0]["id"].as_str().unwrap();
    let there = store.path().join(format!("sandbox/runs/apply/{id}.json"));
    let done = std::fs::read_to_string(&there).unwrap();
    let begun = done.replace("\"outcome\": \"done\"", "\"outcome\": \"unfinished\"");
    assert_ne!(done, begun);
    let unsent = ".linkwright/unsent/sandbox/runs/apply";
    std::fs::create_dir_all(workspace.path(unsent)).unwrap();
    std::fs::write(there.with_file_name("0.json"), &done).unwrap();
    let other = done.replace("\"exit_code\": 0", "\"exit_code\": 1");
    assert_ne!(done, other);
    // Another of this name is there; the end of the second is there; the third is new.
    workspace.write(&format!("{unsent}/0.json"), &other);
    workspace.write(&format!("{unsent}/{id}.json"), &begun);
    workspace.write(&format!("{unsent}/99999999T000000Z-a.json"), &done);
    for copied in ["Copied 1 record ", "Copied 0 records "] {
        workspace
            .run(&["store", "push"])
            .exits(1)
            .says(copied)
            .says("another sandbox/runs/apply/0.json is there already");
    }
    assert_eq!(std::fs::read_to_string(&there).unwrap(), done);
    assert!(there.with_file_name("99999999T000000Z-a.json").exists());
    let left = workspace.path(unsent).read_dir().unwrap();
    let left: Vec<_> = left.map(|it| it.unwrap().file_name()).collect();
    assert_eq!(left, ["0.json"]);
}

#[test]
fn a_store_says_what_else_can_be_done_in_its_document_too() {
    let workspace = Workspace::quickstart()
        .env("LINKWRIGHT_STORE", "s3://example-links/prod")
        .env("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", "k")
        .env("AWS_SECRET_ACCESS_KEY", "s");
    let said = run(&workspace, &["apply", "--auto-approve", "-o", "json"]).exits(1);
    let last: Value = serde_json::from_str(said.out.lines().last().unwrap()).unwrap();
    let help = last["problems"][0]["help"].as_str().unwrap();
    assert!(help.contains("--without-lease REASON"), "{last:#}");
    // A store that has just not answered is not asked again for the record.
    assert!(said.err.contains("unsent"), "{}", said.err);
    workspace
        .run(&["store", "check", "--ca-file", "no-such.pem"])
        .exits(1)
        .says("no-such.pem");
    workspace
        .run(&["store", "check", "--store", "file://user:hush@host/x"])
        .exits(64)
        .says_nothing_of("hush");
}

/// The stores that `.ci/stores` has started, by the variables that it sets.
fn real(workspace: Workspace) -> Workspace {
    let names = [
        "AWS_ENDPOINT_URL",
        "AWS_REGION",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AZURE_STORAGE_ACCOUNT_NAME",
        "AZURE_STORAGE_ACCOUNT_KEY",
        "AZURE_STORAGE_ENDPOINT",
    ];
    names.into_iter().fold(workspace, |workspace, name| {
        let value = std::env::var_os(name);
        let value = value.unwrap_or_else(|| panic!("{name} is not set: run .ci/stores"));
        workspace.env(name, value.to_str().unwrap())
    })
}

/// A whole story in a bucket: checked, applied, recorded, archived.
fn story(url: &str) {
    let of_this_run = format!("{url}/{}", std::process::id());
    let workspace = with_store(real(Workspace::quickstart()), &of_this_run);
    workspace.run(&["store", "check"]).exits(0);
    run(&workspace, &["apply", "--auto-approve"])
        .exits(0)
        .says("New plan: no changes");
    let list = json(workspace.run(&["lease", "list", "-o", "json"]));
    assert_eq!(list["leases"], Value::Array(Vec::new()));
    let runs = json(workspace.run(&["runs", "-o", "json"]));
    let id = runs["runs"][0]["id"].as_str().unwrap();
    workspace.run(&["runs", "show", id]).exits(0).says("done");
    let other = with_store(
        real(Workspace::with(&retired::retired(), retired::WORLD)),
        &of_this_run,
    );
    run(&other, &["apply", "--auto-approve"]).exits(0);
    let list = json(other.run(&["archive", "list", "-o", "json"]));
    assert_eq!(list["archives"][0]["link"], "old");
    let fresh =
        |number, before| with_store(real(checkout(&generation(number), before)), &of_this_run);
    let first = fresh(1, None);
    run(&first, &["apply", "--auto-approve"]).exits(0);
    let second = fresh(2, Some(&first));
    run(&second, &["apply", "--auto-approve"])
        .exits(0)
        .says("New plan: no changes");
    run(&fresh(2, Some(&second)), &["plan"])
        .exits(0)
        .says("match the spec");
}

#[test]
#[ignore = "needs moto, which .ci/stores starts"]
fn on_s3() {
    story("s3://linkwright-ci/links");
}

#[test]
#[ignore = "needs Azurite, which .ci/stores starts"]
fn on_azure() {
    story("az://linkwright-ci/links");
}
