//! The JSON Schema of the spec language, from the same types that decode it.

use serde_json::{Map, Value, json};

use super::File;
use crate::catalog::{ENTRIES, Entry, Kind, Mutability};

/// The schema as `schemas/spec.schema.json` holds it.
#[must_use]
pub fn json_schema() -> Value {
    let mut schema = schemars::schema_for!(File).to_value();
    schema["title"] = "Linkwright spec".into();
    schema["patternProperties"] = json!({ "^x-": { "description": "Linkwright ignores it." } });
    // An editor that knows the configs can complete them and say what they do.
    for record in ["Link", "Half"] {
        schema["$defs"][record]["properties"]["configs"]["properties"] = known_configs();
    }
    unfold(&mut schema);
    schema
}

/// The configs that can be set under `configs:`, each with its description.
fn known_configs() -> Value {
    let raw = ENTRIES
        .iter()
        .filter(|entry| entry.owner_field().is_none() && entry.mutability != Mutability::Derived);
    let known: Map<String, Value> = raw
        .map(|entry| {
            let mut schema = Map::new();
            schema.insert("description".to_owned(), entry.summary.into());
            if let Some(default) = entry.default.filter(|default| !default.is_empty()) {
                schema.insert("default".to_owned(), default.into());
            }
            schema.insert("anyOf".to_owned(), value_of(entry));
            (entry.name.to_owned(), Value::Object(schema))
        })
        .collect();
    Value::Object(known)
}

/// What a config's value may be: its own type, a reference to it, or null for the default.
fn value_of(entry: &Entry) -> Value {
    let own = match entry.kind {
        Kind::Bool => json!({ "enum": [true, false, "true", "false"] }),
        Kind::Int { .. } => json!({ "type": ["integer", "string"] }),
        Kind::Choice(words) => {
            let examples = json!(words);
            json!({ "type": "string", "examples": examples })
        }
        Kind::Text
        | Kind::List
        | Kind::Addresses
        | Kind::TopicFilters
        | Kind::GroupFilters
        | Kind::AclFilters
        | Kind::Time
        | Kind::LoginHandler => json!({ "$ref": "#/$defs/ConfigValue" }),
    };
    json!([own, { "type": "string", "pattern": r"\$\{" }, { "type": "null" }])
}

/// Joins the lines of descriptions, which are broken for the source's sake only.
fn unfold(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if name == "description" => {
                        let paragraphs: Vec<String> = text
                            .split("\n\n")
                            .map(|paragraph| paragraph.replace('\n', " "))
                            .collect();
                        *text = paragraphs.join("\n\n");
                    }
                    other => unfold(other),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(unfold),
        _ => {}
    }
}
