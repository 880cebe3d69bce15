//! LW062: prefixed groups on a bidirectional link.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::LinkMode;

pub(super) const RULE: Rule = Rule {
    code: Code("LW062"),
    severity: Severity::Error,
    title: "prefixed groups on a bidirectional link",
    why: "the server rejects `consumer.group.prefix.enable` on a bidirectional link as an \
          invalid configuration",
    example: "\
links:
  active-active:
    mode: bidirectional
    halves:
      east: { prefix: west., credentials: *credentials, consumer_offset_sync: { prefix_groups: true, groups: { include: [\"billing\"] } } }
      west: { prefix: east., credentials: *credentials }
",
    fix: "\
links:
  active-active:
    mode: bidirectional
    halves:
      east: { prefix: west., credentials: *credentials, consumer_offset_sync: { groups: { include: [\"billing\"] } } }
      west: { prefix: east., credentials: *credentials }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for site in check.hosts() {
        if site.role.link_mode() != LinkMode::Bidirectional {
            continue;
        }
        let sync = site.settings.consumer_offset_sync.as_ref();
        let on = sync.and_then(|sync| sync.prefix_groups.as_ref());
        if let Some(on) = on.filter(|on| on.value) {
            problems.push(
                RULE.report(
                    &on.place,
                    format!(
                        "group names cannot be prefixed on the bidirectional link `{}`",
                        site.key
                    ),
                    "rejected by the server",
                )
                .at(site.link.mode_place(), "bidirectional")
                .help("remove `prefix_groups`"),
            );
        }
    }
}
