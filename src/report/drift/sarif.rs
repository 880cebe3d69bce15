//! Drift as SARIF 2.1.0, anchored to the lines of the spec: [`write()`].
//!
//! Each finding has its identity for a fingerprint, so that a code scanning service knows it again
//! when lines move; an expected one is suppressed with the author's reason.

use std::collections::BTreeSet;
use std::io::{self, Write};

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::{DriftItem, DriftView};
use crate::drift::{DriftClass, Novelty};
use crate::report::diagnostics::{plain, uri};
use crate::report::safe::clean;
use crate::report::words::explain;

/// Writes the document. What the spec does not declare is at the first line of `anchor`, a file
/// of the spec: code scanning services take no result without a place.
///
/// # Errors
/// When the writer fails.
pub fn write(out: &mut dyn Write, view: &DriftView<'_>, anchor: &str) -> io::Result<()> {
    let codes: BTreeSet<&str> = view.items.iter().map(|item| item.finding.code()).collect();
    let rules: Vec<Value> = codes
        .iter()
        .map(|code| match explain(code) {
            Some(explanation) => json!({
                "id": code,
                "shortDescription": { "text": explanation.title },
                "fullDescription": { "text": explanation.why },
                "help": { "text": explanation.remediation },
            }),
            None => json!({ "id": code }),
        })
        .collect();
    // The worst come first, and each goes out before the next is made.
    let shown = view.items.len().min(MAX_RESULTS);
    let left_out = view.items.len() - shown;
    let mut run = json!({
        "tool": { "driver": {
            "name": "linkwright",
            "informationUri": env!("CARGO_PKG_REPOSITORY"),
            "version": env!("CARGO_PKG_VERSION"),
            "rules": rules,
        }},
        "columnKind": "unicodeCodePoints",
    });
    if left_out > 0 {
        let text = format!(
            "{left_out} more results are left out: GitHub takes {MAX_RESULTS}. \
             `linkwright drift --output json` has all"
        );
        run["invocations"] = json!([{
            "executionSuccessful": true,
            "toolExecutionNotifications": [{
                "level": "warning",
                "message": { "text": text },
            }],
        }]);
    }
    let document = Document {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            about: run,
            results: Results {
                items: &view.items[..shown],
                anchor,
            },
        }],
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// GitHub takes no more results of one run.
const MAX_RESULTS: usize = 5_000;

#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
struct Run<'a> {
    #[serde(flatten)]
    about: Value,
    results: Results<'a>,
}

/// Results that are made as they are written.
struct Results<'a> {
    items: &'a [DriftItem<'a>],
    anchor: &'a str,
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let results = self.items.iter().map(|item| result(item, self.anchor));
        serializer.collect_seq(results)
    }
}

fn result(item: &DriftItem<'_>, anchor: &str) -> Value {
    let DriftItem { finding, words } = item;
    let mut text = format!("{}: {}", finding.address, words.summary);
    for detail in &words.details {
        text.push_str("; ");
        text.push_str(detail);
    }
    text.push_str(". Fix: ");
    text.push_str(&words.remediation);
    let (file, line, column) = match &finding.place {
        Some(place) => (place.file.as_ref(), place.line, place.column),
        None => (anchor, 1, 1),
    };
    let location = json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(file) },
            "region": { "startLine": line, "startColumn": column },
        },
        "logicalLocations": [{
            "fullyQualifiedName": finding.address.to_string(),
            "kind": "resource",
        }],
    });
    let mut result = json!({
        "ruleId": finding.code(),
        "level": level(finding.class),
        "message": { "text": plain(&text) },
        "locations": [location],
        "partialFingerprints": {
            "linkwright/v1": finding.id(),
        },
        "properties": { "class": finding.class.word() },
    });
    if let Some(news) = finding.news {
        result["baselineState"] = json!(match news {
            Novelty::New => "new",
            Novelty::Was(_) => "updated",
            Novelty::Unchanged => "unchanged",
        });
    }
    if let Some(expected) = &finding.expected {
        result["suppressions"] = json!([{
            "kind": "external",
            "status": "accepted",
            "justification": clean(&format!("{} (until {})", expected.reason, expected.until)),
        }]);
    }
    result
}

fn level(class: DriftClass) -> &'static str {
    match class {
        DriftClass::Unknown | DriftClass::Health => "error",
        DriftClass::Config | DriftClass::State | DriftClass::Missing => "warning",
        DriftClass::Unmanaged | DriftClass::Expected | DriftClass::Information => "note",
    }
}
