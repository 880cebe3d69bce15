//! LW085: two links with the same name on one cluster.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::spec::Located;

pub(super) const RULE: Rule = Rule {
    code: Code("LW085"),
    severity: Severity::Error,
    title: "two links with the same name on one cluster",
    why: "a link's name is its identity on the cluster: both declarations would manage the same \
         link",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
  payments-dr:
    source: onprem
    destination: west
    credentials: { sasl_scram: { username: \"${env:KEY}\", password: \"${env:SECRET}\" } }
    name: orders-dr
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
  payments-dr:
    source: onprem
    destination: west
    credentials: { sasl_scram: { username: \"${env:KEY}\", password: \"${env:SECRET}\" } }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<(&str, &str), &Located<String>> = BTreeMap::new();
    for site in &check.sites {
        let Some(holder) = site.holder_name() else {
            continue;
        };
        match first.entry((holder, site.name.as_str())) {
            Entry::Vacant(slot) => {
                slot.insert(site.name);
            }
            Entry::Occupied(earlier) => problems.push(
                RULE.report(
                    &site.name.place,
                    format!("`{holder}` would hold two links named `{}`", site.name),
                    "second",
                )
                .at(&earlier.get().place, "first")
                .help("give one of them another `name`"),
            ),
        }
    }
}
