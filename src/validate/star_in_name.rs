//! LW059: a `*` that the server matches literally.

use super::view::filters_of;
use super::{Check, Rule};
use crate::catalog::filters::{NamePattern, PatternType};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW059"),
    severity: Severity::Warning,
    title: "a `*` that the server matches literally",
    why: "with `pattern_type` the name is matched literally: `*` is not a wildcard, and no topic \
         name and hardly any group name contains one",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    auto_create_mirrors:
      topics: { include: [{ name: \"orders.*\", pattern_type: prefixed }] }
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    auto_create_mirrors:
      topics: { include: [{ name: \"orders.\", pattern_type: prefixed }] }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for (_, filter) in check.hosts().flat_map(filters_of) {
        for pattern in filter.include.iter().chain(&filter.exclude) {
            let NamePattern { name, pattern_type } = &pattern.0.value;
            let everything = *pattern_type == PatternType::Literal && name == "*";
            if !name.contains('*') || everything {
                continue;
            }
            let plain = name.trim_end_matches('*');
            problems.push(
                RULE.report(
                    &pattern.0.place,
                    format!("the `*` in `{name}` is matched literally"),
                    "not a wildcard here",
                )
                .help(match plain {
                    "" => "write \"*\" alone to select everything".to_owned(),
                    _ => format!(
                        "write `{plain}` with `pattern_type: prefixed`, or \"{plain}*\" alone"
                    ),
                }),
            );
        }
    }
}
