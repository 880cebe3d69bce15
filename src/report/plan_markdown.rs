//! A plan as Markdown for a pull request's comment: [`write()`].
//!
//! It always stays under [`LIMIT`] bytes, whatever the plan: the summary first, then everything that
//! is irreversible, in full, then refusals with their fixes, then the rest, collapsed; what does
//! not fit any more is counted and left to the artefact.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::markdown::{
    CLIP, MAX_NAMES, block, code, finished, note, place, prose, text, truncated_names,
};
use super::plan_json::About;
use super::safe::{clip, message};
use super::view::note::grouped;
use super::view::plan::{HandOverView, Item, PlanView, Refused};
use super::view::{Fitted, More, Truncated};
use super::words::attributes::{Attribute, Change, Mark};
use super::words::{self, EffectWords, Weight};
use crate::diff::Class;
use crate::plan::Plan;

pub use super::markdown::LIMIT;

/// Kept for what must stand at the end.
const TAIL: usize = 1_000;
/// Refusals get at most this much, so that what is irreversible has room.
const REFUSALS: usize = 14_000;

/// Writes the plan.
///
/// # Errors
/// When the writer fails.
pub fn write(out: &mut dyn Write, plan: &Plan) -> io::Result<()> {
    out.write_all(render(plan).as_bytes())
}

/// The plan as Markdown.
#[must_use]
pub fn render(plan: &Plan) -> String {
    render_saved(plan, &About::default())
}

/// The plan as Markdown, with what whoever approves a saved plan compares.
#[must_use]
pub fn render_saved(plan: &Plan, about: &About) -> String {
    let view = PlanView::of(plan);
    let refusals = refusals(&view);
    let head = head(&view) + &origin(about);
    let mut page = Fitted::new(head, LIMIT - TAIL - refusals.len());
    grave(&view, &mut page);
    page.text.push_str(&refusals);
    page.limit = LIMIT - TAIL;
    rehearsed(&view, &mut page);
    for class in [Class::Unknown, Class::Health, Class::Warning] {
        findings(&view, class, &mut page);
    }
    for wave in &view.waves {
        let items = wave.items.iter();
        collapsed(
            &mut page,
            &format!("{}: {}", wave.title, wave.count),
            items.map(|item| (operation(item), item.members.len())),
        );
    }
    for class in [Class::Config, Class::Unmanaged, Class::Note] {
        findings(&view, class, &mut page);
    }
    hand_over(&view.hand_over, &mut page);
    finished(page, "the plan")
}

/// What goes over when mirror topics stop.
pub(super) fn hand_over(all: &[HandOverView], page: &mut Fitted) {
    if all.is_empty() {
        return;
    }
    page.add("\n### Hand-over\n\n", 0);
    for one in all {
        let mut piece = format!("- {}\n", text(&message(&one.title, CLIP)));
        for (label, line) in &one.lines {
            let _ = writeln!(piece, "  - {label}: {}", prose(&message(line, 4 * CLIP)));
        }
        page.add(&piece, 1);
    }
    page.add(&format!("- {}\n", words::NOT_CARRIED), 0);
}

/// What was left out, and what the server said to a rehearsal.
fn rehearsed(view: &PlanView<'_>, page: &mut Fitted) {
    let mut shown = |sentence: &str| page.add(&format!("\n**{sentence}**\n\n"), 0);
    if let Some(sentence) = &view.left_out {
        shown(sentence);
    }
    if let Some((sentence, problems)) = &view.rehearsal {
        shown(sentence);
        for problem in problems {
            page.add(&format!("- {}\n", text(&message(problem, 4 * CLIP))), 1);
        }
    }
}

fn head(view: &PlanView<'_>) -> String {
    let mut out = format!("## {}\n\n**{}.**\n\n", view.title, text(&view.sentence));
    for alert in &view.alerts {
        let kind = match alert.weight {
            Weight::Danger => "CAUTION",
            Weight::Caution | Weight::Plain => "WARNING",
        };
        let _ = write!(out, "> [!{kind}]\n> {}{}.\n\n", alert.subject, alert.text);
    }
    out
}

