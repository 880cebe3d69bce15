//! A value as someone types it on a command line → the type that the field has: [`typed`].

use std::sync::Arc;

use serde_json::Value as Json;

use super::path::Path;
use super::value::Value;
use crate::spec;

/// The text is not a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// What is wrong with it.
    pub what: String,
}

/// Reads a value for the field at a path: YAML, but a text where the field has texts only, so that `5` needs no
/// quotes there. Whether the field takes it is found out by who reads the spec.
///
/// # Errors
/// When it is no YAML and the field does not have texts.
pub fn typed(path: &Path, text: &str) -> Result<Value, Wrong> {
    let root = spec::json_schema();
    let schemas = below(&root, &path.0);
    let name: Arc<str> = "the value".into();
    let has_texts = schemas.iter().any(|schema| has_type(schema, "string"));
    match super::value_of(&name, text) {
        Ok(value) if !(value.is_collection() && has_texts && !text.starts_with(['[', '{'])) => {
            Ok(fitted(value, &schemas, &root, text))
        }
        _ if has_texts => Ok(Value::text(text)),
        Ok(value) => Ok(value),
        Err(problems) => Err(Wrong {
            what: problems.first().map_or_else(
                || "it cannot be read".to_owned(),
                |problem| problem.summary.clone(),
            ),
        }),
    }
}

/// Whether the spec language has a field at a path.
#[must_use]
pub(super) fn is_field(path: &Path) -> bool {
    let root = spec::json_schema();
    !below(&root, &path.0).is_empty()
}

/// A value with numbers and words as texts where only texts are taken.
fn fitted(value: Value, schemas: &[&Json], root: &Json, text: &str) -> Value {
    let takes = |name: &str| schemas.iter().any(|schema| has_type(schema, name));
    match value {
        Value::Map(entries) => {
            let fit = |(key, value): (String, Value)| {
                let schemas: Vec<&Json> = schemas
                    .iter()
                    .flat_map(|schema| child(schema, root, &key))
                    .collect();
                let text = written(&value);
                (key, fitted(value, &schemas, root, &text))
            };
            Value::Map(entries.into_iter().map(fit).collect())
        }
        Value::List(items) => {
            let schemas: Vec<&Json> = schemas
                .iter()
                .flat_map(|schema| child(schema, root, "0"))
                .collect();
            let fit = |item: Value| {
                let text = written(&item);
                fitted(item, &schemas, root, &text)
            };
            Value::List(items.into_iter().map(fit).collect())
        }
        Value::Number(_) if takes("string") && !takes("integer") && !takes("number") => {
            Value::text(text)
        }
        Value::Bool(_) if takes("string") && !takes("boolean") => Value::text(text),
        Value::Nothing if takes("string") => Value::text(""),
        Value::Null if takes("string") && !takes("null") => Value::text(text),
        other => other,
    }
}

/// A scalar as it is written.
fn written(value: &Value) -> String {
    super::render::scalar(value, None)
}

/// The schemas of what is at a path.
fn below<'a>(root: &'a Json, path: &[String]) -> Vec<&'a Json> {
    path.iter().fold(variants(root, root), |schemas, key| {
        schemas
            .iter()
            .flat_map(|schema| child(schema, root, key))
            .collect()
    })
}

/// The schemas of a key of a mapping, or of the items of a list.
fn child<'a>(schema: &'a Json, root: &'a Json, key: &str) -> Vec<&'a Json> {
    let named = schema.get("properties").and_then(|all| all.get(key));
    let items = || schema.get("items").filter(|_| key.parse::<usize>().is_ok());
    let found = named
        .or_else(|| schema.get("additionalProperties"))
        .or_else(items);
    found
        .filter(|it| it.is_object())
        .map(|it| variants(it, root))
        .unwrap_or_default()
}

/// A schema with what it refers to: each of its alternatives.
fn variants<'a>(schema: &'a Json, root: &'a Json) -> Vec<&'a Json> {
    let mut found = vec![schema];
    if let Some(name) = schema.get("$ref").and_then(Json::as_str)
        && let Some(target) = root.pointer(name.trim_start_matches('#'))
    {
        found.extend(variants(target, root));
    }
    for list in ["anyOf", "oneOf", "allOf"] {
        let all = schema.get(list).and_then(Json::as_array);
        found.extend(
            all.into_iter()
                .flatten()
                .flat_map(|one| variants(one, root)),
        );
    }
    found
}

fn has_type(schema: &Json, name: &str) -> bool {
    let is_word = |it: &Json| it.is_string() && name == "string";
    let declared = match schema.get("type") {
        Some(Json::String(one)) => one == name,
        Some(Json::Array(all)) => all.iter().any(|one| one == name),
        _ => false,
    };
    let words = schema.get("enum").and_then(Json::as_array);
    declared || words.into_iter().flatten().any(is_word) || schema.get("const").is_some_and(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str, text: &str) -> Value {
        typed(&Path::parse(path).unwrap(), text).unwrap()
    }

    #[test]
    fn a_value_has_the_type_of_its_field() {
        assert_eq!(
            of("clusters.east.bootstrap_servers", "9092"),
            Value::text("9092")
        );
        assert_eq!(of("links.a.protect", "true"), Value::Bool(true));
        assert_eq!(of("links.a.prefix", "true"), Value::text("true"));
        assert_eq!(
            of("links.a.mirrors.m.state", "paused"),
            Value::text("paused")
        );
        assert_eq!(
            of("policy.blast_radius.max_percent", "5"),
            Value::Number("5".to_owned())
        );
        assert_eq!(of("links.a.prefix", "a: b"), Value::text("a: b"));
        let list = Value::List(vec![Value::text("1"), Value::text("*")]);
        assert_eq!(
            of("links.a.consumer_offset_sync.groups.include", "[1, '*']"),
            list
        );
    }

    #[test]
    fn what_is_no_yaml_is_a_text_or_wrong() {
        assert_eq!(of("links.a.prefix", "*"), Value::text("*"));
        let path = Path::parse("links.a.consumer_offset_sync").unwrap();
        assert!(typed(&path, "{ interval").is_err());
    }
}
