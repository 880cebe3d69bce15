//! LW100: a link that is both declared and retired.

use std::collections::BTreeMap;

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::LinkObject;

pub(super) const RULE: Rule = Rule {
    code: Code("LW100"),
    severity: Severity::Error,
    title: "a link that is both declared and retired",
    why: "one run would create it and delete it; Linkwright does not guess which of the two is \
         meant",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials

retired:
  - { link: orders-dr, cluster: west, reason: moved }
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials

retired:
  - { link: old-migration, cluster: west, reason: moved }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    let declared: BTreeMap<(Option<&str>, &str), &LinkObject<'_>> = check
        .sites
        .iter()
        .map(|site| ((site.holder_name(), site.name.as_str()), site))
        .collect();
    for retired in &check.spec.retired {
        let address = (Some(retired.cluster.as_str()), retired.link.as_str());
        if let Some(site) = declared.get(&address) {
            problems.push(
                RULE.report(
                    &retired.link.place,
                    format!(
                        "the link `{}` on `{}` is retired and declared",
                        retired.link, retired.cluster
                    ),
                    "retired",
                )
                .at(&site.name.place, "declared")
                .help("to delete it, remove it from `links`; to keep it, remove it from `retired`"),
            );
        }
    }
}