/// Which saved plan it is, where it is from, and what it needs.
fn origin(about: &About) -> String {
    let (Some(digest), Some(origin)) = (&about.digest, &about.origin) else {
        return String::new();
    };
    format!(
        "Saved {}. Needs {}.\n\n",
        text(&clip(&words::origin::sentence(digest, origin), 4 * CLIP)),
        code(&words::origin::needs(origin)),
    )
}

/// Every operation that is irreversible or may lose data, by its full name. Equal ones are
/// together, so that hundreds fit.
fn grave(view: &PlanView<'_>, page: &mut Fitted) {
    if view.grave().next().is_none() {
        return;
    }
    page.text.push_str("### Irreversible\n\n");
    for item in view.grave() {
        let mut piece = headline(item) + &because(item);
        for effect in &item.effects {
            if effect.code != "loses" || !item.is_several() {
                piece.push_str(&effect_item(effect, 20));
            } else {
                // The names follow with their losses.
                piece.push_str(&effect_item(effect, 0));
            }
        }
        if page.add(&piece, item.members.len()) && item.is_several() {
            members(item, page);
        }
    }
    if let Some(more) = More::of(page.omitted) {
        let _ = writeln!(page.text, "- **{more} irreversible, in the artefact**");
    }
    page.text.push('\n');
}

/// The names of a group, each with what it loses.
fn members(item: &Item<'_>, page: &mut Fitted) {
    // Room for the line's end.
    page.limit -= 100;
    let mut left = item.members.len();
    for member in &item.members {
        let mut piece = String::from(if left == item.members.len() {
            "  - "
        } else {
            ", "
        });
        piece.push_str(&code(&member.name));
        if let Some((messages @ 1.., _)) = member.loses {
            let _ = write!(piece, " (loses {})", words::number(messages));
        }
        if !page.add(&piece, left) {
            break;
        }
        left -= 1;
    }
    page.limit += 100;
    if let Some(more) = More::of(left) {
        let _ = write!(page.text, " {more}");
    }
    page.text.push('\n');
}

fn headline(item: &Item<'_>) -> String {
    let mut out = format!(
        "- {} **{}** {} ({})",
        code(item.action.unicode()),
        text(&item.order),
        code(&clip(&item.subject, CLIP)),
        code(&item.numbers())
    );
    for risk in &item.risks {
        let _ = write!(out, " `{risk}`");
    }
    out.push('\n');
    out
}

fn because(item: &Item<'_>) -> String {
    let because = prose(&clip(&item.because, CLIP));
    format!("  - because {because}{}\n", place(item.place.as_deref()))
}

/// An effect with the first of its names; with none at all when they stand elsewhere.
fn effect_item(effect: &EffectWords, first: usize) -> String {
    let sign = match effect.weight {
        Weight::Plain => "",
        Weight::Caution => ":warning: ",
        Weight::Danger => ":rotating_light: ",
    };
    let mut out = format!("  - {sign}{}", prose(&message(&effect.text, CLIP)));
    if first > 0 && !effect.names.is_empty() {
        let _ = write!(out, ": {}", truncated_names(&effect.names, first));
    }
    if !effect.note.is_empty() {
        let _ = write!(out, "; {}", prose(&message(&effect.note, CLIP)));
    }
    out.push('\n');
    out
}

/// All refusals with the fix of each, never longer than their share.
fn refusals(view: &PlanView<'_>) -> String {
    if view.against.is_none() {
        return String::new();
    }
    let heading = "### Refused: nothing will be applied\n\n";
    let mut page = Fitted::new(heading.to_owned(), REFUSALS);
    for refused in &view.refusals {
        page.add(&refusal(refused), 1);
    }
    if let Some(found) = view.found(Class::Refusal) {
        for said in grouped(&found.notes) {
            page.add(&note(&said, &said.note.called()), said.note.count);
        }
    }
    if let Some(more) = More::of(page.omitted) {
        let more = more.called("reason");
        let _ = writeln!(page.text, "- **{more} in the artefact**");
    }
    page.text + "\n"
}

