//! LW069: a `*` in the name of an ACL filter.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW069"),
    severity: Severity::Warning,
    title: "a `*` in the name of an ACL filter",
    why: "the name is matched literally: `*` is a wildcard only when it is the whole name. \
         `pattern_type: prefixed` matches a prefix",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    acl_sync:
      filters: [{ resource_type: topic, name: \"orders.*\" }]
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    acl_sync:
      filters: [{ resource_type: topic, pattern_type: prefixed, name: orders. }]
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    let filters = check
        .hosts()
        .filter_map(|site| site.settings.acl_sync.as_ref())
        .flat_map(|sync| &sync.filters);
    for filter in filters {
        if let Some(name) = &filter.name
            && name.contains('*')
            && name.value != "*"
        {
            let plain = name.trim_end_matches('*');
            problems.push(
                RULE.report(
                    &name.place,
                    format!("the `*` in `{name}` is matched literally"),
                    "not a wildcard here",
                )
                .help(format!(
                    "write `name: {plain}` with `pattern_type: prefixed`"
                )),
            );
        }
    }
}
