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
    allow_variables(&mut schema);
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

/// A text with a variable in it.
const VARIABLE: &str = r"\$\{var:";

/// Permits a variable wherever a scalar or a list is: its value is checked where it is declared.
fn allow_variables(schema: &mut Value) {
    let Value::Object(members) = schema else {
        return;
    };
    for (name, member) in members.iter_mut() {
        match (name.as_str(), member) {
            ("properties" | "$defs", Value::Object(named)) => {
                let used = |name: &str| {
                    !matches!(name, "version" | "variables" | "Variable" | "VariableType")
                };
                let named = named.iter_mut().filter(|(name, _)| used(name));
                named.for_each(|(_, schema)| allow_variables(schema));
            }
            ("items" | "additionalProperties", schema) => allow_variables(schema),
            ("anyOf" | "oneOf", Value::Array(list)) => list.iter_mut().for_each(allow_variables),
            _ => {}
        }
    }
    let is_const = |schema: &Value| schema.get("const").is_some();
    if let Some(Value::Array(words)) = members.get_mut("oneOf")
        && words.iter().all(is_const)
    {
        words.push(json!({ "type": "string", "pattern": VARIABLE }));
    }
    if let Some(words) = members.remove("enum") {
        members.insert(
            "anyOf".to_owned(),
            json!([{ "enum": words }, { "type": "string", "pattern": VARIABLE }]),
        );
    }
    if let Some(format) = members.remove("format").filter(|it| it == "date") {
        members.insert(
            "anyOf".to_owned(),
            json!([{ "format": format }, { "pattern": VARIABLE }]),
        );
    }
    let types: Vec<String> = match members.get("type") {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(many)) => many
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        _ => return,
    };
    let has = |name: &str| types.iter().any(|it| it == name);
    if has("string") {
        if let Some(Value::String(pattern)) = members.get_mut("pattern") {
            *pattern = format!("(?:{pattern})|{VARIABLE}");
        }
    } else if ["integer", "number", "boolean", "array"]
        .into_iter()
        .any(has)
    {
        let types: Vec<&str> = types.iter().map(String::as_str).chain(["string"]).collect();
        members.insert("type".to_owned(), json!(types));
        members.insert("pattern".to_owned(), VARIABLE.into());
    }
}

/// Joins the lines of descriptions, which are broken for the source's sake only.
pub(crate) fn unfold(value: &mut Value) {
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
