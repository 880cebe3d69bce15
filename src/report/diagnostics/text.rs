//! Diagnostics for people, each with the lines it is about.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::Counts;
use crate::diagnostic::{Diagnostic, Label, Severity, Sources};

/// Whether the text has colours. Nothing is said by colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// ANSI colours.
    On,
    /// None.
    Off,
}

/// Labels this many lines apart share a snippet; those farther apart get one each.
const NEAR: u32 = 12;

/// Writes every diagnostic and a closing line that counts them. Nothing is written about none.
///
/// # Errors
/// Those of the writer.
pub fn text(
    out: &mut dyn Write,
    diagnostics: &[Diagnostic],
    sources: &Sources,
    colour: Colour,
) -> io::Result<()> {
    each(out, diagnostics, sources, colour)?;
    match closing(diagnostics) {
        Some(line) => writeln!(out, "{line}"),
        None => Ok(()),
    }
}

/// Writes every diagnostic, without the closing line.
///
/// # Errors
/// Those of the writer.
pub fn each(
    out: &mut dyn Write,
    diagnostics: &[Diagnostic],
    sources: &Sources,
    colour: Colour,
) -> io::Result<()> {
    let renderer = match colour {
        Colour::On => Renderer::styled(),
        Colour::Off => Renderer::plain(),
    }
    .decor_style(DecorStyle::Ascii);
    let lines = LineIndex::new(diagnostics, sources);
    let mut reasons = BTreeSet::new();
    for diagnostic in diagnostics {
        let has_new_reason = reasons.insert((diagnostic.code.0, diagnostic.why.as_str()));
        let group = group(diagnostic, sources, &lines, has_new_reason);
        writeln!(out, "{}\n", renderer.render(&[group]))?;
    }
    Ok(())
}

/// One diagnostic. A reason that an earlier one of the same code has is not repeated.
fn group<'a>(
    diagnostic: &'a Diagnostic,
    sources: &'a Sources,
    lines: &LineIndex<'_>,
    has_new_reason: bool,
) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut group = level
        .primary_title(diagnostic.summary.as_str())
        .id(diagnostic.code.0)
        .elements(std::iter::empty::<Origin<'_>>());
    for cluster in clusters(&diagnostic.labels) {
        let place = &cluster[0].place;
        group = match snippet(&cluster, diagnostic, sources, lines) {
            Some(snippet) => group.element(snippet),
            None => group.element(
                Origin::path(place.file.as_ref())
                    .line(place.line as usize)
                    .char_column(place.column as usize),
            ),
        };
    }
    if let Some(address) = &diagnostic.address {
        group = group.element(Level::NOTE.message(format!("about {address}")));
    }
    if has_new_reason && !diagnostic.why.is_empty() {
        group = group.element(Level::NOTE.message(diagnostic.why.as_str()));
    }
    if !diagnostic.help.is_empty() {
        group = group.element(Level::HELP.message(diagnostic.help.as_str()));
    }
    group
}

/// Labels in the order given, those of one file that are near one another together.
fn clusters(labels: &[Label]) -> Vec<Vec<&Label>> {
    let mut clusters: Vec<Vec<&Label>> = Vec::new();
    for label in labels {
        let near = clusters.iter_mut().find(|cluster| {
            cluster.iter().any(|other| {
                other.place.file == label.place.file
                    && other.place.line.abs_diff(label.place.line) <= NEAR
            })
        });
        match near {
            Some(cluster) => cluster.push(label),
            None => clusters.push(vec![label]),
        }
    }
    clusters
}

/// The lines around some labels. `None` when the file's text is not there or not that of the labels.
fn snippet<'a>(
    cluster: &[&'a Label],
    diagnostic: &'a Diagnostic,
    sources: &'a Sources,
    lines: &LineIndex<'_>,
) -> Option<Snippet<'a, annotate_snippets::Annotation<'a>>> {
    let file = &cluster[0].place.file;
    let text = sources.text(file)?;
    let index = lines.of(file)?;
    let first = cluster.iter().map(|label| label.place.line).min()?;
    let last = cluster.iter().map(|label| label.place.line).max()?;
    let start = *index.get(first.checked_sub(1)? as usize)?;
    let end = index.get(last as usize).copied().unwrap_or(text.len());
    // A line that no screen shows is no help.
    let window = text
        .get(start..end)
        .filter(|window| window.len() < 20_000)?;
    let mut snippet = Snippet::source(window)
        .line_start(first as usize)
        .path(file.as_ref());
    for label in cluster {
        let from = label.place.span.0.checked_sub(start)?;
        // A place over several lines is shown by its first.
        let line_end = window
            .get(from..)?
            .find('\n')
            .map_or(window.len(), |at| from + at);
        let to = label
            .place
            .span
            .1
            .checked_sub(start)?
            .min(line_end)
            .max(from);
        window.get(from..to)?;
        let main = diagnostic
            .labels
            .first()
            .is_some_and(|main| std::ptr::eq(main, *label));
        let kind = if main {
            AnnotationKind::Primary
        } else {
            AnnotationKind::Context
        };
        snippet = snippet.annotation(kind.span(from..to).label(label.text.as_str()));
    }
    Some(snippet)
}

/// Where the lines of each file begin, found once.
struct LineIndex<'a>(BTreeMap<&'a str, Vec<usize>>);

impl<'a> LineIndex<'a> {
    fn new(diagnostics: &'a [Diagnostic], sources: &Sources) -> Self {
        let mut files = BTreeMap::new();
        for label in diagnostics.iter().flat_map(|it| &it.labels) {
            let file: &str = &label.place.file;
            if let Some(text) = sources.text(file) {
                files.entry(file).or_insert_with(|| {
                    let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
                    std::iter::once(0).chain(breaks).collect()
                });
            }
        }
        Self(files)
    }

    fn of(&self, file: &str) -> Option<&Vec<usize>> {
        self.0.get(file)
    }
}

/// `2 errors and 1 warning; run linkwright explain LW030`, with the code of the worst. None where there is no
/// diagnostic.
#[must_use]
pub fn closing(diagnostics: &[Diagnostic]) -> Option<String> {
    let counts = Counts::of(diagnostics);
    let parts: Vec<String> = [
        (counts.errors, "error"),
        (counts.warnings, "warning"),
        (counts.notes, "note"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| format!("{count} {word}{}", if count == 1 { "" } else { "s" }))
    .collect();
    let code = diagnostics.iter().min_by_key(|it| it.severity)?.code;
    Some(format!(
        "{}; run `linkwright explain {code}`",
        parts.join(" and ")
    ))
}
