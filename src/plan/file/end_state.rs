//! What was approved against what would be planned now: [`compare`].
//!
//! After a run that ended early the fresh plan is the rest of what was approved. An operation that is
//! missing from it counts as done only if what it was to settle with is seen to be live: that the planner
//! has nothing to do at an address is no proof, since it has nothing to do for a FAILED mirror topic
//! either. Where several operations on one object are missing, the last of them decides.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Moved, OperationDigests};
use crate::address::{Address, HalfAddress};
use crate::diff::{Finding, FindingKind};
use crate::live::{MirrorStatus, Snapshot};
use crate::plan::{Operation, OperationKind, TurnedTopic};

/// An operation of a saved plan, as far as it is read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Approved {
    pub(super) address: Address,
    /// [`OperationKind::word`].
    pub(super) kind: String,
    /// The other half, of what turns a topic.
    pub(super) other: Option<HalfAddress>,
    pub(super) end: EndState,
    pub(super) digests: OperationDigests,
}

/// What the operation settles with, as the plan document has it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "condition", rename_all = "kebab-case")]
pub(super) enum EndState {
    AtOnce {},
    LinkReadable {},
    LinkHealthy {},
    LinkGone {},
    ConfigsTaken {},
    MirrorIn { statuses: Vec<String> },
    Turned { statuses: Vec<String> },
    Elapsed {},
}

/// What was read, and what the fresh plan found in it.
pub(super) struct Found<'a> {
    pub(super) live: &'a Snapshot,
    pub(super) findings: &'a [Finding],
}

/// How far what was approved has come.
pub(super) struct Progress {
    /// What is done: addresses and kinds, in the saved plan's order.
    pub(super) done: Vec<(Address, String)>,
    /// Whether nothing of it has begun: the fresh plan has every operation that was approved.
    pub(super) is_untouched: bool,
}

/// Compares, and reports what has changed. Several operations of one kind on one address differ by their digests.
pub(super) fn compare<'a>(
    approved: &[Approved],
    fresh: impl Iterator<Item = (&'a Operation, &'a OperationDigests)>,
    found: &Found<'_>,
    moved: &mut Vec<Moved>,
) -> Progress {
    let mut open: BTreeMap<(&Address, &str), Vec<usize>> = BTreeMap::new();
    for (number, op) in approved.iter().enumerate() {
        let key = (&op.address, op.kind.as_str());
        open.entry(key).or_default().push(number);
    }
    // What is word for word the same is matched first.
    let mut others = Vec::new();
    for (op, digests) in fresh {
        let candidates = open.entry((&op.address, op.kind.word())).or_default();
        let same = |number: &usize| approved[*number].digests == *digests;
        match candidates.iter().position(same) {
            Some(at) => {
                candidates.remove(at);
            }
            None => others.push((op, digests)),
        }
    }
    let mut changed = Vec::new();
    let mut appeared = Vec::new();
    for (op, digests) in others {
        let candidates = open.entry((&op.address, op.kind.word())).or_default();
        if candidates.is_empty() {
            appeared.push(op);
        } else {
            changed.push((op, candidates.remove(0), digests));
        }
    }
    let mut missing: Vec<usize> = open.into_values().flatten().collect();
    missing.sort_unstable();
    let missing: Vec<&Approved> = missing
        .into_iter()
        .map(|number| &approved[number])
        .collect();
    let is_missing_at = |address: &Address| missing.iter().any(|op| op.address == *address);
    for (op, old, digests) in changed {
        let what = approved[old].digests.differences(digests);
        // What was decided from, and what is expected, moves with what is done at the same address.
        if what != ["expectations"] || !is_missing_at(&op.address) {
            moved.push(Moved::Changed {
                address: op.address.to_string(),
                operation: op.kind.word().to_owned(),
                what,
            });
        }
    }
    let mut under_way = Vec::new();
    for op in appeared {
        // It was sent, and the server is still at it: nothing is sent again.
        if matches!(op.kind, OperationKind::AwaitMirror { .. }) && is_missing_at(&op.address) {
            under_way.push(&op.address);
        } else {
            moved.push(Moved::Appeared {
                address: op.address.to_string(),
                operation: op.kind.word().to_owned(),
            });
        }
    }
    let is_retired = |half: &HalfAddress| {
        let retires = |op: &Approved| op.end == EndState::LinkGone {};
        approved
            .iter()
            .any(|op| retires(op) && op.address.half() == Some(half))
    };
    let last: BTreeMap<&Address, &Approved> = missing.iter().map(|op| (&op.address, *op)).collect();
    let mut done = Vec::new();
    let is_untouched = missing.is_empty();
    for op in missing {
        if under_way.contains(&&op.address) {
            continue;
        }
        let decides = last.get(&op.address).copied().unwrap_or(op);
        if decides.is_live(found, is_retired) {
            done.push((op.address.clone(), op.kind.clone()));
        } else {
            moved.push(Moved::Gone {
                address: op.address.to_string(),
                operation: op.kind.clone(),
            });
        }
    }
    Progress { done, is_untouched }
}

