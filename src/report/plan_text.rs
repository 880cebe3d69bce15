//! A plan as a terminal page: [`write()`].
//!
//! One sentence first; then the waves with their operations, why each is planned, what it waits for
//! and what it brings along; then what was found; then, last and loud, what is refused and the way
//! out of it. What is many is told once, with a count and the first names.

use std::io::{self, Write};

use super::attributes::{Attribute, Change, Mark};
use super::finding_group::{self, FindingGroup};
use super::group::{Group, first_names, groups, numbers, waits};
use super::page::{PAD, Page, Piece, ink, padded, plain};
use super::rehearsal;
use super::safe;
use super::specifics::{attributes_of, specifics};
use super::style::{Detail, Ink, Style, Symbols, deed_ink, risk_ink};
use super::words::{self, Listing, Weight};
use crate::desired::Risk;
use crate::diff::Class;
use crate::plan::{Plan, Rehearsal};

/// Names shown of a list that is long, unless all are asked for.
const FIRST: usize = 5;
/// The same for what cannot be taken back.
const FIRST_GRAVE: usize = 20;
/// Characters of a server's message.
const MESSAGE: usize = 400;

/// Writes the plan.
///
/// # Errors
/// When the writer fails.
pub fn write(out: &mut dyn Write, plan: &Plan, style: &Style) -> io::Result<()> {
    let mut page = Page::new(out, style);
    head(&mut page, plan)?;
    for (index, wave) in plan.waves.iter().enumerate() {
        page.blank()?;
        let title = format!("Wave {} of {}", index + 1, plan.waves.len());
        page.line(
            0,
            0,
            &[
                ink(Ink::Title, title),
                ink(
                    Ink::Faint,
                    format!(": {}", words::quantity(wave.len(), "operation")),
                ),
            ],
        )?;
        for group in groups(plan, wave) {
            operation(&mut page, plan, &group)?;
        }
    }
    rehearsed(&mut page, plan)?;
    for class in finding_group::ORDER {
        if class != Class::Refusal {
            findings(&mut page, plan, class)?;
        }
    }
    refusals(&mut page, plan)
}

/// What was left out, and what the server said to a rehearsal.
fn rehearsed(page: &mut Page<'_>, plan: &Plan) -> io::Result<()> {
    if let Some(text) = rehearsal::left_out(plan) {
        page.blank()?;
        page.line(0, 2, &[ink(Ink::Caution, text)])?;
    }
    let Some(sentence) = rehearsal::sentence(plan) else {
        return Ok(());
    };
    page.blank()?;
    page.line(0, 2, &[ink(Ink::Title, sentence)])?;
    for (_, trouble) in rehearsal::troubles(plan) {
        page.line(2, 2, &[ink(Ink::Danger, trouble)])?;
    }
    Ok(())
}

fn head(page: &mut Page<'_>, plan: &Plan) -> io::Result<()> {
    if plan.is_refused() {
        let reasons = plan.refusals.len()
            + plan.of_class(Class::Refusal).count()
            + plan
                .rehearsal
                .values()
                .filter(|said| matches!(said, Rehearsal::Refused(_)))
                .count();
        page.line(
            0,
            2,
            &[
                ink(Ink::Danger, "Refused:"),
                plain(format!(
                    " {} against this plan; nothing of it will be applied. The way out is at the end.",
                    words::quantity(reasons, "reason")
                )),
            ],
        )?;
    }
    if !plan.has_changes() {
        let sentence = words::no_changes(plan);
        let mut letters = sentence.chars();
        let first = letters.next().map(|c| c.to_ascii_uppercase());
        let text: String = first.into_iter().chain(letters).collect();
        return page.line(0, 2, &[ink(Ink::Title, format!("{text}."))]);
    }
    page.line(
        0,
        2,
        &[
            ink(Ink::Title, "Plan:"),
            plain(format!(" {}.", words::summary(plan))),
        ],
    )?;
    let grave = words::irreversible(plan);
    if grave > 0 {
        page.line(
            0,
            2,
            &[
                ink(Ink::Danger, words::quantity(grave, "operation")),
                plain(if grave == 1 {
                    " cannot be taken back or may lose data; it is marked."
                } else {
                    " cannot be taken back or may lose data; they are marked."
                }),
            ],
        )?;
    }
    let unknown = plan.of_class(Class::Unknown).count();
    if unknown > 0 {
        page.line(
            0,
            2,
            &[
                ink(Ink::Caution, words::quantity(unknown, "thing")),
                plain(words::not_known(unknown)),
                plain(" See below."),
            ],
        )?;
    }
    Ok(())
}

