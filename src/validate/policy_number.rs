//! LW106: a policy with a number that means nothing.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW106"),
    severity: Severity::Error,
    title: "a policy with a number that means nothing",
    why: "a share is between 0 and 100 per cent, and a wait lasts some time",
    example: "\
policy:
  blast_radius: { max_percent: 300 }
",
    mend: "\
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
            RULE.tell(
                &percent.place,
                format!("{percent} per cent is more than everything"),
                "at most 100",
            )
            .help("give a share from 0 to 100"),
        );
    }
    let within = policy
        .promote
        .as_ref()
        .and_then(|promote| promote.within.as_ref());
    if let Some(within) = within.filter(|within| within.as_millis() < 1000) {
        problems.push(
            RULE.tell(
                &within.place,
                format!("{within} is no time to wait for a promotion"),
                "at least 1s",
            )
            .help("give what a promotion may take, such as `10m`"),
        );
    }
}
