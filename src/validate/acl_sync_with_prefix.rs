//! LW063: ACL sync on a link with a prefix.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW063"),
    severity: Severity::Error,
    title: "ACL sync on a link with a prefix",
    why: "ACL sync copies the names of topics and groups unchanged; with a prefix they would not \
         match the names on the destination. The server does not support both together",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    prefix: east.
    acl_sync: { filters: [{}] }
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    acl_sync: { filters: [{}] }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for site in check.hosts() {
        if let (Some(sync), Some(prefix)) = (&site.settings.acl_sync, &site.settings.prefix)
            && sync.is_on()
            && !prefix.is_empty()
        {
            problems.push(
                RULE.report(
                    &sync.place,
                    "ACL sync cannot be combined with a prefix",
                    "ACL sync is on",
                )
                .at(&prefix.place, "the link has a prefix")
                .help("remove one of the two; with a prefix, create the ACLs on the destination"),
            );
        }
    }
}
