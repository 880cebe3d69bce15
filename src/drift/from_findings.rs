//! The plan's own findings as drift.

use super::from_operations::since;
use super::{DriftClass, DriftFinding, DriftKind, Input};
use crate::diff::{Class, Finding, FindingKind, TopicFinding, pairing};
use crate::plan::expired_holds;

/// Every finding of the plan that is drift; that something is already as desired is not.
pub(super) fn findings(input: &Input<'_>) -> Vec<DriftFinding> {
    input
        .plan
        .findings
        .iter()
        .filter(|finding| !matches!(finding.kind, FindingKind::HoldExpired { .. }))
        .cloned()
        .chain(expired_holds(
            input.desired,
            input.now.to_zoned(jiff::tz::TimeZone::UTC).date(),
        ))
        .chain(expired_losses(input))
        .filter_map(|finding| {
            let kind = DriftKind::Found(finding.kind.clone());
            Some(DriftFinding {
                since_ms: since(input, &finding.address),
                place: finding.place.clone(),
                ..DriftFinding::new(class(&finding)?, finding.address.clone(), kind)
            })
        })
        .collect()
}

/// The losses whose day has passed.
fn expired_losses(input: &Input<'_>) -> Vec<Finding> {
    let today = input.now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let clusters = input.desired.clusters.values();
    let lost = clusters.filter_map(|cluster| Some((&cluster.name, cluster.lost.as_ref()?)));
    lost.filter(|(_, lost)| lost.until <= today)
        .map(|(name, lost)| pairing::expired(name.clone(), lost))
        .collect()
}

fn class(finding: &Finding) -> Option<DriftClass> {
    Some(match finding.class() {
        Class::Unknown => DriftClass::Unknown,
        Class::Health => match finding.kind {
            FindingKind::StoppedWithLag { .. } => DriftClass::State,
            _ => DriftClass::Health,
        },
        // Drift compares no credentials.
        Class::Warning => return None,
        Class::Config => DriftClass::Config,
        Class::Unmanaged => DriftClass::Unmanaged,
        Class::Note => match finding.kind {
            FindingKind::SelectedMirrorPaused
            // No one can do anything about it.
            | FindingKind::Answer(_)
            | FindingKind::NamelessLink { .. }
            | FindingKind::IneffectiveConfig { .. }
            | FindingKind::UnknownConfig { .. }
            | FindingKind::ReadOnlyConfig { .. } => DriftClass::Information,
            FindingKind::HoldExpired { .. }
            | FindingKind::Topic(TopicFinding::LossExpired { .. }) => DriftClass::State,
            FindingKind::Topic(_) | FindingKind::Switchover(_) => DriftClass::Information,
            // Drift holds nothing back: what an exception or a hold covers is reported as expected.
            _ => return None,
        },
        Class::Refusal => match finding.kind {
            FindingKind::Immutable { .. }
            | FindingKind::FixedConfig { .. }
            | FindingKind::FilterNotUnderstood { .. }
            | FindingKind::AclSyncBetweenKinds { .. } => DriftClass::Config,
            FindingKind::SourceTopicMissing { .. } | FindingKind::LinkGone { .. } => {
                DriftClass::Missing
            }
            _ => DriftClass::State,
        },
    })
}
