//! What JSON documents have in common: how they are written, and their schemas.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

/// Writes a document, indented, with a line break at its end.
pub(crate) fn write<T: Serialize>(out: &mut dyn Write, document: &T) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, document)?;
    writeln!(out)
}

/// A document's JSON Schema (draft 2020-12), as its readers see it.
pub(crate) fn schema<T: JsonSchema>() -> serde_json::Value {
    schemars::generate::SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value()
}
