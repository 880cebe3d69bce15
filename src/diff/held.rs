//! What an exception holds back: a difference that the spec itself explains until a date is not
//! undone by the next apply.
//!
//! An exception with a `field` holds back the change of that field at that address, and nothing else: no
//! change of a connection, no rotation, no retirement. One without a field is about findings only.

use super::Options;
use super::finding::{Finding, FindingKind};
use crate::address::Address;
use crate::desired::{Desired, Exception};

/// The exception that holds back a change of this field, if one does.
pub(super) fn of_field<'a>(
    desired: &'a Desired,
    options: &Options,
    address: &Address,
    field: &str,
) -> Option<&'a Exception> {
    in_force(desired, options, address).find(|exception| exception.field.as_deref() == Some(field))
}

/// The exception that covers a mirror topic's state, whether or not it names the field.
pub(super) fn of_state<'a>(
    desired: &'a Desired,
    options: &Options,
    address: &Address,
) -> Option<&'a Exception> {
    in_force(desired, options, address)
        .find(|exception| matches!(exception.field.as_deref(), None | Some("state")))
}

fn in_force<'a>(
    desired: &'a Desired,
    options: &Options,
    address: &Address,
) -> impl Iterator<Item = &'a Exception> {
    let today = options.hold_back;
    desired.exceptions.iter().filter(move |exception| {
        exception.address == *address && today.is_some_and(|today| today < exception.until)
    })
}

/// What is held back, as a finding.
pub(super) fn finding(
    address: Address,
    field: &str,
    (live, wanted): (String, String),
    is_refused: bool,
    exception: &Exception,
) -> Finding {
    let kind = FindingKind::HeldBack {
        field: field.to_owned(),
        live,
        wanted,
        is_refused,
        reason: exception.reason.clone(),
        until: exception.until,
    };
    Finding::new(address, kind, Some(exception.place.clone()))
}
