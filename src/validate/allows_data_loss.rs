//! LW105: a policy that allows data loss in every apply.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::Risk;

pub(super) const RULE: Rule = Rule {
    code: Code("LW105"),
    severity: Severity::Warning,
    title: "a policy that allows data loss in every apply",
    why: "what the policy allows needs no flag in any run; data loss should be approved each time, \
         with `--allow data-loss`",
    example: "\
policy:
  allow: [reversible, disruptive, data-loss]
",
    fix: "\
policy:
  allow: [reversible, disruptive]
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    let allowed = check
        .spec
        .policy
        .as_ref()
        .and_then(|policy| policy.allow.as_ref());
    for risk in allowed.into_iter().flatten() {
        if risk.value == Risk::DataLoss {
            problems.push(
                RULE.report(
                    &risk.place,
                    "every apply may lose data",
                    "allowed without approval",
                )
                .help("remove it, and pass `--allow data-loss` to the run that needs it"),
            );
        }
    }
}
