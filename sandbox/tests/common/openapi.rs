//! The OpenAPI document: which replies it allows, and requests made from its schemas.

use super::Answer;
use jsonschema::Validator;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;

/// The environment variable that holds the document's path.
const VARIABLE: &str = "LINKWRIGHT_OPENAPI";

/// A parsed document.
pub(crate) struct OpenApi {
    pub(crate) operations: Vec<Operation>,
    components: Value,
}

/// One method of one path.
pub(crate) struct Operation {
    pub(crate) method: String,
    /// As in the document, with `{names}`.
    pub(crate) path: String,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Value>,
    responses: BTreeMap<String, Option<Reply>>,
}

/// A query parameter.
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) required: bool,
    pub(crate) schema: Value,
}

/// A documented body.
struct Reply {
    html: bool,
    schema: Value,
    validator: Validator,
}

/// Reads the document, or says aloud that there is none.
pub(crate) fn load(test: &str) -> Option<OpenApi> {
    let Some(path) = std::env::var_os(VARIABLE) else {
        // Written directly: what a passing test prints is not shown.
        let mut out = std::io::stderr();
        writeln!(
            out,
            "SKIPPED {test}: {VARIABLE} does not say where the OpenAPI document is"
        )
        .unwrap();
        return None;
    };
    let text = std::fs::read_to_string(&path).unwrap();
    let options = serde_yaml::options! {
        strict_booleans: true,
        budget: serde_yaml::budget! { max_nodes: 2_000_000, max_reader_input_bytes: None },
    };
    let document: Value = serde_yaml::from_str_with_options(&text, options).unwrap();
    let mut components = document["components"].clone();
    let originals = components.clone();
    translate(&mut components);
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            operations.push(read(path, method, operation, &components, &originals));
        }
    }
    assert!(
        operations.len() >= 40,
        "only {} operations",
        operations.len()
    );
    Some(OpenApi {
        operations,
        components: originals,
    })
}

fn read(
    path: &str,
    method: &str,
    operation: &Value,
    components: &Value,
    originals: &Value,
) -> Operation {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let parameters = parameters
        .filter(|parameter| parameter["in"] == "query")
        .map(|parameter| Parameter {
            name: parameter["name"].as_str().unwrap().to_owned(),
            required: parameter["required"].as_bool().unwrap_or(false),
            schema: parameter["schema"].clone(),
        })
        .collect();
    let body = operation.get("requestBody").map(|body| {
        let body = follow(originals, body);
        body["content"]["application/json"]["schema"].clone()
    });
    let mut responses = BTreeMap::new();
    for (status, response) in operation["responses"].as_object().unwrap() {
        let content = response["content"]
            .as_object()
            .and_then(|content| content.iter().next());
        let reply = content.map(|(kind, content)| {
            let schema = content["schema"].clone();
            let mut translated = schema.clone();
            translate(&mut translated);
            let mut root = translated.as_object().cloned().unwrap_or_default();
            root.insert("components".into(), components.clone());
            Reply {
                html: kind.starts_with("text/html"),
                validator: jsonschema::validator_for(&Value::Object(root)).unwrap(),
                schema,
            }
        });
        responses.insert(status.clone(), reply);
    }
    Operation {
        method: method.to_ascii_uppercase(),
        path: path.to_owned(),
        parameters,
        body,
        responses,
    }
}

/// What a `$ref` leads to.
fn follow<'a>(components: &'a Value, value: &'a Value) -> &'a Value {
    match value.get("$ref").and_then(Value::as_str) {
        None => value,
        Some(reference) => {
            let pointer = reference.trim_start_matches("#/components");
            follow(components, components.pointer(pointer).unwrap())
        }
    }
}

/// From an OpenAPI 3.0 schema to a JSON Schema: `nullable` becomes a type of its own.
fn translate(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(translate),
        Value::Object(object) => {
            object.remove("example");
            object.remove("format");
            if object.remove("nullable") == Some(Value::Bool(true))
                && let Some(kind) = object.get("type").cloned()
            {
                object.insert("type".into(), json!([kind, "null"]));
            }
            object.values_mut().for_each(translate);
        }
        _ => {}
    }
}

impl OpenApi {
    /// The operation that a request belongs to. Longer literal paths win over names.
    pub(crate) fn find(&self, method: &str, path: &str) -> Option<&Operation> {
        let path = path.split('?').next().unwrap().trim_end_matches('/');
        let parts: Vec<&str> = path.split('/').collect();
        self.operations
            .iter()
            .filter(|operation| operation.method == method)
            .filter(|operation| {
                let pattern: Vec<&str> = operation.path.split('/').collect();
                pattern.len() == parts.len()
                    && pattern
                        .iter()
                        .zip(&parts)
                        .all(|(pattern, part)| pattern.starts_with('{') || pattern == part)
            })
            .min_by_key(|operation| operation.path.matches('{').count())
    }

    /// What is wrong with a reply, in the document's eyes; one line each.
    pub(crate) fn complaints(&self, method: &str, path: &str, answer: &Answer) -> Vec<String> {
        let Some(operation) = self.find(method, path) else {
            return vec![String::from("path: not in the document")];
        };
        let status = answer.status.to_string();
        let by_class = format!("{}XX", &status[..1]);
        let Some(reply) = operation
            .responses
            .get(&status)
            .or_else(|| operation.responses.get(&by_class))
        else {
            return vec![format!("status: {status} is not documented")];
        };
        let Some(reply) = reply else {
            return if answer.text.is_empty() {
                Vec::new()
            } else {
                vec![format!("body: {status} has one")]
            };
        };
        if reply.html {
            let html = answer.content_type.starts_with("text/html");
            return if html {
                Vec::new()
            } else {
                vec![String::from("body: is not HTML")]
            };
        }
        if !answer.content_type.starts_with("application/json") {
            return vec![format!(
                "body: the content type is {:?}",
                answer.content_type
            )];
        }
        let mut found: BTreeSet<String> = reply
            .validator
            .iter_errors(&answer.json)
            .map(|error| {
                let place = generalize(&error.instance_path().to_string());
                let text = error.to_string();
                let text = text.chars().take(160).collect::<String>();
                format!("schema: {place}: {text}")
            })
            .collect();
        self.undocumented(&reply.schema, &answer.json, "", &mut found);
        found.into_iter().collect()
    }

