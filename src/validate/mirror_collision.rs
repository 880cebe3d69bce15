//! LW087: two mirrors with the same name on one cluster.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::spec::Located;

pub(super) const RULE: Rule = Rule {
    code: Code("LW087"),
    severity: Severity::Error,
    title: "two mirrors with the same name on one cluster",
    why: "a mirror's name is prefix + source topic, and a topic can mirror only one other topic: \
         the server rejects the second (\"already exists\")",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    mirrors: { orders: {} }
  payments-dr:
    source: onprem
    destination: west
    credentials: { sasl_scram: { username: \"${env:KEY}\", password: \"${env:SECRET}\" } }
    mirrors: { orders: {} }
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    mirrors: { orders: {} }
  payments-dr:
    source: onprem
    destination: west
    credentials: { sasl_scram: { username: \"${env:KEY}\", password: \"${env:SECRET}\" } }
    mirrors: { payments: {} }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<(&str, String), &Located<String>> = BTreeMap::new();
    for site in check.hosts() {
        let Some(holder) = site.holder_name() else {
            continue;
        };
        for (source, _) in site.settings.mirrors.iter() {
            if source.contains('*') {
                continue;
            }
            let mirror = format!("{}{source}", site.prefix());
            match first.entry((holder, mirror)) {
                Entry::Vacant(slot) => {
                    slot.insert(source);
                }
                Entry::Occupied(earlier) => {
                    let name = &earlier.key().1;
                    problems.push(
                        RULE.report(
                            &source.place,
                            format!("two links would create the mirror `{name}` on `{holder}`"),
                            "second",
                        )
                        .at(&earlier.get().place, "first")
                        .help("mirror it with one link only, or give the links prefixes"),
                    );
                }
            }
        }
    }
}
