//! LW103: an exception or a hold that has expired.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::Hold;

pub(super) const RULE: Rule = Rule {
    code: Code("LW103"),
    severity: Severity::Warning,
    title: "an exception or a hold that has expired",
    why: "from that day an exception no longer covers drift and a hold no longer keeps operations off; the entry has no effect any more",
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
    let mut report = |hold: &Option<Hold>, what: String| {
        let Some(hold) = hold.as_ref() else { return };
        if hold.until.value.0 <= check.context.today {
            problems.push(
                RULE.report(
                    &hold.until.place,
                    format!("the hold on {what} has expired"),
                    "in the past",
                )
                .help("remove it, or set a later day with a reason"),
            );
        }
    };
    for (name, link) in check.spec.links.iter() {
        report(&link.hold, format!("link `{name}`"));
        let halves = link.halves.iter().map(|(_, half)| &half.settings.mirrors);
        for mirrors in std::iter::once(&link.settings.mirrors).chain(halves) {
            for (topic, declared) in mirrors.iter() {
                report(&declared.0.hold, format!("mirror topic `{topic}`"));
            }
        }
        for (topic, declared) in link.topics.iter() {
            report(&declared.hold, format!("topic `{topic}`"));
        }
    }
}
