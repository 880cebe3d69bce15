//! What to do, in which order, and whether it may be done: Changes → [`Plan`].
//!
//! Everything is decided here; executing an operation takes no decision. A plan is plain data: the
//! [`Operation`]s, the [`Edge`]s between them with their reasons, the waves that follow from these,
//! the findings of the diff and the refusals of the guards.

mod build;
mod call;
mod ends;
pub mod file;
mod guard;
mod hand_over;
mod hindered;
mod hold;
mod lags;
mod operation;
mod order;
mod part;
mod reads_back;
mod rehearsal;
pub mod switchover;
mod target;
mod write;

use std::collections::{BTreeMap, BTreeSet};

pub use call::CallSeen;
pub use ends::{Direction, LinkEnds, MirrorFacts};
pub use guard::{Allow, Refusal, RefusalKind};
pub use hand_over::{HandOver, HandOverOffsets};
pub use hindered::{changed, hindered};
pub use hold::expired as expired_holds;
pub use lags::LagNow;
pub use operation::{
    AlterPurpose, ArchiveContent, Because, CreationOrder, Expect, FailoverGate, IdleGroups,
    LagGate, OpId, Operation, OperationKind, ReverseGate, Settle, Turned, TurnedTopic, Validation,
};
pub use order::{CycleError, Edge, RULES, Rule};
pub use part::{Part, part};
pub use reads_back::{reads_as, reads_back};
pub use rehearsal::{
    Ignored, NotSent, NotValidated, Rehearsal, Rehearsed, Restored, Trial, Unproven,
};
pub use target::{counterpart, covers, is_known, meant};

// What operations are made of, for those who execute or show them and know no other module.
pub use crate::desired::{MirrorState, Risk, Risks, Role};
pub use crate::diff::{
    ConfigChange, ConfigTarget, ConfigValue, Cut, Effect, PartitionCut, RemoteField, RotationReason,
};

use crate::address::{Address, HalfAddress};
use crate::desired::Desired;
use crate::diff::{Changes, Class, Compared, Finding};
use crate::live::Snapshot;

/// The reviewed unit: operations in a safe order.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Plan {
    /// The operations; an [`OpId`] is an index into this list. They stand in an order that respects
    /// every edge: by wave, then address.
    pub operations: Vec<Operation>,
    /// Which operation waits for which, and why.
    pub edges: Vec<Edge>,
    /// The operations in waves: everything in one may run at the same time.
    pub waves: Vec<Vec<OpId>>,
    /// What was found and leads to no operation.
    pub findings: Vec<Finding>,
    /// Why the plan must not be applied as it is. Empty when it may.
    pub refusals: Vec<Refusal>,
    /// How much was compared.
    pub compared: Compared,
    /// How many operations were left out because they were not asked for.
    pub left_out: usize,
    /// Whether it is for targets only. What they do not need was not read.
    #[serde(default)]
    pub is_part: bool,
    /// Where the links come from and go to, by half. For display.
    #[serde(with = "pairs")]
    pub links: BTreeMap<HalfAddress, LinkEnds>,
    /// How far the mirror topics of promotions were behind when the plan was made. For display.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lags: BTreeMap<OpId, LagNow>,
    /// What goes over to other clusters when mirror topics stop. For display.
    pub hand_over: Vec<HandOver>,
    /// What the server said to a rehearsal, where one was held. For display, and to refuse.
    pub rehearsal: BTreeMap<OpId, Rehearsal>,
}

/// What the caller allows in addition to the spec's policy: `--allow`.
pub type Allowances = BTreeSet<Allow>;

impl Plan {
    /// An operation by its id.
    #[must_use]
    pub fn operation(&self, id: OpId) -> &Operation {
        &self.operations[id.index()]
    }

    /// Whether there is anything to do. Every caller asks here.
    #[must_use]
    pub fn has_changes(&self) -> bool {
        !self.operations.is_empty()
    }

