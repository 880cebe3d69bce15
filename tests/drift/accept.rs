//! `linkwright accept` as people run it: what it lists, shows, saves, writes and refuses.

use std::time::Duration;

use serde_json::Value;

use super::applied::{Hands, SPEC, applied, by_hand, drift};
use super::hands::four_changes;
use crate::support::workspace::{Said, Workspace};

async fn pause(hands: &Hands) {
    let body = r#"{"mirror_topic_names":["payments"]}"#;
    hands
        .call("POST", "links/orders-dr/mirrors:pause", body)
        .await;
    hands.wait(Duration::from_secs(60));
}

fn accept(workspace: &Workspace, args: &[&str]) -> Said {
    workspace.run(&[&["accept"], args].concat())
}

const PAYMENTS: &str = "west/orders-dr/payments";
const DECLARED: &str = "mirrors: { orders.placed: {}, payments: { state: paused } }";

#[test]
fn without_addresses_it_lists_and_changes_nothing() {
    let workspace = applied();
    accept(&workspace, &[])
        .exits(0)
        .says("There is nothing to accept: what is live is as the spec says.");
    by_hand(&workspace, four_changes);
    let listed = accept(&workspace, &[])
        .exits(0)
        .says("2 deviations can be accepted:")
        .says("west/orders-dr/payments [LW420] the mirror topic is PAUSED; the spec says mirroring")
        .says("west/orders-dr [LW410] auto.create.mirror.topics.filters differs from the spec")
        .says("1 deviation cannot be accepted:")
        .says("west/somebodys [LW260]")
        .says("LW570: the spec does not declare the link")
        .says("To accept: linkwright accept ADDRESS…, or linkwright accept --all");
    assert_eq!(listed.err, "");
    // Where nothing is chosen, nothing is written.
    accept(&workspace, &["--write", "--patch", "a.patch"]).exits(0);
    assert_eq!(workspace.read("links.yaml"), SPEC);
    assert!(!workspace.path("a.patch").exists());
}

#[test]
fn what_is_chosen_is_shown_then_saved_then_written() {
    let workspace = applied();
    by_hand(&workspace, pause);
    let shown = accept(&workspace, &[PAYMENTS])
        .exits(0)
        .says("-    mirrors: { orders.placed: {}, payments: {} }")
        .says(&format!("+    {DECLARED}"))
        .says("Nothing was changed on any cluster.")
        .says("run the command again with --write, or with --patch FILE.patch");
    assert!(
        shown.out.starts_with("--- links.yaml\n+++ links.yaml\n@@ "),
        "{}",
        shown.out
    );
    assert_eq!(workspace.read("links.yaml"), SPEC);

    // The patch is one that Git applies.
    accept(&workspace, &[PAYMENTS, "--patch", "night.patch"])
        .exits(0)
        .says("saved night.patch")
        .says("  git apply -- night.patch\n")
        .says("  git add -- links.yaml\n")
        .says("  git commit -m 'accept what is live at west/orders-dr/payments' -- links.yaml\n")
        .says("  git push\n")
        .says("  Before the commit:\n    rm -- night.patch\n");
    assert_eq!(workspace.read("links.yaml"), SPEC);
    let git = |args: &[&str]| Said::by(&mut workspace.program("git", args)).exits(0);
    git(&["apply", "--", "night.patch"]);
    let wanted = SPEC.replace("mirrors: { orders.placed: {}, payments: {} }", DECLARED);
    assert_eq!(workspace.read("links.yaml"), wanted);
    git(&["apply", "-R", "--", "night.patch"]);
    assert_eq!(workspace.read("links.yaml"), SPEC);

    accept(&workspace, &[PAYMENTS, "--write"])
        .exits(0)
        .says("wrote links.yaml")
        .says("pipelines plan from the spec as it was")
        .says("answer y to the one above, n to your own:\n    git restore --patch -- links.yaml\n")
        .says("    git revert HEAD\n");
    assert_eq!(workspace.read("links.yaml"), wanted);
    workspace.run(&["plan", "--detailed-exitcode"]).exits(0);
    workspace.run(&["drift"]).exits(0);
    accept(&workspace, &[PAYMENTS, "--write"])
        .exits(0)
        .says("There is nothing to accept: what is live is as the spec says.");
    assert_eq!(workspace.read("links.yaml"), wanted);
}

#[test]
fn who_names_an_address_gets_all_of_it_or_nothing() {
    let workspace = applied();
    by_hand(&workspace, async |hands: &Hands| {
        pause(hands).await;
        let filter = r#"{"value":"{\"topicFilters\":[{\"name\":\"*\",\"patternType\":\"LITERAL\",\"filterType\":\"INCLUDE\"}]}"}"#;
        let path = "links/orders-dr/configs/auto.create.mirror.topics.filters";
        hands.call("PUT", path, filter).await;
    });
    accept(
        &workspace,
        &["west/orders-dr", "--write", "--patch", "a.patch"],
    )
    .exits(3)
    .says(
        "LW538: auto.create.mirror.topics.filters selects something that the spec does not select",
    )
    .says("No changes were made.")
    .says_nothing_of("wrote");
    assert_eq!(workspace.read("links.yaml"), SPEC);
    assert!(!workspace.path("a.patch").exists());
    // What is not accepted is named also where less is wanted.
    accept(&workspace, &["west/orders-dr", "--quiet"])
        .exits(3)
        .says("LW538");
    accept(&workspace, &["--all", "--write"])
        .exits(5)
        .says("Accepted 1 deviation:")
        .says("Not accepted: 1 deviation")
        .says("LW538");
    assert!(workspace.read("links.yaml").contains(DECLARED));
}

