//! LW107: an unused cluster.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::Located;
use std::collections::BTreeSet;

pub(super) const RULE: Rule = Rule {
    code: Code("LW107"),
    severity: Severity::Warning,
    title: "an unused cluster",
    why: "plan and apply do not read it; often a link names another cluster by mistake",
    example: "\
version: 1
clusters:
  west:
    id: lkc-west01
",
    fix: "\
version: 1
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    let spec = check.spec;
    let unread = |name: &Located<String>| spec.links.get(name).is_none_or(|link| link.broken);
    if !spec.complete || spec.links.names().any(unread) {
        return;
    }
    // The other half of a retired link may be on a cluster that nothing else names (LW231).
    if !spec.retired.is_empty() {
        return;
    }
    let in_links = spec.links.iter().flat_map(|(_, link)| {
        let ends = link.source.iter().chain(&link.destination);
        ends.chain(link.halves.names())
    });
    let used: BTreeSet<&str> = in_links.map(|name| name.as_str()).collect();
    // A link that names an unknown cluster may mean the one that seems unused.
    if used.iter().any(|name| !spec.clusters.declares(name)) {
        return;
    }
    for name in spec.clusters.names() {
        if !used.contains(name.as_str()) {
            problems.push(
                RULE.report(
                    &name.place,
                    format!("the cluster `{name}` is not used"),
                    "no link uses it",
                )
                .help("remove it, or use it in a link"),
            );
        }
    }
}
