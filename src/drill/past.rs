//! Records of runs → how earlier failovers went: [`failovers`].

use std::collections::BTreeMap;
use std::time::Duration;

use crate::address::{Address, ClusterId, ClusterName, HalfAddress};
use crate::apply::report_file::{OutcomeV1, ReportV1};
use crate::health::PastFailover;

/// The record of a run.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Its id.
    pub run: String,
    /// When it was started, by the clock of its machine.
    pub started: jiff::Timestamp,
    /// Whether its clusters were simulated: then the time of its report is theirs, and only that counts.
    pub is_simulated: bool,
    /// The ids of its clusters, by their names; empty where the record has none.
    pub clusters: BTreeMap<ClusterName, ClusterId>,
    /// Its report.
    pub report: ReportV1,
}

/// The failovers that ended among these runs, by the half of their mirror topics. A run counts where its record says that
/// the cluster of the half was the one that has this id now: the same names may have been those of other clusters.
#[must_use]
pub fn failovers(
    runs: impl IntoIterator<Item = Recorded>,
    ids: &BTreeMap<ClusterName, ClusterId>,
) -> BTreeMap<HalfAddress, Vec<PastFailover>> {
    let mut found: BTreeMap<HalfAddress, Vec<PastFailover>> = BTreeMap::new();
    for run in runs {
        for (half, failover) in of_run(&run).into_iter().flatten() {
            let id = run.clusters.get(&half.cluster);
            if id.is_some() && id == ids.get(&half.cluster) {
                found.entry(half).or_default().push(failover);
            }
        }
    }
    for runs in found.values_mut() {
        runs.sort_by_key(|run| std::cmp::Reverse(run.began));
    }
    found
}

/// None for a run that goes on, was killed, or says times that are none.
fn of_run(run: &Recorded) -> Option<BTreeMap<HalfAddress, PastFailover>> {
    let report = &run.report;
    report.verdict?;
    let begun: jiff::Timestamp = report.started_at.parse().ok()?;
    let ended: jiff::Timestamp = report.generated_at.parse().ok()?;
    // What people waited for and decided counts too.
    let began = match run.is_simulated {
        true => begun,
        false => run.started.min(begun),
    };
    let took = Duration::try_from(ended.duration_since(began)).ok()?;
    let mut found: BTreeMap<HalfAddress, PastFailover> = BTreeMap::new();
    let operations = report.operations.iter();
    for operation in operations.filter(|it| it.operation == FAILOVER) {
        let Some(half) = Address::parse(&operation.address).and_then(|it| it.half().cloned())
        else {
            continue;
        };
        let failover = found.entry(half).or_insert_with(|| PastFailover {
            run: run.run.clone(),
            began,
            took,
            topics: (0, 0),
            lost: 0,
        });
        failover.topics.0 += 1;
        if matches!(
            operation.outcome,
            Some(OutcomeV1::Done | OutcomeV1::Unchanged)
        ) {
            failover.topics.1 += 1;
        }
        let lost = operation.lost.as_ref().map_or(0, |lost| lost.messages);
        failover.lost = failover.lost.saturating_add(lost);
    }
    Some(found)
}

/// [`OperationKind::word`](crate::plan::OperationKind::word) of a failover.
const FAILOVER: &str = "failover-mirror";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apply::report_file::{self, EndingV1, LostV1, OperationV1, StateV1, VerdictV1};

    fn report(verdict: Option<VerdictV1>, operations: Vec<OperationV1>) -> ReportV1 {
        let ending = EndingV1 {
            exit_code: 0,
            problems: Vec::new(),
        };
        ReportV1 {
            started_at: "2026-11-02T08:00:30Z".to_owned(),
            generated_at: "2026-11-02T08:01:00Z".to_owned(),
            verdict,
            ending: None,
            operations,
            ..report_file::of_ending(jiff::Timestamp::UNIX_EPOCH, ending)
        }
    }

    fn operation(kind: &str, address: &str, outcome: Option<OutcomeV1>) -> OperationV1 {
        OperationV1 {
            number: 1,
            address: address.to_owned(),
            operation: kind.to_owned(),
            together: Vec::new(),
            state: StateV1::Finished,
            outcome,
            attempts: 1,
            took_ms: Some(1),
            lost: Some(LostV1 {
                figure: "at-least".to_owned(),
                messages: 7,
                unknown: None,
                read_at: "2026-11-02T08:00:00Z".to_owned(),
                outside: false,
                last_offsets: BTreeMap::new(),
            }),
            cut: None,
        }
    }

    fn recorded(is_simulated: bool, report: ReportV1) -> Recorded {
        Recorded {
            run: "r1".to_owned(),
            started: "2026-11-02T08:00:00Z".parse().unwrap(),
            is_simulated,
            clusters: ids("lkc-west"),
            report,
        }
    }

    fn ids(west: &str) -> BTreeMap<ClusterName, ClusterId> {
        BTreeMap::from([("west".into(), west.into())])
    }

    #[test]
    fn a_failover_is_timed_from_the_start_of_its_run() {
        let done = || Some(OutcomeV1::Done);
        let operations = || {
            vec![
                operation("failover-mirror", "west/dr/orders", done()),
                operation(
                    "failover-mirror",
                    "west/dr/payments",
                    Some(OutcomeV1::Skipped),
                ),
                operation("pause-mirror", "west/other/stock", done()),
                operation("failover-mirror", "nonsense", done()),
            ]
        };
        let real = recorded(false, report(Some(VerdictV1::Partial), operations()));
        let simulated = recorded(true, report(Some(VerdictV1::Complete), operations()));
        let found = failovers([real.clone(), simulated], &ids("lkc-west"));
        let halves: Vec<String> = found.keys().map(ToString::to_string).collect();
        assert_eq!(halves, ["west/dr"]);
        let of_half = found.values().next().unwrap();
        let took: Vec<u64> = of_half.iter().map(|it| it.took.as_secs()).collect();
        // The newest first.
        assert_eq!(took, [30, 60]);
        assert_eq!((of_half[0].topics, of_half[0].lost), ((2, 1), 14));
        assert!(!of_half[0].is_complete());
        // What goes on or was killed has no time.
        let unfinished = recorded(false, report(None, operations()));
        assert!(failovers([unfinished], &ids("lkc-west")).is_empty());
        // Another cluster once had the name, or the record does not say which did.
        assert!(failovers([real.clone()], &ids("lkc-other")).is_empty());
        let silent = Recorded {
            clusters: BTreeMap::new(),
            ..real
        };
        assert!(failovers([silent], &ids("lkc-west")).is_empty());
    }
}
