//! Operations shown together: many mirror topics with which the same is done for the same reason.

use std::collections::{BTreeMap, BTreeSet};

use super::words::{self, Action};
use crate::address::HalfAddress;
use crate::desired::Risks;
use crate::plan::{OpId, Operation, OperationKind, Plan, Rule};

/// Operations of one wave that are shown together; a link's operation is complete in itself.
pub(crate) struct Group<'a> {
    /// The operations, in order.
    pub(crate) ids: Vec<OpId>,
    /// The first of them, which represents all.
    pub(crate) first: &'a Operation,
    /// What they do.
    pub(crate) action: Action,
}

/// What operations must have in common to be shown together.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct GroupKey<'a> {
    alone: Option<OpId>,
    half: &'a HalfAddress,
    action: Action,
    because: String,
    risks: Risks,
    unchecked: &'a [String],
    configs: Option<&'a BTreeMap<String, String>>,
    waits: BTreeSet<&'static str>,
    together: &'a [String],
}

/// The operations of a wave in groups, in the order of their first members.
pub(crate) fn groups<'a>(plan: &'a Plan, wave: &[OpId]) -> Vec<Group<'a>> {
    let mut places: BTreeMap<GroupKey<'a>, usize> = BTreeMap::new();
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut last: Option<(OpId, usize)> = None;
    for &id in wave {
        let operation = plan.operation(id);
        // Those that are alike mostly follow each other.
        if let Some((before, at)) = last
            && are_alike(plan, before, id)
        {
            groups[at].ids.push(id);
            last = Some((id, at));
            continue;
        }
        let action = Action::of(operation);
        let likeness = GroupKey {
            alone: operation.address.mirror().is_none().then_some(id),
            half: operation.half(),
            action,
            because: words::because(&operation.because),
            risks: operation.risks,
            unchecked: &operation.unchecked,
            configs: match &operation.kind {
                OperationKind::CreateMirror { configs, .. } => Some(configs),
                _ => None,
            },
            waits: plan.waits_for(id).map(|edge| edge.rule.name).collect(),
            together: match &operation.kind {
                OperationKind::PromoteMirror { together, .. } => together,
                _ => &[],
            },
        };
        match places.get(&likeness) {
            Some(&at) => {
                groups[at].ids.push(id);
                last = Some((id, at));
            }
            None => {
                last = Some((id, groups.len()));
                places.insert(likeness, groups.len());
                groups.push(Group {
                    ids: vec![id],
                    first: operation,
                    action,
                });
            }
        }
    }
    groups
}

/// Whether two operations on mirror topics have everything in common that [`GroupKey`] is made of.
/// It is so when they are equal but for their mirror topics and what each brings along.
fn are_alike(plan: &Plan, a: OpId, b: OpId) -> bool {
    let rules = |id| plan.waits_for(id).map(|edge| edge.rule);
    let (x, y) = (plan.operation(a), plan.operation(b));
    x.address.mirror().is_some()
        && y.address.mirror().is_some()
        && x.half() == y.half()
        && x.kind == y.kind
        && x.because == y.because
        && x.risks == y.risks
        && x.unchecked == y.unchecked
        && rules(a).eq(rules(b))
}

impl Group<'_> {
    /// What to do, to what: `create link west/a`, `promote 3 mirror topics on west/a`.
    pub(crate) fn headline(&self) -> (String, String) {
        match self.ids.len() {
            1 => (Action::order(self.first), self.first.address.to_string()),
            n => (
                format!(
                    "{} {} on",
                    self.action.verb(),
                    words::quantity(n, self.action.noun())
                ),
                self.first.half().to_string(),
            ),
        }
    }
}

/// A reason to wait, with all that is waited for.
pub(crate) struct Wait {
    /// The reason.
    pub(crate) rule: &'static Rule,
    /// What must settle first, in order.
    pub(crate) before: Vec<OpId>,
}

/// The distinct reasons for which these operations wait.
pub(crate) fn waits(plan: &Plan, ids: &[OpId]) -> Vec<Wait> {
    let mut found: BTreeMap<&'static str, (&'static Rule, BTreeSet<OpId>)> = BTreeMap::new();
    for &id in ids {
        for edge in plan.waits_for(id) {
            found
                .entry(edge.rule.name)
                .or_insert_with(|| (edge.rule, BTreeSet::new()))
                .1
                .insert(edge.before);
        }
    }
    let mut waits: Vec<Wait> = found
        .into_values()
        .map(|(rule, before)| Wait {
            rule,
            before: before.into_iter().collect(),
        })
        .collect();
    waits.sort_by(|a, b| (&a.before, a.rule.name).cmp(&(&b.before, b.rule.name)));
    waits
}

/// Operations as people name them: `#1`, or `#2 to #5`.
pub(crate) fn numbers(ids: &[OpId]) -> String {
    let (Some(first), Some(last)) = (ids.first(), ids.last()) else {
        return String::new();
    };
    let contiguous = last.index() - first.index() + 1 == ids.len();
    match ids.len() {
        1 => first.to_string(),
        2 => format!("{first} and {last}"),
        _ if contiguous => format!("{first} to {last}"),
        n if n <= 5 => {
            let all: Vec<String> = ids.iter().map(ToString::to_string).collect();
            all.join(", ")
        }
        n => format!(
            "{} operations from {first} to {last}",
            words::number(n as u64)
        ),
    }
}
