//! Objectives of the spec that are missed, or of which it is not known: [`objectives`].

use std::collections::BTreeMap;
use std::time::Duration;

use super::past::{self, PastFailover};
use super::thresholds::Exceeded;
use crate::address::{Address, HalfAddress};
use crate::desired::{Desired, Half, Objectives};
use crate::live::{EstimateUnknown, Snapshot, Verdict, estimate};

/// What the spec wants of failovers, compared with how far mirror topics are behind and with how long the last failover
/// to each half took, or why the records of these cannot be read. Each mirror topic that misses its objective is named; that it is not known is said once for a half.
#[must_use]
pub fn objectives(
    live: &Snapshot,
    desired: &Desired,
    past: Result<&BTreeMap<HalfAddress, Vec<PastFailover>>, &str>,
) -> Vec<(Address, Exceeded)> {
    let with = desired.halves().filter_map(|(_, half)| {
        let objectives = half.objectives.as_ref()?;
        Some((half, objectives))
    });
    with.flat_map(|(half, objectives)| {
        let runs = past.map(|all| all.get(&half.address).map_or(&[][..], Vec::as_slice));
        let slow = slow(objectives, runs).map(|it| (Address::Half(half.address.clone()), it));
        behind(half, objectives, live).into_iter().chain(slow)
    })
    .collect()
}

fn behind(half: &Half, objectives: &Objectives, live: &Snapshot) -> Vec<(Address, Exceeded)> {
    let Some(rpo) = &objectives.rpo else {
        return Vec::new();
    };
    let Some(cluster) = live.clusters.get(&half.address.cluster) else {
        return Vec::new();
    };
    let link = cluster
        .links
        .read()
        .and_then(|all| all.get(&half.address.link));
    let mirrors = cluster
        .mirrors
        .read()
        .and_then(|all| all.get(&half.address.link));
    // What does not exist or was not read is a finding of its own.
    let Some((link, mirrors)) = link.zip(mirrors) else {
        return Vec::new();
    };
    let all = estimate::of_link(link, mirrors, cluster.sampled, Duration::ZERO);
    let mut found = Vec::new();
    let mut unknown: Option<(Option<EstimateUnknown>, usize)> = None;
    for (topic, estimate) in all {
        match estimate.behind.against(rpo.most) {
            Verdict::Met => {}
            Verdict::Missed => found.push((
                Address::Mirror(half.address.clone(), topic),
                Exceeded::Behind {
                    estimate,
                    most: rpo.most,
                },
            )),
            Verdict::Unknown => {
                let why = estimate.behind.unknown();
                let (first, count) = unknown.unwrap_or((why, 0));
                let first = match (first, why) {
                    (Some(first), Some(why)) => Some(first.min(why)),
                    (first, why) => first.or(why),
                };
                unknown = Some((first, count + 1));
            }
        }
    }
    if let Some((why, topics)) = unknown {
        let what = Exceeded::BehindUnknown {
            why,
            topics,
            most: rpo.most,
        };
        found.push((Address::Half(half.address.clone()), what));
    }
    found
}

fn slow(objectives: &Objectives, runs: Result<&[PastFailover], &str>) -> Option<Exceeded> {
    let rto = objectives.rto.as_ref()?;
    let runs = match runs {
        Ok(runs) => runs,
        Err(why) => {
            return Some(Exceeded::FailoverUnknown {
                why: why.to_owned(),
                most: rto.most,
            });
        }
    };
    let run = past::last(runs)?;
    (run.against(rto.most) == Verdict::Missed).then(|| Exceeded::Failover {
        run: run.clone(),
        most: rto.most,
    })
}