impl Approved {
    /// Whether its end state is live. What was done to a link that was then deleted is over.
    fn is_live(&self, found: &Found<'_>, is_retired: impl Fn(&HalfAddress) -> bool) -> bool {
        let Some(half) = self.address.half().filter(|_| !self.is_withheld(found)) else {
            return false;
        };
        let Some(cluster) = found.live.clusters.get(&half.cluster) else {
            return false;
        };
        let Some(links) = cluster.links.read() else {
            return false;
        };
        let exists = links.contains_key(&half.link);
        if is_retired(half) && !exists {
            return true;
        }
        let mirror = || match &self.address {
            Address::Mirror(_, topic) => cluster.mirrors.read()?.get(&half.link)?.get(topic),
            Address::Cluster(_) | Address::Half(_) => None,
        };
        match &self.end {
            // The link is there: it is not deleted, and its archive, which settles at once, not over.
            EndState::AtOnce {} | EndState::LinkGone {} => false,
            // The configs were compared with the spec, which has not changed.
            EndState::LinkReadable {} | EndState::LinkHealthy {} | EndState::ConfigsTaken {} => {
                let configs = cluster.configs.get(&half.link);
                exists && configs.is_some_and(|configs| configs.read().is_some())
            }
            EndState::Elapsed {} => exists,
            EndState::MirrorIn { statuses } => match mirror() {
                Some(row) => {
                    // Stopped before everything was copied is not what a promotion was approved for.
                    statuses.contains(&row.status.to_string())
                        && !self.is_found(found, |kind| {
                            matches!(kind, FindingKind::StoppedWithLag { .. })
                        })
                }
                // Some servers keep no row of a mirror topic that has stopped.
                None => {
                    statuses.contains(&MirrorStatus::Stopped.to_string())
                        && self.is_found(found, |kind| {
                            matches!(kind, FindingKind::HistoryMissing { .. })
                        })
                }
            },
            EndState::Turned { statuses } => self.has_turned(found.live, half, statuses),
        }
    }

    /// Whether the topic has turned, and is a mirror topic in one of these statuses.
    fn has_turned(&self, live: &Snapshot, own: &HalfAddress, statuses: &[String]) -> bool {
        let (Some(other), Some(topic)) = (&self.other, self.address.mirror()) else {
            return false;
        };
        let restores = self.kind == "restore-mirror";
        let (mirror, plain) = if restores { (own, other) } else { (other, own) };
        let statuses = statuses.iter().map(|word| MirrorStatus::from_word(word));
        let turned = TurnedTopic {
            mirror: mirror.clone(),
            plain: plain.clone(),
            statuses: statuses.collect(),
        };
        let row = |half: &HalfAddress| {
            let rows = live.clusters.get(&half.cluster)?.mirrors.read()?;
            Some(rows.get(&half.link).and_then(|rows| rows.get(topic)))
        };
        let rows = row(&turned.mirror).zip(row(&turned.plain));
        rows.is_some_and(|(at_mirror, at_plain)| turned.is_shown_by(at_mirror, at_plain))
    }

    /// Whether the fresh plan leaves it out because of a switchover pair.
    fn is_withheld(&self, found: &Found<'_>) -> bool {
        found.findings.iter().any(|finding| match &finding.kind {
            FindingKind::Switchover(found) => (found.operations().iter())
                .any(|(address, word)| *address == self.address && **word == *self.kind),
            _ => false,
        })
    }

    /// Whether the fresh plan has such a finding at this address.
    fn is_found(&self, found: &Found<'_>, is_such: impl Fn(&FindingKind) -> bool) -> bool {
        let mut findings = found.findings.iter();
        findings.any(|finding| finding.address == self.address && is_such(&finding.kind))
    }
}
