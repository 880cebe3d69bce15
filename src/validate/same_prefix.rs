//! LW086: two links with the same prefix on one destination.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::diagnostic::Place;

pub(super) const RULE: Rule = Rule {
    code: Code("LW086"),
    severity: Severity::Error,
    title: "two links with the same prefix on one destination",
    why: "the server rejects the second (\"prefix already exists\"): a prefix identifies the link \
         that a topic belongs to",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    prefix: dr.
  payments-dr:
    source: onprem
    destination: west
    credentials: { sasl_scram: { username: \"${env:KEY}\", password: \"${env:SECRET}\" } }
    prefix: dr.
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    prefix: dr.
  payments-dr:
    source: onprem
    destination: west
    credentials: { sasl_scram: { username: \"${env:KEY}\", password: \"${env:SECRET}\" } }
    prefix: pay.
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<(&str, &str), &Place> = BTreeMap::new();
    for site in check.hosts() {
        let (Some(holder), Some(prefix)) = (site.holder_name(), &site.settings.prefix) else {
            continue;
        };
        if prefix.is_empty() {
            continue;
        }
        match first.entry((holder, prefix.as_str())) {
            Entry::Vacant(slot) => {
                slot.insert(&prefix.place);
            }
            Entry::Occupied(earlier) => problems.push(
                RULE.report(
                    &prefix.place,
                    format!("two links on `{holder}` have the prefix `{prefix}`"),
                    "second",
                )
                .at(earlier.get(), "first")
                .help("give each link a prefix of its own"),
            ),
        }
    }
}
