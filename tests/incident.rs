//! An incident from the first command to the next green pipeline, with Git: the primary and the forge are gone, the
//! topics are failed over, the change is committed on the machine, pushed when the forge is back, and the pipeline
//! has nothing to do.

use std::process::Command;

use linkwright_sandbox::{FaultAction, FaultMatch, FaultSpec, Reach};

use crate::support::workspace::{Said, Workspace};

const WORLD: &str = "\
version: 1
clusters:
  - id: lkc-east01
    name: east
    bootstrap_servers: east.example:9092
    rest_auth: { basic: [{ username: EASTKEY, password: east-secret }] }
    topics:
      - { name: orders, partitions: 2, records: 200 }
      - { name: payments, partitions: 1, records: 50 }
  - id: lkc-west01
    name: west
    bootstrap_servers: west.example:9092
    rest_auth: { basic: [{ username: WESTKEY, password: west-secret }] }
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
x-link: &link
  sasl_plain: { username: \"${env:LINK_KEY}\", password: \"${env:LINK_SECRET}\" }
links:
  dr:
    mode: bidirectional
    halves:
      east: { credentials: *link }
      west: { credentials: *link }
    topics: # by the cluster that they are written on
      orders: { primary: east }
      payments: { primary: east }
";

/// A folder with a spec, and clusters that are as it says.
fn in_folder(spec: &str) -> Workspace {
    let mut workspace = Workspace::with(spec, WORLD);
    for (name, value) in [
        ("EAST_KEY", "EASTKEY"),
        ("EAST_SECRET", "east-secret"),
        ("WEST_KEY", "WESTKEY"),
        ("WEST_SECRET", "west-secret"),
        ("LINK_KEY", "any"),
        ("LINK_SECRET", "any"),
    ] {
        workspace = workspace.env(name, value);
    }
    run(&workspace, &["apply", "--auto-approve"]).exits(0);
    workspace
}

/// The same as a clone of a bare repository in `w`.
fn repository() -> Workspace {
    let path = std::env::var_os("PATH").unwrap().into_string().unwrap();
    let mut workspace = in_folder(SPEC);
    let home = workspace.path("w").display().to_string();
    for (name, value) in [
        ("PATH", path.as_str()),
        ("HOME", &home),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_AUTHOR_NAME", "On call"),
        ("GIT_AUTHOR_EMAIL", "on-call@example.com"),
        ("GIT_COMMITTER_NAME", "On call"),
        ("GIT_COMMITTER_EMAIL", "on-call@example.com"),
    ] {
        workspace = workspace.env(name, value);
    }
    for words in [
        &[
            "init",
            "--quiet",
            "--bare",
            "--initial-branch=main",
            "w/forge.git",
        ][..],
        &["init", "--quiet", "--initial-branch=main", "."],
        &["remote", "add", "origin", "w/forge.git"],
        &["add", "links.yaml"],
        &["commit", "--quiet", "-m", "links"],
        &["push", "--quiet", "--set-upstream", "origin", "main"],
    ] {
        git(&workspace, words).exits(0);
    }
    workspace
}

fn git(workspace: &Workspace, words: &[&str]) -> Said {
    Said::by(&mut workspace.program("git", words))
}

fn run(workspace: &Workspace, args: &[&str]) -> Said {
    workspace.run(&[args, &["--sandbox", "w/world.yaml"]].concat())
}

/// The commands that a run prints for Git.
fn commands(said: &Said) -> Vec<String> {
    let lines = said
        .out
        .lines()
        .filter_map(|line| line.strip_prefix("  git "));
    lines.map(|rest| format!("git {rest}")).collect()
}

fn shell(workspace: &Workspace, command: &str) -> Said {
    let mut shell: Command = workspace.program("sh", &["-c", command]);
    Said::by(&mut shell)
}

/// The names of the patch files.
fn patches(workspace: &Workspace) -> Vec<String> {
    let entries = std::fs::read_dir(workspace.path(".")).unwrap();
    let names = entries.map(|it| it.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.ends_with(".patch")).collect()
}

#[test]
fn a_failover_without_the_primary_and_the_forge_is_committed_pushed_later_and_the_pipeline_is_green()
 {
    let workspace = repository();
    // Somebody has staged something else, which is none of the commands' business.
    workspace.write("notes.txt", "");
    git(&workspace, &["add", "notes.txt"]).exits(0);
    // Of two changes of the same lines only one would apply: that is said before anything is done.
    let first = run(&workspace, &["pause", "west/dr/orders", "--auto-approve"]).exits(0);
    let [waiting] = patches(&workspace).try_into().unwrap();
    for more in ["--write", "--dry-run", "--patch=other.patch"] {
        run(
            &workspace,
            &["pause", "west/dr/payments", "--auto-approve", more],
        )
        .exits(64)
        .says(&format!(
            "{waiting} of an earlier command changes the same lines"
        ))
        .says(&format!("Apply it first: git apply -- {waiting}"))
        .says_nothing_of("Wave 1");
    }
    let back = ["resume", "west/dr/orders", "--auto-approve", "--write"];
    run(&workspace, &back)
        .exits(0)
        .says("Spec: unchanged; it says so already")
        .says(&format!(
            "Not applied: {waiting}; delete what this command undoes"
        ));
    run(&workspace, &["pause", "west/dr/orders", "--auto-approve"]).exits(0);
    for command in commands(&first) {
        shell(&workspace, &command).exits(0);
    }
    for command in commands(&run(&workspace, &back).exits(0)) {
        shell(&workspace, &command).exits(0);
    }
    std::fs::remove_file(workspace.path(&waiting)).unwrap();
    // On a quiet day: with `--write` the spec is changed in place, no file is left, and Git has it at once.
    for (verb, state) in [("pause", "paused"), ("resume", "mirroring")] {
        let done = run(
            &workspace,
            &[verb, "west/dr/orders", "--write", "--auto-approve"],
        )
        .exits(0)
        .says("Spec: changed links.yaml");
        let line = format!("      orders: {{ primary: east, state: {state} }}\n");
        assert!(workspace.read("links.yaml").contains(&line));
        for command in commands(&done) {
            shell(&workspace, &command).exits(0);
        }
    }
    assert_eq!(patches(&workspace), [""; 0]);
    let before = workspace.read("links.yaml");
    // The region is gone: no request to the east is answered, the link cannot reach it, and Git cannot reach the forge.
    let sandbox = workspace.sandbox();
    assert!(sandbox.set_reachable("lkc-east01", Reach::Cut));
    sandbox.add_fault(FaultSpec {
        name: None,
        on: FaultMatch {
            cluster: Some("lkc-east01".to_owned()),
            ..FaultMatch::default()
        },
        skip: 0,
        times: None,
        probability: 1.0,
        action: FaultAction::BlackHole,
    });
    workspace.leave(&sandbox);
    let forge = workspace.path("w/forge.git");
    let away = workspace.path("w/away.git");
    std::fs::rename(&forge, &away).unwrap();

    let failover = [
        "failover",
        "west/dr",
        "--lost",
        "region down, INC-4711",
        "--lost-until",
        "2099-01-01",
    ];
    let and = |more: &[&str]| run(&workspace, &[&failover, more].concat());
    // Without the word that the east is lost, nothing is concluded.
    run(&workspace, &["failover", "west/dr"])
        .exits(64)
        .says("LW575");
    // To look at it changes nothing.
    and(&["--dry-run", "--allow", "irreversible,data-loss"])
        .exits(0)
        .says("+      orders: { primary: west, state: mirroring }")
        .says("fail over")
        .says("dry run: nothing was applied")
        .says("Undo: a failover cannot be undone");
    // The guards are those of `apply`, and so is the consent; what was saved is removed again.
    and(&["--auto-approve"])
        .exits(3)
        .says("LW301")
        .says("was removed");
    and(&["--allow", "irreversible,data-loss"])
        .exits(64)
        .says("--auto-approve");
    and(&["--patch", "links.yaml"]).exits(64).says(".patch");
    assert_eq!(patches(&workspace), [""; 0]);
    assert_eq!(workspace.read("links.yaml"), before);
    assert!(
        git(&workspace, &["status", "--porcelain", "--", "links.yaml"])
            .out
            .is_empty()
    );

    let done = and(&["--allow", "irreversible,data-loss", "--auto-approve"])
        .exits(0)
        .says("Apply complete: 2 done")
        .says("writable at: west: orders, payments")
        .says("Spec: not changed; its change is in linkwright-failover-")
        .says("producers: start them at west; keep those of east stopped")
        .says("linkwright switchover dr --to east");
    let [patch] = patches(&workspace).try_into().unwrap();
    let commands = commands(&done);
    let [apply, add, commit, push] = commands.as_slice() else {
        panic!("{commands:?}");
    };
    assert_eq!(*apply, format!("git apply -- {patch}"));
    assert_eq!(*push, "git push");
    for command in [apply, add, commit] {
        shell(&workspace, command).exits(0);
    }
    assert_ne!(shell(&workspace, push).code, Some(0));
    let spec = workspace.read("links.yaml");
    assert!(spec.contains(
        "    topics: # by the cluster that they are written on\n      orders: { primary: west, state: mirroring }\n"
    ));
    assert!(
        spec.contains("    lost: { reason: \"region down, INC-4711\", until: \"2099-01-01\" }\n"),
        "{spec}"
    );
    git(&workspace, &["log", "-1", "--format=%s"])
        .exits(0)
        .says("failover west/dr");
    git(&workspace, &["show", "--name-only", "--format="])
        .exits(0)
        .says("links.yaml")
        .says_nothing_of("notes.txt");
    git(&workspace, &["status", "--porcelain", "--", "notes.txt"])
        .exits(0)
        .says("A  notes.txt");

    // The forge is back before the region is.
    std::fs::rename(&away, &forge).unwrap();
    shell(&workspace, push).exits(0);
    git(
        &workspace,
        &["clone", "--quiet", "w/forge.git", "w/pipeline"],
    )
    .exits(0);
    workspace
        .run(&[
            "plan",
            "w/pipeline",
            "--detailed-exitcode",
            "--sandbox",
            "w/world.yaml",
        ])
        .exits(0)
        .says("No changes");
    workspace
        .run(&[
            "apply",
            "w/pipeline",
            "--auto-approve",
            "--sandbox",
            "w/world.yaml",
        ])
        .exits(0);
    // The same command again has nothing to do and nothing to say to Git.
    let again = and(&["--auto-approve", "--write", "-o", "json"]).exits(0);
    let events: Vec<serde_json::Value> = (again.out.lines())
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let types: Vec<&str> = events
        .iter()
        .map(|it| it["type"].as_str().unwrap())
        .collect();
    assert_eq!(types, ["version", "patch", "hand-over", "planned-again"]);
    assert_eq!(events[2]["commands"], serde_json::json!([]));
}

#[test]
fn all_that_is_named_is_done_or_nothing() {
    let hold = "payments: { primary: east, hold: { reason: load test, until: 2099-01-01 } }";
    let held = SPEC.replace("payments: { primary: east }", hold);
    let workspace = in_folder(&held);
    let before = workspace.read("links.yaml");
    for more in [&[][..], &["--dry-run"], &["-o", "json"]] {
        let named = [
            "pause",
            "west/dr/orders",
            "west/dr/payments",
            "--auto-approve",
            "--write",
        ];
        run(&workspace, &[&named[..], more].concat())
            .exits(3)
            .says("LW273")
            .says("load test")
            .says("Not held back: west/dr/orders; name these alone");
        assert_eq!(workspace.read("links.yaml"), before);
        assert_eq!(patches(&workspace), [""; 0]);
    }
    run(
        &workspace,
        &["pause", "west/dr/orders", "--auto-approve", "--write"],
    )
    .exits(0);
    assert!(
        workspace
            .read("links.yaml")
            .contains("orders: { primary: east, state: paused }")
    );
    // What another change is in is not overwritten.
    workspace.write("mine.patch", "another\n");
    let resume = [
        "resume",
        "west/dr/orders",
        "--auto-approve",
        "--patch",
        "mine.patch",
    ];
    run(&workspace, &resume)
        .exits(64)
        .says("mine.patch has another change; name another file with --patch");
    assert_eq!(workspace.read("mine.patch"), "another\n");
}

const ONE_WAY: &str = "  \
  dr:
    source: east
    destination: west
    credentials: *link
";
const NAMED: &str = "    mirrors:\n      orders: {}\n      payments: {}\n";
/// Both are found where they run, so that of those that have stopped the second run says nothing.
const AUTO_CREATED: &str = "    auto_create_mirrors: { topics: { include: [\"*\"] } }\n";

/// Two mirror topics of a one-way link that these lines declare, one of which is refused once.
fn one_of_two_is_refused(mirrors: &str) -> Workspace {
    let links = SPEC.find("  dr:\n").unwrap();
    let workspace = in_folder(&format!("{}{ONE_WAY}{mirrors}", &SPEC[..links]));
    let sandbox = workspace.sandbox();
    // Until auto-create has looked.
    sandbox.advance(std::time::Duration::from_secs(900));
    sandbox.add_fault(FaultSpec {
        name: None,
        on: FaultMatch {
            route: Some("mirrors.failover".to_owned()),
            ..FaultMatch::default()
        },
        skip: 0,
        times: Some(1),
        probability: 1.0,
        action: FaultAction::FailItems {
            topics: vec!["payments".to_owned()],
            error_code: 40002,
            message: "not now".to_owned(),
        },
    });
    workspace.leave(&sandbox);
    workspace
}

#[test]
fn a_command_that_left_something_to_do_is_run_again_as_it_is() {
    let allowed = ["--allow", "irreversible,data-loss", "--auto-approve"];
    let failover = |workspace: &Workspace, more: &[&str]| {
        let all = [&["failover", "west/dr"], &allowed[..], more].concat();
        run(workspace, &all)
    };
    // What is declared, wherever the change is then.
    let declared = "      orders: { state: failed-over }\n      payments: { state: failed-over }\n";
    for (mirrors, more) in [
        (NAMED, &[][..]),
        (NAMED, &["--write"]),
        (AUTO_CREATED, &[]),
        (AUTO_CREATED, &["--write"]),
        (AUTO_CREATED, &["--patch", "w/night.patch"]),
    ] {
        let workspace = one_of_two_is_refused(mirrors);
        let before = workspace.read("links.yaml");
        failover(&workspace, more)
            .exits(5)
            .says("run the same command again");
        let folder = if more.len() == 2 { "w" } else { "." };
        let patches = || {
            let entries = std::fs::read_dir(workspace.path(folder)).unwrap();
            let names = entries.map(|it| it.unwrap().file_name().into_string().unwrap());
            names
                .filter(|it| it.ends_with(".patch"))
                .collect::<Vec<_>>()
        };
        let left = patches();
        if more != ["--write"] {
            assert_eq!(left.len(), 1, "{left:?}");
            // A refusal, and a look, leave what the first run has left.
            let first = workspace.read(&format!("{folder}/{}", left[0]));
            run(
                &workspace,
                &[&["failover", "west/dr", "--auto-approve"], more].concat(),
            )
            .exits(3)
            .says("is from an earlier run, and stays");
            failover(&workspace, &[more, &["--dry-run"]].concat())
                .exits(0)
                .says("fail over mirror topic west/dr/payments")
                .says("an earlier run of this command left");
            assert_eq!(workspace.read(&format!("{folder}/{}", left[0])), first);
        }
        let done = failover(&workspace, more)
            .exits(0)
            .says("Apply complete: 1 done");
        assert_eq!(patches(), left);
        match more {
            ["--write"] => {}
            _ => {
                assert_eq!(workspace.read("links.yaml"), before);
                shell(&workspace, &commands(&done)[0]).exits(0);
            }
        }
        assert!(workspace.read("links.yaml").contains(declared));
        failover(&workspace, more).exits(0);
        run(&workspace, &["plan", "--detailed-exitcode"]).exits(0);
    }
}

#[test]
fn another_name_for_the_patch_takes_the_place_of_the_one_that_an_earlier_run_left() {
    let workspace = one_of_two_is_refused(NAMED);
    let failover = ["failover", "west/dr", "--auto-approve"];
    let and = |more: &[&str]| run(&workspace, &[&failover, more].concat());
    and(&["--allow", "irreversible,data-loss"]).exits(5);
    let [left] = patches(&workspace).try_into().unwrap();
    let text = workspace.read(&left);
    assert!(
        text.starts_with("# linkwright failover west/dr\n--- a/links.yaml\n"),
        "{text}"
    );
    // It is as before when nothing was sent.
    and(&["--patch", "other.patch"]).exits(3);
    assert_eq!(patches(&workspace), std::slice::from_ref(&left));
    assert_eq!(workspace.read(&left), text);
    // Another command is still kept from changing the same lines.
    run(&workspace, &["pause", "west/dr/payments", "--auto-approve"])
        .exits(64)
        .says(&format!(
            "{left} of an earlier command changes the same lines"
        ));
    and(&[
        "--patch",
        "other.patch",
        "--allow",
        "irreversible,data-loss",
    ])
    .exits(0);
    assert_eq!(patches(&workspace), ["other.patch"]);
    // It is the same file by its whole name.
    let whole = workspace.path("other.patch").display().to_string();
    and(&["--patch", &whole]).exits(0);
    assert_eq!(patches(&workspace), ["other.patch"]);
    // Another change under the name of the patch is found before anything is done, in a dry run too.
    workspace.write("mine.patch", "another\n");
    for more in [&["--dry-run"][..], &[]] {
        and(&[&["--patch", "mine.patch"], more].concat())
            .exits(64)
            .says("mine.patch has another change; name another file with --patch");
    }
}

#[test]
fn an_environment_that_is_broken_keeps_no_verb_of_another_back() {
    let workspace = in_folder(SPEC);
    std::fs::create_dir(workspace.path("environments")).unwrap();
    let broken = "environments/broken.yaml";
    workspace.write(broken, "set: { links.nothing.prefix: a }\n");
    let pause = |topic: &str, more: &[&str]| {
        let address = format!("west/dr/{topic}");
        let all = [&["pause", &address, "--auto-approve", "--write"], more].concat();
        run(&workspace, &all)
    };
    pause("orders", &[])
        .exits(0)
        .says("What changes with environment broken is unknown: the spec is invalid with it.");
    // One that the change makes invalid keeps it back.
    workspace.write(broken, "set: { links.dr.topics.payments.copy: none }\n");
    let validate = ["validate", "--environment", "broken"];
    workspace.run(&validate).exits(0);
    let before = workspace.read("links.yaml");
    pause("payments", &[]).exits(3).says("LW578").says("broken");
    assert_eq!(workspace.read("links.yaml"), before);
    workspace.run(&validate).exits(0);
}

#[test]
fn a_spec_that_git_does_not_know_yet_is_committed_too() {
    let workspace = repository();
    git(&workspace, &["rm", "--quiet", "--cached", "links.yaml"]).exits(0);
    git(&workspace, &["commit", "--quiet", "-m", "not yet"]).exits(0);
    let pause = ["pause", "west/dr/orders", "--auto-approve", "--write"];
    for command in commands(&run(&workspace, &pause).exits(0)) {
        shell(&workspace, &command).exits(0);
    }
    git(&workspace, &["show", "HEAD:links.yaml"])
        .exits(0)
        .says("state: paused");
}

/// A patch of an earlier incident that is still there says something else, and is not taken along.
#[test]
fn the_loss_of_another_incident_is_another_command() {
    let workspace = in_folder(SPEC);
    let before = workspace.read("links.yaml");
    let failover = |reason: &str| {
        let all = ["failover", "west/dr", "--lost", reason, "--dry-run"];
        let more = ["--allow", "irreversible,data-loss"];
        run(&workspace, &[&all[..], &more].concat())
    };
    let old = before.replace(
        "  west:\n    id",
        "    lost: { reason: INC-1, until: \"2099-01-01\" }\n  west:\n    id",
    );
    workspace.write("a.yaml", &before).write("b.yaml", &old);
    let made = git(
        &workspace,
        &["diff", "--no-index", "--no-color", "a.yaml", "b.yaml"],
    );
    let made = made
        .out
        .replace("a.yaml", "links.yaml")
        .replace("b.yaml", "links.yaml");
    let start = made.find("--- ").unwrap();
    let heading = "# linkwright failover west/dr --lost INC-1\n";
    workspace.write("old.patch", &format!("{heading}{}", &made[start..]));
    for name in ["a.yaml", "b.yaml"] {
        std::fs::remove_file(workspace.path(name)).unwrap();
    }
    failover("INC-2")
        .exits(64)
        .says("old.patch of an earlier command changes the same lines");
    failover("INC-1").says("an earlier run of this command left in old.patch");
}

/// What selects the topics of a pair is a setting of its halves, which the addresses of a verb do not name.
#[test]
fn what_the_change_asks_for_elsewhere_is_said() {
    let patterns =
        "orders: { primary: east }\n      \"pay*\": { primary: east, auto_create: true }";
    let spec = SPEC.replace(
        "orders: { primary: east }\n      payments: { primary: east }",
        patterns,
    );
    assert_ne!(spec, SPEC);
    let workspace = in_folder(&spec);
    let promote = |topic: &str, more: &[&str]| {
        let address = format!("west/dr/{topic}");
        let all = [
            "promote",
            &address,
            "--auto-approve",
            "--allow",
            "irreversible",
        ];
        run(&workspace, &[&all, more].concat()).exits(0)
    };
    let other = "The change also asks for other settings of west/dr";
    promote("orders", &["--dry-run"]).says_nothing_of(other);
    promote("payments", &["--write"]).says(other);
    let plan = ["plan", "--detailed-exitcode", "--allow", "disruptive"];
    run(&workspace, &plan)
        .exits(2)
        .says("change settings of link west/dr")
        .says("exclude payments");
    // Both risks of the way back are named.
    let over = [
        "switchover",
        "dr",
        "--to",
        "west",
        "--auto-approve",
        "--dry-run",
    ];
    run(
        &workspace,
        &[&over[..], &["--allow", "direction,disruptive"]].concat(),
    )
    .exits(0)
    .says("linkwright switchover dr --to east --allow direction,disruptive`");
}
