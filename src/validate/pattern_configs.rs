//! LW095: topic configs on a pattern.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW095"),
    severity: Severity::Warning,
    title: "topic configs on a pattern",
    why: "configs apply only when a mirror is created, and a pattern creates none; auto-created \
         mirrors get no configs",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    mirrors:
      \"orders.*\": { configs: { min.insync.replicas: 2 } }
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    mirrors:
      orders.placed: { configs: { min.insync.replicas: 2 } }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for site in check.hosts() {
        for (name, declared) in site.settings.mirrors.iter() {
            if let Some(config) = declared.0.configs.names().next()
                && name.ends_with('*')
            {
                problems.push(
                    RULE.report(
                        &config.place,
                        "configs on a pattern are never used",
                        "used at creation only",
                    )
                    .at(&name.place, "a pattern")
                    .help("write the full name of the topic to create it with configs"),
                );
            }
        }
    }
}
