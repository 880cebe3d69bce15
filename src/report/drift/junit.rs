//! Drift as JUnit XML, for CI systems that show test results: [`write()`].
//!
//! Each class is a suite. A finding is a failed test, an expected one and information a skipped test; a class without
//! findings is one test that passed. It keeps to the schema of Jenkins, `fixtures/junit`.

use std::io::{self, Write};

use super::{DriftItem, DriftView};
use crate::drift::DriftClass;
use crate::report::xml::escape;

/// Writes the document.
///
/// # Errors
/// When the writer fails.
pub fn write(out: &mut dyn Write, view: &DriftView<'_>) -> io::Result<()> {
    let drift = view.drift;
    let failures = drift
        .findings
        .iter()
        .filter(|finding| !finding.class.is_known())
        .count();
    let counts = drift.counts();
    let tests: usize = counts.values().map(|n| (*n).max(1)).sum();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        out,
        "<testsuites name=\"linkwright drift\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">"
    )?;
    for (class, count) in counts {
        let (failed, skipped) = match class {
            DriftClass::Expected | DriftClass::Information => (0, count),
            _ => (count, 0),
        };
        writeln!(
            out,
            "  <testsuite name=\"{class}\" tests=\"{}\" failures=\"{failed}\" errors=\"0\" skipped=\"{skipped}\">",
            count.max(1)
        )?;
        if count == 0 {
            writeln!(
                out,
                "    <testcase classname=\"linkwright.{class}\" name=\"no findings\"/>"
            )?;
        }
        for item in view.of_class(class) {
            case(out, item)?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

fn case(out: &mut dyn Write, item: &DriftItem<'_>) -> io::Result<()> {
    let DriftItem { finding, words } = item;
    let part = finding
        .kind
        .part()
        .map_or_else(String::new, |part| format!(" {part}"));
    let name = format!("{} {}{part}", finding.code(), finding.address);
    writeln!(
        out,
        "    <testcase classname=\"linkwright.{}\" name=\"{}\">",
        finding.class,
        escape(&name)
    )?;
    match &finding.expected {
        Some(expected) => writeln!(
            out,
            "      <skipped message=\"{}\"/>",
            escape(&format!(
                "expected until {}: {}",
                expected.until, expected.reason
            ))
        )?,
        None if finding.class.is_known() => writeln!(
            out,
            "      <skipped message=\"{}\"/>",
            escape(&words.summary)
        )?,
        None => {
            // The schema has no attributes for a place.
            let place = finding.place.as_ref().map(ToString::to_string);
            let mut lines: Vec<&str> = place.iter().map(String::as_str).collect();
            lines.extend(words.details.iter().map(String::as_str));
            lines.push(&words.remediation);
            let body = lines.join("\n");
            writeln!(
                out,
                "      <failure type=\"{}\" message=\"{}\">{}</failure>",
                finding.code(),
                escape(&words.summary),
                escape(&body)
            )?;
        }
    }
    writeln!(out, "    </testcase>")
}
