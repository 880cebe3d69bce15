//! Diagnostics as GitHub workflow commands, which GitHub shows on the lines of a pull request.

use std::io::{self, Write};

use crate::diagnostic::{Diagnostic, Severity};
use crate::report::safe::lines;

/// Writes one command for each diagnostic.
///
/// # Errors
/// Those of the writer.
pub fn github(out: &mut dyn Write, diagnostics: &[Diagnostic]) -> io::Result<()> {
    for diagnostic in diagnostics {
        let command = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        write!(out, "::{command} ")?;
        if let Some(place) = diagnostic.place() {
            let file = property(&place.file);
            write!(out, "file={file},line={},col={},", place.line, place.column)?;
        }
        let mut message = diagnostic.summary.clone();
        for (head, text) in [("", &diagnostic.why), ("help: ", &diagnostic.help)] {
            if !text.is_empty() {
                message.push('\n');
                message.push_str(head);
                message.push_str(text);
            }
        }
        writeln!(out, "title={}::{}", diagnostic.code, data(&message))?;
    }
    Ok(())
}

/// The message of a command.
fn data(text: &str) -> String {
    lines(text)
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The value of a command's property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
