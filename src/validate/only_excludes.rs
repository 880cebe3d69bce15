//! LW055: a filter with excludes only.

use super::view::filters_of;
use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW055"),
    severity: Severity::Warning,
    title: "a filter with excludes only",
    why: "a name is selected when an include matches it and no exclude does; without an \
          include nothing is selected",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    auto_create_mirrors:
      topics: { exclude: [\"orders.tmp.*\"] }
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    auto_create_mirrors:
      topics: { include: [\"*\"], exclude: [\"orders.tmp.*\"] }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for (what, filter) in check.hosts().flat_map(filters_of) {
        if let [exclude, ..] = filter.exclude.as_slice()
            && filter.include.is_empty()
            && !filter.broken
        {
            problems.push(
                RULE.report(
                    &exclude.0.place,
                    format!("the filter excludes {what} and includes none"),
                    "selects nothing",
                )
                .help("add `include: [\"*\"]` to select everything else"),
            );
        }
    }
}