#[test]
fn a_report_of_drift_says_what_is_accepted() {
    let workspace = applied();
    by_hand(&workspace, pause);
    workspace
        .run(&["drift", "--json-out", "w/drift.json"])
        .exits(2);
    by_hand(&workspace, async |hands: &Hands| {
        let body = r#"{"mirror_topic_names":["orders.placed"]}"#;
        hands
            .call("POST", "links/orders-dr/mirrors:pause", body)
            .await;
        hands.wait(Duration::from_secs(60));
    });
    let both = accept(&workspace, &["--all"]).exits(0);
    assert!(
        both.out.contains("orders.placed: { state: paused }"),
        "{}",
        both.out
    );
    let one = accept(
        &workspace,
        &["--all", "--report", "w/drift.json", "--write"],
    )
    .exits(0);
    assert!(one.out.contains(DECLARED), "{}", one.out);
    accept(&workspace, &["--report", "w/nothing.json"])
        .exits(1)
        .says("LW440")
        .says("there is no report");
    workspace.write("w/other.json", "{}");
    accept(&workspace, &["--report", "w/other.json"])
        .exits(64)
        .says("LW440");
}

#[test]
fn a_stopped_mirror_topic_needs_a_word_from_who_was_there() {
    let workspace = applied();
    by_hand(&workspace, async |hands: &Hands| {
        let body = r#"{"mirror_topic_names":["payments"]}"#;
        hands.wait(Duration::from_secs(600));
        hands
            .call("POST", "links/orders-dr/mirrors:failover", body)
            .await;
        hands.wait(Duration::from_secs(60));
    });
    accept(&workspace, &[PAYMENTS, "--write"])
        .exits(3)
        .says("LW547")
        .says("--as promoted or --as failed-over");
    assert_eq!(workspace.read("links.yaml"), SPEC);
    accept(&workspace, &[PAYMENTS, "--as", "failed-over", "--write"])
        .exits(0)
        .says("A mirror topic that has stopped stays an ordinary topic either way.");
    assert!(
        workspace
            .read("links.yaml")
            .contains("payments: { state: failed-over }")
    );
    workspace.run(&["plan", "--detailed-exitcode"]).exits(0);
}

#[test]
fn the_file_of_the_environment_gets_what_it_sets() {
    let workspace = applied();
    std::fs::create_dir(workspace.path("environments")).unwrap();
    let prod = "set:\n  links.orders-dr.mirrors.payments: { state: mirroring } # as agreed\n";
    workspace
        .write("environments/prod.yaml", prod)
        .write("environments/test.yaml", "{}\n");
    by_hand(&workspace, pause);
    accept(&workspace, &[PAYMENTS, "--environment", "prod", "--write"])
        .exits(0)
        .says("wrote environments/prod.yaml");
    assert_eq!(workspace.read("links.yaml"), SPEC);
    let wanted = prod.replace("mirroring", "paused");
    assert_eq!(workspace.read("environments/prod.yaml"), wanted);
    // What an environment does not set goes to its file too where another would change.
    accept(&workspace, &[PAYMENTS, "--write"]).exits(3).says(
        "error[LW578]: the change would reach other environments: `test` (west/orders-dr/payments)",
    );
    accept(&workspace, &[PAYMENTS, "--environment", "test", "--write"])
        .exits(0)
        .says("wrote environments/test.yaml");
    assert!(
        workspace
            .read("environments/test.yaml")
            .contains("state: paused")
    );
    workspace.write("environments/test.yaml", "{}\n");
    assert_eq!(workspace.read("links.yaml"), SPEC);
    // A variable is set by a person.
    let text = SPEC.replace("payments: {}", "payments: { state: \"${var:state}\" }");
    workspace.write(
        "links.yaml",
        &format!("{text}variables: {{ state: {{ type: string, default: mirroring }} }}\n"),
    );
    let before = workspace.read("links.yaml");
    accept(&workspace, &[PAYMENTS, "--environment", "test", "--write"])
        .exits(3)
        .says("LW545");
    assert_eq!(workspace.read("links.yaml"), before);
}

#[test]
fn machines_get_one_document_and_slips_are_refused_first() {
    let workspace = applied();
    by_hand(&workspace, four_changes);
    let schema = std::fs::read_to_string("schemas/accept.schema.json").unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    for (args, mode, code) in [
        (&["-o", "json"][..], "list", 0),
        (&["--all", "-o", "json", "--patch", "a.patch"], "accept", 5),
        (&["west/somebodys", "-o", "json"], "accept", 3),
    ] {
        let said = accept(&workspace, args).exits(code);
        let document: Value = serde_json::from_str(&said.out).unwrap();
        jsonschema::validate(&schema, &document).unwrap();
        assert_eq!(document["mode"], mode);
        assert_eq!(document["refused"][0]["why"]["code"], "LW570");
        assert!(!said.out.contains("link-secret"), "{}", said.out);
    }
    let before = drift(&workspace);
    accept(&workspace, &["west/no-such-link"])
        .exits(64)
        .says("west/no-such-link is not in the spec and not on a cluster");
    accept(&workspace, &["links.yaml"]).exits(64);
    accept(&workspace, &[PAYMENTS, "--patch", "links.yaml"])
        .exits(64)
        .says("expected a file whose name ends in .patch");
    accept(&workspace, &[PAYMENTS, "--all"]).exits(64);
    accept(&workspace, &[PAYMENTS, "--as", "stopped"]).exits(64);
    assert_eq!(drift(&workspace), before);
    assert_eq!(workspace.read("links.yaml"), SPEC);
    workspace.write("links.yaml", "version: 1\nlinks: { a: { state: x } }\n");
    accept(&workspace, &["--all", "--write"]).exits(64);
}