/// One operation, or several told together.
fn operation(page: &mut Page<'_>, plan: &Plan, group: &Group<'_>) -> io::Result<()> {
    headline(page, group)?;
    let names = group.names(plan);
    if group.ids.len() > 1 {
        let first = if words::is_grave(&group.first.risks) {
            FIRST_GRAVE
        } else {
            FIRST
        };
        listing(page, 6, Ink::Name, &names, first)?;
    }
    for detail in specifics(group) {
        page.line(6, 2, &[plain(detail)])?;
    }
    for attribute in attributes_of(group.first) {
        attribute_lines(page, &attribute)?;
    }
    for effect in group.effects(plan) {
        effect_lines(page, &effect)?;
    }
    for unchecked in &group.first.unchecked {
        let text = format!("not checked: {unchecked}");
        page.line(6, 2, &[ink(Ink::Caution, text)])?;
    }
    let mut why = vec![
        ink(Ink::Faint, "because "),
        plain(words::because(&group.first.because)),
    ];
    if let Some(place) = group.place(plan) {
        why.push(ink(Ink::Faint, format!(" ({place})")));
    }
    page.line(6, 2, &why)?;
    if page.style().detail == Detail::All
        && let Some(settled) = words::settle(&group.first.settle)
    {
        let within = words::duration(group.first.deadline);
        page.line(
            6,
            2,
            &[
                ink(Ink::Faint, "settled when "),
                plain(format!("{settled}, within {within}")),
            ],
        )?;
    }
    for wait in waits(plan, &group.ids) {
        page.line(
            6,
            2,
            &[
                ink(Ink::Faint, "waits for "),
                plain(numbers(&wait.before)),
                ink(Ink::Faint, ", because "),
                plain(wait.rule.why),
            ],
        )?;
    }
    Ok(())
}

fn headline(page: &mut Page<'_>, group: &Group<'_>) -> io::Result<()> {
    let (order, subject) = group.headline();
    let paint = deed_ink(group.deed);
    let symbol = page.style().symbol(group.deed);
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    if !symbol.is_empty() {
        pieces.push(ink(paint, symbol));
        pieces.push(plain(" "));
    }
    pieces.push(ink(paint, order));
    pieces.push(plain(" "));
    pieces.push(ink(Ink::Name, safe::name(&subject)));
    pieces.push(ink(Ink::Faint, format!(" ({})", group.numbers())));
    for risk in &group.first.risks {
        if *risk != Risk::Reversible {
            pieces.push(plain(" "));
            pieces.push(ink(risk_ink(*risk), format!("[{risk}]")));
        }
    }
    page.line(2, 4, &pieces)
}

