//! Part of a plan: what was asked for, and what that waits for.

use super::operation::Operation;
use super::order;
use crate::address::Address;

/// Whether one of the targets is this address or something it is under.
pub(super) fn covers(targets: &[Address], address: &Address) -> bool {
    targets.iter().any(|target| match target {
        Address::Cluster(cluster) => address.cluster() == cluster,
        Address::Half(half) => address.half() == Some(half),
        Address::Mirror(..) => address == target,
    })
}

/// The operations under the targets and, through every edge, those they wait for.
pub(super) fn with_prerequisites(
    operations: Vec<Operation>,
    targets: &[Address],
) -> Vec<Operation> {
    let mut wanted: Vec<bool> = operations
        .iter()
        .map(|op| covers(targets, &op.address))
        .collect();
    let mut before: Vec<Vec<usize>> = vec![Vec::new(); operations.len()];
    for edge in order::edges(&operations) {
        before[edge.after.index()].push(edge.before.index());
    }
    let mut open: Vec<usize> = (0..operations.len()).filter(|&at| wanted[at]).collect();
    while let Some(at) = open.pop() {
        for &earlier in &before[at] {
            if !std::mem::replace(&mut wanted[earlier], true) {
                open.push(earlier);
            }
        }
    }
    operations
        .into_iter()
        .zip(wanted)
        .filter(|(_, wanted)| *wanted)
        .map(|(operation, _)| operation)
        .collect()
}
