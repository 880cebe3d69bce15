//! A plan as a terminal page: [`write()`].
//!
//! One sentence first; then the waves with their operations, why each is planned, what it waits for
//! and what it brings along; then what was found; then, last, refusals and
//! how to fix them. What is many is said once, with a count and the first names.

use std::io::{self, Write};

use super::note_text::{HINT, MAX_NAMES, MESSAGE, at, listing, notes};
use super::page::{PAD, Page, Piece, ink, padded, plain};
use super::safe;
use super::style::{Detail, Ink, Style, Symbols, action_ink, risk_ink};
use super::view::plan::{Found, Item, PlanView, Refused};
use super::view::{Truncated, first_names};
use super::words::attributes::{Attribute, Change, Mark};
use super::words::{self, EffectWords, Listing, Weight};
use crate::diff::Class;
use crate::plan::Plan;

/// Names shown of what is irreversible, unless all are asked for.
const MAX_SEVERE_NAMES: usize = 20;
/// Entries shown of a filter or list.
const ENTRIES: usize = 40;

/// Writes the plan.
///
/// # Errors
/// When the writer fails.
pub fn write(out: &mut dyn Write, plan: &Plan, style: &Style) -> io::Result<()> {
    let mut page = Page::new(out, style);
    let view = PlanView::of(plan);
    head(&mut page, &view)?;
    for wave in &view.waves {
        page.blank()?;
        let count = format!(": {}", wave.count);
        page.line(
            0,
            0,
            &[ink(Ink::Title, &*wave.title), ink(Ink::Faint, count)],
        )?;
        for item in &wave.items {
            operation(&mut page, item)?;
        }
    }
    if let Some(text) = &view.left_out {
        page.blank()?;
        page.line(0, 2, &[ink(Ink::Caution, &**text)])?;
    }
    if let Some((sentence, problems)) = &view.rehearsal {
        page.blank()?;
        page.line(0, 2, &[ink(Ink::Title, &**sentence)])?;
        for problem in problems {
            page.line(2, 2, &[ink(Ink::Danger, &**problem)])?;
        }
    }
    // What hurts most comes last, where the eye ends.
    for found in view.findings.iter().rev() {
        if found.class != Class::Refusal {
            findings(&mut page, found)?;
        }
    }
    hand_over(&mut page, &view)?;
    refusals(&mut page, &view)
}

/// What goes over when mirror topics stop.
fn hand_over(page: &mut Page<'_>, view: &PlanView<'_>) -> io::Result<()> {
    if view.hand_over.is_empty() {
        return Ok(());
    }
    page.blank()?;
    page.line(0, 2, &[ink(Ink::Title, "Hand-over")])?;
    for one in &view.hand_over {
        page.line(
            2,
            2,
            &[ink(Ink::Name, safe::clean(&one.title).into_owned())],
        )?;
        for (label, text) in &one.lines {
            let label = ink(Ink::Faint, format!("{label}: "));
            page.line(6, 2, &[label, plain(safe::message(text, 4 * MESSAGE))])?;
        }
    }
    page.line(2, 2, &[plain(words::NOT_CARRIED)])
}

fn head(page: &mut Page<'_>, view: &PlanView<'_>) -> io::Result<()> {
    if let Some(reasons) = view.against {
        let text = format!(
            " {}; nothing will be applied. The fixes are at the end.",
            words::quantity(reasons, "problem")
        );
        page.line(0, 2, &[ink(Ink::Danger, "Refused:"), plain(text)])?;
    }
    if !view.has_changes {
        return page.line(0, 2, &[ink(Ink::Title, format!("{}.", view.sentence))]);
    }
    let text = format!(" {}.", view.sentence);
    page.line(0, 2, &[ink(Ink::Title, "Plan:"), plain(text)])?;
    for alert in &view.alerts {
        let pieces = [
            ink(weight_ink(alert.weight), &*alert.subject),
            plain(alert.text),
            plain(alert.pointer),
        ];
        page.line(0, 2, &pieces)?;
    }
    Ok(())
}