fn attribute_lines(page: &mut Page<'_>, attribute: &Attribute) -> io::Result<()> {
    let column = if page.style().width >= 100 { 36 } else { 0 };
    let name = || padded(&attribute.name, column);
    let gap = PAD.to_string();
    match &attribute.change {
        Change::Set(value) => page.line(
            6,
            2,
            &[plain(name()), plain(gap), ink(Ink::Added, value.as_str())],
        ),
        Change::Replace { before, after } => {
            let arrow = page.style().choose(" → ", " -> ", " becomes ");
            let side = |pieces: &[(Mark, String)]| -> Vec<Piece<'static>> {
                pieces
                    .iter()
                    .map(|(mark, text)| ink(mark_ink(*mark), text.clone()))
                    .collect()
            };
            let mut pieces = vec![plain(name()), plain(gap)];
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
            let all_new = entries.iter().all(|(mark, _)| *mark == Mark::Added);
            let mut pieces = vec![plain(attribute.name.clone())];
            if let Some(note) = note {
                pieces.push(ink(Ink::Faint, format!(" ({note})")));
            } else if !all_new && same > 0 {
                let text = format!(" ({} unchanged)", words::quantity(same, "entry"));
                pieces.push(ink(Ink::Faint, text));
            }
            page.line(6, 2, &pieces)?;
            entry_lines(page, entries)
        }
    }
}

fn entry_lines(page: &mut Page<'_>, entries: &[(Mark, String)]) -> io::Result<()> {
    const MOST: usize = 40;
    let all = page.style().detail == Detail::All;
    let mut left = 0;
    let mut shown = 0;
    for (mark, entry) in entries {
        if *mark == Mark::Same && !all {
            continue;
        }
        if shown == MOST && !all {
            left += 1;
            continue;
        }
        shown += 1;
        let sign = match (mark, page.style().symbols) {
            (mark, Symbols::Words) => mark.word(),
            (Mark::Added, _) => "+ ",
            (Mark::Removed, _) => "- ",
            (Mark::Same, _) => "= ",
        };
        let paint = mark_ink(*mark);
        page.line(8, 2, &[ink(paint, sign), ink(paint, entry.as_str())])?;
    }
    if left > 0 {
        let text = format!("and {} more entries", words::number(left as u64));
        page.line(8, 2, &[ink(Ink::Faint, text)])?;
    }
    Ok(())
}

fn mark_ink(mark: Mark) -> Ink {
    match mark {
        Mark::Same => Ink::Plain,
        Mark::Added => Ink::Added,
        Mark::Removed => Ink::Removed,
    }
}

fn effect_lines(page: &mut Page<'_>, effect: &words::EffectWords) -> io::Result<()> {
    let paint = match effect.weight {
        Weight::Plain => Ink::Plain,
        Weight::Caution => Ink::Caution,
        Weight::Danger => Ink::Danger,
    };
    let sign = match effect.weight {
        Weight::Plain | Weight::Caution => page.style().choose("→ ", "> ", effect.weight.word()),
        Weight::Danger => page.style().choose("! ", "! ", effect.weight.word()),
    };
    let mut pieces = vec![ink(paint, sign), ink(paint, effect.text.as_str())];
    let inline = effect.listing == Listing::Names
        && (page.style().detail == Detail::Brief || effect.names.len() <= FIRST);
    if inline && !effect.names.is_empty() {
        pieces.push(plain(format!(": {}", first_names(&effect.names, FIRST))));
    }
    if !effect.note.is_empty() {
        pieces.push(ink(
            Ink::Faint,
            format!("; {}", safe::message(&effect.note, MESSAGE)),
        ));
    }
    page.line(6, 2, &pieces)?;
    if inline {
        return Ok(());
    }
    match effect.listing {
        Listing::Names => listing(page, 8, Ink::Plain, &effect.names, FIRST),
        Listing::Phrases => {
            let most = match page.style().detail {
                Detail::Brief => FIRST,
                Detail::All => usize::MAX,
            };
            for phrase in effect.names.iter().take(most) {
                page.line(10, 2, &[plain(phrase.as_str())])?;
            }
            more(page, 10, effect.names.len().saturating_sub(most))
        }
    }
}

fn more(page: &mut Page<'_>, indent: usize, n: usize) -> io::Result<()> {
    if n == 0 {
        return Ok(());
    }
    let text = format!("and {} more (--all shows them)", words::number(n as u64));
    page.line(indent, 2, &[ink(Ink::Faint, text)])
}

