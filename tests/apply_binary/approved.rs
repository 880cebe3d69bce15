//! A saved plan by itself: recognised, shown, applied with and without the spec that it was made from.

use std::process::Command;

use super::retired::{WORLD, retired};
use crate::support::workspace::{Said, Workspace};

const SANDBOX: [&str; 2] = ["--sandbox", "w/world.yaml"];

fn run(workspace: &Workspace, line: &str) -> Said {
    let args: Vec<&str> = line.split(' ').chain(SANDBOX).collect();
    workspace.run(&args)
}

/// A git repository with one commit of what is on the workspace.
fn committed(workspace: &Workspace) -> String {
    let git = |words: &[&str]| {
        let options = ["-c", "user.name=A", "-c", "user.email=a@example.com"];
        let mut command: Command = workspace.program("git", &[&options[..], words].concat());
        Said::by(&mut command).exits(0).out
    };
    git(&["init", "-q"]);
    git(&["add", "links.yaml"]);
    git(&["commit", "-q", "-m", "links"]);
    git(&["rev-parse", "HEAD"]).trim().to_owned()
}

/// Every run has keys of both clusters.
fn with_keys(workspace: Workspace) -> Workspace {
    workspace
        .env("EAST_API_KEY", "k")
        .env("EAST_API_SECRET", "secret-of-east")
        .env("WEST_API_KEY", "k")
        .env("WEST_API_SECRET", "secret-of-west")
}

#[test]
fn a_plan_file_is_recognised_and_applied_without_its_spec() {
    let workspace = Workspace::quickstart();
    let commit = committed(&workspace);
    run(
        &workspace,
        "plan --out plan.json --markdown-out plan.md --html-out plan.html",
    )
    .exits(0);
    // The comment and the page say what the plan is.
    for file in ["plan.md", "plan.html"] {
        let page = workspace.read(file);
        for words in [&*commit, "Linkwright 0.1.0", "no allowance", "2026-11-02T"] {
            assert!(page.contains(words), "{file}: {words}");
        }
    }
    std::fs::remove_file(workspace.path("links.yaml")).unwrap();
    // A flag that is there for specs approves nothing else, and no one can be asked here.
    run(&workspace, "apply plan.json --auto-approve")
        .exits(64)
        .says(&format!("of commit {commit}, spec ., made"))
        .says("--auto-approve=as-planned");
    run(&workspace, "apply plan.json")
        .exits(64)
        .says("stdin is not a terminal");
    run(&workspace, "apply plan.json --dry-run")
        .exits(0)
        .says("dry run: nothing was applied");
    run(&workspace, "apply plan.json --auto-approve=as-planned")
        .exits(0)
        .says(&format!("of commit {commit}"))
        .says("Apply complete");
    run(
        &workspace,
        "apply --plan plan.json --auto-approve=as-planned",
    )
    .exits(0)
    .says("6 of 6 operations are already done; nothing is left to do");
}

#[test]
fn changes_that_are_not_committed_are_said() {
    let workspace = Workspace::quickstart();
    let commit = committed(&workspace);
    let links = workspace.read("links.yaml");
    workspace.write("links.yaml", &format!("{links}\n# later\n"));
    run(&workspace, "plan links.yaml --out plan.json").exits(0);
    workspace
        .run(&["show", "plan.json"])
        .exits(0)
        .says(&format!(
            "commit {commit}, with changes to the spec that are not committed"
        ));
    // Without git, what the CI system says is shown as that.
    std::fs::remove_dir_all(workspace.path(".git")).unwrap();
    let workspace = workspace.env("CI_COMMIT_SHA", &commit);
    run(&workspace, "plan links.yaml --out plan.json").exits(0);
    workspace
        .run(&["show", "plan.json"])
        .exits(0)
        .says(&format!("commit {commit} (from CI_COMMIT_SHA)"));
}

#[test]
fn a_saved_plan_is_shown_offline_in_every_format() {
    let workspace = Workspace::quickstart();
    let planned = run(
        &workspace,
        "plan --out plan.json --html-out page.html --all",
    )
    .exits(0);
    std::fs::remove_file(workspace.path("links.yaml")).unwrap();
    let show = |format: &str| {
        workspace
            .run(&["show", "plan.json", "--all", "-o", format])
            .exits(0)
            .out
    };
    let text = show("text");
    let (facts, plan) = text.split_once("\n\n").unwrap();
    assert_eq!(plan, planned.out);
    let json: serde_json::Value = serde_json::from_str(&show("json")).unwrap();
    assert!(facts.contains(json["digest"].as_str().unwrap()), "{facts}");
    assert!(
        facts.contains("west (lkc-west01), a simulated cluster"),
        "{facts}"
    );
    assert_eq!(show("json"), workspace.read("plan.json"));
    assert_eq!(show("html"), workspace.read("page.html"));
    assert!(show("markdown").starts_with("## Linkwright plan\n"));
    // A document of `plan -o json` is not a saved plan.
    run(&workspace, "show plan.json").exits(64);
    workspace.write(
        "other.json",
        "{\n  \"format_version\": 1,\n  \"summary\": {}\n}\n",
    );
    workspace
        .run(&["show", "other.json"])
        .exits(64)
        .says("not a saved plan");
    run(&workspace, "apply other.json")
        .exits(64)
        .says("other.json: not a saved plan");
}

