//! `linkwright snapshot`, and the commands that read one where no cluster can be called.

use serde_json::Value;

use super::applied::{SPEC, applied, by_hand};
use super::hands::four_changes;
use crate::support::workspace::{BINARY, Said, Workspace};

/// A command without the sandbox and without keys: only the snapshot is left to ask.
fn offline(workspace: &Workspace, args: &[&str]) -> Said {
    Said::by(&mut workspace.program(BINARY, args))
}

/// A workspace with a snapshot of clusters on which somebody worked by hand.
fn changed_by_hand() -> Workspace {
    let workspace = applied();
    by_hand(&workspace, four_changes);
    workspace
        .run(&["snapshot", "--out", "snapshot.json"])
        .exits(0)
        .says("saved what 2 clusters said to snapshot.json: 3 link objects with");
    workspace
}

#[test]
fn plan_drift_and_status_need_no_cluster_and_no_key() {
    let workspace = changed_by_hand();
    // Without a default the keys would be missing.
    let spec = SPEC.replace(":-sandbox}", "}");
    assert_ne!(spec, SPEC);
    workspace.write("links.yaml", &spec);
    let old = "read from the snapshot snapshot.json, taken ";
    let live = workspace.env("EAST", "e").env("WEST", "w");
    let findings = |said: &Said| {
        let report: Value = serde_json::from_str(&said.out).unwrap();
        let all = report["findings"].as_array().unwrap().clone();
        let is_mark = |it: &&Value| it["code"] == "LW525";
        let marks = all.iter().filter(is_mark).count();
        let others = all.into_iter().filter(|it| it["code"] != "LW525");
        (others.collect::<Vec<_>>(), marks)
    };
    let (expected, none) = findings(&live.run(&["drift", "-o", "json"]).exits(2));
    let drift = ["drift", "-o", "json", "--from", "snapshot.json"];
    let (found, marks) = findings(&offline(&live, &drift).exits(2).says(old));
    assert_eq!((found, marks), (expected, none + 2));

    offline(&live, &["plan", "--from", "snapshot.json"])
        .exits(0)
        .says(old)
        .says("east: read from a snapshot that was taken ")
        .says("[LW525]")
        .says("resume mirror topic west/orders-dr/payments");
    let page = [
        "plan",
        "--from",
        "snapshot.json",
        "--html-out",
        "plan.html",
        "-o",
        "markdown",
    ];
    offline(&live, &page).exits(0).says("LW525");
    assert!(live.read("plan.html").contains("LW525"));
    let status = ["status", "--from", "snapshot.json", "-o", "json"];
    let said = offline(&live, &status).exits(0).says(old);
    let status: Value = serde_json::from_str(&said.out).unwrap();
    let snapshot: Value = serde_json::from_str(&live.read("snapshot.json")).unwrap();
    assert_eq!(status["generated_at"], snapshot["taken_at"]);
    assert_eq!(status["snapshot"]["taken_at"], snapshot["taken_at"]);
    assert!(status["snapshot"]["age_seconds"].is_u64());
    let live = live.run(&["status", "-o", "json"]).exits(0);
    let live: Value = serde_json::from_str(&live.out).unwrap();
    assert!(live.get("snapshot").is_none());
}

