//! Every example under `examples/` is planned and applied against its world in `fixtures/worlds/`,
//! and then plans to nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use linkwright::secret::Reference;
use linkwright::spec;

use crate::support::desk::BINARY;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The environment variables that an example asks for, none of which has a default.
fn variables(example: &Path) -> Vec<String> {
    let text = fs::read_to_string(example.join("links.yaml")).unwrap();
    let (spec, _) = spec::parse(&[(Arc::from("links.yaml"), Arc::from(text))]);
    spec::references(&spec)
        .filter_map(|(reference, _)| match reference {
            Reference::Env {
                name,
                default: None,
            } => Some(name.clone()),
            Reference::Env { .. } | Reference::File { .. } => None,
        })
        .collect()
}

fn linkwright(example: &Path, state: &Path, arguments: &[&str]) -> Output {
    let name = example.file_name().unwrap().to_str().unwrap();
    let mut command = Command::new(BINARY);
    command
        // Archives are written to the working directory.
        .current_dir(state.parent().unwrap())
        .env_clear()
        .arg(arguments[0])
        .arg(example)
        .arg("--sandbox")
        .arg(root().join(format!("fixtures/worlds/{name}.yaml")))
        .arg("--sandbox-state")
        .arg(state)
        .args(&arguments[1..]);
    for variable in variables(example) {
        command.env(variable, "planted-secret");
    }
    command.output().unwrap()
}

#[test]
fn every_example_applies_and_then_plans_to_nothing() {
    let states = tempfile::tempdir().unwrap();
    let mut examples: Vec<PathBuf> = fs::read_dir(root().join("examples"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("links.yaml").exists())
        .collect();
    examples.sort();
    assert!(examples.len() >= 12);
    // Side by side: most of the time they wait for the sandbox.
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let all: Vec<_> = examples
            .iter()
            .map(|example| scope.spawn(|| wrong_with(example, states.path())))
            .collect();
        all.into_iter()
            .flat_map(|example| example.join().unwrap())
            .collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Plans, applies and plans again; tells each run that did not end as it should.
fn wrong_with(example: &Path, states: &Path) -> Vec<String> {
    let folder = states.join(example.file_name().unwrap());
    fs::create_dir(&folder).unwrap();
    let state = folder.join("state.json");
    let runs: [(&[&str], i32); 3] = [
        (
            &["plan", "--detailed-exitcode", "--allow", "irreversible"],
            2,
        ),
        (&["apply", "--auto-approve", "--allow", "irreversible"], 0),
        (&["plan", "--detailed-exitcode"], 0),
    ];
    let mut wrong = Vec::new();
    for (arguments, expected) in runs {
        let output = linkwright(example, &state, arguments);
        let text = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        if output.status.code() != Some(expected) {
            wrong.push(format!(
                "{arguments:?} of {}: {:?}\n{text}",
                example.display(),
                output.status
            ));
        }
        if text.contains("planted-secret") {
            wrong.push(format!("{} shows a secret", example.display()));
        }
    }
    wrong
}
