//! LW066: an ACL filter that another filter covers.

use super::view::take_at_most;
use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW066"),
    severity: Severity::Warning,
    title: "an ACL filter that another filter covers",
    why: "filters are combined with \"or\": this one has no effect, and a later reader may think \
         that it does",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    acl_sync:
      filters:
        - {}
        - { principal: \"User:sa-12345\" }
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    acl_sync:
      filters:
        - { principal: \"User:sa-12345\" }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for sync in check
        .hosts()
        .filter_map(|site| site.settings.acl_sync.as_ref())
    {
        let filters: Vec<_> = take_at_most(&sync.filters, 1000)
            .iter()
            .map(|it| (it, it.filter()))
            .collect();
        for (at, (written, filter)) in filters.iter().enumerate() {
            let covering = filters.iter().enumerate().find(|(other, (_, wider))| {
                // Of two equal ones the later is superfluous; each is equal to itself.
                wider.covers(filter) && (*other < at || !filter.covers(wider))
            });
            if let Some((_, (wider, means))) = covering {
                problems.push(
                    RULE.report(
                        &written.place,
                        format!("{filter} are already in {means}"),
                        "adds nothing",
                    )
                    .at(&wider.place, "covers it")
                    .help("remove one of them"),
                );
            }
        }
    }
}
