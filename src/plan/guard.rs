//! What must not be done: [`Refusal`]s. Every guard runs, and all are reported at once.

use crate::catalog::names;
use std::collections::{BTreeMap, BTreeSet};

use super::Allowances;
use super::operation::{AlterPurpose, Because, OpId, Operation, OperationKind};
use crate::address::{Address, ClusterName, GroupName, HalfAddress, LinkKey, TopicName};
use crate::desired::{BlastRadius, Desired, Policy, Risk, Risks};
use crate::diagnostic::{Code, Place};
use crate::diff::{Effect, Names};
use crate::live::{ClusterSnapshot, MirrorStatus, Snapshot};

/// Something that `--allow` can allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Allow {
    /// Operations of this risk.
    Risk(Risk),
    /// More objects stopped or deleted than the policy's blast radius.
    BlastRadius,
    /// Changes that an exception of the spec holds back.
    Exceptions,
    /// Failing over although the cluster that is declared lost answers.
    LostClusterAnswers,
}

impl Allow {
    /// Reads the word of `--allow`.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "blast-radius" => Some(Self::BlastRadius),
            "exceptions" => Some(Self::Exceptions),
            "lost-cluster-answers" => Some(Self::LostClusterAnswers),
            word => Risk::from_word(word).map(Self::Risk),
        }
    }

    /// The word for `--allow`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Risk(risk) => risk.word(),
            Self::BlastRadius => "blast-radius",
            Self::Exceptions => "exceptions",
            Self::LostClusterAnswers => "lost-cluster-answers",
        }
    }
}

/// Why a plan must not be applied as it is.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[must_use]
pub struct Refusal {
    /// What is refused.
    pub kind: RefusalKind,
    /// The operations it is about.
    pub operations: Vec<OpId>,
    /// Where the spec could be changed to lift it.
    pub place: Option<Place>,
}

/// The kinds of refusal.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum RefusalKind {
    /// Neither the policy nor the command line allows operations of this risk.
    NotAllowed(Risk),
    /// The link is protected against anything irreversible.
    Protected {
        /// The link.
        link: LinkKey,
    },
    /// The guard file protects an address against anything irreversible.
    Guarded {
        /// The address, as the guard file has it.
        address: Address,
    },
    /// More objects of one cluster would be stopped or deleted than the policy allows.
    BlastRadius {
        /// The cluster.
        cluster: ClusterName,
        /// How many would be stopped or deleted.
        hit: usize,
        /// Out of how many links and mirror topics that are live there.
        of: usize,
        /// The bound.
        bound: BlastRadius,
    },
    /// A mirror's last known lag is above the policy's bound for failing over, or none is known.
    FailoverLag {
        /// The bound, in messages.
        max_lag: u64,
    },
    /// Mirrors are to be promoted while offset sync is on, and a synced group may keep that from ending.
    FinalSync {
        /// The half.
        half: HalfAddress,
        /// The groups that are active; unknown if they could not be read.
        groups: Names<GroupName>,
    },
    /// Mirrors that move together cannot all be promoted.
    SetSplit {
        /// The half.
        half: HalfAddress,
        /// The set.
        set: String,
        /// The mirrors of the set that this plan does not promote, with their status.
        stay: Vec<(TopicName, Option<MirrorStatus>)>,
        /// The groups that may keep the promotions from ending, if there are any.
        groups: Option<Names<GroupName>>,
    },
    /// Topics would be failed over although the cluster that is declared lost answers.
    LostClusterAnswers {
        /// The cluster.
        cluster: ClusterName,
    },
    /// A link to be created has a prefix that another live link on the cluster has.
    PrefixTaken {
        /// The other link.
        by: HalfAddress,
        /// The prefix.
        prefix: String,
    },
}

