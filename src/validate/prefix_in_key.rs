//! LW098: a mirror key that already has the link's prefix.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW098"),
    severity: Severity::Warning,
    title: "a mirror key that already has the link's prefix",
    why: "keys under `mirrors` are names of source topics; the link adds the prefix, so this \
         mirror would have the prefix twice",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    prefix: east.
    mirrors: { east.orders: {} }
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    prefix: east.
    mirrors: { orders: {} }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for site in check.hosts() {
        let prefix = site.prefix();
        if prefix.is_empty() {
            continue;
        }
        for name in site.settings.mirrors.names() {
            if let Some(source) = name.strip_prefix(prefix)
                && !source.is_empty()
            {
                problems.push(
                    RULE.report(
                        &name.place,
                        format!("the mirror of `{name}` would be named `{prefix}{name}`"),
                        "already has the prefix",
                    )
                    .help(format!("if the source topic is `{source}`, write that"))
                    .fix(&name.place, source),
                );
            }
        }
    }
}
