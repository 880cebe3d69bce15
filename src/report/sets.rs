//! Sets of mirror topics that a run moved only in part, in words.

use std::collections::BTreeMap;

use super::view::Truncated;
use super::view::run::Ended;
use crate::address::HalfAddress;
use crate::apply::{OperationReport, Report};

/// How many names of a set are listed.
const MAX_NAMES: usize = 20;

/// A sentence for each set of which some mirror topics have moved, by promotion or reversal, and some have not,
/// or none has.
pub(crate) fn split(report: &Report) -> Vec<String> {
    let mut sets: BTreeMap<(&HalfAddress, &str), Vec<&OperationReport>> = BTreeMap::new();
    for operation in &report.operations {
        let Some(half) = operation.address.half() else {
            continue;
        };
        for set in &operation.together {
            sets.entry((half, set)).or_default().push(operation);
        }
    }
    let name = |operation: &OperationReport| {
        let topic = operation.address.mirror().map(ToString::to_string);
        topic.unwrap_or_default()
    };
    let mut sentences = Vec::new();
    for ((half, set), operations) in sets {
        let (moved, stayed): (Vec<&OperationReport>, Vec<&OperationReport>) = operations
            .into_iter()
            .partition(|operation| operation.outcome.is_reached());
        if stayed.is_empty() {
            continue;
        }
        let stay: Vec<String> = stayed
            .iter()
            .map(|operation| {
                let ended = Ended::of(&operation.outcome);
                match ended.why {
                    Some(why) => format!("{} ({}: {why})", name(operation), ended.word),
                    None => format!("{} ({})", name(operation), ended.word),
                }
            })
            .collect();
        let stay = listed(&stay);
        if moved.is_empty() {
            sentences.push(format!(
                "none of the set {set} of {half} has moved: {stay}; its mirror topics go on as before"
            ));
            continue;
        }
        let is_final = moved.iter().any(|it| it.verb == "promote-mirror");
        let fix = match is_final {
            true => "A promotion cannot be undone: fix the cause",
            false => "Fix the cause",
        };
        let moved: Vec<String> = moved.iter().map(|operation| name(operation)).collect();
        sentences.push(format!(
            "the set {set} of {half} has moved in part: moved: {}; not moved: {stay}. {fix} and run again, and start the consumers and producers of the set only then",
            listed(&moved)
        ));
    }
    sentences
}

/// The first of them. What comes from outside is cleaned with the whole sentence.
fn listed(phrases: &[String]) -> String {
    Truncated::of(phrases, MAX_NAMES).joined(Clone::clone)
}
