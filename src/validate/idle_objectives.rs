//! LW277: objectives of a link that mirrors nothing, or that say nothing.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW277"),
    severity: Severity::Warning,
    title: "objectives that are about nothing",
    why: "objectives are about the mirror topics of the link: where it has none, or no objective is set, nothing is watched",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    objectives: { rpo: 5s, rto: 15m }
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

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for site in check.hosts().filter(|site| !site.broken) {
        let Some(objectives) = &site.settings.objectives else {
            continue;
        };
        if objectives.broken {
            continue;
        }
        if objectives.rpo.is_none() && objectives.rto.is_none() {
            problems.push(
                RULE.report(
                    &objectives.place,
                    "no objective is set here",
                    "neither `rpo` nor `rto`",
                )
                .help("set one, such as `{ rpo: 5s, rto: 15m }`, or remove the key"),
            );
            continue;
        }
        let mirrors = !site.settings.mirrors.is_empty() || site.auto_create().is_some();
        if mirrors || !site.link.topics.is_empty() {
            continue;
        }
        problems.push(
            RULE.report(
                &objectives.place,
                format!("`{}` declares no mirror topic here", site.key),
                "about no mirror topic",
            )
            .help("declare `mirrors`, or remove the objectives"),
        );
    }
}
