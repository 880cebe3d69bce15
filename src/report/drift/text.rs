//! Drift as a terminal page: [`write()`]. One line when all is well.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::json::DriftEntry;
use super::since::News;
use super::{Drift, DriftClass, DriftFinding};
use crate::address::{Address, HalfAddress};
use crate::report::group::first_names;
use crate::report::page::{Page, ink, plain};
use crate::report::safe;
use crate::report::style::{Detail, Ink, Style};
use crate::report::words;

const FIRST: usize = 5;
const PAST: usize = 10;
const MESSAGE: usize = 400;

/// What findings told together have in common.
type Likeness<'a> = (
    &'a str,
    &'a HalfAddress,
    &'a str,
    &'a str,
    &'a [String],
    Option<News>,
);

/// Writes the drift.
///
/// # Errors
/// When the writer fails.
pub fn write(out: &mut dyn Write, drift: &Drift, style: &Style) -> io::Result<()> {
    let mut page = Page::new(out, style);
    page.line(0, 2, &[ink(Ink::Title, drift.headline())])?;
    for class in DriftClass::ALL {
        let groups = groups(drift.of_class(class), style.detail);
        if groups.is_empty() {
            continue;
        }
        page.blank()?;
        let paint = class_ink(class);
        page.line(
            0,
            2,
            &[
                ink(paint, class.title()),
                ink(Ink::Faint, format!(" ({class})")),
            ],
        )?;
        for group in groups {
            told(&mut page, &group)?;
        }
    }
    if let Some(since) = &drift.since {
        past(&mut page, "Gone since the last report", &since.gone)?;
        past(
            &mut page,
            "In the last report, and not to be seen this time",
            &since.unseen,
        )?;
    }
    Ok(())
}

/// The ink for a class's title.
pub(crate) fn class_ink(class: DriftClass) -> Ink {
    match class {
        DriftClass::Unknown | DriftClass::Health => Ink::Danger,
        DriftClass::State | DriftClass::Missing | DriftClass::Config => Ink::Caution,
        DriftClass::Unmanaged | DriftClass::Expected => Ink::Title,
    }
}

/// What the last report had and this one has not.
fn past(page: &mut Page<'_>, title: &str, entries: &[DriftEntry]) -> io::Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    page.blank()?;
    page.line(0, 2, &[ink(Ink::Title, title)])?;
    let shown = match page.style().detail {
        Detail::Brief => PAST,
        Detail::All => usize::MAX,
    };
    for entry in entries.iter().take(shown) {
        page.line(
            2,
            2,
            &[
                ink(Ink::Name, safe::name(&entry.address)),
                plain(format!(": {} ", safe::message(&entry.summary, MESSAGE))),
                ink(Ink::Faint, format!("[{}]", entry.code)),
            ],
        )?;
    }
    let more = entries.len().saturating_sub(shown);
    if more > 0 {
        let more = format!("and {} more", words::number(more as u64));
        page.line(2, 2, &[ink(Ink::Faint, more)])?;
    }
    Ok(())
}

/// Findings that differ only in their mirror topic, each told once.
pub(crate) fn groups<'a>(
    findings: impl Iterator<Item = &'a DriftFinding>,
    detail: Detail,
) -> Vec<Vec<&'a DriftFinding>> {
    let mut places: BTreeMap<Likeness<'_>, usize> = BTreeMap::new();
    let mut groups: Vec<Vec<&DriftFinding>> = Vec::new();
    for finding in findings {
        let Address::Mirror(half, _) = &finding.address else {
            groups.push(vec![finding]);
            continue;
        };
        let key = (
            finding.code,
            half,
            finding.summary.as_str(),
            finding
                .expected
                .as_ref()
                .map_or("", |expected| expected.reason.as_str()),
            finding.details.as_slice(),
            finding.news,
        );
        match places.get(&key) {
            Some(&at) if detail == Detail::Brief => groups[at].push(finding),
            _ => {
                places.insert(key, groups.len());
                groups.push(vec![finding]);
            }
        }
    }
    groups
}

/// What findings told together are about.
pub(crate) fn subject(group: &[&DriftFinding]) -> String {
    match group {
        [] => String::new(),
        [one] => one.address.to_string(),
        [first, ..] => format!(
            "{} on {}",
            words::quantity(group.len(), "mirror topic"),
            first
                .address
                .half()
                .map_or_else(String::new, ToString::to_string)
        ),
    }
}

/// The mirror topics' names when there are several.
pub(crate) fn names(group: &[&DriftFinding]) -> Vec<String> {
    if group.len() < 2 {
        return Vec::new();
    }
    group
        .iter()
        .filter_map(|finding| finding.address.mirror())
        .map(ToString::to_string)
        .collect()
}

fn told(page: &mut Page<'_>, group: &[&DriftFinding]) -> io::Result<()> {
    let Some(first) = group.first() else {
        return Ok(());
    };
    let subject = match group.len() {
        1 => safe::name(&subject(group)).into_owned(),
        _ => subject(group),
    };
    let mut pieces = Vec::new();
    let mark = first.news.map(News::mark).unwrap_or_default();
    if !mark.is_empty() {
        pieces.push(ink(Ink::Caution, format!("{mark} ")));
    }
    pieces.extend([
        ink(Ink::Name, subject),
        plain(format!(": {} ", safe::message(&first.summary, MESSAGE))),
        ink(Ink::Faint, format!("[{}]", first.code)),
    ]);
    if let Some(place) = &first.place {
        pieces.push(ink(Ink::Faint, format!(" ({place})")));
    }
    page.line(2, 2, &pieces)?;
    let names = names(group);
    if !names.is_empty() {
        page.line(6, 2, &[plain(first_names(&names, FIRST))])?;
    }
    for detail in &first.details {
        page.line(6, 2, &[plain(safe::message(detail, MESSAGE))])?;
    }
    let oldest = group.iter().filter_map(|finding| finding.since_ms).min();
    if let Some(oldest) = oldest {
        page.line(
            6,
            2,
            &[ink(Ink::Faint, format!("since {}", words::moment(oldest)))],
        )?;
    }
    let long = |finding: &&&DriftFinding| finding.news == Some(News::Unchanged);
    let seen = group
        .iter()
        .filter(long)
        .filter_map(|finding| finding.first_seen.as_deref());
    if let (None, Some(first_seen)) = (oldest, seen.min()) {
        let seen = format!("first seen {first_seen}");
        page.line(6, 2, &[ink(Ink::Faint, seen)])?;
    }
    if let Some(expected) = &first.expected {
        page.line(
            6,
            2,
            &[
                ink(Ink::Faint, "expected: "),
                plain(safe::message(&expected.reason, MESSAGE)),
                ink(
                    Ink::Faint,
                    format!(" (until {}, {})", expected.until, expected.place),
                ),
            ],
        )?;
    } else if !first.resolve.is_empty() {
        page.line(
            6,
            2,
            &[
                ink(Ink::Faint, "to do: "),
                plain(safe::message(&first.resolve, 4 * MESSAGE)),
            ],
        )?;
    }
    Ok(())
}
