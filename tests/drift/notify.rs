//! The last report, and telling others what is new since.

use serde_json::Value;

use super::applied::{applied, by_hand};
use super::hands::four_changes;
use super::webhook::{Receiver, TOKEN};
use crate::support::workspace::{BINARY, Said, Workspace};

const SINCE: [&str; 4] = ["--since", "last.json", "--json-out", "last.json"];

/// A run of the schedule: the same file for the last report and the next.
fn scheduled(workspace: &Workspace, receiver: &Receiver, more: &[&str]) -> Said {
    let args = [&["drift", "--notify", "${env:HOOK}"][..], &SINCE[..], more].concat();
    let run = Said::by(workspace.linkwright(&args).env("HOOK", &receiver.url));
    for text in [&run.out, &run.err] {
        assert!(!text.contains(TOKEN), "{text}");
        assert!(!text.contains("127.0.0.1"), "{text}");
    }
    run
}

#[test]
fn a_webhook_gets_what_is_new_and_once() {
    let workspace = applied();
    let receiver = Receiver::new(&[200]);
    assert_eq!(scheduled(&workspace, &receiver, &[]).code, Some(0));
    assert!(receiver.taken().is_empty(), "nothing is nothing to tell");

    by_hand(&workspace, four_changes);
    assert_eq!(scheduled(&workspace, &receiver, &["-vv"]).code, Some(2));
    let told = receiver.taken();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["new"].as_array().unwrap().len(), 4);
    let run = scheduled(&workspace, &receiver, &[]);
    assert_eq!(run.code, Some(2), "it is drift, and no news");
    assert!(run.out.contains(": 4 unchanged."), "{}", run.out);
    assert!(receiver.taken().is_empty());

    let run = workspace.run(&["apply", "--auto-approve", "--rotate", "audit-dr"]);
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    let run = scheduled(&workspace, &receiver, &[]);
    assert_eq!(run.code, Some(2), "{}", run.out);
    let told = receiver.taken();
    assert_eq!(told[0]["gone"].as_array().unwrap().len(), 3, "{told:#?}");
    assert_eq!(told[0]["unchanged"], 1);
}

#[test]
fn what_was_not_delivered_is_reported_by_the_next_run() {
    let workspace = applied();
    let receiver = Receiver::new(&[404]);
    assert_eq!(scheduled(&workspace, &receiver, &[]).code, Some(0));
    let before = workspace.read("last.json");
    by_hand(&workspace, four_changes);
    for _ in 0..2 {
        let run = scheduled(&workspace, &receiver, &[]);
        assert_eq!(run.code, Some(2), "drift comes first");
        assert!(run.out.contains("new west/audit-dr"), "{}", run.out);
        assert!(run.err.contains("LW442"), "{}", run.err);
        assert!(run.err.contains("404"), "{}", run.err);
        assert_eq!(workspace.read("last.json"), before);
    }
    receiver.answers(200);
    receiver.taken();
    scheduled(&workspace, &receiver, &[]);
    assert_eq!(receiver.taken().len(), 1);
    assert_ne!(workspace.read("last.json"), before);

    // Without drift, a notification that fails is all that went wrong.
    let quiet = applied();
    let receiver = Receiver::new(&[410]);
    let report = workspace.read("last.json");
    quiet.write("last.json", &report);
    let run = scheduled(&quiet, &receiver, &[]);
    assert_eq!(run.code, Some(1), "{}{}", run.out, run.err);
    assert!(run.out.starts_with("No drift"), "{}", run.out);
    assert_eq!(quiet.read("last.json"), report);
}

#[test]
fn slack_gets_a_message() {
    let workspace = applied();
    by_hand(&workspace, four_changes);
    let receiver = Receiver::new(&[500, 200]);
    let run = scheduled(&workspace, &receiver, &["--notify-format", "slack"]);
    assert_eq!(run.code, Some(2));
    assert_eq!(run.err, "", "the second attempt is delivered");
    let told = receiver.taken();
    assert_eq!(told.len(), 2);
    let text = told[1]["text"].as_str().unwrap();
    assert!(text.starts_with("*Linkwright drift*\n"), "{text}");
    assert_eq!(told[1].as_object().unwrap().len(), 1);
}

#[test]
fn what_cannot_be_used_is_reported_before_anything_is_read() {
    let workspace = applied();
    let refused = |args: &[&str], code: i32, words: &str| {
        let run = workspace.run(&[&["drift"], args].concat());
        assert_eq!(run.code, Some(code), "{args:?}\n{}{}", run.out, run.err);
        assert!(run.err.contains(words), "{args:?}\n{}", run.err);
        assert_eq!(run.out, "");
        run
    };
    workspace.write("foreign.json", "{\"format_version\":1,\"operations\":[]}");
    refused(&["--since", "foreign.json"], 64, "LW440");
    refused(&["--since", "w"], 1, "LW440");
    refused(&["--notify", "${env:NOT_SET}"], 64, "NOT_SET");
    let url = format!("ftp://hooks.example/{TOKEN}");
    let run = refused(&["--notify", &url], 64, "LW441");
    assert!(!run.err.contains("hooks.example"), "{}", run.err);
    refused(&["--notify-format", "slack"], 64, "--notify");
}

/// The report keeps to its schema, with what it says of the last one.
#[test]
fn the_report_keeps_to_its_schema() {
    let workspace = applied();
    workspace.run(&[&["drift"], &SINCE[..]].concat());
    by_hand(&workspace, four_changes);
    workspace.run(&[&["drift"], &SINCE[..]].concat());
    let schema = Said::by(&mut workspace.program(BINARY, &["schema", "drift"])).out;
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let report: Value = serde_json::from_str(&workspace.read("last.json")).unwrap();
    jsonschema::validate(&schema, &report).unwrap();
    assert_eq!(report["since"]["new"], 4);
    assert_eq!(report["findings"][0]["news"], "new");
}
