//! Drift as Markdown for a step's summary or an issue: [`render`].

use super::DriftView;
use super::json::DriftEntry;
use crate::drift::DriftClass;
use crate::report::markdown::{CLIP, LIMIT, code, finished, note, prose, text};
use crate::report::safe::{clip, message};
use crate::report::style::Detail;
use crate::report::view::Fitted;
use crate::report::view::note::grouped;
use crate::report::words;

/// Kept for what must stand at the end.
const TAIL: usize = 500;

/// The drift as Markdown, never longer than [`LIMIT`] bytes.
#[must_use]
pub fn render(view: &DriftView<'_>) -> String {
    let head = format!("## Linkwright drift\n\n**{}**\n", text(&view.headline));
    let mut page = Fitted::new(head, LIMIT - TAIL);
    for class in DriftClass::ALL {
        let heading = format!("\n### {} (`{class}`)\n\n", words::drift_title(class));
        let notes = view.notes(class, Detail::Brief);
        page.add_under(
            &heading,
            grouped(&notes).map(|said| (note(&said, &said.note.subject), said.note.count)),
        );
    }
    for (_, title, entries) in view.past() {
        let heading = format!("\n### {title}\n\n");
        page.add_under(&heading, entries.iter().map(|entry| (former(entry), 1)));
    }
    finished(page, "the report")
}

fn former(entry: &DriftEntry) -> String {
    format!(
        "- {}: {} `{}`\n",
        code(&clip(&entry.address, CLIP)),
        prose(&message(&entry.summary, CLIP)),
        text(&entry.code)
    )
}
