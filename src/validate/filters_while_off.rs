//! LW054: filters on a feature that is off.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW054"),
    severity: Severity::Warning,
    title: "filters on a feature that is off",
    why: "the server deletes the filters of a feature that is turned off. They are compared only \
         while the link has filters, and written again when the feature is turned on",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    acl_sync:
      enabled: false
      filters: [{}]
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    acl_sync:
      enabled: false
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for site in check.hosts() {
        let settings = site.settings;
        let offsets = settings.consumer_offset_sync.as_ref().and_then(|sync| {
            let groups = sync.groups.as_ref()?;
            Some((sync.enabled.as_ref(), &groups.place, "consumer_offset_sync"))
        });
        let acls = settings.acl_sync.as_ref().and_then(|sync| {
            let filter = sync.filters.first()?;
            Some((sync.enabled.as_ref(), &filter.place, "acl_sync"))
        });
        let auto = settings.auto_create_mirrors.as_ref().and_then(|auto| {
            let topics = auto.topics.as_ref()?;
            Some((auto.enabled.as_ref(), &topics.place, "auto_create_mirrors"))
        });
        for (enabled, place, section) in [offsets, acls, auto].into_iter().flatten() {
            let Some(enabled) = enabled.filter(|enabled| !enabled.value) else {
                continue;
            };
            problems.push(
                RULE.report(
                    place,
                    format!("`{section}` is off and has filters"),
                    "not used while it is off",
                )
                .at(&enabled.place, "off")
                .help(
                    "remove the filters, or allow this if the feature is to be turned on with them \
                     again",
                ),
            );
        }
    }
}
