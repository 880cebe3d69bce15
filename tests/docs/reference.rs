//! Reference pages out of the JSON Schemas, field by field. `UPDATE_GENERATED=1` rewrites them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use serde_json::Value;

use super::book::anchor;

/// Writes one schema as Markdown: its top, then each type where it is first needed.
struct Writer<'a> {
    schema: &'a Value,
    /// Stands before the names of types, so that several schemas fit on one page.
    prefix: &'a str,
    level: &'a str,
    waiting: Vec<String>,
    done: BTreeSet<String>,
    out: String,
}

fn words(schema: &Value) -> String {
    let text = schema["description"].as_str().unwrap_or("");
    // One line, and no column of its own.
    text.replace("\n\n", "<br>")
        .replace('\n', " ")
        .replace('|', "\\|")
}

fn is_null(schema: &Value) -> bool {
    schema["type"] == "null"
}

fn variants(schema: &Value) -> Option<Vec<&Value>> {
    let list = schema.get("oneOf").or_else(|| schema.get("anyOf"))?;
    Some(list.as_array()?.iter().filter(|v| !is_null(v)).collect())
}

/// Leaves out that a text with a variable may be in the place of any value: the page says it once.
fn leave_out_variables(schema: &mut Value) {
    let is_variable = |it: &Value| it["pattern"] == r"\$\{var:";
    match schema {
        Value::Array(items) => items.iter_mut().for_each(leave_out_variables),
        Value::Object(_) => {
            if is_variable(schema)
                && let Some(types) = schema["type"].as_array_mut()
            {
                types.retain(|it| it != "string");
            }
            let members = schema.as_object_mut().unwrap();
            if let Some(Value::Array(words)) = members.get_mut("oneOf") {
                words.retain(|it| !is_variable(it));
            }
            if let Some(Value::Array(both)) = members.get("anyOf").cloned()
                && let [Value::Object(own), variable] = &both[..]
                && is_variable(variable)
            {
                members.remove("anyOf");
                members.extend(own.clone());
            }
            members.values_mut().for_each(leave_out_variables);
        }
        _ => {}
    }
}

impl Writer<'_> {
    fn heading(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    fn link(&mut self, reference: &str) -> String {
        let name = reference.trim_start_matches("#/$defs/").to_owned();
        let link = format!("[{name}](#{})", anchor(&self.heading(&name)));
        if !self.done.contains(&name) && !self.waiting.contains(&name) {
            self.waiting.push(name);
        }
        link
    }

    /// A type in a few words.
    fn kind(&mut self, schema: &Value) -> String {
        if let Some(reference) = schema["$ref"].as_str() {
            return self.link(reference);
        }
        if let Some(value) = schema.get("const") {
            return format!(
                "`{}`",
                value.as_str().map_or(value.to_string(), str::to_owned)
            );
        }
        if let Some(values) = schema["enum"].as_array() {
            let values = values.iter().filter_map(Value::as_str);
            return values
                .map(|v| format!("`{v}`"))
                .collect::<Vec<_>>()
                .join(", ");
        }
        if let Some(variants) = variants(schema) {
            let mut kinds: Vec<_> = variants.into_iter().map(|v| self.kind(v)).collect();
            kinds.dedup();
            return kinds.join(" or ");
        }
        let types: Vec<&str> = match &schema["type"] {
            Value::String(one) => vec![one],
            Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
            _ => vec!["anything"],
        };
        let kinds = types
            .into_iter()
            .filter(|kind| *kind != "null")
            .map(|kind| match kind {
                "array" => format!("list of {}", self.kind(&schema["items"])),
                "object" => match schema.get("additionalProperties") {
                    Some(values) if values.is_object() => format!("map of {}", self.kind(values)),
                    _ => "object".to_owned(),
                },
                "integer" => "integer".to_owned(),
                "boolean" => "boolean".to_owned(),
                kind => kind.to_owned(),
            });
        kinds.collect::<Vec<_>>().join(" or ")
    }

    fn fields(&mut self, schema: &Value) {
        let Some(fields) = schema["properties"].as_object() else {
            return;
        };
        let required: Vec<_> = schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .collect();
        self.out += "\n| field | type | meaning |\n|---|---|---|\n";
        for (name, field) in fields {
            let kind = self.kind(field);
            let required_mark = if required.iter().any(|r| *r == name) {
                " **(required)**"
            } else {
                ""
            };
            let meaning = words(field);
            writeln!(self.out, "| `{name}` | {kind}{required_mark} | {meaning} |").unwrap();
        }
    }

    fn body(&mut self, schema: &Value) {
        let about = schema["description"].as_str().unwrap_or("");
        if !about.is_empty() {
            writeln!(self.out, "\n{about}").unwrap();
        }
        if schema.get("properties").is_some() {
            self.fields(schema);
        } else if let Some(variants) = variants(schema) {
            let is_words = variants
                .iter()
                .all(|v| v.get("const").is_some() || v.get("enum").is_some());
            if is_words {
                self.out += "\n| value | meaning |\n|---|---|\n";
                for variant in variants {
                    let kind = self.kind(variant);
                    writeln!(self.out, "| {kind} | {} |", words(variant)).unwrap();
                }
            } else if variants.iter().all(|v| v.get("properties").is_some()) {
                for variant in variants {
                    let fields = variant["properties"].as_object().unwrap();
                    let tag = fields
                        .iter()
                        .find(|(_, field)| field.get("const").is_some());
                    if let Some((name, field)) = tag {
                        let value = self.kind(field);
                        writeln!(self.out, "\n**`{name}`: {value}** {}", words(variant)).unwrap();
                    } else {
                        writeln!(self.out, "\n{}", words(variant)).unwrap();
                    }
                    self.fields(variant);
                }
            } else {
                let kind = self.kind(schema);
                writeln!(self.out, "\nType: {kind}.").unwrap();
            }
        } else {
            let kind = self.kind(schema);
            writeln!(self.out, "\nType: {kind}.").unwrap();
        }
        if let Some(examples) = schema["examples"].as_array() {
            let examples = examples
                .iter()
                .map(|e| format!("`{}`", e.as_str().map_or(e.to_string(), str::to_owned)));
            writeln!(
                self.out,
                "\nFor example {}.",
                examples.collect::<Vec<_>>().join(", ")
            )
            .unwrap();
        }
    }

    fn all(mut self) -> String {
        let schema = self.schema;
        self.body(schema);
        while !self.waiting.is_empty() {
            let name = self.waiting.remove(0);
            let heading = self.heading(&name);
            writeln!(self.out, "\n{} {heading}", self.level).unwrap();
            let definition = &schema["$defs"][&name];
            self.done.insert(name);
            self.body(definition);
        }
        self.out
    }
}

