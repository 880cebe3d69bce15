//! What was accepted and what was not, for people and machines: [`Acceptance`], [`text`] and [`json`].

pub mod json;

use std::path::Path;

use super::style::{Ink, Style};
use super::words::{self, DriftWords, quantity};
use super::{edited, safe};
use crate::accept::Draft;
use crate::diagnostic::Diagnostic;
use crate::drift::DriftFinding;

/// What was accepted and what was not.
#[derive(Clone, Debug)]
pub struct Acceptance {
    /// Whether something was to be accepted; otherwise it is a list of what can be.
    pub is_chosen: bool,
    /// When what is live was read.
    pub read_at: jiff::Timestamp,
    /// What is, or can be, accepted.
    pub accepted: Vec<Item>,
    /// What is not.
    pub refused: Vec<Item>,
    /// How many deviations were not chosen.
    pub others: usize,
    /// Whether a mirror topic of what is accepted has stopped for good.
    pub has_stopped: bool,
    /// The change of the spec as a unified diff, without secrets.
    pub diff: String,
    /// The files of the spec that change.
    pub files: Vec<String>,
    /// The patch that was saved.
    pub patch: Option<String>,
    /// Whether the files were changed.
    pub is_written: bool,
}

/// A deviation with its words.
#[derive(Clone, Debug)]
pub struct Item {
    /// The deviation.
    pub finding: DriftFinding,
    /// Its words.
    pub words: DriftWords,
    /// Why it is not accepted.
    pub why: Option<Diagnostic>,
}

/// As many deviations are listed for people; machines get all.
const MAX_LISTED: usize = 50;
/// As many addresses are named in the message of a commit.
const MAX_NAMED: usize = 3;

impl Acceptance {
    /// The words for a draft; what becomes of the change is added by [`Self::kept`].
    #[must_use]
    pub fn of(draft: &Draft<'_>, is_chosen: bool, read_at: jiff::Timestamp) -> Self {
        let item = |finding: &DriftFinding, why: Option<&Diagnostic>| Item {
            finding: finding.clone(),
            words: words::drift(finding),
            why: why.cloned(),
        };
        let refused = draft.refused().iter();
        let mut refused: Vec<Item> = refused.map(|it| item(&it.finding, Some(&it.why))).collect();
        refused.sort_by(|a, b| a.finding.address.cmp(&b.finding.address));
        Self {
            is_chosen,
            read_at,
            accepted: draft
                .accepted()
                .map(|finding| item(finding, None))
                .collect(),
            refused,
            others: draft.others(),
            has_stopped: draft.has_stopped(),
            diff: String::new(),
            files: Vec::new(),
            patch: None,
            is_written: false,
        }
    }

    /// Adds where the change went.
    pub fn kept<'a>(
        &mut self,
        files: impl Iterator<Item = &'a str>,
        patch: Option<&Path>,
        is_written: bool,
    ) {
        self.files = files.map(str::to_owned).collect();
        self.patch = patch.map(|file| file.display().to_string());
        self.is_written = is_written;
    }

    /// The commands that commit the change and push it; none while it is only shown.
    #[must_use]
    pub fn commands(&self) -> Vec<String> {
        let patch = self.patch.as_deref().filter(|_| !self.is_written);
        if self.files.is_empty() || !self.is_written && patch.is_none() {
            return Vec::new();
        }
        let files = self.files.iter().map(String::as_str);
        edited::git_commands(files, patch, &self.message())
    }

    /// The message of the commit.
    fn message(&self) -> String {
        let mut addresses: Vec<String> = (self.accepted.iter())
            .map(|item| item.finding.address.to_string())
            .collect();
        addresses.dedup();
        let more = addresses.len().saturating_sub(MAX_NAMED);
        addresses.truncate(MAX_NAMED);
        let named = addresses.join(", ");
        match more {
            0 => format!("accept what is live at {named}"),
            more => format!("accept what is live at {named} and {more} more"),
        }
    }

    /// What must be known to who takes over.
    #[must_use]
    pub fn hand_over(&self) -> Vec<String> {
        if self.files.is_empty() {
            return Vec::new();
        }
        let place = match (self.is_written, &self.patch) {
            (true, _) => format!("in {} here", list(&self.files)),
            (false, Some(patch)) => format!("in {} here", safe::clean(patch)),
            (false, None) => "only shown".to_owned(),
        };
        vec![
            "Nothing was changed on any cluster.".to_owned(),
            format!(
                "The change is {place}. Until it is pushed, pipelines plan from the spec as it was, and an apply \
                 there would change back what is live."
            ),
        ]
    }

    /// How it is undone.
    #[must_use]
    pub fn undo(&self) -> Vec<String> {
        if self.files.is_empty() || !self.is_written && self.patch.is_none() {
            return Vec::new();
        }
        let files: Vec<String> = self.files.iter().map(|it| safe::shell_word(it)).collect();
        let (when, before) = match (self.is_written, &self.patch) {
            (true, Some(patch)) => (
                "Before the commit:",
                format!("git apply --reverse -- {}", safe::shell_word(patch)),
            ),
            // Other changes of the file that are not committed must stay.
            (true, None) => (
                "Before the commit; it asks about each change: answer y to the one above, n to your own:",
                format!("git restore --patch -- {}", files.join(" ")),
            ),
            (false, patch) => {
                let patch = safe::shell_word(patch.as_deref().unwrap_or_default());
                ("Before the commit:", format!("rm -- {patch}"))
            }
        };
        let mut lines = vec![
            when.to_owned(),
            format!("  {before}"),
            "After it; the next plan shows what leads back to the spec as it was:".to_owned(),
            "  git revert HEAD".to_owned(),
        ];
        if self.has_stopped {
            lines.push(
                "A mirror topic that has stopped stays an ordinary topic either way.".to_owned(),
            );
        }
        lines
    }
}

