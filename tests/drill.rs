//! `linkwright drill`, and the objectives that `drift` watches.

use linkwright_sandbox::{FaultAction, FaultMatch, FaultSpec, Reach, RouteKind, Sandbox};
use serde_json::Value;

use crate::support::workspace::{BINARY, Said, Workspace};

const WORLD: &str = "\
version: 1
clusters:
  - id: lkc-east01
    name: east
    bootstrap_servers: east.example:9092
    topics:
      - { name: orders, partitions: 2, records: 200, produce_per_s: 40 }
      - { name: payments, partitions: 1, records: 50, produce_per_s: 20 }
    groups: [{ id: billing, offsets: { payments: 40 }, active: true }]
  - id: lkc-west01
    name: west
    bootstrap_servers: west.example:9092
";

const SPEC: &str = "\
version: 1
clusters:
  east:
    id: lkc-east01
    rest_endpoint: https://east.example:443
    bootstrap_servers: east.example:9092
    rest_auth: { basic: { username: \"${env:EAST_KEY}\", password: \"${env:EAST_SECRET}\" } }
  west:
    id: lkc-west01
    rest_endpoint: https://west.example:443
    bootstrap_servers: west.example:9092
    rest_auth: { basic: { username: \"${env:WEST_KEY}\", password: \"${env:WEST_SECRET}\" } }
links:
  dr:
    source: east
    destination: west
    credentials: { sasl_plain: { username: \"${env:LINK_KEY}\", password: \"${env:LINK_SECRET}\" } }
    consumer_offset_sync: { groups: { include: [\"*\"] } }
    mirrors: { orders: {}, payments: {} }
    objectives: { rpo: 5s, rto: 15m }
";

const PRIVATE: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n\
                   -----END PRIVATE KEY-----\n";
const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n\
                      -----END PUBLIC KEY-----\n";

fn in_folder(spec: &str, world: &str) -> Workspace {
    let names = [
        "EAST_KEY",
        "EAST_SECRET",
        "WEST_KEY",
        "WEST_SECRET",
        "LINK_KEY",
        "LINK_SECRET",
    ];
    let workspace = Workspace::with(spec, world).always(&["--sandbox", "w/world.yaml"]);
    let workspace = names
        .into_iter()
        .fold(workspace, |it, name| it.env(name, "any"));
    workspace.run(&["apply", "--auto-approve"]).exits(0);
    // The mirror topics catch up.
    workspace.run(&["status", "--sample", "30s"]).exits(0);
    workspace
}

fn document(said: &Said) -> Value {
    serde_json::from_str(&said.out).unwrap()
}

/// Whether anything was written to a cluster.
fn writes(sandbox: &Sandbox) -> usize {
    let saved: Value = serde_json::from_str(&sandbox.save()).unwrap();
    let requests = saved["requests"].as_array().unwrap().iter();
    let write = serde_json::to_value(RouteKind::Write).unwrap();
    requests.filter(|it| it["kind"] == write).count()
}

#[test]
fn a_drill_says_what_a_failover_would_lose_and_does_nothing() {
    let workspace = in_folder(SPEC, WORLD);
    let before = writes(&workspace.sandbox());
    workspace
        .run(&["drill", "west/dr", "--all"])
        .exits(0)
        .says("Drill: a failover of 2 mirror topics to west/dr after the loss of east: its objectives are met")
        .says("rpo 5s: met: ")
        .says("rto 15m: met: ")
        .says("on a simulated copy (estimate)")
        .says("orders: about 20 records (18 to 42); about 0.5 s")
        .says("no record was read: no store is named")
        .says("2 mirror topics to fail over")
        .says("runs `linkwright failover west/dr --allow irreversible,data-loss`")
        .says("start them at west")
        .says("billing: is active at east; its offsets are synced")
        .says("${env:WEST_KEY}")
        .says("west takes a failover from these keys");
    assert_eq!(workspace.read("links.yaml"), SPEC);
    // With a name that no topic can have.
    assert_eq!(writes(&workspace.sandbox()), before + 1);
    let said = workspace.run(&["drill", "west/dr", "-o", "json"]).exits(0);
    let drill = document(&said);
    assert_eq!(drill["verdict"], "met");
    assert_eq!(drill["topics"].as_array().unwrap().len(), 2);
    assert_eq!(drill["loss_estimate"]["written_per_minute"], 3_600);
    assert!(drill["time"]["simulated_ms_estimate"].as_u64().unwrap() > 0);
    assert_eq!(drill["time"]["real"], Value::Null);
    assert_eq!(drill["plan"]["operations"].as_array().unwrap().len(), 2);
    assert_eq!(drill["plan"]["saved"], Value::Null);
}

#[test]
fn a_server_that_ignores_validate_only_is_not_made_to_fail_over() {
    let workspace = in_folder(SPEC, WORLD);
    // Something else of the link is pending too.
    let pending = SPEC.replace("{ groups: {", "{ interval: 45s, groups: {");
    workspace.write("links.yaml", &pending);
    let sandbox = workspace.sandbox();
    let ignores = |route: &str| FaultSpec {
        name: None,
        on: FaultMatch {
            route: Some(route.to_owned()),
            ..FaultMatch::default()
        },
        skip: 0,
        times: None,
        probability: 1.0,
        action: FaultAction::DropValidateOnly,
    };
    for route in ["mirrors.*", "configs.*"] {
        sandbox.add_fault(ignores(route));
    }
    let before = writes(&sandbox);
    workspace.leave(&sandbox);
    workspace.run(&["drill", "west/dr"]).exits(0);
    assert_eq!(writes(&workspace.sandbox()), before + 1);
    workspace
        .run(&["status", "--mirrors"])
        .exits(0)
        .says("ACTIVE")
        .says_nothing_of("STOPPED");
    let allow = ["drill", "west/dr", "--allow", "irreversible,data-loss"];
    workspace.run(&allow).exits(64);
}

#[test]
fn an_objective_that_is_missed_or_not_known_has_its_exit_code() {
    let missed = in_folder(&SPEC.replace("rto: 15m", "rto: 1s"), WORLD);
    missed
        .run(&["drill", "west/dr"])
        .exits(2)
        .says("it misses its objectives")
        .says("rto 1s: missed: ");
    let quiet = WORLD.replace(", produce_per_s: 40", "");
    let quiet = in_folder(SPEC, &quiet.replace(", produce_per_s: 20", ""));
    quiet
        .run(&["drill", "west/dr"])
        .exits(1)
        .says("rpo 5s: not known: ")
        .says("nothing of the link has moved between the two reads");
    let none = in_folder(
        &SPEC.replace("    objectives: { rpo: 5s, rto: 15m }\n", ""),
        WORLD,
    );
    none.run(&["drill", "west/dr"])
        .exits(0)
        .says("the spec has no objectives");
    let held = SPEC.replace(
        "orders: {}",
        "orders: { hold: { reason: x, until: 2099-01-01 } }",
    );
    in_folder(&held, WORLD)
        .run(&["drill", "west/dr"])
        .exits(3)
        .says("after the loss of east would be refused; ")
        .says_nothing_of(": met: ")
        .says("the failover is refused: ");
    let fewer = SPEC.replace(", payments: {} }", " }");
    let workspace = in_folder(&fewer, WORLD);
    workspace.write("links.yaml", SPEC);
    let said = workspace.run(&["drill", "west/dr", "-o", "json"]).exits(1);
    let drill = document(&said);
    assert_eq!(drill["not_mirrored"], serde_json::json!(["payments"]));
    assert_eq!(drill["loss_estimate"]["records"]["most"], Value::Null);
    assert_eq!(drill["loss_estimate"]["written_per_minute"], Value::Null);
}

#[test]
fn what_the_failover_leaves_does_not_count_as_done() {
    let workspace = in_folder(SPEC, WORLD);
    // One that is live and no longer declared stays a mirror topic.
    workspace.write("links.yaml", &SPEC.replace("payments: {} }", "}"));
    workspace
        .run(&["drill", "west/dr"])
        .exits(1)
        .says("a failover of 1 mirror topic to west/dr")
        .says("rto 15m: not known: 1 of 2 mirror topics did not become writable");
}

#[test]
fn while_the_source_is_gone_only_lower_bounds_are_known() {
    let workspace = in_folder(SPEC, WORLD);
    let sandbox = workspace.sandbox();
    sandbox.set_reachable("lkc-east01", Reach::Cut);
    sandbox.add_fault(FaultSpec {
        name: None,
        on: FaultMatch {
            cluster: Some("lkc-east01".to_owned()),
            ..FaultMatch::default()
        },
        skip: 0,
        times: None,
        probability: 1.0,
        action: FaultAction::ResetBeforeEffect,
    });
    sandbox.advance(std::time::Duration::from_secs(400));
    workspace.leave(&sandbox);
    workspace
        .run(&["drill", "west/dr"])
        .exits(1)
        .says("rpo 5s: not known: ")
        .says("rto 15m: met: ")
        .says("together: at least ")
        .says("those of the source could not be read");
}

#[test]
fn a_link_with_topics_is_drilled_as_if_its_other_cluster_were_lost() {
    let topics = "links:
  dr:
    mode: bidirectional
    halves:
      east: { credentials: { sasl_plain: { username: \"${env:LINK_KEY}\", password: \"${env:LINK_SECRET}\" } } }
      west:
        credentials: { sasl_plain: { username: \"${env:LINK_KEY}\", password: \"${env:LINK_SECRET}\" } }
        objectives: { rpo: 5s, rto: 15m }
    topics: { orders: { primary: east }, payments: { primary: east } }
";
    let (clusters, _) = SPEC.split_once("links:\n").unwrap();
    let spec = format!("{clusters}{topics}");
    let workspace = in_folder(&spec, WORLD);
    workspace
        .run(&["drill", "west/dr"])
        .exits(0)
        .says("a failover of 2 mirror topics to west/dr")
        .says("2 of 2 mirror topics writable")
        .says("--lost REASON");
    assert_eq!(workspace.read("links.yaml"), spec);
}

#[test]
fn a_wrong_address_is_explained() {
    let workspace = in_folder(SPEC, WORLD);
    for (address, words) in [
        ("west", "expected CLUSTER/LINK"),
        ("west/dr/orders", "expected CLUSTER/LINK"),
        ("east/dr", "the mirror topics of this link are on `west`"),
        ("west/rd", "west/dr"),
    ] {
        workspace.run(&["drill", address]).exits(64).says(words);
    }
}

#[test]
fn a_saved_drill_is_signed_and_checked() {
    let workspace = in_folder(SPEC, WORLD);
    let show = |args: &[&str]| Said::by(&mut workspace.program(BINARY, args));
    workspace
        .run(&[
            "drill",
            "west/dr",
            "--out",
            "drill.json",
            "--html-out",
            "drill.html",
        ])
        .exits(0)
        .says("saved the drill to drill.json");
    let page = workspace.read("drill.html");
    for words in [
        "What would be lost (estimate)",
        "Who must act",
        "Plan of the failover",
    ] {
        assert!(page.contains(words), "{words}");
    }
    workspace.write("approver.pem", PRIVATE);
    workspace.write("approver.pub.pem", PUBLIC);
    let key = ["--key", "approver.pem", "--valid-for", "8760h"];
    show(&[&["approve", "drill.json"], &key[..]].concat())
        .exits(0)
        .says("signed the drill of west/dr until ");
    let verify = ["show", "drill.json", "--verify", "approver.pub.pem"];
    show(&verify).exits(0).says("its objectives are met");
    let text = workspace.read("drill.json");
    workspace.write("drill.json", &text.replacen("\"met\"", "\"missed\"", 1));
    show(&verify)
        .exits(64)
        .says("it was changed after it was saved");
    workspace.write("drill.json", &text);
    workspace
        .run(&["drill", "west/dr", "--sample", "2s", "--out", "other.json"])
        .exits(0);
    workspace.write("drill.json", &workspace.read("other.json"));
    show(&verify).exits(3).says("its file digest differs");
    // No plan that could be applied is in it.
    workspace.run(&["apply", "--plan", "drill.json"]).exits(64);
}

#[test]
fn real_failovers_are_told_and_drift_watches_the_objectives() {
    let spec = SPEC.replace("rto: 15m", "rto: 1s");
    let workspace = in_folder(&spec, WORLD).env("LINKWRIGHT_STORE", "");
    let drift = |more: &[&str]| workspace.run(&[&["drift"], more].concat());
    // One read does not say how far behind; that fails no run.
    drift(&[])
        .exits(0)
        .says("[LW566]")
        .says("read twice in one run, such as with `--sample 10s`");
    drift(&["--sample", "4s"]).exits(0).says("No drift: ");
    // A longer one cannot show that they keep to it.
    drift(&["--sample", "10s"])
        .exits(0)
        .says("the objective is within the bounds of the estimate")
        .says("[LW566]");
    let backlog = WORLD.replace("records: 200", "records: 90000000");
    let backlog = backlog.replace("records: 50", "records: 90000000");
    in_folder(&spec.replace("rpo: 5s", "rpo: 100ms"), &backlog)
        .run(&["drift", "--sample", "10s"])
        .exits(2)
        .says("[LW565]")
        .says("2 mirror topics on west/dr: the mirror topics are at least 10s behind")
        .says("is 100ms [LW565]");
    let store = format!("file://{}", workspace.path("w/store").display());
    let stored = ["--store", store.as_str()];
    // A store that does not answer says nothing of earlier failovers; neither does that fail a run.
    let broken = format!("file://{}", workspace.path("links.yaml").display());
    let broken = ["--store", broken.as_str()];
    drift(&broken)
        .exits(0)
        .says("whether the last failover took at most 1s, as the objective says, is not known")
        .says("[LW568]");
    workspace
        .run(&[&["drill", "west/dr"][..], &broken].concat())
        .exits(2)
        .says("the store with the records does not answer");
    let failover = [
        "failover",
        "west/dr/payments",
        "--allow",
        "irreversible,data-loss",
        "--auto-approve",
        "--write",
    ];
    workspace.run(&[&failover[..], &stored].concat()).exits(0);
    drift(&stored)
        .exits(2)
        .says("[LW567]")
        .says("the last failover took ");
    workspace
        .run(&[&["drill", "west/dr"][..], &stored].concat())
        .exits(2)
        .says("1 failover on record")
        .says("the last simulated run took ");
}
