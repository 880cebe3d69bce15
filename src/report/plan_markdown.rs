//! A plan as Markdown for a pull request's comment: [`write()`].
//!
//! It always stays under [`LIMIT`] bytes, whatever the plan: the summary first, then everything that
//! cannot be taken back, in full, then refusals with the way out, then the rest, collapsed; what does
//! not fit any more is counted and left to the artefact.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::attributes::{Attribute, Change, Mark};
use super::finding_group::{self, FindingGroup};
use super::group::{Group, groups, numbers, waits};
use super::markdown::{block, code, prose, text};
use super::rehearsal;
use super::safe::{clip, message};
use super::specifics::{attributes_of, specifics};
use super::style::unicode;
use super::words::{self, EffectWords, Weight};
use crate::diff::{Class, Effect};
use crate::plan::Plan;

/// No document is longer, in bytes. GitHub takes 65,536 characters.
pub const LIMIT: usize = 60_000;
/// Kept for what must stand at the end.
const TAIL: usize = 1_000;
/// Refusals get at most this much, so that what cannot be taken back has room.
const REFUSALS: usize = 14_000;
/// Names in the collapsed part.
const FIRST: usize = 10;
/// Characters of one name or message.
const CLIP: usize = 260;

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
    let mut page = Page {
        text: head(plan),
        omitted: 0,
    };
    let refusals = refusals(plan);
    irreversible(plan, &mut page, LIMIT - TAIL - refusals.len());
    page.text.push_str(&refusals);
    rehearsed(plan, &mut page);
    for class in [Class::Unknown, Class::Health] {
        findings(plan, class, &mut page);
    }
    waves(plan, &mut page);
    for class in [Class::Config, Class::Unmanaged, Class::Note] {
        findings(plan, class, &mut page);
    }
    if page.omitted > 0 {
        let _ = write!(
            page.text,
            "\n**{} more in the artefact:** the plan as text or JSON has everything.\n",
            words::number(page.omitted as u64)
        );
    }
    page.text
}

/// What was left out, and what the server said to a rehearsal.
fn rehearsed(plan: &Plan, page: &mut Page) {
    for sentence in [rehearsal::left_out(plan), rehearsal::sentence(plan)]
        .into_iter()
        .flatten()
    {
        page.add(&format!("\n**{sentence}**\n\n"), LIMIT - TAIL);
    }
    for (_, trouble) in rehearsal::troubles(plan) {
        let item = format!("- {}\n", text(&message(&trouble, 4 * CLIP)));
        if !page.add(&item, LIMIT - TAIL) {
            page.omitted += 1;
        }
    }
}

/// The document so far, and how much was left out of it.
struct Page {
    text: String,
    omitted: usize,
}

impl Page {
    /// Adds a piece if it fits; a piece is never cut.
    fn add(&mut self, piece: &str, limit: usize) -> bool {
        let fits = self.text.len() + piece.len() <= limit;
        if fits {
            self.text.push_str(piece);
        }
        fits
    }
}

fn head(plan: &Plan) -> String {
    let mut out = String::new();
    let _ = write!(out, "## {}\n\n", words::title(plan));
    let sentence = words::capital(words::summary(plan));
    let _ = write!(out, "**{}.**\n\n", text(&sentence));
    let grave = words::irreversible(plan);
    if grave > 0 {
        let _ = write!(
            out,
            "> [!CAUTION]\n> {} cannot be taken back or may lose data.\n\n",
            words::quantity(grave, "operation")
        );
    }
    let unknown = plan.of_class(Class::Unknown).count();
    if unknown > 0 {
        let _ = write!(
            out,
            "> [!WARNING]\n> {}{}\n\n",
            words::quantity(unknown, "thing"),
            words::not_known(unknown)
        );
    }
    out
}

/// Every operation that cannot be taken back or may lose data, by its full name. Equal ones stand
/// together, so that hundreds fit.
fn irreversible(plan: &Plan, page: &mut Page, limit: usize) {
    let grave: Vec<Group<'_>> = plan
        .waves
        .iter()
        .flat_map(|wave| groups(plan, wave))
        .filter(|group| words::is_grave(&group.first.risks))
        .collect();
    if grave.is_empty() {
        return;
    }
    page.text.push_str("### Cannot be taken back\n\n");
    let mut left = 0;
    for group in &grave {
        let mut item = headline(group);
        let _ = writeln!(
            item,
            "  - because {}{}",
            prose(&clip(&words::because(&group.first.because), CLIP)),
            place(group.place(plan))
        );
        for effect in group.effects(plan) {
            if effect.code != "loses" || group.ids.len() == 1 {
                item.push_str(&effect_item(&effect, 20));
            } else {
                // The names follow with their losses.
                let bare = EffectWords {
                    names: Vec::new(),
                    ..effect
                };
                item.push_str(&effect_item(&bare, 0));
            }
        }
        if !page.add(&item, limit) {
            left += group.ids.len();
            continue;
        }
        if group.ids.len() > 1 {
            left += members(plan, group, page, limit);
        }
    }
    page.omitted += left;
    if left > 0 {
        let _ = writeln!(
            page.text,
            "- **and {} more that cannot be taken back, in the artefact**",
            words::number(left as u64)
        );
    }
    page.text.push('\n');
}

