//! Why an operation is planned and why it does not come earlier: [`write()`], for `plan --why ADDRESS`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::group::{groups, numbers};
use super::page::{Page, ink, plain};
use super::safe;
use super::style::{Ink, Style, action_ink};
use super::words::{self, Action};
use crate::address::Address;
use crate::plan::{OpId, Plan};

/// What there was to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Explained {
    /// The chains of this many operations.
    Operations(usize),
    /// Nothing is planned there; the findings about it, if any, were reported.
    Nothing,
}

/// Writes the chain of reasons of every operation at or under an address.
///
/// # Errors
/// When the writer fails.
pub fn write(
    out: &mut dyn Write,
    plan: &Plan,
    address: &Address,
    style: &Style,
) -> io::Result<Explained> {
    let mut page = Page::new(out, style);
    let mut asked = 0;
    for wave in &plan.waves {
        let within: Vec<OpId> = wave
            .iter()
            .copied()
            .filter(|id| is_within(&plan.operation(*id).address, address))
            .collect();
        for group in groups(plan, &within) {
            if asked > 0 {
                page.blank()?;
            }
            asked += group.ids.len();
            if let Some(first) = group.ids.first() {
                chain(&mut page, plan, *first, 0, &mut BTreeSet::new())?;
            }
            like_it(&mut page, 4, group.ids.len() - 1)?;
        }
    }
    let findings: Vec<_> = plan
        .findings
        .iter()
        .filter(|finding| is_within(&finding.address, address))
        .collect();
    if asked == 0 {
        let text = format!(
            "Nothing is planned for {}.",
            safe::name(&address.to_string())
        );
        page.line(0, 2, &[plain(text)])?;
    }
    for finding in findings {
        let words = words::finding(finding);
        page.blank()?;
        page.line(
            0,
            2,
            &[
                ink(Ink::Name, safe::name(&finding.address.to_string())),
                plain(format!(": {} ", safe::message(&words.summary, 400))),
                ink(Ink::Faint, format!("[{}]", finding.kind.code())),
            ],
        )?;
        if !words.why.is_empty() {
            page.line(4, 2, &[ink(Ink::Faint, words.why)])?;
        }
        if !words.help.is_empty() {
            page.line(4, 2, &[ink(Ink::Faint, "fix: "), plain(words.help)])?;
        }
    }
    Ok(if asked == 0 {
        Explained::Nothing
    } else {
        Explained::Operations(asked)
    })
}

/// Whether `inner` is `outer` or a part of it.
fn is_within(inner: &Address, outer: &Address) -> bool {
    match outer {
        Address::Cluster(cluster) => inner.cluster() == cluster,
        Address::Half(half) => inner.half() == Some(half),
        Address::Mirror(..) => inner == outer,
    }
}

/// One operation, then what it waits for, further in; what was shown already is only named.
fn chain(
    page: &mut Page<'_>,
    plan: &Plan,
    id: OpId,
    depth: usize,
    shown: &mut BTreeSet<OpId>,
) -> io::Result<()> {
    // Deep chains stay readable on a narrow page.
    let indent = 2 * depth.min(10);
    headline(page, plan, id, indent)?;
    if !shown.insert(id) {
        return page.line(indent + 4, 2, &[ink(Ink::Faint, "shown above")]);
    }
    let operation = plan.operation(id);
    page.line(
        indent + 4,
        2,
        &[
            ink(Ink::Faint, "because "),
            plain(words::because(&operation.because)),
        ],
    )?;
    let mut reasons: BTreeMap<OpId, Vec<&str>> = BTreeMap::new();
    for edge in plan.waits_for(id) {
        reasons.entry(edge.before).or_default().push(edge.rule.why);
    }
    if reasons.is_empty() {
        return page.line(indent + 4, 2, &[ink(Ink::Faint, "waits for nothing")]);
    }
    // Of very many of the same kind, the first represents all.
    let mut by_reason: BTreeMap<(Vec<&str>, Action), Vec<OpId>> = BTreeMap::new();
    for (before, why) in reasons {
        let action = Action::of(plan.operation(before));
        by_reason.entry((why, action)).or_default().push(before);
    }
    let mut groups: Vec<_> = by_reason.into_iter().collect();
    groups.sort_by(|a, b| a.1.cmp(&b.1));
    for ((why, _), befores) in groups {
        let mut pieces = vec![
            ink(Ink::Faint, "waits for "),
            plain(numbers(&befores)),
            ink(Ink::Faint, ", because "),
        ];
        pieces.push(plain(why.join("; and because ")));
        page.line(indent + 4, 2, &pieces)?;
        if let Some(first) = befores.first() {
            chain(page, plan, *first, depth + 1, shown)?;
            shown.extend(&befores);
        }
        like_it(page, indent + 6, befores.len().saturating_sub(1))?;
    }
    Ok(())
}

fn like_it(page: &mut Page<'_>, indent: usize, n: usize) -> io::Result<()> {
    if n == 0 {
        return Ok(());
    }
    let text = format!("and {} like it", words::number(n as u64));
    page.line(indent, 2, &[ink(Ink::Faint, text)])
}

fn headline(page: &mut Page<'_>, plan: &Plan, id: OpId, indent: usize) -> io::Result<()> {
    let operation = plan.operation(id);
    let action = Action::of(operation);
    let symbol = page.style().symbol(action);
    let mut pieces = Vec::new();
    if !symbol.is_empty() {
        pieces.push(ink(action_ink(action), format!("{symbol} ")));
    }
    pieces.push(ink(action_ink(action), Action::order(operation)));
    pieces.push(plain(" "));
    pieces.push(ink(
        Ink::Name,
        safe::name(&operation.address.to_string()).into_owned(),
    ));
    pieces.push(ink(Ink::Faint, format!(" ({id})")));
    page.line(indent, 4, &pieces)
}
