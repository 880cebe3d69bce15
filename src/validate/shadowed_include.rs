//! LW057: an include that another include covers.

use super::view::{filters_of, take_at_most};
use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW057"),
    severity: Severity::Warning,
    title: "an include that another include covers",
    why: "it has no effect, and a later reader may think that it does",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    auto_create_mirrors:
      topics: { include: [\"orders.*\", \"orders.placed\"] }
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    auto_create_mirrors:
      topics: { include: [\"orders.*\"] }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for (_, filter) in check.hosts().flat_map(filters_of) {
        for list in [
            take_at_most(&filter.include, 1000),
            take_at_most(&filter.exclude, 1000),
        ] {
            for (at, pattern) in list.iter().enumerate() {
                let covering = list.iter().enumerate().find(|(other, wider)| {
                    // Of two equal ones the later is superfluous; each is equal to itself.
                    wider.covers(pattern) && (*other < at || !pattern.covers(wider))
                });
                if let Some((_, wider)) = covering {
                    problems.push(
                        RULE.report(
                            &pattern.0.place,
                            format!("`{}` is covered by `{}`", pattern.0.value, wider.0.value),
                            "adds nothing",
                        )
                        .at(&wider.0.place, "covers it")
                        .help("remove one of them"),
                    );
                }
            }
        }
    }
}