fn refusal(refused: &Refused) -> String {
    let Refused {
        code: id,
        words,
        about,
        place: at,
    } = refused;
    let mut item = format!(
        "- **{}** `{id}`{}\n  - {}\n  - about {}\n",
        prose(&clip(&words.summary, CLIP)),
        place(at.as_deref()),
        prose(&clip(&words.why, CLIP)),
        code(about),
    );
    if let Some(flag) = &words.flag {
        let _ = writeln!(item, "  - for one run: {}", code(flag));
    }
    let _ = writeln!(item, "  - in the spec: {}", prose(&clip(&words.spec, CLIP)));
    item
}

fn findings(view: &PlanView<'_>, class: Class, page: &mut Fitted) {
    let Some(found) = view.found(class) else {
        return;
    };
    let title = format!("{}: {}", found.title, words::number(found.count as u64));
    collapsed(
        page,
        &title,
        grouped(&found.notes).map(|said| (note(&said, &said.note.called()), said.note.count)),
    );
}

/// A collapsed section with as many of its items as fit; it is always closed.
fn collapsed(page: &mut Fitted, title: &str, items: impl Iterator<Item = (String, usize)>) {
    const CLOSE: &str = "\n</details>\n\n";
    let open = format!("<details><summary>{title}</summary>\n\n");
    page.limit -= CLOSE.len();
    let is_open = page.add_under(&open, items);
    page.limit += CLOSE.len();
    if is_open {
        page.text.push_str(CLOSE);
    }
}

fn operation(item: &Item<'_>) -> String {
    let mut out = headline(item);
    if item.is_severe {
        out.push_str("  - see above\n");
    } else {
        if item.is_several() {
            let _ = writeln!(out, "  - {}", truncated_names(&item.names(), MAX_NAMES));
        }
        for effect in &item.effects {
            out.push_str(&effect_item(effect, MAX_NAMES));
        }
        out.push_str(&because(item));
    }
    for detail in &item.details {
        let _ = writeln!(out, "  - {}", prose(&clip(detail, CLIP)));
    }
    for unchecked in item.unchecked {
        let _ = writeln!(out, "  - not checked: {}", text(unchecked));
    }
    for (before, why) in &item.waits {
        let _ = writeln!(
            out,
            "  - waits for {}, because {}",
            code(before),
            prose(why)
        );
    }
    let lines = diff_lines(&item.attributes);
    if !lines.is_empty() {
        out.push_str(&block("diff", 2, &lines));
    }
    out
}

/// Config differences as lines of a diff.
fn diff_lines(attributes: &[Attribute]) -> Vec<String> {
    const MAX_LINES: usize = 60;
    let mut lines = Vec::new();
    let whole = |pieces: &[(Mark, String)]| -> String {
        pieces.iter().map(|(_, text)| text.as_str()).collect()
    };
    for attribute in attributes {
        let name = clip(&attribute.name, CLIP);
        match &attribute.change {
            Change::Set(value) => lines.push(format!("+ {name}: {}", clip(value, CLIP))),
            Change::Replace { before, after } => {
                lines.push(format!("- {name}: {}", clip(&whole(before), CLIP)));
                lines.push(format!("+ {name}: {}", clip(&whole(after), CLIP)));
            }
            Change::Entries { entries, note } => {
                let note = note
                    .as_ref()
                    .map_or_else(String::new, |note| format!(" ({note})"));
                lines.push(format!("  {name}:{note}"));
                for (mark, entry) in entries {
                    let sign = match mark {
                        Mark::Same => ' ',
                        Mark::Added => '+',
                        Mark::Removed => '-',
                    };
                    lines.push(format!("{sign}   {}", clip(entry, CLIP)));
                }
            }
        }
    }
    if let Some(more) = Truncated::of(&lines, MAX_LINES).more {
        lines.truncate(MAX_LINES);
        lines.push(format!("  {more} lines"));
    }
    lines
}