    /// Fields that no schema mentions.
    fn undocumented(
        &self,
        schema: &Value,
        have: &Value,
        place: &str,
        found: &mut BTreeSet<String>,
    ) {
        match have {
            Value::Array(items) => {
                let schema = follow(&self.components, schema);
                for item in items {
                    self.undocumented(&schema["items"], item, &format!("{place}/*"), found);
                }
            }
            Value::Object(object) => {
                let properties = self.properties(schema);
                if properties.is_empty() {
                    return;
                }
                for (name, value) in object {
                    match properties.get(name) {
                        None => {
                            found.insert(format!("field: {place}/{name} is not documented"));
                        }
                        Some(schema) => {
                            self.undocumented(schema, value, &format!("{place}/{name}"), found);
                        }
                    }
                }
            }
            _ => {}
        }
    }

    fn properties(&self, schema: &Value) -> Map<String, Value> {
        let schema = follow(&self.components, schema);
        let mut all = schema["properties"]
            .as_object()
            .cloned()
            .unwrap_or_default();
        for part in schema["allOf"].as_array().into_iter().flatten() {
            all.extend(self.properties(part));
        }
        all
    }

    /// A value of a schema, or something near it, drawn from a row of numbers.
    pub(crate) fn value(&self, schema: &Value, draw: &mut Draw<'_>) -> Value {
        if draw.chance(12) {
            return draw.nonsense();
        }
        let schema = follow(&self.components, schema);
        if schema["nullable"] == true && draw.chance(6) {
            return Value::Null;
        }
        let words = ["enum", "x-extensible-enum"]
            .iter()
            .find_map(|key| schema[*key].as_array());
        if let Some(words) = words {
            return words[draw.below(words.len())].clone();
        }
        let properties = self.properties(schema);
        if !properties.is_empty() {
            let mut object = Map::new();
            for (name, schema) in properties {
                if !draw.chance(4) {
                    let value = match name.as_str() {
                        "name" => draw.config_name(),
                        _ => self.value(&schema, draw),
                    };
                    object.insert(name, value);
                }
            }
            return Value::Object(object);
        }
        match schema["type"].as_str() {
            Some("boolean") => json!(draw.chance(2)),
            Some("integer") => json!([0, 1, 3, 6, -1, 100_000, i64::MAX][draw.below(7)]),
            Some("array") => {
                let count = draw.below(4);
                (0..count)
                    .map(|_| self.value(&schema["items"], draw))
                    .collect()
            }
            _ => json!(draw.word()),
        }
    }
}

/// `/data/17/x` and `/data/3/x` are one place.
fn generalize(pointer: &str) -> String {
    let part = |part: &str| {
        let number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if number {
            String::from("*")
        } else {
            part.to_owned()
        }
    };
    pointer.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// Decisions, taken from a row of numbers so that a failing case can shrink.
pub(crate) struct Draw<'a> {
    numbers: std::iter::Cycle<std::slice::Iter<'a, u32>>,
}

/// Names that mean something in the worlds, and some that do not.
const WORDS: [&str; 24] = [
    "lkc-east",
    "lkc-west",
    "dr",
    "aa",
    "orders",
    "payments",
    "extra",
    "local",
    "g-orders",
    "*",
    ".*",
    "",
    "-",
    "User:sa-app",
    "kafka-cluster",
    "east:9092",
    "west:9092",
    "a b/ü",
    "true",
    "1000",
    "INBOUND",
    "BIDIRECTIONAL",
    "SOURCE",
    "{\"topicFilters\":[]}",
];

const CONFIG_NAMES: [&str; 14] = [
    "bootstrap.servers",
    "link.mode",
    "connection.mode",
    "acl.sync.enable",
    "acl.sync.ms",
    "acl.filters",
    "cluster.link.prefix",
    "consumer.offset.sync.enable",
    "sasl.jaas.config",
    "auto.create.mirror.topics.enable",
    "auto.create.mirror.topics.filters",
    "retention.ms",
    "cluster.link.paused",
    "no.such.config",
];

impl<'a> Draw<'a> {
    pub(crate) fn new(numbers: &'a [u32]) -> Draw<'a> {
        Draw {
            numbers: numbers.iter().cycle(),
        }
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.numbers
            .next()
            .map_or(0, |number| *number as usize % limit.max(1))
    }

    pub(crate) fn chance(&mut self, one_in: usize) -> bool {
        self.below(one_in) == one_in - 1
    }

    pub(crate) fn word(&mut self) -> &'static str {
        WORDS[self.below(WORDS.len())]
    }

    fn config_name(&mut self) -> Value {
        json!(CONFIG_NAMES[self.below(CONFIG_NAMES.len())])
    }

    fn nonsense(&mut self) -> Value {
        [
            json!(null),
            json!(1.5),
            json!([]),
            json!({}),
            json!("\u{0}"),
            json!(-7),
            json!([[]]),
        ][self.below(7)]
        .clone()
    }
}
