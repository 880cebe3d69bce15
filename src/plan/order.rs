//! What must come before what, and why: the [`Rule`]s, the [`Edge`]s they make, the waves.
//!
//! A rule joins operations by a key: every operation that its `before` side gives a key waits in
//! front of every operation whose `after` side gives the same key. New order is a new line in
//! [`RULES`], never a branch elsewhere.

use crate::catalog::{Feature, names};
use std::collections::BTreeMap;

use petgraph::algo::{tarjan_scc, toposort};
use petgraph::graphmap::DiGraphMap;
use serde::{Deserialize, Deserializer, Serializer};

use super::operation::{AlterPurpose, CreationOrder, OpId, Operation, OperationKind};
use crate::address::{Address, ClusterId, ClusterName, HalfAddress, LinkKey, TopicName};
use crate::live::MirrorStatus;

/// "`after` starts once `before` has settled", and the rule that says so.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Edge {
    /// The operation that must settle first.
    pub before: OpId,
    /// The operation that waits.
    pub after: OpId,
    /// Why.
    #[serde(serialize_with = "name_of", deserialize_with = "rule_of")]
    pub rule: &'static Rule,
}

/// A rule is saved by its name.
fn name_of<S: Serializer>(rule: &&'static Rule, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(rule.name)
}

fn rule_of<'de, D: Deserializer<'de>>(deserializer: D) -> Result<&'static Rule, D::Error> {
    let name = String::deserialize(deserializer)?;
    let mut rules = RULES.iter();
    rules
        .find(|rule| rule.name == name)
        .ok_or_else(|| serde::de::Error::custom(format!("`{name}` is not a rule of the order")))
}