/// One operation, or several shown together.
fn operation(page: &mut Page<'_>, item: &Item<'_>) -> io::Result<()> {
    headline(page, item)?;
    if item.is_several() {
        let first = if item.is_severe {
            MAX_SEVERE_NAMES
        } else {
            MAX_NAMES
        };
        listing(page, 6, Ink::Name, &item.names(), first, HINT)?;
    }
    for detail in &item.details {
        page.line(6, 2, &[plain(&**detail)])?;
    }
    for attribute in &item.attributes {
        attribute_lines(page, attribute)?;
    }
    for effect in &item.effects {
        effect_lines(page, effect)?;
    }
    for unchecked in item.unchecked {
        let text = format!("not checked: {unchecked}");
        page.line(6, 2, &[ink(Ink::Caution, text)])?;
    }
    let mut why = vec![ink(Ink::Faint, "because "), plain(&*item.because)];
    why.extend(at(item.place.as_deref()));
    page.line(6, 2, &why)?;
    if page.style().detail == Detail::All
        && let Some(settled) = &item.settled
    {
        page.line(6, 2, &[ink(Ink::Faint, "settled when "), plain(&**settled)])?;
    }
    for (before, why) in &item.waits {
        let pieces = [
            ink(Ink::Faint, "waits for "),
            plain(&**before),
            ink(Ink::Faint, ", because "),
            plain(*why),
        ];
        page.line(6, 2, &pieces)?;
    }
    Ok(())
}

fn headline(page: &mut Page<'_>, item: &Item<'_>) -> io::Result<()> {
    let paint = action_ink(item.action);
    let symbol = page.style().symbol(item.action);
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    if !symbol.is_empty() {
        pieces.push(ink(paint, symbol));
        pieces.push(plain(" "));
    }
    pieces.push(ink(paint, &*item.order));
    pieces.push(plain(" "));
    pieces.push(ink(Ink::Name, safe::name(&item.subject)));
    pieces.push(ink(Ink::Faint, format!(" ({})", item.numbers())));
    for risk in &item.risks {
        pieces.push(plain(" "));
        pieces.push(ink(risk_ink(*risk), format!("[{risk}]")));
    }
    page.line(2, 4, &pieces)
}

fn attribute_lines(page: &mut Page<'_>, attribute: &Attribute) -> io::Result<()> {
    let column = if page.style().width >= 100 { 36 } else { 0 };
    let name = || plain(padded(&attribute.name, column) + &PAD.to_string());
    match &attribute.change {
        Change::Set(value) => page.line(6, 2, &[name(), ink(Ink::Added, value.as_str())]),
        Change::Replace { before, after } => {
            let arrow = page.style().choose(" → ", " -> ", " becomes ");
            let side = |pieces: &[(Mark, String)]| -> Vec<Piece<'static>> {
                pieces
                    .iter()
                    .map(|(mark, text)| ink(mark_ink(*mark), text.clone()))
                    .collect()
            };
            let mut pieces = vec![name()];
            pieces.extend(side(before));
            pieces.push(ink(Ink::Faint, arrow));
            pieces.extend(side(after));
            page.line(6, 2, &pieces)
        }
        Change::Entries { entries, note } => {
            let same = entries
                .iter()
                .filter(|(mark, _)| *mark == Mark::Same)
                .count();
            let mut pieces = vec![plain(attribute.name.clone())];
            if let Some(note) = note {
                pieces.push(ink(Ink::Faint, format!(" ({note})")));
            } else if same > 0 {
                let text = format!(" ({} unchanged)", words::quantity(same, "entry"));
                pieces.push(ink(Ink::Faint, text));
            }
            page.line(6, 2, &pieces)?;
            entry_lines(page, entries)
        }
    }
}

fn entry_lines(page: &mut Page<'_>, entries: &[(Mark, String)]) -> io::Result<()> {
    let (is_shown, most): (fn(Mark) -> bool, usize) = match page.style().detail {
        Detail::All => (|_| true, usize::MAX),
        Detail::Brief => (|mark| mark != Mark::Same, ENTRIES),
    };
    let shown: Vec<_> = entries.iter().filter(|(mark, _)| is_shown(*mark)).collect();
    let few = Truncated::of(&shown, most);
    for (mark, entry) in few.shown {
        let sign = match (mark, page.style().symbols) {
            (mark, Symbols::Words) => mark.word(),
            (Mark::Added, _) => "+ ",
            (Mark::Removed, _) => "- ",
            (Mark::Same, _) => "= ",
        };
        let paint = mark_ink(*mark);
        page.line(8, 2, &[ink(paint, sign), ink(paint, entry.as_str())])?;
    }
    match few.more {
        Some(more) => page.line(8, 2, &[ink(Ink::Faint, format!("{more} entries"))]),
        None => Ok(()),
    }
}

