//! LW105: a policy that lets every apply lose data.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::Risk;

pub(super) const RULE: Rule = Rule {
    code: Code("LW105"),
    severity: Severity::Warning,
    title: "a policy that lets every apply lose data",
    why: "what the policy allows needs no flag and no second look in any run; losing data \
          should be decided each time, with `--allow data-loss`",
    example: "\
policy:
  allow: [reversible, disruptive, data-loss]
",
    mend: "\
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
                RULE.tell(&risk.place, "every apply may lose data", "without asking")
                    .help("remove it, and give `--allow data-loss` to the run that needs it"),
            );
        }
    }
}
