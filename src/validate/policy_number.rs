//! LW106: a policy number that is out of range.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW106"),
    severity: Severity::Error,
    title: "a policy number that is out of range",
    why: "a share is 0 to 100 percent, and a promotion takes at least a second",
    example: "\
policy:
  blast_radius: { max_percent: 300 }
",
    fix: "\
policy:
  blast_radius: { max_percent: 30 }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    let Some(policy) = &check.spec.policy else {
        return;
    };
    let share = policy
        .blast_radius
        .as_ref()
        .and_then(|blast| blast.max_percent.as_ref());
    if let Some(percent) = share.filter(|percent| percent.value > 100) {
        problems.push(
            RULE.report(
                &percent.place,
                format!("{percent} percent is more than 100"),
                "at most 100",
            )
            .help("set a share from 0 to 100"),
        );
    }
    let within = policy
        .promote
        .as_ref()
        .and_then(|promote| promote.within.as_ref());
    if let Some(within) = within.filter(|within| within.as_millis() < 1000) {
        problems.push(
            RULE.report(
                &within.place,
                format!("{within} is too short for a promotion"),
                "at least 1s",
            )
            .help("set how long a promotion may take, such as `10m`"),
        );
    }
}