    /// Whether the plan must not be applied: a guard or a decision says no. Every caller asks here.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        !self.refusals.is_empty()
            || self.of_class(Class::Refusal).next().is_some()
            || self
                .rehearsal
                .values()
                .any(|said| matches!(said, Rehearsal::Refused(_)))
    }

    /// Whether the server carried out what it was asked only to validate.
    #[must_use]
    pub fn has_acted(&self) -> bool {
        let mut said = self.rehearsal.values();
        said.any(|said| matches!(said, Rehearsal::Acted(_)))
    }

    /// Whether some of what the spec speaks of could not be read, so that "no changes" would be a
    /// guess.
    #[must_use]
    pub fn has_unknowns(&self) -> bool {
        self.of_class(Class::Unknown).next().is_some()
    }

    /// The findings of one class.
    pub fn of_class(&self, class: Class) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .filter(move |finding| finding.class() == class)
    }

    /// Whether a plan that was read from a file is whole: its parts name only operations that it has, each
    /// operation is in one wave, and none is about a whole cluster.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self) -> Result<(), String> {
        let count = self.operations.len();
        let is_known = |id: &OpId| id.index() < count;
        let mut in_waves: Vec<OpId> = self.waves.iter().flatten().copied().collect();
        in_waves.sort_unstable();
        let is_each_once = in_waves.iter().map(|id| id.index()).eq(0..count);
        let edges = self
            .edges
            .iter()
            .flat_map(|edge| [&edge.before, &edge.after]);
        let refused = self.refusals.iter().flat_map(|refusal| &refusal.operations);
        let mut named = edges.chain(refused).chain(self.rehearsal.keys());
        if !is_each_once || !named.all(is_known) {
            return Err("it names operations that it does not have".to_owned());
        }
        let cluster = self
            .operations
            .iter()
            .find(|op| op.address.half().is_none());
        match cluster {
            Some(op) => Err(format!(
                "`{}` is not the address of an operation",
                op.address
            )),
            None => Ok(()),
        }
    }

    /// What must be allowed for it in addition to what is allowed where a spec has no policy, whether the
    /// policy or the caller allows it.
    #[must_use]
    pub fn needs(&self, desired: &Desired, live: &Snapshot) -> Allowances {
        guard::needs(desired, live, &self.operations)
    }

    /// What an operation waits for, with the reasons.
    pub fn waits_for(&self, id: OpId) -> impl Iterator<Item = &Edge> {
        // Edges are sorted by the operation that waits.
        let from = self.edges.partition_point(|edge| edge.after < id);
        self.edges[from..]
            .iter()
            .take_while(move |edge| edge.after == id)
    }
}

/// Makes the plan.
///
/// # Errors
/// When the ordering rules contradict each other; the error names the operations of the cycle.
pub fn plan(
    desired: &Desired,
    live: &Snapshot,
    changes: Changes,
    allowances: &Allowances,
) -> Result<Plan, CycleError> {
    plan_only(desired, live, changes, allowances, &[])
}

/// Makes the plan for these addresses and what they wait for; for everything when there are none.
///
/// An address means itself and all that is under it. Findings about anything else are left out,
/// so that they do not refuse what was asked for.
///
/// # Errors
/// As [`plan`].
pub fn plan_only(
    desired: &Desired,
    live: &Snapshot,
    mut changes: Changes,
    allowances: &Allowances,
    targets: &[Address],
) -> Result<Plan, CycleError> {
    let targets = &target::of_topics(targets, desired);
    let mut all = build::operations(desired, live, &mut changes);
    if let Some(today) = changes.today {
        all = hold::back(desired, today, all, &mut changes.findings);
    }
    let count = all.len();
    let operations = if targets.is_empty() {
        all
    } else {
        target::with_prerequisites(all, targets)
    };
    let left_out = count - operations.len();
    let operations = switchover::withhold(desired, live, operations, &mut changes.findings);
    let edges = order::edges(&operations);
    let order::Arranged {
        operations,
        edges,
        waves,
    } = order::arrange(operations, edges)?;
    let refusals = guard::check(desired, live, &operations, allowances);
    let links = ends::of(desired, live, &changes, &operations);
    let hand_over = hand_over::of(desired, live, &operations);
    let lags = lags::of(live, &operations);
    let mut findings = changes.findings;
    if !targets.is_empty() {
        findings.retain(|finding| {
            target::covers(targets, &finding.address)
                || switchover::has_withheld(finding)
                || hindered::hinders(finding, targets, &operations)
                || finding.address.mirror().is_none()
                    && operations
                        .iter()
                        .any(|op| op.address.half() == finding.address.half())
        });
    }
    Ok(Plan {
        operations,
        edges,
        waves,
        findings,
        refusals,
        compared: changes.compared,
        left_out,
        is_part: !targets.is_empty(),
        links,
        lags,
        hand_over,
        rehearsal: BTreeMap::new(),
    })
}

/// JSON has no objects with such keys: a map is saved as a list of pairs.
mod pairs {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::{BTreeMap, HalfAddress, LinkEnds};

    pub(super) fn serialize<S: Serializer>(
        map: &BTreeMap<HalfAddress, LinkEnds>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<HalfAddress, LinkEnds>, D::Error> {
        let pairs = Vec::<(HalfAddress, LinkEnds)>::deserialize(deserializer)?;
        Ok(pairs.into_iter().collect())
    }
}

#[cfg(test)]
mod tests;
