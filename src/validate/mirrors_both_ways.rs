//! LW091: a topic mirrored both ways under one name.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Place, Severity};
use std::collections::BTreeMap;

use super::view::{meeting_includes, take_at_most};
use crate::spec::{LinkObject, Located, Mirror, MirrorState, Pattern};

pub(super) const RULE: Rule = Rule {
    code: Code("LW091"),
    severity: Severity::Error,
    title: "a topic mirrored both ways under one name",
    why: "a mirror of a topic cannot be that topic's source: without a prefix the two \
          directions need the same name for two things",
    example: "\
links:
  active-active:
    mode: bidirectional
    halves:
      east: { credentials: *credentials, mirrors: { orders: {} } }
      west: { credentials: *credentials, mirrors: { orders: {} } }
",
    fix: "\
links:
  active-active:
    mode: bidirectional
    halves:
      east: { credentials: *credentials, prefix: west., mirrors: { orders: {} } }
      west: { credentials: *credentials, prefix: east., mirrors: { orders: {} } }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    let mut there: BTreeMap<(&str, &str, String), &Located<String>> = BTreeMap::new();
    for site in check.hosts() {
        let (Some(holder), Some(peer)) = (site.holder_name(), site.peer_name()) else {
            continue;
        };
        for source in running(site) {
            // The source of this mirror is itself a mirror, made by the way back.
            let mirror = format!("{}{source}", site.prefix());
            if let Some(back) = there.get(&(peer, holder, source.value.clone()))
                && back.value == mirror
            {
                problems.push(of_its_own_mirror(&mirror, &source.place, &back.place));
            }
            there.insert((holder, peer, mirror), source);
        }
    }
    auto_created(check, problems);
}

/// Mirrors that are declared by name and are to go on mirroring.
fn running<'a>(site: &LinkObject<'a>) -> impl Iterator<Item = &'a Located<String>> {
    let declared = site.settings.mirrors.iter();
    declared
        .filter(|(source, mirror)| !source.contains('*') && !has_ended(&mirror.0))
        .map(|(source, _)| source)
}

fn has_ended(mirror: &Mirror) -> bool {
    matches!(
        mirror.state(),
        MirrorState::Promoted | MirrorState::FailedOver
    )
}

fn of_its_own_mirror(mirror: &str, here: &Place, back: &Place) -> Diagnostic {
    RULE.report(
        here,
        format!("`{mirror}` would be the mirror of its own mirror"),
        "mirrored this way",
    )
    .at(back, "and back")
    .help("give the halves prefixes, or mirror it one way only")
}

/// A link is compared with this many others in the opposite direction.
const MAX_OPPOSITE: usize = 64;

/// Names that auto-creation would take both ways. With a prefix the two directions make different
/// names.
fn auto_created(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    let mut by_direction: BTreeMap<(&str, &str), Vec<&LinkObject<'_>>> = BTreeMap::new();
    for site in check.hosts().filter(|site| site.prefix().is_empty()) {
        if let (Some(holder), Some(peer)) = (site.holder_name(), site.peer_name()) {
            by_direction.entry((holder, peer)).or_default().push(site);
        }
    }
    for (&(holder, peer), sites) in &by_direction {
        let Some(opposite) = by_direction.get(&(peer, holder)) else {
            continue;
        };
        for back in opposite.iter().filter(|site| site.auto_create().is_some()) {
            for site in take_at_most(sites, MAX_OPPOSITE) {
                by_name(site, back, problems);
                // Each pair of links is met from both sides.
                if holder < peer {
                    by_filter(site, back, problems);
                }
            }
        }
    }
}

/// Mirrors of one link that auto-creation of the other would mirror back.
fn by_name(site: &LinkObject<'_>, back: &LinkObject<'_>, problems: &mut Vec<Diagnostic>) {
    let Some(filter) = back.auto_create() else {
        return;
    };
    for source in running(site) {
        let selected = |patterns: &[Pattern]| {
            let pattern = |pattern: &&Pattern| pattern.0.value.matches(source);
            take_at_most(patterns, MAX_OPPOSITE)
                .iter()
                .find(pattern)
                .cloned()
        };
        let withdrawn = selected(&filter.include).filter(|_| selected(&filter.exclude).is_none());
        // A mirror that ended on the way back is an ordinary topic, which auto-creation leaves alone.
        let ended = back.settings.mirrors.get(source.as_str());
        if let Some(include) = withdrawn
            && !ended.is_some_and(|mirror| has_ended(&mirror.0))
        {
            problems.push(of_its_own_mirror(source, &source.place, &include.0.place));
        }
    }
}

/// Names that auto-creation of both links selects.
fn by_filter(site: &LinkObject<'_>, back: &LinkObject<'_>, problems: &mut Vec<Diagnostic>) {
    let (Some(filter), Some(filter_back)) = (site.auto_create(), back.auto_create()) else {
        return;
    };
    let Some((a, b)) = meeting_includes(filter, filter_back, |_, _| true) else {
        return;
    };
    let mut both = [(a, site), (b, back)];
    both.sort_by_key(|(pattern, _)| &pattern.0.place);
    let [(first, one), (second, other)] = both;
    let summary = if site.key == back.key {
        format!(
            "the halves of `{}` would create the same mirror topics in each other",
            site.key
        )
    } else {
        format!(
            "`{}` and `{}` would create the same mirror topics in each other",
            one.key, other.key
        )
    };
    problems.push(
        RULE.report(&second.0.place, summary, "selects the same names")
            .at(&first.0.place, "as here")
            .help("give them prefixes, or exclude from one what the other selects"),
    );
}
