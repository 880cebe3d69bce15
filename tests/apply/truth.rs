//! Whether a report tells the truth, judged by the sandbox's own books and not by anything that
//! Linkwright reads.

use linkwright::apply::report_file::{OutcomeV1, ReportV1};
use linkwright::apply::{Outcome, Reason, Report, Verdict};
use linkwright::plan::{ConfigTarget, ConfigValue, Operation, OperationKind, Plan};
use linkwright::report::words;
use serde_json::Value;

use crate::support::bench::{Bench, tell};

/// Holds a report against the world and the file on disk.
pub(crate) fn assert_truthful(bench: &Bench, plan: &Plan, report: &Report, at: &str) {
    let world = bench.sandbox.snapshot();
    assert_eq!(report.operations.len(), plan.operations.len(), "{at}");
    for said in &report.operations {
        let op = plan.operation(said.op);
        let shown = shows(&world, op);
        let lies = match &said.outcome {
            Outcome::Done | Outcome::Unchanged => shown == Some(false),
            // Nothing was sent for these.
            Outcome::Blocked { .. } | Outcome::Skipped => said.attempts > 0,
            // What the server refused topic by topic, or never saw, it has not done.
            Outcome::Failed { reason, .. } => {
                *reason != Reason::Refused && leaves_a_mark(op) && shown == Some(true)
            }
            Outcome::Unknown { .. } => false,
        };
        assert!(
            !lies,
            "{at}: {} {} is told as {:?}\n{}",
            op.kind.word(),
            op.address,
            said.outcome,
            tell(report)
        );
        if let Outcome::Failed { cause, .. } | Outcome::Unknown { cause } = &said.outcome {
            assert!(
                !words::cause(cause).trim().is_empty(),
                "{at}: {}",
                tell(report)
            );
        }
    }
    let all_reached = report
        .operations
        .iter()
        .all(|said| said.outcome.is_reached());
    assert_eq!(report.verdict() == Verdict::Complete, all_reached, "{at}");
    let text = std::fs::read_to_string(bench.report_path()).unwrap();
    let kept: ReportV1 = serde_json::from_str(&text).unwrap();
    let kept: Vec<Option<OutcomeV1>> = kept.operations.into_iter().map(|op| op.outcome).collect();
    let told: Vec<Option<OutcomeV1>> = report
        .operations
        .iter()
        .map(|said| Some(OutcomeV1::of(&said.outcome, words::cause)))
        .collect();
    assert_eq!(kept, told, "{at}");
}

/// Whether nothing but the operation itself can have brought about what it wants.
fn leaves_a_mark(op: &Operation) -> bool {
    !matches!(
        op.kind,
        OperationKind::AwaitMirror { .. } | OperationKind::ArchiveHistory { .. }
    )
}

/// Whether the world shows what an operation wants, now or as somebody later left it; none for those
/// that leave nothing behind.
fn shows(world: &Value, op: &Operation) -> Option<bool> {
    let cluster = &world["clusters"][op.cluster_id.as_str()];
    let half = op.half();
    let link = &cluster["halves"][half.link.as_str()];
    let gone = link.is_null() || link["deleting"] == true;
    let topic = op.address.mirror().map(|topic| topic.as_str());
    let status = topic.map(|topic| &link["mirrors"][topic]["status"]);
    // With a link goes the history of its mirrors; their topics stay.
    let is_topic = topic.is_some_and(|topic| !cluster["topics"][topic].is_null());
    Some(match &op.kind {
        OperationKind::CreateLink { .. } => !gone,
        OperationKind::DeleteLink { .. } => gone,
        OperationKind::AlterLink { changes, .. } => {
            gone || changes.iter().all(|change| {
                let live = &link["configs"][&change.name];
                match &change.target {
                    ConfigTarget::Set(ConfigValue::Text(text)) => live == text.as_str(),
                    ConfigTarget::Set(ConfigValue::Secret(_)) => !live.is_null(),
                    ConfigTarget::Reset => live.is_null(),
                }
            })
        }
        OperationKind::CreateMirror { .. } | OperationKind::AwaitMirror { .. } => {
            status.is_some_and(|status| !status.is_null() && status != "PENDING_MIRROR")
        }
        OperationKind::PauseMirror => status.is_some_and(|status| status == "PAUSED"),
        OperationKind::ResumeMirror => status.is_some_and(|status| status == "ACTIVE"),
        OperationKind::PromoteMirror { .. } | OperationKind::FailoverMirror { .. } => {
            is_topic && (gone || status.is_some_and(|status| status == "STOPPED"))
        }
        // Scenarios of pairs say what both sides must look like.
        OperationKind::ReverseMirror { .. }
        | OperationKind::RestoreMirror { .. }
        | OperationKind::DrainOffsets { .. }
        | OperationKind::ArchiveHistory { .. } => return None,
    })
}