impl RefusalKind {
    /// The refusal's stable code.
    #[must_use]
    pub fn code(&self) -> Code {
        Code(match self {
            Self::NotAllowed(_) => "LW301",
            Self::Protected { .. } => "LW302",
            Self::Guarded { .. } => "LW517",
            Self::BlastRadius { .. } => "LW303",
            Self::FailoverLag { .. } => "LW304",
            Self::PrefixTaken { .. } => "LW305",
            Self::FinalSync { .. } => "LW306",
            Self::SetSplit { .. } => "LW307",
            Self::LostClusterAnswers { .. } => "LW289",
        })
    }

    /// The word for `--allow` that would lift it, where one would.
    #[must_use]
    pub fn allowed_by(&self) -> Option<Allow> {
        match self {
            Self::NotAllowed(risk) => Some(Allow::Risk(*risk)),
            Self::BlastRadius { .. } => Some(Allow::BlastRadius),
            Self::LostClusterAnswers { .. } => Some(Allow::LostClusterAnswers),
            Self::Protected { .. }
            | Self::Guarded { .. }
            | Self::FailoverLag { .. }
            | Self::PrefixTaken { .. }
            | Self::FinalSync { .. }
            | Self::SetSplit { .. } => None,
        }
    }
}

/// The input of every guard.
struct Situation<'a> {
    desired: &'a Desired,
    live: &'a Snapshot,
    operations: &'a [Operation],
    allowances: &'a Allowances,
}

impl Situation<'_> {
    /// The operations for which `holds` holds.
    fn those(&self, holds: impl Fn(&Operation) -> bool) -> Vec<OpId> {
        (0u32..)
            .map(OpId)
            .zip(self.operations)
            .filter(|(_, op)| holds(op))
            .map(|(id, _)| id)
            .collect()
    }
}

