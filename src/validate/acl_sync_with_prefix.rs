//! LW063: ACL sync on a link with a prefix.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW063"),
    severity: Severity::Error,
    title: "ACL sync on a link with a prefix",
    why: "ACLs name topics and groups as the source does; with a prefix they would speak of \
          names that the destination does not have, and the server does not combine the two",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    prefix: east.
    acl_sync: { filters: [{}] }
",
    mend: "\
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
                RULE.tell(
                    &sync.place,
                    "ACL sync does not go together with a prefix",
                    "on",
                )
                .at(&prefix.place, "with a prefix")
                .help("remove one of the two; ACLs for prefixed names are made at the destination"),
            );
        }
    }
}