/// A reason for an order.
pub struct Rule {
    /// A stable name.
    pub name: &'static str,
    /// Why it must be so, in one sentence that completes "waits, because …".
    pub why: &'static str,
    before: for<'a> fn(&'a Operation) -> Option<Key<'a>>,
    after: for<'a> fn(&'a Operation) -> Option<Key<'a>>,
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}
impl Eq for Rule {}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// What two operations have in common when a rule joins them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key<'a> {
    /// The logical link.
    Link(&'a LinkKey),
    /// The half.
    Half(&'a HalfAddress),
    /// The mirror topic.
    Mirror(&'a Address),
    /// What both halves of a live pair have in common.
    Pair(&'a str),
    /// A topic on a cluster.
    Topic(&'a ClusterId, &'a TopicName),
    /// A prefix on a cluster.
    Prefix(&'a ClusterName, &'a str),
}

/// Every rule of order. `docs/decisions.md` names the source of each.
pub static RULES: &[Rule] = &[
    Rule {
        name: "first-half-first",
        why: "the second half adopts the link id of the first, and halves created at the same time \
             can get different ids",
        before: |op| creates_turn(op, CreationOrder::First),
        after: |op| creates_turn(op, CreationOrder::Second),
    },
    Rule {
        name: "link-before-mirrors",
        why: "a mirror topic can be created only on a link whose halves exist and can be read",
        before: |op| match op.kind {
            OperationKind::CreateLink { .. } => Some(Key::Link(&op.link)),
            _ => None,
        },
        after: |op| makes_mirror(op).then_some(Key::Link(&op.link)),
    },
    Rule {
        name: "connection-first",
        why: "nothing on the link works until it can authenticate to the other cluster again",
        before: |op| is_connection(op).then_some(Key::Link(&op.link)),
        // Failing over needs no connection, and must not wait for one in a disaster.
        after: |op| {
            let waits =
                !is_connection(op) && !matches!(op.kind, OperationKind::FailoverMirror { .. });
            waits.then_some(Key::Link(&op.link))
        },
    },
    Rule {
        name: "settings-before-mirrors",
        why: "a new mirror topic gets the link's settings at the time of its creation",
        before: |op| has_purpose(op, AlterPurpose::Settings),
        after: |op| creates_mirror(op).then_some(Key::Half(op.half())),
    },
    Rule {
        name: "settings-before-restore",
        why: "what is synced to a restored topic follows the link's settings from its first record on",
        before: |op| match moves_auto_create(op) {
            true => None,
            false => has_purpose(op, AlterPurpose::Settings),
        },
        after: |op| match op.kind {
            OperationKind::RestoreMirror { .. } => Some(Key::Half(op.half())),
            _ => None,
        },
    },
    Rule {
        name: "turned-before-auto-create",
        why: "auto-create on the other half would find the names of its mirror topics taken by topics that \
             have not been turned yet",
        before: |op| match op.kind {
            OperationKind::ReverseMirror { .. } | OperationKind::RestoreMirror { .. } => {
                Some(Key::Link(&op.link))
            }
            _ => None,
        },
        after: |op| moves_auto_create(op).then_some(Key::Link(&op.link)),
    },
    Rule {
        name: "source-mirror-first",
        why: "its source topic is itself a mirror topic that does not exist yet",
        before: |op| match &op.kind {
            OperationKind::CreateMirror { .. }
            | OperationKind::AwaitMirror {
                status: None | Some(MirrorStatus::PendingMirror),
            } => Some(Key::Topic(&op.cluster_id, op.address.mirror()?)),
            _ => None,
        },
        after: |op| match &op.kind {
            OperationKind::CreateMirror {
                source,
                source_cluster,
                ..
            } => Some(Key::Topic(source_cluster, source)),
            _ => None,
        },
    },
    Rule {
        name: "mirror-exists-first",
        why: "the transitional status of the mirror topic must end first",
        before: |op| match op.kind {
            OperationKind::CreateMirror { .. } | OperationKind::AwaitMirror { .. } => {
                Some(Key::Mirror(&op.address))
            }
            _ => None,
        },
        after: |op| match op.kind {
            OperationKind::PauseMirror | OperationKind::PromoteMirror { .. } => {
                Some(Key::Mirror(&op.address))
            }
            _ => None,
        },
    },
    Rule {
        name: "runs-before-reverse",
        why: "only a mirror topic that copies can be reversed",
        before: |op| {
            op.kind
                .starts_mirroring()
                .then_some(Key::Mirror(&op.address))
        },
        after: |op| match op.kind {
            OperationKind::ReverseMirror { .. } => Some(Key::Mirror(&op.address)),
            _ => None,
        },
    },
    Rule {
        name: "restored-before-pause",
        why: "there is no request that restores a mirror topic and leaves it paused",
        before: |op| {
            op.kind
                .starts_mirroring()
                .then_some(Key::Mirror(&op.address))
        },
        after: |op| match op.kind {
            OperationKind::PauseMirror => Some(Key::Mirror(&op.address)),
            _ => None,
        },
    },
    Rule {
        name: "drain-before-offset-sync-off",
        why: "copied offsets are up to one interval old, and turning sync off too early would lose \
             the last ones",
        before: |op| match op.kind {
            OperationKind::DrainOffsets { .. } => Some(Key::Half(op.half())),
            _ => None,
        },
        after: |op| has_purpose(op, AlterPurpose::StopOffsetSync),
    },
    Rule {
        name: "offset-sync-off-before-promote",
        why: "once consumers use the promoted topics, offsets from the source would overwrite theirs",
        before: |op| has_purpose(op, AlterPurpose::StopOffsetSync),
        after: |op| match op.kind {
            OperationKind::PromoteMirror { .. } => Some(Key::Half(op.half())),
            _ => None,
        },
    },
    Rule {
        name: "promoted-before-offset-sync-off",
        why: "the promotion copies the last offsets, as `policy.promote.offset_sync: final_sync` asks",
        before: |op| match op.kind {
            OperationKind::PromoteMirror { .. }
            | OperationKind::AwaitMirror {
                status: Some(MirrorStatus::PendingStopped),
            } => Some(Key::Half(op.half())),
            _ => None,
        },
        after: |op| has_purpose(op, AlterPurpose::StopOffsetSyncLast),
    },
    Rule {
        name: "auto-create-off-before-stop",
        why: "auto-create would keep adding mirror topics to a link that is being deleted",
        before: |op| has_purpose(op, AlterPurpose::StopAutoCreate),
        after: |op| (stops_mirror(op) || archives(op)).then_some(Key::Half(op.half())),
    },
    Rule {
        name: "stopped-before-archive",
        why: "the last fetch offsets are final only when the mirror topic is STOPPED",
        before: |op| stops_mirror(op).then_some(Key::Half(op.half())),
        after: |op| archives(op).then_some(Key::Half(op.half())),
    },
    Rule {
        name: "archive-before-delete",
        why: "deleting a link erases the history of its stopped mirror topics",
        before: |op| archives(op).then_some(Key::Half(op.half())),
        after: |op| match op.kind {
            OperationKind::DeleteLink { .. } => Some(Key::Half(op.half())),
            _ => None,
        },
    },
    Rule {
        name: "pair-stopped-first",
        why: "without its other half a link copies nothing, and a promotion on it would never \
             finish",
        before: |op| match &op.kind {
            OperationKind::ArchiveHistory { content } => {
                let name = op.half().link.as_str();
                Some(Key::Pair(content.link.link_id.as_deref().unwrap_or(name)))
            }
            _ => None,
        },
        after: |op| match &op.kind {
            OperationKind::DeleteLink { pair, .. } => Some(Key::Pair(pair)),
            _ => None,
        },
    },
    Rule {
        name: "outbound-deleted-first",
        why: "the outbound half would keep connecting to an inbound half that is gone",
        before: |op| match &op.kind {
            OperationKind::DeleteLink {
                outbound: true,
                pair,
                ..
            } => Some(Key::Pair(pair)),
            _ => None,
        },
        after: |op| match &op.kind {
            OperationKind::DeleteLink {
                outbound: false,
                pair,
                ..
            } => Some(Key::Pair(pair)),
            _ => None,
        },
    },
    Rule {
        name: "prefix-freed-first",
        why: "two links on one cluster cannot have the same prefix",
        before: |op| match &op.kind {
            OperationKind::DeleteLink {
                prefix: Some(prefix),
                ..
            } => Some(Key::Prefix(op.address.cluster(), prefix)),
            _ => None,
        },
        after: |op| match &op.kind {
            OperationKind::CreateLink { configs, .. } => {
                prefix_of(configs).map(|prefix| Key::Prefix(op.address.cluster(), prefix))
            }
            _ => None,
        },
    },
];

fn creates_turn(op: &Operation, wanted: CreationOrder) -> Option<Key<'_>> {
    match &op.kind {
        OperationKind::CreateLink { turn, .. } if *turn == wanted => Some(Key::Link(&op.link)),
        _ => None,
    }
}

/// Whether it makes a topic a mirror topic.
fn makes_mirror(op: &Operation) -> bool {
    creates_mirror(op) || matches!(op.kind, OperationKind::RestoreMirror { .. })
}

/// Whether it creates a mirror topic, or waits for auto-create to do so.
fn creates_mirror(op: &Operation) -> bool {
    matches!(
        op.kind,
        OperationKind::CreateMirror { .. } | OperationKind::AwaitMirror { status: None }
    )
}

/// Whether it changes settings among which are those of auto-create.
fn moves_auto_create(op: &Operation) -> bool {
    match &op.kind {
        OperationKind::AlterLink {
            purpose: AlterPurpose::Settings,
            changes,
        } => (changes.iter()).any(|change| Feature::AutoCreateMirrors.owns(&change.name)),
        _ => false,
    }
}

fn archives(op: &Operation) -> bool {
    matches!(op.kind, OperationKind::ArchiveHistory { .. })
}

fn is_connection(op: &Operation) -> bool {
    matches!(
        op.kind,
        OperationKind::AlterLink {
            purpose: AlterPurpose::Connection(_),
            ..
        }
    )
}

fn stops_mirror(op: &Operation) -> bool {
    matches!(
        op.kind,
        OperationKind::AwaitMirror { .. }
            | OperationKind::PromoteMirror { .. }
            | OperationKind::FailoverMirror { .. }
    )
}

fn has_purpose(op: &Operation, wanted: AlterPurpose) -> Option<Key<'_>> {
    match &op.kind {
        OperationKind::AlterLink { purpose, .. } if *purpose == wanted => {
            Some(Key::Half(op.half()))
        }
        _ => None,
    }
}

pub(super) fn prefix_of(configs: &[(String, crate::diff::ConfigValue)]) -> Option<&str> {
    configs.iter().find_map(|(name, value)| match value {
        crate::diff::ConfigValue::Text(text) if name == names::CLUSTER_LINK_PREFIX => {
            Some(text.as_str())
        }
        _ => None,
    })
}

/// All edges between these operations; an edge's ids are places in the list as it is given. Where two
/// rules say the same of two operations, the first one's reason counts.
pub(super) fn edges(operations: &[Operation]) -> Vec<Edge> {
    // Every rule is asked about an operation while it is in the cache: there may be a hundred thousand of them.
    let mut sides: Vec<Sides<'_>> = RULES.iter().map(Sides::of).collect();
    for (id, op) in numbered(operations) {
        for side in &mut sides {
            let key = (side.rule.before)(op);
            side.before.extend(key.map(|key| (key, id)));
        }
    }
    // Few rules have a first side in one plan.
    sides.retain(|side| !side.before.is_empty());
    for (id, op) in numbered(operations) {
        for side in &mut sides {
            if let Some(key) = (side.rule.after)(op) {
                side.after.entry(key).or_default().push(id);
            }
        }
    }
    let mut edges = Vec::new();
    for Sides {
        rule,
        before,
        after,
    } in sides.iter().filter(|side| !side.after.is_empty())
    {
        for (key, before) in before {
            for after in after.get(key).into_iter().flatten() {
                if before != after {
                    edges.push(Edge {
                        before: *before,
                        after: *after,
                        rule,
                    });
                }
            }
        }
    }
    edges.sort_by_key(|edge| (edge.after, edge.before));
    edges.dedup_by_key(|edge| (edge.after, edge.before));
    edges
}

/// The operations to which the two sides of a rule give a key.
struct Sides<'a> {
    rule: &'static Rule,
    before: Vec<(Key<'a>, OpId)>,
    after: BTreeMap<Key<'a>, Vec<OpId>>,
}

impl Sides<'_> {
    fn of(rule: &'static Rule) -> Self {
        Self {
            rule,
            before: Vec::new(),
            after: BTreeMap::new(),
        }
    }
}

