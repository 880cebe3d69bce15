//! LW058: an exclude that excludes nothing.

use super::view::{filters_of, take_at_most};
use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW058"),
    severity: Severity::Warning,
    title: "an exclude that excludes nothing",
    why: "no include selects anything that it matches; often one of the two has a typing error",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    auto_create_mirrors:
      topics: { include: [\"orders.*\"], exclude: [\"order.tmp.*\"] }
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    auto_create_mirrors:
      topics: { include: [\"orders.*\"], exclude: [\"orders.tmp.*\"] }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for (_, filter) in check.hosts().flat_map(filters_of) {
        if filter.include.is_empty() || filter.broken || filter.include.len() > 1000 {
            continue;
        }
        for exclude in take_at_most(&filter.exclude, 1000) {
            let idle = !filter
                .include
                .iter()
                .any(|include| include.0.value.overlaps(&exclude.0.value));
            if idle {
                problems.push(
                    RULE.report(
                        &exclude.0.place,
                        format!("excluding `{}` has no effect", exclude.0.value),
                        "no include matches this",
                    )
                    .help("remove it, or correct the pattern"),
                );
            }
        }
    }
}