#[test]
fn a_snapshot_has_no_secrets_and_only_its_owner_reads_it() {
    let workspace = changed_by_hand();
    let text = workspace.read("snapshot.json");
    for secret in [
        "link-secret",
        "east-secret",
        "west-secret",
        "jaas.config\",\"value",
    ] {
        assert!(!text.contains(secret), "{secret}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let file = std::fs::metadata(workspace.path("snapshot.json")).unwrap();
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn what_cannot_be_planned_from_a_snapshot_is_refused() {
    let workspace = changed_by_hand();
    for args in [
        &["plan", "--out", "plan.json"][..],
        &["plan", "--rehearse"],
        &["plan", "--sample", "5s"],
        &["status", "--watch"],
        &["drift", "--sandbox", "w/world.yaml"],
    ] {
        let all = [args, &["--from", "snapshot.json"]].concat();
        offline(&workspace, &all)
            .exits(64)
            .says("cannot be used with")
            .says("--from <SNAPSHOT>")
            .says(args[1]);
    }
    for wait in ["0s", "999ms", "25h"] {
        workspace
            .run(&["snapshot", "--sample", wait, "--out", "sampled.json"])
            .exits(64)
            .says("expected 1s to 24h");
    }
    offline(&workspace, &["apply", "--from", "snapshot.json"])
        .exits(64)
        .says("unexpected argument '--from'");
    offline(&workspace, &["plan", "--from", "nowhere.json"])
        .exits(64)
        .says("nowhere.json: ")
        .says("`linkwright snapshot --out FILE` writes one");
    offline(&workspace, &["plan", "--from", "links.yaml"])
        .exits(64)
        .says("links.yaml: not a snapshot: ");
    let snapshot = workspace.read("snapshot.json");
    let newer = snapshot.replacen("\"format_version\":1", "\"format_version\":2", 1);
    workspace.write("newer.json", &newer);
    offline(&workspace, &["drift", "--from", "newer.json"])
        .exits(64)
        .says("in format 2; this version reads format 1: upgrade, or take it again");
    let none = snapshot.replacen("\"format_version\":1", "\"format_version\":0", 1);
    workspace.write("none.json", &none);
    offline(&workspace, &["drift", "--from", "none.json"])
        .exits(64)
        .says("LW526")
        .says("none.json: in format 0, which no version of Linkwright writes");
    // A time that has not come says nothing about how old it is. The time of simulated clusters is their own.
    let taken: Value = serde_json::from_str(&snapshot).unwrap();
    let later = snapshot.replace(taken["taken_at"].as_str().unwrap(), "2999-01-01T00:00:00Z");
    workspace.write("later.json", &later);
    offline(&workspace, &["status", "--from", "later.json"]).exits(0);
    let later = later.replacen("\"simulated\":true,", "", 1);
    workspace.write("later.json", &later);
    offline(&workspace, &["status", "--from", "later.json"])
        .exits(64)
        .says("LW526")
        .says("later.json: taken at 2999-01-01T00:00:00Z, and it is 2");
    // A cluster that the snapshot does not have is unknown, and not empty.
    let other = snapshot.replace("\"id\":\"lkc-west01\"", "\"id\":\"lkc-other\"");
    workspace.write("other.json", &other);
    offline(&workspace, &["plan", "--from", "other.json"])
        .exits(1)
        .says("the snapshot has no answer to this call")
        .says("fix: take a new snapshot with this spec");
}

/// The codes of the rows of a list, or what they do.
fn codes(said: &Said, list: &str) -> Vec<String> {
    let document: Value = serde_json::from_str(&said.out).unwrap();
    let rows = document[list].as_array().unwrap();
    let code = |row: &Value| {
        row["code"]
            .as_str()
            .or(row["action"]["kind"].as_str())
            .unwrap()
            .to_owned()
    };
    let mut codes: Vec<String> = rows.iter().map(code).collect();
    codes.sort();
    codes
}

#[test]
fn names_that_the_spec_does_not_say_are_hidden() {
    let workspace = changed_by_hand();
    let said = workspace
        .run(&["snapshot", "--hash-names", "--out", "hidden.json"])
        .exits(0)
        .says("; it contains the names that the spec says, those of all links, and no secrets");
    assert!(!said.err.contains("hidden-"), "{}", said.err);
    let open = workspace.read("snapshot.json");
    let hidden = workspace.read("hidden.json");
    for (name, is_said) in [
        ("orders.placed", true),
        ("payments", true),
        ("lkc-east01", true),
        ("east:9092", true),
        ("audit.log", false),
    ] {
        assert!(open.contains(name), "{name}");
        assert_eq!(hidden.contains(name), is_said, "{name}");
    }
    assert!(hidden.contains("audit.hidden-"));
    // The next one has other names in their place.
    let again = ["snapshot", "--hash-names", "--out", "again.json"];
    workspace.run(&again).exits(0);
    let place = hidden.find("audit.hidden-").unwrap();
    assert!(
        !workspace
            .read("again.json")
            .contains(&hidden[place..place + 25])
    );

    let from = |command: &str, file: &str| {
        let said = offline(&workspace, &[command, "-o", "json", "--from", file]);
        assert!(said.code.is_some_and(|code| code != 1), "{}", said.err);
        said
    };
    for (command, list) in [
        ("plan", "operations"),
        ("plan", "findings"),
        ("drift", "findings"),
    ] {
        let [open, hidden] =
            ["snapshot.json", "hidden.json"].map(|it| codes(&from(command, it), list));
        assert_eq!(open, hidden, "{command} {list}");
        assert!(!open.is_empty());
    }

    // What the spec says since may be hidden.
    let spec = SPEC.replace(
        "payments: {}",
        "payments: {}, audit.log: {}, 'clicks.*': { state: paused }",
    );
    workspace.write("links.yaml", &spec);
    offline(&workspace, &["plan", "--from", "hidden.json"])
        .exits(0)
        .says("east: whether it has 2 names of the spec is not known")
        .says("audit.log")
        .says("clicks.*")
        .says("[LW529]")
        .says("snapshot has no answer to this call")
        .says_nothing_of("Refused");
    offline(&workspace, &["plan", "--from", "snapshot.json"])
        .exits(0)
        .says_nothing_of("LW529");
}

#[test]
fn what_was_not_read_is_not_named_where_names_are_hidden() {
    let world = r"version: 1
clusters:
  - id: lkc-east01
    bootstrap_servers: east:9092
    topics: [{ name: theirs, records: 9 }]
    groups: [{ id: their-group, offsets: { theirs: 1 } }]
  - id: lkc-west01
    bootstrap_servers: west:9092
faults:
  - { on: { route: groups.lags, cluster: lkc-east01 }, do: { status: { code: 403 } } }
";
    let workspace = Workspace::with(SPEC, world).env("LINK_SECRET", "s");
    let take = |more: &[&str]| {
        let take = ["snapshot", "--out", "it.json", "--sandbox", "w/world.yaml"];
        let args = [&take[..], more].concat();
        Said::by(&mut workspace.program(BINARY, &args)).exits(1)
    };
    take(&[]).says("not read: ").says("their-group");
    take(&["--hash-names"])
        .says("not read: 1 answer; the file says which, without names")
        .says_nothing_of("their");
    assert!(!workspace.read("it.json").contains("their"));
}

#[test]
fn names_that_cannot_be_hidden_are_not_kept() {
    let workspace = changed_by_hand();
    let all = ["hidden-", "name-", "h.", "x"];
    let all = all.map(|name| format!("'audit.{name}*': {{ state: paused }}"));
    let spec = SPEC.replace(
        "payments: {}",
        &format!("payments: {{}}, {}", all.join(", ")),
    );
    workspace.write("links.yaml", &spec);
    workspace
        .run(&["snapshot", "--hash-names", "--out", "hidden.json"])
        .exits(1)
        .says("LW581");
    assert!(!workspace.path("hidden.json").exists());
}
