//! LW102: a retired link without a reason.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW102"),
    severity: Severity::Warning,
    title: "a retired link without a reason",
    why: "deleting a link erases the history of its mirrors; reviewers must know why",
    example: "\
retired:
  - { link: old-migration, cluster: west, mirrors: promote }
",
    fix: "\
retired:
  - link: old-migration
    cluster: west
    mirrors: promote
    reason: \"cut over in October, KAFKA-123\"
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for retired in &check.spec.retired {
        let reported = retired
            .reason
            .as_ref()
            .is_some_and(|reason| !reason.trim().is_empty());
        if !reported && !retired.broken {
            problems.push(
                RULE.report(
                    &retired.link.place,
                    format!("the link `{}` is retired without a reason", retired.link),
                    "missing `reason`",
                )
                .help("add `reason: …`"),
            );
        }
    }
}