fn list(files: &[String]) -> String {
    let files: Vec<_> = files.iter().map(|file| safe::clean(file)).collect();
    files.join(", ")
}

/// What was accepted and what was not, for people.
#[must_use]
pub fn text(result: &Acceptance, style: &Style) -> String {
    let mut out = String::new();
    let count = quantity(result.accepted.len(), "deviation");
    let not = quantity(result.refused.len(), "deviation");
    let (accepted, refused) = match result.is_chosen {
        true => (format!("Accepted {count}:"), format!("Not accepted: {not}")),
        false => (
            format!("{count} can be accepted:"),
            format!("{not} cannot be accepted:"),
        ),
    };
    if result.accepted.is_empty() && result.refused.is_empty() {
        return match result.others {
            0 => "There is nothing to accept: what is live is as the spec says.\n".to_owned(),
            others => format!(
                "There is nothing to accept of what was chosen; elsewhere there {} {}: linkwright accept\n",
                if others == 1 { "is" } else { "are" },
                quantity(others, "deviation")
            ),
        };
    }
    section(&mut out, &accepted, &result.accepted, style);
    section(&mut out, &refused, &result.refused, style);
    if !result.is_chosen && !result.accepted.is_empty() {
        out.push_str("\nTo accept: linkwright accept ADDRESS…, or linkwright accept --all\n");
    }
    if result.is_chosen && result.accepted.is_empty() {
        out.push_str("\nNo changes were made.\n");
        return out;
    }
    lines(&mut out, "Hand-over", &result.hand_over(), style);
    if result.is_chosen && result.commands().is_empty() && !result.files.is_empty() {
        out.push_str(
            "  To keep it, run the command again with --write, or with --patch FILE.patch\n",
        );
    }
    lines(&mut out, "To commit and push it", &result.commands(), style);
    lines(&mut out, "To undo it", &result.undo(), style);
    out
}

fn section(out: &mut String, title: &str, items: &[Item], style: &Style) {
    if items.is_empty() {
        return;
    }
    if !out.is_empty() {
        out.push('\n');
    }
    put(out, &style.paint(Ink::Title, title).to_string());
    for item in items.iter().take(MAX_LISTED) {
        let address = safe::clean(&item.finding.address.to_string()).into_owned();
        let summary = safe::clean(&item.words.summary).into_owned();
        put(
            out,
            &format!("  {address} [{}] {summary}", item.finding.code()),
        );
        for detail in &item.words.details {
            put(out, &format!("      {}", safe::clean(detail)));
        }
        if let Some(why) = &item.why {
            put(
                out,
                &format!("      {}: {}", why.code, safe::clean(&why.summary)),
            );
            put(
                out,
                &format!("      {}", safe::clean(&words::capital(why.help.clone()))),
            );
        }
    }
    if let Some(more) = items.len().checked_sub(MAX_LISTED).filter(|more| *more > 0) {
        put(out, &format!("  and {more} more; --output json lists all"));
    }
}

fn lines(out: &mut String, title: &str, lines: &[String], style: &Style) {
    if lines.is_empty() {
        return;
    }
    put(out, "");
    put(
        out,
        &style.paint(Ink::Title, &format!("{title}:")).to_string(),
    );
    for line in lines {
        put(out, &format!("  {line}"));
    }
}

fn put(out: &mut String, line: &str) {
    out.push_str(line);
    out.push('\n');
}
