//! Every example under `examples/` is planned and applied against its world in `fixtures/worlds/`,
//! and then plans to nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use linkwright::secret::Reference;
use linkwright::spec;

use crate::support::workspace::Workspace;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The environment variables that an example asks for, none of which has a default.
fn variables(example: &Path) -> Vec<String> {
    let text = fs::read_to_string(example.join("links.yaml")).unwrap();
    let (spec, _) = spec::parse(&[(Arc::from("links.yaml"), Arc::from(text))]);
    spec::references(&spec)
        .filter_map(|used| match &used.reference {
            Reference::Env {
                name,
                default: None,
            } => Some(name.clone()),
            Reference::Env { .. } | Reference::File { .. } => None,
        })
        .collect()
}

#[test]
fn every_example_applies_and_then_plans_to_nothing() {
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
            .map(|example| scope.spawn(|| wrong_with(example)))
            .collect();
        all.into_iter()
            .flat_map(|example| example.join().unwrap())
            .collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Plans, applies and plans again; tells each run that did not end as it should.
fn wrong_with(example: &Path) -> Vec<String> {
    let name = example.file_name().unwrap().to_str().unwrap();
    let world = root().join(format!("fixtures/worlds/{name}.yaml"));
    let mut workspace = Workspace::new().always(&[
        example.to_str().unwrap(),
        "--sandbox",
        world.to_str().unwrap(),
        "--sandbox-state",
        "state.json",
    ]);
    for variable in variables(example) {
        let value = match variable.ends_with("_PEM") {
            true => "-----BEGIN KEY-----\nplanted-secret\n-----END KEY-----\n",
            false if variable.ends_with("_JAAS") => {
                "com.sun.Krb5LoginModule required keyTab=\"planted-secret\";"
            }
            false => "planted-secret",
        };
        workspace = workspace.env(&variable, value);
    }
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
        let said = workspace.run(arguments);
        let text = said.out + &said.err;
        if said.code != Some(expected) {
            wrong.push(format!("{arguments:?} of {name}: {:?}\n{text}", said.code));
        }
        if text.contains("planted-secret") {
            wrong.push(format!("{name} shows a secret"));
        }
    }
    wrong
}