fn mark_ink(mark: Mark) -> Ink {
    match mark {
        Mark::Same => Ink::Plain,
        Mark::Added => Ink::Added,
        Mark::Removed => Ink::Removed,
    }
}

fn weight_ink(weight: Weight) -> Ink {
    match weight {
        Weight::Plain => Ink::Plain,
        Weight::Caution => Ink::Caution,
        Weight::Danger => Ink::Danger,
    }
}

fn effect_lines(page: &mut Page<'_>, effect: &EffectWords) -> io::Result<()> {
    let paint = weight_ink(effect.weight);
    let sign = match effect.weight {
        Weight::Plain | Weight::Caution => page.style().choose("→ ", "> ", effect.weight.word()),
        Weight::Danger => page.style().choose("! ", "! ", effect.weight.word()),
    };
    let mut pieces = vec![ink(paint, sign), ink(paint, effect.text.as_str())];
    let inline = effect.listing == Listing::Names
        && (page.style().detail == Detail::Brief || effect.names.len() <= MAX_NAMES);
    if inline && !effect.names.is_empty() {
        pieces.push(plain(format!(
            ": {}",
            first_names(&effect.names, MAX_NAMES)
        )));
    }
    if !effect.note.is_empty() {
        let note = safe::message(&effect.note, MESSAGE);
        pieces.push(ink(Ink::Faint, format!("; {note}")));
    }
    page.line(6, 2, &pieces)?;
    match effect.listing {
        _ if inline => Ok(()),
        Listing::Names => listing(page, 8, Ink::Plain, &effect.names, MAX_NAMES, HINT),
        Listing::Phrases => {
            let few = Truncated::of(&effect.names, first(page, MAX_NAMES));
            for phrase in few.shown {
                page.line(10, 2, &[plain(phrase.as_str())])?;
            }
            match few.more {
                Some(more) => page.line(10, 2, &[ink(Ink::Faint, format!("{more}{HINT}"))]),
                None => Ok(()),
            }
        }
    }
}

/// How many of a list are shown.
fn first(page: &Page<'_>, first: usize) -> usize {
    match page.style().detail {
        Detail::Brief => first,
        Detail::All => usize::MAX,
    }
}

fn findings(page: &mut Page<'_>, found: &Found) -> io::Result<()> {
    page.blank()?;
    page.line(0, 0, &[ink(class_ink(found.class), found.title)])?;
    notes(page, &found.notes, HINT)
}

/// The ink for a class's title.
pub(super) fn class_ink(class: Class) -> Ink {
    match class {
        Class::Unknown | Class::Health | Class::Warning => Ink::Caution,
        Class::Refusal => Ink::Danger,
        Class::Config | Class::Unmanaged | Class::Note => Ink::Title,
    }
}

fn refusals(page: &mut Page<'_>, view: &PlanView<'_>) -> io::Result<()> {
    if view.against.is_none() {
        return Ok(());
    }
    page.blank()?;
    let text = ": nothing will be applied.";
    page.line(0, 2, &[ink(Ink::Danger, "Refused"), plain(text)])?;
    if let Some(found) = view.found(Class::Refusal) {
        notes(page, &found.notes, HINT)?;
    }
    for Refused {
        code,
        words,
        about,
        place,
    } in &view.refusals
    {
        let mut pieces = vec![
            ink(Ink::Danger, &*words.summary),
            ink(Ink::Faint, format!(" [{code}]")),
        ];
        pieces.extend(at(place.as_deref()));
        page.line(2, 2, &pieces)?;
        page.line(6, 2, &[ink(Ink::Faint, &*words.why)])?;
        page.line(6, 2, &[ink(Ink::Faint, "about: "), plain(&**about)])?;
        if let Some(flag) = &words.flag {
            page.line(
                6,
                2,
                &[ink(Ink::Faint, "for this run: "), ink(Ink::Name, &**flag)],
            )?;
        }
        page.line(
            6,
            2,
            &[ink(Ink::Faint, "in the spec: "), plain(&*words.spec)],
        )?;
    }
    Ok(())
}
