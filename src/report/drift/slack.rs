//! What a Slack-compatible webhook is sent about drift: [`document`]. One field, `text`, in Slack's
//! own markup, which Mattermost, Rocket.Chat and others take too.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::json::DriftEntry;
use super::text::{groups, names, subject};
use super::{DriftItem, DriftView};
use crate::drift::DriftClass;
use crate::report::group::first_names;
use crate::report::safe::{clean, clip, message};
use crate::report::style::Detail;
use crate::report::words;

/// Slack advises against longer texts, and cuts much longer ones.
const LIMIT: usize = 3_500;
const CLIP: usize = 300;
const FIRST: usize = 5;

/// The message.
#[must_use]
pub fn document(view: &DriftView<'_>) -> Value {
    let mut lines = Lines {
        text: format!("*Linkwright drift*\n{}", prose(&view.headline)),
        omitted: 0,
    };
    for class in DriftClass::ALL {
        let of_class = view.news().filter(|item| item.finding.class == class);
        let mut heading = format!("\n\n*{}* ({class})", words::drift_title(class));
        for group in groups(of_class, Detail::Brief) {
            let item = format!("{heading}{}", item(&group));
            if lines.add(&item, group.len()) {
                heading.clear();
            }
        }
    }
    let mut heading = "\n\n*Gone*".to_owned();
    for entry in &view.gone {
        if lines.add(&format!("{heading}{}", gone_item(entry)), 1) {
            heading.clear();
        }
    }
    json!({ "text": lines.finish() })
}

/// A text that stays within its limit.
struct Lines {
    text: String,
    omitted: usize,
}

impl Lines {
    fn add(&mut self, item: &str, stands_for: usize) -> bool {
        let fits = self.text.len() + item.len() <= LIMIT;
        if fits {
            self.text.push_str(item);
        } else {
            self.omitted += stands_for;
        }
        fits
    }

    fn finish(mut self) -> String {
        if self.omitted > 0 {
            let more = words::number(self.omitted as u64);
            self.text
                .push_str(&format!("\n\n{more} more: run `linkwright drift`"));
        }
        self.text
    }
}

fn item(group: &[&DriftItem<'_>]) -> String {
    let Some(first) = group.first() else {
        return String::new();
    };
    let mut out = format!(
        "\n• {}: {} [{}]",
        code(&clip(&subject(group), CLIP)),
        prose(&message(&first.words.summary, CLIP)),
        first.finding.code()
    );
    let names = names(group);
    if !names.is_empty() {
        out.push_str(&format!("\n    {}", prose(&first_names(&names, FIRST))));
    }
    for detail in first.words.details.iter().take(FIRST) {
        out.push_str(&format!("\n    {}", prose(&message(detail, CLIP))));
    }
    match &first.finding.expected {
        Some(expected) => out.push_str(&format!(
            "\n    expected until {}: {}",
            expected.until,
            prose(&message(&expected.reason, CLIP))
        )),
        None => out.push_str(&format!(
            "\n    to do: {}",
            prose(&message(&first.words.resolve, 2 * CLIP))
        )),
    }
    out
}

fn gone_item(entry: &DriftEntry) -> String {
    format!(
        "\n• {}: {} [{}]",
        code(&clip(&entry.address, CLIP)),
        prose(&message(&entry.summary, CLIP)),
        entry.code
    )
}

/// Text as it reads: nothing in it becomes a link or calls anybody.
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
