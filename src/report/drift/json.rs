//! Drift as one JSON document: [`document`] and [`write()`]. Its schema is `schemas/drift.schema.json`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{DriftItem, DriftView};
use crate::drift::{DriftFinding, Novelty};
use crate::report::plan_json::{ComparedEntry, PlaceEntry};
use crate::report::words::{self, DriftWords};

/// The version of the document. It rises when a reader would have to change.
pub const FORMAT_VERSION: u32 = 1;

/// How live state differs from the spec.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Linkwright drift")]
pub struct DriftDocument {
    /// The version of this document's form: 1.
    pub format_version: u32,
    /// When live state was read (RFC 3339). Differs from run to run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generated_at: Option<String>,
    /// Drift in one sentence.
    pub summary: String,
    /// How many findings each class has.
    pub counts: BTreeMap<String, usize>,
    /// What was compared.
    pub compared: ComparedEntry,
    /// How many clusters without a declared link were read as well.
    #[serde(default)]
    #[schemars(default)]
    pub other_clusters: usize,
    /// The findings, in order of address and code.
    pub findings: Vec<DriftEntry>,
    /// What has become of the last report; left out when there was none to compare with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<SinceEntry>,
}

/// What has become of the last report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SinceEntry {
    /// When the last report was made (RFC 3339); left out for the first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated_at: Option<String>,
    /// How many findings are new, or in another class than before.
    pub new: usize,
    /// How many findings are as they were.
    pub unchanged: usize,
    /// What the last report had and this one has not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub gone: Vec<DriftEntry>,
    /// What the last report had and could not be read this time. The next comparison takes it for
    /// known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub unseen: Vec<DriftEntry>,
}

/// How a finding compares with the last report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NewsEntry {
    /// It was not there.
    New,
    /// It was there in another class, such as `expected` before its exception ran out.
    OtherClass,
    /// It was there.
    Unchanged,
}

/// One thing that is not as the spec says, or does not do well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DriftEntry {
    /// Its identity from one run to the next: code, address, and what distinguishes it from others there.
    pub id: String,
    /// `unknown`, `health`, `state`, `config`, `missing`, `unmanaged` or `expected`.
    pub class: String,
    /// Its stable code; `linkwright explain CODE` says more.
    pub code: String,
    /// What it is about.
    pub address: String,
    /// The field that differs: `state`, or a link config's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What is found.
    pub summary: String,
    /// What it is about in detail.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<String>,
    /// The command or change of YAML that resolves it.
    pub resolve: String,
    /// Since when, if that is known (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// When the first report in a row was made that has it (RFC 3339); only with `--since`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_seen: Option<String>,
    /// Where the spec speaks of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceEntry>,
    /// Why it is expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<ExpectedEntry>,
    /// How it compares with the last report; left out when there was none to compare with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub news: Option<NewsEntry>,
}

/// Why a finding is expected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExpectedEntry {
    /// The class that it has without the exception.
    pub class: String,
    /// The author's reason.
    pub reason: String,
    /// The first day on which it is not expected any more.
    pub until: String,
    /// Where the exception is.
    pub place: PlaceEntry,
}

/// The document.
#[must_use]
pub fn document(view: &DriftView<'_>, generated_at: Option<jiff::Timestamp>) -> DriftDocument {
    let drift = view.drift;
    DriftDocument {
        format_version: FORMAT_VERSION,
        generated_at: generated_at.map(|time| time.to_string()),
        summary: view.summary.clone(),
        counts: drift
            .counts()
            .into_iter()
            .map(|(class, n)| (class.word().to_owned(), n))
            .collect(),
        compared: ComparedEntry::of(&drift.compared),
        other_clusters: drift.others,
        findings: view.items.iter().map(entry).collect(),
        since: drift.since.as_ref().map(|since| SinceEntry {
            generated_at: since.last.clone(),
            new: drift.new_findings().count(),
            unchanged: drift.findings.len() - drift.new_findings().count(),
            gone: view.gone.clone(),
            unseen: view.unseen.clone(),
        }),
    }
}

pub(super) fn entry(item: &DriftItem<'_>) -> DriftEntry {
    let DriftItem { finding, words } = item;
    let DriftFinding {
        class,
        address,
        kind,
        since_ms,
        place,
        expected,
        news,
        first_seen,
    } = finding;
    let DriftWords {
        summary,
        details,
        remediation,
        cause: _,
    } = words;
    DriftEntry {
        id: finding.id(),
        class: class.word().to_owned(),
        code: finding.code().to_owned(),
        address: address.to_string(),
        field: kind.field().map(str::to_owned),
        summary: summary.clone(),
        details: details.clone(),
        resolve: remediation.clone(),
        since: since_ms.map(words::moment),
        first_seen: first_seen.clone(),
        place: place.as_ref().map(PlaceEntry::of),
        expected: expected.as_ref().map(|expected| ExpectedEntry {
            class: expected.class.word().to_owned(),
            reason: expected.reason.clone(),
            until: expected.until.to_string(),
            place: PlaceEntry::of(&expected.place),
        }),
        news: news.map(|news| match news {
            Novelty::New => NewsEntry::New,
            Novelty::Was(_) => NewsEntry::OtherClass,
            Novelty::Unchanged => NewsEntry::Unchanged,
        }),
    }
}

/// Writes the document, indented, with a line break at its end.
///
/// # Errors
/// When the writer fails.
pub fn write(
    out: &mut dyn Write,
    view: &DriftView<'_>,
    generated_at: Option<jiff::Timestamp>,
) -> io::Result<()> {
    crate::report::document::write(out, &document(view, generated_at))
}

/// The document's JSON Schema (draft 2020-12).
#[must_use]
pub fn schema() -> serde_json::Value {
    crate::report::document::schema::<DriftDocument>()
}
