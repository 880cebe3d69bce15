//! LW100: a link that is both declared and retired.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};


pub(super) const RULE: Rule = Rule {
    code: Code("LW100"),
    severity: Severity::Error,
    title: "a link that is both declared and retired",
    why: "it would be made and deleted in one run; which of the two is meant is not guessed",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials

retired:
  - { link: orders-dr, cluster: west, reason: moved }
",
    mend: "\
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
    for retired in &check.spec.retired {
        let declared = check.sites.iter().find(|site| {
            site.holder_name() == Some(retired.cluster.as_str()) && site.name.value == retired.link.value
        });
        if let Some(site) = declared {
            problems.push(
                RULE.tell(
                    &retired.link.place,
                    format!("the link `{}` on `{}` is retired and declared", retired.link, retired.cluster),
                    "retired",
                )
                .at(&site.name.place, "declared")
                .help("to delete it, remove it from `links`; to keep it, remove it from `retired`"),
            );
        }
    }
}
