//! LW075: a raw config that a typed field owns.

use super::{Check, Rule};
use crate::catalog;
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW075"),
    severity: Severity::Error,
    title: "a raw config that a typed field owns",
    why: "the field and the config would say the same thing twice, and one day two different \
          things",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    configs: { acl.sync.ms: 1000 }
",
    mend: "\
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
                RULE.tell(
                    &name.place,
                    format!("`{name}` belongs to the field `{field}`"),
                    "owned by a field",
                )
                .help(format!("write `{field}` instead")),
            );
        }
    }
}
