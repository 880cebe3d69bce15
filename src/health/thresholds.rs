//! Lag and waiting over a threshold: [`exceeded`]; what is missed of a spec's objectives is an [`Exceeded`] too.

use std::time::Duration;

use super::past::PastFailover;
use crate::address::{Address, HalfAddress};
use crate::live::loss::loss;
use crate::live::{
    CatchUp, EstimateUnknown, LinkFact, LossEstimate, MirrorFact, MirrorLoss, MirrorStatus, Pace,
    Snapshot, TransitionProblem,
};

/// What is too much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Thresholds {
    /// Messages that one mirror topic may lag behind; no bound when left out.
    pub max_lag: Option<u64>,
    /// How long it may take a mirror topic to catch up, by the estimate of two reads; no bound when left out.
    pub max_catch_up: Option<Duration>,
    /// How long a mirror topic may stay in a transitional status; no bound when left out.
    pub max_pending: Option<Duration>,
}

/// A threshold or an objective that is exceeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exceeded {
    /// It lags too far behind.
    Lag {
        /// Messages not yet mirrored, or why that is not known.
        loss: MirrorLoss,
        /// How fast it copies, where it was read twice.
        pace: Option<Pace>,
        /// The threshold.
        max: u64,
    },
    /// It catches up too slowly, or not at all.
    CatchUp {
        /// Messages not yet mirrored, or why that is not known.
        loss: MirrorLoss,
        /// How fast it copies; none where it does not, or where that is not known.
        pace: Option<Pace>,
        /// The threshold.
        max: Duration,
    },
    /// It has been in a transitional status for too long.
    Pending {
        /// That status.
        status: MirrorStatus,
        /// Since when: milliseconds since 1970.
        since_ms: i64,
        /// The threshold.
        max: Duration,
        /// What the server says holds it up, where it was asked.
        problems: Vec<TransitionProblem>,
    },
    /// It is further behind than an objective of the spec, by the estimate of two reads.
    Behind {
        /// How far.
        estimate: LossEstimate,
        /// The objective.
        most: Duration,
    },
    /// Whether mirror topics of a half are further behind than an objective of the spec is not known.
    BehindUnknown {
        /// Why there is no upper bound; none where there is one and the objective is within the bounds.
        why: Option<EstimateUnknown>,
        /// Of how many mirror topics.
        topics: usize,
        /// The objective.
        most: Duration,
    },
    /// Whether the last failover to a half took longer than an objective of the spec is not known.
    FailoverUnknown {
        /// Why the store that has the records does not say.
        why: String,
        /// The objective.
        most: Duration,
    },
    /// The last failover to a half took longer than an objective of the spec.
    Failover {
        /// That run.
        run: PastFailover,
        /// The objective.
        most: Duration,
    },
}

/// The mirror topics of managed links that exceed a threshold. A link is managed if its configs were
/// asked for.
#[must_use]
pub fn exceeded(
    live: &Snapshot,
    thresholds: &Thresholds,
    now: jiff::Timestamp,
) -> Vec<(Address, Exceeded)> {
    let mut found = Vec::new();
    for (name, cluster) in &live.clusters {
        for (link, rows) in cluster.mirrors.read().into_iter().flatten() {
            if !cluster.configs.contains_key(link) {
                continue;
            }
            let half = HalfAddress {
                cluster: name.clone(),
                link: link.clone(),
            };
            let row_of_link = cluster.links.read().and_then(|links| links.get(link));
            for (topic, row) in rows {
                let pace = Pace::of(row, row_of_link, cluster.sampled);
                let exceeded = [
                    lag(row, row_of_link, pace, thresholds),
                    catch_up(row, row_of_link, pace, thresholds),
                    pending(row, thresholds, now),
                ];
                found.extend(
                    exceeded
                        .into_iter()
                        .flatten()
                        .map(|it| (Address::Mirror(half.clone(), topic.clone()), it)),
                );
            }
        }
    }
    found
}

fn lag(
    row: &MirrorFact,
    link: Option<&LinkFact>,
    pace: Option<Pace>,
    thresholds: &Thresholds,
) -> Option<Exceeded> {
    let max = thresholds.max_lag?;
    // A stopped one follows no source any more.
    if row.status == MirrorStatus::Stopped {
        return None;
    }
    let loss = loss(row, link, row.earlier.sampled());
    loss.exceeds(max)
        .then_some(Exceeded::Lag { loss, pace, max })
}

/// What does not copy, or may not, does not catch up either.
fn catch_up(
    row: &MirrorFact,
    link: Option<&LinkFact>,
    pace: Option<Pace>,
    thresholds: &Thresholds,
) -> Option<Exceeded> {
    let max = thresholds.max_catch_up?;
    if row.status == MirrorStatus::Stopped {
        return None;
    }
    let loss = loss(row, link, row.earlier.sampled());
    let is_slow = match pace {
        Some(pace) => pace.catch_up > CatchUp::After(max),
        // Of what no earlier run has recorded nothing is known but the lag.
        None if row.earlier.figures().is_empty() => false,
        None => loss.least > 0 || loss.unknown().is_some(),
    };
    is_slow.then_some(Exceeded::CatchUp { loss, pace, max })
}

fn pending(row: &MirrorFact, thresholds: &Thresholds, now: jiff::Timestamp) -> Option<Exceeded> {
    let max = thresholds.max_pending?;
    let since_ms = row.since_ms?;
    let waited = now.as_millisecond().saturating_sub(since_ms);
    let waited = Duration::from_millis(u64::try_from(waited).unwrap_or(0));
    (row.status.is_transitional() && waited > max).then(|| Exceeded::Pending {
        status: row.status.clone(),
        since_ms,
        max,
        problems: row.transition_problems.clone(),
    })
}
