//! LW056: an exclude that covers a whole include.

use super::view::{filters_of, take_at_most};
use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW056"),
    severity: Severity::Warning,
    title: "an exclude that covers a whole include",
    why: "excludes win: nothing that this include matches is selected",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    auto_create_mirrors:
      topics: { include: [\"orders.tmp.*\", \"payments\"], exclude: [\"orders.*\"] }
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    auto_create_mirrors:
      topics: { include: [\"orders.*\", \"payments\"], exclude: [\"orders.tmp.*\"] }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for (_, filter) in check.hosts().flat_map(filters_of) {
        for include in take_at_most(&filter.include, 1000) {
            let covering = take_at_most(&filter.exclude, 1000)
                .iter()
                .find(|exclude| exclude.covers(include));
            if let Some(exclude) = covering {
                problems.push(
                    RULE.report(
                        &include.0.place,
                        format!("`{}` selects nothing", include.0.value),
                        "included here",
                    )
                    .at(&exclude.0.place, "and excluded here")
                    .help("remove the include, or narrow the exclude"),
                );
            }
        }
    }
}