/// A list of names: the first few on wrapped lines, or one a line when all are asked for.
fn listing(
    page: &mut Page<'_>,
    indent: usize,
    paint: Ink,
    names: &[String],
    first: usize,
) -> io::Result<()> {
    if page.style().detail == Detail::All {
        for name in names {
            page.line(indent, 2, &[ink(paint, safe::name(name))])?;
        }
        return Ok(());
    }
    let more = names.len().saturating_sub(first);
    let mut pieces = Vec::new();
    for (index, name) in names.iter().take(first).enumerate() {
        if index > 0 {
            pieces.push(plain(", "));
        }
        pieces.push(ink(paint, safe::name(name)));
    }
    if more > 0 {
        pieces.push(ink(
            Ink::Faint,
            format!(
                " and {} more (--all shows them)",
                words::number(more as u64)
            ),
        ));
    }
    page.line(indent, 2, &pieces)
}

fn findings(page: &mut Page<'_>, plan: &Plan, class: Class) -> io::Result<()> {
    let found = finding_group::groups(plan.of_class(class));
    if found.is_empty() {
        return Ok(());
    }
    page.blank()?;
    let paint = finding_group::class_ink(class);
    page.line(0, 0, &[ink(paint, words::class_title(class))])?;
    for group in found {
        finding(page, &group)?;
    }
    Ok(())
}

fn finding(page: &mut Page<'_>, group: &FindingGroup<'_>) -> io::Result<()> {
    let mut pieces = vec![
        ink(Ink::Name, group.subject()),
        plain(format!(
            ": {} ",
            safe::message(&group.words.summary, MESSAGE)
        )),
        ink(Ink::Faint, format!("[{}]", group.code)),
    ];
    if let Some(place) = group.place() {
        pieces.push(ink(Ink::Faint, format!(" ({place})")));
    }
    page.line(2, 2, &pieces)?;
    let names = group.names();
    if !names.is_empty() {
        listing(page, 6, Ink::Plain, &names, FIRST)?;
    }
    for detail in &group.words.details {
        page.line(6, 2, &[plain(safe::message(detail, MESSAGE))])?;
    }
    if !group.words.why.is_empty() {
        page.line(6, 2, &[ink(Ink::Faint, group.words.why.as_str())])?;
    }
    if !group.words.help.is_empty() {
        page.line(
            6,
            2,
            &[ink(Ink::Faint, "to do: "), plain(group.words.help.as_str())],
        )?;
    }
    for step in &group.words.steps {
        page.line(8, 3, &[plain(safe::message(step, MESSAGE))])?;
    }
    Ok(())
}

fn refusals(page: &mut Page<'_>, plan: &Plan) -> io::Result<()> {
    if !plan.is_refused() {
        return Ok(());
    }
    page.blank()?;
    page.line(
        0,
        2,
        &[
            ink(Ink::Danger, "Refused"),
            plain(": nothing of this plan will be applied as it stands."),
        ],
    )?;
    for group in finding_group::groups(plan.of_class(Class::Refusal)) {
        finding(page, &group)?;
    }
    for refusal in &plan.refusals {
        let words = words::refusal(plan, refusal);
        let mut pieces = vec![
            ink(Ink::Danger, words.summary),
            ink(Ink::Faint, format!(" [{}]", refusal.kind.code())),
        ];
        if let Some(place) = &refusal.place {
            pieces.push(ink(Ink::Faint, format!(" ({place})")));
        }
        page.line(2, 2, &pieces)?;
        page.line(6, 2, &[ink(Ink::Faint, words.why)])?;
        page.line(
            6,
            2,
            &[
                ink(Ink::Faint, "about: "),
                plain(numbers(&refusal.operations)),
            ],
        )?;
        if let Some(flag) = words.flag {
            page.line(
                6,
                2,
                &[ink(Ink::Faint, "for this run: "), ink(Ink::Name, flag)],
            )?;
        }
        page.line(6, 2, &[ink(Ink::Faint, "in the spec: "), plain(words.spec)])?;
    }
    Ok(())
}