/// The names of a group, each with what it loses; gives how many did not fit.
fn members(plan: &Plan, group: &Group<'_>, page: &mut Page, limit: usize) -> usize {
    let mut shown = 0;
    for id in &group.ids {
        let operation = plan.operation(*id);
        let name = operation
            .address
            .mirror()
            .map_or_else(String::new, ToString::to_string);
        let loses = operation.effects.iter().find_map(|effect| match effect {
            Effect::Loses { messages, .. } if *messages > 0 => Some(*messages),
            _ => None,
        });
        let mut piece = String::from(if shown == 0 { "  - " } else { ", " });
        piece.push_str(&code(&name));
        if let Some(messages) = loses {
            let _ = write!(piece, " (loses {})", words::number(messages));
        }
        if !page.add(&piece, limit - 100) {
            break;
        }
        shown += 1;
    }
    let left = group.ids.len() - shown;
    if left > 0 {
        let _ = write!(page.text, " and {} more", words::number(left as u64));
    }
    page.text.push('\n');
    left
}

fn headline(group: &Group<'_>) -> String {
    let (order, subject) = group.headline();
    let mut out = format!(
        "- {} **{}** {} ({})",
        code(unicode(group.deed)),
        text(&order),
        code(&clip(&subject, CLIP)),
        code(&group.numbers())
    );
    for risk in &group.first.risks {
        if *risk != crate::desired::Risk::Reversible {
            let _ = write!(out, " `{risk}`");
        }
    }
    out.push('\n');
    out
}

fn place(place: Option<String>) -> String {
    place.map_or_else(String::new, |place| format!(" ({})", code(&place)))
}

fn effect_item(effect: &EffectWords, first: usize) -> String {
    let mut out = format!(
        "  - {}{}",
        match effect.weight {
            Weight::Plain => "",
            Weight::Caution => ":warning: ",
            Weight::Danger => ":rotating_light: ",
        },
        prose(&message(&effect.text, CLIP))
    );
    if !effect.names.is_empty() {
        let names: Vec<String> = effect
            .names
            .iter()
            .take(first)
            .map(|name| code(&clip(name, CLIP)))
            .collect();
        let _ = write!(out, ": {}", names.join(", "));
        if effect.names.len() > first {
            let more = effect.names.len() - first;
            let _ = write!(out, " and {} more", words::number(more as u64));
        }
    }
    if !effect.note.is_empty() {
        let _ = write!(out, "; {}", prose(&message(&effect.note, CLIP)));
    }
    out.push('\n');
    out
}

/// All refusals with the way out of each, never longer than their share.
fn refusals(plan: &Plan) -> String {
    if !plan.is_refused() {
        return String::new();
    }
    let mut out =
        String::from("### Refused: nothing of this plan will be applied as it stands\n\n");
    let mut left = 0;
    for refusal in &plan.refusals {
        let words = words::refusal(plan, refusal);
        let mut item = format!(
            "- **{}** `{}`{}\n  - {}\n  - about {}\n",
            prose(&clip(&words.summary, CLIP)),
            refusal.kind.code(),
            place(refusal.place.as_ref().map(ToString::to_string)),
            prose(&clip(&words.why, CLIP)),
            code(&numbers(&refusal.operations)),
        );
        if let Some(flag) = words.flag {
            let _ = writeln!(item, "  - for one run: {}", code(&flag));
        }
        let _ = writeln!(item, "  - in the spec: {}", prose(&clip(&words.spec, CLIP)));
        if out.len() + item.len() > REFUSALS {
            left += 1;
        } else {
            out.push_str(&item);
        }
    }
    for group in finding_group::groups(plan.of_class(Class::Refusal)) {
        let item = finding_item(&group);
        if out.len() + item.len() > REFUSALS {
            left += group.findings.len();
        } else {
            out.push_str(&item);
        }
    }
    if left > 0 {
        let _ = writeln!(
            out,
            "- **and {} more in the artefact**",
            words::quantity(left, "reason")
        );
    }
    out.push('\n');
    out
}

