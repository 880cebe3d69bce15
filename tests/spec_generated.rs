//! Generated pages and schemas are what the code says. `UPDATE_GENERATED=1` rewrites them.

use std::fs;
use std::path::Path;

/// Compares a generated file with the one that is checked in.
fn is_current(path: &str, generated: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, generated).unwrap();
        return;
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        there == generated,
        "{} is not current; run UPDATE_GENERATED=1 cargo test --test in_process spec_generated",
        path.display()
    );
}

#[test]
fn the_page_of_link_configs() {
    is_current("docs/link-configs.md", &linkwright::catalog::page());
}

#[test]
fn the_page_of_rules() {
    is_current("docs/rules.md", &linkwright::validate::rules_page());
}

#[test]
fn the_schema_of_specs() {
    let mut text = serde_json::to_string_pretty(&linkwright::spec::json_schema()).unwrap();
    text.push('\n');
    is_current("schemas/spec.schema.json", &text);
}

#[test]
fn the_schema_of_environments() {
    let mut text = serde_json::to_string_pretty(&linkwright::spec::environment_schema()).unwrap();
    text.push('\n');
    is_current("schemas/environment.schema.json", &text);
}

#[test]
fn the_schema_of_scenarios() {
    let mut text = serde_json::to_string_pretty(&linkwright::scenario::json_schema()).unwrap();
    text.push('\n');
    is_current("schemas/scenario.schema.json", &text);
}

#[test]
fn the_schema_of_guard_files() {
    let mut text = serde_json::to_string_pretty(&linkwright::guard::json_schema()).unwrap();
    text.push('\n');
    is_current("schemas/guard.schema.json", &text);
}

#[test]
fn the_schema_of_drills() {
    let schema = linkwright::report::drill::json::schema();
    let mut text = serde_json::to_string_pretty(&schema).unwrap();
    text.push('\n');
    is_current("schemas/drill.schema.json", &text);
}

#[test]
fn the_schema_of_snapshots() {
    let schema = schemars::schema_for!(linkwright::snapshot::SnapshotV1);
    let mut text = serde_json::to_string_pretty(&schema).unwrap();
    text.push('\n');
    is_current("schemas/snapshot.schema.json", &text);
}

#[test]
fn the_schema_of_diagnostics() {
    let schema = linkwright::report::diagnostics::json_schema();
    let mut text = serde_json::to_string_pretty(&schema).unwrap();
    text.push('\n');
    is_current("schemas/diagnostics.schema.json", &text);
}
