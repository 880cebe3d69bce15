//! LW058: an exclude that takes nothing away.

use super::view::{few, filters_of};
use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW058"),
    severity: Severity::Warning,
    title: "an exclude that takes nothing away",
    why: "no include selects anything that it matches; often a prefix is misspelt in one of \
          the two",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    auto_create_mirrors:
      topics: { include: [\"orders.*\"], exclude: [\"order.tmp.*\"] }
",
    mend: "\
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
        for exclude in few(&filter.exclude, 1000) {
            let idle = !filter
                .include
                .iter()
                .any(|include| include.0.value.overlaps(&exclude.0.value));
            if idle {
                problems.push(
                    RULE.tell(
                        &exclude.0.place,
                        format!("excluding `{}` takes nothing away", exclude.0.value),
                        "no include matches this",
                    )
                    .help("remove it, or correct its beginning"),
                );
            }
        }
    }
}
