//! Files that commands write next to their output: [`write`] and [`replace`].

use std::path::Path;

use super::Failure;
use crate::apply::durable::{self, Flush, Readers};

/// Writes a file, which may be a device or a pipe.
pub(super) fn write(file: &Path, text: &[u8]) -> Result<(), Failure> {
    std::fs::write(file, text).map_err(|error| failed(file, &error))
}

/// Replaces a file at once, so that no one ever reads half of it.
pub(super) fn replace(file: &Path, text: &[u8], readers: Readers) -> Result<(), Failure> {
    durable::replace(file, text, readers, Flush::ToDisk).map_err(|error| failed(file, &error))
}

fn failed(file: &Path, error: &std::io::Error) -> Failure {
    Failure::failed(format!("failed to write {}: {error}", file.display()))
}