fn numbered(operations: &[Operation]) -> impl Iterator<Item = (OpId, &Operation)> {
    (0u32..).map(OpId).zip(operations)
}

/// The rules contradict each other.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("operations wait for each other in a cycle: {}", members.join(" → "))]
pub struct CycleError {
    /// The operations of one circle, as address and rule.
    pub members: Vec<String>,
}

/// Operations in an order that respects every edge, edges with ids for that order, and the waves.
pub(super) struct Arranged {
    pub(super) operations: Vec<Operation>,
    pub(super) edges: Vec<Edge>,
    pub(super) waves: Vec<Vec<OpId>>,
}

/// Puts the operations in order.
pub(super) fn arrange(
    operations: Vec<Operation>,
    edges: Vec<Edge>,
) -> Result<Arranged, CycleError> {
    let wave = wave_of_each(&operations, &edges)?;
    let mut order: Vec<usize> = (0..operations.len()).collect();
    order.sort_by(|&a, &b| {
        (wave[a], &operations[a].address, operations[a].kind.rank()).cmp(&(
            wave[b],
            &operations[b].address,
            operations[b].kind.rank(),
        ))
    });
    let mut renumbered = vec![OpId(0); operations.len()];
    let mut waves: Vec<Vec<OpId>> = Vec::new();
    for (id, &old) in (0u32..).map(OpId).zip(&order) {
        renumbered[old] = id;
        if waves.len() <= wave[old] {
            waves.resize(wave[old] + 1, Vec::new());
        }
        waves[wave[old]].push(id);
    }
    let operations = in_order(operations, &renumbered);
    let mut edges: Vec<Edge> = edges
        .into_iter()
        .map(|edge| Edge {
            before: renumbered[edge.before.index()],
            after: renumbered[edge.after.index()],
            rule: edge.rule,
        })
        .collect();
    edges.sort_by_key(|edge| (edge.after, edge.before, edge.rule.name));
    Ok(Arranged {
        operations,
        edges,
        waves,
    })
}

