//! `fmt`, `validate --fix`, `validate --strict` and `set` as people run them: what they print, write and refuse.

use crate::support::workspace::Workspace;

const STYLES: &str = "fixtures/styles";

#[test]
fn fmt_names_what_it_rewrites_and_check_writes_nothing() {
    let workspace = Workspace::new();
    workspace
        .copy(format!("{STYLES}/flow-tight.yaml"), "links.yaml")
        .copy(format!("{STYLES}/several-documents.yaml"), "w/two.yaml")
        .write("compose.yaml", "services:   {}\n");
    let before = workspace.read("links.yaml");
    let checked = workspace.run(&["fmt", "--check"]).exits(1);
    assert_eq!(checked.out, "links.yaml\n");
    assert!(
        checked
            .err
            .contains("1 file not in canonical layout; run: linkwright fmt")
    );
    assert_eq!(workspace.read("links.yaml"), before);
    let formatted = workspace.run(&["fmt"]).exits(0);
    assert_eq!(formatted.out, "links.yaml\n");
    let golden = std::fs::read_to_string(format!("{STYLES}/flow-tight.fmt")).unwrap();
    assert_eq!(workspace.read("links.yaml"), golden);
    let again = workspace.run(&["fmt", "--check"]).exits(0);
    assert_eq!(again.out, "");
    assert_eq!(workspace.read("compose.yaml"), "services:   {}\n");
    workspace
        .run(&["fmt", "w/two.yaml"])
        .exits(64)
        .says("error[LW012]");
    workspace
        .run(&["fmt", "compose.yaml"])
        .exits(64)
        .says("error[LW024]");
}

#[test]
fn set_shows_its_change_and_writes_it_when_told() {
    let workspace = Workspace::quickstart();
    let before = workspace.read("links.yaml");
    let address = "west/orders-dr/payments";
    let shown = workspace
        .run(&["set", address, "state=mirroring"])
        .exits(0)
        .says("--- links.yaml")
        .says("-      payments: { state: paused }")
        .says("+      payments: { state: mirroring }")
        .says("Changes: west/orders-dr/payments")
        .says("run the command again with --write");
    assert!(!shown.err.contains("Also changes"));
    assert_eq!(workspace.read("links.yaml"), before);
    workspace
        .run(&["set", address, "state=mirroring", "--write"])
        .exits(0)
        .says("wrote links.yaml");
    let wanted = before.replacen(
        "payments: { state: paused }",
        "payments: { state: mirroring }",
        1,
    );
    assert_eq!(workspace.read("links.yaml"), wanted);
    workspace
        .run(&["set", address, "state=mirroring", "--write"])
        .exits(0)
        .says("No changes");
    // A new prefix renames every mirror topic.
    workspace
        .run(&["set", "west/orders-dr", "prefix=old."])
        .exits(0)
        .says("Also changes: ")
        .says("west/orders-dr/old.payments");
    // What the spec would not take is not written.
    workspace
        .run(&["set", address, "state=Paused", "--write"])
        .exits(64)
        .says("did you mean `paused`?")
        .says("No changes were made");
    workspace
        .run(&["set", "west/orders-dr/none", "state=paused"])
        .exits(64)
        .says("LW541");
    workspace
        .run(&["set", "west/orders-dr", "move_together={ a: [b"])
        .exits(64)
        .says("LW542");
    workspace
        .run(&["set", address])
        .exits(64)
        .says("nothing to set");
    assert_eq!(workspace.read("links.yaml"), wanted);
}

#[test]
fn set_refuses_to_reach_others_and_gives_what_a_pattern_governs_an_entry() {
    let workspace = Workspace::new();
    workspace
        .copy(format!("{STYLES}/anchor.yaml"), "anchor.yaml")
        .copy(format!("{STYLES}/patterns.yaml"), "w/patterns.yaml");
    let set = |args: &[&str]| workspace.run(&[&["set"], args].concat());
    set(&["west/orders-dr/payments", "state=mirroring", "--write"])
        .exits(3)
        .says("error[LW540]")
        .says("`links.orders-dr.mirrors.refunds.state`");
    set(&[
        "west/orders-dr/payments",
        "west/orders-dr/refunds",
        "state=mirroring",
        "--write",
    ])
    .exits(0)
    .says("Changes: west/orders-dr/payments, west/orders-dr/refunds");
    assert!(
        workspace
            .read("anchor.yaml")
            .contains("payments: &frozen { state: mirroring }")
    );
    set(&[
        "west/orders-dr/payments",
        "state=mirroring",
        "--spec",
        "w/patterns.yaml",
        "--write",
    ])
    .exits(0)
    .says("`links.orders-dr.mirrors.pay*` governed west/orders-dr/payments");
    let entry =
        "      payments:\n        state: mirroring\n        configs: { segment.ms: \"1\" }\n";
    assert!(
        workspace.read("w/patterns.yaml").contains(entry),
        "{}",
        workspace.read("w/patterns.yaml")
    );
}