fn reference(file: &str, prefix: &str, level: &str) -> String {
    let text = fs::read_to_string(format!("schemas/{file}.schema.json")).unwrap();
    let mut schema = serde_json::from_str(&text).unwrap();
    leave_out_variables(&mut schema);
    let writer = Writer {
        schema: &schema,
        prefix,
        level,
        waiting: Vec::new(),
        done: BTreeSet::new(),
        out: String::new(),
    };
    writer.all()
}

fn is_current(path: &str, generated: &str) {
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        fs::write(path, generated).unwrap();
    }
    let there = fs::read_to_string(path).unwrap_or_default();
    assert!(
        there == generated,
        "{path} is not current; run UPDATE_GENERATED=1 cargo test --test binary reference"
    );
}

#[test]
fn the_reference_of_specs() {
    let page = format!(
        "# Spec reference\n\nEvery field, as the schema `schemas/spec.schema.json` has it. \
         [The spec language](spec.md) says how they work together. A value, or a part of a text, can be \
         [a variable](environments.md#variables).\n{}\n\
         ## An environment\n\nEvery field, as the schema `schemas/environment.schema.json` has it. \
         [Environments](environments.md) says what it is for.\n{}\n\
         ## The guard file\n\nEvery field, as the schema `schemas/guard.schema.json` has it. \
         [Security](security.md#planning-a-pull-request-that-is-not-trusted) says what it is for.\n{}\n\
         ## A scenario\n\nEvery field, as the schema `schemas/scenario.schema.json` has it. \
         [Test scenarios](testing.md) says how they work together.\n{}",
        reference("spec", "", "##"),
        reference("environment", "Environment: ", "###"),
        reference("guard", "Guard file: ", "###"),
        reference("scenario", "Scenario: ", "###")
    );
    is_current("docs/spec-reference.md", &page);
}

#[test]
fn the_reference_of_json_documents() {
    let mut page = "# JSON reference\n\nEvery field of every JSON document that Linkwright writes, as \
                    the schemas in `schemas/` have them. [JSON formats](json-formats.md) says which \
                    command writes which.\n"
        .to_owned();
    for (file, title) in [
        ("plan", "Plan"),
        ("approval", "Approval"),
        ("events", "Apply events"),
        ("report", "Run report"),
        ("drift", "Drift"),
        ("drill", "Drill"),
        ("notification", "Notification"),
        ("status", "Status"),
        ("accept", "Accept"),
        ("permissions", "Permissions"),
        ("diagnostics", "Diagnostics"),
        ("archive", "Archive"),
        ("snapshot", "Snapshot"),
        ("leases", "Leases"),
        ("runs", "Runs"),
        ("run", "Run"),
        ("archives", "Archives"),
    ] {
        writeln!(page, "\n## {title}").unwrap();
        page += &reference(file, &format!("{title}: "), "###");
    }
    is_current("docs/json-reference.md", &page);
}
