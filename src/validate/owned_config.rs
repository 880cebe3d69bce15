//! LW075: a link config that has its own field.

use super::{Check, Rule};
use crate::catalog;
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW075"),
    severity: Severity::Error,
    title: "a link config that has its own field",
    why: "the field and the config set the same thing, and could contradict each other",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    configs: { acl.sync.ms: 1000 }
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    acl_sync: { interval: 1s, filters: [{}] }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for site in &check.sites {
        let Some(raw) = site.raw else { continue };
        for name in raw.configs.names() {
            let Some(field) = catalog::lookup(name).and_then(catalog::Entry::owner_field) else {
                continue;
            };
            problems.push(
                RULE.report(
                    &name.place,
                    format!("the field `{field}` sets `{name}`"),
                    "has its own field",
                )
                .help(format!("write `{field}` instead")),
            );
        }
    }
}
