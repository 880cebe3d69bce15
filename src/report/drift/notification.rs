//! What a webhook is sent about drift, as one JSON document: [`document`]. Its schema is
//! `schemas/notification.schema.json`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::json::{DriftEntry, entry};
use super::{DriftItem, DriftView};

/// The version of the document. It rises when a reader would have to change.
pub const FORMAT_VERSION: u32 = 1;

/// As many entries of a kind are sent; receivers bound what they take.
pub const MAX_FINDINGS: usize = 200;

/// What has changed since the last report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "Linkwright notification")]
pub struct Notification {
    /// The version of this document's form: 1.
    pub format_version: u32,
    /// What it is about: `drift`.
    pub about: String,
    /// When live state was read (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generated_at: Option<String>,
    /// Drift and what is new in it, in a sentence or two.
    pub summary: String,
    /// How many findings each class has now.
    pub counts: BTreeMap<String, usize>,
    /// When the last report was made (RFC 3339); left out when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// The first 200 findings that are new since then; all findings when there is no last report.
    pub new: Vec<DriftEntry>,
    /// How many more new ones there are.
    pub more_new: usize,
    /// The first 200 findings that have gone since then.
    pub gone: Vec<DriftEntry>,
    /// How many more have gone.
    pub more_gone: usize,
    /// How many findings are as they were.
    pub unchanged: usize,
}

/// The document.
#[must_use]
pub fn document(view: &DriftView<'_>, generated_at: Option<jiff::Timestamp>) -> Notification {
    let drift = view.drift;
    let new: Vec<&DriftItem<'_>> = view.news().collect();
    let gone = &view.gone;
    Notification {
        format_version: FORMAT_VERSION,
        about: "drift".to_owned(),
        generated_at: generated_at.map(|time| time.to_string()),
        summary: view.headline.clone(),
        counts: drift
            .counts()
            .into_iter()
            .map(|(class, n)| (class.word().to_owned(), n))
            .collect(),
        since: drift.since.as_ref().and_then(|since| since.last.clone()),
        new: new
            .iter()
            .take(MAX_FINDINGS)
            .map(|item| entry(item))
            .collect(),
        more_new: new.len().saturating_sub(MAX_FINDINGS),
        gone: gone.iter().take(MAX_FINDINGS).cloned().collect(),
        more_gone: gone.len().saturating_sub(MAX_FINDINGS),
        unchanged: drift.findings.len() - new.len(),
    }
}

/// The document's JSON Schema (draft 2020-12).
#[must_use]
pub fn schema() -> serde_json::Value {
    crate::report::document::schema::<Notification>()
}
