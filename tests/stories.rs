//! `linkwright test`: scenario files, played by the binary.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

use crate::support::workspace::{BINARY, Said, Workspace};

const SCENARIO: &str = "\
about: The link is created
given:
  world: w/world.yaml
when: [apply]
expect:
  operations: [create-link west/orders-dr, create-mirror west/orders-dr/*, pause-mirror west/orders-dr/*]
  unchanged: true
";

/// The quickstart with a scenario next to its spec.
fn with(scenario: &str) -> Workspace {
    let workspace = Workspace::quickstart();
    workspace.write("first.scenario.yaml", scenario);
    workspace
}

fn in_root(args: &[&str]) -> Said {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = Workspace::new().program(BINARY, args);
    Said::by(command.current_dir(root))
}

#[test]
fn every_runbook_has_a_scenario_that_passes() {
    let names = |folder: &str| -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.map(|name| name.replace(".md", "")).collect();
        names.retain(|name| name != "before");
        names.sort();
        names
    };
    let runbooks = names("docs/runbooks");
    assert_eq!(names("examples/scenarios"), runbooks);
    let said = in_root(&["test", "examples/scenarios"]).exits(0);
    let passed = said.out.lines().filter(|line| line.starts_with("passed  "));
    assert_eq!(passed.count(), runbooks.len(), "{}", said.out);
    // What happens in simulated time is the same in every run, however busy the machine is.
    let again = in_root(&["test", "examples/scenarios/failover"]).exits(0);
    let line = again.out.lines().next().unwrap();
    assert!(
        said.out.lines().any(|it| it == line),
        "{line}\n{}",
        said.out
    );
    assert!(
        said.out
            .contains(&format!("{} scenarios passed in ", runbooks.len())),
        "{}",
        said.out
    );
}

/// The scenarios of this project are in the same format. `tests/scenarios.rs` plays all of them on the library; these
/// are played by the binary too.
#[test]
fn scenarios_of_this_project_pass_too() {
    let some = [
        "acl-sync-would-delete",
        "chain-in-one-plan",
        "create-link-with-mirrors",
        "exception-and-nothing-else-to-do",
        "failover-with-source-down",
        "forbidden-to-read",
        "immutable-prefix",
    ];
    let paths: Vec<String> = some
        .iter()
        .map(|it| format!("tests/scenarios/{it}"))
        .collect();
    let mut args = vec!["test"];
    args.extend(paths.iter().map(String::as_str));
    in_root(&args).exits(0).says("7 scenarios passed in ");
}

#[test]
fn a_scenario_next_to_a_spec_changes_nothing_there() {
    let workspace = with(SCENARIO).env("LINKWRIGHT_STORE", "s3://nowhere/links");
    let before = files(&workspace);
    let said = workspace.run(&["test"]).exits(0);
    assert!(
        said.out
            .starts_with("passed  first.scenario.yaml: The link is created"),
        "{}",
        said.out
    );
    assert!(said.out.contains("\n1 scenario passed in "), "{}", said.out);
    assert_eq!(files(&workspace), before);
    // The other commands pass over it.
    workspace
        .run(&["validate"])
        .exits(0)
        .says("valid: 1 file")
        .says_nothing_of("first.scenario.yaml");
    workspace
        .run(&["validate", "first.scenario.yaml"])
        .exits(64)
        .says("error[LW535]: the file is a scenario, not a spec");
}

fn files(workspace: &Workspace) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(workspace.path("")).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let files = paths.filter(|path| path.is_file());
    let files = files.map(|path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, std::fs::read(path).unwrap())
    });
    let mut files: Vec<_> = files.collect();
    files.sort();
    files
}

#[test]
fn what_is_not_as_expected_is_shown_with_its_place() {
    let wrong = SCENARIO.replace("create-mirror", "create-miror").replace(
        "[apply]",
        "[{ pass: 1m }, { run: apply, expect: { exit: 0 } }]",
    );
    let workspace = with(SCENARIO);
    workspace.write("second.scenario.yaml", &wrong);
    let said = workspace.run(&["test"]).exits(1);
    for words in [
        "passed  first.scenario.yaml",
        "failed  second.scenario.yaml",
        "second.scenario.yaml:6:16: the operations are others",
        "    - create-miror west/orders-dr/*",
        "    + create-mirror west/orders-dr/orders.placed",
        "  `apply` printed at its end:",
        "2 scenarios: 1 passed, 1 failed in ",
        "  failed: second.scenario.yaml",
    ] {
        assert!(said.out.contains(words), "{words}\n{}", said.out);
    }
    let junit = workspace.run(&["test", "--output", "junit"]).exits(1).out;
    assert!(
        junit.contains("tests=\"2\" failures=\"1\" errors=\"0\""),
        "{junit}"
    );
    assert!(junit.contains("<failure type=\"LW536\" message=\"the operations are others\">"));
    // The first command that does otherwise ends the scenario.
    workspace.write(
        "second.scenario.yaml",
        &SCENARIO.replace("[apply]", "[plan --why west/nothing, apply]"),
    );
    let said = workspace.run(&["test", "second.scenario.yaml"]).exits(1);
    assert!(
        said.out.contains("    - exit code 0\n    + exit code 64\n"),
        "{}",
        said.out
    );
    assert!(
        said.out
            .contains("the plan has no operation on west/nothing")
    );
    workspace.write(
        "second.scenario.yaml",
        &SCENARIO.replace("[apply]", "[{ lose: nowhere }, apply]"),
    );
    let said = workspace.run(&["test", "second.scenario.yaml"]).exits(1);
    assert!(said.out.contains("the event cannot happen"), "{}", said.out);
}

#[test]
fn a_malformed_scenario_ends_with_64_and_nothing_is_run() {
    let workspace = with(SCENARIO);
    workspace
        .write(
            "bad.scenario.yaml",
            "given: { world: nowhere.yaml }\nwhen:\n  - plna\n",
        )
        .write("worse.scenario.yaml", "given:\n\twhen: []\n");
    let said = workspace
        .run(&["test"])
        .exits(64)
        .says("bad.scenario.yaml:1:17")
        .says("error[LW532]")
        .says("bad.scenario.yaml:3:5")
        .says("error[LW531]")
        .says("worse.scenario.yaml:2:2")
        .says("error[LW002]");
    assert_eq!(said.out, "");
    let empty = Workspace::new();
    empty
        .run(&["test"])
        .exits(64)
        .says("error[LW534]: no scenario in `.`");
    empty
        .run(&["test", "none.yaml"])
        .exits(64)
        .says("none.yaml");
}

#[test]
fn a_scenario_can_be_given_a_snapshot_and_compare_whole_outputs() {
    let workspace = Workspace::quickstart();
    workspace
        .run(&[
            "apply",
            "--auto-approve",
            "--quiet",
            "--sandbox",
            "w/world.yaml",
        ])
        .exits(0);
    workspace
        .run(&[
            "snapshot",
            "--out",
            "snapshot.json",
            "--sandbox",
            "w/world.yaml",
        ])
        .exits(0);
    let scenario = "\
given: { snapshot: snapshot.json }
when:
  - run: status
    expect: { output: status.txt }
  - change: { pause: west/orders-dr/orders.placed }
  - pass: 1m
  - lose: east
  - pass: 10m
  - run: drift
    expect: { findings: [LW230, LW240, LW242, LW420], exit: 2 }
";
    workspace.write("s.scenario.yaml", scenario);
    workspace
        .run(&["test"])
        .exits(1)
        .says("there is no file status.txt; `linkwright test --update` writes it");
    workspace
        .run(&["test", "--update"])
        .says("wrote status.txt");
    assert!(workspace.read("status.txt").contains("west/orders-dr"));
    workspace.run(&["test"]).exits(0);
    let status = workspace.read("status.txt").replace("ACTIVE", "IDLE");
    workspace.write("status.txt", &status);
    workspace
        .run(&["test"])
        .exits(1)
        .says("s.scenario.yaml:4:23: status.txt is not as expected");
}

#[test]
fn watching_runs_again_when_a_file_changes() {
    let workspace = with(SCENARIO);
    let mut command = workspace.linkwright(&["test", "--watch"]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut until = |words: &str| {
        let ends = |line: &String| line.starts_with("1 scenario");
        let line = lines.by_ref().map(Result::unwrap).find(ends).unwrap();
        assert!(line.contains(words), "{line}");
    };
    until("1 scenario passed in ");
    workspace.write(
        "first.scenario.yaml",
        &SCENARIO.replace("unchanged: true", "exit: 3"),
    );
    until("1 scenario: 0 passed, 1 failed in ");
    child.kill().unwrap();
    child.wait().unwrap();
}
