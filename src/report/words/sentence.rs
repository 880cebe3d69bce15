//! The sentences that sum a plan up.

use std::collections::BTreeMap;

use super::action::Action;
use super::number::quantity;
use crate::desired::{Risk, Risks};
use crate::diff::{Class, Compared, Finding, FindingKind};
use crate::plan::Plan;

/// How many operations of each kind a plan has; kinds that it has none of are left out.
#[must_use]
pub fn tally(plan: &Plan) -> BTreeMap<Action, usize> {
    let mut counts = BTreeMap::new();
    for operation in &plan.operations {
        *counts.entry(Action::of(operation)).or_insert(0) += 1;
    }
    counts
}

/// The plan in one sentence, without its end: what and how much, or that there is nothing.
///
/// It says "no changes" only when everything that the spec speaks of was compared.
#[must_use]
pub fn summary(plan: &Plan) -> String {
    if !plan.has_changes() {
        return no_changes(plan);
    }
    let counts = tally(plan);
    let count = |action| counts.get(&action).copied().unwrap_or(0);
    let mut parts: Vec<String> = Vec::new();
    let mut part = |actions: &[Action], verb: &str| {
        let mut nouns: BTreeMap<usize, (&str, usize)> = BTreeMap::new();
        for (index, action) in actions.iter().enumerate() {
            match nouns.values_mut().find(|(noun, _)| *noun == action.noun()) {
                Some((_, n)) => *n += count(*action),
                None => {
                    nouns.insert(index, (action.noun(), count(*action)));
                }
            }
        }
        let counted: Vec<String> = nouns
            .values()
            .filter(|(_, n)| *n > 0)
            .map(|(noun, n)| quantity(*n, noun))
            .collect();
        if !counted.is_empty() {
            parts.push(format!("{} {verb}", counted.join(" and ")));
        }
    };
    part(&[Action::CreateLink, Action::CreateMirror], "to create");
    let altered = plan
        .operations
        .iter()
        .filter(|op| Action::of(op) == Action::AlterLink)
        .map(|op| &op.address)
        .collect::<std::collections::BTreeSet<_>>();
    part(&[Action::Pause], "to pause");
    part(&[Action::Resume], "to resume");
    part(&[Action::Promote], "to promote");
    part(&[Action::Failover], "to fail over");
    part(&[Action::Reverse], "to reverse");
    part(&[Action::Restore], "to restore");
    part(&[Action::Await], "to wait for");
    part(&[Action::DeleteLink], "to delete");
    if !altered.is_empty() {
        let at = usize::from(count(Action::CreateLink) + count(Action::CreateMirror) > 0);
        parts.insert(at, format!("{} to change", quantity(altered.len(), "link")));
    }
    format!(
        "{}; in {}",
        parts.join(", "),
        quantity(plan.waves.len(), "wave")
    )
}

/// The sentence with a capital letter at its start.
#[must_use]
pub fn capital(mut sentence: String) -> String {
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    sentence
}

/// What a plan comes to, as a title.
#[must_use]
pub fn title(plan: &Plan) -> &'static str {
    if plan.is_refused() {
        "Linkwright plan: refused"
    } else if plan.has_changes() {
        "Linkwright plan"
    } else if plan.has_unknowns() {
        "Linkwright plan: not everything could be read"
    } else {
        "Linkwright plan: no changes"
    }
}

/// What follows the number of things that are not known, without its end.
#[must_use]
pub fn not_known(count: usize) -> &'static str {
    if count == 1 {
        " is unknown, so this plan may be incomplete"
    } else {
        " are unknown, so this plan may be incomplete"
    }
}

/// What to say of a plan that does nothing.
#[must_use]
pub fn no_changes(plan: &Plan) -> String {
    let unknown = plan.of_class(Class::Unknown).count();
    let refused = plan.of_class(Class::Refusal).count();
    if unknown > 0 {
        return format!(
            "incomplete: {} could not be read; everything else ({}) is up to date",
            quantity(unknown, "thing"),
            compared(&plan.compared),
        );
    }
    if refused > 0 {
        return format!(
            "no operations: {} cannot be applied",
            quantity(refused, "change")
        );
    }
    if plan.is_part {
        return "no changes on the targets".to_owned();
    }
    let held = plan
        .findings
        .iter()
        .map(|finding| match &finding.kind {
            FindingKind::HeldBack { .. } => 1,
            FindingKind::Held {
                operations,
                refused,
                ..
            } => operations.len() + refused,
            _ => 0,
        })
        .sum::<usize>();
    if held > 0 {
        return format!(
            "no changes: {} compared; {} held back, see below",
            compared(&plan.compared),
            if held == 1 {
                "1 change is".to_owned()
            } else {
                format!("{} are", quantity(held, "change"))
            }
        );
    }
    let not_known =
        |finding: &&Finding| matches!(finding.kind, FindingKind::GenerationNotKnown { .. });
    let secrets = plan.findings.iter().filter(not_known).count();
    if secrets > 0 {
        return format!(
            "no changes: {} compared; the credentials of {} are not known, see below",
            compared(&plan.compared),
            quantity(secrets, "link half"),
        );
    }
    let unwell = plan.of_class(Class::Health).count();
    if unwell > 0 {
        return format!(
            "no changes: {} match the spec; {} unhealthy, see below",
            compared(&plan.compared),
            if unwell == 1 {
                "1 thing is".to_owned()
            } else {
                format!("{} are", quantity(unwell, "thing"))
            }
        );
    }
    format!("no changes: {} match the spec", compared(&plan.compared))
}

/// What was compared: `2 clusters, 3 link halves, 57 configs and 120 mirror topics`.
#[must_use]
pub fn compared(compared: &Compared) -> String {
    let Compared {
        clusters,
        halves,
        mirrors,
        configs,
    } = compared;
    format!(
        "{}, {}, {} and {}",
        quantity(*clusters, "cluster"),
        quantity(*halves, "link half"),
        quantity(*configs, "config"),
        quantity(*mirrors, "mirror topic")
    )
}

/// How many operations are irreversible or may lose data.
#[must_use]
pub fn irreversible(plan: &Plan) -> usize {
    plan.operations
        .iter()
        .filter(|op| is_severe(op.risks))
        .count()
}

/// Whether any of these risks means something that is irreversible.
#[must_use]
pub fn is_severe(risks: Risks) -> bool {
    risks.contains(Risk::Irreversible) || risks.contains(Risk::DataLoss)
}
