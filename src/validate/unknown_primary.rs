//! LW112: a primary that is none of the link's clusters.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW112"),
    severity: Severity::Error,
    title: "a primary that is none of the link's clusters",
    why: "a topic is written on one of the two clusters that the link connects",
    example: "\
links:
  orders:
    mode: bidirectional
    halves:
      east: { credentials: *credentials }
      west: { credentials: *credentials }
    topics: { payments: { primary: north } }
",
    fix: "\
links:
  orders:
    mode: bidirectional
    halves:
      east: { credentials: *credentials }
      west: { credentials: *credentials }
    topics: { payments: { primary: east } }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for (_, link) in check.spec.links.iter() {
        let halves: Vec<&str> = link.halves.names().map(|name| name.as_str()).collect();
        if halves.len() != 2 {
            continue;
        }
        for (topic, declared) in link.topics.iter() {
            if !halves.contains(&declared.primary.as_str()) {
                problems.push(
                    RULE.report(
                        &declared.primary.place,
                        format!("`{}` is no half of the link of `{topic}`", declared.primary),
                        "not one of the halves",
                    )
                    .help(format!("write `{}` or `{}`", halves[0], halves[1])),
                );
            }
        }
    }
}
