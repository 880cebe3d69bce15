//! LW077: a config that cannot be written.

use super::{Check, Rule};
use crate::catalog::{self, Mutability};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::ClusterKind;

pub(super) const RULE: Rule = Rule {
    code: Code("LW077"),
    severity: Severity::Error,
    title: "a config that cannot be written",
    why: "the server reports it but does not let you set it there, or ignores what is written; \
         many fetcher and client configs can be set on Confluent Platform only",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    configs: { replica.fetch.max.bytes: 1048576 }
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for site in &check.sites {
        let (Some(raw), Some(holder)) = (site.raw, check.holder(site)) else {
            continue;
        };
        for name in raw.configs.names() {
            let Some(entry) = catalog::lookup(name) else {
                continue;
            };
            let on_cloud = holder.kind() == ClusterKind::ConfluentCloud;
            let why_not = match entry.mutability {
                Mutability::Derived => "is derived from other settings and cannot be written",
                Mutability::ReadOnlyOnCloud if on_cloud => "is read-only on Confluent Cloud",
                _ => continue,
            };
            problems.push(
                RULE.report(&name.place, format!("`{name}` {why_not}"), "read-only here")
                    .help("remove it"),
            );
        }
    }
}
