//! Drift as one JSON document: [`document`] and [`write()`]. Its schema is `schemas/drift.schema.json`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::{Drift, DriftFinding};
use crate::report::plan_json::{ComparedEntry, PlaceEntry};
use crate::report::words;

/// The version of the document. It rises when a reader would have to change.
pub const FORMAT_VERSION: u32 = 1;

/// Where the world has moved away from the spec.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "Linkwright drift")]
pub struct DriftDocument {
    /// The version of this document's form: 1.
    pub format_version: u32,
    /// When it was looked at (RFC 3339). Differs from run to run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generated_at: Option<String>,
    /// Drift in one sentence.
    pub summary: String,
    /// How many findings each class has.
    pub counts: BTreeMap<String, usize>,
    /// What was compared.
    pub compared: ComparedEntry,
    /// The findings, in order of address and code.
    pub findings: Vec<DriftEntry>,
}

/// One thing that is not as the spec says, or does not do well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DriftEntry {
    /// `unknown`, `health`, `state`, `config`, `missing`, `unmanaged` or `expected`.
    pub class: String,
    /// Its stable code; `linkwright explain CODE` tells more.
    pub code: String,
    /// What it is about.
    pub address: String,
    /// The field that differs: `state`, or a link config's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What is found.
    pub summary: String,
    /// What it is about in detail.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<String>,
    /// The command or change of YAML that resolves it.
    pub resolve: String,
    /// Since when, if that is known (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Where the spec speaks of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceEntry>,
    /// Why it is expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<ExpectedEntry>,
}

/// Why a finding is expected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ExpectedEntry {
    /// The class that it has without the exception.
    pub class: String,
    /// The author's reason.
    pub reason: String,
    /// The first day on which it is not expected any more.
    pub until: String,
    /// Where the exception stands.
    pub place: PlaceEntry,
}

/// The document.
#[must_use]
pub fn document(drift: &Drift, generated_at: Option<jiff::Timestamp>) -> DriftDocument {
    DriftDocument {
        format_version: FORMAT_VERSION,
        generated_at: generated_at.map(|time| time.to_string()),
        summary: drift.summary(),
        counts: drift
            .counts()
            .into_iter()
            .map(|(class, n)| (class.word().to_owned(), n))
            .collect(),
        compared: ComparedEntry::of(&drift.compared),
        findings: drift.findings.iter().map(entry).collect(),
    }
}

fn entry(finding: &DriftFinding) -> DriftEntry {
    let DriftFinding {
        class,
        code,
        address,
        field,
        summary,
        details,
        resolve,
        since_ms,
        place,
        expected,
    } = finding;
    DriftEntry {
        class: class.word().to_owned(),
        code: (*code).to_owned(),
        address: address.to_string(),
        field: field.clone(),
        summary: summary.clone(),
        details: details.clone(),
        resolve: resolve.clone(),
        since: since_ms.map(words::moment),
        place: place.as_ref().map(PlaceEntry::of),
        expected: expected.as_ref().map(|expected| ExpectedEntry {
            class: expected.class.word().to_owned(),
            reason: expected.reason.clone(),
            until: expected.until.to_string(),
            place: PlaceEntry::of(&expected.place),
        }),
    }
}

/// Writes the document, indented, with a line break at its end.
///
/// # Errors
/// When the writer fails.
pub fn write(
    out: &mut dyn Write,
    drift: &Drift,
    generated_at: Option<jiff::Timestamp>,
) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &document(drift, generated_at))?;
    writeln!(out)
}

/// The document's JSON Schema (draft 2020-12).
#[must_use]
pub fn schema() -> serde_json::Value {
    schemars::generate::SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<DriftDocument>()
        .to_value()
}