fn finding_item(group: &FindingGroup<'_>) -> String {
    let mut out = format!(
        "- {}: {} `{}`{}\n",
        code(&clip(&group.subject(), CLIP)),
        prose(&message(&group.words.summary, CLIP)),
        group.code,
        place(group.place().map(ToString::to_string))
    );
    let names = group.names();
    if !names.is_empty() {
        let first: Vec<String> = names
            .iter()
            .take(FIRST)
            .map(|name| code(&clip(name, CLIP)))
            .collect();
        let _ = write!(out, "  - {}", first.join(", "));
        if names.len() > FIRST {
            let more = names.len() - FIRST;
            let _ = write!(out, " and {} more", words::number(more as u64));
        }
        out.push('\n');
    }
    for detail in group.words.details.iter().take(FIRST) {
        let _ = writeln!(out, "  - {}", code(&message(detail, CLIP)));
    }
    if group.words.details.len() > FIRST {
        let more = group.words.details.len() - FIRST;
        let _ = writeln!(out, "  - and {} more", words::number(more as u64));
    }
    for sentence in [&group.words.why, &group.words.help] {
        if !sentence.is_empty() {
            let _ = writeln!(out, "  - {}", prose(&message(sentence, 2 * CLIP)));
        }
    }
    for step in &group.words.steps {
        let _ = writeln!(out, "    - {}", prose(&message(step, 2 * CLIP)));
    }
    out
}

fn findings(plan: &Plan, class: Class, page: &mut Page) {
    let found = finding_group::groups(plan.of_class(class));
    if found.is_empty() {
        return;
    }
    let count: usize = found.iter().map(|group| group.findings.len()).sum();
    let open = format!(
        "<details><summary>{}: {}</summary>\n\n",
        words::class_title(class),
        words::number(count as u64)
    );
    let items = found
        .iter()
        .map(|group| (group.findings.len(), finding_item(group)));
    collapsed(page, &open, items);
}

fn waves(plan: &Plan, page: &mut Page) {
    for (index, wave) in plan.waves.iter().enumerate() {
        let open = format!(
            "<details><summary>Wave {} of {}: {}</summary>\n\n",
            index + 1,
            plan.waves.len(),
            words::quantity(wave.len(), "operation")
        );
        let groups = groups(plan, wave);
        let items = groups
            .iter()
            .map(|group| (group.ids.len(), operation_item(plan, group)));
        collapsed(page, &open, items);
    }
}

/// A collapsed section with as many of its items as fit; it is always closed.
fn collapsed(page: &mut Page, open: &str, items: impl Iterator<Item = (usize, String)>) {
    const CLOSE: &str = "\n</details>\n\n";
    let limit = LIMIT - TAIL - CLOSE.len();
    let mut opened = false;
    for (count, item) in items {
        let piece = if opened {
            item
        } else {
            format!("{open}{item}")
        };
        if page.add(&piece, limit) {
            opened = true;
        } else {
            page.omitted += count;
        }
    }
    if opened {
        page.text.push_str(CLOSE);
    }
}

fn operation_item(plan: &Plan, group: &Group<'_>) -> String {
    let mut out = headline(group);
    if words::is_grave(&group.first.risks) {
        out.push_str("  - see above\n");
    } else {
        if group.ids.len() > 1 {
            let names = group.names(plan);
            let first: Vec<String> = names
                .iter()
                .take(FIRST)
                .map(|name| code(&clip(name, CLIP)))
                .collect();
            let _ = write!(out, "  - {}", first.join(", "));
            if names.len() > FIRST {
                let more = names.len() - FIRST;
                let _ = write!(out, " and {} more", words::number(more as u64));
            }
            out.push('\n');
        }
        for effect in group.effects(plan) {
            out.push_str(&effect_item(&effect, FIRST));
        }
        let _ = writeln!(
            out,
            "  - because {}{}",
            prose(&clip(&words::because(&group.first.because), CLIP)),
            place(group.place(plan))
        );
    }
    for detail in specifics(group) {
        let _ = writeln!(out, "  - {}", prose(&clip(&detail, CLIP)));
    }
    for unchecked in &group.first.unchecked {
        let _ = writeln!(out, "  - not checked: {}", text(unchecked));
    }
    for wait in waits(plan, &group.ids) {
        let _ = writeln!(
            out,
            "  - waits for {}, because {}",
            code(&numbers(&wait.before)),
            prose(wait.rule.why)
        );
    }
    let lines = diff_lines(&attributes_of(group.first));
    if !lines.is_empty() {
        out.push_str(&block("diff", 2, &lines));
    }
    out
}

/// Config differences as lines of a diff.
fn diff_lines(attributes: &[Attribute]) -> Vec<String> {
    const MOST: usize = 60;
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
    if lines.len() > MOST {
        let more = lines.len() - MOST;
        lines.truncate(MOST);
        lines.push(format!("  and {} more lines", words::number(more as u64)));
    }
    lines
}