#[test]
fn a_plan_file_does_not_carry_what_its_policy_allows() {
    let workspace = Workspace::with(&retired(), WORLD);
    run(&workspace, "plan --out plan.json").exits(0);
    workspace
        .run(&["show", "plan.json"])
        .exits(0)
        .says("--allow irreversible");
    std::fs::remove_file(workspace.path("links.yaml")).unwrap();
    run(&workspace, "apply plan.json --auto-approve=as-planned")
        .exits(3)
        .says("A plan file does not carry allowances");
    assert!(
        !workspace.path("w/world.state.json").exists() || workspace.sandbox().harms().is_empty()
    );
    run(
        &workspace,
        "apply plan.json --auto-approve=as-planned --allow irreversible,data-loss",
    )
    .exits(0);
}

#[test]
fn a_plan_for_one_place_is_not_applied_in_another() {
    let workspace = Workspace::quickstart();
    run(&workspace, "plan . --out plan.json").exits(0);
    let links = workspace.read("links.yaml");
    workspace.write("links.yaml", &links.replace("lkc-east01", "lkc-other"));
    run(&workspace, "apply . --plan plan.json --auto-approve")
        .exits(4)
        .says("east: its id was lkc-east01 when the plan was made, and is lkc-other now");
    workspace.write("links.yaml", &links);
    // What was planned on simulated clusters is not done to real ones.
    let workspace = with_keys(workspace);
    workspace
        .run(&["apply", ".", "plan.json", "--auto-approve"])
        .exits(4)
        .says("west: its REST endpoint was a simulated cluster when the plan was made");
}

#[test]
fn a_plaintext_secret_anywhere_in_the_spec_is_not_saved() {
    let workspace = Workspace::quickstart();
    let links = workspace.read("links.yaml");
    let start = links.find("password:").unwrap();
    let end = start + links[start..].find('}').unwrap();
    let clear = format!("{}password: hunter2 {}", &links[..start], &links[end..]);
    workspace.write("links.yaml", &clear);
    run(&workspace, "plan --out plan.json")
        .exits(64)
        .says("is a plaintext secret, which a saved plan must not contain")
        .says_nothing_of("hunter2");
    assert!(!workspace.path("plan.json").exists());
}

#[test]
fn one_plan_at_a_time_and_nothing_asked_in_addition() {
    let workspace = Workspace::quickstart();
    run(&workspace, "plan --out a.json").exits(0);
    run(&workspace, "plan --out b.json").exits(0);
    run(&workspace, "apply a.json b.json")
        .exits(64)
        .says("b.json are saved plans");
    run(&workspace, "apply --plan a.json b.json").exits(64);
    run(&workspace, "apply a.json --target west")
        .exits(64)
        .says("pass neither with it");
}

// Of the tests of RFC 8032, as OpenSSL writes them.
const KEY: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n\
                   -----END PRIVATE KEY-----\n";
const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n\
                      -----END PUBLIC KEY-----\n";

#[test]
fn an_approved_plan_is_applied_with_what_was_approved_and_nothing_else() {
    let workspace = Workspace::with(&retired(), WORLD);
    workspace.write("key.pem", KEY).write("key.pub", PUBLIC);
    run(&workspace, "plan --out plan.json").exits(0);
    let apply = "apply plan.json --verify key.pub --auto-approve=as-planned --report report.json";
    run(&workspace, apply)
        .exits(3)
        .says("plan.json is not approved: plan.json.approval: ")
        .says("No changes were made");
    workspace
        .run(&["approve", "plan.json", "--key", "key.pub"])
        .exits(64)
        .says("no private key in PEM format");
    workspace
        .run(&[
            "approve",
            "plan.json",
            "--key",
            "key.pem",
            "--valid-for",
            "1h",
        ])
        .exits(0)
        .says("approved plan ")
        .says("with --allow irreversible")
        .says("wrote plan.json.approval");
    let approval = workspace.read("plan.json.approval");
    assert!(!approval.contains("MC4CAQ"), "{approval}");
    // Neither more than was approved, nor with another key, nor a changed approval.
    run(&workspace, &format!("{apply} --allow exceptions"))
        .exits(3)
        .says("--allow exceptions was not approved with plan.json");
    run(&workspace, &apply.replace("key.pub", "key.pem"))
        .exits(64)
        .says("a private key, where a public key is expected");
    workspace.write(
        "plan.json.approval",
        &approval.replace("irreversible", "disruptive"),
    );
    run(&workspace, apply)
        .exits(3)
        .says("its signature is not valid");
    let report: serde_json::Value = serde_json::from_str(&workspace.read("report.json")).unwrap();
    assert_eq!(report["ending"]["exit_code"], 3);
    assert_eq!(report["ending"]["problems"][0]["code"], "LW502");
    workspace.write("plan.json.approval", &approval);
    // The policy of the spec on disk allows nothing in addition.
    run(
        &workspace,
        "apply . --plan plan.json --verify key.pub --auto-approve",
    )
    .exits(0);
    run(&workspace, apply)
        .exits(0)
        .says("nothing is left to do");
    run(&workspace, "apply . --verify key.pub --auto-approve").exits(64);
}

