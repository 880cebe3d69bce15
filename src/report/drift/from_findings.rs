//! The plan's own findings as drift.

use super::from_operations::since;
use super::{DriftClass, DriftFinding, Input};
use crate::diff::{Class, Finding, FindingKind};
use crate::report::words;

/// Every finding of the plan that is drift; that something is already as wished is none.
pub(super) fn findings(input: &Input<'_>) -> Vec<DriftFinding> {
    input
        .plan
        .findings
        .iter()
        .filter_map(|finding| Some(of(input, finding, class(finding)?)))
        .collect()
}

fn class(finding: &Finding) -> Option<DriftClass> {
    Some(match finding.class() {
        Class::Unknown => DriftClass::Unknown,
        Class::Health => DriftClass::Health,
        Class::Config => DriftClass::Config,
        Class::Unmanaged => DriftClass::Unmanaged,
        Class::Note => return None,
        Class::Refusal => match finding.kind {
            FindingKind::Immutable { .. } | FindingKind::FixedConfig { .. } => DriftClass::Config,
            FindingKind::SourceTopicMissing { .. } => DriftClass::Missing,
            _ => DriftClass::State,
        },
    })
}

fn of(input: &Input<'_>, finding: &Finding, class: DriftClass) -> DriftFinding {
    let words = words::finding(finding);
    let mut resolve = words.help;
    for step in words.steps {
        resolve.push_str(&format!(" {step};"));
    }
    if let Some(half) = finding.address.half() {
        resolve = words::for_link(&resolve, &half.link);
    }
    DriftFinding {
        class,
        code: finding.kind.code().0,
        address: finding.address.clone(),
        field: match &finding.kind {
            FindingKind::UndeclaredConfig { name, .. } | FindingKind::FixedConfig { name, .. } => {
                Some(name.clone())
            }
            FindingKind::MirrorRefused(_) | FindingKind::MirrorTroubled(_) => {
                Some("state".to_owned())
            }
            _ => None,
        },
        aspect: match &finding.kind {
            FindingKind::TaskInError { task, .. } => Some(task.clone()),
            FindingKind::Unknown(why) => Some(why.what.clone()),
            FindingKind::NamelessLink { state } => state.as_ref().map(ToString::to_string),
            _ => None,
        },
        summary: words.summary,
        details: words.details,
        resolve,
        since_ms: since(input, &finding.address),
        place: finding.place.clone(),
        expected: None,
        news: None,
        first_seen: None,
    }
}