/// Which operations wait for others: one that neither waits nor is waited for is not in it.
type Waits = DiGraphMap<OpId, ()>;

/// The wave of each operation: one after the last of those that it waits for.
fn wave_of_each(operations: &[Operation], edges: &[Edge]) -> Result<Vec<usize>, CycleError> {
    let waits: Waits = edges.iter().map(|edge| (edge.before, edge.after)).collect();
    let Ok(sorted) = toposort(&waits, None) else {
        return Err(cycle(&waits, operations, edges));
    };
    let mut wave = vec![0; operations.len()];
    for at in sorted {
        for next in waits.neighbors(at) {
            wave[next.index()] = wave[next.index()].max(wave[at.index()] + 1);
        }
    }
    Ok(wave)
}

/// Moves each operation to its new number, in place: there may be a hundred thousand of them.
fn in_order(mut operations: Vec<Operation>, numbers: &[OpId]) -> Vec<Operation> {
    let mut goes_to: Vec<usize> = numbers.iter().map(|id| id.index()).collect();
    for at in 0..operations.len() {
        while goes_to[at] != at {
            let to = goes_to[at];
            operations.swap(at, to);
            goes_to.swap(at, to);
        }
    }
    operations
}

fn cycle(waits: &Waits, operations: &[Operation], edges: &[Edge]) -> CycleError {
    let circle = tarjan_scc(waits)
        .into_iter()
        .find(|members| members.len() > 1)
        .unwrap_or_default();
    let within = |id: OpId| circle.contains(&id);
    CycleError {
        members: edges
            .iter()
            .filter(|edge| within(edge.before) && within(edge.after))
            .map(|edge| {
                format!(
                    "{} before {} ({})",
                    operations[edge.before.index()].address,
                    operations[edge.after.index()].address,
                    edge.rule.name
                )
            })
            .collect(),
    }
}
