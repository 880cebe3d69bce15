//! Drift as a terminal page: [`write()`]. One line when all is well.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::json::DriftEntry;
use super::{DriftItem, DriftView};
use crate::address::{Address, HalfAddress};
use crate::drift::{DriftClass, News};
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
pub fn write(out: &mut dyn Write, view: &DriftView<'_>, style: &Style) -> io::Result<()> {
    let mut page = Page::new(out, style);
    page.line(0, 2, &[ink(Ink::Title, view.headline.as_str())])?;
    for class in DriftClass::ALL {
        let groups = groups(view.of_class(class), style.detail);
        if groups.is_empty() {
            continue;
        }
        page.blank()?;
        let paint = class_ink(class);
        page.line(
            0,
            2,
            &[
                ink(paint, words::drift_title(class)),
                ink(Ink::Faint, format!(" ({class})")),
            ],
        )?;
        for group in groups {
            told(&mut page, &group)?;
        }
    }
    past(&mut page, "Gone since the last report", &view.gone)?;
    past(
        &mut page,
        "In the last report, and not to be seen this time",
        &view.unseen,
    )
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
pub(crate) fn groups<'a, 'd: 'a>(
    items: impl Iterator<Item = &'a DriftItem<'d>>,
    detail: Detail,
) -> Vec<Vec<&'a DriftItem<'d>>> {
    let mut places: BTreeMap<Likeness<'_>, usize> = BTreeMap::new();
    let mut groups: Vec<Vec<&DriftItem<'d>>> = Vec::new();
    for item in items {
        let DriftItem { finding, words } = item;
        let Address::Mirror(half, _) = &finding.address else {
            groups.push(vec![item]);
            continue;
        };
        let key = (
            finding.code(),
            half,
            words.summary.as_str(),
            finding
                .expected
                .as_ref()
                .map_or("", |expected| expected.reason.as_str()),
            words.details.as_slice(),
            finding.news,
        );
        match places.get(&key) {
            Some(&at) if detail == Detail::Brief => groups[at].push(item),
            _ => {
                places.insert(key, groups.len());
                groups.push(vec![item]);
            }
        }
    }
    groups
}

/// What findings told together are about.
pub(crate) fn subject(group: &[&DriftItem<'_>]) -> String {
    match group {
        [] => String::new(),
        [one] => one.finding.address.to_string(),
        [first, ..] => format!(
            "{} on {}",
            words::quantity(group.len(), "mirror topic"),
            first
                .finding
                .address
                .half()
                .map_or_else(String::new, ToString::to_string)
        ),
    }
}

/// The mirror topics' names when there are several.
pub(crate) fn names(group: &[&DriftItem<'_>]) -> Vec<String> {
    if group.len() < 2 {
        return Vec::new();
    }
    group
        .iter()
        .filter_map(|item| item.finding.address.mirror())
        .map(ToString::to_string)
        .collect()
}

/// Since when the oldest of findings told together has been so, where that is known.
pub(crate) fn oldest(group: &[&DriftItem<'_>]) -> Option<i64> {
    group.iter().filter_map(|item| item.finding.since_ms).min()
}

/// When the first of findings that the last report had too was first seen.
pub(crate) fn first_seen<'a>(group: &[&DriftItem<'a>]) -> Option<&'a str> {
    group
        .iter()
        .filter(|item| item.finding.news == Some(News::Unchanged))
        .filter_map(|item| item.finding.first_seen.as_deref())
        .min()
}

fn told(page: &mut Page<'_>, group: &[&DriftItem<'_>]) -> io::Result<()> {
    let Some(DriftItem {
        finding: first,
        words: its,
    }) = group.first()
    else {
        return Ok(());
    };
    let subject = match group.len() {
        1 => safe::name(&subject(group)).into_owned(),
        _ => subject(group),
    };
    let mut pieces = Vec::new();
    let mark = words::news_mark(first.news);
    if !mark.is_empty() {
        pieces.push(ink(Ink::Caution, format!("{mark} ")));
    }
    pieces.extend([
        ink(Ink::Name, subject),
        plain(format!(": {} ", safe::message(&its.summary, MESSAGE))),
        ink(Ink::Faint, format!("[{}]", first.code())),
    ]);
    if let Some(place) = &first.place {
        pieces.push(ink(Ink::Faint, format!(" ({place})")));
    }
    page.line(2, 2, &pieces)?;
    let names = names(group);
    if !names.is_empty() {
        page.line(6, 2, &[plain(first_names(&names, FIRST))])?;
    }
    for detail in &its.details {
        page.line(6, 2, &[plain(safe::message(detail, MESSAGE))])?;
    }
    let oldest = oldest(group);
    if let Some(oldest) = oldest {
        page.line(
            6,
            2,
            &[ink(Ink::Faint, format!("since {}", words::moment(oldest)))],
        )?;
    }
    if let (None, Some(first_seen)) = (oldest, first_seen(group)) {
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
    } else if !its.resolve.is_empty() {
        page.line(
            6,
            2,
            &[
                ink(Ink::Faint, "to do: "),
                plain(safe::message(&its.resolve, 4 * MESSAGE)),
            ],
        )?;
    }
    Ok(())
}
