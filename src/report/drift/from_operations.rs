//! Operations that would be needed, as findings about what is live.

use std::collections::BTreeSet;

use super::{DriftClass, DriftFinding, Input};
use crate::address::Address;
use crate::plan::{AlterPurpose, Because, Operation, OperationKind};
use crate::report::attributes::{self, Change, Mark};
use crate::report::words;

/// One finding for each config that differs, and one for each link or mirror topic that does.
pub(super) fn findings(input: &Input<'_>) -> Vec<DriftFinding> {
    let mut told: BTreeSet<&Address> = BTreeSet::new();
    let mut findings = Vec::new();
    for operation in &input.plan.operations {
        if matches!(operation.because, Because::Retired { .. }) {
            retired(operation, &mut findings);
            continue;
        }
        match &operation.kind {
            OperationKind::CreateLink { .. } => findings.push(DriftFinding {
                resolve: "linkwright apply".to_owned(),
                ..new(
                    operation,
                    DriftClass::Missing,
                    "LW401",
                    "the link does not exist",
                )
            }),
            OperationKind::AlterLink { purpose, changes } => {
                configs(operation, *purpose, changes, &mut findings);
            }
            OperationKind::CreateMirror { .. } => {
                told.insert(&operation.address);
                findings.push(new(
                    operation,
                    DriftClass::Missing,
                    "LW402",
                    "the mirror topic does not exist",
                ));
            }
            OperationKind::AwaitMirror { .. }
            | OperationKind::PauseMirror
            | OperationKind::ResumeMirror
            | OperationKind::PromoteMirror { .. }
            | OperationKind::FailoverMirror => {
                if told.insert(&operation.address) {
                    findings.push(state(operation, input));
                }
            }
            // Steps towards what another operation is told about.
            OperationKind::DrainOffsets { .. }
            | OperationKind::ArchiveHistory { .. }
            | OperationKind::DeleteLink { .. } => {}
        }
    }
    findings
}

fn new(
    operation: &Operation,
    class: DriftClass,
    code: &'static str,
    summary: &str,
) -> DriftFinding {
    DriftFinding {
        class,
        code,
        address: operation.address.clone(),
        field: None,
        aspect: None,
        summary: summary.to_owned(),
        details: Vec::new(),
        resolve: "linkwright apply".to_owned(),
        since_ms: None,
        place: operation.place.clone(),
        expected: None,
        news: None,
        first_seen: None,
    }
}

fn state(operation: &Operation, input: &Input<'_>) -> DriftFinding {
    let summary = match &operation.because {
        Because::State {
            live: Some(status),
            wanted,
        } => format!("the mirror topic is {status} and the spec wants it {wanted}"),
        other => words::because(other),
    };
    let wanted = match &operation.because {
        Because::State { wanted, .. } => Some(*wanted),
        _ => None,
    };
    DriftFinding {
        field: Some("state".to_owned()),
        since_ms: since(input, &operation.address),
        resolve: match wanted {
            Some(wanted) => {
                format!("linkwright apply makes it {wanted}; or write what is meant as its `state`")
            }
            None => "linkwright apply".to_owned(),
        },
        ..new(operation, DriftClass::State, "LW420", &summary)
    }
}

/// When a mirror topic entered its status.
pub(super) fn since(input: &Input<'_>, address: &Address) -> Option<i64> {
    let Address::Mirror(half, topic) = address else {
        return None;
    };
    input
        .live
        .clusters
        .get(&half.cluster)?
        .mirrors
        .read()?
        .get(&half.link)?
        .get(topic)
        .map(|row| row.since_ms)
}

fn configs(
    operation: &Operation,
    purpose: AlterPurpose,
    changes: &[crate::diff::ConfigChange],
    findings: &mut Vec<DriftFinding>,
) {
    if let (AlterPurpose::Connection(Some(_)), Because::Rotation(reason)) =
        (purpose, &operation.because)
    {
        // Refused credentials are told by the link's own health finding.
        if *reason != crate::diff::RotationReason::AuthenticationFails {
            findings.push(DriftFinding {
                field: Some("credentials".to_owned()),
                ..new(
                    operation,
                    DriftClass::Config,
                    "LW411",
                    &words::because(&operation.because),
                )
            });
        }
        return;
    }
    for (change, attribute) in changes.iter().zip(attributes::of_changes(changes)) {
        let (summary, details) = difference(&attribute.change);
        findings.push(DriftFinding {
            field: Some(change.name.clone()),
            details,
            place: Some(change.place.clone()),
            resolve: format!(
                "linkwright apply puts {} back; or write the live value into the spec",
                change.name
            ),
            ..new(
                operation,
                DriftClass::Config,
                "LW410",
                &format!("{} {summary}", change.name),
            )
        });
    }
}

/// A config's difference, read from the live side.
fn difference(change: &Change) -> (String, Vec<String>) {
    let whole = |pieces: &[(Mark, String)]| -> String {
        pieces.iter().map(|(_, text)| text.as_str()).collect()
    };
    match change {
        Change::Set(wanted) => (
            format!("is not set and the spec wants {wanted}"),
            Vec::new(),
        ),
        Change::Replace { before, after } => (
            format!("is {} and the spec wants {}", whole(before), whole(after)),
            Vec::new(),
        ),
        Change::Entries { entries, note: _ } => {
            let details = entries
                .iter()
                .filter_map(|(mark, entry)| match mark {
                    Mark::Added => Some(format!("missing: {entry}")),
                    Mark::Removed => Some(format!("not in the spec: {entry}")),
                    Mark::Same => None,
                })
                .collect();
            ("differs from the spec".to_owned(), details)
        }
    }
}

/// Of all it takes to take a link away, one finding: that it is still there.
fn retired(operation: &Operation, findings: &mut Vec<DriftFinding>) {
    if let OperationKind::DeleteLink { .. } = operation.kind {
        findings.push(DriftFinding {
            field: Some("state".to_owned()),
            details: vec![words::because(&operation.because)],
            resolve: "linkwright apply takes it away".to_owned(),
            ..new(
                operation,
                DriftClass::State,
                "LW430",
                "the retired link still exists",
            )
        });
    }
}
