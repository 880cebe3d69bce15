//! Drift that is expected, until a date.

use super::{DriftClass, DriftFinding, Expected, Input};

/// Moves a finding to the class `expected` when an unexpired exception covers it.
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
    }
}
