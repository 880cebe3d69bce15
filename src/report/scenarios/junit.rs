//! Scenarios as JUnit XML, for CI systems that show test results: a test case each. It keeps to the schema of Jenkins,
//! `fixtures/junit`.

use std::io::{self, Write};

use super::Result;
use crate::report::xml::escape;
use crate::scenario;

/// Writes the document.
///
/// # Errors
/// When the writer fails.
pub fn write(out: &mut dyn Write, results: &[Result]) -> io::Result<()> {
    let tests = results.len();
    let failures = results.iter().filter(|it| !it.is_passed()).count();
    let time = results.iter().map(|it| it.took.as_secs_f64()).sum::<f64>();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    let counts =
        format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" time=\"{time:.3}\"");
    writeln!(out, "<testsuites name=\"linkwright test\" {counts}>")?;
    writeln!(out, "  <testsuite name=\"scenarios\" {counts}>")?;
    for result in results {
        let name = escape(result.about.as_deref().unwrap_or(&result.file));
        let case = format!(
            "<testcase classname=\"{}\" name=\"{name}\" time=\"{:.3}\"",
            escape(&result.file),
            result.took.as_secs_f64()
        );
        if result.is_passed() {
            writeln!(out, "    {case}/>")?;
            continue;
        }
        let first = result.played.unmet.first();
        let message = first.map_or("", |unmet| unmet.what.as_str());
        writeln!(out, "    {case}>")?;
        writeln!(
            out,
            "      <failure type=\"{}\" message=\"{}\">{}</failure>",
            result.played.code.as_deref().unwrap_or(scenario::UNMET.0),
            escape(message),
            escape(&result.lines().join("\n"))
        )?;
        writeln!(out, "    </testcase>")?;
    }
    writeln!(out, "  </testsuite>")?;
    writeln!(out, "</testsuites>")
}
