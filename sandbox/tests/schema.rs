//! The JSON Schema of world files is generated from the types, and every world agrees with it.

use linkwright_sandbox::World;
use serde_json::Value;
use std::path::PathBuf;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn schema() -> Value {
    serde_json::to_value(schemars::schema_for!(World)).unwrap()
}

#[test]
fn the_schema_file_is_current() {
    let path = root().join("schemas/world.schema.json");
    let wanted = format!("{}\n", serde_json::to_string_pretty(&schema()).unwrap());
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &wanted).unwrap();
    }
    let have = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        have == wanted,
        "{} is stale: run this test with UPDATE_GENERATED=1",
        path.display()
    );
}

#[test]
fn every_world_file_agrees_with_the_schema_and_parses() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let mut count = 0;
    for directory in ["fixtures/worlds", "sandbox/tests/worlds"] {
        for entry in std::fs::read_dir(root().join(directory)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|kind| kind != "yaml") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let parsed = World::from_yaml(&text);
            assert!(
                parsed.is_ok(),
                "{}: {}",
                path.display(),
                parsed.unwrap_err()
            );
            let value: Value = serde_yaml::from_str(&text).unwrap();
            let errors: Vec<String> = validator
                .iter_errors(&value)
                .map(|error| error.to_string())
                .collect();
            assert!(errors.is_empty(), "{}: {errors:#?}", path.display());
            count += 1;
        }
    }
    assert!(count >= 5, "only {count} worlds");
}

#[test]
fn mistakes_in_a_world_file_are_named_with_their_place() {
    for (text, part) in [
        ("version: 1\nclusters: []\nfalts: []\n", "falts"),
        ("version: 2\nclusters: []\n", "version 2 is not known"),
        (
            "version: 1\nclusters: [{ id: a }, { id: a }]\n",
            "`a` is there twice",
        ),
        (
            "version: 1\nclusters: [{ id: a, links: [{ name: l, remote: b }] }]\n",
            "there is no cluster `b`",
        ),
        (
            "version: 1\nclusters: [{ id: a, topics: [{ name: t, configs: { no.such: '1' } }] }]\n",
            "no config is called `no.such`",
        ),
        (
            "version: 1\nswitches: { create_status: maybe }\nclusters: []\n",
            "maybe",
        ),
        (
            "version: 1\nclusters:\n  - id: a\n    reachable: no\n",
            "no",
        ),
    ] {
        let error = World::from_yaml(text).unwrap_err().to_string();
        assert!(error.contains(part), "{text}: {error}");
    }
}
