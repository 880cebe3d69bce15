//! Lag and waiting over a threshold.

use std::time::Duration;

use super::{DriftClass, DriftFinding, Input};
use crate::address::{Address, HalfAddress};
use crate::live::{MirrorFact, MirrorStatus};
use crate::report::words;

/// Mirror topics of managed links that lag or wait too much. A link is managed if its configs were
/// asked for.
pub(super) fn findings(input: &Input<'_>) -> Vec<DriftFinding> {
    let mut findings = Vec::new();
    for (name, cluster) in &input.live.clusters {
        for (link, rows) in cluster.mirrors.read().into_iter().flatten() {
            if !cluster.configs.contains_key(link) {
                continue;
            }
            let half = HalfAddress {
                cluster: name.clone(),
                link: link.clone(),
            };
            for (topic, row) in rows {
                let address = || Address::Mirror(half.clone(), topic.clone());
                findings.extend(lag(input, row, address));
                findings.extend(pending(input, row, address));
            }
        }
    }
    findings
}

fn health(
    code: &'static str,
    address: Address,
    field: &str,
    summary: String,
    resolve: &str,
) -> DriftFinding {
    let resolve = match address.half() {
        Some(half) => words::for_link(resolve, &half.link),
        None => resolve.to_owned(),
    };
    DriftFinding {
        class: DriftClass::Health,
        code,
        address,
        field: Some(field.to_owned()),
        aspect: None,
        summary,
        details: Vec::new(),
        resolve,
        since_ms: None,
        place: None,
        expected: None,
        news: None,
        first_seen: None,
    }
}

/// A stopped mirror topic has a last lag that means nothing any more.
fn lag(input: &Input<'_>, row: &MirrorFact, address: impl Fn() -> Address) -> Option<DriftFinding> {
    let bound = input.thresholds.max_lag?;
    let lag = row.total_lag();
    if lag <= bound || row.status == MirrorStatus::Stopped {
        return None;
    }
    Some(health(
        "LW247",
        address(),
        "lag",
        format!(
            "the mirror topic is {} messages behind, more than {}",
            words::number(lag),
            words::number(bound)
        ),
        "look at the link's throughput and at the source's producers",
    ))
}

fn pending(
    input: &Input<'_>,
    row: &MirrorFact,
    address: impl Fn() -> Address,
) -> Option<DriftFinding> {
    let bound = input.thresholds.max_pending?;
    let waited = input.now.as_millisecond().saturating_sub(row.since_ms);
    let waited = Duration::from_millis(u64::try_from(waited).unwrap_or(0));
    if !row.status.is_passing() || waited <= bound {
        return None;
    }
    let mut finding = health(
        "LW248",
        address(),
        "state",
        format!(
            "the mirror topic is {} for more than {}",
            row.status,
            words::duration(bound)
        ),
        "see what holds it up with `linkwright status LINK`; a promotion that does not end usually has producers at the source, or a synced consumer group active at the destination: stop them",
    );
    finding.since_ms = Some(row.since_ms);
    finding.details = row
        .transition_problems
        .iter()
        .map(|problem| format!("{}: {}", problem.code, problem.message))
        .collect();
    Some(finding)
}
