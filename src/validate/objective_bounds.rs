//! LW276: an objective that no failover can keep to, or that every failover does.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW276"),
    severity: Severity::Error,
    title: "an objective that is out of range",
    why: "a mirror topic always follows its source by some time, and a failover takes some: an objective of nothing is \
          missed by every failover, and one of more than 30 days by none",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    mirrors: { payments: {} }
    objectives: { rpo: 0s, rto: 15m }
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    mirrors: { payments: {} }
    objectives: { rpo: 5s, rto: 15m }
",
    check,
};

/// More than this is no objective.
const MOST_MS: u64 = 30 * 24 * 60 * 60 * 1000;

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for site in check.hosts() {
        let Some(objectives) = &site.settings.objectives else {
            continue;
        };
        for (name, least, objective) in
            [("rpo", 1, &objectives.rpo), ("rto", 1000, &objectives.rto)]
        {
            let Some(time) = objective else { continue };
            if (least..=MOST_MS).contains(&time.as_millis()) {
                continue;
            }
            let bounds = match least {
                1 => "from 1ms to 30d",
                _ => "from 1s to 30d",
            };
            problems.push(
                RULE.report(
                    &time.place,
                    format!("the `{name}` {time} is out of range"),
                    bounds,
                )
                .help(match name {
                    "rpo" => "set how far behind mirror topics may be, such as `5s`, or remove it",
                    _ => "set how long a failover may take, such as `15m`, or remove it",
                }),
            );
        }
    }
}
