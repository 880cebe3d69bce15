//! LW101: a link that is retired twice.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

pub(super) const RULE: Rule = Rule {
    code: Code("LW101"),
    severity: Severity::Error,
    title: "a link that is retired twice",
    why: "the two entries may treat its mirrors differently",
    example: "\
retired:
  - { link: old-migration, cluster: west, mirrors: promote, reason: moved }
  - { link: old-migration, cluster: west, mirrors: failover, reason: moved }
",
    fix: "\
retired:
  - { link: old-migration, cluster: west, mirrors: promote, reason: moved }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    let mut first = BTreeMap::new();
    for retired in &check.spec.retired {
        match first.entry((&retired.cluster.value, &retired.link.value)) {
            Entry::Vacant(slot) => {
                slot.insert(&retired.link.place);
            }
            Entry::Occupied(earlier) => problems.push(
                RULE.report(
                    &retired.link.place,
                    format!(
                        "the link `{}` on `{}` is retired twice",
                        retired.link, retired.cluster
                    ),
                    "second",
                )
                .at(earlier.get(), "first")
                .help("keep one of them"),
            ),
        }
    }
}
