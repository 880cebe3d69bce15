//! LW078: a Confluent Platform config on Confluent Cloud.

use super::{Check, Rule};
use crate::catalog::{self, Mutability, Where};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::ClusterKind;

pub(super) const RULE: Rule = Rule {
    code: Code("LW078"),
    severity: Severity::Warning,
    title: "a Confluent Platform config on Confluent Cloud",
    why: "only Confluent Platform is known to have it; it was not seen in any reply of Confluent \
         Cloud",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    configs: { cluster.link.paused: true }
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
        if holder.kind() != ClusterKind::ConfluentCloud {
            continue;
        }
        for name in raw.configs.names() {
            let platform_only = catalog::lookup(name).is_some_and(|entry| {
                entry.place == Where::PlatformOnly && entry.mutability != Mutability::Derived
            });
            // Stores are an error of their own.
            if platform_only && !name.contains("store.") {
                problems.push(
                    RULE.report(
                        &name.place,
                        format!("`{name}` is not a known config on Confluent Cloud"),
                        "Confluent Platform only",
                    )
                    .help("remove it, or move it to a half on Confluent Platform"),
                );
            }
        }
    }
}
