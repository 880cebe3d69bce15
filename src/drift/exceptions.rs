//! Drift that is expected, until a date.

use super::{DriftClass, DriftFinding, DriftKind, Expected, Input};
use crate::diff::Class;

/// Moves a finding to the class `expected` when an unexpired exception or hold covers it.
///
/// What could not be read is never expected. An exception without a field covers everything about
/// its address; one with a field only that field.
pub(super) fn apply(finding: &mut DriftFinding, input: &Input<'_>) {
    if finding.class == DriftClass::Unknown {
        return;
    }
    let today = input.now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let covers = input.desired.exceptions.iter().find(|exception| {
        exception.address == finding.address
            && today < exception.until
            && exception
                .field
                .as_deref()
                .is_none_or(|field| finding.kind.field() == Some(field))
    });
    if let Some(exception) = covers {
        finding.expected = Some(Expected {
            class: finding.class,
            reason: exception.reason.clone(),
            until: exception.until,
            place: exception.place.clone(),
        });
        finding.class = DriftClass::Expected;
        return;
    }
    // A hold covers what it holds back, and not how well the link does.
    let is_held_back = !finding.class.is_known()
        && match &finding.kind {
            DriftKind::Found(kind) => kind.class() == Class::Refusal,
            DriftKind::ThresholdExceeded(_) => false,
            _ => true,
        };
    let hold = input.desired.hold_of(&finding.address);
    if let Some((_, hold)) = hold.filter(|(_, hold)| is_held_back && today < hold.until) {
        finding.expected = Some(Expected {
            class: finding.class,
            reason: format!("held: {}", hold.reason),
            until: hold.until,
            place: hold.place.clone(),
        });
        finding.class = DriftClass::Expected;
    }
}
