//! Drift as Markdown for a step's summary or an issue: [`render`].

use std::fmt::Write as _;

use super::text::{groups, names, oldest, subject};
use super::{DriftItem, DriftView};
use crate::drift::DriftClass;
use crate::report::markdown::{code, prose, text};
use crate::report::plan_markdown::LIMIT;
use crate::report::safe::{clip, message};
use crate::report::style::Detail;
use crate::report::words;

const TAIL: usize = 500;
const FIRST: usize = 10;
const CLIP: usize = 260;

/// The drift as Markdown, never longer than [`LIMIT`] bytes.
#[must_use]
pub fn render(view: &DriftView<'_>) -> String {
    let mut out = format!("## Linkwright drift\n\n**{}**\n", text(&view.headline));
    let mut omitted = 0;
    for class in DriftClass::ALL {
        let groups = groups(view.of_class(class), Detail::Brief);
        if groups.is_empty() {
            continue;
        }
        let mut heading = format!("\n### {} (`{class}`)\n\n", words::drift_title(class));
        for group in groups {
            let item = item(&group);
            if out.len() + heading.len() + item.len() > LIMIT - TAIL {
                omitted += group.len();
                continue;
            }
            out.push_str(&std::mem::take(&mut heading));
            out.push_str(&item);
        }
    }
    for (title, entries) in [
        ("Gone since the last report", &view.gone),
        (
            "In the last report, and not to be seen this time",
            &view.unseen,
        ),
    ] {
        let mut heading = format!("\n### {title}\n\n");
        for entry in entries {
            let item = format!(
                "- {}: {} `{}`\n",
                code(&clip(&entry.address, CLIP)),
                prose(&message(&entry.summary, CLIP)),
                text(&entry.code)
            );
            if out.len() + heading.len() + item.len() > LIMIT - TAIL {
                omitted += 1;
                continue;
            }
            out.push_str(&std::mem::take(&mut heading));
            out.push_str(&item);
        }
    }
    if omitted > 0 {
        let _ = write!(
            out,
            "\n**{} more in the artefact:** the report as text or JSON has everything.\n",
            words::number(omitted as u64)
        );
    }
    out
}

fn item(group: &[&DriftItem<'_>]) -> String {
    let Some(first) = group.first() else {
        return String::new();
    };
    let place = first
        .finding
        .place
        .as_ref()
        .map_or_else(String::new, |place| {
            format!(" ({})", code(&place.to_string()))
        });
    let mark = match words::news_mark(first.finding.news) {
        mark if mark.is_empty() => mark,
        mark => format!("**{mark}** "),
    };
    let mut out = format!(
        "- {mark}{}: {} `{}`{place}\n",
        code(&clip(&subject(group), CLIP)),
        prose(&message(&first.words.summary, CLIP)),
        first.finding.code()
    );
    let names = names(group);
    if !names.is_empty() {
        let shown: Vec<String> = names
            .iter()
            .take(FIRST)
            .map(|name| code(&clip(name, CLIP)))
            .collect();
        let _ = write!(out, "  - {}", shown.join(", "));
        if names.len() > FIRST {
            let more = names.len() - FIRST;
            let _ = write!(out, " and {} more", words::number(more as u64));
        }
        out.push('\n');
    }
    for detail in first.words.details.iter().take(FIRST) {
        let _ = writeln!(out, "  - {}", code(&message(detail, CLIP)));
    }
    if first.words.details.len() > FIRST {
        let more = first.words.details.len() - FIRST;
        let _ = writeln!(out, "  - and {} more", words::number(more as u64));
    }
    if let Some(since) = oldest(group) {
        let _ = writeln!(out, "  - since {}", words::moment(since));
    }
    match &first.finding.expected {
        Some(expected) => {
            let _ = writeln!(
                out,
                "  - expected until {}: {}",
                expected.until,
                text(&message(&expected.reason, CLIP))
            );
        }
        None => {
            let _ = writeln!(
                out,
                "  - {}",
                prose(&message(&first.words.resolve, 4 * CLIP))
            );
        }
    }
    out
}