#[test]
fn a_refused_plan_cannot_be_approved() {
    let spec = retired().replace("allow: [", "allow: [reversible] # [");
    let workspace = Workspace::with(&spec, WORLD);
    workspace.write("key.pem", KEY);
    run(&workspace, "plan --out plan.json").exits(3);
    workspace
        .run(&["approve", "plan.json", "--key", "key.pem"])
        .exits(3)
        .says("is refused and cannot be approved");
    assert!(!workspace.path("plan.json.approval").exists());
}

fn document(said: &Said) -> serde_json::Value {
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {}", said.out))
}

#[test]
fn every_ending_is_one_document_for_machines() {
    let workspace = Workspace::quickstart();
    let links = workspace.read("links.yaml");
    let commands = [
        "plan -o json",
        "drift -o json",
        "status -o json",
        "validate -o json",
    ];
    // An invalid spec: codes and places.
    workspace.write("links.yaml", &links.replace("source: east", "source: eest"));
    for line in commands {
        let args: Vec<&str> = line.split(' ').collect();
        let said = match args[0] {
            "validate" => workspace.run(&args),
            _ => run(&workspace, line),
        }
        .exits(64);
        let document = document(&said);
        let first = &document["diagnostics"][0];
        assert_eq!(first["severity"], "error", "{line}");
        assert!(first["code"].as_str().unwrap().starts_with("LW0"), "{line}");
        assert_eq!(first["places"][0]["file"], "links.yaml", "{line}");
    }
    let lines = |said: &Said| -> Vec<serde_json::Value> {
        said.out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    };
    let apply = "apply -o json --auto-approve --report report.json";
    let report =
        || -> serde_json::Value { serde_json::from_str(&workspace.read("report.json")).unwrap() };
    let said = run(&workspace, apply).exits(64);
    let events = lines(&said);
    assert_eq!(events[0]["type"], "version");
    assert_eq!(events[1]["type"], "ended");
    assert_eq!(events[1]["exit_code"], 64);
    assert!(
        events[1]["problems"][0]["places"][0]
            .as_str()
            .unwrap()
            .starts_with("links.yaml:")
    );
    assert_eq!(report()["ending"]["exit_code"], 64);
    // A refused plan: codes and addresses.
    workspace.write(
        "links.yaml",
        &links.replace("orders.placed: {}", "nowhere: {}"),
    );
    let said = run(&workspace, "plan -o json").exits(3);
    assert_eq!(document(&said)["findings"][0]["code"], "LW219");
    let events = lines(&run(&workspace, apply).exits(3));
    assert_eq!(events[1]["type"], "refused");
    assert_eq!(events[1]["problems"][0]["code"], "LW219");
    assert_eq!(
        events[1]["problems"][0]["address"],
        "west/orders-dr/nowhere"
    );
    assert_eq!(events[2]["type"], "planned-again");
    assert_eq!(report()["ending"]["problems"][0]["code"], "LW219");
    // A plan that is out of date: each reason with its address.
    workspace.write("links.yaml", &links);
    run(&workspace, "plan . --out plan.json").exits(0);
    workspace.write(
        "links.yaml",
        &links.replace("state: paused", "state: mirroring"),
    );
    let events = lines(&run(&workspace, &format!("{apply} --plan plan.json .")).exits(4));
    assert_eq!(events.last().unwrap()["type"], "ended");
    assert_eq!(report()["ending"]["problems"][0]["code"], "LW503");
    // A cluster that cannot be read, a file that is missing: exit 1 and 64 have words.
    workspace.write("links.yaml", &links);
    let workspace = with_keys(workspace)
        .env("LINK_KEY", "k")
        .env("LINK_SECRET", "secret-of-link");
    workspace.write("ca.pem", "");
    for command in ["plan", "drift", "status"] {
        let said = workspace
            .run(&[command, "-o", "json", "--ca-file", "missing.pem"])
            .exits(1);
        let document = document(&said);
        assert_eq!(document["diagnostics"][0]["code"], "LW501", "{command}");
        assert_eq!(document["exit_code"], 1, "{command}");
        assert!(said.err.contains("missing.pem"), "{}", said.err);
    }
    // Nothing to do is an ending too.
    run(&workspace, "apply --auto-approve").exits(0);
    run(&workspace, apply).exits(0);
    let report: serde_json::Value = serde_json::from_str(&workspace.read("report.json")).unwrap();
    assert_eq!(report["ending"]["exit_code"], 0);
    assert_eq!(report["ending"]["problems"], serde_json::json!([]));
}
