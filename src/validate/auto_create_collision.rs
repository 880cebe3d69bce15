//! LW088: two links that may auto-create the same mirror.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use std::collections::BTreeMap;

use super::view::meeting_includes;

pub(super) const RULE: Rule = Rule {
    code: Code("LW088"),
    severity: Severity::Warning,
    title: "two links that may auto-create the same mirror",
    why: "if both sources have a topic that both filters select, the first link gets the name, and \
         the task of the other link reports TOPIC_EXISTS_ERROR",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    auto_create_mirrors: { topics: { include: [\"orders.*\"] } }
  payments-dr:
    source: onprem
    destination: west
    credentials: { sasl_scram: { username: \"${env:KEY}\", password: \"${env:SECRET}\" } }
    auto_create_mirrors: { topics: { include: [\"*\"] } }
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    auto_create_mirrors: { topics: { include: [\"orders.*\"] } }
  payments-dr:
    source: onprem
    destination: west
    credentials: { sasl_scram: { username: \"${env:KEY}\", password: \"${env:SECRET}\" } }
    auto_create_mirrors: { topics: { include: [\"payments.*\"] } }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    let autos: Vec<_> = check
        .hosts()
        .filter_map(|site| Some((site, site.auto_create()?)))
        .collect();
    // By cluster and prefix first, so that thousands of links on many clusters stay cheap.
    let mut groups: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (index, (site, _)) in autos.iter().enumerate() {
        if let Some(holder) = site.holder_name() {
            groups
                .entry((holder, site.prefix()))
                .or_default()
                .push(index);
        }
    }
    for ((holder, _), members) in groups {
        for (at, second) in members.iter().enumerate().skip(1) {
            let (later, narrow) = &autos[*second];
            let meeting = members[..at.min(MAX_COMPARED_LINKS)]
                .iter()
                .find_map(|first| {
                    let (earlier, wide) = &autos[*first];
                    meeting_includes(wide, narrow, |_, _| true).map(|patterns| (earlier, patterns))
                });
            if let Some((earlier, (a, b))) = meeting {
                problems.push(
                    RULE.report(
                        &b.0.place,
                        format!(
                            "`{}` and `{}` may both create the same mirror on `{holder}`",
                            earlier.key, later.key
                        ),
                        "selects the same names",
                    )
                    .at(&a.0.place, "as here")
                    .help(
                        "give the links prefixes, or exclude from one link what the other \
                         includes",
                    ),
                );
            }
        }
    }
}

/// A link is compared with this many others on its cluster; the first conflict is reported.
const MAX_COMPARED_LINKS: usize = 64;
