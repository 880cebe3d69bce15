//! How far the mirror topics of promotions were behind when the plan was made: [`LagNow`]. It is in no digest: a
//! plan whose lag has changed is the same plan.

use std::collections::BTreeMap;

use super::operation::{OpId, Operation, OperationKind};
use crate::live::loss::loss;
use crate::live::{MirrorLoss, Pace, Snapshot};

/// The lag of a mirror topic at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct LagNow {
    /// Messages that are not copied, as far as is known.
    pub lag: MirrorLoss,
    /// How fast it copies, where it was read twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pace: Option<Pace>,
}

/// The lags of the promotions among these operations.
pub(super) fn of(live: &Snapshot, operations: &[Operation]) -> BTreeMap<OpId, LagNow> {
    let numbered = (0..).map(OpId).zip(operations);
    let promotions = numbered.filter_map(|(id, operation)| {
        let OperationKind::PromoteMirror { .. } = operation.kind else {
            return None;
        };
        let half = operation.address.half()?;
        let cluster = live.clusters.get(&half.cluster)?;
        let link = cluster.links.read()?.get(&half.link);
        let mirror = cluster
            .mirrors
            .read()?
            .get(&half.link)?
            .get(operation.address.mirror()?)?;
        let now = LagNow {
            lag: loss(mirror, link, mirror.earlier.sampled()),
            pace: Pace::of(mirror, link, cluster.sampled),
        };
        Some((id, now))
    });
    promotions.collect()
}
