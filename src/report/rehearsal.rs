//! What the server said to a rehearsal, and what was left out of a plan: sections of its views.

use std::collections::BTreeMap;

use super::group;
use super::safe;
use super::words::{self, number, quantity};
use crate::plan::{OpId, Plan, Rehearsal};

/// Characters of a server's message.
const MESSAGE: usize = 400;

/// The rehearsal in one sentence; none when there was none.
#[must_use]
pub fn sentence(plan: &Plan) -> Option<String> {
    if plan.rehearsal.is_empty() {
        return None;
    }
    let count = |wanted: fn(&Rehearsal) -> bool| {
        plan.rehearsal.values().filter(|said| wanted(said)).count()
    };
    let parts: Vec<String> = [
        (
            count(|said| *said == Rehearsal::Accepted),
            "would be accepted",
        ),
        (
            count(|said| matches!(said, Rehearsal::Refused(_))),
            "would be refused",
        ),
        (
            count(|said| matches!(said, Rehearsal::Unknown(_))),
            "unknown",
        ),
        (
            count(|said| *said == Rehearsal::Waits),
            "can be validated only after other operations",
        ),
        (
            count(|said| *said == Rehearsal::NoForm),
            "cannot be rehearsed",
        ),
        (
            count(|said| matches!(said, Rehearsal::Withheld(_))),
            "not rehearsed",
        ),
        (
            count(|said| matches!(said, Rehearsal::Acted(_))),
            "carried out by the server",
        ),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, words)| format!("{} {words}", number(count)))
    .collect();
    Some(format!(
        "Rehearsal of {}: {}.",
        quantity(plan.rehearsal.len(), "operation"),
        parts.join(", ")
    ))
}

/// What the server would refuse, could not be asked or did, with its words; and what was not rehearsed,
/// once for each reason.
pub fn problems(plan: &Plan) -> impl Iterator<Item = String> {
    let each = plan.rehearsal.iter().filter_map(|(id, said)| {
        let verb = match said {
            Rehearsal::Refused(_) => "the server would refuse it",
            Rehearsal::Unknown(_) => "the server could not validate it",
            Rehearsal::Acted(_) => "carried out",
            Rehearsal::Accepted | Rehearsal::Waits | Rehearsal::NoForm | Rehearsal::Withheld(_) => {
                return None;
            }
        };
        let address = plan.operation(*id).address.to_string();
        Some(format!(
            "{id} {}: {verb}: {}",
            safe::name(&address),
            safe::message(&words::rehearsal(said)?, MESSAGE)
        ))
    });
    let mut withheld: BTreeMap<String, Vec<OpId>> = BTreeMap::new();
    for (id, said) in &plan.rehearsal {
        if let (Rehearsal::Withheld(_), Some(why)) = (said, words::rehearsal(said)) {
            withheld.entry(why).or_default().push(*id);
        }
    }
    let withheld = withheld.into_iter().map(|(why, ids)| {
        let (numbers, why) = (group::numbers(&ids), safe::message(&why, MESSAGE));
        format!("{numbers} not rehearsed: {why}")
    });
    each.chain(withheld)
}

/// That operations were left out; none when there were none.
#[must_use]
pub fn left_out(plan: &Plan) -> Option<String> {
    (plan.left_out > 0).then(|| {
        format!(
            "{} left out: they are not targets, and no target depends on them.",
            quantity(plan.left_out, "operation")
        )
    })
}
