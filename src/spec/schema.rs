//! The JSON Schema of the spec language, from the same types that decode it.

use super::File;

/// The schema as `schemas/spec.schema.json` holds it.
#[must_use]
pub fn json_schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(File);
    if let Some(object) = schema.as_object_mut() {
        object.insert("title".to_owned(), "Linkwright spec".into());
        object.insert(
            "patternProperties".to_owned(),
            serde_json::json!({ "^x-": { "description": "Left to you: Linkwright ignores it." } }),
        );
    }
    schema.to_value()
}
