//! Diagnostics as SARIF 2.1.0, the form that code scanning services take.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use crate::diagnostic::{Diagnostic, Label, Place, Severity};
use crate::report::safe::lines;

/// What a rule is about, for the list of rules in the document.
#[derive(Clone, Copy, Debug)]
pub struct RuleText<'a> {
    /// Its code.
    pub code: &'a str,
    /// What is wrong, in a few words.
    pub title: &'a str,
    /// Why it matters.
    pub why: &'a str,
    /// How bad it is.
    pub severity: Severity,
}

/// Writes a document with one run. Rules that no diagnostic is about are left out.
///
/// # Errors
/// Those of the writer.
pub fn sarif(
    out: &mut dyn Write,
    diagnostics: &[Diagnostic],
    rules: &[RuleText<'_>],
) -> io::Result<()> {
    let mut codes: Vec<&str> = diagnostics.iter().map(|it| it.code.0).collect();
    codes.sort_unstable();
    codes.dedup();
    let index: BTreeMap<&str, usize> = codes
        .iter()
        .enumerate()
        .map(|(at, code)| (*code, at))
        .collect();
    let described: Vec<Value> = codes
        .iter()
        .map(|code| match rules.iter().find(|rule| rule.code == *code) {
            Some(rule) => json!({
                "id": code,
                "shortDescription": { "text": rule.title },
                "fullDescription": { "text": rule.why },
                "defaultConfiguration": { "level": level(rule.severity) },
                "help": { "text": format!("linkwright explain {code}") },
            }),
            None => json!({ "id": code }),
        })
        .collect();
    let results: Vec<Value> = diagnostics
        .iter()
        .map(|diagnostic| result(diagnostic, &index))
        .collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "linkwright",
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "version": env!("CARGO_PKG_VERSION"),
                "rules": described,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn result(diagnostic: &Diagnostic, index: &BTreeMap<&str, usize>) -> Value {
    let mut text = diagnostic.summary.clone();
    for (head, more) in [(". ", &diagnostic.why), (". Help: ", &diagnostic.help)] {
        if !more.is_empty() {
            text.push_str(head);
            text.push_str(more);
        }
    }
    let mut result = json!({
        "ruleId": diagnostic.code.0,
        "ruleIndex": index.get(diagnostic.code.0),
        "level": level(diagnostic.severity),
        "message": { "text": plain(&text) },
        "locations": diagnostic.labels.first().map(location).into_iter().collect::<Vec<_>>(),
    });
    let related: Vec<Value> = diagnostic
        .labels
        .iter()
        .enumerate()
        .skip(1)
        .map(|(id, label)| {
            let mut place = location(label);
            place["id"] = id.into();
            place
        })
        .collect();
    if !related.is_empty() {
        result["relatedLocations"] = related.into();
    }
    if let Some(fix) = &diagnostic.fix {
        result["fixes"] = json!([{
            "description": { "text": plain(&diagnostic.help) },
            "artifactChanges": [{
                "artifactLocation": { "uri": uri(&fix.place.file) },
                "replacements": [{
                    "deletedRegion": region(&fix.place),
                    "insertedContent": { "text": fix.replacement },
                }],
            }],
        }]);
    }
    result
}

fn location(label: &Label) -> Value {
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(&label.place.file) },
            "region": region(&label.place),
        },
    });
    if !label.text.is_empty() {
        location["message"] = json!({ "text": plain(&label.text) });
    }
    location
}

fn region(place: &Place) -> Value {
    json!({
        "startLine": place.line,
        "startColumn": place.column,
        "byteOffset": place.span.0,
        "byteLength": place.span.1 - place.span.0,
    })
}

/// A message as SARIF reads it (3.11.6): brackets would be a link there, also in plain text. Nothing in it acts
/// on a terminal or hides.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in lines(text).chars() {
        if matches!(c, '\\' | '[' | ']') {
            plain.push('\\');
        }
        plain.push(c);
    }
    plain
}

/// A file's name as a relative URI.
pub(crate) fn uri(file: &str) -> String {
    let mut uri = String::with_capacity(file.len());
    for byte in file.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            b'\\' => uri.push('/'),
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_message_holds_no_link_and_no_control_character() {
        assert_eq!(
            plain("see [here](https://elsewhere) \u{1b}[2J a\\b `code`"),
            "see \\[here\\](https://elsewhere) \\\\u{1b}\\[2J a\\\\b `code`"
        );
    }
}
