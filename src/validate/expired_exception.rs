//! LW103: an exception that has expired.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW103"),
    severity: Severity::Warning,
    title: "an exception that has expired",
    why: "from that day the drift is reported again; the entry has no effect any more",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    mirrors: { payments: {} }

exceptions:
  - address: west/orders-dr/payments
    field: state
    reason: \"paused by on-call, INC-42\"
    until: 2026-11-01
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    mirrors: { payments: {} }

exceptions:
  - address: west/orders-dr/payments
    field: state
    reason: \"paused by on-call, INC-42\"
    until: 2026-12-01
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for exception in &check.spec.exceptions {
        if exception.until.value.0 <= check.context.today {
            problems.push(
                RULE.report(
                    &exception.until.place,
                    format!("the exception for `{}` has expired", exception.address),
                    "in the past",
                )
                .help("fix the drift, or set a later day with a reason"),
            );
        }
    }
}