#[test]
fn fix_makes_what_is_safe_and_strict_takes_warnings_for_errors() {
    let workspace = Workspace::new();
    workspace.copy(format!("{STYLES}/fix-booleans.yaml"), "links.yaml");
    let before = workspace.read("links.yaml");
    workspace.run(&["validate"]).exits(64);
    workspace
        .run(&["validate", "--fix"])
        .exits(0)
        .says("fixed 2 problems in links.yaml");
    let fixed = before
        .replacen("yes ", "true ", 1)
        .replacen("'off'", "false", 1);
    assert_eq!(workspace.read("links.yaml"), fixed);
    // A guess is no fix.
    workspace.write(
        "links.yaml",
        &fixed.replacen("source: east", "source: eat", 1),
    );
    workspace
        .run(&["validate", "--fix"])
        .exits(64)
        .says("did you mean `east`?");
    assert!(workspace.read("links.yaml").contains("source: eat\n"));
    workspace.copy(format!("{STYLES}/fix-names.yaml"), "links.yaml");
    workspace.run(&["validate"]).exits(0).says("warning[LW018]");
    workspace
        .run(&["validate", "--strict"])
        .exits(64)
        .says("error[LW018]");
    workspace.run(&["validate", "--strict", "--fix"]).exits(0);
}

#[test]
fn set_edits_the_file_that_the_value_comes_from() {
    let workspace = Workspace::new();
    std::fs::create_dir(workspace.path("environments")).unwrap();
    let names = [
        "links.yaml",
        "environments/dev.yaml",
        "environments/prod.yaml",
        "environments/test.yaml",
    ];
    for name in names {
        workspace.copy(format!("examples/environments/{name}"), name);
    }
    let before = names.map(|name| workspace.read(name));
    let set = |args: &[&str]| workspace.run(&[&["set", "--write"], args].concat());
    // What the environment sets is changed there.
    let topic = "links.search.mirrors.\"search.events\"";
    set(&[topic, "state=mirroring", "--environment", "dev"])
        .exits(0)
        .says("wrote environments/dev.yaml")
        .says("Changes: west/search/search.events");
    assert_eq!(
        workspace.read(names[1]),
        before[1].replace("state: paused", "state: mirroring")
    );
    set(&["links.payments", "protect=false", "--environment", "prod"]).exits(0);
    let prod = before[2].replacen("protect: true", "protect: false", 1);
    assert_eq!(workspace.read(names[2]), prod);
    set(&["variables.sync_interval=10s", "--environment", "prod"])
        .exits(0)
        .says("Also changes: ")
        .says("and 39 more");
    assert_eq!(
        workspace.read(names[2]),
        prod.replace("sync_interval: 5s", "sync_interval: 10s")
    );
    // What it does not set is changed in the spec, for all environments.
    set(&["links.orders", "prefix=o.", "--environment", "prod"])
        .exits(0)
        .says("wrote links.yaml")
        .says("Changes with environment test: ");
    let base = before[0].replacen(
        "{ orders.events: {} } }",
        "{ orders.events: {} }, prefix: o. }",
        1,
    );
    assert_eq!(workspace.read(names[0]), base);
    // A variable is not replaced by a value, and what the environment removes cannot be set with it.
    set(&["links.refunds.topic_config_sync.interval=9s"])
        .exits(64)
        .says("LW545")
        .says("`sync_interval`");
    set(&[
        "links.mails",
        "topic_config_sync={ include: [cleanup.policy] }",
        "--environment",
        "test",
    ])
    .exits(64)
    .says("LW546");
    set(&["variables.sync_interval.default=45s"])
        .exits(0)
        .says("wrote links.yaml");
    assert_eq!(
        workspace.read(names[0]),
        base.replacen("default: 30s", "default: 45s", 1)
    );
    assert_eq!(workspace.read(names[3]), before[3]);
    // The files of environments have the same layout.
    let tight = before[3].replace(": lkc-test", ":   lkc-test");
    workspace.write(names[3], &tight);
    let checked = workspace.run(&["fmt", "--check"]).exits(1);
    assert_eq!(checked.out, "environments/test.yaml\n");
    workspace.run(&["fmt"]).exits(0);
    assert_eq!(workspace.read(names[3]), before[3]);
}