/// The guards, in the order in which they are reported.
const GUARDS: &[fn(&Situation<'_>, &mut Vec<Refusal>)] = &[
    risks,
    protection,
    blast_radius,
    failover_lag,
    prefixes,
    final_sync,
    sets,
    lost_answers,
];

/// Runs every guard.
pub(super) fn check(
    desired: &Desired,
    live: &Snapshot,
    operations: &[Operation],
    allowances: &Allowances,
) -> Vec<Refusal> {
    let situation = Situation {
        desired,
        live,
        operations,
        allowances,
    };
    let mut refusals = Vec::new();
    for guard in GUARDS {
        guard(&situation, &mut refusals);
    }
    refusals
}

/// What must be allowed for these operations in addition to what is allowed where a spec has no policy.
pub(super) fn needs(desired: &Desired, live: &Snapshot, operations: &[Operation]) -> Allowances {
    let mut needs: Allowances = operations
        .iter()
        .flat_map(|op| op.risks.iter())
        .filter(|risk| !Policy::default().allow.contains(risk))
        .map(Allow::Risk)
        .collect();
    let mut refusals = Vec::new();
    let situation = Situation {
        desired,
        live,
        operations,
        allowances: &Allowances::new(),
    };
    blast_radius(&situation, &mut refusals);
    needs.extend(refusals.iter().filter_map(|it| it.kind.allowed_by()));
    needs
}

fn risks(at: &Situation<'_>, refusals: &mut Vec<Refusal>) {
    let all: Risks = at.operations.iter().map(|op| op.risks).collect();
    for risk in all.iter() {
        if at.desired.policy.allow.contains(&risk) || at.allowances.contains(&Allow::Risk(risk)) {
            continue;
        }
        refusals.push(Refusal {
            kind: RefusalKind::NotAllowed(risk),
            operations: at.those(|op| op.risks.contains(risk)),
            place: None,
        });
    }
}

fn protection(at: &Situation<'_>, refusals: &mut Vec<Refusal>) {
    for link in at.desired.links.values().filter(|link| link.protect) {
        let halves: BTreeSet<&HalfAddress> = link.halves.iter().map(|half| &half.address).collect();
        let operations = at.those(|op| {
            halves.contains(op.half())
                && (op.risks.contains(Risk::Irreversible) || op.risks.contains(Risk::DataLoss))
        });
        if !operations.is_empty() {
            refusals.push(Refusal {
                kind: RefusalKind::Protected {
                    link: link.key.clone(),
                },
                operations,
                place: Some(link.place.clone()),
            });
        }
    }
}

fn blast_radius(at: &Situation<'_>, refusals: &mut Vec<Refusal>) {
    if at.allowances.contains(&Allow::BlastRadius) {
        return;
    }
    let bound = at.desired.policy.blast_radius;
    let mut hits: BTreeMap<&ClusterName, Vec<OpId>> = BTreeMap::new();
    for id in at.those(|op| op.kind.is_final()) {
        let cluster = at.operations[id.index()].address.cluster();
        hits.entry(cluster).or_default().push(id);
    }
    for (cluster, operations) in hits {
        let live = at.live.clusters.get(cluster);
        let objects = live.map(ClusterSnapshot::objects).unwrap_or_default();
        if bound.is_exceeded(operations.len(), objects.running, objects.all) {
            refusals.push(Refusal {
                kind: RefusalKind::BlastRadius {
                    cluster: cluster.clone(),
                    hit: operations.len(),
                    of: objects.running,
                    bound,
                },
                operations,
                place: None,
            });
        }
    }
}

fn failover_lag(at: &Situation<'_>, refusals: &mut Vec<Refusal>) {
    let Some(max_lag) = at.desired.policy.failover.max_lag else {
        return;
    };
    let is_over = |effect: &Effect| match effect {
        Effect::Loses { loss, .. } => loss.exceeds(max_lag),
        _ => false,
    };
    let operations = at.those(|op| op.effects.iter().any(is_over));
    if !operations.is_empty() {
        refusals.push(Refusal {
            kind: RefusalKind::FailoverLag { max_lag },
            operations,
            place: None,
        });
    }
}

/// A group that is active at the destination keeps a promotion in `PENDING_STOPPED` while offset sync is
/// on, and there is no known way back from there.
fn final_sync(at: &Situation<'_>, refusals: &mut Vec<Refusal>) {
    let is_last = |op: &&Operation| {
        matches!(
            op.kind,
            OperationKind::AlterLink {
                purpose: AlterPurpose::StopOffsetSyncLast,
                ..
            }
        )
    };
    for alteration in at.operations.iter().filter(is_last) {
        let half = alteration.half();
        let promotes = |op: &Operation| {
            op.half() == half && matches!(op.kind, OperationKind::PromoteMirror { .. })
        };
        let groups = at
            .operations
            .iter()
            .filter(|op| promotes(op))
            .find_map(|op| {
                op.effects.iter().find_map(|effect| match effect {
                    Effect::HeldUpBy(groups) => Some(groups.clone()),
                    _ => None,
                })
            });
        if let Some(groups) = groups {
            refusals.push(Refusal {
                kind: RefusalKind::FinalSync {
                    half: half.clone(),
                    groups,
                },
                operations: at.those(promotes),
                place: alteration.place.clone(),
            });
        }
    }
}

/// A cluster that answers is not lost: reversing the topics would lose nothing.
fn lost_answers(at: &Situation<'_>, refusals: &mut Vec<Refusal>) {
    if at.allowances.contains(&Allow::LostClusterAnswers) {
        return;
    }
    for cluster in &at.live.answers {
        let fails_over = |op: &Operation| {
            let failover = matches!(op.kind, OperationKind::FailoverMirror { .. });
            failover
                && matches!(&op.because, Because::Direction { writer, .. } if writer == cluster)
        };
        let operations = at.those(fails_over);
        if !operations.is_empty() {
            let declared = at.desired.clusters.get(cluster);
            refusals.push(Refusal {
                kind: RefusalKind::LostClusterAnswers {
                    cluster: cluster.clone(),
                },
                operations,
                place: declared
                    .and_then(|it| it.lost.as_ref())
                    .map(|lost| lost.place.clone()),
            });
        }
    }
}

/// Of mirrors that move together none is promoted while one of them would stay, or a consumer group may keep
/// them from ending. Those that have stopped or are being stopped have moved already.
fn sets(at: &Situation<'_>, refusals: &mut Vec<Refusal>) {
    for (link, half) in at.desired.halves() {
        for (set, patterns) in &link.move_together {
            let promotes = |op: &Operation| match &op.kind {
                OperationKind::PromoteMirror { together, .. }
                | OperationKind::ReverseMirror { together, .. } => {
                    *op.half() == half.address && together.contains(set)
                }
                _ => false,
            };
            let operations = at.those(promotes);
            if operations.is_empty() {
                continue;
            }
            let moving: BTreeSet<&TopicName> = at
                .operations
                .iter()
                .filter(|op| {
                    (op.kind.is_final() || matches!(op.kind, OperationKind::ReverseMirror { .. }))
                        && *op.half() == half.address
                })
                .filter_map(|op| op.address.mirror())
                .collect();
            let host = at.live.clusters.get(&half.address.cluster);
            let rows = host
                .and_then(|host| host.mirrors.read())
                .and_then(|all| all.get(&half.address.link));
            let is_member =
                |source: &TopicName| patterns.iter().any(|it| it.matches(source.as_str()));
            let mut members: BTreeMap<TopicName, Option<MirrorStatus>> = half
                .mirrors
                .literal
                .keys()
                .filter(|source| is_member(source))
                .map(|source| (half.mirror_name(source), None))
                .collect();
            let topics = link.topics.iter().flat_map(|rules| rules.literal.keys());
            members.extend(
                topics
                    .filter(|it| is_member(it))
                    .map(|it| (it.clone(), None)),
            );
            for row in rows.into_iter().flat_map(BTreeMap::values) {
                if is_member(&row.source_topic) {
                    members.insert(row.topic.clone(), Some(row.status.clone()));
                }
            }
            let has_moved = |status: &Option<MirrorStatus>| {
                matches!(
                    status,
                    Some(MirrorStatus::Stopped | MirrorStatus::PendingStopped)
                )
            };
            let stay: Vec<_> = members
                .into_iter()
                .filter(|(topic, status)| !has_moved(status) && !moving.contains(topic))
                .collect();
            let mut effects = operations
                .iter()
                .flat_map(|id| &at.operations[id.index()].effects);
            let groups = effects.find_map(|effect| match effect {
                Effect::HeldUpBy(groups) => Some(groups.clone()),
                _ => None,
            });
            if !stay.is_empty() || groups.is_some() {
                refusals.push(Refusal {
                    kind: RefusalKind::SetSplit {
                        half: half.address.clone(),
                        set: set.clone(),
                        stay,
                        groups,
                    },
                    operations,
                    place: Some(link.place.clone()),
                });
            }
        }
    }
}

/// The server refuses a second link with a prefix; links that this plan deletes free theirs first.
fn prefixes(at: &Situation<'_>, refusals: &mut Vec<Refusal>) {
    for (id, op) in (0u32..).map(OpId).zip(at.operations) {
        let OperationKind::CreateLink { configs, .. } = &op.kind else {
            continue;
        };
        let Some(prefix) = super::order::prefix_of(configs) else {
            continue;
        };
        let cluster = op.address.cluster();
        let Some(host) = at.live.clusters.get(cluster) else {
            continue;
        };
        for (link, configs) in &host.configs {
            let by = HalfAddress {
                cluster: cluster.clone(),
                link: link.clone(),
            };
            let deleted = at
                .operations
                .iter()
                .any(|op| matches!(op.kind, OperationKind::DeleteLink { .. }) && *op.half() == by);
            let taken = configs
                .read()
                .and_then(|configs| configs.get(names::CLUSTER_LINK_PREFIX))
                .and_then(|fact| fact.value.as_deref())
                .is_some_and(|live| live == prefix);
            if taken && !deleted {
                refusals.push(Refusal {
                    kind: RefusalKind::PrefixTaken {
                        by,
                        prefix: prefix.to_owned(),
                    },
                    operations: vec![id],
                    place: op.place.clone(),
                });
            }
        }
    }
}
