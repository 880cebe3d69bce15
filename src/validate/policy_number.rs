//! LW106: a policy number that is out of range.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW106"),
    severity: Severity::Error,
    title: "a policy number that is out of range",
    why: "a share is 0 to 100 percent, a promotion and a response take at least a second, and a rate of 0 would never call",
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

const FOUND_OUT: &str = "leave it out: how fast each cluster may be called is found out";

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
    for (field, most, what, help) in [
        (&policy.rate, u32::MAX, "a rate", FOUND_OUT),
        (
            &policy.concurrency,
            1000,
            "a number of requests under way",
            FOUND_OUT,
        ),
        (
            &policy.max_response_mib,
            65_536,
            "a response size",
            "leave it out, or set MiB as a number, such as `512`",
        ),
    ] {
        if let Some(number) = field
            && !(1..=most).contains(&number.value)
        {
            problems.push(
                RULE.report(
                    &number.place,
                    format!("{what} of {} is out of range", number.value),
                    &match most {
                        u32::MAX => "at least 1".to_owned(),
                        _ => format!("from 1 to {most}"),
                    },
                )
                .help(help),
            );
        }
    }
    let timeouts = policy.timeouts.as_ref();
    for time in timeouts
        .into_iter()
        .flat_map(|timeouts| [&timeouts.connect, &timeouts.silence])
        .flatten()
    {
        if time.as_millis() < 1000 {
            problems.push(
                RULE.report(
                    &time.place,
                    format!("{time} is too short for a response"),
                    "at least 1s",
                )
                .help("set how long a cluster may be silent, such as `20s`"),
            );
        }
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
