//! Operations that would be needed, as findings about what is live.

use std::collections::BTreeSet;

use super::{DriftClass, DriftFinding, DriftKind, Input};
use crate::address::Address;
use crate::diff::{ConfigChange, RotationReason};
use crate::plan::{AlterPurpose, Because, Operation, OperationKind};

/// One finding for each config that differs, and one for each link or mirror topic that does.
pub(super) fn findings(input: &Input<'_>) -> Vec<DriftFinding> {
    let mut reported: BTreeSet<&Address> = BTreeSet::new();
    let mut findings = Vec::new();
    for operation in &input.plan.operations {
        if let Because::Retired { reason } = &operation.because {
            // Of all it takes to delete a link, one finding: that it still exists.
            if let OperationKind::DeleteLink { .. } = operation.kind {
                let reason = reason.clone();
                let kind = DriftKind::RetiredLinkExists { reason };
                findings.push(new(operation, DriftClass::State, kind));
            }
            continue;
        }
        match &operation.kind {
            OperationKind::CreateLink { .. } => {
                findings.push(new(operation, DriftClass::Missing, DriftKind::LinkMissing));
            }
            OperationKind::AlterLink { purpose, changes } => {
                configs(operation, *purpose, changes, &mut findings);
            }
            OperationKind::CreateMirror { .. } => {
                reported.insert(&operation.address);
                findings.push(new(
                    operation,
                    DriftClass::Missing,
                    DriftKind::MirrorMissing,
                ));
            }
            // What auto-create has not created yet is not drift.
            OperationKind::AwaitMirror { status: None } => {}
            OperationKind::AwaitMirror { .. }
            | OperationKind::PauseMirror
            | OperationKind::ResumeMirror
            | OperationKind::PromoteMirror { .. }
            | OperationKind::FailoverMirror { .. }
            | OperationKind::ReverseMirror { .. }
            | OperationKind::RestoreMirror { .. } => {
                if reported.insert(&operation.address) {
                    let kind = DriftKind::StateDiffers(operation.because.clone());
                    findings.push(DriftFinding {
                        since_ms: since(input, &operation.address),
                        ..new(operation, DriftClass::State, kind)
                    });
                }
            }
            // Steps of a change that another operation reports.
            OperationKind::DrainOffsets { .. }
            | OperationKind::ArchiveHistory { .. }
            | OperationKind::DeleteLink { .. } => {}
        }
    }
    findings
}

fn new(operation: &Operation, class: DriftClass, kind: DriftKind) -> DriftFinding {
    DriftFinding {
        place: operation.place.clone(),
        ..DriftFinding::new(class, operation.address.clone(), kind)
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
        .get(topic)?
        .since_ms
}

fn configs(
    operation: &Operation,
    purpose: AlterPurpose,
    changes: &[ConfigChange],
    findings: &mut Vec<DriftFinding>,
) {
    if let (AlterPurpose::Connection(Some(_)), Because::Rotation(reason)) =
        (purpose, &operation.because)
    {
        // Refused credentials are reported by the link's own health finding.
        if *reason != RotationReason::AuthenticationFails {
            let kind = DriftKind::CredentialsDiffer(*reason);
            findings.push(new(operation, DriftClass::Config, kind));
        }
        return;
    }
    findings.extend(changes.iter().map(|change| DriftFinding {
        place: Some(change.place.clone()),
        ..new(
            operation,
            DriftClass::Config,
            DriftKind::ConfigDiffers(change.clone()),
        )
    }));
}
