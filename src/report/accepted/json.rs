//! What was accepted and what was not, as one JSON document. Its schema is `schemas/accept.schema.json`.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::{Acceptance, Item};

/// The version of the document. It rises when a reader would have to change.
pub const FORMAT_VERSION: u32 = 1;

/// What was accepted, or can be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "Linkwright accept")]
pub struct AcceptDocument {
    /// The version of this document's form: 1.
    pub format_version: u32,
    /// When live state was read (RFC 3339). Differs from run to run.
    pub generated_at: String,
    /// `list` without addresses and without `--all`, else `accept`.
    pub mode: &'static str,
    /// What is accepted; in a list, what can be.
    pub accepted: Vec<AcceptEntry>,
    /// What is not, each with the reason.
    pub refused: Vec<RefusedEntry>,
    /// The change of the spec as a unified diff, with `*` in place of what may be a secret. Empty in a list.
    pub diff: String,
    /// The files of the spec that change.
    pub files: Vec<String>,
    /// Whether these files were changed (`--write`).
    pub written: bool,
    /// The patch that was saved (`--patch`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patch: Option<String>,
    /// The commands that commit the change and push it. They were not run.
    pub commands: Vec<String>,
    /// What must be known to who takes over.
    pub hand_over: Vec<String>,
    /// How it is undone.
    pub undo: Vec<String>,
}

/// A deviation: something live that the spec says otherwise, or not at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AcceptEntry {
    /// Its identity, as in a report of drift.
    pub id: String,
    /// Its class, as in a report of drift.
    pub class: &'static str,
    /// Its stable code; `linkwright explain CODE` says more.
    pub code: &'static str,
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
}

/// A deviation that is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RefusedEntry {
    /// The deviation.
    #[serde(flatten)]
    pub deviation: AcceptEntry,
    /// Why it is not accepted.
    pub why: WhyEntry,
}

/// Why a deviation is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WhyEntry {
    /// The stable code of the reason; `linkwright explain CODE` says more.
    pub code: &'static str,
    /// The reason.
    pub summary: String,
    /// Why it matters.
    pub why: String,
    /// What to do.
    pub help: String,
}

/// The document.
#[must_use]
pub fn document(result: &Acceptance) -> AcceptDocument {
    let refused = result.refused.iter();
    let refused = refused.filter_map(|item| {
        let why = item.why.as_ref()?;
        Some(RefusedEntry {
            deviation: entry(item),
            why: WhyEntry {
                code: why.code.0,
                summary: why.summary.clone(),
                why: why.why.clone(),
                help: why.help.clone(),
            },
        })
    });
    AcceptDocument {
        format_version: FORMAT_VERSION,
        generated_at: result.read_at.to_string(),
        mode: if result.is_chosen { "accept" } else { "list" },
        accepted: result.accepted.iter().map(entry).collect(),
        refused: refused.collect(),
        diff: result.diff.clone(),
        files: result.files.clone(),
        written: result.is_written,
        patch: result.patch.clone(),
        commands: result.commands(),
        hand_over: result.hand_over(),
        undo: result.undo(),
    }
}

fn entry(item: &Item) -> AcceptEntry {
    let finding = &item.finding;
    AcceptEntry {
        id: finding.id(),
        class: finding.class.word(),
        code: finding.code(),
        address: finding.address.to_string(),
        field: finding.kind.field().map(str::to_owned),
        summary: item.words.summary.clone(),
        details: item.words.details.clone(),
    }
}

/// Writes the document, indented, with a line break at its end.
///
/// # Errors
/// When the writer fails.
pub fn write(out: &mut dyn Write, result: &Acceptance) -> io::Result<()> {
    crate::report::document::write(out, &document(result))
}

/// The document's JSON Schema (draft 2020-12).
#[must_use]
pub fn schema() -> serde_json::Value {
    crate::report::document::schema::<AcceptDocument>()
}
