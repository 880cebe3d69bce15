//! What a hold of the spec keeps off: [`back`], and holds that are over: [`expired`].
//!
//! While people or another tool work on a link or a mirror topic, no operation is planned for it, nor any
//! that waits for such an operation. What is held back is shown, and refuses nothing.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::operation::Operation;
use super::order;
use crate::address::Address;
use crate::desired::{Desired, Hold};
use crate::diff::{Class, Finding, FindingKind};

/// What is held back at one address.
#[derive(Default)]
struct Held {
    operations: Vec<(Address, Cow<'static, str>)>,
    refused: usize,
}

/// Takes away the operations that a hold keeps off and what waits for them, and the refusals at addresses
/// that are held; says for each hold what that is.
pub(super) fn back(
    desired: &Desired,
    today: jiff::civil::Date,
    operations: Vec<Operation>,
    findings: &mut Vec<Finding>,
) -> Vec<Operation> {
    if !desired.has_holds() {
        return operations;
    }
    let mut found: BTreeMap<Address, (&Hold, Held)> = all(desired)
        .filter(|(_, hold)| today < hold.until)
        .map(|(address, hold)| (address, (hold, Held::default())))
        .collect();
    let in_force = |address: &Address| {
        let (holder, hold) = desired.hold_of(address)?;
        (today < hold.until).then_some((holder, hold))
    };
    let mut holders: Vec<Option<(Address, &Hold)>> =
        operations.iter().map(|op| in_force(&op.address)).collect();
    if holders.iter().any(Option::is_some) {
        let mut after: Vec<Vec<usize>> = vec![Vec::new(); operations.len()];
        for edge in order::edges(&operations) {
            after[edge.before.index()].push(edge.after.index());
        }
        let mut open: Vec<usize> = (0..holders.len())
            .filter(|&at| holders[at].is_some())
            .collect();
        while let Some(at) = open.pop() {
            for &later in &after[at] {
                if holders[later].is_none() {
                    holders[later] = holders[at].clone();
                    open.push(later);
                }
            }
        }
    }
    let mut kept = Vec::with_capacity(operations.len());
    for (operation, holder) in operations.into_iter().zip(holders) {
        let Some((holder, hold)) = holder else {
            kept.push(operation);
            continue;
        };
        let (_, held) = found.entry(holder).or_insert((hold, Held::default()));
        held.operations
            .push((operation.address.clone(), operation.kind.word().into()));
    }
    findings.retain(|finding| {
        let holder = match finding.class() {
            Class::Refusal => in_force(&finding.address),
            _ => None,
        };
        match holder {
            None => true,
            Some((holder, hold)) => {
                let (_, held) = found.entry(holder).or_insert((hold, Held::default()));
                held.refused += 1;
                false
            }
        }
    });
    findings.extend(found.into_iter().map(|(address, (hold, held))| Finding {
        address,
        kind: FindingKind::Held {
            reason: hold.reason.clone(),
            until: hold.until,
            operations: held.operations,
            refused: held.refused,
        },
        place: Some(hold.place.clone()),
    }));
    findings.extend(expired(desired, today));
    kept
}

/// The holds that are over and still in the spec.
pub fn expired(desired: &Desired, today: jiff::civil::Date) -> impl Iterator<Item = Finding> {
    all(desired)
        .filter(move |(_, hold)| hold.until <= today)
        .map(|(address, hold)| Finding {
            address,
            kind: FindingKind::HoldExpired {
                reason: hold.reason.clone(),
                until: hold.until,
            },
            place: Some(hold.place.clone()),
        })
}

/// Every hold of the spec: of a link at each of its halves, of a mirror topic at its own name. One under a
/// pattern is said of the mirror topics that it holds back, and of the link when it is over.
fn all(desired: &Desired) -> impl Iterator<Item = (Address, &Hold)> {
    desired.halves().flat_map(|(link, half)| {
        let of_link = link.hold.iter();
        let of_link = of_link.map(|hold| (Address::Half(half.address.clone()), hold));
        let mirrors = half.mirrors.literal.iter();
        let of_mirrors = mirrors.filter_map(|(source, declared)| {
            let topic = half.mirror_name(source);
            let hold = declared.hold.as_ref()?;
            Some((Address::Mirror(half.address.clone(), topic), hold))
        });
        // A hold of a topic is said at the half that mirrors it, as declared.
        let of_topics = link.topics.iter().flat_map(|rules| &rules.literal);
        let of_topics = of_topics.filter_map(|(topic, declared)| {
            let hold = declared.hold.as_ref()?;
            let is_here = declared.primary != half.address.cluster;
            is_here.then(|| (Address::Mirror(half.address.clone(), topic.clone()), hold))
        });
        of_link.chain(of_mirrors).chain(of_topics)
    })
}
