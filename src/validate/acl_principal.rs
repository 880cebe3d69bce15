//! LW067: a principal without a type.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW067"),
    severity: Severity::Warning,
    title: "a principal without a type",
    why: "Kafka principals have a type, nearly always `User:`; on Confluent Cloud they look \
          like `User:sa-12345`. Without it no ACL matches",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    acl_sync:
      filters: [{ principal: sa-12345 }]
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    acl_sync:
      filters: [{ principal: \"User:sa-12345\" }]
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    let filters = check
        .hosts()
        .filter_map(|site| site.settings.acl_sync.as_ref())
        .flat_map(|sync| &sync.filters);
    for filter in filters {
        if let Some(principal) = &filter.principal
            && !principal.contains(':')
            && !principal.is_empty()
        {
            problems.push(
                RULE.report(
                    &principal.place,
                    format!("the principal `{principal}` has no type"),
                    "matches no ACL",
                )
                .help(format!("write \"User:{principal}\""))
                .fix(&principal.place, format!("\"User:{principal}\"")),
            );
        }
    }
}
