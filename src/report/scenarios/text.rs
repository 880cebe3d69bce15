//! Scenarios for people: a line each, and below a failed one what is not as expected.

use std::io::{self, Write};
use std::time::Duration;

use super::Result;
use crate::report::safe;
use crate::report::style::{Ink, Style};
use crate::report::words::{self, quantity};

/// Writes what became of one scenario.
///
/// # Errors
/// When the writer fails.
pub fn one(out: &mut dyn Write, result: &Result, style: &Style) -> io::Result<()> {
    let simulated = Duration::from_millis(result.played.simulated_ms);
    let time = match simulated.is_zero() {
        true => String::new(),
        false => format!(" ({} simulated)", words::duration(simulated)),
    };
    let about = result.about.iter().map(|about| format!(": {about}"));
    let about = about.collect::<String>();
    let (word, ink) = match result.is_passed() {
        true => ("passed", Ink::Added),
        false => ("failed", Ink::Danger),
    };
    let code = result.played.code.iter();
    let code = code.map(|code| format!(" [{code}]")).collect::<String>();
    let line = format!("{}{about}{time}{code}", result.file);
    writeln!(out, "{}  {}", style.paint(ink, word), safe::lines(&line))?;
    for line in result.lines() {
        let ink = match line.trim_start().chars().next() {
            Some('-') => Some(Ink::Removed),
            Some('+') => Some(Ink::Added),
            _ => None,
        };
        let line = safe::lines(&line);
        match ink {
            Some(ink) => writeln!(out, "  {}", style.paint(ink, &line))?,
            None => writeln!(out, "  {line}")?,
        }
    }
    for file in &result.played.updated {
        writeln!(out, "  wrote {}", safe::clean(file))?;
    }
    Ok(())
}

/// Writes how many there are.
///
/// # Errors
/// When the writer fails.
pub fn closing(out: &mut dyn Write, results: &[Result], took: Duration) -> io::Result<()> {
    let failed: Vec<&Result> = results.iter().filter(|it| !it.is_passed()).collect();
    let seconds = took.as_secs_f64();
    let all = quantity(results.len(), "scenario");
    if failed.is_empty() {
        return writeln!(out, "{all} passed in {seconds:.1} s");
    }
    let passed = results.len() - failed.len();
    writeln!(
        out,
        "{all}: {passed} passed, {} failed in {seconds:.1} s",
        failed.len()
    )?;
    // The lines above may be far up.
    for result in failed {
        writeln!(out, "  failed: {}", safe::clean(&result.file))?;
    }
    Ok(())
}
