//! In a pipeline: outputs, summary, nobody to ask.

use super::retired::{WORLD, retired};
use crate::support::workspace::{Said, Workspace};

const SANDBOX: [&str; 2] = ["--sandbox", "w/world.yaml"];

#[test]
fn a_step_leaves_its_outputs_and_its_summary() {
    let workspace = Workspace::with(&retired(), WORLD);
    let run = || {
        let args = [&["apply", "--auto-approve"], &SANDBOX[..]].concat();
        let mut command = workspace.linkwright(&args);
        command
            .env("GITHUB_OUTPUT", workspace.path("out.txt"))
            .env("GITHUB_STEP_SUMMARY", workspace.path("summary.md"));
        Said::by(&mut command).exits(0)
    };
    run();
    let outputs = workspace.read("out.txt");
    assert!(outputs.contains("changes=false\n"), "{outputs}");
    assert!(outputs.contains("exit_code=0\n"), "{outputs}");
    let summary = workspace.read("summary.md");
    assert!(summary.starts_with("## Linkwright apply"), "{summary}");
    assert!(summary.contains("| done | 3 |"), "{summary}");
    // Another step of the same job adds to both.
    run();
    assert!(workspace.read("out.txt").starts_with(&outputs));
    assert!(workspace.read("summary.md").starts_with(&summary));
    assert!(workspace.read("summary.md").len() > summary.len());
}

#[test]
fn without_a_terminal_nothing_is_done() {
    let workspace = Workspace::with(&retired(), WORLD);
    let args = [&["apply"], &SANDBOX[..]].concat();
    let said = workspace.run(&args).exits(64);
    let words = "stdin is not a terminal, so approval cannot be asked for; review the plan and pass --auto-approve";
    assert!(said.err.contains(words), "{}", said.err);
    assert!(workspace.sandbox().snapshot()["clusters"]["lkc-west01"]["halves"]["old"].is_object());
}

#[test]
fn progress_goes_to_standard_error_and_quiet_leaves_it_out() {
    for (quiet, told) in [(&[][..], true), (&["-q"][..], false)] {
        // The sandbox's clock runs twenty times as fast; stopping and deleting take a while even so.
        let world = format!("timings: {{ stop_ms: 60000 }}\n{WORLD}");
        let workspace = Workspace::with(&retired(), &world);
        let args = [&["apply", "--auto-approve"], &SANDBOX[..], quiet].concat();
        let said = workspace.run(&args).exits(0);
        assert_eq!(said.err.contains("waiting"), told, "{}", said.err);
        assert!(!said.out.contains("waiting"), "{}", said.out);
        assert!(said.out.contains("Apply complete"), "{}", said.out);
        assert!(!said.err.contains('\u{1b}'), "{}", said.err);
    }
}

#[test]
fn a_saved_plan_of_a_part_is_applied_without_saying_the_part_again() {
    let spec = format!(
        "{}links:\n  dr:\n    source: east\n    destination: west\n    \
         credentials: {{ sasl_plain: {{ username: \"${{env:K:-k}}\", password: \"${{env:S:-s}}\" }} }}\n",
        retired().replace(
            "allow: [reversible, disruptive, irreversible, data-loss]",
            "allow: [reversible]"
        )
    );
    let workspace = Workspace::with(&spec, WORLD);
    let run = |args: &[&str]| {
        let args = [args, &SANDBOX[..]].concat();
        workspace.run(&args)
    };
    let allow = ["--allow", "disruptive,irreversible,data-loss"];
    let part = ["plan", "--out", "plan.json", "--target", "west/old"];
    run(&[&part[..], &allow[..]].concat()).exits(0);
    // More cannot be asked of it.
    let apply = ["apply", ".", "--plan", "plan.json", "--auto-approve"];
    run(&[&apply[..], &["--target", "west/dr"]].concat()).exits(64);
    run(&[&apply[..], &allow[..]].concat()).exits(0);
    let halves = workspace.sandbox().snapshot()["clusters"]["lkc-west01"]["halves"].clone();
    assert_eq!(halves, serde_json::json!({}), "only the part was applied");
}

#[test]
fn a_slip_in_a_name_is_not_nothing_to_do() {
    let workspace = Workspace::with(&retired(), WORLD);
    for (names, words) in [
        (
            ["--target", "wets"],
            "no cluster named `wets` in the spec; did you mean `west`?",
        ),
        (
            ["--target", "west/odl"],
            "no link named `west/odl` in the spec; did you mean `west/old`?",
        ),
        (["--target", "west/odl/a"], "no link named `west/odl`"),
        (
            ["--rotate", "old"],
            "--rotate old: no link named `old` in the spec",
        ),
    ] {
        let args = [&["apply", "--auto-approve"], &SANDBOX[..], &names[..]].concat();
        let said = workspace.run(&args).exits(64);
        assert!(said.err.contains(words), "{}", said.err);
    }
}
