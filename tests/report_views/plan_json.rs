//! The JSON document and its schema.

use std::path::PathBuf;

use linkwright::report::plan_json::{self, About};

use super::{golden, worlds};

fn json(world: &super::world::World) -> String {
    let mut out = Vec::new();
    plan_json::write(&mut out, &world.plan(), &About::default()).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_schema_on_disk_is_the_one_of_the_types() {
    let schema = format!("{:#}\n", plan_json::schema());
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schemas/plan.schema.json");
    golden::compare(path, &schema);
}

#[test]
fn every_world_fits_the_schema_and_is_the_same_twice() {
    let validator = jsonschema::validator_for(&plan_json::schema()).unwrap();
    for (name, world) in worlds::all() {
        let text = json(&world);
        assert_eq!(text, json(&world), "{name}");
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
        golden::same(&format!("{name}.json"), &text);
    }
}

#[test]
fn names_are_in_full_and_the_time_is_only_there_when_given() {
    let plan = worlds::many(1000, 0).plan();
    let document = plan_json::document(&plan, &About::default());
    assert_eq!(document.operations.len(), 1000);
    assert_eq!(document.generated_at, None);
    let about = About {
        generated_at: Some(jiff::Timestamp::UNIX_EPOCH),
        digest: Some("sha256:00".to_owned()),
        origin: None,
        is_unsaved: false,
    };
    let document = plan_json::document(&plan, &about);
    assert_eq!(
        document.generated_at.as_deref(),
        Some("1970-01-01T00:00:00Z")
    );
}
