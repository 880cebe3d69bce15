//! What a plan asks approval for once more, before anyone types it: [`irreversible`].

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::safe;
use super::view::first_names;
use super::words::{self, Action};
use crate::address::HalfAddress;
use crate::desired::Risk;
use crate::diff::Effect;
use crate::plan::{Operation, Plan};

/// Names that a line shows.
const NAMES: usize = 5;

/// The irreversible operations, a line for each link and kind: how many, what they lose, and the first names. What
/// may lose data comes first, then what is most. A plan or its JSON lists every name.
#[must_use]
pub fn irreversible(plan: &Plan) -> Vec<String> {
    let mut groups: BTreeMap<(&HalfAddress, Action), Vec<&Operation>> = BTreeMap::new();
    let grave = plan.operations.iter();
    for operation in grave.filter(|it| it.risks.contains(Risk::Irreversible)) {
        let key = (operation.half(), Action::of(operation));
        groups.entry(key).or_default().push(operation);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, operations)| {
        let loses = operations
            .iter()
            .any(|it| it.risks.contains(Risk::DataLoss));
        (Reverse(loses), Reverse(operations.len()))
    });
    let lines = groups.iter().flat_map(|((half, action), operations)| {
        // A link's operation is complete in itself.
        let (mirrors, others): (Vec<&Operation>, Vec<&Operation>) =
            (operations.iter()).partition(|it| it.address.mirror().is_some());
        let alone = others.into_iter().map(one);
        let together = match mirrors.as_slice() {
            [] => None,
            [single] => Some(one(single)),
            several => Some(many(half, *action, several)),
        };
        alone.chain(together).collect::<Vec<_>>()
    });
    lines.collect()
}

fn one(operation: &Operation) -> String {
    let address = operation.address.to_string();
    format!("{} {}", Action::order(operation), safe::name(&address))
}

fn many(half: &HalfAddress, action: Action, operations: &[&Operation]) -> String {
    let mut losing: Vec<(Option<u64>, &str)> = operations
        .iter()
        .map(|it| {
            (
                loses(it),
                it.address.mirror().map_or("", |topic| topic.as_str()),
            )
        })
        .collect();
    // What loses most is named first.
    losing.sort_by_key(|(loses, name)| (Reverse(*loses), *name));
    let names: Vec<&str> = losing.iter().map(|(_, name)| *name).collect();
    let most = losing.first().and_then(|(loses, _)| *loses);
    let least = losing.iter().filter_map(|(loses, _)| *loses).min();
    let lost = match (least, most) {
        (Some(least), Some(most)) => {
            format!(
                ", each of which loses {}",
                words::range(least, most, "message")
            )
        }
        _ => String::new(),
    };
    let half = half.to_string();
    format!(
        "{} {} on {}{lost}: {}",
        action.verb(),
        words::quantity(operations.len(), action.noun()),
        safe::name(&half),
        first_names(&names, NAMES)
    )
}

/// The messages that it is known to lose.
fn loses(operation: &Operation) -> Option<u64> {
    operation.effects.iter().find_map(|effect| match effect {
        Effect::Loses { loss, .. } => Some(loss.least),
        _ => None,
    })
}
