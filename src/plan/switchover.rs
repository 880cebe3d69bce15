//! What is left to Confluent's Switchover service: the judge [`refusal`], and taking what it refuses out of a
//! plan (`withhold`).
//!
//! The judge is a total function of the pair's phase and the kind of write. `docs/switchover.md` has it as a
//! table. It is asked when a plan is made, and again right before each request.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::operation::Operation;
pub use super::write::WriteKind;
use crate::address::Address;
use crate::desired::Desired;
pub use crate::diff::switchover::LinkPeers;
use crate::diff::switchover::{LinkId, PairShown, SwitchoverFinding};
use crate::diff::{Finding, FindingKind};
use crate::live::switchover::{Manager, Pair, PairPhase};
use crate::live::{Snapshot, Unread};

/// Why a write is refused. Each has one thing to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PairRefusal {
    /// The pair is being created: wait.
    Provisioning,
    /// A failover or a restore is under way: wait.
    Updating,
    /// The pair is being deleted: wait.
    Deprovisioning,
    /// An unplanned failover has ended: run RESTORE.
    RestoreFirst,
    /// The pair has failed: delete it.
    Failed,
    /// The service decides what is copied in which direction: use it, or delete the pair.
    ServiceDecides,
    /// The phase is not known to this version: upgrade.
    UnknownPhase,
}

/// Whether a pair in this phase forbids a write to its link, and why.
#[must_use]
pub fn refusal(phase: &PairPhase, write: WriteKind) -> Option<PairRefusal> {
    match phase {
        PairPhase::Provisioning => Some(PairRefusal::Provisioning),
        PairPhase::Updating => Some(PairRefusal::Updating),
        PairPhase::Deprovisioning => Some(PairRefusal::Deprovisioning),
        PairPhase::ReadyToRestore => Some(PairRefusal::RestoreFirst),
        PairPhase::Failed => Some(PairRefusal::Failed),
        PairPhase::Other(_) => Some(PairRefusal::UnknownPhase),
        PairPhase::ReadyToFailover => match write {
            WriteKind::EditConfigs => None,
            _ => Some(PairRefusal::ServiceDecides),
        },
    }
}

/// Why a write to a link must not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Forbidden<'a> {
    /// This pair forbids it.
    By(&'a Pair, PairRefusal),
    /// Whether a pair manages the link is not known, and why.
    Unknown(&'a Unread),
}

/// The first reason against a write.
#[must_use]
pub fn forbidden<'a>(manager: &Manager<'a>, write: WriteKind) -> Option<Forbidden<'a>> {
    match manager {
        Manager::NoPair => None,
        Manager::Unknown(why) => Some(Forbidden::Unknown(why)),
        Manager::Pairs(pairs) => pairs.iter().find_map(|pair| {
            let why = refusal(&pair.phase, write)?;
            Some(Forbidden::By(pair, why))
        }),
    }
}

/// Takes out the operations that a pair forbids, and those that only wait on the same links, and says so in
/// one finding for each link.
pub(super) fn withhold(
    desired: &Desired,
    live: &Snapshot,
    operations: Vec<Operation>,
    findings: &mut Vec<Finding>,
) -> Vec<Operation> {
    let peers = LinkPeers::of(desired, live);
    if peers.is_empty() {
        return operations;
    }
    let manager = |op: &Operation| peers.manager(op.half(), &live.switchover);
    let mut taken: BTreeMap<LinkId, Taken> = BTreeMap::new();
    for op in &operations {
        let Some(write) = op.kind.writes() else {
            continue;
        };
        if forbidden(&manager(op), write).is_some()
            && let Some(link) = peers.link(op.half())
        {
            let entry = (op.address.clone(), op.kind.word().into());
            taken.entry(link).or_default().push(entry);
        }
    }
    let is_taken = |op: &Operation| match op.kind.writes() {
        Some(write) => forbidden(&manager(op), write).is_some(),
        // What only waits, waits for the service where it is at work.
        None => peers.link(op.half()).is_some_and(|link| {
            taken.contains_key(&link) || forbidden(&manager(op), WriteKind::EditConfigs).is_some()
        }),
    };
    let kept = operations.into_iter().filter(|op| !is_taken(op)).collect();
    for operations in taken.into_values() {
        report(&peers, live, desired, operations, findings);
    }
    kept
}

/// Whether a finding names operations that were taken out.
#[must_use]
pub fn has_withheld(finding: &Finding) -> bool {
    matches!(&finding.kind, FindingKind::Switchover(found) if !found.operations().is_empty())
}

/// Addresses and words of operations.
type Taken = Vec<(Address, Cow<'static, str>)>;

/// Says of a link what was taken out, in place of what was already said of its pair.
fn report(
    peers: &LinkPeers,
    live: &Snapshot,
    desired: &Desired,
    operations: Taken,
    findings: &mut Vec<Finding>,
) {
    let Some(half) = operations
        .first()
        .and_then(|(address, _)| address.half())
        .cloned()
    else {
        return;
    };
    let link = peers.link(&half);
    let earlier = findings.iter().position(|finding| {
        let is_same = finding.address.half().map(|half| peers.link(half)) == Some(link.clone());
        is_same && matches!(finding.kind, FindingKind::Switchover(_))
    });
    let earlier = earlier.map(|at| findings.remove(at));
    let found = match peers.manager(&half, &live.switchover) {
        Manager::NoPair => return,
        Manager::Unknown(why) => SwitchoverFinding::Unknown {
            why: why.clone(),
            operations,
        },
        Manager::Pairs(pairs) => {
            // Of several, one whose phase forbids more than the others'.
            let is_busy = |pair: &&&Pair| pair.phase != PairPhase::ReadyToFailover;
            let Some(pair) = pairs.iter().find(is_busy).or(pairs.first()) else {
                return;
            };
            SwitchoverFinding::Refused {
                pair: PairShown::of(pair, desired, &live.switchover),
                folded: earlier.as_ref().map_or(0, |finding| match &finding.kind {
                    FindingKind::Switchover(it) => it.folded(),
                    _ => 0,
                }),
                operations,
            }
        }
    };
    let (address, place) = match earlier {
        Some(finding) => (finding.address, finding.place),
        None => {
            let mut halves = desired.halves();
            let declared = halves.find(|(_, declared)| declared.address == half);
            let place = declared.map(|(_, half)| half.place.clone());
            (Address::Half(half), place)
        }
    };
    findings.push(Finding {
        address,
        kind: FindingKind::Switchover(Box::new(found)),
        place,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of the facts, written by hand: what each phase permits.
    #[test]
    fn each_phase_permits_what_the_service_leaves_to_others() {
        let unknown = PairPhase::Other("TELEPORTING".to_owned());
        for phase in PairPhase::KNOWN.iter().chain([&unknown]) {
            for write in WriteKind::ALL {
                let permitted =
                    *phase == PairPhase::ReadyToFailover && write == WriteKind::EditConfigs;
                assert_eq!(
                    refusal(phase, write).is_none(),
                    permitted,
                    "{phase} {write:?}"
                );
            }
        }
        let restore_first = |write| refusal(&PairPhase::ReadyToRestore, write);
        for write in [
            WriteKind::PromoteMirror,
            WriteKind::CreateMirror,
            WriteKind::DeleteLink,
            WriteKind::RestoreMirror,
        ] {
            assert_eq!(restore_first(write), Some(PairRefusal::RestoreFirst));
        }
        assert_eq!(
            refusal(&unknown, WriteKind::EditConfigs),
            Some(PairRefusal::UnknownPhase)
        );
    }
}
