//! What the server said to a rehearsal, and what was left out of a plan: sections of its views.

use super::safe;
use super::words::{number, quantity};
use crate::plan::{Plan, Rehearsal};

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
        (count(|said| *said == Rehearsal::Accepted), "would be taken"),
        (
            count(|said| matches!(said, Rehearsal::Refused(_))),
            "would be refused",
        ),
        (
            count(|said| matches!(said, Rehearsal::Unknown(_))),
            "could not be asked about",
        ),
        (
            count(|said| *said == Rehearsal::Waits),
            "cannot be asked about before others are done",
        ),
        (
            count(|said| *said == Rehearsal::NoForm),
            "cannot be rehearsed",
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

/// What the server would refuse or could not be asked, with its words.
pub fn troubles(plan: &Plan) -> impl Iterator<Item = String> {
    plan.rehearsal.iter().filter_map(|(id, said)| {
        let (verb, words) = match said {
            Rehearsal::Refused(words) => ("the server would refuse it", words),
            Rehearsal::Unknown(words) => ("the server could not be asked", words),
            Rehearsal::Accepted | Rehearsal::Waits | Rehearsal::NoForm => return None,
        };
        let address = plan.operation(*id).address.to_string();
        Some(format!(
            "{id} {}: {verb}: {}",
            safe::name(&address),
            safe::message(words, MESSAGE)
        ))
    })
}

/// That operations were left out; none when there were none.
#[must_use]
pub fn left_out(plan: &Plan) -> Option<String> {
    (plan.left_out > 0).then(|| {
        format!(
            "{} left out: they are not among the targets, and these do not wait for them.",
            quantity(plan.left_out, "operation")
        )
    })
}
