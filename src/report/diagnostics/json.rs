//! Diagnostics as one JSON document of its own shape, with a version.

use std::io::{self, Write};

use serde::Serialize;

use super::Counts;
use crate::diagnostic::{Diagnostic, Label, Place};

/// The version of this shape. It rises when a reader of the old one would misread the new one.
pub const FORMAT_VERSION: u32 = 1;

#[derive(Serialize, schemars::JsonSchema)]
#[schemars(title = "Linkwright diagnostics")]
struct Document<'a> {
    format_version: u32,
    /// How many there are of each severity.
    counts: CountsOut,
    /// The code that the command ended with; left out by `validate`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(default)]
    exit_code: Option<u8>,
    /// In the order of their places.
    diagnostics: Vec<Out<'a>>,
}

#[derive(Serialize, schemars::JsonSchema)]
struct CountsOut {
    error: usize,
    warning: usize,
    note: usize,
}

#[derive(Serialize, schemars::JsonSchema)]
struct Out<'a> {
    /// `error`, `warning` or `note`.
    severity: String,
    /// A stable code such as `LW017`.
    code: &'a str,
    /// What is wrong.
    summary: &'a str,
    /// Why it matters.
    #[serde(skip_serializing_if = "str::is_empty")]
    #[schemars(default)]
    why: &'a str,
    /// What to do about it.
    #[serde(skip_serializing_if = "str::is_empty")]
    #[schemars(default)]
    help: &'a str,
    /// What it is about in the world: `cluster/link/mirror`.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// Where it is, the main place first.
    places: Vec<PlaceOut<'a>>,
    /// An edit that fixes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<FixOut<'a>>,
}

#[derive(Serialize, schemars::JsonSchema)]
struct PlaceOut<'a> {
    file: &'a str,
    /// From 1.
    line: u32,
    /// In characters, from 1.
    column: u32,
    /// The first byte, from 0.
    start_byte: usize,
    /// One past the last byte.
    end_byte: usize,
    /// What is there.
    #[serde(skip_serializing_if = "str::is_empty")]
    #[schemars(default)]
    label: &'a str,
}

#[derive(Serialize, schemars::JsonSchema)]
struct FixOut<'a> {
    place: PlaceOut<'a>,
    /// The text to write in its place.
    replacement: &'a str,
}

/// Writes the document, with a line break at its end.
///
/// # Errors
/// Those of the writer.
pub fn json(out: &mut dyn Write, diagnostics: &[Diagnostic]) -> io::Result<()> {
    ending(out, diagnostics, None)
}

/// Writes the document of a command that ended with this code and has nothing else to show.
///
/// # Errors
/// Those of the writer.
pub fn ending(
    out: &mut dyn Write,
    diagnostics: &[Diagnostic],
    exit_code: Option<u8>,
) -> io::Result<()> {
    let counts = Counts::of(diagnostics);
    let document = Document {
        format_version: FORMAT_VERSION,
        counts: CountsOut {
            error: counts.errors,
            warning: counts.warnings,
            note: counts.notes,
        },
        exit_code,
        diagnostics: diagnostics.iter().map(one).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// The JSON Schema of the document.
#[must_use]
pub fn json_schema() -> serde_json::Value {
    schemars::schema_for!(Document<'_>).to_value()
}

fn one(diagnostic: &Diagnostic) -> Out<'_> {
    Out {
        severity: diagnostic.severity.to_string(),
        code: diagnostic.code.0,
        summary: &diagnostic.summary,
        why: &diagnostic.why,
        help: &diagnostic.help,
        address: diagnostic.address.as_ref().map(ToString::to_string),
        places: diagnostic
            .labels
            .iter()
            .map(|Label { place, text }| place_out(place, text))
            .collect(),
        fix: diagnostic.fix.as_ref().map(|fix| FixOut {
            place: place_out(&fix.place, ""),
            replacement: &fix.replacement,
        }),
    }
}

fn place_out<'a>(place: &'a Place, label: &'a str) -> PlaceOut<'a> {
    PlaceOut {
        file: &place.file,
        line: place.line,
        column: place.column,
        start_byte: place.span.0,
        end_byte: place.span.1,
        label,
    }
}
