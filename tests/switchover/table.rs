//! Each phase and each kind of write: what plans do about it, and what a run sends whose plan was made before
//! there was a pair.

use linkwright::apply::{Cause, Outcome};
use linkwright::diff::switchover::SwitchoverFinding;
use linkwright::diff::{Class, FindingKind};
use linkwright::live::switchover::PairPhase;
use linkwright::plan::Plan;
use linkwright::plan::switchover::{PairRefusal, WriteKind, refusal};

use super::cases::{Case, PairIs, all, bench};
use crate::support::bench::{show, tell};

const PHASES: [&str; 7] = [
    "PROVISIONING",
    "READY_TO_FAILOVER",
    "UPDATING",
    "READY_TO_RESTORE",
    "FAILED",
    "DEPROVISIONING",
    "TELEPORTING",
];

fn kinds(plan: &Plan) -> Vec<WriteKind> {
    let operations = plan.operations.iter();
    operations.filter_map(|op| op.kind.writes()).collect()
}

fn pair(case: &Case, phase: &'static str) -> PairIs {
    PairIs {
        phase,
        active: case.active,
        first: case.active,
    }
}

/// What the plan says of the pair: its code, and the operations that it names.
fn said(plan: &Plan) -> Vec<(String, usize)> {
    let found = plan.findings.iter().filter_map(|finding| {
        let FindingKind::Switchover(found) = &finding.kind else {
            return None;
        };
        let operations = match &**found {
            SwitchoverFinding::Refused { operations, .. }
            | SwitchoverFinding::Unknown { operations, .. } => operations.len(),
            _ => 0,
        };
        Some((finding.kind.code().to_string(), operations))
    });
    found.collect()
}

#[tokio::test(start_paused = true)]
async fn without_a_pair_each_case_leads_to_its_write() {
    for case in all() {
        let bench = bench(case.halves, None);
        let plan = bench.plan(&case.spec).await;
        assert!(
            kinds(&plan).contains(&case.kind),
            "{:?}\n{}",
            case.kind,
            show(&plan)
        );
        assert!(!plan.is_refused(), "{:?}\n{}", case.kind, show(&plan));
        assert_eq!(said(&plan), [], "{:?}", case.kind);
    }
}

#[tokio::test(start_paused = true)]
async fn a_plan_has_what_the_phase_permits_and_names_the_rest_in_one_finding() {
    for case in all() {
        for phase in PHASES {
            let at = format!("{:?} {phase}", case.kind);
            let bench = bench(case.halves, Some(pair(&case, phase)));
            let plan = bench.plan(&case.spec).await;
            let permitted = refusal(&PairPhase::from_word(phase), case.kind).is_none();
            // The service decides the direction: the spec's own is not planned at all.
            if case.kind == WriteKind::ReverseMirror {
                assert!(!plan.has_changes(), "{at}\n{}", show(&plan));
                assert_eq!(
                    said(&plan),
                    [("LW550".to_owned(), 0)],
                    "{at}\n{}",
                    show(&plan)
                );
                continue;
            }
            assert_eq!(
                kinds(&plan).contains(&case.kind),
                permitted,
                "{at}\n{}",
                show(&plan)
            );
            assert_eq!(plan.is_refused(), !permitted, "{at}\n{}", show(&plan));
            if permitted {
                assert_eq!(said(&plan), [], "{at}\n{}", show(&plan));
                continue;
            }
            assert!(!plan.has_changes(), "{at}\n{}", show(&plan));
            let [(code, operations)] = &said(&plan)[..] else {
                panic!("{at}\n{}", show(&plan));
            };
            assert_eq!(code, "LW551", "{at}");
            assert!(*operations > 0, "{at}");
            assert_eq!(
                plan.of_class(Class::Refusal).count(),
                1,
                "{at}\n{}",
                show(&plan)
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_sends_only_what_the_phase_permits_although_the_plan_is_older_than_the_pair() {
    for case in all() {
        let before = bench(case.halves, None);
        let observed = before.observe(&case.spec).await;
        let plan = observed.plan;
        for phase in PHASES {
            let at = format!("{:?} {phase}", case.kind);
            let mut bench = bench(case.halves, Some(pair(&case, phase)));
            bench.check_pairs(&case.spec, &observed.live);
            let report = bench.apply(&plan).await;
            let phase = PairPhase::from_word(phase);
            let mut seen = false;
            for (op, done) in plan.operations.iter().zip(&report.operations) {
                let Some(write) = op.kind.writes() else {
                    continue;
                };
                match (refusal(&phase, write), &done.outcome) {
                    (None, Outcome::Done | Outcome::Unchanged) => seen |= write == case.kind,
                    (Some(why), Outcome::Failed { cause, .. }) => {
                        seen |= write == case.kind;
                        let Cause::PairForbids {
                            pair, why: told, ..
                        } = cause
                        else {
                            panic!("{at}\n{}", tell(&report));
                        };
                        assert_eq!((pair.as_str(), *told), ("sw-1", why), "{at}");
                    }
                    // What waits for it is not sent either.
                    (_, Outcome::Blocked { .. }) => seen |= write == case.kind,
                    _ => panic!("{at}\n{}", tell(&report)),
                }
            }
            assert!(seen, "{at}\n{}", tell(&report));
            assert_eq!(bench.sandbox.harms(), [], "{at}");
            let may_write = refusal(&phase, case.kind).is_none();
            assert_eq!(
                bench.writes().is_empty(),
                !may_write,
                "{at}\n{}",
                tell(&report)
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn after_an_unplanned_failover_restore_is_named() {
    let case = all()
        .into_iter()
        .find(|case| case.kind == WriteKind::RestoreMirror);
    let case = case.unwrap();
    let is = PairIs {
        phase: "READY_TO_RESTORE",
        active: "west",
        first: "east",
    };
    let bench = bench(case.halves, Some(is));
    let plan = bench.plan(&case.spec).await;
    let finding = plan.of_class(Class::Refusal).next().unwrap();
    let words = linkwright::report::words::finding(finding);
    assert!(words.help.contains("RESTORE"), "{words:#?}");
    assert!(words.summary.contains("failed over to west"), "{words:#?}");
    assert_eq!(
        refusal(&PairPhase::ReadyToRestore, case.kind),
        Some(PairRefusal::RestoreFirst)
    );
}
