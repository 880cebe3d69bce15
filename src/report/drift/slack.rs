//! What a Slack-compatible webhook is sent about drift: [`document`]. One field, `text`, in Slack's
//! own markup, which Mattermost, Rocket.Chat and others take too.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::{DriftView, notes};
use crate::drift::DriftClass;
use crate::report::safe::{clean, clip, message};
use crate::report::style::Detail;
use crate::report::view::note::Note;
use crate::report::view::{Fitted, More, Truncated, first_names};
use crate::report::words;

/// Slack advises against longer texts, and cuts much longer ones.
const LIMIT: usize = 3_500;
const CLIP: usize = 300;
const MAX_NAMES: usize = 5;

/// The message.
#[must_use]
pub fn document(view: &DriftView<'_>) -> Value {
    let head = format!("*Linkwright drift*\n{}", prose(&view.headline));
    let mut page = Fitted::new(head, LIMIT);
    for class in DriftClass::ALL {
        let heading = format!("\n\n*{}* ({class})", words::drift_title(class));
        let of_class = view.news().filter(|item| item.finding.class == class);
        let notes = notes(of_class, Detail::Brief);
        page.add_under(&heading, notes.iter().map(|note| (item(note), note.count)));
    }
    let gone = view.gone.iter().map(|entry| {
        let item = bullet(&entry.address, &entry.summary, &entry.code);
        (item, 1)
    });
    page.add_under("\n\n*Gone*", gone);
    if let Some(more) = More::of(page.omitted) {
        page.text += &format!("\n\n{more:#}: run `linkwright drift`");
    }
    json!({ "text": page.text })
}

fn item(note: &Note) -> String {
    let mut out = bullet(&note.subject, &note.summary, note.code);
    let mut line = |text: &str| out.push_str(&format!("\n    {text}"));
    if !note.members.is_empty() {
        line(&prose(&first_names(&note.names(), MAX_NAMES)));
    }
    let details = Truncated::of(&note.details, MAX_NAMES);
    for detail in details.shown {
        line(&prose(&message(detail, CLIP)));
    }
    if let Some(more) = details.more {
        line(&more.to_string());
    }
    if let Some(expected) = &note.expected {
        let reason = prose(&message(&expected.reason, CLIP));
        line(&format!("expected until {}: {reason}", expected.until));
    } else {
        line(&format!("fix: {}", prose(&message(&note.to_do, 2 * CLIP))));
    }
    out
}

fn bullet(subject: &str, summary: &str, id: &str) -> String {
    let (subject, summary) = (clip(subject, CLIP), message(summary, CLIP));
    format!("\n• {}: {} [{id}]", code(&subject), prose(&summary))
}

/// Text as it reads: nothing in it becomes a link or calls anyone.
fn prose(text: &str) -> String {
    // A word joiner parts what some receivers would take for a mention.
    escape(&clean(text)).replace('@', "@\u{2060}")
}

/// Text as inline code.
fn code(text: &str) -> String {
    format!("`{}`", escape(&clean(text)).replace('`', "'"))
}

/// Slack asks for these three to be escaped, and for no others.
fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>']) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;"),
    )
}
