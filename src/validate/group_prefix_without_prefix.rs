//! LW061: prefixed groups without a prefix.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::LinkMode;

pub(super) const RULE: Rule = Rule {
    code: Code("LW061"),
    severity: Severity::Warning,
    title: "prefixed groups without a prefix",
    why: "`prefix_groups` puts the link's prefix before group names, and this link has none: group \
         names stay as they are, or the server rejects the setting",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    consumer_offset_sync:
      groups: { include: [\"*\"] }
      prefix_groups: true
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    prefix: east.
    consumer_offset_sync:
      groups: { include: [\"*\"] }
      prefix_groups: true
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for site in check.hosts().filter(|site| !site.broken) {
        let Some(sync) = &site.settings.consumer_offset_sync else {
            continue;
        };
        let bidirectional = site.role.link_mode() == LinkMode::Bidirectional;
        if let Some(on) = sync.prefix_groups.as_ref().filter(|on| on.value)
            && site.prefix().is_empty()
            && !bidirectional
        {
            problems.push(
                RULE.report(
                    &on.place,
                    "`prefix_groups` is on and the link has no prefix",
                    "needs `prefix`",
                )
                .help("add `prefix` to the link, or remove `prefix_groups`"),
            );
        }
    }
}
