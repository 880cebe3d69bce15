//! Whether what a person asked for by its addresses would be live after a plan: [`hindered`].

use super::{Operation, Plan};
use crate::address::Address;
use crate::diff::{Finding, Keeps};

/// The findings for which a mirror topic that the targets name stays as it is, although the plan is not refused. What
/// a hold or an exception keeps also counts where a target is the link of the mirror topic.
#[must_use]
pub fn hindered<'a>(plan: &'a Plan, targets: &[Address]) -> Vec<&'a Finding> {
    let findings = plan.findings.iter();
    findings
        .filter(|finding| hinders(finding, targets, &plan.operations))
        .collect()
}

/// Whether a finding leaves a mirror topic that the targets name as it is.
pub(super) fn hinders(finding: &Finding, targets: &[Address], operations: &[Operation]) -> bool {
    let is_changed = |address: &Address| operations.iter().any(|it| it.address == *address);
    match finding.kind.keeps() {
        None => false,
        Some(Keeps::Mirror) => is_asked(&finding.address, targets) && !is_changed(&finding.address),
        Some(Keeps::Held { operations, all }) => {
            let mut held = operations.iter();
            held.any(|(address, _)| is_asked(address, targets))
                || all && targets.iter().any(|it| is_under(&finding.address, it))
        }
        Some(Keeps::Topics(topics)) => targets.iter().any(|target| match target {
            Address::Mirror(half, topic) => {
                let link = finding.address.half().map(|half| &half.link);
                link == Some(&half.link) && topics.contains(topic) && !is_changed(target)
            }
            Address::Cluster(_) | Address::Half(_) => false,
        }),
    }
}

/// The mirror topics among the targets that the plan changes.
pub fn changed<'a>(plan: &'a Plan, targets: &[Address]) -> impl Iterator<Item = &'a Address> {
    let operations = plan.operations.iter().map(|operation| &operation.address);
    operations.filter(move |address| is_asked(address, targets))
}

/// Whether an address is a mirror topic that a target names, or whose link one names.
fn is_asked(address: &Address, targets: &[Address]) -> bool {
    let half = address.half().filter(|_| address.mirror().is_some());
    targets.iter().any(|target| match target {
        Address::Half(named) => half == Some(named),
        Address::Mirror(..) => address == target,
        Address::Cluster(_) => false,
    })
}

/// Whether a hold at one address is about another: the same, or one of them is the link of the other.
fn is_under(hold: &Address, target: &Address) -> bool {
    hold == target
        || hold.half() == target.half() && (hold.mirror().is_none() || target.mirror().is_none())
}
