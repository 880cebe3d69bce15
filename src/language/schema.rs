//! The JSON Schema of the spec, asked by the keys that lead to a value.

use std::sync::LazyLock;

use serde_json::Value;

use super::{Item, ItemKind};
use crate::spec;

/// The schema.
static SCHEMA: LazyLock<Value> = LazyLock::new(spec::json_schema);

/// The schemas that a value may have: references are followed, and alternatives are each one.
fn resolved(schema: &Value, depth: usize) -> Vec<&Value> {
    if depth > 8 {
        return Vec::new();
    }
    let mut all = vec![schema];
    let reference = schema.get("$ref").and_then(Value::as_str);
    if let Some(target) = reference.and_then(|it| it.strip_prefix("#/$defs/")) {
        let target = SCHEMA.get("$defs").and_then(|all| all.get(target));
        all.extend(target.into_iter().flat_map(|it| resolved(it, depth + 1)));
    }
    for group in ["anyOf", "oneOf", "allOf"] {
        let members = schema.get(group).and_then(Value::as_array);
        for member in members.into_iter().flatten() {
            all.extend(resolved(member, depth + 1));
        }
    }
    all
}

/// The schemas at the end of the keys.
fn at(path: &[&str]) -> Vec<&'static Value> {
    let mut here = resolved(&SCHEMA, 0);
    for key in path {
        let mut below = Vec::new();
        for schema in here {
            // Items of a list have the keys of the list.
            let items = schema.get("items").map(|items| resolved(items, 0));
            for schema in items.unwrap_or_default().into_iter().chain([schema]) {
                let own = schema.get("properties").and_then(|all| all.get(*key));
                let any = schema
                    .get("additionalProperties")
                    .filter(|any| any.is_object());
                below.extend(own.or(any).into_iter().flat_map(|it| resolved(it, 0)));
            }
        }
        here = below;
    }
    let items = |schema: &&'static Value| schema.get("items").map(|items| resolved(items, 0));
    let below: Vec<&Value> = here.iter().filter_map(items).flatten().collect();
    here.extend(below);
    here
}

fn text(schema: &Value) -> Option<&str> {
    schema.get("description").and_then(Value::as_str)
}

/// The fields of the mapping at the end of the keys.
pub(super) fn fields(path: &[&str]) -> Vec<Item> {
    let mut items = Vec::new();
    for schema in at(path) {
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, field) in properties.into_iter().flatten() {
            items.push(Item {
                label: name.clone(),
                kind: ItemKind::Field,
                about: resolved(field, 0)
                    .into_iter()
                    .find_map(text)
                    .unwrap_or_default()
                    .to_owned(),
            });
        }
    }
    items.sort();
    items.dedup_by(|a, b| a.label == b.label);
    items
}

/// The words that the value at the end of the keys may have.
pub(super) fn words(path: &[&str]) -> Vec<Item> {
    let mut items = Vec::new();
    let mut add = |label: &str, about: &str| {
        items.push(Item {
            label: label.to_owned(),
            kind: ItemKind::Word,
            about: about.to_owned(),
        });
    };
    for schema in at(path) {
        let about = text(schema).unwrap_or_default();
        if let Some(word) = schema.get("const").and_then(Value::as_str) {
            add(word, about);
        }
        let listed = schema.get("enum").and_then(Value::as_array);
        for word in listed.into_iter().flatten().filter_map(Value::as_str) {
            add(word, about);
        }
        if schema.get("type") == Some(&Value::from("boolean")) {
            add("true", about);
            add("false", about);
        }
    }
    items.sort();
    items.dedup_by(|a, b| a.label == b.label);
    items
}

/// What the field at the end of the keys means.
pub(super) fn about(path: &[&str]) -> Option<String> {
    let name = path.last()?;
    let text = at(path).into_iter().find_map(text)?;
    Some(format!("**{name}**\n\n{text}"))
}
