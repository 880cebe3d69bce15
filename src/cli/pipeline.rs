//! The results of a GitHub Actions step: outputs in the file named by `GITHUB_OUTPUT`, a summary
//! in the one named by `GITHUB_STEP_SUMMARY`. Nothing happens where these are not set.

use std::fs::OpenOptions;
use std::io::Write;

use super::Failure;
use super::exit::Exit;
use super::references::env;
use crate::report::github::Outputs;

/// Writes outputs and summary.
pub(super) fn leave(mut outputs: Outputs, exit: Exit, markdown: &str) -> Result<(), Failure> {
    if let Some(file) = env("GITHUB_OUTPUT").filter(|file| !file.is_empty()) {
        outputs.exit_code = Some(exit.code());
        let mut text = Vec::new();
        outputs.write(&mut text)?;
        append(&file, &text)?;
    }
    if let Some(file) = env("GITHUB_STEP_SUMMARY").filter(|file| !file.is_empty()) {
        append(&file, markdown.as_bytes())?;
    }
    Ok(())
}

fn append(file: &str, text: &[u8]) -> Result<(), Failure> {
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(file)
        .and_then(|mut file| file.write_all(text))
        .map_err(|error| Failure::failed(format!("failed to write {file}: {error}")))
}
