//! Files that commands write next to their output: [`replace`].

use std::path::{Path, PathBuf};

use super::Failure;
use super::input;
use crate::apply::durable::{self, Flush, Readers};

/// Writes an output: a file is replaced at once, so that no one ever reads half of it; a device or a
/// pipe is written to.
pub(super) fn replace(file: &Path, text: &[u8], readers: Readers) -> Result<(), Failure> {
    durable::replace(file, text, readers, Flush::ToDisk)
        .map_err(|error| Failure::failed(format!("failed to write {}: {error}", file.display())))
}

/// Removes a file.
pub(super) fn remove(file: &Path) -> Result<(), Failure> {
    std::fs::remove_file(file)
        .map_err(|error| Failure::failed(format!("failed to remove {}: {error}", file.display())))
}

/// Writes a spec in place of the text that was read of it: through symbolic links, with its permissions, and
/// only if the file has not changed since.
pub(super) fn rewrite(name: &str, before: &str, after: &str) -> Result<(), Failure> {
    let file = unchanged(name, before)?;
    replace(&file, after.as_bytes(), Readers::AsBefore)
}

/// The file that a spec's name leads to.
///
/// # Errors
/// When it cannot be read, or has changed since it was read.
pub(super) fn unchanged(name: &str, before: &str) -> Result<PathBuf, Failure> {
    let failed =
        |words: &dyn std::fmt::Display| Failure::failed(format!("failed to write {name}: {words}"));
    let file = std::fs::canonicalize(name).map_err(|error| failed(&error))?;
    let now = input::bytes(&file, input::SPEC).map_err(|error| failed(&error))?;
    match now == before.as_bytes() {
        true => Ok(file),
        false => Err(failed(
            &"it was changed while the command ran; run it again",
        )),
    }
}
