//! Files that commands write next to their output: [`replace`].

use std::path::Path;

use super::Failure;
use crate::apply::durable::{self, Flush, Readers};

/// Writes an output: a file is replaced at once, so that no one ever reads half of it; a device or a
/// pipe is written to.
pub(super) fn replace(file: &Path, text: &[u8], readers: Readers) -> Result<(), Failure> {
    durable::replace(file, text, readers, Flush::ToDisk)
        .map_err(|error| Failure::failed(format!("failed to write {}: {error}", file.display())))
}
